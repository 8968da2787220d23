package dc

import (
	"cmp"
	"strings"
	"time"
	"unicode"
)

// QuestionKind says what an answer to a question looks like.
type QuestionKind string

// The kinds of questions.
const (
	Open    QuestionKind = "open"
	Short   QuestionKind = "short"
	YesNo   QuestionKind = "yes-no"
	One     QuestionKind = "one"
	Several QuestionKind = "several"
	Select  QuestionKind = "select" // several, with "other"
	Number  QuestionKind = "number"
	Scale   QuestionKind = "scale"
)

// Closed says whether answers come from a fixed set or range.
func (k QuestionKind) Closed() bool { return k != Open && k != Short }

// Need says whether a question has to be answered. Not knowing is a value of its own: the source's survey marked
// only some questions.
type Need string

// The needs.
const (
	NeedUnknown Need = ""
	Compulsory  Need = "compulsory"
	Voluntary   Need = "voluntary"
)

// Survey is a survey as loaded from its file. Question numbers are identity; a changed text is a new Version.
type Survey struct {
	ID           string    `json:"id"`
	Title        string    `json:"title"`
	Introduction string    `json:"introduction,omitempty"`
	Link         string    `json:"link,omitempty"`
	Launch       Moment    `json:"launch"`
	Deadline     Moment    `json:"deadline"`
	Zone         string    `json:"zone"`
	Sections     []Section `json:"sections"`
	// Extensions is the deadline's history as the file tells it, oldest first: see DeadlineAt.
	Extensions []Extension `json:"extensions,omitempty"`
	Version    int         `json:"version"` // 1 on the first load; +1 for each load that changed something
}

// Extension is a later deadline that a survey's own file carries, because it was announced with the survey's page.
type Extension struct {
	Deadline  Moment `json:"deadline"`
	Reason    string `json:"reason,omitempty"`
	Announced Moment `json:"announced"`
}

// DeadlineAt is the deadline that was in force at a time: an extension counts once it was announced, not before.
func (s *Survey) DeadlineAt(t time.Time) Moment {
	d := s.Deadline
	for _, e := range s.Extensions {
		if !t.Before(e.Announced.UTC) {
			d = e.Deadline
		}
	}
	return d
}

// Section is a titled run of questions.
type Section struct {
	Title        string     `json:"title"`
	Introduction string     `json:"introduction,omitempty"`
	Questions    []Question `json:"questions"`
}

// Question is one numbered question.
type Question struct {
	Number   string       `json:"number"` // as printed: "6", "6a", "7bis"
	Title    string       `json:"title"`  // short, for subjects
	Text     string       `json:"text"`
	Kind     QuestionKind `json:"kind"`
	Options  []string     `json:"options,omitempty"`
	Min      int          `json:"min,omitempty"` // of a scale
	Max      int          `json:"max,omitempty"`
	Need     Need         `json:"need,omitempty"`
	Comment  bool         `json:"comment,omitempty"` // a closed question with a comment field
	FollowUp []string     `json:"follow_up,omitempty"`
	Help     string       `json:"help,omitempty"`
	Link     string       `json:"link,omitempty"`
	Version  int          `json:"version"`           // of the text
	Removed  bool         `json:"removed,omitempty"` // no longer asked; what was contributed is kept
}

// Questions returns all questions in their order, removed ones included.
func (s *Survey) Questions() []Question {
	var qs []Question
	for _, sec := range s.Sections {
		qs = append(qs, sec.Questions...)
	}
	return qs
}

// Question returns the question of that number; "Q6", "6." and "6" name the same one.
func (s *Survey) Question(number string) (Question, bool) {
	n := NormalNumber(number)
	for _, sec := range s.Sections {
		for _, q := range sec.Questions {
			if NormalNumber(q.Number) == n {
				return q, true
			}
		}
	}
	return Question{}, false
}

// NormalNumber reduces a printed question number to its identity: "Q6", " 6.", "6)", "06" give "6"; "6A" gives "6a".
// What is reduced stays as it is when it is reduced again.
func NormalNumber(s string) string {
	s = strings.ToLower(s)
	for {
		t := strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".:)(#", r) })
		if len(t) > 1 && t[0] == 'q' && isDigit(t[1]) {
			t = t[1:]
		}
		for len(t) > 1 && t[0] == '0' && isDigit(t[1]) {
			t = t[1:]
		}
		if t == s {
			return s
		}
		s = t
	}
}

// CompareNumbers orders question numbers as people do: 6, 6a, 7, 7bis, 7.2, 7.10, 10. Those without a number come last.
// It is 0 only for numbers that NormalNumber makes the same.
func CompareNumbers(a, b string) int {
	a, b = NormalNumber(a), NormalNumber(b)
	x, y := a, b
	for x != "" && y != "" {
		nx, ny := digits(x), digits(y)
		switch {
		case nx > 0 && ny > 0:
			dx, dy := strings.TrimLeft(x[:nx], "0"), strings.TrimLeft(y[:ny], "0")
			if c := cmp.Or(cmp.Compare(len(dx), len(dy)), strings.Compare(dx, dy)); c != 0 {
				return c
			}
			x, y = x[nx:], y[ny:]
		case nx > 0 || ny > 0:
			if nx > 0 {
				return -1
			}
			return 1
		default:
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
		}
	}
	// The shorter comes first; "6.1" and "6.01" are told apart by their octets.
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
