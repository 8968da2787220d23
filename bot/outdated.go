package bot

import (
	"errors"
	"fmt"
	"time"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// holdOutdated looks once more, right before a submission leaves, whether it still carries every dissent and nothing that
// was taken back: hours may lie between `submit` and the sending. If not, it is held, and the facilitators are told.
func (b *Bot) holdOutdated(tx *storage.Tx, o dc.Outgoing, now time.Time) (bool, error) {
	subs, err := tx.Submissions(o.Survey, o.Coalition)
	if err != nil {
		return false, err
	}
	for _, sub := range subs {
		if sub.Outgoing != o.ID {
			continue
		}
		frozen, err := b.frozen(sub)
		if err == nil {
			err = b.checkDissents(tx, frozen, now)
		}
		var user *dc.UserError
		switch {
		case err == nil:
			return false, nil
		case storage.IsTrouble(err):
			return false, err
		case errors.As(err, &user):
			return true, b.holdBack(tx, o, user.Message, now)
		}
		return true, b.holdBack(tx, o, err.Error(), now)
	}
	return true, b.holdBack(tx, o, "no frozen version belongs to it", now)
}

func (b *Bot) holdBack(tx *storage.Tx, o dc.Outgoing, why string, now time.Time) error {
	to, err := o.State.Transition("hold")
	if err != nil {
		return err
	}
	if err := tx.SetOutgoingState(o.ID, to, why, now); err != nil {
		return err
	}
	b.Log.Warn("a submission is held back", "message", o.ID, "coalition", o.Coalition, "why", why)
	return b.tell(tx, o.Coalition, fmt.Sprintf("outdated/%d/%d", o.ID, now.UnixMilli()), b.Render.NoticeOutdated(b.noticeOf(o, why)), now)
}
