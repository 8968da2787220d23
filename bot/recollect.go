package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/storage"
)

// mostAgain bounds what is looked at anew at once; more would stall the worker.
const mostAgain = 2000

// recollectBelow looks anew at the mails that hang below ids which were only referred to until now: a reply may well
// arrive before the mail that it answers, and the record must not depend on it. It runs in the caller's transaction.
func (b *Bot) recollectBelow(ctx context.Context, tx *storage.Tx, coalition string, ids []string) error {
	var posts []int64
	for _, id := range ids {
		below, err := tx.Descendants(coalition, id, mostAgain)
		if err != nil {
			return err
		}
		for _, m := range below {
			if m.Post != 0 && !slices.Contains(posts, m.Post) {
				posts = append(posts, m.Post)
			}
		}
	}
	return b.recollectAll(ctx, tx, posts)
}

// anchored looks anew at what a mail that came to be a survey's is above of: the replies that refer to it, and those that
// lost their references and go by its subject.
func (b *Bot) anchored(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter) error {
	if err := b.recollectBelow(ctx, tx, p.Coalition, l.ids()); err != nil {
		return err
	}
	base, _ := mail.BaseSubject(l.msg.Subject)
	if base == "" {
		return nil
	}
	same, err := tx.MessageBySubject(p.Coalition, base, p.Sent, p.Sent.Add(subjectWindow))
	if err != nil {
		return err
	}
	var posts []int64
	for _, m := range same {
		if m.Post != 0 && m.Post != p.ID {
			posts = append(posts, m.Post)
		}
	}
	return b.recollectAll(ctx, tx, posts)
}

// recollectSurvey looks anew at the threads of a survey that came to be known after its mails: an archive may be imported
// before the survey is loaded.
func (b *Bot) recollectSurvey(ctx context.Context, tx *storage.Tx, survey string) error {
	for _, c := range b.Set.Coalitions {
		anchors, err := tx.AnchorsOfSurvey(c.ID, survey)
		if err != nil {
			return err
		}
		var ids []string
		for _, a := range anchors {
			ids = append(ids, a.MID)
		}
		if err := b.recollectBelow(ctx, tx, c.ID, ids); err != nil {
			return err
		}
	}
	return nil
}

// laterPass gathers, during a batch, from when on the contributions to a survey have to be read again.
type laterPass struct {
	from    map[[2]string]passStart // by survey and coalition
	kept    []int64
	indexed map[int64]bool // posts whose new reading stands where find looks
}

type passStart struct {
	at  time.Time
	ref string
}

// covers says that what was written after a post is in the pass already.
func (l *laterPass) covers(survey, coalition string, at time.Time, ref string) bool {
	s, ok := l.from[[2]string{survey, coalition}]
	return ok && (s.at.Before(at) || s.at.Equal(at) && s.ref < ref)
}

func (l *laterPass) add(survey, coalition string, at time.Time, ref string) {
	key := [2]string{survey, coalition}
	if l.covers(survey, coalition, at, ref) {
		return
	}
	if l.from == nil {
		l.from = map[[2]string]passStart{}
	}
	l.from[key] = passStart{at, ref}
}

// rereadLater looks anew at the mails that were written after p and came before it: they may take a side on its words,
// replace them or take them back. In the usual order there are none.
func (b *Bot) rereadLater(ctx context.Context, tx *storage.Tx, p *dc.Post, l *letter, s *dc.Survey) error {
	if l.later != nil {
		l.later.kept = append(l.later.kept, l.kept...)
		if l.later.covers(s.ID, p.Coalition, p.Sent, p.ExternalID) {
			return nil
		}
		// Those of the batch that are still to come see p anyhow.
		posts, err := tx.LaterPosts(s.ID, p.Coalition, questionsAndTray(s), p.Sent, p.ExternalID, 1)
		if err == nil && len(posts) > 0 {
			l.later.add(s.ID, p.Coalition, p.Sent, p.ExternalID)
		}
		return err
	}
	now := &laterPass{kept: l.kept}
	now.add(s.ID, p.Coalition, p.Sent, p.ExternalID)
	return b.runPass(ctx, tx, now)
}

