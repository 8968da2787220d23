package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/mailtest"
	"dcbot/storage"
)

// A launch reaches the lists, its own copies come back and are known, a member's reply finds its question, and nobody gets
// anything else; through a plain and a munging list.
func TestLaunchAndReply(t *testing.T) {
	for list, coalition := range map[string]string{"meter": "dc-meter", "tides": "dc-tides"} {
		t.Run(list, func(t *testing.T) {
			h := newHouse(t)
			h.run()
			h.do("survey launch now in " + coalition)
			var question dc.Outgoing
			h.view(func(tx *storage.Tx) (err error) {
				question, err = tx.OutgoingByKey("launch/dc2021/" + coalition + "/" + list + "@lists.example.test/q6")
				return err
			})
			if question.State != dc.Sent || question.Returned.IsZero() {
				t.Errorf("question 6 is %s, returned %v", question.State, question.Returned)
			}
			l := letter{id: "a1@example.org", from: ana, to: list + "@lists.example.test", subject: "Re: decisions", reply: question.MessageID, body: "We ask everybody and wait.", at: h.clock()}
			h.srv.Submit("ana@example.org", []string{l.to}, l.raw())
			h.rest()
			want := coalition + " Q6 ana@example.org answer: We ask everybody and wait."
			if got := record(t, h.b.DB); len(got) != 1 || got[0] != want {
				t.Errorf("the record is %q, want %q", got, want)
			}
			h.later(time.Hour) // all came back: nobody is told of a moderator
			h.wantSent(append(times(4, "question to "+list+"@lists.example.test"), "introduction to "+list+"@lists.example.test")...)
		})
	}
}

