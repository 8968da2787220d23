package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dcbot/mail/mailtest"
)

// minKills is how often each phase is killed at least, and how many of these kills have to hit something.
const minKills, minHits = 10, 3

// shortSkips leaves the kills out of a -short run: the processes they kill are no different under the race detector.
func shortSkips(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("the kills are for the long run")
	}
}

// victim is a dcbot process that gets killed.
type victim struct {
	t      *testing.T
	binary string
	args   []string
	dbPath string
	kills  int
	inTx   int // kills that interrupted a transaction: the write lock was held
}

// journal is a process's log, which may be read while the process writes it.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// start starts the process; its log is kept for the case that the test fails.
func (v *victim) start(log *journal) *exec.Cmd {
	v.t.Helper()
	cmd := exec.Command(v.binary, v.args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	return cmd
}

// strike lets the process run for up to so long and kills it with SIGKILL. It reports whether the process had ended by
// itself before.
func (v *victim) strike(after time.Duration) (ended bool) {
	v.t.Helper()
	return v.strikeAt(func() <-chan time.Time { return time.After(after) })
}

// strikeAt kills the process when the moment that it is given comes. The process is stopped first, to see what the kill
// interrupts.
func (v *victim) strikeAt(moment func() <-chan time.Time) (ended bool) {
	v.t.Helper()
	var log journal
	cmd := v.start(&log)
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			v.t.Fatalf("dcbot %s: %v\n%s", strings.Join(v.args, " "), err, log.String())
		}
		return true
	case <-moment():
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		v.t.Logf("it ended just now: %v", err)
	} else if locked(v.t, v.dbPath) {
		v.inTx++
	}
	v.kills++
	if err := cmd.Process.Kill(); err != nil {
		v.t.Logf("killing: %v", err)
	}
	<-done
	return false
}

// calmly lets the process run until cond holds, and has it stop in order.
func (v *victim) calmly(what string, cond func() bool) {
	v.t.Helper()
	var log journal
	cmd := v.start(&log)
	until(v.t, "it runs", func() bool { return strings.Contains(log.String(), "dcbot runs") })
	until(v.t, what, cond)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		v.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		v.t.Fatalf("%v\n%s", err, log.String())
	}
}

// locked says whether somebody is inside a writing transaction right now.
func locked(t *testing.T, path string) bool {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		return false
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(0)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return strings.Contains(err.Error(), "BUSY") || strings.Contains(err.Error(), "locked")
	}
	_ = tx.Rollback()
	return false
}

// ask reads one number or text from a record, beside whoever runs on it.
func ask(t *testing.T, path, query string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var s sql.NullString
	if err := db.QueryRow(query).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s.String
}

// until waits until cond holds.
func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

func intact(t *testing.T, path string) {
	t.Helper()
	if got := ask(t, path, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity_check: %s", got)
	}
}

// everything is the record of posts and contributions, without what differs from run to run (when it came in).
const everything = `SELECT group_concat(line, char(10)) FROM (
  SELECT p.id || '|' || p.external_id || '|' || p.author || '|' || p.sent || '|' || p.state || '|' || p.reason || '|' ||
    coalesce((SELECT group_concat(c.id || ':' || c.seq || ':' || c.question || ':' || c.kind || ':' || c.stance || ':' || c.status || ':' || c.text) FROM contribution c WHERE c.post = p.id), '') AS line
  FROM post p ORDER BY p.id)`

// TestKillImport kills an import at random points; the record ends up as that of an import that nobody disturbed.
func TestKillImport(t *testing.T) {
	shortSkips(t)
	binary := buildBinary(t)
	archive := filepath.Join(t.TempDir(), "archive.mbox")
	archiveFile(t, archive, 1500, testSurveyID, testNumbers)
	args := func(dir string) []string {
		return []string{"import", "--config", writeTestConfig(t, dir), "--survey", filepath.Join(dir, "survey.toml"), "--coalition", "dc-meter", archive}
	}
	calm := t.TempDir()
	start := time.Now()
	must(t, args(calm)...)
	took := time.Since(start)
	want := ask(t, filepath.Join(calm, "dcbot.db"), everything)

	for round := 0; ; round++ {
		dir := t.TempDir()
		v := &victim{t: t, binary: binary, args: args(dir), dbPath: filepath.Join(dir, "dcbot.db")}
		r := rand.New(rand.NewPCG(uint64(round), 1)) //nolint:gosec // where to strike
		for v.kills < 40 && !v.strike(time.Duration(r.Int64N(int64(took)/6)+int64(20*time.Millisecond))) {
		}
		for !v.strike(5 * time.Minute) {
		}
		intact(t, v.dbPath)
		if got := ask(t, v.dbPath, everything); got != want {
			t.Fatalf("after %d kills the record differs from an undisturbed import:\n%s", v.kills, firstDifference(want, got))
		}
		t.Logf("%d kills, %d of them inside a transaction", v.kills, v.inTx)
		if v.kills >= minKills && v.inTx >= minHits {
			return
		}
		if round == 5 {
			t.Fatalf("the kills do not bite: %d kills, %d inside a transaction", v.kills, v.inTx)
		}
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(as), len(bs)) {
		var x, y string
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		if x != y {
			return fmt.Sprintf("line %d of %d and %d\n- %s\n+ %s", i, len(as), len(bs), x, y)
		}
	}
	return "no difference"
}

