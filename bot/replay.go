package bot

import (
	"context"
	"fmt"
	"sort"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// Difference is one contribution that the record and a replay of all posts do not agree on.
type Difference struct {
	Post     string `json:"post"`
	What     string `json:"what"` // only-in-record, only-in-replay, changed
	Record   string `json:"record,omitempty"`
	Replayed string `json:"replayed,omitempty"`
}

// Replay processes all posts of the record into a fresh database and returns where the two differ. It never sends, never
// executes a command, honours tombstones, and leaves aside what a person decided (assigned questions, adopted or set
// aside contributions).
func (b *Bot) Replay(ctx context.Context, into *storage.DB) ([]Difference, error) {
	r := New(into, b.Set, b.Render, nil)
	r.Now, r.Log, r.Rand, r.mute = b.Now, b.Log, b.Rand, true
	if err := b.copyGround(ctx, into); err != nil {
		return nil, err
	}
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		return tx.EachPost(func(p dc.Post) error {
			if p.Source != dc.FromMail {
				return nil
			}
			if p.State == dc.Erased {
				return copyTombstone(ctx, tx, into, p)
			}
			copies, err := tx.Copies(p.ID)
			if err != nil {
				return err
			}
			return r.replayPost(ctx, p, copies)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("replaying: %w", err)
	}
	return b.compare(ctx, into)
}

func (b *Bot) replayPost(ctx context.Context, p dc.Post, copies []storage.Copy) error {
	if p.Reason == reasonCommands || p.Reason == reasonConfirm || p.State == dc.Pending {
		return nil
	}
	p.ID, p.State, p.Reason = 0, dc.Pending, ""
	keep := func(tx *storage.Tx) error {
		if created, err := tx.InsertPost(&p); err != nil || !created {
			return err
		}
		for _, c := range copies {
			if _, err := tx.InsertCopy(p.ID, c.Place, c.List, nil); err != nil {
				return err
			}
		}
		return nil
	}
	err := b.guard(func() error {
		l := readLetter(p.Raw)
		return b.DB.UpdateBatch(ctx, func(tx *storage.Tx) error {
			if err := keep(tx); err != nil {
				return err
			}
			out, err := b.process(ctx, tx, &p, l, p.Received)
			if err != nil {
				return err
			}
			return b.setPostState(tx, p.ID, dc.Pending, out.state, out.reason) // a replay is not searched
		})
	})
	if err == nil || ctx.Err() != nil || storage.IsTrouble(err) {
		return err
	}
	b.Log.Error("a post could not be replayed", "post", p.ExternalID, "err", err)
	return b.DB.UpdateBatch(ctx, func(tx *storage.Tx) error {
		p.ID = 0
		if err := keep(tx); err != nil {
			return err
		}
		return b.setPostState(tx, p.ID, dc.Pending, "fail", "it could not be replayed")
	})
}

// copyTombstone keeps the place of an erased post: its id, in the threads it stood in, and that there was something.
func copyTombstone(ctx context.Context, from *storage.Tx, into *storage.DB, p dc.Post) error {
	ms, err := from.MessagesOfPost(p.ID)
	if err != nil {
		return err
	}
	cs, err := from.ContributionsOfPost(p.ID)
	if err != nil {
		return err
	}
	return into.UpdateBatch(ctx, func(to *storage.Tx) error {
		p.ID = 0
		if _, err := to.InsertPost(&p); err != nil {
			return err
		}
		for _, m := range ms {
			m.Post = p.ID
			if _, err := to.PutMessage(m); err != nil {
				return err
			}
		}
		for _, c := range cs {
			c.Post, c.Target, c.Supersedes = p.ID, 0, 0
			if err := to.InsertContribution(&c); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyGround copies what posts are read against: surveys, deadlines, and the identities of what the bot sent.
func (b *Bot) copyGround(ctx context.Context, into *storage.DB) error {
	return b.DB.View(ctx, func(from *storage.Tx) error {
		return into.Update(ctx, func(to *storage.Tx) error {
			surveys, err := from.Surveys()
			if err != nil {
				return err
			}
			for _, s := range surveys {
				if _, _, err := to.SaveSurvey(s, b.Now(), "replay"); err != nil {
					return err
				}
				for _, c := range b.Set.Coalitions {
					if err := copyDeadlines(from, to, s.ID, c.ID); err != nil {
						return err
					}
					if err := copyDrafts(from, to, s, c.ID); err != nil {
						return err
					}
				}
			}
			return copyOutgoing(from, to)
		})
	})
}

func copyDeadlines(from, to *storage.Tx, survey, coalition string) error {
	ds, err := from.Deadlines(survey, coalition)
	if err != nil {
		return err
	}
	have, err := to.Deadlines(survey, coalition)
	if err != nil {
		return err
	}
	for _, d := range ds {
		known := false
		for _, h := range have {
			known = known || h == d
		}
		if !known {
			if err := to.AddDeadline(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyDrafts copies the texts as they were at each time: what members quote is read against them.
func copyDrafts(from, to *storage.Tx, s dc.Survey, coalition string) error {
	for _, q := range s.Questions() {
		history, err := from.DraftHistory(s.ID, coalition, q.Number)
		if err != nil {
			return err
		}
		for _, d := range history {
			d.Adopted = nil // ids of the old record
			if err := to.AddDraft(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func copyOutgoing(from, to *storage.Tx) error {
	all, err := from.ListOutgoing(storage.OutgoingFilter{})
	if err != nil {
		return err
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	for _, o := range all {
		old := o.ID
		if _, err := to.Enqueue(&o); err != nil {
			return err
		}
		if o.Coalition == "" {
			continue
		}
		m, err := from.Message(o.Coalition, o.MessageID)
		if err != nil || m.Outbox != old {
			continue
		}
		m.Outbox = o.ID
		if _, err := to.PutMessage(m); err != nil {
			return err
		}
		as, err := from.Anchors(o.Coalition, o.MessageID)
		if err != nil {
			return err
		}
		for _, a := range as {
			if err := to.PutAnchor(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare matches contributions by post and place.
func (b *Bot) compare(ctx context.Context, into *storage.DB) ([]Difference, error) {
	old, touched, err := listed(ctx, b.DB)
	if err != nil {
		return nil, err
	}
	fresh, _, err := listed(ctx, into)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for key, text := range old {
		now, ok := fresh[key]
		switch {
		case touched[key]:
		case !ok:
			out = append(out, Difference{Post: key.post, What: "only-in-record", Record: text})
		case now != text:
			out = append(out, Difference{Post: key.post, What: "changed", Record: text, Replayed: now})
		}
	}
	for key, text := range fresh {
		if _, ok := old[key]; !ok {
			out = append(out, Difference{Post: key.post, What: "only-in-replay", Replayed: text})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Post != out[j].Post {
			return out[i].Post < out[j].Post
		}
		return out[i].Record+out[i].Replayed < out[j].Record+out[j].Replayed
	})
	return out, nil
}

type contributionKey struct {
	post  string
	first int
	text  string
	twin  int // "Q3 and 6": the same words twice
}

func listed(ctx context.Context, db *storage.DB) (map[contributionKey]string, map[contributionKey]bool, error) {
	out, touched := map[contributionKey]string{}, map[contributionKey]bool{}
	err := db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.Contributions(storage.Filter{})
		if err != nil {
			return err
		}
		sort.Slice(all, func(i, j int) bool {
			a, b := all[i], all[j]
			if a.PostRef != b.PostRef {
				return a.PostRef < b.PostRef
			}
			return a.Seq < b.Seq
		})
		for _, c := range all {
			key := contributionKey{post: c.PostRef, first: c.Lines[0], text: c.Text + "\x00" + c.Link}
			for {
				if _, taken := out[key]; !taken {
					break
				}
				key.twin++
			}
			out[key] = fmt.Sprintf("%s question %q %s %s: %s", c.Coalition, c.Question, c.Kind, c.Stance, firstWords(c.Text, 60))
			if decided(c) || c.Text+c.Link == "" {
				touched[key] = true
			}
		}
		return nil
	})
	return out, touched, err
}

func firstWords(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "..."
}
