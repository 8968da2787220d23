package storage

import (
	"encoding/json"
	"fmt"

	"dcbot/bot/dc"
)

const (
	draftColumns = `survey, coalition, question, version, text, adopted, by, at`
	insertDraft  = `INSERT INTO draft (` + draftColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	draftHistory = `SELECT ` + draftColumns + ` FROM draft WHERE survey = ? AND coalition = ? AND question = ? ORDER BY version`
	draftNewest  = `SELECT ` + draftColumns + ` FROM draft WHERE survey = ? AND coalition = ? AND question = ? ORDER BY version DESC LIMIT 1`
	draftsNewest = `SELECT ` + draftColumns + ` FROM draft d WHERE survey = ? AND coalition = ? AND version =
		(SELECT max(version) FROM draft WHERE survey = d.survey AND coalition = d.coalition AND question = d.question) ORDER BY question`
)

func scanDraft(r scanner) (d dc.Draft, err error) {
	var adopted string
	var at utc
	if err = r.Scan(&d.Survey, &d.Coalition, &d.Question, &d.Version, &d.Text, &adopted, &d.By, &at); err != nil {
		return
	}
	d.At = at.Time
	err = json.Unmarshal([]byte(adopted), &d.Adopted)
	return
}

// AddDraft stores a version of a question's text. The version is the caller's to count; one that is there already
// is an error.
func (tx *Tx) AddDraft(d dc.Draft) error {
	adopted, err := json.Marshal(append([]int64{}, d.Adopted...))
	if err == nil {
		_, err = tx.change(insertDraft, d.Survey, d.Coalition, d.Question, d.Version, d.Text, string(adopted), d.By, formatTime(d.At))
	}
	if err != nil {
		return fmt.Errorf("storing version %d of the text for question %s: %w", d.Version, d.Question, err)
	}
	return nil
}

// Draft reads the newest version of a question's text.
func (tx *Tx) Draft(survey, coalition, question string) (dc.Draft, error) {
	d, err := one(tx, scanDraft, draftNewest, survey, coalition, question)
	return d, doing(err, "reading the text for question %s", question)
}

// Drafts reads the newest version of each question's text.
func (tx *Tx) Drafts(survey, coalition string) ([]dc.Draft, error) {
	ds, err := all(tx, scanDraft, draftsNewest, survey, coalition)
	return ds, doing(err, "reading the texts for %s", survey)
}

// DraftHistory reads all versions of a question's text, the oldest first.
func (tx *Tx) DraftHistory(survey, coalition, question string) ([]dc.Draft, error) {
	ds, err := all(tx, scanDraft, draftHistory, survey, coalition, question)
	return ds, doing(err, "reading the history of question %s", question)
}
