package bot

import (
	"context"
	"fmt"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// Cursor returns how far a source has been read; its Value is "" when that was never stored.
func (b *Bot) Cursor(ctx context.Context, name string) (dc.Cursor, error) {
	cur := dc.Cursor{Name: name}
	err := b.DB.View(ctx, func(tx *storage.Tx) error {
		stored, ok, err := tx.Cursor(name)
		if ok {
			cur = stored
		}
		return err
	})
	if err != nil {
		return cur, fmt.Errorf("reading how far %s was read: %w", name, err)
	}
	return cur, nil
}

// MoveCursor stores a cursor without a post: a source starts over.
func (b *Bot) MoveCursor(ctx context.Context, cur dc.Cursor) error {
	if err := b.DB.Update(ctx, func(tx *storage.Tx) error { return tx.SetCursor(cur) }); err != nil {
		return fmt.Errorf("storing how far %s was read: %w", cur.Name, err)
	}
	return nil
}
