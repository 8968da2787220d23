package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dcbot/bot/dc"
)

var update = flag.Bool("update", false, "rewrite the golden files, and the copy of the example config")

func TestExampleConfig(t *testing.T) {
	c, err := LoadBytes("/etc/dcbot/config.toml", Example)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Coalitions) != 2 || len(c.Coalitions[1].Lists) != 2 || c.Storage.Path != "/etc/dcbot/dcbot.db" {
		t.Errorf("read %+v", c)
	}
	const copied = "../../config.example.toml"
	if *update {
		if err := os.WriteFile(copied, Example, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, Example) {
		t.Errorf("%s differs from example/config.toml (run with -update)", copied)
	}
}

// The example is ready to run but for its secrets.
func TestExampleConfigForRun(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"imap-password", "smtp-password"} {
		file := filepath.Join(dir, "secrets", f)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("correct horse\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := LoadBytes(filepath.Join(dir, "config.toml"), Example)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ForRun(); err != nil {
		t.Error(err)
	}
	if got, err := c.Mail.IMAP.Password.Value(); got != "correct horse" || err != nil {
		t.Errorf("the password is %q, %v", got, err)
	}
}

func TestExampleSurvey(t *testing.T) {
	s, err := LoadExampleSurvey()
	if err != nil {
		t.Fatal(err)
	}
	kinds, needs := map[dc.QuestionKind]bool{}, map[dc.Need]int{}
	for _, q := range s.Questions() {
		kinds[q.Kind] = true
		needs[q.Need]++
		if q.Kind.Closed() && !q.Comment {
			t.Errorf("question %s has no room for a comment", q.Number)
		}
	}
	if n := len(s.Questions()); n < 22 || n > 28 || len(s.Sections) != 7 || len(kinds) != 8 || needs[dc.NeedUnknown] != 0 {
		t.Errorf("%d questions in %d sections, kinds %v, needs %v", n, len(s.Sections), kinds, needs)
	}
	before, after := time.Date(2021, 4, 23, 11, 59, 0, 0, time.UTC), time.Date(2021, 4, 23, 12, 0, 0, 0, time.UTC)
	if got := s.DeadlineAt(before).Wall; got != "2021-04-25 23:59" {
		t.Errorf("before the extension was announced the deadline is %s", got)
	}
	if got := s.DeadlineAt(after).Wall; got != "2021-05-02 23:59" {
		t.Errorf("after the extension was announced the deadline is %s", got)
	}
}
