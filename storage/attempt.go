package storage

import (
	"errors"
	"fmt"
	"time"

	"dcbot/bot/dc"
)

const (
	attemptSelect   = `SELECT id, outbox, started, committed, ended, code, error FROM attempt `
	insertAttempt   = `INSERT INTO attempt (outbox, started) VALUES (?, ?)`
	commitAttempt   = `UPDATE attempt SET committed = 1 WHERE id = ? AND ended = ''`
	endAttempt      = `UPDATE attempt SET ended = ?, code = ?, error = ? WHERE id = ?`
	attemptByID     = attemptSelect + `WHERE id = ?`
	attemptsOf      = attemptSelect + `WHERE outbox = ? ORDER BY id`
	attemptLast     = attemptSelect + `WHERE outbox = ? ORDER BY id DESC LIMIT 1`
	outboxSendingBy = outboxSelect + `WHERE state = 'sending' ORDER BY id`
)

// Interrupted is a message whose attempt was begun and never ended: the process that sent it died.
type Interrupted struct {
	Outgoing dc.Outgoing
	Attempt  dc.Attempt // the last one
}

func scanAttempt(r scanner) (a dc.Attempt, err error) {
	var started, ended utc
	err = r.Scan(&a.ID, &a.Outgoing, &started, &a.Committed, &ended, &a.Code, &a.Error)
	a.Started, a.Ended = started.Time, ended.Time
	return
}

// BeginAttempt records that a pending message is about to be sent: it is sending from now on, has one attempt more, and
// its next attempt (should this one fail, or the process die) is at next. A message that is not pending gives a
// dc.TransitionError.
func (tx *Tx) BeginAttempt(id int64, now, next time.Time) (attempt int64, err error) {
	o, err := tx.Outgoing(id)
	if err != nil {
		return 0, err
	}
	state, err := o.State.Transition("begin")
	if err == nil {
		err = tx.changeOne(outboxBegin, string(state), formatTime(next), id)
	}
	if err == nil {
		attempt, _, err = tx.insert(insertAttempt, id, formatTime(now))
	}
	return attempt, doing(err, "beginning to send m%d", id)
}

// CommitAttempt records the point of no return. It has to be committed (by Update, which waits for the disk) before the
// final dot, or the PUT, goes out. It fails when the attempt has ended: then nothing may be sent.
func (tx *Tx) CommitAttempt(attempt int64) error {
	return doing(tx.changeOne(commitAttempt, attempt), "recording the point of no return of attempt %d", attempt)
}

// EndAttempt records how an attempt ended and the message's state after it. code is the SMTP reply or HTTP status, 0 if
// none; a zero next keeps the time of the next attempt. A list post whose copy came back in the meantime is sent.
func (tx *Tx) EndAttempt(attempt int64, now time.Time, code int, msg string, state dc.OutgoingState, next time.Time) error {
	a, err := one(tx, scanAttempt, attemptByID, attempt)
	if err != nil {
		return fmt.Errorf("ending attempt %d: %w", attempt, err)
	}
	if !a.Ended.IsZero() {
		return fmt.Errorf("ending attempt %d: %w", attempt, errors.New("it has ended already"))
	}
	o, err := tx.Outgoing(a.Outgoing)
	if err != nil {
		return fmt.Errorf("ending attempt %d: %w", attempt, err)
	}
	if o.State == dc.Sent && !o.Returned.IsZero() {
		state = dc.Sent
	}
	sent := o.SentAt
	if state == dc.Sent && sent.IsZero() {
		sent = now
	}
	if err := tx.changeOne(endAttempt, formatTime(now), code, msg, attempt); err != nil {
		return fmt.Errorf("ending attempt %d: %w", attempt, err)
	}
	return doing(tx.changeOne(outboxEnd, string(state), msg, formatTime(next), formatTime(sent), o.ID), "ending attempt %d", attempt)
}

// Interrupted reads what is sending. When a process starts, and has the lease, these were left by one that died.
func (tx *Tx) Interrupted() ([]Interrupted, error) {
	os, err := all(tx, scanOutgoing, outboxSendingBy)
	if err != nil {
		return nil, fmt.Errorf("reading interrupted attempts: %w", err)
	}
	left := make([]Interrupted, len(os))
	for i, o := range os {
		a, err := one(tx, scanAttempt, attemptLast, o.ID)
		if err != nil {
			return nil, fmt.Errorf("reading the interrupted attempt at m%d: %w", o.ID, err)
		}
		left[i] = Interrupted{o, a}
	}
	return left, nil
}

// Attempts reads a message's attempts, the first first.
func (tx *Tx) Attempts(outbox int64) ([]dc.Attempt, error) {
	as, err := all(tx, scanAttempt, attemptsOf, outbox)
	return as, doing(err, "reading the attempts at m%d", outbox)
}
