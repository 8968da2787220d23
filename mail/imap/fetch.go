package imap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// batch is how many mails are asked for their size at a time.
const batch = 200

// catchUp hands over what the folder has above the cursor, in the order of UIDs, and advances the cursor in memory after
// each. It returns how many it handed over.
func (s *session) catchUp(ctx context.Context, cur *Cursor, handle Handler) (int, error) {
	handed := 0
	for after := cur.UID; ; {
		uids, err := s.search(after)
		if err != nil || len(uids) == 0 {
			return handed, err
		}
		after = uids[len(uids)-1] // what the server lists but does not have must not be asked for again and again
		metas, err := s.sizes(uids)
		if err != nil {
			return handed, err
		}
		for _, uid := range uids {
			d, err := s.get(uid, metas[uid])
			if err != nil {
				return handed, err
			}
			if d == nil {
				continue // expunged in the meantime
			}
			d.Resync = s.resync
			if err := handle(ctx, *d); err != nil {
				return handed, fmt.Errorf("handling %s: %w", d.Location, err)
			}
			delete(s.tries, d.Location)
			cur.UID = uid
			handed++
		}
	}
}

// search lists the lowest UIDs above after, at most batch of them, sorted. Servers answer `UID n:*` with the last mail
// even if its UID is below n (RFC 9051 section 9, seq-range), and in any order.
func (s *session) search(after uint32) ([]uint32, error) {
	if after == ^uint32(0) {
		return nil, nil
	}
	select { // what was announced up to now is in the answer
	case <-s.changed:
	default:
	}
	set := goimap.UIDSet{goimap.UIDRange{Start: goimap.UID(after + 1), Stop: 0}}
	var data *goimap.SearchData
	err := s.step("UID SEARCH", searchAnswer, func() (err error) {
		data, err = s.imap.UIDSearch(&goimap.SearchCriteria{UID: []goimap.UIDSet{set}}, nil).Wait()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("searching for new mail: %w", err)
	}
	found, _ := data.All.(goimap.UIDSet)
	return lowest(found, after, batch), nil
}

// lowest lists the n lowest UIDs above after without spelling out ranges, which may be absurdly wide.
func lowest(set goimap.UIDSet, after uint32, n int) []uint32 {
	ranges := slices.Clone(set)
	slices.SortFunc(ranges, func(a, b goimap.UIDRange) int { return cmp.Compare(a.Start, b.Start) })
	var uids []uint32
	for _, r := range ranges {
		if r.Start == 0 || r.Stop == 0 {
			continue // "*" or 0: no UID
		}
		for uid := max(uint64(r.Start), uint64(after)+1); uid <= uint64(r.Stop) && len(uids) < n; uid++ {
			uids = append(uids, uint32(uid))
			after = uint32(uid)
		}
	}
	return uids
}

// meta is what is asked of a mail before its bytes.
type meta struct {
	size     int64
	internal time.Time
	known    bool
}

// sizes asks for the sizes of several mails at once.
func (s *session) sizes(uids []uint32) (map[uint32]meta, error) {
	set := goimap.UIDSet{}
	for _, uid := range uids {
		set.AddNum(goimap.UID(uid))
	}
	metas := make(map[uint32]meta, len(uids))
	err := s.fetch("UID FETCH of sizes", set, &goimap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}, s.cfg.CommandTimeout, smallAnswer,
		func(msg *imapclient.FetchMessageData) error {
			var m meta
			var uid uint32
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					uid = uint32(item.UID)
				case imapclient.FetchItemDataRFC822Size:
					m.size, m.known = item.Size, true
				case imapclient.FetchItemDataInternalDate:
					m.internal = item.Time
				}
			}
			if m.known {
				metas[uid] = m
			}
			return nil
		})
	var no *goimap.Error
	if err != nil && !errors.As(err, &no) { // NO: one of them is gone or damaged; they are asked for one by one
		return nil, fmt.Errorf("asking for the sizes of new mail: %w", err)
	}
	return metas, nil
}

// fetch runs one FETCH to its end, whatever each makes of the answers: undrained, it would block go-imap's reader for
// ever, and with it every other command and Close.
func (s *session) fetch(doing string, set goimap.UIDSet, opts *goimap.FetchOptions, d time.Duration, allow int64, each func(*imapclient.FetchMessageData) error) error {
	s.guard.Arm(doing, d, allow)
	defer s.guard.Disarm()
	cmd := s.imap.Fetch(set, opts)
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		if err := each(msg); err != nil {
			s.guard.Fail(err) // before draining: there may be gigabytes to drain
			var broken *brokenLiteral
			if errors.As(err, &broken) {
				// go-imap's reader goes on as soon as a literal fails, so draining would read the same buffer beside it. It
				// cannot get far: the connection is closed.
				<-s.imap.Closed()
			} else {
				_ = cmd.Close()
			}
			return s.cause(err)
		}
	}
	return s.cause(cmd.Close())
}

// A mail whose fetching fails again and again must not keep later mail from coming: after bodyTries it is asked for
// its header only, after headerTries more it is handed over as what is known of it.
const (
	bodyTries   = 4
	headerTries = 2
)

