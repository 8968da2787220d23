package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SameContent says whether two messages are copies of one mail that went different ways: straight and through a list, or
// through two lists. Lists add footers and subject prefixes, replace From, encode the text anew and take attachments
// off; none of that counts. Words that one copy has and the other lacks do: somebody may reuse a Message-ID (mail case 13).
func SameContent(a, b *Message) bool {
	if a.Digest != b.Digest {
		return false
	}
	if sa, sb := bareSubject(a.Subject), bareSubject(b.Subject); !strings.EqualFold(sa, sb) && sa != "" && sb != "" {
		return false
	}
	if !sameAuthor(a, b) {
		return false
	}
	// The same name for other content: not the same mail. A copy may lack attachments: lists scrub them.
	for _, x := range a.Attachments {
		for _, y := range b.Attachments {
			if x.Name != "" && x.Name == y.Name && x.Type == y.Type && x.SHA256 != y.SHA256 && !strings.HasPrefix(x.Type, "text/") &&
				!strings.HasPrefix(x.Type, "message/") {
				return false
			}
		}
	}
	if sameWords(a.Text, b.Text) {
		return true
	}
	if a.HTML == "" && b.HTML == "" {
		return false
	}
	// One copy was read from the HTML, the other from the plain text, because a list took one part off.
	for _, x := range readings(a) {
		for _, y := range readings(b) {
			if sameWords(x, y) {
				return true
			}
		}
	}
	return false
}

func readings(m *Message) []string {
	r := []string{m.Text}
	if m.HTML != "" && !m.FromHTML {
		r = append(r, TextFromHTML(m.HTML))
	}
	return r
}

// sameAuthor says no only when two different people are plainly named.
func sameAuthor(a, b *Message) bool {
	if len(a.From) == 0 || len(b.From) == 0 {
		return true
	}
	if sameAddr(a.From[0].Addr, b.From[0].Addr) {
		return true
	}
	ma, mb := mungedFrom(a.From[0], a), mungedFrom(b.From[0], b)
	if !ma && !mb {
		return a.From[0].Addr == "" || b.From[0].Addr == ""
	}
	// One is munged: the names must not contradict each other.
	na, nb := unmungedName(a.From[0].Name), unmungedName(b.From[0].Name)
	return na == "" || nb == "" || strings.EqualFold(na, nb)
}

// sameWords compares the letters and digits of two texts without their list footers. Blanks, quote marks, line ends and
// punctuation may differ: re-encoding and rewrapping change them. Characters that one copy has lost match anything.
func sameWords(a, b string) bool {
	a, b = cutListFooter(a), cutListFooter(b)
	i, j := 0, 0
	for {
		ra, na := nextLetter(a[i:])
		rb, nb := nextLetter(b[j:])
		i, j = i+na, j+nb
		if ra != rb && !(ra >= 0x80 && rb >= 0x80 && (ra == utf8.RuneError || rb == utf8.RuneError)) {
			return false
		}
		if ra == 0 {
			return true
		}
	}
}

// nextLetter returns the next letter or digit, lower-cased, and how far it reaches; 0 at the end.
func nextLetter(s string) (rune, int) {
	for i, r := range s {
		if letterOrDigit(r) || r == utf8.RuneError {
			n := utf8.RuneLen(r)
			if r == utf8.RuneError {
				_, n = utf8.DecodeRuneInString(s[i:])
			}
			return unicode.ToLower(r), i + n
		}
	}
	return 0, len(s)
}

func letterOrDigit(r rune) bool {
	if r < 0x80 {
		return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) && r > 0x1F000 || unicode.IsMark(r)
}
