package mail

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadGolden compares the blocks of the mails in testdata/read with their listings.
func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			r := Read(string(text), ReadOptions{})
			checkCover(t, string(text), r)
			golden(t, strings.TrimSuffix(f, ".txt")+".golden", listing(r))
		})
	}
}

// listing is a reading for people: each line behind its block's kind, depth and author.
func listing(r *Reading) string {
	var b strings.Builder
	for _, k := range r.Blocks {
		head := k.Kind.String()
		if k.Depth > 0 {
			head += fmt.Sprintf(" %d", k.Depth)
		}
		if k.Unmarked {
			head += " unmarked"
		}
		if k.Author != (Address{}) {
			head += fmt.Sprintf(" by %s <%s>", k.Author.Name, k.Author.Addr)
		}
		if k.From != (Span{}) {
			head += fmt.Sprintf(" from %s:%d-%d", k.From.ID, k.From.First, k.From.Last)
		}
		if k.Above >= 0 {
			head += " below a quote"
		}
		b.WriteString("[" + head + "]\n")
		for i := k.First; i <= k.Last; i++ {
			b.WriteString(strings.TrimRight("    "+r.Lines[i], " \t") + "\n")
		}
	}
	return b.String()
}

// checkCover checks that the blocks cover every line once and in order, and that no character of the text is lost.
func checkCover(t *testing.T, text string, r *Reading) {
	t.Helper()
	next := 0
	for i, b := range r.Blocks {
		if b.First != next || b.Last < b.First {
			t.Fatalf("block %d has lines %d to %d, expected it to begin at %d", i, b.First, b.Last, next)
		}
		next = b.Last + 1
		if b.Above >= i || b.Above >= 0 && (b.Kind != Own || r.Blocks[b.Above].Kind != Quote) {
			t.Fatalf("block %d (%v) stands below block %d", i, b.Kind, b.Above)
		}
	}
	if next != len(r.Lines) {
		t.Fatalf("the blocks end at line %d of %d", next, len(r.Lines))
	}
	plain := strings.NewReplacer("\n", "", "\r", "")
	if got, want := plain.Replace(strings.Join(r.Lines, "")), plain.Replace(text); got != want {
		t.Fatalf("the lines hold %q, the text %q", got, want)
	}
}

func TestOwnText(t *testing.T) {
	const inline = "Dear all,\n\nbelow.\n\nOn Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n> One?\nYes.\n> Two?\n>> Three?\n\nNo.\n\nBest,\nBo\n"
	const bottom = "On Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n> One?\n\nYes.\n"
	tests := []struct {
		name, text string
		opt        OwnTextOptions
		want       string
	}{
		{"plain", inline, OwnTextOptions{}, "Dear all,\n\nbelow.\n\nYes.\n\nNo.\n\nBest,\nBo"},
		{"no courtesy", inline, OwnTextOptions{CutCourtesy: true}, "below.\n\nYes.\n\nNo."},
		{"with the quotes answered", inline, OwnTextOptions{KeepQuotes: true}, "Dear all,\n\nbelow.\n\n> One?\nYes.\n> Two?\n>> Three?\n\nNo.\n\nBest,\nBo"},
		{"all below one quote", bottom, OwnTextOptions{KeepQuotes: true}, "Yes."},
		{"nothing", "", OwnTextOptions{}, ""},
		{"a postscript stays", "Yes.\n\nBest,\nBo\n\nPS: not before June, and only with a budget.\n", OwnTextOptions{CutCourtesy: true}, "Yes.\n\nBest,\nBo\n\nPS: not before June, and only with a budget."},
		{"a short answer below the name stays", "Best,\nBo\n\nQ3: yes\n", OwnTextOptions{CutCourtesy: true}, "Best,\nBo\n\nQ3: yes"},
		{"answer and attribution on one line", "Agreed. On Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n> One?\n", OwnTextOptions{}, "Agreed."},
		{"a header block above a message that begins with a quote", "Agreed.\n\nFrom: Ana <ana@example.org>\nSent: Tuesday, 4 May 2026 10:12\nTo: Bo\nSubject: fund\n\n> Two years?\n\nBetter three.\n", OwnTextOptions{}, "Agreed."},
		{"a header block above a marked quote", "Agreed.\n\nFrom: Ana <ana@example.org>\nSent: Tuesday, 4 May 2026 10:12\nTo: Bo\nSubject: fund\n\n> Two years?\n", OwnTextOptions{}, "Agreed."},
		{"an indented quote", "On Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n\n    Two years?\n    Or three?\n\nTwo.\n\nNobody pays.\n", OwnTextOptions{}, "Two.\n\nNobody pays."},
		{"below ragged indents", "Agreed.\n\nOn Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n\n      Ana Lima\nMay 4\n\nTwo years?\n", OwnTextOptions{}, "Agreed."},
		{"original message and attribution on one line", "Agreed.\n\n------- Original Message ------- On Tue, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n\nOne?\n", OwnTextOptions{}, "Agreed."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Read(tt.text, ReadOptions{})
			checkCover(t, tt.text, r)
			if diff := cmp.Diff(tt.want, r.OwnText(tt.opt)); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, listing(r))
			}
		})
	}
}

