package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// ImportOptions say what an archive is.
type ImportOptions struct {
	Coalition string // id of the coalition whose list it archives
	Place     string // where the message stands, for the record: "import:/path#offset"
}

// Prepared is a message of an archive, read as far as can be without the record; many can be prepared at once.
type Prepared struct {
	post   dc.Post
	packed []byte
	letter *letter
	place  string
	err    error // it could not be read
}

// ImportCounts says what a batch did.
type ImportCounts struct {
	New, Known, Collected, Contributions, Own, Automatic, Broken int
}

// Add sums counts.
func (n *ImportCounts) Add(m ImportCounts) {
	n.New, n.Known, n.Collected, n.Contributions = n.New+m.New, n.Known+m.Known, n.Collected+m.Collected, n.Contributions+m.Contributions
	n.Own, n.Automatic, n.Broken = n.Own+m.Own, n.Automatic+m.Automatic, n.Broken+m.Broken
}

// Prepare reads one message of an archive. It may be called from many goroutines.
func (b *Bot) Prepare(raw []byte, o ImportOptions) Prepared {
	var m Prepared
	if err := b.guard(func() error {
		m = b.prepare(raw, o)
		return nil
	}); err != nil {
		sum := sha256.Sum256(raw)
		now := b.Now().UTC()
		m.post = dc.Post{Source: dc.FromMail, ExternalID: hex.EncodeToString(sum[:16]) + "@dcbot.invalid", Coalition: o.Coalition, Sent: now, Received: now, Imported: true}
		m.packed, m.place, m.err = storage.Compress(raw), o.Place, err
	}
	return m
}

func (b *Bot) prepare(raw []byte, o ImportOptions) Prepared {
	l := readLetter(raw)
	l.own()
	list := l.msg.List.ID
	if c := b.Coalition(o.Coalition); c != nil && len(c.Lists) > 0 {
		list = c.Lists[0].ID
		for _, x := range c.Lists {
			if x.ID == l.msg.List.ID {
				list = x.ID
			}
		}
	}
	via := mail.Via{ListID: list, ThroughList: true}
	if c := b.Coalition(o.Coalition); c != nil && len(c.Lists) > 0 {
		via.ListAddress = c.Lists[0].Address
	}
	who := mail.WhoWrote(l.msg, via)
	now := b.Now()
	p := dc.Post{
		Source: dc.FromMail, ExternalID: l.msg.ID, Coalition: o.Coalition, List: list, Author: who.Address.Addr, AuthorName: who.Address.Name,
		Sent: l.msg.Date.UTC(), Received: now.UTC(), Imported: true, State: dc.Ignored, Reason: reasonOrdinary,
	}
	if p.Author == "" {
		p.Author = "unknown:" + l.msg.ID // nobody in particular: two such people are never one
	}
	if l.msg.Date.IsZero() || p.Sent.After(now) {
		p.Sent = now.UTC()
	}
	return Prepared{post: p, packed: storage.Compress(raw), letter: l, place: o.Place}
}

// Import writes a batch of prepared messages, collects from them, and moves the cursor, all in one transaction. It
// never sends anything and never executes a command. A message that cannot be processed is kept raw and counted.
func (b *Bot) Import(ctx context.Context, batch []Prepared, cur dc.Cursor) (ImportCounts, error) {
	n, err := b.importBatch(ctx, batch, cur, false)
	if err != nil && ctx.Err() == nil && !storage.IsTrouble(err) {
		// One message spoils the batch: again, each one by itself.
		b.Log.Warn("a batch failed; its messages are taken one by one", "err", err)
		n, err = b.importBatch(ctx, batch, cur, true)
	}
	if err != nil {
		return ImportCounts{}, fmt.Errorf("importing a batch of %d: %w", len(batch), err)
	}
	return n, nil
}

