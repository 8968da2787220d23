package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"dcbot/bot"
	"dcbot/bot/config"
	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/mail"
)

func (a *app) demoCmd() *cobra.Command {
	var dir string
	var stay bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play the main job from launch to submission, on this machine alone",
		Long: `Runs the real program against a mail server in this process: a survey goes out to the lists of three invented coalitions, members
reply as people do, a facilitator sorts and approves, and the Secretariat gets its documents. The calendar runs from 22 March
to 5 May 2021 in a few seconds. What was made is left in a directory.`,
		Example: `  dcbot demo
  dcbot demo --stay        # keep the mail server up; join in with a mail client`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.demo(c.Context(), dir, stay, demoReplies) },
	}
	c.Flags().StringVar(&dir, "dir", "dcbot-demo", "where to leave what was made: a `DIRECTORY` that a demo made, or a new one")
	c.Flags().BoolVar(&stay, "stay", false, "keep everything up afterwards, and take facilitator's commands")
	return c
}

// demoMark tells a directory that a demo made, which the next one may empty, from somebody's own.
const demoMark = "made-by-dcbot-demo"

func (a *app) demo(ctx context.Context, dir string, stay bool, replies []demoMail) error {
	began := a.now()
	if err := emptyDemoDir(dir); err != nil {
		return err
	}
	first := time.Date(2021, 3, 22, 8, 0, 0, 0, time.UTC)
	clock := &demoClock{t: first}
	w, err := startWorld(ctx, clock)
	if err != nil {
		return err
	}
	defer w.server.Close()
	if err := writeDemoConfig(dir, w); err != nil {
		return err
	}
	d := &app{stdin: a.stdin, stdout: a.stdout, stderr: a.stderr, now: clock.now, verbose: a.verbose, config: filepath.Join(dir, "config.toml")}
	p, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	w.prog = p
	lists, err := p.wire(d.logger(slog.LevelWarn))
	if err != nil {
		return err
	}
	lease, err := bot.TakeLease(p.cfg.Storage.Path)
	if err != nil {
		return err
	}
	defer func() { p.log(lease.Release(), "giving back the lease") }()

	rctx, stop := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error { return p.bot.Run(rctx) })
	group.Go(func() error { return lists.Run(rctx, p.bot) })
	t := &teller{out: a.stdout, w: w}
	err = w.play(ctx, t, d, dir, replies)
	if err == nil {
		err = w.leave(ctx, t, dir)
	}
	if err == nil {
		t.farewell(dir, a.now().Sub(began))
		if stay {
			err = w.stay(ctx, t, a.stdin)
		}
	}
	stop()
	if rerr := group.Wait(); err == nil && rerr != nil && !errors.Is(rerr, context.Canceled) {
		err = rerr
	}
	return err
}

// emptyDemoDir makes the directory, or empties one that an earlier demo made; anybody else's is refused.
func emptyDemoDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return badInput(fmt.Errorf("looking into %s: %w", dir, err))
	case len(entries) > 0:
		if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
			return badInput(dc.Userf("name another one: dcbot demo --dir DIRECTORY", "%s has files in it that no demo made", dir))
		}
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("emptying %s: %w", dir, err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return badInput(fmt.Errorf("making %s: %w", dir, err))
	}
	return os.WriteFile(filepath.Join(dir, demoMark), []byte("dcbot demo empties this directory when it runs again.\n"), 0o644)
}

func writeDemoConfig(dir string, w *demoWorld) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# Made by dcbot demo: the real config of the demo's servers, which listen on this machine only.
[bot]
name = "dcbot"
zone = "UTC"

[group]
name = "Dynamic Coalition Coordination Group"

[mail]
address = %q

[mail.imap]
address = %q
tls = "none"
user = %q
password_file = "password"

[mail.smtp]
address = %q
tls = "none"

[secretariat]
address = %q
name = "IGF Secretariat"

