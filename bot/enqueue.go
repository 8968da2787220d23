package bot

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// enqueue writes a message into the outbox, with its Message-ID and token minted here, so that a reply finds it from
// now on. A second call with the same key changes nothing and returns the first one's id.
func (b *Bot) enqueue(tx *storage.Tx, o dc.Outgoing, now time.Time) (int64, error) {
	if o.Key == "" || o.Destination == "" {
		return 0, fmt.Errorf("a message of kind %q has no key or no destination", o.Kind)
	}
	var random, token [16]byte
	if _, err := io.ReadFull(b.Rand, random[:]); err != nil {
		return 0, fmt.Errorf("minting a Message-ID: %w", err)
	}
	if _, err := io.ReadFull(b.Rand, token[:]); err != nil {
		return 0, fmt.Errorf("minting a token: %w", err)
	}
	_, domain, _ := strings.Cut(b.Set.Address, "@")
	o.MessageID = mail.NewMessageID(random, domain)
	o.Token = hex.EncodeToString(token[:])
	o.State, o.Created = dc.Queued, now
	if o.NotBefore.IsZero() {
		o.NotBefore = now
	}
	created, err := tx.Enqueue(&o)
	if err != nil || !created {
		return o.ID, err
	}
	if o.Coalition == "" {
		return o.ID, nil
	}
	base, _ := mail.BaseSubject(o.Content.Subject)
	_, err = tx.PutMessage(storage.Message{Coalition: o.Coalition, ID: o.MessageID, Outbox: o.ID, Parent: o.Content.InReplyTo, Subject: base, Sent: now})
	return o.ID, err
}

// tell mails each facilitator of the coalition who has a mail address; with no coalition, or none of its own, those of
// the group.
func (b *Bot) tell(tx *storage.Tx, coalition, key string, c dc.Content, now time.Time) error {
	c.Automatic = true
	for _, addr := range b.facilitatorMailboxes(coalition) {
		o := dc.Outgoing{Channel: dc.ToMailbox, Destination: addr, Key: key + "/" + strings.ToLower(addr), Kind: "notice", Coalition: coalition, Content: c}
		if _, err := b.enqueue(tx, o, now); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bot) facilitatorMailboxes(coalition string) []string {
	var out []string
	pick := func(list []string) {
		for _, f := range list {
			if !strings.HasPrefix(f, "@") && strings.Contains(f, "@") && !contains(out, f) {
				out = append(out, f)
			}
		}
	}
	if c := b.Coalition(coalition); coalition != "" && c != nil {
		pick(c.Facilitators)
	}
	if len(out) == 0 {
		pick(b.Set.Group.Facilitators)
	}
	return out
}

// Facilitates says whether an address (mail or Matrix id) is a facilitator of the coalition, or for all.
func (b *Bot) Facilitates(address, coalition string) bool {
	for _, f := range b.Set.Group.Facilitators {
		if dc.SameAddress(f, address) {
			return true
		}
	}
	if c := b.Coalition(coalition); coalition != "" && c != nil {
		for _, f := range c.Facilitators {
			if dc.SameAddress(f, address) {
				return true
			}
		}
	}
	return false
}
