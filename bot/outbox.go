package bot

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// Kinds of messages that are treated apart.
const (
	kindNotice     = "notice"
	kindSubmission = "submission"
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
	if b.unsettled != nil {
		// The store failed when the last attempt ended (a full disk). What became of it is not forgotten, and nothing else
		// is sent before it is on record.
		if err := b.unsettled(ctx); err != nil {
			return nothing, err
		}
		b.unsettled = nil
	}
	o, next, err := b.dueMessage(ctx)
	if err != nil || o == nil {
		return next, err
	}
	attempt, err := b.begin(ctx, o)
	if err != nil {
		return nothing, fmt.Errorf("beginning to send m%d: %w", o.ID, err)
	}
	if attempt == 0 {
		return again, nil
	}
	// What has begun is brought to its end even when the program is asked to stop: an interrupted dialogue is a
	// message that a person has to judge.
	sctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer cancel()
	ref, sendErr := b.hand(sctx, *o, func() error {
		return b.DB.Update(sctx, func(tx *storage.Tx) error { return tx.CommitAttempt(attempt) })
	})
	settle := func(ctx context.Context) error { return b.settle(ctx, *o, attempt, ref, sendErr) }
	// Not with sctx: a silent server may have used up its time, and that has to be recorded.
	rctx, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	if err := settle(rctx); err != nil {
		b.unsettled = settle
		return nothing, err
	}
	return again, nil
}

// begin records that an attempt begins, or gives 0 when there is nothing to send after all: since it was found due, a
// person may have held or dropped it, or have stopped all sending, or a dissent may have come in that a submission lacks.
func (b *Bot) begin(ctx context.Context, o *dc.Outgoing) (attempt int64, err error) {
	err = b.DB.Update(ctx, func(tx *storage.Tx) error {
		attempt = 0
		now := b.Now()
		if paused, err := b.paused(tx); err != nil || paused {
			return err
		}
		fresh, err := tx.Outgoing(o.ID)
		if err != nil || fresh.State != dc.Queued || fresh.NotBefore.After(now) {
			return err
		}
		*o = fresh
		if o.Channel == dc.ToList && !b.isList(o.Destination) {
			b.Log.Warn("held: its list is no longer in the config", "message", o.ID, "list", o.Destination)
			return tx.SetOutgoingState(o.ID, dc.Held, "its list is no longer in the config", now)
		}
		if o.Kind == kindSubmission {
			if held, err := b.holdOutdated(tx, *o, now); err != nil || held {
				return err
			}
		}
		attempt, err = tx.BeginAttempt(o.ID, now, now.Add(pauseAfter(o.Attempts+1)))
		return err
	})
	return attempt, err
}

// hand gives the message to its wire. What went wrong before the point of no return was passed leaves nothing in doubt,
// whatever the sender says of it; a panic afterwards does.
func (b *Bot) hand(ctx context.Context, o dc.Outgoing, committing func() error) (ref string, err error) {
	s := b.Senders[o.Channel]
	if s == nil {
		return "", &dc.SendError{Temporary: true, Err: fmt.Errorf("no wire of kind %q is configured", o.Channel)}
	}
	committed := false
	defer func() {
		if r := recover(); r != nil {
			b.Log.Error("panic while sending", "message", o.ID, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = &dc.SendError{Uncertain: true, Err: fmt.Errorf("panic: %v", r)}
		}
		var se *dc.SendError
		if errors.As(err, &se) && se.Uncertain && !committed {
			err = &dc.SendError{Temporary: true, Code: se.Code, Err: se.Err}
		}
	}()
	return s.Send(ctx, o, func() error {
		err := committing()
		committed = err == nil // else the sender gives up, and nothing more goes out
		return err
	})
}

// dueMessage finds what to send now, or when to look again. A list that had its share of this hour waits, and nobody else
// with it.
func (b *Bot) dueMessage(ctx context.Context) (found *dc.Outgoing, next time.Time, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		found, next, err = b.due(tx, b.Now())
		return err
	})
	return found, next, err
}

