package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Mistakes end with 2 and say what to do; failures end with 1.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	conf := writeTestConfig(t, dir)
	missing := filepath.Join(dir, "missing.toml")
	broken := filepath.Join(dir, "broken.toml")
	writeFile(t, broken, "[mail]\naddress = \"bot@example.org\"\nadress = \"x\"\n")
	badSurvey := filepath.Join(dir, "bad-survey.toml")
	writeFile(t, badSurvey, "id = \"x\"\ntitle = \"X\"\nlaunch = \"soon\"\n")

	for _, c := range []struct {
		args string
		code int
		say  string // in what it writes
	}{
		{"", exitOK, ""},
		{"help import", exitOK, ""},
		{"survey", exitOK, ""},
		{"nonsense", exitUsage, `unknown command "nonsense"`},
		{"survey nonsense", exitUsage, `unknown command "nonsense"`},
		{"status --nonsense", exitUsage, "unknown flag"},
		{"survey check", exitUsage, "accepts 1 arg"},
		{"import", exitUsage, "requires at least 1 arg"},
		{"import --config " + conf + " x.mbox", exitUsage, "--coalition"},
		{"import --config " + conf + " --coalition dc-other x.mbox", exitUsage, "dc-meter"},
		{"import --config " + conf + " --coalition dc-meter " + missing, exitUsage, missing},
		{"status --config " + missing, exitUsage, "dcbot config"},
		{"status --config " + broken, exitUsage, ":3:"},
		{"check --config " + broken, exitUsage, ":3:"},
		{"survey check " + badSurvey, exitUsage, ":3:"},
		{"survey check " + missing, exitUsage, missing},
		{"draft --config " + conf + " --format pdf", exitUsage, "markdown"},
		{"draft --config " + conf, exitUsage, "dcbot survey load"},
		{"contributions --config " + conf + " --question 3", exitUsage, "dcbot survey load"},
		{"inspect --cut-courtesy", exitUsage, "--reply-text"},
		{"inspect", exitUsage, "no mail"},
		{"do --config " + conf + " nonsense", exitFailure, ""},
		{"outbox show --config " + conf + " m7", exitFailure, ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			r := dcbot(t.Context(), "", strings.Fields(c.args)...)
			if r.code != c.code {
				t.Errorf("exit code %d, not %d\n%s%s", r.code, c.code, r.stdout, r.stderr)
			}
			if !strings.Contains(r.stdout+r.stderr, c.say) {
				t.Errorf("it does not say %q:\n%s%s", c.say, r.stdout, r.stderr)
			}
			if c.code != exitOK && r.stdout+r.stderr == "" {
				t.Error("no explanation")
			}
		})
	}
}

func TestEveryCommandIsExplained(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, child := range c.Commands() {
			if child.Name() == "help" || child.Name() == "completion" {
				continue // cobra's own
			}
			if child.Short == "" || child.Example == "" {
				t.Errorf("%s has no help or no example", child.CommandPath())
			}
			for line := range strings.Lines(child.Example) {
				if !strings.Contains(line, strings.TrimPrefix(child.CommandPath(), "dcbot ")) && !strings.Contains(line, child.Name()) {
					t.Errorf("an example of %s is of something else: %s", child.CommandPath(), line)
				}
			}
			walk(child)
		}
	}
	walk((&app{}).root())
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if out := must(t, "completion", shell); !strings.Contains(out, "dcbot") || len(out) < 1000 {
			t.Errorf("no completion for %s:\n%s", shell, out)
		}
	}
}

func TestVersion(t *testing.T) {
	if out := must(t, "version"); !strings.HasPrefix(out, "dcbot "+version) {
		t.Errorf("version said %q", out)
	}
}

// What `config` writes is a config that loads.
func TestExampleConfigIsValid(t *testing.T) {
	dir := t.TempDir()
	text := must(t, "config")
	writeFile(t, filepath.Join(dir, "config.toml"), text)
	r := dcbot(t.Context(), "", "--config", filepath.Join(dir, "config.toml"), "inspect", "--reply-text")
	if r.code != exitOK {
		t.Errorf("the example config: %s", r.stderr)
	}
	for _, key := range []string{"[bot]", "[group]", "[mail]", "[mail.imap]", "[mail.smtp]", "[secretariat]", "[storage]", "[[coalition]]"} {
		if !strings.Contains(text, key) {
			t.Errorf("the example config has no %s", key)
		}
	}
}
