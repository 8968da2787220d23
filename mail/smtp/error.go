package smtp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	gosmtp "github.com/emersion/go-smtp"
)

// Error says what a failed attempt means for the mail. Exactly one of three holds: Temporary (try again later),
// Uncertain (it may have been sent: never try again blindly), or neither (refused for good).
type Error struct {
	Op        string // the step: "connect", "MAIL", "RCPT", "DATA", "final dot"
	Temporary bool
	Uncertain bool
	Code      int    // the server's reply code; 0 when it gave none
	Enhanced  string // the enhanced status code, "5.1.1" (RFC 3463); "" when it gave none
	Msg       string // the server's words, or ours when Code is 0
	err       error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("sending mail: ")
	b.WriteString(e.Op)
	if e.Code != 0 {
		fmt.Fprintf(&b, ": %d", e.Code)
		if e.Enhanced != "" {
			b.WriteString(" " + e.Enhanced)
		}
	}
	if e.Msg != "" {
		b.WriteString(": " + e.Msg)
	} else if e.err != nil {
		b.WriteString(": " + e.err.Error())
	}
	switch {
	case e.Uncertain:
		b.WriteString(" (the mail may have been sent: look for it before it is sent again)")
	case e.Temporary:
		b.WriteString(" (will be tried again)")
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.err }

// asError classifies what a step of the dialogue returned, up to the final dot. A reply is judged by its code (RFC 5321
// section 4.2.1), everything else is trouble with the connection and says nothing about the mail.
func asError(op string, err error) *Error {
	if err == nil {
		return nil
	}
	var reply *gosmtp.SMTPError
	if !errors.As(err, &reply) {
		return &Error{Op: op, Temporary: true, err: err}
	}
	e := &Error{Op: op, Code: reply.Code, Msg: reply.Message, err: err}
	if reply.EnhancedCode[0] > 0 {
		e.Enhanced = fmt.Sprintf("%d.%d.%d", reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2])
	}
	// 552 is what older servers say for "too many recipients" and for a full mailbox: RFC 5321 section 4.5.3.1.10
	// wants it treated as 452. A 2xx or 3xx where it makes no sense is a server out of step.
	e.Temporary = reply.Code/100 != 5 || reply.Code == 552
	return e
}

// beforeMail is for what fails before MAIL: it concerns the server, the network or the configuration, whatever the
// code, and never this mail. It can be mended, so the mail waits.
func beforeMail(err error) *Error {
	e := asError("connect", err)
	e.Temporary = true
	if e.Code != 0 && !errors.Is(err, context.Canceled) {
		e.Msg = err.Error() // it names the step and the remedy
	}
	return e
}
