package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	return b.collectPlaced(ctx, tx, p, l, pl, now)
}

// collectPlaced is collectPost for a mail whose place is known.
func (b *Bot) collectPlaced(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, pl place, now time.Time) (outcome, error) {
	s, posted, err := b.surveyOf(ctx, tx, p, l, &pl)
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
	res := b.compiled(s).Collect(in)
	n := 0
	if len(res.Contributions) > 0 || !l.fresh { // nothing can be on record of a post that was stored just now
		if n, err = b.writeFound(tx, p, s, res.Contributions, now, &l.kept); err != nil {
			return outcome{}, err
		}
	}
	if n > 0 || len(l.kept) > 0 {
		if err := b.rereadLater(ctx, tx, p, l, s); err != nil {
			return outcome{}, err
		}
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
func (b *Bot) surveyOf(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, pl *place) (*dc.Survey, bool, error) {
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
		// The same question may have been asked before, in an earlier survey: nobody answers what is not asked yet.
		if n, ok := questionOfSubject(s, l.msg.Subject); ok && !p.Sent.Before(s.Launch.UTC.Add(-subjectSlack)) {
			pl.anchor, pl.how = &storage.Anchor{Coalition: p.Coalition, Survey: s.ID, Question: n}, "subject"
			return s, false, nil
		}
		switch b.compiled(s).Posting(l.own()) {
		case collect.Posted:
			for _, id := range l.ids() {
				as, err := tx.Anchors(p.Coalition, id)
				if err != nil || len(as) > 0 {
					return s, true, err // known: what hangs below was looked at then
				}
				if err := tx.PutAnchor(storage.Anchor{Coalition: p.Coalition, MID: id, Survey: s.ID}); err != nil {
					return nil, false, err
				}
			}
			return s, true, b.anchored(ctx, tx, p, l)
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
	// As they were when the mail came: to read it again later gives the same.
	drafts, err := tx.DraftsAsOf(s.ID, p.Coalition, p.Received)
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
	if err != nil {
		return nil, err
	}
	if all = before(all, p); len(all) > manyKnown {
		all = all[len(all)-manyKnown:]
	}
	return all, nil
}

// before keeps what was contributed by others' mails before p was written, as it stood then: what p itself or a later mail
// has replaced or taken back since was still there. So reading the same mail again finds the same, and the order in which mails
// arrive does not matter.
func before(all []dc.Contribution, p *dc.Post) []dc.Contribution {
	out := all[:0:0]
	for _, c := range all {
		if c.Post != p.ID && (c.At.Before(p.Sent) || c.At.Equal(p.Sent) && c.PostRef < p.ExternalID) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(x, y dc.Contribution) int {
		return cmp.Or(x.At.Compare(y.At), strings.Compare(x.PostRef, y.PostRef), cmp.Compare(x.Lines[0], y.Lines[0]), cmp.Compare(x.ID, y.ID))
	})
	gone := map[int64]dc.Status{}
	for _, c := range out {
		if c.Supersedes != 0 {
			gone[c.Supersedes] = dc.Superseded
		}
		if c.Stance == dc.Withdrawn && c.Target != 0 && c.Status != dc.AwaitingConfirmation {
			gone[c.Target] = dc.WithdrawnStatus
		}
	}
	for i := range out {
		c := &out[i]
		switch g, ok := gone[c.ID]; {
		case ok:
			c.Status = g
		case c.Status == dc.Superseded, c.Status == dc.WithdrawnStatus:
			c.Status = dc.Collected
		}
	}
	return out
}

// writeFound brings the record of a post's contributions up to what was found. What is on record already keeps its id,
// and what a person decided about it stays. kept gathers what could not be removed yet, because something refers to it.
func (b *Bot) writeFound(tx *storage.Tx, p *dc.Post, s *dc.Survey, found []collect.Found, now time.Time, kept *[]int64) (int, error) {
	old, err := tx.ContributionsOfPost(p.ID)
	if err != nil {
		return 0, err
	}
	if len(old) == 0 && len(found) == 0 {
		return 0, nil
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
			if decided(known) {
				continue
			}
			if known.Supersedes != 0 && known.Supersedes != c.Supersedes {
				if err := b.giveBack(tx, known, known.Supersedes); err != nil {
					return 0, err
				}
			}
			c.ID, c.Seq, c.Status, c.By, c.Reason = known.ID, known.Seq, known.Status, known.By, known.Reason
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
		gone, err := b.dropStale(tx, o)
		if err != nil {
			return 0, err
		}
		if !gone {
			*kept = append(*kept, o.ID)
		}
	}
	if len(found)+len(stale) > 0 {
		if err := b.changed(tx, s.ID, p.Coalition); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// decided says that a person has dealt with a contribution: a machine changes nothing about it any more.
func decided(c dc.Contribution) bool {
	return c.Assigned || c.Status == dc.Adopted || c.Status == dc.SetAside || c.Status == dc.Collected && c.By != ""
}

// doubtDirect: mail that came straight to the bot and proves nothing could be by anybody. Its words are kept, in the
// tray, for a person to judge.
func (b *Bot) doubtDirect(p *dc.Post, c *dc.Contribution) {
	if !doubtful(p) || c.Question == "" {
		return
	}
	c.Why = fmt.Sprintf("came straight to the bot, not through the list, and its sender is not proven; it seems to be about question %s (%s)", c.Question, c.Why)
	c.Question = ""
}

func doubtful(p *dc.Post) bool {
	return p.Source == dc.FromMail && p.List == "" && !p.Proven && !p.Imported
}

// matching finds, among what an earlier reading found and this one has not met yet, the contribution of the same words.
// Words may stand for two questions ("Q3 and 6") or take two sides ("Ana and Ben have my support"): the one that agrees in
// most is meant.
func matching(open map[int64]dc.Contribution, c dc.Contribution) (dc.Contribution, bool) {
	var best dc.Contribution
	most := -1
	for _, o := range open {
		if o.Text != c.Text || o.Lines != c.Lines || o.Link != c.Link || o.Coalition != c.Coalition || o.Survey != c.Survey || !dc.SameAddress(o.Author, c.Author) {
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

func nextSeq(old []dc.Contribution, at int) int {
	for _, o := range old {
		if o.Seq >= at {
			at = o.Seq + 1
		}
	}
	return at
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
