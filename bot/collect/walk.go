package collect

import (
	"slices"
	"strings"
	"unicode"
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
	asks     bool // ends in a question mark
	para     int  // number of the paragraph
	heading  bool // stands below a heading or numbered like one
	weak     bool // named in passing only
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

// headingForm says what a line is.
type headingForm uint8

const (
	noHeading   headingForm = iota
	headingOnly             // the line only names a question
	opening                 // it names one and the words begin on the same line
)

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
			b := lineEnd(ws, a, n)
			if isCommand(p.text, ws, a) {
				a = b
				continue
			}
			form, g := j.headingOf(p, a, b, n)
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
				le := lineEnd(ws, e, n)
				if f, _ := j.headingOf(p, e, le, n); f != noHeading {
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

// copies says that words are a copy of a part of the question's text.
func (j *job) copies(ws []word, q int, share float64) bool {
	first, _ := j.index().best(ws, func(t indexed) bool { return t.question == q && t.contribution == -1 && !t.extra })
	return first.text >= 0 && first.share >= share && first.pairs >= 2
}

// headingOf says whether the line ws[a:b] names a question as a heading does.
func (j *job) headingOf(p *part, a, b, n int) (headingForm, *governing) {
	ws := p.ws
	if q, next, ok, _ := j.nums.label(p.text, ws, a, b); ok {
		rest := ws[next:b]
		why := "you numbered it " + p.text[ws[a].start:ws[next-1].end]
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
				return headingOnly, &governing{questions: []int{t.question}, why: "you wrote below the text of question " + j.qs[t.question].Number}
			}
		}
	}
	return noHeading, nil
}

