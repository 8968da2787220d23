package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trust says how sure it is that lines are an attribution.
type trust int

const (
	notOne trust = iota
	named        // "Ana wrote:": believed only right above a marked quote or below a finished letter
	dated        // has a date, but neither time nor address: people write such lines too
	sure         // a program wrote it
)

// maxAttribution is the longest attribution in octets; longer ones are prose.
const maxAttribution = 500

// attribution looks for an attribution that ends in line i and returns its first line.
func (r *reader) attribution(i int) (first int, t trust) {
	l := &r.ls[i]
	if !endsAttribution(l.trim) {
		return 0, notOne
	}
	if !endsColon(l.trim) && i+1 < len(r.ls) && r.ls[i+1].depth == l.depth && len(r.ls[i+1].trim) < 60 && endsColon(r.ls[i+1].trim) {
		return 0, notOne // the verb is in the next line
	}
	best, bestTrust := i, weighAttribution(l.trim)
	joined, size, blanks := l.trim, len(l.trim), 0
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		p := &r.ls[k]
		if p.group != 0 || p.depth != l.depth || endsColon(p.trim) {
			break
		}
		if p.blank() {
			// A name may be parted from its "<address>" by a blank line, nothing else.
			if blanks++; blanks > 1 || !strings.HasPrefix(joined, "<") {
				break
			}
			continue
		}
		if size += len(p.trim) + 1; size > maxAttribution {
			break
		}
		joined = p.trim + " " + joined
		if !strings.ContainsAny(p.trim, "0123456789@<") && !nonASCII(p.trim) {
			continue // nothing that an attribution begins with
		}
		starts := startsDated(p.trim)
		if !starts && !startsName(p.trim) {
			continue
		}
		if t := weighAttribution(joined); t > notOne && (t > bestTrust || starts && t >= bestTrust) && (starts || i-k <= 2 && startsName(p.trim)) {
			best, bestTrust = k, t
			if starts {
				break
			}
		}
	}
	return best, bestTrust
}

// endsAttribution is the cheap test that keeps prose off the costly ones.
func endsAttribution(t string) bool {
	if len(t) < 5 || len(t) > 300 {
		return false
	}
	if endsColon(t) {
		return true
	}
	c := t[len(t)-1]
	if c == '-' && (t[0] == '-' || strings.HasSuffix(t, "--") && hasAddress(t)) { // "---- On ... X wrote ----"
		return strings.IndexByte(t, ' ') > 0 && strings.ContainsAny(t, "0123456789@")
	}
	if '0' <= t[0] && t[0] <= '9' && len(t) < 120 { // "2016-03-03 17:21 GMT+01:00 X <x@example.org>"
		return c == '>' || strings.Contains(t, "GMT") || strings.Contains(t, "UTC")
	}
	return false
}

// startsDated reports a line that begins like an attribution: "On Mon, 3 May", "Le 3 mai", "2026-05-03 10:12".
func startsDated(s string) bool {
	s = strings.TrimLeft(s, "-_*= \t>")
	if len(s) > 60 {
		cut := 60
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	f := fold(s)
	if f == "" {
		return false
	}
	if f[0] >= '0' && f[0] <= '9' {
		return hasTime(f) || hasDate(f)
	}
	intros, all := 0, f
	for n := 0; n < 4 && f != ""; n++ {
		w := firstWord(f)
		switch {
		case w[0] >= '0' && w[0] <= '9':
			return intros > 0 || n > 0
		case dayNames[w] || monthNames[w]:
			rest := strings.TrimLeft(f[len(w):], " .,")
			if intros > 0 && rest != "" || rest != "" && rest[0] >= '0' && rest[0] <= '9' {
				return true
			}
			if !introWords[w] {
				return false
			}
			intros++
		case introWords[w]:
			intros++
		default:
			r, size := utf8.DecodeRuneInString(w)
			if spaceless(r) && introWords[w[:size]] && len(w) > size && w[size] >= '0' && w[size] <= '9' { // 在2026年
				return true
			}
			if intros > 0 { // a day or month that is in no table
				d := strings.IndexAny(all, "0123456789")
				return d > 0 && strings.Count(all[:d], " ") <= 4 && (hasDate(all) || hasTime(all))
			}
			return spaceless(r) && hasDate(f)
		}
		f = strings.TrimLeft(f[len(w):], " ,.()")
	}
	return false
}

// startsName reports a line that can begin with the author: "Ana Lima <ana@example.org> wrote on".
func startsName(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, `"'*<`))
	at := strings.IndexByte(s, '@')
	return at > 0 && at < 80 && strings.Count(s[:at], " ") <= 6 && (unicode.IsUpper(r) || !strings.Contains(s[:at], " "))
}

