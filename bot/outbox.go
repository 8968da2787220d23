package bot

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

const (
	timerReturned = "returned"
	sendWithin    = 5 * time.Minute // one attempt, all its waits together
	returnWithin  = 15 * time.Minute
)

// backoff is the pause after the nth failed attempt: minutes at first, hours later, more than two days in all (RFC
// 5321 section 4.5.4.1 asks for four to five days at a relay; for a client that tells people, two are enough).
var backoff = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
	4 * time.Hour, 6 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
}

// sendOne sends the message that is due first. The attempt is committed before dialling, the point of no return before
// the final dot, the result afterwards.
func (b *Bot) sendOne(ctx context.Context) (time.Time, error) {
	o, next, err := b.dueMessage(ctx)
	if err != nil || o == nil {
		return next, err
	}
	var attempt int64
	now := b.Now()
	err = b.DB.Update(ctx, func(tx *storage.Tx) (err error) {
		attempt, err = tx.BeginAttempt(o.ID, now, now.Add(pauseAfter(o.Attempts+1)))
		return err
	})
	if err != nil {
		return nothing, fmt.Errorf("beginning to send m%d: %w", o.ID, err)
	}
	// What has begun is brought to its end even when the program is asked to stop: an interrupted dialogue is a
	// message that a person has to judge.
	sctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer cancel()
	ref, sendErr := b.hand(sctx, *o, func() error {
		return b.DB.Update(sctx, func(tx *storage.Tx) error { return tx.CommitAttempt(attempt) })
	})
	if err := b.settle(sctx, *o, attempt, ref, sendErr); err != nil {
		return nothing, err
	}
	return again, nil
}

// hand gives the message to its wire; a panic there is a failure before anything was sent only if the sender had not
// committed, which the caller's attempt row knows, so it counts as uncertain.
func (b *Bot) hand(ctx context.Context, o dc.Outgoing, committing func() error) (ref string, err error) {
	s := b.Senders[o.Channel]
	if s == nil {
		return "", &dc.SendError{Err: fmt.Errorf("no wire of kind %q is configured", o.Channel)}
	}
	defer func() {
		if r := recover(); r != nil {
			err = &dc.SendError{Uncertain: true, Err: fmt.Errorf("panic: %v", r)}
		}
	}()
	return s.Send(ctx, o, committing)
}

// dueMessage finds what to send now, or when to look again. A list that had its share of this hour waits.
func (b *Bot) dueMessage(ctx context.Context) (*dc.Outgoing, time.Time, error) {
	var found *dc.Outgoing
	next, now := nothing, b.Now()
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		if paused, err := b.paused(tx); err != nil || paused {
			return err
		}
		due, err := tx.DueOutgoing(now, 100)
		if err != nil {
			return err
		}
		for i := range due {
			o := due[i]
			if b.Set.PerHour > 0 && o.Channel == dc.ToList {
				n, err := tx.SentSince(o.Destination, now.Add(-time.Hour))
				if err != nil {
					return err
				}
				if n >= b.Set.PerHour {
					if next.IsZero() || next.After(now.Add(time.Minute)) {
						next = now.Add(time.Minute)
					}
					continue
				}
			}
			found = &o
			return nil
		}
		at, ok, err := tx.NextDue()
		if err != nil || !ok {
			return err
		}
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
		return nil
	})
	return found, next, err
}

// settle records how an attempt ended and what follows from it.
func (b *Bot) settle(ctx context.Context, o dc.Outgoing, attempt int64, ref string, sendErr error) error {
	err := b.update(ctx, func(tx *storage.Tx) error {
		now := b.Now()
		state, err := b.after(o, sendErr)
		if err != nil {
			return err
		}
		code, msg := 0, ""
		var se *dc.SendError
		if errors.As(sendErr, &se) {
			code = se.Code
		}
		if sendErr != nil {
			msg = sendErr.Error()
		}
		if err := tx.EndAttempt(attempt, now, code, msg, state, now.Add(pauseAfter(o.Attempts+1))); err != nil {
			return err
		}
		switch state {
		case dc.Sent:
			b.Log.Info("sent", "message", o.ID, "kind", o.Kind, "channel", o.Channel, "ref", ref)
			return b.expectReturn(tx, o, now)
		case dc.Uncertain:
			return b.uncertain(tx, o, now)
		case dc.Failed:
			b.Log.Warn("sending failed for good", "message", o.ID, "kind", o.Kind, "err", sendErr)
			return b.tellFailed(tx, o, msg, now)
		}
		b.Log.Info("sending failed, will try again", "message", o.ID, "attempts", o.Attempts+1, "err", sendErr)
		return nil
	})
	if err != nil {
		return fmt.Errorf("recording how sending m%d went: %w", o.ID, err)
	}
	return nil
}