// killWorld is a mail server that outlives the dcbot processes, with one list.
func killWorld(t *testing.T, lists int) (*mailtest.Server, string) {
	t.Helper()
	s, err := mailtest.Start(t.Context(), mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.AddMailbox(archiveBot, "secret")
	s.AddMailbox("fay@example.org", "secret")
	s.AddMailbox("secretariat@example.org", "secret")
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "password"), "secret\n")
	var conf strings.Builder
	fmt.Fprintf(&conf, `[mail]
address = %q
[mail.imap]
address = %q
tls = "none"
user = %q
password_file = "password"
[mail.smtp]
address = %q
tls = "none"
[group]
name = "Coordination"
facilitators = ["fay@example.org"]
[secretariat]
address = "secretariat@example.org"
[storage]
path = "dcbot.db"
`, archiveBot, s.IMAPAddr(), archiveBot, s.SMTPAddr())
	for i := range lists {
		id := fmt.Sprintf("dc-%d", i)
		fmt.Fprintf(&conf, "[[coalition]]\nid = %q\nname = \"Coalition %d\"\n[coalition.list]\naddress = \"%s@lists.example.org\"\nid = \"%s.lists.example.org\"\nreturn_within = \"5s\"\n", id, i, id, id)
		s.AddList(mailtest.List{ID: id + ".lists.example.org", Address: id + "@lists.example.org", Name: id, Members: []string{archiveBot, "fay@example.org"}, SubjectPrefix: "[" + id + "] "})
	}
	writeFile(t, filepath.Join(dir, "c.toml"), conf.String())
	writeFile(t, filepath.Join(dir, "survey.toml"), testSurvey)
	return s, dir
}

// TestKillCollect kills dcbot while it reads its mailbox and collects.
func TestKillCollect(t *testing.T) {
	shortSkips(t)
	binary := buildBinary(t)
	var archive bytes.Buffer
	if _, err := writeArchive(&archive, 600, testSurveyID, testNumbers); err != nil {
		t.Fatal(err)
	}
	mails := splitArchive(archive.Bytes())
	collect := func(strike func(v *victim, done func() bool)) (string, *victim) {
		s, dir := killWorld(t, 1)
		conf := filepath.Join(dir, "c.toml")
		must(t, "survey", "load", "--config", conf, filepath.Join(dir, "survey.toml"))
		for _, m := range mails {
			s.Mailbox(archiveBot).Deliver([]byte(strings.ReplaceAll(m, archiveID, "dc-0.lists.example.org")))
		}
		v := &victim{t: t, binary: binary, args: []string{"run", "--config", conf}, dbPath: filepath.Join(dir, "dcbot.db")}
		strike(v, func() bool {
			return ask(t, v.dbPath, `SELECT count(*) FROM post WHERE state <> 'pending'`) == fmt.Sprint(len(mails))
		})
		intact(t, v.dbPath)
		if n := len(s.Sent()); n != 0 {
			t.Errorf("%d messages were sent; none was due", n)
		}
		return ask(t, v.dbPath, everything), v
	}
	calmly := func(v *victim, done func() bool) { v.calmly("all mails are read", done) }
	want, _ := collect(calmly)
	for round := 0; ; round++ {
		got, v := collect(func(v *victim, done func() bool) {
			r := rand.New(rand.NewPCG(uint64(round), 2)) //nolint:gosec // where to strike
			for v.kills < 60 && !done() {
				v.strike(time.Duration(r.Int64N(int64(250*time.Millisecond)) + int64(50*time.Millisecond)))
			}
			calmly(v, done)
		})
		if got != want {
			t.Fatalf("after %d kills the record differs from an undisturbed run:\n%s", v.kills, firstDifference(want, got))
		}
		t.Logf("%d kills, %d of them inside a transaction", v.kills, v.inTx)
		if v.kills >= minKills && v.inTx >= minHits {
			return
		}
		if round == 5 {
			t.Fatalf("the kills do not bite: %d kills, %d inside a transaction", v.kills, v.inTx)
		}
	}
}

func splitArchive(mbox []byte) []string {
	var out []string
	for _, m := range strings.Split("\n"+string(mbox), "\nFrom ")[1:] {
		_, raw, _ := strings.Cut(m, "\n")
		out = append(out, strings.ReplaceAll(strings.ReplaceAll(raw, "\n>From ", "\nFrom "), "\n", "\r\n"))
	}
	return out
}

