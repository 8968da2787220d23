package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldMap writes letters with diacritics as people also type them without: phrase tables then need one spelling.
var foldMap = map[rune]string{
	'à': "a", 'á': "a", 'â': "a", 'ã': "a", 'ä': "a", 'å': "a", 'ą': "a", 'ă': "a", 'ā': "a", 'ạ': "a", 'ả': "a",
	'ấ': "a", 'ầ': "a", 'ậ': "a", 'ắ': "a", 'æ': "ae", 'ç': "c", 'ć': "c", 'č': "c", 'ď': "d", 'đ': "d", 'ð': "d",
	'è': "e", 'é': "e", 'ê': "e", 'ë': "e", 'ę': "e", 'ě': "e", 'ė': "e", 'ē': "e", 'ế': "e", 'ề': "e", 'ệ': "e",
	'ğ': "g", 'ģ': "g", 'ì': "i", 'í': "i", 'î': "i", 'ï': "i", 'ı': "i", 'į': "i", 'ī': "i", 'ị': "i", 'ķ': "k",
	'ł': "l", 'ľ': "l", 'ĺ': "l", 'ļ': "l", 'ñ': "n", 'ń': "n", 'ň': "n", 'ņ': "n", 'ò': "o", 'ó': "o", 'ô': "o",
	'õ': "o", 'ö': "o", 'ø': "o", 'ő': "o", 'ō': "o", 'œ': "oe", 'ố': "o", 'ồ': "o", 'ộ': "o", 'ơ': "o", 'ờ': "o",
	'ŕ': "r", 'ř': "r", 'ś': "s", 'š': "s", 'ş': "s", 'ș': "s", 'ß': "ss", 'ť': "t", 'ţ': "t", 'ț': "t", 'þ': "th",
	'ù': "u", 'ú': "u", 'û': "u", 'ü': "u", 'ů': "u", 'ű': "u", 'ū': "u", 'ų': "u", 'ư': "u", 'ừ': "u", 'ụ': "u",
	'ý': "y", 'ÿ': "y", 'ź': "z", 'ż': "z", 'ž': "z", 'ё': "е", 'й': "и", 'ї': "і",
	'ά': "α", 'έ': "ε", 'ή': "η", 'ί': "ι", 'ό': "ο", 'ύ': "υ", 'ώ': "ω", 'ς': "σ",
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ى': "ي", 'ـ': "",
	'：': ":", '，': ",", '、': ",", '（': "(", '）': ")", '＜': "<", '＞': ">", '。': ".", '’': "'", '‘': "'", 'ʼ': "'", '`': "'",
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '–': "-", '—': "-", '‐': "-", '‑': "-", '―': "-", '−': "-", '一': "一",
}

// fold makes text comparable with the phrase tables: lower case, no diacritics, ASCII digits and punctuation,
// one blank between words, no invisible direction or joining marks.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v':
				space = b.Len() > 0
				continue
			case 'A' <= c && c <= 'Z':
				c += 'a' - 'A'
			case c == '`':
				c = '\''
			case c < ' ' || c == 0x7f:
				continue
			}
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteByte(c)
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if unicode.IsSpace(r) || r == '\u3000' {
			space = b.Len() > 0
			continue
		}
		if invisible(r) {
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		r = unicode.ToLower(r)
		if t, ok := foldMap[r]; ok {
			b.WriteString(t)
			continue
		}
		switch {
		case '٠' <= r && r <= '٩':
			r = '0' + r - '٠'
		case '۰' <= r && r <= '۹':
			r = '0' + r - '۰'
		case '０' <= r && r <= '９':
			r = '0' + r - '０'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// invisible reports marks that show nothing: bidi controls, joiners, variation selectors, combining accents,
// Arabic vowel signs.
func invisible(r rune) bool {
	return r == '\ufeff' || r == '\u00ad' || '\u200b' <= r && r <= '\u200f' || '\u202a' <= r && r <= '\u202e' ||
		'\u2060' <= r && r <= '\u2069' || '\u0300' <= r && r <= '\u036f' || '\u064b' <= r && r <= '\u0652' ||
		'\ufe00' <= r && r <= '\ufe0f' || r == '\u061c'
}

// foldAll folds a table of phrases, keyed for lookup.
func foldSet(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for p := range strings.SplitSeq(l, "|") {
			if p = fold(p); p != "" {
				m[p] = true
			}
		}
	}
	return m
}

// phraseTable finds phrases at the start of a folded line: by their first word.
type phraseTable map[string][]string

func phrases(lists ...string) phraseTable {
	t := phraseTable{}
	for p := range foldSet(lists...) {
		w := firstWord(p)
		t[w] = append(t[w], p)
	}
	return t
}

// prefix returns the longest phrase that the folded line starts with, at a word boundary (or, in scripts that put
// no blanks between words, anywhere).
func (t phraseTable) prefix(f string) string {
	best := ""
	for _, p := range t[firstWord(f)] {
		if len(p) > len(best) && strings.HasPrefix(f, p) && boundaryAt(f, len(p)) {
			best = p
		}
	}
	if best == "" && f != "" && f[0] >= utf8.RuneSelf {
		r, _ := utf8.DecodeRuneInString(f)
		if !spaceless(r) {
			return ""
		}
		for _, ps := range t {
			for _, p := range ps {
				if len(p) > len(best) && strings.HasPrefix(f, p) {
					best = p
				}
			}
		}
	}
	return best
}

// boundaryAt reports whether a word ends before byte i of s.
func boundaryAt(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	if spaceless(r) {
		return true
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// firstWord is the run of letters and digits (or the single other character) that s starts with.
func firstWord(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' {
			if i == 0 {
				_, n := utf8.DecodeRuneInString(s)
				return s[:n]
			}
			return s[:i]
		}
	}
	return s
}

// spaceless reports scripts that are written without blanks between words.
func spaceless(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || 0x0e00 <= r && r <= 0x0e7f
}

// hasWord reports whether phrase stands in the folded text between word boundaries, and where it begins.
func hasWord(f, phrase string) int {
	for from := 0; ; {
		i := strings.Index(f[from:], phrase)
		if i < 0 {
			return -1
		}
		i += from
		r, _ := utf8.DecodeLastRuneInString(f[:i])
		first, _ := utf8.DecodeRuneInString(phrase)
		before := i == 0 || spaceless(first) || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		if before && boundaryAt(f, i+len(phrase)) {
			return i
		}
		from = i + len(phrase)
	}
}
