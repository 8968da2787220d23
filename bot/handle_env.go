package bot

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// forAll says whether the actor is a facilitator of the group, or the operator.
func (e *env) forAll() bool {
	return e.actor.Operator || e.b.Facilitates(e.actor.Address, "")
}

// may says whether the actor may do what facilitators of the coalition may. "" is what belongs to no coalition.
func (e *env) may(coalition string) bool {
	return e.actor.Operator || e.b.Facilitates(e.actor.Address, coalition)
}

// mayFor is may as an error that says who can.
func (e *env) mayFor(coalition string) error {
	if e.may(coalition) {
		return nil
	}
	if coalition == "" {
		return dc.Userf("", "only facilitators of the group and the operator can do that")
	}
	return dc.Userf("ask one of them", "only the facilitators of %s, those of the group and the operator can do that", coalition)
}

// mine lists the coalitions that the actor may act for.
func (e *env) mine() []*dc.Coalition {
	var out []*dc.Coalition
	for i := range e.b.Set.Coalitions {
		if c := &e.b.Set.Coalitions[i]; e.may(c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// each lists the coalitions that a command speaks of: the one named, else all of the actor's.
func (e *env) each() []*dc.Coalition {
	if e.coalition != nil {
		return []*dc.Coalition{e.coalition}
	}
	return e.mine()
}

// contribution reads a contribution that the actor may act on as a facilitator. From then on the command speaks of its
// coalition.
func (e *env) contribution(id int64) (dc.Contribution, error) {
	c, err := e.b.contribution(e.tx, id)
	if err != nil {
		return c, err
	}
	if err := e.mayFor(c.Coalition); err != nil {
		return dc.Contribution{}, err
	}
	return c, e.enter(c.Ref(), c.Coalition)
}

// enter makes coalition the one that the command speaks of; what belongs to another than the one named is refused, so
// that a slip of the pen in a room or mail of one coalition does nothing in another.
func (e *env) enter(what, coalition string) error {
	if e.coalition != nil && e.coalition.ID != coalition {
		if coalition == "" {
			coalition = "no coalition"
		}
		return dc.Userf("leave the name of the coalition out, or look the number up again", "%s belongs to %s, not to %s", what, coalition, e.coalition.ID)
	}
	if coalition != "" {
		e.coalition = e.b.Coalition(coalition)
	}
	return nil
}

// response reads the response of a coalition to a survey, with the deadline in force.
func (e *env) response(s dc.Survey, coalition string) (dc.Response, error) {
	r, err := e.tx.Response(s.ID, coalition)
	if err != nil {
		return r, err
	}
	if r.Deadline.IsZero() {
		r.Deadline = s.Deadline
	}
	return r, nil
}

// say is a command as the person would give it: with the prefix in mail and rooms, without in a shell. It stands inside
// a line, never at its start, so that it does nothing when it comes back (mail case 25).
func (e *env) say(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	if !e.actor.Operator {
		s = e.b.Set.Prefix + " " + s
	}
	return "`" + s + "`"
}

// in is what a hint adds so that a person with several coalitions can use it as it stands.
func (e *env) in(coalition string) string {
	if len(e.mine()) > 1 {
		return " in " + coalition
	}
	return ""
}

func notFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }

func withoutPrefix(line, prefix string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), prefix))
}

func ids(cs []*dc.Coalition) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.ID)
	}
	return strings.Join(out, ", ")
}

// count1 is "one more command was", "3 more commands were".
func count1(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// who is how an answer names the author of something.
func who(name, address string) string {
	if name == "" {
		return address
	}
	return name
}

// heading is a line above a coalition's part of an answer.
func heading(c *dc.Coalition) string {
	if c.Name == "" || c.Name == c.ID {
		return c.ID
	}
	return c.Name + " (" + c.ID + ")"
}

// left says how far away a time is.
func left(t, now time.Time) string {
	d := t.Sub(now).Round(time.Minute)
	if d < 0 {
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

// span is a duration as people say it, in its two largest units.
func span(d time.Duration) string {
	days, hours, minutes := int(d/(24*time.Hour)), int(d%(24*time.Hour)/time.Hour), int(d%time.Hour/time.Minute)
	var parts []string
	add := func(n int, unit string) {
		if n == 1 {
			parts = append(parts, "1 "+unit)
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit))
		}
	}
	add(days, "day")
	add(hours, "hour")
	if days == 0 {
		add(minutes, "minute")
	}
	if len(parts) == 0 {
		return "less than a minute"
	}
	return strings.Join(parts, " ")
}

// snippet is the beginning of a text in one line.
func snippet(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	if i := strings.LastIndexByte(string(r), ' '); i > len(string(r))/2 {
		return string(r)[:i] + "…"
	}
	return string(r) + "…"
}

// quote indents a text, line by line, as it stands.
func quote(s string) string {
	var b strings.Builder
	for _, l := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		b.WriteString(strings.TrimRight("    | "+l, " ") + "\n")
	}
	return b.String()
}

// table aligns rows of cells in columns.
func table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		_, _ = fmt.Fprintln(w, "  "+strings.Join(r, "\t")) // a strings.Builder does not fail
	}
	_ = w.Flush()
	var out strings.Builder
	for l := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(l, " \n") + "\n")
	}
	return out.String()
}

// day is a date in lists, UTC.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// minute is a date and time in lists, UTC.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }
