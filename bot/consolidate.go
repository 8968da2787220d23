package bot

import (
	"context"
	"encoding/json"
	"errors"
	"sort"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// Consolidate builds a coalition's consolidated draft from the record as it is now. survey "" is the newest.
func (b *Bot) Consolidate(ctx context.Context, survey, coalition string) (dc.Consolidated, error) {
	var d dc.Consolidated
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		s, err := b.survey(tx, survey)
		if err != nil {
			return err
		}
		d, err = b.consolidate(tx, s.ID, coalition, b.Now())
		return err
	})
	return d, err
}

// consolidate puts every contribution in its place: in the text, beside it, among the dissents, set aside, held
// elsewhere, withdrawn, or in the tray. Nothing on record is left out; everyContribution is checked before a submission.
func (b *Bot) consolidate(tx *storage.Tx, survey, coalition string, now time.Time) (dc.Consolidated, error) {
	s, err := b.survey(tx, survey)
	if err != nil {
		return dc.Consolidated{}, err
	}
	c := b.Coalition(coalition)
	if c == nil {
		return dc.Consolidated{}, dc.Userf("the config lists those that there are", "there is no coalition %q", coalition)
	}
	r, err := tx.Response(s.ID, c.ID)
	if err != nil {
		return dc.Consolidated{}, err
	}
	if r.Deadline.IsZero() {
		r.Deadline = s.Deadline
	}
	d := dc.Consolidated{
		Survey: s.ID, SurveyTitle: s.Title, SurveyLink: s.Link, Coalition: c.ID, CoalitionName: c.Name, Language: c.Language,
		State: r.State, Deadline: r.Deadline, Made: now.UTC().Truncate(time.Second),
	}
	if d.CoalitionName == "" {
		d.CoalitionName = c.ID
	}
	if d.Deadlines, err = tx.Deadlines(s.ID, c.ID); err != nil {
		return d, err
	}
	subs, err := tx.Submissions(s.ID, c.ID)
	if err != nil {
		return d, err
	}
	d.Version = len(subs) + 1
	all, err := tx.Contributions(storage.Filter{Survey: s.ID, Coalition: c.ID})
	if err != nil {
		return d, err
	}
	byQuestion := map[string][]dc.Contribution{}
	authors := map[string]bool{}
	for _, x := range all {
		byQuestion[dc.NormalNumber(x.Question)] = append(byQuestion[dc.NormalNumber(x.Question)], x)
		authors[strings.ToLower(x.Author)] = true
	}
	links := b.linker(tx, c)
	for _, sec := range s.Sections {
		out := dc.ConsolidatedSection{Title: sec.Title}
		for _, q := range sec.Questions {
			key := dc.NormalNumber(q.Number)
			mine := byQuestion[key]
			delete(byQuestion, key)
			if q.Removed && len(mine) == 0 {
				continue
			}
			cq, err := b.consolidateQuestion(tx, d, q, mine, links)
			if err != nil {
				return d, err
			}
			out.Questions = append(out.Questions, cq)
			count(&d.Coverage, cq)
		}
		if len(out.Questions) > 0 {
			d.Sections = append(d.Sections, out)
		}
	}
	// What is left has no question (the tray), or one that no version of the survey knows.
	var rest []dc.Contribution
	for _, xs := range byQuestion {
		rest = append(rest, xs...)
	}
	sort.Slice(rest, func(i, j int) bool { return rest[i].ID < rest[j].ID })
	for _, x := range rest {
		it := item(x, d.Deadline, links)
		if x.Status == dc.WithdrawnStatus {
			it.Text, it.Quoted = "", ""
		}
		d.Tray = append(d.Tray, it)
	}
	for _, it := range d.Tray {
		if it.Status == dc.Collected || it.Status == dc.AwaitingConfirmation {
			d.Coverage.Unread++
		}
	}
	d.Coverage.Contributors = len(authors)
	markReplaced(&d, all)
	for i := len(subs) - 1; i >= 0; i-- {
		if subs[i].Outgoing != 0 { // one that was frozen only has told the Secretariat nothing
			d.Changed = changedSince(subs[i], d)
			break
		}
	}
	return d, nil
}

func (b *Bot) consolidateQuestion(tx *storage.Tx, d dc.Consolidated, q dc.Question, mine []dc.Contribution, links func(dc.Contribution) string) (dc.ConsolidatedQuestion, error) {
	cq := dc.ConsolidatedQuestion{Question: q}
	draft, err := b.currentDraft(tx, d.Survey, d.Coalition, q.Number)
	if err != nil {
		return cq, err
	}
	inText := map[int64]bool{}
	if draft.Version > 0 && draft.Text != "" {
		cq.Current, cq.TextVersion, cq.TextBy = draft.Text, draft.Version, draft.By
		for _, id := range draft.Adopted {
			inText[id] = true
		}
	}
	for _, x := range mine {
		it := item(x, d.Deadline, links)
		switch {
		case x.Status == dc.WithdrawnStatus:
			it.Text, it.Quoted = "", ""
			cq.Withdrawn = append(cq.Withdrawn, it)
		case x.IsDissent():
			cq.Dissent = append(cq.Dissent, it)
		case inText[x.ID]:
			cq.Adopted = append(cq.Adopted, it)
		case x.Status == dc.SetAside, x.Status == dc.Superseded:
			cq.SetAside = append(cq.SetAside, it)
		case x.Kind == dc.HeldElsewhere:
			cq.Elsewhere = append(cq.Elsewhere, it)
		case x.Stance == dc.Support, x.Stance == dc.SupportIf:
			cq.Support = append(cq.Support, it)
		case x.Kind == dc.Answer:
			cq.Pending = append(cq.Pending, it)
		default:
			cq.Comments = append(cq.Comments, it)
		}
	}
	return cq, nil
}

