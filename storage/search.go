package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"dcbot/bot/dc"
)

const (
	insertPostText = `INSERT INTO post_text (id, author, subject, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	samePostText   = `SELECT author = ? AND subject = ? AND body = ? FROM post_text WHERE id = ?`
	indexPost      = `INSERT INTO post_search (rowid, author, subject, body) VALUES (?, ?, ?, ?)`
	// An external-content index forgets a row only when it is told the words that it indexed.
	unindexPost    = `INSERT INTO post_search (post_search, rowid, author, subject, body) SELECT 'delete', id, author, subject, body FROM post_text WHERE id = ?`
	deletePostText = `DELETE FROM post_text WHERE id = ?`

	indexContribution = `INSERT INTO contribution_search (rowid, author, author_name, text)
		SELECT id, author, author_name, text FROM contribution WHERE id = ?`
	unindexContribution = `INSERT INTO contribution_search (contribution_search, rowid, author, author_name, text)
		VALUES ('delete', ?, ?, ?, ?)`

	searchPosts = `SELECT p.id, 0, CASE WHEN p.author_name <> '' THEN p.author_name ELSE p.author END, t.subject,
		snippet(post_search, -1, '', '', '…', 24), p.sent, p.coalition, s.rank
		FROM post_search s JOIN post_text t ON t.id = s.rowid JOIN post p ON p.id = s.rowid
		WHERE post_search MATCH ? ORDER BY s.rank LIMIT ?`
	searchContributions = `SELECT c.post, c.id, CASE WHEN c.author_name <> '' THEN c.author_name ELSE c.author END, coalesce(t.subject, ''),
		snippet(contribution_search, -1, '', '', '…', 24), c.at, c.coalition, s.rank
		FROM contribution_search s JOIN contribution c ON c.id = s.rowid LEFT JOIN post_text t ON t.id = c.post
		WHERE contribution_search MATCH ? ORDER BY s.rank LIMIT ?`
)

// Hit is a post or a contribution that has all the words searched for.
type Hit struct {
	Post         int64
	Contribution int64  // 0 when it is the post
	Author       string // name, else address
	Subject      string
	Snippet      string    // the words in their surroundings
	At           time.Time // when it was written (UTC)
	Coalition    string

	rank float64
}

func scanHit(r scanner) (h Hit, err error) {
	var at utc
	err = r.Scan(&h.Post, &h.Contribution, &h.Author, &h.Subject, &h.Snippet, &at, &h.Coalition, &h.rank)
	h.At = at.Time
	return
}

// PutPostText stores a post's new words for search, replacing what was stored before.
func (tx *Tx) PutPostText(post int64, author, subject, body string) error {
	_, created, err := tx.insert(insertPostText, post, author, subject, body)
	if err == nil && !created {
		var same int64
		if same, err = one(tx, scanInt, samePostText, author, subject, body, post); err == nil && same != 0 {
			return nil // to index it again would cost a hundred times as much
		}
		if err == nil {
			err = tx.deletePostText(post)
		}
		if err == nil {
			_, _, err = tx.insert(insertPostText, post, author, subject, body)
		}
	}
	if err == nil {
		_, err = tx.exec(indexPost, post, author, subject, body)
	}
	return doing(err, "storing the text of post %d", post)
}

func (tx *Tx) deletePostText(post int64) error {
	if _, err := tx.exec(unindexPost, post); err != nil {
		return err
	}
	_, err := tx.exec(deletePostText, post)
	return err
}

func (tx *Tx) indexContribution(id int64) error {
	_, err := tx.exec(indexContribution, id)
	return err
}

func (tx *Tx) unindexContribution(c dc.Contribution) error {
	_, err := tx.exec(unindexContribution, c.ID, c.Author, c.AuthorName, c.Text)
	return err
}

// Search finds the posts and contributions that have all the words of query, the best first, whatever the case and the
// accents. Query is what a person typed: nothing in it has a meaning to the index. A post is left out where one of its
// contributions is found. No words find nothing.
func (tx *Tx) Search(query string, limit int) ([]Hit, error) {
	match := matchAll(query)
	if match == "" || limit <= 0 {
		return nil, nil
	}
	hits, err := all(tx, scanHit, searchContributions, match, limit)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	found := make(map[int64]bool, len(hits))
	for _, h := range hits {
		found[h.Post] = true
	}
	posts, err := all(tx, scanHit, searchPosts, match, limit)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	for _, h := range posts {
		if !found[h.Post] {
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.rank, b.rank) }) // the smaller the better
	return hits[:min(limit, len(hits))], nil
}

// maxWords bounds what a query costs.
const maxWords = 32

// matchAll makes an FTS5 query of what a person typed: every word is a quoted string
// (https://www.sqlite.org/fts5.html section 3.1), so that no operator, column or star is left in it.
func matchAll(query string) string {
	words := strings.FieldsFunc(query, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '"'
	})
	var quoted []string
	for _, w := range words {
		// A string without any letter or digit has no token, and matches nothing at all.
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) && len(quoted) < maxWords {
			quoted = append(quoted, `"`+w+`"`)
		}
	}
	return strings.Join(quoted, " ")
}
