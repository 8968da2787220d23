package storage

import "slices"

const (
	insertAnchor       = `INSERT INTO anchor (coalition, mid, survey, question) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	anchorsByMID       = `SELECT coalition, mid, survey, question FROM anchor WHERE coalition = ? AND mid = ? ORDER BY survey, question`
	anchorsByCoalition = `SELECT coalition, mid, survey, question FROM anchor WHERE coalition = ? ORDER BY survey, question`
	anchorsBySurvey    = `SELECT coalition, mid, survey, question FROM anchor WHERE coalition = ? AND survey = ? ORDER BY question, mid`
)

// Anchor says what a message is to a survey.
type Anchor struct {
	Coalition string
	MID       string
	Survey    string
	Question  string // number; "" is the introduction, a section or the whole
}

func scanAnchor(r scanner) (a Anchor, err error) {
	err = r.Scan(&a.Coalition, &a.MID, &a.Survey, &a.Question)
	return
}

// PutAnchor records an anchor, once. A message may anchor several questions.
func (tx *Tx) PutAnchor(a Anchor) error {
	n, err := tx.change(insertAnchor, a.Coalition, a.MID, a.Survey, a.Question)
	if n > 0 && tx.memo != nil {
		delete(tx.memo.anchors, a.Coalition)
	}
	return doing(err, "anchoring question %q of %s at %s", a.Question, a.Survey, a.MID)
}

// Anchors reads what a message is to surveys.
func (tx *Tx) Anchors(coalition, mid string) ([]Anchor, error) {
	if tx.memo != nil {
		by, err := tx.anchorsOf(coalition)
		return slices.Clone(by[mid]), doing(err, "reading the anchors at %s", mid)
	}
	as, err := all(tx, scanAnchor, anchorsByMID, coalition, mid)
	return as, doing(err, "reading the anchors at %s", mid)
}

// AnchorsOfSurvey reads all anchors of a survey in a coalition.
func (tx *Tx) AnchorsOfSurvey(coalition, survey string) ([]Anchor, error) {
	as, err := all(tx, scanAnchor, anchorsBySurvey, coalition, survey)
	return as, doing(err, "reading the anchors of %s", survey)
}
