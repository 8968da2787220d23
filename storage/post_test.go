package storage

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

func TestPost(t *testing.T) {
	db := openTest(t)
	p := post(1)
	p.Proven, p.Imported, p.Reason = true, true, "because"
	update(t, db, func(tx *Tx) {
		if created, err := tx.InsertPost(p); !created || err != nil {
			t.Fatal(created, err)
		}
	})
	view(t, db, func(tx *Tx) {
		if diff := cmp.Diff(*p, got[dc.Post](t)(tx.Post(p.ID))); diff != "" {
			t.Error(diff)
		}
		bare := *p
		bare.Raw = nil
		if diff := cmp.Diff(bare, got[dc.Post](t)(tx.PostByExternalID(dc.FromMail, p.ExternalID))); diff != "" {
			t.Error(diff)
		}
		_, err := tx.Post(99)
		wantNotFound(t, err)
		_, err = tx.PostByExternalID(dc.FromRoom, p.ExternalID) // unique by source
		wantNotFound(t, err)
	})
}

func TestInsertPostTwice(t *testing.T) {
	db := openTest(t)
	var first dc.Post
	update(t, db, func(tx *Tx) { first = putPost(t, tx, 1) })
	update(t, db, func(tx *Tx) {
		again := post(1)
		again.Raw, again.Author = []byte("other bytes"), "eve@example.org"
		if created, err := tx.InsertPost(again); created || err != nil || again.ID != first.ID {
			t.Fatalf("created %v, %v, id %d, want the id %d of the first", created, err, again.ID, first.ID)
		}
		if p := got[dc.Post](t)(tx.Post(first.ID)); p.Author != first.Author || !bytes.Equal(p.Raw, first.Raw) {
			t.Errorf("the first was changed: %+v", p)
		}
		room := post(1)
		room.Source = dc.FromRoom
		if created, err := tx.InsertPost(room); !created || err != nil {
			t.Errorf("another source's post with that id: created %v, %v", created, err)
		}
	})
}

func TestPendingPosts(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		for n := range 5 {
			putPost(t, tx, n)
		}
		must(t, tx.SetPostState(1, dc.Ignored, "own"))
		must(t, tx.SetPostState(3, dc.Processed, ""))
		wantNotFound(t, tx.SetPostState(77, dc.Processed, ""))
		var ids []int64
		for _, p := range got[[]dc.Post](t)(tx.PendingPosts(2)) {
			ids = append(ids, p.ID)
			if len(p.Raw) == 0 {
				t.Errorf("post %d without its bytes", p.ID)
			}
		}
		if diff := cmp.Diff([]int64{2, 4}, ids); diff != "" {
			t.Error(diff)
		}
		want := map[dc.PostState]int{dc.Pending: 3, dc.Ignored: 1, dc.Processed: 1}
		if diff := cmp.Diff(want, got[map[dc.PostState]int](t)(tx.CountPosts())); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPostRouteAndAuthor(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		must(t, tx.SetPostRoute(p.ID, "dc-forests", "forests.example.org"))
		must(t, tx.SetPostAuthor(p.ID, "ben@example.org", "Ben", true))
		p.Coalition, p.List, p.Author, p.AuthorName, p.Proven = "dc-forests", "forests.example.org", "ben@example.org", "Ben", true
		if diff := cmp.Diff(p, got[dc.Post](t)(tx.Post(p.ID))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEachPost(t *testing.T) {
	db := openTest(t)
	const n = 70 // more than a page
	update(t, db, func(tx *Tx) {
		for i := range n {
			putPost(t, tx, i)
		}
	})
	view(t, db, func(tx *Tx) {
		var seen int64
		must(t, tx.EachPost(func(p dc.Post) error {
			if seen++; p.ID != seen || !bytes.Equal(p.Raw, post(int(p.ID)-1).Raw) {
				t.Errorf("post %d came as number %d with %q", p.ID, seen, p.Raw)
			}
			_, err := tx.Post(p.ID) // tx can be used meanwhile
			return err
		}))
		if seen != n {
			t.Errorf("%d posts, want %d", seen, n)
		}
		stop := errors.New("enough")
		if err := tx.EachPost(func(dc.Post) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("error %v, want the function's", err)
		}
	})
}

func TestCopies(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		for _, want := range []bool{true, false} {
			if created, err := tx.InsertCopy(p.ID, "imap:INBOX/7/1201", "", nil); created != want || err != nil {
				t.Errorf("created %v, %v, want %v", created, err, want)
			}
		}
		got[bool](t)(tx.InsertCopy(p.ID, "list:forests.example.org", "forests.example.org", []byte("a footer more")))
		want := []Copy{
			{Post: p.ID, Place: "imap:INBOX/7/1201"},
			{Post: p.ID, Place: "list:forests.example.org", List: "forests.example.org", Raw: []byte("a footer more")},
		}
		if diff := cmp.Diff(want, got[[]Copy](t)(tx.Copies(p.ID))); diff != "" {
			t.Error(diff)
		}
		for place, want := range map[string]bool{"imap:INBOX/7/1201": true, "imap:INBOX/7/120": false} {
			if has := got[bool](t)(tx.HasPlace(place)); has != want {
				t.Errorf("HasPlace(%s) = %v", place, has)
			}
		}
	})
}

func TestPostTooLarge(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := post(1)
		p.Raw = make([]byte, MaxRaw+1)
		_, err := tx.InsertPost(p)
		if u, ok := dc.AsUser(err); !ok || u.Remedy == "" {
			t.Errorf("error %v, want one with a remedy", err)
		}
	})
}

func TestDecompressIsBounded(t *testing.T) {
	bomb := Compress(make([]byte, MaxRaw+1))
	if len(bomb) > 100<<10 {
		t.Fatalf("%d bytes are no bomb", len(bomb))
	}
	if raw, err := decompress(bomb); err == nil {
		t.Errorf("%d bytes came out", len(raw))
	}
	if _, err := decompress([]byte("not zstd")); err == nil {
		t.Error("garbage was decompressed")
	}
	raw := bytes.Repeat([]byte("words "), 1000)
	if back, err := decompress(Compress(raw)); err != nil || !bytes.Equal(back, raw) {
		t.Errorf("round trip: %v", err)
	}
}
