package bot_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/bot/maillist"
	"dcbot/bot/render"
	"dcbot/mail"
	"dcbot/mail/imap"
	"dcbot/storage"
)

// counting gives every test ids and tokens of its own that are the same in each run.
type counting struct{ n uint32 }

func (r *counting) Read(p []byte) (int, error) {
	r.n++
	for i := range p {
		p[i] = byte(r.n>>(8*(i%2))) ^ byte(i)
	}
	return len(p), nil
}

func settings() bot.Settings {
	return bot.Settings{
		Name: "dcbot", Prefix: "!dc", Address: "dcbot@example.test", Zone: "UTC", Language: "en", Version: "1.2.3",
		Group: dc.Group{Name: "DCCG", Zone: "UTC", Language: "en", Facilitators: []string{"grace@dccg.example.org"},
			Lists: []dc.List{{Address: "dccg@lists.example.test", ID: "dccg.lists.example.test"}}},
		Coalitions: []dc.Coalition{
			{ID: "dc-meter", Name: "Metering Matters", Zone: "Africa/Nairobi", Language: "en", Facilitators: []string{"mia@example.org"}, Lists: []dc.List{
				{Address: "meter@lists.example.test", ID: "meter.lists.example.test"}, {Address: "meter-talk@lists.example.test", ID: "meter-talk.lists.example.test"}}},
			{ID: "dc-tides", Name: "Tides", Zone: "UTC", Language: "en", Facilitators: []string{"tom@example.net"},
				Lists: []dc.List{{Address: "tides@lists.example.test", ID: "tides.lists.example.test"}}},
		},
		Secretariat: mail.Address{Name: "Secretariat", Addr: "secretariat@example.net"},
	}
}

