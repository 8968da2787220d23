package mailtest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/mail"
	"strings"
	"testing"

	"dcbot/mail/imap"
	"dcbot/mail/mailtest"
	"dcbot/mail/smtp"
)

func start(t *testing.T, opts mailtest.Options) *mailtest.Server {
	t.Helper()
	s, err := mailtest.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func crlf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

var post = crlf(
	"From: Ana Lima <ana@example.org>",
	"To: meter@lists.example.test",
	"Subject: Re: Question 6",
	"Message-ID: <q6@example.org>",
	"Date: Mon, 22 Mar 2021 10:00:00 +0000",
	"",
	"We decide by consensus.",
)

func client(s *mailtest.Server) *smtp.Client {
	return smtp.New(smtp.Config{Addr: s.SMTPAddr(), TLS: smtp.NoTLS})
}

func send(t *testing.T, s *mailtest.Server, to string, raw []byte) error {
	t.Helper()
	_, err := client(s).Send(t.Context(), "ana@example.org", []string{to}, raw, nil)
	return err
}

// parse reads a delivered mail with the standard library, which knows nothing of the server.
func parse(t *testing.T, raw []byte) (*mail.Message, string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	return m, string(body)
}

func TestListDressesPosts(t *testing.T) {
	s := start(t, mailtest.Options{})
	ana, bot := s.AddMailbox("ana@example.org", "a"), s.AddMailbox("bot@example.test", "b")
	s.AddList(mailtest.List{ID: "meter.lists.example.test", Address: "meter@lists.example.test", Name: "Meter", SubjectPrefix: "[meter] ",
		Footer: "____\nMeter list", Members: []string{"ana@example.org", "bot@example.test", "gone@example.org"}, Munge: true})
	if err := send(t, s, "meter@lists.example.test", post); err != nil {
		t.Fatal(err)
	}
	for _, box := range []*mailtest.Mailbox{ana, bot} {
		if n := len(box.Mails()); n != 1 {
			t.Fatalf("%s has %d mails, want 1", box.Address, n)
		}
		m, body := parse(t, box.Mails()[0])
		for field, want := range map[string]string{
			"Return-Path": "<meter-bounces@lists.example.test>",
			"Message-Id":  "<q6@example.org>",
			"From":        `"Ana Lima via Meter" <meter@lists.example.test>`,
			"Reply-To":    `"Ana Lima" <ana@example.org>`,
			"Subject":     "[meter] Re: Question 6",
			"List-Id":     "Meter <meter.lists.example.test>",
			"List-Post":   "<mailto:meter@lists.example.test>",
			"Precedence":  "list",
			"X-Mailfrom":  "ana@example.org",
			"Sender":      "meter-bounces@lists.example.test",
		} {
			if got := m.Header.Get(field); got != want {
				t.Errorf("%s: %s = %q, want %q", box.Address, field, got, want)
			}
		}
		if want := "We decide by consensus.\r\n____\r\nMeter list\r\n"; body != want {
			t.Errorf("body = %q, want %q", body, want)
		}
	}
	// Sent back to the list, the copy is a loop and goes nowhere.
	if err := send(t, s, "meter@lists.example.test", ana.Mails()[0]); err != nil {
		t.Fatal(err)
	}
	if n := len(bot.Mails()); n != 1 {
		t.Errorf("after a loop the bot has %d mails, want 1", n)
	}
}

func TestFooterPlaces(t *testing.T) {
	tests := []struct {
		name string
		head []string
		body string
		want []string // in the delivered mail
	}{
		{"utf-8 text becomes base64 with the footer inside", []string{"Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"}, "S=C3=AD",
			[]string{"Content-Transfer-Encoding: base64", "U8OtDQpmb290DQo="}},
		{"multipart/mixed gets one more part", []string{`Content-Type: multipart/mixed; boundary="b"`}, "--b\r\n\r\nYes\r\n--b--",
			[]string{"--b\r\n\r\nYes\r\n--b\r\nContent-Type: text/plain", "foot\r\n\r\n--b--"}},
		{"multipart/alternative is wrapped", []string{`Content-Type: multipart/alternative; boundary="b"`}, "--b\r\n\r\nYes\r\n--b--",
			[]string{"Content-Type: multipart/mixed", "Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b", "foot\r\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, mailtest.Options{})
			bot := s.AddMailbox("bot@example.test", "b")
			s.AddList(mailtest.List{ID: "l.example.test", Address: "l@example.test", Name: "L", Footer: "foot", Members: []string{bot.Address}})
			lines := append([]string{"From: ana@example.org", "MIME-Version: 1.0"}, tt.head...)
			if err := send(t, s, "l@example.test", crlf(append(lines, "", tt.body)...)); err != nil {
				t.Fatal(err)
			}
			got := string(bot.Mails()[0])
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in:\n%s", want, got)
				}
			}
		})
	}
}

