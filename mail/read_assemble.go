package mail

import "strings"

// assemble makes blocks of the lines: runs of one kind, depth and author. Blank lines belong to the block above them,
// below an attribution and at the start to the one that follows.
func (r *reader) assemble() []Block {
	for i := range r.ls {
		l := &r.ls[i]
		if !l.set {
			l.kind, l.nested = Own, 0
			l.set = !l.blank()
		} else if l.blank() && l.depth == 0 {
			l.set = false
		}
	}
	// From here on, set tells lines with words (or marks) from blank ones, which take the kind of a neighbour.
	var blocks []Block
	for i := 0; i < len(r.ls); i++ {
		l := &r.ls[i]
		if !l.set {
			continue
		}
		first := i
		if len(blocks) == 0 {
			first = 0
		} else if last := &blocks[len(blocks)-1]; last.Last+1 < i {
			if last.Kind != Attribution || l.kind == Attribution {
				last.Last = i - 1
			} else {
				first = last.Last + 1
			}
		}
		if n := len(blocks) - 1; n >= 0 && joins(&blocks[n], l) {
			blocks[n].Last = i
			continue
		}
		b := Block{Kind: l.kind, First: first, Last: i, Above: -1, Depth: l.nested, Unmarked: l.unmarked}
		if l.kind == Quote || l.kind == Forwarded || l.kind == Attribution {
			b.Author = r.authors[l.author]
		} else {
			b.Depth = 0
		}
		if l.kind == Attribution {
			b.Author = Address{}
			if l.group > 0 {
				b.Author = r.spans[l.group-1].author
			}
		}
		blocks = append(blocks, b)
	}
	if n := len(blocks); n > 0 {
		blocks[n-1].Last = len(r.ls) - 1
	} else if len(r.ls) > 0 {
		blocks = append(blocks, Block{Kind: Own, Last: len(r.ls) - 1, Above: -1})
	}
	for n := range blocks {
		b := &blocks[n]
		b.Text = r.text(b.First, b.Last)
		if b.Kind == Own && n > 0 {
			if blocks[n-1].Kind == Quote {
				b.Above = n - 1
			}
		}
		if b.Kind == Quote {
			b.From = r.spanOf(b.First, b.Last)
		}
	}
	return blocks
}

// joins reports whether line l goes on with block b.
func joins(b *Block, l *line) bool {
	if b.Kind != l.kind || b.Unmarked != l.unmarked {
		return false
	}
	switch l.kind {
	case Quote:
		return b.Depth == l.nested
	case Forwarded:
		return true
	case Attribution:
		return b.Depth == l.nested
	}
	return true
}

// text joins the contents of lines without their marks and outer blank lines.
func (r *reader) text(first, last int) string {
	for first <= last && r.ls[first].blank() {
		first++
	}
	for last >= first && r.ls[last].blank() {
		last--
	}
	if first > last {
		return ""
	}
	if first == last {
		return strings.TrimRight(r.ls[first].body, " \t")
	}
	n := 0
	for i := first; i <= last; i++ {
		n += len(r.ls[i].body) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for i := first; i <= last; i++ {
		if i > first {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight(r.ls[i].body, " \t"))
	}
	return b.String()
}
