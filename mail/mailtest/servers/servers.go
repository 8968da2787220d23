package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Domains and secrets of the test environment.
const (
	Domain     = "example.test"       // of the mailboxes
	ListDomain = "lists.example.test" // of the lists
	Password   = "test-password"      // of every mailbox
	restUser   = "restadmin"
	restPass   = "restpass"
)

const host = "127.0.0.1"

// patience is how long a server may take to start or stop. Mailman alone takes 10 s on a busy machine with two cores.
const patience = 90 * time.Second

// List is a mailing list to create.
type List struct {
	Name    string   // local part, below ListDomain
	Munge   bool     // From is rewritten to the list's address ("Ana via Dc-water")
	Members []string // local parts of mailboxes
}

// Address is where posts go.
func (l List) Address() string { return l.Name + "@" + ListDomain }

// ID is the List-Id.
func (l List) ID() string { return l.Name + "." + ListDomain }

// Options say what stands when Start returns.
type Options struct {
	Mailboxes []string // local parts below Domain
	Lists     []List
}

// Servers are the running servers.
type Servers struct {
	IMAP string // host:port, no TLS; logins are NAME@Domain with Password
	SMTP string // host:port, no TLS, no login: loopback is trusted

	dir                      string
	imap, dlmtp, smtp, mlmtp int // ports
	rest                     int
	procs                    []*process
}

// needed are the programs, and the packages that have them.
var needed = []struct{ path, pkg string }{
	{"/usr/sbin/dovecot", "dovecot-imapd dovecot-lmtpd"},
	{"/usr/sbin/postfix", "postfix"},
	{"/usr/lib/postfix/sbin/master", "postfix"},
	{"/usr/lib/mailman3/bin/master", "mailman3"},
	{"/usr/bin/setpriv", "util-linux"},
	{"/usr/bin/unshare", "util-linux"},
}

// Missing says what this machine lacks for Start, "" when nothing.
func Missing() string {
	if os.Geteuid() != 0 {
		return "root"
	}
	for _, n := range needed {
		if _, err := os.Stat(n.path); err != nil {
			return n.path + " (make servers installs " + n.pkg + ")"
		}
	}
	return ""
}

// Start brings everything up and has it stopped and removed when the test ends. Where the machine lacks what is
// needed, the test is skipped with a line that begins with "skipped: needs".
func Start(t testing.TB, o Options) *Servers {
	t.Helper()
	if m := Missing(); m != "" {
		t.Skip("skipped: needs " + m)
	}
	// Not t.TempDir: the servers' own users must get in, and it is made for root alone.
	dir, err := os.MkdirTemp("", "dcbot-servers-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &Servers{dir: dir}
	t.Cleanup(func() {
		s.stop(t)
		if t.Failed() {
			t.Logf("what the servers wrote:\n%s", s.logs())
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	if err := s.start(ctx, o); err != nil {
		t.Fatalf("%v\n%s", err, s.logs())
	}
	return s
}

func (s *Servers) start(ctx context.Context, o Options) error {
	for _, p := range []*int{&s.imap, &s.dlmtp, &s.smtp, &s.mlmtp, &s.rest} {
		port, err := freePort()
		if err != nil {
			return err
		}
		*p = port
	}
	s.IMAP, s.SMTP = net.JoinHostPort(host, strconv.Itoa(s.imap)), net.JoinHostPort(host, strconv.Itoa(s.smtp))
	if err := os.Mkdir(s.path("log"), 0o755); err != nil {
		return err
	}
	for _, step := range []func(context.Context, Options) error{s.startDovecot, s.startPostfix, s.startMailman} {
		if err := step(ctx, o); err != nil {
			return err
		}
	}
	for _, p := range s.procs {
		for _, port := range p.ports {
			if err := p.waitPort(ctx, port); err != nil {
				return err
			}
		}
	}
	return s.createLists(ctx, o.Lists)
}

// stop ends the processes, the last one started first.
func (s *Servers) stop(t testing.TB) {
	for i := len(s.procs) - 1; i >= 0; i-- {
		if err := s.procs[i].stop(); err != nil {
			t.Error(err)
		}
	}
}

func (s *Servers) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// logs returns the ends of the log files: what a person needs when a server does not do what it should.
func (s *Servers) logs() string {
	var b strings.Builder
	files, _ := filepath.Glob(s.path("log", "*"))
	more, _ := filepath.Glob(s.path("mailman", "logs", "*.log"))
	for _, f := range append(files, more...) {
		text, err := os.ReadFile(f)
		if err != nil || len(text) == 0 {
			continue
		}
		if len(text) > 4000 {
			text = text[len(text)-4000:]
		}
		fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(f), text)
	}
	return b.String()
}

// write makes a file, and the directories above it.
func (s *Servers) write(name, text string) error {
	path := s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// give hands a tree to a system user.
func give(path, name string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return filepath.WalkDir(path, func(p string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(p, uid, gid)
	})
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// process is one server that was started here.
type process struct {
	name  string
	ports []int
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error
}

// spawn starts a program as the leader of its own session and process group, which stop ends with it.
func (s *Servers) spawn(name string, ports []int, program string, args ...string) error {
	out, err := os.OpenFile(s.path("log", name+".out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", name, err)
	}
	p := &process{name: name, ports: ports, cmd: cmd, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	s.procs = append(s.procs, p)
	return nil
}

// waitPort waits until the port takes connections. The servers have no other way of saying that they are ready.
func (p *process) waitPort(ctx context.Context, port int) error {
	addr := net.JoinHostPort(host, strconv.Itoa(port))
	return poll(ctx, func() (bool, error) {
		select {
		case <-p.ended:
			return false, fmt.Errorf("%s ended before it was ready: %v", p.name, p.err)
		default:
		}
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			return false, nil
		}
		return true, conn.Close()
	})
}

func (p *process) stop() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	// The process was not waited for yet, so its id is still its own.
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping %s: %w", p.name, err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.ended
		return fmt.Errorf("%s did not stop in %s and was killed", p.name, patience)
	}
	// Children that outlived their master.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	return nil
}

// poll calls done until it says so, errs, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
