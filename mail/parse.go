package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// The default limits: what a list would carry, with room.
const (
	defaultSize   = 25 << 20
	defaultHeader = 256 << 10
	defaultParts  = 500
	defaultDepth  = 20
	defaultText   = 2 << 20
)

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.Size, defaultSize)
	set(&l.Header, defaultHeader)
	set(&l.Parts, defaultParts)
	set(&l.Depth, defaultDepth)
	set(&l.Text, defaultText)
	return l
}

// maxNotes bounds Notes: a hostile mail has a million defects and nobody reads them.
const maxNotes = 30

// parser is the state of one Parse.
type parser struct {
	lim   Limits
	m     *Message
	parts int
	texts []bodyText
	// wraps are the message/rfc822 parts seen at the place where a list puts a wrapped original.
	wraps []wrapped
	// named are text parts with a file name, in order: attachments, unless there is no other text at all.
	named []namedText
}

// bodyText is one text to read: in one or both forms.
type bodyText struct {
	plain, html       string
	hasPlain, hasHTML bool
}

type namedText struct {
	bodyText
	attachment int // index in Attachments
}

// Parse reads a mail. It always returns a message and never panics: what is broken is noted, what can be read is read.
// It does not keep raw. Parsing is one pass over slices of raw, not go-message's readers: those return nothing at all
// after the first defect, and one way for good and bad mail is easier to trust than two.
func Parse(raw []byte, lim Limits) *Message {
	p := &parser{lim: lim.withDefaults(), m: &Message{}}
	b := raw
	if len(b) > p.lim.Size {
		p.truncated("message of %d octets cut after %d", len(b), p.lim.Size)
		b = b[:p.lim.Size]
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		p.note("lines ended by CR alone")
		b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	}
	for len(b) > 0 && (b[0] == '\n' || b[0] == '\r') { // empty lines before the header
		b = b[1:]
	}
	if headerSize, _ := headerEnd(b); headerSize > p.lim.Header {
		p.m.Truncated = true
	}
	h, body := splitHeader(b, p.lim.Header, p.note)
	p.readHeader(h)
	p.part(h, body, place{depth: 0, top: true})
	p.finish()
	if p.m.ID == "" {
		sum := sha256.Sum256(raw)
		p.m.ID, p.m.MadeID = "sha256-"+hex.EncodeToString(sum[:])+"@dcbot.invalid", true
	}
	p.m.InReplyTo = without(p.m.InReplyTo, p.m.ID)
	p.m.References = without(p.m.References, p.m.ID)
	return p.m
}

func (p *parser) note(format string, args ...any) {
	if len(p.m.Notes) >= maxNotes {
		return
	}
	n := format
	if len(args) > 0 {
		n = fmt.Sprintf(format, args...)
	}
	for _, have := range p.m.Notes {
		if have == n {
			return
		}
	}
	p.m.Notes = append(p.m.Notes, n)
}

func (p *parser) truncated(format string, args ...any) {
	p.m.Truncated = true
	p.note(format, args...)
}

// readHeader fills what the header alone says.
func (p *parser) readHeader(h rawHeader) {
	m := p.m
	m.Header = make([]Field, len(h))
	froms := 0
	for i := range h {
		f := h[i]
		switch f.name {
		case "From":
			if froms++; froms == 1 {
				m.From = parseAddresses(f.value)
			}
		case "Sender":
			m.Sender = parseAddresses(f.value)
		case "Reply-To":
			m.ReplyTo = append(m.ReplyTo, parseAddresses(f.value)...)
		case "To":
			m.To = append(m.To, parseAddresses(f.value)...)
		case "Cc":
			m.Cc = append(m.Cc, parseAddresses(f.value)...)
		}
		m.Header[i] = Field{f.name, decodeField(f)}
	}
	if froms > 1 {
		p.note("%d From fields, the first one counts", froms)
	}
	m.ID = ownID(h.get("Message-Id"))
	m.InReplyTo = parseIDs(h.all("In-Reply-To"))
	m.References = parseIDs(h.all("References"))
	for _, name := range []string{"X-Original-Message-Id", "Resent-Message-Id", "X-Google-Original-Message-Id"} {
		if v := h.get(name); v != "" {
			p.alias(ownID(v))
		}
	}
	m.Subject = strings.TrimSpace(oneLine(decodeWords(h.get("Subject"))))
	if v := h.get("Date"); v != "" {
		t, ok := parseDate(v)
		if !ok {
			p.note("unreadable Date")
		}
		if ok {
			m.Date = t
		}
	}
	m.List = readList(m)
	m.Digest = digestSubject(m.Subject)
}

