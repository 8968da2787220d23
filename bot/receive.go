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
	place := "list:" + p.List
	if cur.Name != "" {
		place = cur.Name + "/" + cur.Value
	}
	err := b.update(ctx, func(tx *storage.Tx) error {
		if _, err := b.store(ctx, tx, &p, place); err != nil {
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

// stored is what became of a post at the door.
type stored int

const (
	storedCopy stored = iota // nothing new
	storedNew
	storedAgain // a copy that says where the first belongs: that one is looked at anew
)

// store inserts the post, or notes another copy of a known one (mail case 26). The same Message-ID with other content is a
// post of its own, under an id that says so (mail case 13). p.ID is set to the post's, or the first copy's.
func (b *Bot) store(ctx context.Context, tx *storage.Tx, p *dc.Post, place string) (stored, error) {
	known, err := tx.PostByExternalID(p.Source, p.ExternalID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return storedCopy, err
	}
	if p.Source != dc.FromMail || known.State == dc.Erased {
		if err != nil {
			return b.insert(tx, p)
		}
		p.ID = known.ID
		return storedCopy, nil
	}
	var m *mail.Message
	if b.guard(func() error { m = mail.Parse(p.Raw, mail.Limits{}); return nil }) != nil {
		m = &mail.Message{ID: p.ExternalID} // the worker will say so
	}
	if err != nil {
		if known.ID, err = b.otherName(tx, p, m); err != nil {
			return storedCopy, err
		}
		if known.ID == 0 {
			return b.insert(tx, p)
		}
	}
	first, same, err := b.sameAs(tx, known.ID, m)
	switch {
	case err != nil:
		return storedCopy, err
	case same:
		p.ID = first.ID
		return b.noteCopy(ctx, tx, first, p, m, place)
	case first.ExternalID != p.ExternalID:
		return b.insert(tx, p)
	}
	sum := sha256.Sum256([]byte(m.Subject + "\n" + m.Text))
	p.ExternalID += "#" + hex.EncodeToString(sum[:4])
	twin, err := tx.PostByExternalID(p.Source, p.ExternalID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return b.insert(tx, p)
	case err != nil:
		return storedCopy, err
	}
	p.ID = twin.ID
	if twin.State == dc.Erased {
		return storedCopy, nil
	}
	return b.noteCopy(ctx, tx, twin, p, m, place)
}

// otherName finds the post that bears one of the mail's ids under another one: a list had wrapped it and given the wrapper an
// id of its own (mail case 16). 0 is none.
func (b *Bot) otherName(tx *storage.Tx, p *dc.Post, m *mail.Message) (int64, error) {
	for _, id := range (&letter{msg: m}).ids() {
		if known, err := tx.PostByExternalID(p.Source, id); err == nil {
			return known.ID, nil
		} else if !errors.Is(err, storage.ErrNotFound) {
			return 0, err
		}
		bearers, err := tx.MessageAnywhere(id)
		if err != nil {
			return 0, err
		}
		for _, x := range bearers {
			if x.Post != 0 {
				return x.Post, nil
			}
		}
	}
	return 0, nil
}

// sameAs reads a post and says whether the mail is another copy of it.
func (b *Bot) sameAs(tx *storage.Tx, id int64, m *mail.Message) (first dc.Post, same bool, err error) {
	if first, err = tx.Post(id); err != nil || first.State == dc.Erased {
		return first, first.State == dc.Erased, err
	}
	if err := b.guard(func() error {
		same = mail.SameContent(mail.Parse(first.Raw, mail.Limits{}), m)
		return nil
	}); err != nil {
		b.Log.Error("a mail could not be compared with another of its id; both are kept", "post", id, "err", err)
	}
	return first, same, nil
}

func (b *Bot) insert(tx *storage.Tx, p *dc.Post) (stored, error) {
	created, err := tx.InsertPost(p)
	if err != nil || !created {
		return storedCopy, err
	}
	return storedNew, nil
}

// noteCopy records another copy of a post. One through a list says more than a direct one; one through another
// coalition's list, or a coalition's after the group's, may say where the post belongs: then it is looked at anew.
func (b *Bot) noteCopy(ctx context.Context, tx *storage.Tx, first dc.Post, second *dc.Post, m *mail.Message, place string) (stored, error) {
	if first.State == dc.Erased {
		return storedCopy, nil
	}
	if err := b.learnIDs(ctx, tx, first, m); err != nil {
		return storedCopy, err
	}
	if _, err := tx.InsertCopy(first.ID, place, second.List, nil); err != nil {
		return storedCopy, err
	}
	direct := first.List == ""
	if second.List == "" || !direct && (second.Coalition == "" || second.Coalition == first.Coalition) {
		return storedCopy, nil
	}
	if first.List != "" {
		if _, err := tx.InsertCopy(first.ID, "list:"+first.List, first.List, nil); err != nil {
			return storedCopy, err
		}
	}
	coalition, list := first.Coalition, first.List
	if direct || coalition == "" {
		list = second.List
		if second.Coalition != "" {
			coalition = second.Coalition
		}
	}
	if err := tx.SetPostRoute(first.ID, coalition, list); err != nil {
		return storedCopy, err
	}
	if direct && second.Author != "" {
		// Proof holds for the address that was proven, and for no other that a list may name.
		proven := first.Proven && dc.SameAddress(first.Author, second.Author) || second.Proven
		if err := tx.SetPostAuthor(first.ID, second.Author, second.AuthorName, proven); err != nil {
			return storedCopy, err
		}
	}
	if first.State != dc.Processed && first.State != dc.Ignored {
		return storedCopy, nil // pending: the worker sees the route when it comes to it
	}
	return storedAgain, b.setPostState(tx, first.ID, first.State, "again", "")
}

// learnIDs enters the ids that a copy bears and the first did not: people reply to either.
func (b *Bot) learnIDs(ctx context.Context, tx *storage.Tx, first dc.Post, m *mail.Message) error {
	borne, err := tx.MessagesOfPost(first.ID)
	if err != nil {
		return err
	}
	for _, id := range (&letter{msg: m}).ids() {
		for _, known := range borne {
			if known.ID == id || id == "" {
				continue
			}
			known.ID = id
			ghost, err := tx.PutMessage(known)
			if err != nil {
				return err
			}
			if ghost {
				if err := b.recollectBelow(ctx, tx, known.Coalition, []string{id}); err != nil {
					return err
				}
			}
		}
	}
	return nil
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
