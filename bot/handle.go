package bot

import (
	"context"
	"fmt"
	"time"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// Answer is what a command says.
type Answer struct {
	OK   bool
	Text string
}

// env is what a command handler works with: the transaction of the post that carries the command.
type env struct {
	ctx       context.Context
	b         *Bot
	tx        *storage.Tx
	now       time.Time
	actor     dc.Actor
	post      int64         // the post that carries the command
	coalition *dc.Coalition // the one the command speaks of; nil when it names none and the actor has several or none
	all       bool          // it speaks of all coalitions
}

// handler runs one command inside the transaction. Texts are for the person who asked.
type handler func(e *env, call command.Call) (string, error)

// audit notes who did what.
func (e *env) audit(what string, args ...any) error {
	c := ""
	if e.coalition != nil {
		c = e.coalition.ID
	}
	return e.tx.Audit(dc.Audit{At: e.now, Who: e.actor.String(), What: fmt.Sprintf(what, args...), Coalition: c, Post: e.post})
}
