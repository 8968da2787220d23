package dc

import "time"

// ResponseState is where a coalition's response to a survey is.
type ResponseState string

// The states of a response.
const (
	NotLaunched ResponseState = "not-launched"
	Scheduled   ResponseState = "scheduled" // a person launched it for a time to come
	OpenState   ResponseState = "open"
	Previewed   ResponseState = "previewed"
	Approved    ResponseState = "approved"
	Submitted   ResponseState = "submitted"
	Reopened    ResponseState = "reopened"
)

// Response is one coalition's response to one survey.
type Response struct {
	Survey    string
	Coalition string
	State     ResponseState
	Launched  time.Time // UTC; zero before
	Deadline  Moment    // in force: the coalition's own extension or the survey's
}

// Transition returns the state after an event: "schedule", "launch", "preview", "approve", "submit", "reopen",
// "change" (something was contributed or edited: what was previewed no longer is).
func (s ResponseState) Transition(event string) (ResponseState, error) {
	collecting := s == OpenState || s == Previewed || s == Reopened
	switch {
	case event == "schedule" && (s == NotLaunched || s == Scheduled):
		return Scheduled, nil
	case event == "launch" && (s == NotLaunched || s == Scheduled):
		return OpenState, nil
	case event == "preview" && collecting:
		return Previewed, nil
	case event == "approve" && (collecting || s == Approved):
		return Approved, nil
	case event == "submit" && s == Approved:
		return Submitted, nil
	case event == "reopen" && (s == Approved || s == Submitted):
		return Reopened, nil
	case event == "change":
		if s == Previewed {
			return OpenState, nil
		}
		return s, nil
	}
	return s, &TransitionError{"the response", string(s), event}
}

// DeadlineChange is one line of a deadline's history.
type DeadlineChange struct {
	Survey    string
	Coalition string // "" is the survey's own
	Moment    Moment
	By        string
	Reason    string
	At        time.Time
}

// Draft is a question's current text: what a facilitator adopted, versioned.
type Draft struct {
	Survey, Coalition, Question string
	Version                     int
	Text                        string
	Adopted                     []int64 // contributions
	By                          string
	At                          time.Time
}

// Submission is a frozen, numbered version of a coalition's consolidated draft.
type Submission struct {
	ID                int64
	Survey, Coalition string
	Version           int
	Content           []byte // the consolidated draft as JSON, exactly as it was approved
	Digest            string // hex SHA-256 of Content
	ApprovedBy        string
	ApprovedAt        time.Time
	Outgoing          int64 // the mail to the Secretariat, 0 before
}
