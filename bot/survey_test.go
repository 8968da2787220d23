package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// queue lists what was queued for lists, oldest first: "day time kind subject".
func (d *desk) queue() []string {
	d.t.Helper()
	var out []string
	d.view(func(tx *storage.Tx) error {
		all, err := tx.ListOutgoing(storage.OutgoingFilter{})
		slices.SortFunc(all, func(a, b dc.Outgoing) int { return int(a.ID - b.ID) })
		for _, o := range all {
			if o.Channel == dc.ToList && o.State == dc.Queued {
				out = append(out, fmt.Sprintf("%s %s %s", o.NotBefore.Format("Mon 15:04"), o.Kind, o.Content.Subject))
			}
		}
		return err
	})
	return out
}

func meterOnly(form dc.LaunchForm, pace dc.LaunchPace, zone string) func(*bot.Settings) {
	return func(s *bot.Settings) {
		s.Coalitions = s.Coalitions[:1]
		c := &s.Coalitions[0]
		c.Lists, c.Launch, c.Pace, c.Zone = c.Lists[:1], form, pace, zone
	}
}

// The forms of a launch; each of its mails is an anchor, under which a plain reply finds its question or at least the survey.
func TestLaunchForms(t *testing.T) {
	for form, want := range map[dc.LaunchForm][]string{
		dc.PerQuestion: {"introduction", "question", "question", "question", "question"},
		dc.PerSection:  {"introduction", "section", "section", "section"},
		dc.InOneMail:   {"introduction", "survey"},
	} {
		t.Run(string(form), func(t *testing.T) {
			d := newDesk(t, meterOnly(form, dc.AllAtOnce, "UTC"))
			d.do("survey launch now in dc-meter")
			var kinds []string
			d.view(func(tx *storage.Tx) error {
				all, err := tx.ListOutgoing(storage.OutgoingFilter{})
				slices.Reverse(all)
				for i, o := range all {
					kinds = append(kinds, o.Kind)
					as, err := tx.Anchors("dc-meter", o.MessageID)
					if err != nil || len(as) != 1 || as[0].Question != o.Question {
						t.Errorf("%s: anchors %v, %v", o.Kind, as, err)
					}
					if ids := 1 + i; int64(ids) != o.ID {
						t.Errorf("m%d is number %d", o.ID, ids)
					}
				}
				return err
			})
			if diff := cmp.Diff(want, kinds); diff != "" {
				t.Error(diff)
			}
			a := d.try("survey launch now in dc-meter")
			if a.OK {
				t.Error("it was launched twice")
			}
		})
	}
}

// One section on each working day, at the same wall time in the coalition's zone, across a weekend and a change of clocks.
func TestSectionPerWorkingDay(t *testing.T) {
	d := newDesk(t, meterOnly(dc.PerQuestion, dc.SectionPerDay, "Europe/Berlin"))
	d.now = time.Date(2021, 3, 26, 9, 0, 0, 0, time.UTC) // a Friday; clocks change on Sunday
	d.do("survey launch now in dc-meter")
	want := []string{
		"Fri 09:00 introduction How coalitions work: answers until 25 April 2021", "Fri 09:00 question Survey Q1: Members", "Mon 08:00 question Survey Q6: How decisions are made",
		"Mon 08:00 question Survey Q9: Outputs", "Tue 08:00 question Survey Q12: Challenges",
	}
	if diff := cmp.Diff(want, d.queue()); diff != "" {
		t.Error(diff)
	}
	weekend := newDesk(t, meterOnly(dc.PerSection, dc.SectionPerDay, "Europe/Berlin"))
	weekend.now = time.Date(2021, 4, 3, 9, 0, 0, 0, time.UTC) // a Saturday
	weekend.do("survey launch now in dc-meter")
	for i, day := range []string{"Sat", "Mon", "Tue", "Wed"} {
		if got := weekend.queue()[i]; !strings.HasPrefix(got, day) {
			t.Errorf("mail %d goes out %s, want %s", i, got, day)
		}
	}
}

