package dc

import (
	"strings"
	"time"
)

// List is a mailing list that a coalition (or the group) answers on.
type List struct {
	Address string // where posts go
	ID      string // List-Id (RFC 2919) without brackets, lower-case
	Archive string // pattern of a link into the public archive: {id} is the Message-ID, {hash} Mailman 3's hash of it
	// AutoSubmitted says whether posts carry "Auto-Submitted: auto-generated" (RFC 3834); Sympa drops such posts.
	AutoSubmitted bool
	// ReturnWithin is how long a post may take to come back before a moderator is suspected of holding it.
	ReturnWithin time.Duration
}

// Group is the coordination group (the DCCG): it owns surveys and coalitions.
type Group struct {
	Name         string
	Lists        []List
	Rooms        []string
	Facilitators []string // mail addresses and Matrix ids of facilitators for all coalitions
	Zone         string   // IANA name
	Language     string   // BCP 47
}

// Coalition is one Dynamic Coalition. Its ID is stable; Aliases are other words for it in commands.
type Coalition struct {
	ID           string
	Name         string
	Aliases      []string
	Zone         string // IANA name
	Language     string // BCP 47
	Facilitators []string
	Rooms        []string
	Lists        []List
	Launch       LaunchForm
	Pace         LaunchPace
}

// LaunchForm says how the questions are posted.
type LaunchForm string

// The forms of a launch.
const (
	PerQuestion LaunchForm = "question" // one mail for each question (the default: a plain reply is enough)
	PerSection  LaunchForm = "section"
	InOneMail   LaunchForm = "one"
)

// LaunchPace says when the question mails follow the introduction.
type LaunchPace string

// The paces of a launch.
const (
	AllAtOnce     LaunchPace = "at-once"
	SectionPerDay LaunchPace = "section-per-day" // one section on each working day, in the coalition's zone
)

// Named says whether word names the coalition: its ID, its name or an alias, in any case.
func (c *Coalition) Named(word string) bool {
	if word == "" {
		return false // a coalition without a name is not meant by no word
	}
	if strings.EqualFold(word, c.ID) || strings.EqualFold(word, c.Name) {
		return true
	}
	for _, a := range c.Aliases {
		if strings.EqualFold(word, a) {
			return true
		}
	}
	return false
}

// Archived returns the link of a message in the list's public archive, or "" when the list has no pattern or the
// message no id.
func (l List) Archived(messageID string) string {
	if l.Archive == "" || messageID == "" {
		return ""
	}
	r := strings.NewReplacer("{id}", urlEscape(messageID), "{hash}", MailmanHash(messageID))
	return r.Replace(l.Archive)
}

// SameAddress compares mail addresses as people mean them: without regard to case. No address is nobody's. A letter
// outside of ASCII is never the same as one inside, though Unicode folds the Kelvin sign to k and the long s to s:
// whoever registers such a domain is somebody else.
func SameAddress(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" || !strings.EqualFold(a, b) {
		return false
	}
	x, y := []rune(a), []rune(b) // of one length: folding is rune by rune
	for i := range x {
		if (x[i] < 0x80) != (y[i] < 0x80) {
			return false
		}
	}
	return true
}
