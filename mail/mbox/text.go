package mbox

import (
	"bytes"
	"regexp"
	"strings"
)

// unquote undoes, in place, what protects lines of a body that begin with "From ": in an mboxrd every such line with any
// number of ">" has one too many; in an mboxo only ">From " is sure to be one.
func unquote(raw []byte, rd bool) []byte {
	body := bodyStart(raw)
	// The common message has none.
	if !bytes.Contains(raw[body:], []byte(">From ")) {
		return raw
	}
	out := raw[:body]
	for rest := raw[body:]; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		rest = rest[len(line):]
		marks := 0
		for marks < len(line) && line[marks] == '>' {
			marks++
		}
		if (marks == 1 || rd && marks > 1) && bytes.HasPrefix(line[marks:], []byte("From ")) {
			line = line[1:]
		}
		out = append(out, line...) // never overtakes what is still to be read
	}
	return out
}

// bodyStart is the index behind the blank line that ends the header, or the end.
func bodyStart(raw []byte) int {
	if len(raw) > 0 && raw[0] == '\n' {
		return 1
	}
	if bytes.HasPrefix(raw, []byte("\r\n")) {
		return 2
	}
	n := len(raw)
	if i := bytes.Index(raw, []byte("\n\n")); i >= 0 {
		n = i + 2
	}
	if i := bytes.Index(raw[:n], []byte("\n\r\n")); i >= 0 {
		n = i + 3
	}
	return n
}

// pipermailFrom is what pipermail leaves of a From field: `ana at example.org (Ana Lima)`.
var pipermailFrom = regexp.MustCompile(`(?s)^(\S+) at (\S+)(?:\s+\((.*)\))?\s*$`)

// reveal rewrites the From field of a pipermail message as `Ana Lima <ana@example.org>`. Addresses in bodies stay as
// they are: "at" is a word there.
func reveal(raw []byte) []byte {
	header := raw[:bodyStart(raw)]
	begin, end := findField(header, "from")
	if begin < 0 {
		return raw
	}
	value := header[begin+len("from:") : end]
	m := pipermailFrom.FindSubmatch(bytes.TrimSpace(value))
	if m == nil {
		return raw
	}
	eol := "\n"
	if bytes.HasSuffix(value, []byte("\r\n")) {
		eol = "\r\n"
	}
	addr := string(m[1]) + "@" + string(m[2])
	field := "From: " + addr + eol
	if name := strings.TrimSpace(string(m[3])); name != "" {
		field = "From: " + displayName(name) + " <" + addr + ">" + eol
	}
	out := make([]byte, 0, len(raw)+8)
	out = append(out, raw[:begin]...)
	out = append(out, field...)
	return append(out, raw[end:]...)
}

// findField returns where a field begins and ends (with its folded lines and its last line end) in a header.
func findField(header []byte, name string) (begin, end int) {
	begin = -1
	for at := 0; at < len(header); {
		line := firstLine(header[at:])
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if begin >= 0 && !folded {
			return begin, at
		}
		if begin < 0 && !folded && len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(string(line[:len(name)]), name) {
			begin = at
		}
		at = min(at+len(line)+1, len(header))
	}
	return begin, len(header)
}

// displayName makes a comment a phrase (RFC 5322 section 3.2.5). Encoded words stay bare: in quotes they would not be
// decoded (RFC 2047 section 5).
func displayName(name string) string {
	if strings.Contains(name, "=?") || !strings.ContainsAny(name, `()<>[]:;@\,."`) {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}
