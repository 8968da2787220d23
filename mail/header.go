package mail

import (
	"bytes"
	"fmt"
	"net/textproto"
	"strings"
)

// rawField is one header field as it stands in the mail: unfolded, not yet decoded.
type rawField struct {
	name  string // canonical MIME form
	value string
}

// rawHeader is a header that could be read, in order.
type rawHeader []rawField

// get returns the first value of a field; name must be in canonical form.
func (h rawHeader) get(name string) string {
	for i := range h {
		if h[i].name == name {
			return h[i].value
		}
	}
	return ""
}

// all joins every occurrence of a field with a space: for id lists, where duplicate fields are seen in the wild.
func (h rawHeader) all(name string) string {
	var one string
	var more []string
	for i := range h {
		if h[i].name != name {
			continue
		}
		if one == "" {
			one = h[i].value
		} else {
			more = append(more, h[i].value)
		}
	}
	if more == nil {
		return one
	}
	return one + " " + strings.Join(more, " ")
}

// splitHeader reads the header at the start of b and returns it with the rest. It cannot fail: net/mail and go-message
// give up at the first line that is no field (mail case 12), so lines that are none are skipped and noted, and where
// the empty line is missing the body starts at the first line after the last thing that looks like a known field.
func splitHeader(b []byte, max int, note func(string, ...any)) (h rawHeader, body []byte) {
	end, rest := headerEnd(b)
	block := b[:end]
	if len(block) > max {
		cut := bytes.LastIndexByte(block[:max], '\n') + 1
		if cut == 0 {
			cut = max
		}
		note("header of %d octets cut after %d", len(block), cut)
		block = block[:cut]
	}
	// One string for the whole block: names and values are slices of it.
	s := string(block)
	h = make(rawHeader, 0, 24)
	lastKnown := -1 // offset of the last line that is a known field; found at the first bad line
	bad := 0
	for pos := 0; pos < len(s); {
		start := pos
		nl := strings.IndexByte(s[pos:], '\n')
		var line string
		if nl < 0 {
			line, pos = s[pos:], len(s)
		} else {
			line, pos = s[pos:pos+nl], pos+nl+1
		}
		// Continuation lines (RFC 5322 section 2.2.3) make one logical line.
		folded := false
		for pos < len(s) && (s[pos] == ' ' || s[pos] == '\t') {
			folded = true
			if nl = strings.IndexByte(s[pos:], '\n'); nl < 0 {
				pos = len(s)
			} else {
				pos += nl + 1
			}
		}
		if folded {
			line = strings.TrimSuffix(s[start:pos], "\n")
		}
		name, value, ok := cutField(line)
		if !ok {
			if strings.TrimSpace(line) == "" {
				continue
			}
			if start == 0 && isFromLine(line) {
				note("mbox separator line skipped")
				continue
			}
			if lastKnown < 0 {
				lastKnown = lastKnownField(s, start)
			}
			if start > lastKnown {
				// Nothing but prose follows: the empty line is missing.
				note("no empty line between header and body")
				return h, b[start:]
			}
			bad++
			continue
		}
		if folded {
			value = unfold(value)
		}
		h = append(h, rawField{canonical(name), strings.Trim(value, " \t\r")})
	}
	if bad > 0 {
		note("%s in the header skipped", plural(bad, "line that is no field", "lines that are no fields"))
	}
	return h, rest
}

// headerEnd finds the empty line that ends a header: the length of the header, and what follows.
func headerEnd(b []byte) (int, []byte) {
	pos := 0
	for pos < len(b) {
		nl := bytes.IndexByte(b[pos:], '\n')
		if nl < 0 {
			return len(b), nil
		}
		line := b[pos : pos+nl]
		if len(line) == 0 || (len(line) == 1 && line[0] == '\r') {
			return pos, b[pos+nl+1:]
		}
		pos += nl + 1
	}
	return len(b), nil
}

// cutField splits "Name: value". A blank before the colon is obsolete syntax (RFC 5322 section 4.5.3) and accepted.
func cutField(line string) (name, value string, ok bool) {
	colon := strings.IndexByte(line, ':')
	if colon <= 0 {
		return "", "", false
	}
	name = strings.TrimRight(line[:colon], " \t")
	if name == "" {
		return "", "", false
	}
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= ' ' || c >= 0x7f {
			return "", "", false
		}
	}
	return name, line[colon+1:], true
}

