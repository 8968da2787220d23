package collect

import "strings"

// meaning is what a phrase of the tables means.
type meaning uint8

const (
	means0         meaning = iota
	supports               // a side taken for a text
	supportsIf             // "yes, but": a side only together with a condition or a request
	objects                // a side taken against a text
	disputes               // a side taken against something: against the text if the text says it
	shares                 // a side taken for something, which a negation turns into a dispute
	hedges                 // "for the most part": makes a side less than plain
	noSide                 // "no objection": words that look like a side and are none
	withdraws              // "I withdraw my ..."
	replaces               // "this replaces my earlier ..."
	conditional            // "provided that": makes a support a conditional one
	notConditional         // "if possible": looks like a condition and is none
	asksChange             // "please", "I suggest": asks for a change when a verb of change follows
	changes                // a change asked for by itself: "should be deleted", "with the following edits"
	excepts                // "except for": the rest is refused
	thanks                 // begins a courtesy
	pointer                // "see my answers below": says nothing by itself
	remark                 // "a general remark": about the survey, when no question is named
	logistics              // about the mail, the call, the survey's practicalities
	ownAnswer              // "my answer:": plainly offers an answer of its own
	announces              // "the text is in this document": the answer is somewhere else
	governs                // "regarding": what follows is what the words are about
	defers                 // "I will come back to": the question named is not answered here
	defersAfter            // "will follow", "later": the same, behind the question's number
	crossRefers            // "as I said under": a question is only pointed at
	surveyWord             // survey, questionnaire
	foreign                // another survey: "last year's", "previous"
	foreignText            // another kind of text that has questions: form, exam
)

// phrase is one row of a language's table. Pattern words are separated by blanks:
//
//	a|b   one of these words          word?  may be missing
//	~     fillers (adverbs, modals, negations), up to four
//	*     any one word                **     up to four words, within the clause
//	^     begin of a clause           $      end of a clause
//	@     what a side can be taken on: this, your answer, the second paragraph, or nothing
type phrase struct {
	means   meaning
	pattern string
}

// language is the data of one language. Nothing else in this package knows words.
type language struct {
	question  []string // "question": singular and plural; what a number follows
	plural    []string // those of them that are plural: several numbers follow
	points    []string // "point", "item", "no": weaker words before a number
	after     []string // words between the question word and the number: "number", "no"
	and       []string // joins numbers in a list
	to        []string // joins the ends of a range
	filler    []string
	negation  []string // fillers that turn the meaning round
	hedge     []string // fillers that make it less than plain: "partly"
	weak      []string // modals that need a condition: "could"
	nouns     []string // names of a text: answer, paragraph, draft
	mine      []string // names of what an author can take back or replace (with nouns)
	pronouns  []string // stand for a text: this, it
	people    []string // stand for an author: you, him
	articles  []string // the, your, this: begin the name of a text
	said      []string // reported speech: says, wrote
	ifs       []string // open a hypothesis in the same clause
	verbs     []string // verbs of change
	yes       []string // whole replies that agree
	no        []string // whole replies that refuse
	claims    []string // "that": what follows is a claim, not the text
	dependent []string // words that may follow a side without changing what it is about: but, and, as
	phrases   []phrase
}

// lexicon is all languages together: list members mix them, and a mail does not reliably say which it is in.
type lexicon struct {
	ids     map[string]int32 // of every word in a table, from 1
	class   []class          // by id
	phrases [][]*compiled    // by id of the first literal word
}

// class is the set of word lists that a word is in.
type class uint32

const (
	isQuestion class = 1 << iota
	isPlural
	isPoint
	isAfter
	isAnd
	isTo
	isFiller
	isNegation
	isHedge
	isWeak
	isNoun
	isMine
	isPronoun
	isPerson
	isArticle
	isSaid
	isIf
	isChangeVerb
	isYes
	isNo
	isClaim
	isDependent
	isAddress // speaks to or of a text's author: "your paragraph"
	isOurs    // "our", before what is offered
	isAnswers // "answers", announced
)

