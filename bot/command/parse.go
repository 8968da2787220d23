package command

import (
	"strings"

	"github.com/agext/levenshtein"

	"dcbot/bot/dc"
)

// Call is a command as somebody gave it. Parse fills Command, Name and Line; Bind the rest.
type Call struct {
	Command *Command
	Name    string // of the command
	Line    string // as it was given, without the prefix

	Coalition string // id, "" when none was named
	Refs      []int64
	Question  string // normal number (dc.NormalNumber), "" when none was named
	Tray      bool   // the tray was named in place of a question
	Messages  []int64
	Version   int // 0 when none was named
	When      Time
	Word      string // a Choice or a Word, as it was written; a Choice in lower case
	Text      string // as it was written

	line  string
	words []word
}

// maxLine bounds what is parsed, in octets.
const maxLine = 8 << 10

// Is says whether a line calls the bot: whether it begins with the prefix as a word of its own, in any case. A mention
// of the bot's name is none: "dcbot is useful" is prose.
func Is(line, prefix string) bool {
	ws := split(strings.ToValidUTF8(line[:min(len(line), 200)], "\ufffd"))
	return len(ws) > 0 && isPrefix(ws[0], prefix)
}

// Parse finds the command in a line. The prefix ("!dc") and a mention ("@dcbot:") may be there or not. An error is a
// *dc.UserError that names the nearest command.
func Parse(line, prefix string) (Call, error) {
	if len(line) > maxLine {
		return Call{}, dc.Userf("put long words on the list", "a command of %d letters is too long", len(line))
	}
	line = strings.ToValidUTF8(line, "\ufffd")
	words := cutPrefix(split(line), prefix)
	if len(words) == 0 {
		return Call{}, dc.Userf("`help` lists the commands", "there is no command")
	}
	c, n := find(words)
	if c == nil {
		return Call{}, unknown(words)
	}
	given := strings.TrimSpace(line[words[0].start:])
	return Call{Command: c, Name: c.Name, Line: given, line: line, words: withoutStop(words[n:], line)}, nil
}

// isPrefix says whether a word is the prefix with nothing but punctuation around ("**!dc", "!DC:"). A ">" before it is
// a quote mark, not punctuation: quoted commands do nothing (mail case 25).
func isPrefix(w word, prefix string) bool {
	s := strings.ToLower(strings.TrimLeft(w.text, "*_("))
	rest, ok := strings.CutPrefix(s, strings.ToLower(prefix))
	return ok && prefix != "" && strings.TrimFunc(rest, mark) == ""
}

// cutPrefix takes the prefix and a mention off.
func cutPrefix(words []word, prefix string) []word {
	if len(words) > 0 && isPrefix(words[0], prefix) {
		return words[1:]
	}
	if len(words) == 0 {
		return nil
	}
	name, _, _ := strings.Cut(strings.TrimLeft(bare(words[0].text), "@"), ":") // "@dcbot:example.org" is a Matrix id
	if name == "dcbot" || strings.HasPrefix(words[0].text, "@") && name == bare(prefix) {
		return words[1:]
	}
	return words
}

// find returns the command that the line begins with, by the longest name, and how many words that is.
func find(words []word) (*Command, int) {
	for n := min(2, len(words)); n > 0; n-- {
		var parts []string
		for _, w := range words[:n] {
			parts = append(parts, bare(w.text))
		}
		if c := Find(strings.Join(parts, " ")); c != nil {
			return c, n
		}
	}
	return nil, 0
}

// unknown is the error for a line that no command begins, naming the nearest one.
func unknown(words []word) error {
	given := bare(words[0].text)
	best, distance := "", 3
	if len(given) < 5 {
		distance = 2
	}
	for i := range table {
		for _, name := range append([]string{table[i].Name}, table[i].Aliases...) {
			try := given
			if strings.Contains(name, " ") && len(words) > 1 {
				try += " " + bare(words[1].text)
			}
			if d := levenshtein.Distance(try, name, nil); d < distance {
				best, distance = table[i].Name, d
			}
		}
	}
	if best == "" {
		return dc.Userf("`help` lists the commands", "I do not know the command %q", clip(words[0].text))
	}
	return dc.Userf("`help` lists the commands", "I do not know the command %q, the nearest is `%s`", clip(words[0].text), best)
}

// withoutStop takes the full stop off the last word; a text keeps its own since it is read from the line.
func withoutStop(words []word, line string) []word {
	if n := len(words); n > 0 && !words[n-1].quoted {
		w := &words[n-1]
		if t := strings.TrimRight(w.text, ".,;!"); t != "" {
			w.text = t
		} else if w.end >= len(strings.TrimSpace(line)) {
			words = words[:n-1]
		}
	}
	return words
}

// clip shortens what somebody wrote so that an answer can quote it.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
