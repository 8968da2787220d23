package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"dcbot/mail/mailtest"
	"dcbot/mail/smtp"
)

const (
	from = "bot@example.test"
	// patience is what a silent server is given: long enough for a busy machine to answer where it is not silent.
	patience = 500 * time.Millisecond
)

var raw = []byte("From: bot@example.test\r\nSubject: Question 6\r\n\r\nHow are decisions made?\r\n.\r\nA line that is a dot stands above.\r\n")

func start(t *testing.T, f mailtest.Faults) (*mailtest.Server, smtp.Config) {
	t.Helper()
	s, err := mailtest.Start(t.Context(), mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, a := range []string{from, "ana@example.org", "ben@example.org", "cleo@example.org"} {
		s.AddMailbox(a, "secret")
	}
	s.SetFaults(f)
	return s, smtp.Config{Addr: s.SMTPAddr(), TLS: smtp.NoTLS}
}

// failed returns err as an *smtp.Error and checks that it means exactly one thing.
func failed(t *testing.T, err error) *smtp.Error {
	t.Helper()
	var e *smtp.Error
	if !errors.As(err, &e) {
		t.Fatalf("err = %v (%T), want an *smtp.Error", err, err)
	}
	if e.Temporary && e.Uncertain {
		t.Errorf("%v is temporary and uncertain", e)
	}
	return e
}

func TestSend(t *testing.T) {
	s, cfg := start(t, mailtest.Faults{})
	committed := 0
	res, err := smtp.New(cfg).Send(t.Context(), from, []string{"ana@example.org", "ben@example.org"}, raw, func() error {
		committed++
		if n := len(s.Sent()); n != 0 {
			t.Errorf("%d mails were sent before the point of no return was noted", n)
		}
		return nil
	})
	if err != nil || committed != 1 || len(res.Rejected()) != 0 || !strings.Contains(res.Reply, "queued as") {
		t.Fatalf("res = %+v, err = %v, committed %d times", res, err, committed)
	}
	a := s.Sent()[0]
	if !bytes.Equal(a.Raw, raw) || a.From != from || len(a.Rcpts) != 2 || a.Hello != "example.test" {
		t.Errorf("the server took %+v", a)
	}
}

func TestLineEnds(t *testing.T) {
	s, cfg := start(t, mailtest.Faults{})
	_, err := smtp.New(cfg).Send(t.Context(), from, []string{"ana@example.org"}, []byte("A: b\n\nx\r.\ry\n.\n\r\n.."), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(s.Sent()[0].Raw), "A: b\r\n\r\nx\r\n.\r\ny\r\n.\r\n\r\n..\r\n"; got != want {
		t.Errorf("the server took %q, want %q", got, want)
	}
	if len(s.Sent()) != 1 {
		t.Error("a mail was smuggled in")
	}
}

// TestOutcomes is case 29: what each refusal or loss means for the mail.
func TestOutcomes(t *testing.T) {
	const ana, ben, cleo = "ana@example.org", "ben@example.org", "cleo@example.org"
	reply := func(code int) mailtest.Reply { return mailtest.Reply{Code: code, Enhanced: [3]int{code / 100, 2, 1}} }
	all := func(code int) map[string]mailtest.Reply {
		return map[string]mailtest.Reply{ana: reply(code), ben: reply(code), cleo: reply(code)}
	}
	tests := []struct {
		name      string
		faults    mailtest.Faults
		rejected  string // recipients and codes in Result
		taken     bool
		op        string // "" when Send succeeds
		code      int
		temporary bool
		uncertain bool
	}{
		{name: "all is well", taken: true},
		{name: "one bad recipient", faults: mailtest.Faults{Rcpt: map[string]mailtest.Reply{ben: reply(550)}}, rejected: "ben@example.org:550", taken: true},
		{name: "one busy recipient", faults: mailtest.Faults{Rcpt: map[string]mailtest.Reply{ana: reply(451)}}, rejected: "ana@example.org:451t", taken: true},
		{name: "all bad", faults: mailtest.Faults{Rcpt: all(550)}, rejected: "ana@example.org:550 ben@example.org:550 cleo@example.org:550", op: "RCPT", code: 550},
		{name: "all bad but one that is busy", faults: mailtest.Faults{Rcpt: map[string]mailtest.Reply{ana: reply(550), ben: reply(550), cleo: reply(450)}},
			rejected: "ana@example.org:550 ben@example.org:550 cleo@example.org:450t", op: "RCPT", code: 450, temporary: true},
		{name: "a full mailbox says 552", faults: mailtest.Faults{Rcpt: all(552)}, rejected: "ana@example.org:552t ben@example.org:552t cleo@example.org:552t",
			op: "RCPT", code: 552, temporary: true},
		{name: "closing down at RCPT", faults: mailtest.Faults{Rcpt: map[string]mailtest.Reply{ben: reply(421)}}, op: "RCPT", code: 421, temporary: true},
		{name: "sender refused", faults: mailtest.Faults{Mail: reply(550)}, op: "MAIL", code: 550},
		{name: "sender put off", faults: mailtest.Faults{Mail: reply(451)}, op: "MAIL", code: 451, temporary: true},
		{name: "content refused", faults: mailtest.Faults{Dot: reply(554)}, op: "final dot", code: 554},
		{name: "content put off", faults: mailtest.Faults{Dot: reply(451)}, op: "final dot", code: 451, temporary: true},
		{name: "552 at the dot", faults: mailtest.Faults{Dot: reply(552)}, op: "final dot", code: 552, temporary: true},
		{name: "lost before the greeting", faults: mailtest.Faults{Drop: mailtest.AtGreeting}, op: "connect", temporary: true},
		{name: "lost at MAIL", faults: mailtest.Faults{Drop: mailtest.AtMail}, op: "MAIL", temporary: true},
		{name: "lost at RCPT", faults: mailtest.Faults{Drop: mailtest.AtRcpt}, op: "RCPT", temporary: true},
		{name: "silent from the start", faults: mailtest.Faults{Silent: mailtest.AtGreeting}, op: "connect", temporary: true},
		{name: "silent at MAIL", faults: mailtest.Faults{Silent: mailtest.AtMail}, op: "MAIL", temporary: true},
		{name: "silent at RCPT", faults: mailtest.Faults{Silent: mailtest.AtRcpt}, op: "RCPT", temporary: true},
		// Case 30.
		{name: "lost after the dot, not taken", faults: mailtest.Faults{Drop: mailtest.AtDot}, op: "final dot", uncertain: true},
		{name: "lost after the dot, taken", faults: mailtest.Faults{Drop: mailtest.AtVerdict}, op: "final dot", uncertain: true, taken: true},
		{name: "silent after the dot, not taken", faults: mailtest.Faults{Silent: mailtest.AtDot}, op: "final dot", uncertain: true},
		{name: "silent after the dot, taken", faults: mailtest.Faults{Silent: mailtest.AtVerdict}, op: "final dot", uncertain: true, taken: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, cfg := start(t, tt.faults)
			switch {
			case tt.faults.Silent == "":
			case tt.uncertain:
				cfg.VerdictTimeout = patience
			default:
				cfg.CommandTimeout = patience
			}
			committed := false
			res, err := smtp.New(cfg).Send(t.Context(), from, []string{ana, ben, cleo}, raw, func() error { committed = true; return nil })
			if (err == nil) != (tt.op == "") {
				t.Fatalf("err = %v", err)
			}
			if err != nil {
				e := failed(t, err)
				if e.Op != tt.op || e.Code != tt.code || e.Temporary != tt.temporary || e.Uncertain != tt.uncertain {
					t.Errorf("got %+v", e)
				}
				if tt.code != 0 && e.Enhanced != fmt.Sprintf("%d.2.1", tt.code/100) {
					t.Errorf("enhanced code %q", e.Enhanced)
				}
			}
			if want := tt.op == "" || tt.op == "final dot"; committed != want {
				t.Errorf("the point of no return was noted: %v, want %v", committed, want)
			}
			var rejected []string
			for _, r := range res.Rejected() {
				mark := map[bool]string{true: "t"}[r.Err.Temporary]
				rejected = append(rejected, fmt.Sprintf("%s:%d%s", r.Address, r.Err.Code, mark))
			}
			if got := strings.Join(rejected, " "); got != tt.rejected {
				t.Errorf("rejected %q, want %q", got, tt.rejected)
			}
			if taken := len(s.Sent()) == 1; taken != tt.taken {
				t.Errorf("the server took it: %v, want %v", taken, tt.taken)
			}
		})
	}
}

func TestDataHasADeadline(t *testing.T) {
	t.Parallel()
	cfg := smtp.Config{TLS: smtp.NoTLS}
	// A server that says 354 and then reads nothing: its window fills.
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	stalled := make(chan struct{})
	defer close(stalled)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		script(c, "220 ready", "250 hello", "250 sender", "250 recipient", "354 go ahead")
		<-stalled
	}()
	cfg.Addr, cfg.DataTimeout = ln.Addr().String(), patience
	_, err = smtp.New(cfg).Send(t.Context(), from, []string{"ana@example.org"}, bytes.Repeat([]byte("0123456789abcde\n"), 1<<20), func() error {
		t.Error("committed although the text never left")
		return nil
	})
	if e := failed(t, err); !e.Temporary || e.Op != "DATA" {
		t.Errorf("got %+v", e)
	}
}

