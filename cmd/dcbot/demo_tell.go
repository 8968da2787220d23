package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// teller narrates what happened. All that it says is read from the record or from mail that was delivered.
type teller struct {
	out  io.Writer
	w    *demoWorld
	last string // the day and minute that was said last
}

func (t *teller) say(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

// when heads what follows with the day and time, once.
func (t *teller) when() {
	now := t.w.clock.now().UTC().Format("Monday 2 January 2006, 15:04 MST")
	if now != t.last {
		t.say("\n%s", now)
		t.last = now
	}
}

// heard tells of a mail that dcbot received: who wrote what, and what dcbot made of it.
func (t *teller) heard(ctx context.Context, id string) error {
	return t.w.prog.db.View(ctx, func(tx *storage.Tx) error {
		p, err := tx.PostByExternalID(dc.FromMail, id)
		if err != nil {
			return fmt.Errorf("looking for the mail %s on record: %w", id, err)
		}
		if p, err = tx.Post(p.ID); err != nil {
			return err
		}
		m := mail.Parse(p.Raw, mail.Limits{})
		read := mail.Read(m.Text, mail.ReadOptions{FromHTML: m.FromHTML})
		to := p.List
		if to == "" {
			to = "dcbot"
		}
		t.when()
		t.say("  %s writes to %s: %q", nameOr(p.AuthorName, p.Author), to, m.Subject)
		t.words(read.OwnText(mail.OwnTextOptions{CutCourtesy: true}))
		cs, err := tx.ContributionsOfPost(p.ID)
		if err != nil {
			return err
		}
		if len(cs) == 0 {
			t.say("    => %s: %s", p.State, p.Reason)
		}
		for _, c := range cs {
			t.contribution(tx, c)
		}
		return nil
	})
}

func (t *teller) contribution(tx *storage.Tx, c dc.Contribution) {
	what := string(c.Kind)
	if c.Stance != dc.NoStance {
		what = string(c.Stance)
	}
	where := "question " + c.Question
	if c.Question == "" {
		where = "the tray"
	}
	line := fmt.Sprintf("    => %s: %s, %s", c.Ref(), what, where)
	if c.Target != 0 {
		if about, err := tx.Contribution(c.Target); err == nil {
			line += fmt.Sprintf(", about %s by %s", about.Ref(), nameOr(about.AuthorName, about.Author))
		}
	}
	if c.Supersedes != 0 {
		line += fmt.Sprintf(", replaces c%d", c.Supersedes)
	}
	if c.Link != "" {
		line += ", held at " + c.Link
	}
	if c.Late {
		line += ", late"
	}
	t.say("%s", line)
	if c.Why != "" {
		t.say("       because %s", c.Why)
	}
}

// words shows the beginning of somebody's text.
func (t *teller) words(s string) {
	const most, width = 4, 92
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n == most {
			t.say("    | ...")
			return
		}
		if r := []rune(line); len(r) > width {
			line = string(r[:width]) + "..."
		}
		t.say("    | %s", line)
		n++
	}
}

// commanded tells what a facilitator ordered and what dcbot answered.
func (t *teller) commanded(line, answer string, most int) {
	t.when()
	t.say("  $ dcbot do %q", line)
	lines := strings.Split(strings.TrimRight(answer, "\n"), "\n")
	for i, l := range lines {
		if most > 0 && i == most {
			t.say("    ... (%d more lines)", len(lines)-most)
			return
		}
		t.say("    %s", l)
	}
}

// posted tells what dcbot itself sent since the given time, read from the mails that the server took.
func (t *teller) posted(from int) int {
	sent := t.w.server.Sent()
	type group struct{ to, first string }
	counts := map[group]int{}
	var order []group
	for _, a := range sent[from:] {
		m := mail.Parse(a.Raw, mail.Limits{})
		if len(m.From) == 0 || m.From[0].Addr != demoBot {
			continue
		}
		kind := m.Get("X-Dcbot-Kind")
		g := group{to: strings.Join(a.Rcpts, ", "), first: kind}
		if counts[g] == 0 {
			order = append(order, g)
		}
		counts[g]++
		if counts[g] == 1 {
			t.when()
		}
	}
	for _, g := range order {
		subject, text := "", ""
		for _, a := range sent[from:] {
			if m := mail.Parse(a.Raw, mail.Limits{}); m.Get("X-Dcbot-Kind") == g.first && strings.Join(a.Rcpts, ", ") == g.to {
				subject = m.Subject
				if g.first == "reply" { // what a command printed
					text = mail.Read(m.Text, mail.ReadOptions{}).OwnText(mail.OwnTextOptions{CutCourtesy: true})
				}
				break
			}
		}
		n := counts[g]
		more := ""
		if n > 1 {
			more = fmt.Sprintf(" and %d more of the kind", n-1)
		}
		t.say("  dcbot mails %s: %q%s", g.to, subject, more)
		t.words(text)
	}
	return len(sent)
}

func nameOr(name, addr string) string {
	if name == "" {
		return addr
	}
	return name
}

// span says how long something took, for people.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