// A survey edited after its launch: what members have seen is announced as changed, what still waits is brought up to date, a
// removed question keeps its contributions.
func TestSurveyEditedAfterLaunch(t *testing.T) {
	d := newDesk(t, meterOnly(dc.PerQuestion, dc.SectionPerDay, "UTC"))
	d.do("survey launch now in dc-meter")
	sent := d.question("1")
	d.update(func(tx *storage.Tx) error {
		a, err := tx.BeginAttempt(sent.ID, d.now, d.now)
		if err != nil {
			return err
		}
		return tx.EndAttempt(a, d.now, 250, "", dc.Sent, d.now)
	})
	d.receive(via("meter", d.answer("1").raw()))
	waiting := d.question("6")

	s := survey(t)
	s.Sections[1].Questions[0].Text = "How does your coalition decide, and who may object?"
	s.Sections[0].Questions[0].Text = "How do people join, and who may not?"
	s.Sections[1].Questions = append(s.Sections[1].Questions, dc.Question{Number: "10", Title: "Events", Text: "Which events did you hold?", Kind: dc.Open})
	s.Sections[2].Questions = nil
	res, err := d.b.LoadSurvey(t.Context(), s, "operator")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bot.LoadResult{Version: 2, Changed: true, New: []string{"10"}, Edited: []string{"1", "6"}, Removed: []string{"12"}}, res); diff != "" {
		t.Error(diff)
	}
	if now := d.question("6"); now.MessageID != waiting.MessageID || !strings.Contains(now.Content.Text, "who may object") {
		t.Errorf("what waits says:\n%s", now.Content.Text)
	}
	if o := d.question("12"); o.State != dc.Dropped {
		t.Errorf("the mail of the removed question is %s", o.State)
	}
	d.wantMail("announcement to meter@lists.example.test", "question to meter@lists.example.test") // Q1 changed, Q10 new
	if res, err = d.b.LoadSurvey(t.Context(), s, "operator"); err != nil || res.Changed {
		t.Errorf("loading it again: %+v, %v", res, err)
	}
	// Now a question goes that has an answer.
	s.Sections = s.Sections[1:]
	if _, err = d.b.LoadSurvey(t.Context(), s, "operator"); err != nil {
		t.Fatal(err)
	}
	d.wantRecord("dc-meter Q1 ana@example.org answer: We ask the whole list and wait for a week before we act.")
	draft, err := d.b.Consolidate(t.Context(), "dc2021", "dc-meter")
	if err != nil || !strings.Contains(fmt.Sprint(draft), "wait for a week") {
		t.Errorf("the draft lost the answer to a removed question: %v", err)
	}
	d.wantMail("announcement to meter@lists.example.test", "announcement to meter@lists.example.test", "question to meter@lists.example.test")
	d.wantReplay()
}

// A deadline that moves, by command or in the file, is announced once on each list that it concerns; late answers are marked
// against the deadline in force.
func TestDeadlineMoves(t *testing.T) {
	d := launched(t)
	announcements := func(n int) []string {
		var out []string
		for range n {
			out = append(out, "announcement to meter@lists.example.test", "announcement to meter-talk@lists.example.test")
		}
		return out
	}
	d.do("extend 2021-05-02 23:59 UTC in dc-meter Easter")
	if a := d.try("extend 2021-05-02 23:59 UTC in dc-meter Easter"); a.OK {
		t.Error("moved to where it was")
	}
	d.wantMail(announcements(1)...)
	s := survey(t)
	s.Deadline = moment(t, "2021-05-09 23:59", "UTC")
	for range 2 {
		d.now = d.now.Add(time.Minute)
		if _, err := d.b.LoadSurvey(t.Context(), s, "operator"); err != nil {
			t.Fatal(err)
		}
	}
	d.wantMail(announcements(2)...)
	for _, c := range []struct {
		id   string
		at   time.Time
		late bool
	}{{"t1@example.org", s.Deadline.UTC.Add(30 * time.Second), false}, {"t2@example.org", s.Deadline.UTC.Add(2 * time.Minute), true}} {
		d.now = c.at.Add(time.Minute)
		l := d.answer("6")
		l.id, l.at, l.body = c.id, c.at, "We vote, "+c.id[:2]+" times a year."
		d.receive(via("meter", l.raw()))
		d.view(func(tx *storage.Tx) error {
			cs, err := tx.Contributions(storage.Filter{Post: postID(t, tx, c.id)})
			if len(cs) != 1 || cs[0].Late != c.late {
				t.Errorf("%s: %+v, want late %v", c.id, cs, c.late)
			}
			return err
		})
	}
	d.wantMail(announcements(2)...)
}

