package mail

import (
	"strings"
	"testing"
)

var (
	meter    = Via{ListID: "dc-meter.lists.example.test", ListAddress: "dc-meter@lists.example.test", ThroughList: true}
	noProof  = Via{ListID: meter.ListID, ListAddress: meter.ListAddress}
	meterIDs = []string{"List-Id: <dc-meter.lists.example.test>", "List-Post: <mailto:dc-meter@lists.example.test>", "To: dc-meter@lists.example.test"}
)

func parseLines(lines ...string) *Message { return Parse(eml(append(lines, "", "hello")...), Limits{}) }

func TestCase18MungedFrom(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header []string
		addr   string
		person string
		why    string
	}{
		{"Mailman, Reply-To", []string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "Reply-To"},
		{"Mailman, Reply-To with the list", []string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: DC-Meter <dc-meter@lists.example.test>, Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "Reply-To"},
		{"Mailman, Cc", []string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: dc-meter@lists.example.test", "Cc: Bo Ek <bo@example.org>, Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "Cc"},
		{"Mailman 3, X-MailFrom", []string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "X-MailFrom: ana@example.org"}, "ana@example.org", "Ana Lima", "X-Mailfrom"},
		{"X-MailFrom is a bounce address", []string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "X-MailFrom: bounce+77@mailer.example", "Reply-To: ana@example.org"}, "ana@example.org", "Ana Lima", "Reply-To"},
		{"Google Groups", []string{`From: "'Ana Lima' via DC Meter" <dc-meter@lists.example.test>`, "X-Original-Sender: ana@example.org", "X-Original-From: Ana Lima <ana@example.org>", "Reply-To: Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "X-Original-From"},
		{"Sympa", []string{`From: "Ana Lima" (via dc-meter Mailing List) <dc-meter@lists.example.test>`, "X-Original-From: Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "X-Original-From"},
		{"German Mailman", []string{"From: Ana Lima über DC-Meter <dc-meter@lists.example.test>", "Reply-To: Ana Lima <ana@example.org>"}, "ana@example.org", "Ana Lima", "Reply-To"},
		{"not munged", []string{"From: Ana Lima <ana@example.org>", "Reply-To: Eve <eve@example.org>"}, "ana@example.org", "Ana Lima", "From"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parseLines(append(tt.header, meterIDs...)...)
			got := WhoWrote(m, meter)
			if got.Addr != tt.addr || got.Name != tt.person || !got.Trusted || !strings.Contains(got.Why, tt.why) {
				t.Errorf("%+v", got)
			}
			// The same mail, not proven to have come through the list: the literal From, and no trust in what looks munged.
			direct := WhoWrote(m, noProof)
			if direct.Addr != m.From[0].Addr || direct.Trusted != (tt.why == "From") {
				t.Errorf("without proof: %+v", direct)
			}
		})
	}
}

func TestCase18GroupsIO(t *testing.T) {
	via := Via{ListID: "main.dc-meter.groups.io", ListAddress: "main@dc-meter.groups.io", ThroughList: true}
	header := []string{`From: "Ana Lima via groups.io" <ana=example.org@groups.io>`, "To: main@dc-meter.groups.io", "List-Id: <main.dc-meter.groups.io>"}
	for _, more := range []string{`Reply-To: "Ana Lima" <ana@example.org>`, "Reply-To: main@dc-meter.groups.io"} {
		if a := WhoWrote(parseLines(append(header, more)...), via); a.Addr != "ana@example.org" || !a.Trusted || a.Name != "Ana Lima" {
			t.Errorf("%s: %+v", more, a)
		}
	}
	header[0] = `From: "Ana Lima via groups.io" <ana=example.org@evil.example>`
	if a := WhoWrote(parseLines(append(header, `Reply-To: "Ana Lima" <ana@example.org>`)...), via); a.Trusted || a.Addr == "ana@example.org" {
		t.Errorf("%+v", a)
	}
}

func TestCase18WrappedOriginal(t *testing.T) {
	raw := "From: Ana via DC-Meter <dc-meter@lists.example.test>\nTo: dc-meter@lists.example.test\nSubject: s\nList-Id: <dc-meter.lists.example.test>\nList-Post: <mailto:dc-meter@lists.example.test>\nContent-Type: message/rfc822\n\nFrom: Ana <ana@example.org>\nSubject: s\nMessage-ID: <i@x>\n\nhi\n"
	m := Parse([]byte(raw), Limits{})
	if a := WhoWrote(m, meter); a.Addr != "ana@example.org" || !a.Trusted {
		t.Errorf("%+v", a)
	}
	if a := WhoWrote(m, noProof); a.Addr != "dc-meter@lists.example.test" || a.Trusted {
		t.Errorf("without proof: %+v", a)
	}
}

func TestCase18DirectMailThatFakesMunging(t *testing.T) {
	for name, header := range map[string][]string{
		"as the list":         {"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: Ana Lima <ana@example.org>"},
		"as another list":     {"From: Ana Lima via X <eve@evil.example>", "X-Original-From: Ana Lima <ana@example.org>", "To: eve@evil.example"},
		"with the list's ids": append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "X-MailFrom: ana@example.org"}, meterIDs...),
	} {
		t.Run(name, func(t *testing.T) {
			m := parseLines(header...)
			if a := WhoWrote(m, noProof); a.Trusted || a.Addr == "ana@example.org" {
				t.Errorf("%+v", a)
			}
		})
	}
	// Eve calls herself Ana, and writes what other list software would note: the places disagree.
	for name, header := range map[string][]string{
		"X-Original-From":     {"Reply-To: Ana Lima <eve@evil.example>", "X-Original-From: Ana Lima <ana@example.org>"},
		"Reply-To of her own": {"Reply-To: Ana Lima <ana@example.org>, Ana Lima <eve@evil.example>"},
		"Reply-To and Cc":     {"Reply-To: Ana Lima <ana@example.org>", "Cc: Ana Lima <eve@evil.example>"},
		"both":                {"Reply-To: Ana Lima <ana@example.org>, eve@evil.example", "X-Original-From: Ana Lima <ana@example.org>"},
		"nameless Reply-To":   {"Reply-To: ana@example.org", "Cc: Ana Lima <eve@evil.example>"},
	} {
		m := parseLines(append(append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>"}, header...), meterIDs...)...)
		if a := WhoWrote(m, meter); a.Trusted {
			t.Errorf("%s: %+v", name, a)
		}
	}
	// Through a list that rewrites nothing, with a From that looks rewritten, by an address of her own.
	for name, header := range map[string][]string{
		"Cc":        {"From: Ana Lima via X <eve@evil.example>", "Cc: eve@evil.example", "Reply-To: Ana Lima <ana@example.org>"},
		"List-Post": {"From: Ana Lima via X <eve@evil.example>", "List-Post: <mailto:eve@evil.example>", "X-Original-From: Ana Lima <ana@example.org>"},
	} {
		m := parseLines(append(header, meterIDs...)...)
		if a := WhoWrote(m, meter); a.Trusted || a.Addr != "eve@evil.example" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	wrapped := "From: Ana via X <eve@evil.example>\nTo: eve@evil.example\nSubject: s\nList-Id: <dc-meter.lists.example.test>\nContent-Type: message/rfc822\n\nFrom: Ana <ana@example.org>\nSubject: s\nMessage-ID: <i@x>\n\nhi\n"
	if a := WhoWrote(Parse([]byte(wrapped), Limits{}), meter); a.Trusted || a.Addr != "eve@evil.example" {
		t.Errorf("wrapped: %+v", a)
	}
	// Through a list that rewrites From but does not wrap: Eve made the wrapper herself.
	wrapped = "From: Ana via DC-Meter <dc-meter@lists.example.test>\nTo: dc-meter@lists.example.test\nReply-To: Ana <eve@evil.example>\nSubject: s\nList-Id: <dc-meter.lists.example.test>\nContent-Type: message/rfc822\n\nFrom: Ana <ana@example.org>\nSubject: s\nMessage-ID: <i@x>\n\nhi\n"
	if a := WhoWrote(Parse([]byte(wrapped), Limits{}), meter); a.Trusted || a.Addr == "ana@example.org" {
		t.Errorf("wrapped by the author: %+v", a)
	}
	// Through the list, but the author wrote the fields of another software into a mail that was not munged.
	m := parseLines(append([]string{"From: Eve <eve@example.org>", "X-Original-From: Ana <ana@example.org>", "X-MailFrom: ana@example.org"}, meterIDs...)...)
	if a := WhoWrote(m, meter); a.Addr != "eve@example.org" {
		t.Errorf("%+v", a)
	}
}

func TestCase19TwoPeopleWithOneName(t *testing.T) {
	one := parseLines(append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: Ana Lima <ana@example.org>"}, meterIDs...)...)
	two := parseLines(append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Reply-To: Ana Lima <ana.lima@other.example>"}, meterIDs...)...)
	none := parseLines(append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>"}, meterIDs...)...)
	both := parseLines(append([]string{"From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Cc: Ana Lima <ana@example.org>, Ana Lima <ana.lima@other.example>"}, meterIDs...)...)
	a, b := WhoWrote(one, meter), WhoWrote(two, meter)
	if a.Addr == b.Addr {
		t.Errorf("two people became one: %+v, %+v", a, b)
	}
	for name, m := range map[string]*Message{"no address": none, "two addresses": both} {
		if c := WhoWrote(m, meter); c.Trusted || c.Addr != "" || c.Name != "Ana Lima" {
			t.Errorf("%s: guessed %+v", name, c)
		}
	}
}

func TestCase18StrangeFrom(t *testing.T) {
	for _, header := range []string{"Subject: no From", "From:", "From: <>", "From: just a name", "From: a@x.example, b@y.example", "From: a@x.example\r\nFrom: b@y.example"} {
		if a := WhoWrote(parseLines(header), noProof); a.Trusted || a.Why == "" {
			t.Errorf("%q: %+v", header, a)
		}
	}
}
