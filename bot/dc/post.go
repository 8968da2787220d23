package dc

import "time"

// Source says which door a post came in by.
type Source string

// The doors.
const (
	FromMail  Source = "mail"
	FromRoom  Source = "room"
	FromShell Source = "shell"
)

// PostState is where a post is on its way.
type PostState string

// The states of a post.
const (
	Pending   PostState = "pending"
	Processed PostState = "processed"
	Ignored   PostState = "ignored"  // Reason says why: own, auto, ordinary, duplicate...
	Unparsed  PostState = "unparsed" // poison: kept raw, the operator was told
	Erased    PostState = "erased"   // a tombstone
)

// Post is what came in, raw. It is immutable but for its state and for erasure.
type Post struct {
	ID         int64
	Source     Source
	ExternalID string // Message-ID without brackets, event id, or shell id; unique by source
	Coalition  string // the coalition it arrived for, "" when it came to the bot itself
	List       string // List-Id (mail) or room id it came through, "" for direct
	Author     string // address or Matrix id, as believed
	AuthorName string
	Sent       time.Time // as the sender says (UTC); Received when they do not, or when it lies in the future
	Received   time.Time // UTC
	Proven     bool      // the author is proven (mail case 22)
	Imported   bool      // from an archive: never answered, no command executed
	State      PostState
	Reason     string
	Raw        []byte
}

// Transition returns the state after an event: "process", "ignore", "fail", "again" (a parent or a
// survey came to be known: it is looked at anew) or "erase".
func (s PostState) Transition(event string) (PostState, error) {
	switch {
	case event == "erase" && s != Erased:
		return Erased, nil
	case s == Pending && event == "process":
		return Processed, nil
	case s == Pending && event == "ignore":
		return Ignored, nil
	case s == Pending && event == "fail":
		return Unparsed, nil
	case event == "again" && (s == Processed || s == Ignored || s == Unparsed):
		return Pending, nil
	}
	return s, &TransitionError{"the post", string(s), event}
}

// Cursor is how far a source has been read; it moves in the transaction that stores what was read.
type Cursor struct {
	Name  string // "imap:INBOX", "import:/path"
	Value string // opaque to the store
}
