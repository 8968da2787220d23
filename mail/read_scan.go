package mail

import (
	"strings"
	"unicode/utf8"
)

// reader is a text while it is being read. Each step gives lines their kind; a line that has one keeps it.
type reader struct {
	opt     ReadOptions
	ls      []line
	spans   []span     // attributions, header blocks and markers, in order
	authors []Address  // of quotes; index 0 is nobody
	al      *alignment // nil without ancestors
}

// span is a run of lines that introduces somebody else's words.
type span struct {
	first, last int
	kind        spanKind
	trust       trust
	author      Address
	depth       int
	off         bool // looked at in its place and found to be prose
}

type spanKind int

const (
	attributionSpan spanKind = iota
	headerSpan
	originalSpan
	forwardSpan
	aboveSpan
)

// splitShared parts a line on which the answer and the attribution, or the attribution and the quote, stand together:
// "Yes. On Mon, 3 May 2026 at 10:12, Ana <ana@example.org> wrote:" and "... wrote:> text".
func splitShared(raws []string) []string {
	var out []string
	for i, s := range raws {
		if len(s) >= 30 && len(s) <= maxAttribution && strings.IndexByte(s, ':') > 0 {
			cut := 0
			if j := strings.Index(s, ":>"); j > 20 && weighAttribution(s[:j+1]) == sure {
				cut = j + 1
			} else if endsColon(s) {
				cut = sharedStart(s)
			}
			if cut > 0 {
				if t := strings.TrimRight(s[:cut], " -"); t != "" && strings.Contains(s[len(t):cut], "--") { // "Yes.--- On Mon, ..."
					cut = len(t)
				}
				if out == nil {
					out = append(make([]string, 0, len(raws)+4), raws[:i]...)
				}
				out = append(out, s[:cut], s[cut:])
				continue
			}
		}
		if out != nil {
			out = append(out, s)
		}
	}
	if out == nil {
		return raws
	}
	return out
}

// sharedStart finds where in s an attribution begins behind other words, or 0.
func sharedStart(s string) int {
	if d, _ := quoteMarks(s); d > 0 || startsDated(s) || !hasTime(s) {
		return 0
	}
	for i := 1; i+8 < len(s); i++ {
		if s[i-1] != ' ' || s[i] < 'A' || s[i] > 'Z' && s[i] < utf8.RuneSelf {
			continue
		}
		if strings.Trim(s[:i], "-_*= \t>\"") == "" || strings.HasSuffix(s[:i], ", ") {
			continue
		}
		if introWords[fold(firstWord(s[i:]))] && startsDated(s[i:]) && weighAttribution(s[i:]) == sure {
			return i
		}
	}
	return 0
}

// findSpans finds everything at any depth that introduces a quote.
func (r *reader) findSpans() {
	for i := 0; i < len(r.ls); i++ {
		l := &r.ls[i]
		if l.set || l.trim == "" || l.group != 0 {
			continue
		}
		if last, from, ok := r.headerBlock(i); ok {
			r.addSpan(span{first: i, last: last, kind: headerSpan, trust: sure, author: sender(from)})
			i = last
			continue
		}
		switch readMarker(l.trim) {
		case forwardMarker:
			r.addSpan(span{first: i, last: i, kind: forwardSpan, trust: sure})
			continue
		case originalMarker:
			r.addSpan(span{first: i, last: i, kind: originalSpan, trust: sure})
			continue
		case aboveMarker:
			r.addSpan(span{first: i, last: i, kind: aboveSpan, trust: sure})
			continue
		case dashedMarker:
			if n := r.nextText(i + 1); n >= 0 {
				if _, _, ok := r.headerBlock(n); ok && r.ls[n].depth == l.depth {
					r.addSpan(span{first: i, last: i, kind: originalSpan, trust: sure})
					continue
				}
			}
		}
		if first, t := r.attribution(i); t != notOne {
			r.addSpan(span{first: first, last: i, kind: attributionSpan, trust: t, author: attributionAuthor(r.joined(first, i))})
			continue
		}
		if r.brokenAttribution(i) {
			continue
		}
		r.colonless(i)
	}
}

func (r *reader) addSpan(s span) {
	s.depth = r.ls[s.first].depth
	r.spans = append(r.spans, s)
	for i := s.first; i <= s.last; i++ {
		r.ls[i].group = len(r.spans)
	}
}

func (r *reader) joined(first, last int) string {
	if first == last {
		return r.ls[first].trim
	}
	var parts []string
	for i := first; i <= last; i++ {
		if t := r.ls[i].trim; t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// nextText is the next line from i on that is not blank, or -1.
func (r *reader) nextText(i int) int {
	for ; i < len(r.ls); i++ {
		if !r.ls[i].blank() {
			return i
		}
	}
	return -1
}

func (r *reader) prevText(i int) int {
	for ; i >= 0; i-- {
		if !r.ls[i].blank() {
			return i
		}
	}
	return -1
}

// brokenAttribution recognises an attribution whose closing bracket was wrapped to where it looks like a mark:
// "On ..., Ana <ana@example.org" above "> wrote:".
func (r *reader) brokenAttribution(i int) bool {
	l := &r.ls[i]
	if l.depth == 0 || !endsColon(l.trim) || len(l.trim) > 40 {
		return false
	}
	joined := "> " + l.trim
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		p := &r.ls[k]
		if p.group != 0 || p.depth > l.depth || len(joined) > maxAttribution {
			return false
		}
		if p.blank() {
			continue
		}
		joined = p.trim + " " + joined
		if p.depth == l.depth-1 && startsDated(p.trim) {
			if strings.Count(joined, "<")-strings.Count(joined, ">") == 0 && weighAttribution(joined) == sure {
				r.addSpan(span{first: k, last: i, kind: attributionSpan, trust: sure, author: attributionAuthor(joined)})
				return true
			}
			return false
		}
	}
	return false
}

// colonless recognises "Am 3.5.2026 um 10:12 schrieb Ana Lima" without a colon, right above a quote or header block.
func (r *reader) colonless(i int) {
	t := r.ls[i].trim
	if len(t) < 15 || len(t) > 160 || !strings.ContainsAny(t, "0123456789") || t[len(t)-1] == '.' {
		return
	}
	n := r.nextText(i + 1)
	if n < 0 || n > i+2 {
		return
	}
	ok := r.ls[n].depth > r.ls[i].depth
	if !ok {
		if b, _ := field(r.ls[n].trim); b == 0 {
			return
		}
		_, _, ok = r.headerBlock(n)
	}
	if ok && startsDated(t) && weighAttribution(t+":") == sure {
		r.addSpan(span{first: i, last: i, kind: attributionSpan, trust: sure, author: attributionAuthor(t)})
	}
}