// unfold joins folded lines (RFC 5322 section 2.2.3): the line ends go, the blanks stay.
func unfold(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '\r' && c != '\n' {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isFromLine(line string) bool {
	return strings.HasPrefix(line, "From ") || strings.HasPrefix(line, ">From ")
}

// lastKnownField returns the offset of the last line, from offset on, that holds a field which mail is known to have;
// -1 if there is none. Only known names count, since "Note: ..." is prose as often as not.
func lastKnownField(s string, from int) int {
	last := -1
	for pos := from; pos < len(s); {
		nl := strings.IndexByte(s[pos:], '\n')
		if nl < 0 {
			nl = len(s) - pos
		}
		if name, _, ok := cutField(s[pos : pos+nl]); ok && knownField(name) {
			last = pos
		}
		pos += nl + 1
	}
	return last
}

func knownField(name string) bool {
	switch canonical(name) {
	case "Received", "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-Id", "In-Reply-To", "References", "Reply-To",
		"Sender", "Return-Path", "Mime-Version", "Delivered-To", "Precedence", "User-Agent", "Errors-To", "Auto-Submitted",
		"Importance", "Authentication-Results", "Received-Spf", "Dkim-Signature", "Thread-Topic", "Thread-Index",
		"Archived-At", "Lines", "Status", "Organization":
		return true
	}
	for _, p := range []string{"X-", "Content-", "List-", "Resent-", "Arc-"} {
		if len(name) > len(p) && strings.EqualFold(name[:len(p)], p) {
			return true
		}
	}
	return false
}

// canonical is textproto.CanonicalMIMEHeaderKey; the names that every list mail has are answered without a copy.
func canonical(name string) string {
	return textproto.CanonicalMIMEHeaderKey(name)
}

// Values returns the values of every header field with that name (any case), in order.
func (m *Message) Values(name string) []string {
	var v []string
	for i := range m.Header {
		if strings.EqualFold(m.Header[i].Name, name) {
			v = append(v, m.Header[i].Value)
		}
	}
	return v
}

// parseIDs reads Message-IDs from a field (RFC 5322 section 3.6.4) as they really are written: in brackets with anything
// around, folded in the middle, cut off at the end, or with no brackets at all (mail case 13). Brackets, blanks and
// control characters go; duplicates go; what was cut off is no id and goes as well.
func parseIDs(v string) []string {
	var ids []string
	add := func(id string) {
		if id = cleanID(id); id == "" {
			return
		}
		ids = append(ids, id)
	}
	if strings.IndexByte(v, '<') < 0 {
		// No brackets: only if every word looks like an id ("Your message of ..." does not).
		words := strings.FieldsFunc(v, func(r rune) bool { return r <= ' ' || r == ',' || r == ';' || r == '>' })
		for _, w := range words {
			if at := strings.IndexByte(w, '@'); at <= 0 || at == len(w)-1 {
				return nil
			}
		}
		for _, w := range words {
			add(w)
		}
		return dedupIDs(ids)
	}
	for {
		open := strings.IndexByte(v, '<')
		if open < 0 {
			break
		}
		v = v[open+1:]
		end := strings.IndexAny(v, "<>")
		if end < 0 {
			break
		}
		if v[end] == '<' { // the one before was cut off
			v = v[end:]
			continue
		}
		add(v[:end])
		v = v[end+1:]
	}
	return dedupIDs(ids)
}

// dedupIDs keeps the first of each id. Long lists are hostile or broken: the map keeps them linear.
func dedupIDs(ids []string) []string {
	if len(ids) < 2 {
		return ids
	}
	seen := make(map[string]bool, len(ids))
	out := ids[:0]
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// cleanID takes blanks and control characters out of an id; an id longer than a line may be (RFC 5322 section 2.1.1)
// is none.
func cleanID(id string) string {
	if len(id) > 998 {
		return ""
	}
	clean := true
	for i := 0; i < len(id); i++ {
		if id[i] <= ' ' || id[i] == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return strings.ToValidUTF8(id, "?")
	}
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, id), "?")
}

// ownID reads a Message-ID field, which holds one id: a bracketed one, else its first word whatever it looks like.
func ownID(v string) string {
	if ids := parseIDs(v); len(ids) > 0 {
		return ids[0]
	}
	f := strings.Fields(strings.Trim(v, " \t<>"))
	if len(f) == 0 {
		return ""
	}
	return cleanID(strings.Trim(f[0], "<>"))
}

// oneLine makes text safe to show in one line: control characters and line ends become a blank, bidirectional
// overrides go (they make a subject or a name read as something else), runs of blanks stay as they are.
func oneLine(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0:
			return -1
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return -1
		}
		return r
	}, s)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// without removes one id: a message that names itself as its parent is broken, not a cycle.
func without(ids []string, id string) []string {
	for i := range ids {
		if ids[i] == id {
			return append(ids[:i:i], ids[i+1:]...)
		}
	}
	return ids
}
