package mbox

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// scan reads a whole mbox with the scanner alone.
func scan(src io.Reader, base int64, limit int) (msgs []Message, err error) {
	s := scanner{src: src, base: base, limit: limit, size: 3 * look}
	if err := s.start(base == 0); err != nil {
		return nil, err
	}
	for {
		m, err := s.next()
		if err == io.EOF {
			return msgs, nil
		}
		if err != nil {
			return msgs, err
		}
		m.Raw = bytes.Clone(m.Raw)
		msgs = append(msgs, m)
	}
}

// FuzzScan checks on any input that no byte is lost between messages, that reading in small pieces gives the same as
// in big ones, and that resuming anywhere gives the rest.
func FuzzScan(f *testing.F) {
	f.Add([]byte(from1+"A: 1\n\none\n\n"+from2+"A: 2\n\n>From two\n"), uint8(0))
	f.Add([]byte("\xef\xbb\xbf\r\nFrom - Mon Mar 22 10:00:00 2021\r\nA: 1\r\n\r\nFrom x\r\n"), uint8(1))
	f.Add([]byte(from1+from2+from1+"\n"+from2+"\n\n"+from1), uint8(2))
	f.Add([]byte(from1+"From ana at example.org  Mon Mar 22 10:00:00 2021\nFrom: ana at example.org (Ana)\n"), uint8(1))
	f.Add([]byte(from1+strings.Repeat("x", 3*look)+"\n\n"+from2+"B: 1\n"), uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, at uint8) {
		const limit = 2048
		msgs, err := scan(bytes.NewReader(text), 0, limit)
		if err != nil {
			return
		}
		pieces, err := scan(iotest.OneByteReader(bytes.NewReader(text)), 0, limit)
		if err != nil || len(pieces) != len(msgs) {
			t.Fatalf("%d messages in pieces, %d at once, err = %v", len(pieces), len(msgs), err)
		}
		end := int64(-1)
		for i, m := range msgs {
			if p := pieces[i]; p.Offset != m.Offset || p.Next != m.Next {
				t.Fatalf("message %d: %+v in pieces, %+v at once", i, p, m)
			}
			if m.Next <= m.Offset || end >= 0 && m.Offset != end {
				t.Fatalf("message %d is at %d to %d, the one before ended at %d", i, m.Offset, m.Next, end)
			}
			end = m.Next
			if !m.Truncated && !bytes.Contains(text[m.Offset:m.Next], m.Raw) {
				t.Fatalf("message %d is not in the text", i)
			}
			if len(m.Raw) > limit && m.Truncated {
				t.Fatalf("message %d has %d bytes", i, len(m.Raw))
			}
			reveal(unquote(m.Raw, at%2 == 0))
		}
		if end >= 0 && end != int64(len(text)) {
			t.Fatalf("the last message ends at %d of %d", end, len(text))
		}
		if len(msgs) > 0 {
			from := msgs[int(at)%len(msgs)].Next
			rest, err := scan(bytes.NewReader(text[from:]), from, limit)
			if err != nil || len(rest) != len(msgs)-int(at)%len(msgs)-1 {
				t.Fatalf("resumed at %d: %d messages, err = %v", from, len(rest), err)
			}
		}
	})
}

// FuzzDetect checks that no beginning of a file makes opening fail in another way than by an error.
func FuzzDetect(f *testing.F) {
	f.Add([]byte(from1 + "A: 1\n"))
	f.Add([]byte("From: x"))
	f.Fuzz(func(_ *testing.T, head []byte) {
		_, _ = detect(head, "a.mbox")
	})
}
