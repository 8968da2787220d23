package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// demoFacilitators are who facilitates, by key; coalitions without one are the operator's.
var demoFacilitators = map[string]string{"dc-harbour": "amina", "dc-meadow": "greta", "dc-lantern": "ines"}

// finish plays the second half: a facilitator sorts, the deadline moves, a late answer comes, and the drafts go out.
func (w *demoWorld) finish(ctx context.Context, t *teller, sent int) error {
	steps := []func() error{
		func() error { return w.at(ctx, "2021-04-20 08:00") },
		func() error { return w.order(ctx, t, "status", 0) },
		func() error { return w.sortTray(ctx, t) },
		func() error { return w.adoptAll(ctx, t, "dc-harbour") },
		func() error { return w.at(ctx, "2021-04-22 08:30") },
		func() error {
			return w.orderByMail(ctx, t, &sent, "greta", "!dc extend 2021-05-02 members asked for one more week")
		},
		func() error {
			return w.orderByMail(ctx, t, &sent, "amina", "!dc extend 2021-05-02 as announced by the Secretariat")
		},
		func() (err error) { sent, err = w.step(ctx, t, demoLate, sent); return },
		func() error { return w.at(ctx, "2021-05-05 07:00") },
		func() error { return w.adoptAll(ctx, t, "dc-meadow") },
		func() error { return w.orderByMail(ctx, t, &sent, "amina", "!dc approve") },
		func() (err error) { sent, err = w.step(ctx, t, demoLastWord, sent); return },
		func() error { return w.orderByMail(ctx, t, &sent, "amina", "!dc submit") }, // refused: a dissent has come in since
		func() error { return w.orderByMail(ctx, t, &sent, "amina", "!dc approve\n!dc submit") },
		func() error { return w.orderByMail(ctx, t, &sent, "greta", "!dc approve\n!dc submit") },
		func() error { return w.orderByMail(ctx, t, &sent, "ines", "!dc approve\n!dc submit") },
		func() error { t.arrived(); return nil },
		func() error { return w.order(ctx, t, "status", 0) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// demoLastWord objects after the draft was approved.
var demoLastWord = demoMail{at: "2021-05-05 07:20", from: "oskar", answers: "amina-corrects", body: `
I do not agree with the last sentence: the criticism came from two members, not from "members".

Oskar`}

func (w *demoWorld) at(ctx context.Context, when string) error {
	t, err := time.Parse("2006-01-02 15:04", when)
	if err != nil {
		return fmt.Errorf("the demo's story: %w", err)
	}
	w.clock.set(t)
	w.prog.bot.Kick()
	return w.settle(ctx)
}

// sortTray files what waits in the trays, as a facilitator does who has read it.
func (w *demoWorld) sortTray(ctx context.Context, t *teller) error {
	var tray []dc.Contribution
	err := w.prog.db.View(ctx, func(tx *storage.Tx) (err error) {
		tray, err = tx.Contributions(storage.Filter{Tray: true})
		return err
	})
	if err != nil {
		return err
	}
	if err := w.order(ctx, t, "tray", 0); err != nil {
		return err
	}
	for _, c := range tray {
		line := fmt.Sprintf("set-aside %s only introduces the answers", c.Ref())
		for key, question := range demoFiling {
			if personOf(key).addr == c.Author {
				line = fmt.Sprintf("assign %s %s", c.Ref(), question)
			}
		}
		if err := w.order(ctx, t, line, 0); err != nil {
			return err
		}
	}
	return nil
}

// adoptAll adopts a coalition's newest answer to each question that has one.
func (w *demoWorld) adoptAll(ctx context.Context, t *teller, coalition string) error {
	var cs []dc.Contribution
	err := w.prog.db.View(ctx, func(tx *storage.Tx) (err error) {
		cs, err = tx.Contributions(storage.Filter{Coalition: coalition, Status: dc.Collected})
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range cs {
		if c.Kind != dc.Answer || c.Question == "" {
			continue
		}
		if err := w.order(ctx, t, "adopt "+c.Ref(), 0); err != nil {
			return err
		}
	}
	return nil
}

// orderByMail: a facilitator who only has a mail client commands by mail. The mail proves nothing, so dcbot asks, and acts
// when the answer comes from that mailbox.
func (w *demoWorld) orderByMail(ctx context.Context, t *teller, sent *int, who, lines string) error {
	var err error
	now := w.clock.now().Format("2006-01-02 15:04")
	command := demoMail{at: now, from: who, to: demoBot, subject: "for dcbot", body: lines + "\n"}
	if *sent, err = w.step(ctx, t, command, *sent); err != nil {
		return err
	}
	*sent, err = w.step(ctx, t, demoMail{at: now, from: who, kind: "confirmation", to: demoBot, body: "Yes.\n"}, *sent)
	return err
}

// arrived tells what lies in the Secretariat's mailbox.
func (t *teller) arrived() {
	t.when()
	for _, raw := range t.w.server.Mailbox(demoSecretariat).Mails() {
		m := mail.Parse(raw, mail.Limits{})
		var names []string
		for _, a := range m.Attachments {
			names = append(names, fmt.Sprintf("%s (%d KB)", a.Name, (a.Size+1023)/1024))
		}
		t.say("  The Secretariat's mailbox: %q", m.Subject)
		t.say("    attached: %s", strings.Join(names, ", "))
		for _, a := range m.Attachments {
			if strings.HasSuffix(a.Name, ".txt") {
				t.words(a.Text)
			}
		}
	}
}

// stay keeps the servers up and takes commands at a prompt until the input or ctx ends.
func (w *demoWorld) stay(ctx context.Context, t *teller, in io.Reader) error {
	t.say("\nEverything stays up. The calendar stands at %s.", w.clock.now().Format("2 January 2006, 15:04 MST"))
	t.say("  IMAP %s   SMTP %s   (no encryption; loopback only)", w.server.IMAPAddr(), w.server.SMTPAddr())
	t.say("  logins: any of these addresses, password %q", demoPassword)
	for _, p := range demoPeople {
		t.say("    %-34s %s, on %s", p.addr, p.name, coalitionOf(p.coalition).list())
	}
	t.say("    %-34s the Secretariat", demoSecretariat)
	t.say("Type a facilitator's command (help lists them); an empty line shows what has come in; quit ends.")
	lines := make(chan string)
	go func() { // ends with the input; a terminal's read cannot be interrupted, and the process ends after it anyway
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- strings.TrimSpace(s.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	sent := len(w.server.Sent())
	for {
		fmt.Fprint(t.out, "dcbot> ")
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok || line == "quit" || line == "exit" {
				return nil
			}
			if err := w.settle(ctx); err != nil {
				return err
			}
			if line == "" {
				sent = t.posted(sent)
				continue
			}
			a, err := w.do(ctx, line)
			if err != nil {
				return err
			}
			t.say("%s", strings.TrimRight(a.Text, "\n"))
			sent = t.posted(sent)
		}
	}
}
