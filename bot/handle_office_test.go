package bot

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/storage"
)

var updateAnswers = flag.Bool("update", false, "write the golden files anew")

// countingRand gives every test the same ids and tokens.
type countingRand struct{ n byte }

func (r *countingRand) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.n
	}
	r.n++
	return len(p), nil
}

// office is a bot with a survey, two coalitions and what their members wrote; commands are given to it.
type office struct {
	t   *testing.T
	b   *Bot
	now time.Time
	log *strings.Builder
	out strings.Builder // the transcript
}

var (
	operator = Operator
	grace    = dc.Actor{Name: "Grace Group", Address: "grace@dccg.example.org", Proven: true} // for all coalitions
	mia      = dc.Actor{Name: "Mia Meter", Address: "mia@example.org", Proven: true}          // facilitates dc-meter
	tom      = dc.Actor{Name: "Tom Tide", Address: "tom@example.net", Proven: true}           // facilitates dc-tides
	ana      = dc.Actor{Name: "Ana Lima", Address: "ana@example.org", Proven: true}           // a member of dc-meter
	stranger = dc.Actor{Address: "who@example.com", Proven: true}
)

func newOffice(t *testing.T) *office {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "dcbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r, err := render.New()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, now: time.Date(2021, 4, 10, 9, 30, 0, 0, time.UTC), log: &strings.Builder{}}
	o.b = New(db, Settings{
		Name: "dcbot", Prefix: "!dc", Address: "dcbot@example.test", Zone: "UTC", Language: "en", Version: "1.2.3",
		Group: dc.Group{Name: "DCCG", Zone: "UTC", Language: "en", Facilitators: []string{"grace@dccg.example.org"}},
		Coalitions: []dc.Coalition{
			{ID: "dc-meter", Name: "Metering Matters", Zone: "Africa/Nairobi", Language: "en", Facilitators: []string{"mia@example.org"},
				Lists: []dc.List{{Address: "meter@lists.example.test", ID: "meter.lists.example.test", Archive: "https://lists.example.test/meter/{id}"}}},
			{ID: "dc-tides", Name: "Tides", Aliases: []string{"tides"}, Zone: "UTC", Language: "en", Facilitators: []string{"tom@example.net"},
				Lists: []dc.List{{Address: "tides@lists.example.test", ID: "tides.lists.example.test"}}},
		},
		Secretariat: mail.Address{Name: "Secretariat", Addr: "secretariat@example.net"},
	}, r, nil)
	o.b.Now, o.b.Rand = func() time.Time { return o.now }, &countingRand{}
	o.b.Log = slog.New(slog.NewTextHandler(o.log, nil))
	o.load()
	return o
}

func (o *office) moment(wall string) dc.Moment {
	m, err := dc.NewMoment(wall, "UTC")
	if err != nil {
		o.t.Fatal(err)
	}
	return m
}

