package imap_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"dcbot/mail/imap"
)

// The cases of mail-cases.md that a server has to be scripted for. The others are in real_test.go.

func once(t *testing.T, s *script, cur imap.Cursor) (*inbox, error) {
	t.Helper()
	b := newInbox()
	return b, imap.New(s.config()).Once(t.Context(), cur, b.handle)
}

func wantUIDs(t *testing.T, b *inbox, want ...uint32) {
	t.Helper()
	if got := b.uids(); !reflect.DeepEqual(got, want) {
		t.Errorf("handed over UIDs %v, want %v", got, want)
	}
}

func TestSilentServer(t *testing.T) { // case 1
	for _, at := range []string{"greeting", "CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "the middle of a mail"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, mailsOf(1))
			s.on[at] = func(p *peer, _, _ string) { p.silence() }
			switch at {
			case "CAPABILITY":
				s.greeting = "* OK ready"
			case "the middle of a mail":
				s.on["UID FETCH"] = func(p *peer, tag, line string) {
					if !strings.Contains(line, "BODY.PEEK") {
						p.usual(tag, line)
						return
					}
					p.send("* 1 FETCH (UID 1 BODY[] {500}", "Subject: half a mail")
					p.silence()
				}
			}
			cfg := s.config()
			cfg.CommandTimeout, cfg.FetchTimeout = 400*time.Millisecond, 400*time.Millisecond
			b := newInbox()
			err := imap.New(cfg).Once(t.Context(), imap.Cursor{}, b.handle)
			var timeout interface{ Timeout() bool }
			if !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("err = %v, want a timeout", err)
			}
			wantUIDs(t, b)
		})
	}
	for _, at := range []string{"IDLE", "DONE"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, mailsOf())
			s.on["IDLE"] = func(p *peer, _, _ string) {
				if at == "DONE" {
					p.send("+ idling", "* 1 EXISTS")
				}
				p.silence()
			}
			cfg := s.config()
			cfg.CommandTimeout = 400 * time.Millisecond
			states, _ := run(t, cfg, imap.Cursor{}, newInbox().handle)
			if st := until(t, states, imap.Waiting); !strings.Contains(st.Err.Error(), "no answer to") {
				t.Errorf("err = %v, want a timeout", st.Err)
			}
		})
	}
}

func TestFetchesOnlyWhatIsSafe(t *testing.T) { // case 2
	s := newScript(t, map[uint32]string{1: mailOf(1), 2: "Subject: Big\r\n\r\n" + strings.Repeat("x", 5000)})
	cfg := s.config()
	cfg.MaxSize = 1000
	if err := imap.New(cfg).Once(t.Context(), imap.Cursor{}, newInbox().handle); err != nil {
		t.Fatal(err)
	}
	allowed := regexp.MustCompile(`^(UID|INTERNALDATE|RFC822\.SIZE|BODY\.PEEK\[\]|BODY\.PEEK\[HEADER\]<0\.\d+>)$`)
	fetches := s.received("FETCH")
	for _, line := range fetches {
		_, items, _ := strings.Cut(line, "(")
		for item := range strings.FieldsSeq(strings.TrimSuffix(items, ")")) {
			if !allowed.MatchString(item) {
				t.Errorf("%q asks for %s", line, item)
			}
		}
	}
	if len(fetches) != 3 {
		t.Errorf("%d FETCH commands, want 3: %q", len(fetches), fetches)
	}
	if n := len(s.received("SELECT")) + len(s.received("STORE")); n > 0 {
		t.Errorf("the folder was opened for writing, or written to")
	}
}

