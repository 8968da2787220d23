package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// confirmWithin is how long a question that the bot asked by mail stays open.
const confirmWithin = 14 * 24 * time.Hour

// withdrawal takes an earlier contribution back. By proven mail it happens at once; otherwise it waits until the
// author has confirmed it from their own mailbox.
func (b *Bot) withdrawal(tx *storage.Tx, p *dc.Post, c *dc.Contribution, id int64, now time.Time) error {
	e, err := tx.Contribution(id)
	if err != nil {
		return fmt.Errorf("withdrawing c%d: %w", id, err)
	}
	if !dc.SameAddress(e.Author, c.Author) || e.Coalition != c.Coalition {
		return nil // not theirs: their words stand as a stance, nothing else happens
	}
	if _, err := e.Transition("withdraw"); err != nil {
		return nil //nolint:nilerr // taken back before, or itself only a request to take something back
	}
	if p.Proven {
		if err := b.withdraw(tx, &e, dc.Actor{Name: p.AuthorName, Address: p.Author, Proven: true}, takenBackIn(*c), p.ID, now); err != nil {
			return err
		}
		return b.tellWithdrawn(tx, e, p, now)
	}
	c.Status = dc.AwaitingConfirmation
	if err := tx.UpdateContribution(*c); err != nil {
		return err
	}
	if p.Imported || b.mute || old(p, now) {
		return nil // neither an archive nor an old mailbox makes the bot send anything
	}
	return b.ask(tx, "withdraw", c.Author, fmt.Sprintf("%d/%d", e.ID, c.ID), p, now, func(token string) dc.Content {
		return b.Render.Confirmation(render.ConfirmationInput{Language: b.languageOf(p.Coalition), Token: token, Name: p.AuthorName, Withdraws: &e, Expires: now.Add(confirmWithin), Zone: b.zoneOf(p.Coalition)})
	})
}

// withdraw takes a contribution off the record of the draft: its words are no longer shown.
func (b *Bot) withdraw(tx *storage.Tx, e *dc.Contribution, who dc.Actor, reason string, post int64, now time.Time) error {
	to, err := e.Transition("withdraw")
	if err != nil {
		return err
	}
	e.Status, e.Reason, e.By = to, reason, who.String()
	if err := tx.UpdateContribution(*e); err != nil {
		return err
	}
	// Also one that was replaced since it was adopted may still stand in the text.
	d, err := b.currentDraft(tx, e.Survey, e.Coalition, e.Question)
	if err != nil {
		return err
	}
	if slices.Contains(d.Adopted, e.ID) {
		if _, err := b.writeDraft(tx, d, who, now); err != nil {
			return err
		}
	}
	if err := b.changed(tx, e.Survey, e.Coalition); err != nil {
		return err
	}
	return tx.Audit(dc.Audit{At: now, Who: who.String(), What: "withdrew " + e.Ref(), Coalition: e.Coalition, Post: post})
}

// ask mails a one-time token to an address and remembers what it stands for. The same question is asked once.
func (b *Bot) ask(tx *storage.Tx, kind, address, subject string, p *dc.Post, now time.Time, text func(token string) dc.Content) error {
	waiting, err := tx.WaitingConfirmations(kind, subject)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if dc.SameAddress(w.Address, address) && w.Expires.After(now) {
			return nil
		}
	}
	if ok, err := b.mayWrite(tx, address, now); err != nil || !ok {
		return err
	}
	var random [10]byte
	if _, err := io.ReadFull(b.Rand, random[:]); err != nil {
		return fmt.Errorf("minting a token: %w", err)
	}
	token := hex.EncodeToString(random[:])
	if err := tx.PutConfirmation(storage.Confirmation{Token: token, Kind: kind, Address: address, Subject: subject, Post: p.ID, Expires: now.Add(confirmWithin), State: "waiting"}); err != nil {
		return err
	}
	content := text(token)
	content.InReplyTo, content.Automatic = p.ExternalID, true
	_, err = b.enqueue(tx, dc.Outgoing{Channel: dc.ToMailbox, Destination: address, Key: "confirm/" + fingerprint(token), Kind: "confirmation", Coalition: p.Coalition, Content: content}, now)
	return err
}

// mayWrite keeps the bot from being used to flood somebody: limits per person and hour (mail case 27).
func (b *Bot) mayWrite(tx *storage.Tx, address string, now time.Time) (bool, error) {
	const perHour = 12                                   // each command of somebody unproven costs two: the question, and the answer
	n, err := tx.MadeSince(address, now.Add(-time.Hour)) // also while nothing can be sent
	if err == nil && n >= perHour {
		b.Log.Warn("somebody had many mails within an hour, and gets no more for now", "to", address, "mails", n)
	}
	return n < perHour, err
}

