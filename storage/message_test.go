package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ids(ms []Message) []string {
	var s []string
	for _, m := range ms {
		s = append(s, m.ID)
	}
	return s
}

func TestMessage(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p1, p2 := putPost(t, tx, 1), putPost(t, tx, 2)
		m := Message{Coalition: "reefs", ID: "a@example.org", Post: p1.ID, Parent: "root@example.org", Subject: "nets", Sent: noon}
		if ghost := got[bool](t)(tx.PutMessage(m)); ghost {
			t.Error("a new id was no ghost")
		}
		// A second mail with that id, in the same coalition: the first bears it.
		twin := m
		twin.Post, twin.Subject = p2.ID, "other"
		if ghost := got[bool](t)(tx.PutMessage(twin)); ghost {
			t.Error("a borne id was no ghost")
		}
		if diff := cmp.Diff(m, got[Message](t)(tx.Message("reefs", "a@example.org"))); diff != "" {
			t.Error(diff)
		}
		// In another coalition it is another message.
		elsewhere := Message{Coalition: "forests", ID: "a@example.org", Post: p2.ID, Sent: noon}
		got[bool](t)(tx.PutMessage(elsewhere))
		if diff := cmp.Diff([]Message{elsewhere, m}, got[[]Message](t)(tx.MessageAnywhere("a@example.org"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]Message{elsewhere}, got[[]Message](t)(tx.MessagesOfPost(p2.ID))); diff != "" {
			t.Error(diff)
		}
		_, err := tx.Message("reefs", "nobody@example.org")
		wantNotFound(t, err)
	})
}

func TestGhost(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		must(t, tx.PutReferences("reefs", []string{"1@example.org", "2@example.org", "3@example.org"}))
		must(t, tx.PutGhost("reefs", "3@example.org")) // known
		if m := got[Message](t)(tx.Message("reefs", "3@example.org")); !m.Ghost() || m.Parent != "2@example.org" {
			t.Errorf("%+v, want a ghost below 2", m)
		}
		// The message says nothing of a parent: what others said stays.
		bearer := Message{Coalition: "reefs", ID: "3@example.org", Post: p.ID, Subject: "nets", Sent: noon}
		if ghost := got[bool](t)(tx.PutMessage(bearer)); !ghost {
			t.Error("3 was a ghost")
		}
		bearer.Parent = "2@example.org"
		if diff := cmp.Diff(bearer, got[Message](t)(tx.Message("reefs", "3@example.org"))); diff != "" {
			t.Error(diff)
		}
		if ms := got[[]Message](t)(tx.MessageBySubject("reefs", "nets", noon, noon)); len(ms) != 1 {
			t.Errorf("a filled ghost is not found by its subject: %v", ms)
		}
		// The message's own word counts more than others'.
		got[bool](t)(tx.PutMessage(Message{Coalition: "reefs", ID: "2@example.org", Post: p.ID, Parent: "0@example.org"}))
		if diff := cmp.Diff([]string{"2@example.org"}, ids(got[[]Message](t)(tx.Ancestors("reefs", "3@example.org", 9)))); diff != "" {
			t.Error(diff)
		}
		must(t, tx.PutReferences("reefs", []string{"9@example.org", "2@example.org"})) // no ghost any more
		if m := got[Message](t)(tx.Message("reefs", "2@example.org")); m.Parent != "0@example.org" {
			t.Errorf("a reference changed what a message says of itself: %+v", m)
		}
	})
}

