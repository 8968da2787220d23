package bot

import (
	"fmt"
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
	for i := range c.Lists {
		if err := b.launchOn(tx, in, c, i, now); err != nil {
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

// launchOn posts on one list: every list of a coalition gets its own mails, each with its own id and anchor.
func (b *Bot) launchOn(tx *storage.Tx, in render.LaunchInput, c *dc.Coalition, list int, now time.Time) error {
	s, l := in.Survey, c.Lists[list]
	post := func(kind, what, question string, content dc.Content, notBefore time.Time) error {
		key := fmt.Sprintf("launch/%s/%s/%s/%s", s.ID, c.ID, l.Address, what)
		return b.postAnchored(tx, dc.Outgoing{Channel: dc.ToList, Destination: l.Address, Key: key, Kind: kind, Coalition: c.ID, Survey: s.ID, Question: question, Content: content, NotBefore: notBefore}, now)
	}
	if err := post("introduction", "introduction", "", b.Render.Introduction(in), now); err != nil {
		return err
	}
	if c.Launch == dc.InOneMail {
		return post("survey", "all", "", b.Render.WholeMail(in), now)
	}
	day := now
	for i, sec := range s.Sections {
		if c.Pace == dc.SectionPerDay && i > 0 {
			day = nextWorkingDay(day, b.zoneOf(c.ID))
		}
		if c.Launch == dc.PerSection {
			if err := post("section", fmt.Sprintf("section-%d", i+1), "", b.Render.SectionMail(in, sec), day); err != nil {
				return err
			}
			continue
		}
		for _, q := range sec.Questions {
			if q.Removed {
				continue
			}
			if err := post("question", "q"+q.Number, q.Number, b.Render.QuestionMail(in, q), day); err != nil {
				return err
			}
		}
	}
	return nil
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
		if wd := l.Weekday(); wd != time.Saturday && wd != time.Sunday {
			return l.UTC()
		}
	}
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
	subject := s.ID + "|" + c.ID
	if err := tx.SetTimer(dc.Timer{Kind: timerLaunch, Subject: subject, Due: s.Launch.UTC, Key: timerLaunch + "/" + subject}); err != nil {
		return err
	}
	return tx.Audit(dc.Audit{At: now, Who: actor.String(), What: "scheduled the launch of " + s.ID + " for " + s.Launch.String(), Coalition: c.ID})
}

// fireLaunch is what the launch timer does.
func (b *Bot) fireLaunch(tx *storage.Tx, subject string, now time.Time) error {
	s, c, err := b.responseOf(tx, subject)
	if err != nil {
		return err
	}
	return b.launch(tx, s, c, dc.Actor{Name: "dcbot", Address: "as scheduled"}, now)
}
