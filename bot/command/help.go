package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// width of help, so that no mail client wraps it.
const width = 76

// Help explains one command in full, or lists all when topic is "". prefix stands before every example ("!dc"; "" in a
// shell).
func Help(topic, prefix string) string {
	words := cutPrefix(split(strings.ToValidUTF8(topic[:min(len(topic), 200)], "\ufffd")), prefix)
	if len(words) == 0 {
		return list(prefix)
	}
	var parts []string
	for _, w := range words {
		parts = append(parts, bare(w.text))
	}
	name := strings.Join(parts, " ")
	if c := Find(name); c != nil {
		return full(c, prefix)
	}
	if c, _ := find(words); c != nil {
		return full(c, prefix)
	}
	nearest, distance := "", 3
	for i := range table {
		if d := levenshtein.Distance(name, table[i].Name, nil); d < distance {
			nearest, distance = table[i].Name, d
		}
	}
	answer := fmt.Sprintf("There is no command %q.", clip(name))
	if nearest != "" {
		answer += fmt.Sprintf(" The nearest is `%s`.", nearest)
	}
	return answer + "\n\n" + list(prefix)
}

func list(prefix string) string {
	var b strings.Builder
	if prefix != "" {
		fmt.Fprintf(&b, "Write each command on a line of its own that begins with %s, at most ten in a mail.\n", prefix)
	}
	column := 0
	for i := range table {
		column = max(column, utf8.RuneCountInString(table[i].Line()))
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s\n", g)
		for i := range table {
			if c := &table[i]; c.Group == g {
				fmt.Fprintf(&b, "  %-*s  %s\n", column, c.Line(), c.Short)
			}
		}
	}
	fmt.Fprintf(&b, "\n%s\n", wrap("c42 is a contribution, m12 a mail, Q a question number as printed (6, 7bis). COALITION may be left out "+
		"when you have only one; it stands first or last, or after the word \"in\"; facilitators of the group can write `all` where many are meant. `"+say(prefix, "help adopt")+"` explains one command.", ""))
	return strings.TrimPrefix(b.String(), "\n")
}

func full(c *Command, prefix string) string {
	var b strings.Builder
	// No line begins with the prefix: help that somebody sends back without quote marks must do nothing (mail case 25).
	fmt.Fprintf(&b, "%s: %s\n\n  usage: %s\n\n", c.Name, c.Short, say(prefix, c.Line()))
	for i, p := range strings.Split(c.Long, "\n\n") {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(wrap(p, "") + "\n")
	}
	b.WriteString("\nExamples\n")
	for _, e := range c.Examples {
		fmt.Fprintf(&b, "  - %s\n", say(prefix, e))
	}
	fmt.Fprintf(&b, "\nFor: %s", c.Rights)
	if c.Rights == Facilitator && c.Group == sending && c.Where == Nowhere {
		b.WriteString(" of the group")
	}
	b.WriteString("\n")
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "Also: %s\n", strings.Join(c.Aliases, ", "))
	}
	return b.String()
}

func say(prefix, line string) string { return strings.TrimSpace(prefix + " " + line) }

// wrap breaks a paragraph into lines.
func wrap(s, indent string) string {
	var b strings.Builder
	n := 0
	for _, w := range strings.Fields(s) {
		l := utf8.RuneCountInString(w)
		switch {
		case n == 0:
			b.WriteString(indent)
			n = len(indent)
		case n+1+l > width:
			b.WriteString("\n" + indent)
			n = len(indent)
		default:
			b.WriteString(" ")
			n++
		}
		b.WriteString(w)
		n += l
	}
	return b.String()
}
