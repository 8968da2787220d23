package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// Secret is a password or token. It says where it comes from, never what it is: not in a log, not in JSON, not with %#v.
// It is read when it is asked for, so that what needs no server needs no secret, and a changed file needs no restart.
type Secret struct {
	from string                 // "file /etc/dcbot/password", "environment variable X", "the config"
	read func() (string, error) // a function, because printing one shows an address
}

const hidden = "(hidden)"

// Value reads the secret. Errors name the file or variable, and the remedy.
func (s Secret) Value() (string, error) {
	if s.read == nil {
		return "", nil
	}
	return s.read()
}

// Set says whether the config names a secret.
func (s Secret) Set() bool { return s.read != nil }

// From says where it comes from, for messages.
func (s Secret) From() string { return s.from }

// String hides it.
func (s Secret) String() string { return hidden }

// GoString hides it from %#v.
func (s Secret) GoString() string { return hidden }

// LogValue hides it from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides it from JSON, TOML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// remedy says which key of the config names the secret that cannot be read, and what helps.
func (s Secret) remedy(err error) (key, remedy string) {
	switch {
	case strings.HasPrefix(s.from, "environment"):
		return "password_env", "set it where dcbot is started, or name a password_file"
	case errors.Is(err, fs.ErrNotExist):
		return "password_file", "make that file, with the password alone in it, readable for nobody but the user that runs dcbot"
	case errors.Is(err, fs.ErrPermission):
		return "password_file", "make it readable for the user that runs dcbot"
	}
	return "password_file", "write the password into it, and nothing else"
}

func fileSecret(path string) Secret {
	return Secret{"file " + path, func() (string, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		// An editor ends the file with a line break that is not part of the password.
		s := strings.TrimRight(string(data), "\r\n")
		if s == "" {
			return "", fmt.Errorf("reading the password: %s is empty", path)
		}
		return s, nil
	}}
}

func envSecret(name string) Secret {
	return Secret{"environment variable " + name, func() (string, error) {
		s, ok := os.LookupEnv(name)
		if !ok || s == "" {
			return "", fmt.Errorf("reading the password: the environment variable %s is not set", name)
		}
		return s, nil
	}}
}

func plainSecret(s string) Secret {
	return Secret{"the config", func() (string, error) { return s, nil }}
}
