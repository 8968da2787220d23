package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"dcbot/mail/internal/dial"
)

// Check connects, says EHLO, starts TLS and logs in. The error names the cause and the remedy.
func Check(ctx context.Context, cfg Config) error {
	c := New(cfg)
	s, err := c.open(ctx, "")
	if err != nil {
		return err
	}
	s.close()
	return nil
}

func (c *Client) server() dial.Server {
	return dial.Server{Addr: c.cfg.Addr, Mode: c.cfg.TLS, RootCAs: c.cfg.RootCAs, Timeout: c.cfg.DialTimeout, Dial: c.cfg.Dial}
}

// open brings a dialogue to where MAIL can be said.
func (c *Client) open(ctx context.Context, from string) (*session, error) {
	srv := c.server()
	guard, err := srv.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{cfg: &c.cfg, guard: guard}
	s.stop = context.AfterFunc(ctx, func() { guard.Fail(context.Cause(ctx)) })
	if err := s.hello(srv, c.helloName(from, guard)); err != nil {
		s.close()
		return nil, err
	}
	if err := s.login(srv); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) hello(srv dial.Server, name string) error {
	var conn net.Conn = s.guard
	if srv.Mode == dial.StartTLS {
		err := s.step("STARTTLS", s.cfg.CommandTimeout, func() (err error) {
			conn, err = startTLS(s.guard, name, srv.TLSConfig())
			return err
		})
		if err != nil {
			e := srv.Explain("start TLS with "+srv.Addr, err)
			if errors.Is(err, errNoStartTLS) {
				e.Remedy = "use TLS mode \"tls\" (port 465), or another port"
			}
			return e
		}
	}
	s.Client = gosmtp.NewClient(conn)
	err := s.step("EHLO", s.cfg.CommandTimeout, func() error { return s.Hello(name) })
	if err != nil {
		e := srv.Explain("be greeted by "+srv.Addr, err)
		var reply *gosmtp.SMTPError
		if errors.As(err, &reply) {
			e.Remedy = fmt.Sprintf("the server refuses this machine or the name %q: ask its operator, or set another hello name", name)
		} else if errors.Is(err, io.EOF) && e.Remedy == "" {
			e.Remedy = "the server closed the connection at once: check port and TLS mode"
		}
		return e
	}
	s.quit = true
	return nil
}

func (s *session) login(srv dial.Server) error {
	if s.cfg.User == "" {
		return nil
	}
	doing := fmt.Sprintf("log in to %s as %s", srv.Addr, s.cfg.User)
	var auth sasl.Client
	switch {
	case s.SupportsAuth(sasl.Plain):
		auth = sasl.NewPlainClient("", s.cfg.User, s.cfg.Password)
	case s.SupportsAuth(sasl.Login):
		auth = sasl.NewLoginClient(s.cfg.User, s.cfg.Password)
	default:
		return &dial.Error{Doing: doing, Err: errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN here"),
			Remedy: "use the submission port (465 with TLS mode \"tls\", 587 with \"starttls\"), or leave the user empty if this server needs no login"}
	}
	err := s.step("AUTH", s.cfg.CommandTimeout, func() error { return s.Auth(auth) })
	if err == nil {
		return nil
	}
	e := srv.Explain(doing, err)
	var reply *gosmtp.SMTPError
	if errors.As(err, &reply) {
		e.Remedy = "check user and password; some providers want an application password, or sending by SMTP to be switched on for the account"
	}
	return e
}

// helloName is the configured name, else the sender's domain, else our address as a literal (RFC 5321 section 4.1.3).
func (c *Client) helloName(from string, conn net.Conn) string {
	if c.cfg.Hello != "" {
		return c.cfg.Hello
	}
	if i := strings.LastIndexByte(from, '@'); i >= 0 && strings.Contains(from[i+1:], ".") && ascii(from[i+1:]) {
		return from[i+1:]
	}
	if name, err := os.Hostname(); err == nil && strings.Contains(name, ".") && !strings.HasPrefix(name, "localhost") {
		return name
	}
	a, ok := conn.LocalAddr().(*net.TCPAddr)
	switch {
	case !ok:
		return "[127.0.0.1]"
	case a.IP.To4() != nil:
		return "[" + a.IP.String() + "]"
	}
	return "[IPv6:" + a.IP.String() + "]"
}

var errNoStartTLS = errors.New("the server does not offer STARTTLS")

// startTLS upgrades conn (RFC 3207). go-smtp would do it, but says "EHLO localhost" before it.
func startTLS(conn net.Conn, name string, cfg *tls.Config) (net.Conn, error) {
	r := bufio.NewReader(conn)
	text := textproto.NewReader(r)
	ask := func(expect int, format string, a ...any) (string, error) {
		if format != "" {
			if _, err := fmt.Fprintf(conn, format+"\r\n", a...); err != nil {
				return "", err
			}
		}
		_, msg, err := text.ReadResponse(expect)
		return msg, err
	}
	if _, err := ask(220, ""); err != nil {
		return nil, err
	}
	caps, err := ask(250, "EHLO %s", name)
	if err != nil {
		return nil, err
	}
	if !offers(caps, "STARTTLS") {
		return nil, errNoStartTLS
	}
	if _, err := ask(220, "STARTTLS"); err != nil {
		return nil, err
	}
	if r.Buffered() > 0 {
		return nil, errors.New("the server sent data between STARTTLS and the handshake") // command injection, CVE-2011-0411
	}
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	// go-smtp waits for a greeting, which the server does not repeat after STARTTLS.
	return &greeted{Conn: tc, r: io.MultiReader(strings.NewReader("220 "+name+"\r\n"), tc)}, nil
}

func offers(caps, name string) bool {
	for line := range strings.Lines(caps) {
		if f := strings.Fields(line); len(f) > 0 && strings.EqualFold(f[0], name) {
			return true
		}
	}
	return false
}

type greeted struct {
	net.Conn
	r io.Reader
}

func (g *greeted) Read(b []byte) (int, error) { return g.r.Read(b) }
