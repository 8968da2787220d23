package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"dcbot/bot/dc"
)

const (
	insertSurvey = `INSERT INTO survey (id, version, loaded, loaded_by, content) VALUES (?, ?, ?, ?, ?)`
	surveyNewest = `SELECT content FROM survey WHERE id = ? ORDER BY version DESC LIMIT 1`
	surveyAt     = `SELECT content FROM survey WHERE id = ? AND version = ?`
	surveysAll   = `SELECT content FROM survey s WHERE version = (SELECT max(version) FROM survey WHERE id = s.id)
		ORDER BY (SELECT loaded FROM survey WHERE id = s.id AND version = 1), id`
)

func scanSurvey(r scanner) (s dc.Survey, err error) {
	var content string
	if err = r.Scan(&content); err == nil {
		err = json.Unmarshal([]byte(content), &s)
	}
	return
}

// SaveSurvey stores a survey as a new version when it differs from the newest one (leaving Version aside), and gives the
// version that is in force then. The versions of questions' texts are the caller's to count.
func (tx *Tx) SaveSurvey(s dc.Survey, at time.Time, by string) (version int, changed bool, err error) {
	old, err := tx.Survey(s.ID)
	if _, err := missing(err); err != nil {
		return 0, false, err
	}
	s.Version = old.Version // 0 when there is none
	content, err := json.Marshal(s)
	if err != nil {
		return 0, false, fmt.Errorf("saving survey %s: %w", s.ID, err)
	}
	// The old one is encoded anew: what a later dcbot adds to the type is no change of the survey.
	before, err := json.Marshal(old)
	if err != nil {
		return 0, false, fmt.Errorf("saving survey %s: %w", s.ID, err)
	}
	if old.Version > 0 && string(before) == string(content) {
		return old.Version, false, nil
	}
	s.Version++
	if content, err = json.Marshal(s); err == nil {
		_, err = tx.change(insertSurvey, s.ID, s.Version, formatTime(at), by, string(content))
	}
	return s.Version, err == nil, doing(err, "saving survey %s", s.ID)
}

// Survey reads the newest version of a survey.
func (tx *Tx) Survey(id string) (dc.Survey, error) {
	s, err := one(tx, scanSurvey, surveyNewest, id)
	return s, doing(err, "reading survey %s", id)
}

// SurveyVersion reads one version of a survey.
func (tx *Tx) SurveyVersion(id string, version int) (dc.Survey, error) {
	s, err := one(tx, scanSurvey, surveyAt, id, version)
	return s, doing(err, "reading version %d of survey %s", version, id)
}

// Surveys reads the newest version of every survey, the one loaded first first.
func (tx *Tx) Surveys() ([]dc.Survey, error) {
	ss, err := all(tx, scanSurvey, surveysAll)
	return ss, doing(err, "reading the surveys")
}
