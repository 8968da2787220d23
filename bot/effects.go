package bot

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// effects carries out what a contribution does to earlier ones of its author.
func (b *Bot) effects(tx *storage.Tx, p *dc.Post, c *dc.Contribution, f collect.Found, now time.Time) error {
	if f.Supersedes != 0 {
		if err := b.supersede(tx, p, c, f.Supersedes); err != nil {
			return err
		}
	}
	if f.Withdraws != 0 && c.Status == dc.Collected {
		return b.withdrawal(tx, p, c, f.Withdraws, now)
	}
	return nil
}

// supersede marks the earlier contribution as replaced, when it is the same author's; mail to the bot alone has to be proven
// for that. An objection is not taken off
// the record by a mail that proves nothing: both stay.
func (b *Bot) supersede(tx *storage.Tx, p *dc.Post, c *dc.Contribution, earlier int64) error {
	e, err := tx.Contribution(earlier)
	if err != nil {
		return fmt.Errorf("replacing c%d: %w", earlier, err)
	}
	if !dc.SameAddress(e.Author, c.Author) || e.Coalition != c.Coalition || doubtful(p) || (e.Stance == dc.Object && !p.Proven) {
		c.Supersedes = 0
		return tx.UpdateContribution(*c)
	}
	to, err := e.Transition("supersede")
	if err != nil {
		return nil // withdrawn or replaced before: nothing to do
	}
	e.Status = to
	e.Reason = replacedBy(*c)
	return tx.UpdateContribution(e)
}

// dropStale removes what an earlier reading of the same post found and a better informed one did not, unless a
// person has decided about it or something refers to it. The raw post keeps the words.
func (b *Bot) dropStale(tx *storage.Tx, c dc.Contribution) (gone bool, err error) {
	if decided(c) {
		return true, nil // it stays, and nothing will change that
	}
	used, err := tx.IsTarget(c.ID)
	if err != nil || used {
		return false, err
	}
	for _, earlier := range []int64{c.Supersedes, c.Target} {
		if earlier != 0 {
			if err := b.giveBack(tx, c, earlier); err != nil {
				return false, err
			}
		}
	}
	return true, tx.DeleteContribution(c.ID)
}

// giveBack undoes what c did to an earlier contribution, now that c is read otherwise: nobody's words stay replaced or
// withdrawn by a mail that did not say so.
func (b *Bot) giveBack(tx *storage.Tx, c dc.Contribution, earlier int64) error {
	e, err := tx.Contribution(earlier)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case e.Status == dc.Superseded && e.Reason == replacedBy(c):
	case e.Status == dc.WithdrawnStatus && e.Reason == takenBackIn(c):
		e.By = ""
	default:
		return nil
	}
	e.Status, e.Reason = dc.Collected, ""
	d, err := b.currentDraft(tx, e.Survey, e.Coalition, e.Question)
	if err != nil {
		return err
	}
	if slices.Contains(d.Adopted, e.ID) {
		e.Status = dc.Adopted
	}
	return tx.UpdateContribution(e)
}

func replacedBy(c dc.Contribution) string  { return "replaced by its author with " + c.Ref() }
func takenBackIn(c dc.Contribution) string { return "taken back by its author in " + c.Ref() }
