package storage

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"dcbot/bot/dc"
)

const (
	postColumns = `p.id, p.source, p.external_id, p.coalition, p.list, p.author, p.author_name, p.sent, p.received,
		p.proven, p.imported, p.state, p.reason`
	postWithRaw = `SELECT ` + postColumns + `, r.raw FROM post p LEFT JOIN post_raw r ON r.post = p.id `

	insertPost = `INSERT INTO post (key, source, external_id, coalition, list, author, author_name, sent, received,
		proven, imported, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`
	insertRaw     = `INSERT INTO post_raw (post, raw) VALUES (?, ?)`
	postIDByKey   = `SELECT id FROM post WHERE key = ?`
	postByID      = postWithRaw + `WHERE p.id = ?`
	postByKey     = `SELECT ` + postColumns + `, NULL FROM post p WHERE p.key = ?`
	postsPending  = postWithRaw + `WHERE p.state = 'pending' ORDER BY p.id LIMIT ?`
	postsAfter    = postWithRaw + `WHERE p.id > ? ORDER BY p.id LIMIT ?`
	postSetState  = `UPDATE post SET state = ?, reason = ? WHERE id = ?`
	postSetRoute  = `UPDATE post SET coalition = ?, list = ? WHERE id = ?`
	postSetAuthor = `UPDATE post SET author = ?, author_name = ?, proven = ? WHERE id = ?`
	postCount     = `SELECT state, count(*) FROM post GROUP BY state`
)

// digest is a short key for a long text: see post in the schema.
func digest(parts ...string) []byte {
	buf := make([]byte, 0, 160)
	for i, p := range parts {
		if i > 0 {
			buf = append(buf, 0)
		}
		buf = append(buf, p...)
	}
	sum := sha256.Sum256(buf)
	return sum[:16:16]
}

func postKey(src dc.Source, externalID string) []byte { return digest(string(src), externalID) }

func scanPost(r scanner) (dc.Post, error) {
	var p dc.Post
	var sent, received utc
	var z []byte
	err := r.Scan(&p.ID, &p.Source, &p.ExternalID, &p.Coalition, &p.List, &p.Author, &p.AuthorName, &sent, &received,
		&p.Proven, &p.Imported, &p.State, &p.Reason, &z)
	if err != nil {
		return p, err
	}
	p.Sent, p.Received = sent.Time, received.Time
	if p.Raw, err = decompress(z); err != nil {
		return p, fmt.Errorf("post %d: %w", p.ID, err)
	}
	return p, nil
}

// InsertPost stores a post and sets its ID. When one with its source and external id is there already, it changes
// nothing, gives false and sets the ID of that one.
func (tx *Tx) InsertPost(p *dc.Post) (created bool, err error) {
	if err := checkSize(p.Raw); err != nil {
		return false, err
	}
	return tx.InsertPostCompressed(p, Compress(p.Raw))
}

// InsertPostCompressed is InsertPost with z, made by Compress, in place of p.Raw, so that importers can compress in
// parallel.
func (tx *Tx) InsertPostCompressed(p *dc.Post, z []byte) (created bool, err error) {
	key := postKey(p.Source, p.ExternalID)
	id, created, err := tx.insert(insertPost, key, string(p.Source), p.ExternalID, p.Coalition, p.List, p.Author,
		p.AuthorName, formatTime(p.Sent), formatTime(p.Received), p.Proven, p.Imported, string(p.State), p.Reason)
	if err == nil && !created {
		id, err = one(tx, scanInt, postIDByKey, key)
	}
	if err == nil && created && len(z) > 0 {
		_, err = tx.exec(insertRaw, id, z)
	}
	if err != nil {
		return false, fmt.Errorf("storing the post %s: %w", p.ExternalID, err)
	}
	p.ID = id
	return created, nil
}

// Post reads a post with its raw bytes.
func (tx *Tx) Post(id int64) (dc.Post, error) {
	p, err := one(tx, scanPost, postByID, id)
	if err != nil {
		return p, fmt.Errorf("reading post %d: %w", id, err)
	}
	return p, nil
}

// PostByExternalID reads a post without its raw bytes.
func (tx *Tx) PostByExternalID(src dc.Source, externalID string) (dc.Post, error) {
	p, err := one(tx, scanPost, postByKey, postKey(src, externalID))
	if err != nil {
		return p, fmt.Errorf("reading the post %s: %w", externalID, err)
	}
	return p, nil
}

// PendingPosts reads up to limit pending posts with their raw bytes, the oldest id first.
func (tx *Tx) PendingPosts(limit int) ([]dc.Post, error) {
	ps, err := all(tx, scanPost, postsPending, limit)
	if err != nil {
		return nil, fmt.Errorf("reading pending posts: %w", err)
	}
	return ps, nil
}

// EachPost calls fn with every post in the order of ids, with its raw bytes. fn may use tx.
func (tx *Tx) EachPost(fn func(dc.Post) error) error {
	const page = 32 // posts in memory at a time
	for last := int64(0); ; {
		ps, err := all(tx, scanPost, postsAfter, last, page)
		if err != nil {
			return fmt.Errorf("reading posts after %d: %w", last, err)
		}
		for _, p := range ps {
			if err := fn(p); err != nil {
				return err
			}
			last = p.ID
		}
		if len(ps) < page {
			return nil
		}
	}
}

// SetPostState records a post's state and the reason for it. Whether the change is allowed is dc.PostState's
// Transition to say.
func (tx *Tx) SetPostState(id int64, s dc.PostState, reason string) error {
	return doing(tx.changeOne(postSetState, string(s), reason, id), "setting the state of post %d", id)
}

// SetPostRoute records which coalition and list (or room) a post belongs to.
func (tx *Tx) SetPostRoute(id int64, coalition, list string) error {
	return doing(tx.changeOne(postSetRoute, coalition, list, id), "setting the route of post %d", id)
}

// SetPostAuthor records who wrote a post, and whether that is proven.
func (tx *Tx) SetPostAuthor(id int64, author, name string, proven bool) error {
	return doing(tx.changeOne(postSetAuthor, author, name, proven, id), "setting the author of post %d", id)
}

// CountPosts counts posts by state.
func (tx *Tx) CountPosts() (map[dc.PostState]int, error) {
	m, err := counts[dc.PostState](tx, postCount)
	return m, doing(err, "counting posts")
}

// doing says what failed; nil stays nil.
func doing(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// missing says that a row is just not there, and forgets that.
func missing(err error) (bool, error) {
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}

func counts[K ~string](tx *Tx, query string) (map[K]int, error) {
	type count struct {
		key string
		n   int
	}
	cs, err := all(tx, func(r scanner) (c count, err error) { err = r.Scan(&c.key, &c.n); return }, query)
	m := make(map[K]int, len(cs))
	for _, c := range cs {
		m[K(c.key)] = c.n
	}
	return m, err
}