// markReplaced notes beside each side taken that the text it was taken on stands no longer.
func markReplaced(d *dc.Consolidated, all []dc.Contribution) {
	gone := map[string]dc.Status{}
	for i := range all {
		if s := all[i].Status; s == dc.Superseded || s == dc.WithdrawnStatus {
			gone[all[i].Ref()] = s
		}
	}
	mark := func(items []dc.Item) {
		for i := range items {
			items[i].AboutStatus = gone[items[i].About]
		}
	}
	mark(d.Tray)
	for i := range d.Sections {
		for j := range d.Sections[i].Questions {
			q := &d.Sections[i].Questions[j]
			for _, items := range [][]dc.Item{q.Support, q.Comments, q.Dissent, q.SetAside, q.Adopted, q.Pending} {
				mark(items)
			}
		}
	}
}

func item(x dc.Contribution, deadline dc.Moment, links func(dc.Contribution) string) dc.Item {
	it := dc.Item{
		Ref: x.Ref(), Author: x.Author, Name: x.AuthorName, At: x.At, Kind: x.Kind, Stance: x.Stance, Text: x.Text, Quoted: x.Quoted,
		Link: x.Link, Status: x.Status, By: x.By, Reason: x.Reason, Why: x.Why, Source: x.PostRef, Archived: links(x),
		Late: !deadline.IsZero() && x.At.After(deadline.UTC.Add(time.Minute-1)),
	}
	if x.Target != 0 {
		it.About = (&dc.Contribution{ID: x.Target}).Ref()
	}
	return it
}

// linker finds the public archive's link of a contribution's post, by the list that the post came through.
func (b *Bot) linker(tx *storage.Tx, c *dc.Coalition) func(dc.Contribution) string {
	return func(x dc.Contribution) string {
		if len(c.Lists) == 0 {
			return ""
		}
		list := c.Lists[0]
		if len(c.Lists) > 1 {
			p, err := tx.PostByExternalID(dc.FromMail, x.PostRef)
			if err != nil {
				return ""
			}
			for _, l := range c.Lists {
				if strings.EqualFold(l.ID, p.List) {
					list = l
				}
			}
		}
		return list.Archived(x.PostRef)
	}
}

func count(cov *dc.Coverage, cq dc.ConsolidatedQuestion) {
	cov.Dissents += len(cq.Dissent)
	if cq.Removed {
		return
	}
	answered := cq.Current != "" || len(cq.Pending) > 0 || len(cq.Elsewhere) > 0
	cov.Questions++
	if answered {
		cov.Answered++
	}
	if cq.Need != dc.Compulsory {
		return
	}
	cov.Compulsory++
	if answered {
		cov.CompulsoryAnswered++
	} else {
		cov.Missing = append(cov.Missing, cq.Number)
	}
}

// changedSince compares what a reader sees of each question with the last frozen version.
func changedSince(last dc.Submission, d dc.Consolidated) []string {
	var old dc.Consolidated
	if err := json.Unmarshal(last.Content, &old); err != nil {
		return nil
	}
	seen := map[string]string{}
	for _, sec := range old.Sections {
		for _, q := range sec.Questions {
			seen[q.Number] = asJSON(q)
		}
	}
	var out []string
	for _, sec := range d.Sections {
		for _, q := range sec.Questions {
			if seen[q.Number] != asJSON(q) {
				out = append(out, q.Number)
			}
		}
	}
	return out
}

func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error() // only for values that cannot be encoded: unequal to anything
	}
	return string(raw)
}

// refs lists every contribution that a consolidated draft accounts for.
func refs(d dc.Consolidated) map[string]bool {
	out := map[string]bool{}
	add := func(lists ...[]dc.Item) {
		for _, l := range lists {
			for _, it := range l {
				out[it.Ref] = true
			}
		}
	}
	add(d.Tray)
	for _, sec := range d.Sections {
		for _, q := range sec.Questions {
			add(q.Adopted, q.Pending, q.Support, q.Comments, q.Dissent, q.Elsewhere, q.SetAside, q.Withdrawn)
		}
	}
	return out
}

// dissents lists the dissents of a consolidated draft with their question and words. An objection in the tray is one, too: it
// is on record, only its question is not known yet.
func dissents(d dc.Consolidated) map[string]string {
	out := map[string]string{}
	for _, sec := range d.Sections {
		for _, q := range sec.Questions {
			for _, it := range q.Dissent {
				out[it.Ref] = q.Number + "\x00" + it.Text
			}
		}
	}
	for _, it := range d.Tray {
		if it.Stance == dc.Object && it.Status != dc.WithdrawnStatus && it.Status != dc.Superseded {
			out[it.Ref] = "\x00" + it.Text
		}
	}
	return out
}

// withdrawn lists what a consolidated draft shows as taken back.
func withdrawn(d dc.Consolidated) map[string]bool {
	out := map[string]bool{}
	add := func(items []dc.Item) {
		for _, it := range items {
			if it.Status == dc.WithdrawnStatus {
				out[it.Ref] = true
			}
		}
	}
	add(d.Tray)
	for _, sec := range d.Sections {
		for _, q := range sec.Questions {
			add(q.Withdrawn)
		}
	}
	return out
}

var errNoContent = errors.New("the frozen draft cannot be read")
