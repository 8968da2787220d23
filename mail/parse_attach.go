package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// attach lists a part that is not the text.
func (p *parser) attach(h rawHeader, media string, params map[string]string, body []byte, text string) {
	disposition, dparams := "", map[string]string(nil)
	if v := h.get("Content-Disposition"); v != "" {
		disposition, dparams = parseParams(v)
	}
	name := dparams["filename"]
	if name == "" {
		name = params["name"]
	}
	data := decodeTransfer(body, h.get("Content-Transfer-Encoding"), p.note)
	p.attachData(media, name, disposition, params, data)
	p.m.Attachments[len(p.m.Attachments)-1].Text = text
}

func (p *parser) attachData(media, name, disposition string, params map[string]string, data []byte) {
	sum := sha256.Sum256(data)
	a := Attachment{
		Name: fileName(name), Type: media, Size: len(data), SHA256: hex.EncodeToString(sum[:]), Inline: disposition == "inline",
	}
	if strings.HasPrefix(media, "text/") {
		part := p.limitText(data)
		if media == "text/html" {
			a.Text = TextFromHTML(decodeHTMLCharset(part, params["charset"], p.note))
		} else {
			a.Text = cleanText(decodeCharset(part, params["charset"], p.note))
		}
	}
	p.m.Attachments = append(p.m.Attachments, a)
}

// fileName decodes a name (encoded words in parameters are forbidden by RFC 2047 section 5 and common) and takes
// off any directory: the name is for people and for saving, never a path.
func fileName(s string) string {
	if s == "" {
		return ""
	}
	s = strings.TrimSpace(oneLine(decodeWords(s)))
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	if s == "." || s == ".." {
		return ""
	}
	for len(s) > 255 {
		s = string([]rune(s)[:len([]rune(s))/2])
	}
	return s
}

// wrapped is a message/rfc822 part that may be an original which a list has wrapped.
type wrapped struct {
	m          *Message
	attachment int // index in Attachments
	text       int // index in texts at which it stood
}

// message reads a message inside of a message: an attachment with readable text, and perhaps a wrapped original.
func (p *parser) message(h rawHeader, body []byte, at place) {
	if at.depth >= p.lim.Depth {
		p.truncated("messages nested deeper than %d are not read", p.lim.Depth)
		p.attach(h, "message/rfc822", nil, body, "")
		return
	}
	data := decodeTransfer(body, h.get("Content-Transfer-Encoding"), p.note)
	sub := &parser{lim: p.lim, m: &Message{}, parts: p.parts}
	sub.lim.Depth = p.lim.Depth - at.depth - 1
	ih, ibody := splitHeader(data, p.lim.Header, sub.note)
	sub.readHeader(ih)
	sub.part(ih, ibody, place{inner: true})
	sub.finish()
	p.parts = sub.parts
	in := sub.m
	if in.Truncated {
		p.m.Truncated = true
		for _, n := range in.Notes {
			p.note("in an attached message: %s", n)
		}
	}
	p.attach(h, "message/rfc822", nil, body, summary(in))
	if at.top && !at.inner && in.ID != "" {
		p.wraps = append(p.wraps, wrapped{in, len(p.m.Attachments) - 1, len(p.texts)})
	}
}

// summary is an attached message as text.
func summary(m *Message) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	line("From", m.Get("From"))
	line("To", m.Get("To"))
	line("Date", m.Get("Date"))
	line("Subject", m.Subject)
	b.WriteByte('\n')
	b.WriteString(m.Text)
	return b.String()
}
