package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// outgoing reads a mail that the actor may act on. From then on the command speaks of its coalition.
func (e *env) outgoing(id int64) (dc.Outgoing, error) {
	o, err := e.tx.Outgoing(id)
	if notFound(err) {
		return o, dc.Userf(e.say("outbox")+" lists what was not sent yet", "there is no mail m%d", id)
	}
	if err != nil {
		return o, err
	}
	if err := e.mayFor(o.Coalition); err != nil {
		return dc.Outgoing{}, err
	}
	return o, e.enter(fmt.Sprintf("m%d", id), o.Coalition)
}

// setOutgoing moves a mail along its state machine; it becomes due at once where that means anything.
func (e *env) setOutgoing(o dc.Outgoing, event string) error {
	to, err := o.State.Transition(event)
	if err != nil {
		return err
	}
	next := e.now
	if o.NotBefore.After(e.now) && o.Attempts == 0 {
		next = o.NotBefore // the pace of a launch stays
	}
	return e.tx.SetOutgoingState(o.ID, to, "", next)
}

// maxOutboxRows keeps the answer readable while a survey is launched to all coalitions at once.
const maxOutboxRows = 60

func handleOutbox(e *env, _ command.Call) (string, error) {
	var rows [][]string
	counts := map[dc.OutgoingState]int{}
	for _, state := range []dc.OutgoingState{dc.Failed, dc.Uncertain, dc.Held, dc.Sending, dc.Queued} {
		all, err := e.tx.ListOutgoing(storage.OutgoingFilter{State: state})
		if err != nil {
			return "", err
		}
		slices.Reverse(all) // oldest first
		for _, o := range all {
			if !e.may(o.Coalition) || e.coalition != nil && o.Coalition != e.coalition.ID {
				continue
			}
			counts[state]++
			note := o.Error
			if state == dc.Queued {
				note = dueNote(o, e.now)
				if o.Error != "" {
					note += "; before: " + o.Error
				}
			}
			rows = append(rows, []string{fmt.Sprintf("m%d", o.ID), string(o.State), snippet(o.PublicSubject(), 40), o.Destination, snippet(note, 60)})
		}
	}
	if len(rows) == 0 {
		return "Everything was sent.\n", nil
	}
	var out strings.Builder
	if paused, err := e.tx.Setting(settingPaused); err != nil {
		return "", err
	} else if paused != "" {
		fmt.Fprintf(&out, "PAUSED: nothing is sent. %s ends it.\n", e.say("resume"))
	}
	out.WriteString(table(rows[:min(len(rows), maxOutboxRows)]))
	if n := len(rows) - maxOutboxRows; n > 0 {
		fmt.Fprintf(&out, "  and %d more, queued later\n", n)
	}
	first := rows[0][0]
	switch {
	case counts[dc.Failed] > 0:
		fmt.Fprintf(&out, "\nNext: %s says why it failed, %s tries again, %s gives up.\n", e.say("outbox show %s", first), e.say("outbox retry %s", first), e.say("outbox drop %s", first))
	case counts[dc.Uncertain]+counts[dc.Held] > 0:
		fmt.Fprintf(&out, "\nNext: look whether the list's archive has it; then %s if it does, %s if not.\n", e.say("outbox drop %s", first), e.say("outbox release %s", first))
	}
	return out.String(), nil
}

func dueNote(o dc.Outgoing, now time.Time) string {
	if !o.NotBefore.After(now) {
		return "due"
	}
	return left(o.NotBefore, now)
}

func handleOutboxShow(e *env, call command.Call) (string, error) {
	o, err := e.outgoing(call.Messages[0])
	if err != nil {
		return "", err
	}
	attempts, err := e.tx.Attempts(o.ID)
	if err != nil {
		return "", err
	}
	state := string(o.State)
	switch {
	case !o.SentAt.IsZero():
		state += " " + minute(o.SentAt) + " UTC"
	case o.State == dc.Queued:
		state += ", " + dueNote(o, e.now)
	}
	if !o.Returned.IsZero() {
		state += ", back from the list " + minute(o.Returned) + " UTC"
	}
	about := strings.TrimSpace(o.Coalition + " " + o.Survey)
	if o.Question != "" {
		about += " Q" + o.Question
	}
	rows := [][]string{
		{"To", o.Destination},
		{"Subject", o.PublicSubject()},
		{"Kind", o.Kind},
		{"About", about},
		{"State", state},
		{"Created", minute(o.Created) + " UTC"},
		{"Message-ID", o.MessageID},
		{"Error", o.Error},
	}
	for _, a := range o.Content.Attachments {
		rows = append(rows, []string{"Attached", fmt.Sprintf("%s (%s, %d bytes)", a.Name, a.Type, len(a.Data))})
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[1] == "" })
	var out strings.Builder
	fmt.Fprintf(&out, "m%d\n%s", o.ID, table(rows))
	if len(attempts) > 0 {
		out.WriteString("\nAttempts (UTC)\n")
		var rows [][]string
		for _, a := range attempts {
			rows = append(rows, []string{minute(a.Started), attemptNote(a)})
		}
		out.WriteString(table(rows))
	}
	if o.Kind == "confirmation" {
		// Its token proves whoever sends it back; nobody but the person asked may see it.
		out.WriteString("\nIts text holds a one-time token and is not shown.\n")
		return out.String(), nil
	}
	out.WriteString("\n" + quote(o.Content.Text))
	return out.String(), nil
}

