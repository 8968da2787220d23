package collect

import (
	"strings"

	"dcbot/bot/dc"
)

// clause is an answer that begins with its number inside of a line: "(5) yes; (6) by vote; (8) no money".
type clause struct {
	from int // byte: with the bracket before the number
	word int // the number
	g    *governing
}

// numbered is what the numbers of one line were found to be.
type numbered struct {
	clauses []clause
	one     bool // the first is number 1, as in any enumeration
	doubt   bool // they may be several questions' numbers, but where to part them cannot be told
}

// form is how a number is set off: "(5)", "5)", "5:".
type form struct {
	open  bool
	close byte
}

// numberedClauses reads a line, with those it was wrapped into, ws[a:b]. The first number has to open the line, or to follow an announcement of answers.
func (n numbers) numberedClauses(text string, ws []word, a, b int) numbered {
	var out numbered
	var first form
	last := -1
	for i := a; i < b; i++ {
		if !startsWithDigit(ws[i].w) {
			continue
		}
		q, next, from, f, ok, bad := n.inlineLabel(text, ws, i, b)
		if !ok && !bad {
			continue
		}
		sep := ""
		if i > a {
			sep = strings.TrimSpace(text[ws[i-1].end:from])
		}
		if len(out.clauses) == 0 {
			if bad || i > a && (!strings.HasSuffix(sep, ":") || !announcesAnswers(ws, a, i)) || i == a && !lineStart(text, ws[i].start) {
				return numbered{}
			}
			first = f
			out.one = numberOf(text, ws, i, next) == "1"
		} else {
			switch {
			case numberOf(text, ws, i, next) == "1" && !out.one:
				// "6) in three steps: 1) we ask, 2) we vote": all of it answers question 6.
				if len(out.clauses) == 1 {
					return numbered{}
				}
				out.doubt = true
			case f.close == '.' && sep == "", f != first && sep == "", sep == "" && numberedThings[ws[i-1].w]:
				continue // "we are 12. The others", "as in rule 6) above": a number in a sentence
			case bad, f != first, q <= last, f.close == '.' && !strings.ContainsAny(sep, ";；"):
				out.doubt = true
			case sep == "" && (f.close == ':' || leadsNumber(&ws[i-1])):
				out.doubt = true // "that of 6) too"
			}
		}
		if !bad {
			last = q
			out.clauses = append(out.clauses, clause{from, i, &governing{questions: []int{q}, why: "the author numbered it " + text[ws[i].start:ws[next-1].end]}})
		}
		i = next - 1
	}
	if len(out.clauses) < 2 && !out.doubt {
		return numbered{}
	}
	return out
}

func numberOf(text string, ws []word, i, next int) string {
	return dc.NormalNumber(text[ws[i].start:ws[next-1].end])
}

// inlineLabel reads a number that is set off as a label: "(5) ", "5) ", "5: ", "5. ".
func (n numbers) inlineLabel(text string, ws []word, i, b int) (q, next, from int, f form, ok, bad bool) {
	q, next, ok, bad = n.read(text, ws, i)
	if !ok && !bad || next >= b || len(ws[i].w) == 4 && isNumber(ws[i].w) {
		return 0, i, 0, f, false, false
	}
	at := ws[next-1].end
	if !closedBy(text, at, "):.") || at+1 < len(text) && strings.IndexByte(" \t*_", text[at+1]) < 0 {
		return 0, i, 0, f, false, false
	}
	if w := &ws[next]; units[w.w] && !w.upper || months[w.w] || hours[w.w] {
		return 0, i, 0, f, false, false // "(5) pm"
	}
	from = ws[i].start
	for from > 0 && (text[from-1] == '*' || text[from-1] == '_') {
		from--
	}
	f.close = text[at]
	if from > 0 && text[from-1] == '(' {
		f.open = true
		from--
	}
	if f.open && f.close != ')' || from > 0 && strings.IndexByte("[#/-+", text[from-1]) >= 0 {
		return 0, i, 0, f, false, false // "(see 5: ...", "3-5)"
	}
	if f.close == ')' && !f.open {
		// "(annex 5) and": the bracket was opened by other words.
		line := text[strings.LastIndexByte(text[:from], '\n')+1 : from]
		if strings.LastIndexByte(line, '(') > strings.LastIndexByte(line, ')') {
			return 0, i, 0, f, false, false
		}
	}
	return q, next, from, f, ok, bad
}

// hours are what makes a number a time of day.
var hours = set(`am pm a.m p.m o'clock h hrs hours uhr heures horas utc gmt cet`)

// numberedThings are what texts other than the survey are made of.
var numberedThings = set(`rule rules article articles section sections clause step chapter annex page paragraph phase stage level version room
	regle etape chapitre annexe regla articulo seccion paso capitulo regel artikel abschnitt schritt kapitel anhang seite artigo regra`)

// leadsNumber says that a number after this word belongs to it.
func leadsNumber(w *word) bool {
	return notOurs[w.w] || w.class&(isQuestion|isPoint|isArticle|isAnd|isTo|isNo) != 0 || isMeaning(w, governs) || isNumber(w.w)
}

// readClauses finds the lines that hold several numbered answers. Where numbers are not questions' numbers here, a line
// that has the look of answers all the same goes to a person, unless a heading of the author's says what it is about.
func (j *job) readClauses() {
	one := false
	for pi := range j.parts {
		p := &j.parts[pi]
		n := len(p.ws) - 1
		for a, b := 0, 0; a < n; a = b {
			b = j.itemEnd(p, a, n)
			one = one || numberOf(p.text, p.ws, a, a+1) == "1"
			l := j.nums.numberedClauses(p.text, p.ws, a, b)
			one = one || l.one
			if len(l.clauses) == 0 {
				continue
			}
			if p.numbered == nil {
				p.numbered = map[int]numbered{}
			}
			p.numbered[a] = l
		}
	}
	j.listed = j.answerList()
	for pi := range j.parts {
		p := &j.parts[pi]
		for a, l := range p.numbered {
			if p.clauses == nil {
				p.clauses = map[int]clause{}
			}
			switch {
			case l.doubt && (j.listed || !one), !j.listed && !one:
				p.clauses[a] = clause{from: -1, word: a, g: &governing{unknown: true}}
			case j.listed && !l.doubt:
				for _, c := range l.clauses {
					p.clauses[c.word] = c
				}
			}
		}
	}
}

// itemEnd is the end of the line that begins at word a and of those that it was wrapped into.
func (j *job) itemEnd(p *part, a, n int) int {
	b := lineEnd(p.ws, a, n)
	for b < n && p.ws[b].gap&gapPara == 0 && !bullet(p.text, p.ws[b].start) {
		if _, _, ok, bad := j.nums.label(p.text, p.ws, b, n); ok || bad {
			break
		}
		b = lineEnd(p.ws, b, n)
	}
	return b
}

// lineEnd is the end of the line, or of the numbered answer in it, that begins at word a.
func (p *part) lineEnd(a, n int) int {
	b := lineEnd(p.ws, a, n)
	if len(p.clauses) > 0 {
		for i := a + 1; i < b; i++ {
			if _, ok := p.clauses[i]; ok {
				return i
			}
		}
	}
	return b
}
