package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dcbot/bot/config"
	"dcbot/bot/dc"
)

// The exit codes.
const (
	exitOK = iota
	exitFailure
	exitUsage
)

// app is what all subcommands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time

	// The flags that mean the same for every command.
	config, coalition, survey string
	verbose                   bool

	began bool // a subcommand was found, with arguments that fit
}

// usageError is a mistake in what was typed, in the config or in the input: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// badInput marks an error as a mistake in the input; nil stays nil.
func badInput(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// errSaid ends a command with code 1 when it has said itself what is wrong; with badInput around it, with 2.
var errSaid = errors.New("said already")

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	command, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSaid) && errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errSaid):
		return exitFailure
	case !a.began: // cobra itself found no such command, flag or number of arguments
		if command == root {
			fmt.Fprintf(a.stderr, "dcbot: %v\n  see: dcbot help\n", err)
		} else {
			fmt.Fprintf(a.stderr, "dcbot: %v\n  usage: %s\n  see: dcbot help%s\n", err, command.UseLine(), strings.TrimPrefix(command.CommandPath(), "dcbot"))
		}
		return exitUsage
	case errors.As(err, &usage):
		a.explain(err)
		return exitUsage
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		fmt.Fprintln(a.stderr, "dcbot: stopped before the end; what was done is kept")
		return exitFailure
	}
	a.explain(err)
	return exitFailure
}

// explain prints an error as a person needs it: the cause, then the remedy.
func (a *app) explain(err error) {
	if p, ok := config.AsProblems(err); ok { // a line for each, as editors and people like them
		fmt.Fprintf(a.stderr, "%v\ndcbot: %s has mistakes (%d)\n", p, p.File, len(p.All))
		return
	}
	if u, ok := dc.AsUser(err); ok {
		// What stands around the UserError in the chain says what was being done.
		doing := strings.TrimSuffix(strings.TrimSuffix(err.Error(), u.Error()), ": ")
		if doing != "" && doing != err.Error() {
			doing += ": "
		} else {
			doing = ""
		}
		fmt.Fprintf(a.stderr, "dcbot: %s%s\n", doing, u.Message)
		if u.Remedy != "" {
			fmt.Fprintf(a.stderr, "  remedy: %s\n", u.Remedy)
		}
		return
	}
	fmt.Fprintf(a.stderr, "dcbot: %v\n", err)
	if remedy := systemRemedy(err); remedy != "" {
		fmt.Fprintf(a.stderr, "  remedy: %s\n", remedy)
	}
}

// systemRemedy says what to do about what the operating system refuses.
func systemRemedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "check the path for typing errors"
	case errors.Is(err, fs.ErrPermission):
		return "run dcbot as a user who may read and write there"
	}
	return ""
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dcbot",
		Short: "Surveys on mailing lists: posts the questions, reads the replies, drafts the answer",
		Long: `dcbot posts a survey to the mailing lists of coalitions, one mail for each question. Members just reply.
It ties what they write to the questions, keeps objections in their authors' words, and makes one
consolidated draft for each coalition, which a facilitator approves and dcbot mails to the Secretariat.`,
		SilenceErrors:    true,
		SilenceUsage:     true,
		PersistentPreRun: func(*cobra.Command, []string) { a.began = true },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.config, "config", "config.toml", "the config `FILE`")
	flags.StringVar(&a.coalition, "coalition", "", "the coalition meant: its `ID`, name or alias")
	flags.StringVar(&a.survey, "survey", "", "the survey meant: its `ID`, or a survey.toml file (default: the newest one)")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log more, to standard error")
	groups := []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"bot", "The bot:", []*cobra.Command{a.demoCmd(), a.runCmd(), a.checkCmd(), a.configCmd(), a.statusCmd(), a.outboxCmd()}},
		{"survey", "The survey:", []*cobra.Command{a.surveyCmd(), a.importCmd(), a.doCmd(), a.contributionsCmd(), a.draftCmd()}},
		{"look", "Looking closer:", []*cobra.Command{a.findCmd(), a.inspectCmd(), a.replayCmd(), a.versionCmd()}},
	}
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	return root
}

// parent makes a command that only holds others: without one of them it shows its help, and a wrong one is an error.
func parent(c *cobra.Command, children ...*cobra.Command) *cobra.Command {
	c.Args = cobra.NoArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(children...)
	return c
}

// logger writes structured lines to standard error: warnings, with --verbose everything.
func (a *app) logger(level slog.Level) *slog.Logger {
	if a.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
}

// isTerminal says whether a reader or writer is a person's terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
