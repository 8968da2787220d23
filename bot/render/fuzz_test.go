package render

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dcbot/bot/dc"
)

// FuzzWords puts any words where members' words stand and makes sure that they stay words: in text they never reach the
// margin where our own headings begin, in HTML they make no element, in Markdown no heading.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"I object.", "<script>alert(1)</script>", "# heading\n## two\n\n- list\n===\n---\n> quote", "a\r\nb\x00\x1b[31m\u202e", "https://example.org/?a=1&b=2).\n\n\n", "\xff\xfe", "1. one\n2) two", "\t\tx", "[a](javascript:x) `c` *b* _i_ ![i](x)"} {
		f.Add(s)
	}
	r, err := New()
	if err != nil {
		f.Fatal(err)
	}
	draft := func(t *testing.T, words string, as Format) string {
		q := dc.ConsolidatedQuestion{Question: dc.Question{Number: "1", Title: "T", Text: "X", Kind: dc.Open}, Current: words, TextVersion: 1, TextBy: "A",
			Dissent: []dc.Item{{Ref: "c1", Name: words, Author: "a@example.org", Stance: dc.Object, Text: words, Quoted: words, Link: words, Source: "s"}}}
		got, err := r.Draft(dc.Consolidated{CoalitionName: "C", SurveyTitle: "S", Version: 1, Sections: []dc.ConsolidatedSection{{Title: "A", Questions: []dc.ConsolidatedQuestion{q}}}}, as)
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if strings.TrimSpace(oneLine(words)) == "" {
			return
		}
		const harmless = "Words"
		ours := map[string]bool{}
		for _, l := range strings.Split(draft(t, harmless, Text), "\n") {
			ours[l] = true
		}
		for _, l := range strings.Split(draft(t, words, Text), "\n") {
			if rule := strings.Trim(l, "=-."); rule == "" && l != "" && !ours[l] {
				t.Errorf("an underline at the margin: %q", l)
			}
		}
		root, err := html.Parse(strings.NewReader(draft(t, words, HTML)))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			switch n.Data {
			case "script", "img", "style":
				if n.Data != "style" || n.Parent.Data != "head" {
					t.Errorf("words became <%s>", n.Data)
				}
			case "a":
				for _, a := range n.Attr {
					if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") {
						t.Errorf("a link to %q", a.Val)
					}
				}
			}
		}
		headings := func(s string) (n int) {
			for _, l := range strings.Split(s, "\n") {
				if strings.HasPrefix(strings.TrimLeft(l, "> "), "#") {
					n++
				}
			}
			return n
		}
		if got, want := headings(draft(t, words, Markdown)), headings(draft(t, harmless, Markdown)); got != want {
			t.Errorf("%d headings in Markdown, not %d", got, want)
		}
	})
}
