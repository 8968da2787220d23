package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The tests in case*_test.go are named for the cases of the project's list of mail cases, which come from real bugs.

// eml makes a mail of lines that are easy to read in a test.
func eml(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestCase12BrokenStructureIsReadAsFarAsPossible(t *testing.T) {
	for _, tt := range []struct {
		name    string
		raw     string
		subject string
		text    string
		note    string
	}{
		{"a line that is no field", "Subject: a\nrubbish line\nFrom: ana@example.org\n\nhello\n", "a", "hello\n", "one line that is no field"},
		{"no empty line", "Subject: a\nFrom: ana@example.org\nhello there\nNote: this is prose\n", "a", "hello there\nNote: this is prose\n", "no empty line"},
		{"no header at all", "hello\n\nworld\n", "", "hello\n\nworld\n", "no empty line"},
		{"nothing", "", "", "", ""},
		{"mbox line in front", "From ana@example.org Mon Apr 26 10:00:00 2021\nSubject: a\n\nhello\n", "a", "hello\n", "mbox separator"},
		{"blank before the colon", "Subject : a\n\nhello\n", "a", "hello\n", ""},
		{"CR line ends", "Subject: a\rFrom: ana@example.org\r\rhello\r", "a", "hello\n", "CR alone"},
		{"BOM in front", "\ufeffSubject: a\n\nhello\n", "a", "hello\n", ""},
		{"unknown encoding", "Subject: a\nContent-Transfer-Encoding: rot13\n\nhello\n", "a", "hello\n", "unknown transfer encoding rot13"},
		{"base64 that is none", "Subject: a\nContent-Transfer-Encoding: base64\n\nhello, this is plain!\n", "a", "hello, this is plain!\n", "it is not"},
		{"base64 cut off", "Subject: a\nContent-Transfer-Encoding: base64\n\naGVsbG8gd29ybGQ\n", "a", "hello world\n", ""},
		{"bad quoted-printable", "Subject: a\nContent-Transfer-Encoding: quoted-printable\n\n1=3D1 a=ZZb c=\n d=\n", "a", "1=1 a=ZZb c d\n", ""},
		{"unreadable type", "Subject: a\nContent-Type: ;;;\n\nhello\n", "a", "hello\n", "Content-Type"},
		{"multipart without a boundary", "Subject: a\nContent-Type: multipart/mixed\n\nhello\n", "a", "hello\n", "read as text"},
		{"boundary that is not there", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--y\nContent-Type: text/plain\n\nhello\n--y--\n", "a", "hello\n", "boundary guessed"},
		{"no last boundary", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n", "a", "hello\n", "last boundary is missing"},
		{"inner boundary begins like the outer one", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n--xy\n\none\n--xy--\n--x\n\ntwo\n--x--\n", "a", "one\ntwo\n", ""},
		{"HTML without a type's slash", "Subject: a\nContent-Type: html\n\n<p>hello</p>\n", "a", "hello\n", "no plain text"},
		{"the only text has a file name", "Subject: a\nContent-Type: text/plain; name=body.txt\n\nhello\n", "a", "hello\n", "file name"},
		{"NUL octets", "Subject: a\x00b\n\nhel\x00lo\n", "ab", "hello\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), Limits{})
			if m.Subject != tt.subject || m.Text != tt.text {
				t.Errorf("subject %q text %q, want %q %q", m.Subject, m.Text, tt.subject, tt.text)
			}
			if notes := strings.Join(m.Notes, "; "); (tt.note == "") != (notes == "") || !strings.Contains(notes, tt.note) {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestCase12LimitsCutAndSaySo(t *testing.T) {
	nested := "Subject: deep\n"
	for i := range 30 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	many := "Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\npart\n", 40) + "--b--\n"
	for _, tt := range []struct {
		name, raw, note string
		lim             Limits
	}{
		{"size", "Subject: s\n\n" + strings.Repeat("x\n", 500), "message of 1012 octets cut after 200", Limits{Size: 200}},
		{"header", "Subject: s\n" + strings.Repeat("X-A: b\n", 500) + "\nhello\n", "header of", Limits{Header: 200}},
		{"parts", many, "more than 10 parts", Limits{Parts: 10}},
		{"depth", nested, "nested deeper than 5", Limits{Depth: 5}},
		{"text", "Subject: s\n\n" + strings.Repeat("x\n", 500), "text of 1000 octets cut after 100", Limits{Text: 100}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw), tt.lim)
			if !m.Truncated || !strings.Contains(strings.Join(m.Notes, "; "), tt.note) {
				t.Errorf("truncated %v, notes %q, want %q", m.Truncated, m.Notes, tt.note)
			}
			if m.Subject == "" {
				t.Error("the subject was lost")
			}
		})
	}
}

func TestCase13MessageIDs(t *testing.T) {
	for _, tt := range []struct {
		name, field string
		want        []string
	}{
		{"plain", "<a@x> <b@y>", []string{"a@x", "b@y"}},
		{"no brackets", "a@x b@y", []string{"a@x", "b@y"}},
		{"commas", "<a@x>,<b@y>", []string{"a@x", "b@y"}},
		{"duplicates", "<a@x> <b@y> <a@x>", []string{"a@x", "b@y"}},
		{"folded inside", "<a\r\n @x>", []string{"a@x"}},
		{"cut at the end", "<a@x> <b@", []string{"a@x"}},
		{"cut in the middle", "<a@x> <b@<c@z>", []string{"a@x", "c@z"}},
		{"words around", `Your message of "Mon, 5 Apr" <a@x>`, []string{"a@x"}},
		{"only words", "Message from ana@example.org of Monday", nil},
		{"control characters", "<a\x00\x07@x>", []string{"a@x"}},
		{"too long", "<" + strings.Repeat("a", 2000) + "@x> <b@y>", []string{"b@y"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, parseIDs(tt.field)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("two References fields", func(t *testing.T) {
		m := Parse(eml("Message-ID: own@x", "References: <a@x>", "References: <b@x>", " <own@x>", "", "hi"), Limits{})
		if diff := cmp.Diff([]string{"a@x", "b@x"}, m.References); diff != "" || m.ID != "own@x" {
			t.Errorf("id %q, references %s", m.ID, diff)
		}
	})
	t.Run("aliases", func(t *testing.T) {
		m := Parse(eml("Message-ID: <new@list>", "X-Original-Message-ID: <old@x>", "Resent-Message-ID: <re@x>", "", "hi"), Limits{})
		if diff := cmp.Diff([]string{"old@x", "re@x"}, m.Aliases); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCase13NoMessageID(t *testing.T) {
	a := Parse(eml("Subject: a", "", "hi"), Limits{})
	b := Parse(eml("Subject: a", "", "hi"), Limits{})
	c := Parse(eml("Subject: a", "", "ho"), Limits{})
	if !a.MadeID || !strings.HasPrefix(a.ID, "sha256-") || !strings.HasSuffix(a.ID, "@dcbot.invalid") {
		t.Errorf("id %q", a.ID)
	}
	if a.ID != b.ID || a.ID == c.ID {
		t.Error("equal bytes must give equal ids, and others none")
	}
}

func TestCase13SameIDWithOtherContent(t *testing.T) {
	direct := Parse(eml("From: Ana Lima <ana@example.org>", "Subject: Question 6", "Message-ID: <a@x>",
		"Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", "",
		"We agree, with one caveat: the caf=E9 is closed on Mondays and nobody =", "can meet there."), Limits{})
	vialist := Parse(eml("From: Ana Lima via DC-Meter <dc-meter@lists.example.test>", "Subject: [DC-Meter] Question 6", "Message-ID: <a@x>",
		"To: dc-meter@lists.example.test", "List-Id: <dc-meter.lists.example.test>", "List-Post: <mailto:dc-meter@lists.example.test>",
		"Content-Type: text/plain; charset=utf-8", "",
		"We agree, with one caveat: the café is closed", "on Mondays and nobody can meet there.",
		"_______________________________________________", "DC-Meter mailing list", "https://lists.example.test/mailman/listinfo/dc-meter"), Limits{})
	html := Parse(eml("From: Ana Lima <ana@example.org>", "Subject: Question 6", "Message-ID: <a@x>", "Content-Type: text/html; charset=utf-8", "",
		"<p>We agree, with one caveat: the café is closed on Mondays and nobody can meet there.</p>"), Limits{})
	for name, pair := range map[string][2]*Message{"direct and list": {direct, vialist}, "list and direct": {vialist, direct}, "text and HTML": {direct, html}} {
		if !SameContent(pair[0], pair[1]) {
			t.Errorf("%s: copies of one mail are taken for two", name)
		}
	}
	for name, lines := range map[string][]string{
		"other words":   {"From: Ana Lima <ana@example.org>", "Subject: Question 6", "", "We disagree."},
		"more words":    {"From: Ana Lima <ana@example.org>", "Subject: Question 6", "", "We agree, with one caveat: the cafe is closed on Mondays and nobody can meet there. !dc stop"},
		"other author":  {"From: Eve <eve@example.org>", "Subject: Question 6", "", "We agree, with one caveat: the café is closed on Mondays and nobody can meet there."},
		"other subject": {"From: Ana Lima <ana@example.org>", "Subject: Question 7", "", "We agree, with one caveat: the café is closed on Mondays and nobody can meet there."},
		"hidden below a rule": {"From: Ana Lima <ana@example.org>", "Subject: Question 6", "",
			"We agree, with one caveat: the café is closed on Mondays and nobody can meet there.", "_______________________________________________", "And I withdraw what I said."},
	} {
		if SameContent(direct, Parse(eml(lines...), Limits{})) {
			t.Errorf("%s: another mail is taken for a copy", name)
		}
	}
}

func TestCase13Dates(t *testing.T) {
	utc := func(y int, mo time.Month, d, h, mi, s int) time.Time {
		return time.Date(y, mo, d, h, mi, s, 0, time.UTC)
	}
	for field, want := range map[string]time.Time{
		"Mon, 26 Apr 2021 10:00:00 +0200":                 utc(2021, 4, 26, 8, 0, 0),
		"26 Apr 2021 10:00:00 GMT":                        utc(2021, 4, 26, 10, 0, 0),
		"Mon, 26 Apr 2021 10:00:00 +0200 (CEST)":          utc(2021, 4, 26, 8, 0, 0),
		"26 Apr 21 10:00 EST":                             utc(2021, 4, 26, 15, 0, 0),
		"Mon Apr 26 10:00:00 2021":                        utc(2021, 4, 26, 10, 0, 0),
		"Mon Apr 26 10:00:00 CEST 2021":                   utc(2021, 4, 26, 8, 0, 0),
		"2021-04-26T10:00:00Z":                            utc(2021, 4, 26, 10, 0, 0),
		"2021-04-26 10:00:00 +0200":                       utc(2021, 4, 26, 8, 0, 0),
		"26-Apr-2021 10:00:00 +0000":                      utc(2021, 4, 26, 10, 0, 0),
		"Lun, 26 avr. 2021 10:00:00 +0200":                utc(2021, 4, 26, 8, 0, 0),
		"Monday, April 26, 2021 10:00:00 PM":              utc(2021, 4, 26, 22, 0, 0),
		"Mon, 26 Apr 121 10:00:00 +0000":                  utc(2021, 4, 26, 10, 0, 0),
		"Mon, 26 Apr 2021 10:00:60 +0000":                 utc(2021, 4, 26, 10, 0, 59),
		"Fri, 31 Dec 2099 10:00:00 +0000":                 utc(2099, 12, 31, 10, 0, 0), // the future is reported, not corrected
		"Mon, 26 Apr 2021 10:00:00":                       utc(2021, 4, 26, 10, 0, 0),
		"Mon, 26 Apr 2021 10:00:00 \"GMT Daylight Time\"": utc(2021, 4, 26, 10, 0, 0),
	} {
		m := Parse(eml("Date: "+field, "", "hi"), Limits{})
		if !m.Date.Equal(want) {
			t.Errorf("%q is read as %v, want %v", field, m.Date, want)
		}
	}
	for _, field := range []string{"", "yesterday", "Mon, 99 Xyz 2021", "0", "-", "::", "31 31 31"} {
		if m := Parse(eml("Date: "+field, "", "hi"), Limits{}); !m.Date.IsZero() {
			t.Errorf("%q is read as %v", field, m.Date)
		}
	}
}

func TestCase14Charsets(t *testing.T) {
	for _, tt := range []struct{ name, charset, body, want string }{
		{"iso-2022-jp", "ISO-2022-JP", "\x1b$B;?@.\x1b(B", "賛成"},
		{"iso-2022-jp undeclared", "", "\x1b$B;?@.\x1b(B", "賛成"},
		{"gb18030", "GB18030", "\xce\xd2\xd6\xa7\xb3\xd6", "我支持"},
		{"gb2312", "gb2312", "\xce\xd2\xd6\xa7\xb3\xd6", "我支持"},
		{"hz", "HZ-GB-2312", "~{NRV'3V~}", "我支持"},
		{"koi8-r", "KOI8-R", "\xe4\xc1", "Да"},
		{"windows-1251", "windows-1251", "\xc4\xe0", "Да"},
		{"windows-1252 called latin-1", "iso-8859-1", "\x93oui\x94 \x96 \x80", "“oui” – €"},
		{"windows-1256", "windows-1256", "\xe4\xda\xe3", "نعم"},
		{"utf-8", "utf-8", "é", "é"},
		{"BOM", "utf-8", "\ufeffé", "é"},
		{"utf-16", "utf-16le", "\xff\xfeo\x00k\x00", "ok"},
		{"utf-7", "utf-7", "caf+AOk-", "café"},
		{"NBSP is kept", "utf-8", "a\u00a0b", "a\u00a0b"},
		{"undeclared utf-8", "", "é", "é"},
		{"undeclared latin", "", "\xe9", "é"},
		{"ascii that is not", "us-ascii", "\xe9", "é"},
		{"latin-1 that is utf-8", "iso-8859-1", "é – ok", "é – ok"},
		{"utf-8 that is latin", "utf-8", "\xe9t\xe9", "été"},
		{"utf-8 cut in a character", "utf-8", "ééééé\xc3", "ééééé\uFFFD"},
		{"unknown", "x-klingon", "ok \xe9", "ok é"},
		{"quoted name", `"'UTF8'"`, "é", "é"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ct := "Content-Type: text/plain"
			if tt.charset != "" {
				ct += "; charset=" + tt.charset
			}
			m := Parse(append([]byte(ct+"\n\n"), tt.body...), Limits{})
			if got := strings.TrimSuffix(m.Text, "\n"); got != tt.want {
				t.Errorf("%q, want %q (%q)", got, tt.want, m.Notes)
			}
		})
	}
}

func TestCase14EncodedWords(t *testing.T) {
	for in, want := range map[string]string{
		"=?utf-8?Q?Fr=C3=A9d=C3=A9ric?=":    "Frédéric",
		"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=": "éé",
		"=?utf-8?Q?a=C3?= =?utf-8?Q?=A9b?=": "aéb", // a character cut in two
		"=?utf-8?B?YcM=?= =?utf-8?B?qWI=?=": "aéb",
		"=?UTF-8?Q?two words?=":             "two words", // blanks inside
		"=?iso-8859-1?Q?=E9?=x":             "éx",
		"=?x-unknown-set?Q?abc?=":           "abc",
		"Re: =?utf-8?Q?not closed":          "Re: =?utf-8?Q?not closed",
		"a =? b":                            "a =? b",
		"raw \xe9":                          "raw é",
		"=?utf-8?Q?evil=0D=0ABcc=3A?= x":    "evil  Bcc: x", // no line ends from inside
		"\u202Eright to left":               "right to left",
	} {
		if got := Parse([]byte("Subject: "+in+"\n\nhi\n"), Limits{}).Subject; got != want {
			t.Errorf("%q is read as %q, want %q", in, got, want)
		}
	}
}

func TestCase14FormatFlowed(t *testing.T) {
	for _, tt := range []struct{ name, delsp, in, want string }{
		{"joined", "", "one \ntwo\nthree\n", "one two\nthree\n"},
		{"delsp", "yes", "on \ne\n", "one\n"},
		{"quoted", "", "> one \n> two\n>> deeper\nmine\n", "> one two\n>> deeper\nmine\n"},
		{"depth ends a paragraph", "", "> one \nmine\n", "> one \nmine\n"},
		{"stuffed", "", " >not a quote\n From me\n", ">not a quote\nFrom me\n"},
		{"signature", "", "bye\n-- \nAna\n", "bye\n-- \nAna\n"},
		{"open at the end", "", "one ", "one \n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ct := "Content-Type: text/plain; format=flowed"
			if tt.delsp != "" {
				ct += "; delsp=" + tt.delsp
			}
			if got := Parse([]byte(ct+"\n\n"+tt.in), Limits{}).Text; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestCase14Clearsigned(t *testing.T) {
	m := Parse([]byte("Subject: s\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- - item\n- -----\nyes\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nfooter\n"), Limits{})
	if want := "- item\n-----\nyes\nfooter\n"; m.Text != want {
		t.Errorf("%q, want %q", m.Text, want)
	}
	quoted := "> -----BEGIN PGP SIGNED MESSAGE-----\n> hi\n"
	if m := Parse([]byte("Subject: s\n\n"+quoted), Limits{}); m.Text != quoted {
		t.Errorf("a quoted one was taken apart: %q", m.Text)
	}
}

func TestCase14HTMLOnlyAndChoiceOfPart(t *testing.T) {
	alternative := func(plain, html string) *Message {
		return Parse(eml("Content-Type: multipart/alternative; boundary=b", "", "--b", "Content-Type: text/plain; charset=utf-8", "", plain, "--b",
			"Content-Type: text/html; charset=utf-8", "", html, "--b--"), Limits{})
	}
	for _, tt := range []struct {
		name, plain, html, text string
		fromHTML                bool
	}{
		{"plain stands", "Hello *all*", "<p>Hello <b>all</b></p>", "Hello *all*\n", false},
		{"empty plain", " ", "<p>Hello</p>", "Hello\n", true},
		{"placeholder", "Please view this email in an HTML capable client.", "<p>Hello</p>", "Hello\n", true},
		{"strike-out", "keep drop this", "<p>keep <s>drop</s> this</p>", "keep [deleted: drop] this\n", true},
		{"lost quote", "old\nnew", "<blockquote>old</blockquote><p>new</p>", "> old\n\nnew\n", true},
		{"quote is marked", "> old\nnew", "<blockquote>old</blockquote><p>new</p>", "> old\nnew\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := alternative(tt.plain, tt.html)
			if m.Text != tt.text || m.FromHTML != tt.fromHTML {
				t.Errorf("%q from HTML %v, want %q %v", m.Text, m.FromHTML, tt.text, tt.fromHTML)
			}
			if tt.fromHTML && !strings.Contains(strings.Join(m.Notes, " "), "text made from HTML: ") {
				t.Errorf("no reason is given: %q", m.Notes)
			}
		})
	}
}

func TestCase15ListFooters(t *testing.T) {
	footer := "_______________________________________________\nDC-Meter mailing list\nhttps://lists.example.test/mailman/listinfo/dc-meter\n"
	for name, raw := range map[string]string{
		"in the body":                "Content-Type: text/plain\n\nWe agree.\n" + footer,
		"extra part":                 "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nWe agree.\n--b\nContent-Type: text/plain\nContent-Disposition: inline\n\n" + footer + "\n--b--\n",
		"wrapped in multipart/mixed": "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\nWe agree.\n--i\nContent-Type: text/html\n\n<p>We agree.</p>\n--i--\n\n--o\nContent-Type: text/plain\n\n" + footer + "--o--\n",
		"after the last boundary":    "Content-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\nWe agree.\n--i\nContent-Type: text/html\n\n<p>We agree.</p>\n--i--\n" + footer,
		"clear text after base64":    "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nV2UgYWdyZWUuCg==\n\n" + footer,
		"after a signed part":        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/signed; boundary=i\n\n--i\nContent-Type: text/plain\n\nWe agree.\n--i\nContent-Type: application/pgp-signature; name=signature.asc\n\nabc\n--i--\n\n--o\nContent-Type: text/plain\n\n" + footer + "--o--\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte("Subject: s\nList-Id: <dc-meter.lists.example.test>\n"+raw), Limits{})
			if got := strings.TrimRight(m.Text, "\n"); got != "We agree.\n"+strings.TrimRight(footer, "\n") {
				t.Errorf("%q", m.Text)
			}
			if got := cutListFooter(m.Text); got != "We agree.\n" {
				t.Errorf("without the footer: %q", got)
			}
		})
	}
}

func TestCase16WrapMessage(t *testing.T) {
	inner := "From: Ana Lima <ana@example.org>\nSubject: Question 6\nMessage-ID: <inner@example.org>\nReferences: <q6@bot.example.test>\n\nWe agree.\n"
	outer := "From: Ana Lima via DC-Meter <dc-meter@lists.example.test>\nTo: dc-meter@lists.example.test\nSubject: [DC-Meter] Question 6\nMessage-ID: <outer@lists.example.test>\nList-Id: <dc-meter.lists.example.test>\nList-Post: <mailto:dc-meter@lists.example.test>\n"
	for name, raw := range map[string]string{
		"alone":         outer + "Content-Type: message/rfc822\nContent-Disposition: inline\n\n" + inner,
		"with a footer": outer + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" + inner + "\n--b\nContent-Type: text/plain\n\n____________________\nDC-Meter mailing list\n--b--\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(raw), Limits{})
			if !m.Wrapped || m.ID != "outer@lists.example.test" || !cmp.Equal(m.Aliases, []string{"inner@example.org"}) {
				t.Fatalf("wrapped %v, id %s, aliases %s", m.Wrapped, m.ID, m.Aliases)
			}
			if !strings.HasPrefix(m.Text, "We agree.\n") || !cmp.Equal(m.References, []string{"q6@bot.example.test"}) || len(m.Attachments) != 0 {
				t.Errorf("text %q, references %s, attachments %v", m.Text, m.References, m.Attachments)
			}
		})
	}
	for name, raw := range map[string]string{
		"a person forwards a mail":       "From: Bree <bree@example.org>\nTo: dc-meter@lists.example.test\nSubject: Fwd: Question 6\nMessage-ID: <f@x>\nList-Id: <dc-meter.lists.example.test>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below\n--b\nContent-Type: message/rfc822\n\n" + inner + "\n--b--\n",
		"no list is named":               "From: Ana via X <x@example.org>\nTo: x@example.org\nSubject: Question 6\nMessage-ID: <f@x>\nContent-Type: message/rfc822\n\n" + inner,
		"two messages":                   outer + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" + inner + "\n--b\nContent-Type: message/rfc822\n\n" + inner + "\n--b--\n",
		"another subject than the outer": strings.Replace(outer, "Question 6", "Look at this", 1) + "Content-Type: message/rfc822\n\n" + inner,
	} {
		t.Run(name, func(t *testing.T) {
			if m := Parse([]byte(raw), Limits{}); m.Wrapped || len(m.Aliases) != 0 {
				t.Errorf("taken for a wrapped post: aliases %s", m.Aliases)
			}
		})
	}
}

func TestCase17Digests(t *testing.T) {
	for subject, want := range map[string]bool{
		"DC-Meter Digest, Vol 3, Issue 4":                            true,
		"Digest for dc-water@groups.example - 3 updates in 2 topics": true,
		"DC-LIST Digest - 3 May 2021 to 4 May 2021 (#2021-12)":       true,
		"Re: DC-Meter Digest, Vol 3, Issue 4":                        false,
		"A digest of what we said":                                   false,
	} {
		if m := Parse(eml("Subject: "+subject, "", "hi"), Limits{}); m.Digest != want {
			t.Errorf("%q: digest %v", subject, m.Digest)
		}
	}
	if m := Parse(eml("Subject: x", "Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: one", "", "text", "--b--"), Limits{}); !m.Digest || m.Text != "" || len(m.Attachments) != 1 {
		t.Errorf("multipart/digest: %v %q %v", m.Digest, m.Text, m.Attachments)
	}
	// A digest that somebody forwards as a part of their own mail makes no digest of it.
	if m := Parse(eml("Subject: Fwd: x", "Content-Type: message/rfc822", "", "Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: one", "", "t", "--b--"), Limits{}); m.Digest {
		t.Error("a forwarded digest is taken for one")
	}
}

func TestAttachments(t *testing.T) {
	m := Parse([]byte(strings.Join([]string{
		"Subject: s", "Content-Type: multipart/mixed; boundary=b", "",
		"--b", "Content-Type: text/plain", "", "See the files.",
		"--b", "Content-Type: application/pdf", "Content-Disposition: attachment; filename*=iso-8859-1''Entwurf%20f%FCr%20alle.pdf", "Content-Transfer-Encoding: base64", "", "JVBERi0=",
		"--b", `Content-Type: text/csv; charset=iso-8859-1; name="..\..\etc\z\xe4hl.csv"`, "", "a;\xe9",
		"--b", "Content-Type: image/png; name==?utf-8?B?w6kucG5n?=", "Content-Disposition: inline", "Content-Transfer-Encoding: base64", "", "AAAA",
		"--b", `Content-Type: text/plain; name="notes`, ` final.txt"`, "", "notes",
		"--b--", ""}, "\n")), Limits{})
	type att struct {
		Name, Type, Text string
		Size             int
		Inline           bool
	}
	var got []att
	for _, a := range m.Attachments {
		got = append(got, att{a.Name, a.Type, a.Text, a.Size, a.Inline})
	}
	want := []att{
		{"Entwurf für alle.pdf", "application/pdf", "", 5, false},
		{`z\xe4hl.csv`, "text/csv", "a;é", 4, false},
		{"é.png", "image/png", "", 3, true},
		{"notes final.txt", "text/plain", "notes", 5, false},
	}
	want[1].Name = "xe4hl.csv" // what looks like a directory is cut off
	want[1].Size = 3
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sum := sha256.Sum256([]byte("%PDF-")); m.Attachments[0].SHA256 != hex.EncodeToString(sum[:]) {
		t.Error("wrong hash")
	}
	if m.Text != "See the files.\n" {
		t.Errorf("text %q", m.Text)
	}
}

func TestLinksOfTheAuthor(t *testing.T) {
	m := Parse(eml("Subject: s", "", "Here (https://a.example.org/x_(y)), again https://a.example.org/x_(y).", "> https://quoted.example.org", "<HTTPS://B.example.org/?q=1&r=2>",
		"ftp://no.example.org", "-- ", "https://signature.example.org"), Limits{})
	if diff := cmp.Diff([]string{"https://a.example.org/x_(y)", "HTTPS://B.example.org/?q=1&r=2"}, m.Links); diff != "" {
		t.Error(diff)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string][]Address{
		"Ana Lima <Ana@EXAMPLE.org>":                              {{"Ana Lima", "Ana@example.org"}},
		"ana@example.org (Ana Lima)":                              {{"Ana Lima", "ana@example.org"}},
		"ana at example.org (Ana Lima)":                           {{"Ana Lima", "ana@example.org"}},
		`"Lima, Ana" <ana@example.org>, bo@example.org`:           {{"Lima, Ana", "ana@example.org"}, {"", "bo@example.org"}},
		"=?utf-8?Q?Lima=2C_Ana_=3Ceve=40x=2Eorg=3E?= <ana@x.org>": {{"Lima, Ana <eve@x.org>", "ana@x.org"}},
		"Dr. Ana [Chair] <ana@example.org>":                       {{"Dr. Ana [Chair]", "ana@example.org"}},
		"Jos\xe9 <jose@example.org>":                              {{"José", "jose@example.org"}},
		"ana@example.org,,bo@example.org,":                        {{"", "ana@example.org"}, {"", "bo@example.org"}},
		"undisclosed-recipients:;":                                nil,
		"Ana <ana@example.org":                                    {{"Ana", "ana@example.org"}},
		`"Ana <ana@example.org>`:                                  {{`"Ana`, "ana@example.org"}},
		"just a name":                                             {{"just a name", ""}},
	} {
		if diff := cmp.Diff(want, parseAddresses(in)); diff != "" && !(len(want) == 0 && len(parseAddresses(in)) == 0) {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}
