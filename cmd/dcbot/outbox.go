package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dcbot/bot/dc"
	"dcbot/storage"
)

func (a *app) outboxCmd() *cobra.Command {
	var state string
	var limit int
	list := &cobra.Command{
		Use:   "list",
		Short: "List the mails in the outbox, oldest first",
		Example: `  dcbot outbox list
  dcbot outbox list --state held`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.listOutbox(c.Context(), state, limit) },
	}
	list.Flags().StringVar(&state, "state", "", "only those in this `STATE`: pending, sending, sent, uncertain, held, failed, dropped")
	list.Flags().IntVar(&limit, "limit", 0, "at most so many (0: all)")
	// The rest are facilitators' commands: one rule for both doors, and an audit line.
	verb := func(name, short string) *cobra.Command {
		return &cobra.Command{
			Use: name + " m12...", Short: short, Example: "  dcbot outbox " + name + " m12", Args: cobra.MinimumNArgs(1),
			RunE: func(c *cobra.Command, args []string) error {
				return a.do(c.Context(), "outbox "+name+" "+strings.Join(args, " "), operator(""))
			},
		}
	}
	return parent(&cobra.Command{Use: "outbox", Short: "What is sent: list, show, hold, release, retry, drop", Example: "  dcbot outbox list"},
		list,
		verb("show", "Show a mail: its text and every attempt"),
		verb("hold", "Keep mails back"),
		verb("release", "Send held mails after all"),
		verb("retry", "Try failed mails once more"),
		verb("drop", "Never send mails"),
	)
}

func (a *app) listOutbox(ctx context.Context, state string, limit int) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	filter := storage.OutgoingFilter{State: dc.OutgoingState(state), Limit: limit}
	if a.coalition != "" {
		c, err := p.coalition(a.coalition)
		if err != nil {
			return err
		}
		filter.Coalition = c.ID
	}
	var out []dc.Outgoing
	err = p.db.View(ctx, func(tx *storage.Tx) (err error) {
		out, err = tx.ListOutgoing(filter)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the outbox: %w", err)
	}
	if len(out) == 0 {
		fmt.Fprintln(a.stdout, "Nothing.")
		return nil
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NO\tSTATE\tKIND\tTO\tSUBJECT\tWHEN (UTC)\tERROR")
	for _, o := range out {
		when := o.SentAt
		if when.IsZero() {
			when = o.NotBefore
		}
		fmt.Fprintf(w, "m%d\t%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.State, o.Kind, o.Destination, o.PublicSubject(), stamp(when), o.Error)
	}
	return w.Flush()
}

// stamp prints a time in UTC, to the minute; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}
