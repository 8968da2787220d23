package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// segment is a run of lines in the author's own text, between lines that are decided: open nonblank lines.
type segment struct{ lines []int }

// segments are the runs of lines that no step has decided yet.
func (r *reader) segments() []segment {
	var segs []segment
	var cur []int
	for i := range r.ls {
		l := &r.ls[i]
		switch {
		case l.set:
			if len(cur) > 0 {
				segs, cur = append(segs, segment{cur}), nil
			}
		case !l.blank():
			cur = append(cur, i)
		}
	}
	if len(cur) > 0 {
		segs = append(segs, segment{cur})
	}
	return segs
}

func (r *reader) mark(lines []int, k Kind) {
	for _, i := range lines {
		r.ls[i].set, r.ls[i].kind = true, k
	}
}

// courtesies finds greeting, sign-off, signatures and notices in the author's own lines.
func (r *reader) courtesies() {
	segs := r.segments()
	if len(segs) == 0 {
		return
	}
	segs[0].lines = r.banner(segs[0].lines)
	for n := range segs {
		s := &segs[n]
		s.lines = r.delimited(s.lines)
		for len(s.lines) > 0 && isMobile(r.ls[s.lines[len(s.lines)-1]].trim) {
			r.mark(s.lines[len(s.lines)-1:], Signature)
			s.lines = s.lines[:len(s.lines)-1]
		}
		for len(s.lines) > 1 && isMobile(r.ls[s.lines[0]].trim) && s.lines[1] > s.lines[0]+1 {
			r.mark(s.lines[:1], Signature)
			s.lines = s.lines[1:]
		}
	}
	// The letter ends where the last own words are; quotes and signatures may come behind.
	for n := len(segs) - 1; n >= 0; n-- {
		s := &segs[n]
		first := true
		for m := range n {
			first = first && len(segs[m].lines) == 0
		}
		s.lines = r.ending(s.lines, first)
		if len(s.lines) > 0 {
			break
		}
	}
	for n := range segs {
		if len(segs[n].lines) > 0 {
			r.greeting(segs[n].lines)
			break
		}
	}
}

// delimited cuts a signature below "-- " (RFC 3676 section 4.3), also where the blank was lost.
func (r *reader) delimited(lines []int) []int {
	for n, i := range lines {
		t := r.ls[i].trim
		if t != "--" && t != "—" && t != "- --" {
			continue
		}
		rest := lines[n+1:]
		exact := strings.HasPrefix(r.ls[i].raw, "-- ")
		if !exact && (len(rest) > 20 || r.prose(rest) > 3 || r.answered(rest)) || t == "—" && (len(rest) > 8 || r.prose(rest) > 0) {
			continue
		}
		r.mark(lines[n:], Signature)
		return lines[:n]
	}
	return lines
}

// answered reports a line that opens like an answer.
func (r *reader) answered(lines []int) bool {
	for _, i := range lines {
		if answers(r.ls[i].trim) {
			return true
		}
	}
	return false
}

// prose counts lines that read like sentences.
func (r *reader) prose(lines []int) (n int) {
	for _, i := range lines {
		if isProse(r.ls[i].trim) {
			n++
		}
	}
	return n
}

// isProse reports a line that reads like (part of) a sentence rather than a name, a title or a contact.
func isProse(t string) bool {
	words := strings.Count(t, " ") + 1
	r, _ := utf8.DecodeLastRuneInString(t)
	ends := r == '.' || r == '?' || r == '!' || r == '…' || r == '。' || r == '？' || r == '！' || r == '؟' || r == ':'
	if spacelessText(t) && utf8.RuneCountInString(t) > 14 {
		words = max(words, utf8.RuneCountInString(t)/2)
	}
	if contactLine(t) {
		return false
	}
	lower := 0
	for w := range strings.FieldsSeq(t) {
		c, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(c) || spaceless(c) || unicode.In(c, unicode.Arabic, unicode.Hebrew) {
			lower++
		}
	}
	return ends && words >= 4 && lower*2 >= words || words >= 8 && lower*2 >= words
}

// contactLine reports addresses, links and telephone numbers.
func contactLine(t string) bool {
	if strings.Contains(t, "://") || strings.Contains(t, "www.") || hasAddress(t) && strings.Count(t, " ") < 8 {
		return true
	}
	digits := 0
	for i := 0; i < len(t); i++ {
		if digit(t[i]) {
			digits++
		}
	}
	return digits >= 7 && digits*3 >= len(t)
}

// ending finds, in the last own lines of a letter, sign-off, signature, legal notices and a name at the end.
// It returns the lines that are left.
func (r *reader) ending(lines []int, first bool) []int {
	lines = r.notices(lines, false)
	lines = r.mobileAbove(lines)
	if n, end := r.signOff(lines); n >= 0 {
		if n == 0 && first && end == 1 && len(lines) > 1 {
			// A text that begins with "Thanks," and goes on is no letter that ends there.
			if r.prose(lines[1:]) > 0 {
				return lines
			}
		}
		r.mark(lines[n:end], SignOff)
		r.mark(lines[end:], Signature)
		return r.notices(lines[:n], true)
	}
	if cut := r.ruled(lines); cut >= 0 {
		r.mark(lines[cut:], Signature)
		return r.ending(lines[:cut], first)
	}
	if n := len(lines) - 1; n >= 1 && r.nameLine(lines, n) {
		r.mark(lines[n:], SignOff)
		return lines[:n]
	}
	return lines
}