func moment(t *testing.T, wall, zone string) dc.Moment {
	t.Helper()
	m, err := dc.NewMoment(wall, zone)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func survey(t *testing.T) dc.Survey {
	return dc.Survey{
		ID: "dc2021", Title: "How coalitions work", Zone: "UTC", Launch: moment(t, "2021-03-22 09:00", "UTC"), Deadline: moment(t, "2021-04-25 23:59", "UTC"),
		Sections: []dc.Section{
			{Title: "People", Questions: []dc.Question{{Number: "1", Title: "Members", Text: "How do people join your coalition, and who keeps the list of them?", Kind: dc.Open, Need: dc.Compulsory}}},
			{Title: "Working methods", Questions: []dc.Question{
				{Number: "6", Title: "How decisions are made", Text: "How does your coalition take its decisions, and whom does it ask before?", Kind: dc.Open, Need: dc.Compulsory},
				{Number: "9", Title: "Outputs", Text: "Which papers, events or tools has your coalition put out since it was formed?", Kind: dc.Open},
			}},
			{Title: "Ahead", Questions: []dc.Question{{Number: "12", Title: "Challenges", Text: "What stands in the way of your coalition's work today?", Kind: dc.Open}}},
		},
	}
}

// desk is a bot whose mail is handed to it one by one, without loops and wires: what it makes of a mail is on record when
// receive returns, what it wants to send lies in the outbox.
type desk struct {
	t     *testing.T
	b     *bot.Bot
	lists *maillist.Lists
	now   time.Time
	log   *strings.Builder
	uid   int
}

func newDesk(t *testing.T, change ...func(*bot.Settings)) *desk {
	t.Helper()
	set := settings()
	for _, c := range change {
		c(&set)
	}
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "dcbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r, err := render.New()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, now: time.Date(2021, 3, 22, 9, 0, 0, 0, time.UTC), log: &strings.Builder{}}
	d.b = bot.New(db, set, r, nil)
	d.b.Now, d.b.Rand, d.b.Log = func() time.Time { return d.now }, &counting{}, slog.New(slog.NewTextHandler(d.log, nil))
	d.lists = maillist.New(set, maillist.Config{Now: d.b.Now, AuthservID: "mail.example.test"})
	if _, err := d.b.LoadSurvey(t.Context(), survey(t), "operator"); err != nil {
		t.Fatal(err)
	}
	return d
}

// launched is a desk whose survey was posted to dc-meter; what that put into the outbox counts as expected.
func launched(t *testing.T, change ...func(*bot.Settings)) *desk {
	d := newDesk(t, change...)
	d.do("survey launch now in dc-meter")
	d.now = d.now.Add(24 * time.Hour)
	return d
}

// receive hands over mails as the IMAP wire does, and has each processed before the next.
func (d *desk) receive(raws ...[]byte) {
	d.t.Helper()
	for _, raw := range raws {
		d.deliver(raw)
		d.work()
	}
}

func (d *desk) deliver(raw []byte) {
	d.t.Helper()
	d.uid++
	cur := dc.Cursor{Name: "imap:INBOX", Value: fmt.Sprintf("7/%d", d.uid)}
	if err := d.b.Receive(d.t.Context(), d.lists.Post(d.t.Context(), imap.Delivery{Internal: d.now, Raw: raw}), cur); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) work() {
	d.t.Helper()
	if err := d.b.Work(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// do gives a command from the shell; it has to succeed.
func (d *desk) do(line string) string {
	d.t.Helper()
	a := d.try(line)
	if !a.OK {
		d.t.Fatalf("%s: %s", line, a.Text)
	}
	return a.Text
}

func (d *desk) try(line string) bot.Answer {
	d.t.Helper()
	id, err := d.b.Post(d.t.Context(), line, bot.Operator, "")
	if err != nil {
		d.t.Fatal(err)
	}
	d.work()
	a, err := d.b.Await(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *desk) view(fn func(tx *storage.Tx) error) {
	d.t.Helper()
	if err := d.b.DB.View(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) update(fn func(tx *storage.Tx) error) {
	d.t.Helper()
	if err := d.b.DB.Update(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// question is the outbox row that posted a question on dc-meter's first list; "" is the introduction.
func (d *desk) question(number string) (o dc.Outgoing) {
	d.t.Helper()
	key := "launch/dc2021/dc-meter/meter@lists.example.test/q" + number
	if number == "" {
		key = "launch/dc2021/dc-meter/meter@lists.example.test/introduction"
	}
	d.view(func(tx *storage.Tx) (err error) {
		o, err = tx.OutgoingByKey(key)
		return err
	})
	return o
}

// record is what is on record, without the ids, in an order of its own.
func (d *desk) record() []string { return record(d.t, d.b.DB) }

func record(t *testing.T, db *storage.DB) []string {
	t.Helper()
	var out []string
	if err := db.View(t.Context(), func(tx *storage.Tx) error {
		cs, err := tx.Contributions(storage.Filter{})
		if err != nil {
			return err
		}
		name := map[int64]string{}
		for _, c := range cs {
			name[c.ID] = fmt.Sprintf("%s/%d", c.PostRef, c.Lines[0])
		}
		for _, c := range cs {
			place := "tray"
			if c.Question != "" {
				place = "Q" + c.Question
			}
			line := fmt.Sprintf("%s %s %s %s: %s", c.Coalition, place, c.Author, c.Kind, strings.Join(strings.Fields(c.Text), " "))
			if c.Stance != dc.NoStance {
				line += fmt.Sprintf(" [%s %s]", c.Stance, name[c.Target])
			}
			if c.Status != dc.Collected {
				line += fmt.Sprintf(" (%s)", c.Status)
			}
			if c.Supersedes != 0 {
				line += " replaces " + name[c.Supersedes]
			}
			out = append(out, line)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func (d *desk) wantRecord(want ...string) {
	d.t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, d.record()); diff != "" {
		d.t.Errorf("the record (-want +got):\n%s", diff)
	}
}

// wantMail checks that, beside the launch, exactly these messages were ever queued: "kind to".
func (d *desk) wantMail(want ...string) {
	d.t.Helper()
	var got []string
	d.view(func(tx *storage.Tx) error {
		all, err := tx.ListOutgoing(storage.OutgoingFilter{})
		for _, o := range all {
			if !strings.HasPrefix(o.Key, "launch/") {
				got = append(got, o.Kind+" to "+o.Destination)
			}
		}
		return err
	})
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("what the bot wrote (-want +got):\n%s", diff)
	}
}

// last reads the newest message of a kind.
func (d *desk) last(kind string) dc.Outgoing {
	d.t.Helper()
	var all []dc.Outgoing
	d.view(func(tx *storage.Tx) (err error) {
		all, err = tx.ListOutgoing(storage.OutgoingFilter{Kind: kind, Limit: 1})
		return err
	})
	if len(all) == 0 {
		d.t.Fatalf("no message of kind %s", kind)
	}
	return all[0]
}

// posts counts the posts in each state.
func (d *desk) posts() (m map[dc.PostState]int) {
	d.t.Helper()
	d.view(func(tx *storage.Tx) (err error) {
		m, err = tx.CountPosts()
		return err
	})
	return m
}

// wantReplay checks that a replay of all posts gives the same record.
func (d *desk) wantReplay() {
	d.t.Helper()
	into, err := storage.Open(d.t.Context(), filepath.Join(d.t.TempDir(), "replay.db"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer into.Close()
	diffs, err := d.b.Replay(d.t.Context(), into)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, x := range diffs {
		d.t.Errorf("the replay differs: %+v", x)
	}
}

// letter is a mail that a person writes.
type letter struct {
	id, from, to, cc, subject, reply string
	at                               time.Time
	head                             []string // more fields
	body                             string
}

func (l letter) raw() []byte {
	if l.at.IsZero() {
		l.at = time.Date(2021, 3, 23, 8, 0, 0, 0, time.UTC)
	}
	if l.to == "" {
		l.to = "meter@lists.example.test"
	}
	lines := slices.Clone(l.head)
	lines = append(lines, "From: "+l.from, "To: "+l.to, "Subject: "+l.subject, "Message-ID: <"+l.id+">", "Date: "+l.at.Format(time.RFC1123Z))
	if l.cc != "" {
		lines = append(lines, "Cc: "+l.cc)
	}
	if l.reply != "" {
		lines = append(lines, "In-Reply-To: <"+l.reply+">", "References: <"+l.reply+">")
	}
	lines = append(lines, "", l.body)
	return []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\r\n") + "\r\n")
}

// via is the copy that a list sends on.
func via(list string, raw []byte) []byte {
	head := "Return-Path: <" + list + "-bounces@lists.example.test>\r\nReceived: from lists by mail.example.test; Tue, 23 Mar 2021 09:00:05 +0000\r\n" +
		"List-Id: <" + list + ".lists.example.test>\r\nList-Post: <mailto:" + list + "@lists.example.test>\r\nPrecedence: list\r\n"
	return []byte(head + string(raw) + "_______________________________________________\r\n" + list + " mailing list\r\n" + list + "@lists.example.test\r\n")
}

// proven is a mail to the bot that our own server found to be genuine.
func proven(raw []byte) []byte {
	return append([]byte("Authentication-Results: mail.example.test; dmarc=pass header.from=example.org\r\n"), raw...)
}

const ana, ben, cora = "Ana Lima <ana@example.org>", "Ben Okoro <ben@example.org>", "Cora Dietz <cora@example.org>"

// answer is Ana's plain reply to a question.
func (d *desk) answer(number string) letter {
	return letter{id: "a1@example.org", from: ana, subject: "Re: Survey Q" + number, reply: d.question(number).MessageID, body: "We ask the whole list and wait for a week before we act."}
}
