package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"dcbot/bot/dc"
)

// Config is config.toml, validated, with its defaults filled in.
type Config struct {
	Path        string // of the file; relative paths in it start from its directory
	Bot         Bot
	Group       dc.Group
	Coalitions  []dc.Coalition
	Mail        Mail
	Matrix      *Matrix // nil: none
	Secretariat Secretariat
	Storage     Storage
	Limits      Limits

	doc *document
}

// Bot is how the bot calls itself.
type Bot struct {
	Name     string // "dcbot"
	Zone     string // IANA name; UTC
	Language string // BCP 47; en
	Prefix   string // of commands in mail and rooms; "!dc"
}

// Mail is the bot's mail account.
type Mail struct {
	Address    string
	Name       string   // for From; the bot's name
	Others     []string // addresses that it had before
	AuthservID string   // of our own receiving server (RFC 8601 section 2.2); "": its verdicts are not used
	Hello      string   // for EHLO; "": the domain of Address
	IMAP       *IMAP    // nil: none
	SMTP       *SMTP    // nil: none
}

// TLSMode says how a connection is protected.
type TLSMode string

// The modes.
const (
	TLS      TLSMode = "tls"      // from the first byte
	StartTLS TLSMode = "starttls" // upgraded, or refused
	NoTLS    TLSMode = "none"     // for a server on the same machine only
)

// Server is a mail server and how to log in.
type Server struct {
	Address  string // host:port
	TLS      TLSMode
	CAFile   string // PEM; "": the system's authorities
	User     string // "": no login
	Password Secret
}

// IMAP is where mail is read.
type IMAP struct {
	Server
	Folders []string // at least one; INBOX
	MaxSize int64    // bytes; of a bigger mail only the header is fetched; 32 MB
}

// SMTP is where mail is handed over.
type SMTP struct{ Server }

// Matrix is the bot's account there. This version reads it and checks it, and does not use it yet.
type Matrix struct {
	Homeserver string
	User       string
	Encrypted  bool
	Password   Secret
}

// Secretariat is who gets the consolidated drafts.
type Secretariat struct{ Address, Name string }

// Storage is where the record is.
type Storage struct{ Path string }

// Limits keep lists from being flooded.
type Limits struct {
	PerHour int   // most posts to one list in an hour; 0 is no limit; 30
	MaxPost int64 // most bytes of a post to a list; 40 KB
}

// Load reads and checks a config. The error is *Problems when the file could be read but is wrong.
func Load(path string) (*Config, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, dc.Userf("`dcbot config` writes an example; --config names the file", "reading the config: %w", err)
	}
	return LoadBytes(path, data)
}

// LoadBytes is Load for a config that was read already; name is its path.
func LoadBytes(name string, data []byte) (*Config, error) {
	f, d, whole := decode[configFile](name, data)
	c := &Config{Path: name, doc: d}
	if whole {
		b := &builder{document: d, dir: filepath.Dir(name), used: map[string]string{}}
		b.build(c, f)
	}
	if len(d.problems.All) > 0 {
		d.problems.sorted()
		return nil, d.problems
	}
	return c, nil
}

// readFile reads no more than is worth reading.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// ForRun says what `run` needs beyond what Load checks: servers, secrets that can be read, lists, facilitators and the
// Secretariat's address. The error is *Problems.
func (c *Config) ForRun() error {
	d := &document{name: c.Path, places: c.doc.places, problems: &Problems{File: c.Path}}
	if c.Mail.IMAP == nil {
		d.problem("mail.imap", "say where mail is read: [mail.imap] address = \"imap.example.org:993\"", "is missing")
	} else {
		d.login("mail.imap", c.Mail.IMAP.Server, true)
	}
	if c.Mail.SMTP == nil {
		d.problem("mail.smtp", "say where mail is sent: [mail.smtp] address = \"smtp.example.org:465\"", "is missing")
	} else {
		d.login("mail.smtp", c.Mail.SMTP.Server, false)
	}
	if c.Secretariat.Address == "" {
		d.problem("secretariat.address", "say who gets the drafts: [secretariat] address = \"...\"", "is missing")
	}
	lists := 0
	for i, x := range c.Coalitions {
		lists += len(x.Lists)
		if len(x.Facilitators)+len(c.Group.Facilitators) == 0 {
			d.problem(fmt.Sprintf("coalition[%d].facilitators", i), "name at least one here, or in [group]", "nobody could sort or approve what %s answers", x.Name)
		}
	}
	if lists == 0 {
		d.problem("coalition", "add [coalition.list] address = \"...\"", "no coalition has a mailing list")
	}
	if len(d.problems.All) == 0 {
		return nil
	}
	d.problems.sorted()
	return d.problems
}

// login checks that a server's secret can be read. Reading mail always needs one.
func (d *document) login(path string, s Server, needed bool) {
	if s.User == "" && needed {
		d.problem(path+".user", "name the account", "is missing")
	}
	switch {
	case s.User == "":
	case !s.Password.Set():
		d.problem(path, "add password_file = \"...\", or password_env = \"...\"", "has no password for %s", s.User)
	default:
		if _, err := s.Password.Value(); err != nil {
			key, remedy := s.Password.remedy(err)
			d.problem(path+"."+key, remedy, "%v", err)
		}
	}
	if s.CAFile != "" {
		if _, err := os.Stat(s.CAFile); err != nil {
			d.problem(path+".ca_file", "name a file of certificates in PEM", "%v", err)
		}
	}
}

const (
	defaultPrefix       = "!dc"
	defaultReturnWithin = 15 * time.Minute
	defaultPerHour      = 30
	defaultMaxMail      = 32 << 20
	defaultMaxPost      = 40 << 10
)
