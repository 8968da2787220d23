package storage

import (
	"strings"
	"testing"

	"dcbot/bot/dc"
)

func TestSearch(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		for i, body := range []string{
			1: "The nets should be counted before the season begins.",
			2: "La pêche côtière mérite une aide: l’été, où êtes-vous?",
			3: "Прибрежное рыболовство нуждается в поддержке.",
			4: "يحتاج الصيد الساحلي إلى الدعم",
			5: "沿海 渔业 需要 支持",
			6: "Straßenbau und Küstenschutz gehören zusammen; siehe example.org/nets-2026.",
			7: "La pesca costera de mañana, según Óscar.",
		} {
			if i == 0 {
				continue
			}
			p := putPost(t, tx, i)
			must(t, tx.PutPostText(p.ID, "Ana Lima", "Question "+p.ExternalID, body))
		}
		for _, c := range []struct {
			query string
			want  int64 // post, 0 for none
		}{
			{"nets counted", 1},
			{"NETS", 1}, // and 6: the shorter one first
			{"nets pêche", 0},
			{"peche COTIERE", 2},
			{"été", 2},
			{"l’été", 2},
			{"рыболовство", 3},
			{"ПРИБРЕЖНОЕ", 3},
			{"الساحلي", 4},
			{"渔业", 5},
			{"kustenschutz", 6},
			{"example.org/nets-2026", 6},
			{"manana Oscar", 7},
			{"nobody wrote this", 0},
		} {
			hits := got[[]Hit](t)(tx.Search(c.query, 10))
			switch {
			case c.want == 0 && len(hits) > 0:
				t.Errorf("%q finds %+v", c.query, hits)
			case c.want != 0 && (len(hits) == 0 || hits[0].Post != c.want):
				t.Errorf("%q finds %+v, want post %d", c.query, hits, c.want)
			}
		}
		h := got[[]Hit](t)(tx.Search("counted", 10))[0]
		if h.Author != "Ana Lima" || h.Coalition != "dc-reefs" || !strings.Contains(h.Snippet, "should be counted") ||
			!h.At.Equal(post(1).Sent) || h.Subject == "" || h.Contribution != 0 {
			t.Errorf("%+v", h)
		}
		if hits := got[[]Hit](t)(tx.Search("question", 3)); len(hits) != 3 {
			t.Errorf("%d hits, want the limit", len(hits))
		}
	})
}

// What people type is words, never a query language.
func TestSearchHostile(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		must(t, tx.PutPostText(p.ID, "Ana", "nets", "NOT near OR the column author it's"))
	})
	view(t, db, func(tx *Tx) {
		for _, c := range []struct {
			query string
			hits  int
		}{
			{"", 0}, {"   ", 0}, {`"`, 0}, {`""`, 0}, {`"""`, 0}, {"*", 0}, {"^", 0}, {"()", 0}, {"-", 0}, {"'", 0}, {"\x00", 0}, {"💥", 0}, {"\xff\xfe", 0},
			{"NOT", 1}, {"OR", 1}, {"nets OR", 1}, {"NEAR(nets author, 2)", 0}, {"author:nets", 0}, {"{author subject}: nets", 0}, {"nets*", 1}, {"ne*", 0},
			{`nets" OR "x`, 0}, {`"nets`, 1}, {"nets AND", 0}, {"it's", 1}, {"'; DROP TABLE post; --", 0}, {"nets -author", 1}, {"^nets", 1}, {"nets\x00near", 1},
			{"nets + near", 1}, {"post_search MATCH nets", 0},
			{strings.Repeat("nets ", 10000), 1},
			{strings.Repeat("(", 10000), 0},
		} {
			hits, err := tx.Search(c.query, 5)
			if err != nil || len(hits) != c.hits {
				t.Errorf("%.40q: %d hits, %v; want %d", c.query, len(hits), err, c.hits)
			}
		}
	})
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{`a" OR "b`, "NEAR(a b)", "a:b*", "\x00", "ß—é"} {
		f.Add(s)
	}
	db := openTest(f)
	f.Fuzz(func(t *testing.T, query string) {
		view(t, db, func(tx *Tx) {
			if _, err := tx.Search(query, 3); err != nil {
				t.Errorf("%q: %v", query, err)
			}
		})
	})
}