func attemptNote(a dc.Attempt) string {
	switch {
	case a.Error != "" && a.Code != 0 && !strings.Contains(a.Error, fmt.Sprint(a.Code)):
		return fmt.Sprintf("%d %s", a.Code, snippet(a.Error, 200))
	case a.Error != "":
		return snippet(a.Error, 200)
	case a.Ended.IsZero() && a.Committed:
		return "under way, or broken off when the server may have taken it"
	case a.Ended.IsZero():
		return "under way, or broken off before the server could take it"
	}
	return "accepted"
}

// eachOutgoing does one thing to all mails named, and says what became of each.
func (e *env) eachOutgoing(call command.Call, done, audit string, do func(o dc.Outgoing) error) (string, error) {
	var out strings.Builder
	for _, id := range call.Messages {
		o, err := e.outgoing(id)
		if err != nil {
			return "", err
		}
		if err := do(o); err != nil {
			return "", err
		}
		if err := e.audit("%s m%d (%s to %s)", audit, id, o.Kind, o.Destination); err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "m%d %s: %s\n", id, done, snippet(o.PublicSubject(), 60))
	}
	return out.String(), nil
}

func handleOutboxHold(e *env, call command.Call) (string, error) {
	text, err := e.eachOutgoing(call, "is held", "held", func(o dc.Outgoing) error {
		return e.outgoingError(o, e.setOutgoing(o, "hold"))
	})
	if err != nil {
		return "", err
	}
	return text + e.say("outbox release m%d", call.Messages[0]) + " sends it after all.\n", nil
}

func handleOutboxRelease(e *env, call command.Call) (string, error) {
	return e.eachOutgoing(call, "will be sent", "released", func(o dc.Outgoing) error {
		if o.State == dc.Failed {
			return dc.Userf(e.say("outbox retry m%d", o.ID), "m%d is failed, not held", o.ID)
		}
		return e.outgoingError(o, e.setOutgoing(o, "release"))
	})
}

func handleOutboxRetry(e *env, call command.Call) (string, error) {
	return e.eachOutgoing(call, "is tried again", "retried", func(o dc.Outgoing) error {
		switch o.State {
		case dc.Queued: // it waits for its next attempt: now
			return e.tx.SetOutgoingState(o.ID, dc.Queued, "", e.now)
		case dc.Failed:
			// With all its attempts before it: else one that had used them up would fail for good at the next hiccup.
			if err := e.tx.StartAfresh(o.ID); err != nil {
				return err
			}
			return e.setOutgoing(o, "release")
		case dc.Held:
			return dc.Userf(e.say("outbox release m%d", o.ID)+" if it did not arrive", "m%d is held, not failed", o.ID)
		}
		return e.outgoingError(o, &dc.TransitionError{From: string(o.State)})
	})
}

func handleOutboxDrop(e *env, call command.Call) (string, error) {
	return e.eachOutgoing(call, "is dropped", "dropped", func(o dc.Outgoing) error {
		return e.outgoingError(o, e.setOutgoing(o, "drop"))
	})
}

// outgoingError says why a mail's state does not allow what was asked, and what does.
func (e *env) outgoingError(o dc.Outgoing, err error) error {
	var t *dc.TransitionError
	if !asTransition(err, &t) {
		return err
	}
	switch o.State {
	case dc.Sent:
		return dc.Userf("", "m%d was sent already", o.ID)
	case dc.Sending:
		return dc.Userf("look again in a minute", "m%d is being sent right now", o.ID)
	case dc.Uncertain:
		return dc.Userf(e.say("outbox hold m%d", o.ID)+" first, once you know that the list does not have it", "m%d may have been sent: its copy is waited for", o.ID)
	case dc.Queued:
		return dc.Userf("", "m%d is queued and will be sent", o.ID)
	}
	return dc.Userf("", "m%d is %s", o.ID, o.State)
}

func handlePause(e *env, call command.Call) (string, error) {
	reason := strings.Join(strings.Fields(call.Text), " ")
	value := strings.TrimSpace(e.now.UTC().Format(time.RFC3339) + " " + e.actor.String() + " " + reason)
	if err := e.tx.SetSetting(settingPaused, value); err != nil {
		return "", err
	}
	if err := e.audit("%s", strings.TrimSuffix("paused all sending: "+reason, ": ")); err != nil {
		return "", err
	}
	return "Nothing is sent from now on. Posts are still read and collected. " + e.say("resume") + " ends it.\n", nil
}

func handleResume(e *env, _ command.Call) (string, error) {
	paused, err := e.tx.Setting(settingPaused)
	if err != nil {
		return "", err
	}
	if paused == "" {
		return "Nothing was paused.\n", nil
	}
	if err := e.tx.SetSetting(settingPaused, ""); err != nil {
		return "", err
	}
	if err := e.audit("resumed sending"); err != nil {
		return "", err
	}
	due, err := e.tx.DueOutgoing(e.now, 1000)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("Sending goes on; %s due now.\n", count1(len(due), "mail is", "mails are")), nil
}
