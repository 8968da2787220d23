package render

import (
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
)

// LaunchInput is what the mails of a survey to one coalition are made from.
type LaunchInput struct {
	Group      dc.Group
	Coalition  dc.Coalition
	Survey     dc.Survey
	Deadline   dc.Moment // in force for this coalition
	BotName    string
	BotAddress string
	MaxPost    int64     // bytes that the list takes; 0 means MaxMail
	Now        time.Time // when it is written: the DTSTAMP of calendar entries
}

// MaxMail is the most that a mail to a list may have, in bytes: lists hold bigger ones for a moderator (mail case 31).
const MaxMail = 40 << 10

// Size estimates what a content takes on the wire, in bytes, its headers included.
func Size(c dc.Content) int {
	n := 2048 + len(c.Subject) + quoted(c.Text) + quoted(c.HTML) + len(c.Calendar)*4/3
	for _, a := range c.Attachments {
		n += len(a.Data) * 4 / 3
	}
	return n
}

// quoted is the length as quoted-printable (RFC 2045 section 6.7): three octets for each that is not ASCII, and the line
// breaks that it adds.
func quoted(s string) int {
	n := len(s)
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] == '=' {
			n += 2
		}
	}
	return n * 21 / 20
}

// Introduction is the first mail of a survey: what it is, how to take part, the deadline (with a calendar entry) and the
// list of questions.
func (r *Renderer) Introduction(in LaunchInput) dc.Content {
	v := r.in(in.Coalition.Language)
	title := oneLine(in.Survey.Title)
	p := page{Lang: v.lang, Title: title, Foot: v.signature(in)}
	p.Body = append(p.Body, para(v.say("launch.greeting", data{"Coalition": oneLine(in.Coalition.Name)})))
	if in.Group.Name != "" {
		p.Body = append(p.Body, para(v.say("launch.invite", data{"Group": oneLine(in.Group.Name), "Title": title})))
	} else {
		p.Body = append(p.Body, para(v.say("launch.invite-plain", data{"Title": title})))
	}
	p.Body = append(p.Body, prose(in.Survey.Introduction)...)
	if in.Survey.Link != "" {
		p.Body = append(p.Body, para(v.say("launch.read-online", data{"Link": in.Survey.Link})))
	}
	how := "launch.how-question"
	switch in.Coalition.Launch {
	case dc.PerSection:
		how = "launch.how-section"
	case dc.InOneMail:
		how = "launch.how-one"
	}
	p.Body = append(p.Body,
		part("how", v.say("launch.how", nil), list(
			v.say(how, nil),
			v.say("launch.how-words", nil),
			v.say("launch.how-others", nil),
			v.say("launch.how-correct", data{"Address": in.BotAddress}),
			v.say("launch.how-silence", nil))),
		part("then", v.say("launch.then", nil), para(v.say("launch.then-text", data{"Bot": oneLine(in.BotName)}))))
	if !in.Deadline.IsZero() {
		p.Body = append(p.Body, part("deadline", v.say("launch.deadline", nil),
			para(v.say("launch.deadline-text", data{"Deadline": v.moment(in.Deadline)})+" "+v.say("launch.deadline-late", nil)+" "+v.say("launch.deadline-calendar", nil))))
	}
	p.Body = append(p.Body, v.questionList(in.Survey))
	c := dc.Content{Subject: v.say("launch.subject", data{"Title": title, "Date": v.day(in.Deadline)}), Text: p.text(false), HTML: r.pageOrNone(p), Calendar: v.calendar(in, in.Deadline, 0)}
	if in.Deadline.IsZero() {
		c.Subject, c.Calendar = title, ""
	}
	if !in.fits(c) {
		c.HTML = ""
	}
	return c
}

func (in LaunchInput) fits(c dc.Content) bool {
	most := in.MaxPost
	if most <= 0 {
		most = MaxMail
	}
	return int64(Size(c)) <= most
}

