package mail

import (
	"bytes"
	"strings"
)

// splitMultipart cuts a multipart body at its boundary lines (RFC 2046 section 5.1.1) into slices of it: one pass, no
// copies. A missing closing line ends the last part at the end of the body. found says that there was a boundary.
func splitMultipart(body []byte, boundary string, max int) (parts [][]byte, epilogue []byte, found, closed bool) {
	delim := []byte("--" + boundary)
	start := -1 // of the part being read
	for pos := 0; pos < len(body); {
		i := bytes.Index(body[pos:], delim)
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + len(delim)
		if at > 0 && body[at-1] != '\n' {
			continue
		}
		eol := bytes.IndexByte(body[pos:], '\n')
		next := len(body)
		tail := body[pos:]
		if eol >= 0 {
			tail, next = body[pos:pos+eol], pos+eol+1
		}
		tail = bytes.TrimRight(tail, " \t\r")
		closing := string(tail) == "--"
		if len(tail) > 0 && !closing {
			continue // another boundary that only begins alike
		}
		found = true
		if start >= 0 {
			parts = append(parts, cutLineEnd(body[start:at]))
		}
		pos, start = next, next
		if closing {
			return parts, body[next:], true, true
		}
		if len(parts) >= max {
			return parts, nil, true, false
		}
	}
	if start >= 0 && start < len(body) {
		parts = append(parts, body[start:])
	}
	return parts, nil, found, false
}

// cutLineEnd removes the line end that belongs to the boundary line after it.
func cutLineEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// guessBoundary finds the boundary of a multipart body whose header does not name it (or names another): the first
// "--" line which the header of a part follows.
func guessBoundary(body []byte) string {
	for n := 0; len(body) > 0 && n < 2000; n++ {
		line, rest, _ := bytes.Cut(body, []byte("\n"))
		if bytes.HasPrefix(line, []byte("--")) {
			b := strings.TrimRight(string(line[2:]), " \t\r")
			if len(b) > 0 && len(b) <= 200 && len(rest) > 8 && strings.EqualFold(string(rest[:8]), "Content-") {
				return b
			}
		}
		body = rest
	}
	return ""
}

// parseParams reads a media type or disposition with its parameters (RFC 2045 section 5.1, RFC 2231). The standard
// library's reader refuses what is common (duplicate parameters, unquoted names with blanks, charsets other than UTF-8).
func parseParams(v string) (value string, params map[string]string) {
	value, rest, _ := strings.Cut(v, ";")
	value = strings.ToLower(strings.TrimSpace(value))
	if i := strings.IndexAny(value, " \t("); i >= 0 {
		value = value[:i]
	}
	type piece struct {
		text    string
		encoded bool
	}
	var split map[string]map[int]piece // RFC 2231 section 3: continuations
	for n := 0; rest != "" && n < 200; n++ {
		var name, val string
		rest = strings.TrimLeft(rest, " \t;")
		eq := strings.IndexByte(rest, '=')
		if eq < 0 {
			break
		}
		if semi := strings.IndexByte(rest[:eq], ';'); semi >= 0 {
			rest = rest[semi+1:]
			continue
		}
		name, rest = strings.ToLower(strings.TrimSpace(rest[:eq])), strings.TrimLeft(rest[eq+1:], " \t")
		if strings.HasPrefix(rest, `"`) {
			val, rest = cutQuoted(rest[1:])
		} else {
			val, rest, _ = strings.Cut(rest, ";")
			val = strings.TrimSpace(val)
		}
		base, index, encoded, ok := splitParamName(name)
		if !ok {
			if params == nil {
				params = make(map[string]string, 4)
			}
			if _, dup := params[name]; !dup {
				params[name] = val
			}
			continue
		}
		if split == nil {
			split = map[string]map[int]piece{}
		}
		if split[base] == nil {
			split[base] = map[int]piece{}
		}
		split[base][index] = piece{val, encoded}
	}
	for base, pieces := range split {
		var raw []byte
		name := ""
		for i := 0; i < len(pieces); i++ {
			p, ok := pieces[i]
			if !ok {
				break
			}
			text := p.text
			if i == 0 && p.encoded {
				// charset'language'text
				if cs, after, ok := strings.Cut(text, "'"); ok {
					if _, t, ok := strings.Cut(after, "'"); ok {
						name, text = cs, t
					}
				}
			}
			if p.encoded {
				raw = append(raw, percentDecode(text)...)
			} else {
				raw = append(raw, text...)
			}
		}
		if params == nil {
			params = make(map[string]string, 4)
		}
		params[base] = decodeCharset(raw, name, func(string, ...any) {})
	}
	return value, params
}

// splitParamName reads "name*", "name*0" and "name*0*".
func splitParamName(name string) (base string, index int, encoded, ok bool) {
	base, ext, ok := strings.Cut(name, "*")
	if !ok {
		return name, 0, false, false
	}
	if ext == "" {
		return base, 0, true, true
	}
	if strings.HasSuffix(ext, "*") {
		encoded, ext = true, ext[:len(ext)-1]
	}
	if ext == "" || len(ext) > 3 {
		return name, 0, false, false
	}
	for i := 0; i < len(ext); i++ {
		if ext[i] < '0' || ext[i] > '9' {
			return name, 0, false, false
		}
		index = index*10 + int(ext[i]-'0')
	}
	return base, index, encoded, true
}

// cutQuoted reads a quoted string whose opening quote is already gone. A backslash before a letter is kept: Windows
// mailers write paths.
func cutQuoted(s string) (val, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

func percentDecode(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
