package mail

import (
	"strings"
)

// readList reads the fields that a list adds (RFC 2369, RFC 2919, RFC 5064).
func readList(m *Message) List {
	var l List
	mailman, loop, listserv := "", false, false
	for i := range m.Header {
		v := m.Header[i].Value
		switch m.Header[i].Name {
		case "List-Id":
			if l.ID == "" {
				l.ID = bracketed(v)
			}
		case "List-Post":
			if l.Post == "" {
				l.Post = mailtoAddress(v)
			}
		case "Archived-At":
			if l.Archived == "" {
				l.Archived = strings.Trim(strings.TrimSpace(v), "<>")
			}
		case "X-Mailman-Version":
			mailman = v
		case "X-Mailman-Rule-Hits", "X-Mailman-Rule-Misses":
			if mailman == "" {
				mailman = "3"
			}
		case "X-Google-Group-Id":
			l.Software = "google-groups"
		case "X-Groupsio-Msgnum", "X-Groupsio-Url":
			l.Software = "groups.io"
		case "Mailing-List":
			switch {
			case strings.Contains(v, "groups.io"):
				l.Software = "groups.io"
			case strings.Contains(v, "googlegroups.com"):
				l.Software = "google-groups"
			}
		case "X-Loop", "X-Sequence":
			loop = true
		case "Comments", "X-Listserver", "List-Help", "List-Unsubscribe", "List-Owner":
			if strings.Contains(strings.ToUpper(v), "LISTSERV") {
				listserv = true
			}
			if strings.Contains(strings.ToLower(v), "sympa@") {
				loop = true
			}
		}
	}
	if l.Software != "" {
		return l
	}
	carried := l.ID != "" || l.Post != ""
	switch {
	case strings.HasPrefix(mailman, "3"):
		l.Software = "mailman3"
	case mailman != "":
		l.Software = "mailman2"
	case strings.HasSuffix(l.ID, ".googlegroups.com"):
		l.Software = "google-groups"
	case strings.HasSuffix(l.ID, ".groups.io"):
		l.Software = "groups.io"
	case carried && loop:
		l.Software = "sympa"
	case carried && listserv:
		l.Software = "listserv"
	}
	return l
}

// bracketed returns what stands in the last brackets, or, without brackets, the last word.
func bracketed(v string) string {
	if open := strings.LastIndexByte(v, '<'); open >= 0 {
		id := v[open+1:]
		if end := strings.IndexByte(id, '>'); end >= 0 {
			id = id[:end]
		}
		return strings.ToLower(strings.TrimSpace(id))
	}
	f := strings.Fields(v)
	if len(f) == 0 {
		return ""
	}
	return strings.ToLower(f[len(f)-1])
}

// mailtoAddress reads "<mailto:list@example.org?subject=x>, <https://...>"; "NO" is no address (RFC 2369 section 3.4).
func mailtoAddress(v string) string {
	i := strings.Index(strings.ToLower(v), "mailto:")
	if i < 0 || i+7 > len(v) {
		return ""
	}
	v = v[i+7:]
	if end := strings.IndexAny(v, ">?, "); end >= 0 {
		v = v[:end]
	}
	if !strings.Contains(v, "@") {
		return ""
	}
	return strings.ToLower(v)
}

// digestSubject knows the subjects of digests. A reply to a digest ("Re: ...") is an ordinary post.
func digestSubject(s string) bool {
	if !strings.Contains(s, "igest") {
		return false
	}
	lower := strings.ToLower(s)
	switch {
	case strings.HasPrefix(lower, "re:"), strings.HasPrefix(lower, "aw:"), strings.HasPrefix(lower, "fw"):
		return false
	case strings.Contains(s, " Digest, Vol ") && strings.Contains(s, "Issue "): // Mailman
		return true
	case strings.HasPrefix(s, "Digest for ") && strings.Contains(s, " update"): // Google Groups
		return true
	case strings.Contains(s, "Digest #") && strings.Contains(s, "groups.io"): // groups.io
		return true
	case strings.Contains(s, "Digest Number "): // Yahoo
		return true
	case strings.Contains(s, " Digest - ") && strings.Contains(s, "(#"): // LISTSERV
		return true
	}
	return false
}

// looksLikeListFooter says whether a short text is what list software appends: it names a list, or how to leave it.
func looksLikeListFooter(t string) bool {
	if len(t) > 4096 {
		return false
	}
	lower := strings.ToLower(t)
	for _, sign := range []string{
		"mailing list", "unsubscribe", "listinfo", "/mailman", "googlegroups.com", "groups.io", "to leave this", "sympa",
		"listserv", "lista de correo", "lista de distribución", "lista de discussão", "liste de diffusion", "désabonn",
		"mailingliste", "abbestellen", "lista di discussione", "mailinglijst", "lista dyskusyjna", "рассылк", "邮件列表", "メーリングリスト",
	} {
		if strings.Contains(lower, sign) {
			return true
		}
	}
	return false
}

// cutListFooter returns a text without the list footers at its end: from a rule ("____", "-=-=-", "--") below which only
// lines of a footer stand. A mail that passed two lists has two.
func cutListFooter(text string) string {
	for range 3 {
		cut := footerStart(text)
		if cut < 0 {
			break
		}
		text = text[:cut]
	}
	return text
}

// footerStart returns where the last footer begins, -1 if there is none.
func footerStart(text string) int {
	const window = 4096 // footers are short; looking no further keeps this linear and cheap
	end := len(text)
	for end > max(0, len(text)-window) {
		start := strings.LastIndexByte(strings.TrimSuffix(text[:end], "\n"), '\n') + 1
		line := strings.TrimSpace(text[start:end])
		if line == "--" || len(line) >= 10 && strings.Trim(line, "_-=~*#") == "" {
			switch below := text[end:]; {
			case looksLikeListFooter(below):
				return start
			case strings.Trim(below, "_-=~*# \t\r\n") != "":
				return -1
			}
		}
		end = start
	}
	return -1
}
