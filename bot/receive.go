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
		if _, err := b.store(tx, &p, place); err != nil {
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
func (b *Bot) store(tx *storage.Tx, p *dc.Post, place string) (stored, error) {
	first, err := tx.PostByExternalID(p.Source, p.ExternalID)
	if errors.Is(err, storage.ErrNotFound) {
		return b.insert(tx, p)
	}
	if err != nil {
		return storedCopy, err
	}
	if p.Source != dc.FromMail || first.State == dc.Erased {
		p.ID = first.ID
		return storedCopy, nil
	}
	if first, err = tx.Post(first.ID); err != nil {
		return storedCopy, err
	}
	same := false
	var m *mail.Message
	if err := b.guard(func() error {
		m = mail.Parse(p.Raw, mail.Limits{})
		same = mail.SameContent(mail.Parse(first.Raw, mail.Limits{}), m)
		return nil
	}); err != nil {
		b.Log.Error("a mail could not be compared with another of its id; both are kept", "post", first.ID, "err", err)
	}
	if same {
		p.ID = first.ID
		return b.noteCopy(tx, first, p, place)
	}
	sum := sha256.Sum256(p.Raw)
	if m != nil {
		sum = sha256.Sum256([]byte(m.Subject + "\n" + m.Text))
	}
	p.ExternalID += "#" + hex.EncodeToString(sum[:4])
	twin, err := tx.PostByExternalID(p.Source, p.ExternalID)
	if errors.Is(err, storage.ErrNotFound) {
		return b.insert(tx, p)
	}
	if err != nil {
		return storedCopy, err
	}
	p.ID = twin.ID
	if twin.State == dc.Erased {
		return storedCopy, nil
	}
	return b.noteCopy(tx, twin, p, place)
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
func (b *Bot) noteCopy(tx *storage.Tx, first dc.Post, second *dc.Post, place string) (stored, error) {
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
