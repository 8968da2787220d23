package imap_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dcbot/mail/imap"
)

// script is an IMAP server that does well what a test does not care for, and exactly what it does. It holds mails by UID
// and answers the commands of our client; an entry in on replaces the answer to the commands that begin with its key.
type script struct {
	t        *testing.T
	addr     string
	greeting string
	validity int
	uidNext  string // the UIDNEXT line; "" for none
	on       map[string]func(p *peer, tag, line string)
	ready    chan struct{} // closed when the script is written: see config

	mu    sync.Mutex
	mails map[uint32]string
	lines []string // every command line received
	conns int
}

// peer is one connection.
type peer struct {
	*script
	conn net.Conn
	br   *bufio.Reader
	n    int // 1 for the first connection
}

func newScript(t *testing.T, mails map[uint32]string) *script {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, addr: ln.Addr().String(), mails: mails, validity: 7, greeting: "* OK [CAPABILITY IMAP4rev1 IDLE] ready",
		on: map[string]func(*peer, string, string){}, ready: make(chan struct{})}
	var wg sync.WaitGroup
	var open []net.Conn
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			<-s.ready
			s.mu.Lock()
			s.conns++
			open = append(open, conn)
			p := &peer{script: s, conn: conn, br: bufio.NewReader(conn), n: s.conns}
			s.mu.Unlock()
			wg.Go(p.serve)
		}
	})
	t.Cleanup(func() {
		ln.Close()
		s.mu.Lock()
		for _, c := range open {
			c.Close()
		}
		s.mu.Unlock()
		wg.Wait()
	})
	return s
}

func (p *peer) serve() {
	defer p.conn.Close()
	if f := p.on["greeting"]; f != nil {
		f(p, "", "")
	} else {
		p.send(p.greeting)
	}
	for {
		line, ok := p.read()
		if !ok {
			return
		}
		tag, rest, _ := strings.Cut(line, " ")
		p.answer(tag, rest)
	}
}

func (p *peer) read() (string, bool) {
	line, err := p.br.ReadString('\n')
	if err != nil {
		return "", false
	}
	line = strings.TrimRight(line, "\r\n")
	p.mu.Lock()
	p.lines = append(p.lines, line)
	p.mu.Unlock()
	return line, true
}

func (p *peer) send(lines ...string) {
	_, _ = p.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n"))
}

// silence reads on without ever answering, until the client gives up.
func (p *peer) silence() {
	for {
		if _, ok := p.read(); !ok {
			return
		}
	}
}

func (p *peer) answer(tag, rest string) {
	for prefix, f := range p.on {
		if strings.HasPrefix(rest, prefix) {
			f(p, tag, rest)
			return
		}
	}
	p.usual(tag, rest)
}

var (
	fetchRE  = regexp.MustCompile(`^UID FETCH (\S+) \((.*)\)$`)
	searchRE = regexp.MustCompile(`UID (\d+):\*`)
)

// usual is what a good server says.
func (p *peer) usual(tag, rest string) {
	p.mu.Lock()
	uids := slices.Sorted(func(yield func(uint32) bool) {
		for uid := range p.mails {
			if !yield(uid) {
				return
			}
		}
	})
	p.mu.Unlock()
	switch verb, _, _ := strings.Cut(rest, " "); verb {
	case "CAPABILITY":
		_, caps, _ := strings.Cut(p.greeting, "[")
		caps, _, ok := strings.Cut(caps, "]")
		if !ok {
			caps = "CAPABILITY IMAP4rev1 IDLE"
		}
		p.send("* " + caps)
	case "EXAMINE":
		p.send(fmt.Sprintf("* %d EXISTS", len(uids)), "* FLAGS (\\Seen)", fmt.Sprintf("* OK [UIDVALIDITY %d] ok", p.validity))
		if p.uidNext != "" {
			p.send(p.uidNext)
		}
		p.send(tag + " OK [READ-ONLY] examined")
		return
	case "IDLE":
		p.send("+ idling")
		if line, ok := p.read(); ok && line != "DONE" {
			p.t.Errorf("in IDLE: %q", line)
		}
	case "UID":
		if m := searchRE.FindStringSubmatch(rest); m != nil {
			from, _ := strconv.Atoi(m[1])
			line := "* SEARCH"
			for _, uid := range uids {
				if int(uid) >= from {
					line += fmt.Sprintf(" %d", uid)
				}
			}
			p.send(line)
		}
		if m := fetchRE.FindStringSubmatch(rest); m != nil {
			for _, uid := range expand(m[1]) {
				p.fetch(uid, m[2])
			}
		}
	}
	p.send(tag + " OK done")
}

