package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
)

// stances takes the sides out of a run; ok is false when it takes none.
func (j *job) stances(r run) ([]Found, bool) {
	sides := make([]side, 0, len(r.atoms))
	atoms := make([]atom, 0, len(r.atoms))
	any := false
	for i := range r.atoms {
		at := &r.atoms[i]
		p := &j.parts[at.part]
		s := j.sideOf(p, at)
		if !s.none() && !j.eligible(r, s) {
			s = side{request: s.request}
		}
		if s.none() && r.about.text {
			j.shortReply(r, i, &s)
		}
		if s.none() && r.about.text && j.disputed(r, at) {
			s.objects = true
		}
		any = any || !s.none()
		if s.supports && s.objects && s.split > at.w0 && s.split < at.w1 {
			// Both sides in one sentence: each has its own words of it.
			a, b := *at, *at
			a.scanned, b.scanned = false, false
			a.w1, b.w0 = s.split, s.split
			b.from = p.ws[s.split].start
			a.to = tail(p.text, p.ws, s.split)
			first, second := j.sideOf(p, &a), j.sideOf(p, &b)
			if s.except || second.none() {
				first, second = side{supports: true, ifs: s.ifs}, side{objects: true}
			}
			first.people, second.people = s.people, s.people
			a.sides, b.sides = j.halves(r, &a, &b)
			atoms = append(atoms, a, b)
			sides = append(sides, first, second)
			continue
		}
		atoms = append(atoms, *at)
		sides = append(sides, s)
	}
	r.atoms = atoms
	if !any {
		return nil, false
	}
	var out []Found
	// Group: each sentence with a side begins a group unless it takes the same side as the one before.
	type group struct {
		s     side
		atoms []atom
	}
	var gs []group
	for i, s := range sides {
		at := r.atoms[i]
		n := len(gs)
		switch {
		case n == 0:
			gs = append(gs, group{s, []atom{at}})
		case s.none():
			gs[n-1].atoms = append(gs[n-1].atoms, at)
			gs[n-1].s.request = gs[n-1].s.request || s.request
		case gs[n-1].s.none():
			s.request = s.request || gs[n-1].s.request
			gs[n-1].s = s
			gs[n-1].atoms = append(gs[n-1].atoms, at)
		case gs[n-1].s.supports == s.supports && gs[n-1].s.objects == s.objects && !differ(gs[n-1].s.people, s.people):
			gs[n-1].s.ifs = gs[n-1].s.ifs || s.ifs
			gs[n-1].s.request = gs[n-1].s.request || s.request
			if len(gs[n-1].s.people) == 0 {
				gs[n-1].s.people = s.people
			}
			gs[n-1].atoms = append(gs[n-1].atoms, at)
		default:
			gs = append(gs, group{s, []atom{at}})
		}
	}
	for _, g := range gs {
		if g.s.supports && g.s.request && !g.s.objects {
			g.s.ifs = true
		}
		var kinds []dc.Stance
		if g.s.supports {
			if g.s.ifs && !g.s.objects {
				kinds = append(kinds, dc.SupportIf)
			} else {
				kinds = append(kinds, dc.Support)
			}
		}
		if g.s.objects {
			kinds = append(kinds, dc.Object)
		}
		of := r
		for i := range g.atoms {
			if g.atoms[i].sides != nil {
				of.questions, of.named = g.atoms[i].sides, true
			}
		}
		for _, k := range kinds {
			out = append(out, j.stance(of, g.atoms, g.s, k)...)
		}
	}
	return out, true
}

// halves finds the questions of the two sides that one sentence takes, when it names one for each: "I agree on question 6, but
// not on 7". Nil says that both are about the same.
func (j *job) halves(r run, a, b *atom) (first, second []int) {
	p := &j.parts[a.part]
	of := func(at *atom) (qs []int) {
		for _, ref := range j.nums.find(p.text, p.ws, at.w0, at.w1, nil, nil) {
			if !ref.unknown && (!ref.point || j.pointAt(ref.questions)) {
				qs = append(qs, ref.questions...)
			}
		}
		return qs
	}
	first, second = of(a), of(b)
	if len(first) == 0 {
		return nil, nil
	}
	if len(second) == 0 {
		// A bare number, the word "question" being understood.
		for i := b.w0; i < b.w1 && i < b.w0+5 && len(second) == 0; i++ {
			if i > b.w0 && p.ws[i].gap&gapClause != 0 {
				break
			}
			if q, _, ok, _ := j.nums.read(p.text, p.ws, i); ok && startsWithDigit(p.ws[i].w) {
				second = []int{q}
			}
		}
	}
	if len(second) == 0 || sameSet(first, second) {
		return nil, nil
	}
	return first, second
}

func differ(a, b [][]int) bool {
	return len(a) > 0 && len(b) > 0 && !slices.EqualFunc(a, b, slices.Equal)
}

// eligible says whether there is a text that the side can be about: a stance word below the question itself is an
// answer.
func (j *job) eligible(r run, s side) bool {
	if len(s.people) > 0 {
		return true
	}
	if r.about.text {
		return true
	}
	if r.about.own {
		return s.draft
	}
	if s.draft {
		return true
	}
	if len(r.questions) == 1 && !r.about.inline {
		q := &j.qs[r.questions[0]]
		return j.in.Thread.Texts[q.Number] != "" && !q.Kind.Closed()
	}
	return false
}

