package mail

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func exampleDraft() Draft {
	return Draft{
		MessageID: "0a0b@bot.example.test", From: Address{"Der Bot für alle", "bot@bot.example.test"}, To: []Address{{"DC Meter, list", "dc-meter@lists.example.test"}},
		Cc: []Address{{"Zoë", "zoe@example.org"}}, ReplyTo: []Address{{"", "bot+t@bot.example.test"}},
		Subject: "Survey Q6: membership – how new members come, who decides about it and what happens then", Date: time.Date(2021, 3, 22, 9, 0, 0, 0, time.FixedZone("", 3600)),
		InReplyTo: "<intro@bot.example.test>", References: []string{"intro@bot.example.test", "broken id", "<b@x>"},
		Header: []Field{{"X-Dcbot-Survey", "dc2021"}, {"X-Dcbot-Question", "6"}, {"List-Help", "<mailto:bot@bot.example.test>"}},
		Text:   "How do new members join?\n\nA line with “quotes” that is long enough to be folded by quoted-printable, surely.\n-- \nThe bot\n",
		HTML:   "<p>How do new members join?</p>", Calendar: "BEGIN:VCALENDAR\nEND:VCALENDAR\n", AutoSubmitted: "auto-generated",
		Attachments: []ComposeAttachment{{"Fragen für alle.json", "application/json", []byte(`{"a":1}`)}}, Language: "en",
	}
}

func TestCase28ComposeGolden(t *testing.T) {
	for name, change := range map[string]func(*Draft){
		"full": func(*Draft) {},
		"plain": func(d *Draft) {
			d.HTML, d.Calendar, d.Attachments, d.Text, d.Subject = "", "", nil, "Short and plain.\n", "Plain"
		},
		"html": func(d *Draft) { d.Calendar, d.Attachments = "", nil },
		"ar": func(d *Draft) {
			d.HTML, d.Calendar, d.Attachments, d.Text, d.Subject = "", "", nil, "أهلا وسهلا بكم جميعا\n", "السؤال ٦"
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := exampleDraft()
			change(&d)
			raw, err := Compose(d)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := Compose(d)
			if !bytes.Equal(raw, again) {
				t.Error("the same draft gave other bytes")
			}
			golden(t, "testdata/compose/"+name+".eml.golden", strings.ReplaceAll(string(raw), "\r\n", "\n"))
			checkWire(t, raw)
			m := Parse(raw, Limits{})
			if m.ID != d.MessageID || m.Subject != d.Subject || m.Text != d.Text || !m.Date.Equal(d.Date) || len(m.Notes) > 0 {
				t.Errorf("read back: id %q subject %q date %v text %q notes %q", m.ID, m.Subject, m.Date, m.Text, m.Notes)
			}
			if diff := cmp.Diff([]Address{d.From}, m.From) + cmp.Diff(d.To, m.To) + cmp.Diff(d.Cc, m.Cc) + cmp.Diff(d.ReplyTo, m.ReplyTo); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"intro@bot.example.test", "b@x"}, m.References) + cmp.Diff([]string{"intro@bot.example.test"}, m.InReplyTo); diff != "" {
				t.Error(diff)
			}
			if m.Get("x-dcbot-question") != "6" || m.Get("Auto-Submitted") != "auto-generated" {
				t.Error("a field was lost")
			}
			if strings.TrimSpace(m.HTML) != strings.TrimSpace(d.HTML) {
				t.Errorf("HTML %q", m.HTML)
			}
		})
	}
}

// checkWire checks what every server wants: CRLF, lines within RFC 5322 section 2.1.1, ASCII.
func checkWire(t *testing.T, raw []byte) {
	t.Helper()
	if bytes.Count(raw, []byte("\n")) != bytes.Count(raw, []byte("\r\n")) || bytes.Count(raw, []byte("\r")) != bytes.Count(raw, []byte("\r\n")) {
		t.Error("bare CR or LF")
	}
	for _, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 998 {
			t.Errorf("line of %d octets", len(line))
		}
	}
	if !isASCII(raw) {
		t.Error("8-bit octets")
	}
	if _, err := netmail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Errorf("net/mail cannot read it: %v", err)
	}
}

func TestCase28NothingBreaksTheWire(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for name, change := range map[string]func(*Draft){
		"long line":           func(d *Draft) { d.Text = long + "\n" + long },
		"long subject":        func(d *Draft) { d.Subject = long },
		"long name":           func(d *Draft) { d.From.Name = strings.Repeat("ü", 5000) },
		"long file name":      func(d *Draft) { d.Attachments[0].Name = strings.Repeat("字", 2000) + ".json" },
		"many references":     func(d *Draft) { d.References = strings.Fields(strings.Repeat("abcdefgh@example.org ", 500)) },
		"binary text":         func(d *Draft) { d.Text = "a\x00b\xff\xfe\r\rc\n.\n..\nFrom me\n" },
		"no line end":         func(d *Draft) { d.Text, d.HTML = "a", "b" },
		"boundary in text":    func(d *Draft) { d.Text = "--=_x\n--\n" },
		"type that is none":   func(d *Draft) { d.Attachments[0].Type = "not a type" },
		"type with multipart": func(d *Draft) { d.Attachments[0].Type = "multipart/mixed" },
		"type with charset":   func(d *Draft) { d.Attachments[0].Type = "text/csv; charset=iso-8859-1" },
	} {
		t.Run(name, func(t *testing.T) {
			d := exampleDraft()
			change(&d)
			raw, err := Compose(d)
			if err != nil {
				t.Fatal(err)
			}
			checkWire(t, raw)
			if m := Parse(raw, Limits{}); m.ID != d.MessageID || len(m.Attachments) != 3 {
				t.Errorf("read back: id %q, %d attachments", m.ID, len(m.Attachments))
			}
		})
	}
}

