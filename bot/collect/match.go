package collect

import (
	"hash/maphash"
	"strings"

	"dcbot/bot/dc"
)

// Texts are compared by their pairs of neighbouring words: enough to know a question again when it was wrapped, cut or
// retyped, and linear in the length of both.

// textIndex knows which texts each pair of words occurs in.
type textIndex struct {
	slots []slot
	mask  uint64
	next  []occurrence
	texts []indexed
}

type slot struct {
	key  uint64
	head int32 // into next, +1
}

type occurrence struct {
	text int32
	next int32
}

// indexed is one text that quotes and headings are compared with.
type indexed struct {
	question     int   // index of the question, -1 for a member's text
	contribution int   // index of the contribution, -1 for a survey's text
	order        int32 // of two texts that are as like, the later one counts
	pairs        int32 // how many pairs of words it has
	title        bool  // the question's short title
	extra        bool  // options and help: they show which question a quote is of, but a member may also answer with them
}

func newTextIndex(words int) *textIndex {
	n := 64
	for n < 2*words {
		n *= 2
	}
	return &textIndex{slots: make([]slot, n), mask: uint64(n - 1), next: make([]occurrence, 0, words+16)}
}

var seed = maphash.MakeSeed()

// pairs calls f with the hash of each pair of neighbouring words; a single word gives one hash of its own. A number
// that opens a text (its label) is left out.
func pairs(ws []word, f func(uint64)) {
	var prev uint64
	n := 0
	for i := range ws {
		if ws[i].w == "" {
			continue
		}
		h := maphash.String(seed, ws[i].w)
		if n > 0 {
			f(prev*0x9e3779b97f4a7c15 ^ h)
		}
		prev = h
		n++
	}
	if n == 1 {
		f(single(prev))
	}
}

// single is the hash of a word that stands alone.
func single(h uint64) uint64 { return h ^ 0x5bd1e995 }

func (x *textIndex) add(text string, t indexed) {
	if strings.TrimSpace(text) == "" {
		return
	}
	id := int32(len(x.texts))
	pairs(words(text), func(h uint64) {
		t.pairs++
		x.enter(h, id)
	})
	x.texts = append(x.texts, t)
}

// enter records that a text has a pair. The pairs of one text are entered together.
func (x *textIndex) enter(h uint64, id int32) {
	s := x.find(h)
	if s == nil || s.head != 0 && x.next[s.head-1].text == id {
		return
	}
	x.next = append(x.next, occurrence{id, s.head})
	s.head = int32(len(x.next))
	s.key = h
}

// find returns the slot of a hash, free or taken; nil when the table is full, which the size given to newTextIndex
// prevents.
func (x *textIndex) find(h uint64) *slot {
	for i, n := h&x.mask, 0; n < len(x.slots); i, n = (i+1)&x.mask, n+1 {
		if s := &x.slots[i]; s.head == 0 || s.key == h {
			return s
		}
	}
	return nil
}

// likeness is how much of some words stands in a text.
type likeness struct {
	text   int     // index in texts, -1: none
	order  int32   // of the text
	share  float64 // of the words' pairs that the text has
	cover  float64 // of the text's pairs that the words have
	pairs  int     // of the words
	common int     // pairs that both have
}

// matcher compares words with the survey's texts and, where asked to, with members' texts.
type matcher struct {
	survey  *textIndex // shared, not written
	members *textIndex
	texts   []indexed // the survey's, then the members'
	count   []int32   // per text, while one run of words is matched
	seen    []int32
}

func newMatcher(survey *textIndex) *matcher {
	return &matcher{survey: survey, texts: survey.texts, count: make([]int32, len(survey.texts))}
}

// add makes members' texts known.
func (x *matcher) add(members *textIndex) {
	n := len(x.survey.texts)
	x.members, x.texts = members, append(x.survey.texts[:n:n], members.texts...)
	x.count = make([]int32, len(x.texts))
}

