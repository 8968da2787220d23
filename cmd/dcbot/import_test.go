package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importing is a directory with a config, a survey and an archive.
type importing struct {
	t                     *testing.T
	conf, survey, archive string
	answers               int // replies to the survey in the archive
}

func newImporting(t *testing.T, messages int) importing {
	t.Helper()
	dir := t.TempDir()
	i := importing{t: t, conf: writeTestConfig(t, dir), survey: filepath.Join(dir, "survey.toml"), archive: filepath.Join(dir, "archive.mbox")}
	i.answers = archiveFile(t, i.archive, messages, testSurveyID, testNumbers)
	return i
}

func (i importing) run() string {
	i.t.Helper()
	return must(i.t, "import", "--config", i.conf, "--survey", i.survey, "--coalition", "dc-meter", i.archive)
}

func (i importing) contributions() string {
	i.t.Helper()
	return must(i.t, "contributions", "--config", i.conf, "--json")
}

// An archive alone is enough to collect from, and importing it again changes nothing.
func TestImportCollects(t *testing.T) {
	i := newImporting(t, 400)
	out := i.run()
	if !strings.Contains(out, ": 400 messages in ") || !strings.Contains(out, " 400 new, 0 known before;") {
		t.Errorf("import said:\n%s", out)
	}
	lines := i.contributions()
	posts := map[string]bool{}
	for line := range strings.Lines(lines) {
		var c map[string]any
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"post", "author", "question", "kind", "stance", "text", "coalition", "survey", "status", "id"} {
			if _, ok := c[key]; !ok {
				t.Fatalf("no key %q in %s", key, line)
			}
		}
		if q, ok := c["question"].(string); !ok || !slices.Contains(testNumbers, q) {
			t.Errorf("question %v of a plain reply to a question mail", c["question"])
		}
		posts[c["post"].(string)] = true
	}
	if len(posts) < i.answers || i.answers < 3 {
		t.Errorf("contributions from %d mails; %d replied to the survey", len(posts), i.answers)
	}
	if out := i.run(); !strings.Contains(out, "nothing new") {
		t.Errorf("the second import said:\n%s", out)
	}
	if again := i.contributions(); again != lines {
		t.Error("the second import changed the contributions")
	}
	if out := must(t, "replay", "--config", i.conf); !strings.Contains(out, "same record") {
		t.Errorf("replay: %s", out)
	}
	if out := must(t, "outbox", "list", "--config", i.conf); out != "Nothing.\n" {
		t.Errorf("an import put something into the outbox:\n%s", out)
	}
}

// An archive that has grown, as a list's does each month, is read from where it ended.
func TestImportGoesOnWhereItEnded(t *testing.T) {
	i := newImporting(t, 300)
	whole, err := os.ReadFile(i.archive)
	if err != nil {
		t.Fatal(err)
	}
	cut := bytes.LastIndex(whole[:len(whole)/2], []byte("\nFrom list@")) + 1
	writeFile(t, i.archive, string(whole[:cut]))
	i.run()
	writeFile(t, i.archive, string(whole))
	out := i.run()
	if strings.Contains(out, ": 300 messages") || strings.Contains(out, "nothing new") || !strings.Contains(out, " 0 known before") {
		t.Errorf("the second import did not take just the rest:\n%s", out)
	}
	want := newImporting(t, 300)
	want.run()
	if i.contributions() != want.contributions() {
		t.Error("two halves give other contributions than the whole")
	}
}

// Another archive under the same name is read from its beginning.
func TestImportKnowsAnotherArchive(t *testing.T) {
	i := newImporting(t, 120)
	i.run()
	other := filepath.Join(t.TempDir(), "other.mbox")
	archiveFile(t, other, 150, "another", []string{"a"})
	if err := os.Rename(other, i.archive); err != nil {
		t.Fatal(err)
	}
	if out := i.run(); !strings.Contains(out, ": 150 messages") {
		t.Errorf("import said:\n%s", out)
	}
}

// A survey that comes after the archive finds what was imported before.
func TestSurveyAfterImport(t *testing.T) {
	i := newImporting(t, 300)
	must(t, "import", "--config", i.conf, "--coalition", "dc-meter", i.archive)
	if out := i.contributions(); out != "" {
		t.Fatalf("contributions without a survey:\n%s", out)
	}
	i.run()
	want := newImporting(t, 300)
	want.run()
	if got, want := withoutIDs(t, i.contributions()), withoutIDs(t, want.contributions()); !slices.Equal(got, want) {
		t.Errorf("%d contributions; %d when the survey comes first:\n%s\nwant\n%s", len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// withoutIDs are contributions as they can be compared between two records: what they are about is named by its post.
func withoutIDs(t *testing.T, lines string) (out []string) {
	t.Helper()
	var all []map[string]any
	posts := map[any]any{nil: nil}
	for line := range strings.Lines(lines) {
		var c map[string]any
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		posts[c["id"]] = c["post"]
		all = append(all, c)
	}
	for _, c := range all {
		delete(c, "id")
		c["target"], c["supersedes"] = posts[c["target"]], posts[c["supersedes"]]
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	slices.Sort(out)
	return out
}

// Stopped in the middle, an import keeps what it has and says so; started again, it ends as if nothing had been.
func TestImportStopped(t *testing.T) {
	i := newImporting(t, 1500)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := make(chan result, 1)
	go func() {
		seen <- dcbot(ctx, "", "import", "--config", i.conf, "--survey", i.survey, "--coalition", "dc-meter", i.archive)
	}()
	// Wherever the stop falls, the result has to be the same.
	for i.messagesIn() == 0 {
		select {
		case r := <-seen:
			t.Fatalf("ended before it could be stopped: %+v", r)
		default:
		}
	}
	cancel()
	r := <-seen
	if r.code == exitOK {
		t.Skip("the import was faster than the stop")
	}
	if r.code != exitFailure || !strings.Contains(r.stderr, "The same command goes on from there") {
		t.Errorf("exit code %d, said:\n%s", r.code, r.stderr)
	}
	i.run()
	want := newImporting(t, 1500)
	want.run()
	if i.contributions() != want.contributions() {
		t.Error("a stopped import gives other contributions")
	}
}

// messagesIn says whether anything was imported yet, seen from outside.
func (i importing) messagesIn() int {
	r := dcbot(i.t.Context(), "", "find", "--config", i.conf, "--limit", "1", "water")
	if strings.HasPrefix(r.stdout, "post ") {
		return 1
	}
	return 0
}
