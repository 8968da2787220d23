package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dcbot/bot/dc"
)

func itoa(n int) string { return strconv.Itoa(n) }

// CommandReplyInput is what a reply to commands by mail is made from.
type CommandReplyInput struct {
	Language string
	Subject  string
	Text     string // what the commands said: wrapped already, kept as it is
	Prefix   string // of commands, for the hint at the help; "" leaves it out
}

// CommandReply answers commands, to their author only.
func (r *Renderer) CommandReply(in CommandReplyInput) dc.Content {
	v := r.in(in.Language)
	text := strings.TrimRight(clean(in.Text), "\n") + "\n\n-- \n" + v.say("reply.automatic", nil) + "\n"
	if in.Prefix != "" {
		text += v.say("reply.help", data{"Prefix": in.Prefix}) + "\n"
	}
	return dc.Content{Subject: oneLine(in.Subject), Text: text, Automatic: true}
}

// ReceiptInput is what an answer to a member's mail to the bot itself is made from.
type ReceiptInput struct {
	Language  string
	Coalition string // its name
	Subject   string // of the member's mail
	Record    string // what is on record of them: wrapped already, kept as it is
}

// Receipt answers a member who wrote to the bot itself, outside any thread: what becomes of the mail, and what is on
// record of them.
func (r *Renderer) Receipt(in ReceiptInput) dc.Content {
	v := r.in(in.Language)
	p := page{Lang: v.lang, Body: []block{para(v.say("reply.receipt", data{"Coalition": oneLine(in.Coalition)})), para(v.say("reply.receipt-record", nil))}}
	text := strings.TrimRight(p.text(false), "\n") + "\n\n" + strings.TrimRight(clean(in.Record), "\n") + "\n\n-- \n" + v.say("reply.automatic", nil) + "\n"
	subject := oneLine(in.Subject)
	if subject == "" {
		subject = v.say("reply.receipt-subject", nil)
	} else {
		subject = "Re: " + strings.TrimPrefix(subject, "Re: ")
	}
	return dc.Content{Subject: subject, Text: text, Automatic: true}
}

// Help wraps the help of the commands.
func (r *Renderer) Help(in CommandReplyInput) dc.Content { return r.CommandReply(in) }

// ReceiptOfCommandFailure tells the author of a command, and nobody else, why nothing was done.
func (r *Renderer) ReceiptOfCommandFailure(language, command string, err error) dc.Content {
	v := r.in(language)
	p := page{Lang: v.lang, Foot: []string{v.say("reply.automatic", nil)}}
	p.Body = []block{para(v.say("reply.failed", nil)), list(oneLine(command))}
	why, remedy := err.Error(), ""
	if u, ok := dc.AsUser(err); ok {
		why, remedy = u.Message, u.Remedy
	}
	p.Body = append(p.Body, para(v.say("reply.failed-why", data{"Why": oneLine(why)})))
	if remedy != "" {
		p.Body = append(p.Body, para(v.say("reply.failed-remedy", data{"Remedy": oneLine(remedy)})))
	}
	p.Body = append(p.Body, para(v.say("reply.failed-none", nil)))
	return dc.Content{Subject: v.say("reply.failed-subject", data{"Command": oneLine(command)}), Text: p.text(false), Automatic: true}
}

// ConfirmationInput is what a request to confirm is made from: Commands, or the contribution that the mail Withdraws.
type ConfirmationInput struct {
	Language  string
	Token     string
	Name      string // of the person; "" is not known
	Commands  []string
	Withdraws *dc.Contribution
	Subject   string // of the mail that asked
	Expires   time.Time
	Zone      string // IANA name
}

// Confirmation asks a person to confirm, by a reply, what an unproven mail asked for in their name (mail case 22).
func (r *Renderer) Confirmation(in ConfirmationInput) dc.Content {
	v := r.in(in.Language)
	p := page{Lang: v.lang, Foot: []string{v.say("reply.automatic", nil)}}
	if name := oneLine(in.Name); name != "" && !strings.Contains(name, "@") {
		p.Body = append(p.Body, para(v.say("confirm.greeting", data{"Name": name})))
	} else {
		p.Body = append(p.Body, para(v.say("confirm.greeting-plain", nil)))
	}
	if w := in.Withdraws; w != nil {
		p.Body = append(p.Body, para(v.say("confirm.withdraw", data{"Ref": w.Ref()})),
			block{Words: &words{Who: v.say("confirm.withdraw-words", nil), Text: w.Text}})
	} else {
		p.Body = append(p.Body, para(v.say("confirm.command", nil)))
		if in.Subject != "" {
			p.Body = append(p.Body, para(v.say("confirm.command-subject", data{"Subject": oneLine(in.Subject)})))
		}
		// As items of a list: a line that began with the command itself would be a command when it comes back.
		var lines []string
		for _, c := range in.Commands {
			lines = append(lines, oneLine(c))
		}
		p.Body = append(p.Body, list(lines...))
	}
	p.Body = append(p.Body, para(v.say("confirm.do", data{"Token": in.Token})))
	until := ""
	if !in.Expires.IsZero() {
		until = v.say("confirm.until", data{"Date": v.at(in.Expires, in.Zone)}) + " "
	}
	p.Body = append(p.Body, para(until+v.say("confirm.ignore", nil)))
	return dc.Content{Subject: v.say("confirm.subject", data{"Token": in.Token}), Text: p.text(false), Automatic: true}
}