func (b *Bot) runPass(ctx context.Context, tx *storage.Tx, pass *laterPass) error {
	for key, start := range pass.from {
		s, err := tx.Survey(key[0])
		if err != nil {
			return err
		}
		posts, err := tx.LaterPosts(key[0], key[1], questionsAndTray(&s), start.at, start.ref, mostAgain)
		if err != nil {
			return err
		}
		for _, post := range posts {
			if err := b.recollect(ctx, tx, post, pass); err != nil {
				return err
			}
		}
	}
	return b.sweep(tx, pass.kept)
}

func questionsAndTray(s *dc.Survey) []string {
	numbers := []string{""}
	for _, q := range s.Questions() {
		numbers = append(numbers, q.Number)
	}
	return numbers
}

// sweep removes what was kept only because something referred to it that does so no longer.
func (b *Bot) sweep(tx *storage.Tx, kept []int64) error {
	for _, id := range kept {
		c, err := tx.Contribution(id)
		if notFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := b.dropStale(tx, c); err != nil {
			return err
		}
	}
	return nil
}

// recollectAll reads posts again: in the order of their threads, so that parents come first whatever their clocks said, then
// with everything that was written after the first of them in the order of time.
func (b *Bot) recollectAll(ctx context.Context, tx *storage.Tx, posts []int64) error {
	pass := &laterPass{}
	for _, post := range posts {
		if err := b.recollect(ctx, tx, post, pass); err != nil {
			return err
		}
	}
	return b.runPass(ctx, tx, pass)
}

// recollect reads one processed post again. Contributions keep their ids where the words are the same; those that a
// person has decided about are left alone. A post that cannot be read costs nobody else anything.
func (b *Bot) recollect(ctx context.Context, tx *storage.Tx, post int64, pass *laterPass) error {
	err := tx.Try(func() error { return b.guard(func() error { return b.readAgain(ctx, tx, post, pass) }) })
	if err != nil {
		delete(pass.indexed, post) // undone
	}
	if err != nil && ctx.Err() == nil && !storage.IsTrouble(err) {
		b.Log.Error("a post could not be read again; what was collected from it stays", "post", post, "err", err)
		return nil
	}
	return err
}

func (b *Bot) readAgain(ctx context.Context, tx *storage.Tx, post int64, pass *laterPass) error {
	p, err := tx.Post(post)
	if err != nil {
		return err
	}
	if p.Source != dc.FromMail || (p.State != dc.Processed && p.State != dc.Ignored) {
		return nil // pending: the worker will see it in its place
	}
	l := readLetter(p.Raw)
	if l.auto.Auto || l.msg.Digest || p.Reason == reasonOwn || p.Reason == reasonCommands || p.Reason == reasonConfirm {
		return nil
	}
	reached, err := b.reached(tx, &p, l)
	if err != nil {
		return err
	}
	if p.List == "" && !p.Imported {
		if l.survey, err = b.surveyOfMember(tx, &p); err != nil {
			return err
		}
	}
	pl, err := b.findPlaceIn(tx, &p, l, reached)
	if err != nil {
		return err
	}
	l.later = pass
	out, err := b.collectPlaced(ctx, tx, &p, l, pl, p.Received)
	if err != nil {
		return err
	}
	l.searchable = true
	if err := b.index(tx, &p, l); err != nil { // what was found to be a quote is no new text
		return err
	}
	if pass.indexed == nil {
		pass.indexed = map[int64]bool{}
	}
	pass.indexed[p.ID] = true
	to := dc.Ignored
	if out.state == "process" {
		to = dc.Processed
	}
	if to == p.State && (out.reason == p.Reason || strings.HasPrefix(out.reason, reasonOrdinary)) {
		return nil
	}
	return tx.SetPostState(p.ID, to, out.reason)
}