// A scheduled launch follows the survey file to a new time, happens once, and can be scheduled again after it failed because its
// coalition was out of the config.
func TestScheduledLaunch(t *testing.T) {
	d := newDesk(t, meterOnly(dc.InOneMail, dc.AllAtOnce, "UTC"))
	d.now = time.Date(2021, 3, 20, 8, 0, 0, 0, time.UTC)
	d.do("survey launch in dc-meter")
	s := survey(t)
	s.Launch = moment(t, "2021-03-29 09:00", "UTC")
	if _, err := d.b.LoadSurvey(t.Context(), s, "operator"); err != nil {
		t.Fatal(err)
	}
	d.now = time.Date(2021, 3, 22, 10, 0, 0, 0, time.UTC)
	d.work()
	if q := d.queue(); len(q) != 0 {
		t.Fatalf("it was launched at the old time: %v", q)
	}
	all := d.b.Set.Coalitions
	d.b.Set.Coalitions = nil
	d.now = time.Date(2021, 3, 29, 9, 0, 0, 0, time.UTC)
	d.work() // its coalition is gone: logged, and nothing else stops
	d.b.Set.Coalitions = all
	s.Launch = moment(t, "2021-03-30 09:00", "UTC")
	if _, err := d.b.LoadSurvey(t.Context(), s, "operator"); err != nil {
		t.Fatal(err)
	}
	d.now = time.Date(2021, 3, 30, 9, 0, 0, 0, time.UTC)
	d.work()
	d.work()
	if q := d.queue(); len(q) != 2 {
		t.Errorf("queued: %v", q)
	}
}

const objected = "I disagree with this answer. Nobody has ever waited for a week."

// objects is a desk with an adopted answer and an approved version, and the mail of an objection to it.
func approved(t *testing.T) (*desk, []byte) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	d.do("adopt c1")
	d.do("approve in dc-meter")
	return d, via("meter", letter{id: "c1@example.org", from: cora, subject: "Re: Survey Q6", reply: "a1@example.org", body: objected, at: d.now}.raw())
}

// No draft leaves that lacks a recorded dissent: not by `submit`, nor when the dissent comes after it and before the sending,
// nor when it sits in the tray.
func TestNoDraftLeavesWithoutADissent(t *testing.T) {
	t.Run("before submit", func(t *testing.T) {
		d, objection := approved(t)
		d.receive(objection)
		if a := d.try("submit in dc-meter"); a.OK || !strings.Contains(a.Text, "lacks the dissent c2") {
			t.Errorf("submit: %+v", a)
		}
		d.do("approve in dc-meter")
		d.do("submit in dc-meter")
		if text := d.last("submission").Content.Text; !strings.Contains(text, "Nobody has ever waited for a week") {
			t.Errorf("the document lacks the dissent:\n%s", text)
		}
		d.wantMail("submission to secretariat@example.net")
	})
	t.Run("in the tray", func(t *testing.T) {
		d, _ := approved(t)
		d.receive(letter{id: "c1@example.org", from: cora, to: "dcbot@example.test", subject: "Re: Survey Q6", reply: "a1@example.org", body: objected, at: d.now}.raw())
		d.wantRecord(asked+" (adopted)", "dc-meter tray cora@example.org stance: "+objected+" [object a1@example.org/0]")
		if a := d.try("submit in dc-meter"); a.OK {
			t.Error("it was submitted")
		}
		d.do("approve in dc-meter")
		d.do("assign c2 6") // now it stands under its question: the frozen version has it elsewhere
		if a := d.try("submit in dc-meter"); a.OK {
			t.Error("it was submitted with the dissent in the wrong place")
		}
		d.wantMail()
	})
	t.Run("between submit and the sending", func(t *testing.T) {
		h := newHouse(t)
		h.run()
		h.do("survey launch now in dc-meter")
		submit := func(mail letter) {
			h.srv.Submit("ana@example.org", []string{"meter@lists.example.test"}, mail.raw())
			h.rest()
		}
		var q dc.Outgoing
		h.view(func(tx *storage.Tx) (err error) {
			q, err = tx.OutgoingByKey("launch/dc2021/dc-meter/meter@lists.example.test/q6")
			return err
		})
		submit(letter{id: "a1@example.org", from: ana, subject: "Re: Survey Q6", reply: q.MessageID, body: "We ask everybody and wait for a week.", at: h.clock()})
		h.do("approve in dc-meter")
		h.do("pause the server is moved")
		h.do("submit in dc-meter")
		submit(letter{id: "c1@example.org", from: cora, subject: "Re: Survey Q6", reply: "a1@example.org", body: objected, at: h.clock()})
		h.do("resume")
		h.later(24 * time.Hour)
		h.wantSent(append(launchOnMeter(), "notice to mia@example.org")...)
		h.do("reopen in dc-meter")
		h.do("approve in dc-meter")
		h.do("submit in dc-meter")
		h.wantSent(append(launchOnMeter(), "notice to mia@example.org", "submission to secretariat@example.net")...)
	})
}

