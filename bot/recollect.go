package bot

import (
	"context"

	"dcbot/bot/collect"
	"dcbot/bot/dc"
	"dcbot/storage"
)

// recollectBelow looks anew at the mails that hang below ids which were only referred to until now: a reply may well
// arrive before the mail that it answers, and the record must not depend on it. It runs in the caller's transaction.
func (b *Bot) recollectBelow(ctx context.Context, tx *storage.Tx, coalition string, ids []string) error {
	const most = 2000 // of one thread; more would stall the worker
	seen := map[int64]bool{}
	for _, id := range ids {
		below, err := tx.Descendants(coalition, id, most)
		if err != nil {
			return err
		}
		for _, m := range below {
			if m.Post == 0 || seen[m.Post] {
				continue
			}
			seen[m.Post] = true
			if err := b.recollect(ctx, tx, m.Post); err != nil {
				return err
			}
		}
	}
	return nil
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

// recollect reads one processed post again. Contributions keep their ids where the words are the same; those that a
// person has decided about are left alone.
func (b *Bot) recollect(_ context.Context, tx *storage.Tx, post int64) error {
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
	pl, err := b.findPlace(tx, &p, l)
	if err != nil || pl.anchor == nil {
		return err
	}
	s, err := tx.Survey(pl.anchor.Survey)
	if err != nil {
		return nil //nolint:nilerr // no such survey is loaded: nothing to collect for
	}
	in, err := b.input(tx, &p, l, &s, pl)
	if err != nil {
		return err
	}
	l.searchable = true
	if err := b.index(tx, &p, l); err != nil { // what was found to be a quote is no new text
		return err
	}
	n, err := b.writeFound(tx, &p, &s, collect.Collect(in).Contributions, p.Received)
	if err != nil || n == 0 {
		return err
	}
	return tx.SetPostState(p.ID, dc.Processed, "")
}
