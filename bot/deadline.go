package bot

import (
	"errors"
	"fmt"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// extend gives a coalition (or, for "", the whole survey) a new deadline, keeps the old one in the history, and
// announces it once on each list concerned.
func (b *Bot) extend(tx *storage.Tx, s dc.Survey, coalition string, m dc.Moment, reason string, actor dc.Actor, now time.Time) error {
	old, err := tx.Deadline(s.ID, coalition)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if old.UTC.Equal(m.UTC) {
		return dc.Userf("", "the deadline is %s already", m)
	}
	if !m.UTC.After(now) {
		return dc.Userf("give a date to come", "%s has passed", m)
	}
	if err := tx.AddDeadline(dc.DeadlineChange{Survey: s.ID, Coalition: coalition, Moment: m, By: actor.String(), Reason: reason, At: now}); err != nil {
		return err
	}
	for i := range b.Set.Coalitions {
		c := &b.Set.Coalitions[i]
		if coalition != "" && c.ID != coalition {
			continue
		}
		if err := b.announceDeadline(tx, s, c, old, m, reason, actor, now); err != nil {
			return err
		}
	}
	return tx.Audit(dc.Audit{At: now, Who: actor.String(), What: fmt.Sprintf("moved the deadline of %s from %s to %s", s.ID, old, m), Coalition: coalition})
}

func (b *Bot) announceDeadline(tx *storage.Tx, s dc.Survey, c *dc.Coalition, old, m dc.Moment, reason string, actor dc.Actor, now time.Time) error {
	r, err := tx.Response(s.ID, c.ID)
	if err != nil || r.Launched.IsZero() {
		return err
	}
	in, err := b.launchInput(tx, s, c, now)
	if err != nil {
		return err
	}
	if !in.Deadline.UTC.Equal(m.UTC) {
		return nil // the coalition has an extension of its own that this does not change
	}
	for _, l := range c.Lists {
		if _, err := b.refreshLaunch(tx, in, s, c, l, now); err != nil {
			return err
		}
		content := b.Render.DeadlineMoved(in, old, m, reason, actor.Name)
		o := dc.Outgoing{Channel: dc.ToList, Destination: l.Address, Key: fmt.Sprintf("deadline/%s/%s/%s/%d/%s", s.ID, c.ID, l.Address, now.UnixMilli(), m.UTC.Format(time.RFC3339)), Kind: "announcement", Coalition: c.ID, Survey: s.ID, Content: content}
		if err := b.postAnchored(tx, o, now); err != nil {
			return err
		}
	}
	return nil
}
