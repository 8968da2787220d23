package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// about says what some words stand below or reply to.
type about struct {
	question int    // -1: not known
	text     bool   // somebody's text, not the question itself
	target   int    // index in job.texts, -1: not known which
	own      bool   // the author's own earlier words
	quoted   string // the words right above, without marks
	why      string
	inline   bool // right below a quote
	doubt    bool // it stands below something that cannot be told: to the tray rather than to the thread's question
}

var nothing = about{question: -1, target: -1}

// segment is a quoted paragraph or numbered item.
type segment struct {
	text string
	ws   []word
}

func segments(text string, nums numbers) []segment {
	var out []segment
	start, at := 0, 0
	cut := func(end int) {
		if s := strings.TrimSpace(text[start:end]); s != "" {
			out = append(out, segment{s, words(s)})
		}
		start = end
	}
	for line := range strings.SplitAfterSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || startsItem(trimmed, nums) {
			cut(at)
		}
		at += len(line)
	}
	cut(len(text))
	return out
}

// startsItem says that a line begins a numbered item or names a question.
func startsItem(line string, nums numbers) bool {
	head := line[:min(len(line), 40)]
	for i := range len(head) {
		if head[i] >= 0x80 { // do not cut a character in two
			head = line[:min(len(line), 60)]
			break
		}
	}
	ws := words(head)
	if len(ws) < 2 {
		return false
	}
	if _, _, ok, bad := nums.label(head, ws, 0, len(ws)-1); ok || bad {
		return true
	}
	c := ws[0].class
	return c&isQuestion != 0 && len(ws) > 2 && startsWithDigit(ws[1].w) || isLabel(ws[0].w)
}

// quoteMatch is what a quoted segment was found to be.
type quoteMatch struct {
	question int // -1
	text     int // index in job.texts; -1 none; -2 a draft
	unknown  bool
	minor    bool // too short to say anything: "(compulsory)"
}

func (j *job) matchSegment(s segment, b mail.Block) quoteMatch {
	m := quoteMatch{question: -1, text: -1}
	ws := s.ws[:len(s.ws)-1]
	if len(ws) == 0 {
		m.minor = true
		return m
	}
	label, next, labelled, bad := j.nums.label(s.text, s.ws, 0, len(ws))
	named := false
	if !labelled && !bad {
		// "Question 6: ..." and "Q6 - ..." as a heading.
		var buf [4]reference
		if found := j.nums.find(s.text, s.ws, 0, min(len(ws), 8), nil, buf[:0]); len(found) > 0 {
			if r := found[0]; r.first <= 1 && !r.point && len(r.questions) <= 1 {
				named, next = true, r.last+1
				if r.unknown {
					bad = true
				} else {
					label, labelled = r.questions[0], true
				}
			}
		}
	}
	rest := ws[min(next, len(ws)):]
	official := j.official(b)
	if labelled && !official && len(rest) > 0 {
		// "> 4. By asking.": too short to be known by its words alone.
		if t := j.said(label, rest); t >= 0 {
			m.text = t
			return m
		}
	}
	j.wide(rest)
	x := j.x
	first, second := x.best(rest, func(t indexed) bool { return true })
	if first.text >= 0 {
		t := x.texts[first.text]
		if t.question < 0 {
			// The question's own text wins over a member's text that repeats it.
			if f, s2 := x.best(rest, func(t indexed) bool { return t.question >= 0 && t.contribution == -1 && !t.extra }); f.text >= 0 && f.cover >= 0.7 && f.common >= first.common-1 {
				first, second, t = f, s2, x.texts[f.text]
			}
		}
		switch {
		case t.contribution == draftText:
			if first.pairs >= 2 && (first.share >= 0.6 || first.cover >= 0.7) {
				return quoteMatch{question: t.question, text: -2}
			}
		case t.question >= 0:
			exact := t.title && first.cover > 0.99 && first.share > 0.99
			strong := first.pairs >= 3 && (first.share >= 0.6 || first.cover >= 0.7) || exact
			switch {
			case labelled && label == t.question && (strong || first.share >= 0.25 || first.cover >= 0.3):
				m.question = label
				return m
			case (labelled && label != t.question || bad) && strong && first.plain(second):
				// The printed number says one question, the text another: a person has to look.
				m.unknown = true
				return m
			case strong && first.plain(second):
				m.question = t.question
				return m
			case strong:
				m.unknown = true
				return m
			}
		case t.contribution >= 0:
			if first.pairs >= 2 && (first.share >= 0.6 || first.cover >= 0.7) || first.share > 0.99 && first.cover > 0.99 {
				m.text = t.contribution
				return m
			}
		}
	}
	switch {
	case bad:
		m.unknown = true
	case labelled && (len(rest) == 0 || official && b.From.ID != "" || named && strings.HasSuffix(s.text, ":")):
		m.question = label
	case labelled && named:
		// A member's own words under a question's number.
		m.question, m.text = label, unknownText
	case labelled && len(rest) > 0 && (strings.HasSuffix(s.text, "?") || !official && j.thread < 0 && j.answered(label)):
		m.unknown = true
	case len(ws) <= 2:
		m.minor = true
	}
	return m
}

