package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message"
)

// Draft is a mail to be written.
type Draft struct {
	MessageID       string // with or without brackets; NewMessageID makes one
	From            Address
	To, Cc, ReplyTo []Address
	Subject         string
	Date            time.Time // written in its own zone
	InReplyTo       string    // with or without brackets
	References      []string  // oldest first, with or without brackets
	Header          []Field   // further fields, in order
	Text            string    // plain text; required
	HTML            string    // "" for none
	Calendar        string    // an iCalendar object (RFC 5545), "" for none
	CalendarMethod  string    // its METHOD, default PUBLISH
	Attachments     []ComposeAttachment
	AutoSubmitted   string // value of Auto-Submitted (RFC 3834), "" for no such field: Sympa drops mail that has it
	ListID          string // List-Id without brackets; only where the bot itself is the list
	Language        string // BCP 47 tag for Content-Language, "" for none
}

// ComposeAttachment is a file to send along.
type ComposeAttachment struct {
	Name string
	Type string // media type, default application/octet-stream
	Data []byte
}

// ownFields are written by Compose from the Draft and cannot be given in Draft.Header.
var ownFields = map[string]bool{
	"Message-Id": true, "From": true, "To": true, "Cc": true, "Bcc": true, "Reply-To": true, "Subject": true, "Date": true,
	"In-Reply-To": true, "References": true, "Mime-Version": true, "Content-Type": true, "Content-Transfer-Encoding": true,
	"Content-Disposition": true, "Content-Language": true, "Auto-Submitted": true, "List-Id": true,
}

// NewMessageID makes a Message-ID, without brackets, from 16 random octets.
func NewMessageID(random [16]byte, domain string) string {
	return fmt.Sprintf("%x@%s", random, domain)
}

// Compose writes a mail in MIME: CRLF line ends, short lines, everything beyond ASCII encoded, so that every server takes
// it as it is. The same Draft gives the same bytes. Control characters in header values become blanks or go, so that none
// injects a field (mail case 33). An address that is none, or a missing field, is an error.
func Compose(d Draft) ([]byte, error) {
	raw, err := compose(d)
	if err != nil {
		return nil, fmt.Errorf("composing mail %q: %w", oneLine(d.Subject), err)
	}
	return raw, nil
}

func compose(d Draft) ([]byte, error) {
	fields, err := composeFields(d)
	if err != nil {
		return nil, err
	}
	body := composeBody(d)
	fields = append(fields, Field{"MIME-Version", "1.0"})
	if d.Language != "" {
		fields = append(fields, Field{"Content-Language", encodeText(d.Language)})
	}
	body.fields = append(fields, body.fields...)
	var buf bytes.Buffer
	w, err := message.CreateWriter(&buf, body.header())
	if err != nil {
		return nil, err
	}
	if err := body.write(w); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// composeFields writes the header but for what the body decides.
func composeFields(d Draft) ([]Field, error) {
	var fields []Field
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, Field{name, value})
		}
	}
	id, err := composeID(d.MessageID)
	if err != nil {
		return nil, fmt.Errorf("Message-ID: %w", err)
	}
	if d.Date.IsZero() {
		return nil, errors.New("there is no Date")
	}
	from, err := composeAddresses([]Address{d.From})
	if err != nil {
		return nil, fmt.Errorf("the From field: %w", err)
	}
	add("Date", d.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	add("From", from)
	for _, f := range []struct {
		name string
		list []Address
	}{{"To", d.To}, {"Cc", d.Cc}, {"Reply-To", d.ReplyTo}} {
		v, err := composeAddresses(f.list)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		add(f.name, v)
	}
	add("Subject", encodeText(d.Subject))
	add("Message-ID", id)
	if d.InReplyTo != "" {
		v, err := composeID(d.InReplyTo)
		if err != nil {
			return nil, fmt.Errorf("In-Reply-To: %w", err)
		}
		add("In-Reply-To", v)
	}
	var refs []string
	for _, r := range d.References {
		// What came in with a broken id must not keep an answer from being sent.
		if v, err := composeID(r); err == nil {
			refs = append(refs, v)
		}
	}
	add("References", strings.Join(refs, " "))
	add("Auto-Submitted", encodeText(d.AutoSubmitted))
	if d.ListID != "" {
		add("List-Id", "<"+strings.Trim(encodeText(d.ListID), "<>")+">")
	}
	for _, f := range d.Header {
		name := canonical(f.Name)
		if ownFields[name] {
			return nil, fmt.Errorf("field %s has its own place in a draft", name)
		}
		if _, _, ok := cutField(f.Name + ":"); !ok || strings.Contains(f.Name, ":") {
			return nil, fmt.Errorf("%q is no field name", f.Name)
		}
		add(f.Name, encodeText(f.Value))
	}
	return fields, nil
}

