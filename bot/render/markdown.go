package render

import (
	"strings"
)

// markdown writes a page as CommonMark. Nothing that a person wrote can become markup.
func (p *page) markdown() string {
	var b strings.Builder
	b.WriteString("# " + md(p.Title) + "\n\n")
	if p.Alert != "" {
		b.WriteString("**" + md(p.Alert) + "**\n\n")
	}
	mdBlocks(&b, p.Head, 2)
	mdBlocks(&b, p.Body, 2)
	if len(p.Foot) > 0 {
		b.WriteString("---\n\n")
		for _, f := range p.Foot {
			b.WriteString(md(f) + "\n\n")
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func mdBlocks(b *strings.Builder, bs []block, level int) {
	for _, x := range bs {
		switch {
		case x.Section != nil:
			b.WriteString(strings.Repeat("#", min(level, 6)) + " " + md(x.Section.Title) + "\n\n")
			mdBlocks(b, x.Section.Body, level+1)
		case x.Words != nil:
			mdWords(b, x.Words)
		case x.Facts != nil:
			for _, f := range x.Facts {
				b.WriteString("- **" + md(f.Name) + ":** " + strings.ReplaceAll(mdLines(f.Value), "\n", "\n  ") + "\n")
			}
			b.WriteString("\n")
		case x.Lines != nil || x.Choices != nil:
			for _, l := range append(append([]string(nil), x.Lines...), x.Choices...) {
				b.WriteString("- " + md(l) + "\n")
			}
			b.WriteString("\n")
		default:
			b.WriteString(mdLines(x.Para) + "\n\n")
		}
	}
}

func mdWords(b *strings.Builder, x *words) {
	if x.Who != "" {
		b.WriteString("**" + md(x.Who) + "**\n\n")
	}
	quote := func(s, mark string) {
		for _, l := range strings.Split(mdLines("“"+clean(s)+"”"), "\n") {
			b.WriteString(strings.TrimRight(mark+l, " ") + "\n")
		}
		b.WriteString("\n")
	}
	if x.About != "" {
		b.WriteString(md(x.AboutLabel) + "\n\n")
		quote(x.About, "> > ")
	}
	if x.Text != "" {
		quote(x.Text, "> ")
	}
	for _, n := range x.Notes {
		b.WriteString("- " + md(n) + "\n")
	}
	if len(x.Notes) > 0 {
		b.WriteString("\n")
	}
}

// mdLines keeps line breaks (a backslash at the end of a line, CommonMark 6.7) and paragraphs.
func mdLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		out := md(strings.TrimSpace(l))
		if out != "" && i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != "" {
			out += "\\"
		}
		lines[i] = out
	}
	return strings.Join(lines, "\n")
}

// md escapes what Markdown would read as markup, and leaves web addresses alone so that they stay links.
func md(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range webLink.FindAllStringIndex(s, -1) {
		b.WriteString(escapeMarkdown(s[at:m[0]], at == 0))
		link := strings.TrimRight(s[m[0]:m[1]], ".,;:!?)]}'")
		b.WriteString("<" + link + ">")
		at = m[0] + len(link)
	}
	b.WriteString(escapeMarkdown(s[at:], at == 0))
	return b.String()
}

func escapeMarkdown(s string, start bool) string {
	var b strings.Builder
	digits := start
	for i, r := range s {
		lead := start && i == 0
		switch {
		case strings.ContainsRune("\\`*_[]<>|~&", r),
			lead && strings.ContainsRune("#+-=", r),
			digits && i > 0 && (r == '.' || r == ')'):
			b.WriteByte('\\')
		}
		if r < '0' || r > '9' {
			digits = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
