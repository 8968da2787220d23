package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

const timerLaunch = "launch"

// launch posts a survey to a coalition's lists: an introduction and, by the coalition's form, one mail for each
// question, for each section, or one for all. All is enqueued in this transaction with its Message-IDs, so that a reply
// finds its question from now on; pacing is each row's NotBefore.
func (b *Bot) launch(tx *storage.Tx, s dc.Survey, c *dc.Coalition, actor dc.Actor, now time.Time) error {
	if len(c.Lists) == 0 {
		return dc.Userf("give it a [coalition.list] in the config", "%s has no mailing list to launch on", c.Name)
	}
	r, err := tx.Response(s.ID, c.ID)
	if err != nil {
		return err
	}
	to, err := r.State.Transition("launch")
	if err != nil {
		return dc.Userf("`status` shows where it stands", "%s was launched for %s before", s.ID, c.Name)
	}
	if err := tx.SetResponse(s.ID, c.ID, to, now); err != nil {
		return err
	}
	if err := tx.CancelTimers(timerLaunch, s.ID+"|"+c.ID); err != nil {
		return err
	}
	in, err := b.launchInput(tx, s, c, now)
	if err != nil {
		return err
	}
	for _, l := range c.Lists {
		if err := b.launchOn(tx, in, c, l, now); err != nil {
			return err
		}
	}
	return tx.Audit(dc.Audit{At: now, Who: actor.String(), What: fmt.Sprintf("launched %s (version %d) on %d list(s)", s.ID, s.Version, len(c.Lists)), Coalition: c.ID})
}

func (b *Bot) launchInput(tx *storage.Tx, s dc.Survey, c *dc.Coalition, now time.Time) (render.LaunchInput, error) {
	r, err := tx.Response(s.ID, c.ID)
	if err != nil {
		return render.LaunchInput{}, err
	}
	if r.Deadline.IsZero() {
		r.Deadline = s.Deadline
	}
	return render.LaunchInput{Group: b.Set.Group, Coalition: *c, Survey: s, Deadline: r.Deadline, BotName: b.Set.Name, BotAddress: b.Set.Address, Now: now, MaxPost: b.Set.MaxPost}, nil
}

// launchMail is one mail of a launch.
type launchMail struct {
	kind, what, question string
	content              dc.Content
	notBefore            time.Time
	asks                 []string // question numbers
}

// launchMails are the mails that a launch posts on a list, in their order.
func (b *Bot) launchMails(in render.LaunchInput, c *dc.Coalition, now time.Time) []launchMail {
	out := []launchMail{{"introduction", "introduction", "", b.Render.Introduction(in), now, nil}}
	if c.Launch == dc.InOneMail {
		return append(out, launchMail{"survey", "all", "", b.Render.WholeMail(in), now, numbersOf(in.Survey.Questions())})
	}
	day, first := now, true
	for i, sec := range in.Survey.Sections {
		sec.Questions = slices.DeleteFunc(slices.Clone(sec.Questions), func(q dc.Question) bool { return q.Removed })
		if len(sec.Questions) == 0 {
			continue
		}
		if c.Pace == dc.SectionPerDay && (!first || !isWorkingDay(day, b.zoneOf(c.ID))) {
			day = nextWorkingDay(day, b.zoneOf(c.ID))
		}
		first = false
		if c.Launch == dc.PerSection {
			out = append(out, launchMail{"section", fmt.Sprintf("section-%d", i+1), "", b.Render.SectionMail(in, sec), day, numbersOf(sec.Questions)})
			continue
		}
		for _, q := range sec.Questions {
			out = append(out, launchMail{"question", "q" + q.Number, q.Number, b.Render.QuestionMail(in, q), day, []string{q.Number}})
		}
	}
	return out
}

func numbersOf(qs []dc.Question) []string {
	var out []string
	for _, q := range qs {
		out = append(out, q.Number)
	}
	return out
}

// sameSections says that two versions of a survey have the same sections in the same order.
func sameSections(a, b dc.Survey) bool {
	return slices.EqualFunc(a.Sections, b.Sections, func(x, y dc.Section) bool { return x.Title == y.Title })
}

func launchKey(s dc.Survey, c *dc.Coalition, l dc.List, what string) string {
	return fmt.Sprintf("launch/%s/%s/%s/%s", s.ID, c.ID, l.Address, what)
}

// launchOn posts on one list: every list of a coalition gets its own mails, each with its own id and anchor.
func (b *Bot) launchOn(tx *storage.Tx, in render.LaunchInput, c *dc.Coalition, l dc.List, now time.Time) error {
	for _, m := range b.launchMails(in, c, now) {
		o := dc.Outgoing{
			Channel: dc.ToList, Destination: l.Address, Key: launchKey(in.Survey, c, l, m.what), Kind: m.kind,
			Coalition: c.ID, Survey: in.Survey.ID, Question: m.question, Content: m.content, NotBefore: m.notBefore,
		}
		if err := b.postAnchored(tx, o, now); err != nil {
			return err
		}
	}
	return nil
}