// composeID writes an id in brackets.
func composeID(id string) (string, error) {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if id == "" || len(id) > 900 || !strings.Contains(id, "@") {
		return "", fmt.Errorf("%q is no message id", oneLine(id))
	}
	for i := 0; i < len(id); i++ {
		if c := id[i]; c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return "", fmt.Errorf("%q is no message id", oneLine(id))
		}
	}
	return "<" + id + ">", nil
}

// composeAddresses writes an address field. Addresses outside of ASCII would need SMTPUTF8 (RFC 6531) on every hop.
func composeAddresses(list []Address) (string, error) {
	var out []string
	for _, a := range list {
		parsed, err := netmail.ParseAddress("<" + a.Addr + ">")
		if err != nil || parsed.Address != a.Addr || !isASCII([]byte(a.Addr)) || len(a.Addr) > 320 {
			return "", fmt.Errorf("%q is no mail address", oneLine(a.Addr))
		}
		parsed.Name = strings.TrimSpace(oneLine(strings.ToValidUTF8(a.Name, "?")))
		if r := []rune(parsed.Name); len(r) > 200 {
			parsed.Name = string(r[:200])
		}
		if isASCII([]byte(parsed.Name)) && !strings.Contains(parsed.Name, "=?") {
			out = append(out, parsed.String())
		} else {
			out = append(out, encodeWords(parsed.Name)+" <"+a.Addr+">")
		}
	}
	return strings.Join(out, ", "), nil
}

// encodeText writes unstructured text (RFC 2047). Text that only looks like an encoded word, or holds a word too long to
// fold, is encoded as well.
func encodeText(s string) string {
	s = strings.TrimSpace(oneLine(strings.ToValidUTF8(s, "?")))
	encode := strings.Contains(s, "=?") || !isASCII([]byte(s))
	for _, w := range strings.Fields(s) {
		encode = encode || len(w) > 200
	}
	if !encode {
		return s
	}
	return encodeWords(s)
}

// encodeWords writes a whole text as encoded words. mime.QEncoding makes words of 75 characters, which do not fit on a
// line beside a field's name, so that go-message could not fold: these have at most 64.
func encodeWords(s string) string {
	high := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			high++
		}
	}
	if 3*high > len(s) {
		return chunkWords(s, 39, func(c string) int { return len(c) }, func(c string) string {
			return "=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(c)) + "?="
		})
	}
	return chunkWords(s, 52, func(c string) int { return len(quoteWord(c)) }, func(c string) string { return "=?utf-8?q?" + quoteWord(c) + "?=" })
}

// chunkWords cuts s between characters into pieces of at most limit by size, and writes each as a word.
func chunkWords(s string, limit int, size func(string) int, write func(string) string) string {
	var words []string
	start, used := 0, 0
	for i, r := range s {
		n := size(string(r))
		if used+n > limit {
			words = append(words, write(s[start:i]))
			start, used = i, 0
		}
		used += n
	}
	return strings.Join(append(words, write(s[start:])), " ")
}

// quoteWord writes the text of a Q word with the characters that RFC 2047 section 5 allows in every place.
func quoteWord(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!*+-/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}
