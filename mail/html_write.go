package mail

import (
	"bytes"
	"strings"
)

// textWriter puts words into lines: it collapses blanks, keeps line breaks until it knows what follows, and writes
// quote marks, list marks and edit marks.
type textWriter struct {
	out     []byte
	discard bool // the pass that only counts colours

	begun   bool // something was written
	breaks  int  // line ends due before the next word
	space   bool // a blank is due before the next word
	midCell bool // a cell border is due
	quote   int  // depth of what comes
	last    int  // depth of the line being written
	lineAt  int  // where the line being written begins, after its quote marks
	mark    string
	edit    byte // of what comes: 0, 'd', 'a'
	openEd  byte // of what is open

	lines, edits, quoted int
}

// breakLine ends the line; n is 2 for the end of a paragraph. A hard break (br) counts even on an empty line.
func (w *textWriter) breakLine(n int, hard bool) {
	if w.discard || !w.begun {
		return
	}
	if hard {
		w.breaks = min(w.breaks+1, 3)
	} else {
		w.breaks = max(w.breaks, n)
	}
	if w.breaks > 0 {
		w.closeEdit()
		switch line := w.out[w.lineAt:]; {
		case w.space && string(line) == "--":
			w.out = append(w.out, ' ') // the signature delimiter keeps its blank (RFC 3676 section 4.3)
		case len(line) > 0 && (line[len(line)-1] == 0xa0 || blank(line[len(line)-1])):
			// NBSP at the end of a line is how HTML editors write an empty line or the last blank.
			w.out = w.out[:w.lineAt+len(bytes.TrimRight(line, " \t\u00a0"))]
			switch {
			case string(w.out[w.lineAt:]) == "--":
				w.out = append(w.out, ' ')
			case w.lineAt == len(w.out) && w.last > 0:
				w.lineAt--
				w.out = w.out[:w.lineAt]
			}
		}
		w.space = false
		w.midCell = false
	}
}

// lastLine is the line written last, without marks.
func (w *textWriter) lastLine() []byte {
	return bytes.TrimRight(w.out[w.lineAt:], " \t\u00a0\n")
}

// flush writes what is due before a word.
func (w *textWriter) flush() {
	if w.begun && w.breaks == 0 && w.quote != w.last {
		w.breakLine(1, false)
	}
	if w.edit != w.openEd {
		w.closeEdit()
	}
	if !w.begun || w.breaks > 0 {
		w.lines++
		if w.begun {
			w.out = append(w.out, '\n')
			between := min(w.last, w.quote)
			for i := 1; i < w.breaks; i++ {
				if between > 0 {
					w.out = append(w.out, strings.Repeat("> ", between)[:2*between-1]...)
				}
				w.out = append(w.out, '\n')
			}
		}
		for i := 0; i < w.quote; i++ {
			w.out = append(w.out, "> "...)
		}
		if w.quote > 0 {
			w.quoted++
		}
		w.begun, w.breaks, w.last, w.space, w.midCell = true, 0, w.quote, false, false
		w.lineAt = len(w.out)
		w.out = append(w.out, w.mark...)
		w.mark = ""
	} else {
		if w.mark != "" {
			w.out = append(w.out, w.mark...)
			w.mark = ""
		}
		if w.midCell {
			w.out = append(w.out, " | "...)
		} else if w.space {
			w.out = append(w.out, ' ')
		}
		w.space, w.midCell = false, false
	}
	if w.edit != 0 && w.openEd == 0 {
		if w.edit == 'd' {
			w.out = append(w.out, "[deleted: "...)
		} else {
			w.out = append(w.out, "[added: "...)
		}
		w.openEd = w.edit
		w.edits++
	}
}

func (w *textWriter) closeEdit() {
	if w.openEd != 0 {
		w.out = append(w.out, ']')
		w.openEd = 0
	}
}

// word writes something that holds no blanks to collapse.
func (w *textWriter) word(s string) {
	if w.discard || s == "" {
		return
	}
	w.flush()
	w.out = append(w.out, s...)
}

// text writes a run of text.
func (w *textWriter) text(s string, pre bool) {
	if w.discard {
		return
	}
	if pre {
		w.preformatted(s)
		return
	}
	for i := 0; i < len(s); {
		if blank(s[i]) {
			if w.begun && w.breaks == 0 {
				w.space = true
			}
			i++
			continue
		}
		j := i + 1
		for j < len(s) && !blank(s[j]) {
			j++
		}
		w.word(dropInvisible(s[i:j]))
		i = j
	}
}

func (w *textWriter) preformatted(s string) {
	s = cleanText(s)
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		if line != "" {
			if strings.TrimSpace(line) == "" && (!w.begun || w.breaks > 0) && more {
				line = "" // a line of blanks
			}
			w.word(line)
		}
		if more {
			w.breakLine(1, true)
		}
		s = rest
	}
}

// cell begins a cell that is not the first of its row: a border, if the row's text is still on the line.
func (w *textWriter) cell() {
	if w.begun && w.breaks == 0 && !w.discard {
		w.closeEdit()
		w.midCell = true
	}
}

// endCell takes back the line ends of the paragraphs in a cell, so that the row stays in one line.
func (w *textWriter) endCell() {
	if w.breaks > 0 && w.last == w.quote {
		w.breaks = 0
	}
}

// close ends the text.
func (w *textWriter) close() {
	w.breakLine(1, false)
	if w.begun {
		w.out = append(w.out, '\n')
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// dropInvisible takes out what mailers put between letters against scanners: BOM, zero-width blank, soft hyphen.
func dropInvisible(s string) string {
	if !strings.ContainsAny(s, "\uFEFF\u200B\u00AD\x00") {
		return s
	}
	return strings.NewReplacer("\uFEFF", "", "\u200B", "", "\u00AD", "", "\x00", "").Replace(s)
}
