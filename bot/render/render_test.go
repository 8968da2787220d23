package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"golang.org/x/net/html"

	"dcbot/bot/dc"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if bytes.Contains(got, []byte("<no value>")) || bytes.Contains(got, []byte("&lt;no value&gt;")) {
		t.Errorf("%s: a value is missing", name)
	}
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (run with -update if that is meant):\n%s", name, diff)
	}
}

// mails are all mails that the package writes.
func mails(t *testing.T) map[string]dc.Content {
	r, in := renderer(t), launchInput(t)
	out := map[string]dc.Content{
		"introduction":     r.Introduction(in),
		"whole":            r.WholeMail(in),
		"section":          r.SectionMail(in, in.Survey.Sections[1]),
		"question-changed": r.ChangedQuestion(in, in.Survey.Sections[1].Questions[2]),
		"question-removed": r.RemovedQuestion(in, in.Survey.Sections[1].Questions[5]),
		"closed":           r.Closed(in),
	}
	for _, q := range in.Survey.Questions() {
		if !q.Removed {
			out["question-"+q.Number] = r.QuestionMail(in, q)
		}
	}
	in.Now = at("2021-04-23 15:00")
	out["deadline-moved"] = r.DeadlineMoved(in, in.Deadline, moment(t, "2021-05-02 23:59", "Africa/Nairobi"), "several coalitions asked for more time", "Ana Lima")
	bare := launchInput(t)
	bare.Group.Name, bare.Survey.Link, bare.Coalition.Launch, bare.Deadline, bare.Coalition.Language = "", "", dc.InOneMail, dc.Moment{}, "pt"
	out["introduction-bare"] = r.Introduction(bare)
	out["receipt"] = r.Receipt(ReceiptInput{Language: "en", Coalition: "Dynamic Coalition on Meters", Subject: "What do you have of me?", Record: "On record of you\n  c3  2021-03-23  dc-meter  Q6  answer  collected  We meet once a month.\n"})
	out["reply"] = r.CommandReply(CommandReplyInput{Language: "en", Subject: "dcbot: status", Text: "Dynamic Coalition on Meters\n  open: 3 of 8 answered\n", Prefix: "!dc"})
	out["reply-failed"] = r.ReceiptOfCommandFailure("en", "!dc adopt c99", dc.Userf("`tray` lists what is there", "there is no contribution c99"))
	out["reply-broken"] = r.ReceiptOfCommandFailure("en", "!dc adopt c9", errPlain)
	expires := at("2021-04-09 09:00")
	out["confirm-withdrawal"] = r.Confirmation(ConfirmationInput{Language: "en", Token: "0123456789abcdef0123", Name: "Ida Ray", Expires: expires, Zone: "Africa/Nairobi",
		Withdraws: &dc.Contribution{ID: 11, Text: "We meet too often.\nEveryone says so."}})
	out["withdrawn"] = r.Withdrawn(WithdrawnInput{Language: "en", Name: "Ida Ray", Contribution: dc.Contribution{ID: 8, Text: "We meet once a month."}})
	out["confirm-command"] = r.Confirmation(ConfirmationInput{Language: "en", Token: "0123456789abcdef0123", Expires: expires, Zone: "UTC", Commands: []string{"!dc adopt c4", "!dc approve"}, Subject: "sorting\r\nBcc: everybody@example.org"})
	n := NoticeInput{Language: "en", Coalition: "dc-meter", Message: 12, Subject: "Survey Q6: Channels", Destination: "meter@lists.example.org"}
	out["notice-held"], out["notice-uncertain"] = r.NoticeHeldByModerator(n), r.NoticeUncertain(n)
	n.Why = "550 5.7.1 not allowed to post"
	out["notice-failed"] = r.NoticeFailed(n)
	n.Why = "version 2 cannot be sent: it lacks the dissent c9, recorded since"
	out["notice-outdated"] = r.NoticeOutdated(n)
	out["notice-poison"] = r.NoticePoison(NoticeInput{Language: "en", Post: 77, Source: "odd@example.org", List: "meter.lists.example.org"})
	d := consolidated(t)
	d.ApprovedBy = "Ana Lima <ana@example.org>"
	c, err := r.SubmissionMail(SubmissionInput{Draft: d, Secretariat: "Secretariat", BotName: "dcbot"})
	if err != nil {
		t.Fatal(err)
	}
	out["submission"] = c
	return out
}

