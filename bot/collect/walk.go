package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
)

// atom is a sentence of the author's own with what decides its question.
type atom struct {
	part     int
	from, to int // bytes in the part's text
	w0, w1   int // words
	named    []int
	doubt    bool   // to the tray: what it is about cannot be told
	why      string // the rule that named the question
	courtesy bool
	marks    []mark // the phrases in it; see job.marks
	scanned  bool
	asks     bool  // ends in a question mark
	para     int   // number of the paragraph
	heading  bool  // stands below a heading or numbered like one
	weak     bool  // named in passing only
	sides    []int // the questions of this half of a sentence that takes both sides, nil: those of the run
}

// governing is what an author's reference puts the following words under.
type governing struct {
	questions []int
	unknown   bool
	why       string
	prose     bool // a sentence, not a heading: it need not hold for the next paragraph
}

// commandPrefix begins lines that are commands, never contributions; our examples come back quoted and unquoted.
const commandPrefix = "!dc"

// walk goes through the author's own words and splits them into atoms.
func (j *job) walk() []atom {
	n := 0
	for i := range j.parts {
		n += len(j.parts[i].ws)
	}
	j.arena = make([]mark, 0, n/3+16)
	atoms := make([]atom, 0, n/12+4)
	var cur *governing
	group := -1
	para := 0
	first := true // nothing of substance has been said
	for pi := range j.parts {
		p := &j.parts[pi]
		if p.group != group {
			cur, group = nil, p.group
		}
		ws := p.ws
		n := len(ws) - 1
		for a := 0; a < n; {
			// One line at a time, until a paragraph is collected.
			b := p.lineEnd(a, n)
			if isCommand(p.text, ws, a) {
				a = b
				continue
			}
			form, g := j.headingOf(p, a, b, n, cur != nil && !cur.unknown && !j.listed)
			if form == headingOnly {
				cur = g
				a = b
				// A question's text goes on over several lines.
				for a < n && ws[a].gap&gapPara == 0 && len(g.questions) == 1 {
					e := lineEnd(ws, a, n)
					if !j.copies(ws[a:e], g.questions[0], 0.6) {
						break
					}
					a = e
				}
				continue
			}
			if form == opening {
				cur = g
			}
			e := b
			for e < n && ws[e].gap&gapPara == 0 && !isCommand(p.text, ws, e) {
				le := p.lineEnd(e, n)
				if f, _ := j.headingOf(p, e, le, n, cur != nil && !cur.unknown && !j.listed); f != noHeading {
					break
				}
				e = le
			}
			var next *governing
			atoms, next = j.paragraph(atoms, pi, para, a, e, cur, form == opening, &first)
			if next != nil {
				cur = next
			}
			para++
			a = e
		}
	}
	return atoms
}

func lineEnd(ws []word, a, n int) int {
	b := a + 1
	for b < n && ws[b].gap&gapLine == 0 {
		b++
	}
	return b
}

func isCommand(text string, ws []word, a int) bool {
	start := ws[a].start
	i := strings.LastIndexByte(text[:start], '\n') + 1
	return strings.HasPrefix(strings.TrimLeft(text[i:], " \t"), commandPrefix) && strings.TrimLeft(text[i:start], " \t") == "!"
}

