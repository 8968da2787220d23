package storage

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	hasAnchors            = `SELECT 1 FROM anchor WHERE coalition = ? LIMIT 1`
	isTarget              = `SELECT 1 FROM contribution WHERE target = ? OR supersedes = ? LIMIT 1`
	countContributions    = `SELECT count(*) FROM contribution WHERE survey = ? AND coalition = ?`
	deleteContributionRow = `DELETE FROM contribution WHERE id = ?`
)

func scanOne(r scanner) (n int, err error) {
	err = r.Scan(&n)
	return
}

// HasAnchors says whether any survey was ever posted in a coalition: without one, no thread can be a survey's.
func (tx *Tx) HasAnchors(coalition string) (bool, error) {
	if tx.memo != nil {
		by, err := tx.anchorsOf(coalition)
		return len(by) > 0, doing(err, "looking for a survey's threads in %s", coalition)
	}
	rows, err := all(tx, scanOne, hasAnchors, coalition)
	return len(rows) > 0, doing(err, "looking for a survey's threads in %s", coalition)
}

// CountContributions counts what a coalition contributed to a survey.
func (tx *Tx) CountContributions(survey, coalition string) (int, error) {
	n, err := one(tx, scanOne, countContributions, survey, coalition)
	return n, doing(err, "counting the contributions of %s", coalition)
}

// IsTarget says whether another contribution refers to this one.
func (tx *Tx) IsTarget(id int64) (bool, error) {
	rows, err := all(tx, scanOne, isTarget, id, id)
	return len(rows) > 0, doing(err, "looking for what refers to c%d", id)
}

// DeleteContribution removes what an earlier reading of a post found and a better informed one did not; the raw post
// keeps the words. The caller has made sure that no person decided about it.
func (tx *Tx) DeleteContribution(id int64) error {
	c, err := tx.Contribution(id)
	if err != nil {
		return err
	}
	if err := tx.unindexContribution(c); err != nil {
		return err
	}
	return doing(tx.changeOne(deleteContributionRow, id), "deleting c%d", id)
}

// IsTrouble says whether an error is the store's (a full disk, a lock, the program ending): the same work can succeed
// later. Any other error comes from the work itself.
func IsTrouble(err error) bool {
	if errors.Is(err, ErrClosed) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || endsTransaction(err) {
		return true
	}
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_LOCKED
}

// Decompress undoes Compress.
func Decompress(z []byte) ([]byte, error) { return decompress(z) }
