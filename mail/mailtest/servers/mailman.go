package servers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// mailmanCfg is Mailman 3's core: no archiver, no NNTP, no digests. Its DNS resolver is a dead loopback address, see
// startMailman.
const mailmanCfg = `[mailman]
site_owner: postmaster@{domain}
layout: env
[paths.env]
var_dir: {dir}/mailman
bin_dir: /usr/lib/mailman3/bin
etc_dir: {dir}/mailman/etc
pid_file: {dir}/mailman/master.pid
[database]
class: mailman.database.sqlite.SQLiteDatabase
url: sqlite:///{dir}/mailman/data/mailman.db
[webservice]
hostname: {host}
port: {rest}
admin_user: {restuser}
admin_pass: {restpass}
workers: 1
[mta]
incoming: mailman.mta.postfix.LMTP
outgoing: mailman.mta.deliver.deliver
smtp_host: {host}
smtp_port: {smtp}
lmtp_host: {host}
lmtp_port: {mlmtp}
configuration: {dir}/mailman/etc/postfix.cfg
[dmarc]
org_domain_data_url: file:///usr/lib/python3/dist-packages/mailman/rules/data/public_suffix_list.dat
resolver_timeout: 0.2s
resolver_lifetime: 0.2s
[runner.nntp]
start: no
[runner.digest]
start: no
[runner.archive]
start: no
[runner.in]
sleep_time: 0.1s
[runner.pipeline]
sleep_time: 0.1s
[runner.out]
sleep_time: 0.1s
[runner.virgin]
sleep_time: 0.1s
[runner.bounces]
sleep_time: 1s
[runner.retry]
sleep_time: 5s
`

const postfixCfg = `[postfix]
postmap_command: /usr/sbin/postmap -c {dir}/postfix/conf
transport_file_type: hash
`

func (s *Servers) startMailman(context.Context, Options) error {
	files := map[string]string{
		"mailman/mailman.cfg":     s.fill(mailmanCfg),
		"mailman/etc/postfix.cfg": s.fill(postfixCfg),
		"mailman/etc/resolv.conf": "nameserver 127.0.0.1\n",
		"mailman/logs/.keep":      "",
		"mailman/locks/.keep":     "",
	}
	for name, text := range files {
		if err := s.write(name, text); err != nil {
			return err
		}
	}
	if err := give(s.path("mailman"), "list"); err != nil {
		return err
	}
	// A mount namespace of its own: Mailman's DMARC rule looks up DNS; here it asks a loopback address that refuses.
	script := fmt.Sprintf("mount --bind '%s' /etc/resolv.conf && exec setpriv --reuid list --regid list --clear-groups "+
		"/usr/bin/python3 /usr/lib/mailman3/bin/master -C '%s' --force", s.path("mailman/etc/resolv.conf"), s.path("mailman/mailman.cfg"))
	return s.spawn("mailman", []int{s.rest, s.mlmtp}, "/usr/bin/unshare", "-m", "sh", "-c", script)
}

func (s *Servers) createLists(ctx context.Context, lists []List) error {
	if len(lists) == 0 {
		return nil
	}
	// The port is open a moment before the service answers.
	err := poll(ctx, func() (bool, error) { return s.call(ctx, http.MethodGet, "/system/versions", nil) == nil, nil })
	if err != nil {
		return fmt.Errorf("waiting for Mailman's REST service: %w", err)
	}
	if err := s.call(ctx, http.MethodPost, "/domains", url.Values{"mail_host": {ListDomain}}); err != nil {
		return err
	}
	for _, l := range lists {
		if err := s.createList(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (s *Servers) createList(ctx context.Context, l List) error {
	if err := s.call(ctx, http.MethodPost, "/lists", url.Values{"fqdn_listname": {l.Address()}}); err != nil {
		return err
	}
	conf := url.Values{
		"send_welcome_message": {"false"}, "admin_immed_notify": {"false"}, "archive_policy": {"never"},
		"max_message_size": {"0"}, "max_num_recipients": {"0"},
	}
	if l.Munge {
		conf.Set("dmarc_mitigate_action", "munge_from")
		conf.Set("dmarc_mitigate_unconditionally", "true")
	}
	if err := s.call(ctx, http.MethodPatch, "/lists/"+l.Address()+"/config", conf); err != nil {
		return err
	}
	for _, m := range l.Members {
		form := url.Values{
			"list_id": {l.ID()}, "subscriber": {m + "@" + Domain}, "display_name": {strings.ToUpper(m[:1]) + m[1:]},
			"pre_verified": {"true"}, "pre_confirmed": {"true"}, "pre_approved": {"true"}, "send_welcome_message": {"false"},
		}
		if err := s.call(ctx, http.MethodPost, "/members", form); err != nil {
			return err
		}
	}
	return nil
}

// call makes one request of Mailman's REST interface.
func (s *Servers) call(ctx context.Context, method, path string, form url.Values) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, fmt.Sprintf("http://%s:%d/3.1%s", host, s.rest, path), body)
	if err != nil {
		return err
	}
	req.SetBasicAuth(restUser, restPass)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking Mailman: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		return fmt.Errorf("asking Mailman: %s %s was answered with %s: %s", method, path, resp.Status, text)
	}
	return nil
}
