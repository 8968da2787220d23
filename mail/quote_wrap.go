package mail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wrapCasualties gives back to a quote the ends of its lines that a mail program wrapped without repeating the mark:
//
//	> a long line of the quote that was wrapped by the program on the
//	way
//	> and goes on
//
// Such an end stands right below a long marked line and right above another, and goes on in small letters.
func (r *reader) wrapCasualties() {
	sure := false
	for pass := range 2 {
		for i := 1; i+1 < len(r.ls); i++ {
			l, prev := &r.ls[i], &r.ls[i-1]
			if l.set || l.blank() || l.depth > 0 || prev.kind != Quote || !prev.set || prev.depth == 0 || len(prev.raw) < 60 || r.ls[i+1].depth == 0 {
				continue
			}
			if utf8.RuneCountInString(l.trim) > 60 {
				continue
			}
			c, _ := utf8.DecodeRuneInString(l.trim)
			link := c == '(' || c == '<' || c == '['
			if !unicode.IsLower(c) && !link {
				continue
			}
			end, _ := utf8.DecodeLastRuneInString(prev.trim)
			unfinished := unicode.IsLetter(end) || end == ',' || end == '-' || end == '('
			// A line below a finished sentence may be an answer. It is a casualty only in a mail that has clear ones.
			if pass == 0 && unfinished {
				sure = true
			} else if !(pass == 1 && sure && unicode.In(end, unicode.P)) || end == '?' {
				continue
			}
			l.set, l.kind, l.nested, l.author, l.depth = true, Quote, prev.nested, prev.author, prev.depth
		}
		if !sure {
			break
		}
	}
	// "(http://...) >" between two marked lines is a link of the quote that lost its mark.
	for i := 1; i+1 < len(r.ls); i++ {
		l := &r.ls[i]
		if !l.set && !l.blank() && r.ls[i-1].depth > 0 && r.ls[i+1].depth > 0 && bareLink(l.trim) {
			l.set, l.kind, l.nested, l.author, l.depth = true, Quote, r.ls[i-1].nested, r.ls[i-1].author, r.ls[i-1].depth
		}
	}
}

// knownCasualties does the same for lines of any length where the message that is quoted is known: the end of the marked
// line and the line below it stand there side by side.
func (r *reader) knownCasualties() {
	const most, context = 200, 4 // lines that are looked up in a mail; words of the marked line that have to agree
	var texts []string
	for i, tries := 1, 0; i < len(r.ls) && tries < most && len(r.opt.Ancestors) > 0; i++ {
		l, prev := &r.ls[i], &r.ls[i-1]
		if l.set || l.blank() || l.depth > 0 || prev.kind != Quote || !prev.set || prev.depth == 0 {
			continue
		}
		end, _ := utf8.DecodeLastRuneInString(prev.trim)
		above, own := strings.Fields(prev.trim), strings.Fields(l.trim)
		if unicode.In(end, unicode.P) && end != ',' && end != '-' || len(above) < context || len(own) > 12 {
			continue
		}
		tries++
		if texts == nil {
			for _, a := range r.opt.Ancestors[:min(len(r.opt.Ancestors), 4)] {
				texts = append(texts, " "+strings.Join(strings.Fields(strings.ReplaceAll(a.Text, ">", " ")), " ")+" ")
			}
		}
		key := " " + strings.Join(above[len(above)-context:], " ") + " " + strings.Join(own, " ") + " "
		if slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, key) }) {
			l.set, l.kind, l.nested, l.author, l.depth = true, Quote, prev.nested, prev.author, prev.depth
		}
	}
}

// bareLink reports a line that is nothing but an address in brackets.
func bareLink(t string) bool {
	if len(t) < 10 || t[0] != '(' && t[0] != '<' && t[0] != '[' {
		return false
	}
	for len(t) > 0 && (t[len(t)-1] == '>' || t[len(t)-1] == ' ' || t[len(t)-1] == ')' || t[len(t)-1] == ']') {
		t = t[:len(t)-1]
	}
	for i := 1; i < len(t); i++ {
		if t[i] == ' ' {
			return false
		}
	}
	return hasPrefixFold(t[1:], "http") || hasPrefixFold(t[1:], "mailto:")
}

func hasPrefixFold(s, p string) bool {
	if len(s) < len(p) {
		return false
	}
	for i := range len(p) {
		if s[i]|0x20 != p[i]|0x20 {
			return false
		}
	}
	return true
}
