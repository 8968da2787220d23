package bot

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// place is where a mail stands: the anchor of the survey nearest above it, and the messages in between.
type place struct {
	anchor    *storage.Anchor // nil: not in a thread of a survey
	ancestors []storage.Message
	how       string // "thread", "subject"
}

const (
	maxAncestors = 100
	// A reply by subject alone is believed for this long after the mail that it seems to answer.
	subjectWindow = 120 * 24 * time.Hour
	subjectSlack  = 7 * 24 * time.Hour // and this long before a launch that the file gives: one may launch early
)

// putIDs enters the mail's ids into its coalition's threads and reports whether one of them had been referred to
// before (a ghost is filled), so that what hangs below has to be looked at anew.
func (b *Bot) putIDs(tx *storage.Tx, p *dc.Post, l *letter) (bool, error) {
	chain := l.chain()
	parent := ""
	if len(chain) > 0 {
		parent = chain[len(chain)-1]
	}
	// Ghosts: only as far up as nothing is known yet; what is known has its own parent.
	for i := len(chain) - 1; i >= 0; i-- {
		above := ""
		if i > 0 {
			above = chain[i-1]
		}
		_, err := tx.Message(p.Coalition, chain[i])
		if err == nil {
			break
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
		if _, err := tx.PutMessage(storage.Message{Coalition: p.Coalition, ID: chain[i], Parent: above}); err != nil {
			return false, err
		}
	}
	base, _ := mail.BaseSubject(l.msg.Subject)
	filled := false
	for _, id := range l.ids() {
		ghost, err := tx.PutMessage(storage.Message{Coalition: p.Coalition, ID: id, Post: p.ID, Parent: parent, Subject: base, Sent: p.Sent})
		if err != nil {
			return false, err
		}
		filled = filled || ghost
	}
	return filled, nil
}

// place enters the mail into the threads of its coalition, and of each other whose list carried a copy of it, and finds
// the survey's mail above it.
func (b *Bot) place(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter) (place, error) {
	reached, err := b.reached(tx, p, l)
	if err != nil {
		return place{}, err
	}
	var filled []string
	for _, c := range reached {
		in := *p
		in.Coalition = c
		ghost, err := b.putIDs(tx, &in, l)
		if err != nil {
			return place{}, err
		}
		if ghost {
			filled = append(filled, c)
		}
	}
	pl, err := b.findPlaceIn(tx, p, l, reached)
	if err != nil {
		return place{}, err
	}
	for _, c := range filled {
		if err := b.recollectBelow(ctx, tx, c, l.ids()); err != nil {
			return place{}, err
		}
	}
	return pl, nil
}

// reached lists the coalitions whose lists carried the mail, in an order that does not depend on which copy came first.
func (b *Bot) reached(tx *storage.Tx, p *dc.Post, l *letter) ([]string, error) {
	var out []string
	if p.Coalition != "" {
		out = append(out, p.Coalition)
	}
	if l.fresh {
		return out, nil
	}
	copies, err := tx.Copies(p.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range copies {
		if of := b.coalitionOfList(c.List); of != nil && !contains(out, of.ID) {
			out = append(out, of.ID)
		}
	}
	slices.Sort(out)
	return out, nil
}

// findPlaceIn finds the mail's place in the coalitions that it reached. A mail that went to several belongs to the one in
// whose survey's thread it stands: it answers that coalition's question, whichever list was faster.
func (b *Bot) findPlaceIn(tx *storage.Tx, p *dc.Post, l *letter, reached []string) (place, error) {
	if len(reached) == 1 && reached[0] == p.Coalition {
		return b.findPlace(tx, p, l)
	}
	var best place
	home, rank := "", -1
	for _, c := range reached {
		in := *p
		in.Coalition = c
		pl, err := b.findPlace(tx, &in, l)
		if err != nil {
			return place{}, err
		}
		r := 0
		switch {
		case pl.anchor != nil && pl.how == "thread":
			r = 2
		case pl.anchor != nil:
			r = 1
		}
		if r > rank {
			best, home, rank = pl, c, r
		}
	}
	if home == "" || home == p.Coalition {
		return best, nil
	}
	p.Coalition = home
	list := p.List
	if c := b.Coalition(home); c != nil && len(c.Lists) > 0 {
		list = listID(c.Lists[0])
	}
	return best, tx.SetPostRoute(p.ID, home, list)
}

func (b *Bot) findPlace(tx *storage.Tx, p *dc.Post, l *letter) (place, error) {
	any, err := tx.HasAnchors(p.Coalition)
	if err != nil || !any {
		return place{}, err
	}
	up, err := b.above(tx, p, l)
	if err != nil {
		return place{}, err
	}
	for i, m := range up {
		as, err := tx.Anchors(p.Coalition, m.ID)
		if err != nil {
			return place{}, err
		}
		if len(as) > 0 {
			return place{anchor: &as[0], ancestors: up[:i+1], how: "thread"}, nil
		}
	}
	return b.placeBySubject(tx, p, l, up)
}

// above reads what the mail replies to, the nearest first. Another mail may bear the same Message-ID (mail case 13): then the
// mail's own references count, for whoever took its id must not choose its question.
func (b *Bot) above(tx *storage.Tx, p *dc.Post, l *letter) ([]storage.Message, error) {
	bearer, err := tx.Message(p.Coalition, l.msg.ID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return nil, err
	}
	if err == nil && bearer.Post == p.ID {
		return tx.Ancestors(p.Coalition, l.msg.ID, maxAncestors)
	}
	chain := l.chain()
	if len(chain) == 0 {
		return nil, nil
	}
	parent, err := tx.Message(p.Coalition, chain[len(chain)-1])
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	up, err := tx.Ancestors(p.Coalition, parent.ID, maxAncestors-1)
	return append([]storage.Message{parent}, up...), err
}

// placeBySubject is the fallback for replies whose references lead nowhere: the base subject of a survey mail. A
// thread whose real parent is known is not guessed at.
func (b *Bot) placeBySubject(tx *storage.Tx, p *dc.Post, l *letter, up []storage.Message) (place, error) {
	base, reply := mail.BaseSubject(l.msg.Subject)
	if base == "" || !reply {
		return place{}, nil
	}
	for _, m := range up {
		if m.Post != 0 || m.Outbox != 0 {
			return place{}, nil
		}
	}
	same, err := tx.MessageBySubject(p.Coalition, base, p.Sent.Add(-subjectWindow), p.Sent)
	if err != nil {
		return place{}, err
	}
	for i := len(same) - 1; i >= 0; i-- {
		as, err := tx.Anchors(p.Coalition, same[i].ID)
		if err != nil {
			return place{}, err
		}
		if len(as) > 0 && same[i].Post != p.ID {
			return place{anchor: &as[0], ancestors: []storage.Message{same[i]}, how: "subject"}, nil
		}
	}
	return place{}, nil
}

var questionSubject = regexp.MustCompile(`(?i)\bQ([0-9]+[a-z]*)(?:, changed)?\s*:\s*(\S.*)$`)

// questionOfSubject reads "Survey Q6: short title", when both the number and the title are the survey's own: the last
// fallback for a reply that lost its references.
func questionOfSubject(s *dc.Survey, subject string) (string, bool) {
	base, reply := mail.BaseSubject(subject)
	m := questionSubject.FindStringSubmatch(base)
	if m == nil || !reply {
		return "", false
	}
	q, ok := s.Question(m[1])
	if !ok || !strings.EqualFold(strings.Join(strings.Fields(m[2]), " "), strings.Join(strings.Fields(q.Title), " ")) {
		return "", false
	}
	return q.Number, true
}

// ancestorsOf reads the nearest ancestors' texts, for quotes that lost their marks.
func (b *Bot) ancestorsOf(tx *storage.Tx, up []storage.Message) ([]mail.Ancestor, error) {
	const most = 4
	var out []mail.Ancestor
	for _, m := range up {
		if len(out) == most {
			break
		}
		switch {
		case m.Outbox != 0:
			o, err := tx.Outgoing(m.Outbox)
			if err != nil {
				return nil, err
			}
			out = append(out, mail.Ancestor{ID: m.ID, Author: mail.Address{Name: b.Set.Name, Addr: b.Set.Address}, Text: o.Content.Text})
		case m.Post != 0:
			p, err := tx.Post(m.Post)
			if err != nil {
				return nil, err
			}
			if p.State == dc.Erased || p.Source != dc.FromMail {
				continue
			}
			out = append(out, mail.Ancestor{ID: m.ID, Author: mail.Address{Name: p.AuthorName, Addr: p.Author}, Text: mail.Parse(p.Raw, mail.Limits{}).Text})
		}
	}
	return out, nil
}

// parentOf describes the message replied to, for collecting.
func (b *Bot) parentOf(tx *storage.Tx, pl place) (*collect.Parent, error) {
	for _, m := range pl.ancestors {
		if m.Post == 0 && m.Outbox == 0 {
			continue
		}
		out := &collect.Parent{ID: m.ID}
		as, err := tx.Anchors(m.Coalition, m.ID)
		if err != nil {
			return nil, err
		}
		if len(as) > 0 {
			out.Official, out.Question = true, as[0].Question
		}
		if m.Outbox != 0 {
			out.Author, out.Official = b.Set.Address, true
			return out, nil
		}
		p, err := tx.Post(m.Post)
		if err != nil {
			return nil, err
		}
		out.Author = p.Author
		out.Found, err = tx.ContributionsOfPost(m.Post)
		return out, err
	}
	return nil, nil
}
