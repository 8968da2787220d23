package collect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a text, folded (lower case, no accents, digits as ASCII) so that tables need one spelling only.
// Scripts without spaces give one word per character.
type word struct {
	w          string
	start, end int   // bytes in the text
	gap        gap   // what stands between the word before and this one
	upper      bool  // begins with a capital letter
	class      class // the word lists that it is in
	id         int32 // in the lexicon, 0 for words that it does not know
	url        bool  // an address: a link or a mailbox; w is ""
	line       int32 // line of the text, from 0
}

// gap says what stands between two words.
type gap uint8

const (
	gapComma gap = 1 << iota
	gapStop      // . ! and their like
	gapAsk       // ? and its like
	gapColon     // : ;
	gapParen     // brackets, dashes
	gapLine      // a line ends
	gapPara      // a blank line
	gapQuote     // quotation marks
)

// gapClause are the gaps that end a clause.
const gapClause = gapComma | gapStop | gapAsk | gapColon | gapParen | gapPara

// words splits a text; the last one is a sentinel with an empty w that carries the gap after the last word.
func words(text string) []word {
	ws := make([]word, 0, len(text)/5+2)
	var g gap
	line := int32(0)
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r == '\n':
			if g&gapLine != 0 {
				g |= gapPara
			}
			g |= gapLine
			line++
			i += n
			continue
		case r == '+' && strings.HasPrefix(text[i:], "+1") && !digitAt(text, i+2), isMinusOne(text, i, r):
			w := word{w: text[i : i+2], start: i, end: i + n + 1, gap: g, line: line}
			w.know()
			ws = append(ws, w)
			g = 0
			i += n + 1
			continue
		case !wordRune(r):
			g |= gapOf(r, text, i, n)
			i += n
			continue
		}
		if unspaced(r) {
			w := word{w: text[i : i+n], start: i, end: i + n, gap: g, line: line}
			w.know()
			ws = append(ws, w)
			g = 0
			i += n
			continue
		}
		end, url := wordEnd(text, i)
		w := word{start: i, end: end, gap: g, url: url, line: line}
		if !url {
			w.upper = unicode.IsUpper(r)
			if w.w = fold(text[i:end]); w.w == "" {
				i = end // nothing but loose accents
				continue
			}
			w.know()
		}
		ws = append(ws, w)
		g = 0
		i = end
	}
	return append(ws, word{start: len(text), end: len(text), gap: g | gapStop&^gapAsk, line: line})
}

// know looks the word up in the lexicon, once.
func (w *word) know() {
	if id := lex.ids[w.w]; id != 0 {
		w.id, w.class = id, lex.class[id]
	}
}

// isMinusOne recognises "-1" as a vote: at the begin of a word only.
func isMinusOne(text string, i int, r rune) bool {
	return r == '-' && strings.HasPrefix(text[i:], "-1") && !digitAt(text, i+2) && (i == 0 || text[i-1] == '\n') &&
		(i+2 == len(text) || text[i+2] == '\n' || text[i+2] == ' ' || text[i+2] == '.')
}

func digitAt(s string, i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }

func gapOf(r rune, text string, i, n int) gap {
	switch r {
	case ' ', '\t', '\r', 0xa0:
		return 0
	case '.', '!', '。', '！', '…':
		return gapStop
	case '?', '？', '؟':
		return gapAsk
	case ',', '،', '、', '，':
		return gapComma
	case ':', ';', '：', '；', '؛':
		return gapColon
	case '(', ')', '[', ']', '（', '）', '–', '—':
		return gapParen
	case '-':
		// A hyphen inside of a word is no dash.
		if i+n < len(text) && text[i+n] != ' ' && i > 0 && text[i-1] != ' ' {
			return 0
		}
		return gapParen
	case '"', '“', '”', '„', '«', '»', '‘', '「', '」':
		return gapQuote
	}
	return 0
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// unspaced says that a script writes words without spaces between them.
func unspaced(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// wordEnd finds the end of the word that begins at i, and whether it is an address.
func wordEnd(text string, i int) (end int, url bool) {
	if c := text[i]; c == 'h' || c == 'H' || c == 'w' || c == 'W' {
		if n := linkLength(text[i:]); n > 0 {
			return i + n, true
		}
	}
	digits := true
	for j := i; j < len(text); {
		r, n := rune(text[j]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[j:])
		}
		if unspaced(r) {
			return j, false
		}
		if !wordRune(r) {
			apostrophe := r == '\'' || r == '’'
			if apostrophe && j+n < len(text) && !digits {
				if next, _ := utf8.DecodeRuneInString(text[j+n:]); unicode.IsLetter(next) && !unspaced(next) {
					j += n
					continue
				}
			}
			if r == '@' && j+1 < len(text) && wordRune(rune(text[j+1])) {
				return spaceFrom(text, j), true
			}
			return j, false
		}
		if r < '0' || r > '9' {
			digits = false
		}
		j += n
	}
	return len(text), false
}

// linkLength is the length of a web address at the begin of s, 0 if there is none.
func linkLength(s string) int {
	low := s[:min(len(s), 8)]
	if !hasPrefixFold(low, "http://") && !hasPrefixFold(low, "https://") && !hasPrefixFold(low, "www.") {
		return 0
	}
	n := spaceFrom(s, 0)
	// Punctuation after a link belongs to the sentence.
	return len(strings.TrimRight(s[:n], ".,;:!?)>]\"'»”"))
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func spaceFrom(s string, i int) int {
	for i < len(s) && s[i] > ' ' && s[i] != '>' && s[i] != '<' {
		i++
	}
	return i
}

// fold reduces a word to what tables are written in. It allocates only when something has to change.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf {
			return foldSlow(s)
		}
	}
	return s
}

func foldSlow(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case r < utf8.RuneSelf:
		case r == '’':
			r = '\''
		case unicode.Is(unicode.Mn, r) || r == 'ـ':
			continue // combining accents, Arabic vowels and elongation
		case r == 'ß':
			b.WriteByte('s')
			r = 's'
		case r >= 0xe0 && r < 0x180:
			r = plainLatin(r)
		case r == 'º': // "nº"
			r = 'o'
		case r == 'ª':
			r = 'a'
		case r == 'ё':
			r = 'е'
		case r == 'أ' || r == 'إ' || r == 'آ':
			r = 'ا'
		case r >= '٠' && r <= '٩':
			r = '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			r = '0' + r - '۰'
		case r >= '０' && r <= '９':
			r = '0' + r - '０'
		}
		b.WriteRune(r)
	}
	return b.String()
}

var latin = func() map[rune]rune {
	m := map[rune]rune{}
	for base, accented := range map[rune]string{
		'a': "àáâãäåāăą", 'c': "çćĉċč", 'd': "ďđð", 'e': "èéêëēĕėęě", 'g': "ĝğġģ", 'i': "ìíîïĩīĭįı", 'l': "ĺļľł",
		'n': "ñńņň", 'o': "òóôõöøōŏő", 'r': "ŕŗř", 's': "śŝşš", 't': "ţťŧ", 'u': "ùúûüũūŭůűų", 'y': "ýÿ", 'z': "źżž",
	} {
		for _, r := range accented {
			m[r] = base
		}
	}
	return m
}()

func plainLatin(r rune) rune {
	if b, ok := latin[r]; ok {
		return b
	}
	return r
}

// isNumber says that a word is digits only.
func isNumber(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return w != ""
}
