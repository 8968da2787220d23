package storage

import (
	"fmt"
	"strings"

	"dcbot/bot/dc"
)

const (
	contributionSelect = `SELECT c.id, c.post, p.external_id, c.seq, c.coalition, c.survey, c.question, c.author, c.author_name,
		c.kind, c.stance, c.text, c.quoted, c.target, c.line_first, c.line_last, c.link, c.why, c.status, c.by, c.reason,
		c.supersedes, c.late, c.assigned, c.at FROM contribution c JOIN post p ON p.id = c.post `

	insertContribution = `INSERT INTO contribution (post, seq, coalition, survey, question, author, author_name, kind, stance,
		text, quoted, target, line_first, line_last, link, why, status, by, reason, supersedes, late, assigned, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	contributionByID     = contributionSelect + `WHERE c.id = ?`
	contributionsOfPost  = contributionSelect + `WHERE c.post = ? ORDER BY c.seq`
	contributionsOrdered = ` ORDER BY c.at, c.id`
	updateContribution   = `UPDATE contribution SET survey = ?, question = ?, kind = ?, stance = ?, target = ?, why = ?, status = ?,
		by = ?, reason = ?, supersedes = ?, late = ?, assigned = ? WHERE id = ?`
	deleteContributions = `DELETE FROM contribution WHERE post = ?`
	// Who set aside or adopted is in by; a stance's target or a supersession by the machine is not.
	contributionTouched = `SELECT EXISTS (SELECT 1 FROM contribution WHERE post = ?
		AND (assigned <> 0 OR by <> '' OR status IN ('adopted', 'set-aside')))`
)

// Filter chooses contributions; a zero field means any.
type Filter struct {
	Survey    string
	Coalition string
	Question  *string // nil means any; "" the unassigned tray
	Author    string  // address or Matrix id, in any case
	Status    dc.Status
	Post      int64
	Tray      bool // only what is not assigned to a question
}

func scanContribution(r scanner) (dc.Contribution, error) {
	var c dc.Contribution
	var at utc
	err := r.Scan(&c.ID, &c.Post, &c.PostRef, &c.Seq, &c.Coalition, &c.Survey, &c.Question, &c.Author, &c.AuthorName,
		&c.Kind, &c.Stance, &c.Text, &c.Quoted, &c.Target, &c.Lines[0], &c.Lines[1], &c.Link, &c.Why, &c.Status, &c.By, &c.Reason,
		&c.Supersedes, &c.Late, &c.Assigned, &at)
	c.At = at.Time
	return c, err
}

// InsertContribution stores a contribution for drafts and for search, and sets its ID.
func (tx *Tx) InsertContribution(c *dc.Contribution) error {
	id, _, err := tx.insert(insertContribution, c.Post, c.Seq, c.Coalition, c.Survey, c.Question, c.Author, c.AuthorName,
		string(c.Kind), string(c.Stance), c.Text, c.Quoted, c.Target, c.Lines[0], c.Lines[1], c.Link, c.Why, string(c.Status), c.By,
		c.Reason, c.Supersedes, c.Late, c.Assigned, formatTime(c.At))
	if err == nil {
		err = tx.indexContribution(id)
	}
	if err != nil {
		return fmt.Errorf("storing contribution %d of post %d: %w", c.Seq, c.Post, err)
	}
	c.ID = id
	return nil
}

// Contribution reads one contribution.
func (tx *Tx) Contribution(id int64) (dc.Contribution, error) {
	c, err := one(tx, scanContribution, contributionByID, id)
	return c, doing(err, "reading c%d", id)
}

// ContributionsOfPost reads a post's contributions as they stand in it.
func (tx *Tx) ContributionsOfPost(post int64) ([]dc.Contribution, error) {
	cs, err := all(tx, scanContribution, contributionsOfPost, post)
	return cs, doing(err, "reading the contributions of post %d", post)
}

// Contributions reads what the filter lets through, in the order it was written.
func (tx *Tx) Contributions(f Filter) ([]dc.Contribution, error) {
	var where []string
	var args []any
	add := func(is bool, condition string, arg any) {
		if is {
			where, args = append(where, condition), append(args, arg)
		}
	}
	add(f.Survey != "", "c.survey = ?", f.Survey)
	add(f.Coalition != "", "c.coalition = ?", f.Coalition)
	if f.Question != nil {
		add(true, "c.question = ?", *f.Question)
	}
	add(f.Author != "", "lower(c.author) = ?", strings.ToLower(f.Author))
	add(f.Status != "", "c.status = ?", string(f.Status))
	add(f.Post != 0, "c.post = ?", f.Post)
	add(f.Tray, "c.question = ?", "")
	rest := contributionsOrdered
	if len(where) > 0 {
		rest = "WHERE " + strings.Join(where, " AND ") + rest
	}
	cs, err := tx.contributions(rest, args)
	return cs, doing(err, "reading contributions")
}

// UpdateContribution records what was decided about a contribution: survey, question, kind, stance, target, why, status,
// by, reason, supersedes, late and assigned. Its words and their place are never changed.
func (tx *Tx) UpdateContribution(c dc.Contribution) error {
	tx.memo.forgetContribution(c.ID)
	return doing(tx.changeOne(updateContribution, c.Survey, c.Question, string(c.Kind), string(c.Stance), c.Target, c.Why,
		string(c.Status), c.By, c.Reason, c.Supersedes, c.Late, c.Assigned, c.ID), "updating %s", c.Ref())
}

// DeleteContributionsOfPost removes a post's contributions so that they can be collected anew. It refuses when a
// person decided something about one of them.
func (tx *Tx) DeleteContributionsOfPost(post int64) error {
	touched, err := one(tx, scanInt, contributionTouched, post)
	if err != nil {
		return fmt.Errorf("removing the contributions of post %d: %w", post, err)
	}
	if touched != 0 {
		return dc.Userf("release or restore it first, then collect again",
			"a person decided about a contribution of post %d: it stays as it is", post)
	}
	cs, err := tx.ContributionsOfPost(post)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if err := tx.unindexContribution(c); err != nil {
			return fmt.Errorf("removing the contributions of post %d: %w", post, err)
		}
	}
	_, err = tx.change(deleteContributions, post)
	return doing(err, "removing the contributions of post %d", post)
}
