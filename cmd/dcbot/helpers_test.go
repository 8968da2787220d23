package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const testSurveyID = "meters2021"

// testNumbers are the questions of testSurvey.
var testNumbers = []string{"1", "2", "3", "4", "5"}

const testSurvey = `id = "meters2021"
title = "Survey on open water meters"
introduction = "Please answer together, on the list."
launch = "2021-03-22 09:00"
deadline = "2021-04-25 23:59"
zone = "UTC"

[[section]]
title = "Work"
[[section.question]]
number = "1"
title = "What was done"
text = "What has your coalition done since last year?"
kind = "open"
compulsory = true
[[section.question]]
number = "2"
title = "What is planned"
text = "What does your coalition plan for the coming year?"
kind = "open"
compulsory = true

[[section]]
title = "Working methods"
[[section.question]]
number = "3"
title = "How decisions are made"
text = "How does your coalition take its decisions?"
kind = "open"
[[section.question]]
number = "4"
title = "Meetings"
text = "Does your coalition hold regular meetings?"
kind = "yes-no"
comment = true
[[section.question]]
number = "5"
title = "Size"
text = "How many members does your coalition have?"
kind = "number"
`

// writeTestConfig writes the smallest config that import takes, and the survey, and returns the config's path.
func writeTestConfig(tb testing.TB, dir string) string {
	tb.Helper()
	conf := filepath.Join(dir, "c.toml")
	writeFile(tb, conf, `[mail]
address = "`+archiveBot+`"

[storage]
path = "`+filepath.Join(dir, "dcbot.db")+`"

[[coalition]]
id = "dc-meter"
name = "Coalition on Open Water Meters"
[coalition.list]
address = "`+archiveList+`"
id = "`+archiveID+`"
`)
	writeFile(tb, filepath.Join(dir, "survey.toml"), testSurvey)
	return conf
}

func writeFile(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// result is what a run of the program gave.
type result struct {
	code           int
	stdout, stderr string
}

// dcbot runs the program in this process, with what a shell would give it.
func dcbot(ctx context.Context, stdin string, args ...string) result {
	var out, err bytes.Buffer
	code := run(ctx, args, strings.NewReader(stdin), &out, &err)
	return result{code, out.String(), err.String()}
}

// must runs the program and fails the test unless it exits with 0.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := dcbot(t.Context(), "", args...)
	if r.code != exitOK {
		t.Fatalf("dcbot %s: exit code %d\n%s%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// buildBinary builds the program as a user does.
func buildBinary(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "dcbot")
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-tags", "goolm", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("building dcbot: %v\n%s", err, out)
	}
	return path
}

func appendFile(tb testing.TB, path, text string) {
	tb.Helper()
	was, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	writeFile(tb, path, string(was)+text)
}
