package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

func outgoing(key string) *dc.Outgoing {
	return &dc.Outgoing{
		Channel: dc.ToList, Destination: "reefs@example.org", Key: key, MessageID: key + "@bot.example.org", Token: "token-" + key,
		Kind: "question", Coalition: "dc-reefs", Survey: "s2026", Question: "6", NotBefore: noon, Created: noon,
		Content: dc.Content{
			Subject: "Question 6", Text: "Which nets?", References: []string{"a@example.org"}, Automatic: true,
			Attachments: []dc.Attachment{{Name: "a.ics", Type: "text/calendar", Data: []byte{0, 255}}},
		},
	}
}

func TestEnqueue(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		o := outgoing("launch/6")
		if created, err := tx.Enqueue(o); !created || err != nil || o.State != dc.Queued {
			t.Fatal(created, err, o.State)
		}
		again := outgoing("launch/6")
		again.MessageID, again.Token, again.Content.Text = "other@bot.example.org", "other", "other"
		if created, err := tx.Enqueue(again); created || err != nil || again.ID != o.ID {
			t.Errorf("created %v, %v, id %d: a second with the key must change nothing and give the first's id %d", created, err, again.ID, o.ID)
		}
		for name, read := range map[string]func() (dc.Outgoing, error){
			"id":         func() (dc.Outgoing, error) { return tx.Outgoing(o.ID) },
			"message id": func() (dc.Outgoing, error) { return tx.OutgoingByMessageID(o.MessageID) },
			"token":      func() (dc.Outgoing, error) { return tx.OutgoingByToken(o.Token) },
		} {
			if diff := cmp.Diff(*o, got[dc.Outgoing](t)(read())); diff != "" {
				t.Errorf("by %s: %s", name, diff)
			}
		}
		_, err := tx.OutgoingByToken("")
		wantNotFound(t, err)
		clash := outgoing("other key")
		clash.MessageID = o.MessageID
		if created, err := tx.Enqueue(clash); created || err == nil {
			t.Error("one Message-ID for two messages")
		}
	})
}

func TestDueOutgoing(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		if _, ok, err := tx.NextDue(); ok || err != nil {
			t.Errorf("an empty outbox has something due: %v, %v", ok, err)
		}
		for i, at := range []time.Time{noon.Add(time.Hour), noon, noon.Add(-time.Hour), noon, {}} {
			o := outgoing(string(rune('a' + i)))
			o.NotBefore = at
			got[bool](t)(tx.Enqueue(o))
		}
		must(t, tx.SetOutgoingState(4, dc.Held, "by a person", time.Time{}))
		var due []int64
		for _, o := range got[[]dc.Outgoing](t)(tx.DueOutgoing(noon, 9)) {
			due = append(due, o.ID)
		}
		if diff := cmp.Diff([]int64{5, 3, 2}, due); diff != "" {
			t.Error(diff)
		}
		if os := got[[]dc.Outgoing](t)(tx.DueOutgoing(noon, 1)); len(os) != 1 {
			t.Errorf("%d, want the limit", len(os))
		}
		must(t, tx.SetOutgoingState(5, dc.Dropped, "", time.Time{}))
		if at, ok, err := tx.NextDue(); !ok || err != nil || !at.Equal(noon.Add(-time.Hour)) {
			t.Errorf("NextDue = %v, %v, %v", at, ok, err)
		}
		want := map[dc.OutgoingState]int{dc.Queued: 3, dc.Held: 1, dc.Dropped: 1}
		if diff := cmp.Diff(want, got[map[dc.OutgoingState]int](t)(tx.CountOutgoing())); diff != "" {
			t.Error(diff)
		}
		for _, c := range []struct {
			f    OutgoingFilter
			want int
		}{{OutgoingFilter{}, 5}, {OutgoingFilter{State: dc.Held}, 1}, {OutgoingFilter{Coalition: "dc-forests"}, 0}, {OutgoingFilter{Kind: "question", Limit: 2}, 2}} {
			if os := got[[]dc.Outgoing](t)(tx.ListOutgoing(c.f)); len(os) != c.want {
				t.Errorf("%+v: %d", c.f, len(os))
			}
		}
		wantNotFound(t, tx.SetOutgoingState(99, dc.Held, "", time.Time{}))
	})
}

