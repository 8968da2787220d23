package imap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"dcbot/mail/internal/dial"
)

// session is one connection with the folder open. go-imap reads in a goroutine of its own: it must never wait for us,
// so its handler only leaves a mark, and no command is given while a FETCH is not read to its end.
type session struct {
	*Client
	imap     *imapclient.Client
	guard    *dial.Guard
	stop     func() bool
	changed  chan struct{} // capacity 1: the server said that mail arrived
	validity uint32
}

// Allowances of single steps, in bytes. A SEARCH answer may name a million mails.
const (
	smallAnswer  = 1 << 20
	searchAnswer = 16 << 20
	// MaxHeader is how much of the header of an over-size mail is fetched.
	maxHeader = 256 << 10
)

func (c *Client) server() dial.Server {
	return dial.Server{Addr: c.cfg.Addr, Mode: c.cfg.TLS, RootCAs: c.cfg.RootCAs, Timeout: c.cfg.DialTimeout, Dial: c.cfg.Dial}
}

// connect brings a connection to the authenticated state.
func (c *Client) connect(ctx context.Context) (*session, error) {
	srv := c.server()
	guard, err := srv.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{Client: c, guard: guard, changed: make(chan struct{}, 1)}
	s.stop = context.AfterFunc(ctx, func() { guard.Fail(context.Cause(ctx)) })
	if err := s.greet(srv); err != nil {
		s.close()
		return nil, err
	}
	if err := s.login(srv); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) greet(srv dial.Server) error {
	// Some servers repeat EXISTS with every answer: only a count that grew means mail. Called by go-imap's reader alone.
	count, known := uint32(0), false
	opts := &imapclient.Options{
		TLSConfig: srv.TLSConfig(),
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Expunge: func(uint32) { count-- },
			Mailbox: func(data *imapclient.UnilateralDataMailbox) {
				if data.NumMessages == nil || known && *data.NumMessages == count {
					return
				}
				count, known = *data.NumMessages, true
				select {
				case s.changed <- struct{}{}:
				default:
				}
			},
		},
	}
	if srv.Mode == dial.StartTLS {
		err := s.step("STARTTLS", smallAnswer, func() (err error) {
			s.imap, err = imapclient.NewStartTLS(s.guard, opts)
			return err
		})
		if err != nil {
			e := srv.Explain("start TLS with "+srv.Addr, err)
			if e.Remedy == "" {
				e.Remedy = "use TLS mode \"tls\" (port 993) if the server has no STARTTLS here"
			}
			return e
		}
		return nil
	}
	s.imap = imapclient.New(s.guard, opts)
	if err := s.step("the greeting", smallAnswer, s.imap.WaitGreeting); err != nil {
		return srv.Explain("be greeted by "+srv.Addr, err)
	}
	return nil
}

func (s *session) login(srv dial.Server) error {
	doing := fmt.Sprintf("log in to %s as %s", srv.Addr, s.cfg.User)
	var caps goimap.CapSet
	err := s.step("CAPABILITY", smallAnswer, func() error {
		if caps = s.imap.Caps(); caps == nil {
			return errors.New("the server does not say what it can do")
		}
		return nil
	})
	if err != nil {
		return srv.Explain(doing, err)
	}
	plain := caps.Has(goimap.AuthCap(sasl.Plain)) // carries UTF-8 passwords; LOGIN does not
	if caps.Has(goimap.CapLoginDisabled) && !plain {
		return &dial.Error{Doing: doing, Err: errors.New("the server allows no login with a password here"),
			Remedy: "use TLS mode \"tls\" or \"starttls\", or ask the provider for an application password"}
	}
	if s.imap.State() != goimap.ConnStateNotAuthenticated {
		return nil // PREAUTH
	}
	err = s.step("the login", smallAnswer, func() error {
		if plain {
			return s.imap.Authenticate(sasl.NewPlainClient("", s.cfg.User, s.cfg.Password))
		}
		return s.imap.Login(s.cfg.User, s.cfg.Password).Wait()
	})
	if err == nil {
		return nil
	}
	e := srv.Explain(doing, err)
	var no *goimap.Error
	if errors.As(err, &no) {
		e.Remedy = "check user and password; some providers want an application password, or IMAP to be switched on for the account"
	}
	return e
}