func TestThread(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		put := func(id, parent string, minute int) {
			got[bool](t)(tx.PutMessage(Message{Coalition: "reefs", ID: id, Parent: parent, Post: p.ID, Sent: noon.Add(time.Duration(minute) * time.Minute)}))
		}
		put("root", "", 0)
		put("b", "root", 2)
		put("a", "root", 1)
		put("a1", "a", 3)
		put("a11", "a1", 4)
		got[bool](t)(tx.PutMessage(Message{Coalition: "forests", ID: "z", Parent: "root", Post: p.ID}))
		for _, c := range []struct {
			mid  string
			max  int
			want []string
		}{{"root", 9, []string{"a", "b", "a1", "a11"}}, {"root", 3, []string{"a", "b", "a1"}}, {"a11", 9, nil}, {"nobody", 9, nil}} {
			if diff := cmp.Diff(c.want, ids(got[[]Message](t)(tx.Descendants("reefs", c.mid, c.max)))); diff != "" {
				t.Errorf("below %s: %s", c.mid, diff)
			}
		}
		for _, c := range []struct {
			mid  string
			max  int
			want []string
		}{{"a11", 9, []string{"a1", "a", "root"}}, {"a11", 2, []string{"a1", "a"}}, {"root", 9, nil}, {"nobody", 9, nil}} {
			if diff := cmp.Diff(c.want, ids(got[[]Message](t)(tx.Ancestors("reefs", c.mid, c.max)))); diff != "" {
				t.Errorf("above %s: %s", c.mid, diff)
			}
		}
	})
}

func TestThreadInACircle(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		for id, parent := range map[string]string{"a": "c", "b": "a", "c": "b", "self": "self"} {
			got[bool](t)(tx.PutMessage(Message{Coalition: "reefs", ID: id, Parent: parent, Post: p.ID}))
		}
		if diff := cmp.Diff([]string{"c", "b"}, ids(got[[]Message](t)(tx.Ancestors("reefs", "a", 99)))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"b", "c"}, ids(got[[]Message](t)(tx.Descendants("reefs", "a", 99)))); diff != "" {
			t.Error(diff)
		}
		if ms := got[[]Message](t)(tx.Ancestors("reefs", "self", 99)); len(ms) != 0 {
			t.Error(ms)
		}
		must(t, tx.PutReferences("reefs", []string{"x", "x", "y", "x"})) // whatever it says, it must not hang
	})
}

func TestMessageBySubject(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		for i, id := range []string{"late", "early", "other", "outside"} {
			m := Message{Coalition: "reefs", ID: id, Post: p.ID, Subject: "nets", Sent: noon.Add(time.Hour)}
			switch i {
			case 1:
				m.Sent = noon
			case 2:
				m.Subject = "boats"
			case 3:
				m.Sent = noon.Add(48 * time.Hour)
			}
			got[bool](t)(tx.PutMessage(m))
		}
		got[bool](t)(tx.PutMessage(Message{Coalition: "forests", ID: "trees", Post: p.ID, Subject: "nets", Sent: noon}))
		ms := got[[]Message](t)(tx.MessageBySubject("reefs", "nets", noon, noon.Add(24*time.Hour)))
		if diff := cmp.Diff([]string{"early", "late"}, ids(ms)); diff != "" {
			t.Error(diff)
		}
		if _, err := tx.MessageBySubject("reefs", "", noon, noon); err == nil {
			t.Error("no subject is not a subject")
		}
	})
}

func TestAnchors(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		q6 := Anchor{Coalition: "reefs", MID: "m", Survey: "s", Question: "6"}
		q7 := Anchor{Coalition: "reefs", MID: "m", Survey: "s", Question: "7"}
		for _, a := range []Anchor{q7, q6, q6, {Coalition: "forests", MID: "m", Survey: "s"}} {
			must(t, tx.PutAnchor(a))
		}
		if diff := cmp.Diff([]Anchor{q6, q7}, got[[]Anchor](t)(tx.Anchors("reefs", "m"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]Anchor{q6, q7}, got[[]Anchor](t)(tx.AnchorsOfSurvey("reefs", "s"))); diff != "" {
			t.Error(diff)
		}
		for coalition, want := range map[string]bool{"reefs": true, "deserts": false} {
			if has := got[bool](t)(tx.HasAnchors(coalition)); has != want {
				t.Errorf("HasAnchors(%s) = %v", coalition, has)
			}
		}
	})
}