// after is the state that an attempt's end leads to.
func (b *Bot) after(o dc.Outgoing, sendErr error) (dc.OutgoingState, error) {
	event := "accept"
	var se *dc.SendError
	switch {
	case sendErr == nil:
	case errors.As(sendErr, &se) && se.Uncertain:
		event = "lose"
	case dc.IsTemporary(sendErr) && o.Attempts+1 <= len(backoff):
		event = "retry"
	case dc.IsTemporary(sendErr):
		event = "exhaust"
	default:
		event = "refuse"
	}
	return dc.Sending.Transition(event)
}

func pauseAfter(attempts int) time.Duration {
	d := backoff[min(max(attempts, 1), len(backoff))-1]
	return d + time.Duration(mathrand.Int64N(int64(d/5)+1)) // jitter, so that many messages do not come back as one
}

// expectReturn has the bot look, after a while, whether a list post came back.
func (b *Bot) expectReturn(tx *storage.Tx, o dc.Outgoing, now time.Time) error {
	if o.Channel != dc.ToList {
		return nil
	}
	return tx.SetTimer(dc.Timer{Kind: timerReturned, Subject: fmt.Sprint(o.ID), Due: now.Add(b.returnWithin(o)), Key: fmt.Sprintf("%s/%d/%d", timerReturned, o.ID, o.Attempts)})
}

func (b *Bot) returnWithin(o dc.Outgoing) time.Duration {
	if c := b.Coalition(o.Coalition); o.Coalition != "" && c != nil {
		for _, l := range c.Lists {
			if dc.SameAddress(l.Address, o.Destination) && l.ReturnWithin > 0 {
				return l.ReturnWithin
			}
		}
	}
	return returnWithin
}

// uncertain: nobody knows whether the server took the message. A list post may still show up by itself; anything else
// waits for a person.
func (b *Bot) uncertain(tx *storage.Tx, o dc.Outgoing, now time.Time) error {
	if o.Channel == dc.ToList {
		return b.expectReturn(tx, o, now)
	}
	return b.hold(tx, o, now)
}

func (b *Bot) hold(tx *storage.Tx, o dc.Outgoing, now time.Time) error {
	if err := tx.SetOutgoingState(o.ID, dc.Held, "interrupted while the server was taking it: it may have arrived", now); err != nil {
		return err
	}
	b.Log.Warn("held for a person: it may or may not have arrived", "message", o.ID, "kind", o.Kind)
	if o.Kind == "notice" {
		return nil // a notice about a notice helps nobody
	}
	return b.tell(tx, o.Coalition, fmt.Sprintf("held/%d/%d", o.ID, o.Attempts), b.Render.NoticeUncertain(b.noticeOf(o, "")), now)
}

func (b *Bot) tellFailed(tx *storage.Tx, o dc.Outgoing, why string, now time.Time) error {
	if o.Kind == "notice" {
		return nil
	}
	return b.tell(tx, o.Coalition, fmt.Sprintf("failed/%d/%d", o.ID, o.Attempts), b.Render.NoticeFailed(b.noticeOf(o, why)), now)
}

func (b *Bot) noticeOf(o dc.Outgoing, why string) render.NoticeInput {
	return render.NoticeInput{Language: b.languageOf(o.Coalition), Message: o.ID, Subject: o.PublicSubject(), Destination: o.Destination, Why: why, Coalition: o.Coalition, Prefix: b.Set.Prefix}
}

// fireReturned: the time for a list post to come back is over.
func (b *Bot) fireReturned(tx *storage.Tx, o dc.Outgoing, now time.Time) error {
	switch {
	case !o.Returned.IsZero():
		return nil
	case o.State == dc.Uncertain:
		return b.hold(tx, o, now)
	case o.State == dc.Sent:
		return b.tell(tx, o.Coalition, fmt.Sprintf("moderator/%d", o.ID), b.Render.NoticeHeldByModerator(b.noticeOf(o, "")), now)
	}
	return nil
}

// recover judges the attempts that a dead process left behind: interrupted before the point of no return they are
// tried again, after it they are uncertain.
func (b *Bot) recover(ctx context.Context) error {
	err := b.update(ctx, func(tx *storage.Tx) error {
		now := b.Now()
		left, err := tx.Interrupted()
		if err != nil {
			return err
		}
		for _, x := range left {
			o := x.Outgoing
			event := "retry"
			if x.Attempt.Committed {
				event = "lose"
			}
			to, err := o.State.Transition(event)
			if err != nil {
				return err
			}
			if err := tx.EndAttempt(x.Attempt.ID, now, 0, "the program ended during the attempt", to, now); err != nil {
				return err
			}
			b.Log.Warn("an attempt was interrupted", "message", o.ID, "state", to)
			if to == dc.Uncertain {
				o.State = to
				if err := b.uncertain(tx, o, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("looking after interrupted attempts: %w", err)
	}
	return nil
}

const settingPaused = "paused"

// paused says whether a person has stopped all sending.
func (b *Bot) paused(tx *storage.Tx) (bool, error) {
	v, err := tx.Setting(settingPaused)
	return v != "", err
}