[storage]
path = "dcbot.db"
`, demoBot, w.server.IMAPAddr(), demoBot, w.server.SMTPAddr(), demoSecretariat)
	for _, c := range demoCoalitions {
		fmt.Fprintf(&b, "\n[[coalition]]\nid = %q\nname = %q\naliases = [%q]\nzone = %q\n", c.id, c.name, c.alias, c.zone)
		if f := demoFacilitators[c.id]; f != "" {
			fmt.Fprintf(&b, "facilitators = [%q]\n", personOf(f).addr)
		}
		fmt.Fprintf(&b, "[coalition.list]\naddress = %q\nid = %q\narchive = \"https://lists.example.org/archives/list/%s/message/{hash}/\"\n", c.list(), c.listID(), c.list())
	}
	for name, text := range map[string]string{"config.toml": b.String(), "password": demoPassword + "\n", "survey.toml": string(config.ExampleSurvey)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// play is the story: the calendar moves from one thing that somebody does to the next.
func (w *demoWorld) play(ctx context.Context, t *teller, d *app, dir string, replies []demoMail) error {
	t.say("dcbot demo: one survey, three coalitions, %d members, from launch to the Secretariat.", len(demoPeople))
	s, err := config.LoadSurvey(filepath.Join(dir, "survey.toml"))
	if err != nil {
		return err
	}
	res, err := w.prog.bot.LoadSurvey(ctx, *s, bot.Operator.String())
	if err != nil {
		return err
	}
	t.say("The survey file %s holds %q: %d questions, launch %s, deadline %s.", filepath.Join(dir, "survey.toml"), s.Title, len(res.New), s.Launch, s.Deadline)

	for _, c := range demoCoalitions {
		if err := w.order(ctx, t, "survey launch "+c.id, 0); err != nil {
			return err
		}
	}
	sent := t.posted(0)
	w.clock.set(s.Launch.UTC)
	w.prog.bot.Kick()
	if err := w.settle(ctx); err != nil {
		return err
	}
	sent = t.posted(sent)
	for _, m := range replies {
		if sent, err = w.step(ctx, t, m, sent); err != nil {
			return err
		}
	}
	return w.finish(ctx, t, sent)
}

// step moves the calendar to a member's mail, has it sent, and tells what dcbot made of it.
func (w *demoWorld) step(ctx context.Context, t *teller, m demoMail, sent int) (int, error) {
	at, err := time.Parse("2006-01-02 15:04", m.at)
	if err != nil {
		return sent, fmt.Errorf("the demo's story: %w", err)
	}
	w.clock.set(at)
	w.prog.bot.Kick()
	if err := w.settle(ctx); err != nil {
		return sent, err
	}
	sent = t.posted(sent)
	id, err := w.reply(ctx, m)
	if err != nil {
		return sent, err
	}
	if err := w.settle(ctx); err != nil {
		return sent, err
	}
	if err := t.heard(ctx, id); err != nil {
		return sent, err
	}
	return t.posted(sent), nil
}

// order gives a command at the shell and shows the answer; most bounds the lines shown.
func (w *demoWorld) order(ctx context.Context, t *teller, line string, most int) error {
	a, err := w.do(ctx, line)
	if err != nil {
		return err
	}
	t.commanded(line, a.Text, most)
	return nil
}

// leave writes what was produced into the directory.
func (w *demoWorld) leave(ctx context.Context, t *teller, dir string) error {
	mails := filepath.Join(dir, "mails")
	if err := os.MkdirAll(mails, 0o755); err != nil {
		return fmt.Errorf("making %s: %w", mails, err)
	}
	sent := w.server.Sent()
	for i, a := range sent {
		m := mail.Parse(a.Raw, mail.Limits{})
		name := fmt.Sprintf("%03d-%s.eml", i+1, fileWords(m.Subject))
		if err := os.WriteFile(filepath.Join(mails, name), a.Raw, 0o644); err != nil {
			return fmt.Errorf("leaving a mail: %w", err)
		}
	}
	for i, raw := range w.server.Mailbox(demoSecretariat).Mails() {
		m := mail.Parse(raw, mail.Limits{})
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("secretariat-%d-%s.eml", i+1, fileWords(m.Subject))), raw, 0o644); err != nil {
			return fmt.Errorf("leaving a mail: %w", err)
		}
	}
	for _, c := range demoCoalitions {
		cons, err := w.prog.bot.Consolidate(ctx, "", c.id)
		if err != nil {
			return err
		}
		for ending, format := range map[string]string{"html": "html", "txt": "text"} {
			f, err := render.ParseFormat(format)
			if err != nil {
				return err
			}
			text, err := w.prog.bot.Render.Draft(cons, f)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, c.id+"."+ending), text, 0o644); err != nil {
				return fmt.Errorf("leaving a draft: %w", err)
			}
		}
	}
	t.say("\n%d mails went through the server; %d of them reached the Secretariat.", len(sent), len(w.server.Mailbox(demoSecretariat).Mails()))
	return nil
}

// fileWords makes a file name of a subject.
func fileWords(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

func (t *teller) farewell(dir string, took time.Duration) {
	conf := filepath.Join(dir, "config.toml")
	t.say("\nDone in %s. What was made is in %s:", seconds(took), dir)
	t.say("  dc-*.html, dc-*.txt      each coalition's consolidated draft (open the HTML in a browser)")
	t.say("  secretariat-*.eml        what the Secretariat got; mails/ has every mail of the story")
	t.say("  dcbot.db                 the record")
	t.say("\nTry next:")
	t.say("  dcbot status --config %s", conf)
	t.say("  dcbot do --config %s \"question 14 in harbour\"", conf)
	t.say("  dcbot contributions --config %s --json", conf)
	t.say("  dcbot find --config %s consensus", conf)
	t.say("  dcbot demo --stay        # and write to the lists yourself, with a mail client")
}
