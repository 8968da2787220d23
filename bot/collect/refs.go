package collect

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dcbot/bot/dc"
)

// reference is a place where an author names questions of the survey.
type reference struct {
	questions   []int // indexes into the survey's questions
	unknown     bool  // it plainly names a question that the survey has not
	point       bool  // "point 2", "#2": may as well be a point of some text
	first, last int   // words
	strong      bool  // the sentence is about it: "on question 6", "Question 6 is"
	plain       bool  // it can only be meant as "what follows is about": set off by a stop, or led in by "on", "regarding"
	idle        bool  // named only to be put off, pointed at or of another survey
}

// numbers knows the survey's numbers as people write them.
type numbers struct {
	by    map[string]int
	years map[string]bool // in the survey's own title, id and dates
}

func newNumbers(s *dc.Survey, qs []dc.Question) numbers {
	n := numbers{by: make(map[string]int, len(qs)), years: map[string]bool{}}
	for i := range qs {
		n.by[dc.NormalNumber(qs[i].Number)] = i
	}
	for _, t := range []string{s.Title, s.ID, s.Launch.Wall, s.Deadline.Wall} {
		for i := 0; i+4 <= len(t); i++ {
			if isNumber(t[i : i+4]) {
				n.years[t[i:i+4]] = true
			}
		}
	}
	return n
}

// read reads a number at word i and returns the question and the word after it. bad says that there is a number, but
// not one of the survey.
func (n numbers) read(text string, ws []word, i int) (q, next int, ok, bad bool) {
	if i >= len(ws)-1 || ws[i].url {
		return 0, i, false, false
	}
	w := strings.TrimPrefix(ws[i].w, "q")
	digit := w != "" && w[0] >= '0' && w[0] <= '9'
	if !digit {
		w = ws[i].w
	}
	// "6.2", "6(a)", "7 bis": the longer number if the survey has it.
	if nx := ws[i+1]; i+2 < len(ws) && !nx.url && nx.start-ws[i].end <= 1 {
		sep := text[ws[i].end:nx.start]
		if strings.Contains(".(- ", sep) {
			if q, ok := n.by[w+sep+nx.w]; ok {
				return q, i + 2, true, false
			}
			if q, ok := n.by[w+nx.w]; ok && digit && (nx.w == "bis" || nx.w == "ter" || sep != " " || closedBy(text, nx.end, ")")) {
				return q, i + 2, true, false
			}
			if sep == "." && isNumber(nx.w) && digit {
				return 0, i + 2, false, true
			}
		}
	}
	w = dc.NormalNumber(w)
	q, ok = n.by[w]
	switch {
	case ok && !digit:
		// A letter or roman numeral has to look like a number: "question i." but not "question a lot".
		ok = closedBy(text, ws[i].end, ".):,;]") || ws[i+1].gap&(gapLine|gapPara) != 0 || i+2 == len(ws)
		return q, i + 1, ok, false
	case ok && unitAfter(ws, i+1):
		return 0, i, false, false
	case ok:
		return q, i + 1, true, false
	}
	return 0, i + 1, false, digit && len(w) <= 4 && !unitAfter(ws, i+1)
}

func closedBy(text string, at int, set string) bool {
	return at < len(text) && strings.IndexByte(set, text[at]) >= 0
}

func unitAfter(ws []word, i int) bool {
	return i < len(ws) && ws[i].gap&gapClause == 0 && (units[ws[i].w] || months[ws[i].w])
}