func (b *Bot) due(tx *storage.Tx, now time.Time) (*dc.Outgoing, time.Time, error) {
	if paused, err := b.paused(tx); err != nil || paused {
		return nil, nothing, err
	}
	next := nothing
	var full []string // lists that had their share
	for {
		o, ok, err := tx.NextToSend(now, full)
		if err != nil {
			return nil, nothing, err
		}
		if !ok {
			break
		}
		if b.Set.PerHour <= 0 || o.Channel != dc.ToList {
			return &o, nothing, nil
		}
		n, err := tx.SentSince(o.Destination, now.Add(-time.Hour))
		if err != nil {
			return nil, nothing, err
		}
		if n < b.Set.PerHour {
			return &o, nothing, nil
		}
		full, next = append(full, o.Destination), now.Add(time.Minute)
	}
	at, ok, err := tx.NextDue()
	if err == nil && ok && at.After(now) && (next.IsZero() || at.Before(next)) {
		next = at
	}
	return nil, next, err
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
		which := fmt.Sprintf("%d/%d", o.ID, attempt)
		switch state {
		case dc.Sent:
			b.Log.Info("sent", "message", o.ID, "kind", o.Kind, "channel", o.Channel, "ref", ref)
			return b.expectReturn(tx, o, which, now)
		case dc.Uncertain:
			return b.uncertain(tx, o.ID, which, now)
		case dc.Failed:
			b.Log.Warn("sending failed for good", "message", o.ID, "kind", o.Kind, "err", sendErr)
			return b.tellFailed(tx, o, which, msg, now)
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

// expectReturn has the bot look, after a while, whether a list post came back. which names the attempt.
func (b *Bot) expectReturn(tx *storage.Tx, o dc.Outgoing, which string, now time.Time) error {
	if o.Channel != dc.ToList {
		return nil
	}
	return tx.SetTimer(dc.Timer{Kind: timerReturned, Subject: which, Due: now.Add(b.returnWithin(o)), Key: timerReturned + "/" + which})
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

// uncertain: nobody knows whether the server took the message. A list post may still show up by itself, or has done so
// already; anything else waits for a person.
func (b *Bot) uncertain(tx *storage.Tx, id int64, which string, now time.Time) error {
	o, err := tx.Outgoing(id)
	if err != nil || o.State != dc.Uncertain {
		return err
	}
	if o.Channel == dc.ToList {
		return b.expectReturn(tx, o, which, now)
	}
	return b.hold(tx, o, which, now)
}

func (b *Bot) hold(tx *storage.Tx, o dc.Outgoing, which string, now time.Time) error {
	if err := tx.SetOutgoingState(o.ID, dc.Held, "interrupted while the server was taking it: it may have arrived", now); err != nil {
		return err
	}
	b.Log.Warn("held for a person: it may or may not have arrived", "message", o.ID, "kind", o.Kind)
	if o.Kind == kindNotice {
		return nil // a notice about a notice helps nobody
	}
	return b.tell(tx, o.Coalition, "held/"+which, b.Render.NoticeUncertain(b.noticeOf(o, "")), now)
}

func (b *Bot) tellFailed(tx *storage.Tx, o dc.Outgoing, which, why string, now time.Time) error {
	if o.Kind == kindNotice {
		return nil
	}
	return b.tell(tx, o.Coalition, "failed/"+which, b.Render.NoticeFailed(b.noticeOf(o, why)), now)
}

func (b *Bot) noticeOf(o dc.Outgoing, why string) render.NoticeInput {
	return render.NoticeInput{Language: b.languageOf(o.Coalition), Message: o.ID, Subject: o.PublicSubject(), Destination: o.Destination, Why: why, Coalition: o.Coalition, Prefix: b.Set.Prefix}
}

// fireReturned: the time for a list post to come back is over. which is "message/attempt".
func (b *Bot) fireReturned(tx *storage.Tx, which string, now time.Time) error {
	message, attempt, _ := strings.Cut(which, "/")
	id, err := strconv.ParseInt(message, 10, 64)
	if err != nil {
		return fmt.Errorf("reading the timer's subject: %w", err)
	}
	o, err := tx.Outgoing(id)
	if err != nil || !o.Returned.IsZero() {
		return err
	}
	if all, err := tx.Attempts(id); err != nil {
		return err
	} else if n := len(all); n > 0 && attempt != "" && attempt != fmt.Sprint(all[n-1].ID) {
		return nil // it was sent again since: the later attempt has a timer of its own
	}
	switch o.State {
	case dc.Uncertain:
		return b.hold(tx, o, which, now)
	case dc.Sent:
		return b.tell(tx, o.Coalition, "moderator/"+which, b.Render.NoticeHeldByModerator(b.noticeOf(o, "")), now)
	}
	return nil
}

// catchUp is how long, after a start, list posts that should have come back meanwhile are waited for: their copies may lie
// in the mailbox, unread.
const catchUp = 5 * time.Minute

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
			if err := b.judge(tx, x, now); err != nil {
				return err
			}
		}
		due, err := tx.DueTimers(now, 10000)
		if err != nil {
			return err
		}
		for _, t := range due {
			if t.Kind != timerReturned {
				continue
			}
			t.Due = now.Add(catchUp)
			if err := tx.SetTimer(t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("looking after interrupted attempts: %w", err)
	}
	return nil
}

func (b *Bot) judge(tx *storage.Tx, x storage.Interrupted, now time.Time) error {
	event := "retry"
	if x.Attempt.Committed {
		event = "lose"
	}
	to, err := x.Outgoing.State.Transition(event)
	if err != nil {
		return err
	}
	if err := tx.EndAttempt(x.Attempt.ID, now, 0, "the program ended during the attempt", to, now); err != nil {
		return err
	}
	b.Log.Warn("an attempt was interrupted", "message", x.Outgoing.ID, "state", to)
	if to != dc.Uncertain {
		return nil
	}
	return b.uncertain(tx, x.Outgoing.ID, fmt.Sprintf("%d/%d", x.Outgoing.ID, x.Attempt.ID), now)
}

const settingPaused = "paused"

// paused says whether a person has stopped all sending.
func (b *Bot) paused(tx *storage.Tx) (bool, error) {
	v, err := tx.Setting(settingPaused)
	return v != "", err
}
