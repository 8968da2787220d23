package collect

import (
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// edits reads the changes made inside an unmarked copy. Insertions stand in blocks of the author's own words and are
// read with them; what was changed or struck out is a comment on the words that stood there. taken are the lines that
// are dealt with.
func (j *job) edits() (out []Found, taken map[int]bool) {
	r := j.in.Post.Reading
	taken = map[int]bool{}
	if len(r.Edits) == 0 || j.in.Thread.Parent != nil && j.in.Thread.Parent.Official {
		// What is changed in a copy of the questionnaire is the answers; the rest is trimming.
		return nil, taken
	}
	for _, e := range r.Edits {
		if strings.TrimSpace(e.New) == "" || e.Lines[0] < 0 {
			continue
		}
		text := j.linesOf(e.Lines)
		if strings.TrimSpace(e.Old) == "" && len(words(text)) <= len(words(e.New))+1 {
			continue // new lines of their own
		}
		if taken[e.Lines[0]] && len(out) > 0 {
			continue // a second change in the same lines: they are on record already
		}
		a := j.reply()
		ws := words(text)
		ws = ws[:len(ws)-1]
		j.wide(ws)
		if f, _ := j.x.best(ws, func(t indexed) bool { return t.contribution >= 0 }); f.text >= 0 && f.share >= 0.5 {
			a = j.aboutText(j.x.texts[f.text].contribution)
		}
		qs, why := j.byContext(a)
		f := Found{Kind: dc.Comment, Text: text, Quoted: e.Old, Lines: e.Lines, Why: why}
		if len(qs) == 1 {
			f.Question = j.qs[qs[0]].Number
		}
		f.Target = j.target(a.target, qs)
		if strings.TrimSpace(f.Quoted) == "" && a.target >= 0 {
			f.Quoted = j.texts[a.target].Text
		}
		out = append(out, f)
		for l := e.Lines[0]; l <= e.Lines[1]; l++ {
			taken[l] = true
		}
	}
	return out, taken
}

func (j *job) linesOf(l [2]int) string {
	lines := j.in.Post.Reading.Lines
	if l[1] >= len(lines) || l[0] > l[1] {
		return ""
	}
	return strings.Join(lines[l[0]:l[1]+1], "\n")
}

// without leaves lines out of the author's own blocks.
func without(blocks []mail.Block, taken map[int]bool) []mail.Block {
	if len(taken) == 0 {
		return blocks
	}
	var out []mail.Block
	for _, b := range blocks {
		if b.Kind != mail.Own {
			out = append(out, b)
			continue
		}
		for l := b.First; l <= b.Last; {
			if taken[l] {
				l++
				continue
			}
			e := l
			for e < b.Last && !taken[e+1] {
				e++
			}
			c := b
			c.First, c.Last = l, e
			out = append(out, c)
			l = e + 1
		}
	}
	return out
}
