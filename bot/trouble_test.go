package bot_test

import (
	"database/sql"
	"log/slog"
	"strings"
	"testing"
	"time"

	"dcbot/bot/dc"
)

// lines is a log whose lines can be waited for.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// When the store fails at the end of an attempt (a full disk), what became of it is recorded as soon as that is possible
// again: the message is neither sent twice nor left hanging.
func TestStoreFailsAtTheEndOfAnAttempt(t *testing.T) {
	h := oneInTheHouse(t, dc.ToMailbox)
	raw, err := sql.Open("sqlite", "file:"+h.b.DB.Path()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	exec := func(query string) {
		if _, err := raw.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TRIGGER full BEFORE UPDATE ON attempt WHEN NEW.ended <> '' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
	failed := make(lines, 10)
	h.b.Log = slog.New(slog.NewTextHandler(failed, &slog.HandlerOptions{Level: slog.LevelError}))
	h.run()
	select {
	case line := <-failed:
		if !strings.Contains(line, "the disk is full") {
			t.Errorf("logged: %s", line)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the end of the attempt was never recorded, and nobody says so")
	}
	if o := h.row(1); o.State != dc.Sending {
		t.Errorf("it is %s", o.State)
	}
	exec(`DROP TRIGGER full`)
	h.rest()
	if o := h.row(1); o.State != dc.Sent || o.Attempts != 1 {
		t.Errorf("in the end it is %s after %d attempts", o.State, o.Attempts)
	}
	h.wantSent("announcement to ana@example.org")
}
