package command

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

var update = flag.Bool("update", false, "write the golden files anew")

// named knows two coalitions, one of which has a name of two words.
func named(s string) (string, bool) {
	switch strings.ToLower(s) {
	case "dc-meter", "meter", "metering matters":
		return "dc-meter", true
	case "dc-tides":
		return "dc-tides", true
	}
	return "", false
}

// read parses and binds, and shows what was understood in one line.
func read(line string) string {
	c, err := Parse(line, "!dc")
	if err == nil {
		c, err = c.Bind(named)
	}
	if err != nil {
		if _, ok := dc.AsUser(err); !ok {
			return "NOT A USER ERROR: " + err.Error()
		}
		return "error: " + err.Error()
	}
	var b strings.Builder
	b.WriteString(c.Name)
	field := func(name string, v any, zero bool) {
		if !zero {
			fmt.Fprintf(&b, " %s=%v", name, v)
		}
	}
	field("in", c.Coalition, c.Coalition == "")
	field("refs", c.Refs, c.Refs == nil)
	field("question", c.Question, c.Question == "")
	field("tray", c.Tray, !c.Tray)
	field("messages", c.Messages, c.Messages == nil)
	field("version", c.Version, c.Version == 0)
	field("when", fmt.Sprintf("{%s|%s|%d}", c.When.Wall, c.When.Zone, c.When.Days), c.When.IsZero())
	field("word", c.Word, c.Word == "")
	field("text", fmt.Sprintf("%q", c.Text), c.Text == "")
	return b.String()
}

