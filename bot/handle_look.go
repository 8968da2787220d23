package bot

import (
	"fmt"
	"slices"
	"strings"

	"dcbot/bot/command"
	"dcbot/bot/dc"
	"dcbot/storage"
)

func handleHelp(e *env, call command.Call) (string, error) {
	prefix := e.b.Set.Prefix
	if e.actor.Operator {
		prefix = ""
	}
	return command.Help(call.Text, prefix), nil
}

func handleVersion(e *env, _ command.Call) (string, error) {
	return e.b.Set.Name + " runs dcbot " + e.b.Set.Version, nil
}

func handleStatus(e *env, _ command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s (%s)\n", s.Title, s.ID)
	if paused, err := e.tx.Setting(settingPaused); err != nil {
		return "", err
	} else if paused != "" {
		fmt.Fprintf(&out, "PAUSED: nothing is sent. %s ends it.\n", e.say("resume"))
	}
	for _, c := range e.each() {
		text, err := e.statusOf(s, c)
		if err != nil {
			return "", err
		}
		out.WriteString("\n" + text)
	}
	return out.String(), nil
}

func (e *env) statusOf(s dc.Survey, c *dc.Coalition) (string, error) {
	r, err := e.response(s, c.ID)
	if err != nil {
		return "", err
	}
	d, err := e.b.consolidate(e.tx, s.ID, c.ID, e.now)
	if err != nil {
		return "", err
	}
	mails := map[dc.OutgoingState]int{}
	for _, state := range []dc.OutgoingState{dc.Queued, dc.Sending, dc.Held, dc.Uncertain, dc.Failed} {
		rows, err := e.tx.ListOutgoing(storage.OutgoingFilter{State: state, Coalition: c.ID})
		if err != nil {
			return "", err
		}
		mails[state] = len(rows)
	}
	cov := d.Coverage
	state := string(r.State)
	if !r.Launched.IsZero() {
		state += ", launched " + minute(r.Launched) + " UTC"
	} else if r.State == dc.Scheduled {
		state += " for " + s.Launch.String()
	}
	answered := fmt.Sprintf("%d of %s, %d of %d in all", cov.CompulsoryAnswered, count1(cov.Compulsory, "compulsory question", "compulsory questions"), cov.Answered, cov.Questions)
	if len(cov.Missing) > 0 {
		answered += "; missing " + strings.Join(cov.Missing, ", ")
	}
	rows := [][]string{
		{"State", state},
		{"Deadline", r.Deadline.String() + ", " + left(r.Deadline.UTC, e.now)},
		{"Answered", answered},
		{"Tray", count1(cov.Unread, "contribution", "contributions")},
		{"Dissents", fmt.Sprint(cov.Dissents)},
		{"Mails", mailCounts(mails)},
		{"Next", e.next(s, c, r, cov, d.Changed, mails)},
	}
	return heading(c) + "\n" + table(rows), nil
}

func mailCounts(n map[dc.OutgoingState]int) string {
	out := fmt.Sprintf("%d queued, %d held, %d failed", n[dc.Queued]+n[dc.Sending], n[dc.Held], n[dc.Failed])
	if n[dc.Uncertain] > 0 {
		out += fmt.Sprintf(", %d uncertain", n[dc.Uncertain])
	}
	return out
}

// next says what a facilitator would do now: what is broken first, then what members wait for.
func (e *env) next(s dc.Survey, c *dc.Coalition, r dc.Response, cov dc.Coverage, changed []string, mails map[dc.OutgoingState]int) string {
	in := e.in(c.ID)
	switch {
	case mails[dc.Held]+mails[dc.Failed]+mails[dc.Uncertain] > 0:
		return e.say("outbox%s", in) + ": mails wait for you"
	case r.State == dc.NotLaunched && cov.Contributors == 0:
		return e.say("survey launch%s", in) + " posts the survey"
	case r.State == dc.Submitted && cov.Unread > 0:
		return e.say("tray%s", in) + ": what waits there can go into a new version, after " + e.say("reopen%s", in)
	case r.State == dc.Submitted && len(changed) > 0:
		return e.say("reopen%s", in) + " makes room for a new version: since it was submitted, " + count1(len(changed), "question has", "questions have") + " changed (" + strings.Join(changed, ", ") + ")"
	case r.State == dc.Submitted:
		return "nothing: it was submitted"
	case cov.Unread > 0:
		return e.say("tray%s", in) + ": file what waits there"
	case r.State == dc.Approved:
		return e.say("submit%s", in) + " mails it to the Secretariat"
	case len(cov.Missing) > 0 && e.now.Before(r.Deadline.UTC):
		return "wait for answers"
	case len(cov.Missing) > 0:
		return e.say("extend 7d%s", in) + " gives more time; " + e.say("approve%s", in) + " takes it as it is"
	}
	return e.say("draft text%s", in) + ", then " + e.say("approve%s", in)
}