// weighAttribution says how much the whole text looks like an attribution.
func weighAttribution(s string) trust {
	bare := strings.Trim(s, "-_*=~ \t")
	dashed := len(bare)+4 <= len(s) && s[0] == '-'
	colon := endsColon(bare)
	if bare == "" || strings.Count(bare, "<") != strings.Count(bare, ">") && !strings.Contains(bare, "&lt;") && !strings.HasPrefix(bare, "<") {
		return notOne
	}
	f := fold(bare)
	addr, clock := hasAddress(f), hasTime(f)
	date := hasDate(f)
	at, verbLen := findVerb(f)
	starts := startsDated(bare)
	words := strings.Count(f, " ") + 1
	if at < 0 {
		switch {
		case !starts && colon && addr && quotingWords.prefix(f) != "" && words <= 10:
			return sure
		case !starts && colon && words <= 5 && quotingWords.prefix(f) != "" && capitalised(bare) >= 2:
			return named
		case !starts && colon && words <= 8 && strings.HasSuffix(strings.TrimRight(f, ": "), ">") && addr:
			return named
		case !starts:
			return notOne
		case (colon || strings.HasSuffix(bare, ">")) && addr && (clock || date) && words <= 18:
			return sure
		case clock && date && words <= 9 && (strings.Contains(f, "gmt") || strings.Contains(f, "utc")) && f[0] >= '0' && f[0] <= '9':
			return sure
		case clock && date && colon && words <= 10 && sentVerbAt(f) >= 0:
			return sure
		}
		return notOne
	}
	if !colon && !dashed {
		return notOne
	}
	if strings.HasPrefix(f, "in ") && addr && dashedStart(s) { // "--- In list@example.org, X wrote:"
		return sure
	}
	if starts {
		switch {
		case words > 40:
			return notOne
		case addr, clock && (date || !digit(f[0])):
			return sure
		default:
			return dated
		}
	}
	if addr && clock && date && words <= 22 && len(f)-at-verbLen <= 3 { // an introduction in a language not in the tables
		return sure
	}
	before := strings.TrimRight(f[:at], " ,")
	behind := strings.TrimRight(f[at+verbLen:], ": ")
	n := strings.Count(before, " ") + 1
	switch {
	case n > 9 || words > 20 || strings.ContainsAny(before, ".!?;") && !addr:
		return notOne
	case before == "" && addr && clock: // "schrieb X <x@example.org> am 3. Mai um 10:12:"
		return sure
	case addr && (strings.HasSuffix(before, ">") || !strings.Contains(before, " ") || clock):
		return sure
	case clock && date && startsDated(behind): // "X schrieb am 3. Mai um 10:12:"
		return sure
	case behind == "" && before != "" && n <= 5 && (capitalised(bare) >= 1 || spacelessText(f)):
		return named
	case behind == "" && before != "" && n <= 3:
		return named
	case date && behind != "" && startsDated(behind):
		return dated
	}
	return notOne
}

func dashedStart(s string) bool { return strings.HasPrefix(s, "--") }