// shortReply reads "Yes.", "Disagree" as the whole of what stands below somebody's text.
func (j *job) shortReply(r run, i int, s *side) {
	at := &r.atoms[i]
	if at.asks || at.w1-at.w0 > 3 {
		return
	}
	ws := j.parts[at.part].ws
	c := ws[at.w0].class
	if c&(isYes|isNo) == 0 {
		return
	}
	for k := range r.atoms {
		if k != i && !r.atoms[k].courtesy {
			return // "Yes. But I wonder ..." and "Yes. It was in 2018." take no plain side
		}
	}
	if at.w1-at.w0 > 1 {
		rest := true
		for k := at.w0 + 1; k < at.w1; k++ {
			rest = rest && (ws[k].class&(isFiller|isYes|isPronoun) != 0 || ws[k].upper || politeWords[ws[k].w] || ws[k].w == "please")
		}
		if !rest || ws[at.w0+1].class&isNegation != 0 {
			return
		}
	}
	// "Yes" below a question that asks for facts is no support.
	text := r.about.quoted
	if text == "" && r.about.target >= 0 {
		text = j.texts[r.about.target].Text
	}
	asked := strings.HasSuffix(strings.TrimSpace(text), "?")
	if asked && !asksForSupport(text) {
		return
	}
	switch {
	case c&isYes != 0:
		s.supports = true
	case c&isNo != 0 && (asked || len(ws[at.w0].w) > 5):
		s.objects = true
	}
}

func asksForSupport(quoted string) bool {
	for _, w := range words(quoted) {
		if supportWords[w.w] {
			return true
		}
	}
	return false
}

var supportWords = set(`agree agreed support approve accept accepted ok okay objections objection everyone fine proposal propose adopt
	endorse d'accord soutenez apoyan acuerdo concordam einverstanden`)

// stance makes the stance; one for each person named, when their texts are known.
func (j *job) stance(r run, atoms []atom, s side, k dc.Stance) []Found {
	f := j.found(r, atoms)
	f.Kind, f.Stance = dc.StanceKind, k
	if len(s.people) == 0 {
		f.Target = j.targetOf(r, r.questions)
		return j.spread(f, r)
	}
	var out []Found
	for _, ts := range s.people {
		if len(r.questions) > 1 {
			for _, q := range r.questions {
				g := f
				g.Question = j.qs[q].Number
				if fits := j.fitting(ts, []int{q}); len(fits) == 1 {
					g.Target = j.texts[fits[0]].ID
				}
				out = append(out, g)
			}
			continue
		}
		g := f
		fits := j.fitting(ts, r.questions)
		switch {
		case len(r.questions) == 0:
			// The question of the text that it is about.
			if q, ok := j.sameQuestion(j.pick(ts)); ok {
				g.Question, g.Why = j.qs[q].Number, "takes a side on the words of "+nameOf(&j.texts[ts[0]])
				if len(ts) == 1 {
					g.Target = j.texts[ts[0]].ID
				}
				out = append(out, g)
				continue
			} else if len(ts) > 0 {
				g.Question = ""
				out = append(out, g)
				continue
			}
		}
		if len(fits) == 1 {
			g.Target = j.texts[fits[0]].ID
		}
		out = append(out, g)
	}
	// Names that lead to no different texts are one stance.
	uniq := out[:0]
	for _, g := range out {
		if !slices.ContainsFunc(uniq, func(o Found) bool { return o.Question == g.Question && o.Target == g.Target }) {
			uniq = append(uniq, g)
		}
	}
	return uniq
}

func (j *job) pick(ts []int) []dc.Contribution {
	var cs []dc.Contribution
	for _, t := range ts {
		cs = append(cs, j.texts[t])
	}
	return cs
}

// disputed says that a sentence takes a side against something that stands in the text it is about: "I disagree with two
// weeks", below a text that says two weeks. What the text does not say may be anything: no side is plain then.
func (j *job) disputed(r run, at *atom) bool {
	p := &j.parts[at.part]
	ms := j.marks(at)
	if at.asks || slices.ContainsFunc(ms, func(m mark) bool {
		return m.means == hedges || m.means == noSide || m.means == conditional && !covered(ms, m, notConditional)
	}) {
		return false
	}
	var said map[string]bool
	for _, m := range ms {
		if m.hedged || m.weak || m.negated != (m.means == shares) || m.means != shares && m.means != disputes {
			continue
		}
		if counterfactual(p.ws, m) || !j.spoken(p, at, m) {
			continue
		}
		if said == nil {
			said = j.saidIn(r)
		}
		for i := m.last + 1; i < at.w1 && i <= m.last+8 && p.ws[i].gap&gapClause == 0; i++ {
			w := &p.ws[i]
			if (len(w.w) > 3 || isNumber(w.w)) && w.class&(isFiller|isArticle|isDependent|isPronoun|isPerson|isAnd) == 0 && said[w.w] {
				return true
			}
		}
	}
	return false
}

// saidIn are the words of the text that a run is about.
func (j *job) saidIn(r run) map[string]bool {
	text := r.about.quoted
	if text == "" && r.about.target >= 0 {
		text = j.texts[r.about.target].Text
	}
	said := map[string]bool{}
	for _, w := range words(text) {
		said[w.w] = true
	}
	return said
}
