package mbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maildir reads the files of cur and new in the order of their names, which begin with the time of delivery.
type maildir struct {
	names []string // relative to path
	path  string
	at    int64
	limit int64
	buf   []byte
}

func (r *Reader) openMaildir(offset, limit int64) error {
	names, err := maildirNames(r.path)
	if err != nil {
		return err
	}
	if offset > int64(len(names)) {
		return &Error{r.path, fmt.Errorf("has %d messages, not %d", len(names), offset), "the Maildir is not as it was: start over from its beginning"}
	}
	r.kind = Maildir
	r.size = int64(len(names))
	r.dir = maildir{names: names, path: r.path, at: offset, limit: limit}
	return nil
}

func maildirNames(path string) ([]string, error) {
	var names []string
	found := false
	for _, sub := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(path, sub))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &Error{path, err, "check that this user may read it"}
		}
		found = true
		for _, e := range entries {
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
				names = append(names, sub+"/"+e.Name())
			}
		}
	}
	if !found {
		return nil, &Error{path, errors.New("is a directory that is no Maildir (no cur/ and no new/)"), "name the Maildir itself, or an mbox file"}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(unique(a), unique(b)) })
	return names, nil
}

// unique is the part of a Maildir name that stays when a mail moves from new to cur or gets flags.
func unique(name string) string {
	name, _, _ = strings.Cut(name[len("cur/"):], ":")
	return name
}

func (d *maildir) next() (Message, error) {
	for d.at < int64(len(d.names)) {
		name := d.names[d.at]
		m := Message{Offset: d.at, Next: d.at + 1, Envelope: filepath.Base(name)}
		d.at++
		f, err := d.open(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted since the directory was listed
		}
		if err != nil {
			return Message{}, &Error{d.path, err, "check that this user may read it"}
		}
		m.Raw, m.Truncated, err = d.read(f)
		f.Close()
		if err != nil {
			return Message{}, &Error{Path: d.path, Err: err}
		}
		return m, nil
	}
	return Message{}, io.EOF
}

// open also finds a file that was renamed since: reading mail moves it to cur and adds flags.
func (d *maildir) open(name string) (*os.File, error) {
	f, err := os.Open(filepath.Join(d.path, name))
	if !errors.Is(err, os.ErrNotExist) {
		return f, err
	}
	matches, _ := filepath.Glob(filepath.Join(d.path, "cur", escapeGlob(unique(name))+"*"))
	for _, m := range matches {
		if unique("cur/"+filepath.Base(m)) == unique(name) {
			return os.Open(m)
		}
	}
	return nil, err
}

func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

func (d *maildir) read(f *os.File) (raw []byte, truncated bool, err error) {
	if cap(d.buf) > keepBuf {
		d.buf = nil
	}
	d.buf = d.buf[:0]
	src := io.LimitReader(f, d.limit+1)
	for {
		d.buf = slices.Grow(d.buf, 4096)
		n, err := src.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, false, err
		}
	}
	if int64(len(d.buf)) > d.limit {
		return d.buf[:d.limit], true, nil
	}
	return d.buf, false, nil
}
