package mail

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// longReply is a reply of about 10 KB with a quote, inline answers and all trimmings.
func longReply() string {
	var b strings.Builder
	b.WriteString("Dear all,\n\nI went through the draft last night and have three remarks; see below.\n\n")
	b.WriteString("On Tue, 4 May 2026 at 10:12, Ana Lima <ana@example.org> wrote:\n")
	for i := range 22 {
		fmt.Fprintf(&b, "> Paragraph %d of the draft says that the coalition will meet twice a year, keep its\n> list open to everybody, and publish what it decided within thirty days: see\n> https://example.org/draft#%d for the wording.\n>\n", i, i)
		if i%4 == 1 {
			fmt.Fprintf(&b, "\nHere I would rather say once a year, as we are volunteers and travel is expensive.\nThe other coalitions do the same: see their reports. Option %d is what I prefer.\n\n", i)
		}
	}
	b.WriteString("\nBest regards,\nBo Chen\n-- \nBo Chen, chair\nhttps://example.test/bo\n")
	b.WriteString("_______________________________________________\ncoalition mailing list\ncoalition@lists.example.org\nhttps://lists.example.org/mailman/listinfo/coalition\n")
	for b.Len() < 10_000 {
		return strings.Repeat("A line of prose above it all, which says how the meeting went and who was there.\n", (10_000-b.Len())/81+1) + b.String()
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	text := longReply()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Read(text, ReadOptions{})
	}
}

func BenchmarkReadAligned(b *testing.B) {
	text := longReply()
	parent := Read(text, ReadOptions{})
	var quoted strings.Builder
	for _, k := range parent.Blocks {
		if k.Kind == Quote {
			quoted.WriteString(k.Text + "\n")
		}
	}
	opt := ReadOptions{Ancestors: []Ancestor{{ID: "parent@example.org", Text: quoted.String()}}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Read(text, opt)
	}
}

func BenchmarkThreads(b *testing.B) {
	refs := archive(5000)
	b.ReportAllocs()
	for b.Loop() {
		Threads(refs)
	}
}

// TestReadIsLinear reads 10 MB of what could make a reader go back and forth. A quadratic step would take minutes.
func TestReadIsLinear(t *testing.T) {
	size := 10 << 20
	if testing.Short() {
		size = 1 << 20
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	less := func(s string) string { return strings.Repeat(s, size/5/len(s)) }
	cases := map[string]string{
		"marks":                fill(">"),
		"marks on lines":       fill("> \n"),
		"On":                   fill("On "),
		"On on lines":          fill("On \n"),
		"one line":             fill("a word and another one: "),
		"attributions":         fill("On Mon, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n"),
		"open attributions":    fill("On Mon, 4 May 2026 at 10:12, Ana <ana@example.org\n"),
		"colons":               less("so I wrote:\n"),
		"fields":               less("From: a\n"),
		"fields and blanks":    less("From: a\n\nSent: b\n\n"),
		"dashes":               less("-----\n"),
		"dashed words":         less("--- a word ---\n"),
		"delimiters":           less("-- \nAna\n"),
		"closings":             less("Best regards,\nAna\n\n"),
		"telephones":           less("Sent from my phone\n"),
		"spaces":               less(" "),
		"tabs":                 less("\t\n"),
		"bars":                 less("| a\n"),
		"initials":             less("ME> a\n"),
		"prompts":              less(">>> a\n"),
		"wrapped":              less("> a quoted line that is long enough to have been wrapped by a program in\nhalf\n"),
		"brackets":             less("<"),
		"at signs":             less("a@b:\n"),
		"invalid UTF-8":        less("\xff\xfe"),
		"combining":            less("e\u0301"),
		"CJK":                  less("同意"),
		"indented under intro": "Yes.\nOn Mon, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n" + less("  a\n"),
	}
	const intro = "On Mon, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n"
	for name, text := range map[string]string{
		"inline":                  intro + "> a\nb\n",
		"depths":                  "> a\n>> b\n",
		"header blocks":           "From: Ana <ana@example.org>\nSent: 4.5.2026 10:12\nTo: Bo\nSubject: a\n\n> b\n",
		"header blocks and text":  "From: Ana <ana@example.org>\nSent: 4.5.2026 10:12\nTo: Bo\nSubject: a\n\n> b\nc\n",
		"originals":               "-----Original Message-----\n",
		"forwards":                "> Begin forwarded message:\n> a\n",
		"marked attributions":     "> " + intro + "> > a\n",
		"blank lines and intros":  strings.Repeat("\n", 50) + intro,
		"rules":                   "_____\na mailing list\nhttp://example.org\n",
		"indents":                 intro + "    a\n\n",
		"notes":                   "-------------- next part --------------\nA non-text attachment was scrubbed...\n",
		"armour":                  "-----BEGIN PGP SIGNATURE-----\na\n",
		"answers and weak intros": "Ana wrote:\n\nyes\n",
	} {
		cases[name] = less("x\n" + text)
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r := Read(text, ReadOptions{})
			r.OwnText(OwnTextOptions{KeepQuotes: true})
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("reading %d MB took %v", len(text)>>20, d)
			} else {
				t.Logf("%v, %d blocks", d.Round(time.Millisecond), len(r.Blocks))
			}
		})
	}
}

// TestAlignIsLinear compares texts whose words all look alike with their ancestors.
func TestAlignIsLinear(t *testing.T) {
	const size = 1 << 20
	for name, s := range map[string]string{"one word": "a ", "two words": "a b ", "lines": "yes\n", "four words": "we all agree here\n"} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(s, size/len(s))
			start := time.Now()
			Read(text, ReadOptions{Ancestors: []Ancestor{{ID: "a", Text: text[:len(text)/2]}, {ID: "b", Text: text + "c"}}})
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			} else {
				t.Log(d.Round(time.Millisecond))
			}
		})
	}
}
