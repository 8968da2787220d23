package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"dcbot/bot"
	"dcbot/bot/dc"
)

func (a *app) runCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run the bot until it is told to stop",
		Long: `Reads the bot's mailbox, collects what members write, answers facilitators, and sends what is due. It reconnects by itself.
SIGINT or SIGTERM ends it in order: what has begun is brought to its end. Whatever else ends it, nothing is lost, and nothing
is sent twice after the next start.`,
		Example: `  dcbot run
  dcbot run --config /etc/dcbot/config.toml --verbose`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context()) },
	}
}

func (a *app) serve(ctx context.Context) error {
	p, err := a.open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // told to stop while starting
		}
		return err
	}
	defer p.close()
	log := a.logger(slog.LevelInfo)
	lists, err := p.wire(log)
	if err != nil {
		return err
	}
	lease, err := waitForLease(ctx, p.cfg.Storage.Path)
	if err != nil {
		return err
	}
	defer func() { p.log(lease.Release(), "giving back the lease") }()
	log.Info("dcbot runs", "version", fullVersion(), "address", p.cfg.Mail.Address, "record", p.cfg.Storage.Path, "coalitions", len(p.bot.Set.Coalitions))
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.bot.Run(gctx) })
	group.Go(func() error { return lists.Run(gctx, p.bot) })
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("running: %w", err)
	}
	log.Info("dcbot has stopped in order")
	return nil
}

// leaseWithin is how long `dcbot run` waits for another process to end: `dcbot do` holds the lease for a moment, and a
// service manager may start the new process while the old one is still coming to its rest.
const leaseWithin = 10 * time.Second

func waitForLease(ctx context.Context, path string) (*bot.Lease, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	patience := time.NewTimer(leaseWithin)
	defer patience.Stop()
	for {
		lease, err := bot.TakeLease(path)
		if !errors.Is(err, bot.ErrLeased) {
			return lease, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-patience.C:
			return nil, dc.Userf("stop the other one first, or name another [storage] path", "another dcbot runs on %s", path)
		case <-tick.C:
		}
	}
}
