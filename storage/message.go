package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

const (
	messageColumns = `coalition, mid, coalesce(post, 0), coalesce(outbox, 0), parent, subject, sent`

	// One row each, by VALUES or by id: for a statement that could change several, SQLite opens a savepoint, at which FTS5
	// writes out what it has gathered, which doubles the cost of an import.
	insertMessage = `INSERT INTO message (key, coalition, mid, post, outbox, parent, parent_key, subject, subject_key, sent, day)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	fillGhost = `UPDATE message SET post = ?, outbox = ?, subject = ?, subject_key = ?, sent = ?, day = ?, parent = ?, parent_key = ?
		WHERE id = ?`
	insertGhost = `INSERT INTO message (key, coalition, mid, parent, parent_key) VALUES (?, ?, ?, ?, ?)`
	adoptGhost  = `UPDATE message SET parent = ?, parent_key = ? WHERE id = ?`
	messageRow  = `SELECT id, post IS NULL AND outbox IS NULL, parent FROM message WHERE ` + byMID

	byMID             = `key = ? AND mid = ? AND coalition = ?`
	messageByMID      = `SELECT ` + messageColumns + ` FROM message WHERE ` + byMID
	messagesByMID     = `SELECT ` + messageColumns + ` FROM message WHERE key = ? AND mid = ? ORDER BY coalition`
	messagesByParent  = `SELECT ` + messageColumns + ` FROM message WHERE parent_key = ? AND parent = ? AND coalition = ? ORDER BY sent, id LIMIT ?`
	messagesBySubject = `SELECT ` + messageColumns + ` FROM message WHERE subject_key = ? AND day BETWEEN ? AND ?
		AND subject = ? AND coalition = ? AND sent BETWEEN ? AND ? ORDER BY sent, id`
	messagesByPost = `SELECT ` + messageColumns + ` FROM message WHERE post = ? ORDER BY id`
)

// Message is an id within a coalition: who bears it, and what it replied to. With neither Post nor Outbox it is a
// ghost: somebody referred to it, nobody has seen it.
type Message struct {
	Coalition string
	ID        string // Message-ID without brackets, or event id
	Post      int64  // 0 if none
	Outbox    int64  // 0 if none
	Parent    string // id of the nearest message referred to, "" if none
	Subject   string // base subject
	Sent      time.Time
}

// Ghost says that nobody has seen the message.
func (m Message) Ghost() bool { return m.Post == 0 && m.Outbox == 0 }

func scanMessage(r scanner) (Message, error) {
	var m Message
	var sent utc
	err := r.Scan(&m.Coalition, &m.ID, &m.Post, &m.Outbox, &m.Parent, &m.Subject, &sent)
	m.Sent = sent.Time
	return m, err
}

func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// textKey is the key of a text in a narrow index: see message in the schema.
func textKey(s string) int64 { return int64(binary.BigEndian.Uint64(digest(s))) }

func keyOrNull(s string) any {
	if s == "" {
		return nil
	}
	return textKey(s)
}

func day(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// bearer is what PutMessage has to know about an id; its zero value is an id that is not known.
type bearer struct {
	id     int64
	ghost  bool
	parent string
}

func scanBearer(r scanner) (b bearer, err error) {
	err = r.Scan(&b.id, &b.ghost, &b.parent)
	return
}

func (tx *Tx) bearer(key int64, coalition, mid string) (bearer, error) {
	b, err := one(tx, scanBearer, messageRow, key, mid, coalition)
	_, err = missing(err)
	return b, err
}

// PutMessage records who bears an id, filling a ghost or inserting. It never overwrites a bearer: the second mail
// with an id changes nothing. It does not make a ghost of the parent: see PutGhost and PutReferences.
func (tx *Tx) PutMessage(m Message) (wasGhost bool, err error) {
	key, subjectKey, sent := textKey(m.ID), keyOrNull(m.Subject), formatTime(m.Sent)
	known, err := tx.bearer(key, m.Coalition, m.ID)
	switch {
	case err != nil:
	case known.id == 0:
		_, err = tx.exec(insertMessage, key, m.Coalition, m.ID, orNull(m.Post), orNull(m.Outbox), m.Parent, keyOrNull(m.Parent),
			m.Subject, subjectKey, sent, day(m.Sent))
		if at := (utc{}); err == nil && at.Scan(sent) == nil {
			m.Sent = at.Time // as it is read back
			tx.memo.remember(m)
		}
	case known.ghost && !m.Ghost():
		wasGhost = true
		tx.memo.forget(m.Coalition, m.ID)
		parent := m.Parent // others' References gave the ghost its parent; what the message says of itself counts more
		if parent == "" {
			parent = known.parent
		}
		_, err = tx.exec(fillGhost, orNull(m.Post), orNull(m.Outbox), m.Subject, subjectKey, sent, day(m.Sent), parent,
			keyOrNull(parent), known.id)
	}
	return wasGhost && err == nil, doing(err, "recording the message %s", m.ID)
}

// PutGhost records that somebody referred to an id, unless it is known.
func (tx *Tx) PutGhost(coalition, mid string) error {
	return tx.PutReferences(coalition, []string{mid})
}

// PutReferences makes ghosts of the unknown ids of a References field (RFC 5322 section 3.6.4: the oldest first, the
// parent last). Each becomes the parent of the next where that is a ghost without one.
func (tx *Tx) PutReferences(coalition string, refs []string) error {
	parent := ""
	for _, mid := range refs {
		key := textKey(mid)
		known, err := tx.bearer(key, coalition, mid)
		switch {
		case err != nil:
		case known.id == 0:
			_, err = tx.exec(insertGhost, key, coalition, mid, parent, keyOrNull(parent))
		case known.ghost && known.parent == "" && parent != "" && parent != mid:
			tx.memo.forget(coalition, mid)
			_, err = tx.exec(adoptGhost, parent, keyOrNull(parent), known.id)
		}
		if err != nil {
			return fmt.Errorf("recording the reference to %s: %w", mid, err)
		}
		parent = mid
	}
	return nil
}

// Message reads an id of a coalition; ghosts too.
func (tx *Tx) Message(coalition, mid string) (Message, error) {
	if m, ok := tx.memo.message(coalition, mid); ok {
		return m, tx.usable()
	}
	m, err := one(tx, scanMessage, messageByMID, textKey(mid), mid, coalition)
	if err == nil {
		tx.memo.remember(m)
	}
	return m, doing(err, "reading the message %s", mid)
}

// MessageAnywhere reads an id in every coalition that knows it; ghosts too.
func (tx *Tx) MessageAnywhere(mid string) ([]Message, error) {
	ms, err := all(tx, scanMessage, messagesByMID, textKey(mid), mid)
	return ms, doing(err, "reading the message %s", mid)
}

// Ancestors reads up to max messages above one, the nearest first; ghosts too. An id that nobody recorded ends it, and
// so does a circle, which anybody can write.
func (tx *Tx) Ancestors(coalition, mid string, max int) ([]Message, error) {
	var above []Message
	seen := map[string]bool{mid: true}
	m, err := tx.Message(coalition, mid)
	for err == nil && m.Parent != "" && !seen[m.Parent] && len(above) < max {
		seen[m.Parent] = true
		if m, err = tx.Message(coalition, m.Parent); err == nil {
			above = append(above, m)
		}
	}
	if _, err := missing(err); err != nil {
		return nil, fmt.Errorf("reading what %s replies to: %w", mid, err)
	}
	return above, nil
}

// Descendants reads up to max messages below one, breadth first, siblings by time; ghosts too. mid need not be known.
func (tx *Tx) Descendants(coalition, mid string, max int) ([]Message, error) {
	var below []Message
	seen := map[string]bool{mid: true}
	for next := []string{mid}; len(next) > 0 && len(below) < max; next = next[1:] {
		ms, err := all(tx, scanMessage, messagesByParent, textKey(next[0]), next[0], coalition, max)
		if err != nil {
			return nil, fmt.Errorf("reading the replies to %s: %w", mid, err)
		}
		for _, m := range ms {
			if !seen[m.ID] && len(below) < max {
				seen[m.ID] = true
				below = append(below, m)
				next = append(next, m.ID)
			}
		}
	}
	return below, nil
}

// MessageBySubject reads the messages of a base subject sent from..to (both included), the oldest first.
func (tx *Tx) MessageBySubject(coalition, subject string, from, to time.Time) ([]Message, error) {
	if subject == "" {
		return nil, errors.New("reading messages by subject: no subject")
	}
	ms, err := all(tx, scanMessage, messagesBySubject, textKey(subject), day(from), day(to), subject, coalition,
		formatTime(from), formatTime(to))
	return ms, doing(err, "reading messages by subject")
}

// MessagesOfPost reads the ids that a post bears: one in each coalition it reached.
func (tx *Tx) MessagesOfPost(post int64) ([]Message, error) {
	ms, err := all(tx, scanMessage, messagesByPost, post)
	return ms, doing(err, "reading the messages of post %d", post)
}
