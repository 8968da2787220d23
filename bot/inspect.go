package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// Inspection is what dcbot makes of a mail. Nothing is stored and nothing is sent.
type Inspection struct {
	ID          string            `json:"id"`
	MadeID      bool              `json:"made_id,omitempty"`
	Aliases     []string          `json:"aliases,omitempty"`
	InReplyTo   []string          `json:"in_reply_to,omitempty"`
	References  []string          `json:"references,omitempty"`
	Thread      []string          `json:"thread,omitempty"` // ids from the root down to the parent, as far as known
	Subject     string            `json:"subject"`
	Date        time.Time         `json:"date"`
	Author      InspectedAuthor   `json:"author"`
	List        mail.List         `json:"list"`
	Coalition   string            `json:"coalition,omitempty"`
	Auto        InspectedAuto     `json:"auto"`
	NewText     string            `json:"new_text"`
	Quotes      []InspectedQuote  `json:"quotes"`
	Signature   string            `json:"signature,omitempty"`
	Footer      string            `json:"footer,omitempty"`
	Attachments []mail.Attachment `json:"attachments,omitempty"`
	Links       []string          `json:"links,omitempty"`
	Notes       []string          `json:"notes,omitempty"`
	Survey      string            `json:"survey,omitempty"`
	Collected   []InspectedFound  `json:"collected"`
	Why         string            `json:"why,omitempty"` // why nothing would be collected

	Message *mail.Message `json:"-"`
	Reading *mail.Reading `json:"-"`
}

// InspectedAuthor is who wrote the mail, and why that is believed.
type InspectedAuthor struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
	Why     string `json:"why"`
	Trusted bool   `json:"trusted"`
}

// InspectedAuto is the verdict on automatic mail.
type InspectedAuto struct {
	Automatic bool   `json:"automatic"`
	Reason    string `json:"reason,omitempty"`
}

// InspectedQuote is a quoted block and whose words it is.
type InspectedQuote struct {
	Depth    int          `json:"depth"`
	Author   mail.Address `json:"author"`
	Text     string       `json:"text"`
	Unmarked bool         `json:"unmarked,omitempty"`
	From     *mail.Span   `json:"from,omitempty"`
}

// InspectedFound is what would be collected, and why.
type InspectedFound struct {
	Question *string `json:"question"`
	Kind     dc.Kind `json:"kind"`
	Stance   *string `json:"stance"`
	Text     string  `json:"text"`
	Quoted   string  `json:"quoted,omitempty"`
	Link     string  `json:"link,omitempty"`
	Why      string  `json:"why"`
}

// Inspect reads a mail against the record (b.DB may be nil: then without one). coalition says which list it came from
// when its List-Id does not.
func (b *Bot) Inspect(ctx context.Context, raw []byte, coalition string) (Inspection, error) {
	l := readLetter(raw)
	in := Inspection{Message: l.msg}
	c := b.coalitionOfList(l.msg.List.ID)
	if c == nil && coalition != "" {
		if c = b.Coalition(coalition); c == nil {
			return in, dc.Userf("the config lists those that there are", "there is no coalition %q", coalition)
		}
	}
	via := mail.Via{ListID: l.msg.List.ID, ThroughList: c != nil}
	if c != nil && len(c.Lists) > 0 {
		via.ListAddress = c.Lists[0].Address
	}
	who := mail.WhoWrote(l.msg, via)
	p := &dc.Post{Source: dc.FromMail, ExternalID: l.msg.ID, Author: who.Address.Addr, AuthorName: who.Address.Name, Sent: l.msg.Date, List: l.msg.List.ID, Imported: true}
	if c != nil {
		p.Coalition, in.Coalition = c.ID, c.ID
	}
	if b.DB != nil && !l.auto.Auto && !l.msg.Digest {
		if err := b.inspectRecord(ctx, p, l, &in); err != nil {
			return in, err
		}
	}
	fillInspection(&in, l, who)
	return in, nil
}

func (b *Bot) coalitionOfList(id string) *dc.Coalition {
	for i := range b.Set.Coalitions {
		for _, l := range b.Set.Coalitions[i].Lists {
			if id != "" && strings.EqualFold(id, listID(l)) {
				return &b.Set.Coalitions[i]
			}
		}
	}
	return nil
}

