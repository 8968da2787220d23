package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/mail/mailtest"
	"dcbot/storage"
)

// demoClock is the demo's calendar: it stands still until the story moves it.
type demoClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *demoClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *demoClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.t) {
		c.t = t
	}
}

// The demo's addresses; the domains are reserved for examples (RFC 2606, RFC 6761).
const (
	demoBot         = "dcbot@bots.example.org"
	demoSecretariat = "secretariat@igf.example.org"
	demoPassword    = "demo"
)

// demoWorld is what surrounds dcbot in the demo: a mail server in process, lists and people.
type demoWorld struct {
	clock  *demoClock
	server *mailtest.Server
	prog   *program
	sent   int // number of mails that people sent, for their Message-IDs
	byKey  map[string]demoSent
}

// demoSent is a mail that a person sent in the story.
type demoSent struct {
	id   string
	mail demoMail
}

func startWorld(ctx context.Context, clock *demoClock) (*demoWorld, error) {
	server, err := mailtest.Start(ctx, mailtest.Options{Name: "mail.example.org", Now: clock.now})
	if err != nil {
		return nil, err
	}
	w := &demoWorld{clock: clock, server: server, byKey: map[string]demoSent{}}
	server.AddMailbox(demoBot, demoPassword)
	server.AddMailbox(demoSecretariat, demoPassword)
	for _, p := range demoPeople {
		server.AddMailbox(p.addr, demoPassword)
	}
	for _, c := range demoCoalitions {
		members := []string{demoBot}
		for _, p := range demoPeople {
			if p.coalition == c.id {
				members = append(members, p.addr)
			}
		}
		server.AddList(mailtest.List{
			ID: c.listID(), Address: c.list(), Name: c.name, Members: members, SubjectPrefix: "[" + c.id + "] ", Munge: c.munge,
			Footer: "_______________________________________________\n" + c.id + " mailing list -- " + c.list() + "\nTo unsubscribe send an email to " + c.id + "-leave@lists.example.org",
		})
	}
	return w, nil
}

// reply sends a member's mail as a mail client would: in answer to the copy that lies in the member's own mailbox.
func (w *demoWorld) reply(ctx context.Context, m demoMail) (string, error) {
	p := personOf(m.from)
	d := mail.Draft{From: mail.Address{Name: p.name, Addr: p.addr}, Date: w.clock.now(), Subject: m.subject, AutoSubmitted: m.auto}
	w.sent++
	d.MessageID = fmt.Sprintf("%d.%s@%s", w.sent, m.from, domainOf(p.addr))
	d.To = []mail.Address{{Addr: coalitionOf(p.coalition).list()}}
	if m.to != "" {
		d.To = []mail.Address{{Addr: m.to}}
	}
	orig, err := w.original(p, m)
	if err != nil {
		return "", err
	}
	body := strings.Trim(m.body, "\n") + "\n"
	if orig != nil {
		d.InReplyTo, d.References = orig.ID, append(append([]string{}, orig.References...), orig.ID)
		if d.Subject == "" {
			d.Subject = "Re: " + strings.TrimPrefix(orig.Subject, "Re: ")
		}
		who := orig.From[0].Name
		if who == "" {
			who = orig.From[0].Addr
		}
		attribution := fmt.Sprintf("On %s, %s wrote:", orig.Date.Format("Mon, 2 Jan 2006 at 15:04"), who)
		if body, err = quoteInto(body, attribution, orig.Text); err != nil {
			return "", err
		}
	}
	d.Text = body
	raw, err := mail.Compose(d)
	if err != nil {
		return "", fmt.Errorf("writing %s's mail: %w", p.name, err)
	}
	var rcpts []string
	for _, t := range d.To {
		rcpts = append(rcpts, t.Addr)
	}
	if err := submit(ctx, w.server.SMTPAddr(), p.addr, rcpts, raw); err != nil {
		return "", fmt.Errorf("sending %s's mail: %w", p.name, err)
	}
	if m.key != "" {
		w.byKey[m.key] = demoSent{id: d.MessageID, mail: m}
	}
	return d.MessageID, nil
}