func TestAbsurdSizes(t *testing.T) { // case 3
	t.Run("a size above the limit gives the header", func(t *testing.T) {
		s := newScript(t, map[uint32]string{1: "Subject: Big\r\n\r\n" + strings.Repeat("x", 5000), 2: mailOf(2)})
		cfg := s.config()
		cfg.MaxSize = 1000
		b := newInbox()
		if err := imap.New(cfg).Once(t.Context(), imap.Cursor{}, b.handle); err != nil {
			t.Fatal(err)
		}
		wantUIDs(t, b, 1, 2)
		if d := b.got[0]; !d.OverSize || string(d.Raw) != "Subject: Big\r\n\r\n" || d.Size != 5016 || d.Note == "" {
			t.Errorf("the big mail came as %+v", d)
		}
		if d := b.got[1]; d.OverSize || string(d.Raw) != mailOf(2) {
			t.Errorf("the small mail came as %+v", d)
		}
	})
	t.Run("a literal of 99 TB", func(t *testing.T) {
		s := newScript(t, mailsOf(1, 2))
		s.on["UID FETCH 1 "] = func(p *peer, tag, line string) {
			if strings.Contains(line, "BODY.PEEK[]") {
				p.send("* 1 FETCH (UID 1 BODY[] {99999999999999}", "Subject: endless")
				for p.br.Buffered() == 0 { // until the client hangs up
					if _, err := p.conn.Write(make([]byte, 64<<10)); err != nil {
						return
					}
				}
				return
			}
			p.usual(tag, line)
		}
		b := newInbox()
		run(t, s.config(), imap.Cursor{}, b.handle)
		first, second := b.next(t), b.next(t)
		if first.UID != 1 || !first.OverSize || !strings.HasPrefix(string(first.Raw), "Message-ID: <m1@example.org>") {
			t.Errorf("the lying mail came as %+v", first)
		}
		if second.UID != 2 || second.OverSize || string(second.Raw) != mailOf(2) {
			t.Errorf("the mail behind it came as %+v", second)
		}
	})
	t.Run("answers without end", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		s.on["UID SEARCH"] = func(p *peer, _, _ string) {
			line := []byte("* SEARCH" + strings.Repeat(" 4294967295", 10000) + "\r\n")
			for {
				if _, err := p.conn.Write(line); err != nil {
					return
				}
			}
		}
		_, err := once(t, s, imap.Cursor{})
		if err == nil || !strings.Contains(err.Error(), "more than was asked for") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("a range of all UIDs", func(t *testing.T) {
		s := newScript(t, mailsOf(4294967290))
		s.on["UID SEARCH"] = func(p *peer, tag, line string) {
			if strings.Contains(line, "UID 4294967290:*") {
				p.send(`* ESEARCH (TAG "`+tag+`") UID ALL 4294967290:4294967295`, tag+" OK done")
				return
			}
			p.send(tag + " OK done")
		}
		b, err := once(t, s, imap.Cursor{UIDValidity: 7, UID: 4294967289})
		if err != nil {
			t.Fatal(err)
		}
		wantUIDs(t, b, 4294967290)
	})
	t.Run("a connection that ends in a mail", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		s.on["UID FETCH 1 "] = func(p *peer, tag, line string) {
			if p.n == 1 && strings.Contains(line, "BODY.PEEK") {
				p.send("* 1 FETCH (UID 1 BODY[] {500}", "Subject: half a mail")
				p.conn.Close()
				return
			}
			p.usual(tag, line)
		}
		b := newInbox()
		run(t, s.config(), imap.Cursor{}, b.handle)
		if d := b.next(t); string(d.Raw) != mailOf(1) {
			t.Errorf("handed over %q", d.Raw)
		}
	})
}

