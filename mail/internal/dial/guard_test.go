package dial

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// The server side of a pipe says what say does; the test holds the guarded other side.
func guarded(t *testing.T, say func(net.Conn)) *Guard {
	t.Helper()
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		say(server)
	}()
	g := NewGuard(client)
	t.Cleanup(func() { g.Close() })
	return g
}

func TestGuardEndsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guarded(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		start := time.Now()
		g.Arm("HELLO", time.Minute, 0)
		// What the libraries do with deadlines changes nothing.
		_ = g.SetReadDeadline(time.Now().Add(time.Second))
		_ = g.SetDeadline(time.Time{})
		_, err := g.Read(make([]byte, 10))
		var timeout *TimeoutError
		if err == nil || !errors.As(g.Cause(err), &timeout) || timeout.Doing != "HELLO" {
			t.Errorf("err = %v, cause = %v", err, g.Cause(err))
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

func TestGuardOffDuty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := guarded(t, func(c net.Conn) {
			<-time.After(time.Hour) // of the bubble's clock: between two steps there is no hurry
			_, _ = c.Write([]byte("late"))
		})
		g.Arm("HELLO", time.Minute, 0)
		g.Disarm()
		if got, err := io.ReadAll(g); err != nil || string(got) != "late" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestGuardEndsFloods(t *testing.T) {
	const allowed = 1000
	g := guarded(t, func(c net.Conn) {
		for {
			if _, err := c.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	g.Arm("HELLO", time.Minute, allowed)
	got, err := io.ReadAll(g)
	if !errors.Is(g.Cause(err), ErrTooMuch) || len(got) != allowed+idleAllowance {
		t.Errorf("%d bytes, err = %v", len(got), err)
	}
}

func TestFirstCauseStays(t *testing.T) {
	g := guarded(t, func(net.Conn) {})
	first := errors.New("first")
	g.Fail(first)
	g.Fail(errors.New("second"))
	if err := g.Cause(io.EOF); err != first {
		t.Errorf("cause = %v", err)
	}
}
