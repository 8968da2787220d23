package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/mbox"
)

// How much is under way at once: what bounds memory, whatever the size of the archive or of its messages.
const (
	batchMessages = 500
	batchBytes    = 2 << 20 // raw; a batch ends at the first of the two
	flightBytes   = 6 << 20 // raw, between reading and the end of the transaction; none counts for so much that a batch not yet full could keep it out
)

// pipeline imports one archive: one goroutine reads, several parse, one writes in the order of the archive.
type pipeline struct {
	bot       *bot.Bot
	archive   *mbox.Reader
	path      string
	coalition string
	cursor    func(next int64) dc.Cursor // the cursor that says "everything before next is in"
	progress  func(done int64)           // may be nil
	done      atomic.Int64               // of the archive, for progress
}

// parcel is one message on its way.
type parcel struct {
	raw       []byte
	size      int64 // what it took of flightBytes
	offset    int64
	next      int64
	truncated bool
	prepared  bot.Prepared
	ready     chan struct{} // closed when prepared is set
}

// run imports all, and returns what was written, also when it errs.
func (l *pipeline) run(ctx context.Context) (importSum, error) {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan *parcel)
	ordered := make(chan *parcel, batchMessages)
	flight := semaphore.NewWeighted(flightBytes)
	group.Go(func() error {
		defer close(work)
		defer close(ordered)
		return l.read(ctx, flight, work, ordered)
	})
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for p := range work {
				p.prepared = l.bot.Prepare(p.raw, bot.ImportOptions{Coalition: l.coalition, Place: fmt.Sprintf("import:%s#%d", l.path, p.offset)})
				p.raw = nil
				close(p.ready)
			}
			return nil
		})
	}
	var sum importSum
	group.Go(func() error { return l.write(ctx, flight, ordered, &sum) })
	err := group.Wait()
	return sum, err
}

func (l *pipeline) read(ctx context.Context, flight *semaphore.Weighted, work, ordered chan<- *parcel) error {
	for {
		m, err := l.archive.Next()
		if errors.Is(err, io.EOF) {
			l.done.Store(l.archive.Done())
			return nil
		}
		if err != nil {
			return err
		}
		p := &parcel{size: min(int64(len(m.Raw)), flightBytes-batchBytes), offset: m.Offset, next: m.Next, truncated: m.Truncated, ready: make(chan struct{})}
		if err := flight.Acquire(ctx, p.size); err != nil {
			return err
		}
		p.raw = bytes.Clone(m.Raw) // the reader uses its buffer again
		l.done.Store(l.archive.Done())
		for _, to := range []chan<- *parcel{ordered, work} {
			select {
			case to <- p:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}

func (l *pipeline) write(ctx context.Context, flight *semaphore.Weighted, ordered <-chan *parcel, sum *importSum) error {
	var batch []bot.Prepared
	var size, next int64
	truncated := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		n, err := l.bot.Import(ctx, batch, l.cursor(next))
		if err != nil {
			return err
		}
		sum.counts.Add(n)
		sum.messages += len(batch)
		sum.truncated += truncated
		flight.Release(size)
		clear(batch) // so that what was written can be collected
		batch, size, truncated = batch[:0], 0, 0
		if l.progress != nil {
			l.progress(l.done.Load())
		}
		return nil
	}
	for p := range ordered {
		select {
		case <-p.ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if p.truncated {
			truncated++
		}
		batch = append(batch, p.prepared)
		size += p.size
		next = p.next
		if len(batch) >= batchMessages || size >= batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx) // the reader gave up: what it left behind is not the end
	}
	return flush()
}
