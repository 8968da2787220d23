package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/storage"
)

// maxCommandLines is how many commands one mail may carry.
const maxCommandLines = 10

// commandLines are the lines of the author's own text that begin with the prefix. Quoted lines, signatures and our own
// examples that come back as quotes are not among them (mail case 25).
func (b *Bot) commandLines(l *letter) []string {
	var out []string
	for _, blk := range l.read.Blocks {
		if blk.Kind != mail.Own {
			continue
		}
		for _, line := range strings.Split(blk.Text, "\n") {
			line = strings.TrimSpace(line)
			if command.Is(line, b.Set.Prefix) {
				out = append(out, line)
			}
		}
	}
	return out
}

// mailCommands runs the commands of a mail when its author is proven, and otherwise sends a one-time token to that
// address, which has to come back (mail case 22). Strangers get no answer at all: there is nothing here for them, and
// a forged sender must not be bothered.
func (b *Bot) mailCommands(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, lines []string, now time.Time) error {
	who := dc.Actor{Name: p.AuthorName, Address: p.Author, Proven: p.Proven}
	lines = lines[:min(len(lines), 10*maxCommandLines)] // what is too many is counted for the author, within reason
	if p.Proven && b.toUs(l) {
		return b.runMailCommands(ctx, tx, lines, who, p, now)
	}
	known, err := b.isKnown(tx, p.Author)
	if err != nil || !known {
		return err
	}
	return b.ask(tx, "command", p.Author, strings.Join(lines, "\n"), p, now, func(token string) dc.Content {
		return b.Render.Confirmation(render.ConfirmationInput{Language: b.Set.Language, Token: token, Name: p.AuthorName, Commands: lines, Expires: now.Add(confirmWithin), Zone: b.Set.Zone, Subject: l.msg.Subject})
	})
}

// toUs says whether the mail names the bot among its receivers. A signature proves who wrote a mail, not whom it was for:
// somebody else's mail, signed and sent on to the bot, gives no orders.
func (b *Bot) toUs(l *letter) bool {
	for _, a := range append(append([]mail.Address{}, l.msg.To...), l.msg.Cc...) {
		if b.isOurs(a.Addr) {
			return true
		}
	}
	return false
}

// isKnown says whether an address belongs to a facilitator or to somebody whose words are on record.
func (b *Bot) isKnown(tx *storage.Tx, address string) (bool, error) {
	if b.Facilitates(address, "") {
		return true, nil
	}
	for _, c := range b.Set.Coalitions {
		if b.Facilitates(address, c.ID) {
			return true, nil
		}
	}
	cs, err := tx.Contributions(storage.Filter{Author: address})
	return len(cs) > 0, err
}

// runMailCommands runs all lines and answers once, to the author only.
func (b *Bot) runMailCommands(ctx context.Context, tx *storage.Tx, lines []string, who dc.Actor, p *dc.Post, now time.Time) error {
	text, subject := b.executeAll(ctx, tx, lines, who, p.Coalition, p.ID, now), "dcbot: "
	if len(lines) == 1 {
		subject += withoutPrefix(lines[0], b.Set.Prefix)
	} else {
		subject += fmt.Sprintf("%d commands", len(lines))
	}
	if ok, err := b.mayWrite(tx, p.Author, now); err != nil || !ok {
		return err
	}
	content := b.Render.CommandReply(render.CommandReplyInput{Language: b.Set.Language, Subject: subject, Text: text, Prefix: b.Set.Prefix})
	content.InReplyTo, content.Automatic = p.ExternalID, true
	_, err := b.enqueue(tx, dc.Outgoing{Channel: dc.ToMailbox, Destination: p.Author, Key: fmt.Sprintf("reply/%d", p.ID), Kind: "reply", Content: content}, now)
	return err
}
