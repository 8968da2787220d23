package mail

import (
	"strings"
	"testing"
	"time"
)

// hostile are inputs that make careless parsers slow, as a piece to be repeated.
var hostile = []struct{ name, before, piece, after string }{
	{"quote marks", "\n", ">", "\n"},
	{"quoted lines", "\n", "> \n", ""},
	{"On", "\n", "On ", "\n"},
	{"one line", "\n", "x", "\n"},
	{"empty lines", "\n", "\n", ""},
	{"CR", "\n", "\r", "\n"},
	{"nested multiparts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n", ""},
	{"nested messages", "Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\n", ""},
	{"empty parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n", ""},
	{"boundaries that only begin alike", "Content-Type: multipart/mixed; boundary=b\n\n", "--bb\n", ""},
	{"boundary in lines", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n", "x--b", ""},
	{"bad header lines", "Subject: s\n", "bad\n", ""},
	{"bad and good header lines", "Subject: s\n", "bad\nX-A: b\n", "\n"},
	{"folded lines", "Subject: s\n", " x\n", "\n"},
	{"words that never end", "Subject: ", "=?a?q?", "\n\n"},
	{"encoded words", "Subject: ", "=?utf-8?q?x?= ", "\n\n"},
	{"open brackets", "References: ", "<", "\n\n"},
	{"ids", "References: ", "<a@b> ", "\n\n"},
	{"addresses", "To: ", "a@b, ", "\n\n"},
	{"comments", "To: ", "(", "\n\n"},
	{"quotes in addresses", "To: ", "\"", "\n\n"},
	{"addresses in words", "To: ", "=?utf-8?q?a?= <a@b>,", "\n\n"},
	{"parameters", "Content-Type: text/plain", ";a*0=x", "\n\n"},
	{"parameters without a value", "Content-Type: text/plain", ";", "\n\n"},
	{"date", "Date: ", "1 ", "\n\n"},
	{"base64 junk", "Content-Transfer-Encoding: base64\n\n", "AAAA*\n", ""},
	{"base64 pads", "Content-Transfer-Encoding: base64\n\n", "AA==", "!\n"},
	{"soft line ends", "Content-Transfer-Encoding: quoted-printable\n\n", "=\n", ""},
	{"flowed", "Content-Type: text/plain; format=flowed\n\n", "x \n", ""},
	{"clearsigned", "\n", "-----BEGIN PGP SIGNED MESSAGE-----\n", ""},
	{"rules", "List-Id: <a.b>\n\n", "____________\nx\n", ""},
	{"footers", "List-Id: <a.b>\n\n", "____________\nmailing list\n", ""},
	{"links", "\n", "http://a ", "\n"},
	{"link with brackets", "\nhttp://a", ")", "\n"},
	{"scheme without a link", "\n", "://", "\n"},
	{"utf-7", "Content-Type: text/plain; charset=utf-7\n\n", "+A", ""},
	{"bad utf-8", "\n", "\xff\xc3\xa9", ""},
	{"html text", "Content-Type: text/html\n\n", "x ", ""},
	{"html div", "Content-Type: text/html\n\n", "<div>", ""},
	{"html div and text", "Content-Type: text/html\n\n", "<div>x", ""},
	{"html blockquote", "Content-Type: text/html\n\n", "<blockquote>x", ""},
	{"html end tags", "Content-Type: text/html\n\n", "</div>", ""},
	{"html end tags below", "Content-Type: text/html\n\n" + strings.Repeat("<b>", 190), "</i>", ""},
	{"html links", "Content-Type: text/html\n\n", "<a href=http://a.example/>x", ""},
	{"html long link text", "Content-Type: text/html\n\n<a href=http://a.example/>", "x<b>", "</a>"},
	{"html tables", "Content-Type: text/html\n\n", "<table><tr><td>x", ""},
	{"html cells", "Content-Type: text/html\n\n<table>", "<td>x", ""},
	{"html items", "Content-Type: text/html\n\n<ol>", "<li>x", ""},
	{"html colours", "Content-Type: text/html\n\n", "abcdefghijklm<font color=red>b</font>", ""},
	{"html many colours", "Content-Type: text/html\n\n", "abcdefghijklm<hr><font color=red>b</font>", ""},
	{"html edits", "Content-Type: text/html\n\n", "<s>a</s>b", ""},
	{"html br", "Content-Type: text/html\n\n", "<br>", ""},
	{"html yahoo", "Content-Type: text/html\n\n" + strings.Repeat("x ", 1000), "<div class=yahoo_quoted>", ""},
	{"html yahoo lines", "Content-Type: text/html\n\n<div class=yahoo_quoted>", "x<i>", ""},
	{"html signatures", "Content-Type: text/html\n\nx ", "<i data-smartmail=gmail_signature>", ""},
	{"html comments", "Content-Type: text/html\n\n", "<!--", ""},
	{"html comments closed", "Content-Type: text/html\n\n", "<!-- -->", ""},
	{"html less than", "Content-Type: text/html\n\n", "<", ""},
	{"html entities", "Content-Type: text/html\n\n", "&a", ""},
	{"html attributes", "Content-Type: text/html\n\n<div ", "a=b ", ">"},
	{"html style", "Content-Type: text/html\n\n<div style=\"", "a:b;", "\">"},
	{"html nbsp", "Content-Type: text/html\n\n", "&nbsp;", ""},
	{"html pre", "Content-Type: text/html\n\n<pre>", "x\n", ""},
	{"html script", "Content-Type: text/html\n\n", "<script>", ""},
	{"html head", "Content-Type: text/html\n\n", "<head><body>", ""},
}

// Four times the input must not cost sixteen times the time. What takes next to no time at 4 MB passes as it is, so that
// a busy machine cannot make the test fail; the best of some tries counts.
func TestNoInputIsSlowerThanLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const small, factor = 1 << 20, 4
	lim := Limits{Size: 1 << 30, Header: 1 << 30, Text: 1 << 30, Parts: 1 << 30}
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			once := func(size int) time.Duration {
				raw := []byte(tt.before + strings.Repeat(tt.piece, size/len(tt.piece)) + tt.after)
				start := time.Now()
				m := Parse(raw, lim)
				SameContent(m, m)
				WhoWrote(m, Via{ThroughList: true, ListAddress: "a@b"})
				AutoMail(m)
				return time.Since(start)
			}
			var last string
			for range 4 {
				large := once(small * factor)
				if large < 200*time.Millisecond {
					return
				}
				base := min(once(small), once(small))
				if large < 2*factor*base {
					return
				}
				last = base.String() + " for 1 MB, " + large.String() + " for 4 MB"
			}
			t.Error(last)
		})
	}
}

// Deep nesting neither overflows the stack nor swells the text.
func TestDeepHTML(t *testing.T) {
	in := strings.Repeat("<blockquote>", 100_000) + "x<br>y" + strings.Repeat("</blockquote>", 100_000) + "z"
	got := TextFromHTML(in)
	if want := strings.Repeat("> ", maxQuoteMarks); !strings.Contains(got, want+"x\n"+want+"y\n") || !strings.HasSuffix(got, "z\n") {
		t.Errorf("%.200q", got)
	}
}
