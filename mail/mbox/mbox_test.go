package mbox

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

var update = flag.Bool("update", false, "write the golden files")

// write puts text into a file called name.
func write(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
	return path
}

func packed(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// all reads what is left, with copies of the raw messages.
func all(tb testing.TB, r *Reader) (msgs []Message) {
	tb.Helper()
	for {
		m, err := r.Next()
		if err == io.EOF {
			return msgs
		}
		if err != nil {
			tb.Fatal(err)
		}
		m.Raw = bytes.Clone(m.Raw)
		msgs = append(msgs, m)
	}
}

func open(tb testing.TB, path string) *Reader {
	tb.Helper()
	r, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { r.Close() })
	return r
}

func raws(msgs []Message) (out []string) {
	for _, m := range msgs {
		out = append(out, string(m.Raw))
	}
	return out
}

const from1, from2 = "From ana@example.org Mon Mar 22 10:00:00 2021\n", "From ben@example.org Tue Mar 23 11:00:00 2021\n"

func TestSeparators(t *testing.T) {
	for line, want := range map[string]bool{
		"From ana@example.org Mon Mar 22 10:00:00 2021":                              true,
		"From ana@example.org  Mon Mar  2 10:00:00 2021":                             true,
		"From ana@example.org Mon Mar 22 10:00 2021":                                 true,
		"From ana@example.org Mon Mar 22 10:00:00 CET 2021":                          true,
		"From ana@example.org Mon Mar 22 10:00:00 2021 +0100":                        true,
		"From 1694567890123456789@xxx Mon Mar 22 10:00:00 +0000 2021":                true,
		"From - Mon Mar 22 10:00:00 2021":                                            true,
		"From mboxrd@z Thu Jan  1 00:00:00 1970":                                     true,
		"From ana at example.org  Mon Mar 22 10:00:00 2021":                          true,
		"From MAILER-DAEMON Mon Mar 22 10:00:00 2021\r":                              true,
		"From ana@example.org Mon, 22 Mar 2021 10:00:00 +0000":                       true,
		"From ana@example.org 2021-03-22 10:00:00":                                   true,
		"From \"ana lima\"@example.org Mon Mar 22 10:00:00 2021 remote from uucp":    true,
		"From the beginning it was clear.":                                           false,
		"From Monday on, March 22 is the deadline":                                   false,
		"From what I read on Mon Mar 22 10:00:00 2021 in the minutes":                false,
		"from ana@example.org Mon Mar 22 10:00:00 2021":                              false,
		">From ana@example.org Mon Mar 22 10:00:00 2021":                             false,
		"From: Ana Lima <ana@example.org>":                                           false,
		"From " + strings.Repeat("x", 600) + "@example.org Mon Mar 22 10:00:00 2021": false,
	} {
		if got := separator([]byte(line)); got != want {
			t.Errorf("separator(%q) = %v", line, got)
		}
	}
}