// findVerb finds the last verb of writing in folded text: where it begins and how long it is, or -1.
func findVerb(f string) (at, n int) {
	at = -1
	for i := range len(f) {
		if i > 0 && strings.IndexByte(` >)",]:`, f[i-1]) < 0 || f[i] == ' ' {
			continue
		}
		if p := verbAt(f[i:]); p != "" && i >= at+n {
			at, n = i, len(p)
		}
	}
	if at >= 0 {
		return at, n
	}
	if !nonASCII(f) {
		return -1, 0
	}
	for _, v := range wroteInside {
		if i := strings.Index(f, v); i >= 0 && v[0] >= utf8.RuneSelf {
			return i, len(v)
		}
	}
	return -1, 0
}

// verbAt returns the verb phrase that f starts with.
func verbAt(f string) string {
	w := firstWord(f)
	best := ""
	for _, p := range wroteVerbs[w] {
		if len(p) > len(best) && strings.HasPrefix(f, p) && boundaryAt(f, len(p)) {
			best = p
		}
	}
	return best
}

func sentVerbAt(f string) int {
	for i := 0; i < len(f); i++ {
		if i == 0 || f[i-1] == ' ' || f[i-1] == '>' {
			if sentVerbs.prefix(f[i:]) != "" {
				return i
			}
		}
	}
	return -1
}

func nonASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

func spacelessText(f string) bool {
	for _, r := range f {
		if spaceless(r) {
			return true
		}
	}
	return false
}

// capitalised counts the words that begin with a capital.
func capitalised(s string) (n int) {
	for w := range strings.FieldsSeq(s) {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"'(<*`))
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n
}

// hasAddress reports an e-mail address in folded text.
func hasAddress(f string) bool {
	for from := 0; ; {
		i := strings.IndexByte(f[from:], '@')
		if i < 0 {
			return strings.Contains(f, "mailto:")
		}
		i += from
		if i > 0 && i+1 < len(f) && f[i-1] != ' ' && f[i+1] != ' ' {
			return true
		}
		from = i + 1
	}
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// hasTime reports a time of day: 10:12, 10.12, 10h12, 10時12分.
func hasTime(f string) bool {
	for i := 1; i < len(f); i++ {
		if !digit(f[i-1]) {
			continue
		}
		j := 0
		switch {
		case f[i] == ':' || f[i] == 'h' || f[i] == '.':
			j = i + 1
		case strings.HasPrefix(f[i:], "時"), strings.HasPrefix(f[i:], "시 "):
			return true
		}
		if j == 0 || j+1 >= len(f) || !digit(f[j]) || !digit(f[j+1]) || j+2 < len(f) && digit(f[j+2]) {
			continue
		}
		// 10.12.2026 is a date, 1.25 a number.
		if f[i] == '.' && (i >= 3 && f[i-3] == '.' || j+2 < len(f) && f[j+2] == '.' && j+3 < len(f) && digit(f[j+3]) || i < 2 || !digit(f[i-2])) {
			continue
		}
		if i >= 3 && digit(f[i-2]) && digit(f[i-3]) {
			continue
		}
		return true
	}
	return false
}

// hasDate reports a year, or a date in figures.
func hasDate(f string) bool {
	for i := 0; i < len(f); {
		if !digit(f[i]) {
			i++
			continue
		}
		j := i
		for j < len(f) && digit(f[j]) {
			j++
		}
		if j-i == 4 && (strings.HasPrefix(f[i:], "19") || strings.HasPrefix(f[i:], "20")) {
			return true
		}
		if j-i <= 2 && j+1 < len(f) && (f[j] == '/' || f[j] == '-' || f[j] == '.') && digit(f[j+1]) {
			k := j + 1
			for k < len(f) && digit(f[k]) {
				k++
			}
			if k < len(f) && f[k] == f[j] && k+1 < len(f) && digit(f[k+1]) {
				return true
			}
		}
		i = j
	}
	return false
}
