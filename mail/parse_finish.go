package mail

import (
	"strings"
)

// finish chooses the texts and puts them together.
func (p *parser) finish() {
	p.unwrap()
	if len(p.texts) == 0 && len(p.named) > 0 {
		// A body with a file name is still the body when there is no other.
		p.note("the text is a part with a file name")
		t := p.named[0]
		p.texts = append(p.texts, t.bodyText)
		p.m.Attachments = append(p.m.Attachments[:t.attachment], p.m.Attachments[t.attachment+1:]...)
	}
	var text, html strings.Builder
	for i := range p.texts {
		t := &p.texts[i]
		if t.hasHTML {
			html.WriteString(t.html)
		}
		chosen := t.plain
		if t.hasHTML {
			if made, why := chooseHTML(t); why != "" {
				chosen = made
				p.m.FromHTML = true
				p.note("text made from HTML: %s", why)
			}
		}
		if chosen == "" {
			continue
		}
		if i == 0 && len(p.texts) == 1 {
			p.m.Text = chosen // the usual case: no copy
			break
		}
		text.WriteString(endLine(chosen))
	}
	if text.Len() > 0 {
		p.m.Text = text.String()
	}
	p.m.HTML = html.String()
	if len(p.m.Text) > 2*p.lim.Text {
		p.truncated("text of %d octets cut after %d", len(p.m.Text), 2*p.lim.Text)
		p.m.Text = endLine(strings.ToValidUTF8(p.m.Text[:2*p.lim.Text], ""))
	}
	p.m.Links = authorLinks(p.m.Text)
}

// chooseHTML decides between the two forms of one text. why is "" when the plain one stands.
func chooseHTML(t *bodyText) (text, why string) {
	plain := strings.TrimSpace(t.plain)
	switch {
	case !t.hasPlain:
		why = "there is no plain text"
	case plain == "":
		why = "the plain text is empty"
	case placeholder(plain):
		why = "the plain text is a placeholder"
	}
	if why != "" {
		return TextFromHTML(t.html), why
	}
	edits, quotes := htmlMayHold(t.html)
	if quotes = quotes && !hasQuoteMark(t.plain); !edits && !quotes {
		return "", ""
	}
	text, st := renderHTML(t.html)
	switch {
	case st.edits > 0:
		return text, "it marks what was struck out or added"
	case st.quoted > 0 && quotes:
		return text, "it marks quotes that the plain text has lost"
	}
	return "", ""
}

// placeholder knows the plain texts that mailers write when they do not mean them to be read.
func placeholder(s string) bool {
	if len(s) > 300 {
		return false
	}
	lower := strings.ToLower(s)
	if !strings.Contains(lower, "html") {
		return false
	}
	for _, w := range []string{"view", "viewer", "support", "display", "format", "client", "afficher", "anzeig", "visualiz", "просмотр"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

func hasQuoteMark(s string) bool {
	return strings.HasPrefix(s, ">") || strings.Contains(s, "\n>") || strings.Contains(s, "\n >") || strings.Contains(s, "\n|")
}

// htmlMayHold is the cheap look before HTML is rendered: most of it holds nothing that plain text loses.
func htmlMayHold(html string) (edits, quotes bool) {
	for i := 0; i < len(html) && !(edits && quotes); i++ {
		switch html[i] {
		case '<':
			edits = edits || hasAnyPrefixFold(html[i+1:], "s>", "s ", "strike", "del", "ins", "font")
			quotes = quotes || hasAnyPrefixFold(html[i+1:], "blockquote")
		case 'c', 'C':
			edits = edits || hasAnyPrefixFold(html[i:], "color:", "color :", "color=")
		case 'l', 'L':
			edits = edits || hasAnyPrefixFold(html[i:], "line-through")
		case 'b', 'B':
			quotes = quotes || hasAnyPrefixFold(html[i:], "border-left")
		case 'y', 'Y':
			quotes = quotes || hasAnyPrefixFold(html[i:], "yahoo_quoted")
		}
	}
	return edits, quotes
}

func hasAnyPrefixFold(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return true
		}
	}
	return false
}

// unwrap finds out whether a list has wrapped the original (Mailman's "wrap_message", mail case 16): then the outer
// mail is the list's own, from the list's or a munged address, with the subject of the original. A person who forwards
// a mail as an attachment does none of that.
func (p *parser) unwrap() {
	if len(p.wraps) != 1 {
		return
	}
	w, m := p.wraps[0], p.m
	in := w.m
	if m.List.ID == "" && m.List.Post == "" {
		return
	}
	if !sameSubject(m.Subject, in.Subject) || len(m.From) == 0 || len(in.From) == 0 || !mungedFrom(m.From[0], m) {
		return
	}
	m.Wrapped = true
	p.alias(in.ID)
	for _, a := range in.Aliases {
		p.alias(a)
	}
	m.WrappedFrom = in.From
	if len(m.InReplyTo) == 0 {
		m.InReplyTo = in.InReplyTo
	}
	if len(m.References) == 0 {
		m.References = in.References
	}
	if m.Date.IsZero() {
		m.Date = in.Date
	}
	// The original takes the place of the wrapper's part.
	m.Attachments = append(append(m.Attachments[:w.attachment:w.attachment], in.Attachments...), m.Attachments[w.attachment+1:]...)
	before := append([]bodyText(nil), p.texts[:w.text]...)
	after := p.texts[w.text:]
	p.texts = append(before, bodyText{plain: endLine(in.Text), hasPlain: true})
	p.texts = append(p.texts, after...)
	m.FromHTML = in.FromHTML
	if in.HTML != "" {
		m.HTML = in.HTML
	}
	for _, n := range in.Notes {
		p.note("%s", n)
	}
}

// sameSubject compares two subjects without list prefixes and reply marks.
func sameSubject(a, b string) bool {
	return strings.EqualFold(bareSubject(a), bareSubject(b))
}

// bareSubject takes "[list]", "[list 123]", "Re:" and the like off the front, in any order.
func bareSubject(s string) string {
	for {
		s = strings.TrimSpace(s)
		if strings.HasPrefix(s, "[") {
			if end := strings.IndexByte(s, ']'); end > 0 && end < len(s)-1 {
				s = s[end+1:]
				continue
			}
		}
		colon := strings.IndexByte(s, ':')
		if colon <= 0 || colon > 12 || !replyMark(s[:colon]) {
			return strings.Join(strings.Fields(s), " ")
		}
		s = s[colon+1:]
	}
}

// replyMark knows what mailers in many languages put before the subject of an answer or a forwarded mail.
func replyMark(w string) bool {
	w = strings.ToLower(strings.TrimSpace(w))
	if i := strings.IndexAny(w, "[(^"); i > 0 { // Re[2], Re(2), Re^2
		w = w[:i]
	}
	switch w {
	case "re", "aw", "antw", "sv", "vs", "odp", "res", "rif", "r", "ref", "bls", "ynt", "ang", "回复", "回覆", "答复", "رد", "ha", "отв",
		"fw", "fwd", "wg", "tr", "rv", "enc", "i", "pd", "doorst", "vb", "转发", "轉寄", "пересл":
		return true
	}
	return false
}
