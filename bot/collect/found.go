package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
)

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
		from := at.from
		if i > 0 {
			prev := &atoms[i-1]
			if prev.part == at.part {
				from = max(from, prev.to) // no character stands twice
			}
			if prev.part == at.part && strings.TrimSpace(p.text[prev.to:from]) == "" {
				b.WriteString(p.text[prev.to:from])
			} else {
				b.WriteString("\n\n")
			}
		}
		b.WriteString(p.text[from:max(from, at.to)])
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
