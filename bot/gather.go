package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// collectPost finds the survey a post speaks of, has it read for contributions, and writes them.
func (b *Bot) collectPost(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, now time.Time) (outcome, error) {
	pl, err := b.place(ctx, tx, p, l)
	if err != nil {
		return outcome{}, err
	}
	s, posted, err := b.surveyOf(tx, p, l, &pl)
	if err != nil {
		return outcome{}, err
	}
	if s == nil {
		return ignored(reasonOrdinary), nil
	}
	if posted {
		return outcome{state: "process", reason: "the questionnaire, posted by " + p.Author}, nil
	}
	in, err := b.input(tx, p, l, s, pl)
	if err != nil {
		return outcome{}, err
	}
	res := collect.Collect(in)
	n, err := b.writeFound(tx, p, s, res.Contributions, now)
	if err != nil {
		return outcome{}, err
	}
	if n == 0 {
		why := res.Why
		if why == "" {
			why = reasonOrdinary
		}
		return ignored(why), nil
	}
	return outcome{state: "process", found: n}, nil
}

// surveyOf decides which survey a post may belong to. Outside a survey's thread, collecting itself decides (by the
// author's plain reference) for the newest survey; a person's posting of a whole questionnaire becomes an anchor.
func (b *Bot) surveyOf(tx *storage.Tx, p *dc.Post, l *letter, pl *place) (*dc.Survey, bool, error) {
	if pl.anchor == nil && l.survey != "" {
		pl.anchor, pl.how = &storage.Anchor{Coalition: p.Coalition, Survey: l.survey}, "sent to the bot"
	}
	if pl.anchor != nil {
		for i := range l.surveys {
			if l.surveys[i].ID == pl.anchor.Survey {
				return &l.surveys[i], false, nil
			}
		}
		s, err := tx.Survey(pl.anchor.Survey)
		if errors.Is(err, storage.ErrNotFound) {
			return nil, false, nil // launched by a bot whose survey file nobody loaded here
		}
		return &s, false, err
	}
	all := l.surveys
	if all == nil {
		var err error
		if all, err = tx.Surveys(); err != nil {
			return nil, false, err
		}
	}
	for i := range all {
		s := &all[i]
		if n, ok := questionOfSubject(s, l.msg.Subject); ok {
			pl.anchor, pl.how = &storage.Anchor{Coalition: p.Coalition, Survey: s.ID, Question: n}, "subject"
			return s, false, nil
		}
		switch collect.Posting(s, l.own()) {
		case collect.Posted:
			for _, id := range l.ids() {
				if err := tx.PutAnchor(storage.Anchor{Coalition: p.Coalition, MID: id, Survey: s.ID}); err != nil {
					return nil, false, err
				}
			}
			return s, true, b.recollectBelow(context.Background(), tx, p.Coalition, l.ids())
		case collect.FilledIn:
			pl.anchor, pl.how = &storage.Anchor{Coalition: p.Coalition, Survey: s.ID}, "the questionnaire in its text"
			return s, false, nil
		}
	}
	if len(all) == 0 {
		return nil, false, nil
	}
	return &all[len(all)-1], false, nil
}

// input gathers what collecting looks at.
func (b *Bot) input(tx *storage.Tx, p *dc.Post, l *letter, s *dc.Survey, pl place) (collect.Input, error) {
	in := collect.Input{Survey: s, Post: collect.Post{
		Author: p.Author, AuthorName: p.AuthorName, Date: p.Sent, Subject: l.msg.Subject,
		Reading: l.read, Attachments: l.msg.Attachments, Links: l.msg.Links,
	}}
	if pl.anchor == nil {
		return in, nil
	}
	in.Thread.InSurvey, in.Thread.Question = true, pl.anchor.Question
	anc, err := b.ancestorsOf(tx, pl.ancestors)
	if err != nil {
		return in, err
	}
	if len(anc) > 0 {
		l.reread(anc)
		in.Post.Reading = l.read
	}
	if in.Thread.Parent, err = b.parentOf(tx, pl); err != nil {
		return in, err
	}
	if in.Thread.Known, err = b.known(tx, p, s, pl.anchor.Question); err != nil {
		return in, err
	}
	drafts, err := tx.Drafts(s.ID, p.Coalition)
	if err != nil {
		return in, err
	}
	in.Thread.Texts = map[string]string{}
	for _, d := range drafts {
		in.Thread.Texts[d.Question] = d.Text
	}
	return in, nil
}

// manyKnown is how many contributions of a coalition are looked at for each mail; beyond, only those of its own question.
const manyKnown = 500

// known are the contributions that a mail may take a side on, replace or take back: the coalition's, as members name those
// of other threads too ("I support Ben's answer to question 9").
func (b *Bot) known(tx *storage.Tx, p *dc.Post, s *dc.Survey, question string) ([]dc.Contribution, error) {
	f := storage.Filter{Survey: s.ID, Coalition: p.Coalition}
	n, err := tx.CountContributions(s.ID, p.Coalition)
	if err != nil {
		return nil, err
	}
	if n > manyKnown && question != "" {
		f.Question = &question
	}
	all, err := tx.Contributions(f)
	if len(all) > manyKnown {
		all = all[len(all)-manyKnown:]
	}
	return before(all, p), err
}

// before keeps what was on record from other posts when p was written, so that collecting the same post again finds
// the same.
func before(all []dc.Contribution, p *dc.Post) []dc.Contribution {
	out := all[:0:0]
	for _, c := range all {
		if c.Post != p.ID && !c.At.After(p.Sent) {
			out = append(out, c)
		}
	}
	return out
}

