package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dcbot/bot/config"
	"dcbot/bot/dc"
	"dcbot/mail/imap"
	"dcbot/mail/smtp"
	"dcbot/storage"
)

// checkWithin bounds one connection.
const checkWithin = 30 * time.Second

func (a *app) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Validate the config, connect to each server, say what is wrong",
		Long: `Reads the config and explains every mistake with its line; opens the record; connects and logs in to the IMAP and the
SMTP server. One line for each: ok, or FAIL with the cause and the remedy. Nothing is sent.`,
		Example: `  dcbot check
  dcbot check --config /etc/dcbot/config.toml`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.check(c.Context()) },
	}
}

func (a *app) check(ctx context.Context) error {
	p, err := a.load()
	if problems, ok := config.AsProblems(err); ok {
		for line := range strings.Lines(problems.Error()) {
			fmt.Fprintf(a.stdout, "FAIL  config  %s\n", strings.TrimRight(line, "\n"))
		}
		return badInput(errSaid)
	}
	if err != nil {
		return err
	}
	failed := false
	say := func(what, detail string, err error) {
		if err == nil {
			fmt.Fprintf(a.stdout, "ok    %-7s %s\n", what, detail)
			return
		}
		failed = true
		text := err.Error()
		if u, ok := dc.AsUser(err); ok && u.Remedy != "" {
			text = strings.TrimSuffix(text, u.Error()) + u.Message + "\n              remedy: " + u.Remedy
		}
		fmt.Fprintf(a.stdout, "FAIL  %-7s %s\n", what, text)
	}
	note := func(what, text string) { fmt.Fprintf(a.stdout, "note  %-7s %s\n", what, text) }

	notReady := p.cfg.ForRun()
	if notReady == nil {
		say("config", fmt.Sprintf("%s, with %s", a.config, coalitions(len(p.bot.Set.Coalitions))), nil)
	} else {
		for line := range strings.Lines(notReady.Error()) {
			say("config", "", errors.New(strings.TrimRight(line, "\n")))
		}
	}
	surveys := 0
	err = p.openRecord(ctx)
	if err == nil {
		defer p.close()
		err = p.db.View(ctx, func(tx *storage.Tx) error {
			all, err := tx.Surveys()
			surveys = len(all)
			return err
		})
	}
	say("record", p.cfg.Storage.Path, err)
	if err == nil && surveys == 0 {
		note("survey", "none is loaded yet: dcbot survey load FILE")
	}
	ins, err := p.imapConfigs(nil)
	if err != nil && notReady == nil { // else it was said above, with its line
		say("imap", "", err)
	}
	for _, in := range ins {
		say("imap", fmt.Sprintf("%s as %s, folder %s", in.Addr, in.User, in.Folder), within(ctx, func(ctx context.Context) error { return imap.Check(ctx, in) }))
	}
	if out, err := p.smtpConfig(nil); err != nil {
		if notReady == nil {
			say("smtp", "", err)
		}
	} else if out.Addr != "" {
		say("smtp", fmt.Sprintf("%s as %s", out.Addr, orNobody(out.User)), within(ctx, func(ctx context.Context) error { return smtp.Check(ctx, out) }))
	}
	p.notes(note)
	if failed {
		return errSaid
	}
	return nil
}

func within(ctx context.Context, fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	return fn(ctx)
}

func coalitions(n int) string {
	if n == 1 {
		return "1 coalition"
	}
	return fmt.Sprintf("%d coalitions", n)
}

func orNobody(user string) string {
	if user == "" {
		return "nobody (no login)"
	}
	return user
}

// notes says what is no mistake, but good to know.
func (p *program) notes(note func(what, text string)) {
	rooms := len(p.cfg.Group.Rooms)
	for _, c := range p.cfg.Coalitions {
		rooms += len(c.Rooms)
	}
	if p.cfg.Matrix != nil || rooms > 0 {
		note("matrix", "rooms are not in this version of dcbot: [matrix] and rooms are read and left alone")
	}
	if p.cfg.Mail.AuthservID == "" {
		note("mail", "without authserv_id, commands by mail need a DKIM signature or a one-time token")
	}
}
