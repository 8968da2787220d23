package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"dcbot/bot/dc"
)

// Format is a format of the consolidated draft.
type Format string

// The formats. JSON is the canonical one: a submission freezes it, and the others are made from what it holds.
const (
	Text     Format = "text"
	HTML     Format = "html"
	Markdown Format = "markdown"
	JSON     Format = "json"
)

// ParseFormat reads the name of a format as people give it.
func ParseFormat(s string) (Format, error) {
	switch strings.ToLower(s) {
	case "text", "txt", "plain":
		return Text, nil
	case "html", "htm":
		return HTML, nil
	case "markdown", "md":
		return Markdown, nil
	case "json":
		return JSON, nil
	}
	return "", dc.Userf("use text, html, markdown or json", "%q is no format of a draft", s)
}

// Draft writes a consolidated draft. Times are shown in the zone of its deadline, and in UTC.
func (r *Renderer) Draft(d dc.Consolidated, f Format) ([]byte, error) {
	p := r.in(d.Language).draft(d)
	switch f {
	case Text:
		return []byte(p.text(true)), nil
	case Markdown:
		return []byte(p.markdown()), nil
	case HTML:
		s, err := r.page(p)
		return []byte(s), err
	case JSON:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(d); err != nil {
			return nil, fmt.Errorf("writing the draft as JSON: %w", err)
		}
		return b.Bytes(), nil
	}
	return nil, dc.Userf("use text, html, markdown or json", "%q is no format of a draft", f)
}

// draftWriter builds the page of a draft.
type draftWriter struct {
	voice
	d       dc.Consolidated
	sources []string
}

func (v voice) draft(d dc.Consolidated) page {
	w := &draftWriter{voice: v, d: d}
	p := page{
		Lang:     v.lang,
		Title:    v.say("draft.title", data{"Coalition": oneLine(d.CoalitionName), "Survey": oneLine(d.SurveyTitle)}),
		Contents: v.say("draft.contents", nil),
		Skip:     v.say("draft.skip", nil),
	}
	footer := "draft.footer-draft"
	if d.ApprovedBy == "" {
		p.Alert = v.say("draft.not-approved", nil)
	} else {
		footer = "draft.footer"
	}
	p.Foot = []string{v.say(footer, data{"Date": v.at(d.Made, d.Deadline.Zone)})}
	p.Head = []block{{Facts: w.status()}, para(v.say("draft.how-to-read", nil))}
	for i, sec := range d.Sections {
		s := part(fmt.Sprintf("s%d", i+1), oneLine(sec.Title))
		for _, q := range sec.Questions {
			s.Section.Body = append(s.Section.Body, w.question(q))
		}
		p.Body = append(p.Body, s)
	}
	tray := part("tray", v.say("draft.tray", nil))
	if len(d.Tray) == 0 {
		tray.Section.Body = []block{para(v.say("draft.tray-none", nil))}
	} else {
		tray.Section.Body = []block{para(v.say("draft.tray-about", nil))}
		for _, it := range d.Tray {
			x := w.item(it)
			if it.Why != "" {
				x.Notes = append([]string{v.say("draft.tray-why", data{"Why": oneLine(it.Why)})}, x.Notes...)
			}
			tray.Section.Body = append(tray.Section.Body, block{Words: x})
		}
	}
	p.Body = append(p.Body, tray)
	if len(w.sources) > 0 {
		p.Body = append(p.Body, part("sources", v.say("draft.sources", nil), para(v.say("draft.sources-about", nil)), list(w.sources...)))
	}
	return p
}

func (w *draftWriter) status() []fact {
	d, c := w.d, w.d.Coverage
	var out []fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, fact{w.say("draft."+key, nil), value})
		}
	}
	of := func(n, total int) string { return w.say("draft.answered-of", data{"Answered": n, "Total": total}) }
	state := "draft.version-open"
	if d.ApprovedBy != "" {
		state = "draft.version-approved"
	}
	add("status", w.say(state, data{"Version": d.Version, "By": oneLine(d.ApprovedBy)}))
	add("deadline", w.moment(d.Deadline))
	if len(d.Deadlines) > 1 {
		var lines []string
		for _, x := range d.Deadlines {
			key, v := "draft.deadlines-line", data{"Deadline": w.moment(x.Moment), "At": w.stamp(x.At), "By": oneLine(x.By), "Reason": oneLine(x.Reason)}
			if x.Reason != "" {
				key = "draft.deadlines-reason"
			}
			lines = append(lines, w.say(key, v))
		}
		add("deadlines", strings.Join(lines, "\n"))
	}
	add("answered", of(c.Answered, c.Questions))
	if c.Compulsory > 0 {
		add("compulsory", of(c.CompulsoryAnswered, c.Compulsory))
		missing := w.say("draft.missing-none", nil)
		if len(c.Missing) > 0 {
			missing = strings.Join(c.Missing, ", ")
		}
		add("missing", missing)
	}
	add("contributors", itoa(c.Contributors))
	add("dissents", itoa(c.Dissents))
	add("tray-count", itoa(len(d.Tray)))
	if len(d.Changed) > 0 {
		add("changed", w.say("draft.changed-list", data{"Numbers": strings.Join(d.Changed, ", ")}))
	}
	add("survey-link", d.SurveyLink)
	add("made", w.at(d.Made, d.Deadline.Zone))
	return out
}

