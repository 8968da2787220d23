package bot_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/storage"
)

const asked = "dc-meter Q6 ana@example.org answer: We ask the whole list and wait for a week before we act."

// A kill between storing and advancing the cursor hands the same mail over again: it has one effect.
func TestCase09SameMailAgain(t *testing.T) {
	d := launched(t)
	raw := via("meter", d.answer("6").raw())
	d.deliver(raw)
	d.uid-- // the cursor was not saved
	d.deliver(raw)
	d.work()
	d.receive(raw) // and once more after a restart
	d.wantRecord(asked)
	d.wantMail()
	d.wantReplay()
}

// A mail that breaks its processing is kept raw, the facilitators of the group are told where that is possible, and later
// mail proceeds.
func TestCase10PoisonMail(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	texts := d.b.Render
	d.b.Render = nil // whatever has to be written now panics
	withdrawal := letter{id: "w1@example.org", from: ana, subject: "Re: Survey Q6", reply: "a1@example.org", body: "I withdraw my answer.", at: d.now}
	d.receive(via("meter", withdrawal.raw()))
	d.receive(via("meter", letter{id: "b1@example.org", from: ben, subject: "Re: Survey Q9", reply: d.question("9").MessageID, body: "Two papers and a handbook for councils.", at: d.now}.raw()))
	d.b.Render = texts
	d.wantRecord(asked, "dc-meter Q9 ben@example.org answer: Two papers and a handbook for councils.")
	if n := d.posts()[dc.Unparsed]; n != 1 {
		t.Errorf("%d poison posts, want 1: %v", n, d.posts())
	}
	d.view(func(tx *storage.Tx) error {
		p, err := tx.PostByExternalID(dc.FromMail, "w1@example.org")
		if err != nil {
			return err
		}
		p, err = tx.Post(p.ID)
		if !strings.Contains(string(p.Raw), "I withdraw my answer.") {
			t.Error("its bytes are gone")
		}
		return err
	})
	d.wantMail()
	if !strings.Contains(d.log.String(), "panic") || strings.Contains(d.log.String(), "I withdraw") {
		t.Errorf("the log has to name the panic, and none of the words:\n%s", d.log)
	}
}

// A second mail under a used Message-ID is a post of its own, and neither chooses the other's place.
func TestCase13SameMessageIDOtherContent(t *testing.T) {
	for _, first := range []string{"the forger", "Ana"} {
		t.Run(first+" first", func(t *testing.T) {
			d := launched(t)
			forged := d.answer("9") // the same Message-ID, below another question
			forged.from, forged.body, forged.to = "Mal <mal@example.com>", "Nobody is asked at all, believe me.", "dcbot@example.test"
			mails := [][]byte{forged.raw(), via("meter", d.answer("6").raw())}
			if first == "Ana" {
				slices.Reverse(mails)
			}
			d.receive(mails...)
			d.wantRecord(asked, "dc-meter tray mal@example.com answer: Nobody is asked at all, believe me.")
			d.wantMail()
			d.wantReplay()
		})
	}
}

