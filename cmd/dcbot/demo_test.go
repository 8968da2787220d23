package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dcbot/mail"
)

// playDemo runs the demo with the given replies and returns its narration and the directory it left.
func playDemo(t *testing.T, replies []demoMail, stdin string, stay bool) (string, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	var out, errs bytes.Buffer
	a := &app{stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, now: time.Now}
	if err := a.demo(t.Context(), dir, stay, replies); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.String(), errs.String())
	}
	if errs.Len() > 0 {
		t.Errorf("on standard error:\n%s", errs.String())
	}
	return out.String(), dir
}

func TestDemo(t *testing.T) {
	told, dir := playDemo(t, demoReplies, "", false)
	for _, want := range []string{
		"answer, question 14",
		"object, question 14, about c1 by Amina Odhiambo",
		"support-if, question 14",
		"ignored: automatic mail",
		"the tray",
		"replaces c1",
		"held-elsewhere, question 1",
		"answer, question 1, late",
		"the deadline is now 2 May 2021",
		"cannot be sent: it lacks the dissent",
		"3 of them reached the Secretariat",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the narration lacks %q", want)
		}
	}
	for _, name := range []string{"dcbot.db", "dc-harbour.html", "dc-harbour.txt", "dc-meadow.html", "dc-lantern.txt", "survey.toml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not left: %v", name, err)
		}
	}
	checkDemoMails(t, dir)
	// The commands that the demo names at its end work on what it left.
	conf := filepath.Join(dir, "config.toml")
	must(t, "status", "--config", conf)
	must(t, "do", "--config", conf, "question 14 in harbour")
	if got := must(t, "find", "--config", conf, "consensus"); !strings.Contains(got, "Amina") {
		t.Errorf("find consensus:\n%s", got)
	}
}

// checkDemoMails makes sure that nobody got a message that the story does not account for.
func checkDemoMails(t *testing.T, dir string) {
	t.Helper()
	mails, err := filepath.Glob(filepath.Join(dir, "mails", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, name := range mails {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := mail.Parse(raw, mail.Limits{})
		if m.From[0].Addr == demoBot {
			got[m.Get("X-Dcbot-Kind")]++
		} else {
			got["from people"]++
		}
	}
	const questions, orders = 27, 7 // 7: commands by mail, each of which is confirmed
	want := map[string]int{
		"introduction": 3, "question": 3 * questions, "announcement": 2, "submission": 3, "confirmation": orders, "reply": orders,
		"from people": len(demoReplies) + 2 + 2*orders,
	}
	for kind, n := range got {
		if want[kind] != n {
			t.Errorf("%d mails of kind %q, want %d", n, kind, want[kind])
		}
	}
	for kind := range want {
		if got[kind] == 0 {
			t.Errorf("no mail of kind %q", kind)
		}
	}
}

// TestDemoTellsTheRecord alters one reply: what is told changes with it, so it is no script.
func TestDemoTellsTheRecord(t *testing.T) {
	replies := slices.Clone(demoReplies)
	i := slices.IndexFunc(replies, func(m demoMail) bool { return m.key == "mei-objects" })
	replies[i].body = "I support this answer.\n\nMei-Ling\n"
	told, _ := playDemo(t, replies, "", false)
	if !strings.Contains(told, "c2: support, question 14, about c1 by Amina Odhiambo") {
		t.Errorf("the altered reply is not told:\n%s", told)
	}
	if strings.Contains(told, "with 2 dissents") {
		t.Error("the dissent that nobody wrote is counted")
	}
}

func TestDemoStay(t *testing.T) {
	told, _ := playDemo(t, demoReplies, "question 14 in harbour\nnonsense\n\nquit\n", true)
	_, after, ok := strings.Cut(told, "Everything stays up")
	if !ok {
		t.Fatal("it does not say that it stays")
	}
	for _, want := range []string{"IMAP 127.0.0.1:", "SMTP 127.0.0.1:", "amina@harbour-lab.example.org", "How decisions are made", "nonsense"} {
		if !strings.Contains(after, want) {
			t.Errorf("after the story, %q is missing:\n%s", want, after)
		}
	}
}

func TestDemoLeavesOthersFilesAlone(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "thesis.txt"), "years of work")
	r := dcbot(t.Context(), "", "demo", "--dir", dir)
	if r.code != exitUsage || !strings.Contains(r.stderr, "--dir") {
		t.Errorf("exit code %d: %s", r.code, r.stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.txt")); err != nil {
		t.Error(err)
	}
}
