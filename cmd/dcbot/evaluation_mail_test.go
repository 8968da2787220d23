package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"html"
	"mime"
	"mime/quotedprintable"
	"os"
	"strings"
	"testing"
	"time"

	"dcbot/bot/config"
	"dcbot/bot/dc"
	"dcbot/bot/render"
)

// The mails of the evaluation are kept as their authors' words; what mail clients and lists make of them is added here. A mail is
//
//	=== id | author | date | re PARENT, new, digest or launch QUESTION | how it quotes | options
//	words
//
// Lines that begin with "~" are in the mail without it: greetings, names, copies of somebody's text, which nobody
// misses. Every other line that is no quote has to be found again in what is collected. Of options there are b64 and
// qp (transfer encodings), flowed (format=flowed, RFC 3676), footer (the list's), munged (From is the list's), noref
// (its references got lost), auto and auto2 (an automatic reply, by RFC 3834 and by Exchange), subject="..." and attach="...".
type evalMail struct {
	id, style, subject, attach string
	options                    map[string]bool
	name, addr                 string
	at                         time.Time
	launch                     string // of this question, or "introduction"
	parent                     *evalMail
	words                      string   // with the "~" taken away
	own                        []string // the lines that must not be lost
	text                       string   // with what it quotes: what a reply quotes in turn
}

type evalArchive struct {
	coalition, list, prefix, bot string
	survey                       *dc.Survey
	mails                        []*evalMail
}

func readEvalMails(t *testing.T, file string) []*evalMail {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var mails []*evalMail
	parents, byID := map[*evalMail]string{}, map[string]*evalMail{}
	var m *evalMail
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		head, isHead := strings.CutPrefix(line, "=== ")
		switch {
		case isHead:
			var re string
			m, re = evalHead(t, head)
			if byID[m.id] != nil {
				t.Fatalf("two mails are called %s", m.id)
			}
			mails, byID[m.id], parents[m] = append(mails, m), m, re
		case m == nil: // what the file says of itself
		case strings.HasPrefix(line, "~"):
			m.words += line[1:] + "\n"
		default:
			m.words += line + "\n"
			if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, ">") {
				m.own = append(m.own, line)
			}
		}
	}
	for _, m := range mails {
		m.words = strings.TrimSpace(m.words) + "\n"
		kind, of, _ := strings.Cut(parents[m], " ")
		switch kind {
		case "launch":
			m.launch = of
		case "re":
			if m.parent = byID[of]; m.parent == nil {
				t.Fatalf("%s replies to %q", m.id, of)
			}
		}
	}
	return mails
}

