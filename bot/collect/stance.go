package collect

import (
	"slices"

	"dcbot/bot/dc"
)

// side is what one sentence says about a text.
type side struct {
	supports bool
	objects  bool
	ifs      bool    // the support hangs on a condition, or comes with a requested change
	request  bool    // it asks for a change of the text
	weak     bool    // only plain together with a condition: "I could support", "I mostly agree"
	noun     bool    // it names a text: "this answer"
	draft    bool    // it names an answer or a draft, which no question's own text is called
	except   bool    // the other side is an exception: "except the last sentence"
	split    int     // the word where the other side begins, when a sentence takes both
	people   [][]int // of each person named, the contributions (indexes in job.texts)
}

func (s side) none() bool { return !s.supports && !s.objects }

// sideOf reads a sentence.
func (j *job) sideOf(p *part, at *atom) side {
	ws := p.ws
	ms := j.marks(at)
	var s side
	hedged := false
	cond, request, without, except, exceptAt := false, false, false, false, 0
	var stances []mark
	for _, m := range ms {
		switch m.means {
		case hedges:
			hedged = true
		case noSide:
			for k := range stances {
				if overlap(stances[k], m) {
					stances[k].means = noSide
				}
			}
		case supports, supportsIf, objects:
			if !counterfactual(ws, m) && j.spoken(p, at, m) && !j.ofOther(ws, at, m) {
				if m.means == supportsIf {
					m.means, m.weak = supports, true
				}
				stances = append(stances, m)
			}
		}
	}
	// "I couldn't agree more" is no negated agreement.
	for _, m := range stances {
		if ws[m.first].class&isNegation != 0 && !m.negated {
			for k := range stances {
				if stances[k] != m && overlap(stances[k], m) {
					stances[k].means = noSide
				}
			}
		}
	}
	for _, m := range ms {
		inside := slices.ContainsFunc(stances, func(x mark) bool { return x.means != noSide && m.first >= x.first && m.last <= x.last })
		switch m.means {
		case noSide:
			for k := range stances {
				if overlap(stances[k], m) {
					stances[k].means = noSide
				}
			}
		case conditional:
			if !covered(ms, m, notConditional) && !covered(ms, m, excepts) && (!inside || m.first > at.w0) {
				cond = true
				without = without || withoutWords[ws[m.first].w]
			}
		case changes:
			request = true
			s.request = s.request || j.namesText(p, at)
		case asksChange:
			for i := m.last + 1; i < at.w1 && i <= m.last+10 && !request; i++ {
				if ws[i].gap&(gapStop|gapColon) != 0 {
					break
				}
				request = ws[i].class&isChangeVerb != 0
				s.request = s.request || request && (!mustWords[ws[m.last].w] || j.namesText(p, at))
			}
		case excepts:
			except = true
			exceptAt = m.first
		}
	}
	for _, m := range stances {
		if m.means == noSide {
			continue
		}
		if at.asks && !(m.first == at.w0 && (ws[m.first].w == "i" || ws[m.first].w == "we" && !m.weak)) {
			continue
		}
		pro := m.means == supports
		if m.negated {
			if !pro {
				continue // "I do not object" is silence, not support
			}
			if fullyWithin(ws, m) {
				continue // "I do not fully agree" takes no plain side
			}
			pro = false
			if without || cond {
				// "I cannot support this unless ...": a condition.
				s.supports, s.ifs = true, true
				continue
			}
		}
		if m.hedged || m.weak || hedged {
			if pro {
				s.weak = true
				if cond || request {
					s.supports, s.ifs = true, true
				}
			}
			continue
		}
		if !pro && m.means == objects && cond && !without {
			continue // "I would object if ...": hypothetical
		}
		if pro && !s.objects || !pro && !s.supports {
			s.supports, s.objects = s.supports || pro, s.objects || !pro
		} else if s.split == 0 {
			s.split = j.turn(ws, at.w0, m.first)
			s.supports, s.objects = true, true
		}
		for i := m.first; i <= m.last; i++ {
			c := ws[i].class
			s.noun = s.noun || c&isNoun != 0
			s.draft = s.draft || draftNouns[ws[i].w]
		}
		// The noun may stand right behind the words that were matched.
		for i := m.last + 1; i < at.w1 && i <= m.last+4 && ws[i].gap&gapClause == 0; i++ {
			c := ws[i].class
			s.noun = s.noun || c&isNoun != 0
			s.draft = s.draft || draftNouns[ws[i].w]
		}
	}
	if s.supports && (cond || request) && !s.objects {
		s.ifs = true
	}
	if s.supports && except && !s.objects {
		if request || cond {
			s.ifs = true
		} else {
			s.objects, s.except, s.split = true, true, exceptAt
		}
	}
	if !s.none() {
		s.people = j.taken(p, at, stances)
	}
	return s
}

