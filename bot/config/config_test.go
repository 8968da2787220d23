package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

// The least that is needed to read an archive.
func TestLeastConfig(t *testing.T) {
	c, err := LoadBytes("etc/c.toml", []byte(needed+"[[coalition]]\nid = \"dc-meter\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	c.doc = nil
	want := &Config{
		Path: "etc/c.toml", Bot: Bot{Name: "dcbot", Zone: "UTC", Language: "en", Prefix: "!dc"},
		Group:      dc.Group{Zone: "UTC", Language: "en"},
		Coalitions: []dc.Coalition{{ID: "dc-meter", Name: "dc-meter", Zone: "UTC", Language: "en", Launch: dc.PerQuestion, Pace: dc.AllAtOnce}},
		Mail:       Mail{Address: "bot@example.org", Name: "dcbot"}, Storage: Storage{"etc/x.db"}, Limits: Limits{30, 40 << 10},
	}
	if diff := cmp.Diff(want, c, cmp.AllowUnexported(Config{}), cmp.Comparer(func(a, b *document) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsInherited(t *testing.T) {
	c, err := LoadBytes("c.toml", []byte(needed+`
bot.zone = "Europe/Zurich"
bot.language = "fr"
launch = {form = "section", pace = "section-per-day"}
[group]
language = "es"
lists = [{address = "All@Example.org"}]
[[coalition]]
id = "a"
[coalition.list]
address = "DC-a@lists.example.org"
[[coalition]]
id = "b"
zone = "Asia/Tokyo"
language = "ja"
form = "one"
[[coalition.lists]]
address = "b@example.org"
id = "<B.Lists.Example.org>"
return_within = "2h"
auto_submitted = true
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []dc.Coalition{
		{ID: "a", Name: "a", Zone: "Europe/Zurich", Language: "es", Launch: dc.PerSection, Pace: dc.SectionPerDay,
			Lists: []dc.List{{Address: "DC-a@lists.example.org", ID: "dc-a.lists.example.org", ReturnWithin: 15 * time.Minute}}},
		{ID: "b", Name: "b", Zone: "Asia/Tokyo", Language: "ja", Launch: dc.InOneMail, Pace: dc.SectionPerDay,
			Lists: []dc.List{{Address: "b@example.org", ID: "b.lists.example.org", ReturnWithin: 2 * time.Hour, AutoSubmitted: true}}},
	}
	if diff := cmp.Diff(want, c.Coalitions); diff != "" {
		t.Error(diff)
	}
	if got := c.Group.Lists[0].ID; got != "all.example.org" {
		t.Errorf("the group's List-Id is %s", got)
	}
}

func TestForRun(t *testing.T) {
	c, err := LoadBytes("c.toml", []byte(needed+"[[coalition]]\nid = \"dc-meter\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		`0 secretariat.address: is missing; say who gets the drafts: [secretariat] address = "..."`,
		`1 mail.imap: is missing; say where mail is read: [mail.imap] address = "imap.example.org:993"`,
		`1 mail.smtp: is missing; say where mail is sent: [mail.smtp] address = "smtp.example.org:465"`,
		`3 coalition[1].facilitators: nobody could sort or approve what dc-meter answers; name at least one here, or in [group]`,
		`3 coalition: no coalition has a mailing list; add [coalition.list] address = "..."`,
	}, brief(c.ForRun())); diff != "" {
		t.Error(diff)
	}
	c, err = LoadBytes("c.toml", []byte(needed+`secretariat.address = "office@example.org"
[[coalition]]
id = "a"
facilitators = ["ana@example.org"]
[coalition.list]
address = "a@example.org"
[mail.imap]
address = "imap.example.org:993"
user = "bot"
password_env = "DCBOT_TEST_NOT_SET"
ca_file = "none.pem"
[mail.smtp]
address = "smtp.example.org:465"
user = "bot"
`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"12 mail.imap.password_env: reading the password: the environment variable DCBOT_TEST_NOT_SET is not set; set it where dcbot is started, or name a password_file",
		"13 mail.imap.ca_file: stat none.pem: no such file or directory; name a file of certificates in PEM",
		`14 mail.smtp: has no password for bot; add password_file = "...", or password_env = "..."`,
	}, brief(c.ForRun())); diff != "" {
		t.Error(diff)
	}
}

// A secret shows itself nowhere but where it is asked for.
func TestSecretIsNeverShown(t *testing.T) {
	t.Setenv("DCBOT_TEST_PASSWORD", "hunter2")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pw"), []byte("hunter2\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`password_env = "DCBOT_TEST_PASSWORD"`, `password_file = "pw"`, "password = \"hunter2\"\ninsecure_password_in_config = true"} {
		c, err := LoadBytes(filepath.Join(dir, "c.toml"), []byte(needed+"[[coalition]]\nid = \"a\"\n[mail.smtp]\naddress = \"smtp.example.org:465\"\nuser = \"bot\"\n"+key+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Mail.SMTP.Password.Value(); got != "hunter2" || err != nil {
			t.Errorf("%s gives %q, %v", key, got, err)
		}
		var shown bytes.Buffer
		s := c.Mail.SMTP
		for _, f := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&shown, f, *s)
			fmt.Fprintf(&shown, f, s.Password)
			fmt.Fprintf(&shown, f, &s.Password)
			fmt.Fprintf(&shown, f, struct{ p Secret }{s.Password})
		}
		slog.New(slog.NewTextHandler(&shown, nil)).Info("config", "smtp", s, "password", s.Password)
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("config", "smtp", s, "password", s.Password)
		if err := json.NewEncoder(&shown).Encode(s); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(shown.String(), "hunter2") || strings.Contains(shown.String(), fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("%s is shown: %s", key, shown.String())
		}
	}
}

func TestSecretThatCannotBeRead(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Secret{fileSecret(empty), fileSecret(empty + "-none"), envSecret("DCBOT_TEST_NOT_SET")} {
		if v, err := s.Value(); v != "" || err == nil {
			t.Errorf("%s gives %q, %v", s.From(), v, err)
		}
	}
}

func TestSurvey(t *testing.T) {
	s, err := LoadSurveyBytes("s.toml", []byte("\ufeffid = \"s\"\r\ntitle = \"S\"\r\nlaunch = \"2021-03-22T09:00\"\r\ndeadline = \"2021-04-25\"\r\nzone = \"Asia/Tokyo\"\r\n[[section]]\r\ntitle = \"A\"\r\n"+
		"[[section.question]]\r\nnumber = \"Q7bis\"\r\ntitle = \"T\"\r\ntext = \"\"\"\r\nX\r\n\"\"\"\r\nkind = \"yes-no\"\r\n"+
		"[[section.question]]\nnumber = \"8\"\ntitle = \"T\"\ntext = \"Y\"\nkind = \"number\"\ncomment = false\ncompulsory = true\n"+
		"[[section.question]]\nnumber = \"9\"\ntitle = \"T\"\ntext = \"Y\"\nkind = \"scale\"\nmin = 0\nmax = 10\ncompulsory = false\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Deadline.String(); got != "2021-04-25 23:59 Asia/Tokyo (2021-04-25 14:59 UTC)" {
		t.Errorf("the deadline is %s", got)
	}
	want := []dc.Question{
		{Number: "Q7bis", Title: "T", Text: "X", Kind: dc.YesNo, Comment: true, Version: 1},
		{Number: "8", Title: "T", Text: "Y", Kind: dc.Number, Need: dc.Compulsory, Version: 1},
		{Number: "9", Title: "T", Text: "Y", Kind: dc.Scale, Min: 0, Max: 10, Need: dc.Voluntary, Comment: true, Version: 1},
	}
	if diff := cmp.Diff(want, s.Sections[0].Questions); diff != "" {
		t.Error(diff)
	}
}
