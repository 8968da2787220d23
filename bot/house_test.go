package bot_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/bot/maillist"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/mail/imap"
	"dcbot/mail/mailtest"
	"dcbot/mail/smtp"
	"dcbot/storage"
)

// house is the whole way of a mail: a mail server with lists, the wire to it, and a bot whose loops run. Its clock stands
// still until a test moves it.
type house struct {
	t   *testing.T
	srv *mailtest.Server
	b   *bot.Bot
	set bot.Settings
	box *mailtest.Mailbox
	// Posts that came in so far; arrived is replaced at each.
	mu      sync.Mutex
	now     time.Time
	read    int
	arrived chan struct{}
	stop    func()
	rooms   bot.Sender // nil: none
}

func newHouse(t *testing.T, change ...func(*bot.Settings)) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2021, 3, 22, 9, 0, 0, 0, time.UTC), arrived: make(chan struct{})}
	srv, err := mailtest.Start(t.Context(), mailtest.Options{Now: h.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	h.srv, h.box = srv, srv.AddMailbox("dcbot@example.test", "secret")
	for _, a := range []string{"ana@example.org", "mia@example.org", "grace@dccg.example.org", "secretariat@example.net"} {
		srv.AddMailbox(a, "secret")
	}
	for _, name := range []string{"meter", "tides"} {
		srv.AddList(mailtest.List{ID: name + ".lists.example.test", Address: name + "@lists.example.test", Name: name, SubjectPrefix: "[" + name + "] ",
			Members: []string{"ana@example.org", "dcbot@example.test"}, Footer: strings.Repeat("_", 47) + "\n" + name + " mailing list\n" + name + "@lists.example.test", Munge: name == "tides"})
	}
	h.set = settings()
	h.set.Coalitions[0].Lists = h.set.Coalitions[0].Lists[:1]
	for _, c := range change {
		c(&h.set)
	}
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "dcbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	texts, err := render.New()
	if err != nil {
		t.Fatal(err)
	}
	h.b = bot.New(db, h.set, texts, nil)
	h.b.Now, h.b.Rand, h.b.Log = h.clock, rand.Reader, slog.New(slog.DiscardHandler)
	if _, err := h.b.LoadSurvey(t.Context(), survey(t), "operator"); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// later moves the clock and lets everything happen that is due then.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.mu.Lock()
	h.now = h.now.Add(d)
	h.mu.Unlock()
	h.b.Kick()
	h.rest()
}

// Receive counts what comes in.
func (h *house) Receive(ctx context.Context, p dc.Post, cur dc.Cursor) error {
	err := h.b.Receive(ctx, p, cur)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.read++
	close(h.arrived)
	h.arrived = make(chan struct{})
	return err
}

func (h *house) Cursor(ctx context.Context, name string) (dc.Cursor, error) {
	return h.b.Cursor(ctx, name)
}
func (h *house) MoveCursor(ctx context.Context, cur dc.Cursor) error { return h.b.MoveCursor(ctx, cur) }

// run starts the loops and the wire; halt, or the end of the test, ends them.
func (h *house) run() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	lists := maillist.New(h.set, maillist.Config{
		IMAP: imap.Config{Addr: h.srv.IMAPAddr(), User: "dcbot@example.test", Password: "secret", TLS: imap.NoTLS, BackoffMin: time.Millisecond, BackoffMax: 10 * time.Millisecond},
		SMTP: smtp.Config{Addr: h.srv.SMTPAddr(), TLS: smtp.NoTLS}, AuthservID: "mail.example.test", Now: h.clock,
	})
	h.b.Senders = map[dc.Channel]bot.Sender{dc.ToList: lists, dc.ToMailbox: lists}
	if h.rooms != nil {
		h.b.Senders[dc.ToRoom] = h.rooms
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.b.Run(ctx); err != nil {
			h.t.Error(err)
		}
	})
	wg.Go(func() {
		if err := lists.Run(ctx, h); err != nil && ctx.Err() == nil {
			h.t.Error(err)
		}
	})
	var once sync.Once
	h.stop = func() { once.Do(func() { cancel(); wg.Wait() }) }
	h.t.Cleanup(h.stop)
}

// rest waits until all mail was read and nothing is left to do.
func (h *house) rest() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	for {
		h.mu.Lock()
		read, arrived := h.read, h.arrived
		h.mu.Unlock()
		if read < len(h.box.Mails()) {
			select {
			case <-arrived:
			case <-ctx.Done():
				h.t.Fatalf("only %d of %d mails were read", read, len(h.box.Mails()))
			}
			continue
		}
		// All that had come is stored: when that is dealt with and nothing more has come meanwhile, all is at rest.
		if err := h.b.Idle(ctx); err != nil {
			h.t.Fatal(err)
		}
		if len(h.box.Mails()) == read {
			return
		}
	}
}

func (h *house) do(line string) string {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	a, err := h.b.Do(ctx, line, bot.Operator, "")
	if err != nil || !a.OK {
		h.t.Fatalf("%s: %s %v", line, a.Text, err)
	}
	h.rest()
	return a.Text
}

// row reads a message of the outbox.
func (h *house) row(id int64) (o dc.Outgoing) {
	h.t.Helper()
	if err := h.b.DB.View(h.t.Context(), func(tx *storage.Tx) (err error) { o, err = tx.Outgoing(id); return err }); err != nil {
		h.t.Fatal(err)
	}
	return o
}

// sent lists what the server took, as "kind to receiver".
func (h *house) sent() []string {
	var out []string
	for _, a := range h.srv.Sent() {
		kind := mail.Parse(a.Raw, mail.Limits{}).Get("X-Dcbot-Kind")
		if kind != "" {
			out = append(out, kind+" to "+strings.Join(a.Rcpts, ","))
		}
	}
	return out
}

// wantSent checks that the server took exactly these, in any order, and none twice.
func (h *house) wantSent(want ...string) {
	h.t.Helper()
	got := h.sent()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("what the server took (-want +got):\n%s", diff)
	}
	ids := map[string]int{}
	for _, a := range h.srv.Sent() {
		ids[mail.Parse(a.Raw, mail.Limits{}).ID]++
	}
	for id, n := range ids {
		if n > 1 {
			h.t.Errorf("%s was taken %d times", id, n)
		}
	}
}

func times(n int, what string) []string { return slices.Repeat([]string{what}, n) }

// launchOnMeter is what a launch of the survey sends to dc-meter.
func launchOnMeter() []string {
	return append(times(4, "question to meter@lists.example.test"), "introduction to meter@lists.example.test")
}

// oneInTheHouse is a house with one row to a list (m1) or, with mailbox, to the Secretariat.
func oneInTheHouse(t *testing.T, channel dc.Channel) *house {
	t.Helper()
	h := newHouse(t)
	to := map[dc.Channel]string{dc.ToList: "meter@lists.example.test", dc.ToMailbox: "ana@example.org"}[channel]
	if err := h.b.DB.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.Enqueue(&dc.Outgoing{Channel: channel, Destination: to, Key: "k", MessageID: "one@example.test", Token: "0f0f", Kind: "announcement", Coalition: "dc-meter",
			State: dc.Queued, Created: h.now, NotBefore: h.now, Content: dc.Content{Subject: "News", Text: "The deadline has moved, please look."}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return h
}
