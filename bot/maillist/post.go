package maillist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/mail/imap"
)

// authenticateWithin bounds the questions to the DNS that one mail can cause; reading waits for them.
const authenticateWithin = 5 * time.Second

// Post makes a post of a mail that arrived. It never fails: whatever is broken in the mail, its bytes are kept.
func (l *Lists) Post(ctx context.Context, d imap.Delivery) (p dc.Post) {
	defer func() {
		// A mail that makes the reader panic would do so again after every restart: it is kept raw, and the worker tells.
		if r := recover(); r != nil {
			l.cfg.Log.Error("a mail could not be read; it is kept raw", "mail", d.String(), "panic", fmt.Sprint(r))
			sum := sha256.Sum256(d.Raw)
			now := l.cfg.Now().UTC()
			p = dc.Post{Source: dc.FromMail, ExternalID: "sha256-" + hex.EncodeToString(sum[:]) + "@dcbot.invalid", Sent: now, Received: now, State: dc.Pending, Raw: d.Raw}
		}
	}()
	m := mail.Parse(d.Raw, mail.Limits{})
	received := d.Internal
	if now := l.cfg.Now(); received.IsZero() || received.After(now) {
		received = now
	}
	p = dc.Post{
		Source: dc.FromMail, ExternalID: m.ID, Sent: m.Date.UTC(), Received: received.UTC(), State: dc.Pending, Raw: d.Raw, List: m.List.ID,
	}
	if m.Date.IsZero() || m.Date.After(received) {
		p.Sent = p.Received
	}
	if d.OverSize {
		p.Reason = "only its header is here: " + d.Note
	}
	via := mail.Via{}
	r, ours := l.routes[m.List.ID]
	if ours && m.List.ID != "" {
		p.Coalition = r.coalition
		via = mail.Via{ListID: m.List.ID, ListAddress: r.list.Address, ThroughList: l.throughList(m, r.list)}
	}
	author := mail.WhoWrote(m, via)
	p.Author, p.AuthorName = author.Addr, author.Name
	if p.Author == "" || ours && !author.Trusted && dc.SameAddress(p.Author, r.list.Address) {
		p.Author = unknownAuthor(m)
	}
	if m.List.ID == "" && !d.OverSize {
		actx, cancel := context.WithTimeout(ctx, authenticateWithin)
		defer cancel()
		v := mail.Authenticate(actx, d.Raw, m, l.authOptions(actx))
		p.Proven = v.Proven
		l.cfg.Log.Debug("direct mail", "mail", d.String(), "proven", v.Proven, "why", v.Why)
	}
	if len(m.Notes) > 0 {
		l.cfg.Log.Debug("a mail that is not well-formed", "mail", d.String(), "notes", m.Notes)
	}
	return p
}

func (l *Lists) authOptions(ctx context.Context) mail.AuthOptions {
	o := mail.AuthOptions{AuthservID: l.cfg.AuthservID}
	if l.cfg.LookupTXT != nil {
		o.LookupTXT = func(name string) ([]string, error) { return l.cfg.LookupTXT(ctx, name) }
	}
	return o
}

// unknownAuthor stands for an author of whom a list left only a name. Each such post has one of its own: two people of
// one name behind one list address stay two (mail case 19), and nobody replaces or withdraws another's words.
func unknownAuthor(m *mail.Message) string { return "unknown:" + m.ID }

// throughList says whether our server took the mail from the list's own: only then is believed what the list noted of
// the author (mail case 18). The header that names the list proves nothing, everybody can write it. What is looked at is
// what our side put on top:
//
//   - the first Return-Path (RFC 5321 section 4.4; not all servers put it above their Received), the envelope sender,
//     which list software sets to its own bounce address;
//   - and, where our server writes Authentication-Results, that it did not find this envelope sender to be forged.
//
// A server that writes no Authentication-Results lets a forger through who knows the list's bounce address; all that
// can be gained is a contribution under another's name, as on any list that takes forged mail. Commands need Proven.
func (l *Lists) throughList(m *mail.Message, list dc.List) bool {
	sender := ""
	for _, f := range m.Header {
		if f.Name == "Return-Path" {
			sender = strings.ToLower(strings.Trim(strings.TrimSpace(f.Value), "<>"))
			break
		}
	}
	at := strings.LastIndexByte(sender, '@')
	_, domain, _ := strings.Cut(strings.ToLower(list.Address), "@")
	if at < 0 || domain == "" || sender[at+1:] != domain && !strings.HasSuffix(sender[at+1:], "."+domain) && !strings.HasSuffix(domain, "."+sender[at+1:]) {
		return false
	}
	return l.cfg.AuthservID == "" || !l.forgedSender(m)
}

// forgedSender says whether our own server found that the envelope sender may not be used from where the mail came.
func (l *Lists) forgedSender(m *mail.Message) bool {
	received := 0
	for _, f := range m.Header {
		switch f.Name {
		case "Received":
			if received++; received > 1 {
				return false
			}
		case "Authentication-Results":
			id, results, _ := strings.Cut(f.Value, ";")
			if !strings.EqualFold(strings.TrimSpace(firstWord(id)), l.cfg.AuthservID) {
				continue
			}
			for _, r := range strings.Split(strings.ToLower(results), ";") {
				if r = strings.TrimSpace(r); strings.HasPrefix(r, "spf=fail") || strings.HasPrefix(r, "spf=softfail") {
					return true
				}
			}
		}
	}
	return false
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}