// find finds the references in ws[from:to], which is one sentence.
func (n numbers) find(text string, ws []word, from, to int, names map[string]bool, out []reference) []reference {
	for i := from; i < to; i++ {
		w := ws[i].w
		if w == "" {
			continue
		}
		c := ws[i].class
		var r reference
		j := i
		switch {
		case c&isQuestion != 0:
			j = i + 1
			if unspacedWord(w) && i-1 >= from && i-2 >= from && isNumber(ws[i-1].w) && ws[i-2].w == "第" {
				if q, _, ok, _ := n.read(text, ws, i-1); ok {
					out = append(out, reference{questions: []int{q}, first: i - 2, last: i, strong: true})
				}
				continue
			}
			for j < to && ws[j].class&isAfter != 0 && w != "q" {
				j++
			}
			if j >= to || !joins(ws[j].gap, w) && !joins(ws[j].gap, ws[j-1].w) || i > from && ws[i].gap&gapClause == 0 && (notOurs[ws[i-1].w] || w == "question" && ws[i-1].w == "a") {
				continue
			}
		case len(w) > 1 && w[0] == 'q' && w[1] >= '0' && w[1] <= '9':
			if quarter(ws, from, i) {
				continue
			}
		case c&isPoint != 0 && i+1 < to && ws[i+1].gap&^gapStop == 0 && strings.Trim(text[ws[i].end:ws[i+1].start], " .") == "" && ws[i+1].w != "" && ws[i+1].w[0] >= '0' && ws[i+1].w[0] <= '9':
			j, r.point = i+1, true
		case ws[i].start > 0 && text[ws[i].start-1] == '#' && isNumber(w):
			r.point = true
		case i > from && startsWithDigit(w) && ws[i].gap == 0 && isMeaning(&ws[i-1], governs) && (!isNumber(w) || i == from+1 && ws[i+1].gap&(gapColon|gapParen) != 0):
			// "on 7bis", and "On 6: ..." at the begin of a sentence.
			if q, next, ok, _ := n.read(text, ws, i); ok {
				out = append(out, reference{questions: []int{q}, first: i, last: next - 1, strong: true, point: isNumber(w)})
				i = next - 1
			}
			continue
		default:
			continue
		}
		q, next, ok, bad := n.read(text, ws, j)
		if !ok {
			if bad && !r.point {
				r.unknown, r.first, r.last = true, i, next-1
				n.judge(text, ws, from, to, &r, names)
				out = append(out, r)
				i = next - 1
			}
			continue
		}
		r.questions = append(r.questions, q)
		next = n.more(text, ws, next, to, c&isPlural != 0, &r)
		r.first, r.last = i, next-1
		n.judge(text, ws, from, to, &r, names)
		out = append(out, r)
		i = next - 1
	}
	return out
}

func unspacedWord(w string) bool {
	for _, r := range w {
		return unspaced(r)
	}
	return false
}

// joins says whether what stands between "question" and a number lets them belong together.
func joins(g gap, w string) bool {
	if w == "q" || w == "qs" || w == "n" || w == "num" || w == "nro" || w == "no" || w == "nr" || w == "nos" {
		g &^= gapStop
	}
	return g&(gapStop|gapAsk|gapColon|gapComma|gapPara) == 0
}

// quarter recognises "Q3 2021", "in Q3": a quarter of a year.
func quarter(ws []word, from, i int) bool {
	if len(ws[i].w) != 2 || ws[i].w[1] > '4' {
		return false
	}
	nx := ws[i+1]
	if nx.gap&gapClause == 0 && len(nx.w) == 4 && isNumber(nx.w) {
		return true
	}
	if nx.w == "of" && i+2 < len(ws) && len(ws[i+2].w) == 4 && isNumber(ws[i+2].w) {
		return true
	}
	return i > from && ws[i].gap&gapClause == 0 && (beforeQuarter[ws[i-1].w] ||
		ws[i-1].w == "of" && i-1 > from && beforeQuarter[ws[i-2].w])
}

