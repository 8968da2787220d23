package bot

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// shellPost is the raw form of a command from the shell.
type shellPost struct {
	Line      string   `json:"line"`
	Actor     dc.Actor `json:"actor"`
	Coalition string   `json:"coalition,omitempty"` // what --coalition said
}

// Operator is who commands from the shell.
var Operator = dc.Actor{Name: "operator", Address: "operator", Operator: true, Proven: true}

// Post stores a command from the shell as a post, to be executed in its turn by whichever process holds the lease.
func (b *Bot) Post(ctx context.Context, line string, actor dc.Actor, coalition string) (int64, error) {
	raw, err := json.Marshal(shellPost{Line: line, Actor: actor, Coalition: coalition})
	if err != nil {
		return 0, fmt.Errorf("writing a shell post: %w", err)
	}
	var random [12]byte
	if _, err := io.ReadFull(b.Rand, random[:]); err != nil {
		return 0, fmt.Errorf("minting a shell post's id: %w", err)
	}
	now := b.Now()
	p := dc.Post{Source: dc.FromShell, ExternalID: hex.EncodeToString(random[:]), Author: actor.Address, AuthorName: actor.Name, Sent: now, Received: now, Proven: true, State: dc.Pending, Raw: raw}
	err = b.update(ctx, func(tx *storage.Tx) error {
		_, err := tx.InsertPost(&p)
		return err
	})
	return p.ID, err
}

// Do stores a command and waits for its answer. When the loops run in this process, or holds says that this process
// has the lease, it is executed here; otherwise the process that has the lease does it.
func (b *Bot) Do(ctx context.Context, line string, actor dc.Actor, coalition string) (Answer, error) {
	id, err := b.Post(ctx, line, actor, coalition)
	if err != nil {
		return Answer{}, err
	}
	return b.Await(ctx, id)
}

// Await waits for the answer to a stored command.
func (b *Bot) Await(ctx context.Context, post int64) (Answer, error) {
	// Another process may be the one that executes it: its writes are seen by looking.
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		wake := b.progress.wait()
		var a Answer
		found := false
		err := b.DB.View(ctx, func(tx *storage.Tx) (err error) {
			a.Text, a.OK, found, err = tx.Answer(post)
			return err
		})
		if err != nil || found {
			return a, err
		}
		select {
		case <-ctx.Done():
			return Answer{}, fmt.Errorf("waiting for the answer to a command: %w", ctx.Err())
		case <-wake:
		case <-tick.C:
		}
	}
}

// Work processes all pending posts and due timers in this goroutine, then returns. The caller holds the lease. Nothing is sent.
func (b *Bot) Work(ctx context.Context) error {
	for _, step := range []func(context.Context) (time.Time, error){b.workOne, b.fireDue} {
		for {
			next, err := step(ctx)
			if err != nil {
				return err
			}
			if !next.Equal(again) {
				break
			}
		}
	}
	return nil
}
