package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a line. start and end are where it stands in the line, quotes included.
type word struct {
	text       string // plain: typographic dashes and quotes made simple, quotes taken off
	start, end int
	quoted     bool
}

// split cuts a line into words. Quotes of any form keep blanks together; one that is never closed is a letter like
// any other, since people write apostrophes.
func split(line string) []word {
	var ws []word
	unclosed := map[rune]bool{} // what is not closed here is not closed further on: the whole stays linear
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		if blank(r) {
			i += size
			continue
		}
		if text, n := quotation(line[i:], unclosed); n > 0 {
			ws = append(ws, word{text: plain(text), start: i, end: i + n, quoted: true})
			i += n
			continue
		}
		start := i
		for i < len(line) {
			if r, size = utf8.DecodeRuneInString(line[i:]); blank(r) {
				break
			}
			i += size
		}
		if text := plain(line[start:i]); text != "" {
			ws = append(ws, word{text: text, start: start, end: i})
		}
	}
	return ws
}

// quotation returns what the quotes at the start of s hold, and how long the whole is; 0 when there is no pair. A
// quotation ends where its closing mark stands before a blank, a mark or the end.
func quotation(s string, unclosed map[rune]bool) (string, int) {
	open, size := utf8.DecodeRuneInString(s)
	closing, ok := map[rune]string{'"': `"`, '“': "”“\"", '„': "“”\"", '«': "»", '»': "«", '\'': "'", '‘': "’'"}[open]
	if !ok || unclosed[open] {
		return "", 0
	}
	for i, r := range s[size:] {
		if !strings.ContainsRune(closing, r) {
			continue
		}
		end := size + i + utf8.RuneLen(r)
		next, _ := utf8.DecodeRuneInString(s[end:])
		if end == len(s) || blank(next) || strings.ContainsRune(".,;:!?)", next) {
			return s[size : size+i], end
		}
	}
	unclosed[open] = true
	return "", 0
}

// blank says whether r divides words: every space there is, and what cannot be seen.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u00a0' || r == '\ufeff' || r == '\u200b' || r == '\u2060' || unicode.IsControl(r)
}

// plain makes simple what word processors and phones make of dashes and quotes, and drops what cannot be seen.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u2010' && r <= '\u2015', r == '\u2212', r == '\ufe63', r == '\uff0d':
			return '-'
		case r == '‘', r == '’', r == '‚', r == '′':
			return '\''
		case r == '“', r == '”', r == '„', r == '«', r == '»':
			return '"'
		case r == '\u00ad', r == '\u200c', r == '\u200d', r == '\ufe0f':
			return -1
		case blank(r):
			return ' '
		}
		return r
	}, s)
}

// bare takes the punctuation around a word off, and its capitals.
func bare(s string) string {
	if t := strings.ToLower(strings.TrimFunc(s, mark)); t != "" {
		return t
	}
	return strings.ToLower(s)
}

// mark says whether r is punctuation that people put around words: sentence marks, brackets, Markdown.
func mark(r rune) bool { return strings.ContainsRune(".,;:!?()[]{}<>*_\"'`~#", r) }