func handleQuestion(e *env, call command.Call) (string, error) {
	s, err := e.b.survey(e.tx, "")
	if err != nil {
		return "", err
	}
	q, ok := s.Question(call.Question)
	if !ok {
		return "", dc.Userf(e.say("survey show")+" lists them", "%s has no question %s", s.ID, call.Question)
	}
	d, err := e.b.consolidate(e.tx, s.ID, e.coalition.ID, e.now)
	if err != nil {
		return "", err
	}
	for _, sec := range d.Sections {
		for _, cq := range sec.Questions {
			if dc.NormalNumber(cq.Number) == dc.NormalNumber(q.Number) {
				return e.showQuestion(cq), nil
			}
		}
	}
	return "", dc.Userf("", "question %s was removed before anybody answered it", q.Number)
}

func (e *env) showQuestion(q dc.ConsolidatedQuestion) string {
	var out strings.Builder
	fmt.Fprintf(&out, "Q%s %s (%s)", q.Number, q.Title, e.coalition.ID)
	if q.Need != dc.NeedUnknown {
		fmt.Fprintf(&out, ", %s", q.Need)
	}
	out.WriteString("\n" + quote(q.Text))
	if q.Current == "" {
		out.WriteString("\nNo text was adopted yet.\n")
	} else {
		fmt.Fprintf(&out, "\nText, version %d, by %s\n%s", q.TextVersion, q.TextBy, quote(q.Current))
	}
	parts := []struct {
		title string
		items []dc.Item
		full  bool
	}{
		{"In the text", q.Adopted, false}, {"Contributed, not merged", q.Pending, false}, {"Dissent", q.Dissent, true}, {"Support", q.Support, false},
		{"Comments", q.Comments, false}, {"Held elsewhere", q.Elsewhere, false}, {"Set aside", q.SetAside, false}, {"Withdrawn", q.Withdrawn, false},
	}
	for _, p := range parts {
		if len(p.items) == 0 {
			continue
		}
		fmt.Fprintf(&out, "\n%s\n", p.title)
		if p.full {
			for _, it := range p.items {
				fmt.Fprintf(&out, "  %s  %s  %s\n%s", it.Ref, day(it.At), who(it.Name, it.Author), quote(it.Text))
			}
			continue
		}
		var rows [][]string
		for _, it := range p.items {
			rows = append(rows, []string{it.Ref, day(it.At), who(it.Name, it.Author), itemNote(it), snippet(it.Text, 60)})
		}
		out.WriteString(table(rows))
	}
	switch in := e.in(e.coalition.ID); {
	case len(q.Pending) > 0:
		fmt.Fprintf(&out, "\nNext: %s makes it the text, %s reads it in full.\n", e.say("adopt %s", q.Pending[0].Ref), e.say("show %s", q.Pending[0].Ref))
	case q.Current != "":
		fmt.Fprintf(&out, "\nNext: %s shows the whole draft.\n", e.say("draft%s", in))
	}
	return out.String()
}

// itemNote is what a list says of a contribution beside its words.
func itemNote(it dc.Item) string {
	var notes []string
	if it.Stance != dc.NoStance {
		notes = append(notes, string(it.Stance))
	} else {
		notes = append(notes, string(it.Kind))
	}
	if it.About != "" {
		notes = append(notes, "on "+it.About)
	}
	if it.Late {
		notes = append(notes, "late")
	}
	if it.Status != dc.Collected {
		notes = append(notes, string(it.Status))
	}
	if it.Reason != "" {
		notes = append(notes, "("+snippet(it.Reason, 40)+")")
	}
	return strings.Join(notes, " ")
}