// mobileAbove finds "Sent from my phone" with nothing but a name or contacts below.
func (r *reader) mobileAbove(lines []int) []int {
	for n := len(lines) - 2; n >= 0 && n >= len(lines)-6; n-- {
		if !isMobile(r.ls[lines[n]].trim) {
			continue
		}
		for _, i := range lines[n+1:] {
			if t := r.ls[i].trim; isProse(t) || answers(t) || !nameish(t, 5) && !contactLine(t) {
				return lines
			}
		}
		r.mark(lines[n:], Signature)
		return lines[:n]
	}
	return lines
}

// signOff finds the closing phrase: its index in lines and where the sign-off ends (what follows is signature), or -1.
func (r *reader) signOff(lines []int) (n, end int) {
	low := max(0, len(lines)-25)
	for n = len(lines) - 1; n >= low; n-- {
		t := r.ls[lines[n]].trim
		inline, ok := closing(t, r.opt.Author.Name)
		if !ok {
			continue
		}
		end = n + 1
		for !inline && end < len(lines) && end <= n+2 && lines[end]-lines[end-1] <= 3 {
			u := r.ls[lines[end]].trim
			if !r.authorName(u) && (!nameish(u, 5) || answers(u)) || end == n+2 && lines[end] > lines[end-1]+1 {
				break
			}
			end++
		}
		for k := end; k < len(lines); k++ {
			if u := r.ls[lines[k]].trim; isProse(u) || answers(u) {
				return -1, 0 // the letter goes on: a postscript, or no sign-off at all
			}
		}
		for n > 0 {
			if _, ok := closing(r.ls[lines[n-1]].trim, r.opt.Author.Name); !ok {
				break
			}
			n--
		}
		return n, end
	}
	return -1, 0
}

// answers reports a line that opens like an answer and must not be lost in a signature.
func answers(t string) bool {
	f := fold(t)
	if f == "" {
		return false
	}
	if p := answerWords.prefix(f); p != "" && (len(p) > 1 || len(f) > len(p)) {
		rest := strings.TrimLeft(f[len(p):], " ")
		return rest == "" || strings.IndexByte(".,:;!?)-0123456789", rest[0]) >= 0 || strings.Count(rest, " ") >= 1
	}
	return f[0] == 'q' && len(f) > 1 && digit(f[1]) || digit(f[0]) && len(f) > 2 && (f[1] == ')' || f[1] == '.' && f[2] == ' ')
}

// nameLine reports a last line that signs: the author's name, or "-Ana Lima" after a dash that begins no list.
func (r *reader) nameLine(lines []int, n int) bool {
	t := r.ls[lines[n]].trim
	if r.authorName(t) {
		return true
	}
	bare := strings.TrimLeft(t, "-–—~")
	if bare == t || bare == "" || strings.HasPrefix(t, "- ") && lines[n] == lines[n-1]+1 {
		return false
	}
	if p := r.ls[lines[n-1]].trim; p[0] == t[0] { // a list
		return false
	}
	bare = strings.TrimSpace(bare)
	return nameish(bare, 4) && capitalised(bare) >= 2 && !answers(bare) && t[len(t)-1] != '.'
}

// ruled finds a signature below a drawn line: one that stands below a quote (at the start of lines) or below which
// there is nothing but names and contacts.
func (r *reader) ruled(lines []int) int {
	for n := len(lines) - 1; n >= 0 && n >= len(lines)-14; n-- {
		i := lines[n]
		t := r.ls[i].trim
		if !isRule(t, 3) || strings.HasPrefix(t, ".") || strings.HasPrefix(t, "+") {
			continue
		}
		rest := lines[n+1:]
		if len(rest) == 0 {
			return n
		}
		contacts := 0
		for _, k := range rest {
			if contactLine(r.ls[k].trim) {
				contacts++
			}
			if answers(r.ls[k].trim) {
				return -1
			}
		}
		prose := r.prose(rest)
		switch {
		case contacts > 0 && prose == 0,
			n == 0 && i > 0 && len(rest) <= 6 && t[0] == '_' && prose <= 1 && len(rest)-contacts <= 3 && r.quoteAbove(i):
			return n
		case n > 0 && prose == 0 && len(rest) <= 8:
			u := r.ls[lines[n-1]].trim
			_, ends := closing(u, "")
			if n > 1 && !ends && nameish(u, 4) {
				_, ends = closing(r.ls[lines[n-2]].trim, "")
			}
			if ends || r.authorName(u) {
				return n
			}
		}
		return -1
	}
	return -1
}

func (r *reader) quoteAbove(i int) bool {
	p := r.prevText(i - 1)
	for p >= 0 && r.ls[p].depth > 0 && r.ls[p].blank() {
		p = r.prevText(p - 1)
	}
	return i > 0 && (p >= 0 && r.ls[p].set && r.ls[p].kind == Quote || r.ls[i-1].depth > 0)
}
