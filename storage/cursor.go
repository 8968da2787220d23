package storage

import "dcbot/bot/dc"

const (
	setCursor = `INSERT INTO cursor (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	cursorOf  = `SELECT value FROM cursor WHERE name = ?`
)

// SetCursor records how far a source was read, in the transaction that stores what was read.
func (tx *Tx) SetCursor(c dc.Cursor) error {
	_, err := tx.change(setCursor, c.Name, c.Value)
	return doing(err, "recording how far %s was read", c.Name)
}

// Cursor reads how far a source was read; false when it never was.
func (tx *Tx) Cursor(name string) (dc.Cursor, bool, error) {
	v, err := one(tx, scanString, cursorOf, name)
	absent, err := missing(err)
	return dc.Cursor{Name: name, Value: v}, err == nil && !absent, doing(err, "reading how far %s was read", name)
}
