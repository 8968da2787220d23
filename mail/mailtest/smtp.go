package mailtest

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// smtpSession is one connection to the SMTP server.
type smtpSession struct {
	srv    *Server
	conn   *gosmtp.Conn
	authed bool
	from   string
	open   bool // MAIL was taken, the final dot not read
	rcpts  []string
}

func (s *Server) newSMTP(c *gosmtp.Conn) (gosmtp.Session, error) {
	return &smtpSession{srv: s, conn: c}, nil
}

func (t *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (t *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if b := t.srv.Mailbox(user); b == nil || b.Password != password {
			return gosmtp.ErrAuthFailed
		}
		t.authed = true
		return nil
	}), nil
}

func (t *smtpSession) Mail(from string, _ *gosmtp.MailOptions) error {
	if t.srv.opts.RequireAuth && !t.authed {
		return gosmtp.ErrAuthRequired
	}
	if t.srv.stage(AtMail, t.conn.Conn()) {
		return io.ErrClosedPipe
	}
	if err := t.srv.reply(func(f Faults) Reply { return f.Mail }); err != nil {
		return err
	}
	t.from, t.open = from, true
	t.srv.note(func() { t.srv.dialogues.Transactions++ })
	return nil
}

func (t *smtpSession) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	if t.srv.stage(AtRcpt, t.conn.Conn()) {
		return io.ErrClosedPipe
	}
	t.srv.mu.Lock()
	refusal := t.srv.faults.Rcpt[to]
	known := t.srv.boxes[canonical(to)] != nil || t.srv.lists[canonical(to)] != nil
	t.srv.mu.Unlock()
	if err := refusal.err(); err != nil {
		return err
	}
	if !known && !t.srv.opts.Relay {
		return Reply{550, [3]int{5, 1, 1}, "no such address: " + to}.err()
	}
	t.rcpts = append(t.rcpts, to)
	return nil
}

func (t *smtpSession) Data(r io.Reader) error {
	if t.srv.stage(AtData, t.conn.Conn()) {
		return io.ErrClosedPipe
	}
	raw, err := io.ReadAll(r)
	t.open = false
	if err != nil { // the connection ended before the dot
		t.srv.note(func() { t.srv.dialogues.Interrupted++ })
		return err
	}
	if t.srv.stage(AtDot, t.conn.Conn()) {
		t.srv.note(func() { t.srv.dialogues.Unanswered++ })
		return io.ErrClosedPipe
	}
	if err := t.srv.reply(func(f Faults) Reply { return f.Dot }); err != nil {
		t.srv.note(func() { t.srv.dialogues.Refused++ })
		return err
	}
	a := t.srv.take(t.from, t.rcpts, raw, t.conn.Hostname())
	t.srv.mu.Lock()
	taken := t.srv.faults.Taken
	t.srv.mu.Unlock()
	if taken != nil {
		taken(a)
	}
	if t.srv.stage(AtVerdict, t.conn.Conn()) {
		t.srv.note(func() { t.srv.dialogues.Unanswered++ })
		return io.ErrClosedPipe
	}
	// go-smtp answers a nil error with a text of its own; a success with the queue id is what real servers give.
	return &gosmtp.SMTPError{Code: 250, EnhancedCode: gosmtp.EnhancedCode{2, 0, 0}, Message: "queued as " + a.Queue}
}

func (t *smtpSession) Reset() { t.from, t.rcpts, t.open = "", nil, false }

func (t *smtpSession) Logout() error {
	if t.open {
		t.open = false
		t.srv.note(func() { t.srv.dialogues.Interrupted++ })
	}
	return nil
}

// take records a mail and delivers it.
func (s *Server) take(from string, rcpts []string, raw []byte, hello string) Accepted {
	a := Accepted{From: from, Rcpts: slices.Clone(rcpts), Raw: bytes.Clone(raw), Hello: hello}
	s.note(func() {
		a.Queue = fmt.Sprintf("T%05d", len(s.sent)+1)
		s.sent = append(s.sent, a)
		s.dialogues.Taken++
	})
	s.distribute(a)
	return a
}

// Submit takes a mail as if it had come by SMTP, without a dialogue: for the members of lists whose mail programs are
// not what is tested. It appears in Sent.
func (s *Server) Submit(from string, rcpts []string, raw []byte) Accepted {
	a := Accepted{From: from, Rcpts: slices.Clone(rcpts), Raw: bytes.Clone(raw)}
	s.note(func() {
		a.Queue = fmt.Sprintf("T%05d", len(s.sent)+1)
		s.sent = append(s.sent, a)
	})
	s.distribute(a)
	return a
}

// distribute hands a mail to the mailboxes and lists that it is for.
func (s *Server) distribute(a Accepted) {
	for _, to := range a.Rcpts {
		s.mu.Lock()
		box, l := s.boxes[canonical(to)], s.lists[canonical(to)]
		s.mu.Unlock()
		switch {
		case box != nil:
			box.deliver(a.From, to, a.Raw, a.Queue)
		case l != nil:
			s.post(l, a)
		}
	}
}
