package collect

import (
	"strings"

	"dcbot/mail"
)

// announcedAnswers says that a new thread holds answers although it does not name the survey: its subject announces answers,
// and at least two lines name questions of the survey as headings do, each with words of its own. One number that the
// survey has not, and they are answers to something else.
func (j *job) announcedAnswers() bool {
	t := &j.in.Thread
	if t.Parent != nil || t.Question != "" || !j.subjectAnnounces() {
		return false
	}
	with := map[int]bool{}
	for pi := range j.parts {
		p := &j.parts[pi]
		n := len(p.ws) - 1
		cur := -1
		for a, b := 0, 0; a < n; a = b {
			b = lineEnd(p.ws, a, n)
			form, g, ok := j.namedHeading(p, a, b, n)
			switch {
			case ok && (g.unknown || len(g.questions) != 1):
				return false
			case ok:
				cur = g.questions[0]
				if form == opening {
					with[cur] = true
				}
			case cur >= 0 && !j.copies(p.ws[a:b], cur, 0.6) && !isCommand(p.text, p.ws, a):
				with[cur] = true
			}
		}
	}
	return len(with) >= 2
}

// subjectAnnounces says that the subject is of answers, and of no other survey's or year's.
func (j *job) subjectAnnounces() bool {
	s, _ := mail.BaseSubject(j.subject())
	ws := words(s)
	answers := false
	for i := range ws {
		w := &ws[i]
		if isMeaning(w, foreign) || isMeaning(w, foreignText) || j.nums.otherYear(w.w) {
			return false
		}
		answers = answers || w.class&isAnswers != 0
	}
	return answers && !strings.Contains(s, "?")
}
