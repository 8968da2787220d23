package imap_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"dcbot/mail/imap"
	"dcbot/mail/mailtest"
)

var update = flag.Bool("update", false, "write the golden files")

// start gives a server with the bot's mailbox and a configuration for it.
func start(t *testing.T) (*mailtest.Server, *mailtest.Mailbox, imap.Config) {
	t.Helper()
	s, err := mailtest.Start(t.Context(), mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	box := s.AddMailbox("bot@example.test", "secret")
	return s, box, imap.Config{Addr: s.IMAPSAddr(), RootCAs: s.RootCAs(), User: box.Address, Password: box.Password,
		BackoffMin: time.Millisecond, BackoffMax: 4 * time.Millisecond}
}

func TestIdleWakes(t *testing.T) {
	_, box, cfg := start(t)
	box.Deliver([]byte(mailOf(1)))
	b := newInbox()
	states, _ := run(t, cfg, imap.Cursor{}, b.handle)
	for n := uint32(1); n <= 3; n++ {
		d := b.next(t)
		if d.UID != n || string(d.Raw) != mailOf(n) || d.Size != int64(len(d.Raw)) || d.Internal.IsZero() {
			t.Errorf("mail %d came as %+v", n, d)
		}
		until(t, states, imap.Watching)
		box.Deliver([]byte(mailOf(n + 1)))
	}
}

func TestOtherFolder(t *testing.T) { // case 7: a folder of its own takes a client of its own
	_, box, cfg := start(t)
	if err := box.CreateFolder("Lists/Meter"); err != nil {
		t.Fatal(err)
	}
	c := person(t, cfg)
	raw := []byte(mailOf(1))
	cmd := c.Append("Lists/Meter", int64(len(raw)), nil)
	if _, err := cmd.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	box.Deliver([]byte(mailOf(2)))
	cfg.Folder = "Lists/Meter"
	b := newInbox()
	if err := imap.New(cfg).Once(t.Context(), imap.Cursor{}, b.handle); err != nil {
		t.Fatal(err)
	}
	if len(b.got) != 1 || b.got[0].Folder != "Lists/Meter" || string(b.got[0].Raw) != mailOf(1) {
		t.Errorf("got %+v", b.got)
	}
	if err := imap.New(cfg).Once(t.Context(), imap.Cursor{Folder: "INBOX", UID: 1}, b.handle); err == nil {
		t.Error("the cursor of one folder was taken for another")
	}
}

// person logs in as people do, with INBOX open for writing.
func person(t *testing.T, cfg imap.Config) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialTLS(cfg.Addr, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: cfg.RootCAs}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login(cfg.User, cfg.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestUIDValidityChanges(t *testing.T) { // case 8
	s, box, cfg := start(t)
	box.Deliver([]byte(mailOf(1)))
	box.Deliver([]byte(mailOf(2)))
	var reset []imap.Cursor
	cfg.Reset = func(_ context.Context, cur imap.Cursor) error { reset = append(reset, cur); return nil }
	b := newInbox()
	_, stop := run(t, cfg, imap.Cursor{}, b.handle)
	b.next(t)
	first := b.next(t).UIDValidity
	if err := box.Renew(); err != nil {
		t.Fatal(err)
	}
	s.DropIMAP()
	for n := uint32(1); n <= 2; n++ {
		if d := b.next(t); !d.Resync || d.UID != n || d.UIDValidity == first || string(d.Raw) != mailOf(n) {
			t.Errorf("mail %d came again as %+v", n, d)
		}
	}
	box.Deliver([]byte(mailOf(3)))
	if d := b.next(t); d.UID != 3 || string(d.Raw) != mailOf(3) {
		t.Errorf("new mail came as %+v", d)
	}
	stop()
	if len(reset) != 1 || reset[0].UID != 0 || reset[0].UIDValidity == first {
		t.Errorf("reset to %v", reset)
	}
}

func TestHandlerFails(t *testing.T) { // case 9: what was not stored comes again, what was stored does not
	_, box, cfg := start(t)
	for n := uint32(1); n <= 3; n++ {
		box.Deliver([]byte(mailOf(n)))
	}
	b := newInbox()
	broken := errors.New("database is locked")
	fails := 2
	states, stop := run(t, cfg, imap.Cursor{}, func(ctx context.Context, d imap.Delivery) error {
		if d.UID == 2 && fails > 0 {
			fails--
			return broken
		}
		return b.handle(ctx, d)
	})
	if st := until(t, states, imap.Waiting); !errors.Is(st.Err, broken) || st.Cursor.UID != 1 {
		t.Errorf("waiting with cursor %v because of %v", st.Cursor, st.Err)
	}
	for range 3 {
		b.next(t)
	}
	stop()
	wantUIDs(t, b, 1, 2, 3)

	// The process is killed after the transaction for UID 2: the next one starts at the cursor that was stored with it.
	again := newInbox()
	if err := imap.New(cfg).Once(t.Context(), b.got[1].Cursor(), again.handle); err != nil {
		t.Fatal(err)
	}
	wantUIDs(t, again, 3)
}

func TestPeopleUseTheFolder(t *testing.T) { // case 11
	_, box, cfg := start(t)
	for n := uint32(1); n <= 4; n++ {
		box.Deliver([]byte(mailOf(n)))
	}
	b := newInbox()
	states, _ := run(t, cfg, imap.Cursor{}, b.handle)
	for range 4 {
		b.next(t)
	}
	until(t, states, imap.Watching)

	c := person(t, cfg)
	msgs, err := c.Fetch(goimap.UIDSetNum(1, 2, 3, 4), &goimap.FetchOptions{Flags: true}).Collect()
	if err != nil || len(msgs) != 4 {
		t.Fatalf("%d mails, err = %v", len(msgs), err)
	}
	for _, m := range msgs {
		if slices.Contains(m.Flags, goimap.FlagSeen) {
			t.Errorf("UID %d is marked as seen", m.UID)
		}
	}
	flags := &goimap.StoreFlags{Op: goimap.StoreFlagsAdd, Flags: []goimap.Flag{goimap.FlagSeen, goimap.FlagDeleted}}
	if err := c.Store(goimap.UIDSetNum(2, 3), flags, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		t.Fatal(err)
	}
	box.Deliver([]byte(mailOf(5)))
	if d := b.next(t); d.UID != 5 || string(d.Raw) != mailOf(5) {
		t.Errorf("after the expunge came %+v", d)
	}
	wantUIDs(t, b, 1, 2, 3, 4, 5)
}

func TestManyMails(t *testing.T) {
	_, box, cfg := start(t)
	const n = 450 // more than two batches
	for i := range uint32(n) {
		box.Deliver([]byte(mailOf(i + 1)))
	}
	var uids []uint32
	err := imap.New(cfg).Once(t.Context(), imap.Cursor{}, func(_ context.Context, d imap.Delivery) error {
		uids = append(uids, d.UID)
		if !bytes.Equal(d.Raw, []byte(mailOf(d.UID))) {
			t.Errorf("UID %d came as %q", d.UID, d.Raw)
		}
		return nil
	})
	if err != nil || len(uids) != n || !slices.IsSorted(uids) {
		t.Errorf("%d mails, sorted %v, err = %v", len(uids), slices.IsSorted(uids), err)
	}
}

// TestPauses runs a client for an hour, of a clock that does not wait, against a server that is not there.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var pauses []time.Duration
		refused := errors.New("connection refused")
		c := imap.New(imap.Config{Addr: "127.0.0.1:143", TLS: imap.NoTLS,
			Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refused },
			Status: func(st imap.State) {
				if st.Phase == imap.Waiting {
					pauses = append(pauses, st.Retry)
				}
			}})
		if err := c.Run(ctx, imap.Cursor{}, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Run ended with %v", err)
		}
		for i, p := range pauses {
			full := min(time.Second<<min(i, 20), 5*time.Minute)
			if p < full/2 || p > full {
				t.Errorf("pause %d is %v, want between %v and %v", i+1, p, full/2, full)
			}
		}
		if len(pauses) < 15 || len(pauses) > 40 {
			t.Errorf("%d attempts in an hour", len(pauses))
		}
	})
}

