package mail

import "strings"

// addressees are the words for people in general, behind a greeting.
var addressees = foldSet("all|everyone|everybody|there|team|friends|colleagues|members|folks|again|dear|group|list|chair|sir|madam|sirs|both|à|tous|toutes|chers|collègues|amis|todos|todas|a|colegas|amigos|an|alle|zusammen|kollegen|kolleginnen|liste|" +
	"tutti|tutte|colleghi|allemaal|collega's|iedereen|wszystkim|państwo|koledzy|всем|все|коллеги|друзья|أعزائي|زملائي|الجميع|各位|大家|alla|allesammen|kaikki|kaikille|všichni|herkese|mindenki|tuturor")

// linkMarks are the brackets of links made into text, as in "Get [Outlook](https://...)".
var linkMarks = strings.NewReplacer("[", " ", "]", " ", "(", " ", ")", " ", "<", " ", ">", " ", "*", " ")

// isMobile reports the line that a telephone or a mail program adds: "Sent from my ...".
func isMobile(t string) bool {
	if len(t) < 6 || len(t) > 200 {
		return false
	}
	// Links of the program do not count ("Get Outlook for iOS<https://...>").
	if i := strings.Index(t, "http"); i > 0 {
		t = strings.TrimRight(t[:i], "<([ ")
	}
	if strings.Count(t, " ") > 20 || len(t) > 130 {
		return false
	}
	f := strings.Trim(fold(linkMarks.Replace(t)), "<>()[]*_-. !\"")
	if f == "" || len(f) > 120 {
		return false
	}
	words := strings.FieldsFunc(f, func(r rune) bool {
		return r == ' ' || r == '(' || r == ')' || r == '[' || r == ']' || r == ',' || r == '.' || r == '*' || r == '<' || r == '>'
	})
	if len(words) == 0 || len(words) > 14 {
		return false
	}
	if sentPhrases.prefix(f) != "" {
		return true
	}
	for _, s := range sentSuffixes {
		if strings.HasSuffix(f, s) && len(f) <= 60 {
			return true
		}
	}
	first, last := words[0], words[len(words)-1]
	if !sentWords[first] && !sentWords[last] && (len(words) != 3 || words[1] != "from") {
		return false
	}
	brand := false
	for _, b := range deviceBrands {
		if strings.Contains(f, b) {
			brand = true
			break
		}
	}
	switch {
	case sentWords[first] && first != "from" && first != "von" && len(words) > 1:
		// "Sent via mobile", "Gesendet mit der Mail-App"
		if !sentBy[words[1]] {
			return brand && len(words) <= 4 && first != "written" && first != "posted"
		}
		if brand {
			return true
		}
		for _, w := range words[2:] {
			if deviceWords[w] && len(words) <= 8 {
				return true
			}
		}
	case sentWords[last] && last != "from" && last != "von" && brand:
		// "Von meinem iPhone gesendet", "iPhone'umdan gönderildi"
		return len(words) <= 5 || sentBy[first] && len(words) <= 8 || strings.HasPrefix(f, "diese ") || strings.HasPrefix(f, "this ")
	case (first == "from" || first == "von") && brand && len(words) <= 6:
		return len(words) > 1 && (sentBy[words[1]] || len(words) <= 4)
	case len(words) == 3 && words[1] == "from" && (brand || deviceWords[last]):
		return true
	}
	return false
}

// notices cuts legal notices off the end; after is set when a sign-off or signature stands below or above them.
func (r *reader) notices(lines []int, after bool) []int {
	for len(lines) > 1 {
		// The last paragraph.
		n := len(lines) - 1
		for n > 0 && lines[n-1] == lines[n]-1 && !isRule(r.ls[lines[n]].trim, 3) {
			n--
		}
		if n == 0 && !after {
			break
		}
		size := 0
		var b strings.Builder
		for _, i := range lines[n:] {
			size += len(r.ls[i].trim)
			if b.Len() < 2000 {
				b.WriteString(cutAt(r.ls[i].trim, 1000))
				b.WriteByte(' ')
			}
		}
		if size < 60 {
			break
		}
		f := fold(b.String())
		score := 0
		for _, p := range disclaimerStrong {
			if strings.Contains(f, p) {
				score += 2
			}
		}
		for _, p := range disclaimerWeak {
			if score > 0 && strings.Contains(f, p) {
				score++
			}
		}
		if score < 3 {
			break
		}
		for n > 0 && isRule(r.ls[lines[n-1]].trim, 3) {
			n--
		}
		r.mark(lines[n:], Signature)
		lines = lines[:n]
	}
	return lines
}

// cutAt cuts s to at most n octets, at a character.
func cutAt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// banner marks a warning that a gateway put on top ("CAUTION: external sender").
func (r *reader) banner(lines []int) []int {
	n := 1
	for n < len(lines) && n < 6 && lines[n] == lines[n-1]+1 {
		n++
	}
	if len(lines) <= n || n == 6 {
		return lines
	}
	c := r.ls[lines[0]].trim
	if len(c) > 400 {
		return lines
	}
	f := fold(r.joined(lines[0], lines[n-1]))
	hits := 0
	for _, p := range bannerWords {
		if strings.Contains(f, p) {
			hits++
		}
	}
	if hits >= 2 {
		r.mark(lines[:n], Footer)
		return lines[n:]
	}
	return lines
}

// bannerWords: two of them make a first paragraph the warning of a gateway.
var bannerWords = phraseList("caution|external sender|external email|external e-mail|originated from outside|outside of the organization|outside of your organization|outside our organization|do not click|not click links|not click any links|open any attachments|open attachments|don't often get email|learn why this is important|" +
	"attention|expéditeur externe|courriel externe|provient de l'extérieur|ne cliquez pas|achtung|externe e-mail|externer absender|klicken sie nicht|von außerhalb|atención|remitente externo|correo externo|no haga clic|atenção|remetente externo|não clique|attenzione|mittente esterno|non cliccare|let op|externe afzender|klik niet|uwaga|nadawca zewnętrzny|nie klikaj|внимание|внешний отправитель|не переходите|تحذير|مرسل خارجي|外部邮件|请勿点击|外部メール|ご注意")