func TestSearchContributions(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p, q := putPost(t, tx, 1), putPost(t, tx, 2)
		must(t, tx.PutPostText(p.ID, "Ana Lima", "Re: question 6", "We support smaller nets."))
		must(t, tx.PutPostText(q.ID, "Ben", "nets", "Nets, nets, nets."))
		c := contribution(p.ID, 0)
		c.Text = "We support smaller nets."
		must(t, tx.InsertContribution(&c))
		hits := got[[]Hit](t)(tx.Search("nets", 5))
		var found []int64
		for _, h := range hits {
			found = append(found, h.Post*100+h.Contribution)
			if h.Contribution == c.ID && (h.Subject != "Re: question 6" || h.Author != "Ana Lima" || !h.At.Equal(c.At)) {
				t.Errorf("%+v", h)
			}
		}
		if len(found) != 2 || found[0]+found[1] != 200+100+c.ID {
			t.Errorf("found %v, want contribution %d once, without its post, and post %d", found, c.ID, q.ID)
		}
		must(t, tx.DeleteContributionsOfPost(p.ID))
		if hits := got[[]Hit](t)(tx.Search("smaller", 5)); len(hits) != 1 || hits[0].Contribution != 0 {
			t.Errorf("after its deletion: %+v", hits)
		}
	})
}

func TestPutPostTextAgain(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		must(t, tx.PutPostText(p.ID, "Ana", "nets", "before"))
		must(t, tx.PutPostText(p.ID, "Ana", "nets", "after"))
		if hits := got[[]Hit](t)(tx.Search("before", 5)); len(hits) != 0 {
			t.Errorf("what was replaced is found: %+v", hits)
		}
		if hits := got[[]Hit](t)(tx.Search("after", 5)); len(hits) != 1 {
			t.Errorf("%+v", hits)
		}
		checkIndex(t, tx)
	})
}

// checkIndex has FTS5 compare the indexes with the tables.
func checkIndex(t testing.TB, tx *Tx) {
	t.Helper()
	for _, table := range []string{"post_search", "contribution_search"} {
		if _, err := tx.exec(`INSERT INTO ` + table + ` (` + table + `, rank) VALUES ('integrity-check', 1)`); err != nil {
			t.Errorf("%s: %v", table, err)
		}
	}
}

func TestErasePost(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		other := putPost(t, tx, 2)
		for _, id := range []int64{p.ID, other.ID} {
			must(t, tx.PutPostText(id, "Ana", "secret nets", "xyzzy plugh"))
			c := contribution(id, 0)
			c.Text, c.Quoted, c.Link = "xyzzy contributed", "quoted xyzzy", "https://example.org/xyzzy"
			must(t, tx.InsertContribution(&c))
		}
		got[bool](t)(tx.PutMessage(Message{Coalition: "dc-reefs", ID: p.ExternalID, Post: p.ID, Subject: "secret nets"}))
		got[bool](t)(tx.InsertCopy(p.ID, "list:x", "x", []byte("xyzzy")))
		must(t, tx.ErasePost(p.ID, "asked by the author"))
		if err := tx.ErasePost(p.ID, "again"); err == nil {
			t.Error("a tombstone was erased")
		}
	})
	view(t, db, func(tx *Tx) {
		p := got[dc.Post](t)(tx.Post(1))
		if p.State != dc.Erased || p.Reason != "asked by the author" || p.Raw != nil || p.Author == "" || p.Sent.IsZero() {
			t.Errorf("%+v", p)
		}
		if hits := got[[]Hit](t)(tx.Search("xyzzy", 5)); len(hits) != 1 || hits[0].Post != 2 {
			t.Errorf("found %+v, want the other post's only", hits)
		}
		if c := got[[]dc.Contribution](t)(tx.ContributionsOfPost(1))[0]; c.Text+c.Quoted+c.Link != "" || c.Author == "" {
			t.Errorf("%+v", c)
		}
		if c := got[[]Copy](t)(tx.Copies(1))[0]; c.Raw != nil {
			t.Errorf("%+v", c)
		}
		if m := got[Message](t)(tx.Message("dc-reefs", p.ExternalID)); m.Subject != "" || m.Post != 1 {
			t.Errorf("%+v", m)
		}
	})
	update(t, db, func(tx *Tx) {
		checkIndex(t, tx)
		wantNotFound(t, tx.ErasePost(99, ""))
	})
}
