package bot

import (
	"context"
	"fmt"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// fireDue fires the timer that is due first. Due is "not later than now and not fired", never a window; firing is one
// transaction, which writes and never sends.
func (b *Bot) fireDue(ctx context.Context) (time.Time, error) {
	now := b.Now()
	var due []dc.Timer
	next := nothing
	err := b.DB.View(ctx, func(tx *storage.Tx) (err error) {
		if due, err = tx.DueTimers(now, 1); err != nil || len(due) > 0 {
			return err
		}
		at, ok, err := tx.NextTimer()
		if ok {
			next = at
		}
		return err
	})
	if err != nil || len(due) == 0 {
		return next, err
	}
	t := due[0]
	err = b.update(ctx, func(tx *storage.Tx) error {
		ok, err := tx.FireTimer(t.ID)
		if err != nil || !ok {
			return err
		}
		err = tx.Try(func() error { return b.guard(func() error { return b.fire(tx, t, now) }) })
		if err != nil && !storage.IsTrouble(err) {
			// It stays fired: a timer that cannot do its work would otherwise keep all later ones waiting.
			b.Log.Error("a timer failed", "kind", t.Kind, "subject", t.Subject, "err", err)
			return nil
		}
		return err
	})
	if err != nil {
		return nothing, fmt.Errorf("firing timer %s of %s: %w", t.Kind, t.Subject, err)
	}
	return again, nil
}

func (b *Bot) fire(tx *storage.Tx, t dc.Timer, now time.Time) error {
	switch t.Kind {
	case timerLaunch:
		return b.fireLaunch(tx, t.Subject, now)
	case timerReturned:
		return b.fireReturned(tx, t.Subject, now)
	}
	return fmt.Errorf("a timer of unknown kind %q", t.Kind)
}
