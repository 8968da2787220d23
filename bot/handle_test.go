package bot

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

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
