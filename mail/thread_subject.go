package mail

import (
	"strings"
	"unicode/utf8"
)

// replyPrefixes and forwardPrefixes are what mail programs put before a subject, by language (RFC 5256 section 2.1
// knows only the English ones).
var replyPrefixes = foldSet("re|ré|réf|ref|réponse|rép|rv res|res|resp|respuesta|resposta|aw|antw|antwort|antwoord|betr|sv|svar|vs|odp|odpowiedź|r|rif|risposta|на|отв|ответ|від|відповідь|отг|رد|回复|回覆|答复|答覆|返信|返|回|답장|회신|ynt|yan|cvp|atb|vá|válasz|răsp|rasp|απ|σχετ|απάντηση|תשובה|השב|תגובה|trả lời|tl|bls|balas|ats|att|odg|odgovor|re fw|bla")
var forwardPrefixes = foldSet("fw|fwd|forward|tr|réexp|rv|renv|reenv|reenviado|enc|encaminhado|res enc|wg|weitergeleitet|i|inoltro|fs|doorst|doorgestuurd|vb|vl|vid|vidarebefordrat|pd|podaj dalej|przek|пересл|пер|переслано|пересл.|إعادة توجيه|转发|轉寄|转寄|転送|전달|ilt|i̇lt|továbbítás|tov|redirecționat|προωθ|πρθ|הועבר|הע|chuyển tiếp|tr\u1ea3|trs|vs fwd|prs|fnn")

// BaseSubject strips what replies, forwards and lists add to a subject: "Re: [list] AW: Extension (fwd)" is
// "Extension" (RFC 5256 section 2.1, with the prefixes of other languages). White space runs become one blank; case
// stays. Reply reports a reply prefix; a forward alone is no reply.
func BaseSubject(s string) (base string, reply bool) {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if invisible(r) && r < '\u0300' || invisible(r) && r >= '\u200b' && r <= '\u2069' {
			return -1
		}
		if r == '\u3000' || r == '\u00a0' {
			return ' '
		}
		return r
	}, s)), " ")
	for {
		before := s
		if l := len(s); l > 5 && strings.EqualFold(s[l-5:], "(fwd)") {
			s = strings.TrimSpace(s[:l-5])
		}
		if l := len(s); l > 6 && s[l-1] == ']' && (hasPrefixFold(s, "[fwd:") || hasPrefixFold(s, "[fw:")) {
			_, s, _ = strings.Cut(s[:l-1], ":")
			s = strings.TrimSpace(s)
		}
		if rest, isReply, ok := cutPrefixWord(s); ok {
			s, reply = rest, reply || isReply
		} else if rest, ok := cutBlob(s); ok {
			s = rest
		}
		if s == before {
			return s, reply
		}
	}
}

// cutPrefixWord cuts "Re: ", "AW[2]: ", "回复：", "RE : ".
func cutPrefixWord(s string) (rest string, reply, ok bool) {
	limit := min(len(s), 40)
	i, n := strings.IndexByte(s[:limit], ':'), 1
	if j := strings.Index(s[:limit], "："); j >= 0 && (i < 0 || j < i) {
		i, n = j, len("：")
	}
	if i < 1 {
		return "", false, false
	}
	w := strings.TrimSpace(s[:i])
	// A counter: "Re[2]", "Re (3)", "Re^2", "Re*2".
	for _, open := range []string{"[", "(", "^", "*"} {
		if j := strings.Index(w, open); j > 0 && strings.Trim(w[j:], "[](){}^* 0123456789") == "" {
			w = strings.TrimSpace(w[:j])
		}
	}
	f := fold(w)
	if f == "" || utf8.RuneCountInString(f) > 16 {
		return "", false, false
	}
	switch {
	case replyPrefixes[f]:
		return strings.TrimSpace(s[i+n:]), true, true
	case forwardPrefixes[f]:
		return strings.TrimSpace(s[i+n:]), false, true
	}
	return "", false, false
}

// cutBlob cuts a list's tag "[name] " if something is left behind it.
func cutBlob(s string) (string, bool) {
	if s == "" || s[0] != '[' {
		return "", false
	}
	j := strings.IndexAny(s[1:], "[]")
	if j < 0 || s[1+j] != ']' || j > 60 {
		return "", false
	}
	rest := strings.TrimSpace(s[j+2:])
	return rest, rest != ""
}
