package collect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordSet is a set of folded words that a text is searched for without being split: a filter of hashes, behind it the
// words themselves.
type wordSet struct {
	filter []uint64 // 64 Ki bits: with a few dozen words, few of a text pass by accident
	words  map[string]bool
}

func newWordSet() wordSet { return wordSet{filter: make([]uint64, 1<<10), words: map[string]bool{}} }

func (s *wordSet) add(w string) {
	if w == "" {
		return
	}
	h := hashWord(w)
	s.filter[h>>6&0x3ff] |= 1 << (h & 63)
	s.words[w] = true
}

// has looks a word of eachWord up.
func (s *wordSet) has(h uint32, w string, plain bool) bool {
	if plain && s.filter[h>>6&0x3ff]&(1<<(h&63)) == 0 {
		return false
	}
	return s.words[fold(w)]
}

// hashWord tells words apart by their length and three of their letters, in either case: quick to say, and what passes by
// accident is looked up.
func hashWord(w string) uint32 {
	n := len(w)
	h := uint32(asciiWord[w[0]]) | uint32(asciiWord[w[n/2]])<<8 | uint32(asciiWord[w[n-1]])<<16 | uint32(n)<<24
	h *= 0x9e3779b1
	return h ^ h>>16
}

// eachWord calls f with each run of letters and digits in text, until f returns false: its octets and, when it is plain
// ASCII, its hash. It splits more often than words does, at apostrophes and inside of addresses, and gives characters of
// scripts without spaces one by one; so whatever words finds, it finds, too. It allocates nothing.
func eachWord(text string, f func(h uint32, w string, plain bool) bool) {
	for i := 0; i < len(text); {
		start, plain := i, true
		for i < len(text) {
			if asciiWord[text[i]] != 0 {
				i++
				continue
			}
			if text[i] < utf8.RuneSelf {
				break
			}
			r, n := utf8.DecodeRuneInString(text[i:])
			if unspaced(r) && i == start {
				plain = false
				i += n
				break
			}
			if !wordRune(r) || unspaced(r) {
				break
			}
			plain = false
			i += n
		}
		switch {
		case i > start:
			var h uint32
			if plain {
				h = hashWord(text[start:i])
			}
			if !f(h, text[start:i], plain) {
				return
			}
		case text[i] < utf8.RuneSelf:
			i++
		default:
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
		}
	}
}

// asciiWord gives the lower case of ASCII letters, and digits; 0 for all else.
var asciiWord = func() (t [256]byte) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	return
}()

// containsFold is strings.Contains(strings.ToLower(text), low).
func containsFold(text, low string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(text), low)
		}
	}
	if low == "" || low[0] >= utf8.RuneSelf {
		return low == ""
	}
	first, upper := low[0], byte(unicode.ToUpper(rune(low[0])))
	for i := 0; i+len(low) <= len(text); i++ {
		if c := text[i]; (c == first || c == upper) && equalFoldASCII(text[i:i+len(low)], low) {
			return true
		}
	}
	return false
}

func equalFoldASCII(s, low string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != low[i] {
			return false
		}
	}
	return true
}
