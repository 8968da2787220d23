package collect

import (
	"strings"
	"testing"

	"dcbot/bot/dc"
)

// TestNumberedClauses parts lines that answer several questions, and no others.
func TestNumberedClauses(t *testing.T) {
	for _, row := range []struct {
		name, text string
		place      setting
		want       string
		texts      string // of the contributions, parted by |
	}{
		{"in brackets", "(5) yes; (6) by vote; (8) no money", whole, "5 answer; 6 answer; 8 answer", "(5) yes;|(6) by vote;|(8) no money"},
		{"with colons", "5: yes, 6: by vote, 8: none", whole, "5 answer; 6 answer; 8 answer", "5: yes,|6: by vote,|8: none"},
		{"with nothing between them", "5) yes 6) by vote 8) no money", whole, "5 answer; 6 answer; 8 answer", "5) yes|6) by vote|8) no money"},
		{"with points", "5. yes; 6. by vote; 8. no money", whole, "5 answer; 6 answer; 8 answer", "5. yes;|6. by vote;|8. no money"},
		{"letters in numbers", "(6) by vote; (6a) nothing; (7bis) English", whole, "6 answer; 6a answer; 7bis answer", "(6) by vote;|(6a) nothing;|(7bis) English"},
		{"several sentences each", "(5) Yes. Since 2012. (6) By vote. The board counts.", whole, "5 answer; 6 answer", "(5) Yes. Since 2012.|(6) By vote. The board counts."},
		{"announced", "Our answers: (1) ports; (2) a school; (3) forty", whole, "1 answer; 2 answer; 3 answer", "(1) ports;|(2) a school;|(3) forty"},
		{"over lines", "(5) yes; (6) by vote\nof all members; (8) no money", whole, "5 answer; 6 answer; 8 answer", "(5) yes;|(6) by vote\nof all members;|(8) no money"},
		{"in a list", "3) forty\n5) yes; 6) by vote\n9) the calendar", whole, "3 answer; 5 answer; 6 answer; 9 answer", "3) forty|5) yes;|6) by vote|9) the calendar"},

		{"a number the survey has not", "(5) yes; (6) by vote; (31) no money", whole, "- answer", ""},
		{"out of order", "(6) by vote; (5) yes", whole, "- answer", ""},
		{"marked differently", "(5) yes; 6: by vote", whole, "- answer", ""},
		{"ordinals", "6. Wir feiern, 10. Jubel folgt", whole, "- answer", ""},
		{"own arguments", "(1) It is long; (2) it is late; (3) it is ugly", whole, "- answer", ""},
		{"own arguments in a thread", "(1) It is long; (2) it is late; (3) it is ugly", thread("6"), "6 answer", ""},
		{"in the thread of one question", "(5) yes; (6) by vote; (8) no money", thread("6"), "- answer", ""},
		{"steps of an answer", "6) in three steps: 1) we ask, 2) we vote, 3) we publish", whole, "6 answer", ""},
		{"prose", "We are made of (5) members; (6) regions and some friends.", whole, "- answer", ""},
		{"prose in a thread", "We are made of (5) members; (6) regions and some friends.", thread("3"), "3 answer", ""},
		{"below a heading", "Question 4:\n(5) members ask; (6) regions decide", whole, "4 answer", ""},
		{"a time", "7) weekly at (5) pm and (8) pm", whole, "7 answer", ""},
		{"a citation", "7) two reports [8] and [9]", whole, "7 answer", ""},
		{"a year", "7) two reports; 2019: three", whole, "7 answer", ""},
		{"in other words' brackets", "7) two reports (annex 8) and maps", whole, "7 answer", ""},
		{"a rule", "4) they apply as in rule 6) above", whole, "4 answer", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := input(row.text, row.place)
			res := check(t, in, row.want)
			var texts []string
			for _, f := range res.Contributions {
				texts = append(texts, f.Text)
			}
			if got := strings.Join(texts, "|"); row.texts != "" && got != row.texts {
				t.Errorf("texts %q, want %q", got, row.texts)
			}
		})
	}
}

// TestShortQuotes finds the contribution that a short quote with its number is of.
func TestShortQuotes(t *testing.T) {
	said := func(id int64, q, text string) dc.Contribution {
		return dc.Contribution{ID: id, Author: ana, AuthorName: "Ana Lima", Question: q, Kind: dc.Answer, Text: text}
	}
	replyTo := func(in *Input) {
		whole(in)
		in.Thread.Parent = &Parent{ID: "p", Author: ana, Found: []dc.Contribution{said(3, "4", "4. By asking."), said(4, "5", "No."), said(5, "6", "6. By talking.")}}
	}
	for _, row := range []struct{ text, want string }{
		{"> 4. By asking.\n\nWhom do they ask?\n\n> 6. By talking.\n\nWe do it in the same way.", "4 comment ->3; 6 comment ->5"},
		{"> 5) No.\n\nI disagree.", "5 stance/object ->4"},
		{"> 4. By phoning.\n\nWhom do they phone?", "- comment"},
		{"> 6. By asking.\n\nWhom do they ask?", "- comment"},
	} {
		check(t, input(row.text, replyTo), row.want)
	}
}
