package command

import (
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"dcbot/bot/dc"
)

// Bind reads the arguments. named says which coalition a word (or several) names, by its id. A coalition may stand
// before, between or after the other arguments, with or without "in"; but within a text never, so that a reason which
// speaks of another coalition does not address it.
func (c Call) Bind(named func(words string) (id string, ok bool)) (Call, error) {
	b := binder{call: c, line: c.line, rest: c.words, named: named}
	for i := range c.Command.Args {
		b.coalition(c.Command.Where != Implied)
		if err := b.arg(&c.Command.Args[i]); err != nil {
			return Call{}, err
		}
	}
	b.coalition(true)
	if len(b.rest) > 0 {
		return Call{}, b.leftOver()
	}
	return b.call, nil
}

type binder struct {
	call  Call
	line  string
	rest  []word
	named func(string) (string, bool)
}

// coalition takes a coalition's name off the front, if one stands there.
func (b *binder) coalition(withoutIn bool) {
	if b.call.Coalition != "" || len(b.rest) == 0 {
		return
	}
	from := 0
	if w := bare(b.rest[0].text); !b.rest[0].quoted && (w == "in" || w == "for" || w == "of") {
		from = 1
	} else if !withoutIn {
		return
	}
	// Names may have several words; the longest that is known wins.
	for n := min(6, len(b.rest)-from); n > 0; n-- {
		var parts []string
		for _, w := range b.rest[from : from+n] {
			parts = append(parts, w.text)
		}
		name := strings.Join(parts, " ")
		id, ok := b.named(name)
		if !ok && bare(name) == "all" && (b.call.Command.All || b.call.Command.Where == Each) {
			id, ok = AllCoalitions, true
		}
		if !ok {
			id, ok = b.named(strings.TrimFunc(name, mark))
		}
		if ok {
			b.call.Coalition, b.rest = id, b.rest[from+n:]
			return
		}
	}
}

func (b *binder) arg(a *Arg) error {
	led := false
	if a.Lead != "" && len(b.rest) > 1 && bare(b.rest[0].text) == a.Lead {
		b.rest, led = b.rest[1:], true
	}
	if a.MustLead && !led {
		return nil // leftOver says what is wrong if something else stands there
	}
	if a.Kind == Text {
		return b.text(a)
	}
	n := 0
	for len(b.rest) > 0 {
		if ok, err := b.one(a, n > 0); err != nil {
			return err
		} else if !ok {
			break
		}
		n++
		if !a.Many {
			break
		}
		b.coalition(b.call.Command.Where != Implied)
		if len(b.rest) > 0 && bare(b.rest[0].text) == "and" {
			b.rest = b.rest[1:]
		}
	}
	if n == 0 && (!a.Optional || led) {
		return b.missing(a)
	}
	return nil
}

// one reads one argument from the front; more says that it is not the first of several.
func (b *binder) one(a *Arg, more bool) (bool, error) {
	w := b.rest[0].text
	take := 1
	switch a.Kind {
	case Contribution, Message:
		letter := byte('c')
		if a.Kind == Message {
			letter = 'm'
		}
		// "assign c42 6": a bare number after a reference is the question, unless that has a word of its own before it.
		if more && !b.looseRefs() && isDigits(bare(w)) {
			return false, nil
		}
		var ids []int64
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == ',' || r == '+' || r == '&' }) {
			id, ok := ref(part, letter)
			if !ok {
				return false, nil
			}
			ids = append(ids, id)
		}
		if len(ids) == 0 || len(ids) > 1 && !a.Many {
			return false, nil
		}
		if letter == 'c' {
			b.call.Refs = append(b.call.Refs, ids...)
		} else {
			b.call.Messages = append(b.call.Messages, ids...)
		}
	case Question, QuestionOrTray:
		if a.Kind == QuestionOrTray && bare(w) == "tray" {
			b.call.Tray = true
			break
		}
		if bare(w) == "question" && len(b.rest) > 1 {
			w, take = b.rest[1].text, 2
		}
		q, ok := questionNumber(w)
		if !ok {
			return false, nil
		}
		b.call.Question = q
	case Version:
		v, ok := ref(w, 'v')
		if !ok || v > 1<<30 {
			return false, nil
		}
		b.call.Version = int(v)
	case When:
		t, n, err := readTime(b.rest)
		if err != nil || n == 0 {
			return false, err
		}
		b.call.When, take = t, n
	case Choice:
		given := bare(w)
		for _, o := range a.Of {
			if given == o {
				b.call.Word = o
				b.rest = b.rest[1:]
				return true, nil
			}
		}
		return false, nil
	case Word:
		b.call.Word = strings.Trim(w, ".,;:<>\"'`*()[]")
	}
	b.rest = b.rest[take:]
	return true, nil
}