func TestMessages(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"two", from1 + "A: 1\n\none\n\n" + from2 + "A: 2\n\ntwo\n", []string{"A: 1\n\none\n", "A: 2\n\ntwo\n"}},
		{"empty file", "", nil},
		{"blank lines and a byte order mark before it", "\ufeff\n\n" + from1 + "A: 1\n\none\n", []string{"A: 1\n\none\n"}},
		{"no line end at the end", from1 + "A: 1\n\none", []string{"A: 1\n\none"}},
		{"no body", from1 + "A: 1\n\n" + from2 + "A: 2\n", []string{"A: 1\n", "A: 2\n"}},
		{"no header", from1 + "\none\n\n" + from2 + "\ntwo\n", []string{"\none\n", "\ntwo\n"}},
		{"nothing at all", from1 + "\n" + from2 + "A: 2\n\ntwo\n", []string{"\n", "A: 2\n\ntwo\n"}},
		{"CRLF", "From a@b Mon Mar 22 10:00:00 2021\r\nA: 1\r\n\r\none\r\n\r\nFrom c@d Mon Mar 22 10:00:00 2021\r\nA: 2\r\n\r\ntwo\r\n",
			[]string{"A: 1\r\n\r\none\r\n", "A: 2\r\n\r\ntwo\r\n"}},
		{"no date", from1 + "A: 1\n\none\n\nFrom the start: a colon\nand more\n\n" + from2 + "A: 2\n\ntwo\n",
			[]string{"A: 1\n\none\n\nFrom the start: a colon\nand more\n", "A: 2\n\ntwo\n"}},
		{"a date and no header behind it", from1 + "A: 1\n\none\n\nFrom me on Mon Mar 22 10:00:00 2021\nand more\n", []string{
			"A: 1\n\none\n\nFrom me on Mon Mar 22 10:00:00 2021\nand more\n"}},
		{"no blank line before it", from1 + "A: 1\n\none\n" + from2 + "A: 2\n\ntwo\n", []string{"A: 1\n\none\n", "A: 2\n\ntwo\n"}},
		{"no blank line before and no header behind it", from1 + "A: 1\n\none\n" + from2 + "\ntwo\n", []string{"A: 1\n\none\n" + from2 + "\ntwo\n"}},
		{"Content-Length lies", from1 + "Content-Length: 100000\n\none\n\n" + from2 + "A: 2\n\ntwo\n", []string{"Content-Length: 100000\n\none\n", "A: 2\n\ntwo\n"}},
		{"quoted From_ in the header", from1 + ">From old@example.org Mon Mar 22 10:00:00 2021\nA: 1\n\none\n",
			[]string{">From old@example.org Mon Mar 22 10:00:00 2021\nA: 1\n\none\n"}},
		{"mboxo", from1 + "A: 1\n\n>From here\n>>From there\n> From afar\nx>From\n", []string{"A: 1\n\nFrom here\n>>From there\n> From afar\nx>From\n"}},
		{"mboxrd by public-inbox", "From mboxrd@z Thu Jan  1 00:00:00 1970\nA: 1\n\n>From here\n>>From there\n>>>>From afar\n\n>From\n",
			[]string{"A: 1\n\nFrom here\n>From there\n>>>From afar\n\n>From\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, file := range []string{write(t, "a.mbox", tt.text), write(t, "a.mbox.gz", packed(t, tt.text))} {
				if diff := cmp.Diff(tt.want, raws(all(t, open(t, file)))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
			}
		})
	}
}

func TestEnvelopeAndExtension(t *testing.T) {
	msgs := all(t, open(t, write(t, "a.MBOXRD", from1+"A: 1\n\n>>From x\n")))
	if len(msgs) != 1 || msgs[0].Envelope != "ana@example.org Mon Mar 22 10:00:00 2021" || string(msgs[0].Raw) != "A: 1\n\n>From x\n" {
		t.Errorf("got %+v", msgs)
	}
}

func TestPipermail(t *testing.T) {
	const first = "From ana at example.org  Mon Mar 22 10:00:00 2021\n"
	tests := []struct{ name, head, want string }{
		{"name", "From: ana at example.org (Ana Lima)\n", "From: Ana Lima <ana@example.org>\n"},
		{"no name", "from: ana at example.org\n", "From: ana@example.org\n"},
		{"name with specials", "From: ana at example.org (Lima, Ana (MAG))\n", "From: \"Lima, Ana (MAG)\" <ana@example.org>\n"},
		{"encoded and folded", "From: ana at example.org (=?utf-8?q?Ana_L=C3=ADma=2C?=\n =?utf-8?q?_MAG?=)\n",
			"From: =?utf-8?q?Ana_L=C3=ADma=2C?=\n =?utf-8?q?_MAG?= <ana@example.org>\n"},
		{"already an address", "From: Ana <ana@example.org>\n", "From: Ana <ana@example.org>\n"},
		{"something else", "From: people at large in the world\n", "From: people at large in the world\n"},
		{"none", "X-From: ana at example.org (Ana)\n", "X-From: ana at example.org (Ana)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rest := "Subject: x\n\nFrom: ana at example.org (Ana)\n"
			r := open(t, write(t, "2021-March.txt.gz", packed(t, first+tt.head+rest+"\n"+first+tt.head+rest)))
			if r.Kind() != Pipermail {
				t.Errorf("kind %s", r.Kind())
			}
			for _, got := range raws(all(t, r)) {
				if diff := cmp.Diff(tt.want+rest, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
	t.Run("only where it is hidden", func(t *testing.T) {
		const raw = "From: ana at example.org (Ana)\n\nx\n"
		r := open(t, write(t, "a.mbox", from1+raw))
		if got := raws(all(t, r)); r.Kind() != Mbox || got[0] != raw {
			t.Errorf("kind %s, %q", r.Kind(), got)
		}
	})
}

// TestResume stops behind every message and goes on in a new reader.
func TestResume(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "From ana at example.org  Mon Mar 22 10:%02d:00 2021\nFrom: ana at example.org (Ana)\nSubject: %d\n\n>From %s\n\n", i, i, strings.Repeat("line of text\n", i*40))
	}
	for _, path := range []string{write(t, "a.txt", b.String()), write(t, "a.txt.gz", packed(t, b.String()))} {
		want := all(t, open(t, path))
		if len(want) != 50 {
			t.Fatalf("%d messages", len(want))
		}
		for i, m := range want {
			r, err := OpenAt(path, m.Next)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]Message(nil), want[i+1:]...), all(t, r), cmp.Transformer("raw", func(b []byte) string { return string(b) })); diff != "" {
				t.Errorf("resumed behind message %d (-want +got):\n%s", i, diff)
			}
			if done := r.Done(); done != r.Size() {
				t.Errorf("at the end %d of %d are done", done, r.Size())
			}
			r.Close()
			if i > 0 && m.Offset != want[i-1].Next {
				t.Errorf("message %d begins at %d, the one before ends at %d", i, m.Offset, want[i-1].Next)
			}
		}
	}
}

