package mail

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsetAliases are names that mail uses and neither index of x/text knows (or that they map to nothing).
var charsetAliases = map[string]encoding.Encoding{
	"hz-gb-2312": simplifiedchinese.HZGB2312,
	"gb2312":     simplifiedchinese.GB18030, // a superset; GB2312 labels are put on GBK text as a rule
	"gbk":        simplifiedchinese.GB18030,
	"cp936":      simplifiedchinese.GB18030,
	"cp932":      japanese.ShiftJIS,
	"cp850":      charmap.CodePage850,
	"cp437":      charmap.CodePage437,
	"cp1250":     charmap.Windows1250,
	"cp1251":     charmap.Windows1251,
	"cp1252":     charmap.Windows1252,
	"cp1253":     charmap.Windows1253,
	"cp1254":     charmap.Windows1254,
	"cp1255":     charmap.Windows1255,
	"cp1256":     charmap.Windows1256,
	"cp1257":     charmap.Windows1257,
	"cp1258":     charmap.Windows1258,
	"utf-32":     utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
}

// lookupCharset returns nil for a name that nobody knows. htmlindex comes first: it knows that "iso-8859-1" is
// windows-1252 in practice.
func lookupCharset(name string) encoding.Encoding {
	if e, ok := charsetAliases[name]; ok {
		return e
	}
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e
	}
	return nil
}

// cleanCharset makes "'UTF-8'", "UTF8" and "charset=utf-8" one name.
func cleanCharset(name string) string {
	name = strings.ToLower(strings.Trim(name, " \t\"'"))
	name = strings.TrimPrefix(name, "charset=")
	if i := strings.IndexAny(name, " ;\t"); i >= 0 {
		name = name[:i]
	}
	return name
}

// decodeCharset turns text in a declared charset into valid UTF-8, without a BOM. A declaration is a hint: undeclared
// 8-bit text is UTF-8 if it is valid as such and windows-1252 otherwise; text declared as a single-byte charset that
// is valid UTF-8 with multi-byte sequences is UTF-8, since that does not happen by chance.
func decodeCharset(b []byte, declared string, note func(string, ...any)) string {
	name := cleanCharset(declared)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b, name = b[3:], "utf-8"
	case len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) && !strings.HasPrefix(name, "utf-"):
		name = "utf-16"
	}
	switch name {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "x-unknown", "unknown", "default", "8bit", "binary":
		return decodeUndeclared(b, name, note)
	}
	if name == "utf-7" || name == "unicode-1-1-utf-7" {
		return decodeUTF7(b)
	}
	enc := lookupCharset(name)
	if enc == nil {
		note("unknown charset %s", oneLine(name))
		return decodeUndeclared(b, "", note)
	}
	ascii := isASCII(b)
	if ascii && !statefulCharset(name) {
		return string(b)
	}
	valid := !ascii && utf8.Valid(b)
	if _, single := enc.(*charmap.Charmap); single && valid {
		note("declared as %s, but it is UTF-8", name)
		return string(b)
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil || (valid && bytes.ContainsRune(out, utf8.RuneError)) {
		note("not readable as %s", name)
		return decodeUndeclared(b, "", note)
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(out), "\uFFFD"), "\uFEFF")
}

// statefulCharset says that a charset gives meaning to ASCII octets.
func statefulCharset(name string) bool {
	return strings.HasPrefix(name, "iso-2022") || strings.HasPrefix(name, "hz") || strings.HasPrefix(name, "utf-16") ||
		strings.HasPrefix(name, "utf-32") || name == "csiso2022jp" || strings.HasPrefix(name, "ibm") ||
		strings.HasPrefix(name, "cp037") || strings.HasPrefix(name, "unicode")
}

func decodeUndeclared(b []byte, name string, note func(string, ...any)) string {
	if isASCII(b) {
		// ISO-2022-JP is all ASCII octets and often undeclared (RFC 1468).
		if bytes.Contains(b, []byte("\x1b$")) && (bytes.Contains(b, []byte("\x1b(B")) || bytes.Contains(b, []byte("\x1b(J"))) {
			if out, err := japanese.ISO2022JP.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(out, utf8.RuneError) {
				note("undeclared charset, read as iso-2022-jp")
				return string(out)
			}
		}
		return string(b)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	good, bad := 0, 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	if good > 4*bad {
		// UTF-8 that was cut in the middle of a character, or into which a gateway put an octet of its own.
		note("%s that are not UTF-8 replaced", plural(bad, "octet", "octets"))
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if name == "" {
		name = "undeclared"
	}
	note("8-bit text (%s) read as windows-1252", oneLine(name))
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

// decodeHTMLCharset is decodeCharset for HTML, which may declare its charset in a meta element.
func decodeHTMLCharset(b []byte, declared string, note func(string, ...any)) string {
	if declared == "" && !utf8.Valid(b) {
		if _, name, certain := charset.DetermineEncoding(b, "text/html"); certain {
			declared = name
		}
	}
	return decodeCharset(b, declared, note)
}

// decodeUTF7 reads UTF-7 (RFC 2152), which x/text leaves out and old Outlook Express wrote.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			if b[i] < 0x80 {
				out.WriteByte(b[i])
			} else {
				out.WriteRune(utf8.RuneError)
			}
			continue
		}
		if i+1 < len(b) && b[i+1] == '-' {
			out.WriteByte('+')
			i++
			continue
		}
		var acc uint32
		var bits uint
		var units []uint16
		j := i + 1
		for ; j < len(b); j++ {
			v := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", b[j])
			if v < 0 {
				break
			}
			acc, bits = acc<<6|uint32(v), bits+6
			if bits >= 16 {
				bits -= 16
				units = append(units, uint16(acc>>bits))
			}
		}
		out.WriteString(decodeUTF16(units))
		if j < len(b) && b[j] == '-' {
			j++
		}
		i = j - 1
	}
	return out.String()
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// wordDecoder decodes encoded words (RFC 2047) in any charset we know.
var wordDecoder = mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return strings.NewReader(decodeCharset(b, name, func(string, ...any) {})), nil
}}

// decodeWords decodes a field value as far as that is possible: encoded words, and raw 8-bit text.
func decodeWords(s string) string {
	if strings.Contains(s, "=?") {
		s = joinSplitWords(s)
		if d, err := wordDecoder.DecodeHeader(s); err == nil {
			s = d
		}
	}
	if utf8.ValidString(s) {
		return s
	}
	return decodeUndeclared([]byte(s), "", func(string, ...any) {})
}
