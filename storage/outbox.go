package storage

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
)

const (
	outboxColumns = `id, channel, destination, key, message_id, token, kind, coalition, survey, question, content, state,
		attempts, next_attempt, created, sent, returned, error`
	outboxSelect = `SELECT ` + outboxColumns + ` FROM outbox `

	insertOutbox = `INSERT INTO outbox (channel, destination, key, message_id, token, kind, coalition, survey, question, content,
		state, attempts, next_attempt, created, sent, returned, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`
	outboxIDByKey     = `SELECT id FROM outbox WHERE key = ?`
	outboxByID        = outboxSelect + `WHERE id = ?`
	outboxByMessageID = outboxSelect + `WHERE message_id = ?`
	outboxByToken     = outboxSelect + `WHERE token = ?`
	outboxDue         = outboxSelect + `WHERE state = 'pending' AND next_attempt <= ? ORDER BY next_attempt, id LIMIT ?`
	outboxByKey       = outboxSelect + `WHERE key = ?`
	outboxNext        = `SELECT next_attempt FROM outbox WHERE state = 'pending' ORDER BY next_attempt LIMIT 1`
	outboxCount       = `SELECT state, count(*) FROM outbox GROUP BY state`
	outboxSentSince   = `SELECT count(*) FROM outbox WHERE destination = ? AND sent >= ?`
	outboxMadeSince   = `SELECT count(*) FROM outbox WHERE destination = ? AND created >= ?`
	outboxAfresh      = `UPDATE outbox SET attempts = 0 WHERE id = ?`
	outboxSetContent  = `UPDATE outbox SET content = ? WHERE id = ? AND state = 'pending' AND attempts = 0`
	outboxSetState    = `UPDATE outbox SET state = ?, error = coalesce(nullif(?, ''), error), next_attempt = coalesce(nullif(?, ''), next_attempt) WHERE id = ?`
	outboxSetReturned = `UPDATE outbox SET returned = ?, state = ?, sent = CASE WHEN sent = '' THEN ? ELSE sent END WHERE id = ?`
	outboxBegin       = `UPDATE outbox SET state = ?, attempts = attempts + 1, next_attempt = ? WHERE id = ?`
	outboxEnd         = `UPDATE outbox SET state = ?, error = ?, next_attempt = coalesce(nullif(?, ''), next_attempt), sent = ? WHERE id = ?`
)

func scanOutgoing(r scanner) (o dc.Outgoing, err error) {
	var content string
	var next, created, sent, returned utc
	err = r.Scan(&o.ID, &o.Channel, &o.Destination, &o.Key, &o.MessageID, &o.Token, &o.Kind, &o.Coalition, &o.Survey,
		&o.Question, &content, &o.State, &o.Attempts, &next, &created, &sent, &returned, &o.Error)
	if err != nil {
		return
	}
	o.NotBefore, o.Created, o.SentAt, o.Returned = next.Time, created.Time, sent.Time, returned.Time
	err = json.Unmarshal([]byte(content), &o.Content)
	return
}

// Enqueue stores what is to be sent and sets its ID. A second one with the same Key changes nothing, gives false and
// sets the ID of the first: a decision is told once. A zero NotBefore means at once; an empty State means pending.
func (tx *Tx) Enqueue(o *dc.Outgoing) (created bool, err error) {
	content, err := json.Marshal(o.Content)
	if err != nil {
		return false, fmt.Errorf("queueing %s: %w", o.Key, err)
	}
	state := o.State
	if state == "" {
		state = dc.Queued
	}
	id, created, err := tx.insert(insertOutbox, string(o.Channel), o.Destination, o.Key, o.MessageID, o.Token, o.Kind, o.Coalition,
		o.Survey, o.Question, string(content), string(state), o.Attempts, formatTime(o.NotBefore), formatTime(o.Created),
		formatTime(o.SentAt), formatTime(o.Returned), o.Error)
	if err == nil && !created {
		id, err = one(tx, scanInt, outboxIDByKey, o.Key)
	}
	if err != nil {
		return false, fmt.Errorf("queueing %s: %w", o.Key, err)
	}
	o.ID = id
	if created {
		o.State = state
	}
	return created, nil
}

// DueOutgoing reads up to limit messages whose next attempt is due, the one due first first.
func (tx *Tx) DueOutgoing(now time.Time, limit int) ([]dc.Outgoing, error) {
	os, err := all(tx, scanOutgoing, outboxDue, formatTime(now), limit)
	return os, doing(err, "reading what is due to be sent")
}

// NextToSend reads the message that is due first, leaving aside those to some destinations; false when there is none.
func (tx *Tx) NextToSend(now time.Time, except []string) (dc.Outgoing, bool, error) {
	query, args := outboxSelect+`WHERE state = 'pending' AND next_attempt <= ?`, []any{formatTime(now)}
	for _, d := range except {
		query, args = query+` AND destination <> ?`, append(args, d)
	}
	o, err := one(tx, scanOutgoing, query+` ORDER BY next_attempt, id LIMIT 1`, args...)
	absent, err := missing(err)
	return o, err == nil && !absent, doing(err, "reading what is to be sent next")
}

