package mail

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// signer is one domain's key and its DNS record.
type signer struct {
	domain string
	key    crypto.Signer
	record string
}

func newSigner(t *testing.T, domain string) signer {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{domain, key, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(pub)}
}

// sign puts a real signature on top of a mail.
func (s signer) sign(t *testing.T, raw []byte, header ...string) []byte {
	t.Helper()
	if header == nil {
		header = []string{"From", "To", "Subject"}
	}
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: s.domain, Selector: "sel", Signer: s.key, HeaderKeys: header,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zone answers for the keys of some signers, and counts the questions.
func zone(asked *atomic.Int32, signers ...signer) func(string) ([]string, error) {
	return func(name string) ([]string, error) {
		asked.Add(1) // signatures are verified at the same time
		for _, s := range signers {
			if name == "sel._domainkey."+s.domain {
				return []string{s.record}, nil
			}
		}
		return nil, errors.New("no such name")
	}
}

var command = eml("From: Ana Lima <ana@example.org>", "To: bot@example.test", "Subject: hello", "Message-ID: <c@example.org>", "", "!dc status")

func TestCase20SignaturesProveTheAuthor(t *testing.T) {
	org, sub, other, suffix := newSigner(t, "example.org"), newSigner(t, "mail.example.org"), newSigner(t, "other.example"), newSigner(t, "org")
	many := command
	for range 8 {
		many = other.sign(t, many)
	}
	alter := func(raw []byte, from, to string) []byte {
		if !bytes.Contains(raw, []byte(from)) {
			t.Fatalf("%q is not in the mail", from)
		}
		return bytes.Replace(raw, []byte(from), []byte(to), 1)
	}
	second := append([]byte("From: Eve <eve@evil.example>\r\n"), org.sign(t, command)...)
	for _, tt := range []struct {
		name string
		raw  []byte
		want bool
		why  string
	}{
		{"none", command, false, "no DKIM signature"},
		{"aligned", org.sign(t, command), true, "DKIM signature of example.org"},
		{"of a subdomain", sub.sign(t, command), true, "mail.example.org"},
		{"stored with LF", bytes.ReplaceAll(org.sign(t, command), []byte("\r\n"), []byte("\n")), true, "example.org"},
		{"of another domain", other.sign(t, command), false, "From is of example.org"},
		{"of the public suffix", suffix.sign(t, command), false, "From is of example.org"},
		{"valid one below a broken one", alter(org.sign(t, org.sign(t, command)), "b=", "b=AAAA"), true, "example.org"},
		{"valid one below another domain's", other.sign(t, org.sign(t, command)), true, "example.org"},
		{"valid one on top of a broken one", org.sign(t, alter(other.sign(t, command), "b=", "b=AAAA")), true, "example.org"},
		{"body changed", alter(org.sign(t, command), "status", "delete"), false, "body hash"},
		{"subject changed", alter(org.sign(t, command), "Subject: hello", "Subject: bye"), false, "did not verify"},
		{"From changed", alter(org.sign(t, command), "ana@example.org", "bo@example.org"), false, "did not verify"},
		{"text added below", append(org.sign(t, command), "!dc delete\r\n"...), false, "body hash"},
		{"a second From", second, false, "not exactly one From"},
		{"two addresses in From", org.sign(t, alter(command, "<ana@example.org>", "<ana@example.org>, bo@example.org")), false, "not exactly one From"},
		{"too many to look at", many, false, "From is of example.org"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked atomic.Int32
			got := Authenticate(t.Context(), tt.raw, Parse(tt.raw, Limits{}), AuthOptions{LookupTXT: zone(&asked, org, sub, other, suffix)})
			if got.Proven != tt.want || !strings.Contains(got.Why, tt.why) {
				t.Errorf("%+v, want %v %q", got, tt.want, tt.why)
			}
			if asked.Load() > maxSignatures {
				t.Errorf("%d DNS questions for one mail", asked.Load())
			}
		})
	}
}

func TestCase20SignatureThatCoversAPartOfTheBodyIsRefused(t *testing.T) {
	org := newSigner(t, "example.org")
	var asked atomic.Int32
	// Nobody can make a valid signature with l= by go-msgauth; that one with the tag is refused before it is checked is
	// seen in the reason.
	raw := bytes.Replace(org.sign(t, command), []byte("v=1;"), []byte("v=1; l=3;"), 1)
	if !bytes.Contains(raw, []byte("l=3")) {
		t.Fatal("the tag was not put in")
	}
	got := Authenticate(t.Context(), raw, Parse(raw, Limits{}), AuthOptions{LookupTXT: zone(&asked, org)})
	if got.Proven || !strings.Contains(got.Why, "body length") {
		t.Errorf("%+v", got)
	}
}

