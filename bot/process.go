package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// Reasons of ignored posts; people read them in inspect and in the record.
const (
	reasonOwn      = "our own mail"
	reasonAuto     = "automatic mail: "
	reasonDigest   = "a list digest, not one post"
	reasonNoPlace  = "direct mail that belongs to no coalition's thread"
	reasonOrdinary = "ordinary list traffic"
	reasonCommands = "commands"
	// A new record beside an old mailbox must not give the orders of its first life again.
	reasonOldCommands = "commands in a mail that was old when it was first read: not carried out"
	reasonConfirm     = "a confirmation"
)

// outcome is what became of a post.
type outcome struct {
	state  string // event of the post's state machine: process or ignore
	reason string
	found  int // contributions
}

// old says that a mail was first read so long after it was written that nobody waits for an answer: an old mailbox is being
// read for a new record, or the mail was held up for weeks. Its words are collected, but nothing is sent because of it.
func old(p *dc.Post, now time.Time) bool { return now.Sub(p.Sent) > confirmWithin }

func ignored(reason string) outcome { return outcome{state: "ignore", reason: reason} }

// process decides what a mail is and writes the result, all in the caller's transaction. l was read outside of it.
func (b *Bot) process(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (outcome, error) {
	if own, err := b.ours(ctx, tx, p, l, now); err != nil || own {
		return ignored(reasonOwn), err
	}
	l.searchable = true
	if l.msg.Digest {
		return ignored(reasonDigest), nil
	}
	if l.auto.Auto {
		// Its ids are learned all the same: people do reply to an out-of-office note.
		if p.Coalition != "" {
			if _, err := b.place(ctx, tx, p, l); err != nil {
				return outcome{}, err
			}
		}
		return ignored(reasonAuto + l.auto.Reason), nil
	}
	if p.List == "" && !p.Imported {
		if b.mute {
			p.Coalition = "" // found anew
		}
		done, err := b.direct(ctx, tx, p, l, now)
		if err != nil || done.state != "" {
			return done, err
		}
	}
	if p.Coalition == "" {
		return ignored(reasonNoPlace), nil
	}
	return b.collectPost(ctx, tx, p, l, now)
}

// processShell runs a command line that came from the shell.
func (b *Bot) processShell(ctx context.Context, tx *storage.Tx, p *dc.Post, now time.Time) (outcome, error) {
	var in shellPost
	if err := json.Unmarshal(p.Raw, &in); err != nil {
		return outcome{}, fmt.Errorf("reading a shell post: %w", err)
	}
	a := b.execute(ctx, tx, in.Line, in.Actor, in.Coalition, p.ID, now)
	return outcome{state: "process"}, tx.PutAnswer(p.ID, a.OK, a.Text)
}

// direct handles mail to the bot alone: a confirmation, commands, or a reply that finds its coalition by its thread. A
// zero outcome means that collecting goes on.
func (b *Bot) direct(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (outcome, error) {
	if !b.mute {
		if done, err := b.confirmByReply(ctx, tx, p, l, now); err != nil || done {
			return outcome{state: "process", reason: reasonConfirm}, err
		}
		if err := b.knowOurWords(tx, l); err != nil {
			return outcome{}, err
		}
		if lines := b.commandLines(l); len(lines) > 0 && !b.toAList(l) {
			if old(p, now) {
				b.Log.Warn("commands in an old mail are not carried out", "post", p.ID, "sent", p.Sent)
				return ignored(reasonOldCommands), nil
			}
			return outcome{state: "process", reason: reasonCommands}, b.mailCommands(ctx, tx, p, l, lines, now)
		}
	}
	if p.Coalition != "" {
		return outcome{}, nil
	}
	coalition, err := b.coalitionOfThread(tx, l)
	if err != nil {
		return outcome{}, err
	}
	if coalition == "" {
		return b.addressed(ctx, tx, p, l, now)
	}
	p.Coalition = coalition
	if l.survey, err = b.surveyOfMember(tx, p); err != nil {
		return outcome{}, err
	}
	return outcome{}, tx.SetPostRoute(p.ID, coalition, "")
}

// knowOurWords reads the mail again with those of ours that it answers beside it: quoted back without any mark, as some
// clients do, our examples must not be taken for the author's orders (mail case 25).
func (b *Bot) knowOurWords(tx *storage.Tx, l *letter) error {
	var ours []mail.Ancestor
	chain := l.chain()
	for i := len(chain) - 1; i >= 0 && len(ours) < 4; i-- {
		o, err := tx.OutgoingByMessageID(chain[i])
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		ours = append(ours, mail.Ancestor{ID: o.MessageID, Author: mail.Address{Name: b.Set.Name, Addr: b.Set.Address}, Text: o.Content.Text})
	}
	if len(ours) > 0 {
		l.reread(ours)
	}
	return nil
}

// surveyOfMember is the survey to which the author of a direct mail has contributed: a reply to a receipt is about it,
// whatever thread it hangs in. "" is none.
func (b *Bot) surveyOfMember(tx *storage.Tx, p *dc.Post) (string, error) {
	mine, err := tx.Contributions(storage.Filter{Author: p.Author, Coalition: p.Coalition})
	if err != nil || len(mine) == 0 || p.Coalition == "" {
		return "", err
	}
	return mine[len(mine)-1].Survey, nil
}

// toAList says whether a mail was sent to one of our lists as well: what everybody reads there is no command.
func (b *Bot) toAList(l *letter) bool {
	for _, a := range append(append([]mail.Address{}, l.msg.To...), l.msg.Cc...) {
		if b.isList(a.Addr) {
			return true
		}
	}
	return false
}

func (b *Bot) isList(addr string) bool {
	for _, list := range b.Set.Group.Lists {
		if dc.SameAddress(addr, list.Address) {
			return true
		}
	}
	for _, c := range b.Set.Coalitions {
		for _, list := range c.Lists {
			if dc.SameAddress(addr, list.Address) {
				return true
			}
		}
	}
	return false
}

// coalitionOfThread finds the one coalition in which a direct mail's references are known (mail cases 21, 26). What the bot
// wrote to one person only (notices, confirmations, submissions) is no thread of a list: answers to it are for nobody's draft.
func (b *Bot) coalitionOfThread(tx *storage.Tx, l *letter) (string, error) {
	chain := l.chain()
	for i := len(chain) - 1; i >= 0; i-- {
		bearers, err := tx.MessageAnywhere(chain[i])
		if err != nil {
			return "", err
		}
		found := ""
		for _, m := range bearers {
			if m.Ghost() {
				continue
			}
			if m.Outbox != 0 {
				o, err := tx.Outgoing(m.Outbox)
				if err != nil {
					return "", err
				}
				if o.Channel != dc.ToList && o.Kind != "reply" { // a receipt invites to answer it
					continue
				}
			}
			if found != "" && found != m.Coalition {
				return "", nil // known in two: neither is certain
			}
			found = m.Coalition
		}
		if found != "" {
			return found, nil
		}
	}
	return "", nil
}

// ours recognises our own mail (mail case 24): by the token that its outbox row holds, by its Message-ID, or, in an
// imported archive, by the bot's own address. The ids it bears are learned, so that replies to a rewritten id find
// their thread; nothing else is done with it.
func (b *Bot) ours(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (bool, error) {
	o, err := b.ownOutgoing(tx, p, l)
	if err == nil {
		return true, b.returned(ctx, tx, p, l, o, now)
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return false, err
	}
	from := ""
	if len(l.msg.From) > 0 {
		from = l.msg.From[0].Addr
	}
	if !b.isOurs(p.Author) && !b.isOurs(from) {
		return false, nil
	}
	if p.Imported && p.Coalition != "" {
		return true, b.anchorArchived(ctx, tx, p, l)
	}
	return true, nil // from our address but not ours: a forgery or a lost database; never acted upon
}

func (b *Bot) ownOutgoing(tx *storage.Tx, p *dc.Post, l *letter) (dc.Outgoing, error) {
	if !b.looksOurs(p, l) {
		return dc.Outgoing{}, storage.ErrNotFound // whatever ids and tokens it bears
	}
	if tok := l.msg.Get("X-Dcbot-Token"); tok != "" {
		if o, err := tx.OutgoingByToken(tok); err == nil || !errors.Is(err, storage.ErrNotFound) {
			// A token proves that the sender has seen our mail, not that it is ours: what members send in reply or
			// forward never carries it in its header, and a stranger's own text under our token is no mail of ours.
			if err != nil || b.looksOurs(p, l) {
				return o, err
			}
		}
	}
	for _, id := range l.ids() {
		o, err := tx.OutgoingByMessageID(id)
		if err == nil && b.looksOurs(p, l) && (b.isOurs(p.Author) || !somebody(p.Author, o.Destination)) {
			return o, nil
		}
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return o, err
		}
	}
	return dc.Outgoing{}, storage.ErrNotFound
}

// somebody says that the author is known to be a person: what such a person writes under an id of ours, or wraps around a mail
// of ours, are that person's words.
func somebody(author, list string) bool {
	return strings.Contains(author, "@") && !strings.HasPrefix(author, "unknown:") && !dc.SameAddress(author, list)
}

// looksOurs says whether the mail names us as its author, also behind a munged From, which then names the list.
func (b *Bot) looksOurs(p *dc.Post, l *letter) bool {
	if b.isOurs(p.Author) {
		return true
	}
	for _, f := range append(append([]mail.Address{}, l.msg.From...), l.msg.ReplyTo...) {
		if b.isOurs(f.Addr) || b.isList(f.Addr) {
			return true
		}
	}
	return false
}

// returned notes that a list post's own copy came back.
func (b *Bot) returned(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, o dc.Outgoing, now time.Time) error {
	if p.List == "" || p.Coalition != o.Coalition {
		return nil // a direct copy, or one that went on to another list, proves nothing about the list
	}
	if o.Returned.IsZero() {
		if _, err := o.State.Transition("return"); err == nil {
			if err := tx.SetReturned(o.ID, now); err != nil {
				return err
			}
		}
	}
	if o.Coalition == "" {
		return nil
	}
	anchors, err := tx.Anchors(o.Coalition, o.MessageID)
	if err != nil {
		return err
	}
	base, _ := mail.BaseSubject(l.msg.Subject)
	var referred []string // somebody has replied to the rewritten id before our own copy came
	for _, id := range l.ids() {
		if id == o.MessageID {
			continue
		}
		if ghost, err := tx.PutMessage(storage.Message{Coalition: o.Coalition, ID: id, Outbox: o.ID, Parent: o.Content.InReplyTo, Subject: base, Sent: p.Sent}); err != nil {
			return err
		} else if ghost {
			referred = append(referred, id)
		}
		for _, a := range anchors {
			a.MID = id
			if err := tx.PutAnchor(a); err != nil {
				return err
			}
		}
	}
	return b.recollectBelow(ctx, tx, o.Coalition, referred)
}

// anchorArchived learns a launch mail of the bot out of an archive, by its headers.
func (b *Bot) anchorArchived(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter) error {
	if _, err := b.putIDs(tx, p, l); err != nil {
		return err
	}
	survey, question := strings.TrimSpace(l.msg.Get("X-Dcbot-Survey")), strings.TrimSpace(l.msg.Get("X-Dcbot-Question"))
	if survey == "" {
		return nil
	}
	if s, err := tx.Survey(survey); err == nil && question != "" {
		q, ok := s.Question(question)
		if !ok {
			return nil // a question of another version of the file: nothing to tie replies to
		}
		question = q.Number
	} else if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	for _, id := range l.ids() {
		if err := tx.PutAnchor(storage.Anchor{Coalition: p.Coalition, MID: id, Survey: survey, Question: question}); err != nil {
			return err
		}
	}
	return b.anchored(ctx, tx, p, l)
}

// index puts the author's new words where find looks, after everything else of the post was written.
func (b *Bot) index(tx *storage.Tx, p *dc.Post, l *letter) error {
	if l == nil || !l.searchable {
		return nil
	}
	name := p.Author
	if p.AuthorName != "" {
		name = p.AuthorName + " " + p.Author
	}
	return tx.PutPostText(p.ID, name, l.msg.Subject, l.own())
}
