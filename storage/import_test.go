package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dcbot/bot/dc"
)

// corpus makes mails as archives have them: 10 KB raw, 2 KB of own words with a natural distribution (Zipf's) of some
// 20,000 words, random Message-IDs, threads.
type corpus struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
	mids  []string
}

type importRow struct {
	post dc.Post
	z    []byte
	refs []string
	msg  Message
	body string
}

func newCorpus() *corpus {
	r := rand.New(rand.NewPCG(1, 2))
	c := &corpus{r: r, zipf: rand.NewZipf(r, 1.1, 3, 19999)}
	for range 20000 {
		w := make([]byte, 2+r.IntN(9))
		for i := range w {
			w[i] = "etaoinshrdlucmfwypvbgk"[r.IntN(22)]
		}
		c.words = append(c.words, string(w))
	}
	return c
}

func (c *corpus) text(size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(c.words[c.zipf.Uint64()])
		b.WriteByte(" \n"[min(1, c.r.IntN(12)/11)])
	}
	return b.String()
}

func (c *corpus) row(n int) importRow {
	mid := fmt.Sprintf("%016x.%08x@mail%d.example.org", c.r.Uint64(), c.r.Uint32(), c.r.IntN(50))
	own := c.text(2048)
	var refs []string
	subject := c.text(40)
	for i, last := 0, len(c.mids); i < c.r.IntN(4) && last > 0; i++ { // replies go to what is recent
		last -= 1 + c.r.IntN(min(last, 20))
		refs = append([]string{c.mids[last]}, refs...)
	}
	c.mids = append(c.mids, mid)
	sent := noon.Add(time.Duration(n) * time.Minute)
	raw := own + c.text(8192)
	m := Message{Coalition: "dc-reefs", ID: mid, Subject: subject, Sent: sent}
	if len(refs) > 0 {
		m.Parent = refs[len(refs)-1]
	}
	return importRow{
		post: dc.Post{
			Source: dc.FromMail, ExternalID: mid, Coalition: "dc-reefs", List: "reefs.example.org", Author: "ana@example.org",
			AuthorName: "Ana Lima", Sent: sent, Received: sent, Imported: true, State: dc.Processed,
		},
		z: Compress([]byte(raw)), refs: refs, msg: m, body: own,
	}
}

func (row *importRow) store(tx *Tx) error {
	if _, err := tx.InsertPostCompressed(&row.post, row.z); err != nil {
		return err
	}
	row.msg.Post = row.post.ID
	if err := tx.PutReferences(row.msg.Coalition, row.refs); err != nil {
		return err
	}
	if _, err := tx.PutMessage(row.msg); err != nil {
		return err
	}
	return tx.PutPostText(row.post.ID, row.post.AuthorName, row.msg.Subject, row.body)
}

const importBatch = 500

// BenchmarkImportRow measures what one mail of an import costs the writer: post, references, message, text and search
// row, in batches. DCBOT_ROWS sets how many rows are there before. Making the mail is not counted.
func BenchmarkImportRow(b *testing.B) {
	db := openTest(b)
	c := newCorpus()
	before, _ := strconv.Atoi(os.Getenv("DCBOT_ROWS"))
	n := 0
	var cpu time.Duration
	batch := func(size int) {
		rows := make([]importRow, size)
		for i := range rows {
			rows[i] = c.row(n)
			n++
		}
		start := threadTime()
		b.StartTimer()
		err := db.UpdateBatch(context.Background(), func(tx *Tx) error {
			for i := range rows {
				if err := rows[i].store(tx); err != nil {
					return err
				}
			}
			return nil
		})
		b.StopTimer()
		cpu += threadTime() - start
		if err != nil {
			b.Fatal(err)
		}
	}
	runtime.LockOSThread() // for threadTime
	defer runtime.UnlockOSThread()
	b.StopTimer()
	for left := before; left > 0; left -= importBatch {
		batch(min(left, importBatch))
	}
	b.ResetTimer()
	b.StopTimer()
	cpu = 0
	for left := b.N; left > 0; left -= importBatch {
		batch(min(left, importBatch))
	}
	if st, err := os.Stat(db.Path()); err == nil {
		b.ReportMetric(float64(st.Size())/float64(n), "file-B/row")
	}
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/op") // steadier than the clock on a shared machine
	b.ReportMetric(rss(b), "MB-peak")
}

// threadTime is the processor time that this thread used.
func threadTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(1 /* RUSAGE_THREAD */, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rss is the highest resident memory of this process in MB, where the system tells.
func rss(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}

// A batch makes one segment of the search index. A statement that opens a savepoint, or a small hash table, would make
// one for each mail, which costs more than everything else that an import does.
func TestImportIndexesOnce(t *testing.T) {
	db := openTest(t)
	c := newCorpus()
	for range 3 {
		err := db.UpdateBatch(t.Context(), func(tx *Tx) error {
			for range 100 {
				row := c.row(len(c.mids))
				if err := row.store(tx); err != nil {
					return err
				}
			}
			return nil
		})
		must(t, err)
	}
	view(t, db, func(tx *Tx) {
		if n := got[int64](t)(one(tx, scanInt, "SELECT count(DISTINCT segid) FROM post_search_idx")); n != 3 {
			t.Errorf("%d segments of 3 batches", n)
		}
	})
}

// BenchmarkUpdate measures a small transaction, durable (Update) and not (UpdateBatch).
func BenchmarkUpdate(b *testing.B) {
	for name, durable := range map[string]bool{"full": true, "normal": false} {
		b.Run(name, func(b *testing.B) {
			db := openTest(b)
			run := db.UpdateBatch
			if durable {
				run = db.Update
			}
			for i := range b.N {
				if err := run(context.Background(), func(tx *Tx) error {
					return tx.SetCursor(dc.Cursor{Name: "imap:INBOX", Value: strconv.Itoa(i)})
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