func TestModeration(t *testing.T) {
	s := start(t, mailtest.Options{})
	bot := s.AddMailbox("bot@example.test", "b")
	s.AddList(mailtest.List{ID: "l.example.test", Address: "l@example.test", Name: "L", Members: []string{bot.Address}, HoldNonMembers: true})
	if err := send(t, s, "l@example.test", post); err != nil {
		t.Fatal(err)
	}
	if len(s.Held("l@example.test")) != 1 || len(bot.Mails()) != 0 {
		t.Fatalf("a non-member's post was not held: %d held, %d delivered", len(s.Held("l@example.test")), len(bot.Mails()))
	}
	if n := s.Release("l@example.test"); n != 1 || len(bot.Mails()) != 1 {
		t.Errorf("released %d, delivered %d, want 1 and 1", n, len(bot.Mails()))
	}

	s.UpdateList("l@example.test", func(l *mailtest.List) { l.HoldNonMembers, l.DropAutoSubmitted = false, true })
	auto := append([]byte("Auto-Submitted: auto-generated\r\n"), post...)
	no := append([]byte("Auto-Submitted: no\r\n"), post...)
	for _, raw := range [][]byte{auto, no} {
		if err := send(t, s, "l@example.test", raw); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(bot.Mails()); n != 2 {
		t.Errorf("delivered %d, want 2: auto-generated mail is dropped, \"no\" is not", n)
	}
}

func TestListSettings(t *testing.T) {
	s := start(t, mailtest.Options{})
	ana, bot := s.AddMailbox("ana@example.org", "a"), s.AddMailbox("bot@example.test", "b")
	s.AddList(mailtest.List{ID: "l.example.test", Address: "l@example.test", Name: "Coalition on Ré", Members: []string{ana.Address, bot.Address},
		Munge: true, ReplyTo: "l@example.test", Archive: "https://lists.example.test/l/", RewriteMessageID: true, DropPosterCopy: true, SubjectPrefix: "[l] "})
	raw := bytes.Replace(post, []byte("Re: Question 6"), []byte("=?utf-8?q?R=C3=A9?= [l]"), 1)
	s.Submit("ana@example.org", []string{"l@example.test"}, raw)
	if len(s.Sent()) != 1 || len(ana.Mails()) != 0 || len(bot.Mails()) != 1 {
		t.Fatalf("%d sent; the poster has %d copies, the bot %d", len(s.Sent()), len(ana.Mails()), len(bot.Mails()))
	}
	m, _ := parse(t, bot.Mails()[0])
	for field, want := range map[string]string{
		"Message-Id":  "<post-1@l.example.test>",
		"Reply-To":    "l@example.test",
		"Cc":          `"Ana Lima" <ana@example.org>`,
		"Archived-At": "<https://lists.example.test/l/1>",
		"Subject":     "=?utf-8?q?R=C3=A9?= [l]",
		"List-Id":     "=?utf-8?q?Coalition_on_R=C3=A9?= <l.example.test>",
	} {
		if got := m.Header.Get(field); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	// A header that nobody can read is passed on behind the list's own fields.
	s.Submit("ana@example.org", []string{"l@example.test"}, []byte("no header at all\r\n\r\ntext\r\n"))
	if got := string(bot.Mails()[1]); !strings.Contains(got, "Precedence: list\r\n") || !strings.HasSuffix(got, "no header at all\r\n\r\ntext\r\n") {
		t.Errorf("delivered %q", got)
	}
}

// TestClose: the server leaves nothing behind, even with a client that waits.
func TestClose(t *testing.T) {
	s, err := mailtest.Start(t.Context(), mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	bot := s.AddMailbox("bot@example.test", "b")
	watching := make(chan struct{}, 10)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	c := imap.New(imap.Config{Addr: s.IMAPAddr(), TLS: imap.NoTLS, User: bot.Address, Password: bot.Password, Status: func(st imap.State) {
		if st.Phase == imap.Watching || st.Phase == imap.Waiting {
			watching <- struct{}{}
		}
	}})
	go func() { done <- c.Run(ctx, imap.Cursor{}, nil) }()
	<-watching
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-watching // the client has noticed, and waits to come back
	if err := s.Wait(t.Context(), func() bool { return false }); err == nil {
		t.Error("waiting on a closed server succeeded")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestWire reads over IMAP, under every kind of TLS, what was sent over SMTP, to an address with a detail.
func TestWire(t *testing.T) {
	s := start(t, mailtest.Options{RequireAuth: true})
	bot := s.AddMailbox("bot@example.test", "secret")
	smtpAddr := map[smtp.TLSMode]string{smtp.TLS: s.SMTPSAddr(), smtp.StartTLS: s.SMTPAddr(), smtp.NoTLS: s.SMTPAddr()}
	imapAddr := map[smtp.TLSMode]string{imap.TLS: s.IMAPSAddr(), imap.StartTLS: s.IMAPAddr(), imap.NoTLS: s.IMAPAddr()}
	var cur imap.Cursor
	for _, mode := range []smtp.TLSMode{smtp.TLS, smtp.StartTLS, smtp.NoTLS} {
		t.Run(string(mode), func(t *testing.T) {
			out := smtp.New(smtp.Config{Addr: smtpAddr[mode], TLS: mode, RootCAs: s.RootCAs(), User: bot.Address, Password: bot.Password})
			res, err := out.Send(t.Context(), "ana@example.org", []string{"bot+token@example.test"}, post, nil)
			if err != nil || !strings.HasSuffix(res.Reply, "queued as "+s.Sent()[len(s.Sent())-1].Queue) {
				t.Fatalf("res = %+v, err = %v", res, err)
			}
			in := imap.New(imap.Config{Addr: imapAddr[mode], TLS: mode, RootCAs: s.RootCAs(), User: bot.Address, Password: bot.Password})
			got := 0
			err = in.Once(t.Context(), cur, func(_ context.Context, d imap.Delivery) error {
				got++
				cur = d.Cursor()
				if !bytes.HasSuffix(d.Raw, post) || !bytes.Contains(d.Raw, []byte("for <bot+token@example.test>")) {
					t.Errorf("delivered %q", d.Raw)
				}
				return nil
			})
			if err != nil || got != 1 {
				t.Errorf("got %d mails, err = %v", got, err)
			}
		})
	}
	if _, err := client(s).Send(t.Context(), "ana@example.org", []string{bot.Address}, post, nil); err == nil {
		t.Error("mail was taken without a login")
	}
}

func TestDialoguesAreCounted(t *testing.T) {
	s := start(t, mailtest.Options{Relay: true})
	if err := send(t, s, "x@example.org", post); err != nil {
		t.Fatal(err)
	}
	// A client that is killed before the dot: here, one whose caller changes its mind.
	_, err := client(s).Send(t.Context(), "ana@example.org", []string{"x@example.org"}, post, func() error { return errors.New("disk full") })
	if err == nil {
		t.Fatal("sent although the point of no return could not be noted")
	}
	if err := s.Wait(t.Context(), func() bool { return s.Dialogues().Interrupted == 1 && s.Dialogues().Quit == 1 }); err != nil {
		t.Fatal(err)
	}
	want := mailtest.Dialogues{Connections: 2, Quit: 1, Transactions: 2, Taken: 1, Interrupted: 1}
	if got := s.Dialogues(); got != want {
		t.Errorf("dialogues = %+v, want %+v", got, want)
	}
}
