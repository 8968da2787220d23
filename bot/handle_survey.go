package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

func asTransition(err error, t **dc.TransitionError) bool { return errors.As(err, t) }

func handleSurvey(e *env, _ command.Call) (string, error) {
	all, err := e.tx.Surveys()
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "No survey is loaded. The operator loads one with: dcbot survey load FILE\n", nil
	}
	var rows [][]string
	for _, s := range all {
		n := 0
		for _, q := range s.Questions() {
			if !q.Removed {
				n++
			}
		}
		rows = append(rows, []string{s.ID, s.Title, count1(n, "question", "questions"), "launch " + s.Launch.String(), "deadline " + s.Deadline.String()})
	}
	return table(rows) + "\nNext: " + e.say("survey show %s", all[len(all)-1].ID) + " lists its questions.\n", nil
}

func handleSurveyShow(e *env, call command.Call) (string, error) {
	s, err := e.b.survey(e.tx, call.Word)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s (%s), version %d\nLaunch %s, deadline %s\n", s.Title, s.ID, s.Version, s.Launch, s.Deadline)
	for _, sec := range s.Sections {
		fmt.Fprintf(&out, "\n%s\n", sec.Title)
		var rows [][]string
		for _, q := range sec.Questions {
			title := q.Title
			if title == "" {
				title = snippet(q.Text, 60)
			}
			if q.Removed {
				title += " (no longer asked)"
			}
			rows = append(rows, []string{"Q" + q.Number + star(q), title, string(q.Kind)})
		}
		out.WriteString(table(rows))
	}
	out.WriteString("\n* compulsory\n")
	return out.String(), nil
}

func handleLaunch(e *env, call command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	return e.forEach(func() (string, error) { return e.launch(s, call.Word == "now") })
}

// forEach does something for the coalition that was named, or for all; of all, those for which it cannot be done are
// listed with the reason and do not stop the others.
func (e *env) forEach(do func() (string, error)) (string, error) {
	if !e.all {
		return do()
	}
	var out strings.Builder
	done := 0
	for i := range e.b.Set.Coalitions {
		e.coalition = &e.b.Set.Coalitions[i]
		var text string
		err := e.tx.Try(func() (err error) {
			text, err = do()
			return err
		})
		if u, ok := dc.AsUser(err); ok {
			fmt.Fprintf(&out, "%s, not done: %s.\n", e.coalition.ID, u.Message)
			continue
		}
		if err != nil {
			return "", err
		}
		done++
		out.WriteString(text)
	}
	if done == 0 {
		return "", dc.Userf("", "nothing could be done:\n%s", strings.TrimRight(out.String(), "\n"))
	}
	return out.String(), nil
}

func (e *env) launch(s dc.Survey, now bool) (string, error) {
	in := e.in(e.coalition.ID)
	if now {
		if err := e.b.launch(e.tx, s, e.coalition, e.actor, e.now); err != nil {
			return "", err
		}
		rows, err := e.launchMails(s, dc.Queued)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is launched for %s: %s to the list.\n%s lists them, %s stops what was not sent yet.\n",
			s.ID, e.coalition.ID, count1(len(rows), "mail goes", "mails go"), e.say("outbox%s", in), e.say("survey hold%s", in)), nil
	}
	if !s.Launch.UTC.After(e.now) {
		return "", dc.Userf(e.say("survey launch now%s", in)+" posts it at once", "the launch date of %s, %s, has passed", s.ID, s.Launch)
	}
	if err := e.b.schedule(e.tx, s, e.coalition, e.actor, e.now); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s will be posted to %s on %s, %s.\n%s calls it off.\n", s.ID, e.coalition.ID, s.Launch, left(s.Launch.UTC, e.now), e.say("survey hold%s", in)), nil
}

// launchMails lists the coalition's mails of a survey's launch in one state.
func (e *env) launchMails(s dc.Survey, state dc.OutgoingState) ([]dc.Outgoing, error) {
	all, err := e.tx.ListOutgoing(storage.OutgoingFilter{State: state, Coalition: e.coalition.ID})
	if err != nil {
		return nil, err
	}
	slices.Reverse(all) // oldest first
	var out []dc.Outgoing
	for _, o := range all {
		switch o.Kind {
		case "introduction", "question", "section", "survey":
			if o.Survey == s.ID {
				out = append(out, o)
			}
		}
	}
	return out, nil
}

func handleLaunchHold(e *env, _ command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	return e.forEach(func() (string, error) { return e.holdLaunch(s) })
}