// refreshLaunch brings what waits for its day up to the survey and the deadline as they are now. What nobody has seen
// needs no announcement of a change; it says which questions those are.
func (b *Bot) refreshLaunch(tx *storage.Tx, in render.LaunchInput, old dc.Survey, c *dc.Coalition, l dc.List, now time.Time) (map[string]bool, error) {
	fresh := map[string]launchMail{}
	for _, m := range b.launchMails(in, c, now) {
		fresh[launchKey(in.Survey, c, l, m.what)] = m
	}
	queued, err := tx.ListOutgoing(storage.OutgoingFilter{State: dc.Queued, Coalition: c.ID})
	if err != nil {
		return nil, err
	}
	unseen := map[string]bool{}
	for _, o := range queued {
		m, ok := fresh[o.Key]
		switch {
		case o.Attempts > 0 || !strings.HasPrefix(o.Key, launchKey(in.Survey, c, l, "")):
		case o.Kind == "section" && !sameSections(old, in.Survey):
			// Which of the new sections it would be is not known: it goes out as it is, and the changes are announced.
		case ok:
			for _, n := range m.asks {
				unseen[n] = true
			}
			err = tx.SetOutgoingContent(o.ID, m.content)
		case o.Kind == "question":
			unseen[o.Question] = true
			err = tx.SetOutgoingState(o.ID, dc.Dropped, "its question was taken out of the survey", now)
		}
		if err != nil {
			return nil, err
		}
	}
	return unseen, nil
}

// postAnchored enqueues a mail of the survey and makes it an anchor: what replies to it belongs to its question.
func (b *Bot) postAnchored(tx *storage.Tx, o dc.Outgoing, now time.Time) error {
	id, err := b.enqueue(tx, o, now)
	if err != nil {
		return err
	}
	row, err := tx.Outgoing(id)
	if err != nil {
		return err
	}
	return tx.PutAnchor(storage.Anchor{Coalition: o.Coalition, MID: row.MessageID, Survey: o.Survey, Question: o.Question})
}

// nextWorkingDay is the same wall time on the next Monday to Friday in the zone.
func nextWorkingDay(t time.Time, zone string) time.Time {
	loc, err := dc.LoadZone(zone)
	if err != nil {
		loc = time.UTC
	}
	l := t.In(loc)
	for {
		l = time.Date(l.Year(), l.Month(), l.Day()+1, l.Hour(), l.Minute(), l.Second(), 0, loc)
		if isWorkingDay(l, zone) {
			return l.UTC()
		}
	}
}

// isWorkingDay says whether it is a Monday to Friday in the zone.
func isWorkingDay(t time.Time, zone string) bool {
	if loc, err := dc.LoadZone(zone); err == nil {
		t = t.In(loc)
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// schedule has a survey launched at its own launch time.
func (b *Bot) schedule(tx *storage.Tx, s dc.Survey, c *dc.Coalition, actor dc.Actor, now time.Time) error {
	if len(c.Lists) == 0 {
		return dc.Userf("give it a [coalition.list] in the config", "%s has no mailing list to launch on", c.Name)
	}
	r, err := tx.Response(s.ID, c.ID)
	if err != nil {
		return err
	}
	to, err := r.State.Transition("schedule")
	if err != nil {
		return dc.Userf("`status` shows where it stands", "%s was launched for %s before", s.ID, c.Name)
	}
	if err := tx.SetResponse(s.ID, c.ID, to, time.Time{}); err != nil {
		return err
	}
	if err := b.setLaunchTimer(tx, s, c, now); err != nil {
		return err
	}
	return tx.Audit(dc.Audit{At: now, Who: actor.String(), What: "scheduled the launch of " + s.ID + " for " + s.Launch.String(), Coalition: c.ID})
}

// setLaunchTimer sets the one timer of a launch. Its key is new each time: one that fired and failed, because its coalition
// was out of the config, must not stand in the way of the next.
func (b *Bot) setLaunchTimer(tx *storage.Tx, s dc.Survey, c *dc.Coalition, now time.Time) error {
	subject := s.ID + "|" + c.ID
	if err := tx.CancelTimers(timerLaunch, subject); err != nil {
		return err
	}
	return tx.SetTimer(dc.Timer{Kind: timerLaunch, Subject: subject, Due: s.Launch.UTC, Key: fmt.Sprintf("%s/%s/%s", timerLaunch, subject, now.UTC().Format(time.RFC3339Nano))})
}

// fireLaunch is what the launch timer does.
func (b *Bot) fireLaunch(tx *storage.Tx, subject string, now time.Time) error {
	s, c, err := b.responseOf(tx, subject)
	if err != nil {
		return err
	}
	return b.launch(tx, s, c, dc.Actor{Name: "dcbot", Address: "as scheduled"}, now)
}