// looseRefs says that bare numbers in a row are all references: nothing but a led argument follows.
func (b *binder) looseRefs() bool {
	for _, a := range b.call.Command.Args {
		if (a.Kind == Question || a.Kind == QuestionOrTray) && !a.MustLead {
			return false
		}
	}
	return true
}

// text takes the rest of the line as it was written.
func (b *binder) text(a *Arg) error {
	if len(b.rest) == 0 {
		if a.Optional {
			return nil
		}
		return b.missing(a)
	}
	if len(b.rest) == 1 && b.rest[0].quoted {
		b.call.Text = b.rest[0].text
	} else {
		b.call.Text = strings.TrimSpace(b.line[b.rest[0].start:])
	}
	b.rest = nil
	return nil
}

func (b *binder) missing(a *Arg) error {
	use := "write it as `" + b.call.Command.Line() + "`"
	if len(b.rest) == 0 {
		return dc.Userf(use, "`%s` needs %s", b.call.Name, a.Kind.what())
	}
	return dc.Userf(use, "%q is not %s", clip(b.rest[0].text), a.Kind.what())
}

// leftOver says what is wrong with the words that no argument took: an unknown sub-command, else an unknown coalition.
func (b *binder) leftOver() error {
	c := b.call.Command
	given := b.rest[0].text
	if len(b.rest) > 1 && bare(given) == "in" {
		given = b.rest[1].text
	}
	var subs []string
	nearest, distance := "", 3
	for i := range table {
		if sub, ok := strings.CutPrefix(table[i].Name, c.Name+" "); ok {
			subs = append(subs, sub)
			if d := levenshtein.Distance(bare(given), sub, nil); d < distance {
				nearest, distance = table[i].Name, d
			}
		}
	}
	use := "write it as `" + c.Line() + "`"
	switch {
	case nearest != "":
		return dc.Userf("", "`%s` knows no %q, the nearest is `%s`", c.Name, clip(given), nearest)
	case c.Where == Each || c.Where == One:
		if subs != nil {
			use = "after `" + c.Name + "` comes a coalition, or one of: " + strings.Join(subs, ", ")
		}
		return dc.Userf(use, "I know no coalition %q", clip(given))
	case subs != nil:
		return dc.Userf("after `"+c.Name+"` comes one of: "+strings.Join(subs, ", "), "I do not understand %q", clip(given))
	}
	return dc.Userf(use, "I do not understand %q", clip(given))
}

// ref reads a reference of one letter and a number: "c42", "C42,", "(c42)", "#42", "42".
func ref(s string, letter byte) (int64, bool) {
	s = bare(s)
	if len(s) > 1 && s[0] == letter {
		s = s[1:]
	}
	if !isDigits(s) || len(s) > 15 {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}

// questionNumber reads "6", "Q6", "7bis", "#6", "6a.": a number with at most a short tail.
func questionNumber(s string) (string, bool) {
	n := dc.NormalNumber(bare(s))
	digits := len(n) - len(strings.TrimLeft(n, "0123456789"))
	if digits == 0 || digits > 4 || len(n)-digits > 6 {
		return "", false
	}
	for _, r := range n[digits:] {
		if (r < 'a' || r > 'z') && r != '.' && (r < '0' || r > '9') {
			return "", false
		}
	}
	return n, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