func evalHead(t *testing.T, head string) (*evalMail, string) {
	t.Helper()
	cells := strings.Split(head, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	m := &evalMail{id: cells[0], options: map[string]bool{}}
	if strings.HasPrefix(cells[1], "launch ") {
		cells = []string{cells[0], "", cells[2], cells[1], "none"}
	}
	name, addr, _ := strings.Cut(cells[1], " <")
	m.name, m.addr, m.style = name, strings.TrimSuffix(addr, ">"), cells[4]
	at, err := time.Parse("2006-01-02 15:04", cells[2])
	if err != nil {
		t.Fatalf("%s: %v", m.id, err)
	}
	m.at = at
	if len(cells) > 5 {
		rest := cells[5]
		for rest != "" {
			key, _, _ := strings.Cut(rest, " ")
			if name, after, ok := strings.Cut(rest, `="`); ok && !strings.Contains(name, " ") {
				value, tail, _ := strings.Cut(after, `"`)
				if name == "subject" {
					m.subject = value
				} else {
					m.attach = value
				}
				rest = strings.TrimSpace(tail)
				continue
			}
			m.options[key] = true
			rest = strings.TrimSpace(rest[len(key):])
		}
	}
	return m, cells[3]
}

// mbox writes the mails, in the order of the file, as the list's archive would have them.
func (a *evalArchive) mbox(t *testing.T) string {
	t.Helper()
	r, err := render.New()
	if err != nil {
		t.Fatal(err)
	}
	in := render.LaunchInput{Coalition: dc.Coalition{ID: a.coalition, Name: "Coalition of Seed Libraries", Language: "en", Zone: "UTC"},
		Survey: *a.survey, Deadline: a.survey.Deadline, BotName: "dcbot", BotAddress: a.bot, Now: a.survey.Launch.UTC}
	var b strings.Builder
	for _, m := range a.mails {
		if m.launch == "" {
			continue
		}
		c := r.Introduction(in)
		if q, ok := a.survey.Question(m.launch); ok {
			c = r.QuestionMail(in, q)
		}
		m.name, m.addr, m.subject, m.words = "dcbot", a.bot, c.Subject, c.Text
	}
	for _, m := range a.mails {
		a.write(&b, m)
	}
	return b.String()
}

func (a *evalArchive) write(b *strings.Builder, m *evalMail) {
	fmt.Fprintf(b, "From %s %s\n", a.list, m.at.Format(time.ANSIC))
	from := mime.QEncoding.Encode("utf-8", m.name)
	if m.options["munged"] {
		fmt.Fprintf(b, "From: \"%s via Seeds\" <%s>\nReply-To: %s <%s>\n", from, a.list, from, m.addr)
	} else {
		fmt.Fprintf(b, "From: %s <%s>\n", from, m.addr)
	}
	fmt.Fprintf(b, "To: %s\nDate: %s\nMessage-ID: <%s>\nSubject: %s\n", a.list, m.at.Format(time.RFC1123Z), a.messageID(m), mime.QEncoding.Encode("utf-8", a.subject(m)))
	if m.parent != nil && !m.options["noref"] {
		var refs []string
		for p := m.parent; p != nil; p = p.parent {
			refs = append([]string{"<" + a.messageID(p) + ">"}, refs...)
		}
		fmt.Fprintf(b, "In-Reply-To: <%s>\nReferences: %s\n", a.messageID(m.parent), strings.Join(refs, "\n "))
	}
	fmt.Fprintf(b, "List-Id: <%s>\nPrecedence: list\nMIME-Version: 1.0\n", strings.Replace(a.list, "@", ".", 1))
	if m.launch != "" {
		fmt.Fprintf(b, "X-Dcbot-Survey: %s\n", a.survey.ID)
		if m.launch != "introduction" {
			fmt.Fprintf(b, "X-Dcbot-Question: %s\n", m.launch)
		}
	}
	if m.options["auto2"] {
		b.WriteString("X-Auto-Response-Suppress: All\n") // Exchange says no more
	}
	if m.options["auto"] {
		b.WriteString("Auto-Submitted: auto-replied\n")
	}
	body := m.full()
	kind := "text/plain; charset=utf-8"
	switch {
	case m.style == "alt":
		kind = "multipart/alternative; boundary=\"a1t\""
		body = "--a1t\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n--a1t\nContent-Type: text/html; charset=utf-8\n\n" + m.html() + "--a1t--\n"
	case strings.HasPrefix(m.style, "html-"):
		kind, body = "text/html; charset=utf-8", m.html()
	case m.options["flowed"] || m.style == "flowed":
		kind, body = "text/plain; charset=utf-8; format=flowed", flowed(body)
	}
	if m.options["footer"] {
		if strings.HasPrefix(kind, "text/html") {
			body += "<hr>_______________________________________________<br>Seeds mailing list<br>https://lists.example.org/seeds"
		} else {
			body += "_______________________________________________\nSeeds mailing list -- " + a.list + "\nhttps://lists.example.org/seeds\n"
		}
	}
	part := encoded(m, kind, body)
	if m.attach != "" {
		part = "Content-Type: multipart/mixed; boundary=\"b0b\"\n\n--b0b\n" + part + "\n--b0b\nContent-Type: application/octet-stream\n" +
			"Content-Disposition: attachment; filename=\"" + m.attach + "\"\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte("the answers of "+m.name)) + "\n--b0b--\n"
	}
	for line := range strings.Lines(part) {
		if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
			b.WriteByte('>') // mboxrd
		}
		b.WriteString(line)
	}
	b.WriteString("\n")
}