// more reads on after a first number: "3 and 6", "3, 4, 6", "3-5", "3 to 5".
func (n numbers) more(text string, ws []word, i, to int, plural bool, r *reference) int {
	for i < to {
		j := i
		span := false
		between := text[ws[i-1].end:ws[i].start]
		switch {
		case ws[j].class&isTo != 0 && ws[j].gap&gapClause == 0 && plural:
			span = true
			j++
		case ws[j].class&isAnd != 0 && ws[j].gap&(gapStop|gapPara|gapColon) == 0:
			j++
		case strings.Trim(between, " ") == "-" || strings.Trim(between, " ") == "–":
			span = true
		case ws[j].gap&gapComma != 0 || strings.Trim(between, " ") == "&" || strings.Trim(between, " ") == "/" || strings.Trim(between, " ") == "+":
		default:
			return i
		}
		// "question 3 and question 6", "Q3 and Q6" are read by the caller, one by one, except for the joined sense.
		if j >= to || !startsWithDigit(ws[j].w) && !isLabel(ws[j].w) {
			return i
		}
		q, next, ok, _ := n.read(text, ws, j)
		if !ok || !plural && !span && !ends(ws, next, to) {
			return i
		}
		if span {
			if !plural && !ends(ws, next, to) {
				return i
			}
			for k := r.questions[len(r.questions)-1] + 1; k < q; k++ {
				r.questions = append(r.questions, k)
			}
		}
		if !slices.Contains(r.questions, q) {
			r.questions = append(r.questions, q)
		}
		i = next
	}
	return i
}

