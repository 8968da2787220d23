package mail

import (
	"strings"

	"znkr.io/diff"
)

const (
	// copyWords is the least number of a parent's words that make a text an edited copy of it, if they are also half of
	// the parent.
	copyWords = 20
	// minimalDiff is up to how many words the shortest difference is looked for; beyond, a fast one will do.
	minimalDiff = 5000
)

// editedCopy recognises a text in which an ancestor was edited without any marks, compares the two word by word, and
// makes the untouched lines a quote and the changed ones the author's own. Changes of punctuation alone do not count.
func (r *reader) editedCopy() ([]Edit, bool) {
	n := r.copied()
	if n < 0 {
		return nil, false
	}
	src, a := r.al.sources[n], r.al
	// What was copied: from the first to the last line with words of the parent, here and there.
	first, last := -1, -1
	low, high := int32(len(src.lines)), int32(-1)
	for i := range r.ls {
		if !r.open(i) {
			continue
		}
		from, to := a.start[i], a.start[i+1]
		if to > from && to-from < shingle && first >= 0 && a.match[from].source == 0 {
			// A short line, the name at the end for one, counts as copied when the parent has the same further down.
			if l, ok := src.exact[gram(a.words.hash[from:to])]; ok && l >= high && src.lines[l].depth == 0 {
				last, high = i, l
			}
		}
		for k := from; k < to; k++ {
			if m := a.match[k]; int(m.source) == n+1 {
				if first < 0 {
					first = i
				}
				last = i
				low, high = min(low, src.words.line[m.at]), max(high, src.words.line[m.at])
			}
		}
	}
	var x, y []uint64
	var xAt, yAt []int32 // word numbers
	for k, h := range src.words.hash {
		if l := src.words.line[k]; l >= low && l <= high && src.lines[l].depth == 0 {
			x, xAt = append(x, h), append(xAt, int32(k))
		}
	}
	for i := first; i <= last; i++ {
		if r.open(i) {
			struck := r.struck(i)
			for k := a.start[i]; k < a.start[i+1]; k++ {
				if struck == nil || !struck(k) {
					y, yAt = append(y, a.words.hash[k]), append(yAt, k)
				}
			}
		}
	}
	opts := []diff.Option{diff.Context(0)}
	if len(x)+len(y) > minimalDiff {
		opts = append(opts, diff.Fast())
	}
	var hunks []hunk
	for _, h := range diff.Hunks(x, y, opts...) {
		hunks = append(hunks, hunk{h.PosX, h.EndX, h.PosY, h.EndY})
	}
	hunks = mergeHunks(hunks)
	changed := map[int32]bool{}
	var edits []Edit
	for _, h := range hunks {
		e := Edit{Parent: Span{ID: src.id}, Lines: [2]int{-1, -1}}
		if h.x1 > h.x0 {
			e.Old = rawWords(src.lines, &src.words, xAt[h.x0], xAt[h.x1-1])
			e.Parent.First, e.Parent.Last = int(src.words.line[xAt[h.x0]]), int(src.words.line[xAt[h.x1-1]])
		} else if len(x) > 0 {
			e.Parent.First = int(src.words.line[xAt[max(0, h.x0-1)]])
			e.Parent.Last = e.Parent.First
		}
		if h.y1 > h.y0 {
			e.New = rawWords(r.ls, &a.words, yAt[h.y0], yAt[h.y1-1])
			e.Lines = [2]int{int(a.words.line[yAt[h.y0]]), int(a.words.line[yAt[h.y1-1]])}
			for k := h.y0; k < h.y1; k++ {
				changed[a.words.line[yAt[k]]] = true
			}
		}
		edits = append(edits, e)
	}
	r.authors = append(r.authors, src.author)
	for i := first; i <= last; i++ {
		l := &r.ls[i]
		switch {
		case !r.open(i):
		case changed[int32(i)]:
			l.set, l.kind = false, Own
		default:
			l.set, l.kind, l.unmarked, l.nested, l.author = true, Quote, true, 1, len(r.authors)-1
		}
	}
	return edits, true
}

// copied finds the ancestor of which the author's own lines hold at least half, or -1.
func (r *reader) copied() int {
	a := r.al
	covered := make([]map[int32]bool, len(a.sources))
	for i := range r.ls {
		if !r.open(i) {
			continue
		}
		for k := a.start[i]; k < a.start[i+1]; k++ {
			if m := a.match[k]; m.source > 0 {
				n := m.source - 1
				if covered[n] == nil {
					covered[n] = map[int32]bool{}
				}
				if s := a.sources[n]; s.lines[s.words.line[m.at]].depth == 0 {
					covered[n][m.at] = true
				}
			}
		}
	}
	best := -1
	for n, s := range a.sources {
		c := len(covered[n])
		if c < copyWords || best >= 0 && c <= len(covered[best]) {
			continue
		}
		total := 0
		for _, l := range s.words.line {
			if s.lines[l].depth == 0 {
				total++
			}
		}
		if c*2 >= total {
			best = n
		}
	}
	return best
}

// hunk is a change: words x0 to x1 of the parent (not included) became words y0 to y1.
type hunk struct{ x0, x1, y0, y1 int }

// mergeHunks joins changes with at most two words between them: people read "in May" -> "before June" as one change.
func mergeHunks(hs []hunk) []hunk {
	var out []hunk
	for _, h := range hs {
		if n := len(out) - 1; n >= 0 && h.x0-out[n].x1 <= 2 {
			out[n].x1, out[n].y1 = h.x1, h.y1
			continue
		}
		out = append(out, h)
	}
	return out
}

// rawWords is the text from word first to word last, as it stands, with the punctuation at the ends of lines.
func rawWords(ls []line, w *words, first, last int32) string {
	from, to := int(w.from[first]), int(w.to[last])
	a, b := w.line[first], w.line[last]
	if first == 0 || w.line[first-1] != a {
		from = 0
	}
	if int(last)+1 == len(w.line) || w.line[last+1] != b {
		to = len(ls[b].body)
	}
	if a == b {
		return strings.TrimSpace(ls[a].body[from:to])
	}
	parts := []string{ls[a].body[from:]}
	for i := a + 1; i < b; i++ {
		if ls[i].depth == ls[a].depth {
			parts = append(parts, ls[i].body)
		}
	}
	parts = append(parts, ls[b].body[:to])
	for i := range parts {
		parts[i] = strings.TrimRight(parts[i], " \t")
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}