// TestHugeMessage: a message above the limit is cut, the ones around it are whole, and the memory stays bounded.
func TestHugeMessage(t *testing.T) {
	const limit = 1 << 20
	for _, size := range []int{limit - 100, limit, limit + 1, limit + look, limit + 5*bufSize, 12 << 20} {
		huge := "A: 2\n\n" + strings.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n", size/64) + "end\n"
		text := from1 + "A: 1\n\none\n\n" + from2 + huge + "\n" + from1 + "A: 3\n\nthree\n\n" + from2 + "A: 4\n\nfour\n"
		r, err := OpenWith(write(t, "a.mbox", text), 0, Options{MaxMessage: limit})
		if err != nil {
			t.Fatal(err)
		}
		msgs := all(t, r)
		if len(msgs) != 4 {
			t.Fatalf("size %d: %d messages, want 4", size, len(msgs))
		}
		got := raws(msgs)
		if got[0] != "A: 1\n\none\n" || got[2] != "A: 3\n\nthree\n" || got[3] != "A: 4\n\nfour\n" {
			t.Errorf("size %d: the others came as %q, %q, %q", size, got[0], got[2], got[3])
		}
		whole := from2 + huge + "\n"
		if want := len(whole) > limit; msgs[1].Truncated != want {
			t.Errorf("size %d: truncated %v", len(whole), msgs[1].Truncated)
		}
		if want := huge[:min(len(huge), limit-len(from2))]; got[1] != want {
			t.Errorf("size %d: %d bytes, want %d", len(whole), len(got[1]), len(want))
		}
		if want := int64(strings.Index(text, from1+"A: 3")); msgs[2].Offset != want || msgs[1].Next != want {
			t.Errorf("size %d: the next message is at %d, want %d", size, msgs[2].Offset, want)
		}
		if n := len(r.box.buf); n > limit+2*bufSize {
			t.Errorf("size %d: the buffer grew to %d bytes", size, n)
		}
		r.Close()
	}
}

