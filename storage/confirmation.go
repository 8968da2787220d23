package storage

import "time"

const (
	confirmationSelect   = `SELECT token, kind, address, subject, post, expires, state FROM confirmation `
	insertConfirmation   = `INSERT INTO confirmation (token, kind, address, subject, post, expires, state) VALUES (?, ?, ?, ?, ?, ?, ?)`
	confirmationByToken  = confirmationSelect + `WHERE token = ?`
	confirmationsWaiting = confirmationSelect + `WHERE kind = ? AND subject = ? AND state = 'waiting' ORDER BY expires, token`
	setConfirmation      = `UPDATE confirmation SET state = ? WHERE token = ?`
)

// Confirmation is a question that the bot asked and that waits for a person.
type Confirmation struct {
	Token   string
	Kind    string // withdraw, command
	Address string // who may answer
	Subject string // contribution id, or the command lines
	Post    int64  // the post that it is about
	Expires time.Time
	State   string // waiting (also when empty), used, refused
}

func scanConfirmation(r scanner) (c Confirmation, err error) {
	var expires utc
	err = r.Scan(&c.Token, &c.Kind, &c.Address, &c.Subject, &c.Post, &expires, &c.State)
	c.Expires = expires.Time
	return
}

// PutConfirmation stores a confirmation; its token must be new.
func (tx *Tx) PutConfirmation(c Confirmation) error {
	if c.State == "" {
		c.State = "waiting"
	}
	_, err := tx.change(insertConfirmation, c.Token, c.Kind, c.Address, c.Subject, c.Post, formatTime(c.Expires), c.State)
	return doing(err, "asking %s for confirmation", c.Address)
}

// Confirmation reads a confirmation; whether it expired is the caller's to see.
func (tx *Tx) Confirmation(token string) (Confirmation, error) {
	c, err := one(tx, scanConfirmation, confirmationByToken, token)
	return c, doing(err, "reading a confirmation")
}

// SetConfirmation records a confirmation's state.
func (tx *Tx) SetConfirmation(token, state string) error {
	return doing(tx.changeOne(setConfirmation, state, token), "recording a confirmation as %s", state)
}

// WaitingConfirmations reads what waits about a subject, expired ones included.
func (tx *Tx) WaitingConfirmations(kind, subject string) ([]Confirmation, error) {
	cs, err := all(tx, scanConfirmation, confirmationsWaiting, kind, subject)
	return cs, doing(err, "reading confirmations")
}
