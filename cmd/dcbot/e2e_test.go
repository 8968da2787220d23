package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	netsmtp "net/smtp"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dcbot/bot/dc"
	"dcbot/mail"
	"dcbot/mail/mailtest/servers"
)

// The whole way through real servers: launch on a plain and on a munging Mailman list, members' replies by SMTP, commands
// proven by a one-time token, approval, submission. Postfix carries, Dovecot keeps, and at the end every mailbox is counted.
func TestThroughRealServers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute: left out with -short")
	}
	everybody := []string{"bot", "fiona", "ana", "bela", "chidi"}
	water := servers.List{Name: "dc-water", Members: everybody}
	forest := servers.List{Name: "dc-forest", Members: everybody, Munge: true}
	w := &world{
		t: t, dir: t.TempDir(),
		servers: servers.Start(t, servers.Options{Mailboxes: append([]string{"secretariat"}, everybody...), Lists: []servers.List{water, forest}}),
	}
	w.configure(water, forest)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()

	w.dcbot("survey", "load", filepath.Join(w.dir, "survey.toml"))
	stop := w.start(ctx)
	for _, c := range []string{"dc-water", "dc-forest"} {
		w.dcbot("do", "survey launch now "+c)
	}
	// An introduction and five questions on each list.
	launched := w.mailbox(ctx, "ana", 12)

	q := func(l servers.List, number string) *mail.Message { return question(t, launched, l, number) }
	w.reply("ana", water, q(water, "1"), "We repaired forty wells and published every reading.\n")
	anas := w.fromList(ctx, "chidi", water, "forty wells")
	w.inline("bela", water, q(water, "2"), "Next year we want to train two people in each village.\n")
	w.reply("chidi", water, anas, "I object to this answer. The readings of the north are missing.\n")
	w.reply("bela", water, q(water, ""), "Do not forget that the rain was late this time.\n")
	w.post("chidi", water, q(water, "3"), "I am away until Monday.\n", "Auto-Submitted: auto-replied")
	w.reply("bela", forest, q(forest, "3"), "We decide by consensus, in a call that all may join.\n")
	w.reply("ana", forest, q(forest, "4"), "Yes, each month.\n")

	got := w.contributions(ctx, 6)
	want := []string{
		"dc-water ana@example.test 1 answer - We repaired forty wells and published every reading.",
		"dc-water bela@example.test 2 answer - Next year we want to train two people in each village.",
		"dc-water chidi@example.test 1 stance object I object to this answer. The readings of the north are missing.",
		"dc-water bela@example.test tray answer - Do not forget that the rain was late this time.",
		"dc-forest bela@example.test 3 answer - We decide by consensus, in a call that all may join.",
		"dc-forest ana@example.test 4 answer - Yes, each month.",
	}
	var have []string
	for _, c := range got {
		have = append(have, c.line())
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(have, want) {
		t.Errorf("collected:\n%s\nwant:\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}

	// The facilitator's mail proves nothing; the token that only her mailbox gets does.
	adopt := ""
	for _, c := range got {
		if c.Question != nil && *c.Question == "1" && c.Kind == dc.Answer {
			adopt = fmt.Sprintf("!dc adopt c%d\n", c.ID)
		}
	}
	w.command(ctx, "fiona", adopt+"!dc approve dc-water\n!dc submit dc-water\n")
	w.command(ctx, "fiona", "!dc approve dc-forest\n!dc submit dc-forest\n")

	drafts := w.mailbox(ctx, "secretariat", 2)
	w.settled(ctx)
	stop()
	w.checkSubmissions(drafts)
	w.checkNothingElse()
}

// world is the servers, the bot and its people.
type world struct {
	t        *testing.T
	dir      string
	servers  *servers.Servers
	posts    map[string]int // posts that members sent, by list
	commands int            // mails with commands or tokens
	n        int
}

func (w *world) conf() string { return filepath.Join(w.dir, "config.toml") }

func (w *world) dcbot(args ...string) string {
	w.t.Helper()
	return must(w.t, append([]string{"--config", w.conf()}, args...)...)
}

// start runs the bot; the function returned stops it and waits for its end.
func (w *world) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var out bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"--config", w.conf(), "run"}, strings.NewReader(""), &out, &out) }()
	done := false
	stop = func() {
		if done {
			return
		}
		done = true
		cancel()
		if code := <-ended; code != exitOK || w.t.Failed() {
			w.t.Errorf("dcbot run ended with %d:\n%s", code, out.String())
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// eventually waits until cond holds.
func (w *world) eventually(ctx context.Context, what string, cond func() bool) {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-ctx.Done():
			w.t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// mailbox waits for n mails in a mailbox and returns them.
func (w *world) mailbox(ctx context.Context, name string, n int) []*mail.Message {
	w.t.Helper()
	raws, err := w.servers.WaitFor(ctx, name, n)
	if err != nil {
		for _, m := range parsed(raws) {
			w.t.Logf("%s has: %s (from %v)", name, m.Subject, m.From)
		}
		w.t.Fatal(err)
	}
	return parsed(raws)
}

func parsed(raws []string) []*mail.Message {
	var out []*mail.Message
	for _, r := range raws {
		out = append(out, mail.Parse([]byte(r), mail.Limits{}))
	}
	return out
}

// fromList waits for a post with some words on a list.
func (w *world) fromList(ctx context.Context, name string, l servers.List, words string) (found *mail.Message) {
	w.t.Helper()
	w.eventually(ctx, fmt.Sprintf("%q in the mailbox of %s", words, name), func() bool {
		raws, err := w.servers.Mailbox(name)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range parsed(raws) {
			if m.List.ID == l.ID() && strings.Contains(m.Text, words) {
				found = m
			}
		}
		return found != nil
	})
	return found
}

// question finds the mail of a question on a list; "" is the introduction.
func question(t *testing.T, mails []*mail.Message, l servers.List, number string) *mail.Message {
	t.Helper()
	for _, m := range mails {
		if m.List.ID == l.ID() && m.Get("X-Dcbot-Question") == number {
			return m
		}
	}
	t.Fatalf("no question %q on %s", number, l.Address())
	return nil
}

// reply answers a mail above its text, as most people do.
func (w *world) reply(who string, l servers.List, to *mail.Message, words string) {
	w.t.Helper()
	w.post(who, l, to, words+"\n"+wrote(to)+quoted(to))
}

// inline answers below the quoted text.
func (w *world) inline(who string, l servers.List, to *mail.Message, words string) {
	w.t.Helper()
	w.post(who, l, to, wrote(to)+quoted(to)+"\n"+words)
}

func wrote(m *mail.Message) string {
	name := "somebody"
	if len(m.From) > 0 {
		name = m.From[0].Name
	}
	return "On " + m.Date.Format("Mon, 2 Jan 2006 at 15:04") + ", " + name + " wrote:\n"
}

func quoted(m *mail.Message) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(m.Text)) {
		b.WriteString("> " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return b.String()
}

// post sends a mail to a list.
func (w *world) post(who string, l servers.List, to *mail.Message, text string, header ...string) {
	w.t.Helper()
	if w.posts == nil {
		w.posts = map[string]int{}
	}
	w.posts[l.Name]++
	w.send(who, l.Address(), "Re: "+strings.TrimPrefix(to.Subject, "Re: "), to.ID, text, header...)
}

// send hands a mail to Postfix, as a member's client does.
func (w *world) send(who, to, subject, inReplyTo, text string, header ...string) {
	w.t.Helper()
	w.n++
	from := who + "@" + servers.Domain
	lines := []string{
		"From: " + strings.ToUpper(who[:1]) + who[1:] + " <" + from + ">", "To: " + to, "Subject: " + subject,
		"Date: " + time.Now().Format(time.RFC1123Z), fmt.Sprintf("Message-ID: <%d.%s@client.example.test>", w.n, who),
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
	}
	if inReplyTo != "" {
		lines = append(lines, "In-Reply-To: <"+inReplyTo+">", "References: <"+inReplyTo+">")
	}
	raw := strings.Join(append(lines, header...), "\r\n") + "\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n")
	if err := netsmtp.SendMail(w.servers.SMTP, nil, from, []string{to}, []byte(raw)); err != nil {
		w.t.Fatal(err)
	}
}

// command mails commands to the bot, sends back the token that it asks for, and waits for the answer.
func (w *world) command(ctx context.Context, who, lines string) {
	w.t.Helper()
	direct := func() (mails []*mail.Message) {
		raws, err := w.servers.Mailbox(who)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range parsed(raws) {
			if m.List.ID == "" {
				mails = append(mails, m)
			}
		}
		return mails
	}
	before := len(direct())
	w.send(who, "bot@"+servers.Domain, "commands", "", lines)
	w.eventually(ctx, "the question for a confirmation", func() bool { return len(direct()) > before })
	ask := direct()[before]
	if !strings.Contains(ask.Text, "- "+strings.TrimSpace(strings.Split(lines, "\n")[0])) {
		w.t.Fatalf("not asked to confirm:\n%s", ask.Text)
	}
	w.send(who, "bot@"+servers.Domain, "Re: "+ask.Subject, ask.ID, "Yes, that was me.\n\n"+wrote(ask)+quoted(ask))
	w.eventually(ctx, "the answer to the commands", func() bool { return len(direct()) > before+1 })
	w.commands += 2
	w.t.Logf("the bot answered:\n%s", direct()[before+1].Text)
}

// contributionOf is a line of `contributions --json`, as another program reads it.
type contributionOf struct {
	Post, Author string
	Question     *string
	Kind         dc.Kind
	Stance       *string
	Text         string
	Coalition    string
	ID           int64
}

func (c contributionOf) line() string {
	question, stance := "tray", "-"
	if c.Question != nil {
		question = *c.Question
	}
	if c.Stance != nil {
		stance = *c.Stance
	}
	return strings.Join([]string{c.Coalition, c.Author, question, string(c.Kind), stance, strings.Join(strings.Fields(c.Text), " ")}, " ")
}

// contributions waits until n are on record and nothing is pending.
func (w *world) contributions(ctx context.Context, n int) (found []contributionOf) {
	w.t.Helper()
	posts := 0
	for _, p := range w.posts {
		posts += p
	}
	w.eventually(ctx, fmt.Sprintf("%d contributions", n), func() bool {
		found = found[:0]
		for line := range strings.Lines(w.dcbot("contributions", "--json")) {
			var c contributionOf
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				w.t.Fatalf("%v in %s", err, line)
			}
			found = append(found, c)
		}
		// The bot is a member of both lists: when it has all that was posted, it has read all.
		raws, err := w.servers.Mailbox("bot")
		if err != nil {
			w.t.Fatal(err)
		}
		return len(found) >= n && len(raws) >= posts+12
	})
	return found
}

// settled waits until nothing is left in the outbox.
func (w *world) settled(ctx context.Context) {
	w.t.Helper()
	w.eventually(ctx, "an empty outbox", func() bool {
		for _, state := range []dc.OutgoingState{dc.Queued, dc.Sending} {
			if w.dcbot("outbox", "list", "--state", string(state)) != "Nothing.\n" {
				return false
			}
		}
		return true
	})
}

// checkSubmissions: one mail for each coalition, with the dissent in its author's words.
func (w *world) checkSubmissions(drafts []*mail.Message) {
	w.t.Helper()
	for _, want := range []struct {
		coalition string
		words     []string
	}{
		{"Water", []string{"We repaired forty wells", "The readings of the north are missing.", "chidi@example.test", "Do not forget that the rain was late"}},
		{"Forest", []string{"We decide by consensus", "bela@example.test", "Yes, each month."}},
	} {
		n := 0
		for _, d := range drafts {
			if !strings.Contains(d.Subject, want.coalition) {
				continue
			}
			n++
			for _, words := range want.words {
				if !strings.Contains(strings.Join(strings.Fields(d.Text), " "), words) {
					w.t.Errorf("the draft of %s lacks %q:\n%s", want.coalition, words, d.Text)
				}
			}
			types := map[string]bool{}
			for _, a := range d.Attachments {
				types[strings.Split(a.Type, ";")[0]] = true
			}
			if d.HTML == "" || !types["application/json"] {
				w.t.Errorf("the mail about %s has not all of text, HTML and JSON: %v", want.coalition, types)
			}
		}
		if n != 1 {
			w.t.Errorf("the Secretariat has %d drafts of %s, not one", n, want.coalition)
		}
	}
}

// checkNothingElse counts every mailbox: nobody got a mail that the story does not tell of.
func (w *world) checkNothingElse() {
	w.t.Helper()
	fromLists := 12
	for _, n := range w.posts {
		fromLists += n
	}
	for name, want := range map[string]int{
		"secretariat": 2, "postmaster": 0,
		"ana": fromLists, "bela": fromLists, "chidi": fromLists,
		"fiona": fromLists + w.commands, // each command or token got one mail
		"bot":   fromLists + w.commands,
	} {
		raws, err := w.servers.Mailbox(name)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(raws) == want {
			continue
		}
		w.t.Errorf("%s has %d mails, not %d:", name, len(raws), want)
		for _, m := range parsed(raws) {
			w.t.Logf("    %s | %s | from %v", m.List.ID, m.Subject, m.From)
		}
	}
	if out := w.dcbot("replay"); !strings.Contains(out, "same record") {
		w.t.Errorf("the replay differs:\n%s", out)
	}
}

// configure writes the config and the survey.
func (w *world) configure(lists ...servers.List) {
	w.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `[bot]
name = "dcbot"
zone = "UTC"

[group]
name = "Coordination Group"
facilitators = ["fiona@%[1]s"]

[mail]
address = "bot@%[1]s"

[mail.imap]
address = %[2]q
user = "bot@%[1]s"
password_file = %[4]q
tls = "none"

[mail.smtp]
address = %[3]q
tls = "none"

[secretariat]
address = "secretariat@%[1]s"

[storage]
path = %[5]q
`, servers.Domain, w.servers.IMAP, w.servers.SMTP, filepath.Join(w.dir, "password"), filepath.Join(w.dir, "dcbot.db"))
	for _, l := range lists {
		name := strings.ToUpper(l.Name[3:4]) + l.Name[4:]
		fmt.Fprintf(&b, "\n[[coalition]]\nid = %q\nname = \"Coalition on %s\"\n[coalition.list]\naddress = %q\nid = %q\n", l.Name, name, l.Address(), l.ID())
	}
	writeFile(w.t, w.conf(), b.String())
	writeFile(w.t, filepath.Join(w.dir, "password"), servers.Password+"\n")
	// Open now: real servers live in real time.
	now := time.Now().UTC()
	dates := strings.NewReplacer("2021-03-22 09:00", now.AddDate(0, 0, -1).Format("2006-01-02 15:04"), "2021-04-25 23:59", now.AddDate(0, 0, 30).Format("2006-01-02 15:04"))
	writeFile(w.t, filepath.Join(w.dir, "survey.toml"), dates.Replace(testSurvey))
}
