package smtp_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dcbot/mail/mailtest"
	"dcbot/mail/smtp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestCheck compares what people read when something is wrong.
func TestCheck(t *testing.T) {
	s, good := start(t, mailtest.Faults{})
	good.Addr, good.TLS, good.RootCAs, good.User, good.Password = s.SMTPSAddr(), smtp.TLS, s.RootCAs(), from, "secret"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := ln.Addr().String()
	ln.Close()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	go func() { // a server with neither STARTTLS nor AUTH, and one that wants no visitors
		for _, lines := range [][]string{{"220 ready", "250 hello"}, {"220 ready", "250 hello"}, {"554 5.7.1 you are on a list"}} {
			c, err := plain.Accept()
			if err != nil {
				return
			}
			script(c, lines...)
			_, _ = c.Read(make([]byte, 100))
			c.Close()
		}
	}()
	tests := []struct {
		name   string
		change func(*smtp.Config)
	}{
		{"good", func(*smtp.Config) {}},
		{"good with STARTTLS", func(c *smtp.Config) { c.Addr, c.TLS = s.SMTPAddr(), smtp.StartTLS }},
		{"password in clear", func(c *smtp.Config) { c.Addr, c.TLS = "smtp.example.org:587", smtp.NoTLS }},
		{"nobody listens", func(c *smtp.Config) { c.Addr = closed }},
		{"TLS on the STARTTLS port", func(c *smtp.Config) { c.Addr = s.SMTPAddr() }},
		{"untrusted certificate", func(c *smtp.Config) { c.RootCAs = nil }},
		{"untrusted certificate after STARTTLS", func(c *smtp.Config) { c.Addr, c.TLS, c.RootCAs = s.SMTPAddr(), smtp.StartTLS, nil }},
		{"wrong password", func(c *smtp.Config) { c.Password = "guess" }},
		{"no STARTTLS", func(c *smtp.Config) { c.Addr, c.TLS = plain.Addr().String(), smtp.StartTLS }},
		{"no login", func(c *smtp.Config) { c.Addr, c.TLS = plain.Addr().String(), smtp.NoTLS }},
		{"refused at the door", func(c *smtp.Config) { c.Addr, c.TLS, c.Hello = plain.Addr().String(), smtp.NoTLS, "bot.example.net" }},
	}
	port := func(addr string) string { _, p, _ := net.SplitHostPort(addr); return p }
	var out strings.Builder
	for _, tt := range tests {
		cfg := good
		tt.change(&cfg)
		text := "ok"
		if err := smtp.Check(t.Context(), cfg); err != nil {
			text = err.Error()
		}
		text = strings.NewReplacer(s.SMTPSAddr(), "HOST:465", s.SMTPAddr(), "HOST:587", closed, "HOST:466", plain.Addr().String(), "HOST:25",
			port(s.SMTPSAddr()), "465", port(s.SMTPAddr()), "587", port(closed), "466").Replace(text)
		fmt.Fprintf(&out, "## %s\n%s\n", tt.name, text)
	}
	golden(t, "check.golden", out.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
