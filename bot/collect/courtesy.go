package collect

// courtesy says that a sentence is thanks, a greeting or a pointer ("my answers are below") and nothing else.
func courtesy(ws []word, s, t int, ms []mark) bool {
	if t-s > 18 {
		return false
	}
	polite, point := -1, false
	for _, m := range ms {
		switch m.means {
		case thanks:
			if m.first <= s+2 && (polite < 0 || m.last > polite) {
				polite = m.last
			}
		case pointer:
			point = true
		case supports, objects, withdraws, replaces, ownAnswer:
			return false
		}
	}
	for i := s; i < t; i++ {
		if ws[i].url || startsWithDigit(ws[i].w) {
			return false
		}
	}
	if point {
		return t-s <= 14
	}
	if polite < 0 {
		return false
	}
	i := polite + 1
	for i < t && (ws[i].class&(isFiller|isPronoun|isPerson) != 0 || politeWords[ws[i].w]) {
		i++
	}
	if i < t && forWords[ws[i].w] {
		// Thanks for something, to the end of the clause.
		for i++; i < t && ws[i].gap&(gapClause&^gapComma) == 0; i++ {
			if ws[i].gap&gapComma != 0 && t-i > 3 {
				return false
			}
		}
	}
	for ; i < t; i++ {
		if !ws[i].upper && !politeWords[ws[i].w] {
			return false
		}
	}
	return true
}

// ownName says that words are nothing but their author's name: a sign-off, wherever the reader left it.
func (j *job) ownName(ws []word) bool {
	if len(j.signed) == 0 || len(ws) > 4 {
		return false
	}
	for i := range ws {
		if !ws[i].upper || !j.signed[ws[i].w] {
			return false
		}
	}
	return true
}

// politeWords may stand in a courtesy beside names; forWords lead to what the thanks are for.
var (
	politeWords = set(`all everyone everybody colleagues friends lot much so very again and members both team folks for your you dear
		a the to all's kindly in advance well safe are is finds doing late reply delay helps weekend this email message mail
		beaucoup tous toutes et chers collegues mucho muchas todos todas a colegas y muito todos e sehr alle zusammen herren damen geehrte
		allen an und`)
	forWords = set(`for to pour por para fur a de per voor за по على`)
)