// TestKillSend kills dcbot while it sends: no mail reaches the server twice, none is lost.
func TestKillSend(t *testing.T) {
	shortSkips(t)
	const lists = 8
	binary := buildBinary(t)
	kills, inDialogue, atDot := 0, 0, 0
	for round := 0; inDialogue < minKills || atDot < minKills; round++ {
		if round == 12 {
			t.Fatalf("the kills do not bite: %d kills, %d inside an SMTP dialogue, %d at the final dot", kills, inDialogue, atDot)
		}
		s, dir := killWorld(t, lists)
		conf := filepath.Join(dir, "c.toml")
		must(t, "survey", "load", "--config", conf, filepath.Join(dir, "survey.toml"))
		for i := range lists {
			must(t, "do", "--config", conf, fmt.Sprintf("survey launch now dc-%d", i))
		}
		v := &victim{t: t, binary: binary, args: []string{"run", "--config", conf}, dbPath: filepath.Join(dir, "dcbot.db")}
		done := func() bool {
			return ask(t, v.dbPath, `SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'uncertain')`) == "0"
		}
		r := rand.New(rand.NewPCG(uint64(round), 3)) //nolint:gosec // where to strike
		for v.kills < 16 && !done() {
			if v.kills%2 == 0 {
				v.strikeAt(func() <-chan time.Time {
					return inTransaction(t.Context(), s, time.Duration(r.Int64N(int64(2*time.Millisecond))))
				})
				continue
			}
			dot, release := holdDot(s)
			v.strikeAt(func() <-chan time.Time { return dot })
			if release() {
				atDot++
			}
		}
		v.calmly("everything is sent or held", done)
		intact(t, v.dbPath)
		checkSentOnce(t, s, v.dbPath, lists)
		kills, inDialogue = kills+v.kills, inDialogue+s.Dialogues().Interrupted
		t.Logf("%d kills so far, %d inside a dialogue, %d between the final dot and the verdict; now %s held",
			kills, inDialogue, atDot, ask(t, v.dbPath, `SELECT count(*) FROM outbox WHERE state = 'held'`))
	}
}

// inTransaction gives the moment at which, since now, another mail transaction has begun on the server, and a little more
// time has passed.
func inTransaction(ctx context.Context, s *mailtest.Server, more time.Duration) <-chan time.Time {
	moment := make(chan time.Time, 1)
	began := s.Dialogues().Transactions
	go func() {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // nothing may be left to send
		defer cancel()
		_ = s.Wait(ctx, func() bool { return s.Dialogues().Transactions > began })
		moment <- <-time.After(more)
	}()
	return moment
}

// holdDot has the server take the next mail and keep its verdict back until release, which says whether one came. When
// nothing is left to send, the moment comes all the same.
func holdDot(s *mailtest.Server) (dot <-chan time.Time, release func() bool) {
	moment, over := make(chan time.Time, 1), make(chan struct{})
	var came atomic.Bool
	late := time.AfterFunc(5*time.Second, func() {
		select {
		case moment <- time.Time{}:
		default:
		}
	})
	s.SetFaults(mailtest.Faults{Taken: func(mailtest.Accepted) {
		came.Store(true)
		select {
		case moment <- time.Time{}:
		default:
		}
		<-over
	}})
	return moment, func() bool {
		late.Stop()
		s.SetFaults(mailtest.Faults{})
		close(over)
		return came.Load()
	}
}

func checkSentOnce(t *testing.T, s *mailtest.Server, db string, lists int) {
	t.Helper()
	taken := map[string]int{}
	for _, a := range s.Sent() {
		for _, line := range strings.Split(string(a.Raw), "\r\n") {
			if id, ok := strings.CutPrefix(line, "Message-Id: "); ok {
				taken[strings.Trim(id, "<> ")]++
			} else if id, ok := strings.CutPrefix(line, "Message-ID: "); ok {
				taken[strings.Trim(id, "<> ")]++
			}
		}
	}
	for id, n := range taken {
		if n > 1 {
			t.Errorf("%s reached the server %d times", id, n)
		}
	}
	if got := ask(t, db, `SELECT count(*) FROM outbox WHERE kind IN ('introduction', 'question')`); got != fmt.Sprint(lists*(1+len(testNumbers))) {
		t.Errorf("%s launch mails on record", got)
	}
	sent := strings.Fields(ask(t, db, `SELECT group_concat(message_id, ' ') FROM outbox WHERE state = 'sent'`))
	for _, id := range sent {
		if taken[id] != 1 {
			t.Errorf("%s counts as sent, and the server has it %d times", id, taken[id])
		}
	}
	if got := ask(t, db, `SELECT count(*) FROM outbox WHERE kind NOT IN ('introduction', 'question', 'notice')`); got != "0" {
		t.Errorf("%s messages that nobody expected", got)
	}
}
