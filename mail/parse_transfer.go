package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). The readers of the standard library stop at
// the first bad octet; this one loses nothing: what cannot be decoded stays as it is. An unknown encoding is none.
func decodeTransfer(b []byte, encoding string, note func(string, ...any)) []byte {
	enc := strings.ToLower(strings.Trim(encoding, " \t\"';"))
	if i := strings.IndexAny(enc, " \t;("); i >= 0 {
		enc = enc[:i]
	}
	switch enc {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits":
		return b
	case "quoted-printable", "quotedprintable", "quoted_printable":
		return decodeQP(b)
	case "base64", "base-64":
		return decodeBase64(b, note)
	}
	note("unknown transfer encoding %s, left as it is", oneLine(enc))
	return b
}

// decodeQP decodes quoted-printable (RFC 2045 section 6.7); a "=" that begins nothing stays.
func decodeQP(b []byte) []byte {
	if bytes.IndexByte(b, '=') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		nl := bytes.IndexByte(b, '\n')
		line, end := b, []byte(nil)
		if nl >= 0 {
			line, end = b[:nl], b[nl:nl+1]
			b = b[nl+1:]
			if n := len(line); n > 0 && line[n-1] == '\r' {
				line, end = line[:n-1], []byte("\r\n")
			}
		} else {
			b = nil
		}
		// Blanks at the end were added on the way (rule 3).
		line = bytes.TrimRight(line, " \t")
		for {
			eq := bytes.IndexByte(line, '=')
			if eq < 0 {
				out = append(out, line...)
				out = append(out, end...)
				break
			}
			out = append(out, line[:eq]...)
			line = line[eq:]
			if len(line) == 1 { // a soft line break
				break
			}
			if len(line) >= 3 {
				hi, lo := unhex(line[1]), unhex(line[2])
				if hi >= 0 && lo >= 0 {
					out = append(out, byte(hi<<4|lo))
					line = line[3:]
					continue
				}
			}
			out = append(out, '=')
			line = line[1:]
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeBase64 decodes base64 (RFC 2045 section 6.8). Mailman 2 and some gateways append a footer in the clear to an
// encoded body: the clear text is kept.
func decodeBase64(b []byte, note func(string, ...any)) []byte {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(b)))
	if n, err := base64.StdEncoding.Decode(out, b); err == nil {
		return out[:n]
	}
	enc := make([]byte, 0, len(b))
	rest := b
	broken := false
	for len(rest) > 0 {
		line, after := rest, []byte(nil)
		if nl := bytes.IndexByte(rest, '\n'); nl >= 0 {
			line, after = rest[:nl], rest[nl+1:]
		}
		line = bytes.TrimSpace(line)
		if !base64Line(line) {
			if !goesOn(after) {
				break
			}
			broken = true
		}
		for _, c := range line {
			if c == '=' {
				// The end of one piece; another may follow when somebody glued pieces together.
				for len(enc)%4 != 0 {
					enc = append(enc, '=')
				}
			} else if base64Char(c) {
				enc = append(enc, c)
			}
		}
		rest = after
	}
	out = out[:0]
	// Decode in runs between paddings.
	for len(enc) > 0 {
		run := bytes.IndexByte(enc, '=')
		if run < 0 {
			run = len(enc)
		} else {
			run -= run % 4
			if run == 0 {
				run = min(4, len(enc))
			}
		}
		piece := enc[:run]
		enc = enc[run:]
		raw := bytes.TrimRight(piece, "=")
		if len(raw)%4 == 1 {
			raw = raw[:len(raw)-1]
			broken = true
		}
		dst := make([]byte, base64.RawStdEncoding.DecodedLen(len(raw)))
		n, _ := base64.RawStdEncoding.Decode(dst, raw)
		out = append(out, dst[:n]...)
	}
	if broken {
		note("broken base64, read as far as possible")
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		if len(out) == 0 {
			note("declared as base64, but it is not")
			return b
		}
		note("clear text after a base64 body kept")
		if !bytes.HasSuffix(out, []byte("\n")) {
			out = append(out, '\n')
		}
		out = append(out, rest...)
	}
	return out
}

func base64Char(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// base64Line says whether a line is nothing but base64.
func base64Line(line []byte) bool {
	for _, c := range bytes.TrimRight(line, "=") {
		if !base64Char(c) {
			return false
		}
	}
	return true
}

// goesOn says that a line which is no base64 is junk in the middle: the next line is a long one of base64.
func goesOn(rest []byte) bool {
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	line = bytes.TrimSpace(line)
	return len(line) >= 40 && len(line)%4 == 0 && base64Line(line)
}