// fingerprint names a token where people and logs can see it.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:8])
}

var tokenInText = regexp.MustCompile(`\b[0-9a-f]{20}\b`)

// confirmByReply handles a reply to a confirmation mail: the token stands in the subject or the text that comes back,
// and the author must be the one who was asked. Replies quote what they answer: among several tokens the one that still waits
// counts.
func (b *Bot) confirmByReply(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (bool, error) {
	seen, handled := map[string]bool{}, false
	for _, token := range tokenInText.FindAllString(l.msg.Subject+"\n"+l.msg.Text, 20) {
		if seen[token] {
			continue
		}
		seen[token] = true
		c, err := tx.Confirmation(token)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		handled = true
		if !dc.SameAddress(c.Address, p.Author) {
			b.Log.Warn("a confirmation came from somebody else", "post", p.ID)
			continue
		}
		if c.State == "waiting" && !now.After(c.Expires) {
			return true, b.confirm(ctx, tx, c, dc.Actor{Name: p.AuthorName, Address: p.Author, Proven: true}, p, now)
		}
	}
	return handled, nil
}

// confirm carries out what a token stands for, once.
func (b *Bot) confirm(ctx context.Context, tx *storage.Tx, c storage.Confirmation, who dc.Actor, p *dc.Post, now time.Time) error {
	if c.State != "waiting" || now.After(c.Expires) {
		return nil
	}
	if err := tx.SetConfirmation(c.Token, "used"); err != nil {
		return err
	}
	switch c.Kind {
	case "withdraw":
		return b.confirmWithdrawal(tx, c, who, p, now)
	case "command":
		return b.runMailCommands(ctx, tx, strings.Split(c.Subject, "\n"), who, p, now)
	}
	return fmt.Errorf("a confirmation of unknown kind %q", c.Kind)
}

func (b *Bot) confirmWithdrawal(tx *storage.Tx, c storage.Confirmation, who dc.Actor, p *dc.Post, now time.Time) error {
	target, stance, _ := strings.Cut(c.Subject, "/")
	id, err := strconv.ParseInt(target, 10, 64)
	if err != nil {
		return fmt.Errorf("reading a confirmation: %w", err)
	}
	e, err := tx.Contribution(id)
	if err != nil {
		return err
	}
	if !dc.SameAddress(e.Author, who.Address) {
		return nil
	}
	if sid, err := strconv.ParseInt(stance, 10, 64); err == nil && sid != 0 {
		if s, err := tx.Contribution(sid); err == nil && s.Status == dc.AwaitingConfirmation {
			s.Status = dc.Collected
			if err := tx.UpdateContribution(s); err != nil {
				return err
			}
		}
	}
	if _, err := e.Transition("withdraw"); err != nil {
		return nil //nolint:nilerr // taken back before
	}
	if err := b.withdraw(tx, &e, who, "taken back by its author, who confirmed it by mail", c.Post, now); err != nil {
		return err
	}
	return b.tellWithdrawn(tx, e, p, now)
}

// tellWithdrawn tells an author, and nobody else, that the words are withdrawn, and what that does not undo.
func (b *Bot) tellWithdrawn(tx *storage.Tx, e dc.Contribution, p *dc.Post, now time.Time) error {
	if p == nil || p.Imported || b.mute || old(p, now) { // nil: by a command, which has its own answer
		return nil
	}
	if ok, err := b.mayWrite(tx, p.Author, now); err != nil || !ok {
		return err
	}
	content := b.Render.Withdrawn(render.WithdrawnInput{Language: b.languageOf(e.Coalition), Name: p.AuthorName, Contribution: e})
	content.InReplyTo = p.ExternalID
	_, err := b.enqueue(tx, dc.Outgoing{Channel: dc.ToMailbox, Destination: p.Author, Key: "withdrawn/" + e.Ref(), Kind: "notice", Coalition: e.Coalition, Content: content}, now)
	return err
}

func (b *Bot) languageOf(coalition string) string {
	if c := b.Coalition(coalition); coalition != "" && c != nil && c.Language != "" {
		return c.Language
	}
	return b.Set.Language
}

func (b *Bot) zoneOf(coalition string) string {
	if c := b.Coalition(coalition); coalition != "" && c != nil && c.Zone != "" {
		return c.Zone
	}
	return b.Set.Zone
}