func handleShow(e *env, call command.Call) (string, error) {
	c, err := e.b.contribution(e.tx, call.Refs[0])
	if err != nil {
		return "", err
	}
	own, err := e.isOwn(c)
	if err != nil {
		return "", err
	}
	if !own {
		if c, err = e.contribution(c.ID); err != nil {
			return "", err
		}
	}
	place := "the tray"
	if c.Question != "" {
		place = "question " + c.Question
	}
	kind := string(c.Kind)
	if c.Stance != dc.NoStance {
		kind += ", " + string(c.Stance)
	}
	if c.Target != 0 {
		kind += fmt.Sprintf(", about c%d", c.Target)
	}
	if c.Supersedes != 0 {
		kind += fmt.Sprintf(", replaces c%d", c.Supersedes)
	}
	status := string(c.Status)
	if c.Reason != "" {
		status += ": " + c.Reason
	}
	if c.By != "" {
		status += " (by " + c.By + ")"
	}
	rows := [][]string{
		{"Author", dc.Actor{Name: c.AuthorName, Address: c.Author}.String()},
		{"Written", minute(c.At) + " UTC" + map[bool]string{true: ", after the deadline"}[c.Late]},
		{"Filed", fmt.Sprintf("%s, %s of %s", place, c.Survey, c.Coalition)},
		{"Kind", kind},
		{"Status", status},
		{"Why", c.Why},
		{"Source", e.source(c)},
	}
	if c.Link != "" {
		rows = append(rows, []string{"Link", c.Link})
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[1] == "" })
	out := c.Ref() + "\n" + table(rows)
	if c.Status == dc.WithdrawnStatus {
		return out + "\nIts author has taken the words back.\n", nil
	}
	if c.Quoted != "" {
		out += "\nIn answer to\n" + quote(c.Quoted)
	}
	out += "\nWords\n" + quote(c.Text)
	if e.may(c.Coalition) {
		switch {
		case c.Question == "":
			out += "\nNext: " + e.say("assign %s 6", c.Ref()) + " files it under question 6, " + e.say("set-aside %s REASON", c.Ref()) + " leaves it out.\n"
		case c.Status == dc.Collected && c.Kind == dc.Answer:
			out += "\nNext: " + e.say("adopt %s", c.Ref()) + " makes it the text of its question.\n"
		}
	}
	return out, nil
}

// source is where the words can be read in public, else their Message-ID.
func (e *env) source(c dc.Contribution) string {
	if co := e.b.Coalition(c.Coalition); co != nil {
		if link := e.b.linker(e.tx, co)(c); link != "" {
			return link
		}
	}
	return c.PostRef
}

func handleTray(e *env, _ command.Call) (string, error) {
	var out strings.Builder
	first := ""
	for _, c := range e.each() {
		cs, err := e.tx.Contributions(storage.Filter{Coalition: c.ID, Tray: true})
		if err != nil {
			return "", err
		}
		cs = slices.DeleteFunc(cs, func(x dc.Contribution) bool {
			return x.Status == dc.WithdrawnStatus || x.Status == dc.SetAside || x.Status == dc.Superseded
		})
		if len(cs) == 0 {
			fmt.Fprintf(&out, "%s: the tray is empty.\n", c.ID)
			continue
		}
		if first == "" {
			first = cs[0].Ref()
		}
		fmt.Fprintf(&out, "%s: %s\n", c.ID, count1(len(cs), "contribution without a question", "contributions without a question"))
		for i := range cs {
			x := &cs[i]
			note := string(x.Kind)
			if x.Stance != dc.NoStance {
				note = string(x.Stance)
			}
			fmt.Fprintf(&out, "  %s  %s  %s  %s\n%s", x.Ref(), day(x.At), who(x.AuthorName, x.Author), note, quote(snippet(x.Text, 300)))
		}
	}
	if first != "" {
		fmt.Fprintf(&out, "\nNext: %s, for example, files the first under question 6; %s reads it in full.\n", e.say("assign %s 6", first), e.say("show %s", first))
	}
	return out.String(), nil
}

func handleLog(e *env, _ command.Call) (string, error) {
	const most = 30
	var lines []dc.Audit
	if e.coalition == nil && e.forAll() {
		all, err := e.tx.AuditLog("", most)
		if err != nil {
			return "", err
		}
		lines = all
	} else {
		for _, c := range e.each() {
			some, err := e.tx.AuditLog(c.ID, most)
			if err != nil {
				return "", err
			}
			lines = append(lines, some...)
		}
	}
	if len(lines) == 0 {
		return "Nothing was changed yet.", nil
	}
	slices.SortFunc(lines, func(a, b dc.Audit) int { return int(a.ID - b.ID) })
	lines = lines[max(0, len(lines)-most):]
	var rows [][]string
	for _, a := range lines {
		rows = append(rows, []string{minute(a.At), a.Coalition, a.Who, a.What})
	}
	return "Times are UTC.\n" + table(rows), nil
}
