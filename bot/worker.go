package bot

import (
	"context"
	"fmt"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/storage"
)

// workOne takes the oldest pending post and does with it what is to be done, in one transaction.
func (b *Bot) workOne(ctx context.Context) (time.Time, error) {
	var posts []dc.Post
	err := b.DB.View(ctx, func(tx *storage.Tx) (err error) {
		posts, err = tx.PendingPosts(1)
		return err
	})
	if err != nil || len(posts) == 0 {
		return nothing, err
	}
	return again, b.workPost(ctx, posts[0])
}

// workPost processes one post. What the post itself makes fail (a poison message) is noted with the post, which stays
// raw, and the operator is told; what the store makes fail is tried again.
func (b *Bot) workPost(ctx context.Context, p dc.Post) error {
	out, bad, err := b.attempt(ctx, p)
	if err != nil {
		return fmt.Errorf("processing post %d: %w", p.ID, err)
	}
	if bad == nil {
		b.Log.Info("post", "id", p.ID, "source", p.Source, "coalition", p.Coalition, "outcome", out.state, "reason", out.reason, "contributions", out.found)
		return nil
	}
	b.Log.Error("a post could not be processed; it is kept raw, and later ones go on", "post", p.ID, "err", bad)
	return b.update(ctx, func(tx *storage.Tx) error {
		if err := b.setPostState(tx, p.ID, dc.Pending, "fail", "internal error: see the operator's log"); err != nil {
			return err
		}
		if p.Source == dc.FromShell {
			return tx.PutAnswer(p.ID, false, "That failed for an internal reason; the log says more.")
		}
		// Telling must not fail the rest: the post would be taken up again and again.
		err := tx.Try(func() error {
			return b.guard(func() error {
				notice := render.NoticeInput{Language: b.Set.Language, Post: p.ID, Source: p.ExternalID, List: p.List}
				return b.tell(tx, "", fmt.Sprintf("poison/%d", p.ID), b.Render.NoticePoison(notice), b.Now())
			})
		})
		if err != nil && !storage.IsTrouble(err) {
			b.Log.Error("nobody could be told of it", "post", p.ID, "err", err)
			return nil
		}
		return err
	})
}

// attempt runs the transaction of one post. bad is what the post made fail, err what the store did.
func (b *Bot) attempt(ctx context.Context, p dc.Post) (out outcome, bad, err error) {
	err = b.guard(func() error {
		var l *letter
		if p.Source == dc.FromMail {
			l = readLetter(p.Raw)
		}
		return b.update(ctx, func(tx *storage.Tx) (err error) {
			now := b.Now()
			if p.Source == dc.FromShell {
				out, err = b.processShell(ctx, tx, &p, now)
			} else {
				out, err = b.process(ctx, tx, &p, l, now)
			}
			if err != nil {
				return err
			}
			if err := b.setPostState(tx, p.ID, dc.Pending, out.state, out.reason); err != nil {
				return err
			}
			return b.index(tx, &p, l)
		})
	})
	if err != nil && ctx.Err() == nil && !storage.IsTrouble(err) {
		return out, err, nil
	}
	return out, nil, err
}
