package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// htmlAttrs are the attributes that matter.
type htmlAttrs struct {
	style, class, id, href, color, kind, start, value, alt string
	hidden, cite, signature                                bool
}

func (a *htmlAttrs) set(k, v []byte) {
	switch string(k) {
	case "style":
		if len(v) <= 8<<10 {
			a.style = strings.ToLower(string(v))
		}
	case "class":
		a.class = strings.ToLower(string(v))
	case "id":
		a.id = strings.ToLower(string(v))
	case "href":
		a.href = string(v)
	case "color":
		a.color = strings.ToLower(string(v))
	case "type":
		a.kind = string(v)
		a.cite = strings.EqualFold(a.kind, "cite")
	case "start":
		a.start = string(v)
	case "value":
		a.value = string(v)
	case "alt":
		a.alt = string(v)
	case "hidden":
		a.hidden = true
	case "data-smartmail":
		a.signature = strings.EqualFold(string(v), "gmail_signature")
	}
}

// style reads what an element does to the text inside of it.
func (r *htmlRenderer) style(e *htmlElement, tag atom.Atom, a *htmlAttrs) {
	switch tag {
	case atom.Head, atom.Script, atom.Style, atom.Title, atom.Template, atom.Object, atom.Iframe, atom.Noembed, atom.Noframes,
		atom.Select, atom.Textarea, atom.Svg, atom.Math, atom.Audio, atom.Video, atom.Canvas, atom.Map:
		e.hidden = true
	case atom.Del, atom.S, atom.Strike:
		e.struck = true
	case atom.Ins:
		e.added = true
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		e.pre = true
	}
	if a.hidden {
		e.hidden = true
	}
	if s := a.style; s != "" {
		switch styleValue(s, "display") {
		case "none":
			e.hidden = true
		}
		if styleValue(s, "visibility") == "hidden" || styleValue(s, "mso-hide") == "all" {
			e.hidden = true
		}
		if strings.Contains(s, "line-through") {
			e.struck = true
		}
		if ws := styleValue(s, "white-space"); ws != "" {
			e.pre = ws == "pre" || ws == "pre-wrap" || ws == "break-spaces"
		}
	}
	if strings.Contains(a.class, "msodel") {
		e.struck = true
	}
	if strings.Contains(a.class, "msoins") {
		e.added = true
	}
	if strings.Contains(a.class, "signature") || strings.Contains(a.id, "signature") || a.signature {
		e.sign = true
	}
	e.colour = colourOf(a, e.colour)
	if tag == atom.A {
		e.link = true
	}
}

// block reads what an element does to the lines.
func (r *htmlRenderer) block(e *htmlElement, tag atom.Atom, a *htmlAttrs) {
	if !blockElement(tag) {
		return
	}
	e.closes = true
	lines := 1
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Dl:
		if tag != atom.P || !tightParagraph(a) {
			lines, e.para = 2, true
		}
	case atom.Ul, atom.Ol:
		e.ctx, e.kind, e.count = "ul", '1', 1
		if tag == atom.Ol {
			e.ctx = "ol"
			if n, err := strconv.Atoi(a.start); err == nil && n > -1e6 && n < 1e6 {
				e.count = n
			}
			if len(a.kind) == 1 && strings.Contains("1aAiI", a.kind) {
				e.kind = a.kind[0]
			}
		}
	case atom.Td, atom.Th:
		r.cell(e)
		return
	case atom.Tr:
		e.rowAt = r.w.lines
	}
	// What begins a cell stays in the line of its row.
	if !e.hidden && e.cellAt != len(r.w.out)+1 {
		r.endOfLine(lines, false)
	}
	if quoteElement(tag, a, r.top().bar) && !e.hidden {
		e.quote++
		e.bar = true
		r.region++
	}
	if !e.hidden && (a.id == "divrplyfwdmsg" || a.id == "appendonsend" || a.id == "olk_src_body_section" || headerRule(a.style)) {
		r.region++
	}
	if tag == atom.Li && !e.hidden {
		r.item(a)
	}
}

// cell begins a cell of a table.
func (r *htmlRenderer) cell(e *htmlElement) {
	e.closes, e.cellAt = false, len(r.w.out)+1
	for i := len(r.stack) - 1; i > 0; i-- {
		if r.stack[i].tag == atom.Tr {
			row := &r.stack[i]
			if row.cells++; row.cells > 1 && !e.hidden {
				// A table that lays out a page has long cells: after such a one comes a new line.
				if r.w.lines > row.rowAt+1 {
					r.endOfLine(1, false)
				} else {
					r.w.cell()
				}
			}
			return
		}
		if r.stack[i].tag == atom.Table {
			break
		}
	}
}

// item begins an item of a list.
func (r *htmlRenderer) item(a *htmlAttrs) {
	depth, list := 0, -1
	for i := len(r.stack) - 1; i > 0; i-- {
		if r.stack[i].ctx != "" {
			if list < 0 {
				list = i
			}
			depth++
		}
	}
	mark := "- "
	if list >= 0 && r.stack[list].ctx == "ol" {
		l := &r.stack[list]
		if n, err := strconv.Atoi(a.value); err == nil && n > -1e6 && n < 1e6 {
			l.count = n
		}
		mark = listNumber(l.count, l.kind) + ". "
		l.count++
	}
	r.w.mark = strings.Repeat("  ", min(max(depth-1, 0), 10)) + mark
}

// implyEnds closes what the start of tag closes without an end tag (HTML, section 13.1.2.4 "Optional tags").
func (r *htmlRenderer) implyEnds(tag atom.Atom) {
	stop := func(t atom.Atom) bool {
		switch t {
		case atom.Table, atom.Td, atom.Th, atom.Blockquote, atom.Div, atom.Ul, atom.Ol, atom.Dl:
			return true
		}
		return false
	}
	var closes func(t atom.Atom) bool
	switch tag {
	case atom.Li:
		closes = func(t atom.Atom) bool { return t == atom.Li }
	case atom.Dt, atom.Dd:
		closes = func(t atom.Atom) bool { return t == atom.Dt || t == atom.Dd }
	case atom.Option:
		closes = func(t atom.Atom) bool { return t == atom.Option }
	case atom.Tr:
		stop = func(t atom.Atom) bool { return t == atom.Table }
		closes = func(t atom.Atom) bool { return t == atom.Tr }
	case atom.Td, atom.Th:
		stop = func(t atom.Atom) bool { return t == atom.Tr || t == atom.Table }
		closes = func(t atom.Atom) bool { return t == atom.Td || t == atom.Th }
	case atom.A:
		closes = func(t atom.Atom) bool { return t == atom.A }
	default:
		if !blockElement(tag) {
			return
		}
		closes = func(t atom.Atom) bool { return t == atom.P }
	}
	for i := len(r.stack) - 1; i > 0; i-- {
		if closes(r.stack[i].tag) {
			r.popTo(i)
			return
		}
		if stop(r.stack[i].tag) {
			return
		}
	}
}
