package maillist

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/imap"
	"dcbot/mail/smtp"
)

// Config is how mail comes in and goes out.
type Config struct {
	IMAP imap.Config
	SMTP smtp.Config
	// AuthservID is the name under which our own receiving server writes Authentication-Results; "" trusts none.
	AuthservID string
	// LookupTXT asks the DNS for the keys of signatures (net.DefaultResolver.LookupTXT); nil checks none.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	Now       func() time.Time
	Log       *slog.Logger // nil: none
}

// Lists is the wire. It is a bot.Sender for lists and mailboxes.
type Lists struct {
	set    bot.Settings
	cfg    Config
	sender *smtp.Client
	routes map[string]route // by List-Id
}

// route is where posts of a list belong.
type route struct {
	coalition string // "" for the lists of the group
	list      dc.List
}

// Receiver is where posts go: *bot.Bot.
type Receiver interface {
	Receive(ctx context.Context, p dc.Post, cur dc.Cursor) error
	Cursor(ctx context.Context, name string) (dc.Cursor, error)
	MoveCursor(ctx context.Context, cur dc.Cursor) error
}

// New returns the wire; it does not connect.
func New(set bot.Settings, cfg Config) *Lists {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.IMAP.Folder == "" {
		cfg.IMAP.Folder = "INBOX"
	}
	l := &Lists{set: set, cfg: cfg, sender: smtp.New(cfg.SMTP), routes: map[string]route{}}
	for _, list := range set.Group.Lists {
		l.routes[listID(list)] = route{list: list}
	}
	for _, c := range set.Coalitions {
		for _, list := range c.Lists {
			l.routes[listID(list)] = route{coalition: c.ID, list: list}
		}
	}
	return l
}

// listID is the List-Id of a list: the configured one, else what list software makes of the address (RFC 2919 section
// 2: the @ becomes a dot).
func listID(l dc.List) string {
	if l.ID != "" {
		return strings.ToLower(strings.Trim(l.ID, "<>"))
	}
	return strings.ToLower(strings.Replace(l.Address, "@", ".", 1))
}

// Run hands every mail of the folder to the receiver, first what came since the stored cursor, then what comes, until
// ctx ends. It reconnects by itself and returns nil when ctx ended it.
func (l *Lists) Run(ctx context.Context, to Receiver) error {
	name := "imap:" + l.cfg.IMAP.Folder
	stored, err := to.Cursor(ctx, name)
	if err != nil {
		return err
	}
	cur, err := parseCursor(l.cfg.IMAP.Folder, stored.Value)
	if err != nil {
		// A cursor that cannot be read loses nothing: all mail is known by its Message-ID.
		l.cfg.Log.Warn("reading the folder from its beginning", "cursor", name, "err", err)
	}
	cfg := l.cfg.IMAP
	cfg.Reset = func(ctx context.Context, cur imap.Cursor) error { return to.MoveCursor(ctx, writeCursor(cur)) }
	err = imap.New(cfg).Run(ctx, cur, func(ctx context.Context, d imap.Delivery) error {
		return to.Receive(ctx, l.Post(ctx, d), writeCursor(d.Cursor()))
	})
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// writeCursor is a cursor for the store: "imap:INBOX" and "7/1201", UIDVALIDITY and UID.
func writeCursor(c imap.Cursor) dc.Cursor {
	return dc.Cursor{Name: "imap:" + c.Folder, Value: fmt.Sprintf("%d/%d", c.UIDValidity, c.UID)}
}

func parseCursor(folder, value string) (imap.Cursor, error) {
	if value == "" {
		return imap.Cursor{Folder: folder}, nil
	}
	validity, uid, ok := strings.Cut(value, "/")
	v, err1 := strconv.ParseUint(validity, 10, 32)
	u, err2 := strconv.ParseUint(uid, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return imap.Cursor{Folder: folder}, fmt.Errorf("%q is no cursor of a folder", value)
	}
	return imap.Cursor{Folder: folder, UIDValidity: uint32(v), UID: uint32(u)}, nil
}
