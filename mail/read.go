package mail

import (
	"iter"
	"strings"
)

// OwnTextOptions say what beside the author's new words to give.
type OwnTextOptions struct {
	// CutCourtesy leaves greeting and sign-off out.
	CutCourtesy bool
	// KeepQuotes keeps quoted lines, as they stood, where own text follows them: inline answers with what they answer.
	KeepQuotes bool
}

// Read separates what the author of text newly wrote from everything else. The blocks cover every line exactly once,
// in order; nothing is thrown away. It takes time linear in the sizes of the text and of the ancestors.
func Read(text string, opt ReadOptions) *Reading {
	r := &reader{opt: opt}
	raws := splitLines(text)
	raws = splitShared(raws)
	r.ls = readMarks(raws)
	r.spans = r.spans[:0]
	r.findFooters()
	r.findSpans()
	r.walk()
	r.wrapCasualties()
	r.knownCasualties()
	r.courtesies()
	edits := r.align()
	blocks := r.assemble()
	if len(edits) == 0 {
		edits = nil
	}
	return &Reading{Lines: raws, Blocks: blocks, Edits: edits}
}

// Answers gives each block of own text with the quoted block that it stands right below, nil when there is none.
func (r *Reading) Answers() iter.Seq2[*Block, *Block] {
	return func(yield func(own, above *Block) bool) {
		for i := range r.Blocks {
			b := &r.Blocks[i]
			if b.Kind != Own {
				continue
			}
			var above *Block
			if b.Above >= 0 {
				above = &r.Blocks[b.Above]
			}
			if !yield(b, above) {
				return
			}
		}
	}
}

// HasOwn reports whether the author wrote anything beside courtesy.
func (r *Reading) HasOwn() bool {
	for i := range r.Blocks {
		if r.Blocks[i].Kind == Own && trimSpace(r.Blocks[i].Text) != "" {
			return true
		}
	}
	return false
}

// OwnText is what the author newly wrote, as it stood, with blocks that are left out closed up to one blank line.
func (r *Reading) OwnText(opt OwnTextOptions) string {
	lastOwn, firstOwn, runs, quoted := -1, -1, 0, true
	for i, b := range r.Blocks {
		if b.Kind == Own {
			if firstOwn < 0 {
				firstOwn = i
			}
			if quoted {
				runs++
			}
			lastOwn, quoted = i, false
		}
		quoted = quoted || b.Kind == Quote
	}
	var out []string
	gap, attributed := false, false
	for i, b := range r.Blocks {
		keep := false
		switch {
		case b.Kind == Attribution && b.Depth == 0:
			attributed = true
		case b.Kind != Attribution && b.Kind != Quote:
			attributed = false
		}
		switch b.Kind {
		case Own:
			keep = true
		case Greeting, SignOff:
			keep = !opt.CutCourtesy
		case Quote:
			// A quote under its attribution with the whole answer below is no inline context.
			bottom := i < firstOwn && runs == 1 && attributed
			keep = opt.KeepQuotes && i < lastOwn && !b.Unmarked && !bottom
		}
		if !keep {
			gap = true
			continue
		}
		lines := r.Lines[b.First : b.Last+1]
		if gap && len(out) > 0 && !opt.KeepQuotes {
			for len(out) > 0 && trimSpace(out[len(out)-1]) == "" {
				out = out[:len(out)-1]
			}
			for len(lines) > 0 && trimSpace(lines[0]) == "" {
				lines = lines[1:]
			}
			out = append(out, "")
		}
		gap = false
		out = append(out, lines...)
	}
	for len(out) > 0 && trimSpace(out[0]) == "" {
		out = out[1:]
	}
	for len(out) > 0 && trimSpace(out[len(out)-1]) == "" {
		out = out[:len(out)-1]
	}
	for i, l := range out {
		// A line that was added inside a quote stands behind the quote's mark.
		if d, at := quoteMarks(l); d > 0 && strings.HasPrefix(strings.TrimSpace(l[at:]), addedMark) {
			l = strings.TrimSpace(l[at:])
		}
		out[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Join(out, "\n")
}
