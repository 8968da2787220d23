package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	gosmtp "github.com/emersion/go-smtp"
)

// Options of a server; the zero value fits.
type Options struct {
	Name        string           // the server's own host name; "mail.example.test"
	Now         func() time.Time // for INTERNALDATE and Received; nil means the clock of this machine
	Relay       bool             // take mail for addresses that do not exist; it is recorded and goes nowhere
	RequireAuth bool             // want a mailbox's address and password before MAIL
	Log         *slog.Logger     // nil: none
}

// Server is a running server.
type Server struct {
	opts   Options
	smtp   *gosmtp.Server
	imap   *imapserver.Server
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	roots  *x509.CertPool
	addr   struct{ smtp, smtps, imap, imaps string }

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced at every change
	boxes     map[string]*Mailbox
	lists     map[string]*list
	sent      []Accepted
	dialogues Dialogues
	faults    Faults
	used      int // how often faults applied
	listeners []net.Listener
	conns     map[*conn]struct{}
}

// Accepted is a mail that the SMTP server took.
type Accepted struct {
	From  string // envelope
	Rcpts []string
	Raw   []byte // as it came, lines ended by CRLF
	Queue string // the queue id in the verdict
	Hello string // the name the client gave
}

// Dialogues counts what happened on the SMTP ports. A client that died after the final dot, before or after the verdict,
// leaves a connection that is neither in Quit nor in Interrupted.
type Dialogues struct {
	Connections  int // accepted
	Quit         int // ended with QUIT, as far as can be seen: not on connections with TLS
	Transactions int // MAIL commands taken
	Taken        int // mails taken at the final dot
	Refused      int // mails refused at the final dot
	Interrupted  int // connections lost with a transaction open, before the final dot was read
	Unanswered   int // connections lost by a fault between the final dot and the verdict
}

// Start starts a server on free ports of 127.0.0.1; it runs until ctx ends or Close.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Name == "" {
		opts.Name = "mail.example.test"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	cert, roots, err := certificate()
	if err != nil {
		return nil, fmt.Errorf("making a certificate for the test mail server: %w", err)
	}
	s := &Server{opts: opts, roots: roots, changed: make(chan struct{}), boxes: map[string]*Mailbox{}, lists: map[string]*list{}, conns: map[*conn]struct{}{}}
	s.ctx, s.cancel = context.WithCancel(ctx)
	conf := &tls.Config{Certificates: []tls.Certificate{cert}}
	logger := slog.NewLogLogger(opts.Log.Handler(), slog.LevelWarn)

	s.smtp = gosmtp.NewServer(gosmtp.BackendFunc(s.newSMTP))
	s.smtp.Domain = opts.Name
	s.smtp.AllowInsecureAuth = true // it listens on the loopback only
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.MaxRecipients = 1000
	s.smtp.TLSConfig = conf
	s.smtp.ErrorLog = logger

	s.imap = imapserver.New(&imapserver.Options{
		NewSession: s.newIMAP,
		Caps: goimap.CapSet{goimap.CapIMAP4rev1: {}, goimap.CapIdle: {}, goimap.CapUIDPlus: {}, goimap.CapMove: {},
			goimap.CapNamespace: {}, goimap.CapESearch: {}, goimap.CapListExtended: {}, goimap.CapListStatus: {}},
		TLSConfig:    conf,
		InsecureAuth: true,
		Logger:       logger,
	})

	s.wg.Go(func() {
		<-s.ctx.Done()
		s.shut()
	})
	for _, l := range []struct {
		addr  *string
		tls   bool
		serve func(net.Listener) error
	}{
		{&s.addr.smtp, false, s.smtp.Serve}, {&s.addr.smtps, true, s.smtp.Serve},
		{&s.addr.imap, false, s.imap.Serve}, {&s.addr.imaps, true, s.imap.Serve},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("starting the test mail server: %w", err)
		}
		*l.addr = ln.Addr().String()
		ln = &listener{Listener: ln, srv: s, smtp: l.addr == &s.addr.smtp || l.addr == &s.addr.smtps}
		if l.tls {
			ln = tls.NewListener(ln, conf)
		}
		s.note(func() { s.listeners = append(s.listeners, ln) })
		s.wg.Go(func() {
			if err := l.serve(ln); err != nil && !errors.Is(err, net.ErrClosed) {
				opts.Log.Warn("test mail server", "err", err)
			}
		})
	}
	return s, nil
}

// Close ends all listeners and connections and waits for them.
func (s *Server) Close() error {
	s.cancel()
	s.wg.Wait()
	return nil
}

// shut ends all that listens and all connections; each connection counts in s.wg until it is closed.
func (s *Server) shut() {
	s.mu.Lock()
	listeners := slices.Clone(s.listeners)
	s.mu.Unlock()
	for _, ln := range listeners {
		ln.Close()
	}
	s.smtp.Close()
	s.imap.Close()
	s.closeConns(func(*conn) bool { return true })
}

func (s *Server) closeConns(which func(*conn) bool) {
	s.mu.Lock()
	conns := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	for _, c := range conns {
		if which(c) {
			c.Close()
		}
	}
}

// SMTPAddr is the address of the submission port with STARTTLS, on which TLS may also be left out.
func (s *Server) SMTPAddr() string { return s.addr.smtp }

// SMTPSAddr is the address of the submission port with TLS from the first byte.
func (s *Server) SMTPSAddr() string { return s.addr.smtps }

// IMAPAddr is the address of the IMAP port with STARTTLS, on which TLS may also be left out.
func (s *Server) IMAPAddr() string { return s.addr.imap }

// IMAPSAddr is the address of the IMAP port with TLS from the first byte.
func (s *Server) IMAPSAddr() string { return s.addr.imaps }

// RootCAs trusts the server's certificate, which is for 127.0.0.1, ::1 and localhost.
func (s *Server) RootCAs() *x509.CertPool { return s.roots }

// Sent lists the mails that came in by SMTP, in order.
func (s *Server) Sent() []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Dialogues returns the counts so far.
func (s *Server) Dialogues() Dialogues {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialogues
}

// Wait returns when cond holds; it is asked again after every change: mail taken, delivered or held, dialogues begun
// and ended. It may call the server's methods.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.ctx.Done():
			return errors.New("the test mail server was closed")
		}
	}
}

// note changes the server's records under the lock and wakes all who wait.
func (s *Server) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

// canonical is the form in which addresses are compared: domain and local part without case, no +detail.
func canonical(addr string) string {
	addr = strings.ToLower(strings.TrimSpace(addr))
	local, domain, _ := strings.Cut(addr, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
