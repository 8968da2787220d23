package collect

import (
	"slices"
	"strings"
	"testing"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// placed finds each contribution's words in the post, so that tests see what was lost or invented.
func placed(t *testing.T, in Input, res Result) {
	t.Helper()
	r := in.Post.Reading
	own := map[int]bool{}
	for _, b := range r.Blocks {
		if b.Kind == mail.Own {
			for l := b.First; l <= b.Last; l++ {
				own[l] = true
			}
		}
	}
	have := map[int]bool{}
	for _, f := range res.Contributions {
		if f.Kind == dc.StanceKind && f.Stance == "" || f.Kind != dc.StanceKind && f.Stance != "" {
			t.Errorf("kind %s with stance %q", f.Kind, f.Stance)
		}
		if f.Question != "" {
			if _, ok := in.Survey.Question(f.Question); !ok {
				t.Errorf("question %q is not in the survey", f.Question)
			}
		}
		if f.Why == "" {
			t.Errorf("no reason is given for %q", f.Text)
		}
		if f.Lines[0] < 0 {
			continue
		}
		if f.Lines[1] >= len(r.Lines) || f.Lines[0] > f.Lines[1] {
			t.Fatalf("lines %v of %d", f.Lines, len(r.Lines))
		}
		source := strings.Join(r.Lines[f.Lines[0]:f.Lines[1]+1], "\n")
		for piece := range strings.SplitSeq(f.Text, "\n") {
			if !strings.Contains(source, piece) {
				t.Errorf("the words %q do not stand in lines %v: %q", piece, f.Lines, source)
			}
		}
		pieces := strings.Split(f.Text, "\n")
		for l := f.Lines[0]; l <= f.Lines[1]; l++ {
			line := strings.TrimSpace(r.Lines[l])
			if slices.ContainsFunc(pieces, func(p string) bool { p = strings.TrimSpace(p); return p != "" && strings.Contains(line, p) }) {
				have[l] = true
			}
		}
	}
	// What is in no contribution has to be a heading, a courtesy or a command; nothing else may be left out.
	j := Compile(in.Survey).job(in)
	j.readParts()
	if !j.place() || !j.survey {
		return
	}
	j.readClauses()
	j.titled = j.titleHeadings()
	j.readQuotes()
	atoms := j.walk()
	for pi := range j.parts {
		p := &j.parts[pi]
		n := len(p.ws) - 1
		for a := 0; a < n; {
			b := lineEnd(p.ws, a, n)
			l := p.line(p.ws[a].start)
			if !have[l] && own[l] && !isCommand(p.text, p.ws, a) {
				form, _ := j.headingOf(p, a, b, n, false)
				if form != headingOnly && !belowHeading(j, p, a) && !polite(j, atoms, pi, l) {
					t.Errorf("line %d is lost: %q", l, r.Lines[l])
				}
			}
			a = b
		}
	}
}

// belowHeading says that a line goes on with a copied question.
func belowHeading(j *job, p *part, a int) bool {
	b := lineEnd(p.ws, a, len(p.ws)-1)
	for q := range j.qs {
		if j.copies(p.ws[a:b], q, 0.6) {
			return true
		}
	}
	return false
}

// polite says that the atoms of a line are courtesies.
func polite(j *job, atoms []atom, pi, line int) bool {
	p := &j.parts[pi]
	for _, at := range atoms {
		if at.part == pi && p.line(at.from) <= line && p.line(at.to-1) >= line && !at.courtesy {
			return false
		}
	}
	return true
}

func FuzzCollect(f *testing.F) {
	for _, s := range []string{
		"On question 6, we vote.\n\nQ7: a calendar.", "> 6. How are decisions taken inside your coalition\nWe vote.\n> > x\nI disagree, but support Ana.",
		"1) a\n2) b\n3) c", "Our answer: https://docs.google.com/document/d/1", "I withdraw my answer.\n!dc status\nThanks!", "Q3 and 6: الجواب ٦ 第6题 支持",
		"I support A, except the last sentence; +1 -1\n- \"I object\"", "Q6\n\nQ6:\n6.\n6)\n#6", "How decisions are made\nWe vote (or not) ...\n\n\nBest,\nAna", "ß’'ﬁİ\xff\xfe",
	} {
		for where := range 4 {
			f.Add(s, where)
		}
	}
	f.Fuzz(func(t *testing.T, s string, where int) {
		settings := []setting{whole, thread("6"), reply("6"), nil}
		set := settings[(where%4+4)%4]
		var in Input
		if set == nil {
			in = input(s, known(answers("6")...))
		} else {
			in = input(s, set)
		}
		placed(t, in, Collect(in))
	})
}

// TestNothingLost runs the property over the sentences and threads of the other tests.
func TestNothingLost(t *testing.T) {
	for _, s := range []string{
		"Question 3\n\nForty.\n\nQuestion 6\nWe vote.\nThe board counts.\n\nI think that is all.",
		"Dear all,\nI will come back to question 7.\nOn question 6, we vote. As to question 8: no money. And no time.\n\nThis is the end.",
		"6. How are decisions taken inside your coalition, and are\noutside groups consulted before a text is published?\nWe vote.\n- in May\n- in June\n\n7) The calendar :-)",
	} {
		for _, set := range []setting{whole, thread("6"), reply("6")} {
			in := input(s, set)
			placed(t, in, Collect(in))
		}
	}
}

func BenchmarkCollect(b *testing.B) {
	para := "We meet on the first Monday of each month, and the chair writes down what was said. Nobody has objected so far, but on question 6 some members would like to see a vote. I support that, if it is a secret one.\n\n"
	text := "Question 2: a summer school.\n\n" + strings.Repeat(para, 10*1024/len(para)/2) + "\n> 6. How are decisions taken inside your coalition, and are outside groups consulted?\n\n" + strings.Repeat(para, 10*1024/len(para)/2)
	for _, c := range []struct {
		name string
		set  setting
	}{{"whole", whole}, {"thread", thread("6")}, {"reply", reply("6")}} {
		in := input(text, c.set)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Collect(in)
			}
		})
	}
}

// TestLinear sees that ten times the text takes about ten times as long to split and scan, by counting what is
// looked at rather than time: the contributions cover the text once.
func TestLinear(t *testing.T) {
	for _, n := range []int{10, 1000} {
		Collect(input(strings.Repeat("I withdraw my answer. ", 20*n), reply("6")))
		Collect(input(strings.Repeat("> 6. How are decisions taken inside your coalition?\n\n", 10*n)+"We vote.", whole))
		in := input(strings.Repeat("I support this. I object to that.\n", n), reply("6"))
		res := Collect(in)
		size := 0
		for _, f := range res.Contributions {
			size += len(f.Text)
		}
		if whole := len("I support this. I object to that.\n") * n; size > whole || size < whole*9/10 {
			t.Errorf("%d lines of %d bytes give %d bytes of contributions", n, whole, size)
		}
	}
}
