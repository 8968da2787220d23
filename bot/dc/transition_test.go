package dc

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// machine is a state machine as a table: a row for each state, a column for each event, "-" where the event is refused.
type machine struct{ name, table string }

// run tries every event in every state, and an event and a state that nobody knows.
func (m machine) run(t *testing.T, transition func(state, event string) (string, error)) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(m.table), "\n")
	events := strings.Fields(lines[0])
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		if len(cells) != len(events)+1 {
			t.Fatalf("%s: the row %q has %d cells for %d events", m.name, line, len(cells)-1, len(events))
		}
		state := cells[0]
		for i, event := range events {
			want := cells[i+1]
			got, err := transition(state, event)
			switch {
			case want == "-" && err == nil:
				t.Errorf("%s: %s in %s gives %s, want a refusal", m.name, event, state, got)
			case want == "-" && got != state:
				t.Errorf("%s: a refused %s changes %s to %s", m.name, event, state, got)
			case want != "-" && (err != nil || got != want):
				t.Errorf("%s: %s in %s gives %s, %v; want %s", m.name, event, state, got, err, want)
			}
			if want == "-" {
				explains(t, err, state, event)
			}
		}
		for _, odd := range []string{"", "no such event", strings.ToUpper(events[0])} {
			if got, err := transition(state, odd); err == nil || got != state {
				t.Errorf("%s: %q in %s gives %s, %v", m.name, odd, state, got, err)
			}
		}
	}
}

// explains checks that a refusal is of a known type, and that a transition error names the state and the event.
func explains(t *testing.T, err error, state, event string) {
	t.Helper()
	var te *TransitionError
	if !errors.As(err, &te) {
		if u, ok := AsUser(err); !ok || u.Remedy == "" {
			t.Errorf("%s in %s: %v is neither a transition error nor says what to do", event, state, err)
		}
		return
	}
	if te.From != state || te.Event != event || !strings.Contains(err.Error(), state) || !strings.Contains(err.Error(), event) {
		t.Errorf("%s in %s is explained by %q", event, state, err)
	}
}

func TestPostStates(t *testing.T) {
	machine{"post", `
          process   ignore  fail     again   erase
pending   processed ignored unparsed -       erased
processed -         -       -        pending erased
ignored   -         -       -        pending erased
unparsed  -         -       -        pending erased
erased    -         -       -        -       -
`}.run(t, func(s, e string) (string, error) {
		to, err := PostState(s).Transition(e)
		return string(to), err
	})
}

func TestResponseStates(t *testing.T) {
	machine{"response", `
             schedule  launch preview   approve  submit    reopen   change
not-launched scheduled open   -         -        -         -        not-launched
scheduled    scheduled open   -         -        -         -        scheduled
open         -         -      previewed approved -         -        open
previewed    -         -      previewed approved -         -        open
approved     -         -      -         approved submitted reopened approved
submitted    -         -      -         -        -         reopened submitted
reopened     -         -      previewed approved -         -        reopened
`}.run(t, func(s, e string) (string, error) {
		to, err := ResponseState(s).Transition(e)
		return string(to), err
	})
}

func TestOutgoingStates(t *testing.T) {
	machine{"outgoing", `
          begin   accept retry   lose      return hold release exhaust refuse drop
pending   sending -      -       -         -      held -       -       -      dropped
sending   -       sent   pending uncertain sent   -    -       failed  failed -
sent      -       -      -       -         sent   -    -       -       -      -
uncertain -       -      -       -         sent   held -       -       -      dropped
held      -       -      -       -         sent   -    pending -       -      dropped
failed    -       -      -       -         -      -    pending -       -      dropped
dropped   -       -      -       -         -      -    -       -       -      -
`}.run(t, func(s, e string) (string, error) {
		to, err := OutgoingState(s).Transition(e)
		return string(to), err
	})
}

// What is not an objection can be adopted and set aside.
func TestContributionStates(t *testing.T) {
	const table = `
                      adopt   release   set-aside restore   supersede  withdraw  confirm
collected             adopted -         set-aside -         superseded withdrawn -
adopted               -       collected set-aside -         superseded withdrawn -
set-aside             adopted -         -         collected superseded withdrawn -
superseded            -       -         -         -         -          withdrawn -
withdrawn             -       -         -         -         -          -         -
awaiting-confirmation -       -         -         -         -          -         collected
`
	for _, stance := range []Stance{NoStance, Support, SupportIf, Withdrawn} {
		machine{fmt.Sprintf("contribution with stance %q", stance), table}.run(t, contributionStates(stance))
	}
}

// Only its author takes an objection back: no state lets anybody adopt it or set it aside.
func TestObjectionStates(t *testing.T) {
	machine{"objection", `
                      adopt release   set-aside restore   supersede  withdraw  confirm
collected             -     -         -         -         superseded withdrawn -
adopted               -     collected -         -         superseded withdrawn -
set-aside             -     -         -         collected superseded withdrawn -
superseded            -     -         -         -         -          withdrawn -
withdrawn             -     -         -         -         -          -         -
awaiting-confirmation -     -         -         -         -          -         collected
`}.run(t, contributionStates(Object))
}

func contributionStates(stance Stance) func(s, e string) (string, error) {
	return func(s, e string) (string, error) {
		c := Contribution{ID: 1, Stance: stance, Status: Status(s)}
		to, err := c.Transition(e)
		if string(c.Status) != s {
			return "", errors.New("Transition changed the contribution itself")
		}
		return string(to), err
	}
}

// An objection stays a dissent until its author takes it back or replaces it, whatever else happens to it.
func TestIsDissent(t *testing.T) {
	for status, want := range map[Status]bool{Collected: true, Adopted: true, SetAside: true, AwaitingConfirmation: true, Superseded: false, WithdrawnStatus: false} {
		if c := (Contribution{Stance: Object, Status: status}); c.IsDissent() != want {
			t.Errorf("an objection that is %s: %v", status, !want)
		}
		for _, stance := range []Stance{NoStance, Support, SupportIf, Withdrawn} {
			if c := (Contribution{Stance: stance, Status: status}); c.IsDissent() {
				t.Errorf("%q that is %s is a dissent", stance, status)
			}
		}
	}
}
