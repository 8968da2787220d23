package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dcbot/storage"
)

func (a *app) replayCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "replay",
		Short: "Read every post anew and print where the record differs",
		Long: `Processes all posts of the record into a fresh database, which is thrown away afterwards, and prints where the two differ:
nothing, unless this version of dcbot reads something in another way. Nothing is sent, and what people decided stays theirs.
The exit code is 1 when there are differences.`,
		Example: "  dcbot replay",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.replay(c.Context()) },
	}
}

func (a *app) replay(ctx context.Context) (err error) {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	// Beside the record: it may get as big as that, and /tmp is often smaller.
	dir, err := os.MkdirTemp(filepath.Dir(p.cfg.Storage.Path), ".dcbot-replay-")
	if err != nil {
		return fmt.Errorf("making room for the replay: %w", err)
	}
	defer os.RemoveAll(dir)
	into, err := storage.Open(ctx, filepath.Join(dir, "replay.db"))
	if err != nil {
		return err
	}
	defer into.Close()
	diffs, err := p.bot.Replay(ctx, into)
	if err != nil {
		return err
	}
	if len(diffs) == 0 {
		fmt.Fprintln(a.stdout, "The replay gives the same record.")
		return nil
	}
	for _, d := range diffs {
		fmt.Fprintf(a.stdout, "%s: %s\n", d.Post, d.What)
		for _, side := range []struct{ name, text string }{{"record", d.Record}, {"replay", d.Replayed}} {
			if side.text != "" {
				fmt.Fprintf(a.stdout, "    %s: %s\n", side.name, side.text)
			}
		}
	}
	fmt.Fprintf(a.stdout, "%d differences.\n", len(diffs))
	return errSaid
}
