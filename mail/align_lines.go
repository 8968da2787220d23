package mail

// alignment is the text compared with its ancestors.
type alignment struct {
	sources []*source
	words   words
	match   []match
	start   []int32 // first word of each line; one more at the end
}

const (
	// unmarkedWords is the least run of words that makes lines without marks a quote. Shorter agreement is chance, or
	// the author repeating a term.
	unmarkedWords = 8
	maxAncestors  = 50
)

// align finds where quotes came from, takes unmarked copies out of the author's own text, gives inline answers inside
// unmarked quotes back to it, and compares an edited copy with its original.
func (r *reader) align() []Edit {
	if len(r.opt.Ancestors) == 0 {
		return r.markedEdits()
	}
	a := &alignment{start: make([]int32, 0, len(r.ls)+1)}
	r.al = a
	for _, x := range r.opt.Ancestors[:min(len(r.opt.Ancestors), maxAncestors)] {
		a.sources = append(a.sources, newSource(x))
	}
	for i := range r.ls {
		a.start = append(a.start, int32(len(a.words.hash)))
		a.words.addLine(r.ls[i].body, i)
	}
	a.start = append(a.start, int32(len(a.words.hash)))
	a.match = matchWords(&a.words, a.sources)
	edits := r.markedEdits()
	if r.repost() {
		return edits
	}
	if more, done := r.editedCopy(); done {
		return append(edits, more...)
	}
	r.answersInside()
	r.copies()
	return edits
}

// lineMatch counts a line's words and those found in an ancestor, and names the ancestor (from 1) most of them are in.
func (a *alignment) lineMatch(i int) (words, found int, source int16) {
	from, to := a.start[i], a.start[i+1]
	for k := from; k < to; k++ {
		if m := a.match[k]; m.source > 0 {
			found++
			source = m.source
		}
	}
	words = int(to - from)
	if found == 0 && words > 0 && words <= 12 {
		g := gram(a.words.hash[from:to])
		for n, s := range a.sources {
			if _, ok := s.exact[g]; ok {
				return words, words, int16(n + 1)
			}
		}
	}
	return words, found, source
}

// repost reports a text that its author sent before, whole and without anything new: it stays the author's own.
func (r *reader) repost() bool {
	addr, own := r.opt.Author.Addr, 0
	if addr == "" {
		return false
	}
	for i := range r.ls {
		if !r.open(i) {
			continue
		}
		w, f, s := r.al.lineMatch(i)
		if w > 0 && (f*5 < w*4 || s == 0 || r.al.sources[s-1].author.Addr != addr) {
			return false
		}
		own += w
	}
	return own > 0
}

// copies makes runs of the author's own lines quotes when an ancestor has the same lines.
func (r *reader) copies() {
	for i := 0; i < len(r.ls); {
		if !r.open(i) {
			i++
			continue
		}
		first, last, total := -1, -1, 0
		src := int16(0)
		j := i
		for ; j < len(r.ls); j++ {
			if r.ls[j].blank() && r.ls[j].depth == 0 {
				continue
			}
			if !r.open(j) {
				break
			}
			w, f, s := r.al.lineMatch(j)
			if w > 0 && f*5 < w*4 {
				break
			}
			if w > 0 {
				if src == 0 {
					src = s
				}
				total += w
			}
			if first < 0 {
				first = j
			}
			last = j
		}
		first, last, total = r.wholeParagraphs(first, last)
		if first >= 0 && total >= unmarkedWords && src > 0 {
			r.authors = append(r.authors, r.opt.Ancestors[src-1].Author)
			for k := first; k <= last; k++ {
				l := &r.ls[k]
				l.set, l.kind, l.unmarked, l.nested, l.author = true, Quote, true, 1, len(r.authors)-1
			}
		}
		i = max(j, i+1)
	}
}

// wholeParagraphs shrinks a run of copied lines to the paragraphs that were copied whole: a line of the parent inside the
// author's own sentence is the author's.
func (r *reader) wholeParagraphs(first, last int) (a, b, words int) {
	for first >= 0 && first <= last && (r.ls[first].blank() || first > 0 && r.open(first-1)) {
		first++
	}
	for first >= 0 && last >= first && (r.ls[last].blank() || last+1 < len(r.ls) && r.open(last+1)) {
		last--
	}
	if first < 0 || first > last {
		return -1, -1, 0
	}
	for i := first; i <= last; i++ {
		words += int(r.al.start[i+1] - r.al.start[i])
	}
	return first, last, words
}

