package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail"
)

func (a *app) inspectCmd() *cobra.Command {
	var replyText, cutCourtesy, keepQuotes bool
	var threads string
	c := &cobra.Command{
		Use:   "inspect [FILE]",
		Short: "Show what dcbot makes of a mail",
		Long: `Reads one mail from FILE or standard input and shows what dcbot makes of it: ids, thread, author and why that is believed, list,
verdict on automatic mail, the text in blocks, and what would be collected and why. On a terminal the blocks are
coloured and labelled; otherwise it prints JSON. With a config and its record it looks the thread up there; nothing is stored.

With --reply-text it reads JSON lines {"id","text"} (or "eml": a whole message in base64) and writes {"id","out"}: the
author's own text. With --threads it prints "message-id TAB id of the thread's root" for each message of an archive.`,
		Example: `  dcbot inspect < message.eml
  dcbot inspect --coalition dc-meter message.eml
  dcbot inspect --reply-text --cut-courtesy < replies.jsonl
  dcbot inspect --threads archive.mbox`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			own := mail.OwnTextOptions{CutCourtesy: cutCourtesy, KeepQuotes: keepQuotes}
			switch {
			case threads != "" && (replyText || len(args) > 0):
				return badInput(errors.New("--threads goes with nothing else"))
			case (cutCourtesy || keepQuotes) && !replyText:
				return badInput(errors.New("--cut-courtesy and --keep-quotes go with --reply-text"))
			case threads != "":
				return a.printThreads(c.Context(), threads)
			}
			in, err := a.input(args)
			if err != nil {
				return err
			}
			defer in.Close()
			if replyText {
				return a.replyTexts(c.Context(), in, own)
			}
			return a.inspect(c.Context(), in)
		},
	}
	c.Flags().BoolVar(&replyText, "reply-text", false, "read JSON lines, write the own text of each")
	c.Flags().BoolVar(&cutCourtesy, "cut-courtesy", false, "with --reply-text: leave out greeting and sign-off")
	c.Flags().BoolVar(&keepQuotes, "keep-quotes", false, "with --reply-text: keep quoted lines that own text follows")
	c.Flags().StringVar(&threads, "threads", "", "print the threads of the `ARCHIVE`")
	return c
}

// input is the file named, or standard input.
func (a *app) input(args []string) (io.ReadCloser, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(a.stdin), nil
	}
	f, err := os.Open(args[0])
	return f, badInput(err)
}

// maxInspected bounds one mail on standard input.
const maxInspected = 64 << 20

func (a *app) inspect(ctx context.Context, in io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(in, maxInspected))
	if err != nil {
		return fmt.Errorf("reading the mail: %w", err)
	}
	if len(raw) == 0 {
		return badInput(dc.Userf("give a file, or pipe one in: dcbot inspect < message.eml", "there is no mail to inspect"))
	}
	b := &bot.Bot{Now: a.now}
	p, err := a.openExisting(ctx)
	switch {
	case err == nil:
		defer p.close()
		b = p.bot
	case errors.Is(err, fs.ErrNotExist): // no config or no record yet: the mail alone has to do
	default:
		return err
	}
	seen, err := b.Inspect(ctx, raw, a.coalition)
	if err != nil {
		return err
	}
	if isTerminal(a.stdout) {
		a.showInspection(seen)
		return nil
	}
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(seen)
}

// blockStyles are a label and a colour for each kind of block: the label alone says it all.
var blockStyles = map[mail.Kind]struct {
	label  string
	colour color.Attribute
}{
	mail.Own:         {"own", color.FgGreen},
	mail.Quote:       {"quote", color.FgBlue},
	mail.Attribution: {"attribution", color.FgCyan},
	mail.Greeting:    {"greeting", color.FgYellow},
	mail.SignOff:     {"sign-off", color.FgYellow},
	mail.Signature:   {"signature", color.FgMagenta},
	mail.Footer:      {"footer", color.FgHiBlack},
	mail.Forwarded:   {"forwarded", color.FgBlue},
}

func (a *app) showInspection(in bot.Inspection) {
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(a.stdout, "%-12s %s\n", name, value)
		}
	}
	field("id", in.ID)
	field("also", strings.Join(in.Aliases, " "))
	field("thread", strings.Join(in.Thread, " > "))
	field("replies to", strings.Join(in.InReplyTo, " "))
	field("author", dc.Actor{Name: in.Author.Name, Address: in.Author.Address}.String())
	field("", in.Author.Why)
	field("list", in.List.ID)
	field("coalition", in.Coalition)
	field("subject", in.Subject)
	field("date", stamp(in.Date))
	if in.Auto.Automatic {
		field("automatic", in.Auto.Reason)
	}
	for _, n := range in.Notes {
		field("note", n)
	}
	fmt.Fprintln(a.stdout)
	for _, b := range in.Reading.Blocks {
		style := blockStyles[b.Kind]
		paint := color.New(style.colour)
		for i := b.First; i <= b.Last; i++ {
			label := ""
			if i == b.First {
				label = style.label
			}
			fmt.Fprintf(a.stdout, "%-11s | ", label)
			paint.Fprintln(a.stdout, printable(in.Reading.Lines[i]))
		}
	}
	fmt.Fprintln(a.stdout)
	for _, f := range in.Collected {
		question := "the tray"
		if f.Question != nil {
			question = "question " + *f.Question
		}
		what := string(f.Kind)
		if f.Stance != nil {
			what += ", " + *f.Stance
		}
		fmt.Fprintf(a.stdout, "would collect for %s (%s), because %s:\n", question, what, f.Why)
		for line := range strings.Lines(f.Text) {
			fmt.Fprintf(a.stdout, "    %s\n", printable(strings.TrimRight(line, "\n")))
		}
	}
	if len(in.Collected) == 0 {
		why := in.Why
		if why == "" {
			why = "there is no record to compare it with (see --config)"
		}
		fmt.Fprintf(a.stdout, "would collect nothing: %s\n", why)
	}
}

// printable keeps a mail from commanding the terminal: control characters are shown, not obeyed.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			return '\uFFFD'
		}
		return r
	}, s)
}
