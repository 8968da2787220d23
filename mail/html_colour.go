package mail

import (
	"strconv"
	"strings"
)

// Some people mark their edits of a draft by colour alone. A colour is an edit only where it stands between ordinary
// text of the same stretch of the message: a reply that is blue as a whole (Outlook's habit), a grey disclaimer, a
// link or a coloured signature is none. So a first pass counts, stretch by stretch, and the second one marks.

// colourRun is a run of text in one colour.
type colourRun struct {
	stretch
	colour string
	size   int
}

// stretch is a part of the message between separators, at one quote depth.
type stretch struct {
	region, quote int
}

type stretchColour struct {
	stretch
	colour string
}

type colourEdits struct {
	runs  []colourRun
	marks map[stretchColour]bool
}

const (
	maxColourRuns = 100_000
	// minAround is how many letters of ordinary text must stand on both sides.
	minAround = 12
)

// count records text in the first pass.
func (c *colourEdits) count(at stretch, colour, s string) {
	n := 0
	for _, r := range s {
		if letterOrDigit(r) && r < 0x1F000 {
			n++
		}
	}
	if n == 0 { // pictures and bullets are coloured for themselves
		return
	}
	if k := len(c.runs); k > 0 && c.runs[k-1].stretch == at && c.runs[k-1].colour == colour {
		c.runs[k-1].size += n
		return
	}
	if len(c.runs) < maxColourRuns {
		c.runs = append(c.runs, colourRun{at, colour, n})
	}
}

// decide finds, for each stretch, the colours that are edits.
func (c *colourEdits) decide() {
	size := map[stretchColour]int{}
	all := map[stretch]int{}
	for _, r := range c.runs {
		size[stretchColour{r.stretch, r.colour}] += r.size
		all[r.stretch] += r.size
	}
	base := func(r colourRun) bool {
		return r.colour == "" || 2*size[stretchColour{r.stretch, r.colour}] > all[r.stretch]
	}
	total := map[stretch]int{} // of base text
	for _, r := range c.runs {
		if base(r) {
			total[r.stretch] += r.size
		}
	}
	before := map[stretch]int{}
	c.marks = map[stretchColour]bool{}
	for _, r := range c.runs {
		if base(r) {
			before[r.stretch] += r.size
			continue
		}
		if before[r.stretch] >= minAround && total[r.stretch]-before[r.stretch] >= minAround {
			c.marks[stretchColour{r.stretch, r.colour}] = true
		}
	}
	c.runs = nil
}

// edit says whether text of a colour is an edit there.
func (c *colourEdits) edit(at stretch, colour string) bool {
	return c != nil && colour != "" && c.marks[stretchColour{at, colour}]
}

// signOffs begin the last words of a mail, lower-cased: below them stand a name and a signature, whose colours are no
// edits.
var signOffs = []string{
	"best regards", "kind regards", "regards", "warm regards", "thanks", "thank you", "many thanks", "cheers", "best wishes", "all the best", "sincerely",
	"yours sincerely", "best,", "cordialement", "bien à vous", "bien cordialement", "merci", "saludos", "un saludo", "atentamente", "gracias",
	"atenciosamente", "cumprimentos", "abraços", "obrigad", "mit freundlichen grüßen", "viele grüße", "freundliche grüße", "beste grüße", "danke",
	"cordiali saluti", "distinti saluti", "saluti", "grazie", "met vriendelijke groet", "groeten", "bedankt", "pozdrawiam", "z poważaniem", "dziękuję",
	"с уважением", "спасибо", "مع التحية", "شكرا", "此致", "谢谢", "よろしくお願い", "ありがとう",
}

// beginsSignature says whether a run of text is a line that a signature begins with.
func beginsSignature(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) < 2 || len(s) > 60 {
		return false
	}
	if s == "--" {
		return true
	}
	lower := strings.ToLower(s)
	for _, w := range signOffs {
		if rest, ok := strings.CutPrefix(lower, w); ok && len(strings.Fields(rest)) <= 2 && !strings.ContainsAny(rest, ".?:;") {
			return true
		}
	}
	return false
}

// hasColour is the cheap look before the first pass.
func hasColour(s string) bool {
	for i := 0; i+5 < len(s); i++ {
		if s[i]|0x20 == 'c' && strings.EqualFold(s[i:i+5], "color") {
			return true
		}
	}
	return false
}

// colourOf returns the class of colour that an element gives to its text.
func colourOf(a *htmlAttrs, inherited string) string {
	v := a.color
	if s := styleValue(a.style, "color"); s != "" {
		v = s
	}
	switch v {
	case "", "inherit", "currentcolor", "unset":
		return inherited
	}
	return colourClass(v)
}

// colourClass makes one name of each way to write a colour; everything black, dark or grey is "", ordinary text.
func colourClass(v string) string {
	r, g, b, ok := parseColour(v)
	if !ok {
		switch v {
		case "auto", "initial", "windowtext", "black", "white", "transparent", "gray", "grey", "silver", "dimgray", "dimgrey",
			"darkgray", "darkgrey", "lightgray", "lightgrey", "slategray", "darkslategray", "gainsboro", "whitesmoke", "canvastext",
			"buttontext", "-webkit-text", "revert":
			return ""
		}
		if strings.ContainsAny(v, "(#,%") || len(v) > 25 {
			return "" // a notation that we do not read
		}
		return v
	}
	hi, lo := max(r, g, b), min(r, g, b)
	if hi <= 0x48 || hi-lo <= 0x18 {
		return ""
	}
	return "#" + strconv.FormatInt(int64(r)<<16|int64(g)<<8|int64(b), 16)
}

func parseColour(v string) (r, g, b int, ok bool) {
	if name, found := namedColours[v]; found {
		v = name
	}
	if strings.HasPrefix(v, "#") || (len(v) == 6 && strings.Trim(v, "0123456789abcdef") == "") {
		h := strings.TrimPrefix(v, "#")
		if len(h) == 3 || len(h) == 4 {
			h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
		}
		if len(h) < 6 {
			return 0, 0, 0, false
		}
		n, err := strconv.ParseUint(h[:6], 16, 32)
		if err != nil {
			return 0, 0, 0, false
		}
		return int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff), true
	}
	if inner, found := strings.CutPrefix(v, "rgb"); found {
		f := strings.FieldsFunc(inner, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
		if len(f) < 3 {
			return 0, 0, 0, false
		}
		var n [3]int
		for i := range n {
			x, err := strconv.ParseFloat(f[i], 64)
			if err != nil || x > 255 {
				return 0, 0, 0, false
			}
			n[i] = int(x)
		}
		return n[0], n[1], n[2], true
	}
	return 0, 0, 0, false
}

// namedColours are the colours that mailers offer by name, so that "red" and "#ff0000" are one.
var namedColours = map[string]string{
	"red": "#ff0000", "blue": "#0000ff", "green": "#008000", "lime": "#00ff00", "navy": "#000080", "maroon": "#800000",
	"purple": "#800080", "teal": "#008080", "olive": "#808000", "fuchsia": "#ff00ff", "magenta": "#ff00ff", "aqua": "#00ffff",
	"cyan": "#00ffff", "orange": "#ffa500", "yellow": "#ffff00", "brown": "#a52a2a", "darkred": "#8b0000",
	"darkblue": "#00008b", "darkgreen": "#006400", "black": "#000000",
}