// open reports a line of the author's own with words in it.
func (r *reader) open(i int) bool {
	l := &r.ls[i]
	return !l.blank() && l.depth == 0 && (!l.set || l.kind == Own || l.kind == Greeting || l.kind == SignOff)
}

// answersInside gives lines back to the author that stand inside an unmarked quote but that the ancestor does not have:
// inline answers whose colour or indent was lost. It needs an ancestor that accounts for most of the quote.
func (r *reader) answersInside() {
	for i := 0; i < len(r.ls); {
		if !r.ls[i].set || r.ls[i].kind != Quote || !r.ls[i].unmarked {
			i++
			continue
		}
		j := i
		total, found := 0, 0
		for ; j < len(r.ls) && (r.ls[j].set && r.ls[j].kind == Quote && r.ls[j].unmarked || r.ls[j].blank()); j++ {
			w, f, _ := r.al.lineMatch(j)
			total += w
			found += f
		}
		if found >= unmarkedWords && found*2 >= total {
			r.strangersIn(i, j)
		}
		i = j
	}
}

// strangersIn marks as own the lines between first and end (not included) that no ancestor has, where the lines around
// them follow one another in the ancestor, or where the quote has ended.
func (r *reader) strangersIn(first, end int) {
	lastAt, lastSource := int32(-1), int16(0)
	for i := first; i < end; {
		w, f, _ := r.al.lineMatch(i)
		if w == 0 || f*3 >= w {
			for k := r.al.start[i]; k < r.al.start[i+1]; k++ {
				if m := r.al.match[k]; m.source > 0 {
					lastAt, lastSource = m.at, m.source
				}
			}
			i++
			continue
		}
		j, nextAt, nextSource := i, int32(-1), int16(0)
		for ; j < end; j++ {
			w, f, _ := r.al.lineMatch(j)
			if w > 0 && f*3 >= w {
				for k := r.al.start[j]; k < r.al.start[j+1]; k++ {
					if m := r.al.match[k]; m.source > 0 {
						nextAt, nextSource = m.at, m.source
						break
					}
				}
				break
			}
		}
		follows := lastSource > 0 && (nextSource == 0 && j == end || nextSource == lastSource && nextAt > lastAt && nextAt-lastAt <= 12)
		if follows {
			for k := i; k < j; k++ {
				l := &r.ls[k]
				l.set, l.kind, l.unmarked, l.nested, l.author = false, Own, false, 0, 0
			}
		}
		i = max(j, i+1)
	}
}

// spanOf finds the lines of an ancestor that a quote came from: those that most of its words are in.
func (r *reader) spanOf(first, last int) Span {
	if r.al == nil {
		return Span{}
	}
	a := r.al
	count := map[int16]int{}
	from, to := a.start[first], a.start[last+1]
	for k := from; k < to; k++ {
		if s := a.match[k].source; s > 0 {
			count[s]++
		}
	}
	best := int16(0)
	for s, n := range count {
		if best == 0 || n > count[best] || n == count[best] && s < best {
			best = s
		}
	}
	if best == 0 || count[best]*2 < int(to-from) {
		return a.shortSpan(first, last)
	}
	src := a.sources[best-1]
	lo, hi := int32(-1), int32(-1)
	for k := from; k < to; k++ {
		if m := a.match[k]; m.source == best {
			n := src.words.line[m.at]
			if lo < 0 || n < lo {
				lo = n
			}
			if n > hi {
				hi = n
			}
		}
	}
	return Span{ID: src.id, First: int(lo), Last: int(hi)}
}

// shortSpan finds a quote that is shorter than a shingle by its whole lines.
func (a *alignment) shortSpan(first, last int) Span {
	for _, s := range a.sources {
		lo, hi := int32(-1), int32(-1)
		ok := true
		for i := first; i <= last && ok; i++ {
			from, to := a.start[i], a.start[i+1]
			if from == to {
				continue
			}
			n, found := s.exact[gram(a.words.hash[from:to])]
			if !found {
				ok = false
				break
			}
			if lo < 0 || n < lo {
				lo = n
			}
			hi = max(hi, n)
		}
		if ok && lo >= 0 {
			return Span{ID: s.id, First: int(lo), Last: int(hi)}
		}
	}
	return Span{}
}
