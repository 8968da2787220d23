package mail

import (
	"strings"
)

// footerReach is how many lines with words a list's footer has at most.
const footerReach = 25

// findFooters marks what lists appended at the end: Mailman's drawn line with the list's name, the paragraphs of
// Google Groups, groups.io, Yahoo, Sympa and LISTSERV, and what the caller has learned of this list. Several lists may
// have appended one each.
func (r *reader) findFooters() {
	r.inserted()
	for range 4 {
		tail := r.tail()
		if len(tail) == 0 {
			return
		}
		n := r.learnedFooter(tail)
		if n < 0 {
			n = r.knownFooter(tail)
		}
		if n < 0 {
			return
		}
		r.mark(tail[n:], Footer)
	}
}

// inserted marks what programs put into a text by fixed rules: the notes of Mailman's scrubber where it took an
// attachment away, and OpenPGP armour (RFC 9580 section 6.2).
func (r *reader) inserted() {
	for i := 0; i < len(r.ls); i++ {
		t := r.ls[i].trim
		if len(t) < 20 || t[0] != '-' || r.ls[i].depth > 0 {
			continue
		}
		switch {
		case strings.HasSuffix(t, " next part --------------"):
			r.mark([]int{i}, Footer)
			n := r.nextText(i + 1)
			if n < 0 || !strings.HasSuffix(r.ls[n].trim, "was scrubbed...") && !strings.HasPrefix(r.ls[n].trim, "Skipped content of type") {
				continue // another text part of the same mail follows
			}
			for ; n < len(r.ls) && !r.ls[n].blank() && r.ls[n].depth == 0; n++ {
				r.mark([]int{n}, Footer)
			}
			i = n - 1
		case t == "-----BEGIN PGP SIGNED MESSAGE-----":
			for ; i < len(r.ls) && !r.ls[i].blank(); i++ {
				r.mark([]int{i}, Signature)
			}
		case t == "-----BEGIN PGP SIGNATURE-----":
			for ; i < len(r.ls); i++ {
				if !r.ls[i].blank() {
					r.mark([]int{i}, Signature)
				}
				if r.ls[i].trim == "-----END PGP SIGNATURE-----" {
					break
				}
			}
		}
	}
}

// tail is the last lines with words that are neither quoted nor marked, in order.
func (r *reader) tail() []int {
	var rev []int
	for i := len(r.ls) - 1; i >= 0 && len(rev) < footerReach; i-- {
		l := &r.ls[i]
		if l.blank() || l.set {
			continue
		}
		if l.depth > 0 {
			break
		}
		rev = append(rev, i)
	}
	for a, b := 0, len(rev)-1; a < b; a, b = a+1, b-1 {
		rev[a], rev[b] = rev[b], rev[a]
	}
	return rev
}

// learnedFooter finds where the tail equals one of the footers that the caller knows, or -1.
func (r *reader) learnedFooter(tail []int) int {
	for _, footer := range r.opt.Footers {
		want := footerLines(footer)
		n := len(tail) - len(want)
		if len(want) == 0 || n < 0 {
			continue
		}
		same := true
		for k, w := range want {
			if t := r.ls[tail[n+k]].trim; len(t) > 2*len(w)+20 || fold(t) != w {
				same = false
				break
			}
		}
		if same {
			return n
		}
	}
	return -1
}

// footerLines are the lines of a footer, folded, without blank ones.
func footerLines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if f := fold(trimSpace(l)); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// knownFooter finds where in the tail a footer begins by its words, or -1.
func (r *reader) knownFooter(tail []int) int {
	for n, i := range tail {
		t := r.ls[i].trim
		starts := i == 0 || r.ls[i-1].blank() || n > 0 && isRule(r.ls[tail[n-1]].trim, 3)
		rule := isRule(t, 5) || t == "__" || t == "___" || t == "--" || strings.HasPrefix(t, "--~--") || strings.HasPrefix(t, "-=-=-") || strings.HasPrefix(t, "_._,_")
		switch {
		case rule && n+1 < len(tail) && r.listWords(tail[n+1:]):
			return n
		case (starts || n == 0) && len(t) < 300 && footerStarts.prefix(strings.TrimLeft(fold(cutAt(t, 80)), "[*-— ")) != "" && r.short(tail[n:]) && r.contact(tail[n:]):
			if n > 0 && isRule(r.ls[tail[n-1]].trim, 2) {
				n--
			}
			return n
		}
	}
	return -1
}

