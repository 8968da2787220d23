package bot

import (
	"fmt"
	"strings"

	"dcbot/bot/command"
	"dcbot/bot/dc"
)

// questionIn is the number, as printed, of a question that a contribution can be filed under.
func (e *env) questionIn(survey, number string) (string, error) {
	s, err := e.b.survey(e.tx, survey)
	if err != nil {
		return "", err
	}
	q, ok := s.Question(number)
	if !ok {
		return "", dc.Userf(e.say("survey show %s", s.ID)+" lists them", "%s has no question %s", s.ID, number)
	}
	return q.Number, nil
}

func handleAssign(e *env, call command.Call) (string, error) {
	var out strings.Builder
	for _, id := range call.Refs {
		c, err := e.contribution(id)
		if err != nil {
			return "", err
		}
		to, name := "", "the tray"
		if !call.Tray {
			if to, err = e.questionIn(c.Survey, call.Question); err != nil {
				return "", err
			}
			name = "question " + to
		}
		switch {
		case c.Status == dc.Adopted && c.Question != to:
			return "", dc.Userf(e.say("release %s", c.Ref())+" first", "%s is part of the text of question %s", c.Ref(), c.Question)
		case c.Status == dc.WithdrawnStatus:
			return "", dc.Userf("", "%s was withdrawn by its author", c.Ref())
		case c.Question == to && c.Assigned:
			fmt.Fprintf(&out, "%s is in %s already.\n", c.Ref(), name)
			continue
		}
		from := "the tray"
		if c.Question != "" {
			from = "question " + c.Question
		}
		c.Question, c.Assigned, c.By = to, true, e.actor.String()
		c.Why = "assigned by " + e.actor.String()
		if err := e.tx.UpdateContribution(c); err != nil {
			return "", err
		}
		if err := e.b.changed(e.tx, c.Survey, c.Coalition); err != nil {
			return "", err
		}
		if err := e.audit("assigned %s from %s to %s", c.Ref(), from, name); err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "%s by %s moved from %s to %s.\n", c.Ref(), who(c.AuthorName, c.Author), from, name)
		if to != "" && c.Kind == dc.Answer && c.Stance == dc.NoStance && len(call.Refs) == 1 {
			fmt.Fprintf(&out, "Next: %s makes it the text of the question.\n", e.say("adopt %s", c.Ref()))
		}
	}
	return out.String(), nil
}

func handleAdopt(e *env, call command.Call) (string, error) {
	if call.Tray {
		return "", dc.Userf("give it a question, such as `as 6`", "nothing can be adopted in the tray")
	}
	question := ""
	var refs []string
	for _, id := range call.Refs {
		c, err := e.contribution(id)
		if err != nil {
			return "", err
		}
		if call.Question != "" && question == "" {
			if question, err = e.questionIn(c.Survey, call.Question); err != nil {
				return "", err
			}
		}
		refs = append(refs, c.Ref())
	}
	d, err := e.b.adopt(e.tx, call.Refs, question, e.actor, e.now)
	if err != nil {
		return "", err
	}
	if err := e.audit("adopted %s for question %s, text version %d", strings.Join(refs, ", "), d.Question, d.Version); err != nil {
		return "", err
	}
	return fmt.Sprintf("The text of question %s is now (version %d, from %s):\n%s\nNext: %s shows what stands beside it.\n",
		d.Question, d.Version, refsOf(d.Adopted), quote(d.Text), e.say("question %s%s", d.Question, e.in(d.Coalition))), nil
}

func handleRelease(e *env, call command.Call) (string, error) {
	c, err := e.contribution(call.Refs[0])
	if err != nil {
		return "", err
	}
	if c.Status != dc.Adopted {
		return "", dc.Userf("", "%s is %s, not adopted: there is nothing to release", c.Ref(), c.Status)
	}
	d, err := e.b.release(e.tx, c.ID, e.actor, e.now)
	if err != nil {
		return "", err
	}
	if err := e.audit("released %s from the text of question %s", c.Ref(), d.Question); err != nil {
		return "", err
	}
	if d.Text == "" {
		return fmt.Sprintf("%s is out of the text; question %s has no text now, its contributions are listed.\n", c.Ref(), d.Question), nil
	}
	return fmt.Sprintf("%s is out of the text. What remains for question %s (version %d, from %s):\n%s", c.Ref(), d.Question, d.Version, refsOf(d.Adopted), quote(d.Text)), nil
}

func handleSetAside(e *env, call command.Call) (string, error) {
	c, err := e.contribution(call.Refs[0])
	if err != nil {
		return "", err
	}
	adopted := c.Status == dc.Adopted
	to, err := c.Transition("set-aside")
	if err != nil {
		return "", err
	}
	c.Status, c.By, c.Reason = to, e.actor.String(), strings.Join(strings.Fields(call.Text), " ")
	if err := e.tx.UpdateContribution(c); err != nil {
		return "", err
	}
	note := ""
	if adopted {
		if err := e.b.redraft(e.tx, c.Survey, c.Coalition, c.Question, e.actor, e.now); err != nil {
			return "", err
		}
		note = fmt.Sprintf(" Its words are out of the text of question %s.", c.Question)
	}
	if err := e.b.changed(e.tx, c.Survey, c.Coalition); err != nil {
		return "", err
	}
	if err := e.audit("set %s aside: %s", c.Ref(), c.Reason); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is set aside; the draft lists it with your reason.%s\n%s undoes it.\n", c.Ref(), note, e.say("restore %s", c.Ref())), nil
}

func handleRestore(e *env, call command.Call) (string, error) {
	c, err := e.contribution(call.Refs[0])
	if err != nil {
		return "", err
	}
	if c.Status != dc.SetAside {
		return "", dc.Userf("", "%s is %s, not set aside: there is nothing to restore", c.Ref(), c.Status)
	}
	to, err := c.Transition("restore")
	if err != nil {
		return "", err
	}
	c.Status, c.By, c.Reason = to, "", ""
	if err := e.tx.UpdateContribution(c); err != nil {
		return "", err
	}
	if err := e.b.changed(e.tx, c.Survey, c.Coalition); err != nil {
		return "", err
	}
	if err := e.audit("restored %s", c.Ref()); err != nil {
		return "", err
	}
	place := "in the tray"
	if c.Question != "" {
		place = "under question " + c.Question
	}
	return fmt.Sprintf("%s is listed %s again.\n", c.Ref(), place), nil
}

func refsOf(ids []int64) string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("c%d", id))
	}
	return strings.Join(out, ", ")
}
