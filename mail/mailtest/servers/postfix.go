package servers

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// mainCf sends mail for the mailboxes to Dovecot and mail for the lists to Mailman; every other route ends in error.
const mainCf = `compatibility_level = 3.6
queue_directory = {dir}/postfix/spool
data_directory = {dir}/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/log/postfix.log
maillog_file_prefixes = {dir}/log
myhostname = mx.{domain}
mydestination =
inet_interfaces = {host}
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_bind_address = {host}
disable_dns_lookups = yes
smtpd_peername_lookup = no
default_transport = error:no outside mail in this test environment
relay_transport = error:no relay in this test environment
alias_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = hash:{dir}/postfix/conf/mailboxes
virtual_alias_maps = texthash:{dir}/postfix/conf/aliases
virtual_transport = lmtp:inet:{host}:{dlmtp}
recipient_delimiter = +
relay_domains = hash:{dir}/mailman/data/postfix_domains
relay_recipient_maps = hash:{dir}/mailman/data/postfix_lmtp
transport_maps = hash:{dir}/mailman/data/postfix_lmtp
owner_request_special = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = reject_unauth_destination, permit
smtputf8_enable = no
queue_run_delay = 10s
minimal_backoff_time = 5s
maximal_backoff_time = 10s
message_size_limit = 30000000
`

const masterCf = `{host}:{smtp} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`

func (s *Servers) startPostfix(ctx context.Context, o Options) error {
	var boxes strings.Builder
	for _, m := range o.Mailboxes {
		fmt.Fprintf(&boxes, "%s@%s OK\n", m, Domain)
	}
	// Bounces and Mailman's notices to the site owner: into a mailbox that the tests can look at.
	fmt.Fprintf(&boxes, "postmaster@%s OK\n", Domain)
	files := map[string]string{
		"postfix/conf/mailboxes": boxes.String(),
		"postfix/conf/aliases":   "",
		"postfix/conf/main.cf":   s.fill(mainCf),
		"postfix/conf/master.cf": s.fill(masterCf),
		// Empty maps until Mailman writes its own.
		"mailman/data/postfix_lmtp":    "",
		"mailman/data/postfix_domains": "",
	}
	for name, text := range files {
		if err := s.write(name, text); err != nil {
			return err
		}
	}
	for _, d := range []string{"spool", "data"} {
		if err := os.Mkdir(s.path("postfix", d), 0o755); err != nil {
			return err
		}
	}
	if err := give(s.path("postfix", "data"), "postfix"); err != nil {
		return err
	}
	conf := s.path("postfix", "conf")
	for _, m := range []string{"postfix/conf/mailboxes", "mailman/data/postfix_lmtp", "mailman/data/postfix_domains"} {
		if err := runTool(ctx, "/usr/sbin/postmap", "-c", conf, "hash:"+s.path(m)); err != nil {
			return err
		}
	}
	// "check" makes the queue's directories; then master itself, and not "postfix start-fg", which stays before it as a
	// shell that hands on no signal.
	if err := runTool(ctx, "/usr/sbin/postfix", "-c", conf, "check"); err != nil {
		return err
	}
	return s.spawn("postfix", []int{s.smtp}, "/usr/lib/postfix/sbin/master", "-s", "-c", conf)
}