// get fetches one mail. nil without an error means that it is gone.
func (s *session) get(uid uint32, m meta) (*Delivery, error) {
	loc := Location{Folder: s.cfg.Folder, UIDValidity: s.validity, UID: uid}
	d := &Delivery{Location: loc, Internal: m.internal, Size: m.size}
	tries := s.tries[loc]
	section := &goimap.FetchItemBodySection{Peek: true}
	limit := s.cfg.MaxSize
	switch {
	case tries >= bodyTries+headerTries:
		d.OverSize, d.Note = true, fmt.Sprintf("the server failed to deliver this mail %d times", tries)
		return d, nil
	case tries >= bodyTries:
		d.OverSize, d.Note = true, fmt.Sprintf("the server failed to deliver this mail %d times: header only", tries)
	case m.size > s.cfg.MaxSize:
		d.OverSize, d.Note = true, fmt.Sprintf("the mail has %d bytes, more than the limit of %d: header only", m.size, s.cfg.MaxSize)
	}
	if d.OverSize {
		section.Specifier = goimap.PartSpecifierHeader
		section.Partial = &goimap.SectionPartial{Offset: 0, Size: maxHeader}
		limit = maxHeader
	}
	raw, found, err := s.body(uid, section, limit, d)
	switch {
	case errors.Is(err, errTooLong):
		// Its size was a lie; asking again gives the same.
		s.tries[loc] = max(tries+1, bodyTries)
	case err != nil:
		s.tries[loc] = tries + 1
	}
	if err != nil {
		s.cfg.Log.Warn("a mail could not be fetched", "uid", uid, "size", m.size, "tries", s.tries[loc], "err", err)
		return nil, fmt.Errorf("fetching %s: %w", loc, err)
	}
	if !found {
		return nil, nil
	}
	d.Raw = raw
	return d, nil
}

var errTooLong = errors.New("the mail is longer than its size says")

// body fetches one section. A server may put another client's flag change in place of the answer, so an answer without
// the section is asked for again.
func (s *session) body(uid uint32, section *goimap.FetchItemBodySection, limit int64, d *Delivery) (raw []byte, found bool, err error) {
	opts := &goimap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true, BodySection: []*goimap.FetchItemBodySection{section}}
	for range 3 {
		answered := false
		err = s.fetch("UID FETCH", goimap.UIDSetNum(goimap.UID(uid)), opts, s.cfg.FetchTimeout, limit+smallAnswer, func(msg *imapclient.FetchMessageData) error {
			answered = true
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataInternalDate:
					d.Internal = item.Time
				case imapclient.FetchItemDataRFC822Size:
					d.Size = item.Size
				case imapclient.FetchItemDataBodySection:
					if item.Section.Specifier != section.Specifier || len(item.Section.Part) > 0 {
						continue
					}
					var err error
					if raw, err = s.readLiteral(item.Literal, limit); err != nil {
						return err
					}
					found = true
				}
			}
			return nil
		})
		var no *goimap.Error
		if errors.As(err, &no) && no.Code == goimap.ResponseCode("EXPUNGEISSUED") { // RFC 5530
			return nil, false, nil
		}
		if err != nil || found || !answered {
			return raw, found, err
		}
	}
	return nil, false, errors.New("the server answers without the mail itself")
}

// brokenLiteral is a literal that ended before its announced end.
type brokenLiteral struct{ error }

func (b *brokenLiteral) Unwrap() error { return b.error }

// readLiteral reads a literal whole, or not at all: go-imap takes the end of the connection for the end of the literal.
func (s *session) readLiteral(lit goimap.LiteralReader, limit int64) ([]byte, error) {
	if lit == nil {
		return nil, nil // NIL: an empty section
	}
	if lit.Size() > limit {
		err := fmt.Errorf("%w: %d bytes announced, at most %d wanted", errTooLong, lit.Size(), limit)
		s.guard.Fail(err)
		if n, _ := io.Copy(io.Discard, lit); n < lit.Size() {
			err = &brokenLiteral{err}
		}
		return nil, err
	}
	raw := make([]byte, 0, min(lit.Size(), 1<<20)+1)
	for {
		if len(raw) == cap(raw) {
			raw = slices.Grow(raw, len(raw)) // grows with what arrives, not with what is announced
		}
		n, err := lit.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if err == io.EOF && int64(len(raw)) == lit.Size() {
			return raw, nil
		} else if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, &brokenLiteral{fmt.Errorf("after %d of %d bytes: %w", len(raw), lit.Size(), err)}
		}
	}
}

// watch waits until the server announces something, or it is time to look anyway.
func (s *session) watch(ctx context.Context) error {
	timer := time.NewTimer(s.cfg.IdleMax)
	defer timer.Stop()
	wait := func() error {
		select {
		case <-s.changed:
		case <-timer.C:
		case <-s.imap.Closed():
			// Closed tells what go-imap could not read, such as an untagged response it does not know.
			err := s.imap.Close()
			if err == nil {
				err = io.EOF
			}
			return s.cause(fmt.Errorf("the connection ended: %w", err))
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		return nil
	}
	var caps goimap.CapSet
	if err := s.step("CAPABILITY", smallAnswer, func() error { caps = s.imap.Caps(); return nil }); err != nil {
		return err
	}
	if !caps.Has(goimap.CapIdle) && !caps.Has(goimap.CapIMAP4rev2) {
		if err := wait(); err != nil {
			return err
		}
		// EXAMINEd folders show new mail only after a command that may announce it (RFC 9051 section 5.2).
		return s.step("NOOP", smallAnswer, func() error { return s.imap.Noop().Wait() })
	}
	var idle *imapclient.IdleCommand
	if err := s.step("IDLE", smallAnswer, func() (err error) { idle, err = s.imap.Idle(); return err }); err != nil {
		return fmt.Errorf("starting IDLE: %w", err)
	}
	waited := wait()
	// DONE in any case: the command holds the encoder, and a goroutine of go-imap.
	ended := s.step("the end of IDLE", smallAnswer, func() error { return errors.Join(idle.Close(), idle.Wait()) })
	if waited != nil {
		return fmt.Errorf("during IDLE: %w", waited)
	}
	if ended != nil {
		return fmt.Errorf("ending IDLE: %w", ended)
	}
	return nil
}
