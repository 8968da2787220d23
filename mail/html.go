package mail

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHTMLDepth bounds the stack of open elements: what is nested deeper keeps its text, but no style of its own.
const maxHTMLDepth = 200

// maxQuoteMarks bounds the marks in front of a line, so that deep nesting cannot blow the text up.
const maxQuoteMarks = 20

// TextFromHTML makes readable text of HTML: paragraphs, lists ("- ", "1. "), tables (cells separated by " | "), links
// ("text <url>" where they differ), quotes as "> ", and what was struck out or added by colour as "[deleted: ...]" and
// "[added: ...]". Nothing is fetched. It works on tokens, not on a tree: linear in time, and no nesting can overflow
// the stack.
func TextFromHTML(s string) string {
	text, _ := renderHTML(s)
	return text
}

// htmlStats says what structure the HTML held.
type htmlStats struct {
	edits  int // runs of deleted or added text
	quoted int // lines in quotes
}

// htmlElement is one open element and what it means for the text inside of it.
type htmlElement struct {
	tag    atom.Atom
	name   string // for elements without an atom
	hidden bool
	quote  int // quote depth
	bar    bool
	pre    bool
	struck bool
	added  bool
	sign   bool   // a signature, as the mailer marked it
	link   bool   // inside of a link
	colour string // class of colour, "" for ordinary text
	ctx    string // for lists: "ul", "ol"
	kind   byte   // for ol: '1', 'a', 'A', 'i', 'I'
	count  int    // for ol: the next number
	cells  int    // for tr: cells begun
	rowAt  int    // for tr: the number of lines when it began
	cellAt int    // in a cell: 1+length of the output when it began
	closes bool   // a block: its end ends the line
	para   bool   // its end ends a paragraph
}

type htmlRenderer struct {
	w      textWriter
	stack  []htmlElement
	over   int // open elements beyond maxHTMLDepth
	stats  htmlStats
	edits  *colourEdits
	region int // of the message, as colourEdits counts them

	href      string // of the open link
	linkStart int    // where its text begins in the output
	linkDepth int    // height of the stack below it
	yahoo     int    // 1+index of the stack element whose quote begins after an attribution line
	signed    stretch
	inSigned  bool // signed is a stretch in which a signature has begun
}

// renderHTML is TextFromHTML that also tells what it saw.
func renderHTML(s string) (string, htmlStats) {
	r := &htmlRenderer{stack: make([]htmlElement, 1, 32)}
	if hasColour(s) {
		c := &htmlRenderer{stack: make([]htmlElement, 1, 32), edits: &colourEdits{}}
		c.w.discard = true
		c.run(s)
		c.edits.decide()
		r.edits = c.edits
	}
	r.w.out = make([]byte, 0, len(s)/2)
	r.run(s)
	r.w.close()
	r.stats.edits = r.w.edits
	r.stats.quoted = r.w.quoted
	return strings.ToValidUTF8(string(r.w.out), "\uFFFD"), r.stats
}

// counting says that this is the first pass, which only looks at colours.
func (r *htmlRenderer) counting() bool { return r.w.discard }

func (r *htmlRenderer) top() *htmlElement { return &r.stack[len(r.stack)-1] }

func (r *htmlRenderer) run(s string) {
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.endLink()
			return
		case html.TextToken:
			if r.top().hidden {
				continue
			}
			r.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := atom.Lookup(name)
			var a htmlAttrs
			for n := 0; more && n < 100; n++ {
				var k, v []byte
				k, v, more = z.TagAttr()
				a.set(k, v)
			}
			r.start(tag, string(name), &a)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(atom.Lookup(name), string(name))
		}
	}
}

// start opens an element.
func (r *htmlRenderer) start(tag atom.Atom, name string, a *htmlAttrs) {
	switch tag { // elements without content
	case atom.Br:
		if !r.top().hidden {
			r.endOfLine(1, true)
		}
		return
	case atom.Hr:
		if !r.top().hidden {
			r.endOfLine(1, false)
			r.setQuote()
			r.w.word("________________________________")
			r.endOfLine(1, false)
			r.region++
		}
		return
	case atom.Img:
		if alt := strings.Join(strings.Fields(a.alt), " "); alt != "" && !r.top().hidden && len(alt) < 500 {
			r.text("[image: " + alt + "]")
		}
		return
	case atom.Meta, atom.Link, atom.Base, atom.Input, atom.Wbr, atom.Col, atom.Area, atom.Embed, atom.Source, atom.Param, atom.Track, atom.Body, atom.Html:
		if tag == atom.Body || tag == atom.Html {
			r.closeHead()
			r.top().colour = colourOf(a, r.top().colour)
		}
		return
	}
	r.implyEnds(tag)
	if len(r.stack) >= maxHTMLDepth {
		r.over++
		if blockElement(tag) && !r.top().hidden {
			r.endOfLine(1, false)
		}
		return
	}
	e := *r.top()
	e.tag, e.name, e.bar, e.ctx, e.count, e.cells, e.closes, e.para = tag, "", false, "", 0, 0, false, false
	if tag == 0 {
		e.name = name
	}
	r.style(&e, tag, a)
	r.block(&e, tag, a)
	r.stack = append(r.stack, e)
	if tag == atom.A {
		r.endLink()
		r.stack[len(r.stack)-1].link = true
		if !e.hidden {
			r.href, r.linkStart, r.linkDepth = a.href, -1, len(r.stack)
		}
	}
	if a.signature && !e.hidden {
		// Gmail marks a signature in HTML and lets people switch the "-- " off.
		r.endOfLine(1, false)
		if string(r.w.lastLine()) != "--" {
			r.setQuote()
			r.w.word("--")
			r.w.space = true
			r.endOfLine(1, false)
		}
	}
	if strings.Contains(a.class, "yahoo_quoted") && r.yahoo == 0 {
		r.endOfLine(1, false)
		r.yahoo = len(r.stack)
		r.w.lines = 0
	}
}