func (p *parser) alias(id string) {
	if id == "" || id == p.m.ID {
		return
	}
	for _, a := range p.m.Aliases {
		if a == id {
			return
		}
	}
	p.m.Aliases = append(p.m.Aliases, id)
}

// decodeField decodes a value for Message.Header. Encoded words in address fields are decoded inside of the addresses:
// decoded blindly, =?utf-8?q?Lima=2C_Ana?= would become two of them.
func decodeField(f rawField) string {
	v := f.value
	if strings.Contains(v, "=?") && addressField(f.name) {
		return oneLine(formatAddresses(parseAddresses(v)))
	}
	return oneLine(decodeWords(v))
}

func addressField(name string) bool {
	switch name {
	case "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "X-Original-From", "X-Mailfrom", "X-Original-Sender", "Resent-From",
		"Resent-Sender", "X-Google-Original-From":
		return true
	}
	return false
}

// place is where in the tree a part stands.
type place struct {
	depth   int
	top     bool // the message itself, or what only multipart/mixed and multipart/signed stand above
	digest  bool // inside of a multipart/digest: the default type is message/rfc822
	sibling int  // its index
	inner   bool // inside of another message: only its text is wanted
}

// part reads one MIME part (RFC 2045, 2046).
func (p *parser) part(h rawHeader, body []byte, at place) {
	if p.parts++; p.parts > p.lim.Parts {
		if p.parts == p.lim.Parts+1 {
			p.truncated("more than %d parts, the rest is not read", p.lim.Parts)
		}
		return
	}
	ct := h.get("Content-Type")
	media, params := "text/plain", map[string]string(nil)
	if ct != "" {
		media, params = parseParams(ct)
	} else if at.digest {
		media = "message/rfc822"
	}
	if !strings.Contains(media, "/") {
		switch media {
		case "html":
			media = "text/html"
		default:
			if media != "text" {
				p.note("unreadable Content-Type, taken for text")
			}
			media = "text/plain"
		}
	}
	switch {
	case strings.HasPrefix(media, "multipart/"):
		p.multipart(media, params, body, at)
	case media == "message/rfc822" || media == "message/global":
		p.message(h, body, at)
	default:
		p.leaf(h, media, params, body, at)
	}
}