func (h *house) view(fn func(tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.b.DB.View(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// A temporary refusal is tried again, later; the mail goes out once.
func TestCase29TemporaryRefusal(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.srv.SetFaults(mailtest.Faults{Dot: mailtest.Reply{Code: 552, Text: "try later"}, Times: 2})
	h.run()
	h.rest()
	if o := h.row(1); o.State != dc.Queued || o.Attempts != 1 || !o.NotBefore.After(h.clock()) {
		t.Fatalf("after the first refusal: %+v", o)
	}
	h.rest() // nothing happens before its time
	h.wantSent()
	h.later(2 * time.Minute)
	h.wantSent()
	h.later(10 * time.Minute)
	if o := h.row(1); o.State != dc.Sent || o.Attempts != 3 {
		t.Errorf("in the end: %s after %d attempts: %s", o.State, o.Attempts, o.Error)
	}
	h.later(time.Hour)
	h.wantSent("announcement to meter@lists.example.test")
}

// A permanent refusal ends it at once; the facilitators are told, and a retry after the cause was mended sends it.
func TestCase29PermanentRefusal(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.srv.SetFaults(mailtest.Faults{Rcpt: map[string]mailtest.Reply{"meter@lists.example.test": {Code: 550, Text: "no such list"}}})
	h.run()
	h.rest()
	if o := h.row(1); o.State != dc.Failed || !strings.Contains(o.Error, "no such list") {
		t.Errorf("it is %s: %s", o.State, o.Error)
	}
	h.wantSent("notice to mia@example.org")
	h.srv.SetFaults(mailtest.Faults{})
	h.do("outbox retry m1")
	h.wantSent("notice to mia@example.org", "announcement to meter@lists.example.test")
}

// What fails for more than two days fails for good, with a notice; a person's retry starts with all attempts before it.
func TestBackOffExhaustedAndRetried(t *testing.T) {
	h := oneInTheHouse(t, dc.ToMailbox)
	h.srv.SetFaults(mailtest.Faults{Rcpt: map[string]mailtest.Reply{"ana@example.org": {Code: 451, Text: "greylisted"}}})
	h.run()
	h.rest()
	start := h.clock()
	for range 40 {
		if h.row(1).State == dc.Failed {
			break
		}
		h.later(6 * time.Hour)
	}
	if o := h.row(1); o.State != dc.Failed || h.clock().Sub(start) < 48*time.Hour {
		t.Fatalf("%s after %v and %d attempts", o.State, h.clock().Sub(start), o.Attempts)
	}
	h.wantSent("notice to mia@example.org")
	h.do("outbox retry m1") // greylisted once more
	if o := h.row(1); o.State != dc.Queued || o.Attempts != 1 {
		t.Fatalf("one hiccup after the retry: %s, %d attempts", o.State, o.Attempts)
	}
	h.srv.SetFaults(mailtest.Faults{})
	h.later(time.Hour)
	h.wantSent("notice to mia@example.org", "announcement to ana@example.org")
}

// A connection lost after the final dot: a list post is sent if its own copy comes back.
func TestCase30UncertainListPostComesBack(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.srv.SetFaults(mailtest.Faults{Drop: mailtest.AtVerdict, Times: 1})
	h.run()
	h.rest()
	h.later(20 * time.Minute)
	if o := h.row(1); o.State != dc.Sent || o.Returned.IsZero() {
		t.Errorf("it is %s, returned %v", o.State, o.Returned)
	}
	h.later(24 * time.Hour)
	h.wantSent("announcement to meter@lists.example.test")
}

// If the copy does not come back it is held for a person, who is told; only their word sends it again.
func TestCase30UncertainIsHeld(t *testing.T) {
	for _, channel := range []dc.Channel{dc.ToList, dc.ToMailbox} {
		t.Run(string(channel), func(t *testing.T) {
			h := oneInTheHouse(t, channel)
			to := "announcement to " + h.row(1).Destination
			h.srv.SetFaults(mailtest.Faults{Drop: mailtest.AtDot, Times: 1}) // the server has not taken it
			h.run()
			h.rest()
			if want := map[dc.Channel]dc.OutgoingState{dc.ToList: dc.Uncertain, dc.ToMailbox: dc.Held}[channel]; h.row(1).State != want {
				t.Errorf("it is %s, want %s", h.row(1).State, want)
			}
			h.later(20 * time.Minute)
			if o := h.row(1); o.State != dc.Held {
				t.Errorf("it is %s", o.State)
			}
			h.later(72 * time.Hour)
			h.wantSent("notice to mia@example.org") // and not the message
			h.do("outbox release m1")
			h.later(time.Hour)
			h.wantSent("notice to mia@example.org", to)
		})
	}
}

// A post that a moderator holds is reported, once; when it is let through it counts as sent.
func TestCase32HeldByModerator(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.srv.UpdateList("meter@lists.example.test", func(l *mailtest.List) { l.Hold = true })
	h.run()
	h.rest()
	h.later(14 * time.Minute)
	h.wantSent("announcement to meter@lists.example.test")
	h.later(2 * time.Minute)
	h.later(48 * time.Hour)
	h.srv.Release("meter@lists.example.test")
	h.rest()
	if o := h.row(1); o.Returned.IsZero() {
		t.Error("its copy was not seen")
	}
	h.wantSent("announcement to meter@lists.example.test", "notice to mia@example.org")
}

// Copies that came while the bot was down are read before anybody is told that they are missing.
func TestCase32CopiesThatCameWhileDown(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.srv.UpdateList("meter@lists.example.test", func(l *mailtest.List) { l.Hold = true })
	h.run()
	h.rest()
	h.stop()
	h.srv.Release("meter@lists.example.test")
	h.mu.Lock()
	h.now = h.now.Add(24 * time.Hour)
	h.mu.Unlock()
	h.run()
	h.rest()
	h.later(time.Hour)
	h.wantSent("announcement to meter@lists.example.test")
}

// An attempt that a dead process left behind is tried again if nothing had gone out, and never blindly if it may have.
func TestInterruptedAttempts(t *testing.T) {
	for _, c := range []struct {
		name      string
		channel   dc.Channel
		committed bool
		state     dc.OutgoingState
		sent      []string
	}{
		{"before the point of no return", dc.ToMailbox, false, dc.Sent, []string{"announcement to ana@example.org"}},
		{"after it, to a mailbox", dc.ToMailbox, true, dc.Held, []string{"notice to mia@example.org"}},
		{"after it, to a list", dc.ToList, true, dc.Uncertain, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := oneInTheHouse(t, c.channel)
			if err := h.b.DB.Update(t.Context(), func(tx *storage.Tx) error {
				a, err := tx.BeginAttempt(1, h.now, h.now.Add(time.Minute))
				if err == nil && c.committed {
					err = tx.CommitAttempt(a)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			h.run()
			h.rest()
			if o := h.row(1); o.State != c.state {
				t.Errorf("it is %s, want %s", o.State, c.state)
			}
			h.wantSent(c.sent...)
		})
	}
}

// While all sending is paused posts are read and nothing leaves; afterwards it does, once.
func TestPause(t *testing.T) {
	h := newHouse(t)
	h.run()
	h.do("survey launch now in dc-meter")
	h.do("pause a list complains")
	h.do("survey launch now in dc-tides")
	var q dc.Outgoing
	h.view(func(tx *storage.Tx) (err error) {
		q, err = tx.OutgoingByKey("launch/dc2021/dc-meter/meter@lists.example.test/q6")
		return err
	})
	l := letter{id: "a1@example.org", from: ana, subject: "Re: decisions", reply: q.MessageID, body: "We ask everybody and wait.", at: h.clock()}
	h.srv.Submit("ana@example.org", []string{"meter@lists.example.test"}, l.raw())
	h.later(time.Hour)
	h.wantSent(launchOnMeter()...)
	if got := record(t, h.b.DB); len(got) != 1 {
		t.Errorf("the record is %q", got)
	}
	h.do("resume")
	h.wantSent(append(launchOnMeter(), append(times(4, "question to tides@lists.example.test"), "introduction to tides@lists.example.test")...)...)
}

// A list that had its share of an hour waits, and nobody else with it.
func TestPerHour(t *testing.T) {
	h := newHouse(t, func(s *bot.Settings) { s.PerHour = 2 })
	h.run()
	h.do("survey launch now in all")
	count := func(list string) (n int) {
		for _, s := range h.sent() {
			if strings.HasSuffix(s, " to "+list) {
				n++
			}
		}
		return n
	}
	for hour, want := range []int{2, 4, 5, 5} {
		for _, list := range []string{"meter@lists.example.test", "tides@lists.example.test"} {
			if n := count(list); n != want {
				t.Errorf("after %d hours %s has %d, want %d", hour, list, n, want)
			}
		}
		h.later(61 * time.Minute)
	}
	h.wantSent(append(launchOnMeter(), "introduction to tides@lists.example.test",
		"question to tides@lists.example.test", "question to tides@lists.example.test", "question to tides@lists.example.test", "question to tides@lists.example.test")...)
}

// What waits for a list that was taken out of the config is held: it would go to people who are no longer served.
func TestListTakenOutOfTheConfig(t *testing.T) {
	h := oneInTheHouse(t, dc.ToList)
	h.b.Set.Coalitions = h.b.Set.Coalitions[1:]
	h.run()
	h.rest()
	if o := h.row(1); o.State != dc.Held {
		t.Errorf("it is %s", o.State)
	}
	h.wantSent()
}

// breaking is a wire with a bug.
type breaking struct{ committed bool }

func (w breaking) Send(_ context.Context, _ dc.Outgoing, committing func() error) (string, error) {
	if w.committed {
		if err := committing(); err != nil {
			return "", err
		}
	}
	panic("a bug")
}

// A wire that panics costs one attempt: what had not gone out is tried again, what may have is held; nothing stops.
func TestPanicOfAWire(t *testing.T) {
	for committed, want := range map[bool]dc.OutgoingState{false: dc.Queued, true: dc.Held} {
		h := oneInTheHouse(t, dc.ToMailbox)
		h.run()
		h.rest()
		h.stop()
		if err := h.b.DB.Update(t.Context(), func(tx *storage.Tx) error {
			_, err := tx.Enqueue(&dc.Outgoing{Channel: dc.ToRoom, Destination: "!room:example.test", Key: "r", MessageID: "r", Token: "r", Kind: "notice", State: dc.Queued, Created: h.now, NotBefore: h.now})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.rooms = breaking{committed}
		h.run()
		h.later(24 * time.Hour)
		if o := h.row(2); o.State != want || o.Attempts == 0 {
			t.Errorf("committed %v: it is %s after %d attempts, want %s", committed, o.State, o.Attempts, want)
		}
		h.wantSent("announcement to ana@example.org")
	}
}
