package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// LoadResult says what loading a survey file changed. Lists are question numbers.
type LoadResult struct {
	Version              int
	Changed              bool
	New, Edited, Removed []string
}

// LoadSurvey takes a survey file over into the record. Numbers are identity: a changed text becomes a new version of
// its question and is announced where the survey was launched; a question that is gone from the file keeps what was
// contributed.
func (b *Bot) LoadSurvey(ctx context.Context, s dc.Survey, by string) (LoadResult, error) {
	var res LoadResult
	err := b.update(ctx, func(tx *storage.Tx) error {
		now := b.Now()
		old, err := tx.Survey(s.ID)
		first := errors.Is(err, storage.ErrNotFound)
		if err != nil && !first {
			return err
		}
		res = LoadResult{}
		if first {
			s = versioned(s)
			for _, q := range s.Questions() {
				res.New = append(res.New, q.Number)
			}
		} else {
			s, res = mergeSurvey(old, s)
		}
		if res.Version, res.Changed, err = tx.SaveSurvey(s, now, by); err != nil || !res.Changed {
			return err
		}
		s.Version = res.Version
		if first || old.Deadline != s.Deadline {
			if err := tx.AddDeadline(dc.DeadlineChange{Survey: s.ID, Moment: s.Deadline, By: by, Reason: "survey file", At: now}); err != nil {
				return err
			}
		}
		for _, x := range s.Extensions {
			if x.Announced.UTC.After(now) || slices.Contains(old.Extensions, x) {
				continue // one to come is announced by a person, with a command
			}
			if err := tx.AddDeadline(dc.DeadlineChange{Survey: s.ID, Moment: x.Deadline, By: by, Reason: x.Reason, At: now}); err != nil {
				return err
			}
		}
		if err := tx.Audit(dc.Audit{At: now, Who: by, What: fmt.Sprintf("loaded survey %s, version %d", s.ID, s.Version)}); err != nil {
			return err
		}
		if first {
			if err := b.recollectSurvey(ctx, tx, s.ID); err != nil {
				return err
			}
		}
		for i := range b.Set.Coalitions {
			if first {
				break
			}
			if err := b.announceChanges(tx, s, &b.Set.Coalitions[i], old, res, by, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return LoadResult{}, fmt.Errorf("loading survey %s: %w", s.ID, err)
	}
	return res, nil
}

func versioned(s dc.Survey) dc.Survey {
	s.Sections = slices.Clone(s.Sections)
	for i := range s.Sections {
		s.Sections[i].Questions = slices.Clone(s.Sections[i].Questions)
		for j := range s.Sections[i].Questions {
			s.Sections[i].Questions[j].Version = 1
		}
	}
	return s
}

// mergeSurvey carries versions and removed questions over from the old survey.
func mergeSurvey(old, s dc.Survey) (dc.Survey, LoadResult) {
	var res LoadResult
	s = versioned(s)
	for i := range s.Sections {
		for j := range s.Sections[i].Questions {
			q := &s.Sections[i].Questions[j]
			was, ok := old.Question(q.Number)
			switch {
			case !ok:
				res.New = append(res.New, q.Number)
			case was.Removed:
				q.Version = was.Version + 1
				res.New = append(res.New, q.Number)
			case asked(was) != asked(*q):
				q.Version = was.Version + 1
				res.Edited = append(res.Edited, q.Number)
			default:
				q.Version = was.Version
			}
		}
	}
	for _, sec := range old.Sections {
		for _, q := range sec.Questions {
			if _, ok := s.Question(q.Number); ok {
				continue
			}
			if !q.Removed {
				res.Removed = append(res.Removed, q.Number)
			}
			q.Removed = true
			s.Sections = keepRemoved(s.Sections, sec.Title, q)
		}
	}
	return s, res
}

// asked is what members read of a question; a change of it is a new version.
func asked(q dc.Question) string {
	return strings.Join([]string{q.Title, q.Text, string(q.Kind), strings.Join(q.Options, "\x1f"), strings.Join(q.FollowUp, "\x1f"), q.Help}, "\x1e")
}

func keepRemoved(secs []dc.Section, title string, q dc.Question) []dc.Section {
	for i := range secs {
		if secs[i].Title == title {
			secs[i].Questions = append(secs[i].Questions, q)
			return secs
		}
	}
	return append(secs, dc.Section{Title: title, Questions: []dc.Question{q}})
}

// announceChanges tells the lists of a coalition on which the survey was launched what changed; where it is only scheduled,
// the launch follows a new launch time.
func (b *Bot) announceChanges(tx *storage.Tx, s dc.Survey, c *dc.Coalition, old dc.Survey, res LoadResult, by string, now time.Time) error {
	r, err := tx.Response(s.ID, c.ID)
	if err != nil {
		return err
	}
	if r.State == dc.Scheduled && !old.Launch.UTC.Equal(s.Launch.UTC) {
		return b.setLaunchTimer(tx, s, c, now)
	}
	if r.Launched.IsZero() {
		return nil
	}
	in, err := b.launchInput(tx, s, c, now)
	if err != nil {
		return err
	}
	for _, l := range c.Lists {
		unseen, err := b.refreshLaunch(tx, in, old, c, l, now)
		if err != nil {
			return err
		}
		post := func(n, what string, content dc.Content) error {
			key := fmt.Sprintf("change/%s/%s/%s/%s/v%d", s.ID, c.ID, l.Address, n, s.Version)
			return b.postAnchored(tx, dc.Outgoing{Channel: dc.ToList, Destination: l.Address, Key: key, Kind: what, Coalition: c.ID, Survey: s.ID, Question: n, Content: content}, now)
		}
		for _, change := range []struct {
			numbers []string
			kind    string
			mail    func(render.LaunchInput, dc.Question) dc.Content
		}{
			{res.New, "question", b.Render.QuestionMail},
			{res.Edited, "announcement", b.Render.ChangedQuestion},
			{res.Removed, "announcement", b.Render.RemovedQuestion},
		} {
			for _, n := range change.numbers {
				if unseen[n] {
					continue
				}
				q, _ := s.Question(n)
				if err := post(n, change.kind, change.mail(in, q)); err != nil {
					return err
				}
			}
		}
	}
	if old.Deadline == s.Deadline || old.Deadline.UTC.Equal(s.Deadline.UTC) {
		return nil
	}
	return b.announceDeadline(tx, s, c, old.Deadline, s.Deadline, "", dc.Actor{Name: by}, now)
}

// survey returns the survey of that id, or, for "", the newest one.
func (b *Bot) survey(tx *storage.Tx, id string) (dc.Survey, error) {
	if id != "" {
		s, err := tx.Survey(id)
		if errors.Is(err, storage.ErrNotFound) {
			return s, dc.Userf("`survey list` shows those that are", "no survey %q is loaded", id)
		}
		return s, err
	}
	all, err := tx.Surveys()
	if err != nil {
		return dc.Survey{}, err
	}
	if len(all) == 0 {
		return dc.Survey{}, dc.Userf("load one with: dcbot survey load FILE", "no survey is loaded")
	}
	return all[len(all)-1], nil
}

// responseOf splits a timer's subject "survey|coalition".
func (b *Bot) responseOf(tx *storage.Tx, subject string) (dc.Survey, *dc.Coalition, error) {
	sid, cid, _ := strings.Cut(subject, "|")
	s, err := b.survey(tx, sid)
	if err != nil {
		return s, nil, err
	}
	c := b.Coalition(cid)
	if c == nil {
		return s, nil, dc.Userf("put it back into the config, or cancel what waits for it", "there is no coalition %q any more", cid)
	}
	return s, c, nil
}