func encoded(m *evalMail, kind, body string) string {
	head := "Content-Type: " + kind + "\nContent-Transfer-Encoding: "
	switch {
	case m.options["b64"]:
		var lines strings.Builder
		for text := base64.StdEncoding.EncodeToString([]byte(body)); text != ""; {
			n := min(76, len(text))
			lines.WriteString(text[:n] + "\n")
			text = text[n:]
		}
		return head + "base64\n\n" + lines.String()
	case m.options["qp"]:
		var lines strings.Builder
		w := quotedprintable.NewWriter(&lines)
		_, _ = w.Write([]byte(body)) // a strings.Builder takes all
		_ = w.Close()
		return head + "quoted-printable\n\n" + strings.ReplaceAll(lines.String(), "\r\n", "\n") + "\n"
	}
	return head + "8bit\n\n" + body
}

func (a *evalArchive) messageID(m *evalMail) string {
	if m.launch != "" {
		return m.id + "." + a.coalition + "@bot.example.org"
	}
	return m.id + "@mail.example.org"
}

func (a *evalArchive) subject(m *evalMail) string {
	if m.subject != "" || m.parent == nil {
		return a.prefix + " " + m.subject
	}
	root := m.parent
	for root.subject == "" {
		root = root.parent
	}
	if strings.HasPrefix(m.style, "outlook-de") {
		return "AW: " + a.prefix + " " + root.subject
	}
	return "Re: " + a.prefix + " " + root.subject
}

// full is the mail's text with what its client quotes.
func (m *evalMail) full() string {
	if m.text == "" {
		m.text = m.words
		if m.parent != nil {
			m.text = m.quoting(m.parent)
		}
	}
	return m.text
}

func (m *evalMail) quoting(p *evalMail) string {
	whom := p.name + " <" + p.addr + ">"
	marked := mark(p.full())
	subject := p.subject
	switch m.style {
	case "gmail", "flowed", "html-gmail":
		return m.words + "\nOn " + p.at.Format("Mon, Jan 2, 2006 at 3:04 PM") + " " + whom + " wrote:\n\n" + marked
	case "gmail-fr":
		return m.words + "\nLe " + p.at.Format("02/01/2006 à 15:04") + ", " + whom + " a écrit :\n\n" + marked
	case "gmail-es":
		return m.words + "\nEl " + p.at.Format("2/1/2006, 15:04") + ", " + whom + " escribió:\n\n" + marked
	case "gmail-pt":
		return m.words + "\nEm " + p.at.Format("2/1/2006 15:04") + ", " + whom + " escreveu:\n\n" + marked
	case "apple":
		return m.words + "\n> On " + p.at.Format("2 Jan 2006, at 15:04") + ", " + whom + " wrote:\n> \n" + marked
	case "thunderbird":
		return m.words + "\nOn " + p.at.Format("02/01/2006 15:04") + ", " + p.name + " wrote:\n" + marked
	case "thunderbird-de":
		return m.words + "\nAm " + p.at.Format("02.01.06 um 15:04") + " schrieb " + p.name + ":\n" + marked
	case "below":
		return "On " + p.at.Format("02/01/2006 15:04") + ", " + p.name + " wrote:\n" + marked + "\n" + m.words
	case "outlook", "html-outlook":
		return m.words + "\n" + header("From Sent To Subject", whom, p.at.Format("Monday, January 2, 2006 3:04 PM"), subject) + p.full()
	case "outlook-orig":
		return m.words + "\n-----Original Message-----\n" + header("From Sent To Subject", whom, p.at.Format("Monday, January 2, 2006 3:04 PM"), subject) + p.full()
	case "outlook-fr":
		return m.words + "\n" + header("De\u00a0 Envoyé\u00a0 À\u00a0 Objet\u00a0", whom, p.at.Format("02/01/2006 15:04"), subject) + p.full()
	case "outlook-es":
		return m.words + "\n" + header("De Enviado Para Asunto", whom, p.at.Format("02/01/2006 15:04"), subject) + p.full()
	case "outlook-pt":
		return m.words + "\n" + header("De Enviada Para Assunto", whom, p.at.Format("02/01/2006 15:04"), subject) + p.full()
	case "outlook-de":
		return m.words + "\n" + header("Von Gesendet An Betreff", whom, p.at.Format("02.01.2006 15:04"), subject) + p.full()
	case "flat":
		return m.words + "\n" + p.full()
	case "gmail-nl":
		return m.words + "\nOp " + p.at.Format("2-1-2006 15:04") + " schreef " + whom + ":\n\n" + marked
	case "outlook-nl":
		return m.words + "\n" + header("Van Verzonden Aan Onderwerp", whom, p.at.Format("02-01-2006 15:04"), subject) + p.full()
	case "alt":
		return m.words + "\nOn " + p.at.Format("Mon, Jan 2, 2006 at 3:04 PM") + " " + whom + " wrote:\n\n" + marked
	case "wrapped": // the client broke the attribution and the quoted lines
		return m.words + "\nOn " + p.at.Format("Mon, Jan 2, 2006 at 3:04 PM") + " " + p.name + "\n<" + p.addr + "> wrote:\n\n" + rewrap(marked)
	case "iphone":
		return m.words + "\nSent from my iPhone\n\n> On " + p.at.Format("2 Jan 2006, at 15:04") + ", " + whom + " wrote:\n> \n" + marked
	}
	return m.words // none, inline, edited: as written
}