func (b *Bot) importBatch(ctx context.Context, batch []Prepared, cur dc.Cursor, careful bool) (n ImportCounts, err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.Error("panic while importing", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	err = b.DB.UpdateBatch(ctx, func(tx *storage.Tx) error {
		n = ImportCounts{}
		surveys, err := tx.Surveys()
		if err != nil {
			return err
		}
		later := &laterPass{}
		for i := range batch {
			if batch[i].err != nil {
				n.Broken++
				if err := b.keepBroken(tx, &batch[i], batch[i].err); err != nil {
					return err
				}
				continue
			}
			l := batch[i].letter
			l.surveys, l.searchable, l.fresh, l.later, l.kept = surveys, false, false, later, nil
			if !careful {
				if err := b.importOne(ctx, tx, &batch[i], &n); err != nil {
					return err
				}
				continue
			}
			was := n
			err := b.importCarefully(ctx, tx, &batch[i], &n)
			if storage.IsTrouble(err) {
				return err
			}
			if err != nil {
				n, l.searchable = was, false
				n.Broken++
				if err := b.keepBroken(tx, &batch[i], err); err != nil {
					return err
				}
			}
		}
		if err := b.runPass(ctx, tx, later); err != nil {
			return err
		}
		if cur.Name != "" {
			if err := tx.SetCursor(cur); err != nil {
				return err
			}
		}
		for i := range batch {
			if later.indexed[batch[i].post.ID] {
				continue // read again since, and better
			}
			if err := b.index(tx, &batch[i].post, batch[i].letter); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// importCarefully undoes what one message wrote when it fails or panics.
func (b *Bot) importCarefully(ctx context.Context, tx *storage.Tx, m *Prepared, n *ImportCounts) error {
	return tx.Try(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		return b.importOne(ctx, tx, m, n)
	})
}

func (b *Bot) keepBroken(tx *storage.Tx, m *Prepared, cause error) error {
	p := m.post
	b.Log.Error("a message of the archive could not be processed; it is kept raw", "id", p.ExternalID, "err", cause)
	p.State, p.Reason = dc.Unparsed, "internal error: see the operator's log"
	_, err := tx.InsertPostCompressed(&p, m.packed)
	return err
}

func (b *Bot) importOne(ctx context.Context, tx *storage.Tx, m *Prepared, n *ImportCounts) error {
	p := m.post
	created := false
	other, err := b.knownOtherwise(tx, m)
	if err == nil && other == 0 {
		created, err = tx.InsertPostCompressed(&p, m.packed)
	}
	if err != nil {
		return err
	}
	if other != 0 {
		p.ID = other
	}
	defer func() { m.post.ID = p.ID }()
	if !created {
		what, err := b.importKnown(ctx, tx, m, &p)
		switch {
		case err != nil:
			return err
		case what == storedCopy:
			n.Known++
			return nil
		case what == storedAgain:
			n.Known++
			return b.importAgain(ctx, tx, p.ID, m.letter)
		}
	}
	m.letter.fresh = true
	n.New++
	out, err := b.process(ctx, tx, &p, m.letter, p.Received)
	if err != nil {
		return err
	}
	switch {
	case out.found > 0:
		n.Collected++
		n.Contributions += out.found
	case out.reason == reasonOwn:
		n.Own++
	case m.letter.auto.Auto:
		n.Automatic++
	}
	to, err := dc.Pending.Transition(out.state)
	if err != nil || (to == p.State && out.reason == p.Reason) {
		return err
	}
	return tx.SetPostState(p.ID, to, out.reason)
}

// knownOtherwise finds a post on record that bears the message's id under another name; 0 is none.
func (b *Bot) knownOtherwise(tx *storage.Tx, m *Prepared) (int64, error) {
	for _, id := range m.letter.ids() {
		known, err := tx.Message(m.post.Coalition, id)
		if notFound(err) || err == nil && known.Post == 0 {
			continue
		}
		if err != nil {
			return 0, err
		}
		p, err := tx.PostByExternalID(dc.FromMail, m.post.ExternalID)
		if notFound(err) {
			return known.Post, nil
		}
		return p.ID, err
	}
	return 0, nil
}

// importKnown handles an id that is on record: the same message again, which is most often byte for byte the same, or
// another message under a used id, which is a post of its own.
func (b *Bot) importKnown(ctx context.Context, tx *storage.Tx, m *Prepared, p *dc.Post) (stored, error) {
	first, err := tx.Post(p.ID)
	if err != nil {
		return storedCopy, err
	}
	if first.State == dc.Ignored && first.Reason == reasonOwn && !first.Imported {
		// From our address, but of no row of this outbox: the archive is what vouches for it (mail case 24).
		return storedAgain, b.setPostState(tx, first.ID, first.State, "again", "")
	}
	if first.State == dc.Erased || first.Coalition == p.Coalition && bytes.Equal(storage.Compress(first.Raw), m.packed) {
		return storedCopy, nil
	}
	raw, err := storage.Decompress(m.packed)
	if err != nil {
		return storedCopy, err
	}
	other := m.post
	other.Raw = raw
	what, err := b.store(ctx, tx, &other, m.place)
	*p = other
	return what, err
}

// importAgain looks anew at a post of which the archive has a copy that says where it belongs. Whatever the post was, it is
// now treated as one of the archive: nothing is sent, no command is executed.
func (b *Bot) importAgain(ctx context.Context, tx *storage.Tx, id int64, copied *letter) error {
	p, err := tx.Post(id)
	if err != nil {
		return err
	}
	p.Imported = true
	l := readLetter(p.Raw)
	l.surveys, l.later = copied.surveys, copied.later
	out, err := b.process(ctx, tx, &p, l, p.Received)
	if err != nil {
		return err
	}
	return b.setPostState(tx, p.ID, dc.Pending, out.state, out.reason)
}