func (v voice) questionList(s dc.Survey) block {
	total, compulsory, voluntary := 0, 0, 0
	var b []block
	for i, sec := range s.Sections {
		var lines []string
		for _, q := range sec.Questions {
			if q.Removed {
				continue
			}
			total++
			line := oneLine(q.Number) + ". " + oneLine(q.Title)
			switch q.Need {
			case dc.Compulsory:
				compulsory++
				line += " (" + v.say("question.mark-compulsory", nil) + ")"
			case dc.Voluntary:
				voluntary++
				line += " (" + v.say("question.mark-voluntary", nil) + ")"
			}
			lines = append(lines, line)
		}
		if len(lines) > 0 {
			b = append(b, part(fmt.Sprintf("s%d", i+1), oneLine(sec.Title), list(lines...)))
		}
	}
	count := "launch.questions-count-plain"
	switch {
	case total == 1:
		count = "launch.questions-count-one"
	case compulsory > 0 && compulsory+voluntary == total:
		count = "launch.questions-count"
	}
	b = append([]block{para(v.say(count, data{"Total": total, "Compulsory": compulsory, "Voluntary": voluntary}))}, b...)
	return part("questions", v.say("launch.questions", nil), b...)
}

func (v voice) signature(in LaunchInput) []string {
	if in.Group.Name == "" {
		return []string{v.say("launch.sign-plain", data{"Bot": oneLine(in.BotName)})}
	}
	return []string{v.say("launch.sign", data{"Bot": oneLine(in.BotName), "Group": oneLine(in.Group.Name)})}
}

// QuestionMail asks one question. It has no HTML on purpose: replies to plain text come back quoted line by line, which
// is what readers, and the reading of inline answers, do best with.
func (r *Renderer) QuestionMail(in LaunchInput, q dc.Question) dc.Content {
	v := r.in(in.Coalition.Language)
	sec, index, total := place(in.Survey, q)
	p := page{Lang: v.lang, Foot: v.signature(in)}
	p.Body = append(p.Body, para(v.heading(q)), para(v.say("question.place", data{"Section": oneLine(sec.Title), "Index": index, "Total": total})))
	// What a section says about all its questions is said once, with its first.
	if first := asked(sec); len(first) > 0 && first[0].Number == q.Number {
		p.Body = append(p.Body, prose(sec.Introduction)...)
	}
	p.Body = append(p.Body, v.asked(q, true)...)
	p.Body = append(p.Body, v.closing(in, "mail.reply")...)
	return dc.Content{Subject: v.say("mail.question-subject", data{"Number": oneLine(q.Number), "Title": oneLine(q.Title)}), Text: p.text(false)}
}

// SectionMail asks the questions of one section.
func (r *Renderer) SectionMail(in LaunchInput, sec dc.Section) dc.Content {
	v := r.in(in.Coalition.Language)
	index, total := 0, 0
	for _, s := range in.Survey.Sections {
		if len(asked(s)) == 0 {
			continue
		}
		total++
		if s.Title == sec.Title && index == 0 {
			index = total
		}
	}
	d := data{"Index": index, "Total": total, "Title": oneLine(sec.Title)}
	head := para(v.say("mail.section-heading", d))
	return v.fitted(in, v.say("mail.section-subject", d), func(help bool) []block {
		return append(append([]block{head}, v.sectionBody(sec, help)...), v.closing(in, "mail.reply-many")...)
	})
}

// WholeMail asks all questions in one mail. When that would be too big for the list, the notes on the questions are left
// out; Size tells whether that was enough.
func (r *Renderer) WholeMail(in LaunchInput) dc.Content {
	v := r.in(in.Coalition.Language)
	return v.fitted(in, v.say("mail.whole-subject", data{"Title": oneLine(in.Survey.Title)}), func(help bool) []block {
		b := append([]block{para(v.say("mail.whole-heading", data{"Title": oneLine(in.Survey.Title)}))}, v.closing(in, "mail.reply-many")...)
		for _, sec := range in.Survey.Sections {
			if len(asked(sec)) > 0 {
				b = append(b, part("", oneLine(sec.Title), v.sectionBody(sec, help)...))
			}
		}
		return b
	})
}