func TestCase28RefusedDrafts(t *testing.T) {
	for name, change := range map[string]func(*Draft){
		"no id":                 func(d *Draft) { d.MessageID = "" },
		"id with a line end":    func(d *Draft) { d.MessageID = "a@x>\r\nBcc: eve@example.org" },
		"no date":               func(d *Draft) { d.Date = time.Time{} },
		"no From":               func(d *Draft) { d.From = Address{} },
		"To that is no address": func(d *Draft) { d.To[0].Addr = "dc-meter" },
		"address with more":     func(d *Draft) { d.To[0].Addr = "a@x>, <eve@example.org" },
		"address not in ASCII":  func(d *Draft) { d.To[0].Addr = "zoë@example.org" },
		"own field":             func(d *Draft) { d.Header = []Field{{"bcc", "eve@example.org"}} },
		"bad field name":        func(d *Draft) { d.Header = []Field{{"X-A: b\r\nBcc", "eve@example.org"}} },
		"empty field name":      func(d *Draft) { d.Header = []Field{{"", "x"}} },
	} {
		d := exampleDraft()
		change(&d)
		if raw, err := Compose(d); err == nil || raw != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCase33NoHeaderIsInjected(t *testing.T) {
	for _, evil := range []string{"x\r\nBcc: eve@example.org", "x\nBcc: eve@example.org", "x\rBcc: eve@example.org", "x\r\n\r\nbody", "é\r\nBcc: eve@example.org",
		"=?utf-8?Q?x=0D=0ABcc=3A_eve=40example.org?=", "x\u2028Bcc: eve@example.org", "\"<eve@example.org>, "} {
		d := exampleDraft()
		d.Subject, d.From.Name, d.To[0].Name, d.AutoSubmitted, d.Language, d.ListID, d.CalendarMethod = evil, evil, evil, evil, evil, evil, evil
		d.Header = []Field{{"X-Dcbot-Survey", evil}}
		d.Attachments[0].Name, d.Attachments[0].Type = evil, evil
		raw, err := Compose(d)
		if err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
		checkWire(t, raw)
		msg, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if len(msg.Header["Bcc"]) > 0 || bytes.Contains(raw, []byte("\nBcc")) {
			t.Errorf("%q injected a field", evil)
		}
		to, err := msg.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != d.To[0].Addr {
			t.Errorf("%q: To became %v, %v", evil, to, err)
		}
		m := Parse(raw, Limits{})
		if len(m.To) != 1 || len(m.Values("Bcc")) > 0 || strings.ContainsAny(m.Subject, "\r\n") || !strings.HasPrefix(m.Text, "How do") {
			t.Errorf("%q read back as To %v, subject %q", evil, m.To, m.Subject)
		}
	}
}

func TestCase31ListWorthy(t *testing.T) {
	const list = "dc-meter@lists.example.test"
	for name, tt := range map[string]struct {
		change func(*Draft)
		want   string
	}{
		"good":                   {func(*Draft) {}, ""},
		"too long":               {func(d *Draft) { d.Text = strings.Repeat("many words\n", 4000) }, "octets"},
		"a big attachment":       {func(d *Draft) { d.Attachments[0].Data = make([]byte, 40_000) }, "octets"},
		"the list is in Cc only": {func(d *Draft) { d.To, d.Cc = d.Cc, d.To }, "not in To"},
		"ten recipients": {func(d *Draft) {
			d.Cc = make([]Address, 9)
			for i := range d.Cc {
				d.Cc[i].Addr = fmt.Sprintf("a%d@example.org", i)
			}
		}, "10 recipients"},
		"nine recipients": {func(d *Draft) {
			d.Cc = make([]Address, 8)
			for i := range d.Cc {
				d.Cc[i].Addr = fmt.Sprintf("a%d@example.org", i)
			}
		}, ""},
		"help":                    {func(d *Draft) { d.Text = "\n  Help\n" }, "command"},
		"subscribe":               {func(d *Draft) { d.Text = "subscribe me please\n" }, "command"},
		"confirm":                 {func(d *Draft) { d.Text = "confirm 123456\n" }, "command"},
		"who":                     {func(d *Draft) { d.Text = "who\n" }, "command"},
		"a sentence with help":    {func(d *Draft) { d.Text = "Help us with question 6\n" }, ""},
		"a sentence with who":     {func(d *Draft) { d.Text = "Who may join the coalition?\n" }, ""},
		"a command as subject":    {func(d *Draft) { d.Subject = "unsubscribe" }, "subject"},
		"a command in line three": {func(d *Draft) { d.Text = "a\nb\nstop\n" }, "command"},
		"no text":                 {func(d *Draft) { d.Text = " \n" }, "no text"},
	} {
		t.Run(name, func(t *testing.T) {
			d := exampleDraft()
			tt.change(&d)
			raw, err := Compose(d)
			if err != nil {
				t.Fatal(err)
			}
			err = ListWorthy(raw, d, list)
			if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestNewMessageID(t *testing.T) {
	if id := NewMessageID([16]byte{1, 2, 15: 255}, "bot.example.test"); id != "010200000000000000000000000000ff@bot.example.test" {
		t.Error(id)
	}
}
