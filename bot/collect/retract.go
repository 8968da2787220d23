package collect

import (
	"slices"

	"dcbot/bot/dc"
)

// retract reads a withdrawal: "I withdraw my objection". ok is false when the run holds none. Words that also bring
// something new ("please ignore my last mail, here is what we mean") are a replacement, and are read as one.
func (j *job) retract(r run) ([]Found, bool) {
	for i := range r.atoms {
		at := &r.atoms[i]
		noun, ok := j.takesBack(at)
		if !ok {
			continue
		}
		if j.retracted++; j.retracted > mostRetracted {
			return nil, false
		}
		rest := slices.Delete(slices.Clone(r.atoms), i, i+1)
		rest = slices.DeleteFunc(rest, func(a atom) bool { return a.courtesy })
		if len(rest) > 0 && mailNouns[noun] && j.declares(rest) {
			return nil, false // "ignore my previous mail" and new words: replaced, not taken back
		}
		if len(rest) > 0 && j.replaces(r) {
			return nil, false
		}
		if j.corrects(at, noun) && j.replaced(r) != 0 {
			return nil, false // "ignore my mail, the right number is 155"
		}
		f := j.found(r, []atom{*at})
		f.Kind, f.Stance = dc.StanceKind, dc.Withdrawn
		c := j.meant(noun, r.questions)
		if c >= 0 {
			f.Withdraws, f.Target = j.texts[c].ID, j.texts[c].ID
			if !r.named && j.number(j.texts[c].Question) >= 0 {
				f.Question = j.texts[c].Question
			}
		}
		if f.Why == "" || !r.named {
			f.Why = "the author took their words back"
		}
		var out []Found
		if i > 0 {
			out = append(out, j.keep(r, r.atoms[:i])...)
		}
		out = append(out, f)
		if i+1 < len(r.atoms) {
			out = append(out, j.keep(r, r.atoms[i+1:])...)
		}
		return out, true
	}
	return nil, false
}

// mostRetracted bounds the work on a post that takes back the same thing over and over.
const mostRetracted = 20

// keep reads the words beside a withdrawal for themselves.
func (j *job) keep(r run, atoms []atom) []Found {
	for _, a := range atoms {
		if !a.courtesy {
			r.atoms = atoms
			return j.decide2(r)
		}
	}
	return nil
}

// takesBack says that a sentence takes something back now, and the noun that says what.
func (j *job) takesBack(at *atom) (string, bool) {
	p := &j.parts[at.part]
	ms := j.marks(at)
	for _, m := range ms {
		if m.means != withdraws || m.negated || m.hedged || m.weak || !j.spoken(p, at, m) {
			continue
		}
		if slices.ContainsFunc(ms, func(o mark) bool { return o.means == conditional && !covered(ms, o, notConditional) }) {
			continue // "I will withdraw it if ..."
		}
		if at.asks && !canAsk[p.ws[m.first].w] {
			continue
		}
		for i := m.first; i < at.w1 && i <= m.last+5; i++ {
			if c := p.ws[i].class; c&isMine != 0 && (i > m.last || c&isNoun == 0 || m.last == i) || takenBack[p.ws[i].w] {
				return p.ws[i].w, true
			}
		}
	}
	return "", false
}

// meant returns the one contribution of the author that a noun can mean, -1 if there are none or several.
func (j *job) meant(noun string, questions []int) int {
	hit := -1
	for i := range j.texts {
		c := &j.texts[i]
		if !dc.SameAddress(c.Author, j.in.Post.Author) || c.Stance == dc.Withdrawn {
			continue
		}
		if q := j.number(c.Question); len(questions) > 0 && q >= 0 && !slices.Contains(questions, q) {
			continue
		}
		fits := true
		switch {
		case objectionNouns[noun]:
			fits = c.Stance == dc.Object
		case supportNouns[noun]:
			fits = c.Stance == dc.Support || c.Stance == dc.SupportIf
		case answerNouns[noun]:
			fits = c.Kind == dc.Answer || c.Kind == dc.HeldElsewhere
		case commentNouns[noun]:
			fits = c.Kind == dc.Comment
		}
		if !fits {
			continue
		}
		if hit >= 0 {
			return -1
		}
		hit = i
	}
	return hit
}

func (j *job) declares(atoms []atom) bool {
	return slices.ContainsFunc(atoms, func(a atom) bool { return !a.asks && !a.courtesy })
}

// corrects says that a sentence that takes words back goes on with what they should have been.
func (j *job) corrects(at *atom, noun string) bool {
	if !mailNouns[noun] && !answerNouns[noun] {
		return false
	}
	ws := j.parts[at.part].ws
	clause := false
	for i := at.w0 + 1; i < at.w1; i++ {
		clause = clause || ws[i].gap&gapClause != 0
		if clause && correctionWords[ws[i].w] && at.w1-i >= 3 {
			return true
		}
	}
	return false
}

// replaces says that the run's author says that these words stand for earlier ones.
func (j *job) replaces(r run) bool {
	for i := range r.atoms {
		at := &r.atoms[i]
		p := &j.parts[at.part]
		for _, m := range j.marks(at) {
			if m.means == replaces && !m.negated && !at.asks && !negatedBefore(p.ws, at.w0, m.first) {
				return true
			}
			if m.means == withdraws && !m.negated {
				if noun, ok := j.takesBack(at); ok && (len(r.atoms) > 1 && (mailNouns[noun] || answerNouns[noun]) || j.corrects(at, noun)) {
					return true
				}
			}
		}
	}
	return false
}

func negatedBefore(ws []word, from, i int) bool {
	for k := max(from, i-4); k < i; k++ {
		if ws[k].class&isNegation != 0 {
			return true
		}
	}
	return false
}

// replaced returns the author's one live answer that new words replace, 0 if they do not say so or several fit.
func (j *job) replaced(r run) int64 {
	if len(r.questions) != 1 || !j.replaces(r) {
		return 0
	}
	hit := int64(0)
	for i := range j.texts {
		c := &j.texts[i]
		if c.ID == 0 || c.Kind != dc.Answer || !dc.SameAddress(c.Author, j.in.Post.Author) || j.number(c.Question) != r.questions[0] {
			continue
		}
		if hit != 0 {
			return 0
		}
		hit = c.ID
	}
	return hit
}

// What the nouns of a withdrawal mean.
var (
	objectionNouns = set(`objection objections oppose object disagree opposition dissent disagreement возражение einwand widerspruch
		objecion objecao obiezione bezwaar`)
	supportNouns = set(`support vote endorsement agreement soutien voix apoyo voto apoio sostegno unterstutzung stimme zustimmung steun stem
		поддержку голос`)
	answerNouns = set(`answer answers response responses text draft contribution submission input reponse reponses respuesta resposta
		antwort risposta antwoord beitrag contribucion contribuicao ответ`)
	commentNouns    = set(`comment comments remark remarks suggestion suggestions concern concerns commentaire comentario kommentar`)
	mailNouns       = set(`email e-mail mail message post note reply courriel mensaje correo mensagem nachricht`)
	correctionWords = set(`right correct corrected instead should really actually true juste correct correcte exact exacte plutot
		correcto correcta debe certo certa correto correta deve richtig richtige richtigen korrekt korrekte stattdessen`)
	takenBack = set(`withdrawn retracted object oppose disagree`)
	canAsk    = set(`could can may please`)
)