// load fills the record: a survey, and contributions c1 to c8.
func (o *office) load() {
	s := dc.Survey{
		ID: "dc2021", Title: "How coalitions work", Zone: "UTC", Launch: o.moment("2021-03-22 09:00"), Deadline: o.moment("2021-04-25 23:59"),
		Sections: []dc.Section{
			{Title: "People", Questions: []dc.Question{{Number: "1", Title: "Members", Text: "How many members do you have?", Kind: dc.Number, Need: dc.Compulsory}}},
			{Title: "Working methods", Questions: []dc.Question{
				{Number: "6", Title: "How decisions are made", Text: "How do you decide?\nSay who is asked.", Kind: dc.Open, Need: dc.Compulsory},
				{Number: "7bis", Title: "Outputs", Text: "What have you put out?", Kind: dc.Open},
			}},
		},
	}
	if _, err := o.b.LoadSurvey(o.t.Context(), s, "operator"); err != nil {
		o.t.Fatal(err)
	}
	at := time.Date(2021, 3, 25, 10, 0, 0, 0, time.UTC)
	for i, c := range []dc.Contribution{
		{Coalition: "dc-meter", Question: "6", Author: "ana@example.org", AuthorName: "Ana Lima", Kind: dc.Answer, Text: "We ask the list and wait a week.\nWhoever stays silent is not counted.", Why: "a reply in the thread of question 6"},
		{Coalition: "dc-meter", Question: "6", Author: "bo@example.org", AuthorName: "Bo Berg", Kind: dc.Answer, Text: "The chairs decide when nobody answers."},
		{Coalition: "dc-meter", Question: "6", Author: "cy@example.org", Kind: dc.StanceKind, Stance: dc.Object, Target: 2, Text: "I disagree with this: the chairs have never decided alone.", Quoted: "The chairs decide when nobody answers."},
		{Coalition: "dc-meter", Question: "", Author: "ana@example.org", AuthorName: "Ana Lima", Kind: dc.Answer, Text: "Three reports and a handbook.", Why: "no question is named"},
		{Coalition: "dc-tides", Question: "", Author: "dee@example.net", AuthorName: "Dee", Kind: dc.Answer, Text: "A tide table.", Why: "no question is named"},
		{Coalition: "dc-tides", Question: "6", Author: "dee@example.net", AuthorName: "Dee", Kind: dc.Answer, Text: "By lot."},
		{Coalition: "dc-meter", Question: "7bis", Author: "bo@example.org", AuthorName: "Bo Berg", Kind: dc.HeldElsewhere, Text: "See our list of papers.", Link: "https://docs.example.org/papers"},
		{Coalition: "dc-meter", Question: "6", Author: "ed@example.org", AuthorName: "Ed", Kind: dc.StanceKind, Stance: dc.SupportIf, Target: 1, Text: "Fine with me if two weeks are given.", Quoted: "wait a week", Late: true},
	} {
		o.update(func(tx *storage.Tx) error {
			p := dc.Post{Source: dc.FromMail, ExternalID: fmt.Sprintf("mail%d@example.org", i+1), Coalition: c.Coalition, List: "meter.lists.example.test", Author: c.Author, Sent: at, Received: at, State: dc.Processed, Raw: []byte("x")}
			if _, err := tx.InsertPost(&p); err != nil {
				return err
			}
			c.Post, c.Survey, c.Status, c.At = p.ID, "dc2021", dc.Collected, at.Add(time.Duration(i)*time.Hour)
			return tx.InsertContribution(&c)
		})
	}
}

func (o *office) update(fn func(tx *storage.Tx) error) {
	o.t.Helper()
	if err := o.b.DB.Update(o.t.Context(), fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) view(fn func(tx *storage.Tx) error) {
	o.t.Helper()
	if err := o.b.DB.View(o.t.Context(), fn); err != nil {
		o.t.Fatal(err)
	}
}

// say gives one command and writes it with its answer into the transcript.
func (o *office) say(who dc.Actor, line string) Answer {
	o.t.Helper()
	var a Answer
	o.update(func(tx *storage.Tx) error {
		a = o.b.execute(o.t.Context(), tx, line, who, "", 1, o.now)
		return nil
	})
	mark, text := "", a.Text
	if !a.OK {
		mark = " (refused)"
	}
	for _, rendered := range []string{"*** DRAFT", "    | Dear members"} { // what package render writes has golden files there
		if before, _, ok := strings.Cut(text, rendered); ok {
			text = before + rendered + " ...\n"
		}
	}
	fmt.Fprintf(&o.out, "===== %s: %s%s\n%s\n", who.Address, line, mark, text)
	for l := range strings.Lines(a.Text) {
		if command.Is(l, "!dc") {
			o.t.Errorf("%q: this line of the answer would be taken for a command when it comes back: %s", line, l)
		}
	}
	return a
}

// golden compares the transcript.
func (o *office) golden(name string) {
	o.t.Helper()
	path := filepath.Join("testdata", "answers", name)
	if *updateAnswers {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(o.out.String()), 0o644); err != nil {
			o.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), o.out.String()); diff != "" {
		o.t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
	if o.log.Len() > 0 {
		o.t.Errorf("logged:\n%s", o.log)
	}
}
