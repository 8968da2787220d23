package dc

import (
	"errors"
	"fmt"
)

// UserError is an error that a person can do something about: what is wrong, and the remedy. Everything else is
// internal: it is logged, and people are told only that it was.
type UserError struct {
	Message string
	Remedy  string
	Err     error
}

// Userf makes a UserError; remedy may be "". What %w names is in its chain.
func Userf(remedy, format string, args ...any) *UserError {
	err := fmt.Errorf(format, args...)
	u := &UserError{Message: err.Error(), Remedy: remedy, Err: errors.Unwrap(err)}
	if _, several := err.(interface{ Unwrap() []error }); several {
		u.Err = err // more than one %w
	}
	return u
}

func (e *UserError) Error() string {
	if e.Remedy == "" {
		return e.Message
	}
	return e.Message + "; " + e.Remedy
}

func (e *UserError) Unwrap() error { return e.Err }

// AsUser returns the UserError in err's chain.
func AsUser(err error) (*UserError, bool) {
	var u *UserError
	ok := errors.As(err, &u)
	return u, ok
}

// TransitionError says that a change of state is not allowed.
type TransitionError struct{ What, From, Event string }

func (e *TransitionError) Error() string {
	return fmt.Sprintf("%s is %s: %q is not possible now", e.What, e.From, e.Event)
}