func (w *draftWriter) question(q dc.ConsolidatedQuestion) block {
	id := "q" + fileName(q.Number)
	b := part(id, w.heading(q.Question))
	add := func(x ...block) { b.Section.Body = append(b.Section.Body, x...) }
	add(prose(q.Text)...)
	if len(q.Options) > 0 {
		add(para(w.say("draft.options", data{"Options": strings.Join(q.Options, "; ")})))
	}
	switch q.Need {
	case dc.Compulsory:
		add(para(w.say("question.compulsory", nil)))
	case dc.Voluntary:
		add(para(w.say("question.voluntary", nil)))
	}
	if q.Version > 1 {
		add(para(w.say("draft.new-version", data{"Version": q.Version})))
	}
	if q.Removed {
		add(para(w.say("draft.removed", nil)))
	}
	group := func(key, mark string, items []dc.Item) {
		if len(items) > 0 {
			s := part(id+"-"+mark, w.say("draft."+key, nil), w.items(items)...)
			s.Section.Mark = mark
			add(s)
		}
	}
	if q.Current == "" && len(q.Adopted)+len(q.Pending)+len(q.Elsewhere) == 0 {
		add(para(w.say("draft.none", nil)))
		if len(q.Support)+len(q.Dissent)+len(q.Comments)+len(q.SetAside)+len(q.Withdrawn) == 0 {
			return b
		}
	}
	if q.Current != "" {
		s := part(id+"-text", w.say("draft.current", nil), para(w.say("draft.current-by", data{"Version": q.TextVersion, "By": oneLine(q.TextBy)})),
			block{Words: &words{Text: q.Current}})
		s.Section.Mark = "current"
		add(s)
	}
	if len(q.Adopted) > 0 {
		s := part(id+"-adopted", w.say("draft.adopted", nil))
		for _, it := range q.Adopted {
			x := w.item(it)
			if x.Text != "" && strings.Contains(clean(q.Current), clean(it.Text)) {
				// The words stand just above, in the text: who wrote them, and where, is what is left to say.
				x.Who, x.Text = w.say("draft.made-of", w.who(it)), ""
			}
			s.Section.Body = append(s.Section.Body, block{Words: x})
		}
		add(s)
	}
	group("pending", "contributed", q.Pending)
	group("support", "support", q.Support)
	// Always there once there is anything to dissent from, so that nobody has to wonder whether it was left out.
	dissent := part(id+"-dissent", w.say("draft.dissent", nil), para(w.say("draft.dissent-none", nil)))
	if len(q.Dissent) > 0 {
		dissent.Section.Body = w.items(q.Dissent)
	}
	dissent.Section.Mark = "dissent"
	add(dissent)
	group("comments", "comments", q.Comments)
	group("elsewhere", "elsewhere", q.Elsewhere)
	var aside, replaced []dc.Item
	for _, it := range q.SetAside {
		if it.Status == dc.Superseded {
			replaced = append(replaced, it)
		} else {
			aside = append(aside, it)
		}
	}
	group("set-aside", "set-aside", aside)
	group("superseded", "replaced", replaced)
	group("withdrawn", "withdrawn", q.Withdrawn)
	return b
}

func (w *draftWriter) items(items []dc.Item) []block {
	out := make([]block, 0, len(items))
	for _, it := range items {
		out = append(out, block{Words: w.item(it)})
	}
	return out
}

// item shows one contribution: who, when, the words they are about, their words, and below what became of it.
func (w *draftWriter) item(it dc.Item) *words {
	who := w.who(it)
	where := ""
	switch {
	case it.Archived != "":
		where = it.Archived
	case it.Source != "":
		where = w.say("draft.message-id", data{"ID": oneLine(it.Source)})
	}
	w.sources = append(w.sources, w.say("draft.source-line", data{"Ref": it.Ref, "Author": author(it), "Date": who["Date"], "Where": where}))
	x := &words{ID: it.Ref}
	if it.Status == dc.WithdrawnStatus {
		x.Who = w.say("draft.withdrew", who)
		return x
	}
	key := "draft.wrote"
	switch it.Stance {
	case dc.Support:
		key = "draft.supports"
	case dc.SupportIf:
		key = "draft.supports-if"
	case dc.Object:
		key = "draft.objects"
	case dc.Withdrawn:
		key = "draft.takes-back"
	}
	x.Who, x.Text = w.say(key, who), it.Text
	if strings.TrimSpace(it.Quoted) != "" {
		x.AboutLabel, x.About = w.say("draft.about", nil), it.Quoted
	}
	note := func(s string) { x.Notes = append(x.Notes, s) }
	if it.About != "" {
		switch it.AboutStatus {
		case dc.Superseded:
			note(w.say("draft.about-replaced", data{"Ref": it.About}))
		case dc.WithdrawnStatus:
			note(w.say("draft.about-withdrawn", data{"Ref": it.About}))
		default:
			note(w.say("draft.about-ref", data{"Ref": it.About}))
		}
	}
	if it.Link != "" {
		note(w.say("draft.where", data{"Link": oneLine(it.Link)}))
	}
	if it.Late {
		note(w.say("draft.late", nil))
	}
	if it.Status == dc.AwaitingConfirmation {
		note(w.say("draft.awaiting", nil))
	}
	if it.Status == dc.SetAside {
		by := data{"By": oneLine(it.By), "Reason": oneLine(it.Reason)}
		if it.Reason == "" {
			note(w.say("draft.by", by))
		} else {
			note(w.say("draft.by-reason", by))
		}
	}
	switch {
	case it.Archived != "":
		note(w.say("draft.source-link", data{"Link": it.Archived}))
	case it.Source != "":
		note(w.say("draft.source-id", data{"ID": oneLine(it.Source)}))
	}
	return x
}

func (w *draftWriter) who(it dc.Item) data {
	return data{"Author": author(it), "Date": w.stamp(it.At), "Ref": it.Ref}
}

// author names a person so that two people of one name stay two people (mail case 19).
func author(it dc.Item) string {
	name, address := oneLine(it.Name), oneLine(it.Author)
	if name == "" || name == address {
		return address
	}
	return name + " (" + address + ")"
}