func TestUnaskedDataDoesNotBlock(t *testing.T) { // case 4
	s := newScript(t, mailsOf(1, 2))
	swallowed := false
	s.on["UID FETCH"] = func(p *peer, tag, line string) {
		for i := range 300 { // more than go-imap buffers
			p.send(fmt.Sprintf("* %d EXISTS", 10+i), fmt.Sprintf("* %d FETCH (FLAGS (\\Seen))", i+1), "* 1 EXPUNGE", "* FLAGS (\\Seen)")
		}
		if strings.HasPrefix(line, "UID FETCH 2 ") && !swallowed {
			// Somebody flags the very mail we ask for: go-imap takes this for the answer.
			swallowed = true
			p.send("* 2 FETCH (UID 2 FLAGS (\\Flagged))")
		}
		p.usual(tag, line)
	}
	b, err := once(t, s, imap.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	wantUIDs(t, b, 1, 2)
	for _, d := range b.got {
		if string(d.Raw) != mailOf(d.UID) {
			t.Errorf("UID %d came as %q", d.UID, d.Raw)
		}
	}
}

func TestIdle(t *testing.T) { // case 5
	t.Run("an unknown response", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		s.on["IDLE"] = func(p *peer, tag, line string) {
			if p.n == 1 {
				s.put(2, mailOf(2))
				p.send("+ idling", "* XNOISE nobody knows this")
				p.silence()
				return
			}
			p.usual(tag, line)
		}
		b := newInbox()
		states, _ := run(t, s.config(), imap.Cursor{}, b.handle)
		st := until(t, states, imap.Waiting)
		if !strings.Contains(st.Err.Error(), "XNOISE") || st.Retry <= 0 || st.Retry > 4*time.Millisecond {
			t.Errorf("waiting %v because of %v", st.Retry, st.Err)
		}
		b.next(t)
		if d := b.next(t); d.UID != 2 {
			t.Errorf("after reconnecting UID %d, want 2", d.UID)
		}
	})
	t.Run("mail that nobody announces", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		s.on["IDLE"] = func(p *peer, tag, line string) {
			s.put(2, mailOf(2))
			p.usual(tag, line)
		}
		cfg := s.config()
		cfg.IdleMax = 10 * time.Millisecond
		b := newInbox()
		run(t, cfg, imap.Cursor{}, b.handle)
		b.next(t)
		if d := b.next(t); d.UID != 2 {
			t.Errorf("UID %d, want 2", d.UID)
		}
		if n := len(s.received("EXAMINE")); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
	})
	t.Run("a server without IDLE", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		s.greeting = "* OK [CAPABILITY IMAP4rev1] ready"
		s.on["NOOP"] = func(p *peer, tag, line string) {
			s.put(2, mailOf(2))
			p.usual(tag, line)
		}
		cfg := s.config()
		cfg.IdleMax = 10 * time.Millisecond
		b := newInbox()
		run(t, cfg, imap.Cursor{}, b.handle)
		b.next(t)
		if d := b.next(t); d.UID != 2 {
			t.Errorf("UID %d, want 2", d.UID)
		}
		if got := s.received("IDLE"); len(got) > 0 {
			t.Errorf("said %q", got)
		}
	})
	t.Run("EXISTS with every answer is no news", func(t *testing.T) {
		s := newScript(t, mailsOf(1))
		quiet := make(chan bool, 1)
		s.on["IDLE"] = func(p *peer, tag, line string) {
			p.send("+ idling", "* 1 EXISTS", "* 1 EXISTS", "* FLAGS (\\Seen)", "* 1 FETCH (UID 1 FLAGS (\\Seen))")
			_ = p.conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			_, err := p.br.Peek(1)
			quiet <- err != nil
		}
		s.on["UID SEARCH"] = func(p *peer, tag, line string) { p.send("* 1 EXISTS"); p.usual(tag, line) }
		run(t, s.config(), imap.Cursor{}, newInbox().handle)
		if !<-quiet {
			t.Error("the client ended IDLE although nothing had come")
		}
	})
}

func TestSearchAnswers(t *testing.T) { // case 6
	s := newScript(t, mailsOf(3, 9, 10, 12))
	s.on["UID SEARCH UID 10:*"] = func(p *peer, tag, _ string) { p.send("* SEARCH 12 9 10 3", tag+" OK done") }
	s.on["UID SEARCH UID 13:*"] = func(p *peer, tag, _ string) { p.send("* SEARCH 12", tag+" OK done") }
	b, err := once(t, s, imap.Cursor{UIDValidity: 7, UID: 9})
	if err != nil {
		t.Fatal(err)
	}
	wantUIDs(t, b, 10, 12)
}