// said is the text, of the parent's rather than another's, the latest, that says exactly these words on a question; -1: none.
func (j *job) said(q int, rest []word) int {
	found := -1
	for i := range j.texts {
		if j.number(j.texts[i].Question) != q || found >= 0 && j.parents[found] && !j.parents[i] {
			continue
		}
		text := j.texts[i].Text
		if len(text) > 16*(len(rest)+8) {
			continue // much longer
		}
		ws := words(text)
		n, from := len(ws)-1, 0
		if _, next, ok, _ := j.nums.label(text, ws, 0, n); ok && next < n {
			from = next
		}
		ws = ws[from:n]
		if slices.EqualFunc(ws, rest, func(a, b word) bool { return a.w == b.w && a.w != "" }) {
			found = i
		}
	}
	return found
}

// answered says that the parent has words on a question.
func (j *job) answered(q int) bool {
	for i := range j.texts {
		if j.parents[i] && j.number(j.texts[i].Question) == q {
			return true
		}
	}
	return false
}

// unknownText is a member's text that no contribution is known of.
const unknownText = -3

// official says that a quote's words are the survey's own.
func (j *job) official(b mail.Block) bool {
	p := j.in.Thread.Parent
	if p == nil {
		return b.Depth <= 1 && b.Author.Addr == "" && b.Author.Name == ""
	}
	if b.From.ID != "" {
		return b.From.ID == p.ID && p.Official
	}
	return p.Official && b.Depth <= 1
}