// best returns the survey text (or, with members, the member's text) that the words are most like, and the best one of
// another question or contribution.
func (x *matcher) best(ws []word, want func(indexed) bool) (first, second likeness) {
	first.text, second.text = -1, -1
	total := 0
	pairs(ws, func(h uint64) {
		total++
		x.tally(x.survey, 0, h)
		if x.members != nil {
			x.tally(x.members, int32(len(x.survey.texts)), h)
		}
	})
	for _, t := range x.seen {
		it := x.texts[t]
		c := int(x.count[t])
		x.count[t] = 0
		if !want(it) {
			continue
		}
		l := likeness{text: int(t), order: it.order, share: float64(c) / float64(total), cover: min(1, float64(c)/float64(it.pairs)), pairs: total, common: c}
		switch {
		case first.text < 0 || l.better(first):
			if first.text >= 0 && !x.same(first.text, int(t)) {
				second = first
			}
			first = l
		case !x.same(first.text, int(t)) && (second.text < 0 || l.better(second)):
			second = l
		}
	}
	x.seen = x.seen[:0]
	return first, second
}

// tally counts a pair for each text that has it.
func (x *matcher) tally(in *textIndex, offset int32, h uint64) {
	s := in.find(h)
	if s == nil {
		return
	}
	for o := s.head; o != 0; o = in.next[o-1].next {
		t := in.next[o-1].text + offset
		if x.count[t] == 0 {
			x.seen = append(x.seen, t)
		}
		x.count[t]++
	}
}

func (l likeness) better(o likeness) bool {
	if l.common != o.common {
		return l.common > o.common
	}
	if l.cover != o.cover {
		return l.cover > o.cover
	}
	return l.order > o.order // the later one: of contributions the newest
}

func (x *matcher) same(a, b int) bool {
	return x.texts[a].question == x.texts[b].question && x.texts[a].contribution == x.texts[b].contribution
}

// plain says that the words can only be those of the first text.
func (first likeness) plain(second likeness) bool {
	return first.text >= 0 && (second.text < 0 || float64(second.common) <= 0.8*float64(first.common) ||
		first.cover >= 0.9 && second.cover < 0.6 && first.common > second.common)
}

// questionTexts indexes what the survey itself says.
func questionTexts(qs []dc.Question) *textIndex {
	n := 0
	for i := range qs {
		n += len(qs[i].Text) + len(qs[i].Title) + len(qs[i].Help)
	}
	x := newTextIndex(n/4 + 64*len(qs))
	for i := range qs {
		q := &qs[i]
		add := func(text string, t indexed) {
			t.question, t.contribution, t.order = i, -1, 2*int32(len(x.texts))
			x.add(text, t)
		}
		add(q.Title, indexed{title: true})
		add(q.Text, indexed{})
		for _, f := range q.FollowUp {
			add(f, indexed{})
		}
		for _, o := range q.Options {
			add(o, indexed{extra: true})
		}
		add(q.Help, indexed{extra: true})
	}
	return x
}

// memberTexts indexes the drafts and the texts of known contributions, as far as they have pairs of wanted: what some
// posts say is long, and what one post quotes of them is short.
func (c *Compiled) memberTexts(known []dc.Contribution, drafts map[string]string, wanted *pairSet) *textIndex {
	x := newTextIndex(len(wanted.all))
	add := func(ps []uint64, t indexed) {
		id := int32(len(x.texts))
		for _, h := range ps {
			if wanted.has(h) {
				x.enter(h, id)
			}
		}
		t.pairs = int32(len(ps))
		x.texts = append(x.texts, t)
	}
	at := 0
	for i := range c.qs {
		for at < len(c.index.texts) && c.index.texts[at].question <= i {
			at++
		}
		if d := drafts[c.qs[i].Number]; strings.TrimSpace(d) != "" {
			var ps []uint64
			pairs(words(d), func(h uint64) { ps = append(ps, h) })
			add(ps, indexed{question: i, contribution: draftText, order: 2*int32(at) - 1}) // behind the question's own texts
		}
	}
	for i := range known {
		if strings.TrimSpace(known[i].Text) != "" {
			add(c.pairsOf(&known[i]), indexed{question: -1, contribution: i, order: 2 * int32(len(c.index.texts)+i)})
		}
	}
	return x
}

// pairSet is the pairs of words of what a post quotes, behind a filter.
type pairSet struct {
	filter [1 << 10]uint64
	all    map[uint64]struct{}
}

func (s *pairSet) add(h uint64) {
	s.filter[h>>6&0x3ff] |= 1 << (h & 63)
	s.all[h] = struct{}{}
}

func (s *pairSet) has(h uint64) bool {
	if s.filter[h>>6&0x3ff]&(1<<(h&63)) == 0 {
		return false
	}
	_, ok := s.all[h]
	return ok
}

// draftText marks an indexed text as a question's current draft.
const draftText = -2
