package dc

import "time"

// Consolidated is a coalition's consolidated draft: everything that it would send to the Secretariat, and everything
// that stands beside it. It is built from the record and rendered as text, HTML, Markdown or JSON; a submission
// freezes it.
type Consolidated struct {
	Survey        string                `json:"survey"`
	SurveyTitle   string                `json:"survey_title"`
	SurveyLink    string                `json:"survey_link,omitempty"`
	Coalition     string                `json:"coalition"`
	CoalitionName string                `json:"coalition_name"`
	Language      string                `json:"language"`
	Version       int                   `json:"version"` // the number it will be, or was, frozen under
	State         ResponseState         `json:"state"`
	Deadline      Moment                `json:"deadline"`
	Deadlines     []DeadlineChange      `json:"deadlines,omitempty"` // history, oldest first
	Made          time.Time             `json:"made"`
	ApprovedBy    string                `json:"approved_by,omitempty"` // "" : not approved, and marked so
	Coverage      Coverage              `json:"coverage"`
	Sections      []ConsolidatedSection `json:"sections"`
	Tray          []Item                `json:"tray,omitempty"`    // not assigned to a question
	Changed       []string              `json:"changed,omitempty"` // numbers of questions that changed since the last submission
}

// Coverage counts what is answered.
type Coverage struct {
	Questions          int      `json:"questions"`
	Answered           int      `json:"answered"`
	Compulsory         int      `json:"compulsory"`
	CompulsoryAnswered int      `json:"compulsory_answered"`
	Missing            []string `json:"missing,omitempty"` // numbers of compulsory questions without any answer
	Unread             int      `json:"tray"`              // entries in the tray
	Dissents           int      `json:"dissents"`
	Contributors       int      `json:"contributors"`
}

// ConsolidatedSection is a section with what was answered.
type ConsolidatedSection struct {
	Title     string                 `json:"title"`
	Questions []ConsolidatedQuestion `json:"questions"`
}

// ConsolidatedQuestion is a question with all that is on record for it.
type ConsolidatedQuestion struct {
	Question
	Current     string `json:"current_text,omitempty"` // the adopted text, "" when nothing was adopted yet
	TextVersion int    `json:"text_version,omitempty"`
	TextBy      string `json:"text_by,omitempty"` // the facilitator who adopted
	Adopted     []Item `json:"adopted,omitempty"`
	Pending     []Item `json:"contributed,omitempty"` // contributed and not yet merged, newest last
	Support     []Item `json:"support,omitempty"`     // support and support-if, quoted
	Comments    []Item `json:"comments,omitempty"`
	Dissent     []Item `json:"dissent,omitempty"`
	Elsewhere   []Item `json:"held_elsewhere,omitempty"`
	SetAside    []Item `json:"set_aside,omitempty"`
	Withdrawn   []Item `json:"withdrawn,omitempty"` // by their authors: listed without their words
}

// Item is a contribution as a draft shows it.
type Item struct {
	Ref    string    `json:"ref"` // "c42"
	Author string    `json:"author"`
	Name   string    `json:"name,omitempty"`
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	Stance Stance    `json:"stance,omitempty"`
	Text   string    `json:"text,omitempty"`
	Quoted string    `json:"quoted,omitempty"` // what it is about
	About  string    `json:"about,omitempty"`  // ref of the contribution it is about
	// AboutStatus is set when that contribution was replaced or taken back since: a side taken on it is none on what
	// stands there now.
	AboutStatus Status `json:"about_status,omitempty"`
	Link        string `json:"link,omitempty"`
	Status      Status `json:"status"`
	By          string `json:"by,omitempty"`
	Reason      string `json:"reason,omitempty"`
	Late        bool   `json:"late,omitempty"`
	Why         string `json:"why,omitempty"`
	Source      string `json:"source"`                // Message-ID or event id
	Archived    string `json:"source_link,omitempty"` // link to the archive
}