func (j *job) bestQuestion(ws []word) (first, second likeness) {
	return j.index().best(ws, func(t indexed) bool { return t.question >= 0 && t.contribution == -1 && !t.extra })
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

func (j *job) governs(text string, ws []word, r reference) *governing {
	g := &governing{questions: r.questions, unknown: r.unknown}
	g.why = "you wrote \"" + oneLine(text[ws[r.first].start:ws[r.last].end]) + "\""
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
	var only *governing
	several := false
	var weak []int
	weakWhy := ""
	var next *governing
	putOff, said := 0, 0
	for s := a; s < e; {
		t := sentenceEnd(p.text, ws, s, e)
		at := atom{part: pi, from: lineOrWord(p.text, ws, s, s == a), to: ws[t-1].end, w0: s, w1: t, para: para, asks: ws[t].gap&gapAsk != 0}
		at.to = tail(p.text, ws, t)
		from := len(j.arena)
		j.arena = lex.scan(ws, s, t, j.names, j.arena)
		at.marks, at.scanned = j.arena[from:len(j.arena):len(j.arena)], true
		at.courtesy = courtesy(ws, s, t, at.marks)
		at.heading = opened || local != nil && !local.prose && !local.unknown
		var buf [6]reference
		var strong *governing
		if mayRefer(ws, s, t) {
			for _, r := range j.nums.find(p.text, ws, s, t, nil, buf[:0]) {
				if r.idle && cur != nil && !r.point && !sameSet(r.questions, cur.questions) {
					putOff++
				}
				if r.idle || r.point && !j.points {
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
	if only != nil && !several && cur == nil {
		for i := begin; i < len(atoms); i++ {
			atoms[i].named, atoms[i].why, atoms[i].doubt = only.questions, only.why, only.unknown
		}
	}
	if only == nil && local == nil && len(weak) == 1 {
		for i := begin; i < len(atoms); i++ {
			atoms[i].named, atoms[i].why, atoms[i].weak = weak, weakWhy, true
		}
	}
	return atoms, next
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

// sentenceEnd finds the word after the sentence that begins at s.
func sentenceEnd(text string, ws []word, s, e int) int {
	for i := s + 1; i < e; i++ {
		g := ws[i].gap
		if g&(gapStop|gapAsk) != 0 && endsSentence(text, ws, i) {
			return i
		}
		if g&gapLine != 0 && (bullet(text, ws[i].start) || g&gapColon != 0) {
			return i
		}
	}
	return e
}

// endsSentence says whether the stop before word i ends a sentence: not in "e.g. this", "Q. 6", "6. How", "Mr. Lee".
func endsSentence(text string, ws []word, i int) bool {
	between := text[ws[i-1].end:ws[i].start]
	if !strings.ContainsAny(between, " \n\t") && !strings.ContainsAny(between, "。！？؟") {
		return false
	}
	prev := ws[i-1]
	if ws[i].gap&gapAsk == 0 && strings.IndexByte(between, '.') == 0 {
		if short := prev.end - prev.start; short == 1 && !isNumber(prev.w) || abbreviations[prev.w] ||
			prev.class&isQuestion != 0 && startsWithDigit(ws[i].w) {
			return false
		}
		if isNumber(prev.w) && (i < 2 || ws[i-1].gap&gapLine != 0) {
			return false
		}
		if strings.HasPrefix(between, "..") && !ws[i].upper {
			return false
		}
	}
	r := rune(text[ws[i].start])
	return ws[i].upper || r >= 0x80 || !unicode.IsLower(r) || strings.Contains(between, "\n") || ws[i].gap&gapAsk != 0
}

// bullet says that a list's mark stands before byte i on its line.
func bullet(text string, i int) bool {
	const widest = 12 // bytes of blanks and mark; a longer way back is no list
	from := max(0, i-widest-1)
	at := strings.LastIndexByte(text[from:i], '\n') + 1
	if at == 0 && from > 0 {
		return false
	}
	at += from
	mark := strings.TrimSpace(text[at:i])
	return mark != "" && strings.ContainsAny(mark, "-*•–+·")
}

// lineOrWord is where an atom begins: with the marks before its first word when it begins a paragraph or list item.
func lineOrWord(text string, ws []word, s int, first bool) int {
	at := ws[s].start
	for at > 0 && text[at-1] != '\n' && text[at-1] != ' ' {
		at--
	}
	if first || bullet(text, ws[s].start) {
		for at > 0 && text[at-1] != '\n' {
			at--
		}
	}
	if s > 0 && at < ws[s-1].end {
		at = ws[s].start
	}
	return at
}

// tail is where an atom ends: the stops and brackets after its last word belong to it.
func tail(text string, ws []word, t int) int {
	end := ws[t-1].end
	for end < ws[t].start && text[end] != '\n' && text[end] != ' ' {
		end++
	}
	// " :)" and the like at the end of a line are the author's too.
	if nl := strings.IndexByte(text[end:ws[t].start], '\n'); nl > 0 {
		end += len(strings.TrimRight(text[end:end+nl], " \t\r"))
	} else if t == len(ws)-1 {
		end = len(strings.TrimRight(text, " \t\r\n"))
	}
	return max(end, ws[t-1].end)
}

var abbreviations = set(`e.g i.e eg ie mr mrs ms dr prof no nr nos vs etc cf approx st sr jr bzw usw ca art fig vol q p pp al`)

// courtesy says that a sentence is thanks, a greeting or a pointer ("my answers are below") and nothing else.
func courtesy(ws []word, s, t int, ms []mark) bool {
	if t-s > 18 {
		return false
	}
	polite, point := -1, false
	for _, m := range ms {
		switch m.means {
		case thanks:
			if m.first <= s+2 && (polite < 0 || m.last > polite) {
				polite = m.last
			}
		case pointer:
			point = true
		case supports, objects, withdraws, replaces, ownAnswer:
			return false
		}
	}
	for i := s; i < t; i++ {
		if ws[i].url || startsWithDigit(ws[i].w) {
			return false
		}
	}
	if point {
		return t-s <= 14
	}
	if polite < 0 {
		return false
	}
	i := polite + 1
	for i < t && (ws[i].class&(isFiller|isPronoun|isPerson) != 0 || politeWords[ws[i].w]) {
		i++
	}
	if i < t && forWords[ws[i].w] {
		// Thanks for something, to the end of the clause.
		for i++; i < t && ws[i].gap&(gapClause&^gapComma) == 0; i++ {
			if ws[i].gap&gapComma != 0 && t-i > 3 {
				return false
			}
		}
	}
	for ; i < t; i++ {
		if !ws[i].upper && !politeWords[ws[i].w] {
			return false
		}
	}
	return true
}

// politeWords may stand in a courtesy beside names; forWords lead to what the thanks are for.
var (
	politeWords = set(`all everyone everybody colleagues friends lot much so very again and members both team folks for your you dear
		a the to all's kindly in advance well safe are is finds doing late reply delay helps weekend this email message mail
		beaucoup tous toutes et chers collegues mucho muchas todos todas a colegas y muito todos e sehr alle zusammen herren damen geehrte
		allen an und`)
	forWords = set(`for to pour por para fur a de per voor за по على`)
)