// multipart reads the parts of a multipart body.
func (p *parser) multipart(media string, params map[string]string, body []byte, at place) {
	if at.depth >= p.lim.Depth {
		p.truncated("parts nested deeper than %d are not read", p.lim.Depth)
		p.attach(rawHeader{}, media, params, body, "")
		return
	}
	room := p.lim.Parts - p.parts + 1
	boundary := params["boundary"]
	var parts [][]byte
	var epilogue []byte
	found, closed := false, false
	if boundary != "" {
		parts, epilogue, found, closed = splitMultipart(body, boundary, room)
	}
	if !found {
		if guess := guessBoundary(body); guess != "" {
			p.note("boundary guessed from the body")
			parts, epilogue, found, closed = splitMultipart(body, guess, room)
		}
	}
	if !found || len(parts) == 0 {
		p.note("multipart without parts, read as text")
		p.leaf(nil, "text/plain", nil, body, at)
		return
	}
	if len(parts) >= room && !closed {
		p.truncated("more than %d parts, the rest is not read", p.lim.Parts)
	} else if !closed {
		p.note("last boundary is missing")
	}
	sub := place{depth: at.depth + 1, inner: at.inner}
	switch media {
	case "multipart/digest":
		if at.depth <= 2 && !at.inner {
			p.m.Digest = true
		}
		sub.digest = true
	case "multipart/mixed", "multipart/signed":
		sub.top = at.top
	}
	first := len(p.texts)
	for i, raw := range parts {
		sub.sibling = i
		ph, pbody := partHeader(raw, p)
		p.part(ph, pbody, sub)
	}
	if media == "multipart/alternative" {
		p.mergeAlternatives(first)
	}
	// Mailman 2 could not always put its footer inside of the last boundary.
	if at.depth == 0 && len(epilogue) > 0 && len(epilogue) < 4096 {
		if t := strings.TrimSpace(cleanText(decodeCharset(epilogue, "", p.note))); t != "" && looksLikeListFooter(t) {
			p.texts = append(p.texts, bodyText{plain: t + "\n", hasPlain: true})
		}
	}
}

// partHeader splits a part. A part may have no header at all: it then begins with an empty line, or, when broken, with
// its text.
func partHeader(raw []byte, p *parser) (rawHeader, []byte) {
	if len(raw) > 0 && (raw[0] == '\n' || raw[0] == '\r') {
		_, body := headerEnd(raw)
		return nil, body
	}
	return splitHeader(raw, p.lim.Header, p.note)
}

// mergeAlternatives makes one text of the alternatives collected since first (RFC 2046 section 5.1.4).
func (p *parser) mergeAlternatives(first int) {
	var one bodyText
	for _, t := range p.texts[first:] {
		if t.hasPlain {
			one.plain, one.hasPlain = one.plain+t.plain, true
		}
		if t.hasHTML {
			one.html, one.hasHTML = one.html+t.html, true
		}
	}
	p.texts = p.texts[:first]
	if one.hasPlain || one.hasHTML {
		p.texts = append(p.texts, one)
	}
}

// leaf reads a part that holds no other parts.
func (p *parser) leaf(h rawHeader, media string, params map[string]string, body []byte, at place) {
	disposition, dparams := "", map[string]string(nil)
	if v := h.get("Content-Disposition"); v != "" {
		disposition, dparams = parseParams(v)
	}
	name := dparams["filename"]
	if name == "" {
		name = params["name"]
	}
	data := decodeTransfer(body, h.get("Content-Transfer-Encoding"), p.note)
	switch media {
	case "text/plain", "text/html", "text/enriched", "text/x-markdown", "text/markdown":
	default:
		p.attachData(media, name, disposition, params, data)
		return
	}
	text := p.bodyText(media, params, data)
	if disposition == "attachment" || name != "" {
		p.attachData(media, name, disposition, params, data)
		p.named = append(p.named, namedText{text, len(p.m.Attachments) - 1})
		return
	}
	p.texts = append(p.texts, text)
}

// bodyText decodes one text part.
func (p *parser) bodyText(media string, params map[string]string, data []byte) bodyText {
	data = p.limitText(data)
	if media == "text/html" {
		return bodyText{html: cleanText(decodeHTMLCharset(data, params["charset"], p.note)), hasHTML: true}
	}
	s := cleanText(decodeCharset(data, params["charset"], p.note))
	if strings.EqualFold(params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(params["delsp"], "yes"))
	}
	if clear, ok := unclear(s); ok {
		p.note("PGP signature taken off, not checked")
		s = clear
	}
	return bodyText{plain: endLine(s), hasPlain: true}
}

func (p *parser) limitText(data []byte) []byte {
	if len(data) <= p.lim.Text {
		return data
	}
	p.truncated("text of %d octets cut after %d", len(data), p.lim.Text)
	return data[:p.lim.Text]
}
