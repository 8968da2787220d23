package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
)

// run is neighbouring atoms that are about the same thing.
type run struct {
	atoms     []atom
	questions []int // empty: the tray
	why       string
	about     about
	named     bool // the author named the question
	heading   bool
}

// runs joins atoms that share question and context.
func (j *job) runs(atoms []atom) []run {
	var out []run
	for _, at := range atoms {
		p := &j.parts[at.part]
		r := run{about: p.about}
		switch {
		case at.doubt:
			r.why = "which question you mean could not be told"
		case at.weak && (p.about.question >= 0 || j.thread >= 0):
			r.questions, r.why = j.byContext(p.about)
		case len(at.named) > 0:
			r.questions, r.why, r.named = at.named, at.why, true
		default:
			r.questions, r.why = j.byContext(p.about)
		}
		r.heading = at.heading && r.named
		if !j.survey && !r.named {
			continue // ordinary words around a reference
		}
		if n := len(out); n > 0 {
			last := &out[n-1]
			lp := &j.parts[last.atoms[0].part]
			if slices.Equal(last.questions, r.questions) && last.named == r.named && last.why == r.why && lp.group == p.group &&
				(at.part == last.atoms[len(last.atoms)-1].part || lp.about == p.about) {
				last.atoms = append(last.atoms, at)
				last.heading = last.heading && r.heading
				continue
			}
		}
		r.atoms = []atom{at}
		out = append(out, r)
	}
	return j.drain(out)
}

// byContext is the question of words that name none: that of the quote above them, else the thread's.
func (j *job) byContext(a about) ([]int, string) {
	switch {
	case a.question >= 0:
		why := a.why
		if why == "" {
			why = j.threadWhy
		}
		return []int{a.question}, why
	case a.doubt:
		return nil, "which question you mean could not be told"
	case j.thread >= 0:
		return []int{j.thread}, j.threadWhy
	}
	return nil, "no question is named or quoted"
}

