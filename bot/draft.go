package bot

import (
	"errors"
	"slices"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// adopt makes contributions part of their question's current text, in the order given, after what was adopted before.
// question "" means the contributions' own.
func (b *Bot) adopt(tx *storage.Tx, ids []int64, question string, actor dc.Actor, now time.Time) (dc.Draft, error) {
	var survey, coalition string
	for _, id := range ids {
		c, err := b.contribution(tx, id)
		if err != nil {
			return dc.Draft{}, err
		}
		q := question
		if q == "" {
			q = c.Question
		}
		switch {
		case q == "":
			return dc.Draft{}, dc.Userf("say which: adopt "+c.Ref()+" as 6", "%s is in the tray and has no question", c.Ref())
		case c.Kind == dc.HeldElsewhere:
			return dc.Draft{}, dc.Userf("put the words themselves on the list, then adopt those", "%s only points to %s", c.Ref(), c.Link)
		case survey != "" && (c.Survey != survey || c.Coalition != coalition):
			return dc.Draft{}, dc.Userf("adopt them one by one", "these contributions belong to different responses")
		}
		survey, coalition = c.Survey, c.Coalition
		if question == "" {
			question = q
		} else if q != question {
			return dc.Draft{}, dc.Userf("adopt them one by one, or say `as "+question+"`", "%s is about question %s, not %s", c.Ref(), q, question)
		}
		if c.Status == dc.Adopted && c.Question == question {
			continue
		}
		to, err := c.Transition("adopt")
		if err != nil {
			return dc.Draft{}, err
		}
		if c.Question != question {
			c.Question, c.Assigned = question, true
		}
		c.Status, c.By = to, actor.String()
		if err := tx.UpdateContribution(c); err != nil {
			return dc.Draft{}, err
		}
	}
	d, err := b.currentDraft(tx, survey, coalition, question)
	if err != nil {
		return d, err
	}
	for _, id := range ids {
		if d.Adopted, err = b.intoText(tx, d.Adopted, id); err != nil {
			return d, err
		}
	}
	return b.writeDraft(tx, d, actor, now)
}

// intoText puts a contribution in the place of what its author has replaced with it, else at the end.
func (b *Bot) intoText(tx *storage.Tx, adopted []int64, id int64) ([]int64, error) {
	if slices.Contains(adopted, id) {
		return adopted, nil
	}
	c, err := tx.Contribution(id)
	if err != nil {
		return nil, err
	}
	at, seen := -1, map[int64]bool{id: true}
	for earlier := c.Supersedes; earlier != 0 && !seen[earlier]; {
		seen[earlier] = true
		if i := slices.Index(adopted, earlier); i >= 0 {
			adopted, at = slices.Delete(slices.Clone(adopted), i, i+1), i
		}
		e, err := tx.Contribution(earlier)
		if err != nil {
			return nil, err
		}
		earlier = e.Supersedes
	}
	if at < 0 {
		at = len(adopted)
	}
	return slices.Insert(slices.Clone(adopted), at, id), nil
}

// release takes a contribution out of the current text again.
func (b *Bot) release(tx *storage.Tx, id int64, actor dc.Actor, now time.Time) (dc.Draft, error) {
	c, err := b.contribution(tx, id)
	if err != nil {
		return dc.Draft{}, err
	}
	to, err := c.Transition("release")
	if err != nil {
		return dc.Draft{}, err
	}
	c.Status, c.By = to, actor.String()
	if err := tx.UpdateContribution(c); err != nil {
		return dc.Draft{}, err
	}
	if err := b.redraft(tx, c.Survey, c.Coalition, c.Question, actor, now); err != nil {
		return dc.Draft{}, err
	}
	return b.currentDraft(tx, c.Survey, c.Coalition, c.Question)
}

// redraft makes the current text anew from what is still adopted.
func (b *Bot) redraft(tx *storage.Tx, survey, coalition, question string, actor dc.Actor, now time.Time) error {
	d, err := b.currentDraft(tx, survey, coalition, question)
	if err != nil || d.Version == 0 {
		return err
	}
	_, err = b.writeDraft(tx, d, actor, now)
	return err
}

func (b *Bot) currentDraft(tx *storage.Tx, survey, coalition, question string) (dc.Draft, error) {
	d, err := tx.Draft(survey, coalition, question)
	if errors.Is(err, storage.ErrNotFound) {
		return dc.Draft{Survey: survey, Coalition: coalition, Question: question}, nil
	}
	return d, err
}

// writeDraft writes the next version: the words of what is adopted, unchanged, one after the other. A contribution
// that its author has replaced since stays in the text until a facilitator adopts the new one: nobody's words vanish from a
// text by themselves.
func (b *Bot) writeDraft(tx *storage.Tx, d dc.Draft, actor dc.Actor, now time.Time) (dc.Draft, error) {
	var texts []string
	var kept []int64
	for _, id := range d.Adopted {
		c, err := tx.Contribution(id)
		if err != nil {
			return d, err
		}
		if c.Question != d.Question || (c.Status != dc.Adopted && c.Status != dc.Superseded) {
			continue
		}
		kept = append(kept, id)
		texts = append(texts, strings.TrimSpace(c.Text))
	}
	d.Version++
	d.Adopted, d.Text, d.By, d.At = kept, strings.Join(texts, "\n\n"), actor.String(), now
	if err := tx.AddDraft(d); err != nil {
		return d, err
	}
	return d, b.changed(tx, d.Survey, d.Coalition)
}

func (b *Bot) contribution(tx *storage.Tx, id int64) (dc.Contribution, error) {
	c, err := tx.Contribution(id)
	if errors.Is(err, storage.ErrNotFound) {
		return c, dc.Userf("`tray` and `question N` list those that there are", "there is no contribution c%d", id)
	}
	return c, err
}