func (j *job) governs(text string, ws []word, r reference) *governing {
	g := &governing{questions: r.questions, unknown: r.unknown}
	g.why = "the author wrote \"" + oneLine(text[ws[r.first].start:ws[r.last].end]) + "\""
	return g
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// paragraph splits ws[a:e] into sentences and says what governs each. It returns what governs the words after it, nil
// for no change.
func (j *job) paragraph(atoms []atom, pi, para, a, e int, cur *governing, opened bool, first *bool) ([]atom, *governing) {
	p := &j.parts[pi]
	ws := p.ws
	begin := len(atoms)
	local := cur
	if local != nil && local.prose && !opened {
		// A sentence of an earlier paragraph: it holds here too if the thread does not say otherwise.
		if j.thread >= 0 && (len(local.questions) != 1 || local.questions[0] != j.thread) {
			local = &governing{unknown: true}
		}
	}
	var base *governing
	items := 0
	var only *governing
	several := false
	var weak []int
	weakWhy := ""
	var next *governing
	putOff, said := 0, 0
	for s := a; s < e; {
		t := sentenceEnd(p.text, ws, s, e)
		if listItem(p.text, ws, s) {
			if items == 0 {
				base = local // what leads in the list holds for all of it
			}
			local = base // what one item names is not what the next is about
			items++
		}
		at := atom{part: pi, from: lineOrWord(p.text, ws, s, s == a), to: ws[t-1].end, w0: s, w1: t, para: para, asks: ws[t].gap&gapAsk != 0}
		at.to = tail(p.text, ws, t)
		if c, ok := p.clauses[s]; ok && c.from >= 0 {
			at.from = min(at.from, c.from)
			if s > a || s > 0 && ws[s].gap&gapLine == 0 {
				at.from = c.from
			}
		}
		if c, ok := p.clauses[t]; ok && c.from >= 0 {
			at.to = max(ws[t-1].end, len(strings.TrimRight(p.text[:min(at.to, c.from)], " \t\n")))
		}
		from := len(j.arena)
		j.arena = lex.scan(ws, s, t, j.names, j.arena)
		at.marks, at.scanned = j.arena[from:len(j.arena):len(j.arena)], true
		at.courtesy = courtesy(ws, s, t, at.marks) || j.ownName(ws[s:t]) || j.listed && said == 0 && endsWithColon(p.text, ws[t-1].end) && announcesAnswers(ws, s, t)
		at.heading = opened || local != nil && !local.prose && !local.unknown
		var buf [6]reference
		var strong *governing
		if mayRefer(ws, s, t) {
			for _, r := range j.nums.find(p.text, ws, s, t, nil, buf[:0]) {
				if r.idle && cur != nil && !r.point && !sameSet(r.questions, cur.questions) {
					putOff++
				}
				if r.idle || r.point && !j.pointAt(r.questions) {
					continue
				}
				if opened && s == a && r.first <= s+8 && strong == nil && sameSet(r.questions, cur.questions) {
					continue // the reference that opened the paragraph
				}
				if r.strong && !r.plain && j.thread >= 0 && !slices.Contains(r.questions, j.thread) {
					// "Question 3 already covers this", in the thread of another question: of which it speaks cannot be told.
					r.unknown, r.questions = true, nil
				}
				if !r.strong {
					if !r.unknown && !r.point {
						for _, q := range r.questions {
							if !slices.Contains(weak, q) {
								weak = append(weak, q)
							}
						}
						weakWhy = j.governs(p.text, ws, r).why
					}
					continue
				}
				g := j.governs(p.text, ws, r)
				if strong == nil {
					strong = g
				} else {
					for _, q := range g.questions {
						if !slices.Contains(strong.questions, q) {
							strong.questions = append(slices.Clone(strong.questions), q)
						}
					}
				}
			}
		}
		if strong != nil {
			j.addLabels(ws, s, t, p.text, strong)
			strong.prose = true
			local = strong
			if only != nil && !sameSet(only.questions, strong.questions) {
				several = true
			}
			if only == nil {
				only = strong
			}
			if *first && !at.courtesy {
				next = &governing{questions: strong.questions, unknown: strong.unknown, why: strong.why, prose: true}
				if announcing(ws, s, t, e, p.text) {
					next.prose = false
				}
			}
		}
		if local != nil {
			at.named, at.why = local.questions, local.why
			at.doubt = local.unknown
		}
		if !at.courtesy {
			*first = false
			said++
		}
		atoms = append(atoms, at)
		s = t
	}
	if putOff > 0 && putOff >= said && only == nil && !opened {
		// "I will come back to question 8" stands below the answer to question 7 and is no part of it.
		for i := begin; i < len(atoms); i++ {
			atoms[i].named, atoms[i].doubt = nil, true
		}
	}
	// A mention in running prose governs its own paragraph, the sentences before it too.
	if only != nil && !several && cur == nil && items < 2 {
		for i := begin; i < len(atoms); i++ {
			if atoms[i].named == nil && !atoms[i].doubt && !only.unknown && j.thread >= 0 && !slices.Contains(only.questions, j.thread) {
				continue // "We vote. By the way, on question 8: ...": what stands before answers the thread's question
			}
			atoms[i].named, atoms[i].why, atoms[i].doubt = only.questions, only.why, only.unknown
		}
	}
	if only == nil && local == nil && len(weak) == 1 && items < 2 {
		for i := begin; i < len(atoms); i++ {
			atoms[i].named, atoms[i].why, atoms[i].weak = weak, weakWhy, true
		}
	}
	return atoms, next
}

// addLabels adds the questions that a sentence names in the same short way: "Q5 yes, Q6 by vote".
func (j *job) addLabels(ws []word, s, t int, text string, g *governing) {
	if g.unknown || len(g.questions) == 0 || !labelled(ws, s, t) {
		return
	}
	for _, r := range j.nums.find(text, ws, s, t, nil, nil) {
		if r.idle || r.unknown || !isLabel(ws[r.first].w) {
			continue
		}
		for _, q := range r.questions {
			if !slices.Contains(g.questions, q) {
				g.questions = append(slices.Clone(g.questions), q)
			}
		}
	}
}

// labelled says that a sentence begins with a label such as "Q5" and has another one.
func labelled(ws []word, s, t int) bool {
	if !isLabel(ws[s].w) {
		return false
	}
	for i := s + 1; i < t; i++ {
		if isLabel(ws[i].w) {
			return true
		}
	}
	return false
}

// listItem says that word s begins an item of a list: "2. ...", "b) ...", "- ...".
func listItem(text string, ws []word, s int) bool {
	if s > 0 && ws[s].gap&(gapLine|gapPara) == 0 || !lineStart(text, ws[s].start) {
		return false
	}
	return bullet(text, ws[s].start) || (isNumber(ws[s].w) || len(ws[s].w) == 1) && closedBy(text, ws[s].end, ".)")
}

// pointAt says whether "point 2", "on 2" can name those questions here: where questions are asked, or in reply to somebody who has
// answered several, these among them.
func (j *job) pointAt(questions []int) bool {
	if j.points {
		return true
	}
	answered := map[int]bool{}
	for i := range j.texts {
		if c := &j.texts[i]; j.parents[i] && c.Kind == dc.Answer {
			if q := j.number(c.Question); q >= 0 {
				answered[q] = true
			}
		}
	}
	for _, q := range questions {
		if !answered[q] {
			return false
		}
	}
	return len(answered) > 1
}

// announcing says that a sentence only says what the following words answer: "Here is my answer to question 6:".
func announcing(ws []word, s, t, e int, text string) bool {
	if t > s && endsWithColon(text, ws[t-1].end) {
		return true
	}
	if t < e || t-s > 14 {
		return false
	}
	for i := s; i < t; i++ {
		if ws[i].class&(isNoun|isMine) != 0 {
			return true
		}
	}
	return false
}

func mayRefer(ws []word, s, t int) bool {
	for i := s; i < t; i++ {
		w := ws[i].w
		if w == "" {
			continue
		}
		if ws[i].class&isQuestion != 0 || isLabel(w) || startsWithDigit(w) && i > 0 {
			return true
		}
	}
	return false
}

func sameSet(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for _, q := range a {
		if !slices.Contains(b, q) {
			return false
		}
	}
	return true
}