// original finds what a mail answers in the mailbox of the person who answers.
func (w *demoWorld) original(p demoPerson, m demoMail) (*mail.Message, error) {
	var fits func(*mail.Message) bool
	switch {
	case m.answers != "":
		id := w.byKey[m.answers].id
		fits = func(x *mail.Message) bool { return x.ID == id }
	case m.question != "":
		fits = func(x *mail.Message) bool { return x.Get("X-Dcbot-Question") == m.question }
	case m.kind != "":
		fits = func(x *mail.Message) bool { return x.Get("X-Dcbot-Kind") == m.kind }
	default:
		return nil, nil
	}
	mails := w.server.Mailbox(p.addr).Mails()
	for i := len(mails) - 1; i >= 0; i-- {
		if x := mail.Parse(mails[i], mail.Limits{}); fits(x) {
			return x, nil
		}
	}
	return nil, fmt.Errorf("the demo is broken: %s has no mail to answer (%s%s%s)", p.name, m.answers, m.question, m.kind)
}

// quoteInto puts the original below the words (top-posted), or, where the words contain lines like "{> some words}",
// only the original's line with these words, above what answers it (inline).
func quoteInto(body, attribution, original string) (string, error) {
	lines := strings.Split(strings.TrimRight(original, "\n"), "\n")
	if !strings.Contains(body, "{>") {
		return body + "\n" + attribution + "\n> " + strings.Join(lines, "\n> ") + "\n", nil
	}
	out := []string{attribution}
	for _, line := range strings.Split(strings.TrimRight(body, "\n"), "\n") {
		words, ok := strings.CutPrefix(line, "{> ")
		if !ok {
			out = append(out, line)
			continue
		}
		words = strings.TrimSuffix(words, "}")
		i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, words) })
		if i < 0 {
			return "", fmt.Errorf("the demo is broken: nobody wrote %q", words)
		}
		out = append(out, "> "+lines[i])
	}
	return strings.Join(out, "\n") + "\n", nil
}

func submit(ctx context.Context, addr, from string, to []string, raw []byte) error {
	c, err := gosmtp.Dial(addr)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	if err := c.SendMail(from, to, strings.NewReader(string(raw))); err != nil {
		return err
	}
	return c.Quit()
}

// settle waits until dcbot has read everything in its mailbox and has nothing left to do.
func (w *demoWorld) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	quiet := 0
	for {
		if err := w.prog.bot.Idle(ctx); err != nil {
			return err
		}
		caught, err := w.caughtUp(ctx)
		if err != nil {
			return err
		}
		if caught {
			// The list hands its copies out after it has accepted a post: twice quiet is quiet.
			if quiet++; quiet >= 2 {
				return nil
			}
		} else {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for dcbot to read its mail: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// caughtUp says whether every mail in the bot's mailbox is on record, and every list post of the bot's came back.
func (w *demoWorld) caughtUp(ctx context.Context) (bool, error) {
	mails := w.server.Mailbox(demoBot).Mails()
	ok := true
	err := w.prog.db.View(ctx, func(tx *storage.Tx) error {
		for _, raw := range mails {
			m := mail.Parse(raw, mail.Limits{})
			p, err := tx.PostByExternalID(dc.FromMail, m.ID)
			if errors.Is(err, storage.ErrNotFound) || (err == nil && p.State == dc.Pending) {
				ok = false
				return nil
			}
			if err != nil {
				return err
			}
		}
		out, err := tx.ListOutgoing(storage.OutgoingFilter{State: dc.Sent})
		for _, o := range out {
			ok = ok && (o.Channel != dc.ToList || !o.Returned.IsZero())
		}
		return err
	})
	return ok, err
}

// do gives a facilitator's command at dcbot's own prompt.
func (w *demoWorld) do(ctx context.Context, line string) (bot.Answer, error) {
	a, err := w.prog.bot.Do(ctx, line, bot.Operator, "")
	if err != nil {
		return a, err
	}
	return a, w.settle(ctx)
}

func domainOf(addr string) string {
	_, domain, _ := strings.Cut(addr, "@")
	return domain
}
