package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// Receive stores a post and advances the cursor in one transaction, before anything else is done with it, then wakes
// the worker. A post that is already known (the same mail through a second way, a cursor that was not saved) is noted as a
// copy and has no second effect. cur may be zero.
func (b *Bot) Receive(ctx context.Context, p dc.Post, cur dc.Cursor) error {
	if p.State == "" {
		p.State = dc.Pending
	}
	var before *mail.Message // parsed outside the transaction
	if p.Source == dc.FromMail {
		before = mail.Parse(p.Raw, mail.Limits{})
	}
	err := b.update(ctx, func(tx *storage.Tx) error {
		if _, err := b.store(tx, &p, before, cur.Name+"/"+cur.Value); err != nil {
			return err
		}
		if cur.Name == "" {
			return nil
		}
		return tx.SetCursor(cur)
	})
	if err != nil {
		return fmt.Errorf("storing a post from %s: %w", p.Source, err)
	}
	return nil
}

// store inserts the post, or notes another copy of a known one (mail case 26). It reports whether the post is new.
// The same Message-ID with other content is a post of its own, under an id that says so (mail case 13).
func (b *Bot) store(tx *storage.Tx, p *dc.Post, m *mail.Message, place string) (bool, error) {
	known, err := tx.PostByExternalID(p.Source, p.ExternalID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return tx.InsertPost(p)
	case err != nil:
		return false, err
	case m == nil || known.State == dc.Erased:
		p.ID = known.ID
		return false, nil
	}
	first, err := tx.Post(known.ID)
	if err != nil {
		return false, err
	}
	if !mail.SameContent(mail.Parse(first.Raw, mail.Limits{}), m) {
		sum := sha256.Sum256([]byte(m.Subject + "\n" + m.Text))
		p.ExternalID += "#" + hex.EncodeToString(sum[:4])
		if again, err := tx.PostByExternalID(p.Source, p.ExternalID); err == nil {
			p.ID = again.ID
			return false, b.noteCopy(tx, again, p, place)
		}
		return tx.InsertPost(p)
	}
	p.ID = known.ID
	return false, b.noteCopy(tx, first, p, place)
}

// noteCopy records another copy of a post. A copy through a list says more than a direct one did: when the first was
// without a coalition, the post is looked at anew.
func (b *Bot) noteCopy(tx *storage.Tx, first dc.Post, second *dc.Post, place string) error {
	if _, err := tx.InsertCopy(first.ID, place, second.List, nil); err != nil {
		return err
	}
	if first.List != "" || second.List == "" {
		return nil
	}
	if err := tx.SetPostRoute(first.ID, second.Coalition, second.List); err != nil {
		return err
	}
	if second.Author != "" {
		if err := tx.SetPostAuthor(first.ID, second.Author, second.AuthorName, first.Proven || second.Proven); err != nil {
			return err
		}
	}
	if first.State != dc.Processed && first.State != dc.Ignored {
		return nil // pending: the worker sees the route when it comes to it
	}
	return b.setPostState(tx, first.ID, first.State, "again", "")
}

// setPostState moves a post along its state machine.
func (b *Bot) setPostState(tx *storage.Tx, id int64, from dc.PostState, event, reason string) error {
	to, err := from.Transition(event)
	if err != nil {
		return err
	}
	return tx.SetPostState(id, to, reason)
}

// update runs one transaction and wakes the loops, which look for what it left them to do.
func (b *Bot) update(ctx context.Context, fn func(tx *storage.Tx) error) error {
	err := b.DB.Update(ctx, fn)
	if err == nil {
		b.Kick()
	}
	return err
}

// Kick wakes all loops: something was written, or the clock was moved.
func (b *Bot) Kick() {
	for _, c := range []chan struct{}{b.kicks.worker, b.kicks.timers, b.kicks.outbox} {
		select {
		case c <- struct{}{}:
		default: // already awake
		}
	}
}
