package mbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Kind is the form of an archive.
type Kind string

const (
	Mbox      Kind = "mbox"      // one ">" before "From " is quoting
	Mboxrd    Kind = "mboxrd"    // any number of ">" before "From " means one more than the author wrote
	Pipermail Kind = "pipermail" // mbox with addresses hidden as "ana at example.org"
	Maildir   Kind = "maildir"
)

// Message is one mail of an archive.
type Message struct {
	// Raw is the mail with the archive's own quoting undone. It is valid until the next call of Next: keep
	// bytes.Clone(Raw), or use it up before.
	Raw []byte
	// Offset is where the message begins, and Next where reading resumes after it: see OpenAt. In bytes of the
	// uncompressed mbox; in files of a Maildir.
	Offset, Next int64
	Envelope     string // what follows "From " in an mbox; the file name in a Maildir
	Truncated    bool   // the message with its envelope is longer than Options.MaxMessage, and Raw is the beginning of it
}

// Options change how an archive is read. The zero value fits.
type Options struct {
	MaxMessage int64 // bytes of one message; 64 MB
}

// Reader reads the messages of an archive in order. It is for one goroutine.
type Reader struct {
	path string
	kind Kind
	size int64
	file *os.File // nil for a Maildir
	done func() int64
	gz   *gzip.Reader
	box  scanner
	dir  maildir
}

// Error is an archive that cannot be read; its text names the cause and the remedy.
type Error struct {
	Path   string
	Err    error
	Remedy string
}

