package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/mbox"
	"dcbot/storage"
)

func (a *app) importCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "import --coalition ID FILE...",
		Short: "Read the archive of a coalition's list: mbox, Maildir, or Mailman's downloads",
		Long: `Reads archives of a coalition's list (mbox, mboxrd, Maildir, Mailman's .txt and .mbox.gz files) as if their mails had come in
one by one, and collects contributions. Nothing is ever sent, answered or executed because of an import.

It may be stopped and started again at any time: it goes on where it was, and a mail that is known already has no second
effect. With --survey FILE the survey is loaded first, if it is not there yet.`,
		Example: `  dcbot import --coalition dc-meter archive.mbox
  dcbot import --config c.toml --survey survey.toml --coalition dc-meter 2021-March.txt 2021-April.txt.gz`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.importFiles(c.Context(), args) },
	}
}

func (a *app) importFiles(ctx context.Context, paths []string) error {
	if a.coalition == "" {
		return badInput(dc.Userf("name it: --coalition ID", "an archive belongs to one coalition, and none was named"))
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	c, err := p.coalition(a.coalition)
	if err != nil {
		return err
	}
	if err := p.ensureSurvey(ctx, a.survey); err != nil {
		return err
	}
	// An import makes garbage fast and keeps little: collected somewhat more often than by default, it peaks at some 130 MB instead
	// of 150; still more often costs 6 % of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(75))
	for _, path := range paths {
		if err := a.importFile(ctx, p, c, path); err != nil {
			return err
		}
	}
	return nil
}

// importFile imports one archive, from where an earlier import of it stopped.
func (a *app) importFile(ctx context.Context, p *program, c *dc.Coalition, path string) error {
	identity, err := mbox.Identity(path)
	if err != nil {
		return badInput(err)
	}
	cur, offset, err := p.importCursor(ctx, c.ID, path)
	if err != nil {
		return err
	}
	r, err := mbox.OpenAt(path, offset)
	if err != nil {
		return badInput(err)
	}
	defer r.Close()
	start := a.now()
	pipe := &pipeline{
		bot: p.bot, archive: r, path: path, coalition: c.ID,
		cursor: func(next int64) dc.Cursor { return dc.Cursor{Name: cur, Value: importPosition(next, identity)} },
	}
	if isTerminal(a.stderr) {
		bar := progressbar.NewOptions64(r.Size(), progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(filepath.Base(path)),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		pipe.progress = func(done int64) { _ = bar.Set64(done) } // a bar that cannot be drawn is no reason to stop
		defer func() { _ = bar.Finish() }()
	}
	sum, err := pipe.run(ctx)
	if err != nil {
		if ctx.Err() != nil {
			fmt.Fprintf(a.stderr, "dcbot: stopped; %d messages of %s are in. The same command goes on from there.\n", sum.messages, path)
		}
		var broken *mbox.Error
		if errors.As(err, &broken) {
			return badInput(err)
		}
		return fmt.Errorf("importing %s: %w", path, err)
	}
	a.printImport(path, offset, sum, a.now().Sub(start))
	return nil
}

func (a *app) printImport(path string, offset int64, sum importSum, took time.Duration) {
	n := sum.counts
	if sum.messages == 0 && offset > 0 {
		fmt.Fprintf(a.stdout, "%s: nothing new since the last import.\n", path)
		return
	}
	fmt.Fprintf(a.stdout, "%s: %d messages in %s, %.0f messages/s\n", path, sum.messages, took.Round(time.Millisecond), float64(sum.messages)/max(took.Seconds(), 1e-3))
	fmt.Fprintf(a.stdout, "  %d new, %d known before; %d contributions from %d mails; %d of the bot's own, %d automatic\n",
		n.New, n.Known, n.Contributions, n.Collected, n.Own, n.Automatic)
	if n.Broken > 0 {
		fmt.Fprintf(a.stdout, "  %d could not be processed: they are kept raw, and the log above says why\n", n.Broken)
	}
	if sum.truncated > 0 {
		fmt.Fprintf(a.stdout, "  %d are too big: only their beginning was read\n", sum.truncated)
	}
}

// importCursor finds how far an archive was imported for a coalition: the cursor's name, and the offset to go on from. The cursor says
// of which archive it speaks, so that another one under the same name begins at its beginning.
func (p *program) importCursor(ctx context.Context, coalition, path string) (name string, offset int64, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", 0, err
	}
	name = "import:" + coalition + ":" + abs
	var cur dc.Cursor
	var found bool
	err = p.db.View(ctx, func(tx *storage.Tx) (err error) {
		cur, found, err = tx.Cursor(name)
		return err
	})
	if err != nil || !found {
		return name, 0, err
	}
	at, identity, _ := strings.Cut(cur.Value, " ")
	if offset, err = strconv.ParseInt(at, 10, 64); err != nil {
		return "", 0, fmt.Errorf("reading the position of the last import, %q: %w", cur.Value, err)
	}
	same, err := mbox.SameArchive(path, identity)
	if err != nil || !same {
		return name, 0, err
	}
	return name, offset, nil
}

func importPosition(next int64, identity string) string {
	return strconv.FormatInt(next, 10) + " " + identity
}

// importSum is what a run of the pipeline did.
type importSum struct {
	messages, truncated int
	counts              bot.ImportCounts
}