func TestUIDNext(t *testing.T) { // case 8; UIDVALIDITY is in real_test.go
	tests := []struct {
		name    string
		uidNext string
		want    []uint32
		resync  bool
	}{
		{"absent", "", []uint32{6}, false},
		{"as it should be", "* OK [UIDNEXT 7] ok", []uint32{6}, false},
		{"gone back", "* OK [UIDNEXT 5] ok", []uint32{1, 2, 6}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, mailsOf(1, 2, 6))
			s.uidNext = tt.uidNext
			cfg := s.config()
			var reset []imap.Cursor
			cfg.Reset = func(_ context.Context, cur imap.Cursor) error { reset = append(reset, cur); return nil }
			b := newInbox()
			c := imap.New(cfg)
			if err := c.Once(t.Context(), imap.Cursor{Folder: "INBOX", UIDValidity: 7, UID: 5}, b.handle); err != nil {
				t.Fatal(err)
			}
			wantUIDs(t, b, tt.want...)
			if got := b.got[0].Resync; got != tt.resync {
				t.Errorf("Resync = %v, want %v", got, tt.resync)
			}
			if tt.resync && !reflect.DeepEqual(reset, []imap.Cursor{{Folder: "INBOX", UIDValidity: 7}}) {
				t.Errorf("reset to %v", reset)
			}
			// A server that is simply wrong about UIDNEXT does not make us read everything each time.
			if err := c.Once(t.Context(), b.cursor, b.handle); err != nil {
				t.Fatal(err)
			}
			wantUIDs(t, b, tt.want...)
		})
	}
}

func TestPoisonOnTheWire(t *testing.T) { // case 10
	tests := []struct {
		name   string
		poison func(p *peer, tag, line string)
		raw    string
	}{
		{"refused", func(p *peer, tag, _ string) { p.send(tag + " NO [SERVERBUG] cannot read mail") }, ""},
		{"the server falls over", func(p *peer, _, _ string) { p.conn.Close() }, ""},
		{"nonsense", func(p *peer, tag, _ string) { p.send("* 2 FETCH (UID 2 BODY[] {x}", tag+" OK done") }, ""},
		{"only the header is well", func(p *peer, tag, line string) {
			if strings.Contains(line, "HEADER") {
				p.usual(tag, line)
				return
			}
			p.conn.Close()
		}, "Message-ID: <m2@example.org>\r\nSubject: Note 2\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, mailsOf(1, 2, 3))
			s.on["UID FETCH 2 "] = tt.poison
			b := newInbox()
			run(t, s.config(), imap.Cursor{}, b.handle)
			for uid := uint32(1); uid <= 3; uid++ {
				d := b.next(t)
				if d.UID != uid {
					t.Fatalf("UID %d, want %d", d.UID, uid)
				}
				if uid != 2 && (d.OverSize || string(d.Raw) != mailOf(uid)) {
					t.Errorf("UID %d came as %+v", uid, d)
				}
				if uid == 2 && (!d.OverSize || d.Note == "" || string(d.Raw) != tt.raw || d.Size != int64(len(mailOf(2)))) {
					t.Errorf("the poison came as %+v", d)
				}
			}
		})
	}
}

func TestExpungedInBetween(t *testing.T) { // case 11
	s := newScript(t, mailsOf(1, 3))
	s.on["UID SEARCH UID 1:*"] = func(p *peer, tag, _ string) { p.send("* SEARCH 1 2 3 4", tag+" OK done") }
	s.on["UID FETCH 4 "] = func(p *peer, tag, _ string) { p.send(tag + " NO [EXPUNGEISSUED] gone") }
	b, err := once(t, s, imap.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	wantUIDs(t, b, 1, 3)
}

func TestLoginMechanisms(t *testing.T) {
	s := newScript(t, mailsOf())
	s.greeting = "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready"
	_, err := once(t, s, imap.Cursor{})
	if err == nil || !strings.Contains(err.Error(), "remedy: use TLS mode") {
		t.Errorf("err = %v", err)
	}
	if len(s.received("secret")) > 0 {
		t.Error("the password was sent although the server forbids it")
	}
}