func TestMails(t *testing.T) {
	for name, c := range mails(t) {
		t.Run(name, func(t *testing.T) {
			got := "Subject: " + c.Subject + "\n\n" + c.Text
			if c.Calendar != "" {
				got += "\n----- calendar\n" + strings.ReplaceAll(c.Calendar, "\r\n", "\n")
			}
			for _, a := range c.Attachments {
				got += fmt.Sprintf("\n----- attached: %s (%s)\n", a.Name, a.Type)
			}
			golden(t, "mail-"+name, []byte(got))
			if c.HTML != "" {
				golden(t, "mail-"+name+".html", []byte(c.HTML))
			}
		})
	}
}

// A mail must neither be held by its list, nor be taken for a command to the list, nor be wrapped again.
func TestMailsSuitLists(t *testing.T) {
	commands := map[string]bool{"help": true, "subscribe": true, "unsubscribe": true, "join": true, "leave": true, "confirm": true, "end": true, "stop": true, "echo": true,
		"info": true, "lists": true, "who": true, "set": true, "password": true, "remove": true, "signoff": true, "sig": true, "inv": true, "which": true, "review": true}
	for name, c := range mails(t) {
		t.Run(name, func(t *testing.T) {
			first, _, _ := strings.Cut(strings.TrimSpace(c.Text), "\n")
			word := strings.ToLower(strings.TrimRight(strings.Fields(first)[0], ",.:!"))
			if commands[word] || strings.HasPrefix(word, "!dc") {
				t.Errorf("the first line reads like a command: %q", first)
			}
			if name != "submission" && Size(c) > MaxMail {
				t.Errorf("%d bytes are too many", Size(c))
			}
			if strings.ContainsAny(c.Subject, "\r\n") || c.Subject == "" {
				t.Errorf("subject %q", c.Subject)
			}
			for _, l := range strings.Split(c.Text, "\n") {
				if uniseg.StringWidth(l) > width && !strings.Contains(l, "://") {
					t.Errorf("too long: %q", l)
				}
				if strings.HasPrefix(strings.TrimSpace(l), "!dc") {
					t.Errorf("a line that is a command when it comes back: %q", l)
				}
				if strings.HasPrefix(l, "From ") {
					t.Errorf("a line that archives escape: %q", l)
				}
			}
		})
	}
}

func TestDrafts(t *testing.T) {
	r := renderer(t)
	approved := consolidated(t)
	approved.ApprovedBy, approved.State = "Ana Lima <ana@example.org>", dc.Approved
	empty := dc.Consolidated{Survey: "s", SurveyTitle: "Survey", Coalition: "c", CoalitionName: "Coalition", Version: 1, Made: at("2021-04-27 10:00"), Deadline: moment(t, "2021-05-02 23:59", "UTC")}
	for name, d := range map[string]dc.Consolidated{"open": consolidated(t), "approved": approved, "empty": empty} {
		for f, ext := range map[Format]string{Text: "txt", HTML: "html", Markdown: "md", JSON: "json"} {
			if name != "open" && f == JSON {
				continue
			}
			got, err := r.Draft(d, f)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "draft-"+name+"."+ext, got)
		}
	}
}

