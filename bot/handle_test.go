package bot

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	mark := ""
	if !a.OK {
		mark = " (refused)"
	}
	fmt.Fprintf(&o.out, "===== %s: %s%s\n%s\n", who.Address, line, mark, a.Text)
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

// Each command has a handler, and each handler a command.
func TestHandlersAndCommands(t *testing.T) {
	var names []string
	for _, c := range command.All() {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(handlers()))); diff != "" {
		t.Error(diff)
	}
}

func TestLook(t *testing.T) {
	o := newOffice(t)
	o.say(operator, "status")
	o.say(mia, "!dc status")
	o.say(mia, "!dc tray")
	o.say(grace, "!dc tray")
	o.say(mia, "!dc question 6")
	o.say(mia, "!dc question 9")
	o.say(grace, "!dc question 6")
	o.say(grace, "!dc question 6 in tides")
	o.say(mia, "!dc show c1")
	o.say(mia, "!dc show c3")
	o.say(mia, "!dc show c4")
	o.say(mia, "!dc show c99")
	o.say(stranger, "!dc version")
	o.say(stranger, "!dc help version")
	o.say(operator, "help tray")
	o.say(mia, "!dc stauts")
	o.golden("look.txt")
}

func TestSort(t *testing.T) {
	o := newOffice(t)
	o.say(mia, "!dc assign c4 to Q7bis.")
	o.say(mia, "!dc assign c4 7bis")
	o.say(mia, "!dc assign c4 99")
	o.say(mia, "!dc assign c4 tray")
	o.say(mia, "!dc adopt c4")
	o.say(mia, "!dc adopt c4 as 7bis")
	o.say(mia, "!dc adopt c1 c2")
	o.say(mia, "!dc assign c1 1")
	o.say(mia, "!dc release c2")
	o.say(mia, "!dc release c2")
	o.say(mia, "!dc adopt c3")
	o.say(mia, "!dc set-aside c3 we heard this before")
	o.say(mia, "!dc set-aside c2 says the opposite of what we do")
	o.say(mia, "!dc set-aside c1 was too long")
	o.say(mia, "!dc set-aside c1")
	o.say(mia, "!dc restore c2")
	o.say(mia, "!dc restore c2")
	o.say(mia, "!dc question 6")
	o.say(mia, "!dc log")
	o.golden("sort.txt")
}

func TestDraft(t *testing.T) {
	o := newOffice(t)
	o.say(mia, "!dc submit")
	o.say(mia, "!dc reopen")
	o.say(operator, "survey launch now in dc-meter")
	o.now = o.now.Add(time.Hour)
	o.say(mia, "!dc adopt c1")
	o.say(mia, "!dc draft")
	o.say(mia, "!dc draft text")
	o.say(mia, "!dc approve")
	o.say(mia, "!dc submit v7")
	// A dissent that comes in after the approval must not be left out.
	o.update(func(tx *storage.Tx) error {
		c := dc.Contribution{Post: 1, Seq: 5, Coalition: "dc-meter", Survey: "dc2021", Question: "6", Author: "fay@example.org", Kind: dc.StanceKind, Stance: dc.Object, Text: "I object to the week.", Status: dc.Collected, At: o.now}
		return tx.InsertContribution(&c)
	})
	o.say(mia, "!dc submit")
	o.say(mia, "!dc approve")
	o.say(mia, "!dc submit")
	o.say(mia, "!dc submit")
	o.say(mia, "!dc approve")
	o.say(mia, "!dc status")
	o.say(mia, "!dc reopen")
	o.say(mia, "!dc reopen")
	o.say(mia, "!dc log")
	o.golden("draft.txt")
	o.view(func(tx *storage.Tx) error {
		mails, err := tx.ListOutgoing(storage.OutgoingFilter{Kind: "submission"})
		if err == nil && len(mails) != 1 {
			t.Errorf("%d mails to the Secretariat, want one", len(mails))
		}
		return err
	})
}

