package collect

import (
	"strings"
	"unicode"

	"dcbot/bot/dc"
)

// PostingKind says whether a text is the questionnaire itself.
type PostingKind int

// The kinds of postings.
const (
	NoPosting PostingKind = iota
	Posted                // somebody posted the questionnaire: a root for answers
	FilledIn              // a copy of the questionnaire with answers in it
)

// Posting says whether own text (without quotes) repeats most of the survey's questions, and if so whether there are
// answers between them. Short texts are told apart cheaply, as every mail of an archive passes here.
func Posting(s *dc.Survey, own string) PostingKind {
	total := 0
	for _, sec := range s.Sections {
		for _, q := range sec.Questions {
			total += len(q.Text)
		}
	}
	if total == 0 || len(own) < total/3 {
		return NoPosting
	}
	text := plainWords(own)
	first, last, found, asked := len(text), 0, 0, 0
	known := 0 // octets of the survey's own words between the first and the last question
	for _, sec := range s.Sections {
		for _, q := range sec.Questions {
			if q.Removed {
				continue
			}
			asked++
			needle := plainWords(q.Text)
			i := strings.Index(text, needle)
			if needle == "" || i < 0 {
				continue
			}
			found++
			first, last = min(first, i), max(last, i+len(needle))
			known += len(needle)
			for _, extra := range append(append([]string{q.Title, q.Help, q.Link}, q.Options...), q.FollowUp...) {
				if e := plainWords(extra); e != "" && strings.Contains(text, e) {
					known += len(e) + 1
				}
			}
		}
		if t := plainWords(sec.Title + " " + sec.Introduction); t != "" && strings.Contains(text, t) {
			known += len(t)
		}
	}
	if found < 3 || found*10 < asked*6 {
		return NoPosting
	}
	// Numbers, "(compulsory)", "comments:" and the like stand between questions without being answers.
	const perQuestion = 40
	between := last - first - known
	after := len(text) - last
	if between > found*perQuestion || after > 600+found*perQuestion {
		return FilledIn
	}
	return Posted
}

// plainWords folds a text to its letters and digits in lower case, with single blanks between words.
func plainWords(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			blank = false
		} else {
			blank = true
		}
	}
	return b.String()
}
