package config

import (
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/dustin/go-humanize"
	"golang.org/x/text/language"

	"dcbot/bot/dc"
)

var (
	identifier = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)
	matrixUser = regexp.MustCompile(`^@[^:\s]+:[^\s]+$`)
	matrixRoom = regexp.MustCompile(`^[!#][^:\s]+(:[^\s]+)?$`)
)

func (d *document) zone(path, value, def string) string {
	if value == "" {
		return def
	}
	if _, err := dc.LoadZone(value); err != nil {
		remedy := "use an IANA name such as Africa/Nairobi or UTC"
		if u, ok := dc.AsUser(err); ok && u.Remedy != "" {
			remedy = u.Remedy
		}
		d.problem(path, remedy, "%q is no time zone that is known here", value)
		return def
	}
	return value
}

func (d *document) language(path, value, def string) string {
	if value == "" {
		return def
	}
	if _, err := language.Parse(value); err != nil {
		d.problem(path, "use a code such as en, fr or pt-BR (BCP 47)", "%q is no language", value)
		return def
	}
	return value
}

// oneOf notes a word that is not among those that are allowed.
func (d *document) oneOf(path, value string, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	remedy := "use one of " + strings.Join(allowed, ", ")
	if near := nearest(value, allowed); near != "" {
		remedy = "did you mean " + near + "? It is one of " + strings.Join(allowed, ", ")
	}
	d.problem(path, remedy, "%q is not known", value)
}

// line notes a line break where a header or a heading is made of the text.
func (d *document) line(path, value string) {
	if strings.ContainsFunc(value, unicode.IsControl) {
		d.problem(path, "write it on one line", "has a line break or another control character")
	}
}

// address says whether value is a bare mail address.
func (d *document) address(path, value string) bool {
	if value == "" {
		return false
	}
	a, err := netmail.ParseAddress(value)
	if err != nil || a.Name != "" || a.Address != value {
		remedy := "write it as name@example.org"
		if err == nil {
			remedy = fmt.Sprintf("write only the address: %q", a.Address)
		}
		d.problem(path, remedy, "%q is no mail address", value)
		return false
	}
	return true
}

// web says whether value is a link that a reader can follow.
func (d *document) web(path, value string) bool {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(value, unicode.IsSpace) {
		d.problem(path, "write it with https://", "%q is no link", value)
		return false
	}
	return true
}

func (d *document) facilitators(path string, list []string) []string {
	for i, f := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case strings.HasPrefix(f, "@"):
			if !matrixUser.MatchString(f) {
				d.problem(at, "write it as @name:server", "%q is no Matrix id", f)
			}
		case f == "":
			d.problem(at, "remove it", "is empty")
		default:
			d.address(at, f)
		}
	}
	return list
}

func (d *document) rooms(path string, list []string) []string {
	for i, r := range list {
		if !matrixRoom.MatchString(r) {
			d.problem(fmt.Sprintf("%s[%d]", path, i), "write it as !id:server or #alias:server", "%q is no Matrix room", r)
		}
	}
	return list
}

// size reads "30 MB" or "40 KiB" into bytes.
func (d *document) size(path, value string, def int64) int64 {
	if value == "" {
		return def
	}
	n, err := humanize.ParseBytes(value)
	if err != nil || n == 0 || n > 1<<40 {
		d.problem(path, `write it as "30 MB" or "40 KiB"`, "%q is no size", value)
		return def
	}
	return int64(n)
}

// unique notes a value that stands elsewhere already, with the line where; case makes no difference.
func (b *builder) unique(kind, path, value string) bool {
	if value == "" {
		return true
	}
	key := kind + "\x00" + strings.ToLower(value)
	if first, ok := b.used[key]; ok {
		b.problem(path, "choose another one", "%q is also %s (line %d)", value, shown(first), b.at(first).line)
		return false
	}
	b.used[key] = path
	return true
}

func (b *builder) prefix(p string) string {
	if p == "" {
		return defaultPrefix
	}
	// Prose that begins with a word must never be a command.
	if r := []rune(p)[0]; unicode.IsLetter(r) || unicode.IsDigit(r) || r == '>' || r == '-' || strings.ContainsFunc(p, unicode.IsSpace) || strings.ContainsFunc(p, unicode.IsControl) || len(p) < 2 {
		b.problem("bot.prefix", "begin it with a mark and write no spaces, such as !dc", "%q could begin a line of ordinary text", p)
	}
	return p
}

// path makes a path start from the directory of the config.
func (b *builder) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(b.dir, p)
}

func (b *builder) server(path string, f serverFile, example string) Server {
	s := Server{Address: f.Address, TLS: TLSMode(or(f.TLS, string(TLS))), CAFile: b.path(f.CAFile), User: f.User}
	b.oneOf(path+".tls", string(s.TLS), string(TLS), string(StartTLS), string(NoTLS))
	host, port, err := net.SplitHostPort(f.Address)
	switch n, perr := strconv.Atoi(port); {
	case f.Address == "":
		b.missing(path+".address", fmt.Sprintf("write host and port: address = %q", example))
	case err != nil || host == "":
		b.problem(path+".address", fmt.Sprintf("write host and port, such as %s", example), "%q is no host and port", f.Address)
	case perr != nil || n < 1 || n > 65535:
		b.problem(path+".address", "a port is a number from 1 to 65535", "%q has no valid port", f.Address)
	case s.TLS == NoTLS && f.User != "" && !loopback(host):
		b.problem(path+".tls", `use "tls" or "starttls"`, "the password would cross the network unprotected")
	}
	b.line(path+".user", f.User)
	s.Password = b.secret(path, f.secretFile)
	return s
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (b *builder) secret(path string, f secretFile) Secret {
	given := 0
	for _, s := range []string{f.Password, f.PasswordFile, f.PasswordEnv} {
		if s != "" {
			given++
		}
	}
	if given > 1 {
		b.problem(path, "keep password_file or password_env", "names its password in %d ways", given)
		return Secret{}
	}
	switch {
	case f.PasswordFile != "":
		return fileSecret(b.path(f.PasswordFile))
	case f.PasswordEnv != "":
		return envSecret(f.PasswordEnv)
	case f.Password != "":
		if !f.Insist {
			b.problem(path+".password", "move it to a file and name that with password_file, or set insecure_password_in_config = true beside it", "a password stands in the config, where everyone who reads the config reads it")
		}
		return plainSecret(f.Password)
	}
	return Secret{}
}

func (b *builder) matrix(f matrixFile) *Matrix {
	m := &Matrix{Homeserver: f.Homeserver, User: f.User, Encrypted: f.Encrypted, Password: b.secret("matrix", f.secretFile)}
	if f.Homeserver == "" {
		b.missing("matrix.homeserver", `homeserver = "https://matrix.example.org"`)
	} else {
		b.web("matrix.homeserver", f.Homeserver)
	}
	switch {
	case f.User == "":
		b.missing("matrix.user", `user = "@dcbot:example.org"`)
	case !matrixUser.MatchString(f.User):
		b.problem("matrix.user", "write it as @name:server", "%q is no Matrix id", f.User)
	}
	return m
}
