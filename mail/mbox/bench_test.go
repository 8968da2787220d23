package mbox

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// generated writes an mbox of n messages of about 4 KB.
func generated(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "generated.mbox")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	body := strings.Repeat("The working group met and agreed on the next steps, as noted below.\n", 55)
	for i := range n {
		fmt.Fprintf(f, "From ana@example.org Mon Mar 22 10:%02d:%02d 2021\nFrom: Ana <ana@example.org>\nSubject: Note %d\nMessage-ID: <n%d@example.org>\n\n%s>From here on it is about money.\n\n",
			i/60%60, i%60, i, i, body)
	}
	return path
}

// BenchmarkRead reports what a real archive (DCBOT_ARCHIVE) or else a generated one is read at.
func BenchmarkRead(b *testing.B) {
	path := os.Getenv("DCBOT_ARCHIVE")
	if path == "" {
		path = generated(b, 5000)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	messages := 0
	for b.Loop() {
		r, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		for {
			_, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			messages++
		}
		r.Close()
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(messages)/float64(b.N), "messages")
}