// Every word that a member wrote is in every format, and so is the name of whoever wrote it.
func TestDraftLeavesNothingOut(t *testing.T) {
	r, d := renderer(t), consolidated(t)
	for _, f := range []Format{Text, HTML, Markdown} {
		raw, err := r.Draft(d, f)
		if err != nil {
			t.Fatal(err)
		}
		got := string(raw)
		if f == HTML {
			got = htmlText(t, got)
		}
		got = strings.ReplaceAll(got, "\\", "")
		for _, q := range append(d.Sections[0].Questions, d.Sections[1].Questions...) {
			for _, items := range [][]dc.Item{q.Adopted, q.Pending, q.Support, q.Comments, q.Dissent, q.Elsewhere, q.SetAside, q.Withdrawn, d.Tray} {
				for _, it := range items {
					words := strings.Fields(it.Text + " " + it.Quoted + " " + it.Author + " " + it.Ref + " " + it.Link + " " + it.Reason)
					for _, w := range words {
						if !strings.Contains(got, strings.Trim(w, `>"`)) && !strings.Contains(got, strings.Trim(w, ">.")) {
							t.Errorf("%s: %s lacks %q", f, it.Ref, w)
						}
					}
				}
			}
		}
	}
}

func TestDraftSaysWhenNotApproved(t *testing.T) {
	r, d := renderer(t), consolidated(t)
	for _, f := range []Format{Text, HTML, Markdown} {
		open, _ := r.Draft(d, f)
		if !bytes.Contains(open, []byte("No named person has approved this text yet")) {
			t.Errorf("%s does not say that it is not approved", f)
		}
		a := d
		a.ApprovedBy = "Ana Lima"
		approved, _ := r.Draft(a, f)
		if bytes.Contains(approved, []byte("No named person")) || !bytes.Contains(approved, []byte("approved by Ana Lima")) {
			t.Errorf("%s: who approved it is not plain", f)
		}
	}
	if _, err := r.SubmissionMail(SubmissionInput{Draft: d}); err == nil {
		t.Error("a draft that nobody approved can be mailed")
	}
}

// What is attached is what was approved, to the byte.
func TestSubmissionAttachesWhatWasFrozen(t *testing.T) {
	r, d := renderer(t), consolidated(t)
	d.ApprovedBy = "Ana Lima"
	frozen, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(frozen)
	digest := hex.EncodeToString(sum[:])
	for _, js := range [][]byte{frozen, nil} {
		c, err := r.SubmissionMail(SubmissionInput{Draft: d, JSON: js, Digest: digest})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Attachments[2]; got.Name != "meters1-dc-meter-v2.json" || !bytes.Equal(got.Data, frozen) {
			t.Errorf("attached is %s, %d bytes", got.Name, len(got.Data))
		}
	}
	if _, err := r.SubmissionMail(SubmissionInput{Draft: d, JSON: append(frozen, '\n'), Digest: digest}); err == nil {
		t.Error("other bytes than the frozen ones can be mailed")
	}
}

// The accessibility that can be checked by a machine: a language, one h1, no level of headings skipped, landmarks, unique
// ids that every link finds, the words of members with a direction of their own, nothing remote.
func TestHTMLIsAccessible(t *testing.T) {
	r := renderer(t)
	draft, err := r.Draft(consolidated(t), HTML)
	if err != nil {
		t.Fatal(err)
	}
	intro := r.Introduction(launchInput(t)).HTML
	for name, doc := range map[string]string{"draft": string(draft), "introduction": intro} {
		t.Run(name, func(t *testing.T) { checkHTML(t, doc, name == "draft") })
	}
}

func checkHTML(t *testing.T, doc string, contents bool) {
	root, err := html.Parse(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	ids, links, counts, last := map[string]bool{}, []string{}, map[string]int{}, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		counts[n.Data]++
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		if id := attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %q", id)
			}
			ids[id] = true
		}
		if strings.HasPrefix(attr["href"], "#") {
			links = append(links, attr["href"][1:])
		}
		if by := attr["aria-labelledby"]; by != "" {
			links = append(links, by)
		}
		switch n.Data {
		case "html":
			if attr["lang"] != "en" {
				t.Errorf("lang is %q", attr["lang"])
			}
		case "h1", "h2", "h3", "h4", "h5", "h6":
			level := int(n.Data[1] - '0')
			if level > last+1 {
				t.Errorf("%s follows h%d", n.Data, last)
			}
			last = level
		case "blockquote":
			if attr["dir"] != "auto" {
				t.Error("a member's words have no direction of their own")
			}
		case "script", "img", "link", "iframe", "object", "embed", "font", "b":
			t.Errorf("<%s> does not belong here", n.Data)
		}
		if attr["src"] != "" || strings.Contains(attr["style"], "url(") {
			t.Error("something is loaded from elsewhere")
		}
	}
	for _, id := range links {
		if !ids[id] {
			t.Errorf("no element has the id %q", id)
		}
	}
	if counts["h1"] != 1 || counts["main"] != 1 || counts["header"] != 1 || counts["footer"] != 1 || contents && counts["nav"] != 1 {
		t.Errorf("landmarks: %v", counts)
	}
}

func htmlText(t *testing.T, doc string) string {
	root, err := html.Parse(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

func TestCalendar(t *testing.T) {
	r, in := renderer(t), launchInput(t)
	first := r.Introduction(in).Calendar
	in.Now = at("2021-04-23 15:00")
	moved := r.DeadlineMoved(in, in.Deadline, moment(t, "2021-05-02 23:59", "Africa/Nairobi"), "", "").Calendar
	read := func(s string) (uid, sequence string, start time.Time) {
		cal, err := ical.NewDecoder(strings.NewReader(s)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		e := cal.Events()[0]
		uid, _ = e.Props.Text(ical.PropUID)
		start, err = e.DateTimeStart(time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		return uid, e.Props.Get(ical.PropSequence).Value, start
	}
	uid1, seq1, start1 := read(first)
	uid2, seq2, start2 := read(moved)
	if uid1 != uid2 || seq1 != "0" || seq2 == "0" {
		t.Errorf("the second does not replace the first: %s %s, %s %s", uid1, seq1, uid2, seq2)
	}
	if !start1.Equal(at("2021-04-25 20:59")) || !start2.Equal(at("2021-05-02 20:59")) {
		t.Errorf("deadlines %s and %s", start1, start2)
	}
}

func TestDates(t *testing.T) {
	v := renderer(t).in("en")
	for _, c := range []struct{ wall, zone, want string }{
		{"2021-05-02 23:59", "UTC", "Sunday 2 May 2021, 23:59 UTC"},
		{"2021-05-02 23:59", "Africa/Nairobi", "Sunday 2 May 2021, 23:59 Africa/Nairobi time (20:59 UTC)"},
		{"2021-05-02 23:59", "America/New_York", "Sunday 2 May 2021, 23:59 America/New_York time (Monday 3 May 2021, 03:59 UTC)"},
		{"2021-01-01 01:00", "Europe/Zurich", "Friday 1 January 2021, 01:00 Europe/Zurich time (00:00 UTC)"},
		{"2021-01-01 01:00", "Asia/Tokyo", "Friday 1 January 2021, 01:00 Asia/Tokyo time (Thursday 31 December 2020, 16:00 UTC)"},
		{"2021-01-01 01:00", "Europe/London", "Friday 1 January 2021, 01:00 Europe/London time (01:00 UTC)"},
	} {
		if got := v.moment(moment(t, c.wall, c.zone)); got != c.want {
			t.Errorf("%s %s: %s, not %s", c.wall, c.zone, got, c.want)
		}
	}
}

// A survey that is too big for one mail loses its notes first, and Size then tells whether it fits.
func TestBigSurvey(t *testing.T) {
	r, in := renderer(t), launchInput(t)
	for i := range in.Survey.Sections[0].Questions {
		in.Survey.Sections[0].Questions[i].Help = strings.Repeat("A long note that goes on. ", 600)
	}
	if c := r.SectionMail(in, in.Survey.Sections[0]); Size(c) > MaxMail || strings.Contains(c.Text, "A long note") {
		t.Errorf("%d bytes", Size(c))
	}
	c := r.WholeMail(in)
	if Size(c) > MaxMail || strings.Contains(c.Text, "A long note") || !strings.Contains(c.Text, "left out here") {
		t.Errorf("%d bytes", Size(c))
	}
	in.Survey.Introduction = strings.Repeat("Much to say. ", 1500)
	if c := r.Introduction(in); c.HTML != "" || Size(c) > MaxMail {
		t.Errorf("%d bytes, with %d of HTML", Size(c), len(c.HTML))
	}
}
