package collect

import (
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// Input is all that collecting looks at.
type Input struct {
	Survey *dc.Survey
	Post   Post
	Thread Thread
}

// Post is what came in, read.
type Post struct {
	Author     string // address or Matrix id
	AuthorName string
	Date       time.Time
	Subject    string
	Reading    *mail.Reading
	// Attachments and Links of the author's own part.
	Attachments []mail.Attachment
	Links       []string
	// Header of a mail in its launch form: X-Dcbot-Survey and X-Dcbot-Question of the post itself are not here;
	// the caller has judged them.
}

// Thread is what is known of the place that the post stands in.
type Thread struct {
	// InSurvey says that the thread hangs below a mail of the survey (introduction, question, section, whole
	// questionnaire, or somebody's own posting of it).
	InSurvey bool
	// Question is the one question of the thread's root, "" when the root has none or several.
	Question string
	// Parent is the post that this one replies to, nil if none is known.
	Parent *Parent
	// Known are the contributions of the thread so far, oldest first: what stances can be about, and what the
	// author may replace or withdraw.
	Known []dc.Contribution
	// Texts are the current texts of the drafts by question number.
	Texts map[string]string
}

// Parent is the post that is replied to.
type Parent struct {
	ID       string // Message-ID
	Author   string
	Question string            // its own question, when it was a question mail
	Official bool              // a mail of the bot, or a person's posting of the questionnaire
	Found    []dc.Contribution // what was collected from it
}

// Result is what collecting found.
type Result struct {
	Contributions []Found
	// Why says, when nothing was found, why not: "no words of the author's own", "ordinary list traffic".
	Why string
}

// Found is one contribution found. The caller fills in ids, coalition and times.
type Found struct {
	Question   string // number as printed in the survey, "" for the tray
	Kind       dc.Kind
	Stance     dc.Stance
	Text       string // the author's words, exactly as they stand (whole lines or sentences)
	Quoted     string // the quoted words right above, without marks, that it answers
	Target     int64  // id of a Known contribution, or one of Parent.Found; 0 none
	Lines      [2]int // in Reading.Lines, first and last
	Link       string // of a held-elsewhere
	Why        string // the rule, in words a facilitator understands: "you wrote \"question 6\""
	Supersedes int64  // id of an earlier contribution of the same author that this replaces
	Withdraws  int64  // id of the author's earlier contribution that this takes back
}
