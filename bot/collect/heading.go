package collect

import (
	"strings"
)

// headingForm says what a line is.
type headingForm uint8

const (
	noHeading   headingForm = iota
	headingOnly             // the line only names a question
	opening                 // it names one and the words begin on the same line
)

// copies says that words are a copy of a part of the question's text.
func (j *job) copies(ws []word, q int, share float64) bool {
	first, _ := j.x.best(ws, func(t indexed) bool { return t.question == q && t.contribution == -1 && !t.extra })
	return first.text >= 0 && first.share >= share && first.pairs >= 2
}

// headingOf says whether the line ws[a:b] names a question as a heading does. governed says that it stands below another heading.
func (j *job) headingOf(p *part, a, b, n int, governed bool) (headingForm, *governing) {
	ws := p.ws
	if c, ok := p.clauses[a]; ok && (c.from >= 0 || !governed) {
		return opening, c.g
	}
	if q, next, ok, _ := j.nums.label(p.text, ws, a, b); ok {
		rest := ws[next:b]
		why := "the author numbered it " + p.text[ws[a].start:ws[next-1].end]
		g := &governing{questions: []int{q}, why: why}
		if len(rest) > 0 {
			f, s := j.bestQuestion(rest)
			switch {
			case f.text >= 0 && j.x.texts[f.text].question == q && (f.share >= 0.75 && (f.pairs >= 2 || f.cover > 0.8)):
				return headingOnly, g
			case f.text >= 0 && j.x.texts[f.text].question == q && f.common >= 3 && f.cover >= 0.6:
				return opening, g
			case f.text >= 0 && j.x.texts[f.text].question != q && f.pairs >= 4 && f.share >= 0.75 && f.plain(s):
				return headingOnly, &governing{unknown: true}
			}
		}
		if j.listed {
			if len(rest) == 0 {
				return headingOnly, g
			}
			return opening, g
		}
		return noHeading, nil
	}
	if form, g, ok := j.namedHeading(p, a, b, n); ok {
		return form, g
	}
	if b-a >= 2 || j.titled || b == a+1 && closedBy(p.text, ws[a].end, ":") {
		f, s := j.bestQuestion(ws[a:b])
		if f.text >= 0 {
			t := j.x.texts[f.text]
			title := t.title && f.cover > 0.99 && f.share > 0.99
			if title && j.thread >= 0 && !j.titled {
				title = t.question == j.thread // a heading inside of an answer, such as "Members:"
			}
			if f.plain(s) && (title || f.pairs >= 4 && f.share >= 0.75) {
				return headingOnly, &governing{questions: []int{t.question}, why: "written below the text of question " + j.qs[t.question].Number}
			}
		}
	}
	return noHeading, nil
}

func (j *job) bestQuestion(ws []word) (first, second likeness) {
	return j.x.best(ws, func(t indexed) bool { return t.question >= 0 && t.contribution == -1 && !t.extra })
}

// namedHeading reads "Question 6", "Q6: ...", "My answer to question 6:".
func (j *job) namedHeading(p *part, a, b, n int) (headingForm, *governing, bool) {
	ws := p.ws
	if !mayName(ws, a, b) {
		return noHeading, nil, false
	}
	var buf [4]reference
	refs := j.nums.find(p.text, ws, a, b, nil, buf[:0])
	if len(refs) == 0 {
		return noHeading, nil, false
	}
	if refs[0].first == a+1 && len(ws[a].w) == 1 && closedBy(p.text, ws[a].end, ").") {
		a++ // "a) Q8: ..."
	}
	r := refs[0]
	if r.idle || r.point && !j.points || r.first-a > 7 {
		return noHeading, nil, false
	}
	lead := true // only words that introduce a reference stand before it
	for i := a; i < r.first; i++ {
		c := ws[i].class
		lead = lead && (governing1(&ws[i]) || c&(isNoun|isMine|isArticle|isFiller|isAnd) != 0 && c&isNegation == 0)
	}
	g := j.governs(p.text, ws, r)
	after := r.last + 1
	colon := endsWithColon(p.text, ws[b-1].end)
	if wrapped(p.text, ws, a) && !colon && (after >= b || ws[after].gap&gapColon == 0) {
		return noHeading, nil, false // the sentence of the line before goes on
	}
	switch {
	case after >= b:
		nextPara := b >= n || ws[b].gap&gapPara != 0
		short := b < n && ws[b].upper && ws[b-1].end-ws[a].start < 40
		if r.strong && lead && (colon || nextPara || short && r.first == a) {
			return headingOnly, g, true
		}
	case r.first == a && ws[after].gap&(gapColon|gapParen|gapStop) != 0, lead && r.strong && (ws[after].gap&gapColon != 0 || r.point && ws[after].gap&gapParen != 0):
		if f, _ := j.bestQuestion(ws[after:b]); f.text >= 0 && len(r.questions) == 1 && j.x.texts[f.text].question == r.questions[0] &&
			f.share >= 0.75 && (f.pairs >= 2 || f.cover > 0.8) {
			return headingOnly, g, true
		}
		return opening, g, true
	case r.first == a && len(r.questions) == 1 && j.copies(ws[after:b], r.questions[0], 0.75):
		return headingOnly, g, true
	case colon && b-a <= 12 && r.strong && lead:
		return headingOnly, g, true
	}
	return noHeading, nil, false
}

func governing1(w *word) bool {
	for _, c := range lex.phrases[w.id] {
		if (c.means == governs || c.means == pointer) && len(c.elements) >= 1 {
			return true
		}
	}
	return false
}

func endsWithColon(text string, at int) bool {
	rest := text[at:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return strings.HasPrefix(strings.TrimLeft(rest, " *_"), ":")
}

// mayName is a cheap test for lines that can hold a reference near their begin.
func mayName(ws []word, a, b int) bool {
	for i := a; i < b && i < a+9; i++ {
		w := ws[i].w
		if ws[i].class&(isQuestion|isPoint) != 0 || isLabel(w) || i == a+1 && startsWithDigit(w) {
			return true
		}
	}
	return false
}
