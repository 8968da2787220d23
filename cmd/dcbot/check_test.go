package main

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"dcbot/mail/mailtest"
)

// check connects for real and says what is wrong, one line for each server.
func TestCheck(t *testing.T) {
	server, err := mailtest.Start(t.Context(), mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.AddMailbox(archiveBot, "right")
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := nobody.Addr().String()
	nobody.Close()

	for _, c := range []struct {
		name, password, smtp, more string
		code                       int
		lines                      []string
	}{
		{"all well", "right", server.SMTPAddr(), "", exitOK, []string{"ok    config", "ok    record", "ok    imap", "ok    smtp", "note  survey"}},
		{"wrong password", "wrong", server.SMTPAddr(), "", exitFailure, []string{"ok    config", "FAIL  imap"}},
		{"nobody answers", "right", closed, "", exitFailure, []string{"ok    imap", "FAIL  smtp"}},
		{"rooms", "right", server.SMTPAddr(), "[matrix]\nhomeserver = \"https://matrix.example.org\"\nuser = \"@dcbot:example.org\"\n", exitOK, []string{"note  matrix"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			conf := writeTestConfig(t, dir)
			writeFile(t, filepath.Join(dir, "password"), c.password+"\n")
			appendFile(t, conf, fmt.Sprintf("\n[mail.imap]\naddress = %q\nuser = %q\npassword_file = %q\ntls = \"none\"\n[mail.smtp]\naddress = %q\ntls = \"none\"\n[secretariat]\naddress = \"secretariat@example.org\"\n[group]\nfacilitators = [\"fiona@example.org\"]\n%s",
				server.IMAPAddr(), archiveBot, filepath.Join(dir, "password"), c.smtp, c.more))
			r := dcbot(t.Context(), "", "check", "--config", conf)
			if r.code != c.code {
				t.Errorf("exit code %d, not %d\n%s%s", r.code, c.code, r.stdout, r.stderr)
			}
			for _, line := range c.lines {
				if !strings.Contains("\n"+r.stdout, "\n"+line) {
					t.Errorf("no line %q in\n%s", line, r.stdout)
				}
			}
			if strings.Contains(r.stdout+r.stderr, c.password+"\n") {
				t.Error("the password was printed")
			}
		})
	}
	if sent := server.Sent(); len(sent) > 0 {
		t.Errorf("check sent %d mails", len(sent))
	}
}
