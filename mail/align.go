package mail

import (
	"unicode"
	"unicode/utf8"
)

// shingle is how many words in a row must agree for a match to begin.
const shingle = 4

// words is a text as hashes of its words, each with its line; marks, case, punctuation and line breaks do not count,
// so that a rewrapped quote has the same words. In scripts without blanks each character is a word.
type words struct {
	hash     []uint64
	line     []int32
	from, to []int32 // where the word stands in its line, in octets
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

// addLine adds the words of one line.
func (w *words) addLine(s string, line int) {
	h, in, begin := uint64(fnvOffset), false, 0
	flush := func(end int) {
		if in {
			w.hash = append(w.hash, h)
			w.line = append(w.line, int32(line))
			w.from = append(w.from, int32(begin))
			w.to = append(w.to, int32(end))
			h, in = fnvOffset, false
		}
	}
	letter := func(x uint64, at int) {
		if !in {
			begin = at
		}
		h, in = (h^x)*fnvPrime, true
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case 'A' <= c && c <= 'Z':
				letter(uint64(c|0x20), i)
			case 'a' <= c && c <= 'z', digit(c):
				letter(uint64(c), i)
			case c == '\'':
			default:
				flush(i)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case spaceless(r):
			flush(i)
			letter(uint64(r), i)
			flush(i + n)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if !invisible(r) {
				letter(uint64(unicode.ToLower(r)), i)
			}
		case r == '’' || invisible(r):
		default:
			flush(i)
		}
		i += n
	}
	flush(len(s))
}

// source is an ancestor made ready for comparing.
type source struct {
	id     string
	author Address
	lines  []line
	words  words
	grams  map[uint64]int32 // first position of each shingle
	next   []int32          // next position with the same shingle, 0 for none
	exact  map[uint64]int32 // whole lines: first line with these words, for lines shorter than a shingle
}

func gram(h []uint64) uint64 {
	g := uint64(fnvOffset)
	for _, x := range h {
		g = (g ^ x) * fnvPrime
		g ^= g >> 29
	}
	return g
}

// newSource indexes an ancestor; linear in its size.
func newSource(a Ancestor) *source {
	s := &source{id: a.ID, author: a.Author, lines: readMarks(splitLines(a.Text))}
	s.exact = map[uint64]int32{}
	for i := range s.lines {
		from := len(s.words.hash)
		s.words.addLine(s.lines[i].body, i)
		if n := len(s.words.hash) - from; n > 0 && n <= 12 {
			g := gram(s.words.hash[from:])
			if old, ok := s.exact[g]; !ok || s.lines[old].depth > s.lines[i].depth {
				s.exact[g] = int32(i)
			}
		}
	}
	h := s.words.hash
	s.grams = make(map[uint64]int32, len(h))
	s.next = make([]int32, len(h))
	for i := len(h) - shingle; i >= 0; i-- {
		g := gram(h[i : i+shingle])
		if old, ok := s.grams[g]; ok {
			s.next[i] = old
		}
		s.grams[g] = int32(i)
	}
	return s
}

// match is where a word of the text was found: in which ancestor (from 1, 0 for nowhere) and at which word.
type match struct {
	source int16
	at     int32
}

// matchWords finds the words of w in the sources, run by run: at each place the longest run wins, then the one that goes
// on where the last one ended, then the nearer ancestor. Each word is looked at a bounded number of times.
func matchWords(w *words, sources []*source) []match {
	out := make([]match, len(w.hash))
	var last match
	for i := 0; i+shingle <= len(w.hash); {
		g := gram(w.hash[i : i+shingle])
		best, bestLen := match{}, 0
		for n, s := range sources {
			p, ok := s.grams[g]
			if !ok {
				continue
			}
			for tries := 0; tries < 8; tries++ {
				k := 0
				for i+k < len(w.hash) && int(p)+k < len(s.words.hash) && s.words.hash[int(p)+k] == w.hash[i+k] {
					k++
				}
				m := match{int16(n + 1), p}
				if k > bestLen || k == bestLen && k > 0 && m.source == last.source && best.at < last.at && m.at > last.at {
					best, bestLen = m, k
				}
				if s.next[p] == 0 {
					break
				}
				p = s.next[p]
			}
		}
		if bestLen < shingle {
			i++
			continue
		}
		for k := range bestLen {
			out[i+k] = match{best.source, best.at + int32(k)}
		}
		// What stands between two matches in a row may be shorter than a shingle; look back a little.
		src := sources[best.source-1]
		for k := 1; i-k >= 0 && k <= shingle && out[i-k].source == 0 && int(best.at)-k >= 0 && src.words.hash[int(best.at)-k] == w.hash[i-k]; k++ {
			out[i-k] = match{best.source, best.at - int32(k)}
		}
		i += bestLen
		last = match{best.source, best.at + int32(bestLen) - 1}
	}
	return out
}