// expand spells a UID set out.
func expand(set string) (uids []uint32) {
	for r := range strings.SplitSeq(set, ",") {
		lo, hi, ok := strings.Cut(r, ":")
		if !ok {
			hi = lo
		}
		a, _ := strconv.Atoi(lo)
		b, _ := strconv.Atoi(hi)
		for ; a <= b; a++ {
			uids = append(uids, uint32(a))
		}
	}
	return uids
}

// fetch answers for one mail.
func (p *peer) fetch(uid uint32, items string) {
	p.mu.Lock()
	raw, ok := p.mails[uid]
	p.mu.Unlock()
	if !ok {
		return
	}
	meta := fmt.Sprintf(`* %d FETCH (UID %d INTERNALDATE "22-Mar-2021 10:00:00 +0000" RFC822.SIZE %d`, uid, uid, len(raw))
	switch {
	case strings.Contains(items, "BODY.PEEK[HEADER]<0."):
		head, _, _ := strings.Cut(raw, "\r\n\r\n")
		head += "\r\n\r\n"
		p.send(fmt.Sprintf("%s BODY[HEADER]<0> {%d}\r\n%s)", meta, len(head), head))
	case strings.Contains(items, "BODY.PEEK[]"):
		p.send(fmt.Sprintf("%s BODY[] {%d}\r\n%s)", meta, len(raw), raw))
	default:
		p.send(meta + ")")
	}
}

// received lists the commands whose text contains sub.
func (s *script) received(sub string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		if strings.Contains(l, sub) {
			found = append(found, l)
		}
	}
	return found
}

func (s *script) put(uid uint32, raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails[uid] = raw
}

// config is called once, when the script is written. It has waits short enough for tests and long enough for a busy machine.
func (s *script) config() imap.Config {
	close(s.ready)
	return imap.Config{Addr: s.addr, TLS: imap.NoTLS, User: "bot", Password: "secret", BackoffMin: time.Millisecond, BackoffMax: 4 * time.Millisecond,
		CommandTimeout: 20 * time.Second, FetchTimeout: 20 * time.Second}
}

// mailOf is a small mail that names its number.
func mailOf(n uint32) string {
	return fmt.Sprintf("Message-ID: <m%d@example.org>\r\nSubject: Note %d\r\n\r\nText of %d.\r\n", n, n, n)
}

func mailsOf(uids ...uint32) map[uint32]string {
	m := map[uint32]string{}
	for _, uid := range uids {
		m[uid] = mailOf(uid)
	}
	return m
}

// inbox is a handler that keeps what it gets, and a store that survives what happens to the client.
type inbox struct {
	mu     sync.Mutex
	got    []imap.Delivery
	cursor imap.Cursor
	came   chan imap.Delivery // every delivery; capacity 100
}

func newInbox() *inbox { return &inbox{came: make(chan imap.Delivery, 100)} }

func (b *inbox) handle(_ context.Context, d imap.Delivery) error {
	b.mu.Lock()
	b.got = append(b.got, d)
	b.cursor = d.Cursor()
	b.mu.Unlock()
	b.came <- d
	return nil
}

func (b *inbox) uids() (uids []uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.got {
		uids = append(uids, d.UID)
	}
	return uids
}

// next waits for the next delivery.
func (b *inbox) next(t *testing.T) imap.Delivery {
	t.Helper()
	select {
	case d := <-b.came:
		return d
	case <-time.After(20 * time.Second):
		t.Fatal("no mail was handed over in time")
		return imap.Delivery{}
	}
}

var errEnough = errors.New("enough")

// run runs a client in the background and ends it with the test; states receives every state.
func run(t *testing.T, cfg imap.Config, cur imap.Cursor, handle imap.Handler) (states chan imap.State, stop func()) {
	t.Helper()
	states = make(chan imap.State, 1000)
	cfg.Status = func(st imap.State) {
		select {
		case states <- st:
		default:
		}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- imap.New(cfg).Run(ctx, cur, handle) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel(errEnough)
			if err := <-done; !errors.Is(err, errEnough) {
				t.Errorf("Run ended with %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return states, stop
}

// until waits for a state.
func until(t *testing.T, states chan imap.State, want imap.Phase) imap.State {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case st := <-states:
			if st.Phase == want {
				return st
			}
		case <-late:
			t.Fatalf("never %s", want)
		}
	}
}