// writeFound brings the record of a post's contributions up to what was found. What is on record already keeps its id,
// and what a person decided about it stays.
func (b *Bot) writeFound(tx *storage.Tx, p *dc.Post, s *dc.Survey, found []collect.Found, now time.Time) (int, error) {
	old, err := tx.ContributionsOfPost(p.ID)
	if err != nil {
		return 0, err
	}
	stale := map[int64]dc.Contribution{}
	for _, o := range old {
		stale[o.ID] = o
	}
	dl, err := tx.Deadline(s.ID, p.Coalition)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return 0, err
	}
	for i, f := range found {
		c := dc.Contribution{
			Post: p.ID, PostRef: p.ExternalID, Seq: i, Coalition: p.Coalition, Survey: s.ID, Question: f.Question,
			Author: p.Author, AuthorName: p.AuthorName, Kind: f.Kind, Stance: f.Stance, Text: f.Text, Quoted: f.Quoted,
			Target: f.Target, Lines: f.Lines, Link: f.Link, Why: f.Why, Status: dc.Collected, Supersedes: f.Supersedes,
			Late: !dl.IsZero() && p.Sent.After(dl.UTC.Add(time.Minute-1)), At: p.Sent,
		}
		if c.Target == 0 && f.Withdraws != 0 {
			c.Target = f.Withdraws
		}
		b.doubtDirect(p, &c)
		if known, ok := matching(stale, c); ok {
			delete(stale, known.ID)
			if known.Assigned || known.Status != dc.Collected {
				continue
			}
			c.ID, c.Seq = known.ID, known.Seq
			if err := tx.UpdateContribution(c); err != nil {
				return 0, err
			}
		} else {
			c.Seq = nextSeq(old, i)
			if err := tx.InsertContribution(&c); err != nil {
				return 0, err
			}
			old = append(old, c)
		}
		if err := b.effects(tx, p, &c, f, now); err != nil {
			return 0, err
		}
	}
	for _, o := range stale {
		if err := b.dropStale(tx, o); err != nil {
			return 0, err
		}
	}
	if len(found) > 0 {
		if err := b.changed(tx, s.ID, p.Coalition); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// doubtDirect: mail that came straight to the bot and proves nothing could be by anybody. Its words are kept, in the
// tray, for a person to judge.
func (b *Bot) doubtDirect(p *dc.Post, c *dc.Contribution) {
	if p.Source != dc.FromMail || p.List != "" || p.Proven || p.Imported || c.Question == "" {
		return
	}
	c.Why = fmt.Sprintf("came straight to the bot, not through the list, and its sender is not proven; it seems to be about question %s (%s)", c.Question, c.Why)
	c.Question = ""
}

// matching finds, among what an earlier reading found and this one has not met yet, the contribution of the same words.
// Words may stand for two questions ("Q3 and 6") or take two sides ("Ana and Ben have my support"): the one that agrees in
// most is meant.
func matching(open map[int64]dc.Contribution, c dc.Contribution) (dc.Contribution, bool) {
	var best dc.Contribution
	most := -1
	for _, o := range open {
		if o.Text != c.Text || o.Lines != c.Lines || o.Link != c.Link {
			continue
		}
		agree := 0
		for _, same := range []bool{o.Question == c.Question, o.Kind == c.Kind && o.Stance == c.Stance, o.Target == c.Target} {
			if same {
				agree++
			}
		}
		if agree > most || agree == most && o.ID < best.ID {
			best, most = o, agree
		}
	}
	return best, most >= 0
}

// dropStale removes what an earlier reading of the same post found and a better informed one did not, unless a
// person has decided about it or something refers to it. The raw post keeps the words.
func (b *Bot) dropStale(tx *storage.Tx, c dc.Contribution) error {
	if c.Assigned || c.Status != dc.Collected {
		return nil
	}
	used, err := tx.IsTarget(c.ID)
	if err != nil || used {
		return err
	}
	return tx.DeleteContribution(c.ID)
}

func nextSeq(old []dc.Contribution, at int) int {
	for _, o := range old {
		if o.Seq >= at {
			at = o.Seq + 1
		}
	}
	return at
}

// effects carries out what a contribution does to earlier ones of its author.
func (b *Bot) effects(tx *storage.Tx, p *dc.Post, c *dc.Contribution, f collect.Found, now time.Time) error {
	if f.Supersedes != 0 {
		if err := b.supersede(tx, p, c, f.Supersedes); err != nil {
			return err
		}
	}
	if f.Withdraws != 0 {
		return b.withdrawal(tx, p, c, f.Withdraws, now)
	}
	return nil
}

// supersede marks the earlier contribution as replaced, when it is the same author's. An objection is not taken off
// the record by a mail that proves nothing: both stay.
func (b *Bot) supersede(tx *storage.Tx, p *dc.Post, c *dc.Contribution, earlier int64) error {
	e, err := tx.Contribution(earlier)
	if err != nil {
		return fmt.Errorf("replacing c%d: %w", earlier, err)
	}
	if !dc.SameAddress(e.Author, c.Author) || e.Coalition != c.Coalition || (e.Stance == dc.Object && !p.Proven) {
		c.Supersedes = 0
		return tx.UpdateContribution(*c)
	}
	to, err := e.Transition("supersede")
	if err != nil {
		return nil // withdrawn or replaced before: nothing to do
	}
	e.Status = to
	e.Reason = "replaced by its author with " + c.Ref()
	return tx.UpdateContribution(e)
}

// changed notes that a response is no longer what was previewed.
func (b *Bot) changed(tx *storage.Tx, survey, coalition string) error {
	r, err := tx.Response(survey, coalition)
	if err != nil {
		return err
	}
	to, err := r.State.Transition("change")
	if err != nil || to == r.State {
		return err
	}
	return tx.SetResponse(survey, coalition, to, r.Launched)
}
