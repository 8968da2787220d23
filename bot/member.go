package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// addressed handles mail that a person wrote to the bot itself, outside any thread. The introduction invites members to
// do so: to correct or withdraw their words, or to ask what is on record of them. Somebody who has contributed to one
// coalition's response is read as its member: the words go to its tray (or start a withdrawal, which they confirm), and they get
// a receipt with what is on record, once a day. Anybody else gets no answer: the sender may be forged.
func (b *Bot) addressed(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (outcome, error) {
	mine, err := tx.Contributions(storage.Filter{Author: p.Author})
	if err != nil || len(mine) == 0 {
		return ignored(reasonNoPlace), err
	}
	last := mine[len(mine)-1]
	for _, c := range mine {
		if c.Coalition != last.Coalition {
			return ignored(reasonNoPlace), b.receipt(ctx, tx, p, l, "", now) // which one is meant is not known
		}
	}
	p.Coalition, l.survey = last.Coalition, last.Survey
	if err := tx.SetPostRoute(p.ID, p.Coalition, ""); err != nil {
		return outcome{}, err
	}
	return outcome{}, b.receipt(ctx, tx, p, l, p.Coalition, now)
}

// receipt answers such a mail, to its author's address only, which is shown nothing but that author's own public words.
func (b *Bot) receipt(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, coalition string, now time.Time) error {
	if b.mute || old(p, now) {
		return nil
	}
	if ok, err := b.mayWrite(tx, p.Author, now); err != nil || !ok {
		return err
	}
	record := b.execute(ctx, tx, "me", dc.Actor{Name: p.AuthorName, Address: p.Author, Proven: true}, coalition, p.ID, now)
	name := coalition
	if c := b.Coalition(coalition); coalition != "" && c != nil && c.Name != "" {
		name = c.Name
	}
	if name == "" {
		name = b.Set.Group.Name
	}
	content := b.Render.Receipt(render.ReceiptInput{Language: b.languageOf(coalition), Coalition: name, Subject: l.msg.Subject, Record: record.Text})
	content.InReplyTo = p.ExternalID
	key := fmt.Sprintf("receipt/%s/%s", strings.ToLower(p.Author), now.UTC().Format(time.DateOnly))
	_, err := b.enqueue(tx, dc.Outgoing{Channel: dc.ToMailbox, Destination: p.Author, Key: key, Kind: "reply", Coalition: coalition, Content: content}, now)
	return err
}