func TestMaildir(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"cur/1616400002.b.host:2,S": "A: 2\n\nsecond\n", "new/1616400001.a.host": "A: 1\n\nfirst\n",
		"new/1616400003.c.host": "A: 3\n\n>From stays\n", "cur/.hidden": "no", "tmp/1616400000.x": "half",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := open(t, dir)
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	// Somebody reads the third mail in the meantime.
	if err := os.Rename(filepath.Join(dir, "new/1616400003.c.host"), filepath.Join(dir, "cur/1616400003.c.host:2,S")); err != nil {
		t.Fatal(err)
	}
	msgs := all(t, r)
	if diff := cmp.Diff([]string{"A: 2\n\nsecond\n", "A: 3\n\n>From stays\n"}, raws(msgs)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Size() != 3 || r.Done() != 3 {
		t.Errorf("%d of %d are done", r.Done(), r.Size())
	}
	again, err := OpenAt(dir, msgs[0].Next)
	if err != nil {
		t.Fatal(err)
	}
	if got := raws(all(t, again)); len(got) != 1 || got[0] != "A: 3\n\n>From stays\n" {
		t.Errorf("resumed with %q", got)
	}
	cut, err := OpenWith(dir, 0, Options{MaxMessage: 8})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := cut.Next(); err != nil || !m.Truncated || string(m.Raw) != "A: 1\n\nfi" {
		t.Errorf("cut: %q, %v", m.Raw, err)
	}
}

func TestSameArchive(t *testing.T) {
	small, big := from1+"A: 1\n\none\n\n", from1+"A: 1\n\n"+strings.Repeat("a line of text\n", 10000)+"\n"
	tests := []struct {
		name     string
		was, now string
		want     bool
	}{
		{"unchanged", small, small, true},
		{"grown", small, small + from2 + "A: 2\n\ntwo\n", true},
		{"big and grown", big, big + small, true},
		{"shorter", big, small, false},
		{"cut", small + small, small, false},
		{"another", small, strings.Replace(small, "one", "two", 1), false},
		{"another and longer", small, strings.Replace(small, "one", "two", 1) + small, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := Identity(write(t, "a.mbox", tt.was))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := SameArchive(write(t, "b.mbox", tt.now), id); err != nil || got != tt.want {
				t.Errorf("got %v, err = %v", got, err)
			}
		})
	}
	t.Run("Maildir", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "cur"), 0o755); err != nil {
			t.Fatal(err)
		}
		a, b := filepath.Join(dir, "cur/1.a"), filepath.Join(dir, "cur/1.a:2,S")
		if err := os.WriteFile(a, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		id, err := Identity(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(a, b); err != nil {
			t.Fatal(err)
		}
		if same, err := SameArchive(dir, id); !same || err != nil {
			t.Errorf("a flag made it another Maildir: %v", err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cur/2.b"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if same, err := SameArchive(dir, id); same || err != nil {
			t.Errorf("one mail more was not seen: %v", err)
		}
	})
}

// TestErrors compares what people read when an archive cannot be read.
func TestErrors(t *testing.T) {
	half := packed(t, from1+"A: 1\n\n"+strings.Repeat("a line of text\n", 100)+"\n"+from2+"A: 2\n\ntwo\n")
	tests := []struct {
		name   string
		path   string
		offset int64
	}{
		{"missing", "/nonexistent/a.mbox", 0},
		{"a directory", t.TempDir(), 0},
		{"one message", write(t, "a.eml", "From: ana@example.org\nSubject: x\n\ntext\n"), 0},
		{"xz", write(t, "a.mbox.xz", "\xfd7zXZ\x00"), 0},
		{"bzip2", write(t, "a.mbox.bz2", "BZh9"), 0},
		{"zip", write(t, "a.zip", "PK\x03\x04"), 0},
		{"not gzip", write(t, "a.gz", "\x1f\x8b\x00\x00"), 0},
		{"half of a gzip file", write(t, "b.gz", half[:len(half)-20]), 0},
		{"an offset in the midst", write(t, "c.mbox", from1+"A: 1\n\none\n"), 9},
		{"an offset behind the end", write(t, "d.mbox", from1+"A: 1\n\none\n"), 999},
		{"an offset behind the end of a gzip file", write(t, "e.gz", half), 99999},
	}
	var out strings.Builder
	for _, tt := range tests {
		r, err := OpenAt(tt.path, tt.offset)
		for err == nil {
			_, err = r.Next()
		}
		fmt.Fprintf(&out, "## %s\n%s\n", tt.name, strings.ReplaceAll(err.Error(), filepath.Dir(tt.path)+"/", "DIR/"))
	}
	got := strings.ReplaceAll(out.String(), tests[1].path, "DIR")
	for _, dir := range strings.Fields(got) {
		if strings.HasPrefix(dir, "/tmp/") {
			got = strings.ReplaceAll(got, dir, "DIR:")
		}
	}
	path := filepath.Join("testdata", "errors.golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
