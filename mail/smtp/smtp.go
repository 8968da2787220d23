package smtp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"dcbot/mail/internal/dial"
)

// TLSMode says how the connection is protected.
type TLSMode = dial.Mode

const (
	TLS      = dial.TLS      // from the first byte (port 465)
	StartTLS = dial.StartTLS // after STARTTLS, which must succeed (port 587)
	NoTLS    = dial.Plain    // loopback addresses only
)

// ConnectError is the failure to reach, to trust or to log in to the server; its text names the remedy.
type ConnectError = dial.Error

// Config says which server takes our mail. The zero value of a duration means its default.
type Config struct {
	Addr     string // host:port
	User     string // empty: no login
	Password string
	TLS      TLSMode // "" means TLS
	RootCAs  *x509.CertPool

	// Hello is the name given with EHLO; "" means the domain of the sender. Never "localhost": receivers score it
	// as spam (RFC 5321 section 4.1.1.1 wants a name that resolves or an address literal).
	Hello string

	DialTimeout    time.Duration // connecting and TLS; 30 s
	CommandTimeout time.Duration // each command but the two below; 5 min (RFC 5321 section 4.5.3.2)
	DataTimeout    time.Duration // the whole of a message's bytes, without the final dot; 10 min
	VerdictTimeout time.Duration // from the final dot to the answer; 10 min

	Log *slog.Logger // nil: none
	// Dial replaces the network in tests.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client sends mail; one connection per mail. It may be used by several goroutines.
type Client struct{ cfg Config }

// New returns a client; it does not connect.
func New(cfg Config) *Client {
	set := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	set(&cfg.DialTimeout, 30*time.Second)
	set(&cfg.CommandTimeout, 5*time.Minute)
	set(&cfg.DataTimeout, 10*time.Minute)
	set(&cfg.VerdictTimeout, 10*time.Minute)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{cfg: cfg}
}

// Result is what became of a mail that the server was asked to take.
type Result struct {
	Recipients []Recipient // in the order asked for; empty when it did not come to RCPT
	Reply      string      // what the server said to the final dot, such as its queue id
}

// Recipient is the server's answer to one RCPT.
type Recipient struct {
	Address string
	Err     *Error // nil: accepted
}

// Rejected lists the recipients that the server did not take.
func (r Result) Rejected() []Recipient {
	var bad []Recipient
	for _, rc := range r.Recipients {
		if rc.Err != nil {
			bad = append(bad, rc)
		}
	}
	return bad
}

// verdictGrace is how long a cancelled Send still waits for the answer to the final dot: an answer spares a person the
// question whether the mail went out.
const verdictGrace = 10 * time.Second

// Send hands raw to the server, from and to the envelope addresses given. A nil error means the server took it for at
// least one recipient: see Result.Rejected for the others. Every other error is an *Error.
//
// committing is called when all but the final dot has been given to the connection: what it writes down is the point
// of no return. If it fails, the connection is dropped and the mail is not sent. It may be nil.
func (c *Client) Send(ctx context.Context, from string, rcpts []string, raw []byte, committing func() error) (Result, error) {
	res, err := c.send(ctx, from, rcpts, raw, committing)
	log := c.cfg.Log.With("smtp", c.cfg.Addr, "bytes", len(raw), "recipients", len(rcpts), "rejected", len(res.Rejected()))
	if err != nil {
		log.Warn("mail not sent", "err", err)
	} else {
		log.Info("mail sent", "reply", res.Reply)
	}
	return res, err
}

func (c *Client) send(ctx context.Context, from string, rcpts []string, raw []byte, committing func() error) (Result, error) {
	var res Result
	if err := checkEnvelope(from, rcpts); err != nil {
		return res, err
	}
	s, err := c.open(ctx, from)
	if err != nil {
		return res, beforeMail(err)
	}
	defer s.close()

	if err := s.mail(from, rcpts, len(raw)); err != nil {
		return res, err
	}
	if err := s.recipients(rcpts, &res); err != nil {
		return res, err
	}
	w, err := s.data(raw)
	if err != nil {
		return res, err
	}
	return res, s.commit(ctx, w, committing, &res)
}

func checkEnvelope(from string, rcpts []string) error {
	bad := func(format string, a ...any) error {
		return &Error{Op: "MAIL", Msg: fmt.Sprintf(format, a...)}
	}
	if len(rcpts) == 0 {
		return bad("the mail has no recipient")
	}
	for _, a := range append([]string{from}, rcpts...) {
		if strings.ContainsAny(a, "\r\n<> \x00") {
			return bad("%q is not a mail address", a)
		}
	}
	return nil
}

// session is one SMTP dialogue.
type session struct {
	*gosmtp.Client
	cfg   *Config
	guard *dial.Guard
	stop  func() bool // ends the watch over the context
	quit  bool        // the dialogue is in a state where QUIT makes sense
}

// step runs one exchange under the command time-out. Replies of more than 64 KB are nobody's.
func (s *session) step(doing string, d time.Duration, f func() error) error {
	s.guard.Arm(doing, d, 64<<10)
	defer s.guard.Disarm()
	if err := f(); err != nil {
		return s.guard.Cause(err)
	}
	return nil
}

// mail opens the transaction; the size is declared so that a server can refuse before the bytes travel (RFC 1870).
func (s *session) mail(from string, rcpts []string, size int) error {
	opts := &gosmtp.MailOptions{Size: int64(size)}
	for _, a := range append([]string{from}, rcpts...) {
		if !ascii(a) {
			opts.UTF8 = true
		}
	}
	if ok, _ := s.Extension("SMTPUTF8"); opts.UTF8 && !ok {
		return &Error{Op: "MAIL", Msg: "the server does not take addresses outside ASCII (no SMTPUTF8, RFC 6531)"}
	}
	err := s.step("MAIL", s.cfg.CommandTimeout, func() error { return s.Mail(from, opts) })
	return s.fail("MAIL", err)
}

// recipients asks for each recipient; a refused one does not stop the others.
func (s *session) recipients(rcpts []string, res *Result) error {
	accepted := 0
	for _, to := range rcpts {
		err := s.step("RCPT", s.cfg.CommandTimeout, func() error { return s.Rcpt(to, nil) })
		e := asError("RCPT", err)
		if e != nil && (e.Code == 0 || e.Code == 421) {
			s.quit = false
			return e // the connection is gone, or going: RFC 5321 section 3.8
		}
		res.Recipients = append(res.Recipients, Recipient{Address: to, Err: e})
		if e == nil {
			accepted++
		}
	}
	if accepted > 0 {
		return nil
	}
	// Worth another try if it is for one of them.
	first := *res.Recipients[0].Err
	for _, rc := range res.Recipients {
		if rc.Err.Temporary && !first.Temporary {
			first = *rc.Err
		}
	}
	return &first
}

// data sends the bytes of the message, all but the end of it: the dot is written by the Close of the writer alone.
func (s *session) data(raw []byte) (*gosmtp.DataCommand, error) {
	var w *gosmtp.DataCommand
	err := s.step("DATA", s.cfg.CommandTimeout, func() (err error) { w, err = s.Data(); return err })
	if err != nil {
		return nil, s.fail("DATA", err)
	}
	s.quit = false // from here on QUIT would be read as text
	err = s.step("the bytes of the mail", s.cfg.DataTimeout, func() error {
		_, err := w.Write(lines(raw))
		return err
	})
	if err != nil {
		return nil, asError("DATA", err)
	}
	return w, nil
}

// commit ends the message and takes the verdict.
func (s *session) commit(ctx context.Context, w *gosmtp.DataCommand, committing func() error, res *Result) error {
	// The context may end the dialogue up to here, not later: after the dot it would only destroy the answer.
	if !s.stop() || ctx.Err() != nil {
		return &Error{Op: "DATA", Temporary: true, err: context.Cause(ctx)}
	}
	if committing != nil {
		if err := committing(); err != nil {
			return &Error{Op: "DATA", Temporary: true, err: fmt.Errorf("noting that the mail is about to be sent: %w", err)}
		}
	}
	s.guard.Arm("the final dot", s.cfg.VerdictTimeout, 64<<10)
	defer s.guard.Disarm()
	hurry := context.AfterFunc(ctx, func() { s.guard.Arm("the final dot", min(verdictGrace, s.cfg.VerdictTimeout), 64<<10) })
	defer hurry()
	resp, err := w.CloseWithResponse()
	var reply *gosmtp.SMTPError
	switch {
	case err == nil:
		res.Reply = resp.StatusText
	case errors.As(err, &reply) && reply.Code/100 == 2:
		res.Reply = reply.Message
	case errors.As(err, &reply) && (reply.Code/100 == 4 || reply.Code/100 == 5):
		s.quit = true
		return asError("final dot", err)
	default:
		return &Error{Op: "final dot", Uncertain: true, err: s.guard.Cause(err)}
	}
	s.quit = true
	return nil
}

// close says QUIT where that is polite; what comes of it does not matter, the verdict is known.
func (s *session) close() {
	s.stop()
	if s.quit {
		_ = s.step("QUIT", min(5*time.Second, s.cfg.CommandTimeout), s.Quit)
	}
	_ = s.guard.Close()
}

// fail makes an error of err and remembers whether the dialogue can still be ended in order.
func (s *session) fail(op string, err error) error {
	e := asError(op, err)
	if e == nil {
		return nil
	}
	s.quit = e.Code != 0 && e.Code != 421
	return e
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// lines makes every line end CRLF. A bare CR is what SMTP smuggling is made of (some servers end a line there, RFC 5321
// section 2.3.8 forbids it), a bare LF is what our own templates contain.
func lines(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/32+2)
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; b {
		case '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
			out = append(out, '\r', '\n')
		case '\n':
			out = append(out, '\r', '\n')
		default:
			out = append(out, b)
		}
	}
	return out
}