// script says one line and then one line per line it reads.
func script(c net.Conn, lines ...string) {
	buf := make([]byte, 4096)
	for i, line := range lines {
		if i > 0 {
			if _, err := c.Read(buf); err != nil {
				return
			}
		}
		fmt.Fprintf(c, "%s\r\n", line)
	}
}

// TestNothingEndsTheDataBeforeCommitting is the point of the callback: at its time the server has no final dot, and if
// it fails it never gets one.
func TestNothingEndsTheDataBeforeCommitting(t *testing.T) {
	for _, size := range []int{1, 4095, 4096, 4097, 70000} {
		s, cfg := start(t, mailtest.Faults{})
		full := errors.New("disk full")
		body := []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", size/64) + strings.Repeat("y", size%64))
		_, err := smtp.New(cfg).Send(t.Context(), from, []string{"ana@example.org"}, body, func() error { return full })
		if e := failed(t, err); !e.Temporary || !errors.Is(err, full) {
			t.Errorf("got %+v", e)
		}
		if err := s.Wait(t.Context(), func() bool { return s.Dialogues().Interrupted == 1 }); err != nil {
			t.Fatal(err)
		}
		if n := len(s.Sent()); n != 0 {
			t.Errorf("size %d: the mail was sent", size)
		}
	}
}

