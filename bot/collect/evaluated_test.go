package collect

import (
	"testing"

	"dcbot/bot/dc"
)

// TestEvaluated holds what the evaluation of whole archives (cmd/dcbot) and its variations brought up.
func TestEvaluated(t *testing.T) {
	mine := dc.Contribution{ID: 3, Author: carla, AuthorName: "Carla Reyes", Question: "3", Kind: dc.Answer, Text: "Around 140."}
	bens := dc.Contribution{ID: 5, Author: ben, AuthorName: "Ben Okoro", Question: "3", Kind: dc.Comment, Text: "There are fewer."}
	replyTo := func(c dc.Contribution) setting {
		return func(in *Input) { in.Thread.Parent = &Parent{ID: "p", Author: c.Author, Found: []dc.Contribution{c}} }
	}
	replyTo2 := func(cs ...dc.Contribution) setting {
		return func(in *Input) { in.Thread.Parent = &Parent{ID: "p", Author: cs[0].Author, Found: cs} }
	}
	subject := func(s string) setting { return func(in *Input) { in.Post.Subject = s } }
	for _, row := range []struct {
		name, text string
		settings   []setting
		want       string
	}{
		{"a wrapped line is no heading", "We train the young in every port, and you may also read my answer to\nquestion 9.", []setting{thread("6")}, "6 answer"},
		{"nor the begin of one", "We train the young in every port, and you may also read my answer to\nquestion 9. The rest of this is about our votes by mail.", []setting{thread("6")}, "6 answer"},
		{"a wrapped line in the whole", "We are a coalition of ports and of those who live in them, unlike in our\nquestion 9 of the forum. We have cranes.", []setting{whole}, "- answer"},
		{"lines without stops", "question 6: the board decides and asks the committees of all the streets first\nquestion 6a: they can call the ombudsman", []setting{whole}, "6 answer; 6a answer"},
		{"the other side of another question", "I agree with Ana on question 6, but not on 6a: there is no appeal.", []setting{whole, known(answers("6")[0])}, "6 stance/support ->1; 6a stance/object"},
		{"and by a bare number", "I agree with Ana on question 6, but not on 8.", []setting{whole, known(answers("6")[0])}, "6 stance/support ->1; 8 stance/object"},
		{"not on another", "Regarding question 8, not question 7: no money.", []setting{whole}, "8 answer"},
		{"not on the thread's", "À propos de la question 8 et non de la 7 : pas d'argent.", []setting{thread("7")}, "8 answer"},
		{"another topic", "A parcel of ropes never reached me.", []setting{thread("6"), subject("Re: [harbour] Lost parcel (was: Survey Q6: How decisions are made)")}, "- answer"},
		{"another topic, the old one untold", "A parcel of ropes never reached me.", []setting{thread("6"), subject("Re: [harbour] Lost parcel")}, "- answer"},
		{"another topic, of somebody's answer", "A parcel of ropes never reached me.", []setting{reply("6"), subject("Lost parcel (was: Survey Q6)")}, "- comment ->1"},
		{"another topic names a question", "On question 6: we vote.", []setting{thread("7"), subject("Lost parcel")}, "6 answer"},
		{"no subject", "We vote.", []setting{thread("6"), subject("Re:")}, "6 answer"},
		{"the title as subject", "We vote.", []setting{thread("6"), subject("AW: How decisions are made")}, "6 answer"},
		{"a name is no answer", "We vote.\n\nCarla", []setting{thread("6")}, "6 answer"},
		{"replaced in reply to another", "Ben is right. Please replace my answer with this: 128.", []setting{thread("3"), known(mine), replyTo(bens)}, "3 answer supersedes 3"},
		{"corrected in the sentence that takes back", "Please disregard my previous mail, the right number is 155 members.", []setting{thread("3"), known(mine)}, "3 answer supersedes 3"},
		{"taken back with a reason", "Please withdraw my answer; the board asked me to.", []setting{thread("3"), known(mine)}, "3 stance/withdrawn ->3 withdraws 3"},
		{"a number with º", "Pregunta nº 5: no los tenemos escritos.\n\nPregunta nº 7: un folleto.", []setting{whole}, "5 answer; 7 answer"},
		{"a number with °", "Question n° 5 : non.", []setting{whole}, "5 answer"},
		{"a list with a unit", "4. People ask the owner.\n\n8. No money.", []setting{whole}, "4 answer; 8 answer"},
		{"no time", "I support the survey as such, but I have no time to answer it.", []setting{thread("6")}, "6 comment"},
		{"behind an answer", "I am fully behind Ana's answer.", []setting{reply("6")}, "6 stance/support ->1"},
		{"German word order", "Dem ersten Satz stimme ich zu, dem zweiten nicht.", []setting{reply("6")}, "6 stance/support ->1; 6 stance/object ->1"},
		{"so do I, in German", "Das sehe ich genauso.", []setting{reply("6")}, "6 stance/support ->1"},
		{"joins in, in German", "Dem schließe ich mich an.", []setting{reply("6")}, "6 stance/support ->1"},
		{"an exception in French", "Sauf la dernière phrase, tout me convient.", []setting{reply("6")}, "6 stance/support ->1; 6 stance/object ->1"},
		{"not with all, in Spanish", "Estoy de acuerdo con el texto, pero no con la última frase.", []setting{reply("6")}, "6 stance/support ->1; 6 stance/object ->1"},
		{"several labels in a sentence", "Q5 yes, Q6 by vote, Q8 no money.", []setting{whole}, "5 answer; 6 answer; 8 answer"},
		{"an item of something else", "Regarding item 6 on the bill: it was paid.", []setting{whole}, "- answer"},
		{"later, in German", "Frage 8 beantworte ich morgen.", []setting{whole}, "- answer"},
		{"left to others, in Spanish", "La pregunta 8 la dejo para otros.", []setting{whole}, "- answer"},
		{"not to this but to that", "This is not an answer to question 6 but to question 8: no money.", []setting{thread("6")}, "8 answer"},
		{"by the way", "We vote. By the way, our answer to question 8: no money.", []setting{thread("6")}, "6 answer; 8 answer"},
		{"sides on two questions", "I support Ana's answer to question 6 and object to her answer to question 8.", []setting{reply("6")}, "6 stance/support ->1; 8 stance/object"},
		{"together with another", "Ben and I support this.", []setting{reply("6"), known(bens)}, "6 stance/support ->1"},
		{"would say", "Agree with Ana, but I would say three weeks.", []setting{reply("6")}, "6 stance/support-if ->1"},
		{"only a sign", "👍", []setting{reply("6")}, "6 comment ->1"},
		{"cannot, in French", "Je ne peux pas soutenir ce texte.", []setting{reply("6")}, "6 stance/object ->1"},
		{"cannot, in Spanish", "No puedo apoyar este texto.", []setting{reply("6")}, "6 stance/object ->1"},
		{"cannot, in German", "Ich kann das so nicht mittragen.", []setting{reply("6")}, "6 stance/object ->1"},
		{"refuses, in German", "Das lehne ich ab.", []setting{reply("6")}, "6 stance/object ->1"},
		{"against what the text says", "I disagree with two weeks, it must be four.", []setting{reply("6")}, "6 stance/object ->1"},
		{"against something else", "I disagree with the government.", []setting{reply("6")}, "6 comment ->1"},
		{"not against it", "I do not object to two weeks.", []setting{reply("6")}, "6 comment ->1"},
		{"against it, perhaps", "I would object to two weeks if there were more of us.", []setting{reply("6")}, "6 comment ->1"},
		{"lettered labels", "a) Q8: no money\nb) Q9: the calendar", []setting{whole}, "8 answer; 9 answer"},
		{"n. in Italian", "Domanda n. 8: niente soldi.", []setting{whole}, "8 answer"},
		{"a question named in a list of remarks", "Three remarks on the survey:\n\n1. It is in English only.\n2. Question 6 is two questions.\n3. It asks nothing about safety.", []setting{whole}, "- comment; 6 answer; - answer"},
		{"a list below a reference", "On question 8 there are three things:\n- money\n- time\n- and question time", []setting{whole}, "8 answer"},
		{"a bare number the parent has answered", "Zu 8: einverstanden.", []setting{whole, replyTo2(answers("6")[0], dc.Contribution{ID: 9, Author: ana, AuthorName: "Ana Lima", Question: "8", Kind: dc.Answer, Text: "No money."})}, "8 stance/support ->9"},
		{"a bare number the parent has not", "Zu 9: einverstanden.", []setting{whole, replyTo2(answers("6")[0], dc.Contribution{ID: 9, Author: ana, AuthorName: "Ana Lima", Question: "8", Kind: dc.Answer, Text: "No money."})}, "- stance/support"},
		{"a French question mark", "Trop tard pour la question 8 ? Nous aurions mis un 2.", []setting{whole}, "8 answer"},
		{"shares, in French", "Je partage cet avis.", []setting{reply("6")}, "6 stance/support ->1"},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, input(row.text, row.settings...), row.want) })
	}
}
