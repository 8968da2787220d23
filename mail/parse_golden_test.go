package mail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// describe prints all that Parse found, for golden files.
func describe(m *Message) string {
	var b strings.Builder
	line := func(name string, v any) {
		if s := fmt.Sprint(v); s != "" && s != "[]" && s != "false" {
			fmt.Fprintf(&b, "%-12s %s\n", name+":", s)
		}
	}
	line("ID", m.ID)
	line("made", m.MadeID)
	line("aliases", m.Aliases)
	line("in-reply-to", m.InReplyTo)
	line("references", m.References)
	line("from", formatAddresses(m.From))
	line("sender", formatAddresses(m.Sender))
	line("reply-to", formatAddresses(m.ReplyTo))
	line("to", formatAddresses(m.To))
	line("cc", formatAddresses(m.Cc))
	line("subject", m.Subject)
	if !m.Date.IsZero() {
		line("date", m.Date.Format(time.RFC3339))
	}
	if m.List != (List{}) {
		line("list", fmt.Sprintf("id=%s post=%s archived=%s software=%s", m.List.ID, m.List.Post, m.List.Archived, m.List.Software))
	}
	line("digest", m.Digest)
	line("wrapped", m.Wrapped)
	line("wrapped from", formatAddresses(m.WrappedFrom))
	line("truncated", m.Truncated)
	line("from html", m.FromHTML)
	line("links", m.Links)
	for _, n := range m.Notes {
		line("note", n)
	}
	for _, a := range m.Attachments {
		line("attachment", fmt.Sprintf("%q %s %d octets %.12s inline=%v text=%q", a.Name, a.Type, a.Size, a.SHA256, a.Inline, a.Text))
	}
	b.WriteString("\n" + m.Text)
	if m.HTML != "" {
		b.WriteString("\n=== from its HTML ===\n" + TextFromHTML(m.HTML))
	}
	return b.String()
}

// TestParseFixtures reads the mails in testdata/parse: many clients, lists and languages (mail cases 12 to 17).
func TestParseFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".eml"), func(t *testing.T) {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(f, ".eml")+".golden", describe(Parse(raw, Limits{})))
		})
	}
}
