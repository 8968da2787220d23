package mailtest

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Mailbox is an account; its user name is its address. Mail arrives in INBOX. "address+detail" is the same mailbox.
type Mailbox struct {
	Address, Password string
	srv               *Server
	user              *imapmemserver.User
	mails             [][]byte // guarded by srv.mu
}

// AddMailbox makes an account.
func (s *Server) AddMailbox(address, password string) *Mailbox {
	m := &Mailbox{Address: address, Password: password, srv: s, user: imapmemserver.NewUser(address, password)}
	if err := m.user.Create("INBOX", nil); err != nil {
		panic(err) // unreachable: the user is new
	}
	s.note(func() { s.boxes[canonical(address)] = m })
	return m
}

// Mailbox returns an account, or nil.
func (s *Server) Mailbox(address string) *Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.boxes[canonical(address)]
}

// Mails lists what was delivered to the INBOX, in order, whatever people did with it since.
func (m *Mailbox) Mails() [][]byte {
	m.srv.mu.Lock()
	defer m.srv.mu.Unlock()
	return slices.Clone(m.mails)
}

// Deliver puts raw into the INBOX as it is.
func (m *Mailbox) Deliver(raw []byte) {
	raw = bytes.Clone(raw)
	if _, err := m.user.Append("INBOX", bytes.NewReader(raw), &goimap.AppendOptions{Time: m.srv.opts.Now()}); err != nil {
		m.srv.opts.Log.Warn("test mail server: delivering", "to", m.Address, "err", err)
		return
	}
	m.srv.note(func() { m.mails = append(m.mails, raw) })
}

// deliver adds what the last server on the way adds (RFC 5321 section 4.4).
func (m *Mailbox) deliver(from, to string, raw []byte, queue string) {
	head := fmt.Sprintf("Return-Path: <%s>\r\nDelivered-To: %s\r\nReceived: by %s with SMTP id %s\r\n\tfor <%s>; %s\r\n",
		from, m.Address, m.srv.opts.Name, queue, to, m.srv.opts.Now().UTC().Format(time.RFC1123Z))
	m.Deliver(append([]byte(head), raw...))
}

// CreateFolder makes another folder.
func (m *Mailbox) CreateFolder(name string) error { return m.user.Create(name, nil) }

// Renew makes the INBOX anew, as after a restored backup: a new UIDVALIDITY, UIDs from 1, and all that was delivered.
func (m *Mailbox) Renew() error {
	m.srv.mu.Lock()
	defer m.srv.mu.Unlock()
	if err := m.user.Delete("INBOX"); err != nil {
		return err
	}
	if err := m.user.Create("INBOX", nil); err != nil {
		return err
	}
	for _, raw := range m.mails {
		if _, err := m.user.Append("INBOX", bytes.NewReader(raw), &goimap.AppendOptions{Time: m.srv.opts.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// DropIMAP closes all IMAP connections.
func (s *Server) DropIMAP() {
	s.closeConns(func(c *conn) bool { return !c.smtp })
}

// imapSession is one IMAP connection.
type imapSession struct {
	*imapmemserver.UserSession // nil before the login
	srv                        *Server
}

func (s *Server) newIMAP(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
	return &imapSession{srv: s}, nil, nil
}

func (t *imapSession) Login(user, password string) error {
	m := t.srv.Mailbox(user)
	if m == nil || m.Password != password {
		return imapserver.ErrAuthFailed
	}
	t.UserSession = imapmemserver.NewUserSession(m.user)
	return nil
}

// Idle announces also what arrived between the last command and IDLE, as real servers do; imapmemserver stays silent
// about that until the next mail.
func (t *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		t.srv.mu.Lock()
		changed := t.srv.changed
		t.srv.mu.Unlock()
		if err := t.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stop:
			return nil
		case <-t.srv.ctx.Done():
			return nil
		}
	}
}