// Nothing leaves that nobody approved, or twice, or with words that their author has taken back since.
func TestSubmitRefusals(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	if a := d.try("submit in dc-meter"); a.OK {
		t.Error("submitted without an approval")
	}
	d.do("approve in dc-meter")
	d.receive(proven(order("o1@example.org", ana, "!dc withdraw c1").raw()))
	if a := d.try("submit in dc-meter"); a.OK || !strings.Contains(a.Text, "taken back") {
		t.Errorf("submit: %+v", a)
	}
	d.do("approve in dc-meter")
	d.do("submit in dc-meter")
	if a := d.try("submit in dc-meter"); a.OK {
		t.Error("submitted twice")
	}
	if a := d.try("approve in dc-meter"); a.OK {
		t.Error("approved what was submitted, without reopening")
	}
	d.wantMail("reply to ana@example.org", "submission to secretariat@example.net")
}

// A text that its author replaces stays until the new words are adopted; these take its place. What is taken back leaves the text,
// also when it had been replaced before.
func TestAdoptedThenReplacedThenAdopted(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	d.receive(via("meter", letter{id: "b1@example.org", from: ben, subject: "Re: Survey Q6", reply: d.question("6").MessageID, body: "The chairs sum up in the end.", at: d.now}.raw()))
	d.do("adopt c1 c2")
	newer := d.answer("6")
	newer.id, newer.at, newer.body = "a2@example.org", d.now.Add(time.Hour), "This replaces my earlier answer.\n\nWe ask the whole list and wait for ten days."
	d.now = d.now.Add(2 * time.Hour)
	d.receive(via("meter", newer.raw()))
	text := func() string {
		draft, err := d.b.Consolidate(t.Context(), "dc2021", "dc-meter")
		if err != nil {
			t.Fatal(err)
		}
		for _, sec := range draft.Sections {
			for _, q := range sec.Questions {
				if q.Number == "6" {
					return strings.Join(strings.Fields(q.Current), " ")
				}
			}
		}
		return ""
	}
	const week, chairs = "We ask the whole list and wait for a week before we act.", "The chairs sum up in the end."
	if got := text(); got != week+" "+chairs {
		t.Errorf("before it is adopted the text is %q", got)
	}
	d.do("adopt c3")
	if got := text(); strings.Contains(got, week) || !strings.HasSuffix(got, "ten days. "+chairs) {
		t.Errorf("the text is %q", got)
	}
	d.receive(via("meter", newer.raw())) // read again, it changes nothing
	d.receive(proven(order("o1@example.org", ana, "!dc withdraw c3").raw()))
	if got := text(); got != chairs {
		t.Errorf("after the withdrawal the text is %q", got)
	}
	d.wantMail("reply to ana@example.org")
	d.wantReplay()
}
