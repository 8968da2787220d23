package collect

import (
	"slices"

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
	own = own || j.replaced(r) != 0 // "please replace my answer with this", in a reply to whoever found the mistake
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
