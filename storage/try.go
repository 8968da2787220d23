package storage

import (
	"errors"
	"fmt"
)

// Try runs fn so that it leaves nothing behind when it fails or panics, while the transaction goes on: one command
// of several may fail without half of its writes. Tries may be nested.
func (tx *Tx) Try(fn func() error) error {
	if _, err := tx.exec("SAVEPOINT try"); err != nil {
		return fmt.Errorf("beginning a savepoint: %w", err)
	}
	done := false
	defer func() {
		if !done { // a panic: the caller may catch it and go on
			_ = tx.undo()
		}
	}()
	err := fn()
	done = true
	if err != nil {
		return errors.Join(err, tx.undo())
	}
	if _, err := tx.exec("RELEASE try"); err != nil {
		return fmt.Errorf("keeping a savepoint: %w", err)
	}
	return nil
}

// undo takes back what was written since the innermost savepoint, and ends it.
func (tx *Tx) undo() error {
	tx.memo.forgetAll()
	if _, err := tx.exec("ROLLBACK TO try"); err != nil {
		return fmt.Errorf("rolling back to a savepoint: %w", err)
	}
	if _, err := tx.exec("RELEASE try"); err != nil {
		return fmt.Errorf("ending a savepoint: %w", err)
	}
	return nil
}
