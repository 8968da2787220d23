package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dcbot/storage"
)

func (a *app) findCmd() *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:   "find WORDS...",
		Short: "Search posts and contributions for words",
		Long:  "Searches the new words of every post (not what it quotes), subjects, authors and contributions. All words have to be there.",
		Example: `  dcbot find water meter
  dcbot find --limit 5 objection`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.find(c.Context(), strings.Join(args, " "), limit)
		},
	}
	c.Flags().IntVar(&limit, "limit", 20, "at most so many")
	return c
}

func (a *app) find(ctx context.Context, words string, limit int) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	var hits []storage.Hit
	err = p.db.View(ctx, func(tx *storage.Tx) (err error) {
		hits, err = tx.Search(words, limit)
		return err
	})
	if err != nil {
		return fmt.Errorf("searching: %w", err)
	}
	if len(hits) == 0 {
		fmt.Fprintln(a.stdout, "Nothing found.")
		return nil
	}
	for _, h := range hits {
		ref := fmt.Sprintf("post %d", h.Post)
		if h.Contribution != 0 {
			ref = fmt.Sprintf("c%d", h.Contribution)
		}
		fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n    %s\n    %s\n", ref, stamp(h.At), h.Coalition, h.Author, h.Subject, strings.Join(strings.Fields(h.Snippet), " "))
	}
	return nil
}
