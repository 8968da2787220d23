package mail

import (
	"strings"
	"unicode/utf8"
)

// line is one line of the text while it is being read.
type line struct {
	raw   string
	body  string // without quote marks and the one blank behind them
	trim  string // body without outer white space
	depth int    // number of quote marks
	group int    // which attribution, header block... it belongs to; 0 for none

	kind     Kind
	set      bool // kind is final
	nested   int  // depth in an unmarked quote, from the attributions passed
	unmarked bool
	author   int // index into reader.authors of who wrote the quote, 0 for unknown
}

func (l *line) blank() bool { return l.trim == "" }

// indent is the number of leading blanks (a tab counts as four).
func (l *line) indent() int {
	n := 0
	for i := 0; i < len(l.body); i++ {
		switch l.body[i] {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// splitLines cuts text into lines; a final line end does not begin another line.
func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	out := make([]string, 0, strings.Count(text, "\n")+1)
	for text != "" {
		l, rest, _ := strings.Cut(text, "\n")
		out = append(out, strings.TrimSuffix(l, "\r"))
		text = rest
	}
	return out
}

// quoteMarks reads the quote marks at the start of a line: ">", "> > ", ">>>", after at most three blanks.
// It returns the depth and where the content begins.
func quoteMarks(s string) (depth, at int) {
	i := 0
	for i < len(s) && i < 4 && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	for i < len(s) {
		switch {
		case s[i] == '>':
			depth++
			i++
			at = i
		case s[i] == ' ' && depth > 0 && i+1 < len(s) && s[i+1] == '>':
			i++
		case strings.HasPrefix(s[i:], "＞"):
			depth++
			i += len("＞")
			at = i
		default:
			return depth, at
		}
	}
	return depth, at
}

// initialMark reads a mark like "ME> " or "C>" and returns its length, or 0.
func initialMark(s string) int {
	i := 0
	for i < len(s) && i < 5 && ('A' <= s[i] && s[i] <= 'Z' || i > 0 && 'a' <= s[i] && s[i] <= 'z') {
		i++
	}
	if i == 0 || i > 4 || i >= len(s) || s[i] != '>' {
		return 0
	}
	return i + 1
}

// readMarks splits the text and finds the quote marks of every line.
func readMarks(raws []string) []line {
	ls := make([]line, len(raws))
	maybeOdd := false
	for i, raw := range raws {
		l := &ls[i]
		l.raw, l.body = raw, raw
		if d, at := quoteMarks(raw); d > 0 {
			l.depth, l.body = d, raw[at:]
			l.body = strings.TrimPrefix(l.body, " ")
		} else if !maybeOdd && raw != "" {
			c := raw[0]
			maybeOdd = c == '|' || c == ' ' && strings.HasPrefix(strings.TrimLeft(raw, " "), "|") || 'A' <= c && c <= 'Z' && initialMark(raw) > 0
		}
		l.trim = trimSpace(l.body)
	}
	if maybeOdd {
		oddMarks(ls)
	}
	falseMarks(ls)
	return ls
}

// oddMarks accepts "|" and initials as quote marks where at least two lines in a row have them.
func oddMarks(ls []line) {
	known := map[string]bool{}
	for i := 0; i < len(ls); {
		if n := initialMark(ls[i].raw); n > 0 && ls[i].depth == 0 {
			mark, j := ls[i].raw[:n], i
			for j < len(ls) && strings.HasPrefix(ls[j].raw, mark) {
				j++
			}
			if j-i >= 2 || known[mark] {
				known[mark] = true
				for ; i < j; i++ {
					setMark(&ls[i], 1, ls[i].raw[n:])
				}
				continue
			}
		}
		if barred(ls[i].raw) && ls[i].depth == 0 {
			j, cells := i, 0
			for j < len(ls) && barred(ls[j].raw) {
				t := strings.TrimSpace(ls[j].raw)
				if strings.Count(t, "|") > 1 {
					cells++
				}
				j++
			}
			// Several bars in most lines are a table, not a quote.
			if j-i >= 2 && cells*2 < j-i {
				for ; i < j; i++ {
					_, rest, _ := strings.Cut(ls[i].raw, "|")
					setMark(&ls[i], 1, rest)
				}
				continue
			}
			i = max(j, i+1)
			continue
		}
		i++
	}
}

func barred(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, " "), "|") }

func setMark(l *line, depth int, body string) {
	l.depth = depth
	l.body = strings.TrimPrefix(body, " ")
	l.trim = trimSpace(l.body)
}

// falseMarks takes back marks that are none: a ">From " that an mbox writer escaped, a ">>> shout <<<" between
// lines of text, an interpreter's ">>> " prompts with no attribution above.
func falseMarks(ls []line) {
	for i := range ls {
		l := &ls[i]
		if l.depth == 0 {
			continue
		}
		alone := (i == 0 || ls[i-1].depth == 0) && (i+1 == len(ls) || ls[i+1].depth == 0)
		switch {
		case alone && l.depth == 1 && strings.HasPrefix(l.raw, ">From "),
			alone && strings.HasSuffix(l.trim, "<") && !strings.HasSuffix(l.trim, " <"):
			l.depth, l.body = 0, l.raw
			l.trim = trimSpace(l.raw)
		}
	}
	for i := 0; i < len(ls); i++ {
		if !prompt(ls[i].raw) || i > 0 && ls[i-1].depth > 0 {
			continue
		}
		j := i
		for j < len(ls) && prompt(ls[j].raw) {
			j++
		}
		if (j < len(ls) && ls[j].depth > 0) || afterAttribution(ls, i) {
			i = j
			continue
		}
		for ; i < j; i++ {
			ls[i].depth, ls[i].body = 0, ls[i].raw
			ls[i].trim = trimSpace(ls[i].raw)
		}
	}
}

// prompt reports an interpreter's prompt: exactly three marks, a blank, then code.
func prompt(s string) bool {
	s = strings.TrimLeft(s, " ")
	return strings.HasPrefix(s, ">>> ") && len(s) > 4 && s[4] != '>' && s[4] != ' '
}

func afterAttribution(ls []line, i int) bool {
	for i--; i >= 0; i-- {
		if !ls[i].blank() {
			return endsColon(ls[i].trim) && weighAttribution(ls[i].trim) != notOne
		}
	}
	return false
}

// trimSpace trims white space as Unicode has it, and invisible marks around it.
func trimSpace(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] < utf8.RuneSelf && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u3000' || invisible(r)
	})
}

// endsColon reports a colon at the end, also a full-width one, or one followed by a closing mark or rule.
func endsColon(s string) bool {
	if s == "" {
		return false
	}
	if c := s[len(s)-1]; 'a' <= c && c <= 'z' || c == '.' || c == ',' {
		return false
	}
	s = strings.TrimRight(s, " *_\t")
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, "﹕")
}

// isRule reports a line drawn with one character, at least n long: ----, ____, * * *.
func isRule(t string, n int) bool {
	if len(t) < n {
		return false
	}
	var c byte
	count := 0
	for i := 0; i < len(t); i++ {
		switch b := t[i]; {
		case b == ' ':
		case b != '-' && b != '_' && b != '=' && b != '*' && b != '#' && b != '~' && b != '.' && b != '+':
			return strings.Trim(t, "—–─━═ ") == "" && utf8.RuneCountInString(t) >= n
		case c == 0:
			c, count = b, 1
		case b == c:
			count++
		default:
			return false
		}
	}
	return count >= n
}
