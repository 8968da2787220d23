package mbox

import (
	"bytes"
	"errors"
	"io"
	"regexp"
)

// A separator is a line "From sender date" (RFC 4155), as so many programs write it that only the date is certain:
// "Mon Mar  2 10:04:05 2021", with a zone before or after the year, without seconds, or as in a Date field. A line of
// a body that begins with "From " and has no date behind it separates nothing.
var fromLine = regexp.MustCompile(`^From (?:.*?[ \t])?(?:` +
	`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d{1,2}:\d\d(?::\d\d)?(?:[ \t]+(?:[A-Z]{1,5}|[+-]\d{4}))*[ \t]+\d{2,4}(?:[ \t]+(?:[A-Z]{1,5}|[+-]\d{4}))*` +
	`|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+)?\d{1,2}[ \t]+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ \t]+\d{4}[ \t]+\d{1,2}:\d\d(?::\d\d)?(?:[ \t]+\S{1,6})*` +
	`|\d{4}-\d\d-\d\d[T \t]+\d\d:\d\d(?::\d\d)?\S*(?:[ \t]+[+-]\d{4})?` +
	`)[ \t]*(?:remote from \S+)?\r?$`)

// hidden is the separator of pipermail's text files: "From ana at example.org  Mon Mar ...".
var hidden = regexp.MustCompile(`^From \S+ at \S+[ \t]`)

// maxFrom bounds a separator line; what is longer is text.
const maxFrom = 512

func separator(line []byte) bool {
	return len(line) <= maxFrom && bytes.HasPrefix(line, []byte("From ")) && fromLine.Match(line)
}

// field reports whether a line can be the first one of a header (RFC 5322 section 2.2), or was one before an mbox
// program quoted it.
func field(line []byte) bool {
	if bytes.HasPrefix(line, []byte(">From ")) {
		return true
	}
	for i, b := range line {
		switch {
		case b == ':':
			return i > 0
		case b <= ' ' || b >= 0x7f:
			return false
		}
	}
	return false
}

// scanner cuts a stream at its separators. buf[r:w] is what is read and not yet delivered; it begins with a separator.
type scanner struct {
	src   io.Reader
	buf   []byte
	r, w  int
	base  int64 // offset of buf[0] in the stream
	eof   bool
	err   error // what ended the stream, if not its end
	limit int
	size  int // of the buffer; it grows for bigger messages
}

const (
	bufSize = 256 << 10
	keepBuf = 4 << 20 // a buffer grown beyond this by one message is given back
	look    = 2 * maxFrom
)

var errNoSeparator = errors.New("it does not begin with a line \"From sender date\"")

// start skips blank lines and a byte order mark before the first message, and makes sure that there is one.
func (s *scanner) start(lead bool) error {
	if s.size == 0 {
		s.size = bufSize
	}
	s.buf = make([]byte, s.size)
	if err := s.need(look); err != nil {
		return err
	}
	if lead {
		if bytes.HasPrefix(s.buf[s.r:s.w], bom) {
			s.r += len(bom)
		}
		for s.r < s.w && (s.buf[s.r] == '\n' || s.buf[s.r] == '\r') {
			s.r++
			if err := s.need(look); err != nil {
				return err
			}
		}
	}
	if s.r < s.w && !separator(firstLine(s.buf[s.r:s.w])) {
		return errNoSeparator
	}
	return nil
}

// need makes n bytes available behind r unless the stream ends before.
func (s *scanner) need(n int) error {
	for s.w-s.r < n && !s.eof {
		s.fill()
	}
	return s.err
}

// fill reads more, making room by moving what is there to the front or, if it fills the buffer, by doubling it.
func (s *scanner) fill() {
	if s.w == len(s.buf) {
		if s.r > 0 {
			s.move(s.buf)
		} else {
			s.move(make([]byte, max(len(s.buf)+look, min(2*len(s.buf), s.limit+2*look+s.size))))
		}
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.w:])
		s.w += n
		if err != nil {
			s.eof = true
			if err != io.EOF {
				s.err = err
			}
			return
		}
		if n > 0 {
			return
		}
	}
	s.eof, s.err = true, io.ErrNoProgress
}

