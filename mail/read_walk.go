package mail

import (
	"strings"
	"unicode/utf8"
)

// walk goes through the text from the top and decides, at each line that could introduce a quote, what follows it.
func (r *reader) walk() {
	r.authors = append(r.authors, Address{})
	var byDepth []int // author by quote depth
	setAuthor := func(depth, a int) {
		for len(byDepth) <= depth {
			byDepth = append(byDepth, 0)
		}
		byDepth[depth] = a
		byDepth = byDepth[:depth+1]
	}
	authorAt := func(depth int) int {
		if depth < len(byDepth) {
			return byDepth[depth]
		}
		return 0
	}
	const (
		own = iota
		quoted
		forwarded
		indented
	)
	state, nested, wrote := own, 0, false
	for i := 0; i < len(r.ls); i++ {
		l := &r.ls[i]
		if l.set {
			continue
		}
		var s *span
		if l.group > 0 && r.spans[l.group-1].first == i && !r.spans[l.group-1].off {
			s = &r.spans[l.group-1]
		}
		if state == indented && l.depth == 0 && !l.blank() && l.indent() == 0 {
			state, nested = own, 0
		}
		if s != nil && s.depth == 0 && state == own && !r.introduces(s, wrote) {
			s.off = true
			s = nil
		}
		if s != nil {
			r.authors = append(r.authors, s.author)
			chained := s.first > 0 && r.prevSpan(s) // header below "Original Message" is the same introduction
			depth := s.depth
			if state == quoted || state == forwarded {
				depth += nested
				if chained && s.depth == 0 {
					depth--
				}
			}
			introduced := depth + 1
			if r.heads(s) {
				introduced = depth
			}
			if s.author != (Address{}) || s.kind == attributionSpan {
				setAuthor(introduced, len(r.authors)-1)
			} else if !chained { // "-----Original Message-----": the header block below says whose
				setAuthor(introduced, 0)
			}
			if p := r.prevText(s.first - 1); p >= 0 && s.depth == 0 && !r.ls[p].set && isRule(r.ls[p].trim, 5) {
				r.ls[p].set, r.ls[p].kind, r.ls[p].nested = true, Attribution, depth
			}
			for k := s.first; k <= s.last; k++ {
				a := &r.ls[k]
				a.set, a.kind, a.nested = true, Attribution, depth
			}
			switch {
			case s.kind == forwardSpan && state == own && s.depth == 0:
				state, nested = forwarded, 1
			case s.kind == forwardSpan && s.depth > 0 && state == own:
				r.forwardRun(s)
			case state == quoted || state == forwarded:
				if s.depth == 0 && !chained {
					nested++
				}
			case s.depth == 0:
				state, nested = r.below(s, wrote)
			}
			i = s.last
			continue
		}
		switch {
		case state == forwarded:
			l.set, l.kind, l.nested, l.author = true, Forwarded, l.depth, authorAt(1)
		case state == quoted || state == indented && l.depth == 0 && !l.blank():
			l.set, l.kind, l.unmarked = true, Quote, l.depth == 0
			l.nested = nested + l.depth
			if state == indented {
				l.nested = 1
			}
			l.author = authorAt(l.nested)
		case l.depth > 0:
			l.set, l.kind, l.nested, l.author = true, Quote, l.depth, authorAt(l.depth)
		case !l.blank():
			wrote = true
		}
	}
}

// below says how to go on under an introduction that stands in the author's own text.
func (r *reader) below(s *span, wrote bool) (state, nested int) {
	const (
		own      = 0
		quoted   = 1
		indented = 3
	)
	n := r.nextOpen(s.last + 1)
	kind := s.kind
	for hops := 0; hops < 4 && n >= 0 && r.ls[n].depth == 0 && r.ls[n].group > 0 && r.spans[r.ls[n].group-1].trust == sure; hops++ {
		next := &r.spans[r.ls[n].group-1] // a header block, say, below "Original Message"
		kind, n = next.kind, r.nextOpen(next.last+1)
	}
	if n < 0 {
		return own, 0
	}
	if r.ls[n].depth > 0 && (kind == attributionSpan || !wrote || !r.unmarkedBelow(n)) {
		return own, 0 // the marks tell quote and answer apart
	}
	// Below a header block without marks, marked lines are what the quoted message quoted.
	if s.kind == aboveSpan {
		return quoted, 1
	}
	if s.kind == attributionSpan && r.ls[n].indent() >= 2 && r.ls[s.first].indent() == 0 && r.dedents(n) {
		return indented, 1
	}
	// Nothing of the author's above: then the text below is the answer, posted under the introduction of a quote that
	// was cut away. Where an ancestor is known, align sorts out what is a quote after all.
	if !wrote {
		return own, 0
	}
	return quoted, 1
}

