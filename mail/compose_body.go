package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
)

// mimeNode is a part to be written: a leaf with data, or a multipart with parts.
type mimeNode struct {
	fields []Field
	data   []byte
	parts  []*mimeNode
}

func (n *mimeNode) header() message.Header {
	var h message.Header
	for i := len(n.fields) - 1; i >= 0; i-- { // Add puts a field on top
		h.Add(n.fields[i].Name, n.fields[i].Value)
	}
	return h
}

func (n *mimeNode) write(w *message.Writer) error {
	for _, p := range n.parts {
		pw, err := w.CreatePart(p.header())
		if err != nil {
			return err
		}
		if err := p.write(pw); err != nil {
			return err
		}
	}
	if n.parts == nil {
		if _, err := w.Write(n.data); err != nil {
			return err
		}
	}
	return w.Close()
}

// composeBody nests the parts: what says the same in other forms is multipart/alternative, with attachments beside it in
// multipart/mixed. A calendar object is both: mail programs act on the one, people save the other.
func composeBody(d Draft) *mimeNode {
	boundary := func(level string) string {
		// "=_" cannot occur in quoted-printable or base64 (RFC 2045 section 6.7), so no body can hold the line.
		sum := sha256.Sum256([]byte(d.MessageID + "\x00" + level))
		return "=_" + hex.EncodeToString(sum[:15])
	}
	texts := []*mimeNode{textNode("text/plain", nil, d.Text)}
	if d.HTML != "" {
		texts = append(texts, textNode("text/html", nil, d.HTML))
	}
	if d.Calendar != "" {
		texts = append(texts, textNode("text/calendar", map[string]string{"method": calendarMethod(d)}, d.Calendar))
	}
	body := texts[0]
	if len(texts) > 1 {
		body = multipartNode("alternative", boundary("alternative"), texts)
	}
	var files []*mimeNode
	if d.Calendar != "" {
		files = append(files, fileNode(ComposeAttachment{Name: "invite.ics", Type: "application/ics", Data: []byte(toCRLF(d.Calendar))}))
	}
	for _, a := range d.Attachments {
		files = append(files, fileNode(a))
	}
	if len(files) > 0 {
		body = multipartNode("mixed", boundary("mixed"), append([]*mimeNode{body}, files...))
	}
	return body
}

func calendarMethod(d Draft) string {
	if m := strings.ToUpper(d.CalendarMethod); m != "" && strings.Trim(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == "" {
		return m
	}
	return "PUBLISH"
}

func multipartNode(kind, boundary string, parts []*mimeNode) *mimeNode {
	return &mimeNode{
		fields: []Field{{"Content-Type", mime.FormatMediaType("multipart/"+kind, map[string]string{"boundary": boundary})}},
		parts:  parts,
	}
}

// textNode chooses the encoding: 7bit for what is short-lined ASCII, base64 for what is mostly not ASCII, else
// quoted-printable.
func textNode(media string, params map[string]string, s string) *mimeNode {
	s = endLine(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD"))
	p := map[string]string{"charset": "utf-8"}
	for k, v := range params {
		p[k] = v
	}
	high := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			high++
		}
	}
	encoding := "quoted-printable"
	switch {
	case high == 0 && plainLines(s):
		encoding = "7bit"
	case high*4 > len(s):
		encoding = "base64"
	}
	return &mimeNode{
		fields: []Field{{"Content-Type", mime.FormatMediaType(media, p)}, {"Content-Transfer-Encoding", encoding}},
		data:   []byte(toCRLF(s)),
	}
}

// plainLines says that text survives the way as it is: no long lines, nothing that servers or mbox files change.
func plainLines(s string) bool {
	for len(s) > 0 {
		line, rest, _ := strings.Cut(s, "\n")
		s = rest
		line = strings.TrimSuffix(line, "\r")
		if len(line) > 78 || strings.HasPrefix(line, "From ") || strings.HasPrefix(line, ".") || strings.HasPrefix(line, "--=_") ||
			(line != "-- " && strings.TrimRight(line, " \t") != line) {
			return false
		}
		for i := 0; i < len(line); i++ {
			if c := line[i]; c < ' ' && c != '\t' || c == 0x7f {
				return false
			}
		}
	}
	return true
}

