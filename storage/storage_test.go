package storage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"dcbot/bot/dc"
)

// noon is the tests' now.
var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func openTest(t testing.TB) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "record.db"))
}

func openAt(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func update(t testing.TB, db *DB, fn func(tx *Tx)) {
	t.Helper()
	if err := db.Update(context.Background(), func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *DB, fn func(tx *Tx)) {
	t.Helper()
	if err := db.View(context.Background(), func(tx *Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// must fails the test when a method that gives nothing else failed.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got unwraps a value.
func got[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func wantNotFound(t testing.TB, err error) {
	t.Helper()
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("error is %v, want ErrNotFound", err)
	}
}

func post(n int) *dc.Post {
	return &dc.Post{
		Source: dc.FromMail, ExternalID: fmt.Sprintf("post-%d@example.org", n), Coalition: "dc-reefs", List: "reefs.example.org",
		Author: "ana@example.org", AuthorName: "Ana Lima", Sent: noon.Add(time.Duration(n) * time.Minute), Received: noon,
		State: dc.Pending, Raw: fmt.Appendf(nil, "Subject: reefs\r\n\r\nOur answer number %d.\r\n", n),
	}
}

func putPost(t testing.TB, tx *Tx, n int) dc.Post {
	t.Helper()
	p := post(n)
	if created, err := tx.InsertPost(p); err != nil || !created {
		t.Fatalf("InsertPost: %v, %v", created, err)
	}
	return *p
}
