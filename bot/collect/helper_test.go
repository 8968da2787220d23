package collect

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// survey is an invented survey with the numbers that people have to name.
func survey() *dc.Survey {
	q := func(number, title, text string, kind dc.QuestionKind) dc.Question {
		return dc.Question{Number: number, Title: title, Text: text, Kind: kind}
	}
	return &dc.Survey{
		ID: "harbour2021", Title: "Survey of the harbour coalitions", Launch: dc.Moment{Wall: "2021-03-22 09:00", Zone: "UTC"},
		Sections: []dc.Section{
			{Title: "Purpose", Questions: []dc.Question{
				q("1", "Objectives", "What are the main objectives of your coalition, and have they changed since it was formed?", dc.Open),
				q("2", "Work since formation", "Please describe the activities that your coalition has carried out in the last three years.", dc.Open),
				q("3", "Members", "How many individual members does your coalition have at present?", dc.Number),
				q("4", "New members", "How do new members find their way to you, and who decides on their admission?", dc.Open),
			}},
			{Title: "Ways of working", Questions: []dc.Question{
				{Number: "5", Title: "Written rules", Text: "Does your coalition have written terms of reference?", Kind: dc.YesNo, Options: []string{"Yes", "No"}, Comment: true},
				q("6", "How decisions are made", "How are decisions taken inside your coalition, and are outside groups consulted before a text is published?", dc.Open),
				q("6a", "Appeals", "What can somebody do who does not accept a decision of the coalition?", dc.Open),
				q("7", "Outputs", "Which documents or other outputs has the coalition published, and where can they be read?", dc.Open),
				q("7bis", "Languages", "In which languages do you publish your documents and hold your calls?", dc.Several),
				q("8", "Obstacles", "What has hindered the work most, and what would have helped?", dc.Open),
				q("9", "Achievements", "Which achievement are your members most proud of?", dc.Open),
				q("10", "Support from the Secretariat", "What support do you receive from the Secretariat and what is missing?", dc.Open),
			}},
		},
	}
}

const (
	ana, ben, carla, official = "ana@harbour.example.org", "ben@tides.example.org", "carla@piers.example.test", "survey@bot.example.org"
)

var when = time.Date(2021, 4, 2, 10, 0, 0, 0, time.UTC)

var attribution = regexp.MustCompile(`^(On|Le|Am|El|Em) .*(wrote|écrit|schrieb|escribió|escreveu) ?:$`)

// read makes a Reading of a text whose quotes are marked, for the tests that are about sentences and not about mail.
func read(text string) *mail.Reading {
	r := &mail.Reading{Lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	kind := func(l string) (mail.Kind, int) {
		t := strings.TrimSpace(l)
		low := strings.ToLower(t)
		switch {
		case strings.HasPrefix(t, ">"):
			n := 0
			for _, c := range t {
				if c == '>' {
					n++
				} else if c != ' ' {
					break
				}
			}
			return mail.Quote, n
		case attribution.MatchString(t):
			return mail.Attribution, 0
		case len(t) < 40 && strings.HasSuffix(t, ",") && (strings.HasPrefix(low, "dear ") || strings.HasPrefix(low, "hi ") || strings.HasPrefix(low, "hello")):
			return mail.Greeting, 0
		case low == "best regards," || low == "best," || low == "regards,":
			return mail.SignOff, 0
		}
		return mail.Own, 0
	}
	var author mail.Address
	signed := false
	for i, l := range r.Lines {
		k, depth := kind(l)
		if signed && k == mail.Own {
			k = mail.SignOff
		}
		signed = signed && k != mail.Quote || k == mail.SignOff
		if k == mail.Attribution {
			author = mail.Address{Name: l}
		}
		n := len(r.Blocks)
		if strings.TrimSpace(l) == "" && n > 0 {
			k, depth = r.Blocks[n-1].Kind, r.Blocks[n-1].Depth
		}
		if n > 0 && r.Blocks[n-1].Kind == k && r.Blocks[n-1].Depth == depth {
			r.Blocks[n-1].Last = i
			continue
		}
		b := mail.Block{Kind: k, First: i, Last: i, Depth: depth, Above: -1}
		if k == mail.Quote {
			b.Author = author
		}
		if k == mail.Own && n > 0 && r.Blocks[n-1].Kind == mail.Quote {
			b.Above = n - 1
		}
		r.Blocks = append(r.Blocks, b)
	}
	for i := range r.Blocks {
		b := &r.Blocks[i]
		var lines []string
		for l := b.First; l <= b.Last; l++ {
			s := r.Lines[l]
			for range b.Depth {
				s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(s, " "), ">"), " ")
			}
			lines = append(lines, s)
		}
		b.Text = strings.Join(lines, "\n")
	}
	return r
}

// show writes contributions as one line each: "6 answer", "- comment", "6 stance/object ->3".
func show(fs []Found) string {
	var out []string
	for _, f := range fs {
		s := f.Question
		if s == "" {
			s = "-"
		}
		s += " " + string(f.Kind)
		if f.Stance != "" {
			s += "/" + string(f.Stance)
		}
		if f.Target != 0 {
			s += " ->" + itoa(f.Target)
		}
		if f.Supersedes != 0 {
			s += " supersedes " + itoa(f.Supersedes)
		}
		if f.Withdraws != 0 {
			s += " withdraws " + itoa(f.Withdraws)
		}
		if f.Link != "" {
			s += " at " + f.Link
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func itoa(n int64) string { return string(rune('0' + n)) }

// A setting is where a post stands.
type setting func(*Input)

func input(text string, settings ...setting) Input {
	in := Input{Survey: survey(), Post: Post{Author: carla, AuthorName: "Carla Reyes", Date: when, Subject: "Re: [harbour] hello", Reading: read(text)}}
	for _, s := range settings {
		s(&in)
	}
	return in
}

// thread6 is a reply to the mail of question 6.
func thread(question string) setting {
	return func(in *Input) {
		in.Thread.InSurvey, in.Thread.Question = true, question
		in.Thread.Parent = &Parent{ID: "q@bot", Author: official, Question: question, Official: true}
		in.Post.Subject = "Re: [harbour] Survey Q" + question
	}
}

// whole is a reply to the whole questionnaire as one mail.
func whole(in *Input) {
	in.Thread.InSurvey = true
	in.Thread.Parent = &Parent{ID: "all@bot", Author: official, Official: true}
	in.Post.Subject = "Re: [harbour] The survey"
}

func answers(question string) []dc.Contribution {
	return []dc.Contribution{
		{ID: 1, Author: ana, AuthorName: "Ana Lima", Question: question, Kind: dc.Answer, Status: dc.Collected,
			Text: "We decide by rough consensus on the list. A text is open for two weeks before it is published."},
	}
}

// reply6 is a reply to Ana's answer in the thread of question 6.
func reply(question string) setting {
	return func(in *Input) {
		thread(question)(in)
		in.Thread.Known = answers(question)
		in.Thread.Parent = &Parent{ID: "ana1@harbour", Author: ana, Found: answers(question)}
	}
}

func known(cs ...dc.Contribution) setting {
	return func(in *Input) { in.Thread.Known = append(in.Thread.Known, cs...) }
}

func check(t *testing.T, in Input, want string) Result {
	t.Helper()
	res := Collect(in)
	if got := show(res.Contributions); got != want {
		t.Errorf("got  %q\nwant %q\nin %q (%s)", got, want, strings.Join(in.Post.Reading.Lines, "\n"), res.Why)
	}
	return res
}
