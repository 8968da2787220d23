package mail

import (
	"strings"
)

// cleanText gives every text the same line ends and takes out NUL, which SQLite and JSON cut at. "\r\r\n" is what some
// gateways make of a line end.
func cleanText(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		var b strings.Builder
		b.Grow(len(s))
		for {
			i := strings.IndexByte(s, '\r')
			if i < 0 {
				break
			}
			b.WriteString(s[:i])
			j := i
			for j < len(s) && s[j] == '\r' {
				j++
			}
			if j < len(s) && s[j] == '\n' {
				s = s[j:]
				continue
			}
			b.WriteString(strings.Repeat("\n", j-i))
			s = s[j:]
		}
		b.WriteString(s)
		s = b.String()
	}
	return s
}

// endLine ends a text in exactly the line end that Message.Text promises.
func endLine(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}

// unflow undoes format=flowed (RFC 3676): lines that end in a blank go on in the next line of the same quote depth.
// Quote marks are written as ">> text".
func unflow(s string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	depth := -1 // quote depth of the paragraph that goes on; -1 when none does
	for len(s) > 0 {
		line, rest, _ := strings.Cut(s, "\n")
		s = rest
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := strings.TrimPrefix(line[d:], " ") // section 4.4: space-stuffing
		if depth >= 0 && (d != depth || text == "-- ") {
			out.WriteByte('\n') // section 4.5: a change of depth ends a paragraph, whatever the blank says
			depth = -1
		}
		if depth < 0 && d > 0 {
			out.WriteString(line[:d])
			if text != "" {
				out.WriteByte(' ')
			}
		}
		flows := strings.HasSuffix(text, " ") && text != "-- "
		if flows && delSp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if flows {
			depth = d
			continue
		}
		out.WriteByte('\n')
		depth = -1
	}
	if depth >= 0 {
		out.WriteByte('\n')
	}
	return out.String()
}

const (
	signedBegin = "-----BEGIN PGP SIGNED MESSAGE-----"
	signedSig   = "-----BEGIN PGP SIGNATURE-----"
	signedEnd   = "-----END PGP SIGNATURE-----"
)

// unclear takes a clearsigned text (RFC 9580 section 7) out of its armour; text around it, such as a list footer, stays.
func unclear(s string) (string, bool) {
	if !strings.Contains(s, signedBegin) {
		return s, false
	}
	var out strings.Builder
	out.Grow(len(s))
	const (
		outside = iota
		headers
		signed
		signature
	)
	state, did := outside, false
	for len(s) > 0 {
		line, rest, _ := strings.Cut(s, "\n")
		s = rest
		switch trimmed := strings.TrimRight(line, " \t"); {
		case state == outside && trimmed == signedBegin:
			state, did = headers, true
			continue
		case state == headers:
			if trimmed == "" {
				state = signed
				continue
			}
			if name, _, ok := strings.Cut(trimmed, ": "); ok && (name == "Hash" || name == "Charset" || name == "NotDashEscaped" || name == "Comment" || name == "Version") {
				continue
			}
			state = signed // the empty line is missing
		case state == signed && trimmed == signedSig:
			state = signature
			continue
		case state == signature:
			if trimmed == signedEnd {
				state = outside
			}
			continue
		}
		if state == signed {
			line = strings.TrimPrefix(line, "- ")
		}
		out.WriteString(line)
		out.WriteByte('\n')
	}
	return out.String(), did
}

// authorLinks lists the http(s) addresses in what looks like the author's part: not in quoted lines, not below a
// signature, an original message or the line that list footers begin with.
func authorLinks(text string) []string {
	if !strings.Contains(text, "://") {
		return nil
	}
	var links []string
	seen := map[string]bool{}
	for len(text) > 0 && len(links) < 1000 {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		switch t := strings.TrimSpace(line); {
		case strings.HasPrefix(t, ">"):
			continue
		case line == "-- " || line == "--" || len(t) >= 20 && strings.Trim(t, "_-=") == "",
			strings.HasPrefix(t, "-----Original") || strings.HasPrefix(t, "---------- Forwarded"):
			return links
		}
		for {
			i := strings.Index(line, "://")
			if i < 0 {
				break
			}
			start := i
			for start > 0 && (line[start-1]|0x20 >= 'a' && line[start-1]|0x20 <= 'z') {
				start--
			}
			scheme := strings.ToLower(line[start:i])
			end := i + 3
			for end < len(line) && !strings.ContainsRune(" \t<>\"|\\^`{}", rune(line[end])) {
				end++
			}
			if scheme == "http" || scheme == "https" {
				u := trimLink(line[start:end])
				if len(u) > i-start+3 && !seen[u] {
					seen[u] = true
					links = append(links, u)
				}
			}
			line = line[end:]
		}
	}
	return links
}

// trimLink takes the punctuation of the sentence off the end of an address.
func trimLink(u string) string {
	for u != "" {
		switch c := u[len(u)-1]; {
		case strings.IndexByte(".,;:!?'*_", c) >= 0:
		case c == ')' && strings.Count(u, "(") < strings.Count(u, ")"):
		case c == ']' && strings.Count(u, "[") < strings.Count(u, "]"):
		default:
			return u
		}
		u = u[:len(u)-1]
	}
	return u
}
