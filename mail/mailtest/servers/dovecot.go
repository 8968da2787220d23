package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// dovecotConf runs Dovecot wholly as its own user, without privileged ports or TLS.
const dovecotConf = `protocols = imap lmtp
listen = {host}
base_dir = {dir}/dovecot/base
state_dir = {dir}/dovecot/state
log_path = {dir}/dovecot/dovecot.log
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovecot
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_max_userip_connections = 100
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  args = {dir}/dovecot/users
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home={dir}/dovecot/mail/%u
}
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = {imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service lmtp {
  inet_listener lmtp {
    address = {host}
    port = {dlmtp}
  }
}
protocol lmtp {
  postmaster_address = postmaster@{domain}
}
`

func (s *Servers) startDovecot(_ context.Context, o Options) error {
	var users strings.Builder
	for _, m := range o.Mailboxes {
		fmt.Fprintf(&users, "%s@%s:{PLAIN}%s\n", m, Domain, Password)
	}
	files := map[string]string{"dovecot/users": users.String(), "dovecot/dovecot.conf": s.fill(dovecotConf)}
	for name, text := range files {
		if err := s.write(name, text); err != nil {
			return err
		}
	}
	for _, d := range []string{"base", "state", "mail"} {
		if err := os.Mkdir(s.path("dovecot", d), 0o755); err != nil {
			return err
		}
	}
	if err := give(s.path("dovecot"), "dovecot"); err != nil {
		return err
	}
	return s.spawn("dovecot", []int{s.imap, s.dlmtp}, "/usr/bin/setpriv", "--reuid", "dovecot", "--regid", "dovecot", "--clear-groups",
		"/usr/sbin/dovecot", "-F", "-c", s.path("dovecot", "dovecot.conf"))
}

// Mailbox returns all mail that was delivered to a mailbox, oldest first, as it stands in Dovecot's Maildir. Reading it leaves
// no trace, unlike a second IMAP client.
func (s *Servers) Mailbox(name string) ([]string, error) {
	var files []string
	for _, sub := range []string{"new", "cur"} {
		some, err := filepath.Glob(s.path("dovecot", "mail", name+"@"+Domain, "Maildir", sub, "*"))
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	// A Maildir name begins with the time of delivery: seconds, then "M" and microseconds.
	sort.Slice(files, func(i, j int) bool { return deliveryKey(files[i]) < deliveryKey(files[j]) })
	var mails []string
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if os.IsNotExist(err) { // moved from new to cur meanwhile
			return s.Mailbox(name)
		}
		if err != nil {
			return nil, err
		}
		mails = append(mails, string(raw))
	}
	return mails, nil
}

func deliveryKey(path string) string {
	sec, rest, _ := strings.Cut(filepath.Base(path), ".")
	usec, _, _ := strings.Cut(strings.TrimPrefix(rest, "M"), "P")
	return fmt.Sprintf("%s %07s", sec, usec)
}

// fill puts the ports and the directory into a configuration.
func (s *Servers) fill(conf string) string {
	return strings.NewReplacer("{host}", host, "{dir}", s.dir, "{domain}", Domain, "{listdomain}", ListDomain,
		"{imap}", fmt.Sprint(s.imap), "{dlmtp}", fmt.Sprint(s.dlmtp), "{smtp}", fmt.Sprint(s.smtp),
		"{mlmtp}", fmt.Sprint(s.mlmtp), "{rest}", fmt.Sprint(s.rest), "{restuser}", restUser, "{restpass}", restPass).Replace(conf)
}

// runTool runs a short-lived program and returns what it wrote when it fails.
func runTool(ctx context.Context, program string, args ...string) error {
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return nil
}

// WaitFor waits until a mailbox holds n mails or more and returns them.
func (s *Servers) WaitFor(ctx context.Context, name string, n int) (mails []string, err error) {
	err = poll(ctx, func() (bool, error) {
		var err error
		mails, err = s.Mailbox(name)
		return len(mails) >= n, err
	})
	if err != nil {
		return mails, fmt.Errorf("waiting for %d mails in the mailbox of %s, which has %d: %w", n, name, len(mails), err)
	}
	return mails, nil
}