// TestCheck compares what people read when something is wrong.
func TestCheck(t *testing.T) {
	s, box, good := start(t)
	if err := box.CreateFolder("Lists"); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := ln.Addr().String()
	ln.Close()
	tests := []struct {
		name   string
		change func(*imap.Config)
	}{
		{"good", func(*imap.Config) {}},
		{"no port", func(c *imap.Config) { c.Addr = "imap.example.org" }},
		{"unknown TLS mode", func(c *imap.Config) { c.TLS = "ssl" }},
		{"password in clear", func(c *imap.Config) { c.Addr, c.TLS = "imap.example.org:143", imap.NoTLS }},
		{"nobody listens", func(c *imap.Config) { c.Addr = closed }},
		{"TLS on the plain port", func(c *imap.Config) { c.Addr = s.IMAPAddr() }},
		{"plain on the TLS port", func(c *imap.Config) { c.TLS, c.CommandTimeout = imap.NoTLS, 200*time.Millisecond }},
		{"untrusted certificate", func(c *imap.Config) { c.RootCAs = nil }},
		{"untrusted certificate after STARTTLS", func(c *imap.Config) { c.Addr, c.TLS, c.RootCAs = s.IMAPAddr(), imap.StartTLS, nil }},
		{"wrong password", func(c *imap.Config) { c.Password = "guess" }},
		{"no such folder", func(c *imap.Config) { c.Folder = "List" }},
	}
	var out strings.Builder
	for _, tt := range tests {
		cfg := good
		tt.change(&cfg)
		text := "ok"
		if err := imap.Check(t.Context(), cfg); err != nil {
			text = err.Error()
		}
		text = strings.NewReplacer(s.IMAPSAddr(), "HOST:993", s.IMAPAddr(), "HOST:143", closed, "HOST:144",
			port(s.IMAPSAddr()), "993", port(s.IMAPAddr()), "143", port(closed), "144").Replace(text)
		fmt.Fprintf(&out, "## %s\n%s\n", tt.name, text)
	}
	golden(t, "check.golden", out.String())
}

func port(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
