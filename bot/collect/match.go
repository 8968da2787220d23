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
	count []int32 // per text, while one run of words is matched
	seen  []int32
	seed  maphash.Seed
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
	pairs        int32 // how many pairs of words it has
	title        bool  // the question's short title
	extra        bool  // options and help: they show which question a quote is of, but a member may also answer with them
}

func newTextIndex(words int) *textIndex {
	n := 64
	for n < 2*words {
		n *= 2
	}
	return &textIndex{slots: make([]slot, n), mask: uint64(n - 1), next: make([]occurrence, 0, words+16), seed: seed}
}

var seed = maphash.MakeSeed()

// pairs calls f with the hash of each pair of neighbouring words; a single word gives one hash of its own. A number
// that opens a text (its label) is left out.
func (x *textIndex) pairs(ws []word, f func(uint64)) {
	var prev uint64
	n := 0
	for i := range ws {
		if ws[i].w == "" {
			continue
		}
		h := maphash.String(x.seed, ws[i].w)
		if n > 0 {
			f(prev*0x9e3779b97f4a7c15 ^ h)
		}
		prev = h
		n++
	}
	if n == 1 {
		f(prev ^ 0x5bd1e995)
	}
}

func (x *textIndex) add(text string, t indexed) {
	if strings.TrimSpace(text) == "" {
		return
	}
	id := int32(len(x.texts))
	x.pairs(words(text), func(h uint64) {
		t.pairs++
		s := x.find(h)
		if s == nil {
			return
		}
		if s.head != 0 && x.next[s.head-1].text == id {
			return
		}
		x.next = append(x.next, occurrence{id, s.head})
		s.head = int32(len(x.next))
		s.key = h
	})
	x.texts = append(x.texts, t)
	x.count = append(x.count, 0)
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
	share  float64 // of the words' pairs that the text has
	cover  float64 // of the text's pairs that the words have
	pairs  int     // of the words
	common int     // pairs that both have
}

// best returns the survey text (or, with members, the member's text) that the words are most like, and the best one of
// another question or contribution.
func (x *textIndex) best(ws []word, want func(indexed) bool) (first, second likeness) {
	first.text, second.text = -1, -1
	total := 0
	x.pairs(ws, func(h uint64) {
		total++
		s := x.find(h)
		if s == nil {
			return
		}
		for o := s.head; o != 0; o = x.next[o-1].next {
			t := x.next[o-1].text
			if x.count[t] == 0 {
				x.seen = append(x.seen, t)
			}
			x.count[t]++
		}
	})
	for _, t := range x.seen {
		it := x.texts[t]
		c := int(x.count[t])
		x.count[t] = 0
		if !want(it) {
			continue
		}
		l := likeness{text: int(t), share: float64(c) / float64(total), cover: min(1, float64(c)/float64(it.pairs)), pairs: total, common: c}
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

func (l likeness) better(o likeness) bool {
	if l.common != o.common {
		return l.common > o.common
	}
	if l.cover != o.cover {
		return l.cover > o.cover
	}
	return l.text > o.text // the later one: of contributions the newest
}

func (x *textIndex) same(a, b int) bool {
	return x.texts[a].question == x.texts[b].question && x.texts[a].contribution == x.texts[b].contribution
}

// plain says that the words can only be those of the first text.
func (first likeness) plain(second likeness) bool {
	return first.text >= 0 && (second.text < 0 || float64(second.common) <= 0.8*float64(first.common) ||
		first.cover >= 0.9 && second.cover < 0.6 && first.common > second.common)
}

// surveyTexts indexes the questions, and the texts of known contributions.
func surveyTexts(qs []dc.Question, known []dc.Contribution, drafts map[string]string) *textIndex {
	n := 0
	for i := range qs {
		n += len(qs[i].Text) + len(qs[i].Title) + len(qs[i].Help)
	}
	for i := range known {
		n += len(known[i].Text)
	}
	for _, d := range drafts {
		n += len(d)
	}
	x := newTextIndex(n/4 + 64*len(qs))
	for i := range qs {
		q := &qs[i]
		x.add(q.Title, indexed{question: i, contribution: -1, title: true})
		x.add(q.Text, indexed{question: i, contribution: -1})
		for _, f := range q.FollowUp {
			x.add(f, indexed{question: i, contribution: -1})
		}
		for _, o := range q.Options {
			x.add(o, indexed{question: i, contribution: -1, extra: true})
		}
		x.add(q.Help, indexed{question: i, contribution: -1, extra: true})
		if d := drafts[q.Number]; d != "" {
			x.add(d, indexed{question: i, contribution: draftText})
		}
	}
	for i := range known {
		x.add(known[i].Text, indexed{question: -1, contribution: i})
	}
	return x
}

// draftText marks an indexed text as a question's current draft.
const draftText = -2