// WithdrawnInput is what the mail that acknowledges a withdrawal is made from.
type WithdrawnInput struct {
	Language     string
	Name         string // of the person; "" is not known
	Contribution dc.Contribution
}

// Withdrawn tells an author that their words were withdrawn.
func (r *Renderer) Withdrawn(in WithdrawnInput) dc.Content {
	v := r.in(in.Language)
	p := page{Lang: v.lang, Foot: []string{v.say("reply.automatic", nil)}}
	if name := oneLine(in.Name); name != "" && !strings.Contains(name, "@") {
		p.Body = append(p.Body, para(v.say("confirm.greeting", data{"Name": name})))
	} else {
		p.Body = append(p.Body, para(v.say("confirm.greeting-plain", nil)))
	}
	p.Body = append(p.Body, para(v.say("confirm.withdrawn", data{"Ref": in.Contribution.Ref()})),
		block{Words: &words{Who: v.say("confirm.withdraw-words", nil), Text: in.Contribution.Text}},
		para(v.say("confirm.withdrawn-shown", nil)), para(v.say("confirm.withdrawn-undo", nil)))
	return dc.Content{Subject: v.say("confirm.withdrawn-subject", data{"Ref": in.Contribution.Ref()}), Text: p.text(false), Automatic: true}
}

// NoticeInput is what a notice to facilitators or the operator is made from; what does not apply is left empty.
type NoticeInput struct {
	Language    string
	Prefix      string // of commands; "" means !dc
	Coalition   string
	Message     int64 // number in the outbox: m12
	Subject     string
	Destination string
	Why         string // the last error
	Post        int64  // of a mail that could not be read
	Source      string // its Message-ID
	List        string // its List-Id
}

// NoticeHeldByModerator says that a post has not come back from its list.
func (r *Renderer) NoticeHeldByModerator(in NoticeInput) dc.Content {
	return r.notice(in, "held", "outbox show", "outbox drop")
}

// NoticeUncertain asks a person to find out whether a message arrived.
func (r *Renderer) NoticeUncertain(in NoticeInput) dc.Content {
	return r.notice(in, "uncertain", "outbox show", "outbox release", "outbox drop")
}

// NoticeFailed says that a message could not be sent.
func (r *Renderer) NoticeFailed(in NoticeInput) dc.Content {
	return r.notice(in, "failed", "outbox show", "outbox retry", "outbox drop")
}

// NoticeOutdated says that a submission is held back, because the record has changed since it was approved.
func (r *Renderer) NoticeOutdated(in NoticeInput) dc.Content {
	return r.notice(in, "outdated", "outbox show", "outbox drop")
}

// NoticePoison says that a mail could not be read.
func (r *Renderer) NoticePoison(in NoticeInput) dc.Content { return r.notice(in, "poison") }

func (r *Renderer) notice(in NoticeInput, kind string, commands ...string) dc.Content {
	v := r.in(in.Language)
	p := page{Lang: v.lang, Foot: []string{v.say("notice.automatic", nil)}}
	p.Body = []block{para(v.say("notice.greeting", nil)), para(v.say("notice."+kind, nil))}
	var about []string
	add := func(key, name, value string) {
		if value != "" {
			about = append(about, v.say(key, data{name: oneLine(value)}))
		}
	}
	if in.Message != 0 {
		about = append(about, v.say("notice.message", data{"Message": in.Message}))
	}
	add("notice.subject-line", "Subject", in.Subject)
	add("notice.destination", "Destination", in.Destination)
	add("notice.for-coalition", "Coalition", in.Coalition)
	if kind == "outdated" {
		add("notice.outdated-why", "Why", in.Why)
	} else {
		add("notice.why", "Why", in.Why)
	}
	if in.Post != 0 {
		about = append(about, v.say("notice.poison-post", data{"Post": in.Post}))
	}
	add("notice.poison-source", "Source", in.Source)
	add("notice.poison-list", "List", in.List)
	p.Body = append(p.Body, list(about...), para(v.say("notice."+kind+"-do", nil)))
	if in.Message != 0 && len(commands) > 0 {
		var lines []string
		prefix := in.Prefix
		if prefix == "" {
			prefix = "!dc"
		}
		for _, c := range commands {
			// As items, so that none begins a line with the prefix when the notice is quoted (mail case 25).
			lines = append(lines, fmt.Sprintf("%s %s m%d", prefix, c, in.Message))
		}
		p.Body = append(p.Body, para(v.say("notice.commands", nil)), list(lines...))
	}
	return dc.Content{Subject: v.say("notice."+kind+"-subject", data{"Subject": oneLine(in.Subject)}), Text: p.text(false), Automatic: true}
}
