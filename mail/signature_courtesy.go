package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// closing reports a closing phrase that fills the line ("Best regards,"), perhaps with a name behind ("Best, Ana":
// inline) or joined with another ("Thanks and best regards").
func closing(t, author string) (inline, ok bool) {
	if len(t) > 90 || t == "" {
		return false, false
	}
	t = strings.TrimLeft(t, "-–—/~*_ ")
	f := strings.TrimRight(fold(t), " ,.!;:-*_~)")
	for range 4 {
		p := closings.prefix(f)
		polite := false
		if q := thanks.prefix(f); len(q) > len(p) || p == "" {
			p, polite = q, true
		}
		if p == "" {
			return false, false
		}
		rest := f[len(p):]
		comma := strings.HasPrefix(rest, ",") || strings.HasPrefix(rest, " -") || strings.HasPrefix(rest, "!") || strings.HasPrefix(rest, ".")
		rest = strings.TrimLeft(rest, " ,.!;:-/")
		if rest == "" || onlySymbols(rest) {
			return false, true
		}
		next := rest
		for _, c := range []string{"and ", "& ", "et ", "und ", "y ", "e ", "en ", "i ", "и ", "och ", "og ", "with ", "mit ", "con ", "avec "} {
			if strings.HasPrefix(rest, c) {
				next = rest[len(c):]
			}
		}
		if closings.prefix(next) != "" || thanks.prefix(next) != "" {
			f = next
			continue
		}
		words := strings.Fields(t)
		k := strings.Count(rest, " ") + 1
		if k > 4 || k > len(words) || polite && !comma {
			return false, false
		}
		name := strings.Join(words[len(words)-k:], " ")
		return true, nameish(name, 4) && (comma || capitalised(name) == k || spacelessText(name)) && !answers(name)
	}
	return false, false
}

func onlySymbols(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// particles stand uncapitalised in names.
var particles = foldSet("de|von|van|der|den|da|do|dos|das|di|du|del|della|la|le|el|al|bin|ibn|ben|y|e|i|af|av|zu|zum|ter|ten|bint|and|und|et|and")

// nameish reports a line that can be a person's name: few words, capitals, no sentence.
func nameish(t string, most int) bool {
	t = strings.Trim(t, " ,.-–—~*_()\"'")
	if t == "" || len(t) > 60 || strings.ContainsAny(t, "?!:;<>/=|") {
		return false
	}
	words := strings.Fields(t)
	if len(words) > most {
		return false
	}
	for _, w := range words {
		c, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "(\"'"))
		switch {
		case unicode.IsUpper(c) || unicode.IsTitle(c):
		case unicode.IsLetter(c) && !unicode.IsLower(c): // scripts without case
			if spaceless(c) && utf8.RuneCountInString(t) > 14 {
				return false
			}
		case unicode.IsLower(c) && (particles[fold(w)] || len(words) == 1 && len(w) <= 12):
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
		default:
			return false
		}
	}
	return true
}

// authorName reports the author's own name, or a part or the initials of it.
func (r *reader) authorName(t string) bool {
	name := fold(r.opt.Author.Name)
	f := strings.Trim(fold(t), " ,.-~*_/()")
	if name == "" || f == "" || len(f) > 60 {
		return false
	}
	if f == name || hasWord(name, f) >= 0 {
		return true
	}
	initials := ""
	for w := range strings.FieldsSeq(name) {
		_, n := utf8.DecodeRuneInString(w)
		initials += w[:n]
	}
	return f == initials || f == initials[:1] && len(initials) > 0
}

// greeting marks the first own line when it only greets.
func (r *reader) greeting(lines []int) {
	if len(lines) < 2 {
		return
	}
	if isGreeting(r.ls[lines[0]].trim) {
		r.mark(lines[:1], Greeting)
	}
}

// isGreeting reports a line that greets and says nothing else.
func isGreeting(t string) bool {
	if len(t) > 90 {
		return false
	}
	t = strings.TrimLeft(t, "*_ ¡")
	f := fold(t)
	p := greetings.prefix(f)
	if p == "" {
		return false
	}
	rest := f[len(p):]
	end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(rest, " *_)"))
	name := strings.Trim(rest, " ,.!:;*_-")
	if name == "" {
		return true
	}
	words := strings.Count(name, " ") + 1
	if strings.HasPrefix(rest, ",") && greetings.prefix(name) == "" && (words > 2 || end != ',' && end != ':') {
		return false // "Hi, I agree"
	}
	raw := strings.Fields(t)
	tail := strings.Join(raw[max(0, len(raw)-words):], " ")
	if spacelessText(f) {
		return utf8.RuneCountInString(t) <= 16
	}
	if end == ',' {
		return words <= 8 && strings.Count(strings.TrimRight(rest, ", "), ",") <= 2
	}
	if end == '.' || end == '?' {
		return false
	}
	for w := range strings.FieldsSeq(strings.Trim(tail, " ,!:")) {
		c, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(c) && !particles[fold(w)] && !addressees[strings.Trim(fold(w), ",!:.")] {
			return false
		}
	}
	return words <= 5
}
