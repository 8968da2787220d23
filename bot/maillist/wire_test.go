package maillist

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/imap"
	"dcbot/mail/mailtest"
	"dcbot/mail/smtp"
	"dcbot/storage"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wire is a mail server with a plain and a munging list, and the bot's own end of it.
type wire struct {
	srv   *mailtest.Server
	box   *mailtest.Mailbox
	lists *Lists
	bot   *bot.Bot
}

func newWire(t *testing.T) *wire {
	t.Helper()
	srv, err := mailtest.Start(t.Context(), mailtest.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	w := &wire{srv: srv, box: srv.AddMailbox("dcbot@example.test", "secret")}
	srv.AddMailbox("ana@example.org", "a")
	members := []string{"ana@example.org", "dcbot@example.test"}
	srv.AddList(mailtest.List{ID: "meter.lists.example.test", Address: "meter@lists.example.test", Name: "Meter", SubjectPrefix: "[meter] ", Members: members})
	srv.AddList(mailtest.List{ID: "tides.example.net", Address: "tides@sympa.example.net", Name: "Tides", Members: members, Munge: true, Footer: "____\nTides list"})
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "dcbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.bot = bot.New(db, settings(), nil, nil)
	w.bot.Now, w.bot.Rand, w.bot.Log = func() time.Time { return now }, rand.Reader, slog.New(slog.DiscardHandler)
	w.lists = New(settings(), Config{
		IMAP: imap.Config{Addr: srv.IMAPAddr(), User: "dcbot@example.test", Password: "secret", TLS: imap.NoTLS, BackoffMin: time.Millisecond, BackoffMax: 10 * time.Millisecond},
		SMTP: smtp.Config{Addr: srv.SMTPAddr(), TLS: smtp.NoTLS},
		Now:  func() time.Time { return now },
	})
	return w
}

// run reads mail until seen says that it is enough.
func (w *wire) run(t *testing.T, enough func(imap.State) bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	done := false
	w.lists.cfg.IMAP.Status = func(s imap.State) {
		if enough(s) {
			done = true
			stop()
		}
	}
	if err := w.lists.Run(ctx, w.bot); err != nil {
		t.Fatal(err)
	}
	if !done {
		t.Fatal("the folder was never read to its end")
	}
}

// posts lists what was stored.
func (w *wire) posts(t *testing.T) []dc.Post {
	t.Helper()
	var ps []dc.Post
	if err := w.bot.DB.View(t.Context(), func(tx *storage.Tx) (err error) {
		ps, err = tx.PendingPosts(100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return ps
}

func watching(s imap.State) bool { return s.Phase == imap.Watching }

func member(id string) []byte {
	return eml("From: Ana Lima <ana@example.org>", "To: whom@example.test", "Subject: Re: Survey Q6: decisions", "Message-ID: <"+id+"@example.org>", "Date: Thu, 25 Mar 2021 10:00:00 +0000", "", "By consensus.")
}

// Mail of a plain and of a munging list and direct mail become posts, once, across restarts and a folder that starts over.
func TestRun(t *testing.T) {
	w := newWire(t)
	w.srv.Submit("ana@example.org", []string{"meter@lists.example.test"}, member("one"))
	w.srv.Submit("ana@example.org", []string{"tides@sympa.example.net"}, member("two"))
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, member("three"))
	w.run(t, watching)

	type row struct{ ID, Coalition, List, Author, Name string }
	rows := func() []row {
		var rs []row
		for _, p := range w.posts(t) {
			rs = append(rs, row{p.ExternalID, p.Coalition, p.List, p.Author, p.AuthorName})
		}
		return rs
	}
	want := []row{
		{"one@example.org", "dc-meter", "meter.lists.example.test", "ana@example.org", "Ana Lima"},
		{"two@example.org", "dc-tides", "tides.example.net", "ana@example.org", "Ana Lima"},
		{"three@example.org", "", "", "ana@example.org", "Ana Lima"},
	}
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Fatal(diff)
	}
	cur, err := w.bot.Cursor(t.Context(), "imap:INBOX")
	if err != nil || !strings.HasSuffix(cur.Value, "/3") {
		t.Errorf("the cursor is %+v, %v", cur, err)
	}

	// A second start reads only what is new.
	w.srv.Submit("ana@example.org", []string{"meter@lists.example.test"}, member("four"))
	read := 0
	first := true
	w.run(t, func(s imap.State) bool {
		if s.Phase == imap.Watching && first {
			first = false
			read = int(s.Cursor.UID)
		}
		return watching(s)
	})
	want = append(want, row{"four@example.org", "dc-meter", "meter.lists.example.test", "ana@example.org", "Ana Lima"})
	if diff := cmp.Diff(want, rows()); diff != "" || read != 4 {
		t.Fatalf("up to UID %d: %s", read, diff)
	}

	// A folder restored from a backup hands everything over again: nothing is handled twice, and the cursor follows.
	if err := w.box.Renew(); err != nil {
		t.Fatal(err)
	}
	w.run(t, watching)
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Fatal(diff)
	}
	again, err := w.bot.Cursor(t.Context(), "imap:INBOX")
	if err != nil || again.Value == cur.Value || !strings.HasSuffix(again.Value, "/4") {
		t.Errorf("the cursor went from %q to %q, %v", cur.Value, again.Value, err)
	}
}

func question() dc.Outgoing {
	return dc.Outgoing{
		ID: 12, Channel: dc.ToList, Destination: "meter@lists.example.test", MessageID: "0011@example.test", Token: "7f7f", Kind: "question",
		Coalition: "dc-meter", Survey: "dc2021", Question: "6", Content: dc.Content{Subject: "Survey Q6: how decisions are made", Text: "How do you decide?\n\nJust reply to this mail.\n"},
	}
}

func TestSend(t *testing.T) {
	w := newWire(t)
	committed := 0
	ref, err := w.lists.Send(t.Context(), question(), func() error { committed++; return nil })
	if err != nil || committed != 1 || !strings.Contains(ref, "T00001") {
		t.Fatalf("ref %q, committed %d times, %v", ref, committed, err)
	}
	sent := w.srv.Sent()[0]
	if sent.From != "dcbot@example.test" || len(sent.Rcpts) != 1 || sent.Rcpts[0] != "meter@lists.example.test" {
		t.Errorf("envelope %q to %q", sent.From, sent.Rcpts)
	}
	if want, err := Compose(settings(), question(), now); err != nil || string(want) != string(sent.Raw) {
		t.Errorf("what was sent is not what Compose shows: %v", err)
	}
	// It comes back by the list as the bot's own, with all that recognises it.
	w.run(t, watching)
	p := w.posts(t)
	if len(p) != 1 || p[0].ExternalID != "0011@example.test" || p[0].Coalition != "dc-meter" || p[0].Author != "dcbot@example.test" {
		t.Fatalf("%+v", p)
	}
	m, err := netmail.ReadMessage(strings.NewReader(string(p[0].Raw)))
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		"X-Dcbot-Token": "7f7f", "X-Dcbot-Survey": "dc2021", "X-Dcbot-Question": "6", "X-Dcbot-Kind": "question", "Auto-Submitted": "",
		"Reply-To": "<meter@lists.example.test>", "Subject": "[meter] Survey Q6: how decisions are made",
	} {
		if got := m.Header.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
}

func TestSendErrors(t *testing.T) {
	long := question()
	long.Content.Text = strings.Repeat("A line of some forty letters, and so on.\n", 1000)
	command := question()
	command.Content.Text = "help\n\nis what you can ask for."
	nobody := question()
	nobody.Destination = "not an address"
	for _, tt := range []struct {
		name       string
		m          dc.Outgoing
		faults     mailtest.Faults
		committing error
		want       dc.SendError // without Err
		dialogue   bool
	}{
		{name: "too long for a list", m: long},
		{name: "reads like a command to the list software", m: command},
		{name: "no address", m: nobody},
		{name: "refused for now", m: question(), faults: mailtest.Faults{Mail: mailtest.Reply{Code: 451}}, want: dc.SendError{Temporary: true, Code: 451}, dialogue: true},
		{name: "mailbox full is for now as well", m: question(), faults: mailtest.Faults{Dot: mailtest.Reply{Code: 552}}, want: dc.SendError{Temporary: true, Code: 552}, dialogue: true},
		{name: "refused for good", m: question(), faults: mailtest.Faults{Rcpt: map[string]mailtest.Reply{"meter@lists.example.test": {Code: 550}}}, want: dc.SendError{Code: 550}, dialogue: true},
		{name: "lost before the final dot", m: question(), faults: mailtest.Faults{Drop: mailtest.AtRcpt}, want: dc.SendError{Temporary: true}, dialogue: true},
		{name: "lost after the final dot", m: question(), faults: mailtest.Faults{Drop: mailtest.AtVerdict}, want: dc.SendError{Uncertain: true}, dialogue: true},
		{name: "the point of no return cannot be noted", m: question(), committing: errors.New("disk full"), want: dc.SendError{Temporary: true}, dialogue: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWire(t)
			w.srv.SetFaults(tt.faults)
			ref, err := w.lists.Send(t.Context(), tt.m, func() error { return tt.committing })
			var got *dc.SendError
			if !errors.As(err, &got) || ref != "" {
				t.Fatalf("ref %q, error %v", ref, err)
			}
			if got.Temporary != tt.want.Temporary || got.Uncertain != tt.want.Uncertain || got.Code != tt.want.Code {
				t.Errorf("%+v (%v)", got, got.Err)
			}
			if n := w.srv.Dialogues().Connections; n > 0 != tt.dialogue {
				t.Errorf("%d connections", n)
			}
			if tt.committing != nil && (len(w.srv.Sent()) != 0 || !errors.Is(err, tt.committing)) {
				t.Errorf("sent %d mails; %v", len(w.srv.Sent()), err)
			}
		})
	}
}

