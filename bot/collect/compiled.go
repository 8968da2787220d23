package collect

import (
	"hash/maphash"
	"strings"
	"sync"

	"dcbot/bot/dc"
)

// Compiled is a survey made ready to collect for. What depends on the survey alone is worked out once, and the texts of known
// contributions are remembered in the form in which quotes are compared with them. It may be used by many goroutines.
type Compiled struct {
	survey *dc.Survey
	qs     []dc.Question
	nums   numbers
	index  *textIndex // the survey's own texts
	names  wordSet    // words by one of which a text may name the survey
	title  string     // of the survey, in lower case, when it names the survey
	asked  posting
	// wrappedTitle says that the title has several lines.
	wrappedTitle bool

	mu    sync.Mutex
	known map[int64]paired // by id of the contribution
}

// paired is a text as its pairs of words.
type paired struct {
	sum   uint64 // of the text: a contribution may get another one
	pairs []uint64
}

// maxPaired bounds what is remembered, some 5 KB for a long answer.
const maxPaired = 600

// Compile makes a survey ready. The survey must not change afterwards.
func Compile(s *dc.Survey) *Compiled {
	c := &Compiled{survey: s, qs: s.Questions(), known: map[int64]paired{}}
	c.nums = newNumbers(s, c.qs)
	c.index = questionTexts(c.qs)
	c.asked = newPosting(s)
	c.names = newWordSet()
	for w, id := range lex.ids {
		if isMeaning(&word{w: w, id: id}, surveyWord) {
			c.names.add(w)
		}
	}
	if id := strings.ToLower(s.ID); len(id) > shortName {
		for w := range strings.FieldsFuncSeq(id, func(r rune) bool { return !wordRune(r) }) {
			c.names.add(fold(w))
		}
	}
	if t := strings.ToLower(strings.TrimSpace(s.Title)); len(t) > shortName {
		c.title, c.wrappedTitle = t, strings.Contains(t, "\n")
	}
	return c
}

// shortName is the length, in octets, up to which a title or id says nothing.
const shortName = 3

// mayName is a cheap test for texts that can name the survey at all; most texts of a list cannot.
func (c *Compiled) mayName(text string) bool {
	found := false
	eachWord(text, func(h uint32, text string, plain bool) bool {
		found = c.names.has(h, text, plain)
		return !found
	})
	return found || c.title != "" && containsFold(text, c.title)
}

// pairsOf gives the pairs of a contribution's words, remembering them.
func (c *Compiled) pairsOf(k *dc.Contribution) []uint64 {
	sum := maphash.String(seed, k.Text)
	if k.ID != 0 {
		c.mu.Lock()
		p, ok := c.known[k.ID]
		c.mu.Unlock()
		if ok && p.sum == sum {
			return p.pairs
		}
	}
	var out []uint64
	pairs(words(k.Text), func(h uint64) { out = append(out, h) })
	if k.ID != 0 {
		c.mu.Lock()
		if len(c.known) >= maxPaired {
			clear(c.known)
		}
		c.known[k.ID] = paired{sum, out}
		c.mu.Unlock()
	}
	return out
}