// counterfactual recognises "I would have agreed".
func counterfactual(ws []word, m mark) bool {
	for i := m.first; i < m.last; i++ {
		if ws[i].w == "would" && ws[i+1].w == "have" {
			return true
		}
	}
	return false
}

// namesText says that a sentence names a text or puts words in quotation marks.
func (j *job) namesText(p *part, at *atom) bool {
	for i := at.w0; i < at.w1; i++ {
		if p.ws[i].class&isNoun != 0 || i > at.w0 && p.ws[i].gap&gapQuote != 0 {
			return true
		}
	}
	return false
}

// ofOther says that a sentence first names a matter that is no text: "as for the storms: agreed".
func (j *job) ofOther(ws []word, at *atom, m mark) bool {
	if ws[m.first].w == "to" && ws[m.last].class&isQuestion == 0 {
		return false // "to support it": a purpose
	}
	if m.first == at.w0 || ws[m.first].gap&gapColon == 0 || !isMeaning(&ws[at.w0], governs) {
		return false
	}
	for i := at.w0; i < m.first; i++ {
		if ws[i].class&(isNoun|isQuestion|isPoint) != 0 || isLabel(ws[i].w) || startsWithDigit(ws[i].w) || j.nameAt(ws, i) {
			return false
		}
	}
	return true
}

// turn is where the clause of a side begins: "but I object".
func (j *job) turn(ws []word, from, i int) int {
	for i > from+1 && ws[i-1].class&(isDependent|isAnd|isFiller) != 0 && ws[i].gap&gapClause == 0 {
		i--
	}
	return i
}

// spoken says that the author says it now: not in quotation marks, not as a hypothesis, not as somebody's words.
func (j *job) spoken(p *part, at *atom, m mark) bool {
	ws := p.ws
	quotes := 0
	for i := at.w0; i <= m.first; i++ {
		if ws[i].gap&gapQuote != 0 && (i > at.w0 || quoteBefore(p.text, ws[i].start)) {
			quotes++
		}
	}
	if quotes%2 == 1 {
		return false
	}
	if m.first == at.w0 || ws[m.first].gap&(gapClause) != 0 && ws[m.first-1].class&isSaid == 0 {
		return true
	}
	prev := ws[m.first-1].class
	for i := m.first - 1; i >= at.w0 && i >= m.first-5; i-- {
		if ws[i].class&isNegation != 0 || doubts[ws[i].w] {
			return false // "I am not sure that I agree"
		}
		if ws[i].gap&gapClause != 0 {
			break
		}
	}
	if prev&(isIf|isSaid) != 0 || relative[ws[m.first-1].w] && ws[m.first].gap&gapClause == 0 {
		return false
	}
	if subjects[ws[m.first].w] && transitive[ws[m.last].w] && prev == 0 && !ws[m.first-1].upper && ws[m.first].gap&gapClause == 0 {
		return false // "the only rule we support"
	}
	if prev&isClaim != 0 && m.first-2 >= at.w0 && ws[m.first-2].class&isSaid != 0 {
		return false
	}
	return true
}

func quoteBefore(text string, i int) bool {
	for n := 0; i > 0 && n < 3; n++ {
		i--
		switch text[i] {
		case '"':
			return true
		case ' ', '\n':
			return false
		}
	}
	return false
}

func overlap(a, b mark) bool { return a.first <= b.last && b.first <= a.last }