// step runs one command under the command time-out.
func (s *session) step(doing string, allow int64, f func() error) error {
	s.guard.Arm(doing, s.cfg.CommandTimeout, allow)
	defer s.guard.Disarm()
	return s.cause(f())
}

// cause tells the guard's reason instead of what the library made of a closed connection.
func (s *session) cause(err error) error {
	if err == nil {
		return nil
	}
	return s.guard.Cause(err)
}

// examine opens the folder read-only, so that nothing we do can set \Seen, and decides where to go on.
func (s *session) examine(ctx context.Context, cur *Cursor) error {
	var data *goimap.SelectData
	err := s.step("EXAMINE", smallAnswer, func() (err error) {
		data, err = s.imap.Select(s.cfg.Folder, &goimap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	if err != nil {
		return s.noFolder(err)
	}
	s.validity = data.UIDValidity
	switch fresh := cur.UIDValidity == 0 && cur.UID == 0; {
	case cur.Folder != "" && cur.Folder != s.cfg.Folder:
		return fmt.Errorf("the cursor is for folder %q, not %q", cur.Folder, s.cfg.Folder)
	case fresh:
		*cur = Cursor{Folder: s.cfg.Folder, UIDValidity: data.UIDValidity}
		return nil
	case cur.UIDValidity != data.UIDValidity:
		s.cfg.Log.Warn("the folder has a new UIDVALIDITY: reading all of it again", "was", cur.UIDValidity, "is", data.UIDValidity)
	case data.UIDNext != 0 && uint32(data.UIDNext) <= cur.UID && !s.rewound[data.UIDValidity]:
		// UIDs only grow (RFC 9051 section 2.3.1.1): this one was put back from a backup, and will give out known UIDs
		// to new mail. Once only: a server that goes on saying it is simply wrong about UIDNEXT.
		s.rewound[data.UIDValidity] = true
		s.cfg.Log.Warn("the folder's UIDs went back: reading all of it again", "uidnext", data.UIDNext, "cursor", cur.UID)
	default:
		return nil
	}
	next := Cursor{Folder: s.cfg.Folder, UIDValidity: data.UIDValidity}
	if s.cfg.Reset != nil {
		if err := s.cfg.Reset(ctx, next); err != nil {
			return fmt.Errorf("storing that %s starts over: %w", s.cfg.Folder, err)
		}
	}
	*cur = next
	s.Client.resync = true
	return nil
}

// noFolder explains a refused EXAMINE by the folders that there are.
func (s *session) noFolder(err error) error {
	e := &dial.Error{Doing: fmt.Sprintf("open folder %q of %s", s.cfg.Folder, s.cfg.User), Err: err}
	var no *goimap.Error
	if !errors.As(err, &no) {
		return e
	}
	var names []string
	err = s.step("LIST", smallAnswer, func() error {
		boxes, err := s.imap.List("", "*", nil).Collect()
		for _, b := range boxes {
			names = append(names, fmt.Sprintf("%q", b.Mailbox))
		}
		return err
	})
	if err == nil && len(names) > 0 {
		e.Remedy = "set the folder to one that there is: " + strings.Join(names, ", ")
	}
	return e
}

// logout is politeness; what comes of it does not matter.
func (s *session) logout() {
	_ = s.step("LOGOUT", smallAnswer, func() error { return s.imap.Logout().Wait() })
}

// close ends the connection and waits for go-imap's reader. Every FETCH is read to its end before (see fetch), so the
// reader waits for nothing but the connection.
func (s *session) close() {
	s.stop()
	_ = s.guard.Close()
	if s.imap != nil {
		_ = s.imap.Close()
	}
}

// Check connects, logs in and opens the folder. The error names the cause and the remedy.
func Check(ctx context.Context, cfg Config) error {
	c := New(cfg)
	s, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.examine(ctx, &Cursor{}); err != nil {
		return err
	}
	s.logout()
	return nil
}