func TestCompose(t *testing.T) {
	for name, m := range map[string]dc.Outgoing{
		"question": question(),
		"announcement": {
			Channel: dc.ToList, Destination: "tides@sympa.example.net", MessageID: "22@example.test", Token: "aa", Kind: "announcement", Coalition: "dc-tides", Survey: "dc2021",
			Content: dc.Content{Subject: "Échéance déplacée", Text: "Nouvelle échéance : 2 mai 2021.\n", Calendar: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", References: []string{"0011@example.test"}},
		},
		"reply": {
			Channel: dc.ToMailbox, Destination: "ana@example.org", MessageID: "33@example.test", Token: "bb", Kind: "reply",
			Content: dc.Content{Subject: "dcbot: status", Text: "All is well.\n", InReplyTo: "cmd1@example.org", Automatic: true},
		},
		"reply-to-broken-id": {
			Channel: dc.ToMailbox, Destination: "ana@example.org", MessageID: "33@example.test", Token: "bb", Kind: "reply",
			Content: dc.Content{Subject: "dcbot: status\r\nBcc: everybody@example.org", Text: "All is well.\n", InReplyTo: "sha256-00@dcbot.invalid", Automatic: true},
		},
		"submission": {
			Channel: dc.ToMailbox, Destination: "secretariat@example.net", MessageID: "44@example.test", Token: "cc", Kind: "submission", Coalition: "dc-tides", Survey: "dc2021",
			Content: dc.Content{Subject: "dc-tides: version 1", Text: "The draft.\n", HTML: "<p>The draft.</p>", Attachments: []dc.Attachment{{Name: "draft.json", Type: "application/json", Data: []byte(`{"version":1}`)}}},
		},
	} {
		raw, err := Compose(settings(), m, now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, err := Compose(settings(), m, now); err != nil || string(again) != string(raw) {
			t.Errorf("%s: the same row gives other bytes", name)
		}
		golden(t, name+".eml", string(raw))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "\r\n", "\n")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
}
