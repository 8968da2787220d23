package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

func blockElement(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Blockquote, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Td, atom.Th,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Center, atom.Form, atom.Fieldset, atom.Address,
		atom.Article, atom.Aside, atom.Section, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Figure, atom.Figcaption,
		atom.Caption, atom.Tbody, atom.Thead, atom.Tfoot, atom.Details, atom.Summary, atom.Dir, atom.Menu, atom.Listing, atom.Xmp:
		return true
	}
	return false
}

// tightParagraph says that a paragraph is one line of its mailer, with no blank line around: Outlook's MsoNormal, and
// everything with no margin.
func tightParagraph(a *htmlAttrs) bool {
	if strings.Contains(a.class, "msonormal") || strings.Contains(a.class, "msolistparagraph") || strings.Contains(a.class, "msoplaintext") {
		return true
	}
	if a.style == "" {
		return false
	}
	if m := styleValue(a.style, "margin"); m != "" && zeroLengths(m) {
		return true
	}
	return zeroLengths(styleValue(a.style, "margin-top")) && zeroLengths(styleValue(a.style, "margin-bottom"))
}

// zeroLengths says whether the first of the lengths (the one above) is 0; "" is no.
func zeroLengths(v string) bool {
	f := strings.Fields(v)
	return len(f) > 0 && strings.TrimRight(f[0], "pxtcminer%0.") == "" && strings.HasPrefix(f[0], "0")
}

// quoteElement says whether an element is a quote: a blockquote that is not Gmail's way to indent, or Outlook's and
// others' bar on the left. inBar says that the element around is one already: a mailer marks one quote twice.
func quoteElement(tag atom.Atom, a *htmlAttrs, inBar bool) bool {
	switch tag {
	case atom.Blockquote:
		if a.cite || strings.Contains(a.class, "quote") || a.class == "cite" || leftBar(a.style) {
			return true
		}
		return styleValue(a.style, "border") != "none"
	case atom.Div:
		return !inBar && leftBar(a.style)
	}
	return false
}

// leftBar knows "border-left: solid blue 1.5pt", which is how Outlook and web mailers draw a quote.
func leftBar(style string) bool {
	v := styleValue(style, "border-left")
	if v == "" {
		return false
	}
	if strings.Contains(v, "none") || strings.HasPrefix(v, "0") || strings.Contains(v, " 0") {
		return false
	}
	// A frame all around is a box, not a quote.
	if b := styleValue(style, "border-right"); b != "" && !strings.Contains(b, "none") && !strings.HasPrefix(b, "0") {
		return false
	}
	return strings.Contains(v, "solid") || strings.Contains(v, "px") || strings.Contains(v, "pt")
}

// headerRule knows the line that Outlook draws above "From: ... Sent: ...".
func headerRule(style string) bool {
	v := styleValue(style, "border-top")
	return v != "" && strings.Contains(v, "solid") && strings.Contains(styleValue(style, "border"), "none")
}

// styleValue returns the value of a property in a lower-cased style attribute, without "!important".
func styleValue(style, property string) string {
	for style != "" {
		decl, rest, _ := strings.Cut(style, ";")
		style = rest
		name, value, ok := strings.Cut(decl, ":")
		if ok && strings.TrimSpace(name) == property {
			value, _, _ = strings.Cut(value, "!")
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// listNumber writes the number of an item as the list's type says.
func listNumber(n int, kind byte) string {
	switch {
	case (kind == 'a' || kind == 'A') && n >= 1 && n <= 26:
		return string(rune(int(kind) + n - 1))
	case (kind == 'i' || kind == 'I') && n >= 1 && n <= 50:
		s := roman(n)
		if kind == 'I' {
			s = strings.ToUpper(s)
		}
		return s
	}
	return strconv.Itoa(n)
}

func roman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		v int
		s string
	}{{50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= d.v; n -= d.v {
			b.WriteString(d.s)
		}
	}
	return b.String()
}

// linkTarget says what of a link's target is worth showing.
func linkTarget(href string) (string, bool) {
	lower := strings.ToLower(href[:min(len(href), 8)])
	switch {
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"), strings.HasPrefix(lower, "ftp://"):
	case strings.HasPrefix(lower, "mailto:"):
		href, _, _ = strings.Cut(href[7:], "?")
	default:
		return "", false
	}
	for i := 0; i < len(href); i++ {
		if href[i] <= ' ' || href[i] == '<' || href[i] == '>' {
			return "", false
		}
	}
	return href, href != ""
}

// sameLink says whether a link's text already tells its target.
func sameLink(text, target string) bool {
	norm := func(s string) string {
		s = strings.ToLower(strings.TrimSpace(s))
		for _, p := range []string{"mailto:", "http://", "https://", "www."} {
			s = strings.TrimPrefix(s, p)
		}
		s = strings.Join(strings.Fields(s), "")
		return strings.TrimRight(s, "/")
	}
	return norm(text) == norm(target) || strings.Contains(text, target)
}