type element struct {
	kind  byte    // 0 literal, else ~ * W(**) ^ $ @
	words []int32 // ids
	maybe bool
}

type compiled struct {
	means    meaning
	elements []element
	// A phrase is found by its first literal word; what may stand before that is looked for backwards.
	anchored bool // ^: at the begin of a clause
	fillers  bool // ~: fillers before the word belong to it
}

var lex = newLexicon(english, french, spanish, portuguese, german, italian, dutch, russian, arabic, chinese)

func newLexicon(langs ...language) *lexicon {
	l := &lexicon{ids: map[string]int32{}, class: make([]class, 1), phrases: make([][]*compiled, 1)}
	for i := range langs {
		g := &langs[i]
		for _, c := range []struct {
			c  class
			ws []string
		}{
			{isQuestion, g.question}, {isQuestion | isPlural, g.plural}, {isPoint, g.points}, {isAfter, g.after}, {isAnd, g.and}, {isTo, g.to},
			{isFiller, g.filler}, {isFiller | isNegation, g.negation}, {isFiller | isHedge, g.hedge}, {isFiller | isWeak, g.weak},
			{isNoun | isMine, g.nouns}, {isMine, g.mine}, {isPronoun, g.pronouns}, {isPerson, g.people}, {isArticle, g.articles},
			{isSaid, g.said}, {isIf, g.ifs}, {isChangeVerb, g.verbs}, {isYes, g.yes}, {isNo, g.no}, {isClaim, g.claims},
			{isDependent, g.dependent},
		} {
			for _, w := range c.ws {
				l.class[l.id(w)] |= c.c
			}
		}
		for _, p := range g.phrases {
			l.add(p)
		}
	}
	for c, ws := range map[class]map[string]bool{isAddress: addressWords, isOurs: mineWords, isAnswers: answersPlural} {
		for w := range ws {
			l.class[l.id(w)] |= c
		}
	}
	return l
}

// id gives a table's word its number.
func (l *lexicon) id(s string) int32 {
	w := tableWord(s)
	if id, ok := l.ids[w]; ok {
		return id
	}
	id := int32(len(l.class))
	l.ids[w] = id
	l.class = append(l.class, 0)
	l.phrases = append(l.phrases, nil)
	return id
}

// tableWord folds a word of a table as words does with a text.
func tableWord(s string) string {
	if s == "+1" || s == "-1" {
		return s
	}
	return fold(s)
}

func (l *lexicon) add(p phrase) {
	c := &compiled{means: p.means}
	for f := range strings.FieldsSeq(p.pattern) {
		e := element{}
		switch f {
		case "~", "*", "^", "$", "@":
			e.kind = f[0]
		case "**":
			e.kind = 'W'
		default:
			if len(f) > 1 && strings.HasSuffix(f, "?") {
				e.maybe = true
				f = f[:len(f)-1]
			}
			for w := range strings.SplitSeq(f, "|") {
				e.words = append(e.words, l.id(w))
			}
		}
		// A script without spaces is written without spaces in the tables too.
		if rs := []rune(f); len(rs) > 1 && unspaced(rs[0]) {
			for _, r := range rs {
				c.elements = append(c.elements, element{words: []int32{l.id(string(r))}})
			}
			continue
		}
		c.elements = append(c.elements, e)
	}
	for len(c.elements) > 0 && c.elements[0].kind != 0 {
		switch c.elements[0].kind {
		case '^':
			c.anchored = true
		case '~':
			c.fillers = true
		}
		c.elements = c.elements[1:]
	}
	if len(c.elements) == 0 {
		panic("collect: a phrase has to have a word: " + p.pattern)
	}
	if c.elements[0].maybe {
		// Two phrases: with the word and without it.
		rest := *c
		rest.elements = c.elements[1:]
		l.enter(&rest)
		c.elements = append([]element{{words: c.elements[0].words}}, c.elements[1:]...)
	}
	l.enter(c)
}