func TestSurveyAndDeadline(t *testing.T) {
	o := newOffice(t)
	o.now = time.Date(2021, 3, 20, 8, 0, 0, 0, time.UTC)
	o.say(stranger, "!dc survey")
	o.say(stranger, "!dc survey show")
	o.say(stranger, "!dc survey show dc1999")
	o.say(mia, "!dc survey launch")
	o.say(mia, "!dc status")
	o.say(mia, "!dc survey hold")
	o.say(mia, "!dc survey hold")
	o.say(tom, "!dc survey launch now")
	o.say(tom, "!dc survey launch now")
	o.say(tom, "!dc survey hold")
	o.now = o.now.AddDate(0, 0, 5)
	o.say(mia, "!dc survey launch")
	o.say(mia, "!dc survey launch now")
	o.say(mia, "!dc extend 7d")
	o.now = o.now.Add(time.Minute)
	o.say(mia, "!dc extend 2021-05-09 18:00 Africa/Nairobi Easter and Ramadan")
	o.say(mia, "!dc extend 2021-04-01")
	o.now = o.now.Add(time.Minute)
	o.say(mia, "!dc deadline move 2021-05-02 the Secretariat needs a week")
	o.say(mia, "!dc deadline move 2021-03-01 too late")
	o.say(mia, "!dc deadline move 02/05/2021 which?")
	o.say(ana, "!dc deadline dc-meter")
	o.say(stranger, "!dc deadline")
	o.say(mia, "!dc extend all 14d")
	o.now = o.now.Add(time.Minute)
	o.say(grace, "!dc extend all 14d as in other years")
	o.say(stranger, "!dc deadline")
	o.say(grace, "!dc survey launch now in all")
	o.say(grace, "!dc survey hold all")
	o.say(grace, "!dc survey hold all")
	o.golden("survey.txt")
	// A deadline is announced once for each time that it was moved.
	o.view(func(tx *storage.Tx) error {
		mails, err := tx.ListOutgoing(storage.OutgoingFilter{Kind: "announcement"})
		if err == nil && len(mails) != 5 {
			t.Errorf("%d announcements, want 5", len(mails))
		}
		return err
	})
}

func TestOutbox(t *testing.T) {
	o := newOffice(t)
	o.say(mia, "!dc outbox")
	o.say(mia, "!dc survey launch now")
	o.say(tom, "!dc survey launch now")
	o.fail(1, "550 5.7.1 not allowed to post here")
	o.set(2, dc.Uncertain)
	o.update(func(tx *storage.Tx) error {
		secret := dc.Outgoing{Channel: dc.ToMailbox, Destination: "ana@example.org", Key: "confirm/x", MessageID: "c@example.test", Token: "t", Kind: "confirmation", Coalition: "dc-meter", State: dc.Queued, Created: o.now, NotBefore: o.now.Add(time.Hour),
			Content: dc.Content{Subject: "Was this you?", Text: "token 0123456789abcdef0123"}}
		_, err := tx.Enqueue(&secret)
		return err
	})
	o.say(mia, "!dc outbox")
	o.say(operator, "outbox dc-tides")
	o.say(mia, "!dc outbox show m1")
	o.say(mia, "!dc outbox show m9")
	o.say(mia, "!dc outbox show m5")
	o.say(mia, "!dc outbox show m77")
	o.say(mia, "!dc outbox release m1")
	o.say(mia, "!dc outbox retry m1")
	o.say(mia, "!dc outbox release m2")
	o.say(mia, "!dc outbox hold m2")
	o.say(mia, "!dc outbox release m2")
	o.say(mia, "!dc outbox hold m3 m4")
	o.say(mia, "!dc outbox retry m3")
	o.say(mia, "!dc outbox drop m3")
	o.say(mia, "!dc outbox drop m3")
	o.say(mia, "!dc outbox hold m4 m3") // the second cannot: the first is not touched either
	o.say(mia, "!dc outbox")
	o.say(mia, "!dc pause")
	o.say(grace, "!dc resume")
	o.say(grace, "!dc pause a list complains")
	o.say(mia, "!dc status")
	o.say(operator, "resume")
	o.say(operator, "log")
	if a := o.say(mia, "!dc outbox show m9"); strings.Contains(a.Text, "0123456789abcdef0123") {
		t.Error("a facilitator can read somebody's one-time token")
	}
	o.golden("outbox.txt")
}

