package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func addFixtures(f *testing.F, add func([]byte)) {
	f.Helper()
	files, err := filepath.Glob("testdata/parse/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		add(raw)
	}
	for _, h := range hostile {
		add([]byte(h.before + strings.Repeat(h.piece, 3) + h.after))
	}
}

// FuzzParse: whatever comes in, there is a message, its texts are clean, and the same bytes give the same.
func FuzzParse(f *testing.F) {
	addFixtures(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw, Limits{})
		if m == nil || m.ID == "" {
			t.Fatal("no message, or one without an id")
		}
		if strings.ContainsAny(m.ID, " \t\r\n\x00") || strings.ContainsAny(m.Subject, "\r\n\x00") {
			t.Errorf("id %q subject %q", m.ID, m.Subject)
		}
		for _, s := range []string{m.ID, m.Subject, m.Text, m.HTML} {
			if !utf8.ValidString(s) {
				t.Errorf("not UTF-8: %q", s)
			}
		}
		if strings.ContainsAny(m.Text, "\r\x00") || m.Text != "" && !strings.HasSuffix(m.Text, "\n") {
			t.Errorf("text %q", m.Text)
		}
		for _, h := range m.Header {
			if strings.ContainsAny(h.Value, "\r\n\x00") || !utf8.ValidString(h.Value) {
				t.Errorf("%s: %q", h.Name, h.Value)
			}
		}
		for _, list := range [][]Address{m.From, m.To, m.Cc, m.ReplyTo} {
			for _, a := range list {
				if !utf8.ValidString(a.Name+a.Addr) || strings.ContainsAny(a.Name+a.Addr, "\r\n\x00") {
					t.Errorf("address %q", a)
				}
			}
		}
		for _, id := range append(append(m.References, m.InReplyTo...), m.Aliases...) {
			if id == "" || id == m.ID || !utf8.ValidString(id) {
				t.Errorf("id %q", id)
			}
		}
		if again := describe(Parse(raw, Limits{})); again != describe(m) {
			t.Error("the same bytes gave another message")
		}
		Parse(raw, Limits{Size: 1000, Header: 100, Parts: 2, Depth: 1, Text: 50})
		WhoWrote(m, Via{ListAddress: "list@example.test", ThroughList: true})
		AutoMail(m)
		if !SameContent(m, m) {
			t.Error("a message is not its own copy")
		}
		Authenticate(t.Context(), raw, m, AuthOptions{AuthservID: "mx.example.test", LookupTXT: func(string) ([]string, error) { return nil, os.ErrNotExist }})
	})
}

func FuzzTextFromHTML(f *testing.F) {
	addFixtures(f, func(b []byte) { f.Add(Parse(b, Limits{}).HTML) })
	f.Fuzz(func(t *testing.T, s string) {
		got := TextFromHTML(s)
		if !utf8.ValidString(got) || strings.Contains(got, "\x00") || got != "" && !strings.HasSuffix(got, "\n") {
			t.Errorf("%q", got)
		}
		text, st := renderHTML(s)
		if text != got {
			t.Error("the same HTML gave another text")
		}
		// A text that holds such words of its own is none of our marks.
		if n := strings.Count(got, "[deleted: ") + strings.Count(got, "[added: "); n == st.edits && n > strings.Count(got, "]") {
			t.Errorf("an edit is not closed: %q", got)
		}
	})
}