// TestCancel ends the context at the worst moments.
func TestCancel(t *testing.T) {
	t.Run("before the dot", func(t *testing.T) {
		s, cfg := start(t, mailtest.Faults{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := smtp.New(cfg).Send(ctx, from, []string{"ana@example.org"}, raw, nil)
		if e := failed(t, err); !e.Temporary || !errors.Is(err, context.Canceled) {
			t.Errorf("got %+v", e)
		}
		if len(s.Sent()) != 0 {
			t.Error("sent all the same")
		}
	})
	t.Run("while the verdict is awaited", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, cfg := start(t, mailtest.Faults{Taken: func(mailtest.Accepted) { cancel() }})
		_, err := smtp.New(cfg).Send(ctx, from, []string{"ana@example.org"}, raw, nil)
		if err != nil || len(s.Sent()) != 1 {
			t.Errorf("err = %v: the verdict was thrown away", err)
		}
	})
	t.Run("while the verdict never comes", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, cfg := start(t, mailtest.Faults{Silent: mailtest.AtVerdict, Taken: func(mailtest.Accepted) { cancel() }})
		cfg.VerdictTimeout = 150 * time.Millisecond
		_, err := smtp.New(cfg).Send(ctx, from, []string{"ana@example.org"}, raw, nil)
		if e := failed(t, err); !e.Uncertain {
			t.Errorf("got %+v", e)
		}
	})
}

// TestQuitDoesNotCount: what comes after the verdict changes nothing.
func TestQuitDoesNotCount(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for _, quit := range []string{"", "500 what?", "garbage"} {
		go func() {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			answers := []string{"220 ready", "250 hello", "250 sender", "250 recipient", "354 go", "250 taken"}
			if quit != "" {
				answers = append(answers, quit)
			}
			script(c, answers...)
		}()
		res, err := smtp.New(smtp.Config{Addr: ln.Addr().String(), TLS: smtp.NoTLS}).Send(t.Context(), from, []string{"ana@example.org"}, []byte("A: b\r\n"), nil)
		if err != nil || res.Reply != "taken" {
			t.Errorf("QUIT answered by %q: res = %+v, err = %v", quit, res, err)
		}
	}
}

func TestBadEnvelope(t *testing.T) {
	s, cfg := start(t, mailtest.Faults{})
	for _, rcpts := range [][]string{nil, {"ana@example.org>\r\nRCPT TO:<eve@example.org"}, {"a b@example.org"}} {
		_, err := smtp.New(cfg).Send(t.Context(), from, rcpts, raw, nil)
		if e := failed(t, err); e.Temporary || e.Uncertain {
			t.Errorf("%q: got %+v", rcpts, e)
		}
	}
	if n := s.Dialogues().Connections; n != 0 {
		t.Errorf("%d connections for mail that cannot be sent", n)
	}
}

func TestHello(t *testing.T) {
	for _, tt := range []struct{ hello, from, want string }{
		{"bot.example.net", "bot@example.test", "bot.example.net"},
		{"", "bot@example.test", "example.test"},
	} {
		s, cfg := start(t, mailtest.Faults{})
		cfg.Hello, cfg.TLS, cfg.RootCAs = tt.hello, smtp.StartTLS, s.RootCAs()
		if _, err := smtp.New(cfg).Send(t.Context(), tt.from, []string{"ana@example.org"}, raw, nil); err != nil {
			t.Fatal(err)
		}
		if got := s.Sent()[0].Hello; got != tt.want {
			t.Errorf("EHLO %q, want %q", got, tt.want)
		}
	}
	// The null sender (RFC 5321 section 4.5.5) has no domain.
	s, cfg := start(t, mailtest.Faults{})
	if _, err := smtp.New(cfg).Send(t.Context(), "", []string{"ana@example.org"}, raw, nil); err != nil {
		t.Fatal(err)
	}
	if got := s.Sent()[0].Hello; got == "" || strings.HasPrefix(got, "localhost") {
		t.Errorf("EHLO %q", got)
	}
}