// NextDue gives the earliest next attempt of a pending message; false when nothing is pending.
func (tx *Tx) NextDue() (time.Time, bool, error) {
	at, err := one(tx, scanTime, outboxNext)
	absent, err := missing(err)
	return at, err == nil && !absent, doing(err, "reading when something is due to be sent")
}

func scanTime(r scanner) (time.Time, error) {
	var at utc
	err := r.Scan(&at)
	return at.Time, err
}

// Outgoing reads one message.
func (tx *Tx) Outgoing(id int64) (dc.Outgoing, error) {
	o, err := one(tx, scanOutgoing, outboxByID, id)
	return o, doing(err, "reading m%d", id)
}

// OutgoingByMessageID reads the message that bears a Message-ID (without brackets) or transaction id.
func (tx *Tx) OutgoingByMessageID(mid string) (dc.Outgoing, error) {
	o, err := one(tx, scanOutgoing, outboxByMessageID, mid)
	return o, doing(err, "reading the outgoing message %s", mid)
}

// OutgoingByToken reads the message with a token.
func (tx *Tx) OutgoingByToken(token string) (dc.Outgoing, error) {
	o, err := one(tx, scanOutgoing, outboxByToken, token)
	return o, doing(err, "reading an outgoing message by its token")
}

// OutgoingByKey reads the message that a decision led to.
func (tx *Tx) OutgoingByKey(key string) (dc.Outgoing, error) {
	o, err := one(tx, scanOutgoing, outboxByKey, key)
	return o, doing(err, "reading the outgoing message of a decision")
}

// OutgoingFilter chooses outgoing messages; a zero field means any, and no limit.
type OutgoingFilter struct {
	State     dc.OutgoingState
	Coalition string
	Kind      string
	Limit     int
}

// ListOutgoing reads what the filter lets through, the newest first.
func (tx *Tx) ListOutgoing(f OutgoingFilter) ([]dc.Outgoing, error) {
	var where []string
	var args []any
	for _, c := range []struct{ column, value string }{{"state", string(f.State)}, {"coalition", f.Coalition}, {"kind", f.Kind}} {
		if c.value != "" {
			where, args = append(where, c.column+" = ?"), append(args, c.value)
		}
	}
	query := outboxSelect
	if len(where) > 0 {
		query += "WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY id DESC"
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	os, err := all(tx, scanOutgoing, query, args...)
	return os, doing(err, "listing outgoing messages")
}

// SetOutgoingState records a state and why; an empty reason keeps the last error, a zero next the time of the next
// attempt. Whether the change is allowed is dc.OutgoingState's Transition to say.
func (tx *Tx) SetOutgoingState(id int64, s dc.OutgoingState, reason string, next time.Time) error {
	return doing(tx.changeOne(outboxSetState, string(s), reason, formatTime(next), id), "setting the state of m%d", id)
}

// StartAfresh forgets how often a message was tried, so that its pauses begin anew: a person wants it tried again. The
// attempts themselves stay on record.
func (tx *Tx) StartAfresh(id int64) error {
	return doing(tx.changeOne(outboxAfresh, id), "starting m%d afresh", id)
}

// SetOutgoingContent changes what a message says that nobody has seen yet; it gives ErrNotFound once an attempt at sending
// it was begun.
func (tx *Tx) SetOutgoingContent(id int64, c dc.Content) error {
	content, err := json.Marshal(c)
	if err == nil {
		err = tx.changeOne(outboxSetContent, string(content), id)
	}
	return doing(err, "changing what m%d says", id)
}

// SetReturned records that a list post's own copy came back: whatever its attempt said, it was sent. A message that a
// person dropped, or that waits to be sent again, keeps its state.
func (tx *Tx) SetReturned(id int64, at time.Time) error {
	o, err := tx.Outgoing(id)
	if err != nil {
		return err
	}
	state, sent := o.State, ""
	if s, err := o.State.Transition("return"); err == nil {
		state, sent = s, formatTime(at)
	}
	return doing(tx.changeOne(outboxSetReturned, formatTime(at), string(state), sent, id), "recording that m%d came back", id)
}

// CountOutgoing counts messages by state.
func (tx *Tx) CountOutgoing() (map[dc.OutgoingState]int, error) {
	m, err := counts[dc.OutgoingState](tx, outboxCount)
	return m, doing(err, "counting outgoing messages")
}

// SentSince counts what a destination accepted since a time (included).
func (tx *Tx) SentSince(destination string, since time.Time) (int, error) {
	n, err := one(tx, scanInt, outboxSentSince, destination, formatTime(since))
	return int(n), doing(err, "counting what was sent to %s", destination)
}

// MadeSince counts what was queued for a destination since a time (included), sent or not.
func (tx *Tx) MadeSince(destination string, since time.Time) (int, error) {
	n, err := one(tx, scanInt, outboxMadeSince, destination, formatTime(since))
	return int(n), doing(err, "counting what was queued for %s", destination)
}