// fitted leaves out the notes on questions, and says so, when a mail would be too big for its list with them.
func (v voice) fitted(in LaunchInput, subject string, body func(help bool) []block) dc.Content {
	p := page{Lang: v.lang, Foot: v.signature(in), Body: body(true)}
	c := dc.Content{Subject: subject, Text: p.text(false)}
	if !in.fits(c) {
		p.Body = append(body(false), para(v.say("mail.help-left-out", nil)))
		c.Text = p.text(false)
	}
	return c
}

func (v voice) sectionBody(sec dc.Section, help bool) []block {
	var b []block
	b = append(b, prose(sec.Introduction)...)
	for _, q := range asked(sec) {
		b = append(b, part("", v.heading(q), v.asked(q, help)...))
	}
	return b
}

// asked are the questions of a section that are still asked.
func asked(sec dc.Section) []dc.Question {
	var out []dc.Question
	for _, q := range sec.Questions {
		if !q.Removed {
			out = append(out, q)
		}
	}
	return out
}

func (v voice) heading(q dc.Question) string {
	return v.say("question.heading", data{"Number": oneLine(q.Number), "Title": oneLine(q.Title)})
}

// asked is a question in full: the text, what an answer looks like, the options, follow-ups and notes.
func (v voice) asked(q dc.Question, help bool) []block {
	var b []block
	b = append(b, prose(q.Text)...)
	options := make([]string, 0, len(q.Options))
	for _, o := range q.Options {
		options = append(options, oneLine(o))
	}
	switch q.Kind {
	case dc.One:
		b = append(b, para(v.say("question.choose-one", nil)), block{Choices: options})
	case dc.Several:
		b = append(b, para(v.say("question.choose-several", nil)), block{Choices: options})
	case dc.Select:
		b = append(b, para(v.say("question.choose-select", nil)), block{Choices: options})
	case dc.Scale:
		b = append(b, para(v.say("question.scale", data{"Min": q.Min, "Max": q.Max})))
		if len(options) > 0 {
			b = append(b, block{Choices: options})
		}
	case dc.YesNo, dc.Number, dc.Short:
		b = append(b, para(v.say("question."+string(q.Kind), nil)))
	default:
		b = append(b, para(v.say("question.open", nil)))
	}
	if q.Kind.Closed() && q.Comment {
		b = append(b, para(v.say("question.comment", nil)))
	}
	if len(q.FollowUp) > 0 {
		b = append(b, para(v.say("question.follow-up", nil)))
		lines := make([]string, 0, len(q.FollowUp))
		for _, f := range q.FollowUp {
			lines = append(lines, oneLine(f))
		}
		b = append(b, list(lines...))
	}
	if q.Help != "" && help {
		b = append(b, para(v.say("question.help", data{"Help": strings.Join(reflow(q.Help), "\n")})))
	}
	if q.Link != "" {
		b = append(b, para(v.say("question.link", data{"Link": q.Link})))
	}
	switch q.Need {
	case dc.Compulsory:
		b = append(b, para(v.say("question.compulsory", nil)))
	case dc.Voluntary:
		b = append(b, para(v.say("question.voluntary", nil)))
	}
	return b
}

// closing says what a reply does, what anyone may do, and until when.
func (v voice) closing(in LaunchInput, reply string) []block {
	b := []block{para(v.say(reply, nil) + " " + v.say("mail.rights", nil))}
	if !in.Deadline.IsZero() {
		b = append(b, para(v.say("mail.deadline", data{"Deadline": v.moment(in.Deadline)})))
	}
	return b
}

// place says where a question stands among those that are asked.
func place(s dc.Survey, q dc.Question) (in dc.Section, index, total int) {
	for _, sec := range s.Sections {
		for _, x := range asked(sec) {
			total++
			if dc.NormalNumber(x.Number) == dc.NormalNumber(q.Number) {
				in, index = sec, total
			}
		}
	}
	return in, index, total
}