func TestRead(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		// The prefix, mentions, and what people and their programs put around.
		{"status", "status"},
		{"!dc status", "status"},
		{"!DC STATUS.", "status"},
		{"!dc: Status!", "status"},
		{"**!dc status**", "status"},
		{"@dcbot: status", "status"},
		{"@dcbot:example.org status", "status"},
		{"dcbot, status please", `error: I know no coalition "please"; write it as ` + "`status [COALITION]`"},
		{"\u00a0!dc\u00a0tray\u200b", "tray"},
		{"!dc set\u2010aside c42 duplicate", `set-aside refs=[42] text="duplicate"`},
		{"!dc set aside c42 duplicate", `set-aside refs=[42] text="duplicate"`},
		{"?", "help"},

		// References, questions, versions, mails.
		{"show c42", "show refs=[42]"},
		{"show C42.", "show refs=[42]"},
		{"show (42)", "show refs=[42]"},
		{"q Q6", "question question=6"},
		{"question #7bis, in dc-meter", "question in=dc-meter question=7bis"},
		{"question 06 metering matters", "question in=dc-meter question=6"},
		{"assign c42 6", "assign refs=[42] question=6"},
		{"assign 42 6", "assign refs=[42] question=6"},
		{"assign c42 to question 6.", "assign refs=[42] question=6"},
		{"assign c42, c43 and c44 to Q6", "assign refs=[42 43 44] question=6"},
		{"assign c42,c43 6a", "assign refs=[42 43] question=6a"},
		{"assign c42 tray", "assign refs=[42] tray=true"},
		{"file c42 6 in dc-meter", "assign in=dc-meter refs=[42] question=6"},
		{"adopt c42", "adopt refs=[42]"},
		{"adopt c42 43 as 6", "adopt refs=[42 43] question=6"},
		{"submit", "submit"},
		{"submit v2", "submit version=2"},
		{"submit dc-meter 3", "submit in=dc-meter version=3"},
		{"outbox", "outbox"},
		{"outbox meter", "outbox in=dc-meter"},
		{"outbox show m12", "outbox show messages=[12]"},
		{"OUTBOX RELEASE m12 13, M14", "outbox release messages=[12 13 14]"},
		{"drop m3", "outbox drop messages=[3]"},
		{"release c3", "release refs=[3]"},
		{"withdraw c1 c2", "withdraw refs=[1 2]"},
		{"draft text dc-tides", "draft in=dc-tides word=text"},
		{"draft dc-tides text", "draft in=dc-tides word=text"},
		{"survey", "survey"},
		{"survey launch NOW in dc-tides", "survey launch in=dc-tides word=now"},
		{"survey show dc2021", "survey show word=dc2021"},
		{"confirm <k7f3-9q2m>.", "confirm word=k7f3-9q2m"},
		{"help outbox show", `help text="outbox show"`},

		// A coalition first, last, between, after "in"; quoted; but not within a reason.
		{"tray dc-meter", "tray in=dc-meter"},
		{"tray in “Metering Matters”.", "tray in=dc-meter"},
		{"tray Metering Matters", "tray in=dc-meter"},
		{"extend dc-meter 7d", "extend in=dc-meter when={||7}"},
		{"extend 7d dc-meter", "extend in=dc-meter when={||7}"},
		{"extend all 7d", "extend in=* when={||7}"},
		{"survey launch now for ALL.", "survey launch in=* word=now"},
		{"tray all", "tray in=*"},
		{"approve all", "error: I know no coalition \"all\"; write it as `approve [COALITION]`"},
		{"approve in dc-nowhere", "error: I know no coalition \"dc-nowhere\"; write it as `approve [COALITION]`"},
		{"extend by 7d", `error: "by" is not a date such as 2021-05-02 or 2021-05-02 18:00, or a number of days such as 7d; write it as ` + "`extend DATE|7d [REASON]`"},
		{"extend 7d in dc-meter holidays", `extend in=dc-meter when={||7} text="holidays"`},
		{"extend 7d as it was done in dc-meter", `extend when={||7} text="as it was done in dc-meter"`},
		{"set-aside c42 dc-meter said it already", `set-aside refs=[42] text="dc-meter said it already"`},
		{"set-aside c42 “Nothing new – see c40.”", `set-aside refs=[42] text="Nothing new - see c40."`},
		{"set-aside c42 Nothing new – see c40.", `set-aside refs=[42] text="Nothing new – see c40."`},

		// Times. What can be read in two ways is asked for, not guessed.
		{"extend +10d", "extend when={||10}"},
		{"extend 2 weeks please", `extend when={||14} text="please"`},
		{"extend 2021-05-02", "extend when={2021-05-02||0}"},
		{"extend 2021\u201105\u201102 18:00 Easter", `extend when={2021-05-02 18:00||0} text="Easter"`},
		{"extend 2021-05-02T9:30 UTC Easter", `extend when={2021-05-02 09:30|UTC|0} text="Easter"`},
		{`deadline move "2021-05-02 18:00" Africa/Nairobi was asked for`, `deadline move when={2021-05-02 18:00||0} text="Africa/Nairobi was asked for"`},
		{"deadline move to 2021-05-02 18:00 Africa/Nairobi three asked", `deadline move when={2021-05-02 18:00|Africa/Nairobi|0} text="three asked"`},
		{"deadline move 02/05/2021 x", `error: "02/05/2021" is no date that can be read in one way only; write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d`},
		{"deadline move 2021-02-30 x", `error: "2021-02-30" is no date that can be read in one way only; write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d`},
		{"extend 2021-05-02 6pm", `error: "6pm" is no time of 24 hours; write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d`},
		{"extend 2021-05-02 25:00", `error: "25:00" is no time of 24 hours; write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d`},
		{"extend 0d", `error: "0d" is not between one day and one year; write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d`},
		{"deadline move 2021-05-02", "error: `deadline move` needs some words; write it as `deadline move DATE REASON`"},

		// Mistakes.
		{"", "error: there is no command; `help` lists the commands"},
		{"!dc", "error: there is no command; `help` lists the commands"},
		{"!dc stauts", "error: I do not know the command \"stauts\", the nearest is `status`; `help` lists the commands"},
		{"!dc outbx list", "error: I do not know the command \"outbx\", the nearest is `outbox`; `help` lists the commands"},
		{"frobnicate", "error: I do not know the command \"frobnicate\"; `help` lists the commands"},
		{"outbox relase m3", "error: `outbox` knows no \"relase\", the nearest is `outbox release`"},
		{"survey frob", "error: I do not understand \"frob\"; after `survey` comes one of: show, launch, hold"},
		{"outbox dc-nowhere", "error: I know no coalition \"dc-nowhere\"; after `outbox` comes a coalition, or one of: show, hold, release, retry, drop"},
		{"assign", "error: `assign` needs a contribution such as c42; write it as `assign c42 Q`"},
		{"assign c42", "error: `assign` needs a question number such as 6, or the word tray; write it as `assign c42 Q`"},
		{"assign six 6", "error: \"six\" is not a contribution such as c42; write it as `assign c42 Q`"},
		{"show c0", "error: \"c0\" is not a contribution such as c42; write it as `show c42`"},
		{"show c42 c43", "error: I do not understand \"c43\"; write it as `show c42`"},
		{"adopt c42 6a", "error: I do not understand \"6a\"; write it as `adopt c42 [c43 ...] [as Q]`"},
		{"show c99999999999999999999", "error: \"c99999999999999999999\" is not a contribution such as c42; write it as `show c42`"},
	} {
		if got := read(tt.line); got != tt.want {
			t.Errorf("%q\n got: %s\nwant: %s", tt.line, got, tt.want)
		}
	}
}

