package collect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordSet is a set of folded words that a text is searched for without being split: a filter of hashes, behind it the
// words themselves.
type wordSet struct {
	filter []uint64 // 64 Ki bits: with a few dozen words, one word of a text in a thousand passes by accident
	words  map[string]bool
}

func newWordSet() wordSet { return wordSet{filter: make([]uint64, 1<<10), words: map[string]bool{}} }

func (s *wordSet) add(w string) {
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

func hashWord(w string) uint32 {
	h := uint32(hashStart)
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * hashPrime
	}
	return mixed(h)
}

// FNV-1a, 32 bits.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

// mixed brings the upper bits down, where the filter looks.
func mixed(h uint32) uint32 { return h ^ h>>16 }

// eachWord calls f with each run of letters and digits in text, until f returns false: its octets and, when it is plain
// ASCII, the hash of its lower case. It splits more often than words does, at apostrophes and inside of addresses, and gives
// characters of scripts without spaces one by one; so whatever words finds, it finds, too. It allocates nothing.
func eachWord(text string, f func(h uint32, w string, plain bool) bool) {
	for i := 0; i < len(text); {
		h, start, plain := uint32(hashStart), i, true
		for i < len(text) {
			c := asciiWord[text[i]]
			if c == 0 {
				if text[i] < utf8.RuneSelf {
					break
				}
				r, n := utf8.DecodeRuneInString(text[i:])
				if unspaced(r) && plain && i == start {
					plain = false
					i += n
					break
				}
				if !wordRune(r) || unspaced(r) {
					break
				}
				plain = false
				i += n
				continue
			}
			h = (h ^ uint32(c)) * hashPrime
			i++
		}
		if i == start {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		if !f(mixed(h), text[start:i], plain) {
			return
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