func TestCase20DNSFailureAndCancelling(t *testing.T) {
	org := newSigner(t, "example.org")
	raw := org.sign(t, command)
	m := Parse(raw, Limits{})
	got := Authenticate(t.Context(), raw, m, AuthOptions{LookupTXT: func(string) ([]string, error) { return nil, errors.New("server is down") }})
	if got.Proven || !strings.Contains(got.Why, "server is down") {
		t.Errorf("%+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var asked atomic.Int32
	if got := Authenticate(ctx, raw, m, AuthOptions{LookupTXT: zone(&asked, org)}); got.Proven || asked.Load() != 0 {
		t.Errorf("%+v after %d questions", got, asked.Load())
	}
}

func TestCase20AuthenticationResults(t *testing.T) {
	const ours = "Received: from mx.example.org by mx.bot.example.test; Mon, 26 Apr 2021 10:00:00 +0000"
	const theirs = "Received: from laptop by mx.example.org; Mon, 26 Apr 2021 09:59:00 +0000"
	from := "From: Ana Lima <ana@example.org>"
	for _, tt := range []struct {
		name   string
		header []string
		want   bool
	}{
		{"dmarc", []string{"Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", ours, theirs, from}, true},
		{"below our Received", []string{ours, "Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", theirs, from}, true},
		{"dkim of the domain", []string{"Authentication-Results: mx.bot.example.test; dkim=pass header.d=example.org", ours, from}, true},
		{"dkim of a subdomain", []string{"Authentication-Results: mx.bot.example.test; dkim=pass header.i=@mail.example.org", ours, from}, true},
		{"a broken dkim besides", []string{"Authentication-Results: mx.bot.example.test; dkim=fail header.d=example.org; dkim=pass header.d=example.org", ours, from}, true},
		{"spf alone", []string{"Authentication-Results: mx.bot.example.test; spf=pass smtp.mailfrom=example.org", ours, from}, false},
		{"dmarc of another domain", []string{"Authentication-Results: mx.bot.example.test; dmarc=pass header.from=evil.example", ours, from}, false},
		{"dkim of another domain", []string{"Authentication-Results: mx.bot.example.test; dkim=pass header.d=evil.example", ours, from}, false},
		{"dmarc failed", []string{"Authentication-Results: mx.bot.example.test; dmarc=fail header.from=example.org", ours, from}, false},
		{"of another server", []string{"Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org", ours, from}, false},
		{"under our name, but it came in with the mail", []string{ours, theirs, "Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", from}, false},
		{"under our name below ours", []string{"Authentication-Results: mx.bot.example.test; dmarc=fail header.from=example.org", ours, "Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", from}, false},
		{"two of ours", []string{"Authentication-Results: mx.bot.example.test 1; spf=pass smtp.mailfrom=example.org", "Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", ours, from}, true},
		{"below local delivery", []string{"Received: by mail.bot.example.test with LMTP", "Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", ours, theirs, from}, true},
		{"unreadable", []string{"Authentication-Results: mx.bot.example.test; dmarc", ours, from}, false},
		{"two From", []string{"Authentication-Results: mx.bot.example.test; dmarc=pass header.from=example.org", ours, from, "From: Eve <eve@example.org>"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := eml(append(tt.header, "", "!dc status")...)
			got := Authenticate(t.Context(), raw, Parse(raw, Limits{}), AuthOptions{AuthservID: "mx.bot.example.test"})
			if got.Proven != tt.want || got.Why == "" {
				t.Errorf("%+v", got)
			}
			if got := Authenticate(t.Context(), raw, Parse(raw, Limits{}), AuthOptions{}); got.Proven {
				t.Error("proven with no authserv_id set up")
			}
		})
	}
}

// State-changing commands by mail need proof: what looks like the facilitator's mail is none.
func TestCase22NothingUnprovenIsProven(t *testing.T) {
	var asked atomic.Int32
	opt := AuthOptions{AuthservID: "mx.bot.example.test", LookupTXT: zone(&asked)}
	for name, raw := range map[string][]byte{
		"plain":              command,
		"no From":            eml("Subject: x", "", "!dc status"),
		"From without addr":  eml("From: Ana", "", "!dc status"),
		"garbage signature":  append([]byte("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=sel; h=from; bh=; b=\r\n"), command...),
		"signature of words": append([]byte("DKIM-Signature: yes, really\r\n"), command...),
		"cut by a limit":     command,
	} {
		m := Parse(raw, Limits{})
		if name == "cut by a limit" {
			m = Parse(raw, Limits{Size: len(raw) - 3})
		}
		if got := Authenticate(t.Context(), raw, m, opt); got.Proven || got.Why == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAlignment(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"example.org", "example.org", true}, {"EXAMPLE.org.", "example.org", true}, {"a.example.org", "b.example.org", true},
		{"example.org", "notexample.org", false}, {"a.co.uk", "b.co.uk", false}, {"co.uk", "a.co.uk", false},
		{"ana.github.io", "eve.github.io", false}, {"", "", false}, {"org", "example.org", false},
	} {
		if got := aligned(tt.a, tt.b); got != tt.want {
			t.Errorf("aligned(%q, %q) is %v", tt.a, tt.b, got)
		}
	}
}

func ExampleAuthenticate() {
	raw := []byte("From: ana@example.org\r\nSubject: x\r\n\r\nhello\r\n")
	v := Authenticate(context.Background(), raw, Parse(raw, Limits{}), AuthOptions{AuthservID: "mx.example.test"})
	fmt.Println(v.Proven, v.Why)
	// Output: false no Authentication-Results by mx.example.test
}
