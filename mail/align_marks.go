package mail

import (
	"slices"
	"strings"
)

// TextFromHTML writes what was struck out or added by colour alone as "[deleted: ...]" and "[added: ...]".
const (
	addedMark   = "[added: "
	deletedMark = "[deleted: "
)

// editMark is one such mark in a line: from its bracket to behind the closing one.
type editMark struct {
	from, to int
	added    bool
	text     string
}

// editMarks finds the marks of a line. Brackets inside are counted; a mark that does not close goes to the line's end.
func editMarks(s string) []editMark {
	var out []editMark
	for i := 0; i < len(s); {
		j := strings.IndexByte(s[i:], '[')
		if j < 0 {
			break
		}
		i += j
		mark := ""
		switch {
		case strings.HasPrefix(s[i:], addedMark):
			mark = addedMark
		case strings.HasPrefix(s[i:], deletedMark):
			mark = deletedMark
		default:
			i++
			continue
		}
		end, open := i+len(mark), 1
		for end < len(s) && open > 0 {
			switch s[end] {
			case '[':
				open++
			case ']':
				open--
			}
			end++
		}
		text := strings.TrimSuffix(s[i+len(mark):end], "]")
		out = append(out, editMark{i, end, mark == addedMark, strings.TrimSpace(text)})
		i = end
	}
	return out
}

// markedEdits reads the edits that colour or strike-out mark inside quotes: a line that was added whole is the author's
// own, other marks are edits of the quoted line.
func (r *reader) markedEdits() []Edit {
	if !r.opt.FromHTML {
		return nil
	}
	var edits []Edit
	for i := range r.ls {
		l := &r.ls[i]
		if !l.set || l.kind != Quote || strings.IndexByte(l.body, '[') < 0 {
			continue
		}
		marks := editMarks(l.body)
		if len(marks) == 0 {
			continue
		}
		rest, whole, at := "", true, 0
		for _, m := range marks {
			rest += l.body[at:m.from]
			at = m.to
			whole = whole && m.added
		}
		if whole && trimSpace(rest+l.body[at:]) == "" {
			l.kind, l.unmarked, l.nested, l.author = Own, false, 0, 0
			continue
		}
		parent := r.parentOf(i)
		for n := 0; n < len(marks); n++ {
			m := marks[n]
			e := Edit{Parent: parent, Lines: [2]int{i, i}}
			if m.added {
				e.New = m.text
			} else {
				e.Old, e.Lines = m.text, [2]int{-1, -1}
				if n+1 < len(marks) && marks[n+1].added && strings.TrimSpace(l.body[m.to:marks[n+1].from]) == "" {
					e.New, e.Lines = marks[n+1].text, [2]int{i, i}
					n++
				}
			}
			edits = append(edits, e)
		}
	}
	return edits
}

// parentOf is the line of an ancestor that most of line i came from.
func (r *reader) parentOf(i int) Span {
	if r.al == nil {
		return Span{}
	}
	for k := r.al.start[i]; k < r.al.start[i+1]; k++ {
		if m := r.al.match[k]; m.source > 0 {
			src := r.al.sources[m.source-1]
			n := int(src.words.line[m.at])
			return Span{ID: src.id, First: n, Last: n}
		}
	}
	return Span{}
}

// struck reports, for the words of line i, those that are not part of the edited text: the marks' own words and what they
// say was deleted. It is nil when the line has no marks.
func (r *reader) struck(i int) func(k int32) bool {
	if !r.opt.FromHTML {
		return nil
	}
	marks := editMarks(r.ls[i].body)
	if len(marks) == 0 {
		return nil
	}
	w := &r.al.words
	return func(k int32) bool {
		return slices.ContainsFunc(marks, func(m editMark) bool {
			at := int(w.from[k])
			return at >= m.from && at < m.to && (!m.added || at < m.from+len(addedMark)-1)
		})
	}
}
