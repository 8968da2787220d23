package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

func contribution(post int64, seq int) dc.Contribution {
	return dc.Contribution{
		Post: post, Seq: seq, Coalition: "dc-reefs", Survey: "s2026", Question: "6", Author: "ana@example.org", AuthorName: "Ana Lima",
		Kind: dc.Answer, Text: "Smaller nets.", Quoted: "What nets?", Lines: [2]int{3, 5}, Why: "it replies to question 6",
		Status: dc.Collected, At: noon,
	}
}

func TestContribution(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		c := contribution(p.ID, 0)
		c.Kind, c.Stance, c.Target, c.Late, c.Assigned, c.Supersedes, c.By, c.Reason, c.Link = dc.StanceKind, dc.Object, 7, true, true, 3, "Fay", "off topic", "https://example.org/a"
		must(t, tx.InsertContribution(&c))
		c.PostRef = p.ExternalID
		if diff := cmp.Diff(c, got[dc.Contribution](t)(tx.Contribution(c.ID))); diff != "" {
			t.Error(diff)
		}
		twin := contribution(p.ID, 0)
		if err := tx.InsertContribution(&twin); err == nil {
			t.Error("the same place of the same post twice")
		}
		c.Question, c.Kind, c.Stance, c.Target, c.Status, c.By, c.Reason, c.Supersedes, c.Late, c.Assigned =
			"7", dc.Comment, dc.NoStance, 0, dc.SetAside, "Ben", "twice", 0, false, false
		must(t, tx.UpdateContribution(c))
		changed := c
		changed.Text = "other words" // never written
		must(t, tx.UpdateContribution(changed))
		if diff := cmp.Diff([]dc.Contribution{c}, got[[]dc.Contribution](t)(tx.ContributionsOfPost(p.ID))); diff != "" {
			t.Error(diff)
		}
		for id, want := range map[int64]bool{7: false, c.ID: false} {
			if is := got[bool](t)(tx.IsTarget(id)); is != want {
				t.Errorf("IsTarget(%d) = %v", id, is)
			}
		}
		wantNotFound(t, tx.UpdateContribution(dc.Contribution{ID: 99}))
		_, err := tx.Contribution(99)
		wantNotFound(t, err)
	})
}

func TestContributionsFilter(t *testing.T) {
	db := openTest(t)
	empty, six := "", "6"
	update(t, db, func(tx *Tx) {
		p, q := putPost(t, tx, 1), putPost(t, tx, 2)
		for i := range 5 {
			c := contribution(p.ID, i)
			c.At = noon.Add(-time.Duration(i/2) * time.Hour)
			switch i {
			case 1:
				c.Question = ""
			case 2:
				c.Coalition, c.Author = "dc-forests", "Ben@example.org"
			case 3:
				c.Survey, c.Status = "s2025", dc.SetAside
			case 4:
				c.Post = q.ID
			}
			must(t, tx.InsertContribution(&c))
		}
		for name, c := range map[string]struct {
			f    Filter
			want []int64
		}{
			"all":       {Filter{}, []int64{5, 3, 4, 1, 2}}, // by time, then id
			"coalition": {Filter{Coalition: "dc-forests"}, []int64{3}},
			"survey":    {Filter{Survey: "s2025"}, []int64{4}},
			"question":  {Filter{Survey: "s2026", Coalition: "dc-reefs", Question: &six}, []int64{5, 1}},
			"tray":      {Filter{Tray: true}, []int64{2}},
			"no number": {Filter{Question: &empty}, []int64{2}},
			"author":    {Filter{Author: "ben@EXAMPLE.org"}, []int64{3}},
			"status":    {Filter{Status: dc.SetAside}, []int64{4}},
			"post":      {Filter{Post: 2}, []int64{5}},
			"none":      {Filter{Post: 2, Tray: true}, nil},
		} {
			var found []int64
			for _, c := range got[[]dc.Contribution](t)(tx.Contributions(c.f)) {
				found = append(found, c.ID)
			}
			if diff := cmp.Diff(c.want, found); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestDeleteContributionsOfPost(t *testing.T) {
	for name, touch := range map[string]func(*dc.Contribution){
		"assigned":  func(c *dc.Contribution) { c.Assigned = true },
		"adopted":   func(c *dc.Contribution) { c.Status = dc.Adopted },
		"set aside": func(c *dc.Contribution) { c.Status, c.By = dc.SetAside, "Fay" },
	} {
		t.Run(name, func(t *testing.T) {
			db := openTest(t)
			update(t, db, func(tx *Tx) {
				p := putPost(t, tx, 1)
				a, b := contribution(p.ID, 0), contribution(p.ID, 1)
				touch(&b)
				must(t, tx.InsertContribution(&a))
				must(t, tx.InsertContribution(&b))
				if _, ok := dc.AsUser(tx.DeleteContributionsOfPost(p.ID)); !ok {
					t.Error("not refused with a remedy")
				}
				if cs := got[[]dc.Contribution](t)(tx.ContributionsOfPost(p.ID)); len(cs) != 2 {
					t.Errorf("%d left", len(cs))
				}
				must(t, tx.DeleteContribution(a.ID))
				checkIndex(t, tx)
			})
		})
	}
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		a := contribution(p.ID, 0)
		must(t, tx.InsertContribution(&a))
		must(t, tx.DeleteContributionsOfPost(p.ID))
		if cs := got[[]dc.Contribution](t)(tx.ContributionsOfPost(p.ID)); len(cs) != 0 {
			t.Errorf("%d left", len(cs))
		}
		checkIndex(t, tx)
	})
}
