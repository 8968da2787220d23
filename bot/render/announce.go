package render

import (
	"dcbot/bot/dc"
)

// ChangedQuestion announces that the text of a question has changed, and asks it again. A reply to it answers the
// question.
func (r *Renderer) ChangedQuestion(in LaunchInput, q dc.Question) dc.Content {
	v := r.in(in.Coalition.Language)
	d := data{"Number": oneLine(q.Number), "Title": oneLine(q.Title)}
	p := page{Lang: v.lang, Foot: v.signature(in)}
	p.Body = append(p.Body, para(v.say("announce.changed", d)+" "+v.say("announce.changed-kept", nil)), para(v.heading(q)))
	p.Body = append(p.Body, v.asked(q, true)...)
	p.Body = append(p.Body, v.closing(in, "mail.reply")...)
	return dc.Content{Subject: v.say("announce.changed-subject", d), Text: p.text(false)}
}

// RemovedQuestion announces that a question is no longer asked.
func (r *Renderer) RemovedQuestion(in LaunchInput, q dc.Question) dc.Content {
	v := r.in(in.Coalition.Language)
	d := data{"Number": oneLine(q.Number), "Title": oneLine(q.Title)}
	p := page{Lang: v.lang, Foot: v.signature(in)}
	p.Body = append(p.Body, para(v.say("announce.removed", d)+" "+v.say("announce.removed-kept", nil)))
	return dc.Content{Subject: v.say("announce.removed-subject", d), Text: p.text(false)}
}

// DeadlineMoved announces a new deadline. by is a person's name; reason and by may be "". The calendar entry of the introduction
// is replaced by it (same UID, a higher SEQUENCE).
func (r *Renderer) DeadlineMoved(in LaunchInput, old, to dc.Moment, reason, by string) dc.Content {
	v := r.in(in.Coalition.Language)
	p := page{Lang: v.lang, Foot: v.signature(in)}
	p.Body = append(p.Body, para(v.say("announce.moved", data{"Title": oneLine(in.Survey.Title)})))
	lines := []string{v.say("announce.moved-new", data{"Deadline": v.moment(to)})}
	if !old.IsZero() {
		lines = append(lines, v.say("announce.moved-old", data{"Deadline": v.moment(old)}))
	}
	if reason != "" {
		lines = append(lines, v.say("announce.moved-reason", data{"Reason": oneLine(reason)}))
	}
	if by != "" {
		lines = append(lines, v.say("announce.moved-by", data{"By": oneLine(by)}))
	}
	p.Body = append(p.Body, list(lines...), para(v.say("announce.moved-reply", nil)), para(v.say("announce.moved-calendar", nil)))
	sequence := max(1, int(in.Now.Sub(in.Survey.Launch.UTC).Minutes()))
	return dc.Content{Subject: v.say("announce.moved-subject", data{"Date": v.day(to)}), Text: p.text(false), Calendar: v.calendar(in, to, sequence)}
}

// Closed announces that the deadline has passed.
func (r *Renderer) Closed(in LaunchInput) dc.Content {
	v := r.in(in.Coalition.Language)
	p := page{Lang: v.lang, Foot: v.signature(in)}
	p.Body = append(p.Body,
		para(v.say("announce.closed", data{"Title": oneLine(in.Survey.Title), "Deadline": v.moment(in.Deadline)})),
		para(v.say("announce.closed-thanks", nil)),
		para(v.say("announce.closed-then", nil)))
	return dc.Content{Subject: v.say("announce.closed-subject", nil), Text: p.text(false)}
}
