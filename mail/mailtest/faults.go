package mailtest

import (
	"bytes"
	"net"
	"sync"

	gosmtp "github.com/emersion/go-smtp"
)

// Stage is a moment of an SMTP dialogue.
type Stage string

const (
	AtGreeting Stage = "greeting" // before the first byte
	AtMail     Stage = "mail"
	AtRcpt     Stage = "rcpt"
	AtData     Stage = "data"    // DATA is allowed, the text is coming
	AtDot      Stage = "dot"     // the final dot is read; the mail is not taken
	AtVerdict  Stage = "verdict" // the mail is taken and delivered; the client does not learn it
)

// Reply is a refusal. The zero value refuses nothing.
type Reply struct {
	Code     int
	Enhanced [3]int
	Text     string
}

func (r Reply) err() error {
	if r.Code == 0 {
		return nil
	}
	text := r.Text
	if text == "" {
		text = "refused, as the test wants it"
	}
	return &gosmtp.SMTPError{Code: r.Code, EnhancedCode: r.Enhanced, Message: text}
}

// Faults is how the SMTP server misbehaves.
type Faults struct {
	Mail Reply
	Rcpt map[string]Reply // by address
	Dot  Reply

	Drop   Stage // close the connection then
	Silent Stage // keep it, and say nothing more

	// Taken is called when a mail has been taken and delivered, before the verdict is sent: while it blocks, the client
	// waits at the final dot.
	Taken func(Accepted)

	// Times is how often Mail, Dot, Drop and Silent apply, together, before the server behaves; 0 means always.
	Times int
}

// SetFaults replaces the faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.used = f, 0
}

// spend reports whether a fault applies once more.
func (s *Server) spend(applies func(Faults) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !applies(s.faults) || s.faults.Times > 0 && s.used >= s.faults.Times {
		return false
	}
	s.used++
	return true
}

func (s *Server) reply(pick func(Faults) Reply) error {
	var r Reply
	if s.spend(func(f Faults) bool { r = pick(f); return r.Code != 0 }) {
		return r.err()
	}
	return nil
}

// stage does what the faults want at a stage, and reports whether the connection is lost by it.
func (s *Server) stage(at Stage, c net.Conn) (lost bool) {
	if s.spend(func(f Faults) bool { return f.Drop == at }) {
		c.Close()
		return true
	}
	if s.spend(func(f Faults) bool { return f.Silent == at }) {
		for raw := c; ; {
			if t, ok := raw.(interface{ NetConn() net.Conn }); ok {
				raw = t.NetConn()
				continue
			}
			if own, ok := raw.(*conn); ok {
				own.waitClosed()
			}
			return true
		}
	}
	return false
}

// listener counts connections and lets faults act on the greeting.
type listener struct {
	net.Listener
	srv  *Server
	smtp bool
}

func (l *listener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: nc, srv: l.srv, smtp: l.smtp, closed: make(chan struct{})}
	l.srv.wg.Add(1) // Accept is called by a goroutine that counts itself, so this cannot meet Wait at zero
	l.srv.note(func() {
		l.srv.conns[c] = struct{}{}
		if l.smtp {
			l.srv.dialogues.Connections++
		}
	})
	if l.srv.ctx.Err() != nil {
		c.Close()
	}
	return c, nil
}

// conn knows when it is closed from either side, and whether the last thing it carried was QUIT.
type conn struct {
	net.Conn
	srv    *Server
	smtp   bool
	once   sync.Once
	closed chan struct{}

	mu      sync.Mutex
	greeted bool
	tail    []byte // the last bytes read
}

func (c *conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	first := !c.greeted
	c.greeted = true
	c.mu.Unlock()
	if c.smtp && first && c.srv.stage(AtGreeting, c) {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	c.tail = append(c.tail, b[:n]...)
	c.tail = c.tail[max(0, len(c.tail)-6):]
	c.mu.Unlock()
	return n, err
}

func (c *conn) quit() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.EqualFold(c.tail, []byte("QUIT\r\n"))
}

func (c *conn) Close() error {
	c.once.Do(func() {
		defer c.srv.wg.Done()
		close(c.closed)
		c.srv.note(func() {
			delete(c.srv.conns, c)
			if c.smtp && c.quit() {
				c.srv.dialogues.Quit++
			}
		})
	})
	return c.Conn.Close()
}

// waitClosed blocks until the client has given up, or the server is closed.
func (c *conn) waitClosed() {
	gone := make(chan struct{})
	go func() { // ends with the connection, which the next line but one closes at the latest
		defer close(gone)
		buf := make([]byte, 1024)
		for {
			if _, err := c.Conn.Read(buf); err != nil {
				return
			}
		}
	}()
	select {
	case <-gone:
	case <-c.closed:
	case <-c.srv.ctx.Done():
	}
	c.Close()
	<-gone
}
