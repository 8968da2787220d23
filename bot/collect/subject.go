package collect

import (
	"slices"
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// subject is the subject without what it was before somebody changed it: "Ladders (was: Survey Q6: Tools)" is "Ladders".
func (j *job) subject() string {
	s := j.in.Post.Subject
	for i := 1; i < len(s); i++ {
		if (s[i] == '(' || s[i] == '[') && len(s) > i+4 && strings.EqualFold(s[i+1:i+4], "was") {
			return s[:i]
		}
	}
	return s
}

// subjectQuestion returns the questions that a subject names: "Survey Q6: title", "my answer to question 7 (was: ...)".
func (j *job) subjectQuestion() (qs []int, title bool) {
	s := j.subject()
	for strings.Contains(s, "[") { // the list's prefix
		a := strings.IndexByte(s, '[')
		b := strings.IndexByte(s, ']')
		if b < a {
			break
		}
		s = s[:a] + s[b+1:]
	}
	s = strings.TrimSpace(s)
	ws := words(s)
	for _, r := range j.nums.find(s, ws, 0, len(ws)-1, nil, nil) {
		if r.idle || r.point || r.unknown {
			continue
		}
		qs = append(qs, r.questions...)
		if rest := ws[r.last+1 : len(ws)-1]; len(rest) > 0 && len(r.questions) == 1 {
			f, _ := j.bestQuestion(rest)
			title = title || f.text >= 0 && j.x.texts[f.text].question == r.questions[0] && f.cover >= 0.6
		}
	}
	return qs, title
}

// namesSurvey says that words name this survey: by its title or id, or by the word "survey" when no other one is
// meant.
func (j *job) namesSurvey(text string, ws []word) bool {
	s := j.in.Survey
	low := strings.ToLower(text)
	if t := strings.ToLower(strings.TrimSpace(s.Title)); len(t) > 3 && strings.Contains(low, t) {
		return true
	}
	for i := range ws {
		if ws[i].w == "" {
			continue
		}
		if id := strings.ToLower(s.ID); len(id) > 3 && ws[i].w == id {
			return true
		}
		if !isMeaning(&ws[i], surveyWord) {
			continue
		}
		ours := true
		for k := max(0, i-4); k < min(len(ws), i+5); k++ {
			if k != i && (isMeaning(&ws[k], foreign) || isMeaning(&ws[k], foreignText) || j.nums.otherYear(ws[k].w)) {
				ours = false
			}
		}
		if ours {
			return true
		}
	}
	return false
}

func isMeaning(w *word, m meaning) bool {
	for _, c := range lex.phrases[w.id] {
		if c.means == m && len(c.elements) == 1 {
			return true
		}
	}
	return false
}

// place settles which question the thread is of, and whether the post belongs to the survey at all.
func (j *job) place() (belongs bool) {
	t := &j.in.Thread
	subject, titled := j.subjectQuestion()
	subjectNames := j.namesSurvey(j.subject(), words(j.subject()))
	if t.Question != "" {
		j.thread = j.number(t.Question)
		if j.thread >= 0 {
			j.threadWhy = "it stands in the thread of question " + j.qs[j.thread].Number
		}
	}
	switch {
	case len(subject) == 1 && (j.survey || subjectNames || titled):
		if subject[0] != j.thread {
			j.renamed = j.thread >= 0
			j.thread = subject[0]
			j.threadWhy = "the subject names question " + j.qs[j.thread].Number
		}
		j.survey = true
	case len(subject) > 1 && (j.survey || subjectNames):
		j.thread, j.threadWhy = -1, ""
		j.survey = true
	case len(subject) == 0 && !subjectNames && j.thread >= 0 && j.leaves():
		j.moved, j.renamed = true, true
		j.thread, j.threadWhy = -1, ""
	}
	if j.survey {
		j.points = j.thread < 0 && j.parentAllowsPoints()
		return true
	}
	if subjectNames {
		return true
	}
	for i := range j.parts {
		if j.namesSurvey(j.parts[i].text, j.parts[i].ws) {
			return true
		}
	}
	return j.announcedAnswers()
}

// leaves says that the subject was changed to something else: whoever takes a question's mail to begin another topic does not
// answer it, and whoever answers under a subject of their own is filed by a person. The mails of a question name it in
// their subjects, by its number or its title.
func (j *job) leaves() bool {
	base, _ := mail.BaseSubject(j.subject())
	var said []string
	for _, w := range words(base) {
		if len(w.w) > 1 && !isNumber(w.w) {
			said = append(said, w.w)
		}
	}
	if len(said) < 2 {
		return false // "Re:", "no subject", "answer": nothing that a topic could be told from
	}
	title, common := words(j.qs[j.thread].Title), 0
	for _, w := range title {
		if w.w != "" && slices.Contains(said, w.w) {
			common++
		}
	}
	return 2*common < len(title)-1 || len(title) == 1
}

func (j *job) parentAllowsPoints() bool {
	p := j.in.Thread.Parent
	return p == nil || p.Official || dc.SameAddress(p.Author, j.in.Post.Author)
}

// titleHeadings says whether several lines are titles of different questions.
func (j *job) titleHeadings() bool {
	if j.thread < 0 {
		return false
	}
	seen := map[int]bool{}
	for pi := range j.parts {
		p := &j.parts[pi]
		n := len(p.ws) - 1
		for a := 0; a < n; a = lineEnd(p.ws, a, n) {
			b := lineEnd(p.ws, a, n)
			if b-a > 8 {
				continue
			}
			if f, _ := j.bestQuestion(p.ws[a:b]); f.text >= 0 && j.x.texts[f.text].title && f.share > 0.99 && f.cover > 0.99 {
				seen[j.x.texts[f.text].question] = true
			}
		}
	}
	return len(seen) >= 3
}

// answerList says whether numbers at the begin of lines are questions' numbers: they look like a list of answers to a
// questionnaire and not like the points of one text.
func (j *job) answerList() bool {
	if !j.survey || !j.points {
		return false
	}
	var nums []int
	one := false // the list begins with the number 1, as any list does
	announced := false
	opens, said := false, false
	seen := map[int]bool{}
	for pi := range j.parts {
		p := &j.parts[pi]
		ws := p.ws
		n := len(ws) - 1
		for a := 0; a < n; a = lineEnd(ws, a, n) {
			if len(nums) == 0 && !announced {
				announced = announcesAnswers(ws, a, lineEnd(ws, a, n))
			}
			if l := p.numbered[a]; len(l.clauses) > 0 && !l.doubt {
				for i, c := range l.clauses {
					if q := c.g.questions[0]; seen[q] {
						return false
					} else {
						seen[q] = true
						nums = append(nums, q)
					}
					opens = opens || i == 0 && len(nums) == 1 && !said
				}
				one = one || l.one
				continue
			}
			q, next, ok, bad := j.nums.label(p.text, ws, a, n)
			if bad {
				return false
			}
			if !ok {
				said = said || !courtesy(ws, a, lineEnd(ws, a, n), lex.scan(ws, a, lineEnd(ws, a, n), nil, nil))
				continue
			}
			if at := ws[next-1].end; len(nums) == 0 {
				opens = !said && (closedBy(p.text, at, ".)"))
			}
			if seen[q] {
				return false
			}
			seen[q] = true
			if dc.NormalNumber(p.text[ws[a].start:ws[next-1].end]) == "1" {
				one = true
			}
			nums = append(nums, q)
		}
	}
	switch {
	case len(nums) == 0:
		return false
	case len(nums) == 1:
		// A single number has to open the post: "7. The tide calendar."
		return !one && opens
	case !one:
		return true
	}
	consecutive := true
	for i := range nums {
		consecutive = consecutive && nums[i] == nums[0]+i
	}
	return !consecutive || announced && len(nums) >= 2 || len(nums) >= 4 && 2*len(nums) >= len(j.qs)
}

// announcesAnswers says that a line announces answers of the author's own: "our answers:".
func announcesAnswers(ws []word, a, b int) bool {
	answers, mine := false, false
	for i := a; i < b; i++ {
		answers = answers || ws[i].class&isAnswers != 0
		mine = mine || ws[i].class&isOurs != 0 && ws[i].w != "the"
	}
	return answers && mine && b-a <= 14
}

var answersPlural = set(`answers responses replies reponses respuestas respostas antworten risposte antwoorden ответы`)
