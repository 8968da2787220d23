package collect

import (
	"strings"
	"time"
	"unicode"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// Input is all that collecting looks at.
type Input struct {
	Survey *dc.Survey
	Post   Post
	Thread Thread
}

// Post is what came in, read.
type Post struct {
	Author     string // address or Matrix id
	AuthorName string
	Date       time.Time
	Subject    string
	Reading    *mail.Reading
	// Attachments and Links of the author's own part.
	Attachments []mail.Attachment
	Links       []string
	// Header of a mail in its launch form: X-Dcbot-Survey and X-Dcbot-Question of the post itself are not here;
	// the caller has judged them.
}

// Thread is what is known of the place that the post stands in.
type Thread struct {
	// InSurvey says that the thread hangs below a mail of the survey (introduction, question, section, whole
	// questionnaire, or somebody's own posting of it).
	InSurvey bool
	// Question is the one question of the thread's root, "" when the root has none or several.
	Question string
	// Parent is the post that this one replies to, nil if none is known.
	Parent *Parent
	// Known are the contributions of the thread so far, oldest first: what stances can be about, and what the
	// author may replace or withdraw.
	Known []dc.Contribution
	// Texts are the current texts of the drafts by question number.
	Texts map[string]string
}

// Parent is the post that is replied to.
type Parent struct {
	ID       string // Message-ID
	Author   string
	Question string            // its own question, when it was a question mail
	Official bool              // a mail of the bot, or a person's posting of the questionnaire
	Found    []dc.Contribution // what was collected from it
}

// Result is what collecting found.
type Result struct {
	Contributions []Found
	// Why says, when nothing was found, why not: "no words of the author's own", "ordinary list traffic".
	Why string
}

// Found is one contribution found. The caller fills in ids, coalition and times.
type Found struct {
	Question   string // number as printed in the survey, "" for the tray
	Kind       dc.Kind
	Stance     dc.Stance
	Text       string // the author's words, exactly as they stand (whole lines or sentences)
	Quoted     string // the quoted words right above, without marks, that it answers
	Target     int64  // id of a Known contribution, or one of Parent.Found; 0 none
	Lines      [2]int // in Reading.Lines, first and last
	Link       string // of a held-elsewhere
	Why        string // the rule, in words a facilitator understands: "the author wrote \"question 6\""
	Supersedes int64  // id of an earlier contribution of the same author that this replaces
	Withdraws  int64  // id of the author's earlier contribution that this takes back
}

// Collect says what a post contributes to the survey. It never fails and never guesses: what cannot be told goes to
// the tray (Question "").
func Collect(in Input) Result {
	if in.Survey == nil {
		return Result{Why: noSurvey}
	}
	return Compile(in.Survey).Collect(in)
}

// Why nothing was found.
const (
	noSurvey = "there is no survey to collect for"
	noWords  = "no words of the author's own"
	ordinary = "ordinary list traffic"
)

// Collect is Collect for the survey that was compiled; in.Survey need not be set.
func (c *Compiled) Collect(in Input) Result {
	if in.Post.Reading == nil {
		return Result{Why: noSurvey}
	}
	in.Survey = c.survey
	j := c.job(in)
	if j.foreign() {
		return j.nothing()
	}
	j.reclaim()
	j.readParts()
	if len(j.parts) == 0 && len(j.files()) == 0 {
		return Result{Why: noWords}
	}
	if !j.place() {
		return Result{Why: ordinary}
	}
	edited, taken := j.edits()
	if len(taken) > 0 {
		reading := *j.in.Post.Reading
		reading.Blocks = without(reading.Blocks, taken)
		j.in.Post.Reading = &reading
		j.parts = nil
		j.readParts()
	}
	j.readClauses()
	j.titled = j.titleHeadings()
	j.readQuotes()
	whole := j.reply()
	for i := range j.parts {
		p := &j.parts[i]
		p.about = j.abouts[p.block]
		if !p.about.inline {
			p.about = whole
		} else if p.about.text && p.about.target < 0 && !p.about.doubt {
			// Below words of the parent that no contribution has: the parent's one contribution, if it is one.
			if p.about.question < 0 || p.about.question == whole.question {
				p.about.question, p.about.target = whole.question, whole.target
			}
		}
	}
	var res Result
	for _, r := range j.runs(j.walk()) {
		res.Contributions = append(res.Contributions, j.decide(r)...)
	}
	res.Contributions = append(res.Contributions, edited...)
	if len(res.Contributions) == 0 && j.survey {
		res.Contributions = append(j.silentFiles(), j.signs()...)
	}
	if len(res.Contributions) == 0 {
		switch {
		case !j.survey:
			res.Why = ordinary
		case in.hasCommands():
			res.Why = "commands only"
		default:
			res.Why = noWords
		}
	}
	return res
}

func (in Input) hasCommands() bool {
	for _, l := range in.Post.Reading.Lines {
		if strings.HasPrefix(strings.TrimSpace(l), commandPrefix) {
			return true
		}
	}
	return false
}

// silentFiles is a post that only carries a file.
func (j *job) silentFiles() []Found {
	files := j.files()
	if len(files) == 0 || len(j.parts) > 0 {
		return nil
	}
	qs, why := j.byContext(j.reply())
	f := Found{Kind: dc.HeldElsewhere, Link: "attachment: " + files[0], Why: why, Lines: [2]int{-1, -1}}
	if len(qs) == 1 {
		f.Question = j.qs[qs[0]].Number
	}
	return []Found{f}
}

// signs is a post that has no words but a sign, such as a thumb: a person reads it.
func (j *job) signs() []Found {
	for i := range j.parts {
		p := &j.parts[i]
		text := strings.TrimSpace(p.text)
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.So, r) }) || strings.Contains(text, commandPrefix) {
			continue
		}
		qs, why := j.byContext(p.about)
		f := Found{Kind: dc.Comment, Text: text, Why: why, Lines: [2]int{p.first, p.first + len(p.starts) - 1}}
		if len(qs) == 1 {
			f.Question = j.qs[qs[0]].Number
			f.Target = j.target(p.about.target, qs)
		}
		return []Found{f}
	}
	return nil
}
