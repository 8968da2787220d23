package collect

import (
	"strings"
	"unicode"
	"unicode/utf8"

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

// posting is what the survey's questions look like in a text, folded by plainWords.
type posting struct {
	least    int // octets of the shortest text that can repeat most of the questions
	sections []postedSection
	asked    int
	rare     wordSet        // of each question its longest word, which stands inside of it
	asks     map[string]int // how many questions have it as their longest
	any      int            // questions that have none in plain ASCII
}

type postedSection struct {
	heading   string
	questions []postedQuestion
}

type postedQuestion struct {
	text   string
	extras []string
}

func newPosting(s *dc.Survey) posting {
	p := posting{rare: newWordSet(), asks: map[string]int{}}
	total := 0
	for _, sec := range s.Sections {
		out := postedSection{heading: plainWords(sec.Title + " " + sec.Introduction)}
		for _, q := range sec.Questions {
			total += len(q.Text)
			if q.Removed {
				continue
			}
			asked := postedQuestion{text: plainWords(q.Text)}
			for _, extra := range append(append([]string{q.Title, q.Help, q.Link}, q.Options...), q.FollowUp...) {
				if e := plainWords(extra); e != "" {
					asked.extras = append(asked.extras, e)
				}
			}
			p.asked++
			p.learn(asked.text)
			out.questions = append(out.questions, asked)
		}
		p.sections = append(p.sections, out)
	}
	if p.least = total / 3; total == 0 {
		p.asked = 0
	}
	return p
}

func (p *posting) learn(question string) {
	longest := ""
	ws := strings.Fields(question)
	for i, w := range ws {
		if i == 0 || i == len(ws)-1 {
			continue // may be a part of a longer word in a text
		}
		if len(w) > len(longest) && !strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) {
			longest = w
		}
	}
	switch {
	case question == "": // is never found
	case longest == "":
		p.any++
	default:
		p.rare.add(longest)
		p.asks[longest]++
	}
}

// enough says whether so many questions are those of a posting.
func (p *posting) enough(found int) bool { return found >= 3 && found*10 >= p.asked*6 }

// may is a cheap test: a text repeats no more questions than it has of their longest words.
func (p *posting) may(own string) bool {
	if p.asked == 0 || len(own) < p.least {
		return false
	}
	found := p.any
	var seen map[string]bool
	eachWord(own, func(h uint32, w string, plain bool) bool {
		if !plain {
			// A letter that becomes ASCII in lower case, or an accent, which ends a word to plainWords: no cheap answer.
			if strings.ContainsFunc(w, func(r rune) bool {
				return r >= utf8.RuneSelf && (unicode.ToLower(r) < utf8.RuneSelf || unicode.Is(unicode.Mn, r))
			}) {
				found = p.asked
			}
			return !p.enough(found)
		}
		if !p.rare.has(h, w, plain) {
			return true
		}
		w = strings.ToLower(w)
		if !seen[w] {
			if seen == nil {
				seen = map[string]bool{}
			}
			seen[w] = true
			found += p.asks[w]
		}
		return !p.enough(found)
	})
	return p.enough(found)
}

// Posting says whether own text (without quotes) repeats most of the survey's questions, and if so whether there are
// answers between them. Texts that do not are told apart cheaply, as every mail of an archive passes here.
func Posting(s *dc.Survey, own string) PostingKind { return Compile(s).Posting(own) }

// Posting is Posting for the survey that was compiled.
func (c *Compiled) Posting(own string) PostingKind {
	p := &c.asked
	if !p.may(own) {
		return NoPosting
	}
	text := plainWords(own)
	first, last, found := len(text), 0, 0
	known := 0 // octets of the survey's own words between the first and the last question
	for _, sec := range p.sections {
		for _, q := range sec.questions {
			i := strings.Index(text, q.text)
			if q.text == "" || i < 0 {
				continue
			}
			found++
			first, last = min(first, i), max(last, i+len(q.text))
			known += len(q.text)
			for _, e := range q.extras {
				if strings.Contains(text, e) {
					known += len(e) + 1
				}
			}
		}
		if sec.heading != "" && strings.Contains(text, sec.heading) {
			known += len(sec.heading)
		}
	}
	if !p.enough(found) {
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
