package mail

import (
	"strings"
	"unicode/utf16"
)

// joinSplitWords repairs encoded words as broken mailers write them, before the standard library decodes them: a
// character cut in two by the border between two base64 or Q words of one charset (forbidden by RFC 2047 section 5,
// done by many), and blanks inside of a Q word.
func joinSplitWords(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		head, w, rest, ok := cutWord(s[i:])
		if !ok {
			out.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		out.WriteString(s[:i])
		// Take the neighbours with the same head, if only blanks are between.
		text := []string{w}
		for {
			next := strings.TrimLeft(rest, " \t")
			h2, w2, r2, ok := cutWord(next)
			if !ok || !strings.EqualFold(h2, head) {
				break
			}
			text = append(text, w2)
			rest = r2
		}
		joinable := true
		if strings.HasSuffix(strings.ToUpper(head), "?B?") {
			for _, t := range text[:len(text)-1] {
				// Padding in the middle: the pieces are whole for themselves, joining them would lose the rest.
				if len(t)%4 != 0 || strings.HasSuffix(t, "=") {
					joinable = false
				}
			}
			last := strings.TrimRight(text[len(text)-1], "=")
			if n := len(last) % 4; n > 1 {
				last += strings.Repeat("=", 4-n)
			}
			text[len(text)-1] = last
		} else {
			for i := range text {
				text[i] = strings.ReplaceAll(text[i], " ", "_")
			}
		}
		if joinable {
			out.WriteString(head)
			for _, t := range text {
				out.WriteString(t)
			}
			out.WriteString("?=")
		} else {
			for i, t := range text {
				if i > 0 {
					out.WriteByte(' ')
				}
				out.WriteString(head + t + "?=")
			}
		}
		if rest != "" && rest[0] != ' ' && rest[0] != '\t' && strings.HasPrefix(rest, "=?") {
			out.WriteByte(' ')
		}
		s = rest
	}
	out.WriteString(s)
	return out.String()
}

// cutWord cuts one encoded word at the start of s: its head "=?charset?e?", its text and what follows.
func cutWord(s string) (head, text, rest string, ok bool) {
	if !strings.HasPrefix(s, "=?") {
		return
	}
	q := strings.IndexByte(s[2:], '?')
	if q <= 0 || q > 60 {
		return
	}
	q += 2
	if q+2 >= len(s) || s[q+2] != '?' || !strings.ContainsRune("bBqQ", rune(s[q+1])) {
		return
	}
	head = s[:q+3]
	// RFC 2047 allows 75 characters; the bound keeps a field full of unfinished words linear.
	end := strings.Index(s[q+3:min(len(s), q+3+4096)], "?=")
	if end < 0 {
		return
	}
	text = s[q+3 : q+3+end]
	if strings.ContainsAny(text, "\"<>") {
		return
	}
	return head, text, s[q+3+end+2:], true
}

func decodeUTF16(u []uint16) string { return string(utf16.Decode(u)) }
