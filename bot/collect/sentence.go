package collect

import (
	"strings"
	"unicode"
)

// sentenceEnd finds the word after the sentence that begins at s.
func sentenceEnd(text string, ws []word, s, e int) int {
	for i := s + 1; i < e; i++ {
		g := ws[i].gap
		if g&(gapStop|gapAsk) != 0 && endsSentence(text, ws, i) {
			return i
		}
		if g&gapLine != 0 && (bullet(text, ws[i].start) || g&gapColon != 0) {
			return i
		}
	}
	return e
}

// endsSentence says whether the stop before word i ends a sentence: not in "e.g. this", "Q. 6", "6. How", "Mr. Lee".
func endsSentence(text string, ws []word, i int) bool {
	between := text[ws[i-1].end:ws[i].start]
	if !strings.ContainsAny(between, " \n\t") && !strings.ContainsAny(between, "。！？؟") {
		return false
	}
	prev := ws[i-1]
	if ws[i].gap&gapAsk == 0 && strings.IndexByte(between, '.') == 0 {
		if short := prev.end - prev.start; short == 1 && !isNumber(prev.w) || abbreviations[prev.w] ||
			prev.class&isQuestion != 0 && startsWithDigit(ws[i].w) && !strings.Contains(between, "\n") {
			return false
		}
		if isNumber(prev.w) && (i < 2 || ws[i-1].gap&gapLine != 0) {
			return false
		}
		if strings.HasPrefix(between, "..") && !ws[i].upper {
			return false
		}
	}
	r := rune(text[ws[i].start])
	return ws[i].upper || r >= 0x80 || !unicode.IsLower(r) || strings.Contains(between, "\n") || ws[i].gap&gapAsk != 0
}

// bullet says that a list's mark stands before byte i on its line.
func bullet(text string, i int) bool {
	const widest = 12 // bytes of blanks and mark; a longer way back is no list
	from := max(0, i-widest-1)
	at := strings.LastIndexByte(text[from:i], '\n') + 1
	if at == 0 && from > 0 {
		return false
	}
	at += from
	mark := strings.TrimSpace(text[at:i])
	return mark != "" && strings.ContainsAny(mark, "-*•–+·")
}

// lineOrWord is where an atom begins: with the marks before its first word when it begins a paragraph or list item.
func lineOrWord(text string, ws []word, s int, first bool) int {
	at := ws[s].start
	for at > 0 && text[at-1] != '\n' && text[at-1] != ' ' {
		at--
	}
	if first || bullet(text, ws[s].start) {
		for at > 0 && text[at-1] != '\n' {
			at--
		}
	}
	if s > 0 && at < ws[s-1].end {
		at = ws[s].start
	}
	return at
}

// tail is where an atom ends: the stops and brackets after its last word belong to it.
func tail(text string, ws []word, t int) int {
	end := ws[t-1].end
	for end < ws[t].start && text[end] != '\n' && text[end] != ' ' {
		end++
	}
	// French sets a blank before the mark: "la question 8 ?"; a mark right before the next word ("!important") is that word's.
	if rest := strings.TrimLeft(text[end:ws[t].start], " \u00a0\u202f"); len(rest) > 1 && strings.IndexByte("?!:;", rest[0]) >= 0 && strings.IndexByte(" \n\t\r", rest[1]) >= 0 {
		end = ws[t].start - len(rest) + 1
	}
	// " :)" and the like at the end of a line are the author's too.
	if nl := strings.IndexByte(text[end:ws[t].start], '\n'); nl > 0 {
		end += len(strings.TrimRight(text[end:end+nl], " \t\r"))
	} else if t == len(ws)-1 {
		end = len(strings.TrimRight(text, " \t\r\n"))
	}
	return max(end, ws[t-1].end)
}

var abbreviations = set(`e.g i.e eg ie mr mrs ms dr prof no nr nos vs etc cf approx st sr jr bzw usw ca art fig vol q p pp al`)
