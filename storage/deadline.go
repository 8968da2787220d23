package storage

import "dcbot/bot/dc"

const (
	insertDeadline = `INSERT INTO deadline (survey, coalition, wall, zone, utc, by, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	// ids grow with time; at may be equal for two changes of one command.
	deadlinesOf = `SELECT survey, coalition, wall, zone, utc, by, reason, at FROM deadline
		WHERE survey = ? AND coalition IN ('', ?) ORDER BY id`
)

func scanDeadline(r scanner) (d dc.DeadlineChange, err error) {
	var end, at utc
	err = r.Scan(&d.Survey, &d.Coalition, &d.Moment.Wall, &d.Moment.Zone, &end, &d.By, &d.Reason, &at)
	d.Moment.UTC, d.At = end.Time, at.Time
	return
}

// AddDeadline adds a line to a deadline's history; Coalition "" is the survey's own.
func (tx *Tx) AddDeadline(d dc.DeadlineChange) error {
	_, err := tx.change(insertDeadline, d.Survey, d.Coalition, d.Moment.Wall, d.Moment.Zone, formatTime(d.Moment.UTC), d.By,
		d.Reason, formatTime(d.At))
	return doing(err, "adding a deadline of %s", d.Survey)
}

// Deadlines reads the history that matters to a coalition: its own changes and the survey's, the oldest first.
func (tx *Tx) Deadlines(survey, coalition string) ([]dc.DeadlineChange, error) {
	ds, err := all(tx, scanDeadline, deadlinesOf, survey, coalition)
	return ds, doing(err, "reading the deadlines of %s", survey)
}

// Deadline reads the deadline in force for a coalition ("" for the survey's own). The coalition's newest counts when it
// was set after the survey's newest, or when it ends later: moving the survey's deadline takes away no
// extension that goes beyond it, and a coalition that was given less time keeps that until the survey's moves.
func (tx *Tx) Deadline(survey, coalition string) (dc.Moment, error) {
	ds, err := tx.Deadlines(survey, coalition)
	if err != nil {
		return dc.Moment{}, err
	}
	if m, ok := deadlineInForce(ds); ok {
		return m, nil
	}
	return dc.Moment{}, doing(ErrNotFound, "reading the deadline of %s", survey)
}

// deadlineInForce takes the history, the oldest first.
func deadlineInForce(ds []dc.DeadlineChange) (dc.Moment, bool) {
	own, common := -1, -1
	for i, d := range ds {
		if d.Coalition == "" {
			common = i
		} else {
			own = i
		}
	}
	switch {
	case own < 0 && common < 0:
		return dc.Moment{}, false
	case common < 0, own > common, own >= 0 && ds[own].Moment.UTC.After(ds[common].Moment.UTC):
		return ds[own].Moment, true
	}
	return ds[common].Moment, true
}

func (tx *Tx) deadlineOrNone(survey, coalition string) (dc.Moment, error) {
	m, err := tx.Deadline(survey, coalition)
	_, err = missing(err)
	return m, err
}
