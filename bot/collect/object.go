package collect

import (
	"strings"
)

// object says whether what follows a word of side-taking is a text (or its author, or nothing at all), so that "I
// support your answer" is a stance and "I support the creation of a fund" is not.
func (l *lexicon) object(ws []word, i, to int, names map[string]bool, m *mark) (int, bool) {
	for n := 0; n < 3 && i < to && ws[i].gap&gapClause == 0 && ws[i].class&(isFiller|isDependent) == isFiller; n++ {
		m.note(ws[i].class)
		i++
	}
	if i >= to || ws[i].gap&gapClause != 0 {
		return i, true
	}
	c := ws[i].class
	name := ws[i].upper && names[possessor(ws[i].w)]
	switch {
	case c&isClaim != 0 && (i+1 >= to || ws[i+1].gap&gapClause == 0) && !l.textAfter(ws, i+1, to):
		// "I do not agree that ..." refuses a claim of the text; "I agree that ..." may be a side remark.
		return i, m.means == objects || m.negated
	case c&isPronoun != 0 || c&isPerson != 0 || name:
		if l.textAfter(ws, i+1, to) {
			return i + 1, true
		}
		j := i + 1
		for j < to && ws[j].gap&gapClause == 0 && (ws[j].upper && names[possessor(ws[j].w)] || ws[j].class&isFiller != 0) {
			j++
		}
		if j >= to || ws[j].gap&gapClause != 0 {
			return j, true
		}
		follow := ws[j].class
		if follow&isClaim != 0 {
			return j, m.means == objects || m.negated
		}
		return j, follow&(isDependent|isAnd|isIf) != 0
	case c&(isDependent|isAnd|isIf) != 0 && c&isArticle == 0:
		return i, true
	case c&isArticle != 0 && c&isDependent != 0 && !l.textAfter(ws, i+1, to):
		return i, true
	case c&isArticle != 0 || strings.HasSuffix(ws[i].w, "'s") || strings.HasSuffix(ws[i].w, "s'"):
		j := i + 1
		for j < to && ws[j].gap&gapClause == 0 && ws[j].class&isArticle != 0 {
			j++
		}
		if j >= to || ws[j].gap&gapClause != 0 {
			return j, true // "the second", "your last one"
		}
		return i + 1, l.textAfter(ws, i+1, to)
	case c&(isNoun|isQuestion) != 0:
		return i + 1, true
	}
	return 0, false
}

// textAfter says whether the name of a text follows within four words of the same clause.
func (l *lexicon) textAfter(ws []word, i, to int) bool {
	for n := 0; n < 5 && i < to && ws[i].gap&gapClause == 0; n++ {
		c := ws[i].class
		if c&(isNoun|isPoint) != 0 {
			return true
		}
		if c&(isDependent|isClaim|isIf) != 0 && n > 0 {
			return false
		}
		i++
	}
	return false
}

func possessor(w string) string {
	w = strings.TrimSuffix(w, "'s")
	return strings.TrimSuffix(w, "'")
}
