package storage

import (
	"strings"
	"time"

	"dcbot/bot/dc"
)

const (
	// By question, so that the index gives the few rows that are later without a look at all others.
	laterPosts = `SELECT c.post FROM contribution c JOIN post p ON p.id = c.post
		WHERE c.survey = ? AND c.coalition = ? AND c.question IN (`
	laterPostsEnd = `) AND c.at >= ? AND (c.at > ? OR p.external_id > ?) GROUP BY c.post ORDER BY min(c.at), p.external_id LIMIT ?`

	draftsAsOf = `SELECT ` + draftColumns + ` FROM draft d WHERE survey = ? AND coalition = ? AND version =
		(SELECT max(version) FROM draft WHERE survey = d.survey AND coalition = d.coalition AND question = d.question AND at <= ?)
		ORDER BY question`
)

// LaterPosts reads the posts, up to limit, that contributed to one of the questions ("" is the tray) and were written after a
// post of the time at and the external id ref, in the order in which they were written.
func (tx *Tx) LaterPosts(survey, coalition string, questions []string, at time.Time, ref string, limit int) ([]int64, error) {
	if len(questions) == 0 {
		return nil, nil
	}
	args := []any{survey, coalition}
	for _, q := range questions {
		args = append(args, q)
	}
	args = append(args, formatTime(at), formatTime(at), ref, limit)
	query := laterPosts + strings.Repeat("?, ", len(questions)-1) + "?" + laterPostsEnd
	ids, err := all(tx, scanInt, query, args...)
	return ids, doing(err, "reading what was contributed later")
}

// DraftsAsOf reads the texts of the questions as they were at a time.
func (tx *Tx) DraftsAsOf(survey, coalition string, at time.Time) ([]dc.Draft, error) {
	ds, err := all(tx, scanDraft, draftsAsOf, survey, coalition, formatTime(at))
	return ds, doing(err, "reading the texts for %s", survey)
}
