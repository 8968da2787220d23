package mailtest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"github.com/emersion/go-message/textproto"
)

// message is a mail that a list changes. A header that cannot be read is left alone, and fields are added before it.
type message struct {
	header textproto.Header
	broken bool
	raw    []byte // when broken
	body   []byte
	tail   []string // fields added at the end of the header
}

func readMessage(raw []byte) *message {
	br := bufio.NewReader(bytes.NewReader(raw))
	h, err := textproto.ReadHeader(br)
	if err != nil {
		return &message{broken: true, raw: raw}
	}
	body, _ := io.ReadAll(br) // from memory: cannot fail
	return &message{header: h, body: body}
}

func (m *message) get(field string) string { return m.header.Get(field) }
func (m *message) remove(field string)     { m.header.Del(field) }

// set replaces a field.
func (m *message) set(field, value string) { m.header.Set(field, value) }

// add adds an address to a field.
func (m *message) add(field, addr string) {
	if old := m.header.Get(field); old != "" {
		addr = old + ", " + addr
	}
	m.header.Set(field, addr)
}

// append writes a field below all others.
func (m *message) append(field, value string) {
	m.header.Del(field)
	m.tail = append(m.tail, field+": "+value+"\r\n")
}

func (m *message) author() *mail.Address {
	a, err := mail.ParseAddress(m.get("From"))
	if err != nil {
		return &mail.Address{}
	}
	return a
}

// prefixSubject puts the list's prefix before the subject, once in a thread.
func (m *message) prefixSubject(prefix string) {
	subject := m.get("Subject")
	decoded, err := new(mime.WordDecoder).DecodeHeader(subject)
	if err != nil {
		decoded = subject
	}
	if prefix == "" || strings.Contains(decoded, strings.TrimSpace(prefix)) {
		return
	}
	m.set("Subject", strings.TrimRight(prefix, " ")+" "+subject)
}

// addFooter does what Mailman does: into the text of a plain mail, as one more part of a multipart/mixed, and around
// everything else a new multipart/mixed.
func (m *message) addFooter(footer string) {
	if m.broken {
		return
	}
	footer = strings.ReplaceAll(strings.TrimRight(footer, "\n"), "\n", "\r\n") + "\r\n"
	typ, params, err := mime.ParseMediaType(m.get("Content-Type"))
	if m.get("Content-Type") == "" {
		typ, err = "text/plain", nil
	}
	switch {
	case err != nil:
	case typ == "text/plain":
		m.footText(strings.ToLower(params["charset"]), footer)
	case typ == "multipart/mixed" && params["boundary"] != "":
		end := []byte("--" + params["boundary"] + "--")
		if i := bytes.LastIndex(m.body, end); i >= 0 {
			part := "--" + params["boundary"] + "\r\n" + footerPart(footer)
			m.body = append(append(bytes.Clone(m.body[:i]), part...), m.body[i:]...)
		}
	default:
		m.wrap(footer)
	}
}

func footerPart(footer string) string {
	return "Content-Type: text/plain; charset=\"us-ascii\"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\n" + footer + "\r\n"
}

// footText appends to a text part. UTF-8 texts come out in base64, as Mailman's do; other charsets get a part of their own.
func (m *message) footText(charset, footer string) {
	text := m.decoded()
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, '\r', '\n')
	}
	text = append(text, footer...)
	switch charset {
	case "", "us-ascii":
		m.header.Set("Content-Transfer-Encoding", "7bit")
		m.body = text
	case "utf-8":
		m.header.Set("Content-Transfer-Encoding", "base64")
		m.body = wrapped(text)
	default:
		m.wrap(footer)
	}
}

func (m *message) decoded() []byte {
	var r io.Reader = bytes.NewReader(m.body)
	switch strings.ToLower(strings.TrimSpace(m.get("Content-Transfer-Encoding"))) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	text, _ := io.ReadAll(r) // what can be decoded
	return text
}

func wrapped(text []byte) []byte {
	enc := base64.StdEncoding.EncodeToString(text)
	var b bytes.Buffer
	for len(enc) > 0 {
		n := min(76, len(enc))
		b.WriteString(enc[:n] + "\r\n")
		enc = enc[n:]
	}
	return b.Bytes()
}

// wrap makes the mail the first part of a multipart/mixed, and the footer the second.
func (m *message) wrap(footer string) {
	const boundary = "===============mailtest-footer=="
	var b bytes.Buffer
	b.WriteString("--" + boundary + "\r\n")
	for _, f := range []string{"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Language"} {
		if v := m.get(f); v != "" {
			b.WriteString(f + ": " + v + "\r\n")
			m.remove(f)
		}
	}
	b.WriteString("\r\n")
	b.Write(m.body)
	b.WriteString("\r\n--" + boundary + "\r\n" + footerPart(footer) + "--" + boundary + "--\r\n")
	m.header.Set("Mime-Version", "1.0")
	m.header.Set("Content-Type", "multipart/mixed; boundary=\""+boundary+"\"")
	m.body = b.Bytes()
}

func (m *message) bytes() []byte {
	var b bytes.Buffer
	if m.broken {
		b.WriteString(strings.Join(m.tail, ""))
		b.Write(m.raw)
		return b.Bytes()
	}
	_ = textproto.WriteHeader(&b, m.header) // to memory: cannot fail
	head := bytes.TrimSuffix(b.Bytes(), []byte("\r\n"))
	out := append(bytes.Clone(head), strings.Join(m.tail, "")...)
	out = append(out, "\r\n"...)
	return append(out, m.body...)
}