func header(fields, whom, at, subject string) string {
	f := strings.Split(fields, " ")
	return fmt.Sprintf("%s: %s\n%s: %s\n%s: the list\n%s: %s\n\n", f[0], whom, f[1], at, f[2], f[3], subject)
}

// rewrap breaks lines at 50 characters and leaves the rest of each on a line of its own, without a mark.
func rewrap(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for len(line) > 60 {
			i := strings.LastIndexByte(line[:60], ' ')
			if i < 3 {
				break
			}
			b.WriteString(line[:i] + "\n")
			line = line[i+1:]
		}
		b.WriteString(line)
	}
	return b.String()
}

func mark(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ">") {
			b.WriteString(">" + line)
		} else {
			b.WriteString(strings.TrimRight("> "+strings.TrimRight(line, "\n"), " ") + "\n")
		}
	}
	return b.String()
}

// html is the mail as a client writes it that sends nothing else.
func (m *evalMail) html() string {
	lines := func(s string) string {
		return strings.ReplaceAll(html.EscapeString(strings.TrimSpace(s)), "\n", "<br>\n")
	}
	p := m.parent
	if m.style == "html-outlook" {
		return "<html><body><div class=\"WordSection1\"><p class=\"MsoNormal\">" + strings.ReplaceAll(lines(m.words), "<br>\n<br>\n", "</p>\n<p class=\"MsoNormal\">") +
			"</p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b>From:</b> " + html.EscapeString(p.name+" <"+p.addr+">") +
			"<br><b>Sent:</b> " + p.at.Format("Monday, January 2, 2006 3:04 PM") + "<br><b>To:</b> the list<br><b>Subject:</b> " + html.EscapeString(p.subject) +
			"</p></div><p class=\"MsoNormal\">" + lines(p.full()) + "</p></div></body></html>\n"
	}
	return "<div dir=\"ltr\">" + lines(m.words) + "</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On " +
		p.at.Format("Mon, Jan 2, 2006 at 3:04 PM") + " " + html.EscapeString(p.name+" <"+p.addr+">") + " wrote:<br></div><blockquote class=\"gmail_quote\">" +
		lines(p.full()) + "</blockquote></div>\n"
}

// flowed breaks paragraphs softly (RFC 3676 section 4): a line that goes on ends with a blank.
func flowed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines[:len(lines)-1] {
		here, next := lines[i], lines[i+1]
		if here != "" && next != "" && !strings.HasPrefix(here, ">") && !strings.HasPrefix(next, ">") {
			lines[i] += " "
		}
	}
	return strings.Join(lines, "\n")
}

func evalSurvey(t *testing.T, path string) *dc.Survey {
	t.Helper()
	s, err := config.LoadSurvey(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
