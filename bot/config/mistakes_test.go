package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// needed is the least that a config must have, on one line each, so that the line numbers of a test begin after it.
const needed = `mail.address = "bot@example.org"
storage.path = "x.db"
`

// brief lists problems as "line key: message; remedy".
func brief(err error) []string {
	p, ok := AsProblems(err)
	if !ok {
		return nil
	}
	var out []string
	for _, x := range p.All {
		s := fmt.Sprintf("%d %s: %s", x.Line, x.Key, x.Message)
		if x.Key == "" {
			s = fmt.Sprintf("%d %s", x.Line, x.Message)
		}
		if x.Remedy != "" {
			s += "; " + x.Remedy
		}
		out = append(out, s)
	}
	return out
}

func TestConfigMistakes(t *testing.T) {
	const one = needed + "[[coalition]]\nid = \"a\"\n" // ends on line 4
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty": {"", []string{
			`0 mail.address: is missing; the bot's own address: [mail] address = "dcbot@example.org"`,
			"0 there is no coalition; add [[coalition]] with an id",
			`0 storage.path: is missing; say where the record is kept: [storage] path = "dcbot.db"`,
		}},
		"no id": {needed + "[[coalition]]\nname = \"A\"\n", []string{
			`3 coalition[1].id: is missing; a short word that never changes: id = "dc-meter"`}},
		"id": {needed + "[[coalition]]\nid = \"DC Meter\"\n", []string{
			`4 coalition[1].id: "DC Meter" cannot be an id; use small letters, digits and hyphens, such as dc-meter`}},
		"unknown key, near": {one + "nmae = \"A\"\n", []string{
			"5 coalition[1].nmae: unknown key; did you mean name?"}},
		"unknown key, far": {one + "colour = \"red\"\n", []string{
			"5 coalition[1].colour: unknown key; known here: id, name, aliases, zone, language, facilitators, rooms, form, pace, list, lists"}},
		"unknown key instead of a needed one is told once": {one + "[coalition.list]\nadress = \"a@example.org\"\n", []string{
			"6 coalition[1].list.adress: unknown key; did you mean address?"}},
		"unknown table": {one + "[imap]\nuser = \"x\"\n", []string{
			"5 imap: unknown key; known here: bot, group, mail, matrix, secretariat, storage, launch, limits, coalition"}},
		"wrong types": {one + "name = 5\naliases = \"x\"\n[limits]\nper_hour = \"many\"\n[coalition.list]\naddress = \"a@example.org\"\nauto_submitted = \"yes\"\n", []string{
			`5 coalition[1].name: must be text; write it in quotes: name = "..."`,
			`6 coalition[1].aliases: must be a list of texts; write it in brackets: aliases = ["...", "..."]`,
			"8 limits.per_hour: must be a whole number; write it without quotes",
			"11 coalition[1].list.auto_submitted: must be true or false; write it without quotes"}},
		"no quotes, and the rest is still read": {needed + "[[coalition]]\nid = dc-a\nzone = \"Nowhere\"\n", []string{
			`4 unexpected character U+0064 'd' at start of value; text stands in quotes: "dc-a"`,
			`5 coalition[1].zone: "Nowhere" is no time zone that is known here; use an IANA name such as Africa/Nairobi or UTC`}},
		"no value": {one + "name =\n", []string{
			`5 a value is missing after =; write one, for example "..."`}},
		"no end of text": {one + "name = \"A\nzone = \"UTC\"\n", nil},
		"given twice": {one + "name = \"A\"\nname = \"B\"\n", []string{
			"6 coalition[1].name: is given twice; keep one of them"}},
		"zone of the machine": {one + "zone = \"Local\"\n", []string{
			`5 coalition[1].zone: "Local" is no time zone that is known here; name one, such as Europe/Zurich or UTC`}},
		"language": {one + "language = \"english please\"\n", []string{
			`5 coalition[1].language: "english please" is no language; use a code such as en, fr or pt-BR (BCP 47)`}},
		"prefix": {one + "[bot]\nprefix = \"dc\"\n", []string{
			`6 bot.prefix: "dc" could begin a line of ordinary text; begin it with a mark and write no spaces, such as !dc`}},
		"line break in a name": {one + "name = \"A\\nBcc: x@example.org\"\n", []string{
			"5 coalition[1].name: has a line break or another control character; write it on one line"}},
		"form and pace": {one + "form = \"qustion\"\npace = \"weekly\"\n", []string{
			`5 coalition[1].form: "qustion" is not known; did you mean question? It is one of question, section, one`,
			`6 coalition[1].pace: "weekly" is not known; use one of at-once, section-per-day`}},
		"facilitators and rooms": {one + "facilitators = [\"ana@example.org\", \"Ana <ana@example.org>\", \"@ana\", \"\", \"ana\"]\nrooms = [\"dc\"]\n", []string{
			`5 coalition[1].facilitators[2]: "Ana <ana@example.org>" is no mail address; write only the address: "ana@example.org"`,
			`5 coalition[1].facilitators[3]: "@ana" is no Matrix id; write it as @name:server`,
			"5 coalition[1].facilitators[4]: is empty; remove it",
			`5 coalition[1].facilitators[5]: "ana" is no mail address; write it as name@example.org`,
			`6 coalition[1].rooms[1]: "dc" is no Matrix room; write it as !id:server or #alias:server`}},
		"same words": {one + "name = \"Alpha\"\naliases = [\"first\"]\n[[coalition]]\nid = \"b\"\naliases = [\"FIRST\", \"alpha\"]\n[[coalition]]\nid = \"a\"\n", []string{
			`9 coalition[2].aliases[1]: "FIRST" is also coalition[1].aliases[1] (line 6); choose another one`,
			`9 coalition[2].aliases[2]: "alpha" is also coalition[1].name (line 5); choose another one`,
			`11 coalition[3].id: "a" is also coalition[1].id (line 4); choose another one`}},
		"same lists": {one + "[coalition.list]\naddress = \"a@example.org\"\n[[coalition]]\nid = \"b\"\n[[coalition.lists]]\naddress = \"A@example.org\"\n[[coalition.lists]]\naddress = \"c@example.org\"\nid = \"<a.example.org>\"\n[[coalition.lists]]\naddress = \"bot@example.org\"\nid = \"d\"\n", []string{
			`10 coalition[2].lists[1].address: "A@example.org" is also coalition[1].list.address (line 6); choose another one`,
			`10 coalition[2].lists[1].address: "a.example.org" is also coalition[1].list.address (line 6); choose another one`,
			`13 coalition[2].lists[2].id: "a.example.org" is also coalition[1].list.address (line 6); choose another one`,
			`15 coalition[2].lists[3].address: "bot@example.org" is also mail.address (line 1); choose another one`}},
		"list": {one + "[coalition.list]\naddress = \"a@example.org\"\nid = \"a@example.org\"\narchive = \"lists.example.org\"\nreturn_within = \"soon\"\n", []string{
			`7 coalition[1].list.id: "a@example.org" is an address, not a List-Id; it is most likely a.example.org; look at the List-Id of a mail from the list`,
			`8 coalition[1].list.archive: "lists.example.org" is no link; write it with https://`,
			"8 coalition[1].list.archive: does not say where the message's id goes; put {id} (the Message-ID) or {hash} (Mailman 3's hash of it) where they belong in the link",
			`9 coalition[1].list.return_within: "soon" is no length of time; write it as 15m or 2h`}},
		"list and lists": {one + "[coalition.list]\naddress = \"a@example.org\"\n[[coalition.lists]]\naddress = \"b@example.org\"\n", []string{
			"7 coalition[1].lists: has both list and lists; write all of them as lists"}},
		"server": {one + "[mail.imap]\naddress = \"imap.example.org\"\ntls = \"ssl\"\nmax_size = \"big\"\n[mail.smtp]\naddress = \"smtp.example.org:0\"\n", []string{
			`6 mail.imap.address: "imap.example.org" is no host and port; write host and port, such as imap.example.org:993`,
			`7 mail.imap.tls: "ssl" is not known; use one of tls, starttls, none`,
			`8 mail.imap.max_size: "big" is no size; write it as "30 MB" or "40 KiB"`,
			`10 mail.smtp.address: "smtp.example.org:0" has no valid port; a port is a number from 1 to 65535`}},
		"password in the clear": {one + "[mail.smtp]\naddress = \"smtp.example.org:25\"\ntls = \"none\"\nuser = \"u\"\n[mail.imap]\naddress = \"127.0.0.1:143\"\ntls = \"none\"\nuser = \"u\"\n", []string{
			`7 mail.smtp.tls: the password would cross the network unprotected; use "tls" or "starttls"`}},
		"password in the config": {one + "[mail.smtp]\naddress = \"smtp.example.org:465\"\npassword = \"x\"\n", []string{
			"7 mail.smtp.password: a password stands in the config, where everyone who reads the config reads it; move it to a file and name that with password_file, or set insecure_password_in_config = true beside it"}},
		"two passwords": {one + "[mail.smtp]\naddress = \"smtp.example.org:465\"\npassword_env = \"X\"\npassword_file = \"x\"\n", []string{
			"5 mail.smtp: names its password in 2 ways; keep password_file or password_env"}},
		"mail": {one + "[secretariat]\naddress = \"Office <office@example.org>\"\n", []string{
			`6 secretariat.address: "Office <office@example.org>" is no mail address; write only the address: "office@example.org"`}},
		"names of servers": {"storage.path = \"x\"\n[mail]\naddress = \"bot@example.org\"\nhello = \"localhost\"\nauthserv_id = \"mx; dkim\"\nothers = [\"bot@example.org\"]\n[[coalition]]\nid = \"a\"\n", []string{
			`4 mail.hello: "localhost" is no name that other servers accept; write the full name of this machine, such as bot.example.org`,
			`5 mail.authserv_id: "mx; dkim" is no name of a server; it is the first word of the Authentication-Results that your server adds`,
			`6 mail.others[1]: "bot@example.org" is also mail.address (line 3); choose another one`}},
		"rooms": {one + "[matrix]\nhomeserver = \"example.org\"\nuser = \"bot\"\n", []string{
			`6 matrix.homeserver: "example.org" is no link; write it with https://`,
			`7 matrix.user: "bot" is no Matrix id; write it as @name:server`}},
		"limits": {one + "[limits]\nper_hour = -1\nmax_post = \"0\"\n", []string{
			"6 limits.per_hour: cannot be negative; 0 means no limit",
			`7 limits.max_post: "0" is no size; write it as "30 MB" or "40 KiB"`}},
		"not text": {"a = \"\xff\"\n", []string{"1 this is not UTF-8 text; save the file as UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadBytes("c.toml", []byte(c.text))
			if err == nil {
				t.Fatal("nothing is wrong")
			}
			if got := brief(err); c.want != nil {
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			} else if len(got) != 1 || !strings.HasPrefix(got[0], "5 ") {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestSurveyMistakes(t *testing.T) {
	const head = "id = \"s\"\ntitle = \"S\"\nlaunch = \"2021-03-22\"\ndeadline = \"2021-04-25\"\n" // 4 lines
	question := func(s string) string {
		return head + "[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = \"1\"\ntitle = \"T\"\ntext = \"X\"\n" + s // from line 11 on
	}
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty": {"", []string{
			`0 id: is missing; a short word that never changes: id = "dc2021"`,
			"0 title: is missing; write a short one",
			`0 launch: is missing; write it as "2021-04-25 23:59"`,
			`0 deadline: is missing; write it as "2021-04-25 23:59"`,
			"0 there is no section; add [[section]] with a title, and [[section.question]]"}},
		"empty section": {head + "[[section]]\n", []string{
			"5 section[1].title: is missing; write a short one",
			"5 section[1]: has no question; add [[section.question]], or remove the section"}},
		"empty question": {head + "[[section]]\ntitle = \"A\"\n[[section.question]]\n", []string{
			`7 section[1].question[1].number: is missing; write it as it is printed, in quotes: number = "6"`,
			"7 section[1].question[1].title: is missing; write a short one",
			"7 section[1].question[1].text: is missing; write the question in full",
			"7 section[1].question[1].kind: is missing; use one of open, short, yes-no, one, several, select, number, scale"}},
		"number without quotes": {head + "[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = 6\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n", []string{
			`8 section[1].question[1].number: must be text; write it in quotes: number = "..."`}},
		"the same number": {question("kind = \"open\"\n[[section]]\ntitle = \"B\"\n[[section.question]]\nnumber = \"Q01.\"\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n"), []string{
			`15 section[2].question[1].number: "Q01." is also section[1].question[1] (line 8); give each question its own`}},
		"number with a dot": {strings.Replace(question("kind = \"open\"\n"), `number = "1"`, `number = "2.1"`, 1), []string{
			`8 section[1].question[1].number: "2.1" cannot be named in a reply without doubt; use a number, with letters after it if need be: 6, 6a, 7bis`}},
		"kind": {question("kind = \"yesno\"\n"), []string{
			`11 section[1].question[1].kind: "yesno" is not known; did you mean yes-no? It is one of open, short, yes-no, one, several, select, number, scale`}},
		"no options": {question("kind = \"one\"\n"), []string{
			`7 section[1].question[1].options: is missing; write them as options = ["...", "..."]`}},
		"options": {question("kind = \"one\"\noptions = [\"A\", \"a\", \"\"]\n"), []string{
			"12 section[1].question[1].options: there is only one to choose; add another one",
			`12 section[1].question[1].options[2]: "a" stands twice; keep one of them`,
			"12 section[1].question[1].options[3]: is empty; remove it"}},
		"options of an open question": {question("kind = \"open\"\noptions = [\"A\", \"B\"]\nmin = 1\ncomment = true\n"), []string{
			"12 section[1].question[1].options: a question of kind open has no options; remove them, or use kind one, several or select",
			"13 section[1].question[1].min: a question of kind open has none; remove it, or use kind scale",
			"14 section[1].question[1].comment: a question of kind open is answered in words anyway; remove it"}},
		"scale": {question("kind = \"scale\"\nmin = 5\nmax = 1\n"), []string{
			"13 section[1].question[1].max: 1 is not above 5; make it bigger than min"}},
		"scale without ends": {question("kind = \"scale\"\n"), []string{
			"7 section[1].question[1].min: is missing; say where the scale begins: min = 1",
			"7 section[1].question[1].max: is missing; say where the scale ends: max = 5"}},
		"link and follow-up": {question("kind = \"open\"\nlink = \"javascript:alert(1)\"\nfollow_up = [\" \"]\ncompulsory = \"yes\"\n"), []string{
			`12 section[1].question[1].link: "javascript:alert(1)" is no link; write it with https://`,
			"13 section[1].question[1].follow_up[1]: is empty; remove it",
			"14 section[1].question[1].compulsory: must be true or false; write it without quotes"}},
		"key in the wrong place": {question("kind = \"open\"\ndeadline = \"2021-04-25\"\n"), []string{
			"12 section[1].question[1].deadline: unknown key; deadline belongs to the top of the file, before the first table"}},
		"long title": {question("kind = \"open\"\n[[section.question]]\nnumber = \"2\"\ntext = \"X\"\nkind = \"open\"\ntitle = \"" + strings.Repeat("long ", 20) + "\"\n"), []string{
			"16 section[1].question[2].title: has 99 characters; use at most 60 characters: it stands in subjects"}},
		"dates": {"id = \"s\"\ntitle = \"S\"\nlaunch = \"2021-04-25\"\ndeadline = \"2021-04-25 12:00\"\nzone = \"UTC\"\n[[extension]]\ndeadline = \"soon\"\nannounced = \"2021-04-26\"\n[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = \"1\"\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n", []string{
			"4 deadline: 2021-04-25 12:00 UTC is not after the launch, 2021-04-25 23:59 UTC; give a later date",
			`7 extension[1].deadline: "soon" is no date and time; write it as 2021-04-25 23:59`}},
		"clocks": {"id = \"s\"\ntitle = \"S\"\nlaunch = \"2021-03-28 02:30\"\ndeadline = \"2021-10-31 02:30\"\nzone = \"Europe/Zurich\"\n[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = \"1\"\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n", []string{
			"3 launch: 2021-03-28 02:30 does not exist in Europe/Zurich (clocks go forward); choose a time before or after the change of clocks",
			"4 deadline: 2021-10-31 02:30 happens twice in Europe/Zurich (clocks go back): 2021-10-31 00:30 and 2021-10-31 01:30 UTC; choose a time before or after the change of clocks"}},
		"extensions": {head + "[[extension]]\ndeadline = \"2021-04-20\"\nannounced = \"2021-04-21\"\nreason = \"more\\ntime\"\n[[section]]\ntitle = \"A\"\n[[section.question]]\nnumber = \"1\"\ntitle = \"T\"\ntext = \"X\"\nkind = \"open\"\n", []string{
			"6 extension[1].deadline: 2021-04-20 23:59 UTC is not after the deadline before it, 2021-04-25 23:59 UTC; give a later date",
			"7 extension[1].announced: 2021-04-21 23:59 UTC is not before the new deadline; say when members were told",
			"8 extension[1].reason: has a line break or another control character; write it on one line"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadSurveyBytes("s.toml", []byte(c.text))
			if err == nil {
				t.Fatal("nothing is wrong")
			}
			if diff := cmp.Diff(c.want, brief(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a person sees who made every mistake at once.
func TestAllMistakesAtOnce(t *testing.T) {
	for _, name := range []string{"config", "survey"} {
		file := filepath.Join("testdata", name+"-wrong.toml")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name == "config" {
			_, err = LoadBytes("config.toml", data)
		} else {
			_, err = LoadSurveyBytes("survey.toml", data)
		}
		if err == nil {
			t.Fatal("nothing is wrong")
		}
		golden := filepath.Join("testdata", name+"-wrong.golden")
		if *update {
			if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, rerr := os.ReadFile(golden)
		if rerr != nil {
			t.Fatal(rerr)
		}
		if diff := cmp.Diff(string(want), err.Error()+"\n"); diff != "" {
			t.Error(diff)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none.toml"), t.TempDir()} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := LoadSurvey(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
