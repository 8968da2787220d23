package render

import (
	"html/template"
	"strings"
)

// page is a document before it has a format.
type page struct {
	Lang  string
	Title string
	Alert string  // what a reader must know before anything else
	Head  []block // status
	// Contents says that a table of contents is wanted; its words follow.
	Contents, Skip string
	Body           []block
	Foot           []string
}

// block is one piece of a page: exactly one of its fields is set.
type block struct {
	Section *section
	Para    string
	Lines   []string // a list
	Choices []string // a list of choices: the same, set closer
	Facts   []fact
	Words   *words
}

// section is a heading with what belongs below it.
type section struct {
	ID    string // anchor, unique in the page
	Title string
	Mark  string // what kind of section it is, for style only
	Body  []block
}

// fact is a line of the status; a value of several lines is several values.
type fact struct{ Name, Value string }

func (f fact) Lines() []string { return strings.Split(f.Value, "\n") }

// words are what a person wrote: always marked as theirs, their line breaks kept.
type words struct {
	ID         string
	Who        string // "Ana Lima wrote on ... (c42):"
	AboutLabel string
	About      string // the words that they are about, somebody's too
	Text       string
	Notes      []string // below: source, status
	Lang       string   // "" is not known
}

func para(s string) block        { return block{Para: s} }
func list(lines ...string) block { return block{Lines: lines} }
func part(id, title string, b ...block) block {
	return block{Section: &section{ID: id, Title: title, Body: b}}
}

// prose makes blocks of a text from a survey file: its lines are joined to paragraphs, and lines that begin with a hyphen
// become a list.
func prose(s string) []block {
	var out []block
	for _, p := range reflow(s) {
		for _, l := range strings.Split(p, "\n") {
			item, isItem := strings.CutPrefix(l, "- ")
			switch n := len(out); {
			case !isItem:
				out = append(out, para(l))
			case n > 0 && out[n-1].Lines != nil:
				out[n-1].Lines = append(out[n-1].Lines, item)
			default:
				out = append(out, list(item))
			}
		}
	}
	return out
}

// leveled are blocks with the level of the headings in them, for the template.
type leveled struct {
	Level  int
	Blocks []block
}

// functions are what the templates call.
var functions = template.FuncMap{
	"lines":   htmlLines,
	"heading": heading,
	"heads":   func(level int, b []block) leveled { return leveled{level, b} },
	"next":    func(level int) int { return level + 1 },
	"subsections": func(bs []block) bool {
		for _, b := range bs {
			if b.Section != nil {
				return true
			}
		}
		return false
	},
}

// heading makes a heading of a level from 1 to 6; html/template has no element names that vary.
func heading(level int, id, text string) template.HTML {
	if level > 6 {
		level = 6
	}
	n, at := string(rune('0'+level)), ""
	if id != "" {
		at = ` id="` + template.HTMLEscapeString(id) + `"`
	}
	return template.HTML(`<h` + n + at + `>` + template.HTMLEscapeString(text) + `</h` + n + `>`) //nolint:gosec // escaped here
}
