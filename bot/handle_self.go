package bot

import (
	"fmt"
	"strings"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// addresses are all that the actor is proven to be known by; two are one person only on proof.
func (e *env) addresses() ([]string, error) {
	p, err := e.tx.PersonByAddress(e.actor.Address)
	if notFound(err) || err == nil && len(p.Addresses) == 0 {
		return []string{e.actor.Address}, nil
	}
	return p.Addresses, err
}

// isOwn says whether the actor wrote a contribution.
func (e *env) isOwn(c dc.Contribution) (bool, error) {
	if e.actor.Operator || !e.actor.Proven {
		return false, nil
	}
	mine, err := e.addresses()
	if err != nil {
		return false, err
	}
	for _, a := range mine {
		if dc.SameAddress(a, c.Author) {
			return true, nil
		}
	}
	return false, nil
}

func handleMe(e *env, _ command.Call) (string, error) {
	if e.actor.Operator {
		return "You are the operator: you may do all that a facilitator of the group may.\n", nil
	}
	mine, err := e.addresses()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n", e.actor)
	switch cs := e.mine(); {
	case e.forAll():
		out.WriteString("Facilitator of the group, for all coalitions.\n")
	case len(cs) > 0:
		fmt.Fprintf(&out, "Facilitator of %s.\n", ids(cs))
	}
	var rows [][]string
	for _, a := range mine {
		cs, err := e.tx.Contributions(storage.Filter{Author: a})
		if err != nil {
			return "", err
		}
		for _, c := range cs {
			place := "tray"
			if c.Question != "" {
				place = "Q" + c.Question
			}
			words := snippet(c.Text, 50)
			if c.Status == dc.WithdrawnStatus {
				words = ""
			}
			kind := string(c.Kind)
			if c.Stance != dc.NoStance {
				kind = string(c.Stance)
			}
			status := string(c.Status)
			if c.Status == dc.SetAside && c.Reason != "" {
				status += " (" + snippet(c.Reason, 40) + ")"
			}
			rows = append(rows, []string{c.Ref(), day(c.At), c.Coalition, place, kind, status, words})
		}
	}
	if len(rows) == 0 {
		out.WriteString("\nNothing is on record of you.\n")
		return out.String(), nil
	}
	fmt.Fprintf(&out, "\nOn record of you\n%s\nNext: %s shows one in full, %s takes it back. To correct one, write to the list again and say what it replaces.\n",
		table(rows), e.say("show %s", rows[0][0]), e.say("withdraw %s", rows[0][0]))
	return out.String(), nil
}

func handleWithdraw(e *env, call command.Call) (string, error) {
	var out strings.Builder
	for _, id := range call.Refs {
		c, err := e.b.contribution(e.tx, id)
		if err != nil {
			return "", err
		}
		own, err := e.isOwn(c)
		if err != nil {
			return "", err
		}
		if !own {
			if !e.may(c.Coalition) {
				return "", dc.Userf(e.say("me")+" lists what is yours", "%s is not yours: only its author can withdraw it", c.Ref())
			}
			remedy := e.say("set-aside %s REASON", c.Ref()) + " leaves it out of the text"
			if c.Stance == dc.Object {
				remedy = "it stays on record in its author's words"
			}
			return "", dc.Userf(remedy, "only its author can withdraw %s", c.Ref())
		}
		if err := e.enter(c.Ref(), c.Coalition); err != nil {
			return "", err
		}
		if c.Status == dc.WithdrawnStatus {
			fmt.Fprintf(&out, "%s was withdrawn before.\n", c.Ref())
			continue
		}
		if err := e.b.withdraw(e.tx, &c, e.actor, "taken back by its author", e.post, e.now); err != nil { // it leaves its own line in the log
			return "", err
		}
		fmt.Fprintf(&out, "%s is withdrawn: drafts no longer show its words.\n", c.Ref())
		frozen, err := e.frozenWith(c)
		if err != nil {
			return "", err
		}
		if frozen != "" {
			fmt.Fprintf(&out, "It is still in %s; a facilitator has to approve a new version.\n", frozen)
		}
	}
	return out.String(), nil
}

// frozenWith names the newest frozen version that holds a contribution's words, "" if none does.
func (e *env) frozenWith(c dc.Contribution) (string, error) {
	subs, err := e.tx.Submissions(c.Survey, c.Coalition)
	if err != nil || len(subs) == 0 {
		return "", err
	}
	last := subs[len(subs)-1]
	d, err := e.b.frozen(last)
	if err != nil || !refs(d)[c.Ref()] {
		return "", err
	}
	if last.Outgoing != 0 {
		return fmt.Sprintf("version %d, which was submitted", last.Version), nil
	}
	return fmt.Sprintf("version %d, which was approved", last.Version), nil
}

// handleConfirm takes a token where it did not come in a reply to the bot's mail (which confirmByReply handles). The
// address that it was mailed to has to send it back: that is the proof.
func handleConfirm(e *env, call command.Call) (string, error) {
	wrong := dc.Userf("copy it from the mail, and answer from the address that the mail went to", "this token is not known, was used, or has expired")
	c, err := e.tx.Confirmation(strings.ToLower(call.Word))
	if notFound(err) {
		return "", wrong
	}
	if err != nil {
		return "", err
	}
	if !dc.SameAddress(c.Address, e.actor.Address) || c.State != "waiting" || e.now.After(c.Expires) {
		return "", wrong
	}
	if err := e.tx.SetConfirmation(c.Token, "used"); err != nil {
		return "", err
	}
	who := e.actor
	who.Proven = true
	switch c.Kind {
	case "withdraw":
		if err := e.b.confirmWithdrawal(e.tx, c, who, nil, e.now); err != nil {
			return "", err
		}
		return "Thank you: what you asked for is withdrawn.\n", nil
	case "command":
		return e.b.executeAll(e.ctx, e.tx, strings.Split(c.Subject, "\n"), who, "", c.Post, e.now), nil
	}
	return "", fmt.Errorf("a confirmation of unknown kind %q", c.Kind)
}