// readQuotes says for each block of the author's own words what it stands below.
func (j *job) readQuotes() {
	cur := nothing // what the quotes since the author's last words are about
	last := -1     // the question last quoted
	matched, fresh, questions, trailing := false, false, 0, false
	for i := range j.in.Post.Reading.Blocks {
		b := &j.in.Post.Reading.Blocks[i]
		switch b.Kind {
		case mail.Quote:
			if !fresh {
				cur, matched, questions, trailing, fresh = nothing, false, 0, false, true
			}
			for _, s := range j.segments(b.Text) {
				m := j.matchSegment(s, *b)
				switch {
				case m.unknown:
					last = -1
					cur = about{question: -1, target: -1, quoted: s.text, doubt: true}
					matched, trailing = true, false
				case m.question >= 0 && m.text == -1:
					if m.question != cur.question || cur.text {
						questions++
						cur = about{question: m.question, target: -1, quoted: s.text, why: "written below the quoted question " + j.qs[m.question].Number}
					} else {
						if len(cur.quoted) < 4<<10 {
							cur.quoted += "\n\n" + s.text
						}
					}
					last = m.question
					matched, trailing = true, false
				case m.text >= 0:
					cur = j.aboutText(m.text)
					cur.quoted = s.text
					if cur.question < 0 && !cur.doubt {
						cur.question = last
					}
					matched, trailing = true, false
				case m.text == -2:
					cur = about{question: m.question, text: true, target: -1, quoted: s.text, why: "written below a quoted part of the draft for question " + j.qs[m.question].Number}
					last = m.question
					matched, trailing = true, false
				case m.text == unknownText:
					cur = about{question: m.question, text: true, target: -1, quoted: s.text, why: "written below a quote that names question " + j.qs[m.question].Number}
					last = m.question
					matched, trailing = true, false
				case m.minor:
				default:
					trailing = true
					if !j.official(*b) || !matched {
						q := cur.question
						cur = about{question: -1, target: -1, text: !j.official(*b), quoted: s.text}
						if cur.text && matched {
							// Somebody's words that stand below a question they quoted themselves.
							cur.question = q
							trailing = false
						} else if cur.text && last >= 0 && j.thread < 0 {
							cur.question = last
							trailing = false
						}
					}
				}
			}
		case mail.Own:
			if b.Above < 0 && !fresh {
				cur = nothing
			}
			if b.Above >= 0 {
				a := cur
				a.inline = true
				if trailing && !a.text {
					// Not right below the question: the end of a whole quoted mail.
					a = about{question: -1, target: -1, inline: true, quoted: a.quoted, doubt: j.thread < 0}
				} else if questions > 3 && j.ownBlocks == 1 && !a.text {
					a.question, a.doubt = -1, true
				}
				j.abouts[i] = a
			} else {
				j.abouts[i] = nothing
			}
			fresh = false
		}
	}
}

// aboutText is what words below, or in reply to, a known text are about.
func (j *job) aboutText(i int) about {
	c := &j.texts[i]
	a := about{question: -1, text: true, target: i, why: "about the words of " + nameOf(c)}
	if q, ok := j.nums.by[dc.NormalNumber(c.Question)]; ok && c.Question != "" {
		a.question = q
	}
	if dc.SameAddress(c.Author, j.in.Post.Author) {
		a.own = true
		a.text = false
		a.why = "the author added to their own words"
	}
	return a
}

func nameOf(c *dc.Contribution) string {
	if c.AuthorName != "" {
		return c.AuthorName
	}
	return c.Author
}

// reply is what words that stand below no quote reply to: the parent as a whole.
func (j *job) reply() about {
	p := j.in.Thread.Parent
	if p == nil || p.Official {
		a := nothing
		if p != nil && p.Question != "" && !j.renamed {
			a.question = j.number(p.Question)
			a.why = "a reply to question " + p.Question
		}
		return a
	}
	if dc.SameAddress(p.Author, j.in.Post.Author) {
		a := nothing
		a.own = true
		if q, ok := j.sameQuestion(p.Found); ok {
			a.question, a.why = q, "the author added to their own words"
		}
		return a
	}
	a := about{question: -1, text: true, target: -1, doubt: j.moved}
	var live []int
	for i := range j.texts {
		if j.parents[i] {
			live = append(live, i)
		}
	}
	if q, ok := j.sameQuestion(p.Found); ok && !j.moved {
		a.question = q
		a.why = "a reply to words on question " + j.qs[q].Number
	} else if len(p.Found) > 1 {
		a.doubt = true
	}
	if len(live) == 1 {
		a.target = live[0]
	} else {
		answers := -1
		for _, i := range live {
			if k := j.texts[i].Kind; k == dc.Answer || k == dc.HeldElsewhere && answers < 0 {
				if answers >= 0 && j.texts[answers].Kind == dc.Answer {
					answers = -1
					break
				}
				answers = i
			}
		}
		a.target = answers
	}
	return a
}

// sameQuestion returns the one question that all contributions have; those in the tray do not count.
func (j *job) sameQuestion(cs []dc.Contribution) (int, bool) {
	q := -1
	for i := range cs {
		if cs[i].Question == "" {
			continue
		}
		n := j.number(cs[i].Question)
		if n < 0 || q >= 0 && q != n {
			return -1, false
		}
		q = n
	}
	return q, q >= 0
}
