package mail

import (
	"strings"
	"unicode/utf8"
)

// field reads "Label: value" of a header block, also in bold ("*From:* X", "**Von:**X"). It returns the meanings that
// the label can have (bits by label), 0 when it is no label.
func field(t string) (bits uint8, value string) {
	if len(t) < 2 {
		return 0, ""
	}
	limit := min(len(t), 48)
	i := strings.IndexByte(t[:limit], ':')
	n := 1
	if j := strings.Index(t[:limit], "："); j >= 0 && (i < 0 || j < i) {
		i, n = j, len("：")
	}
	if i < 1 {
		return 0, ""
	}
	name := strings.Trim(t[:i], "*_ \t\u00a0")
	if name == "" || len(name) > 32 || strings.Count(name, " ") > 3 {
		return 0, ""
	}
	bits = headerLabels[fold(name)]
	if bits == 0 {
		return 0, ""
	}
	return bits, strings.TrimSpace(strings.TrimLeft(t[i+n:], "*_ \t"))
}

// headerBlock reads a header block that starts in line i: its last line and who it says wrote what follows.
func (r *reader) headerBlock(i int) (last int, from string, ok bool) {
	first, _ := field(r.ls[i].trim)
	if first == 0 {
		return 0, "", false
	}
	depth := r.ls[i].depth
	var seen, sure uint8 // meanings met; meanings met in labels that have only one
	fields, last, loose := 0, i, 0
	sentDigits := false
	for j := i; j < len(r.ls) && j < i+40; j++ {
		l := &r.ls[j]
		if l.depth != depth || l.group != 0 {
			break
		}
		if l.blank() {
			// HTML made into text may put a blank line between the fields.
			if j+1 < len(r.ls) {
				if b, _ := field(r.ls[j+1].trim); b != 0 && b&^seen != 0 && r.ls[j+1].depth == depth {
					continue
				}
			}
			break
		}
		b, v := field(l.trim)
		if b == 0 {
			// A long value goes on in the next line, if a field comes after it.
			if loose++; loose > 4 || !r.fieldSoon(j, depth) {
				break
			}
			continue
		}
		if b&(1<<labelFrom|1<<labelSubject|1<<labelSent) == b && b&^seen == 0 {
			break // a second sender or subject begins another block
		}
		loose = 0
		fields++
		last = j
		seen |= b
		if b&(b-1) == 0 {
			sure |= b
		}
		if b&(1<<labelFrom) != 0 && from == "" {
			from = v
		}
		if b&(1<<labelSent) != 0 && strings.ContainsAny(fold(v), "0123456789") {
			sentDigits = true
		}
	}
	hasFrom, hasSent, hasSubject := seen&(1<<labelFrom) != 0, seen&(1<<labelSent) != 0, seen&(1<<labelSubject) != 0
	switch {
	case fields >= 3 && hasFrom && (hasSent || hasSubject), fields >= 3 && hasSent && hasSubject:
		ok = true
	case fields == 2 && hasFrom && (hasSent && sentDigits || hasSubject) && first&(1<<labelFrom) != 0:
		ok = strings.ContainsAny(from, "@<[") || sentDigits && hasFrom && from != "" && capitalised(from) > 0
	}
	if !ok {
		return 0, "", false
	}
	// The rest of a wrapped last value: an address in brackets, or a line after a comma.
	for last+1 < len(r.ls) && r.ls[last+1].depth == depth && r.ls[last+1].group == 0 {
		t, prev := r.ls[last+1].trim, r.ls[last].trim
		if !strings.HasPrefix(t, "<") && !strings.HasSuffix(prev, ",") && !strings.HasSuffix(prev, ";") && !strings.HasSuffix(prev, "<") || t == "" {
			break
		}
		last++
	}
	return last, from, true
}

// fieldSoon reports whether one of the next lines of the paragraph is a field.
func (r *reader) fieldSoon(j, depth int) bool {
	for k := j + 1; k < len(r.ls) && k <= j+4; k++ {
		if r.ls[k].depth != depth || r.ls[k].blank() {
			return false
		}
		if b, _ := field(r.ls[k].trim); b != 0 {
			return true
		}
	}
	return false
}

// marker says what a line between dashes announces.
type marker int

const (
	noMarker marker = iota
	originalMarker
	forwardMarker
	aboveMarker  // "Reply above this line"
	dashedMarker // some words between dashes: an original only if a header block follows
)

// readMarker recognises "-----Original Message-----", "---------- Forwarded message ---------", "Begin forwarded
// message:" and "Please reply above this line".
func readMarker(t string) marker {
	if len(t) < 4 || len(t) > 160 {
		return noMarker
	}
	lead := strings.IndexByte("-_*=~#", t[0]) >= 0 || strings.HasPrefix(t, "—") || strings.HasPrefix(t, "–") || strings.HasPrefix(t, "─")
	if !lead && !endsColon(t) && !nonASCII(t) {
		if len(t) < 100 && (t[0]|0x20 == 'p' || t[0]|0x20 == 'r') && replyAbove.prefix(fold(t)) != "" {
			return aboveMarker
		}
		return noMarker
	}
	if !lead && len(t) > 80 {
		return noMarker
	}
	bare := strings.Trim(t, "-_*=~>< #—–─━\t")
	if bare == "" {
		return noMarker
	}
	f := strings.Trim(fold(bare), " :.-")
	switch {
	case forwardPhrases[f], lead && (strings.HasPrefix(f, "forwarded by ") || strings.HasPrefix(f, "forwarded message ")):
		return forwardMarker
	case originalPhrases[f] && (lead || endsColon(t)):
		return originalMarker
	case replyAbove.prefix(f) != "":
		return aboveMarker
	case lead && len(t)-len(bare) >= 6 && strings.Count(f, " ") <= 4 && strings.HasSuffix(t, "-"):
		return dashedMarker
	}
	return noMarker
}

// sender makes an Address of what an attribution or a From field says: `"Ana Lima" <ana@example.org>`,
// "Ana Lima [mailto:ana@example.org]", "Ana Lima".
func sender(s string) Address {
	var a Address
	s = strings.ReplaceAll(strings.ReplaceAll(s, "&lt;", "<"), "&gt;", ">")
	at := strings.IndexByte(s, '@')
	name := s
	if at > 0 {
		i, j := at, at
		for i > 0 && addrByte(s[i-1]) {
			i--
		}
		for j+1 < len(s) && addrByte(s[j+1]) {
			j++
		}
		addr := strings.TrimPrefix(strings.Trim(s[i:j+1], ".:-"), "mailto:")
		if local, domain, ok := strings.Cut(addr, "@"); ok && local != "" && domain != "" {
			a.Addr = local + "@" + strings.ToLower(domain)
		}
		name = s[:i]
		if k := strings.IndexAny(name, "<[("); k >= 0 {
			name = name[:k]
		}
	}
	name = trimSpace(name)
	name = strings.Trim(name, "\"'*_<>[](),:; \t“”„«»")
	if utf8.RuneCountInString(name) <= 80 {
		a.Name = strings.Join(strings.Fields(name), " ")
	}
	if hasAddress(a.Name) {
		a.Name = ""
	}
	return a
}

func addrByte(c byte) bool {
	return c >= utf8.RuneSelf || digit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(".!#$%&*+-/=?^_{|}~@'", c) >= 0
}
