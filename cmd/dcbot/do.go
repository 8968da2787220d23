package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"dcbot/bot"
	"dcbot/bot/command"
	"dcbot/bot/dc"
)

func (a *app) doCmd() *cobra.Command {
	var as string
	c := &cobra.Command{
		Use:   `do "COMMAND"`,
		Short: "Run a facilitator's command, recorded as done by the operator",
		Long: `Runs a command that a facilitator could mail to the bot, against the same record. When "dcbot run" is running, that
process executes it; otherwise this one does, and "dcbot run" sends what it puts into the outbox.

` + command.Help("", ""),
		Example: `  dcbot do status
  dcbot do "survey launch now dc-meter"
  dcbot do --coalition dc-meter "assign c42 6"
  dcbot do --as "Ana Lima" "approve dc-meter"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.do(c.Context(), strings.Join(args, " "), operator(as))
		},
	}
	c.Flags().StringVar(&as, "as", "", "the `PERSON` who decided: a draft is approved by name (default: the user of this shell)")
	return c
}

// operator is who commands at the shell. The record names a person: the one who decided, else the user who typed it.
func operator(name string) dc.Actor {
	who := bot.Operator
	if name == "" {
		name = os.Getenv("SUDO_USER")
	}
	if name == "" {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	if name != "" {
		who.Name = name
	}
	return who
}

// do runs one facilitator's command and prints its answer.
func (a *app) do(ctx context.Context, line string, who dc.Actor) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	coalition := ""
	if a.coalition != "" {
		c, err := p.coalition(a.coalition)
		if err != nil {
			return err
		}
		coalition = c.ID
	}
	answer, err := p.execute(ctx, line, who, coalition)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, strings.TrimRight(answer.Text, "\n"))
	if !answer.OK {
		return errSaid
	}
	return nil
}

// execute has a command executed by whichever process holds the lease: this one, when nobody else does.
func (p *program) execute(ctx context.Context, line string, who dc.Actor, coalition string) (bot.Answer, error) {
	lease, err := bot.TakeLease(p.cfg.Storage.Path)
	if errors.Is(err, bot.ErrLeased) {
		return p.bot.Do(ctx, line, who, coalition)
	}
	if err != nil {
		return bot.Answer{}, err
	}
	defer func() { p.log(lease.Release(), "giving back the lease") }()
	id, err := p.bot.Post(ctx, line, who, coalition)
	if err != nil {
		return bot.Answer{}, err
	}
	if err := p.bot.Work(ctx); err != nil {
		return bot.Answer{}, err
	}
	return p.bot.Await(ctx, id)
}
