package mail

import "strings"

// label says what a field of a header block is.
type label int

const (
	labelNone label = iota
	labelFrom
	labelSent
	labelTo
	labelCc
	labelSubject
	labelOther
)

// labelTable maps each folded field name to what it can mean; Italian "Da" is a sender, Danish "Dato" a date, and
// one word may mean different things in different languages, so this is a set of bits.
func labelTable(m map[label]string) map[string]uint8 {
	t := map[string]uint8{}
	for l, names := range m {
		for n := range strings.SplitSeq(names, "|") {
			t[fold(n)] |= 1 << l
		}
	}
	return t
}

// phraseList folds lists of phrases into one list without duplicates.
func phraseList(lists ...string) []string {
	seen, out := map[string]bool{}, []string(nil)
	for _, l := range lists {
		for p := range strings.SplitSeq(l, "|") {
			if p = fold(p); p != "" && !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}