// unmarkedBelow reports whether lines without marks follow from line n on.
func (r *reader) unmarkedBelow(n int) bool {
	for ; n < len(r.ls); n++ {
		if l := &r.ls[n]; !l.set && l.depth == 0 && !l.blank() {
			return true
		}
	}
	return false
}

// dedents reports whether the indented run that starts in line n ends in text without indent.
func (r *reader) dedents(n int) bool {
	for i := n; i < len(r.ls); i++ {
		l := &r.ls[i]
		if l.set || l.blank() {
			continue
		}
		if l.depth > 0 || l.indent() == 0 {
			return l.depth == 0 && r.ls[i-1].blank() // ragged indents are not one quote and an answer
		}
		if l.indent() < 2 {
			return false
		}
	}
	return false
}

// nextOpen is the next line that is neither blank nor decided already (a footer), or -1.
func (r *reader) nextOpen(i int) int {
	for ; i < len(r.ls); i++ {
		if !r.ls[i].set && !r.ls[i].blank() {
			return i
		}
	}
	return -1
}

// heads reports an attribution inside the marks of the quote that it introduces, at its top (Apple Mail):
//
//	> On ..., Ana wrote:
//	>
//	> text
func (r *reader) heads(s *span) bool {
	if s.depth == 0 {
		return false
	}
	p, n := r.prevText(s.first-1), r.nextText(s.last+1)
	return (p < 0 || r.ls[p].depth < s.depth) && n >= 0 && r.ls[n].depth == s.depth
}

// prevSpan reports whether another introduction stands right above s.
func (r *reader) prevSpan(s *span) bool {
	for k := s.first - 1; k >= 0; k-- {
		if r.ls[k].blank() || isRule(r.ls[k].trim, 5) {
			continue
		}
		g := r.ls[k].group
		return g > 0 && !r.spans[g-1].off && r.ls[k].depth == s.depth
	}
	return false
}

// introduces reports whether a quote really begins at s, which stands between lines of the author's own.
func (r *reader) introduces(s *span, wrote bool) bool {
	n := r.nextOpen(s.last + 1)
	marked := n >= 0 && r.ls[n].depth > s.depth && n-s.last <= 4
	if marked || n < 0 {
		return s.trust > named || marked
	}
	switch s.trust {
	case sure:
		return true
	case dated:
		// People write "On 3 May 2026 Ana wrote:" themselves. Without a parent to compare with, only a capital or
		// "you" as author is believed; with one, align finds what is quoted.
		return wrote && len(r.opt.Ancestors) == 0 && programAuthor(s.author)
	case named:
		p := r.prevText(s.first - 1)
		return p >= 0 && r.ls[p].depth == 0 && (isMobile(r.ls[p].trim) || r.ls[p].trim == "--")
	}
	return false
}

// programAuthor reports an author as a program names one: "Ana Lima", "you"; not "the secretariat".
func programAuthor(a Address) bool {
	if a.Addr != "" || a.Name == "you" {
		return true
	}
	c, _ := utf8.DecodeRuneInString(a.Name)
	return capitalised(a.Name) > 0 && strings.ToLower(string(c)) != string(c) || spaceless(c)
}

// forwardRun makes the marked lines below a marked "Begin forwarded message:" a forwarded original.
func (r *reader) forwardRun(s *span) {
	for i := s.last + 1; i < len(r.ls); i++ {
		l := &r.ls[i]
		if l.set || l.depth < s.depth && !l.blank() {
			return
		}
		if l.depth < s.depth {
			continue
		}
		l.set, l.nested = true, l.depth
		l.kind = Forwarded
		if g := l.group; g > 0 && r.spans[g-1].kind == headerSpan {
			l.kind = Attribution
		}
	}
}