func TestAttempt(t *testing.T) {
	later := noon.Add(time.Minute)
	for _, c := range []struct {
		name   string
		commit bool
		code   int
		msg    string
		state  dc.OutgoingState
		sent   time.Time
	}{
		{"accepted", true, 250, "", dc.Sent, later},
		{"temporary", false, 451, "greylisted", dc.Queued, time.Time{}},
		{"permanent", false, 550, "no such list", dc.Failed, time.Time{}},
		{"lost", true, 0, "connection lost", dc.Uncertain, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := openTest(t)
			update(t, db, func(tx *Tx) {
				o := outgoing("k")
				got[bool](t)(tx.Enqueue(o))
				a := got[int64](t)(tx.BeginAttempt(o.ID, noon, noon.Add(time.Hour)))
				var te *dc.TransitionError
				if _, err := tx.BeginAttempt(o.ID, noon, noon); !errors.As(err, &te) {
					t.Errorf("a second attempt began meanwhile: %v", err)
				}
				if c.commit {
					must(t, tx.CommitAttempt(a))
				}
				left := got[[]Interrupted](t)(tx.Interrupted())
				if len(left) != 1 || left[0].Outgoing.ID != o.ID || left[0].Outgoing.Attempts != 1 || left[0].Attempt.ID != a ||
					left[0].Attempt.Committed != c.commit || !left[0].Outgoing.NotBefore.Equal(noon.Add(time.Hour)) {
					t.Errorf("interrupted: %+v", left)
				}
				must(t, tx.EndAttempt(a, later, c.code, c.msg, c.state, time.Time{}))
				if err := tx.EndAttempt(a, later, c.code, c.msg, c.state, time.Time{}); err == nil {
					t.Error("it ended twice")
				}
				if err := tx.CommitAttempt(a); !errors.Is(err, ErrNotFound) {
					t.Errorf("an ended attempt was committed: %v", err)
				}
				want := []dc.Attempt{{ID: a, Outgoing: o.ID, Started: noon, Committed: c.commit, Ended: later, Code: c.code, Error: c.msg}}
				if diff := cmp.Diff(want, got[[]dc.Attempt](t)(tx.Attempts(o.ID))); diff != "" {
					t.Error(diff)
				}
				after := got[dc.Outgoing](t)(tx.Outgoing(o.ID))
				if after.State != c.state || after.Error != c.msg || !after.SentAt.Equal(c.sent) {
					t.Errorf("%+v", after)
				}
				if left := got[[]Interrupted](t)(tx.Interrupted()); len(left) != 0 {
					t.Errorf("still interrupted: %+v", left)
				}
			})
		})
	}
}

// The copy of a list post can be back before its attempt has ended, and even when the attempt fails afterwards.
func TestReturned(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		o := outgoing("k")
		got[bool](t)(tx.Enqueue(o))
		a := got[int64](t)(tx.BeginAttempt(o.ID, noon, noon))
		must(t, tx.CommitAttempt(a))
		must(t, tx.SetReturned(o.ID, noon.Add(time.Second)))
		must(t, tx.EndAttempt(a, noon.Add(time.Minute), 0, "connection lost", dc.Uncertain, time.Time{}))
		after := got[dc.Outgoing](t)(tx.Outgoing(o.ID))
		if after.State != dc.Sent || !after.Returned.Equal(noon.Add(time.Second)) || !after.SentAt.Equal(noon.Add(time.Second)) {
			t.Errorf("%+v", after)
		}
		for since, want := range map[time.Time]int{noon: 1, noon.Add(time.Second): 1, noon.Add(time.Minute): 0} {
			if n := got[int](t)(tx.SentSince("reefs@example.org", since)); n != want {
				t.Errorf("sent since %v: %d", since, n)
			}
		}
		// Dropped stays dropped.
		o = outgoing("k2")
		got[bool](t)(tx.Enqueue(o))
		must(t, tx.SetOutgoingState(o.ID, dc.Dropped, "not wanted", time.Time{}))
		must(t, tx.SetReturned(o.ID, noon))
		if after := got[dc.Outgoing](t)(tx.Outgoing(o.ID)); after.State != dc.Dropped || !after.SentAt.IsZero() || after.Error != "not wanted" {
			t.Errorf("%+v", after)
		}
		wantNotFound(t, tx.SetReturned(99, noon))
	})
}

