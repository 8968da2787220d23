package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// What people read when a command failed and it is not their fault.
const (
	internalFailure = "that failed for an internal reason; the operator can see it in the log"
	internalError   = "internal error; the operator can see it in the log"
)

// execute runs one command line in the caller's transaction. A command that fails leaves nothing behind; its Answer
// says why. coalition is the one that the line arrived for, "" if none.
func (b *Bot) execute(ctx context.Context, tx *storage.Tx, line string, actor dc.Actor, coalition string, post int64, now time.Time) Answer {
	e := &env{ctx: ctx, b: b, tx: tx, now: now, actor: actor, post: post}
	text, err := e.run(line, coalition)
	if err != nil {
		return Answer{Text: b.explain(err, post)}
	}
	return Answer{OK: true, Text: strings.TrimRight(text, "\n") + "\n"}
}

// executeAll runs the commands of one mail in their order and answers once. Each stands for itself: one that fails does
// not undo or stop the others, and the answer says which did what.
func (b *Bot) executeAll(ctx context.Context, tx *storage.Tx, lines []string, actor dc.Actor, coalition string, post int64, now time.Time) string {
	if len(lines) == 1 {
		return b.execute(ctx, tx, lines[0], actor, coalition, post, now).Text
	}
	var out strings.Builder
	done, tried := 0, lines[:min(len(lines), maxCommandLines)]
	for i, line := range tried {
		a := b.execute(ctx, tx, line, actor, coalition, post, now)
		mark := "FAILED: "
		if a.OK {
			done++
			mark = ""
		}
		// Without the prefix, so that an answer which comes back without quote marks does nothing (mail case 25).
		fmt.Fprintf(&out, "[%d] %s\n%s%s\n", i+1, withoutPrefix(line, b.Set.Prefix), mark, a.Text)
	}
	if n := len(lines) - len(tried); n > 0 {
		fmt.Fprintf(&out, "%s not looked at: a mail may carry %d.\n", count1(n, "more command was", "more commands were"), maxCommandLines)
	}
	switch {
	case done == len(tried) && done < len(lines):
		fmt.Fprintf(&out, "%d done.\n", done)
	case done == len(tried):
		fmt.Fprintf(&out, "All %d done.\n", done)
	case done == 0:
		out.WriteString("None was done; nothing was changed.\n")
	default:
		fmt.Fprintf(&out, "%d of %d done; what failed changed nothing.\n", done, len(tried))
	}
	return out.String()
}

// run parses a line, checks rights, and runs its handler so that a failure leaves no half of its writes.
func (e *env) run(line, coalition string) (text string, err error) {
	call, err := command.Parse(line, e.b.Set.Prefix)
	if err != nil {
		return "", err
	}
	call, err = call.Bind(func(words string) (string, bool) {
		if c := e.b.Coalition(words); c != nil {
			return c.ID, true
		}
		return "", false
	})
	if err != nil {
		return "", err
	}
	if call.Coalition != "" {
		coalition = call.Coalition
	}
	if err := e.admit(call.Command, coalition); err != nil {
		return "", err
	}
	h, ok := handlers()[call.Name]
	if !ok {
		return "", fmt.Errorf("command %q has no handler", call.Name)
	}
	err = e.try(call.Name, func() (err error) {
		text, err = h(e, call)
		return err
	})
	return text, err
}

// try runs fn so that neither a failure nor a panic leaves any of its writes.
func (e *env) try(command string, fn func() error) error {
	return e.tx.Try(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = &panicError{command, r, debug.Stack()}
			}
		}()
		return fn()
	})
}

// panicError is a handler's panic, caught so that it costs one command and not the worker.
type panicError struct {
	command string
	value   any
	stack   []byte
}

func (p *panicError) Error() string {
	return fmt.Sprintf("command %s panicked: %v", p.command, p.value)
}

// explain gives the text of an error to the person who gave the command, and everything internal to the log.
func (b *Bot) explain(err error, post int64) string {
	var p *panicError
	if errors.As(err, &p) {
		b.Log.Error("a command panicked", "command", p.command, "panic", p.value, "post", post, "stack", string(p.stack))
		return internalError + "\n"
	}
	if u, ok := dc.AsUser(err); ok {
		return u.Error() + "\n"
	}
	var t *dc.TransitionError
	if errors.As(err, &t) {
		return fmt.Sprintf("%s is %s: that cannot be done to it now\n", t.What, t.From)
	}
	b.Log.Error("a command failed", "err", err, "post", post)
	return internalFailure + "\n"
}

// admit checks that the actor may give the command, and fills in the coalition that it speaks of.
func (e *env) admit(c *command.Command, coalition string) error {
	if coalition == command.AllCoalitions {
		e.all, coalition = true, ""
	}
	if coalition != "" {
		if e.coalition = e.b.Coalition(coalition); e.coalition == nil {
			return dc.Userf("the config lists those that there are", "there is no coalition %q", coalition)
		}
	}
	if c.Rights > command.Anyone && !e.actor.Operator && !e.actor.Proven {
		return dc.Userf("write from a server that signs your mail (DKIM), or answer the mail with the token", "`%s` needs proof that the mail is yours", c.Name)
	}
	if c.Rights != command.Facilitator {
		return nil
	}
	if c.Where == command.Nowhere {
		if !e.forAll() {
			return dc.Userf("", "only facilitators of the group and the operator can %s", c.Name)
		}
		return nil
	}
	if e.coalition != nil {
		return e.mayFor(e.coalition.ID)
	}
	if e.all && c.Where == command.One {
		if !e.forAll() {
			return dc.Userf("name one coalition", "only facilitators of the group and the operator can do that for all")
		}
		return nil
	}
	mine := e.mine()
	if len(mine) == 0 {
		return dc.Userf("`me` shows what dcbot recorded of you", "`%s` is for facilitators, and %s is not one of them", c.Name, e.actor.Address)
	}
	if c.Where == command.One {
		if len(mine) > 1 {
			return dc.Userf("say which one, such as `in "+mine[0].ID+"`", "you have several coalitions: %s", ids(mine))
		}
		e.coalition = mine[0]
	}
	return nil
}

// handlers ties the table of commands to what runs them. It is a function because a handler (confirm) runs commands.
func handlers() map[string]handler {
	return map[string]handler{
		"status":   handleStatus,
		"question": handleQuestion,
		"show":     handleShow,
		"tray":     handleTray,
		"log":      handleLog,
		"help":     handleHelp,
		"version":  handleVersion,

		"assign":    handleAssign,
		"adopt":     handleAdopt,
		"release":   handleRelease,
		"set-aside": handleSetAside,
		"restore":   handleRestore,

		"draft":   handleDraft,
		"approve": handleApprove,
		"submit":  handleSubmit,
		"reopen":  handleReopen,

		"survey":        handleSurvey,
		"survey show":   handleSurveyShow,
		"survey launch": handleLaunch,
		"survey hold":   handleLaunchHold,
		"deadline":      handleDeadline,
		"deadline move": handleDeadlineMove,
		"extend":        handleExtend,

		"outbox":         handleOutbox,
		"outbox show":    handleOutboxShow,
		"outbox hold":    handleOutboxHold,
		"outbox release": handleOutboxRelease,
		"outbox retry":   handleOutboxRetry,
		"outbox drop":    handleOutboxDrop,
		"pause":          handlePause,
		"resume":         handleResume,

		"me":       handleMe,
		"withdraw": handleWithdraw,
		"confirm":  handleConfirm,
	}
}
