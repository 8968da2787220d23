package bot

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/storage"
)

// Settings are what the operator decided; they do not change while the bot runs.
type Settings struct {
	Name        string   // of the bot, for From and for texts
	Prefix      string   // of commands in mail and rooms: "!dc"
	Address     string   // the bot's own mail address
	Others      []string // addresses that the bot had before
	Group       dc.Group
	Coalitions  []dc.Coalition
	Secretariat mail.Address
	Zone        string // IANA name, for whoever has none of their own
	Language    string
	PerHour     int   // most posts to one list in an hour; 0 is no limit
	MaxPost     int64 // octets of a post to a list; 0 is the default of 40 KB
	Version     string
}

// Sender hands one message to a wire. Calling committing says "the next octet may make the server accept it": Send
// must call it exactly once, right before that point, and give up when it errs. ref is what the other side calls the message ("" if nothing). Errors are
// *dc.SendError.
type Sender interface {
	Send(ctx context.Context, m dc.Outgoing, committing func() error) (ref string, err error)
}

// Bot is the use cases over one record.
type Bot struct {
	DB      *storage.DB
	Set     Settings
	Now     func() time.Time
	Log     *slog.Logger
	Rand    io.Reader // source of tokens and Message-IDs: crypto/rand.Reader, or a fixed one in tests
	Render  *render.Renderer
	Senders map[dc.Channel]Sender
	// Poll is how often the loops look for what another process left in the record (dcbot do); 0 is never.
	Poll time.Duration

	kicks    kicks
	progress signal
	running  atomic.Bool
	// mute says that this one only replays: it writes to nobody and obeys nobody.
	mute bool
	// unsettled records how an attempt ended that the store could not record yet; only the outbox loop touches it.
	unsettled func(context.Context) error
	surveys   compiledSurveys
}

// kicks wake the loops; a kick is never lost and never blocks.
type kicks struct{ worker, timers, outbox chan struct{} }

// New returns a Bot that is ready to Receive, Do and Run.
func New(db *storage.DB, set Settings, r *render.Renderer, senders map[dc.Channel]Sender) *Bot {
	return &Bot{
		DB: db, Set: set, Render: r, Senders: senders,
		kicks: kicks{worker: make(chan struct{}, 1), timers: make(chan struct{}, 1), outbox: make(chan struct{}, 1)},
	}
}

// Coalition returns the coalition that word names (id, name or alias), or nil.
func (b *Bot) Coalition(word string) *dc.Coalition {
	for i := range b.Set.Coalitions {
		if b.Set.Coalitions[i].Named(word) {
			return &b.Set.Coalitions[i]
		}
	}
	return nil
}