func (r *htmlRenderer) end(tag atom.Atom, name string) {
	if tag == atom.Br || tag == atom.P && !r.open(atom.P) {
		r.endOfLine(1, tag == atom.Br)
		return
	}
	if r.over > 0 {
		r.over--
		if blockElement(tag) {
			r.endOfLine(1, false)
		}
		return
	}
	for i := len(r.stack) - 1; i > 0; i-- {
		if r.stack[i].tag == tag && (tag != 0 || r.stack[i].name == name) {
			r.popTo(i)
			return
		}
		// A stray end tag inside of a cell or quote closes nothing outside of it.
		if t := r.stack[i].tag; tag != atom.Table && tag != atom.Tr && tag != atom.Tbody && (t == atom.Td || t == atom.Th) {
			return
		}
	}
}

func (r *htmlRenderer) open(tag atom.Atom) bool {
	for i := len(r.stack) - 1; i > 0; i-- {
		if r.stack[i].tag == tag {
			return true
		}
	}
	return false
}

// popTo closes the element at index i and everything inside of it.
func (r *htmlRenderer) popTo(i int) {
	for len(r.stack) > i {
		e := r.stack[len(r.stack)-1]
		if r.linkDepth == len(r.stack) {
			r.endLink()
		}
		if r.yahoo == len(r.stack) {
			r.yahoo = 0
		}
		r.stack = r.stack[:len(r.stack)-1]
		if e.hidden {
			continue
		}
		switch {
		case e.tag == atom.Td || e.tag == atom.Th:
			r.w.endCell()
		case e.closes && e.para:
			r.endOfLine(2, false)
		case e.closes:
			r.endOfLine(1, false)
		}
		if e.bar {
			r.region++
		}
	}
}

// closeHead ends a head that was never closed.
func (r *htmlRenderer) closeHead() {
	for i := 1; i < len(r.stack); i++ {
		if r.stack[i].tag == atom.Head {
			r.popTo(i)
			return
		}
	}
}

// endLink writes the address of the open link, if its text does not say it already.
func (r *htmlRenderer) endLink() {
	if r.linkDepth == 0 {
		return
	}
	href, start := strings.TrimSpace(r.href), r.linkStart
	r.href, r.linkDepth = "", 0
	if start < 0 || r.counting() || len(href) > 4096 {
		return
	}
	show, ok := linkTarget(href)
	if !ok {
		return
	}
	if text := r.w.out[min(start, len(r.w.out)):]; len(text) <= len(show)+200 && sameLink(string(text), show) {
		return
	}
	r.w.space = true
	r.w.word("<" + show + ">")
}

// text writes the text of one token.
func (r *htmlRenderer) text(s string) {
	e := r.top()
	colour := e.colour
	at := stretch{r.region, e.quote}
	if r.edits != nil && beginsSignature(s) {
		r.signed, r.inSigned = at, true
	}
	if e.link || e.sign || r.inSigned && r.signed == at {
		colour = ""
	}
	if r.counting() {
		r.edits.count(at, colour, s)
		return
	}
	edit := byte(0)
	switch {
	case e.struck:
		edit = 'd'
	case e.added, r.edits.edit(at, colour):
		edit = 'a'
	}
	r.setQuote()
	r.w.edit = edit
	if r.linkDepth > 0 && r.linkStart < 0 && strings.TrimSpace(s) != "" {
		r.w.flush()
		r.linkStart = len(r.w.out)
	}
	r.w.text(s, e.pre)
}

// setQuote tells the writer the quote depth of what comes.
func (r *htmlRenderer) setQuote() { r.w.quote = min(r.top().quote, maxQuoteMarks) }

// endOfLine ends a line. Yahoo has no blockquote: its quote begins below the attribution line in a div.
func (r *htmlRenderer) endOfLine(n int, hard bool) {
	r.w.breakLine(n, hard)
	if r.yahoo == 0 || r.yahoo > len(r.stack) || r.counting() {
		return
	}
	if last := r.w.lastLine(); r.w.lines >= 1 && (bytes.HasSuffix(last, []byte(":")) || bytes.HasSuffix(last, []byte("："))) || r.w.lines >= 4 {
		for i := r.yahoo - 1; i < len(r.stack); i++ {
			r.stack[i].quote++
		}
		r.yahoo = 0
	}
}
