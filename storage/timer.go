package storage

import (
	"time"

	"dcbot/bot/dc"
)

const (
	setTimer = `INSERT INTO timer (kind, subject, due_at, key, state) VALUES (?, ?, ?, ?, 'waiting')
		ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, subject = excluded.subject, due_at = excluded.due_at, state = 'waiting'
		WHERE state <> 'fired'`
	timersDue    = `SELECT id, kind, subject, due_at, key, state FROM timer WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?`
	timerNext    = `SELECT due_at FROM timer WHERE state = 'waiting' ORDER BY due_at LIMIT 1`
	fireTimer    = `UPDATE timer SET state = 'fired' WHERE id = ? AND state = 'waiting'`
	cancelTimers = `UPDATE timer SET state = 'cancelled' WHERE kind = ? AND subject = ? AND state = 'waiting'`
)

func scanTimer(r scanner) (t dc.Timer, err error) {
	var due utc
	err = r.Scan(&t.ID, &t.Kind, &t.Subject, &due, &t.Key, &t.State)
	t.Due = due.Time
	return
}

// SetTimer sets a timer, or sets the one with its Key anew. One that fired stays fired: its key names something that
// is done once.
func (tx *Tx) SetTimer(t dc.Timer) error {
	_, err := tx.change(setTimer, t.Kind, t.Subject, formatTime(t.Due), t.Key)
	return doing(err, "setting the timer %s", t.Key)
}

// DueTimers reads up to limit waiting timers that are due, the one due first first: however late, never a window.
func (tx *Tx) DueTimers(now time.Time, limit int) ([]dc.Timer, error) {
	ts, err := all(tx, scanTimer, timersDue, formatTime(now), limit)
	return ts, doing(err, "reading due timers")
}

// NextTimer gives when the next waiting timer is due; false when none waits.
func (tx *Tx) NextTimer() (time.Time, bool, error) {
	at, err := one(tx, scanTime, timerNext)
	absent, err := missing(err)
	return at, err == nil && !absent, doing(err, "reading when a timer is due")
}

// FireTimer marks a waiting timer as fired, and gives false when somebody else did, or cancelled it.
func (tx *Tx) FireTimer(id int64) (bool, error) {
	n, err := tx.change(fireTimer, id)
	return n > 0, doing(err, "firing timer %d", id)
}

// CancelTimers cancels the waiting timers of a kind for a subject.
func (tx *Tx) CancelTimers(kind, subject string) error {
	_, err := tx.change(cancelTimers, kind, subject)
	return doing(err, "cancelling the timers %s of %s", kind, subject)
}