func (e *Error) Error() string {
	s := fmt.Sprintf("cannot read archive %s: %v", e.Path, e.Err)
	if e.Remedy != "" {
		s += ": " + e.Remedy
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Open opens the archive at path and finds out its kind.
func Open(path string) (*Reader, error) { return OpenWith(path, 0, Options{}) }

// OpenAt opens the archive to resume at offset, which is a Message.Next of the same archive: see SameArchive.
func OpenAt(path string, offset int64) (*Reader, error) { return OpenWith(path, offset, Options{}) }

// OpenWith is OpenAt with options.
func OpenWith(path string, offset int64, opts Options) (*Reader, error) {
	if opts.MaxMessage <= 0 {
		opts.MaxMessage = 64 << 20
	}
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &Error{path, os.ErrNotExist, "check the path"}
	}
	if err != nil {
		return nil, &Error{path, errors.Unwrap(err), "check that this user may read it"}
	}
	r := &Reader{path: path, size: info.Size()}
	if info.IsDir() {
		err = r.openMaildir(offset, opts.MaxMessage)
	} else {
		err = r.openFile(offset, opts.MaxMessage)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// headSize is how much of a file decides its kind.
const headSize = 64 << 10

func (r *Reader) openFile(offset, limit int64) error {
	f, err := os.Open(r.path)
	if err != nil {
		return &Error{r.path, errors.Unwrap(err), "check that this user may read it"}
	}
	r.file = f
	count := &counter{r: f}
	r.done = func() int64 { return count.n }
	src, err := r.uncompressed(count)
	if err != nil {
		return err
	}
	head, err := io.ReadAll(io.LimitReader(src, headSize))
	if err != nil {
		return r.broken(err)
	}
	if r.kind, err = detect(head, r.path); err != nil {
		return &Error{r.path, err, "an mbox begins with a line \"From sender date\"; convert other formats to mbox or Maildir first"}
	}
	src = io.MultiReader(bytes.NewReader(head), src)
	if offset > 0 {
		src, err = r.skip(offset, head, src)
		if err != nil {
			return err
		}
	}
	r.box = scanner{src: src, base: offset, limit: int(limit)}
	if err := r.box.start(offset == 0); err != nil {
		if errors.Is(err, errNoSeparator) && offset > 0 {
			return &Error{r.path, fmt.Errorf("no message begins at byte %d", offset), "the archive is not the one that was read before: start over from its beginning"}
		}
		return r.broken(err)
	}
	return nil
}

// uncompressed recognises gzip by its first bytes, whatever the file is called.
func (r *Reader) uncompressed(src *counter) (io.Reader, error) {
	var magic [6]byte
	n, err := r.file.ReadAt(magic[:], 0)
	if err != nil && err != io.EOF {
		return nil, r.broken(err)
	}
	switch head := magic[:n]; {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		gz, err := gzip.NewReader(src)
		if err != nil {
			return nil, &Error{r.path, fmt.Errorf("unpacking: %w", err), damaged}
		}
		r.gz = gz
		return r.gz, nil
	case bytes.HasPrefix(head, []byte("\xfd7zXZ")):
		return nil, &Error{r.path, errors.New("is compressed with xz"), "unpack it first: xz -dk " + r.path}
	case bytes.HasPrefix(head, []byte("BZh")):
		return nil, &Error{r.path, errors.New("is compressed with bzip2"), "unpack it first: bunzip2 -k " + r.path}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, &Error{r.path, errors.New("is a zip file"), "unpack it first"}
	}
	return src, nil
}

// skip goes to offset: by seeking in a plain file, by unpacking in a compressed one.
func (r *Reader) skip(offset int64, head []byte, src io.Reader) (io.Reader, error) {
	if r.gz == nil {
		if offset > r.size {
			return nil, &Error{r.path, fmt.Errorf("has %d bytes, not %d", r.size, offset), "the archive is not the one that was read before: start over from its beginning"}
		}
		if _, err := r.file.Seek(offset, io.SeekStart); err != nil {
			return nil, r.broken(err)
		}
		count := &counter{r: r.file, n: offset}
		r.done = func() int64 { return count.n }
		return count, nil
	}
	if _, err := io.CopyN(io.Discard, src, offset); err != nil {
		if err == io.EOF {
			err = fmt.Errorf("ends before byte %d", offset)
		}
		return nil, &Error{r.path, err, "the archive is not the one that was read before: start over from its beginning"}
	}
	return src, nil
}

const damaged = "the compressed file is damaged or incomplete: download it again"

func (r *Reader) broken(err error) error {
	if r.gz != nil {
		return &Error{r.path, fmt.Errorf("unpacking: %w", err), damaged}
	}
	return &Error{Path: r.path, Err: err}
}

// Next returns the next message, and io.EOF after the last.
func (r *Reader) Next() (Message, error) {
	if r.kind == Maildir {
		return r.dir.next()
	}
	m, err := r.box.next()
	if err != nil {
		if err != io.EOF {
			err = r.broken(err)
		}
		return Message{}, err
	}
	m.Raw = unquote(m.Raw, r.kind == Mboxrd)
	if r.kind == Pipermail {
		m.Raw = reveal(m.Raw)
	}
	return m, nil
}

// Kind says what Open found.
func (r *Reader) Kind() Kind { return r.kind }

// Size is the size of the archive for a progress bar: bytes on disk, or files of a Maildir.
func (r *Reader) Size() int64 { return r.size }

// Done is how much of Size has been read. It runs ahead of Next by a buffer.
func (r *Reader) Done() int64 {
	if r.kind == Maildir {
		return r.dir.at
	}
	return r.done()
}

// Close closes the files.
func (r *Reader) Close() error {
	if r.gz != nil {
		r.gz.Close()
	}
	if r.file != nil {
		return r.file.Close()
	}
	return nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// detect tells the kinds of mbox apart by the separators at the beginning of the file.
func detect(head []byte, path string) (Kind, error) {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	kind := Mbox
	if strings.HasSuffix(name, ".mboxrd") {
		kind = Mboxrd
	}
	rest := head
	first := true
	for len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		if first && (len(bytes.TrimSpace(line)) == 0 || bytes.Equal(line, bom)) {
			rest = after
			continue
		}
		if first {
			line = bytes.TrimPrefix(line, bom)
		}
		sep := separator(line)
		if first && !sep {
			return "", fmt.Errorf("is no mbox: it begins with %.40q", line)
		}
		first = false
		switch {
		case sep && bytes.HasPrefix(line, []byte("From mboxrd@z ")): // public-inbox
			return Mboxrd, nil
		case sep && hidden.Match(line):
			return Pipermail, nil
		}
		rest = after
	}
	return kind, nil
}

var bom = []byte("\xef\xbb\xbf")
