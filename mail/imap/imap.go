package imap

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"time"

	"dcbot/mail/internal/dial"
)

// TLSMode says how the connection is protected.
type TLSMode = dial.Mode

const (
	TLS      = dial.TLS      // from the first byte (port 993)
	StartTLS = dial.StartTLS // after STARTTLS, which must succeed (port 143)
	NoTLS    = dial.Plain    // loopback addresses only
)

// ConnectError is the failure to reach, to trust, to log in to the server or to open the folder; its text names the remedy.
type ConnectError = dial.Error

// Config says which folder to watch. The zero value of a number or duration means its default.
type Config struct {
	Addr     string // host:port
	User     string
	Password string
	TLS      TLSMode // "" means TLS
	RootCAs  *x509.CertPool
	Folder   string // "" means INBOX

	DialTimeout    time.Duration // connecting and TLS; 30 s
	CommandTimeout time.Duration // each command, to its end; 1 min
	FetchTimeout   time.Duration // one mail; 5 min
	IdleMax        time.Duration // the longest wait before searching again, with or without IDLE; 5 min, which is also the most
	MaxSize        int64         // bytes; a bigger mail is handed over with its header only; 32 MB
	BackoffMin     time.Duration // the first wait after a failure; 1 s
	BackoffMax     time.Duration // the longest; 5 min

	Log *slog.Logger // nil: none
	// Status, if set, is told of every change of state, from the goroutine that called Run. It must not block.
	Status func(State)
	// Reset, if set, is told that the folder starts over (see Delivery.Resync) before anything of it is handed over, so
	// that the caller can store the new cursor. An error counts like one of the handler.
	Reset func(ctx context.Context, cur Cursor) error
	// Dial replaces the network in tests.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Location names a mail on the server for as long as the folder keeps its UIDVALIDITY.
type Location struct {
	Folder           string
	UIDValidity, UID uint32
}

func (l Location) String() string {
	return fmt.Sprintf("%s;UIDVALIDITY=%d;UID=%d", l.Folder, l.UIDValidity, l.UID)
}

// Cursor says up to where a folder has been handled: all of UIDValidity with a UID not above UID. The zero value means
// from the beginning.
type Cursor struct {
	Folder           string
	UIDValidity, UID uint32
}

// Delivery is one mail.
type Delivery struct {
	Location
	Internal time.Time // INTERNALDATE: when the server took it, in the server's zone; zero if it did not say
	Raw      []byte    // the whole mail as the server has it, or, if OverSize, what could be had of its header
	Size     int64     // RFC822.SIZE, in bytes
	OverSize bool      // Raw is not the whole mail; Note says why
	Note     string
	// Resync means that the folder started over at UID 0, because its UIDVALIDITY changed or its UIDs went back: this mail
	// may have been handled before, under another location. The caller knows it by its Message-ID and content, which it
	// must compare in any case: a process that ends while the folder is read again does not set the flag afterwards.
	Resync bool
}

// Cursor is what the caller stores together with the mail.
func (d Delivery) Cursor() Cursor { return Cursor(d.Location) }

// Handler stores a mail and advances the stored cursor to d.Cursor(), in one transaction. If it fails, the connection
// is given up, and the same mail comes again after a pause. d.Raw is the handler's to keep.
type Handler func(ctx context.Context, d Delivery) error

// Phase is what a client is doing.
type Phase string

const (
	Connecting Phase = "connecting"
	Reading    Phase = "reading"  // searching and fetching
	Watching   Phase = "watching" // everything is handed over; waiting for new mail
	Waiting    Phase = "waiting"  // failed; waiting before the next attempt
)

// State is a client's state, for status pages and logs.
type State struct {
	Phase  Phase
	Cursor Cursor        // what has been handed over
	Err    error         // Waiting: why
	Retry  time.Duration // Waiting: how long
}

// Client watches one folder. Several folders take several clients.
type Client struct {
	cfg     Config
	tries   map[Location]int // failed attempts to fetch a mail
	rewound map[uint32]bool  // UIDVALIDITYs whose UIDs went back once
	resync  bool             // the folder started over and is not yet read to its end
	phase   Phase            // last told to Status
	cursor  Cursor
}

// New returns a client; it does not connect.
func New(cfg Config) *Client {
	set := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	set(&cfg.DialTimeout, 30*time.Second)
	set(&cfg.CommandTimeout, time.Minute)
	set(&cfg.FetchTimeout, 5*time.Minute)
	set(&cfg.IdleMax, maxIdle)
	cfg.IdleMax = min(cfg.IdleMax, maxIdle)
	set(&cfg.BackoffMin, time.Second)
	set(&cfg.BackoffMax, 5*time.Minute)
	if cfg.MaxSize <= 0 {
		cfg.MaxSize = 32 << 20
	}
	if cfg.Folder == "" {
		cfg.Folder = "INBOX"
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Log = cfg.Log.With("imap", cfg.Addr, "folder", cfg.Folder)
	return &Client{cfg: cfg, tries: map[Location]int{}, rewound: map[uint32]bool{}}
}

// maxIdle bounds IDLE: home routers and providers forget silent connections well before the 29 minutes of RFC 2177.
const maxIdle = 5 * time.Minute

// Once hands over everything above the cursor and returns.
func (c *Client) Once(ctx context.Context, cur Cursor, handle Handler) error {
	_, err := c.pass(ctx, &cur, handle, false)
	return err
}

// Run hands over everything above the cursor, and then what arrives, until ctx ends; it returns the cause of that. It
// reconnects after every failure, with growing pauses. A Client runs once at a time.
func (c *Client) Run(ctx context.Context, cur Cursor, handle Handler) error {
	pause := backoff{min: c.cfg.BackoffMin, max: c.cfg.BackoffMax}
	for {
		progress, err := c.pass(ctx, &cur, handle, true)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if progress {
			pause.reset()
		}
		wait := pause.next()
		c.cfg.Log.Warn("connection ended", "err", err, "retry", wait)
		c.enter(State{Phase: Waiting, Cursor: cur, Err: err, Retry: wait})
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-timer.C:
		}
	}
}

// pass is one connection: from connecting until it fails or, unless stay is set, until everything is handed over.
// progress says that it was good for something, so that the next failure is a new one.
func (c *Client) pass(ctx context.Context, cur *Cursor, handle Handler, stay bool) (progress bool, err error) {
	c.enter(State{Phase: Connecting, Cursor: *cur})
	s, err := c.connect(ctx)
	if err != nil {
		return false, err
	}
	defer s.close()
	if err := s.examine(ctx, cur); err != nil {
		return false, err
	}
	for {
		c.enter(State{Phase: Reading, Cursor: *cur})
		n, err := s.catchUp(ctx, cur, handle)
		progress = progress || n > 0
		if err != nil {
			return progress, err
		}
		c.resync = false
		if !stay {
			s.logout()
			return true, nil
		}
		c.enter(State{Phase: Watching, Cursor: *cur})
		if err := s.watch(ctx); err != nil {
			return progress, err
		}
		progress = true // a whole wait without trouble
	}
}

func (c *Client) enter(st State) {
	if st.Err == nil && st.Phase == c.phase && st.Cursor == c.cursor {
		return
	}
	c.phase, c.cursor = st.Phase, st.Cursor
	c.cfg.Log.Debug("state", "phase", st.Phase, "uid", st.Cursor.UID)
	if c.cfg.Status != nil {
		c.cfg.Status(st)
	}
}
