package dc

import (
	"errors"
	"fmt"
	"time"
)

// Channel says by which wire something is sent.
type Channel string

// The channels.
const (
	ToList    Channel = "list"    // a post on a mailing list
	ToMailbox Channel = "mailbox" // a mail to one person or office
	ToRoom    Channel = "room"
)

// OutgoingState is where something to be sent is.
type OutgoingState string

// The states of an Outgoing.
const (
	Queued    OutgoingState = "pending"
	Sending   OutgoingState = "sending"   // an attempt was begun
	Sent      OutgoingState = "sent"      // accepted by the server
	Uncertain OutgoingState = "uncertain" // interrupted after the point of no return: never retried blindly
	Held      OutgoingState = "held"      // waits for a person
	Failed    OutgoingState = "failed"
	Dropped   OutgoingState = "dropped" // by a person
)

// Outgoing is one message to one destination, with its identity minted when it was decided.
type Outgoing struct {
	ID          int64
	Channel     Channel
	Destination string // list address, mailbox or room id
	Key         string // unique: the decision that it comes from
	MessageID   string // without brackets; for rooms the transaction id
	Token       string // random; X-Dcbot headers count only with it (mail case 24)
	Kind        string // introduction, question, section, survey, announcement, reply, notice, confirmation, submission
	Coalition   string
	Survey      string
	Question    string
	Content     Content
	State       OutgoingState
	Attempts    int
	NotBefore   time.Time // UTC: not sent earlier (pacing, back-off)
	Created     time.Time
	SentAt      time.Time
	Returned    time.Time // when a list post's own copy came back
	Error       string    // of the last attempt
}

// PublicSubject is the subject for whoever looks at the outbox. That of a confirmation holds its code, which proves who
// answers: it is for its addressee alone.
func (o *Outgoing) PublicSubject() string {
	if o.Kind == "confirmation" {
		return "Please confirm: (code not shown)"
	}
	return o.Content.Subject
}

// Content is what a message says, ready for any channel.
type Content struct {
	Subject     string       `json:"subject"`
	Text        string       `json:"text"`
	HTML        string       `json:"html,omitempty"`
	InReplyTo   string       `json:"in_reply_to,omitempty"`
	References  []string     `json:"references,omitempty"`
	Calendar    string       `json:"calendar,omitempty"` // an iCalendar object (RFC 5545)
	Attachments []Attachment `json:"attachments,omitempty"`
	// Automatic says that no person wrote or ordered this very mail (RFC 3834): a reply, a reminder.
	Automatic bool `json:"automatic,omitempty"`
}

// Attachment of an outgoing message.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

// Attempt is one try at sending.
type Attempt struct {
	ID        int64
	Outgoing  int64
	Started   time.Time
	Committed bool // the point of no return was reached (the final dot, the PUT)
	Ended     time.Time
	Code      int
	Error     string
}

// SendError is what a Sender returns: temporary or permanent is a typed fact, never a substring.
type SendError struct {
	Temporary bool
	Uncertain bool // the connection was lost after the point of no return
	Code      int  // SMTP reply code or HTTP status, 0 if none
	Err       error
}

func (e *SendError) Error() string {
	kind := "permanent"
	if e.Temporary {
		kind = "temporary"
	}
	if e.Uncertain {
		kind = "uncertain"
	}
	return fmt.Sprintf("sending failed (%s): %v", kind, e.Err)
}

func (e *SendError) Unwrap() error { return e.Err }

// Transition returns the state after an event: "begin" (an attempt), "accept", "retry" (temporary failure, or
// interrupted before the point of no return), "lose" (interrupted after it), "return" (the own copy came back), "hold", "release" (send it
// again), "exhaust", "refuse" (permanent), "drop".
func (s OutgoingState) Transition(event string) (OutgoingState, error) {
	open := s == Queued || s == Held || s == Uncertain || s == Failed
	switch {
	case event == "begin" && s == Queued:
		return Sending, nil
	case event == "accept" && s == Sending:
		return Sent, nil
	case event == "retry" && s == Sending:
		return Queued, nil
	case event == "lose" && s == Sending:
		return Uncertain, nil
	case event == "return" && (s == Uncertain || s == Held || s == Sending || s == Sent):
		return Sent, nil
	case event == "hold" && (s == Queued || s == Uncertain):
		return Held, nil
	case event == "release" && (s == Held || s == Failed):
		return Queued, nil
	case (event == "exhaust" || event == "refuse") && s == Sending:
		return Failed, nil
	case event == "drop" && open:
		return Dropped, nil
	}
	return s, &TransitionError{"the message", string(s), event}
}

// IsTemporary says whether err is a temporary failure to send.
func IsTemporary(err error) bool {
	var se *SendError
	return errors.As(err, &se) && se.Temporary && !se.Uncertain
}

// Timer is something to be done at a time; firing it is one transaction that writes, never sends.
type Timer struct {
	ID      int64
	Kind    string
	Subject string
	Due     time.Time // UTC
	Key     string    // unique
	State   string    // waiting, fired, cancelled
}

// Audit is one line of who did what.
type Audit struct {
	ID        int64
	At        time.Time
	Who       string
	What      string
	Coalition string
	Post      int64 // by which post, 0 if none
}
