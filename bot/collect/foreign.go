package collect

import (
	"strings"

	"dcbot/mail"
)

// foreign is a cheap test for a post that stands outside of the survey's threads and cannot speak of it: most of what is
// written on a list. It says so only where place would, too.
func (j *job) foreign() bool {
	if j.survey || j.in.Thread.Question != "" {
		return false
	}
	if qs, _ := j.subjectQuestion(); len(qs) > 0 || j.namesSurvey(j.subject(), words(j.subject())) || j.in.Thread.Parent == nil && j.subjectAnnounces() {
		return false
	}
	for i := range j.in.Post.Reading.Blocks {
		b := &j.in.Post.Reading.Blocks[i]
		// An unmarked quote may be given back to the author.
		if (b.Kind == mail.Own || b.Kind == mail.Quote && b.Unmarked) && j.mayName(b) {
			return false
		}
	}
	return true
}

func (j *job) mayName(b *mail.Block) bool {
	lines := j.in.Post.Reading.Lines
	if b.First < 0 || b.Last >= len(lines) || b.First > b.Last {
		return false
	}
	if j.c.wrappedTitle && b.Last > b.First {
		return j.c.mayName(strings.Join(lines[b.First:b.Last+1], "\n"))
	}
	for _, l := range lines[b.First : b.Last+1] {
		if j.c.mayName(l) {
			return true
		}
	}
	return false
}

// nothing is the result for a foreign post.
func (j *job) nothing() Result {
	r := j.in.Post.Reading
	for i := range r.Blocks {
		b := &r.Blocks[i]
		if b.Kind != mail.Own || b.First < 0 || b.Last >= len(r.Lines) || b.First > b.Last {
			continue
		}
		for _, l := range r.Lines[b.First : b.Last+1] {
			if strings.TrimSpace(l) != "" {
				return Result{Why: ordinary}
			}
		}
	}
	if len(j.files()) > 0 {
		return Result{Why: ordinary}
	}
	return Result{Why: noWords}
}