// drain lets courtesies go: thanks and pointers that stand beside words of substance. A post that has nothing else
// keeps them, so that nothing is dropped unseen.
func (j *job) drain(rs []run) []run {
	substance := false
	for i := range rs {
		for k := range rs[i].atoms {
			substance = substance || !rs[i].atoms[k].courtesy
		}
	}
	if !substance {
		return rs
	}
	out := rs[:0]
	for _, r := range rs {
		a, b := 0, len(r.atoms)
		for a < b && r.atoms[a].courtesy {
			a++
		}
		for b > a && r.atoms[b-1].courtesy {
			b--
		}
		r.atoms = r.atoms[a:b]
		if len(r.atoms) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// decide says what a run is.
func (j *job) decide(r run) []Found {
	if held, rest := j.elsewhere(r); held != nil {
		if len(rest.atoms) == 0 {
			return held
		}
		if more := j.decide2(rest); len(more) != 1 || more[0].Kind != dc.Comment {
			return append(more, held...)
		}
		// "Comments until Friday" belongs to the announcement.
		whole := j.found(r, r.atoms)
		for i := range held {
			held[i].Text, held[i].Lines = whole.Text, whole.Lines
		}
		return held
	}
	return j.decide2(r)
}

func (j *job) decide2(r run) []Found {
	if f, ok := j.retract(r); ok {
		return f
	}
	if f, ok := j.stances(r); ok {
		return f
	}
	f := j.found(r, r.atoms)
	f.Kind = j.plainKind(r)
	if f.Kind == dc.Comment && r.about.text {
		f.Target = j.targetOf(r, r.questions)
	}
	if f.Kind == dc.Answer {
		f.Supersedes = j.replaced(r)
	}
	return j.spread(f, r)
}

// plainKind tells an answer from a comment when no side is taken.
func (j *job) plainKind(r run) dc.Kind {
	own, declares, remarks := false, false, false
	for i := range r.atoms {
		at := &r.atoms[i]
		pp := &j.parts[at.part]
		logistic := at.courtesy || at.asks
		for _, m := range j.marks(at) {
			own = own || m.means == ownAnswer
			logistic = logistic || m.means == logistics && (m.first <= at.w0+3 || replyWords[pp.ws[m.last].w])
			remarks = remarks || m.means == remark
		}
		declares = declares || !logistic
	}
	if r.about.text {
		if r.about.inline {
			// Below somebody's words: about them, unless the author names a question as a heading or offers an answer.
			if r.heading || own && !r.aboutThem(j) {
				return dc.Answer
			}
			return dc.Comment
		}
		if declares && (own || r.heading && !r.aboutThem(j)) {
			return dc.Answer
		}
		return dc.Comment
	}
	if r.about.own {
		if declares {
			return dc.Answer
		}
		return dc.Comment
	}
	if declares && (!remarks || len(r.questions) > 0 || own) {
		return dc.Answer
	}
	return dc.Comment
}

// replyWords are what somebody promises to do later.
var replyWords = set(`reply answer respond revert`)

// aboutThem says that words speak of another's text: they address its author or name a text.
func (r run) aboutThem(j *job) bool {
	for i := range r.atoms {
		at := &r.atoms[i]
		ws := j.parts[at.part].ws
		for k := at.w0; k < at.w1; k++ {
			if ws[k].class&isAddress != 0 || ws[k].upper && j.names[possessor(ws[k].w)] {
				return true
			}
		}
	}
	return false
}

var addressWords = set(`you your yours votre vos ton tu tus su seu sua dein deine ihre ihr draft paragraph sentence wording`)

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
	// A weak support becomes a conditional one by a request in the next sentence.
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
		for _, k := range kinds {
			out = append(out, j.stance(r, g.atoms, g.s, k)...)
		}
	}
	return out, true
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
				g.Question, g.Why = j.qs[q].Number, "you took a side on the words of "+nameOf(&j.texts[ts[0]])
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

// fitting returns those of the contributions that are on one of the questions, answers if there are any.
func (j *job) fitting(ts []int, questions []int) []int {
	var answers, others []int
	for _, t := range ts {
		c := &j.texts[t]
		q := j.number(c.Question)
		if len(questions) > 0 && q >= 0 && !slices.Contains(questions, q) {
			continue
		}
		if c.Kind == dc.Answer || c.Kind == dc.HeldElsewhere {
			answers = append(answers, t)
		} else {
			others = append(others, t)
		}
	}
	if len(answers) > 0 {
		return answers
	}
	return others
}

// targetOf is the id of the text that a run is about: what was quoted, or what the parent says on the question.
func (j *job) targetOf(r run, questions []int) int64 {
	if r.about.target >= 0 || !r.about.text || r.about.inline || len(questions) != 1 {
		return j.target(r.about.target, questions)
	}
	var parents []int
	for i := range j.texts {
		if j.parents[i] {
			parents = append(parents, i)
		}
	}
	if fits := j.fitting(parents, questions); len(fits) == 1 && j.number(j.texts[fits[0]].Question) == questions[0] {
		return j.target(fits[0], questions)
	}
	return 0
}

// target is the id of what a reply or a quote leads to. An endorsement of an endorsement is of the same text.
func (j *job) target(t int, questions []int) int64 {
	if t < 0 {
		return 0
	}
	c := &j.texts[t]
	if q := j.number(c.Question); len(questions) > 0 && q >= 0 && !slices.Contains(questions, q) {
		return 0
	}
	if c.Kind == dc.StanceKind && (c.Stance == dc.Support || c.Stance == dc.SupportIf) && c.Target != 0 {
		return c.Target
	}
	return c.ID
}

// found makes a contribution of atoms, with their words exactly as they stand.
func (j *job) found(r run, atoms []atom) Found {
	f := Found{Why: r.why, Quoted: ""}
	if r.about.inline {
		f.Quoted = r.about.quoted
	}
	var b strings.Builder
	for i := range atoms {
		at := &atoms[i]
		p := &j.parts[at.part]
		if i > 0 {
			prev := &atoms[i-1]
			if prev.part == at.part && strings.TrimSpace(p.text[prev.to:at.from]) == "" {
				b.WriteString(p.text[prev.to:at.from])
			} else {
				b.WriteString("\n\n")
			}
		}
		b.WriteString(p.text[at.from:at.to])
	}
	f.Text = b.String()
	last := &atoms[len(atoms)-1]
	f.Lines = [2]int{j.parts[atoms[0].part].line(atoms[0].from), j.parts[last.part].line(last.to - 1)}
	if len(r.questions) == 1 {
		f.Question = j.qs[r.questions[0]].Number
	}
	return f
}

// spread gives a contribution to each of the questions that its author named.
func (j *job) spread(f Found, r run) []Found {
	if len(r.questions) < 2 {
		return []Found{f}
	}
	out := make([]Found, 0, len(r.questions))
	for _, q := range r.questions {
		g := f
		g.Question = j.qs[q].Number
		if r.about.text {
			g.Target = j.targetOf(r, []int{q})
		}
		out = append(out, g)
	}
	return out
}
