package render

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"
)

// page writes a page as a complete HTML document without any remote content.
func (r *Renderer) page(p page) (string, error) {
	var b bytes.Buffer
	if err := r.html.ExecuteTemplate(&b, "page.html", p); err != nil {
		return "", fmt.Errorf("writing HTML: %w", err)
	}
	return b.String(), nil
}

// pageOrNone is page for a mail whose text says the same: without HTML it is still complete.
func (r *Renderer) pageOrNone(p page) string {
	s, err := r.page(p)
	if err != nil {
		return ""
	}
	return s
}

var webLink = regexp.MustCompile(`https?://[^\s<>"“”]+`)

// htmlLines escapes a text, keeps its paragraphs and line breaks, and makes links of web addresses, which are shown in
// full: nobody is sent to a place that the text does not name.
func htmlLines(s string) template.HTML {
	var b strings.Builder
	for i, line := range strings.Split(clean(s), "\n") {
		if i > 0 {
			b.WriteString("<br>\n")
		}
		at := 0
		for _, m := range webLink.FindAllStringIndex(line, -1) {
			link := strings.TrimRight(line[m[0]:m[1]], ".,;:!?)]}'")
			if strings.Contains(link, "(") && strings.HasPrefix(line[m[0]+len(link):], ")") {
				link += ")"
			}
			b.WriteString(indented(line[at:m[0]]))
			e := template.HTMLEscapeString(link)
			b.WriteString(`<a href="` + e + `" rel="noopener noreferrer">` + e + `</a>`)
			at = m[0] + len(link)
		}
		b.WriteString(indented(line[at:]))
	}
	return template.HTML(b.String()) //nolint:gosec // every part is escaped above
}

// indented escapes a text and keeps runs of spaces, as people align things with them.
func indented(s string) string {
	s = strings.ReplaceAll(s, "\t", "    ")
	return strings.ReplaceAll(template.HTMLEscapeString(s), "  ", "\u00a0 ")
}
