package bot

import (
	"fmt"
	"strings"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/bot/render"
)

func handleDraft(e *env, call command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	d, err := e.b.consolidate(e.tx, s.ID, e.coalition.ID, e.now)
	if err != nil {
		return "", err
	}
	if call.Word == "" {
		return e.draftSummary(d), nil
	}
	r, err := e.response(s, e.coalition.ID)
	if err != nil {
		return "", err
	}
	// Whoever reads the whole of it has previewed it; where that means nothing, it is only read.
	if to, err := r.State.Transition("preview"); err == nil && to != r.State {
		if err := e.tx.SetResponse(s.ID, e.coalition.ID, to, r.Launched); err != nil {
			return "", err
		}
		if err := e.audit("previewed the draft of %s", s.ID); err != nil {
			return "", err
		}
		d.State = to
	}
	text, err := e.b.Render.Draft(d, render.Text)
	return string(text), err
}

func (e *env) draftSummary(d dc.Consolidated) string {
	var out strings.Builder
	cov := d.Coverage
	fmt.Fprintf(&out, "%s, %s: draft of version %d, %s\n", d.SurveyTitle, d.CoalitionName, d.Version, d.State)
	fmt.Fprintf(&out, "  %d of %s answered; deadline %s\n", cov.CompulsoryAnswered, count1(cov.Compulsory, "compulsory question", "compulsory questions"), d.Deadline)
	for _, sec := range d.Sections {
		fmt.Fprintf(&out, "\n%s\n", sec.Title)
		var rows [][]string
		for _, q := range sec.Questions {
			rows = append(rows, []string{"Q" + q.Number + star(q.Question), snippet(q.Title, 36), questionState(q)})
		}
		out.WriteString(table(rows))
	}
	fmt.Fprintf(&out, "\n* compulsory. In the tray: %d.", cov.Unread)
	if len(d.Changed) > 0 {
		fmt.Fprintf(&out, " Changed since the last submission: %s.", strings.Join(d.Changed, ", "))
	}
	in := e.in(d.Coalition)
	fmt.Fprintf(&out, "\nNext: %s shows one question, %s the whole text.\n", e.say("question 6%s", in), e.say("draft text%s", in))
	return out.String()
}

func star(q dc.Question) string {
	if q.Need == dc.Compulsory {
		return "*"
	}
	return ""
}

// questionState is the state of a question in a few words.
func questionState(q dc.ConsolidatedQuestion) string {
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, count1(n, one, many))
		}
	}
	if q.Current != "" {
		parts = append(parts, fmt.Sprintf("text v%d", q.TextVersion))
	}
	add(len(q.Pending), "answer not merged", "answers not merged")
	add(len(q.Dissent), "dissent", "dissents")
	add(len(q.Support), "support", "supports")
	add(len(q.Comments), "comment", "comments")
	add(len(q.Elsewhere), "held elsewhere", "held elsewhere")
	add(len(q.SetAside), "set aside", "set aside")
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}

func handleApprove(e *env, _ command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	sub, err := e.b.approve(e.tx, s.ID, e.coalition.ID, e.actor, e.now)
	if err != nil {
		return "", responseError(e, err)
	}
	if err := e.audit("approved version %d of %s (digest %.12s)", sub.Version, s.ID, sub.Digest); err != nil {
		return "", err
	}
	d, err := e.b.frozen(sub)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "Version %d of %s for %s is frozen under your name, with %s.\n", sub.Version, e.coalition.ID, s.ID, count1(d.Coverage.Dissents, "dissent", "dissents"))
	if m := d.Coverage.Missing; len(m) > 0 {
		fmt.Fprintf(&out, "Compulsory questions without an answer: %s.\n", strings.Join(m, ", "))
	}
	if n := d.Coverage.Unread; n > 0 {
		fmt.Fprintf(&out, "In the tray, and so in the document without a question: %d.\n", n)
	}
	in := e.in(e.coalition.ID)
	fmt.Fprintf(&out, "Nothing was sent yet. Next: %s mails it to the Secretariat, %s works on.\n", e.say("submit v%d%s", sub.Version, in), e.say("reopen%s", in))
	return out.String(), nil
}

func handleSubmit(e *env, call command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	sub, err := e.b.submit(e.tx, s.ID, e.coalition.ID, call.Version, e.actor, e.now) // it leaves its own line in the log
	if err != nil {
		return "", responseError(e, err)
	}
	return fmt.Sprintf("Version %d of %s goes to %s as m%d.\n%s shows when it was sent.\n", sub.Version, e.coalition.ID, e.b.Set.Secretariat.Addr, sub.Outgoing, e.say("outbox show m%d", sub.Outgoing)), nil
}

func handleReopen(e *env, _ command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	r, err := e.response(s, e.coalition.ID)
	if err != nil {
		return "", err
	}
	to, err := r.State.Transition("reopen")
	if err != nil {
		return "", dc.Userf("", "the response of %s is %s: there is nothing to reopen", e.coalition.ID, r.State)
	}
	if err := e.tx.SetResponse(s.ID, e.coalition.ID, to, r.Launched); err != nil {
		return "", err
	}
	if err := e.audit("reopened the response to %s", s.ID); err != nil {
		return "", err
	}
	return fmt.Sprintf("The response of %s is open again. What was approved or sent stays as it is; the next approval is a new version.\n", e.coalition.ID), nil
}

// responseError says what to do about a response that is in the wrong state.
func responseError(e *env, err error) error {
	var t *dc.TransitionError
	if !asTransition(err, &t) {
		return err
	}
	in := e.in(e.coalition.ID)
	switch dc.ResponseState(t.From) {
	case dc.Submitted:
		return dc.Userf(e.say("reopen%s", in)+" to work on", "the response was submitted already")
	case dc.Scheduled:
		return dc.Userf("it is launched first", "the response is only scheduled yet")
	}
	return dc.Userf(e.say("approve%s", in)+" first", "the response is %s", t.From)
}
