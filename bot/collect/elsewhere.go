package collect

import (
	"path"
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// elsewhere takes out the sentences that announce that the answer is in a document or an attachment. held is nil when
// there are none; rest is what else the run says.
func (j *job) elsewhere(r run) (held []Found, rest run) {
	rest = r
	var kept []atom
	files := j.files()
	substance := 0
	links := 0
	for i := range r.atoms {
		if !r.atoms[i].courtesy {
			substance++
		}
		links += len(j.linksIn(&r.atoms[i]))
	}
	if links == 0 && len(files) == 0 {
		return nil, r
	}
	var announced []atom
	link := ""
	for i := range r.atoms {
		at := r.atoms[i]
		l, ok := j.announces(&at, files, substance == 1)
		if !ok && i+1 < len(r.atoms) && len(j.linksIn(&at)) == 0 {
			// "Our answer is in this document:" and the link alone on the next line.
			next := r.atoms[i+1]
			if j.onlyLink(&next) && j.says(&at, announces) && j.offers(&at, documentHost(j.linksIn(&next)[0])) {
				l, ok = j.linksIn(&next)[0], true
			}
		}
		if !ok && len(announced) > 0 && j.onlyLink(&at) {
			l, ok = link, true
		}
		if !ok {
			kept = append(kept, at)
			continue
		}
		if link == "" {
			link = l
		}
		announced = append(announced, at)
	}
	if len(announced) == 0 {
		return nil, r
	}
	f := j.found(r, announced)
	f.Kind, f.Link = dc.HeldElsewhere, link
	rest.atoms = nil
	for _, at := range kept {
		if !at.courtesy {
			rest.atoms = kept
			break
		}
	}
	if len(rest.atoms) > 0 {
		trimmed := j.drain([]run{rest})
		if len(trimmed) > 0 {
			rest = trimmed[0]
		}
	}
	return j.spread(f, r), rest
}

// announces says whether a sentence offers a link or a file as the answer, and which.
func (j *job) announces(at *atom, files []string, alone bool) (string, bool) {
	p := &j.parts[at.part]
	links := j.linksIn(at)
	noun, mine, file := false, false, false
	for i := at.w0; i < at.w1; i++ {
		w := p.ws[i].w
		noun = noun || draftNouns[w] || containerNouns[w] || answerNouns[w] || p.ws[i].class&isQuestion != 0
		mine = mine || p.ws[i].class&isOurs != 0
		file = file || attachWords[w]
	}
	says := j.says(at, announces)
	if len(links) > 0 {
		if j.onlyLink(at) {
			return links[0], alone
		}
		if documentHost(links[0]) && (says || noun) {
			return links[0], true
		}
		if says && j.offers(at, false) && (alone || short(at)) && !j.sourceLike(at) {
			return links[0], true
		}
		return "", false
	}
	if len(files) > 0 && file && (noun || mine || alone) {
		return "attachment: " + files[0], true
	}
	return "", false
}

// offers says that a sentence offers an answer of its author's: "our draft". Behind a link to where people write together
// any name of a document will do; another link may as well be a source.
func (j *job) offers(at *atom, together bool) bool {
	p := &j.parts[at.part]
	noun, mine := false, together
	for i := at.w0; i < at.w1; i++ {
		w := p.ws[i].w
		noun = noun || draftNouns[w] || answerNouns[w] || together && containerNouns[w]
		mine = mine || p.ws[i].class&isOurs != 0 && w != "the"
	}
	return noun && mine
}

func short(at *atom) bool { return at.w1-at.w0 <= 16 }

// sourceLike says that a link stands in brackets or after words: "our report (https://...) shows".
func (j *job) sourceLike(at *atom) bool {
	p := &j.parts[at.part]
	for i := at.w0; i < at.w1; i++ {
		if p.ws[i].url && p.ws[i].gap&gapParen != 0 && i+1 < at.w1 {
			return true
		}
	}
	return false
}

func (j *job) says(at *atom, what meaning) bool {
	for _, m := range j.marks(at) {
		if m.means == what && !m.negated {
			return true
		}
	}
	return false
}

// linksIn are the web addresses of a sentence.
func (j *job) linksIn(at *atom) []string {
	p := &j.parts[at.part]
	var out []string
	for i := at.w0; i < at.w1; i++ {
		if w := p.ws[i]; w.url && linkLength(p.text[w.start:]) > 0 {
			out = append(out, p.text[w.start:w.end])
		}
	}
	return out
}

func (j *job) onlyLink(at *atom) bool {
	p := &j.parts[at.part]
	return at.w1-at.w0 == 1 && p.ws[at.w0].url && linkLength(p.text[p.ws[at.w0].start:]) > 0
}

// files are the attachments that can hold an answer.
func (j *job) files() []string {
	var out []string
	for _, a := range j.in.Post.Attachments {
		if holdsText(a) {
			name := a.Name
			if name == "" {
				name = a.Type
			}
			out = append(out, name)
		}
	}
	return out
}

func holdsText(a mail.Attachment) bool {
	t := strings.ToLower(a.Type)
	ext := strings.ToLower(path.Ext(a.Name))
	switch {
	case strings.HasPrefix(t, "image/"), strings.HasPrefix(t, "audio/"), strings.HasPrefix(t, "video/"),
		strings.Contains(t, "calendar"), strings.Contains(t, "signature"), strings.Contains(t, "pgp"), strings.Contains(t, "pkcs"),
		strings.Contains(t, "vcard"), strings.HasPrefix(t, "message/"), strings.Contains(t, "tnef"):
		return false
	case ext == ".ics" || ext == ".vcf" || ext == ".asc" || ext == ".p7s" || ext == ".sig" || ext == ".dat":
		return false
	case a.Name == "" && strings.HasPrefix(t, "text/"):
		return false // a list's footer, an alternative text
	}
	return true
}

// documentHost says that an address is where people write documents together, so that a link to it is a text and not
// a source.
func documentHost(link string) bool {
	rest := link
	if _, after, ok := strings.Cut(link, "://"); ok {
		rest = after
	}
	host, p, _ := strings.Cut(rest, "/")
	host = strings.ToLower(host)
	for _, h := range documentHosts {
		if host == h || strings.HasSuffix(host, "."+h) || strings.HasPrefix(host, h+".") {
			return true
		}
	}
	return strings.HasPrefix(p, "p/") && strings.Contains(host, "pad")
}

var documentHosts = []string{
	"docs.google.com", "drive.google.com", "dropbox.com", "onedrive.live.com", "1drv.ms", "sharepoint.com", "box.com", "hackmd.io",
	"overleaf.com", "notion.so", "notion.site", "cryptpad.fr", "wetransfer.com", "we.tl", "etherpad", "pad", "nextcloud", "cloud", "office.com",
	"paper.dropbox.com", "quip.com", "framapad.org", "codimd", "hedgedoc", "zoho.com", "forms.gle", "surveymonkey.com", "goo.gl",
}

// Words by which a sentence offers a file or document.
var (
	attachWords = set(`attached attachment attachments attaching attach enclosed enclosing joint jointe joints ci-joint annexe piece
		adjunto adjunta adjuntos adjuntamos adjuntas anexo anexa anexei anexos anhang anbei beigefugt angehangt anlage allegato allegata allego
		bijlage bijgevoegd bijgaand приложении вложении приложен прилагаю المرفق مرفق 附`)
	containerNouns = set(`document doc docs file files sheet pad questionnaire survey form pdf word spreadsheet folder document documento
		dokument documento fichier archivo ficheiro arquivo datei version input inputs edits comments suggestions paper`)
	mineWords = set(`my our mon ma mes notre nos mi mis nuestra nuestras nuestro nuestros minha minhas meu nossa nossas nosso mein meine
		meinen unsere unser unseren mia mio nostra nostro mijn onze ons мой наш наша наши the`)
)