func TestIs(t *testing.T) {
	for line, want := range map[string]bool{
		"!dc status": true, "!DC: status": true, " \u00a0!dc": true, "**!dc status**": true, "`!dc status`": false,
		"> !dc status": false, ">!dc status": false, "dcbot is useful": false, "@dcbot status": false, "!dcx": false,
		"write !dc status": false, "": false, "dc! is what we are": false,
	} {
		if got := Is(line, "!dc"); got != want {
			t.Errorf("Is(%q) = %v", line, got)
		}
	}
	if Is("status", "") {
		t.Error("without a prefix nothing is a command")
	}
}

func TestTimeFrom(t *testing.T) {
	base, err := dc.NewMoment("2021-03-27 23:59", "Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		given Time
		want  string
	}{
		{Time{Days: 7}, "2021-04-03 23:59 Europe/Zurich (2021-04-03 21:59 UTC)"}, // across the change of clocks
		{Time{Wall: "2021-05-02"}, "2021-05-02 23:59 Europe/Zurich (2021-05-02 21:59 UTC)"},
		{Time{Wall: "2021-05-02 18:00", Zone: "UTC"}, "2021-05-02 18:00 UTC"},
	} {
		m, err := tt.given.From(base)
		if err != nil || m.String() != tt.want {
			t.Errorf("%v: %v, %v; want %s", tt.given, m, err, tt.want)
		}
	}
	if _, err := (Time{Wall: "2021-03-28 02:30"}).From(base); err == nil {
		t.Error("a time that clocks skip was taken")
	}
	if _, err := (Time{Days: 7}).From(dc.Moment{}); err == nil {
		t.Error("seven days were counted from nothing")
	}
}

// Every example of the help is understood as the command that it explains; every name and alias is one command's.
func TestTable(t *testing.T) {
	seen := map[string]string{}
	for _, c := range All() {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if other, twice := seen[name]; twice {
				t.Errorf("%q names both %s and %s", name, other, c.Name)
			}
			seen[name] = c.Name
		}
		if !slices.Contains(groups, c.Group) || c.Short == "" || c.Long == "" || len(c.Examples) == 0 {
			t.Errorf("%s: its help is not complete", c.Name)
		}
		if strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short help ends in a full stop", c.Name)
		}
		for _, e := range c.Examples {
			e = strings.NewReplacer("dc-access", "dc-meter").Replace(e)
			call, err := Parse("!dc "+e, "!dc")
			if err == nil {
				call, err = call.Bind(named)
			}
			if err != nil || call.Name != c.Name {
				t.Errorf("%s: example %q is read as %q, %v", c.Name, e, call.Name, err)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	golden(t, "help.txt", Help("", "!dc"))
	golden(t, "help-shell.txt", Help("", ""))
	golden(t, "help-unknown.txt", Help("draught", "!dc"))
	var all strings.Builder
	defer func() {
		for line := range strings.Lines(Help("", "!dc") + all.String()) {
			if Is(line, "!dc") {
				t.Errorf("this line of the help would be taken for a command: %s", line)
			}
		}
	}()
	for _, c := range All() {
		all.WriteString("=== " + c.Name + "\n" + Help(c.Name, "!dc") + "\n")
	}
	golden(t, "help-each.txt", all.String())
	if Help("!dc drop.", "!dc") != Help("outbox drop", "!dc") {
		t.Error("help does not know an alias")
	}
}

// Nobody's line keeps the bot busy.
func TestLongLines(t *testing.T) {
	start := time.Now()
	for _, s := range []string{`"a `, "a ", "c1 ", "„x ", "'", "\u00a0", "in dc-meter "} {
		for _, head := range []string{"", "!dc ", "!dc adopt ", "!dc set-aside c1 ", "!dc tray "} {
			for _, n := range []int{8000, 1 << 20} {
				line := head + strings.Repeat(s, n/len(s))
				Is(line, "!dc")
				Help(line, "!dc")
				if got := read(line); n > maxLine && !strings.Contains(got, "too long") {
					t.Errorf("%.20q of %d octets: %.80s", line, len(line), got)
				}
			}
		}
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range All() {
		for _, e := range c.Examples {
			f.Add("!dc " + e)
		}
	}
	f.Add("tray in “Metering Matters”.")
	f.Add("set-aside c1 \u00a0\xff'it''s")
	f.Add("extend 2021-05-02T9:30 UTC “x")
	f.Fuzz(func(t *testing.T, line string) {
		if got := read(line); strings.HasPrefix(got, "NOT") {
			t.Errorf("%q: %s", line, got)
		}
		Is(line, "!dc")
		if Help(line, "!dc") == "" {
			t.Error("no help at all")
		}
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
}
