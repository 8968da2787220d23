package storage

import "dcbot/bot/dc"

const (
	submissionSelect = `SELECT id, survey, coalition, version, content, digest, approved_by, approved_at, coalesce(outbox, 0) FROM submission `
	insertSubmission = `INSERT INTO submission (survey, coalition, version, content, digest, approved_by, approved_at, outbox)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	submissionAt          = submissionSelect + `WHERE survey = ? AND coalition = ? AND version = ?`
	submissionsOf         = submissionSelect + `WHERE survey = ? AND coalition = ? ORDER BY version`
	setSubmissionOutgoing = `UPDATE submission SET outbox = ? WHERE id = ?`
)

func scanSubmission(r scanner) (s dc.Submission, err error) {
	var at utc
	err = r.Scan(&s.ID, &s.Survey, &s.Coalition, &s.Version, &s.Content, &s.Digest, &s.ApprovedBy, &at, &s.Outgoing)
	s.ApprovedAt = at.Time
	return
}

// AddSubmission freezes a version and sets its ID; a version that is there already is an error.
func (tx *Tx) AddSubmission(s *dc.Submission) error {
	content := s.Content
	if content == nil {
		content = []byte{}
	}
	id, _, err := tx.insert(insertSubmission, s.Survey, s.Coalition, s.Version, content, s.Digest, s.ApprovedBy,
		formatTime(s.ApprovedAt), orNull(s.Outgoing))
	if err == nil {
		s.ID = id
	}
	return doing(err, "freezing version %d of %s for %s", s.Version, s.Survey, s.Coalition)
}

// Submission reads one version.
func (tx *Tx) Submission(survey, coalition string, version int) (dc.Submission, error) {
	s, err := one(tx, scanSubmission, submissionAt, survey, coalition, version)
	return s, doing(err, "reading version %d of %s for %s", version, survey, coalition)
}

// Submissions reads all versions, the oldest first.
func (tx *Tx) Submissions(survey, coalition string) ([]dc.Submission, error) {
	ss, err := all(tx, scanSubmission, submissionsOf, survey, coalition)
	return ss, doing(err, "reading the versions of %s for %s", survey, coalition)
}

// SetSubmissionOutgoing records by which mail a version went to the Secretariat.
func (tx *Tx) SetSubmissionOutgoing(id, outbox int64) error {
	return doing(tx.changeOne(setSubmissionOutgoing, orNull(outbox), id), "recording the mail of submission %d", id)
}