func startsWithDigit(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

func isLabel(w string) bool { return len(w) > 1 && w[0] == 'q' && startsWithDigit(w[1:]) }

// ends says that a list of numbers may end before word i: "Q3 and 6: ..." but not "question 3 and 6 members".
func ends(ws []word, i, to int) bool {
	return i >= to || ws[i].gap&(gapClause|gapLine) != 0 || afterNumbers[ws[i].w] || ws[i].class&(isAnd|isDependent|isFiller) != 0
}

// judge says whether a reference governs its sentence.
func (n numbers) judge(text string, ws []word, from, to int, r *reference, names map[string]bool) {
	// What stands before it in the clause.
	var buf [16]mark
	start := r.first
	for start > from && start > r.first-9 && ws[start].gap&(gapClause&^gapParen) == 0 && !contrast[ws[start].w] {
		start--
	}
	for _, m := range lex.scan(ws, start, r.first, names, buf[:0]) {
		switch m.means {
		case defers, crossRefers:
			r.idle = true
		case foreign:
			r.idle = r.idle || m.last >= r.first-3
		case governs:
			next := m.last + 1 // "à propos de la question 8"
			for next < r.first && ws[next].class&(isArticle|isDependent) != 0 {
				next++
			}
			if r.plain = r.plain || (m.last >= r.first-2 || next == r.first) && leads[ws[m.first].w]; next == r.first {
				r.strong = true
			}
		}
	}
	for i := max(start, r.first-3); i < r.first; i++ {
		r.idle = r.idle || n.otherYear(ws[i].w)
	}
	// "not on question 7": what is said is not about it.
	for i := r.first - 1; i >= start && i >= r.first-4; i-- {
		if c := ws[i].class; c&isNegation != 0 || c&isNo != 0 {
			r.idle = true
		} else if c&(isArticle|isDependent) == 0 && !isMeaning(&ws[i], governs) || ws[i+1].gap&gapClause != 0 {
			break
		}
	}
	if r.first == from || lineStart(text, ws[r.first].start) && !wrapped(text, ws, r.first) {
		r.strong = true
	} else if r.first-from <= 2 && !r.strong {
		r.strong = true
		for i := from; i < r.first; i++ {
			if c := ws[i].class; c&(isAnd|isDependent|isFiller|isArticle) == 0 && ws[i].gap&gapClause == 0 || c&isNegation != 0 {
				r.strong = false
			}
		}
	}
	// A stop behind it sets off what follows only if little stands before it; "and so on, as you may read in my answer to
	// question 9." does not.
	early := r.first-from <= 10
	if r.plain = r.plain && early; r.last+1 >= to || ws[r.last+1].gap&(gapColon|gapStop|gapParen|gapLine) != 0 {
		r.plain = r.plain || early || r.last+1 < to && ws[r.last+1].gap&gapColon != 0
	}
	// What stands after it: "question 6 of the 2019 survey", "question 7 will follow".
	end := min(to, r.last+9)
	belongs := r.last+1 < to && ws[r.last+1].gap&gapClause == 0 && ofWords[ws[r.last+1].w]
	for _, m := range lex.scan(ws, r.last+1, end, names, buf[:0]) {
		switch {
		case (m.means == foreign || m.means == foreignText) && belongs && m.first <= r.last+6:
			r.idle = true
		case m.means == defersAfter:
			if !crossedClause(ws, r.last+1, m.first) && !heading(ws, r.last+1, to) {
				r.idle = true
			}
		}
	}
	ours := false
	for i := r.last + 1; belongs && i < end; i++ {
		r.idle = r.idle || n.otherYear(ws[i].w)
		ours = ours || isMeaning(&ws[i], surveyWord)
	}
	if r.point && belongs && !ours {
		r.idle = true // "item 6 on the bill"
	}
}

// crossedClause says that a conjunction or a stop other than a comma lies between two words.
func crossedClause(ws []word, i, j int) bool {
	for k := i; k <= j; k++ {
		if ws[k].gap&(gapStop|gapAsk) != 0 || ws[k].gap&gapColon != 0 || k > i && (ws[k].w == "but" || ws[k].w == "and") {
			return true
		}
	}
	return false
}

// heading says that a reference is followed by what ends a heading.
func heading(ws []word, i, to int) bool {
	return i >= to || ws[i].gap&(gapColon|gapStop|gapLine|gapParen) != 0
}

func (n numbers) otherYear(w string) bool {
	return len(w) == 4 && isNumber(w) && w[0] <= '2' && w >= "1900" && w < "2100" && !n.years[w]
}

// wrapped says that word i begins a line only because the sentence before it was too long for one: "see also my answer
// to\nquestion 9" is no heading.
func wrapped(text string, ws []word, i int) bool {
	if i == 0 || ws[i].gap&gapLine == 0 || ws[i].gap&gapClause != 0 {
		return false
	}
	const shortest = 45 // characters of a line that may have been wrapped
	if isMeaning(&ws[i-1], governs) || ws[i-1].class&isArticle != 0 {
		return true
	}
	line := text[strings.LastIndexByte(text[:ws[i-1].start], '\n')+1 : ws[i-1].end]
	return utf8.RuneCountInString(line) >= shortest && !ws[i].upper
}

// lineStart says that only marks of lists and headings stand before byte i on its line.
func lineStart(text string, i int) bool {
	for i > 0 && text[i-1] != '\n' {
		i--
		if !strings.ContainsRune(" \t*#_-([.•", rune(text[i])) && text[i] < 0x80 {
			return false
		}
		if text[i] >= 0x80 && text[i] != 0xe2 && text[i] != 0xa2 {
			// part of a bullet such as • (E2 80 A2), else a letter
			if text[i] != 0x80 {
				return false
			}
		}
	}
	return true
}

// label reads a numbered line's number: "6) ...", "7. ...", "6: ...". next is the word after it.
func (n numbers) label(text string, ws []word, i, end int) (q, next int, ok, bad bool) {
	if i >= end || !startsWithDigit(ws[i].w) && len(ws[i].w) > 4 || !lineStart(text, ws[i].start) {
		return 0, i, false, false
	}
	q, next, ok, bad = n.read(text, ws, i)
	if !ok && !bad {
		return 0, i, false, false
	}
	at := ws[next-1].end
	if at == len(text) || text[at] == '\n' {
		return q, next, ok, bad
	}
	if !closedBy(text, at, ".):") && !strings.HasPrefix(text[at:], " -") && !strings.HasPrefix(text[at:], " –") {
		return 0, i, false, false
	}
	if text[at] != ' ' && at+1 < len(text) && strings.IndexByte(" \t\n\r*_)", text[at+1]) < 0 {
		return 0, i, false, false
	}
	if w := ws[next]; next < end && w.line == ws[i].line && text[at] == '.' && (months[w.w] || units[w.w] && !w.upper) {
		return 0, i, false, false // "7. April"; "7. Members pay a fee" is an answer
	}
	return q, next, ok, bad
}
