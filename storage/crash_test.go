package storage

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"dcbot/bot/dc"
)

// crashPath has the test binary be the process that is killed.
const crashPath = "DCBOT_TEST_CRASH_PATH"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashPath); path != "" {
		if err := writeForEver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeForEver writes numbered transactions, going on where the record ends, and prints each number after its commit.
func writeForEver(path string) error {
	ctx := context.Background()
	db, err := Open(ctx, path)
	if err != nil {
		return err
	}
	for {
		var n int
		err := db.Update(ctx, func(tx *Tx) error {
			c, _, err := tx.Cursor("crash")
			if err != nil {
				return err
			}
			if c.Value != "" {
				if n, err = strconv.Atoi(c.Value); err != nil {
					return err
				}
			}
			n++
			return writeNumbered(tx, n)
		})
		if err != nil {
			return err
		}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

// writeNumbered touches many tables, so that a torn transaction shows.
func writeNumbered(tx *Tx, n int) error {
	p := post(n)
	p.Raw = fmt.Appendf(nil, "%d %x", n, rand.N(uint64(1)<<60)) //nolint:gosec // any bytes do
	if _, err := tx.InsertPost(p); err != nil {
		return err
	}
	if _, err := tx.PutMessage(Message{Coalition: "dc-reefs", ID: p.ExternalID, Post: p.ID, Sent: p.Sent}); err != nil {
		return err
	}
	if err := tx.PutPostText(p.ID, p.Author, "nets", fmt.Sprintf("common unique%d", n)); err != nil {
		return err
	}
	o := outgoing(fmt.Sprintf("crash/%d", n))
	if _, err := tx.Enqueue(o); err != nil {
		return err
	}
	a, err := tx.BeginAttempt(o.ID, noon, noon)
	if err != nil {
		return err
	}
	if err := tx.CommitAttempt(a); err != nil {
		return err
	}
	return tx.SetCursor(dc.Cursor{Name: "crash", Value: strconv.Itoa(n)})
}

// A process that is killed at any point leaves a sound record with everything that it had committed, and nothing half.
func TestCrash(t *testing.T) {
	const kills = 12
	path := filepath.Join(t.TempDir(), "record.db")
	acknowledged := 0
	for kill := range kills {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), crashPath+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		// The kill comes after a random number of commits, while the process is at the next ones.
		lines, more := bufio.NewScanner(out), rand.IntN(40) //nolint:gosec // any number does
		for i := 0; i <= more && lines.Scan(); i++ {
			acknowledged, err = strconv.Atoi(lines.Text())
			must(t, err)
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // what it still said before it died counts
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				acknowledged = n
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("it ended by itself")
		}
		checkRecord(t, path, kill, acknowledged)
	}
	if acknowledged < kills {
		t.Errorf("only %d transactions in all", acknowledged)
	}
}

func checkRecord(t *testing.T, path string, kill, acknowledged int) {
	t.Helper()
	db, err := Open(t.Context(), path)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	update(t, db, func(tx *Tx) {
		if s := got[string](t)(one(tx, scanString, "PRAGMA integrity_check")); s != "ok" {
			t.Errorf("kill %d: %s", kill, s)
		}
		checkIndex(t, tx)
		c, _, err := tx.Cursor("crash")
		must(t, err)
		last, err := strconv.Atoi(c.Value)
		must(t, err)
		if last < acknowledged || last > acknowledged+1 { // one more can be committed and not yet said
			t.Errorf("kill %d: the record ends at %d, acknowledged were %d", kill, last, acknowledged)
		}
		for n := 1; n <= last; n++ {
			p := got[dc.Post](t)(tx.PostByExternalID(dc.FromMail, fmt.Sprintf("post-%d@example.org", n)))
			if m := got[Message](t)(tx.Message("dc-reefs", p.ExternalID)); m.Post != p.ID {
				t.Errorf("kill %d: transaction %d is torn: %+v", kill, n, m)
			}
		}
		left := got[[]Interrupted](t)(tx.Interrupted())
		posts := got[map[dc.PostState]int](t)(tx.CountPosts())[dc.Pending]
		hits := got[[]Hit](t)(tx.Search("common", last+10))
		if len(left) != last || posts != last || len(hits) != last {
			t.Errorf("kill %d: %d messages, %d posts, %d search rows; want %d of each", kill, len(left), posts, len(hits), last)
		}
		for _, x := range left {
			if !x.Attempt.Committed {
				t.Errorf("kill %d: attempt %d is torn", kill, x.Attempt.ID)
			}
		}
	})
}