func toCRLF(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// fileNode writes an attachment.
func fileNode(a ComposeAttachment) *mimeNode {
	media, params, err := mime.ParseMediaType(a.Type)
	if err != nil || !strings.Contains(media, "/") || strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") {
		// A multipart or message may not be base64 (RFC 2045 section 6.4): it goes as a file.
		media, params = "application/octet-stream", nil
	}
	disposition := map[string]string{}
	if name := shortName(fileName(a.Name)); name != "" {
		disposition["filename"] = name
	}
	if params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") && !strings.EqualFold(params["charset"], "us-ascii") {
		media, params = "application/octet-stream", nil // go-message writes no other charset; the octets stay as they are
	}
	return &mimeNode{
		fields: []Field{
			{"Content-Type", mime.FormatMediaType(media, params)},
			{"Content-Disposition", mime.FormatMediaType("attachment", disposition)},
			{"Content-Transfer-Encoding", "base64"},
		},
		data: a.Data,
	}
}

// shortName keeps a file name so short that its encoded form (RFC 2231) fits into a line; the extension stays.
func shortName(name string) string {
	const most = 200 // octets, each of which may take three
	if len(name) <= most {
		return name
	}
	ext := ""
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 12 {
		name, ext = name[:dot], name[dot:]
	}
	n := most - len(ext)
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n] + ext
}

// listCommands are what list software takes for a command when a post begins with it, with the most words that may
// follow (Mailman, "administrivia").
var listCommands = map[string]int{
	"help": 0, "info": 0, "lists": 0, "options": 0, "remove": 0, "who": 1, "end": 0, "stop": 0, "quit": 0, "which": 1, "index": 1, "review": 1,
	"confirm": 1, "password": 2, "set": 3, "subscribe": 3, "unsubscribe": 2, "sub": 3, "unsub": 2, "signoff": 2, "join": 2, "leave": 2,
	"get": 2, "echo": 1, "accept": 1, "reject": 1, "approve": 2, "approved:": 3,
}

// ListWorthy says why a list would hold or drop a mail (mail case 31), before it is sent: raw is the composed d, list the
// posting address. nil means that it may go.
func ListWorthy(raw []byte, d Draft, list string) error {
	const most = 40_000 // octets; Mailman's default max_message_size is 40 KB
	if len(raw) >= most {
		return fmt.Errorf("the mail has %d octets; lists hold what has %d or more: shorten it, or link to what is attached", len(raw), most)
	}
	named := false
	for _, a := range d.To {
		named = named || sameAddr(a.Addr, list)
	}
	if !named {
		return fmt.Errorf("the list %s is not in To; lists hold mail that names them nowhere", list)
	}
	if n := len(d.To) + len(d.Cc); n >= 10 {
		return fmt.Errorf("%d recipients; lists hold mail to 10 or more", n)
	}
	if strings.TrimSpace(d.Text) == "" {
		return errors.New("the mail has no text")
	}
	if listCommand(d.Subject) {
		return fmt.Errorf("the subject %q reads like a command to the list software", oneLine(d.Subject))
	}
	checked := 0
	for _, line := range strings.Split(d.Text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if listCommand(line) {
			return fmt.Errorf("the line %q near the top reads like a command to the list software", oneLine(line))
		}
		if checked++; checked == 5 {
			break
		}
	}
	return nil
}

func listCommand(line string) bool {
	words := strings.Fields(strings.ToLower(line))
	if len(words) == 0 {
		return false
	}
	most, ok := listCommands[strings.TrimRight(words[0], ".!")]
	return ok && len(words)-1 <= most
}
