package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// An archive of a list that never was: threads, quotes, now and then a reply to one of the survey's mails. The same seed
// gives the same octets.
type archive struct {
	rand    *rand.Rand
	survey  string   // id
	numbers []string // of the survey's questions
	at      time.Time
	open    []archived // what people may reply to: the newest
	asked   []archived // the launch mails
	n       int
	answers int
}

type archived struct {
	id, refs, subject, author, text string
	at                              time.Time
	survey                          bool // in a thread of the survey
}

// answered is how long people answer a survey and discuss the answers: until its deadline and some weeks more. Later the list
// speaks of other things.
const answered = 8 * 7 * 24 * time.Hour

const (
	archiveBot  = "bot@example.org"
	archiveList = "dc-meter@lists.example.org"
	archiveID   = "dc-meter.lists.example.org"
)

// writeArchive writes n messages of some 10 KB each, the launch of the survey first.
func writeArchive(w io.Writer, n int, survey string, numbers []string) (answers int, err error) {
	a := &archive{rand: rand.New(rand.NewPCG(7, 2021)), survey: survey, numbers: numbers, at: time.Date(2021, 3, 22, 9, 0, 0, 0, time.UTC)}
	out := bufio.NewWriterSize(w, 1<<20)
	for a.n < n {
		a.message(out)
	}
	return a.answers, out.Flush()
}

func archiveFile(tb testing.TB, path string, n int, survey string, numbers []string) (answers int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if answers, err = writeArchive(f, n, survey, numbers); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return answers
}

func (a *archive) message(w *bufio.Writer) {
	a.at = a.at.Add(time.Duration(1+a.rand.IntN(40)) * time.Minute)
	m := archived{id: fmt.Sprintf("%d.%d@mail.example.org", a.n, a.at.Unix()), at: a.at}
	var extra, own string
	switch {
	case a.n < len(a.numbers):
		number := a.numbers[a.n]
		m.author, m.subject = "dcbot <"+archiveBot+">", "Survey Q"+number+": "+a.sentence(4)
		m.survey = true
		extra = "X-Dcbot-Survey: " + a.survey + "\nX-Dcbot-Question: " + number + "\n"
		own = a.paragraphs(2)
	case a.rand.IntN(50) == 0 && m.at.Before(a.asked[0].at.Add(answered)):
		a.answers++
		own = a.reply(&m, a.asked[a.rand.IntN(len(a.asked))])
	case len(a.open) > 0 && a.rand.IntN(4) > 0:
		own = a.reply(&m, a.open[a.rand.IntN(len(a.open))])
	default:
		m.author, m.subject = a.person(), a.sentence(5)
		own = a.paragraphs(8 + a.rand.IntN(8))
	}
	m.text = own
	fmt.Fprintf(w, "From %s %s\n", "list@lists.example.org", m.at.Format("Mon Jan _2 15:04:05 2006"))
	fmt.Fprintf(w, "Return-Path: <dc-meter-bounces@lists.example.org>\nReceived: from mx.example.org by lists.example.org with ESMTPS id %08x;\n\t%s\n",
		a.rand.Uint32(), m.at.Format(time.RFC1123Z))
	fmt.Fprintf(w, "From: %s\nTo: %s\nSubject: [dc-meter] %s\nDate: %s\nMessage-ID: <%s>\n", m.author, archiveList, m.subject, m.at.Format(time.RFC1123Z), m.id)
	if m.refs != "" {
		ids := strings.Fields(m.refs)
		fmt.Fprintf(w, "In-Reply-To: %s\nReferences: %s\n", ids[len(ids)-1], strings.Join(ids, "\n "))
	}
	fmt.Fprintf(w, "%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\nList-Id: <%s>\nList-Post: <mailto:%s>\nPrecedence: list\n\n",
		extra, archiveID, archiveList)
	// mboxrd: a line that would begin a message, or one quoted so before, gets one more mark.
	for line := range strings.Lines(m.text) {
		if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
			w.WriteByte('>')
		}
		w.WriteString(line)
	}
	w.WriteString("_______________________________________________\ndc-meter mailing list\nhttps://lists.example.org/dc-meter\n\n")
	if a.n < len(a.numbers) {
		a.asked = append(a.asked, m)
	} else if a.open = append(a.open, m); len(a.open) > 40 {
		a.open = a.open[1:]
	}
	a.open = slices.DeleteFunc(a.open, func(m archived) bool { return m.survey && a.at.After(a.asked[0].at.Add(answered)) })
	a.n++
}