func (e *env) holdLaunch(s dc.Survey) (string, error) {
	r, err := e.response(s, e.coalition.ID)
	if err != nil {
		return "", err
	}
	if r.State == dc.Scheduled {
		if err := e.tx.CancelTimers(timerLaunch, s.ID+"|"+e.coalition.ID); err != nil {
			return "", err
		}
		if err := e.tx.SetResponse(s.ID, e.coalition.ID, dc.NotLaunched, r.Launched); err != nil {
			return "", err
		}
		if err := e.audit("called off the launch of %s", s.ID); err != nil {
			return "", err
		}
		return fmt.Sprintf("The launch of %s for %s is called off. %s schedules it again.\n", s.ID, e.coalition.ID, e.say("survey launch%s", e.in(e.coalition.ID))), nil
	}
	rows, err := e.launchMails(s, dc.Queued)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", dc.Userf("", "no launch of %s for %s is scheduled or on its way", s.ID, e.coalition.ID)
	}
	for _, o := range rows {
		if err := e.setOutgoing(o, "hold"); err != nil {
			return "", err
		}
	}
	if err := e.audit("held %s of the launch of %s", count1(len(rows), "mail", "mails"), s.ID); err != nil {
		return "", err
	}
	return fmt.Sprintf("Held: %s of the launch for %s. %s lists them; %s sends one after all.\n", count1(len(rows), "mail", "mails"), e.coalition.ID, e.say("outbox%s", e.in(e.coalition.ID)), e.say("outbox release m%d", rows[0].ID)), nil
}

func handleDeadline(e *env, _ command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	cs := e.each()
	if len(cs) == 0 { // a member asks: deadlines are no secret
		for i := range e.b.Set.Coalitions {
			cs = append(cs, &e.b.Set.Coalitions[i])
		}
	}
	var out strings.Builder
	for _, c := range cs {
		r, err := e.response(s, c.ID)
		if err != nil {
			return "", err
		}
		history, err := e.tx.Deadlines(s.ID, c.ID)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "%s: %s, %s\n", c.ID, r.Deadline, left(r.Deadline.UTC, e.now))
		if len(history) > 1 {
			var rows [][]string
			for _, h := range history {
				scope := "all coalitions"
				if h.Coalition != "" {
					scope = h.Coalition
				}
				by := h.By
				if !e.may(c.ID) {
					by = "" // addresses are for those who work with them
				}
				rows = append(rows, []string{day(h.At), h.Moment.String(), scope, by, h.Reason})
			}
			out.WriteString(table(rows))
		}
	}
	return out.String(), nil
}

func handleDeadlineMove(e *env, call command.Call) (string, error) {
	return e.moveDeadline(call, false)
}

func handleExtend(e *env, call command.Call) (string, error) {
	return e.moveDeadline(call, true)
}

// moveDeadline sets another deadline for the coalition, or for all; an extension must not shorten it.
func (e *env) moveDeadline(call command.Call, later bool) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	id, name, in := "", "all coalitions", " in all"
	if !e.all {
		id, name, in = e.coalition.ID, e.coalition.ID, e.in(e.coalition.ID)
	}
	old, launched, err := e.deadline(s, id)
	if err != nil {
		return "", err
	}
	m, err := call.When.From(old)
	if err != nil {
		return "", err
	}
	if later && !m.UTC.After(old.UTC) {
		return "", dc.Userf(e.say("deadline move %s REASON%s", strings.Fields(m.Wall)[0], in)+" can also shorten", "%s is not later than the deadline in force, %s", m, old)
	}
	reason := strings.Join(strings.Fields(call.Text), " ")
	if err := e.b.extend(e.tx, s, id, m, reason, e.actor, e.now); err != nil { // it leaves its own line in the log
		return "", err
	}
	text := fmt.Sprintf("The deadline of %s for %s is now %s, %s; it was %s.\n", name, s.ID, m, left(m.UTC, e.now), old)
	switch {
	case e.all:
		text += "Each list is told once, but for those that have a later deadline of their own.\n"
	case launched:
		text += "The list is told once.\n"
	}
	return text, nil
}

// deadline is the deadline in force for a coalition, or, for "", the survey's own; and whether it was launched.
func (e *env) deadline(s dc.Survey, coalition string) (dc.Moment, bool, error) {
	if coalition != "" {
		r, err := e.response(s, coalition)
		return r.Deadline, !r.Launched.IsZero(), err
	}
	m, err := e.tx.Deadline(s.ID, "")
	if notFound(err) || err == nil && m.IsZero() {
		return s.Deadline, false, nil
	}
	return m, false, err
}
