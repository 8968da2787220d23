package collect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dcbot/bot/dc"
	"dcbot/mail"
)

func metersSurvey() *dc.Survey {
	return &dc.Survey{ID: "meters2021", Title: "Survey on open water meters", Sections: []dc.Section{{Title: "Work", Questions: []dc.Question{
		{Number: "1", Title: "What was done", Text: "What has your coalition done since last year?"},
		{Number: "2", Title: "Plans", Text: "What does your coalition plan for the coming year?"},
		{Number: "3", Title: "Decisions", Text: "How does your coalition take its decisions, and who takes part?"},
		{Number: "4", Title: "Métiers", Text: "Où l'équipe a-t-elle été créée ?"},
	}}}}
}

// A text that names the survey in any spelling has to pass the cheap test.
func TestMayNameMissesNothing(t *testing.T) {
	c := Compile(metersSurvey())
	j := c.job(Input{Survey: c.survey, Post: Post{Reading: &mail.Reading{}}})
	for _, text := range []string{
		"about the survey", "SURVEY!", "the survey's title", "the survey’s title", "L’enquête", "l'ENQUÊTE", "Enque\u0302te", "опрос", "ОПРОСА:", "الاستبيان",
		"see meters2021", "METERS2021", "\u0301survey", "“survey”", "x-survey", "our survey。", "die Umfrage", "encuesta", "pesquisa,", "questionário",
		"the survey on open WATER meters", "sUrVeY on Open water meters", "é Survey on open water meters", "問卷", "survey问卷", "(survey)", "surve\u0301y", "ſurvey",
		"nothing of the kind", "surveys of the land", "Kelvin", "", "mysurvey", "İ",
	} {
		if j.namesSurvey(text, words(text)) && !c.mayName(text) {
			t.Errorf("%q names the survey, and the cheap test says that it cannot", text)
		}
	}
	for _, text := range []string{"nothing of the kind", "The valves were tested again in spring.", ""} {
		if c.mayName(text) {
			t.Errorf("%q need not be read", text)
		}
	}
}

// The cheap test for postings lets everything pass that is one.
func TestPostingTestMissesNothing(t *testing.T) {
	c := Compile(metersSurvey())
	var questions []string
	for _, q := range c.qs {
		questions = append(questions, q.Text)
	}
	whole := strings.Join(questions, "\n\n")
	for name, text := range map[string]string{
		"as it stands": whole, "upper case": strings.ToUpper(whole), "wrapped": strings.Join(strings.Fields(whole), "\n> "),
		"three of four": strings.Join(questions[:3], "\n"), "inside of words": "pre" + questions[0] + "s " + "pre" + questions[1] + "s " + "pre" + questions[2] + "s",
		"no-break spaces": strings.ReplaceAll(whole, " ", "\u00a0"), "quotes": "“" + strings.ReplaceAll(whole, " ", "” “") + "”",
		"Kelvin's K": strings.ReplaceAll(whole, "k", "\u212a"), "loose accents": strings.ReplaceAll(whole, " ", "\u0301"),
	} {
		if c.Posting(text) == NoPosting {
			t.Errorf("%s: not known for the questionnaire", name)
		}
	}
	for _, text := range []string{"", questions[0], strings.Repeat("Nobody asked anything of the coalition. ", 200)} {
		if got := c.Posting(text); got != NoPosting {
			t.Errorf("%.30q is taken for the questionnaire: %v", text, got)
		}
	}
	if c.asked.may(strings.Repeat("The valves were tested again in spring. ", 200)) {
		t.Error("ordinary words are not told apart cheaply")
	}
}

// What is remembered of contributions changes nothing, also when their words changed or their ids came from elsewhere.
func TestCompiledRemembersNothingWrong(t *testing.T) {
	s := metersSurvey()
	c := Compile(s)
	text := "> The pumps are read by the neighbours every week.\n\nI agree with this.\n\n> The council decides in the open, by show of hands.\n\nI do not agree with this.\n"
	for round := range 3 {
		var known []dc.Contribution
		for i := range 2 * maxPaired / 3 {
			words := fmt.Sprintf("Answer %d of round %d about towers and bridges.", i, round)
			switch i {
			case 10 + round:
				words = "The pumps are read by the neighbours every week."
			case 20 - round:
				words = "The council decides in the open, by show of hands."
			}
			known = append(known, dc.Contribution{ID: int64(i + 1), Kind: dc.Answer, Question: "1", Author: "ana@example.org", Text: words})
		}
		in := Input{Survey: s, Post: Post{Author: "ben@example.org", Subject: "Re: plans", Reading: mail.Read(text, mail.ReadOptions{})},
			Thread: Thread{InSurvey: true, Known: known}}
		want, got := Collect(in), c.Collect(in)
		if !slices.Equal(want.Contributions, got.Contributions) || want.Why != got.Why {
			t.Errorf("round %d: %+v, not %+v", round, got, want)
		}
		if len(got.Contributions) != 2 || got.Contributions[0].Target != int64(11+round) || got.Contributions[1].Target != int64(21-round) {
			t.Errorf("round %d: the quoted words were not found: %+v", round, got.Contributions)
		}
	}
}