// fail makes a mail fail for good, by an attempt.
func (o *office) fail(id int64, why string) {
	o.t.Helper()
	o.update(func(tx *storage.Tx) error {
		a, err := tx.BeginAttempt(id, o.now, o.now.Add(time.Minute))
		if err != nil {
			return err
		}
		return tx.EndAttempt(a, o.now, 550, why, dc.Failed, o.now)
	})
}

func (o *office) set(id int64, s dc.OutgoingState) {
	o.t.Helper()
	o.update(func(tx *storage.Tx) error { return tx.SetOutgoingState(id, s, "the connection was lost", o.now) })
}

func TestSelf(t *testing.T) {
	o := newOffice(t)
	o.say(ana, "!dc me")
	o.say(stranger, "!dc me")
	o.say(mia, "!dc me")
	o.say(operator, "me")
	o.say(ana, "!dc show c1")
	o.say(ana, "!dc show c2")
	o.say(mia, "!dc adopt c1")
	o.say(mia, "!dc approve")
	o.say(ana, "!dc withdraw c1 c2") // c2 is not hers: neither is withdrawn
	o.say(ana, "!dc withdraw c1")
	o.say(ana, "!dc withdraw c1")
	o.say(ana, "!dc me")
	o.say(mia, "!dc show c1")
	o.say(mia, "!dc withdraw c2")
	o.say(operator, "withdraw c3")
	o.say(tom, "!dc withdraw c3")
	o.say(mia, "!dc question 6")
	o.say(mia, "!dc log")
	o.golden("self.txt")
}

// Nobody acts where they have no rights; what may be done depends on the address and on its proof.
func TestRights(t *testing.T) {
	unproven := mia
	unproven.Proven = false
	o := newOffice(t)
	for _, line := range []string{"status", "tray", "assign c1 7bis", "adopt c1", "release c1", "set-aside c1 x", "restore c1", "question 6", "draft", "draft text", "approve", "submit", "reopen",
		"survey launch now", "survey hold", "deadline move 2021-05-02 x", "extend 7d", "outbox", "outbox show m1", "outbox drop m1", "pause", "resume", "log"} {
		before := o.digest()
		for _, who := range []dc.Actor{stranger, ana, unproven} {
			if a := o.say(who, "!dc "+line); a.OK {
				t.Errorf("%s may %s", who.Address, line)
			}
		}
		if strings.Contains(line, "c1") {
			if a := o.say(tom, "!dc "+line); a.OK {
				t.Errorf("tom may %s", line)
			}
		}
		if o.digest() != before {
			t.Errorf("%s changed the record", line)
		}
	}
	o.say(tom, "!dc status dc-meter")
	o.say(tom, "!dc approve dc-meter")
	o.say(tom, "!dc assign c5 6 in dc-meter")
	o.say(grace, "!dc assign c5 6 in dc-meter")
	o.say(grace, "!dc approve")
	o.say(grace, "!dc approve in dc-nowhere")
	o.golden("rights.txt")
}

// digest is the part of the record that commands change.
func (o *office) digest() string {
	o.t.Helper()
	var out string
	o.view(func(tx *storage.Tx) error {
		cs, err := tx.Contributions(storage.Filter{})
		if err != nil {
			return err
		}
		log, err := tx.AuditLog("", 1000)
		if err != nil {
			return err
		}
		mails, err := tx.ListOutgoing(storage.OutgoingFilter{})
		if err != nil {
			return err
		}
		rs, err := tx.Responses("dc2021")
		if err != nil {
			return err
		}
		paused, err := tx.Setting(settingPaused)
		out = fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%s", cs, log, mails, rs, paused)
		return err
	})
	return out
}

