package dial

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// ErrTooMuch is the cause when a server delivered more than the step it was asked for can need.
var ErrTooMuch = errors.New("the server sent more than was asked for")

// TimeoutError is the cause when a server kept silent.
type TimeoutError struct {
	Doing string
	After time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("no answer to %s within %s", e.Doing, e.After)
}

// Timeout makes it a timeout in the sense of net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Guard is a connection whose every use is bounded in time and in bytes read, by Arm. The libraries above set and clear
// deadlines of their own (and clear ours with them), so theirs are ignored.
//
// A step that takes too long closes the connection: that alone ends every wait inside the libraries.
type Guard struct {
	net.Conn
	left atomic.Int64

	mu    sync.Mutex
	timer *time.Timer
	cause error // why the guard closed the connection
}

// idleAllowance is what may arrive unasked between two steps (EXISTS, EXPUNGE, flags that other people change).
const idleAllowance = 256 << 10

// NewGuard guards conn; until Arm nothing is bounded but the bytes.
func NewGuard(conn net.Conn) *Guard {
	g := &Guard{Conn: conn}
	g.left.Store(idleAllowance)
	return g
}

// Arm begins a step: it may take d, and deliver allow bytes more than what arrives unasked.
func (g *Guard) Arm(doing string, d time.Duration, allow int64) {
	g.left.Store(allow + idleAllowance)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
	g.timer = time.AfterFunc(d, func() { g.Fail(&TimeoutError{Doing: doing, After: d}) })
}

// Disarm ends a step.
func (g *Guard) Disarm() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
	g.left.Store(idleAllowance)
}

// Fail closes the connection and remembers why; the first cause stays.
func (g *Guard) Fail(cause error) {
	g.mu.Lock()
	if g.cause == nil {
		g.cause = cause
	}
	g.mu.Unlock()
	g.Conn.Close()
}

// Cause is why the guard itself ended the connection, or else err.
func (g *Guard) Cause(err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cause != nil {
		return g.cause
	}
	return err
}

func (g *Guard) Read(b []byte) (int, error) {
	left := g.left.Load()
	if left <= 0 {
		g.Fail(ErrTooMuch)
		return 0, ErrTooMuch
	}
	if int64(len(b)) > left {
		b = b[:left]
	}
	n, err := g.Conn.Read(b)
	g.left.Add(-int64(n))
	return n, err
}

// Close ends the connection and the running step.
func (g *Guard) Close() error {
	g.Disarm()
	return g.Conn.Close()
}

// SetDeadline does nothing: see Guard.
func (g *Guard) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing: see Guard.
func (g *Guard) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing: see Guard.
func (g *Guard) SetWriteDeadline(time.Time) error { return nil }