func covered(ms []mark, m mark, by meaning) bool {
	for _, o := range ms {
		// "even if" ends with the condition, "if possible" begins with it.
		if o.means == by && (o.first <= m.first && o.last >= m.first || o.last == m.first-1) {
			return true
		}
	}
	return false
}

func fullyWithin(ws []word, m mark) bool {
	neg := false
	for i := m.first; i <= m.last; i++ {
		if ws[i].class&isNegation != 0 {
			neg = true
		} else if neg && wholly[ws[i].w] {
			return true
		}
	}
	return false
}

var (
	// wholly after a negation leaves it open whether a part is refused or all.
	wholly = set(`fully totally entirely completely quite wholly yet necessarily sure totalement entierement totalmente completamente
		ganz vollig voll полностью`)
	// mustWords ask for a change of anything: "the tax should be removed" need not be about a text.
	mustWords = set(`should must ought needs let's devrait faut faudrait deberia debe hay deveria deve sollte sollten muss musste dovrebbe
		moet zou следует нужно надо`)
	// transitive words at the end of a clause leave their object before it.
	subjects   = set(`i we i'd we'd i'm we're i'll we'll i've`)
	transitive = set(`support endorse accept approve oppose reject with to on`)
	// relative words before "I agree" make it a side clause: "some things I agree with".
	relative     = set(`thing things everything something anything nothing which what where points ideas`)
	doubts       = set(`unsure doubt doubtful wonder wondering sure`)
	withoutWords = set(`unless without until sauf salvo`)
	// draftNouns name what members write; a question's own text is not called so.
	draftNouns = set(`answer answers response responses draft drafts text wording version reply replies reponse reponses projet brouillon
		texte respuesta respuestas borrador texto resposta respostas rascunho minuta antwort antworten entwurf risposta bozza
		antwoord concept ответ ответа ответом проект проектом`)
)

// taken finds whose texts a side is taken on, when the sentence names people: one list of contributions for each person
// named. A name that several people have gives an empty list.
func (j *job) taken(p *part, at *atom, stances []mark) [][]int {
	if len(j.names) == 0 {
		return nil
	}
	ws := p.ws
	var out [][]int
	for i := at.w0; i < at.w1; i++ {
		if !j.nameAt(ws, i) {
			continue
		}
		n := i + 1
		for n < at.w1 && ws[n].gap == 0 && j.nameAt(ws, n) && possessor(ws[n-1].w) == ws[n-1].w {
			n++
		}
		if i == at.w0 && n < at.w1 && ws[n].gap&gapComma != 0 {
			i = n - 1
			continue // "Ana, I agree": an address
		}
		if n+1 < at.w1 && ws[n].class&isAnd != 0 && ws[n+1].class&isQuestion == 0 && subjects[ws[n+1].w] {
			i = n - 1
			continue // "Ben and I support this": Ben takes the side, it is not taken on his words
		}
		near := slices.ContainsFunc(stances, func(m mark) bool { return m.means != noSide && i >= m.first-7 && i <= m.last+6 })
		if near {
			if ts, ok := j.textsOf(ws[i:n]); ok {
				out = append(out, ts)
			}
		}
		i = n - 1
	}
	return out
}

func (j *job) nameAt(ws []word, i int) bool {
	return ws[i].upper && j.names[possessor(ws[i].w)] && ws[i].class&(isQuestion|isArticle|isPronoun) == 0
}

// textsOf returns the contributions of the one other author whose name has all of the words; ok says that there is an
// author at all.
func (j *job) textsOf(name []word) (ts []int, ok bool) {
	author := ""
	for t := range j.texts {
		c := &j.texts[t]
		if dc.SameAddress(c.Author, j.in.Post.Author) {
			continue
		}
		have := j.called[t]
		fits := true
		for _, w := range name {
			fits = fits && slices.Contains(have, possessor(w.w))
		}
		if !fits {
			continue
		}
		if author != "" && !dc.SameAddress(author, c.Author) {
			return nil, true
		}
		author = c.Author
		ts = append(ts, t)
	}
	return ts, author != ""
}