func (l *lexicon) enter(c *compiled) {
	for _, w := range c.elements[0].words {
		l.phrases[w] = append(l.phrases[w], c)
	}
}

// mark is a phrase found in a sentence.
type mark struct {
	means       meaning
	first, last int // words, last included
	negated     bool
	hedged      bool
	weak        bool
}

// scan finds the phrases in ws[from:to]; names tells which words are names of people known in the thread.
func (l *lexicon) scan(ws []word, from, to int, names map[string]bool, out []mark) []mark {
	for i := from; i < to; i++ {
		if ws[i].id == 0 {
			continue
		}
		for _, c := range l.phrases[ws[i].id] {
			m := mark{means: c.means, first: i}
			if c.fillers {
				l.lookBack(ws, from, i, &m)
			}
			if c.anchored && !clauseStart(ws, from, m.first) {
				continue
			}
			end, ok := l.match(ws, i, to, c.elements, names, &m)
			if !ok {
				continue
			}
			m.last = end - 1
			out = append(out, m)
		}
	}
	return out
}

func clauseStart(ws []word, from, i int) bool { return i == from || ws[i].gap&gapClause != 0 }

// lookBack moves a mark's begin over the fillers before it, to the begin of the clause at most.
func (l *lexicon) lookBack(ws []word, from, i int, m *mark) {
	for n := 0; n < 5 && m.first > from && ws[m.first].gap&gapClause == 0; n++ {
		c := ws[m.first-1].class
		if c&isFiller == 0 {
			return
		}
		m.note(c)
		m.first--
	}
}

func (m *mark) note(c class) {
	if c&isNegation != 0 {
		m.negated = !m.negated
	}
	m.hedged = m.hedged || c&isHedge != 0
	m.weak = m.weak || c&isWeak != 0
}

// match matches elements from word i on and returns the word after the match. Depth is bounded by the pattern's length
// and by four words per wildcard, so that the time stays linear in the text.
func (l *lexicon) match(ws []word, i, to int, es []element, names map[string]bool, m *mark) (int, bool) {
	if len(es) == 0 {
		return i, true
	}
	e := es[0]
	switch e.kind {
	case '~':
		save := *m
		for n := 0; ; n++ {
			if end, ok := l.match(ws, i, to, es[1:], names, m); ok {
				return end, true
			}
			if n == 5 || i >= to || ws[i].class&isFiller == 0 {
				*m = save
				return 0, false
			}
			m.note(ws[i].class)
			i++
		}
	case '*':
		if i < to && i < len(ws)-1 {
			return l.match(ws, i+1, to, es[1:], names, m)
		}
		return 0, false
	case 'W':
		for n := 0; n <= 4 && i < to; n++ {
			if end, ok := l.match(ws, i, to, es[1:], names, m); ok {
				return end, true
			}
			i++
			if i < to && ws[i].gap&(gapClause&^gapComma) != 0 {
				break
			}
		}
		return 0, false
	case '$':
		if i >= to || ws[i].gap&gapClause != 0 {
			return l.match(ws, i, to, es[1:], names, m)
		}
		return 0, false
	case '@':
		if end, ok := l.object(ws, i, to, names, m); ok {
			return l.match(ws, end, to, es[1:], names, m)
		}
		return 0, false
	}
	if i < to && ws[i].id != 0 {
		for _, w := range e.words {
			if ws[i].id == w {
				// A word that may be missing is taken when it is there: "agree with" is not "agree" and something.
				return l.match(ws, i+1, to, es[1:], names, m)
			}
		}
	}
	if e.maybe {
		return l.match(ws, i, to, es[1:], names, m)
	}
	return 0, false
}

// list splits a table's line of words.
func list(s string) []string { return strings.Fields(s) }
