package render

import (
	"errors"
	"testing"
	"time"

	"dcbot/bot/dc"
)

func renderer(t *testing.T) *Renderer {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func moment(t *testing.T, wall, zone string) dc.Moment {
	t.Helper()
	m, err := dc.NewMoment(wall, zone)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

// questions are one of each kind, with everything that a question can have.
func questions() []dc.Section {
	return []dc.Section{
		{Title: "Who you are", Introduction: "A few words about the coalition.\n\nThe numbers\nmay be estimates.", Questions: []dc.Question{
			{Number: "1", Title: "Purpose", Text: "What is your coalition for?\n\nPlease describe:\n- its purpose\n- its\n  history", Kind: dc.Open, Need: dc.Compulsory, Version: 1},
			{Number: "2", Title: "Members", Text: "How many members do you have?", Kind: dc.Number, Need: dc.Voluntary, Comment: true, Help: "Count people and organisations.\nAn estimate will do.", Version: 1},
			{Number: "2a", Title: "A name", Text: "What do you call your members?", Kind: dc.Short, Version: 1},
		}},
		{Title: "How you work", Questions: []dc.Question{
			{Number: "3", Title: "Charter", Text: "Do you have a charter?", Kind: dc.YesNo, Need: dc.Compulsory, Comment: true, FollowUp: []string{"Since when?", "Where can it be read?"}, Link: "https://www.example.org/charters", Version: 1},
			{Number: "4", Title: "Meetings", Text: "How often do you meet?", Kind: dc.One, Options: []string{"Every month", "A few times a year", "Only at the annual meeting, because that is when nearly everybody travels to one place and has the time for it"}, Comment: true, Version: 1},
			{Number: "5", Title: "Groups", Text: "Which groups take part?", Kind: dc.Several, Options: []string{"Civil society", "Governments"}, Comment: true, Version: 2},
			{Number: "6", Title: "Channels", Text: "Which channels do you use?", Kind: dc.Select, Options: []string{"Mailing list", "Calls"}, Version: 1},
			{Number: "7", Title: "Content with it", Text: "How content are you with how decisions are made?", Kind: dc.Scale, Min: 1, Max: 5, Options: []string{"1 = not at all", "5 = fully"}, Comment: true, Version: 1},
			{Number: "8", Title: "Old one", Text: "No longer asked.", Kind: dc.Open, Removed: true, Version: 1},
		}},
	}
}

func launchInput(t *testing.T) LaunchInput {
	t.Helper()
	return LaunchInput{
		Group:     dc.Group{Name: "Meeting of Coalitions"},
		Coalition: dc.Coalition{ID: "dc-meter", Name: "Dynamic Coalition on Meters", Zone: "Africa/Nairobi", Language: "en", Launch: dc.PerQuestion},
		Survey: dc.Survey{ID: "meters1", Title: "Survey of coalitions", Introduction: "We would like to know how\ncoalitions work.\n\nYour answers go into a paper.",
			Link: "https://www.example.org/survey", Launch: moment(t, "2021-03-22 09:00", "UTC"), Deadline: moment(t, "2021-04-25 23:59", "Africa/Nairobi"), Zone: "Africa/Nairobi", Sections: questions(), Version: 1},
		Deadline: moment(t, "2021-04-25 23:59", "Africa/Nairobi"), BotName: "dcbot", BotAddress: "dcbot@bot.example.org", Now: at("2021-03-22 06:00"),
	}
}

// consolidated is a draft with everything in it that a draft can have.
func consolidated(t *testing.T) dc.Consolidated {
	t.Helper()
	qs := questions()
	q := func(s, i int) dc.ConsolidatedQuestion { return dc.ConsolidatedQuestion{Question: qs[s].Questions[i]} }
	item := func(ref, name, address, when, text string) dc.Item {
		return dc.Item{Ref: ref, Name: name, Author: address, At: at(when), Kind: dc.Answer, Text: text, Status: dc.Collected, Source: ref + "-mail@example.org", Archived: "https://lists.example.org/meter/" + ref}
	}
	one := q(0, 0)
	one.Current = "We read meters.\n\nWe publish what we read, and we explain it to everybody who asks, in as many languages as our members speak."
	one.TextVersion, one.TextBy = 2, "Ana Lima <ana@example.org>"
	adopted := item("c1", "Ben Okoro", "ben@example.org", "2021-03-23 08:15", one.Current)
	adopted.Status = dc.Adopted
	one.Adopted = []dc.Item{adopted}
	supports := item("c4", "Chen Wei", "chen@example.org", "2021-03-24 10:00", "I support this answer.")
	supports.Kind, supports.Stance, supports.About = dc.StanceKind, dc.Support, "c1"
	iff := item("c5", "Dora Kiss", "dora@example.org", "2021-03-25 10:00", "Fine with me if the second sentence goes.")
	iff.Kind, iff.Stance, iff.About, iff.Quoted = dc.StanceKind, dc.SupportIf, "c1", "We publish what we read"
	one.Support = []dc.Item{supports, iff}
	objects := item("c6", "Emil <script>alert(1)</script>", "emil@example.org", "2021-03-26 21:30", "I object.\n\n  1. Nobody reads <b>all</b> meters.\n  2. See https://example.org/a_b?c=1&d=2.\n\nDISSENT\n=======\n> not a heading")
	objects.Kind, objects.Stance, objects.About, objects.Quoted, objects.Archived = dc.StanceKind, dc.Object, "c1", "We read meters.", ""
	one.Dissent = []dc.Item{objects}
	comment := item("c7", "", "fatima@example.org", "2021-03-27 09:00", "أوافق على الفكرة")
	comment.Kind = dc.Comment
	one.Comments = []dc.Item{comment}
	two := q(0, 1)
	late := item("c8", "Gus Berg", "gus@example.org", "2021-04-26 12:00", "About 120.")
	late.Late = true
	two.Pending = []dc.Item{item("c3", "Ben Okoro", "ben@example.org", "2021-03-23 08:20", "Roughly 100, a line that is longer than what fits into one line of plain text and so has to be wrapped by us.\n\tindented by its author"), late}
	aside := item("c9", "Hal Moor", "hal@example.org", "2021-03-28 12:00", "Too many.")
	aside.Status, aside.By, aside.Reason = dc.SetAside, "Ana Lima <ana@example.org>", "said in jest"
	replaced := item("c10", "Gus Berg", "gus@example.org", "2021-03-28 13:00", "About 90.")
	replaced.Status = dc.Superseded
	two.SetAside = []dc.Item{aside, replaced}
	gone := item("c11", "Ida Ray", "ida@example.org", "2021-03-28 14:00", "")
	gone.Status = dc.WithdrawnStatus
	two.Withdrawn = []dc.Item{gone}
	elsewhere := item("c12", "Jon Au", "jon@example.org", "2021-03-29 07:00", "Our answer is in the shared document.")
	elsewhere.Kind, elsewhere.Link = dc.HeldElsewhere, "https://docs.example.org/d/1"
	charter := q(1, 0)
	charter.Elsewhere = []dc.Item{elsewhere}
	awaiting := item("c13", "Kim Oh", "kim@example.org", "2021-03-30 07:00", "I take back what I wrote.")
	awaiting.Kind, awaiting.Stance, awaiting.Status = dc.StanceKind, dc.Withdrawn, dc.AwaitingConfirmation
	charter.Comments = []dc.Item{awaiting}
	groups := q(1, 2)
	old := q(1, 5)
	old.Pending = []dc.Item{item("c14", "Lea Roy", "lea@example.org", "2021-03-23 07:00", "Answered before it was removed.")}
	first, second := moment(t, "2021-04-25 23:59", "Africa/Nairobi"), moment(t, "2021-05-02 23:59", "Africa/Nairobi")
	return dc.Consolidated{
		Survey: "meters1", SurveyTitle: "Survey of coalitions", SurveyLink: "https://www.example.org/survey", Coalition: "dc-meter", CoalitionName: "Dynamic Coalition on Meters", Language: "en",
		Version: 2, State: dc.OpenState, Deadline: second, Made: at("2021-04-27 10:00"),
		Deadlines: []dc.DeadlineChange{{Moment: first, By: "operator", At: at("2021-03-20 09:00")}, {Moment: second, By: "Ana Lima <ana@example.org>", Reason: "several coalitions asked for more time", At: at("2021-04-23 15:00")}},
		Coverage:  dc.Coverage{Questions: 8, Answered: 3, Compulsory: 2, CompulsoryAnswered: 1, Missing: []string{"3"}, Unread: 1, Dissents: 1, Contributors: 11},
		Sections:  []dc.ConsolidatedSection{{Title: qs[0].Title, Questions: []dc.ConsolidatedQuestion{one, two}}, {Title: qs[1].Title, Questions: []dc.ConsolidatedQuestion{charter, groups, old}}},
		Tray:      []dc.Item{unsure(item("c15", "Mo Diaz", "mo@example.org", "2021-04-01 18:00", "Yes, of course."))},
		Changed:   []string{"1", "2"},
	}
}

func unsure(it dc.Item) dc.Item {
	it.Why = "it answers the introduction and names no question"
	return it
}

var errPlain = errors.New("the disk is full")
