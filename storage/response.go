package storage

import (
	"time"

	"dcbot/bot/dc"
)

const (
	putResponse = `INSERT INTO response (survey, coalition, state, launched) VALUES (?, ?, ?, ?)
		ON CONFLICT (survey, coalition) DO UPDATE SET state = excluded.state, launched = excluded.launched`
	responseOf  = `SELECT survey, coalition, state, launched FROM response WHERE survey = ? AND coalition = ?`
	responsesOf = `SELECT survey, coalition, state, launched FROM response WHERE survey = ? ORDER BY coalition`
)

func scanResponse(r scanner) (p dc.Response, err error) {
	var launched utc
	err = r.Scan(&p.Survey, &p.Coalition, &p.State, &launched)
	p.Launched = launched.Time
	return
}

// Response reads a coalition's response with the deadline in force. Without a row it is not launched, which is
// no error.
func (tx *Tx) Response(survey, coalition string) (dc.Response, error) {
	p, err := one(tx, scanResponse, responseOf, survey, coalition)
	absent, err := missing(err)
	if absent {
		p = dc.Response{Survey: survey, Coalition: coalition, State: dc.NotLaunched}
	}
	if err == nil {
		p.Deadline, err = tx.deadlineOrNone(survey, coalition)
	}
	return p, doing(err, "reading the response of %s to %s", coalition, survey)
}

// Responses reads the responses to a survey that have a row, by coalition.
func (tx *Tx) Responses(survey string) ([]dc.Response, error) {
	ps, err := all(tx, scanResponse, responsesOf, survey)
	for i := range ps {
		if err == nil {
			ps[i].Deadline, err = tx.deadlineOrNone(survey, ps[i].Coalition)
		}
	}
	return ps, doing(err, "reading the responses to %s", survey)
}

// SetResponse records a response's state and when it was launched (zero before).
func (tx *Tx) SetResponse(survey, coalition string, state dc.ResponseState, launched time.Time) error {
	_, err := tx.change(putResponse, survey, coalition, string(state), formatTime(launched))
	return doing(err, "setting the response of %s to %s", coalition, survey)
}
