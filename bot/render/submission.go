package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"dcbot/bot/dc"
)

// SubmissionInput is what the mail to the Secretariat is made from.
type SubmissionInput struct {
	Draft       dc.Consolidated // frozen
	JSON        []byte          // the frozen bytes, attached as they are; nil: json.Marshal of Draft
	Secretariat string          // how to address it; "" is not known
	BotName     string
	Digest      string // hex SHA-256 of the frozen JSON
}

// SubmissionMail is the mail to the Secretariat: a short cover and the full text, the same as HTML, and three
// attachments (HTML, text, JSON). It refuses a draft that nobody approved.
func (r *Renderer) SubmissionMail(in SubmissionInput) (dc.Content, error) {
	d := in.Draft
	if d.ApprovedBy == "" {
		return dc.Content{}, dc.Userf("`approve` freezes it under your name", "nobody has approved version %d", d.Version)
	}
	v := r.in(d.Language)
	names := data{"Coalition": oneLine(d.CoalitionName), "Survey": oneLine(d.SurveyTitle), "Version": d.Version, "By": oneLine(d.ApprovedBy)}
	cover := []block{para(v.say("submission.greeting-plain", nil))}
	if in.Secretariat != "" {
		cover[0] = para(v.say("submission.greeting", data{"Name": oneLine(in.Secretariat)}))
	}
	cover = append(cover, para(v.say("submission.intro", names)), list(v.coverLines(d)...), para(v.say("submission.attached", nil)))
	if in.Digest != "" {
		cover = append(cover, para(v.say("submission.digest", data{"Digest": in.Digest})))
	}
	text, err := r.Draft(d, Text)
	if err != nil {
		return dc.Content{}, err
	}
	html, err := r.Draft(d, HTML)
	if err != nil {
		return dc.Content{}, err
	}
	js, err := frozen(in)
	if err != nil {
		return dc.Content{}, err
	}
	letter := page{Lang: v.lang, Body: append(cover, para(v.say("submission.follows", nil)))}
	name := fmt.Sprintf("%s-%s-v%d", fileName(d.Survey), fileName(d.Coalition), d.Version)
	full := v.draft(d)
	full.Head = append(cover, full.Head...)
	body, err := r.page(full)
	if err != nil {
		return dc.Content{}, err
	}
	return dc.Content{
		Subject: v.say("submission.subject", names),
		Text:    letter.text(false) + "\n\n" + string(text),
		HTML:    body,
		Attachments: []dc.Attachment{
			{Name: name + ".html", Type: "text/html; charset=utf-8", Data: html},
			{Name: name + ".txt", Type: "text/plain; charset=utf-8", Data: text},
			{Name: name + ".json", Type: "application/json", Data: js},
		},
	}, nil
}

// frozen returns the bytes that were frozen, and makes sure that they are those of the digest: what is attached is what
// was approved, to the byte.
func frozen(in SubmissionInput) ([]byte, error) {
	js := in.JSON
	if js == nil {
		var err error
		if js, err = json.Marshal(in.Draft); err != nil {
			return nil, fmt.Errorf("writing the draft as JSON: %w", err)
		}
	}
	sum := sha256.Sum256(js)
	if got := hex.EncodeToString(sum[:]); in.Digest != "" && got != in.Digest {
		return nil, fmt.Errorf("version %d: its digest is %s, not %s", in.Draft.Version, got, in.Digest)
	}
	return js, nil
}

func (v voice) coverLines(d dc.Consolidated) []string {
	c := d.Coverage
	counts := data{"Answered": c.Answered, "Total": c.Questions, "Compulsory": c.Compulsory, "CompulsoryAnswered": c.CompulsoryAnswered}
	key := "submission.coverage-plain"
	if c.Compulsory > 0 {
		key = "submission.coverage"
	}
	lines := []string{v.say(key, counts)}
	if len(c.Missing) > 0 {
		lines = append(lines, v.say("submission.missing", data{"Numbers": strings.Join(c.Missing, ", ")}))
	}
	switch c.Dissents {
	case 0:
		lines = append(lines, v.say("submission.dissents-none", nil))
	case 1:
		lines = append(lines, v.say("submission.dissents-one", nil))
	default:
		lines = append(lines, v.say("submission.dissents-many", data{"Count": c.Dissents}))
	}
	switch n := len(d.Tray); n {
	case 0:
	case 1:
		lines = append(lines, v.say("submission.tray-one", nil))
	default:
		lines = append(lines, v.say("submission.tray-many", data{"Count": n}))
	}
	if len(d.Changed) > 0 {
		lines = append(lines, v.say("submission.changed", data{"Numbers": strings.Join(d.Changed, ", ")}))
	}
	return lines
}

// fileName keeps what is safe in the name of a file everywhere.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	if s = strings.Trim(s, "-"); s == "" {
		return "draft"
	}
	return s
}