// listWords reports lines that name a list and how to reach or leave it, and say nothing else.
func (r *reader) listWords(lines []int) bool {
	if len(lines) > 12 || !r.short(lines) {
		return false
	}
	words, contact := false, false
	for n, i := range lines {
		t := r.ls[i].trim
		if isRule(t, 3) && n < len(lines)-1 {
			return false // the lower rule is the footer's; above it is a signature
		}
		f := fold(cutAt(t, 300))
		if !words {
			for _, w := range footerWords {
				if strings.Contains(f, w) {
					words = true
					break
				}
			}
		}
		if isProse(t) && len(lines) > 1 && !contactLine(t) && footerStarts.prefix(f) == "" && !containsAny(f, footerWords) {
			return false
		}
		contact = contact || contactLine(t) || hasAddress(f) || strings.Contains(f, "http")
	}
	return words && contact
}

func containsAny(s string, list []string) bool {
	for _, w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// contact reports an address or a link in the lines.
func (r *reader) contact(lines []int) bool {
	for _, i := range lines {
		t := cutAt(r.ls[i].trim, 500)
		if strings.Contains(t, "@") || strings.Contains(t, "http") || strings.Contains(t, "www.") || strings.Contains(t, "groups.io") {
			return true
		}
	}
	return false
}

// short reports lines of which none is longer than a footer's.
func (r *reader) short(lines []int) bool {
	for _, i := range lines {
		if len(r.ls[i].trim) > 500 {
			return false
		}
	}
	return true
}

// LearnFooter finds what a list appends to its posts from texts of several of them: the lines at the end that at
// least three and 60 % of them share. It returns "" when nothing repeats.
func LearnFooter(texts []string) string {
	var l FooterLearner
	for _, t := range texts {
		l.add(t, len(texts))
	}
	return l.Footer()
}

// FooterLearner learns a list's footer from its posts, one after the other. The zero value is ready for use. It keeps
// the ends of the last 40 texts.
type FooterLearner struct {
	tails [][]string
}

// Add takes note of one more post's text.
func (l *FooterLearner) Add(text string) { l.add(text, 40) }

func (l *FooterLearner) add(text string, keep int) {
	var tail []string
	for end := len(text); end > 0 && len(tail) < footerReach; {
		start := strings.LastIndexByte(text[:end], '\n') + 1
		if t := trimSpace(text[start:end]); t != "" {
			tail = append(tail, cutAt(t, 500))
		}
		end = start - 1
	}
	l.tails = append(l.tails, tail)
	if over := len(l.tails) - keep; over > 0 {
		l.tails = l.tails[over:]
	}
}

// Footer is what repeats so far, or "".
func (l *FooterLearner) Footer() string {
	alive := l.tails
	need := max(3, (len(l.tails)*6+9)/10)
	var lines []string
	for n := 0; len(alive) >= need; n++ {
		count := map[string]int{}
		best := ""
		for _, t := range alive {
			if n < len(t) {
				f := fold(t[n])
				count[f]++
				if c := count[f]; best == "" || c > count[best] || c == count[best] && f < best {
					best = f
				}
			}
		}
		if best == "" || count[best] < need {
			break
		}
		var next [][]string
		for _, t := range alive {
			if n < len(t) && fold(t[n]) == best {
				next = append(next, t)
			}
		}
		lines = append(lines, next[0][n])
		alive = next
	}
	for a, b := 0, len(lines)-1; a < b; a, b = a+1, b-1 {
		lines[a], lines[b] = lines[b], lines[a]
	}
	return strings.Join(lines, "\n")
}