func (s *scanner) move(to []byte) {
	n := copy(to, s.buf[s.r:s.w])
	s.base += int64(s.r)
	s.buf, s.r, s.w = to, 0, n
}

// next delivers the message at r and goes to the one behind it.
func (s *scanner) next() (Message, error) {
	if len(s.buf) > keepBuf && s.w-s.r < s.size {
		s.move(make([]byte, s.size))
	}
	if s.r == s.w {
		if err := s.need(1); err != nil {
			return Message{}, err
		}
		if s.r == s.w {
			return Message{}, io.EOF
		}
	}
	m := Message{Offset: s.base + int64(s.r)}
	end, long, err := s.findEnd()
	if err != nil {
		return Message{}, err
	}
	whole := s.buf[s.r : s.r+end]
	if long = long || end > s.limit; long {
		m.Truncated = true
		whole = whole[:s.limit]
	}
	line := firstLine(whole)
	m.Envelope = string(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("From "))))
	m.Raw = whole[min(len(line)+1, len(whole)):]
	if !long {
		m.Raw = trimEnd(m.Raw)
	}
	s.r += end
	m.Next = s.base + int64(s.r)
	return m, nil
}

// findEnd returns the length of the message at r. Of one that is longer than the limit only so much is kept in the
// buffer; what follows is thrown away up to the next separator, which the buffer then goes on with.
func (s *scanner) findEnd() (end int, long bool, err error) {
	at := 1 // relative to r; the "From " at r itself begins the message
	for {
		i := bytes.Index(s.buf[s.r+at:s.w], []byte("\nFrom "))
		if i >= 0 {
			cut := at + i + 1
			if s.w-s.r-cut < look && !s.eof {
				at = at + i
				s.fill() // the line and the one behind it decide
				if s.err != nil {
					return 0, false, s.err
				}
				continue
			}
			if s.separates(cut) {
				return cut, long, nil
			}
			at = cut
			continue
		}
		if s.eof {
			return s.w - s.r, long, s.err
		}
		at = max(at, s.w-s.r-len("\nFrom ")+1)
		// Of a message beyond the limit, keep the beginning and the last few bytes: a blank line and the beginning of a
		// separator may be among them.
		if keep, tail := s.limit+look, at-len("\n\r\n"); tail > keep {
			long = true
			n := copy(s.buf[s.r+keep:], s.buf[s.r+tail:s.w])
			s.w = s.r + keep + n
			s.base += int64(tail - keep)
			at -= tail - keep
		}
		s.fill()
		if s.err != nil {
			return 0, false, s.err
		}
	}
}

// separates judges the line at offset cut behind r. A separator stands behind a blank line and before a header; where
// the blank line is missing, as after a message that was cut off, the header must be there.
func (s *scanner) separates(cut int) bool {
	rest := s.buf[s.r+cut : s.w]
	line := firstLine(rest)
	if !separator(line) {
		return false
	}
	behind := rest[min(len(line)+1, len(rest)):]
	next := firstLine(behind)
	before := s.buf[s.r : s.r+cut]
	blank := bytes.HasSuffix(before, []byte("\n\n")) || bytes.HasSuffix(before, []byte("\n\r\n"))
	return field(next) || blank && len(bytes.TrimSpace(next)) == 0
}

func firstLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i]
	}
	return b
}

// trimEnd takes away the blank line that an mbox puts behind every message.
func trimEnd(b []byte) []byte {
	if bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		return b[:len(b)-2]
	}
	if bytes.HasSuffix(b, []byte("\n\n")) {
		return b[:len(b)-1]
	}
	return b
}
