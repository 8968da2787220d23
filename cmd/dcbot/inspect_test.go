package main

import (
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

const inspectedMail = `From: Ana Lima <ana@example.org>
To: dc-meter@lists.example.org
Subject: Re: [dc-meter] Survey Q1: What was done
Date: Tue, 23 Mar 2021 10:00:00 +0000
Message-ID: <a1@example.org>
In-Reply-To: <q1@example.org>
List-Id: Water meters <dc-meter.lists.example.org>

Dear all,

We mended nine pumps.

Best regards,
Ana

On Mon, 22 Mar 2021 at 09:00, dcbot wrote:
> What has your coalition done since last year?
`

func TestInspectWithoutRecord(t *testing.T) {
	t.Chdir(t.TempDir()) // no config.toml here
	r := dcbot(t.Context(), inspectedMail, "inspect")
	if r.code != exitOK {
		t.Fatal(r.stderr)
	}
	var seen struct {
		ID, Subject string
		InReplyTo   []string `json:"in_reply_to"`
		Author      struct{ Address, Why string }
		List        struct{ ID string }
		NewText     string `json:"new_text"`
		Quotes      []struct{ Text string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &seen); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	if seen.ID != "a1@example.org" || seen.List.ID != "dc-meter.lists.example.org" || seen.Author.Address != "ana@example.org" || seen.Author.Why == "" {
		t.Errorf("inspect saw %+v", seen)
	}
	if !strings.Contains(seen.NewText, "We mended nine pumps.") || strings.Contains(seen.NewText, "What has your") {
		t.Errorf("the new text is %q", seen.NewText)
	}
	if len(seen.Quotes) != 1 || seen.Quotes[0].Text != "What has your coalition done since last year?" {
		t.Errorf("the quotes are %+v", seen.Quotes)
	}
}

// With a record, inspect says what would be collected and why, and stores nothing.
func TestInspectWithRecord(t *testing.T) {
	dir := t.TempDir()
	conf := writeTestConfig(t, dir)
	archive := filepath.Join(dir, "archive.mbox")
	writeFile(t, archive, "From x Mon Mar 22 09:00:00 2021\nFrom: dcbot <"+archiveBot+">\nMessage-ID: <q1@example.org>\nX-Dcbot-Survey: meters2021\nX-Dcbot-Question: 1\n"+
		"Date: Mon, 22 Mar 2021 09:00:00 +0000\nSubject: Survey Q1: What was done\nList-Id: <"+archiveID+">\n\nWhat has your coalition done since last year?\n\n")
	must(t, "import", "--config", conf, "--survey", filepath.Join(dir, "survey.toml"), "--coalition", "dc-meter", archive)
	r := dcbot(t.Context(), inspectedMail, "inspect", "--config", conf)
	if r.code != exitOK {
		t.Fatal(r.stderr)
	}
	var seen struct {
		Coalition, Survey string
		Thread            []string
		Collected         []struct {
			Question  *string
			Text, Why string
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &seen); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	if seen.Coalition != "dc-meter" || seen.Survey != testSurveyID || len(seen.Collected) != 1 {
		t.Fatalf("inspect saw:\n%s", r.stdout)
	}
	if c := seen.Collected[0]; c.Question == nil || *c.Question != "1" || !strings.Contains(c.Text, "nine pumps") || c.Why == "" {
		t.Errorf("it would collect:\n%s", r.stdout)
	}
	if out := must(t, "contributions", "--config", conf); out != "" {
		t.Errorf("inspect stored something:\n%s", out)
	}
}

func TestReplyText(t *testing.T) {
	eml := base64.StdEncoding.EncodeToString([]byte(inspectedMail))
	in := `{"id":"text","text":"Yes, we do.\n\n> Do you meet?\n"}` + "\n" + `{"id":7,"eml":"` + eml + `"}` + "\n" +
		`{"id":"inline","text":"> Do you meet?\nEach month.\n"}` + "\n"
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"plain", nil, []string{`"text":Yes, we do.`, `7:Dear all,|We mended nine pumps.|Best regards,|Ana`, `"inline":Each month.`}},
		{"cut courtesy", []string{"--cut-courtesy"}, []string{`"text":Yes, we do.`, `7:We mended nine pumps.`, `"inline":Each month.`}},
		{"keep quotes", []string{"--keep-quotes"}, []string{`"text":Yes, we do.`, `7:Dear all,|We mended nine pumps.|Best regards,|Ana`, `"inline":> Do you meet?|Each month.`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := dcbot(t.Context(), in, append([]string{"inspect", "--reply-text"}, c.args...)...)
			if r.code != exitOK {
				t.Fatal(r.stderr)
			}
			var got []string
			for line := range strings.Lines(r.stdout) {
				var a struct {
					ID  json.RawMessage
					Out string
				}
				if err := json.Unmarshal([]byte(line), &a); err != nil {
					t.Fatal(err)
				}
				text := strings.FieldsFunc(a.Out, func(r rune) bool { return r == '\n' })
				got = append(got, string(a.ID)+":"+strings.Join(text, "|"))
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestReplyTextSaysWhereInputIsBroken(t *testing.T) {
	r := dcbot(t.Context(), `{"id":1,"text":"Yes."}`+"\nnonsense\n", "inspect", "--reply-text")
	if r.code != exitUsage || !strings.Contains(r.stderr, "object 2") || !strings.Contains(r.stdout, "Yes.") {
		t.Errorf("%+v", r)
	}
}

func TestInspectThreads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.mbox")
	post := func(id, refs, subject string) string {
		h := "From x Mon Mar 22 09:00:00 2021\nFrom: ana@example.org\nMessage-ID: <" + id + "@example.org>\nSubject: " + subject + "\nDate: Mon, 22 Mar 2021 09:00:00 +0000\n"
		if refs != "" {
			h += "References: <" + refs + "@example.org>\n"
		}
		return h + "\nGood morning.\n\n"
	}
	writeFile(t, path, post("c", "b", "Re: pumps")+post("a", "", "pumps")+post("b", "a", "Re: pumps")+post("z", "", "wells"))
	want := "c@example.org\ta@example.org\na@example.org\ta@example.org\nb@example.org\ta@example.org\nz@example.org\tz@example.org\n"
	if got := must(t, "inspect", "--threads", path); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