func TestTimers(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		if _, ok, err := tx.NextTimer(); ok || err != nil {
			t.Error(ok, err)
		}
		set := func(key string, due time.Time) {
			must(t, tx.SetTimer(dc.Timer{Kind: "reminder", Subject: "s|reefs", Due: due, Key: key}))
		}
		set("r1", noon.Add(time.Hour))
		set("r2", noon.Add(-1000*time.Hour)) // however late
		set("r1", noon.Add(-time.Minute))    // moved
		if at, ok, err := tx.NextTimer(); !ok || err != nil || !at.Equal(noon.Add(-1000*time.Hour)) {
			t.Error(at, ok, err)
		}
		due := got[[]dc.Timer](t)(tx.DueTimers(noon, 9))
		want := []dc.Timer{
			{ID: 2, Kind: "reminder", Subject: "s|reefs", Due: noon.Add(-1000 * time.Hour), Key: "r2", State: "waiting"},
			{ID: 1, Kind: "reminder", Subject: "s|reefs", Due: noon.Add(-time.Minute), Key: "r1", State: "waiting"},
		}
		if diff := cmp.Diff(want, due); diff != "" {
			t.Error(diff)
		}
		for _, want := range []bool{true, false} { // once
			if fired := got[bool](t)(tx.FireTimer(2)); fired != want {
				t.Errorf("fired %v, want %v", fired, want)
			}
		}
		set("r2", noon) // a fired key stays fired
		must(t, tx.CancelTimers("reminder", "s|forests"))
		if due := got[[]dc.Timer](t)(tx.DueTimers(noon, 9)); len(due) != 1 || due[0].Key != "r1" {
			t.Errorf("%+v", due)
		}
		must(t, tx.CancelTimers("reminder", "s|reefs"))
		if fired := got[bool](t)(tx.FireTimer(1)); fired {
			t.Error("a cancelled timer fired")
		}
		set("r1", noon) // set anew after a cancellation
		if due := got[[]dc.Timer](t)(tx.DueTimers(noon, 9)); len(due) != 1 || due[0].Key != "r1" {
			t.Errorf("%+v", due)
		}
	})
}

func TestNextToSend(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		for i, to := range []string{"reefs@example.org", "reefs@example.org", "forests@example.org"} {
			o := outgoing([]string{"a", "b", "c"}[i])
			o.Destination = to
			got[bool](t)(tx.Enqueue(o))
		}
		for _, c := range []struct {
			except []string
			want   string
		}{{nil, "a"}, {[]string{"reefs@example.org"}, "c"}, {[]string{"reefs@example.org", "forests@example.org"}, ""}} {
			o, ok, err := tx.NextToSend(noon, c.except)
			if err != nil || ok != (c.want != "") || o.Key != c.want {
				t.Errorf("except %v: %q, %v, %v, want %q", c.except, o.Key, ok, err, c.want)
			}
		}
		if _, ok, err := tx.NextToSend(noon.Add(-time.Second), nil); ok || err != nil {
			t.Errorf("something is due too early: %v, %v", ok, err)
		}
		if n := got[int](t)(tx.MadeSince("reefs@example.org", noon)); n != 2 {
			t.Errorf("%d were queued for the list, want 2", n)
		}
		if n := got[int](t)(tx.MadeSince("reefs@example.org", noon.Add(time.Second))); n != 0 {
			t.Errorf("%d were queued since, want none", n)
		}
	})
}

// What a message says can change until the first attempt at sending it; a person's retry begins the pauses anew.
func TestOutgoingBeforeAndAfterItsFirstAttempt(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		o := outgoing("launch/6")
		got[bool](t)(tx.Enqueue(o))
		must(t, tx.SetOutgoingContent(o.ID, dc.Content{Subject: "Question 6, corrected"}))
		if now := got[dc.Outgoing](t)(tx.OutgoingByKey("launch/6")); now.Content.Subject != "Question 6, corrected" || now.MessageID != o.MessageID {
			t.Errorf("it is %+v", now)
		}
		a := got[int64](t)(tx.BeginAttempt(o.ID, noon, noon))
		wantNotFound(t, tx.SetOutgoingContent(o.ID, dc.Content{Subject: "too late"}))
		must(t, tx.EndAttempt(a, noon, 451, "later", dc.Queued, noon))
		wantNotFound(t, tx.SetOutgoingContent(o.ID, dc.Content{Subject: "too late"}))
		must(t, tx.StartAfresh(o.ID))
		if now := got[dc.Outgoing](t)(tx.Outgoing(o.ID)); now.Attempts != 0 {
			t.Errorf("%d attempts", now.Attempts)
		}
		if as := got[[]dc.Attempt](t)(tx.Attempts(o.ID)); len(as) != 1 {
			t.Errorf("%d attempts on record, want 1", len(as))
		}
	})
}
