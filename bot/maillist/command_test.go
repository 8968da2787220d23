package maillist

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	netmail "net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/bot/render"
)

// A facilitator's commands by mail are carried out once and answered once, to their author only; through a list, quoted,
// or without proof they do nothing.
func TestCommandsByMail(t *testing.T) {
	w := newWire(t)
	r, err := render.New()
	if err != nil {
		t.Fatal(err)
	}
	set := settings()
	set.Version = "1.2.3"
	set.Coalitions[0].Facilitators = []string{"ana@example.org"}
	w.lists.cfg.AuthservID = "mail.example.test"
	b := bot.New(w.bot.DB, set, r, map[dc.Channel]bot.Sender{dc.ToList: w.lists, dc.ToMailbox: w.lists})
	b.Now, b.Rand, b.Log = w.bot.Now, rand.Reader, w.bot.Log
	w.bot = b

	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := b.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		if err := w.lists.Run(ctx, b); err != nil {
			t.Error(err)
		}
	})
	defer running.Wait()
	defer stop()

	command := func(id, proof string, lines ...string) []byte {
		return eml(append([]string{"Authentication-Results: " + proof, "From: Ana Lima <ana@example.org>", "To: dcbot@example.test",
			"Subject: commands", "Message-ID: <" + id + "@example.org>", "Date: Thu, 25 Mar 2021 10:00:00 +0000", ""}, lines...)...)
	}
	proven := "mail.example.test; dmarc=pass header.from=example.org"
	w.srv.Submit("ana@example.org", []string{"meter@lists.example.test"}, command("through-a-list", proven, "!dc version"))
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, command("quoted", proven, "Bo wrote:", "> !dc version", "", "What does this do?"))
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, command("one", proven, "!dc version", "!dc pause"))
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, command("one", proven, "!dc version", "!dc pause")) // delivered twice

	inbox := func() (replies []*netmail.Message) {
		for _, raw := range w.srv.Mailbox("ana@example.org").Mails() {
			m, err := netmail.ReadMessage(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if m.Header.Get("X-Dcbot-Kind") != "" {
				replies = append(replies, m)
			}
		}
		return replies
	}
	wait, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := w.srv.Wait(wait, func() bool { return len(inbox()) > 0 }); err != nil {
		t.Fatal(err)
	}
	if err := b.Idle(wait); err != nil {
		t.Fatal(err)
	}
	replies := inbox()
	if len(replies) != 1 {
		t.Fatalf("%d answers, want one", len(replies))
	}
	text, err := io.ReadAll(replies[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"In-Reply-To": "<one@example.org>", "Auto-Submitted": "auto-replied", "To": "<ana@example.org>", "X-Dcbot-Kind": "reply"} {
		if got := replies[0].Header.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	for _, want := range []string{"dcbot runs dcbot 1.2.3", "FAILED: only facilitators of the group and the operator can pause", "1 of 2 done"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the answer lacks %q:\n%s", want, text)
		}
	}

	// Without proof a one-time token is asked for, from that very address; its return carries the command out.
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, command("two", "mail.example.test; dmarc=none", "!dc version"))
	if err := w.srv.Wait(wait, func() bool { return len(inbox()) > 1 }); err != nil {
		t.Fatal(err)
	}
	asked := inbox()[1]
	if kind := asked.Header.Get("X-Dcbot-Kind"); kind != "confirmation" {
		t.Fatalf("a mail of kind %q", kind)
	}
	if text, err = io.ReadAll(asked.Body); err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`\b[0-9a-f]{20}\b`).FindString(string(text))
	w.srv.Submit("ana@example.org", []string{"dcbot@example.test"}, command("three", "mail.example.test; dmarc=none", "!dc confirm "+token))
	if err := w.srv.Wait(wait, func() bool { return len(inbox()) > 2 }); err != nil {
		t.Fatal(err)
	}
	if text, err = io.ReadAll(inbox()[2].Body); err != nil || !strings.Contains(string(text), "dcbot runs dcbot 1.2.3") {
		t.Errorf("%s, %v", text, err)
	}
}