// listID is the List-Id of a list: the configured one, else what list software makes of the address (RFC 2919 section 2).
func listID(l dc.List) string {
	if l.ID != "" {
		return strings.Trim(l.ID, "<>")
	}
	return strings.Replace(l.Address, "@", ".", 1)
}

// errUndo ends the transaction in which a mail was tried out.
var errUndo = errors.New("only looking")

// inspectRecord tries the mail out in a transaction that is always undone.
func (b *Bot) inspectRecord(ctx context.Context, p *dc.Post, l *letter, in *Inspection) error {
	err := b.DB.Update(ctx, func(tx *storage.Tx) error {
		if known, err := tx.PostByExternalID(dc.FromMail, p.ExternalID); err == nil {
			p.ID, p.Coalition, in.Coalition = known.ID, known.Coalition, known.Coalition
		}
		if p.Coalition == "" {
			var err error
			if p.Coalition, err = b.coalitionOfThread(tx, l); err != nil {
				return err
			}
			in.Coalition = p.Coalition
		}
		if p.Coalition == "" {
			in.Why = reasonNoPlace
			return errUndo
		}
		if p.ID == 0 {
			if _, err := tx.InsertPost(p); err != nil {
				return err
			}
		}
		if own, err := b.ours(ctx, tx, p, l, b.Now()); err != nil || own {
			in.Why = reasonOwn
			return errors.Join(err, errUndo)
		}
		if _, err := b.putIDs(tx, p, l); err != nil {
			return err
		}
		pl, err := b.findPlace(tx, p, l)
		if err != nil {
			return err
		}
		for i := len(pl.ancestors) - 1; i >= 0; i-- {
			in.Thread = append(in.Thread, pl.ancestors[i].ID)
		}
		s, posted, err := b.surveyOf(ctx, tx, p, l, &pl)
		switch {
		case err != nil:
			return err
		case s == nil:
			in.Why = reasonOrdinary
			return errUndo
		case posted:
			in.Why, in.Survey = "a posting of the questionnaire", s.ID
			return errUndo
		}
		input, err := b.input(tx, p, l, s, pl)
		if err != nil {
			return err
		}
		res := b.compiled(s).Collect(input)
		in.Survey, in.Why = s.ID, res.Why
		for _, f := range res.Contributions {
			in.Collected = append(in.Collected, inspectedFound(f))
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

func inspectedFound(f collect.Found) InspectedFound {
	out := InspectedFound{Kind: f.Kind, Text: f.Text, Quoted: f.Quoted, Link: f.Link, Why: f.Why}
	if f.Question != "" {
		out.Question = &f.Question
	}
	if f.Stance != dc.NoStance {
		s := string(f.Stance)
		out.Stance = &s
	}
	return out
}

func fillInspection(in *Inspection, l *letter, who mail.Author) {
	m := l.msg
	in.ID, in.MadeID, in.Aliases, in.InReplyTo, in.References = m.ID, m.MadeID, m.Aliases, m.InReplyTo, m.References
	in.Subject, in.Date, in.List, in.Notes = m.Subject, m.Date, m.List, m.Notes
	in.Author = InspectedAuthor{Name: who.Address.Name, Address: who.Address.Addr, Why: who.Why, Trusted: who.Trusted}
	in.Auto = InspectedAuto{Automatic: l.auto.Auto, Reason: l.auto.Reason}
	in.NewText, in.Attachments, in.Links, in.Reading = l.own(), m.Attachments, m.Links, l.read
	if l.auto.Auto {
		in.Why = reasonAuto + l.auto.Reason
	}
	if m.Digest {
		in.Why = reasonDigest
	}
	if in.Collected == nil {
		in.Collected = []InspectedFound{}
	}
	in.Quotes = []InspectedQuote{}
	for _, blk := range l.read.Blocks {
		switch blk.Kind {
		case mail.Quote, mail.Forwarded:
			q := InspectedQuote{Depth: blk.Depth, Author: blk.Author, Text: blk.Text, Unmarked: blk.Unmarked}
			if blk.From.ID != "" {
				q.From = &blk.From
			}
			in.Quotes = append(in.Quotes, q)
		case mail.Signature:
			in.Signature = joinLines(in.Signature, blk.Text)
		case mail.Footer:
			in.Footer = joinLines(in.Footer, blk.Text)
		}
	}
}

func joinLines(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}