// draft is what the ancestor says in the tests below.
const draft = `Dear all,

here is the draft of the answer to question 2.

The coalition meets twice a year, once in person and once online, and keeps its list open to everybody who wants to join.

Decisions are taken by rough consensus. Where there is none, the report names both views.

The fund is audited every third year by two members.

Ana
`

func TestQuotesAreAligned(t *testing.T) {
	parent := []Ancestor{{ID: "draft@example.org", Author: Address{Name: "Ana Lima"}, Text: draft}}
	t.Run("rewrapped", func(t *testing.T) {
		r := Read("> The coalition meets twice a year,\n> once in person and once\n> online, and keeps its list open\n> to everybody who wants to join.\n\nOnce is enough.\n\n> The fund is audited\n> every third year by two members.\n\nEvery year, please.\n", ReadOptions{Ancestors: parent})
		var got []string
		for own, above := range r.Answers() {
			got = append(got, fmt.Sprintf("%s <- %s:%d-%d", own.Text, above.From.ID, above.From.First, above.From.Last))
		}
		want := []string{"Once is enough. <- draft@example.org:4-4", "Every year, please. <- draft@example.org:8-8"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("wrapped without repeating the mark", func(t *testing.T) {
		r := Read("> The coalition meets twice a year, once in\nperson\n> and once online, and keeps its list open to\neverybody who wants to join.\n\nOnce is enough.\n", ReadOptions{Ancestors: parent})
		if got := r.OwnText(OwnTextOptions{}); got != "Once is enough." {
			t.Errorf("own text %q\n%s", got, listing(r))
		}
	})
	t.Run("an answer right below an unfinished line is none of it", func(t *testing.T) {
		r := Read("> The coalition meets twice a year, once in\nperson would do\n> and once online, and keeps its list open to\n", ReadOptions{Ancestors: parent})
		if got := r.OwnText(OwnTextOptions{}); got != "person would do" {
			t.Errorf("own text %q\n%s", got, listing(r))
		}
	})
	t.Run("one short line", func(t *testing.T) {
		r := Read("> Ana\n\nThanks for the draft!\n", ReadOptions{Ancestors: parent})
		if got := r.Blocks[0].From; got != (Span{"draft@example.org", 10, 10}) {
			t.Errorf("from %+v", got)
		}
	})
	t.Run("flattened, no mark at all", func(t *testing.T) {
		r := Read("We agree with the draft but for the audit.\n\nThe coalition meets twice a year, once in person and once online, and\nkeeps its list open to everybody who wants to join.\n\nDecisions are taken by rough consensus. Where there is none, the report\nnames both views.\n", ReadOptions{Ancestors: parent})
		if got := r.OwnText(OwnTextOptions{}); got != "We agree with the draft but for the audit." {
			t.Errorf("own text %q\n%s", got, listing(r))
		}
		last := r.Blocks[len(r.Blocks)-1]
		if !last.Unmarked || last.Author.Name != "Ana Lima" || last.From != (Span{"draft@example.org", 4, 6}) {
			t.Errorf("quote %+v", last)
		}
	})
	t.Run("answers inside an unmarked quote under a header block", func(t *testing.T) {
		r := Read("See my answers below.\n\nFrom: Ana Lima <ana@example.org>\nSent: Tuesday, May 4, 2026 10:12 AM\nTo: Bo\nSubject: draft\n\n"+strings.Replace(draft, "Decisions are", "I would rather meet three times, since once online is not enough.\n\nDecisions are", 1), ReadOptions{Ancestors: parent})
		if got := r.OwnText(OwnTextOptions{}); got != "See my answers below.\n\nI would rather meet three times, since once online is not enough." {
			t.Errorf("own text %q\n%s", got, listing(r))
		}
	})
	t.Run("a date in prose is no attribution when the parent is known", func(t *testing.T) {
		r := Read("We discussed this.\n\nOn 3 May 2026 Ana Lima wrote:\n\nwe shall see.\n\nI still object to the fund.\n", ReadOptions{Ancestors: parent})
		if got := r.OwnText(OwnTextOptions{}); !strings.Contains(got, "I still object") {
			t.Errorf("own text %q", got)
		}
	})
	t.Run("four words of the parent are no quote", func(t *testing.T) {
		const text = "I think that rough consensus. Where there is none is a problem we have had before.\n"
		if got := Read(text, ReadOptions{Ancestors: parent}).OwnText(OwnTextOptions{}); got != strings.TrimSpace(text) {
			t.Errorf("own text %q", got)
		}
	})
}

func TestEditedCopy(t *testing.T) {
	parent := []Ancestor{{ID: "draft@example.org", Text: draft}}
	edited := strings.NewReplacer("twice a year", "three times a year", "every third year ", "",
		"Where there is none", "Abstentions do not count. Where there is none").Replace(draft)
	edited = strings.Replace(edited, "Ana\n", "The secretariat keeps the minutes for ten years.\n\nAna\n", 1)
	r := Read("My changes, without marks:\n\n"+edited, ReadOptions{Ancestors: parent})
	var got []string
	for _, e := range r.Edits {
		got = append(got, fmt.Sprintf("%d: %q -> %q", e.Parent.First, e.Old, e.New))
	}
	want := []string{
		`4: "twice" -> "three times"`,
		`6: "" -> "Abstentions do not count"`,
		`8: "every third year" -> ""`,
		`8: "" -> "The secretariat keeps the minutes for ten years."`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, listing(r))
	}
	for _, e := range r.Edits {
		if e.New != "" && !strings.Contains(strings.Join(r.Lines[e.Lines[0]:e.Lines[1]+1], "\n"), e.New) {
			t.Errorf("lines %v do not hold %q", e.Lines, e.New)
		}
	}
	if own := r.OwnText(OwnTextOptions{}); strings.Contains(own, "here is the draft") || !strings.Contains(own, "My changes") {
		t.Errorf("own text %q", own)
	}
	t.Run("no change", func(t *testing.T) {
		if r := Read("Fine with me:\n\n"+draft, ReadOptions{Ancestors: parent}); r.Edits != nil {
			t.Errorf("edits %+v", r.Edits)
		}
	})
	t.Run("a text of its own", func(t *testing.T) {
		if r := Read("I wrote something else, which is about the fund and its audit by two members.\n", ReadOptions{Ancestors: parent}); r.Edits != nil {
			t.Errorf("edits %+v", r.Edits)
		}
	})
}

// TestMarkedEdits: colour and strike-out, which TextFromHTML writes in brackets, are edits inside a quote.
func TestMarkedEdits(t *testing.T) {
	parent := []Ancestor{{ID: "draft@example.org", Text: draft}}
	const changed = "The coalition meets [deleted: twice] [added: three times] a year, once in person and once online, and keeps its list open to everybody who wants to join."
	t.Run("in a quote", func(t *testing.T) {
		r := Read("See my changes.\n\n> "+changed+"\n>\n> [added: And it keeps minutes.]\n>\n> The fund is audited every third year by two [deleted: old] members.\n", ReadOptions{FromHTML: true, Ancestors: parent})
		want := []Edit{
			{Parent: Span{"draft@example.org", 4, 4}, Old: "twice", New: "three times", Lines: [2]int{2, 2}},
			{Parent: Span{"draft@example.org", 8, 8}, Old: "old", Lines: [2]int{-1, -1}},
		}
		if diff := cmp.Diff(want, r.Edits); diff != "" {
			t.Error(diff)
		}
		if got := r.OwnText(OwnTextOptions{}); got != "See my changes.\n\n[added: And it keeps minutes.]" {
			t.Errorf("own text %q\n%s", got, listing(r))
		}
	})
	t.Run("in a copy without quote marks", func(t *testing.T) {
		r := Read(strings.Replace(draft, "The coalition meets twice a year, once in person and once online, and keeps its list open to everybody who wants to join.", changed, 1), ReadOptions{FromHTML: true, Ancestors: parent})
		if len(r.Edits) != 1 || r.Edits[0].Old != "twice" || r.Edits[0].New != "three times" {
			t.Errorf("edits %+v", r.Edits)
		}
	})
	t.Run("in plain text", func(t *testing.T) {
		if r := Read("> a [added: b] c\n", ReadOptions{}); r.Edits != nil {
			t.Errorf("edits %+v", r.Edits)
		}
	})
}

func TestFooters(t *testing.T) {
	footer := "~~~\nDC Climate, a coalition of volunteers\nWrite to the list, not to the people"
	posts := []string{"One.\n" + footer, "Two.\n\n" + footer + "\n", "Three.\n\nBest,\nAna\n" + footer + "\n\n", "Four.\n" + footer}
	learned := LearnFooter(posts)
	if learned != footer {
		t.Fatalf("learned %q", learned)
	}
	r := Read(posts[1], ReadOptions{Footers: []string{learned}})
	if got := r.OwnText(OwnTextOptions{}); got != "Two." {
		t.Errorf("own text %q", got)
	}
	if got := LearnFooter([]string{"a\nb", "c\nd", "e\nf"}); got != "" {
		t.Errorf("learned %q from nothing", got)
	}
}

func TestKindWords(t *testing.T) {
	b, err := json.Marshal(Block{Kind: SignOff, Above: -1})
	if err != nil || !strings.HasPrefix(string(b), `{"kind":"sign-off"`) {
		t.Errorf("%s, %v", b, err)
	}
	var k Kind
	for want := Own; want <= Forwarded; want++ {
		if err := k.UnmarshalText([]byte(want.String())); err != nil || k != want {
			t.Errorf("%v became %v, %v", want, k, err)
		}
	}
}

// FuzzRead checks that whatever the text and its ancestor, the blocks cover every line once.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/read/*.txt")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(string(b), draft, "Bo Chen", "")
		}
	}
	f.Add(draft, draft, "", "Ana")
	f.Add("On Mon, 4 May 2026 10:12 Ana <a@b\n> > wrote:\n> a\n--\n", "a b c d e f", "-", "x")
	f.Add("|a\n| b\nME> a\nME> b\n>>> x\n", ">a\n", "Ana", "\n")
	f.Add("回复：\n同意 写道：\n>x\n", "同意同意同意同意", "王", "")
	f.Fuzz(func(t *testing.T, text, ancestor, author, footer string) {
		opt := ReadOptions{Author: Address{Name: author}, Ancestors: []Ancestor{{ID: "a", Text: ancestor}, {ID: "b", Text: text}}, Footers: []string{footer}}
		html := opt
		html.FromHTML = true
		for _, o := range []ReadOptions{{}, opt, html, {FromHTML: true}} {
			r := Read(text, o)
			checkCover(t, text, r)
			for _, e := range r.Edits {
				if e.Lines[0] >= 0 && (e.Lines[1] < e.Lines[0] || e.Lines[1] >= len(r.Lines)) || e.Parent.Last < e.Parent.First {
					t.Fatalf("edit %+v in %d lines", e, len(r.Lines))
				}
			}
			r.OwnText(OwnTextOptions{})
			r.OwnText(OwnTextOptions{CutCourtesy: true, KeepQuotes: true})
		}
	})
}
