package maillist

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/mail/smtp"
)

// Send composes a row of the outbox and hands it to the server; ref is what the server said when it took it. Errors are
// *dc.SendError: a mail that cannot be composed, or that its list would only hold, is refused for good before anybody
// is bothered with it.
func (l *Lists) Send(ctx context.Context, m dc.Outgoing, committing func() error) (ref string, err error) {
	d := draft(l.set, m, l.cfg.Now())
	raw, err := mail.Compose(d)
	if err != nil {
		return "", &dc.SendError{Err: err}
	}
	if m.Channel == dc.ToList {
		if err := mail.ListWorthy(raw, d, m.Destination); err != nil {
			return "", &dc.SendError{Err: fmt.Errorf("a list would not take this: %w", err)}
		}
	}
	res, err := l.sender.Send(ctx, l.set.Address, []string{m.Destination}, raw, committing)
	if err != nil {
		return "", sendError(err)
	}
	return res.Reply, nil
}

func sendError(err error) error {
	var e *smtp.Error
	if !errors.As(err, &e) {
		// Nothing is known of how far it got.
		return &dc.SendError{Uncertain: true, Err: err}
	}
	return &dc.SendError{Temporary: e.Temporary, Uncertain: e.Uncertain, Code: e.Code, Err: err}
}

// Compose writes the mail of an outbox row as Send does at the time now. The same row and time give the same bytes.
func Compose(set bot.Settings, m dc.Outgoing, now time.Time) ([]byte, error) {
	return mail.Compose(draft(set, m, now))
}

func draft(set bot.Settings, m dc.Outgoing, now time.Time) mail.Draft {
	d := mail.Draft{
		MessageID:  m.MessageID,
		From:       mail.Address{Name: set.Name, Addr: set.Address},
		To:         []mail.Address{{Addr: m.Destination}},
		Subject:    m.Content.Subject,
		Date:       now.UTC(),
		InReplyTo:  sendableID(m.Content.InReplyTo),
		References: m.Content.References,
		Text:       m.Content.Text,
		HTML:       m.Content.HTML,
		Calendar:   m.Content.Calendar,
		Language:   set.Language,
	}
	if len(d.References) == 0 && d.InReplyTo != "" {
		d.References = []string{d.InReplyTo} // RFC 5322 section 3.6.4
	}
	for _, a := range m.Content.Attachments {
		d.Attachments = append(d.Attachments, mail.ComposeAttachment{Name: a.Name, Type: a.Type, Data: a.Data})
	}
	for _, f := range []mail.Field{
		{Name: "X-Dcbot-Kind", Value: m.Kind}, {Name: "X-Dcbot-Survey", Value: m.Survey},
		{Name: "X-Dcbot-Question", Value: m.Question}, {Name: "X-Dcbot-Token", Value: m.Token},
	} {
		if f.Value != "" {
			d.Header = append(d.Header, f)
		}
	}
	list, language := place(set, m)
	if language != "" {
		d.Language = language
	}
	if m.Channel == dc.ToList {
		// A plain "reply" has to reach everybody.
		d.ReplyTo = []mail.Address{{Addr: m.Destination}}
		if list.AutoSubmitted { // Sympa drops mail that says so
			d.AutoSubmitted = "auto-generated"
		}
		return d
	}
	direct(&d, m)
	return d
}

// direct adds what keeps other programs from answering a mail to one mailbox (RFC 3834 sections 3.1.7 and 5; Exchange
// looks at a field of its own).
func direct(d *mail.Draft, m dc.Outgoing) {
	d.AutoSubmitted = "auto-generated"
	if m.Content.Automatic && m.Content.InReplyTo != "" {
		d.AutoSubmitted = "auto-replied"
	}
	d.Header = append(d.Header, mail.Field{Name: "X-Auto-Response-Suppress", Value: "OOF, AutoReply"})
	if m.Content.Automatic {
		// For the absence programs that know nothing newer.
		d.Header = append(d.Header, mail.Field{Name: "Precedence", Value: "bulk"})
	}
}

// place finds the list that a row goes to, and the language of its coalition.
func place(set bot.Settings, m dc.Outgoing) (dc.List, string) {
	find := func(lists []dc.List) (dc.List, bool) {
		for _, l := range lists {
			if dc.SameAddress(l.Address, m.Destination) {
				return l, true
			}
		}
		return dc.List{}, false
	}
	for _, c := range set.Coalitions {
		if c.ID == m.Coalition {
			l, _ := find(c.Lists)
			return l, c.Language
		}
	}
	for _, c := range set.Coalitions {
		if l, ok := find(c.Lists); ok {
			return l, c.Language
		}
	}
	l, _ := find(set.Group.Lists)
	return l, set.Group.Language
}

// sendableID returns an id that can stand in In-Reply-To: the broken one of a mail, or one that was made up here for a
// mail that had none, must not keep an answer from being sent.
func sendableID(id string) string {
	id, _, _ = strings.Cut(id, "#") // the record's mark for a second mail under the same id
	if !strings.Contains(id, "@") || strings.HasSuffix(id, "@dcbot.invalid") || len(id) > 900 {
		return ""
	}
	for i := 0; i < len(id); i++ {
		if c := id[i]; c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return ""
		}
	}
	return id
}
