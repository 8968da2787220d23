package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// longestWait bounds every wait of a loop, so that a jump of the clock heals.
const longestWait = time.Hour

// Lease is the right to run the loops over one record: one process at a time. It is a lock on a file beside the
// database, which the system gives back at once when the process dies, however it dies, and whatever the clock says.
type Lease struct{ lock *flock.Flock }

// ErrLeased says that another process runs on the record.
var ErrLeased = errors.New("another dcbot runs on this record")

// TakeLease takes the lease of a database file, or returns ErrLeased.
func TakeLease(path string) (*Lease, error) {
	l := flock.New(path + ".lock")
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("taking the lease of %s: %w", path, err)
	}
	if !ok {
		return nil, ErrLeased
	}
	return &Lease{lock: l}, nil
}

// Release gives the lease back.
func (l *Lease) Release() error { return l.lock.Unlock() }

// Run runs the worker, the timers and the outbox until ctx ends, then waits until what was begun is done. The caller
// holds the lease.
func (b *Bot) Run(ctx context.Context) error {
	if err := b.recover(ctx); err != nil {
		return err
	}
	b.running.Store(true)
	defer b.running.Store(false)
	var wg sync.WaitGroup
	for _, l := range []struct {
		name string
		kick chan struct{}
		step func(context.Context) (time.Time, error)
	}{
		{"worker", b.kicks.worker, b.workOne},
		{"timers", b.kicks.timers, b.fireDue},
		{"outbox", b.kicks.outbox, b.sendOne},
	} {
		wg.Go(func() { b.loop(ctx, l.name, l.kick, l.step) })
	}
	wg.Wait()
	return nil
}

// nothing says that a loop has nothing due at all; again that it should look again at once.
var (
	nothing = time.Time{}
	again   = time.Unix(0, 0)
)

// loop calls step until ctx ends. step does one thing and says when the next is due. An error never ends the loop: it
// is logged and the step tried again after a growing pause.
func (b *Bot) loop(ctx context.Context, name string, kick <-chan struct{}, step func(context.Context) (time.Time, error)) {
	pause := time.Second
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		next, err := b.guarded(ctx, step)
		b.progress.broadcast()
		wait := longestWait
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.Log.Error("a loop failed, and will try again", "loop", name, "pause", pause, "err", err)
			wait, pause = pause, min(2*pause, time.Minute)
		case next.Equal(again):
			pause = time.Second
			continue
		default:
			pause = time.Second
			if !next.IsZero() {
				wait = min(max(next.Sub(b.Now()), 0), longestWait)
			}
			if b.Poll > 0 {
				wait = min(wait, b.Poll) // another process (dcbot do, survey load) may have left something to do
			}
		}
		timer.Reset(wait)
		wake := kick
		if err != nil {
			wake = nil // whoever fails waits: a full disk must not be asked a thousand times a second
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-timer.C:
		}
	}
}

// guarded keeps a panic of one step from ending the process.
func (b *Bot) guarded(ctx context.Context, step func(context.Context) (time.Time, error)) (next time.Time, err error) {
	err = b.guard(func() error {
		next, err = step(ctx)
		return err
	})
	return next, err
}

// panicked is a panic as an error; its stack is in the log.
type panicked struct{ value any }

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// guard makes an error of a panic: hostile mail that finds a bug costs itself and nothing else.
func (b *Bot) guard(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.Error("panic", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = &panicked{r}
		}
	}()
	return fn()
}

// Idle waits until no post is pending, nothing is due and nothing is being sent: for the demo and for tests.
func (b *Bot) Idle(ctx context.Context) error {
	for {
		wake := b.progress.wait()
		busy, err := b.busy(ctx)
		if err != nil || !busy {
			return err
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return fmt.Errorf("waiting until dcbot has nothing to do: %w", ctx.Err())
		}
	}
}

func (b *Bot) busy(ctx context.Context) (busy bool, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		posts, err := tx.PendingPosts(1)
		if err != nil || len(posts) > 0 {
			busy = true
			return err
		}
		due, err := tx.DueTimers(b.Now(), 1)
		if err != nil || len(due) > 0 {
			busy = true
			return err
		}
		o, _, err := b.due(tx, b.Now())
		if err != nil || o != nil {
			busy = true
			return err
		}
		sending, err := tx.ListOutgoing(storage.OutgoingFilter{State: dc.Sending, Limit: 1})
		busy = len(sending) > 0
		return err
	})
	return busy, err
}

// signal wakes everybody who waits for progress.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) broadcast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
