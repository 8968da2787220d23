package storage

import (
	"fmt"

	"dcbot/bot/dc"
)

const (
	erasePost          = `UPDATE post SET state = 'erased', reason = ? WHERE id = ?`
	eraseRaw           = `DELETE FROM post_raw WHERE post = ?`
	eraseCopies        = `UPDATE copy SET raw = NULL WHERE post = ?`
	eraseSubjects      = `UPDATE message SET subject = '', subject_key = NULL WHERE post = ?`
	eraseContributions = `UPDATE contribution SET text = '', quoted = '', link = '', why = '' WHERE post = ?`
)

// ErasePost leaves a tombstone of a post: id, author, time and the reason. Its raw bytes and those of its copies, its
// text, subject and search rows and the words of its contributions are removed, also from the search index's and the
// file's free space (the WAL keeps pages until the next checkpoint). Drafts, submissions and mails that quote
// it are other people's words on record: they are the caller's to deal with.
func (tx *Tx) ErasePost(id int64, reason string) error {
	if err := tx.erasePost(id, reason); err != nil {
		return fmt.Errorf("erasing post %d: %w", id, err)
	}
	return nil
}

func (tx *Tx) erasePost(id int64, reason string) error {
	p, err := one(tx, scanString, `SELECT state FROM post WHERE id = ?`, id)
	if err != nil {
		return err
	}
	if _, err := dc.PostState(p).Transition("erase"); err != nil {
		return err
	}
	tx.memo.forgetAll()
	if err := tx.deletePostText(id); err != nil {
		return err
	}
	cs, err := tx.ContributionsOfPost(id)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if err := tx.unindexContribution(c); err != nil {
			return err
		}
	}
	for _, query := range []string{eraseRaw, eraseCopies, eraseSubjects, eraseContributions} {
		if _, err := tx.exec(query, id); err != nil {
			return err
		}
	}
	for _, c := range cs { // the author stays findable
		if err := tx.indexContribution(c.ID); err != nil {
			return err
		}
	}
	_, err = tx.exec(erasePost, reason, id)
	return err
}
