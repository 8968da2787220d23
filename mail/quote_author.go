package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// attributionAuthor finds the author in the text of an attribution: the name right before the address, or right before or
// behind the verb.
func attributionAuthor(s string) Address {
	s = strings.Trim(s, "-_*= \t")
	if strings.HasPrefix(s, "In ") { // "--- In list@example.org, X wrote:"
		if _, rest, ok := strings.Cut(s, ","); ok && hasAddress(s[:len(s)-len(rest)]) {
			s = strings.TrimSpace(rest)
		}
	}
	s = authorSpaces.Replace(s)
	a := sender(s)
	head := s
	if at := strings.IndexByte(s, '@'); a.Addr != "" && at > 0 {
		i := at
		for i > 0 && addrByte(s[i-1]) {
			i--
		}
		head = s[:i]
		if k := strings.LastIndexAny(head, "<[("); k >= 0 {
			head = strings.TrimRight(head[:k], "<[( ")
		}
		a.Name = trimName(nameBefore(strings.Fields(head)))
		return a
	}
	words := strings.Fields(strings.TrimRight(s, " :："))
	for i := len(words) - 1; i >= 0; i-- {
		v := verbAt(fold(strings.Join(words[i:min(i+4, len(words))], " ")))
		if v == "" {
			if k := insideVerb(words[i]); k >= 0 {
				a.Name = trimName(nameBefore(append(words[:i:i], words[i][:k])))
				return a
			}
			continue
		}
		for j := max(0, i-2); j < i; j++ { // "a écrit", of which "écrit" was found first
			if w := verbAt(fold(strings.Join(words[j:min(j+4, len(words))], " "))); strings.Count(w, " ") >= i-j {
				i, v = j, w
				break
			}
		}
		name := nameBefore(words[:i])
		if name == "" {
			name = nameBehind(words[min(len(words), i+1+strings.Count(v, " ")):])
		}
		a.Name = trimName(name)
		return a
	}
	a.Name = trimName(nameBefore(words))
	return a
}

// authorSpaces parts what some languages and programs write together.
var authorSpaces = strings.NewReplacer("、", ", ", "，", ", ", "，", ", ", "&lt;", "<", "&gt;", ">", "\"<", "\" <")

// insideVerb finds a verb that follows a name without a blank.
func insideVerb(w string) int {
	if !nonASCII(w) {
		return -1
	}
	for _, v := range []string{"さんは", "のメッセージ", "のメール", "님이", "写道", "寫道", "写了"} {
		if i := strings.Index(w, v); i >= 0 {
			return i
		}
	}
	return -1
}

// nameBefore takes the name that ends the words: back to a date, a time, a preposition or another sentence's comma.
func nameBefore(words []string) string {
	// A name in quotation marks is all of it.
	if n := len(words); n > 0 && strings.HasSuffix(words[n-1], "\"") {
		for i := n - 1; i >= 0 && i >= n-8; i-- {
			if strings.HasPrefix(words[i], "\"") {
				return strings.Join(words[i:], " ")
			}
		}
	}
	i := len(words)
	for i > 0 && len(words)-i < 7 {
		w := words[i-1]
		f := strings.Trim(fold(w), ".,;()\"'")
		c, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "\"'("))
		if strings.ContainsAny(f, "0123456789") || zones[f] || strings.HasSuffix(w, ",") && i < len(words) && authorStop(words[i-1]) {
			break
		}
		if introWords[f] && !particles[f] || authorWords[f] || (dayNames[f] || monthNames[f]) && (i-2 >= 0 && strings.ContainsAny(fold(words[i-2]), "0123456789") || strings.HasSuffix(w, ",") || strings.HasSuffix(w, ".")) {
			break
		}
		if unicode.IsLower(c) && i < len(words) && !particles[f] && f != "via" {
			break
		}
		if particles[f] && i == 1 && introWords[f] { // "Le ..." at the very start
			break
		}
		i--
	}
	return strings.Join(words[i:], " ")
}

// authorStop reports a word whose comma ends something that is no name.
func authorStop(w string) bool {
	f := strings.Trim(fold(w), ".,;()\"'")
	return dayNames[f] || monthNames[f] || zones[f] || authorWords[f] || strings.ContainsAny(f, "0123456789")
}

// nameBehind takes the name that the words begin with, up to a date or preposition.
func nameBehind(words []string) string {
	for i, w := range words {
		f := strings.Trim(fold(w), ".,;()\"'")
		if i > 6 || strings.ContainsAny(f, "0123456789") || i > 0 && introWords[f] && !particles[f] || i > 0 && dayNames[f] {
			return strings.Join(words[:i], " ")
		}
		if strings.HasSuffix(w, ",") {
			return strings.Join(words[:i+1], " ")
		}
	}
	return strings.Join(words, " ")
}

func trimName(s string) string {
	s = strings.Trim(s, "\"'*_<>[](),:; \t“”„«»\u200e\u200f\u202a\u202b\u202c")
	if utf8.RuneCountInString(s) > 80 {
		return ""
	}
	return s
}

// zones are abbreviations behind a time of day; authorWords stand between the date and the name.
var (
	zones = foldSet("am|pm|a.m|p.m|π.μ|μ.μ|gmt|utc|cet|cest|wet|west|eet|eest|msk|bst|ist|jst|kst|hkt|sgt|est|edt|cst|cdt|mst|mdt|pst|pdt|aest|aedt|nzst|nzdt|uhr|ص|م|г|р|上午|下午|晚上|오전|오후|zulu")

	authorWords = foldSet("quoting|from|zitat|citando|cytowanie|by|heeft|ha|a|har|hat|пользователь|користувач|χρήστης|ο|uživatel|odesílatel|užívateľ|usuario|usuário|utilisateur|benutzer|przez|tarihinde|keltezéssel|بواسطة|كتب|yang|pukul|kell|klo|kl|at|от|від|מאת|u|o")
)