// reply writes below, above or between the lines of what it answers.
func (a *archive) reply(m *archived, parent archived) string {
	m.author, m.survey = a.person(), parent.survey
	m.subject = "Re: " + strings.TrimPrefix(parent.subject, "Re: ")
	refs := append(strings.Fields(parent.refs), "<"+parent.id+">")
	m.refs = strings.Join(refs[max(0, len(refs)-10):], " ")
	var quoted strings.Builder
	for line := range strings.Lines(parent.text) {
		quoted.WriteString("> " + line)
		if quoted.Len() > 6000 {
			break
		}
	}
	name, _, _ := strings.Cut(parent.author, " <")
	attribution := "On " + parent.at.Format("Mon, 2 Jan 2006 at 15:04") + ", " + name + " wrote:\n"
	mine := "Dear all,\n\n" + a.paragraphs(3+a.rand.IntN(9)) + "Best regards,\n" + strings.Fields(m.author)[0] + "\n"
	if a.rand.IntN(3) == 0 {
		return attribution + quoted.String() + "\n" + mine
	}
	return mine + "\n" + attribution + quoted.String()
}

func (a *archive) person() string {
	first, last := archiveFirst[a.rand.IntN(len(archiveFirst))], archiveLast[a.rand.IntN(len(archiveLast))]
	return fmt.Sprintf("%s %s <%s.%s@example.org>", first, last, strings.ToLower(first), strings.ToLower(last))
}

func (a *archive) sentence(words int) string {
	out := make([]string, words)
	for i := range out {
		out[i] = archiveWords[a.rand.IntN(len(archiveWords))]
	}
	s := strings.Join(out, " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

func (a *archive) paragraphs(n int) string {
	var b strings.Builder
	for range n {
		width := 0
		for range 4 + a.rand.IntN(4) {
			for word := range strings.FieldsSeq(a.sentence(9+a.rand.IntN(9)) + ".") {
				if width+len(word) > 72 {
					b.WriteByte('\n')
					width = 0
				} else if width > 0 {
					b.WriteByte(' ')
					width++
				}
				b.WriteString(word)
				width += len(word)
			}
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

var (
	archiveFirst = strings.Fields("Ana Bela Chidi Dara Emre Farah Goran Hana Ines Jonas Kofi Lena Mira Noor Otto Petra Quang Rosa Sami Tomas")
	archiveLast  = strings.Fields("Adeyemi Brandt Costa Dimitrov Engel Ferro Gupta Holm Ito Jansen Kaya Lind Moreau Novak Okafor Paz Quist Rossi Silva Toure")
	archiveWords = strings.Fields(`meter water well river valley village school market bridge road cable tower antenna sensor reading
		report table figure column budget season harvest rain drought flood winter summer morning evening week month year council
		member neighbour farmer teacher nurse engineer student visitor group meeting minutes agenda proposal draft paragraph wording
		question answer reason example measure standard method result total average share price cost repair battery panel signal
		we they it this that these those some many few most all each every other another same different new old open shared local
		small large early late clear simple useful careful public common next last first second and or but because while before after
		with without from about under over between among through across near is are was were has had can could should would may might
		read write send ask tell show keep hold bring take give find build mend count weigh compare agree meet plan share learn teach
		often seldom always never again soon already still perhaps indeed together apart twice once here there now then`)
)

// The archive is what it says it is: as many messages as asked for, near 10 KB each, the same each time.
func TestArchiveGenerator(t *testing.T) {
	write := func() string {
		var b strings.Builder
		if _, err := writeArchive(&b, 500, "meters", []string{"1", "2", "3"}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	text := write()
	if n := strings.Count("\n"+text, "\nFrom "); n != 500 {
		t.Errorf("%d messages, not 500", n)
	}
	if size := len(text) / 500; size < 6000 || size > 14000 {
		t.Errorf("%d octets a message, not about 10,000", size)
	}
	if text != write() {
		t.Error("the same seed gave another archive")
	}
}
