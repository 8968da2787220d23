package collect

import "testing"

// TestAnnouncedAnswers collects from a new thread that does not name the survey only what can be nothing else.
func TestAnnouncedAnswers(t *testing.T) {
	subject := func(s string) setting { return func(in *Input) { in.Post.Subject = s } }
	below := func(in *Input) { in.Thread.Parent = &Parent{ID: "p", Author: ana} }
	const two = "Question 2: we ran a summer school.\n\nQuestion 10: a room is missing."
	for _, row := range []struct {
		name, text string
		settings   []setting
		want       string
	}{
		{"of a group", two, []setting{subject("[harbour] Answers of the northern ports")}, "2 answer; 10 answer"},
		{"our answers", two, []setting{subject("Our answers")}, "2 answer; 10 answer"},
		{"to the questions", two, []setting{subject("Answers to the questions")}, "2 answer; 10 answer"},
		{"in French", "Question 2 : une école d'été.\n\nQuestion 10 : une salle.", []setting{subject("Nos réponses")}, "2 answer; 10 answer"},
		{"below headings", "Dear all,\n\nQuestion 2\n\nWe ran a summer school.\n\nQuestion 10\n\nA room is missing.", []setting{subject("Our responses")}, "2 answer; 10 answer"},
		{"what stands before", "We are three ports.\n\n" + two, []setting{subject("Our answers")}, "2 answer; 10 answer"},

		{"another subject", two, []setting{subject("A quiz for the evening")}, ""},
		{"a subject that asks", two, []setting{subject("Any answers?")}, ""},
		{"of another year", two, []setting{subject("Our answers of 2015")}, ""},
		{"one question", "Question 2: we ran a summer school.", []setting{subject("Our answers")}, ""},
		{"headings alone", "Question 2:\n\nQuestion 10:", []setting{subject("Our answers")}, ""},
		{"a number the survey has not", two + "\n\nQuestion 31: no.", []setting{subject("Our answers")}, ""},
		{"in prose", "We liked question 2 and question 10 of the quiz.", []setting{subject("Our answers")}, ""},
		{"bare numbers", "2. we ran a summer school\n10. a room is missing", []setting{subject("Our answers")}, ""},
		{"in another thread", two, []setting{subject("Re: Our answers"), below}, ""},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, input(row.text, row.settings...), row.want) })
	}
}
