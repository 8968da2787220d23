package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"dcbot/bot/dc"
)

func TestUpdateRollsBack(t *testing.T) {
	db := openTest(t)
	stop := errors.New("stop")
	for name, run := range map[string]func() error{
		"error": func() error {
			return db.Update(t.Context(), func(tx *Tx) error { must(t, tx.SetSetting("k", "v")); return stop })
		},
		"panic": func() (err error) {
			defer func() { err, _ = recover().(error) }()
			return db.Update(t.Context(), func(tx *Tx) error { must(t, tx.SetSetting("k", "v")); panic(stop) })
		},
	} {
		if err := run(); !errors.Is(err, stop) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Update(ctx, func(tx *Tx) error {
		must(t, tx.SetSetting("k", "v"))
		cancel()
		if err := tx.SetSetting("k", "w"); !errors.Is(err, context.Canceled) {
			t.Errorf("a statement after the end of the context: %v", err)
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("committed after the end of the context: %v", err)
	}
	update(t, db, func(tx *Tx) { // and the connection is fit for use
		if v := got[string](t)(tx.Setting("k")); v != "" {
			t.Errorf("%q was left behind", v)
		}
	})
}

func TestTry(t *testing.T) {
	db := openTest(t)
	stop := errors.New("stop")
	update(t, db, func(tx *Tx) {
		must(t, tx.SetSetting("before", "v"))
		err := tx.Try(func() error {
			must(t, tx.SetSetting("inner", "v"))
			must(t, tx.Try(func() error { return tx.SetSetting("nested", "v") }))
			return stop
		})
		if !errors.Is(err, stop) {
			t.Error(err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = tx.Try(func() error { must(t, tx.SetSetting("panicked", "v")); panic("no") })
		}()
		must(t, tx.Try(func() error { return tx.SetSetting("kept", "v") }))
	})
	view(t, db, func(tx *Tx) {
		for name, want := range map[string]string{"before": "v", "inner": "", "nested": "", "panicked": "", "kept": "v"} {
			if v := got[string](t)(tx.Setting(name)); v != want {
				t.Errorf("%s is %q, want %q", name, v, want)
			}
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	db := openTest(t)
	view(t, db, func(tx *Tx) {
		if err := tx.SetSetting("k", "v"); err == nil {
			t.Error("a View wrote")
		}
	})
}

// A reader keeps its snapshot while a writer commits, and neither waits for the other.
func TestReaderBesideWriter(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) { putPost(t, tx, 0) })
	count := func(tx *Tx) int { return got[map[dc.PostState]int](t)(tx.CountPosts())[dc.Pending] }
	view(t, db, func(old *Tx) {
		if n := count(old); n != 1 {
			t.Errorf("%d posts", n)
		}
		update(t, db, func(tx *Tx) {
			putPost(t, tx, 1)
			view(t, db, func(other *Tx) {
				if n := count(other); n != 1 {
					t.Errorf("a reader sees %d posts before the commit", n)
				}
			})
		})
		if n := count(old); n != 1 {
			t.Errorf("the snapshot has %d posts now", n)
		}
		view(t, db, func(fresh *Tx) {
			if n := count(fresh); n != 2 {
				t.Errorf("a new reader sees %d posts", n)
			}
		})
	})
}

func TestManyGoroutines(t *testing.T) {
	db := openTest(t)
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := db.Update(t.Context(), func(tx *Tx) error {
					p := post(w*each + i)
					if _, err := tx.InsertPost(p); err != nil {
						return err
					}
					return tx.PutPostText(p.ID, p.Author, "nets", "nets")
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range each {
				err := db.View(t.Context(), func(tx *Tx) error {
					hits, err := tx.Search("nets", writers*each)
					if err != nil {
						return err
					}
					n, err := tx.CountPosts()
					if n[dc.Pending] != len(hits) { // one snapshot: both or neither
						t.Errorf("%d posts, %d hits", n[dc.Pending], len(hits))
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	view(t, db, func(tx *Tx) {
		if n := got[map[dc.PostState]int](t)(tx.CountPosts())[dc.Pending]; n != writers*each {
			t.Errorf("%d posts, want %d", n, writers*each)
		}
	})
}

func TestClosed(t *testing.T) {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "record.db"))
	must(t, err)
	must(t, db.Close())
	must(t, db.Close())
	for _, run := range []func(context.Context, func(*Tx) error) error{db.Update, db.UpdateBatch, db.View} {
		if err := run(t.Context(), func(*Tx) error { t.Error("it ran"); return nil }); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
}

func TestOpenPaths(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "quest?ion.db", "per%20cent.db", "ha#sh.db", "ümlaut&amp;.db", "a;b'c\".db"} {
		dir := t.TempDir()
		db := openAt(t, filepath.Join(dir, name))
		update(t, db, func(tx *Tx) { must(t, tx.SetSetting("k", "v")) })
		st, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if st.Size() == 0 && !exists(filepath.Join(dir, name+"-wal")) {
			t.Errorf("%s: the record is elsewhere", name)
		}
		if st.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", name, st.Mode())
		}
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		must(t, err)
		for _, f := range files {
			if !strings.HasPrefix(filepath.Base(f), name) {
				t.Errorf("%s: a file %s was made", name, f)
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func wantUser(t *testing.T, err error, words string) {
	t.Helper()
	u, ok := dc.AsUser(err)
	if !ok || u.Remedy == "" || !strings.Contains(err.Error(), words) {
		t.Errorf("error %v, want one about %q with a remedy", err, words)
	}
}

func TestOpenRefuses(t *testing.T) {
	path := func() string { return filepath.Join(t.TempDir(), "record.db") }
	t.Run("no directory", func(t *testing.T) {
		_, err := Open(t.Context(), filepath.Join(t.TempDir(), "nowhere", "record.db"))
		wantUser(t, err, "cannot be opened")
	})
	t.Run("no database", func(t *testing.T) {
		p := path()
		must(t, os.WriteFile(p, []byte(strings.Repeat("this is a letter, not a database\n", 100)), 0o600))
		_, err := Open(t.Context(), p)
		wantUser(t, err, "not an SQLite database")
	})
	t.Run("another program's", func(t *testing.T) {
		p := path()
		raw, err := pool(p, 1, nil)
		must(t, err)
		_, err = raw.Exec("CREATE TABLE theirs (a)")
		must(t, err)
		must(t, raw.Close())
		_, err = Open(t.Context(), p)
		wantUser(t, err, "another program")
	})
	t.Run("newer", func(t *testing.T) {
		p := path()
		db, err := Open(t.Context(), p)
		must(t, err)
		update(t, db, func(tx *Tx) { _, err := tx.exec("PRAGMA user_version = 1000"); must(t, err) })
		must(t, db.Close())
		_, err = Open(t.Context(), p)
		wantUser(t, err, "newer dcbot")
	})
	t.Run("damaged", func(t *testing.T) {
		p := path()
		db, err := Open(t.Context(), p)
		must(t, err)
		must(t, db.Close())
		f, err := os.OpenFile(p, os.O_RDWR, 0)
		must(t, err)
		_, err = f.WriteAt([]byte(strings.Repeat("X", 4096)), 100) // the schema's page, behind the file's header
		must(t, errors.Join(err, f.Close()))
		_, err = Open(t.Context(), p)
		wantUser(t, err, "damaged")
	})
}

func TestLockedByAnotherProgram(t *testing.T) {
	db := openTest(t)
	other, err := pool(db.Path(), 1, nil)
	must(t, err)
	defer other.Close()
	tx, err := other.Begin() // IMMEDIATE by the DSN
	must(t, err)
	defer func() { must(t, tx.Rollback()) }()
	h := <-db.writer // a wait of five seconds is not worth a test's time
	must(t, h.run("PRAGMA busy_timeout = 1"))
	db.writer <- h
	wantUser(t, db.Update(t.Context(), func(*Tx) error { return nil }), "locked by another program")
}

// The schema of the first version is frozen in testdata/v1.sql. Each later migration starts from a record of it with a
// row of everything in it.
func TestMigrateFromFirst(t *testing.T) {
	frozen, err := os.ReadFile(filepath.Join("testdata", "v1.sql"))
	must(t, err)
	path := filepath.Join(t.TempDir(), "record.db")
	raw, err := pool(path, 1, nil)
	must(t, err)
	_, err = raw.Exec(string(frozen))
	must(t, err)
	must(t, raw.Close())
	db := openAt(t, path)
	update(t, db, func(tx *Tx) {
		p := got[dc.Post](t)(tx.Post(1))
		if p.ExternalID != "old@example.org" || string(p.Raw) != "Subject: old\r\n\r\nOld words.\r\n" {
			t.Errorf("%+v %q", p, p.Raw)
		}
		if again := (&dc.Post{Source: dc.FromMail, ExternalID: "old@example.org"}); got[bool](t)(tx.InsertPost(again)) {
			t.Error("an old post is not known any more")
		}
		if m := got[Message](t)(tx.Message("dc-reefs", "old@example.org")); m.Post != 1 || m.Parent != "root@example.org" {
			t.Errorf("%+v", m)
		}
		if hits := got[[]Hit](t)(tx.Search("old words", 5)); len(hits) != 1 {
			t.Errorf("%+v", hits)
		}
		if v := got[string](t)(tx.Setting("paused")); v != "holidays" {
			t.Error(v)
		}
		putPost(t, tx, 1)
		checkIndex(t, tx)
	})
	// The frozen schema is what the first migration makes, for ever.
	fresh := openTest(t)
	all, err := migrations(migrationFiles)
	must(t, err)
	if len(all) == 1 && schema(t, db) != schema(t, fresh) {
		t.Error("0001_first.sql was changed after it was frozen: write a new migration")
	}
}

func schema(t *testing.T, db *DB) string {
	t.Helper()
	var all string
	view(t, db, func(tx *Tx) {
		all = got[string](t)(one(tx, scanString, `SELECT group_concat(sql, ';' || char(10)) FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)`))
	})
	return all
}

func TestMigrations(t *testing.T) {
	if _, err := migrations(fstest.MapFS{"migrations/0001_a.sql": {}, "migrations/0003_c.sql": {}}); err == nil {
		t.Error("a gap in the numbers was accepted")
	}
	first, err := migrations(migrationFiles)
	must(t, err)
	path := filepath.Join(t.TempDir(), "record.db")
	db, err := open(t.Context(), path, first)
	must(t, err)
	must(t, db.Close())
	next := len(first) + 1
	broken := append(first[:len(first):len(first)], migration{next, "broken", "CREATE TABLE half (a) STRICT; INSERT INTO nowhere VALUES (1)"})
	if _, err := open(t.Context(), path, broken); err == nil {
		t.Fatal("a broken migration went through")
	}
	good := append(first[:len(first):len(first)], migration{next, "good", "CREATE TABLE half (a INTEGER) STRICT"}) // free: nothing was left
	db, err = open(t.Context(), path, good)
	must(t, err)
	must(t, db.Close())
	if _, err := open(t.Context(), path, first); err == nil {
		t.Error("an older dcbot opened it")
	}
}

func TestDiskFull(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) { putPost(t, tx, 0) })
	limit := func(pages string) {
		h := <-db.writer
		defer func() { db.writer <- h }()
		must(t, h.run("PRAGMA max_page_count = "+pages))
	}
	var pages int64
	view(t, db, func(tx *Tx) { pages = got[int64](t)(one(tx, scanInt, "PRAGMA page_count")) })
	limit(fmt.Sprint(pages + 20))
	// fn swallows the error and goes on, the worst that it can do: SQLite may have rolled back by itself by then.
	full := false
	err := db.Update(t.Context(), func(tx *Tx) error {
		for n := 1; n < 1000 && !full; n++ {
			p := post(n)
			p.Raw = fmt.Appendf(nil, "%d %x", n, newCorpus().text(20000))
			_, err := tx.InsertPost(p)
			full = err != nil
		}
		_ = tx.SetSetting("after", "the error")
		return nil
	})
	if !full {
		t.Fatal("the disk did not fill")
	}
	wantUser(t, err, "disk (or the quota) is full")
	limit("1000000")
	update(t, db, func(tx *Tx) {
		if n := got[map[dc.PostState]int](t)(tx.CountPosts())[dc.Pending]; n != 1 {
			t.Errorf("%d posts, want only the one before", n)
		}
		if v := got[string](t)(tx.Setting("after")); v != "" {
			t.Error("what followed the error was written")
		}
		putPost(t, tx, 5) // it goes on by itself
	})
	view(t, db, func(tx *Tx) {
		if s := got[string](t)(one(tx, scanString, "PRAGMA integrity_check")); s != "ok" {
			t.Error(s)
		}
	})
}
