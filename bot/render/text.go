package render

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// width is where lines of plain text end, so that no mail client wraps them again (RFC 5322 section 2.1.1 asks for 78).
const width = 76

// text writes a page as plain text. With title, it begins with the title, underlined; a mail has it in its subject.
func (p *page) text(title bool) string {
	w := &textWriter{}
	if title {
		w.heading(p.Title, '=')
	}
	if p.Alert != "" {
		w.wrap("*** "+p.Alert+" ***", "", "")
		w.gap()
	}
	w.blocks(p.Head, 2)
	w.blocks(p.Body, 2)
	if len(p.Foot) > 0 {
		w.gap()
		w.line("-- ")
		for _, f := range p.Foot {
			w.wrap(f, "", "")
		}
	}
	return strings.TrimRight(w.b.String(), "\n") + "\n"
}

type textWriter struct {
	b     strings.Builder
	blank bool
}

func (w *textWriter) line(s string) {
	w.b.WriteString(s + "\n")
	w.blank = s == ""
}

// gap leaves one blank line, never two.
func (w *textWriter) gap() {
	if !w.blank && w.b.Len() > 0 {
		w.line("")
	}
}

func (w *textWriter) blocks(bs []block, level int) {
	for _, b := range bs {
		switch {
		case b.Section != nil:
			w.section(b.Section, level)
		case b.Words != nil:
			w.words(b.Words)
		case b.Facts != nil:
			for _, f := range b.Facts {
				lines := f.Lines()
				if len(lines) == 1 {
					w.wrap(f.Name+": "+f.Value, "", "  ")
					continue
				}
				w.wrap(f.Name+":", "", "  ")
				for _, l := range lines {
					w.wrap(l, "  - ", "    ")
				}
			}
			w.gap()
		case b.Lines != nil || b.Choices != nil:
			for _, l := range append(append([]string(nil), b.Lines...), b.Choices...) {
				w.wrap(l, "- ", "  ")
			}
			w.gap()
		default:
			for _, l := range strings.Split(b.Para, "\n") {
				w.wrap(l, "", "")
			}
			w.gap()
		}
	}
}

func (w *textWriter) section(s *section, level int) {
	w.gap()
	if level == 2 {
		w.line("")
	}
	w.heading(s.Title, [...]rune{2: '=', 3: '-', 4: '.'}[min(level, 4)])
	w.blocks(s.Body, level+1)
}

// heading underlines a title, as long as its longest line is.
func (w *textWriter) heading(title string, under rune) {
	first := w.b.Len()
	w.wrap(title, "", "")
	longest := 0
	for _, l := range strings.Split(w.b.String()[first:], "\n") {
		longest = max(longest, uniseg.StringWidth(l))
	}
	w.line(strings.Repeat(string(under), longest))
	w.gap()
}

// words are indented and in quotation marks: the indentation keeps a line of theirs from passing for one of ours.
func (w *textWriter) words(x *words) {
	if x.Who != "" {
		w.wrap(x.Who, "", "")
	}
	if x.About != "" {
		w.wrap(x.AboutLabel, "  ", "  ")
		w.quote(x.About, "      ")
	}
	if x.Text != "" {
		w.quote(x.Text, "    ")
	}
	for _, n := range x.Notes {
		w.wrap(n, "  ", "    ")
	}
	w.gap()
}

// quote keeps the author's own line structure and wraps only what is too long.
func (w *textWriter) quote(s, indent string) {
	lines := strings.Split("“"+clean(s)+"”", "\n")
	for _, l := range lines {
		own := indent + l[:len(l)-len(strings.TrimLeft(l, " \t"))]
		if uniseg.StringWidth(own) > width/2 {
			own = indent
		}
		w.wrap(l, own, indent)
	}
}

// wrap writes a line in lines of at most width columns; a word longer than that stays whole if it is a link, and is
// cut where its script allows a break otherwise.
func (w *textWriter) wrap(s, first, next string) {
	indent, room, at := first, width-uniseg.StringWidth(first), 0
	var line strings.Builder
	flush := func() {
		w.line(strings.TrimRight(indent+line.String(), " "))
		indent, room, at = next, width-uniseg.StringWidth(next), 0
		line.Reset()
	}
	put := func(word string, glue bool) {
		n := uniseg.StringWidth(word)
		if at > 0 && !glue {
			if at+1+n > room {
				flush()
			} else {
				line.WriteByte(' ')
				at++
			}
		} else if at > 0 && at+n > room {
			flush()
		}
		line.WriteString(word)
		at += n
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r != '\u00a0' && unicode.IsSpace(r) }) {
		if uniseg.StringWidth(word) <= room || strings.Contains(word, "://") || strings.Contains(word, "@") {
			put(word, false)
			continue
		}
		state, rest, glue := -1, word, false
		for rest != "" {
			var seg string
			seg, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
			put(seg, glue)
			glue = true
		}
	}
	flush()
}

// clean takes out control characters that would let words change the page around them; line breaks and tabs stay.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.Trim(s, "\n"))
}

// oneLine makes a text safe for a subject, a name or a heading: no line breaks, no characters that turn the direction
// of what follows.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// reflow joins the lines of a paragraph that a person wrapped in a file, and keeps the breaks between paragraphs and
// before list items.
func reflow(s string) []string {
	var out []string
	for _, l := range strings.Split(clean(s), "\n") {
		l = strings.TrimSpace(l)
		item := strings.HasPrefix(l, "- ") || strings.HasPrefix(l, "* ") || strings.HasPrefix(l, "• ")
		switch {
		case l == "" && (len(out) == 0 || out[len(out)-1] == ""):
		case l == "":
			out = append(out, "")
		case len(out) == 0 || out[len(out)-1] == "" || item:
			out = append(out, l)
		default:
			out[len(out)-1] += " " + l
		}
	}
	// Gather: items of one paragraph stay together, blank lines separate.
	var paras []string
	for _, l := range out {
		switch {
		case l == "":
			paras = append(paras, "")
		case len(paras) == 0 || paras[len(paras)-1] == "":
			if len(paras) > 0 {
				paras = paras[:len(paras)-1]
			}
			paras = append(paras, l)
		default:
			paras[len(paras)-1] += "\n" + l
		}
	}
	for len(paras) > 0 && paras[len(paras)-1] == "" {
		paras = paras[:len(paras)-1]
	}
	return paras
}