func TestConfirm(t *testing.T) {
	o := newOffice(t)
	put := func(token, kind, address, subject string, expires time.Time) {
		o.update(func(tx *storage.Tx) error {
			return tx.PutConfirmation(storage.Confirmation{Token: token, Kind: kind, Address: address, Subject: subject, Post: 1, Expires: expires, State: "waiting"})
		})
	}
	unproven := dc.Actor{Name: "Mia Meter", Address: "Mia@example.org"}
	put("11111111111111111111", "command", "mia@example.org", "!dc assign c4 7bis\n!dc set-aside c2 a duplicate", o.now.Add(time.Hour))
	put("22222222222222222222", "command", "mia@example.org", "!dc pause", o.now.Add(-time.Hour))
	put("33333333333333333333", "withdraw", "cy@example.org", "3/0", o.now.Add(time.Hour))
	o.say(unproven, "!dc assign c4 7bis")
	o.say(ana, "!dc confirm 11111111111111111111")
	o.say(unproven, "!dc confirm 1111")
	o.say(unproven, "!dc confirm 22222222222222222222")
	o.say(unproven, "!dc confirm 11111111111111111111.")
	o.say(unproven, "!dc confirm 11111111111111111111")
	o.say(dc.Actor{Address: "cy@example.org"}, "!dc confirm 33333333333333333333")
	o.say(mia, "!dc show c3")
	o.golden("confirm.txt")
}

func TestExecuteAll(t *testing.T) {
	o := newOffice(t)
	all := func(lines ...string) {
		var text string
		o.update(func(tx *storage.Tx) error {
			text = o.b.executeAll(o.t.Context(), tx, lines, mia, "", 1, o.now)
			return nil
		})
		fmt.Fprintf(&o.out, "===== %s\n%s\n", strings.Join(lines, " / "), text)
	}
	all("!dc version")
	all("!dc assign c4 7bis", "!dc adopt c4", "!dc version")
	all("!dc set-aside c1 first", "!dc set-aside c3 an objection", "!dc frobnicate", "!dc restore c1")
	all("!dc adopt c3", "!dc assign c5 6")
	all(slices.Repeat([]string{"!dc version"}, 12)...)
	o.golden("several.txt")
}

// A command that fails half-way leaves nothing behind, and those after it are not affected.
func TestFailureLeavesNothing(t *testing.T) {
	o := newOffice(t)
	before := o.digest()
	if a := o.say(mia, "!dc assign c4 c5 7bis"); a.OK { // c5 is another coalition's
		t.Error("c5 was assigned")
	}
	if after := o.digest(); after != before {
		t.Errorf("half of it was written:\n%s", cmp.Diff(before, after))
	}
}

// A handler that fails for an internal reason, or panics, is undone and logged; the person learns that, and no more.
func TestInternalFailure(t *testing.T) {
	o := newOffice(t)
	before := o.digest()
	broken := map[string]func() error{
		internalFailure: func() error { return fmt.Errorf("the index is upside down") },
		internalError:   func() error { var m map[string]int; m["x"] = 1; return nil },
	}
	for want, fn := range broken {
		var a Answer
		o.update(func(tx *storage.Tx) error {
			e := &env{ctx: context.Background(), b: o.b, tx: tx, now: o.now, actor: mia, post: 1}
			err := e.try("assign", func() error {
				c, err := tx.Contribution(4)
				if err != nil {
					return err
				}
				c.Question = "1"
				if err := tx.UpdateContribution(c); err != nil {
					return err
				}
				return fn()
			})
			a = Answer{Text: o.b.explain(err, 1)}
			return nil
		})
		if a.Text != want+"\n" {
			t.Errorf("the answer is %q, want %q", a.Text, want)
		}
	}
	if o.digest() != before {
		t.Error("a failed command left something behind")
	}
	for _, want := range []string{"the index is upside down", "assignment to entry in nil map"} {
		if !strings.Contains(o.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, o.log)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * time.Second: "less than a minute", time.Minute: "1 minute", 61 * time.Minute: "1 hour 1 minute", 2 * time.Hour: "2 hours",
		25 * time.Hour: "1 day 1 hour", 72*time.Hour + 5*time.Minute: "3 days",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
