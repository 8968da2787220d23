package dc

import (
	"fmt"
	"time"
)

// Kind says what a contribution is.
type Kind string

// The kinds of contributions (see architecture: own words replying to the question are an answer; taking a side on
// somebody's text is a stance; anything else about a text is a comment).
const (
	Answer        Kind = "answer"
	Comment       Kind = "comment"
	StanceKind    Kind = "stance"
	HeldElsewhere Kind = "held-elsewhere"
)

// Stance is the side taken; a condition or a requested change makes a support a SupportIf.
type Stance string

// The stances.
const (
	NoStance  Stance = ""
	Support   Stance = "support"
	SupportIf Stance = "support-if"
	Object    Stance = "object"
	Withdrawn Stance = "withdrawn" // of an earlier stance or answer of the same author
)

// Status is where a contribution is.
type Status string

// The statuses of a contribution.
const (
	Collected            Status = "collected"
	Adopted              Status = "adopted"
	SetAside             Status = "set-aside"
	Superseded           Status = "superseded"
	WithdrawnStatus      Status = "withdrawn"
	AwaitingConfirmation Status = "awaiting-confirmation" // an unproven withdrawal, until its author confirms
)

// Contribution is one author's words on one question, or in the tray.
type Contribution struct {
	ID         int64
	Post       int64
	PostRef    string // external id of the post
	Seq        int    // order within the post, from 0
	Coalition  string
	Survey     string
	Question   string // "" is the unassigned tray
	Author     string // address or Matrix id
	AuthorName string
	Kind       Kind
	Stance     Stance
	Text       string // the author's words, exactly
	Quoted     string // the words of the text that it is about, when it answers a quote
	Target     int64  // the contribution it takes a side on or comments; 0 none
	Lines      [2]int // where Text stands in the post (line numbers from 0, first and last)
	Link       string // of a held-elsewhere: where
	Why        string // the rule that decided the question and kind, in words
	Status     Status
	By         string    // who set it aside, adopted, assigned
	Reason     string    // why it was set aside
	Supersedes int64     // the earlier contribution that it replaces; 0 none
	Late       bool      // sent after the coalition's deadline
	Assigned   bool      // a person decided the question: never changed by a machine again
	At         time.Time // when it was written (UTC)
}

// Ref is how people name it: "c42".
func (c *Contribution) Ref() string { return fmt.Sprintf("c%d", c.ID) }

// IsDissent says whether it has to stand beside any draft in its author's own words: every objection that its
// author has not taken back.
func (c *Contribution) IsDissent() bool {
	return c.Stance == Object && c.Status != WithdrawnStatus && c.Status != Superseded
}

// Transition returns the contribution's status after an event: "adopt", "release" (no longer adopted), "set-aside",
// "restore", "supersede", "withdraw", "confirm". It depends on the stance because only its author can take an objection back
// (withdraw, supersede); nobody sets one aside.
func (c *Contribution) Transition(event string) (Status, error) {
	s := c.Status
	switch {
	case event == "set-aside" && c.Stance == Object:
		return s, Userf("only its author can take it back", "%s is an objection: it stays on record in its author's words", c.Ref())
	case event == "adopt" && c.Stance == Object:
		return s, Userf("adopt an answer", "%s is an objection, not a text to adopt", c.Ref())
	case event == "adopt" && s == Collected,
		event == "adopt" && s == SetAside:
		return Adopted, nil
	case event == "release" && s == Adopted:
		return Collected, nil
	case event == "set-aside" && (s == Collected || s == Adopted):
		return SetAside, nil
	case event == "restore" && s == SetAside:
		return Collected, nil
	case event == "supersede" && (s == Collected || s == Adopted || s == SetAside):
		return Superseded, nil
	case event == "withdraw" && s != WithdrawnStatus && s != AwaitingConfirmation:
		return WithdrawnStatus, nil
	case event == "confirm" && s == AwaitingConfirmation:
		return Collected, nil
	}
	return s, &TransitionError{c.Ref(), string(s), event}
}
