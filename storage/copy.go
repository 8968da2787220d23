package storage

import "fmt"

const (
	insertCopy   = `INSERT INTO copy (post, place, list, raw) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	copiesOfPost = `SELECT post, place, list, raw FROM copy WHERE post = ? ORDER BY place`
	copyAtPlace  = `SELECT EXISTS (SELECT 1 FROM copy WHERE place = ?)`
)

// Copy is a post seen again elsewhere.
type Copy struct {
	Post  int64
	Place string // "imap:INBOX/7/1201", "import:/path#offset", "list:<List-Id>"
	List  string // List-Id it came through, "" if none
	Raw   []byte // nil unless it differs enough to matter
}

func scanCopy(r scanner) (Copy, error) {
	var c Copy
	var z []byte
	if err := r.Scan(&c.Post, &c.Place, &c.List, &z); err != nil {
		return c, err
	}
	raw, err := decompress(z)
	c.Raw = raw
	return c, err
}

// InsertCopy records that a post was seen at a place; raw may be nil. It gives false when that was known.
func (tx *Tx) InsertCopy(post int64, place, list string, raw []byte) (created bool, err error) {
	if err := checkSize(raw); err != nil {
		return false, err
	}
	n, err := tx.change(insertCopy, post, place, list, Compress(raw))
	return n > 0, doing(err, "storing a copy of post %d", post)
}

// Copies reads where else a post was seen.
func (tx *Tx) Copies(post int64) ([]Copy, error) {
	cs, err := all(tx, scanCopy, copiesOfPost, post)
	return cs, doing(err, "reading the copies of post %d", post)
}

// HasPlace says whether a post or a copy was recorded from that place.
func (tx *Tx) HasPlace(place string) (bool, error) {
	n, err := one(tx, scanInt, copyAtPlace, place)
	if err != nil {
		return false, fmt.Errorf("looking for %s: %w", place, err)
	}
	return n != 0, nil
}