// A list that wraps a mail gives it a second id: both name the post, and a reply to either finds it.
func TestCase16WrappedByList(t *testing.T) {
	inner := func(d *desk) letter { return d.answer("6") }
	wrapped := func(d *desk) []byte {
		in := string(inner(d).raw())
		return []byte("Return-Path: <meter-bounces@lists.example.test>\r\nList-Id: <meter.lists.example.test>\r\nList-Post: <mailto:meter@lists.example.test>\r\n" +
			"From: Ana Lima via Meter <meter@lists.example.test>\r\nReply-To: Ana Lima <ana@example.org>\r\nTo: meter@lists.example.test\r\n" +
			"Subject: Re: Survey Q6\r\nMessage-ID: <outer@lists.example.test>\r\nDate: Tue, 23 Mar 2021 08:00:00 +0000\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + in + "\r\n--b--\r\n")
	}
	direct := func(d *desk) []byte { return inner(d).raw() }
	for name, copies := range map[string][]func(*desk) []byte{"wrapped first": {wrapped, direct}, "direct first": {direct, wrapped}} {
		t.Run(name, func(t *testing.T) {
			d := launched(t)
			for i, id := range []string{"outer@lists.example.test", "a1@example.org"} {
				d.receive(copies[i](d))
				reply := letter{id: fmt.Sprintf("r%d@example.org", i), from: ben, subject: "Re: Survey Q6", reply: id, body: "I support this answer.", at: d.now}
				d.receive(via("meter", reply.raw()))
			}
			support := "dc-meter Q6 ben@example.org stance: I support this answer. [support a1@example.org/0]"
			if name == "wrapped first" {
				support = strings.Replace(support, "a1@example.org/0", "outer@lists.example.test/0", 1)
			}
			d.wantRecord(asked, support, support)
			d.wantMail()
		})
	}
}

// A digest is not read as one post.
func TestCase17Digest(t *testing.T) {
	d := launched(t)
	digest := letter{id: "d1@lists.example.test", from: "meter-request@lists.example.test", subject: "Meter Digest, Vol 3, Issue 7", reply: d.question("6").MessageID, body: "Today's Topics:\n\n   1. Re: Survey Q6 (Ana Lima)\n\nquestion 6: we vote."}
	d.receive(via("meter", digest.raw()))
	d.wantRecord()
	d.wantMail()
}

// Two people of one name, of whom a munging list leaves no address, stay two: neither replaces the other's words.
func TestCase19TwoPeopleOfOneName(t *testing.T) {
	d := launched(t)
	for i, words := range []string{"We ask the whole list and wait for a week.", "This replaces my earlier answer: the chairs decide alone."} {
		l := d.answer("6")
		l.id, l.from, l.body, l.at = fmt.Sprintf("n%d@example.org", i), "Sam Lee via Meter <meter@lists.example.test>", words, d.now.Add(time.Duration(i)*time.Hour)
		d.receive(via("meter", l.raw()))
	}
	d.view(func(tx *storage.Tx) error {
		cs, err := tx.Contributions(storage.Filter{})
		for _, c := range cs {
			if c.Status != dc.Collected {
				t.Errorf("%s of %s is %s", c.Ref(), c.Author, c.Status)
			}
		}
		if len(cs) != 2 || cs[0].Author == cs[1].Author {
			t.Errorf("two people became one: %+v", cs)
		}
		return err
	})
	d.wantMail()
}

// A Message-ID of another coalition's thread, guessed or seen, gives no way into it.
func TestCase21ForeignThread(t *testing.T) {
	d := launched(t)
	l := d.answer("6")
	l.to, l.subject, l.body = "tides@lists.example.test", "Re: decisions", "We decide by lot."
	d.receive(via("tides", l.raw()))
	d.wantRecord()
	d.wantMail()
}

// The same mail direct, through the list and through a second one, in any order: one effect, and the same one.
func TestCase26SameMailThroughSeveralWays(t *testing.T) {
	ways := map[string]func([]byte) []byte{
		"direct": func(raw []byte) []byte { return raw },
		"meter":  func(raw []byte) []byte { return via("meter", raw) },
		"talk":   func(raw []byte) []byte { return via("meter-talk", raw) },
		"tides":  func(raw []byte) []byte { return via("tides", raw) },
		"group":  func(raw []byte) []byte { return via("dccg", raw) },
	}
	for _, set := range [][]string{{"direct", "meter", "talk"}, {"meter", "tides"}, {"meter", "group"}, {"direct", "tides", "meter"}, {"group", "tides", "meter"}} {
		for _, order := range permutations(set) {
			t.Run(strings.Join(order, ","), func(t *testing.T) {
				d := launched(t)
				l := d.answer("6")
				l.cc = "dcbot@example.test, tides@lists.example.test, dccg@lists.example.test"
				for _, way := range order {
					d.receive(ways[way](l.raw()))
				}
				d.wantRecord(asked)
				d.receive(via("meter", letter{id: "b1@example.org", from: ben, subject: "Re: Survey Q6", reply: "a1@example.org", body: "I support this answer.", at: d.now}.raw()))
				d.wantRecord(asked, "dc-meter Q6 ben@example.org stance: I support this answer. [support a1@example.org/0]")
				d.wantMail()
				d.wantReplay()
			})
		}
	}
}

func permutations(of []string) [][]string {
	if len(of) < 2 {
		return [][]string{of}
	}
	var out [][]string
	for i := range of {
		rest := append(slices.Clone(of[:i]), of[i+1:]...)
		for _, p := range permutations(rest) {
			out = append(out, append([]string{of[i]}, p...))
		}
	}
	return out
}

// conversation is what members wrote on a list, as its archive has it, the launch included.
func conversation(d *desk) [][]byte {
	at := d.now
	var out [][]byte
	say := func(id, from, subject, reply, body string) {
		at = at.Add(10 * time.Minute)
		out = append(out, via("meter", letter{id: id, from: from, subject: subject, reply: reply, body: body, at: at}.raw()))
	}
	launch := func(id, number, title, text string) {
		at = at.Add(10 * time.Minute)
		out = append(out, via("meter", letter{id: id, from: "dcbot <dcbot@example.test>", subject: "Survey Q" + number + ": " + title, at: at,
			head: []string{"X-Dcbot-Survey: dc2021", "X-Dcbot-Question: " + number}, body: text}.raw()))
	}
	at = at.Add(10 * time.Minute)
	out = append(out, via("meter", letter{id: "intro@example.test", from: "dcbot <dcbot@example.test>", subject: "How coalitions work: answers until 25 April", at: at,
		head: []string{"X-Dcbot-Survey: dc2021"}, body: "Please answer together."}.raw()))
	launch("q6@example.test", "6", "How decisions are made", "How does your coalition take its decisions, and whom does it ask before?")
	launch("q9@example.test", "9", "Outputs", "Which papers, events or tools has your coalition put out since it was formed?")
	say("a1@example.org", ana, "Re: Survey Q6: How decisions are made", "q6@example.test", "We ask the whole list and wait for a week before we act.")
	say("b1@example.org", ben, "Re: Survey Q6: How decisions are made", "a1@example.org", "I support this answer.")
	say("c1@example.org", cora, "Re: Survey Q6: How decisions are made", "a1@example.org", "I disagree with this answer. Nobody has ever waited for a week.")
	say("a2@example.org", ana, "Re: Survey Q6: How decisions are made", "q6@example.test", "This replaces my earlier answer.\n\nWe ask the whole list and wait for ten days.")
	say("b2@example.org", ben, "Re: Survey Q9: Outputs", "q9@example.test", "Two papers and a handbook for councils.")
	say("c2@example.org", cora, "Re: Survey Q9: Outputs", "", "A web page, too, which I keep myself.") // lost its references
	say("a3@example.org", ana, "Re: Survey Q9: Outputs", "b2@example.org", "I support Ben's answer to question 9.\n\nQuestion 6: the chairs are asked last.")
	say("c3@example.org", cora, "Re: How coalitions work: answers until 25 April", "", "The winters are long, and nobody pays for the train.") // by its subject alone
	say("e1@example.org", "Eli Ford <eli@example.org>", "Lunch on Friday", "", "Who comes along?")
	say("e2@example.org", ben, "Re: Lunch on Friday", "e1@example.org", "I do.")
	return out
}

// The record does not depend on the order in which an archive's mails stand, nor on the batches they are imported in;
// only numbers may differ. A replay gives the same once more.
func TestImportInAnyOrder(t *testing.T) {
	fill := func(t *testing.T, shuffle *rand.Rand, batch int) *desk {
		d := newDesk(t)
		mails := conversation(d)
		d.now = d.now.Add(30 * 24 * time.Hour)
		if shuffle != nil {
			shuffle.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
		}
		for part := range slices.Chunk(mails, batch) {
			var ready []bot.Prepared
			for _, raw := range part {
				ready = append(ready, d.b.Prepare(raw, bot.ImportOptions{Coalition: "dc-meter", Place: fmt.Sprint(len(ready))}))
			}
			if _, err := d.b.Import(t.Context(), ready, dc.Cursor{Name: "import:test", Value: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		return d
	}
	want := fill(t, nil, 100)
	if n := len(want.record()); n < 8 {
		t.Fatalf("only %d contributions: %q", n, want.record())
	}
	want.wantReplay()
	for seed := range uint64(16) {
		d := fill(t, rand.New(rand.NewPCG(seed, 1)), 1+int(seed%5)*3)
		if diff := cmp.Diff(want.record(), d.record()); diff != "" {
			t.Errorf("order %d (-in order +shuffled):\n%s", seed, diff)
		}
		d.wantMail()
		if t.Failed() {
			break
		}
	}
}

// An archive and the live mail of the same list give one record, whichever was first; importing sends nothing.
func TestImportBesideLiveMail(t *testing.T) {
	for _, live := range []string{"before", "after"} {
		t.Run("live mail "+live, func(t *testing.T) {
			d := newDesk(t)
			mails := conversation(d)
			d.now = d.now.Add(24 * time.Hour)
			archive := func() {
				var ready []bot.Prepared
				for _, raw := range mails {
					_, bare, _ := strings.Cut(string(raw), "List-Id:")
					ready = append(ready, d.b.Prepare([]byte("List-Id:"+bare), bot.ImportOptions{Coalition: "dc-meter"})) // other bytes than the delivered ones
				}
				if _, err := d.b.Import(t.Context(), ready, dc.Cursor{Name: "import:test", Value: "1"}); err != nil {
					t.Fatal(err)
				}
			}
			archive()
			want := d.record()
			if live == "before" {
				d2 := newDesk(t)
				d2.now = d.now
				d2.receive(mails...) // the launch mails are not this bot's: it knows them from the archive only
				d, mails = d2, conversation(newDesk(t))
				archive()
				d.work()
			} else {
				d.receive(mails...)
			}
			if diff := cmp.Diff(want, d.record()); diff != "" {
				t.Errorf("(-archive only +both):\n%s", diff)
			}
			d.wantMail()
		})
	}
}

// A replay honours tombstones: what was erased stays erased, and those who replied to it keep their place.
func TestReplayHonoursTombstones(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	d.receive(via("meter", letter{id: "b1@example.org", from: ben, subject: "Re: decisions", reply: "a1@example.org", body: "The chairs are asked first, by the way.", at: d.now}.raw()))
	d.update(func(tx *storage.Tx) error {
		return tx.ErasePost(postID(t, tx, "a1@example.org"), "asked for by its author")
	})
	d.receive(via("meter", d.answer("6").raw())) // the folder is read again
	for _, line := range d.record() {
		if strings.Contains(line, "wait for a week") {
			t.Errorf("erased words are back: %s", line)
		}
	}
	d.wantReplay()
	into, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "again.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	if _, err := d.b.Replay(t.Context(), into); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.record(), record(t, into)); diff != "" {
		t.Error(diff)
	}
	d.wantMail()
}

func postID(t *testing.T, tx *storage.Tx, id string) int64 {
	t.Helper()
	p, err := tx.PostByExternalID(dc.FromMail, id)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}
