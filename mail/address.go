package mail

import (
	netmail "net/mail"
	"strings"
	"unicode/utf8"
)

// maxAddresses bounds what one field may hold: more are no recipients but an attack.
const maxAddresses = 2000

// parseAddresses reads an address field (RFC 5322 section 3.4). net/mail does it; what it refuses (raw 8-bit names,
// unquoted dots and brackets, stray commas, "ana at example.org (Ana Lima)" from pipermail) is read tolerantly.
func parseAddresses(v string) []Address {
	v = strings.TrimSpace(v)
	if v == "" {
		return nil
	}
	if len(v) < 16<<10 {
		p := netmail.AddressParser{WordDecoder: &wordDecoder}
		raw := v
		if strings.Contains(v, "=?") {
			raw = joinSplitWords(v)
		}
		if list, err := p.ParseList(raw); err == nil {
			out := make([]Address, 0, len(list))
			for _, a := range list {
				out = append(out, Address{Name: cleanName(a.Name), Addr: cleanAddr(a.Address)})
			}
			return out
		}
	}
	var out []Address
	for _, part := range splitAddresses(v) {
		if a, ok := tolerantAddress(part); ok {
			out = append(out, a)
		}
		if len(out) == maxAddresses {
			break
		}
	}
	return out
}

// splitAddresses cuts at the commas and semicolons that stand outside of quotes, comments and brackets.
func splitAddresses(v string) []string {
	var parts []string
	quoted, comment, angle := false, 0, false
	start := 0
	// A quote or bracket that is never closed must not swallow the other addresses.
	balanced := strings.Count(v, `"`)%2 == 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '\\':
			i++
		case c == '"' && balanced && comment == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case (c == ',' || c == ';') && comment == 0 && !angle:
			parts = append(parts, v[start:i])
			start = i + 1
			if len(parts) > maxAddresses {
				return parts
			}
		}
	}
	return append(parts, v[start:])
}

// tolerantAddress reads one mailbox that is not well-formed. It says no when there is nothing like an address in it.
func tolerantAddress(s string) (Address, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Address{}, false
	}
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		addr := s[open+1:]
		if end := strings.IndexByte(addr, '>'); end >= 0 {
			addr = addr[:end]
		}
		name := s[:open]
		if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.Contains(name, `"`) && !strings.Contains(name, "=?") {
			name = name[i+1:] // a group's name
		}
		return madeAddress(name, addr)
	}
	name := ""
	if open := strings.IndexByte(s, '('); open >= 0 {
		name = s[open+1:]
		if end := strings.LastIndexByte(name, ')'); end >= 0 {
			name = name[:end]
		}
		s = s[:open]
	}
	return madeAddress(name, s)
}

func madeAddress(name, addr string) (Address, bool) {
	addr = strings.TrimSpace(addr)
	addr = strings.TrimPrefix(addr, "mailto:")
	if !strings.Contains(addr, "@") {
		// Pipermail writes "ana at example.org".
		if local, domain, ok := strings.Cut(addr, " at "); ok && !strings.ContainsAny(strings.TrimSpace(domain), " \t") &&
			strings.Contains(domain, ".") {
			addr = strings.TrimSpace(local) + "@" + strings.TrimSpace(domain)
		}
	}
	whole := addr
	addr = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, addr)
	at := strings.LastIndexByte(addr, '@')
	if at <= 0 || at == len(addr)-1 || len(addr) > 320 {
		if strings.TrimSpace(name) == "" {
			name = whole
		}
		if name = cleanName(decodeWords(name)); name == "" {
			return Address{}, false
		}
		return Address{Name: name}, true
	}
	return Address{Name: cleanName(decodeWords(name)), Addr: cleanAddr(addr)}, true
}

// cleanName takes quotes, escapes and control characters off a display name.
func cleanName(s string) string {
	s = strings.TrimSpace(oneLine(s))
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`), `\\`, `\`)
	}
	if !utf8.ValidString(s) || strings.Contains(s, "=?") { // encoded words inside of quotes: forbidden and common
		s = oneLine(decodeWords(s))
	}
	return strings.TrimSpace(s)
}

// cleanAddr lower-cases the domain (RFC 5321 section 2.4: the local part may be sensitive to case).
func cleanAddr(s string) string {
	s = strings.ToValidUTF8(oneLine(s), "?")
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	for i := at; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return s[:at] + strings.ToLower(strings.TrimSuffix(s[at:], "."))
		}
	}
	return strings.TrimSuffix(s, ".")
}

// formatAddresses writes addresses so that parseAddresses reads the same ones back: names are quoted, not encoded.
func formatAddresses(list []Address) string {
	var b strings.Builder
	for i, a := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		if a.Name != "" {
			b.WriteByte('"')
			b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Name))
			b.WriteString(`" `)
		}
		if a.Addr != "" || a.Name == "" {
			b.WriteString("<" + a.Addr + ">")
		}
	}
	return b.String()
}

// sameAddr compares two addresses; in practice local parts are not sensitive to case.
func sameAddr(a, b string) bool {
	return a != "" && strings.EqualFold(a, b)
}

// domainOf returns what stands after the last @, lower-cased.
func domainOf(addr string) string {
	if i := strings.LastIndexByte(addr, '@'); i >= 0 {
		return strings.ToLower(addr[i+1:])
	}
	return ""
}
