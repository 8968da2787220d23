package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// job is one call of Collect.
type job struct {
	in        Input
	qs        []dc.Question
	nums      numbers
	texts     []dc.Contribution // known and not taken back, those of the parent included
	called    [][]string        // by contribution in texts: the words of its author's name
	parents   map[int]bool      // which of texts are the parent's
	names     map[string]bool   // words of their authors' names
	signed    map[string]bool   // words of the post's own author's name
	thread    int               // the question of the thread or subject, -1
	threadWhy string
	renamed   bool // the subject names another question than the thread
	moved     bool // the subject names another topic than the thread
	survey    bool // the words belong to the survey; else only those that name a question of it count
	points    bool // "point 2" can be a question's number here
	titled    bool // several lines are titles of questions: they are headings even in the thread of one question
	listed    bool // numbers at the begin of lines are questions' numbers here
	abouts    map[int]about
	ownBlocks int
	parts     []part
	c         *Compiled
	x         *matcher
	wanted    *pairSet             // what x knows of members' texts; nil: nothing yet
	segs      map[string][]segment // of the quoted blocks
	retracted int
	arena     []mark // the marks of all atoms
}

// part is one block of the author's own words.
type part struct {
	block  int
	first  int // line in Reading.Lines
	text   string
	ws     []word
	starts []int // byte offset of each line
	about  about
	group  int // parts with no quote between them share a group
	// By their first words: the lines that hold several numbered answers, and those answers.
	numbered map[int]numbered
	clauses  map[int]clause
}

func (c *Compiled) job(in Input) *job {
	j := &job{in: in, c: c, qs: c.qs, nums: c.nums, x: newMatcher(c.index), thread: -1, survey: in.Thread.InSurvey, abouts: map[int]about{}, parents: map[int]bool{}}
	j.names = map[string]bool{}
	j.signed = set(strings.ToLower(in.Post.AuthorName))
	for _, w := range words(in.Post.AuthorName) {
		j.signed[w.w] = true
	}
	delete(j.signed, "")
	ids := map[int64]int{}
	add := func(c dc.Contribution, parent bool) {
		if c.ID != 0 {
			if i, ok := ids[c.ID]; ok {
				if parent {
					j.parents[i] = true
				}
				return
			}
		}
		if c.Status == dc.WithdrawnStatus || c.Status == dc.Superseded {
			return
		}
		if c.ID != 0 {
			ids[c.ID] = len(j.texts)
		}
		if parent {
			j.parents[len(j.texts)] = true
		}
		j.texts = append(j.texts, c)
		name := nameWords(&c)
		j.called = append(j.called, name)
		if !dc.SameAddress(c.Author, in.Post.Author) {
			for _, w := range name {
				j.names[w] = true
			}
		}
	}
	for _, c := range in.Thread.Known {
		add(c, false)
	}
	if p := in.Thread.Parent; p != nil {
		for _, c := range p.Found {
			add(c, true)
		}
	}
	return j
}

// nameWords are the words that somebody may be called by in a text: those of their display name, or the local part of
// the address.
func nameWords(c *dc.Contribution) []string {
	name := c.AuthorName
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimPrefix(c.Author, "@"), "@")
		name, _, _ = strings.Cut(name, ":")
	}
	var out []string
	for _, w := range words(name) {
		if len(w.w) > 1 && !isNumber(w.w) {
			out = append(out, w.w)
		}
	}
	return out
}

// marks are the phrases in an atom's words, found once.
func (j *job) marks(at *atom) []mark {
	if !at.scanned {
		at.marks, at.scanned = lex.scan(j.parts[at.part].ws, at.w0, at.w1, j.names, nil), true
	}
	return at.marks
}

func (j *job) number(s string) int {
	if q, ok := j.nums.by[dc.NormalNumber(s)]; ok && s != "" {
		return q
	}
	return -1
}

// wide makes the matcher know members' texts, as far as words like these need it.
func (j *job) wide(ws []word) {
	missing := false
	want := func(h uint64) {
		if _, ok := j.wanted.all[h]; !ok {
			missing = true
			j.wanted.add(h)
		}
	}
	if j.wanted == nil {
		// All quotes at once: to go through what everybody wrote takes a while.
		j.wanted = &pairSet{all: map[uint64]struct{}{}}
		missing = true
		for i := range j.in.Post.Reading.Blocks {
			if b := &j.in.Post.Reading.Blocks[i]; b.Kind == mail.Quote {
				for _, s := range j.segments(b.Text) {
					pairs(s.ws, want)
					if len(s.ws) < 10 { // without its number it may be one word
						for k := range s.ws {
							pairs(s.ws[k:k+1], want)
						}
					}
				}
			}
		}
	}
	pairs(ws, want)
	if missing {
		j.x.add(j.c.memberTexts(j.texts, j.in.Thread.Texts, j.wanted))
	}
}

// segments splits a quoted block, once.
func (j *job) segments(text string) []segment {
	s, ok := j.segs[text]
	if !ok {
		if j.segs == nil {
			j.segs = map[string][]segment{}
		}
		s = segments(text, j.nums)
		j.segs[text] = s
	}
	return s
}

// readParts takes the author's own blocks.
func (j *job) readParts() {
	r := j.in.Post.Reading
	group := 0
	for i, b := range r.Blocks {
		switch b.Kind {
		case mail.Quote, mail.Forwarded:
			group++
		case mail.Own:
			if b.First < 0 || b.Last >= len(r.Lines) || b.First > b.Last {
				continue
			}
			p := part{block: i, first: b.First, group: group}
			n := 0
			for l := b.First; l <= b.Last; l++ {
				p.starts = append(p.starts, n)
				n += len(r.Lines[l]) + 1
			}
			p.text = strings.Join(r.Lines[b.First:b.Last+1], "\n")
			if strings.TrimSpace(p.text) == "" {
				continue
			}
			p.ws = words(p.text)
			j.parts = append(j.parts, p)
		}
	}
	j.ownBlocks = len(j.parts)
}

// reclaim gives back to the author what was taken for an unmarked quote because an earlier message has nearly the same
// words: "Here is a corrected version of my answer:" and the text anew.
func (j *job) reclaim() {
	r := j.in.Post.Reading
	var blocks []mail.Block
	for i := 0; i+1 < len(r.Blocks); i++ {
		own, copied := &r.Blocks[i], &r.Blocks[i+1]
		if own.Kind != mail.Own || copied.Kind != mail.Quote || !copied.Unmarked || copied.Depth > 1 ||
			!strings.HasSuffix(strings.TrimSpace(own.Text), ":") {
			continue
		}
		ws := words(own.Text)
		for _, m := range lex.scan(ws, max(0, len(ws)-20), len(ws)-1, nil, nil) {
			if (m.means == replaces || m.means == ownAnswer || m.means == pointer) && !m.negated {
				if blocks == nil {
					blocks = slices.Clone(r.Blocks)
				}
				blocks[i+1].Kind, blocks[i+1].Depth = mail.Own, 0
				break
			}
		}
	}
	if blocks != nil {
		reading := *r
		reading.Blocks = blocks
		j.in.Post.Reading = &reading
	}
}

// line is the line in Reading.Lines of byte i of a part.
func (p *part) line(i int) int {
	lo, hi := 0, len(p.starts)-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if p.starts[mid] <= i {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return p.first + lo
}
