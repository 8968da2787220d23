package collect

import (
	"strings"
	"testing"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// TestInline answers below quotes.
func TestInline(t *testing.T) {
	byAna := func(in *Input) {
		in.Thread.InSurvey = true
		in.Thread.Known = []dc.Contribution{
			{ID: 1, Author: ana, AuthorName: "Ana Lima", Question: "6", Kind: dc.Answer, Text: "We decide by rough consensus on the list. A text is open for two weeks."},
			{ID: 2, Author: ana, AuthorName: "Ana Lima", Question: "8", Kind: dc.Answer, Text: "Our volunteers have very little time for all of this."},
		}
		in.Thread.Parent = &Parent{ID: "ana1", Author: ana, Found: in.Thread.Known}
	}
	for _, row := range []struct {
		name, text string
		setting    setting
		want       string
	}{
		{"number and text", "> 6. How are decisions taken inside your coalition, and are\n> outside groups consulted before a text is published?\n\nWe vote.", whole, "6 answer"},
		{"text only", "> How are decisions taken inside your coalition, and are\n> outside groups consulted before a text is published?\nWe vote.", whole, "6 answer"},
		{"a part of the text", "> are outside groups consulted before a text is published?\nNever.", whole, "6 answer"},
		{"bare number", "> 7.\nThe tide calendar.", whole, "7 answer"},
		{"title", "> How decisions are made\nWe vote.", whole, "6 answer"},
		{"several in one mail", "> 6. How are decisions taken inside your coalition, and are outside groups consulted?\nWe vote.\n> 8. What has hindered the work most, and what would have helped?\nNo money.\n", whole, "6 answer; 8 answer"},
		{"the last one above", "> 6. How are decisions taken inside your coalition, and are outside groups consulted?\n>\n> 8. What has hindered the work most, and what would have helped?\nNo money.\n", whole, "8 answer"},
		{"two paragraphs", "> 8. What has hindered the work most, and what would have helped?\nNo money.\n\nAnd no time.", whole, "8 answer"},
		{"number against text", "> 7. What has hindered the work most, and what would have helped?\nNo money.", whole, "- answer"},
		{"own reference is stronger", "> 8. What has hindered the work most, and what would have helped?\nQuestion 9: the tide calendar.", whole, "9 answer"},
		{"in the thread of another question", "> 8. What has hindered the work most, and what would have helped?\nNo money.", thread("6"), "8 answer"},
		{"end of the whole mail", "> 10. What support do you receive from the Secretariat and what is missing?\n>\n> Kind regards from the team that sends this survey\nWe are glad that somebody asks us.", whole, "- answer"},
		{"bottom-posted below one question", "On Monday, the bot wrote:\n> 6. How are decisions taken inside your coalition, and are outside groups consulted?\n\nWe vote.", thread("6"), "6 answer"},
		{"under a member's words", "> We decide by rough consensus on the list.\nSince when?", byAna, "6 comment ->1"},
		{"object under a paragraph", "> We decide by rough consensus on the list.\n> A text is open for two weeks.\nDisagree\n> Our volunteers have very little time for all of this.\nI support this.", byAna, "6 stance/object ->1; 8 stance/support ->2"},
		{"member's words that nobody collected", "On Monday, Dora wrote:\n> The chair alone picks the speakers each time.\nDisagree.", byAna, "- stance/object"},
		{"unknown question", "> 9. Name the colour of the boats that you like best?\nBlue.", whole, "- answer"},
		{"the member's own copy of a question", "> > 6. How are decisions taken inside your coalition, and are outside groups consulted?\n> We decide by rough consensus on the list.\nWe vote.", byAna, "6 comment ->1"},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, input(row.text, row.setting), row.want) })
	}
}

// TestFilledIn is the questionnaire copied without marks, answers typed below the questions.
func TestFilledIn(t *testing.T) {
	text := `1. What are the main objectives of your coalition, and have they changed since it was formed?
Clean harbours. They have not changed.

3. How many individual members does your coalition have at present?
Forty.

6. How are decisions taken inside your coalition, and are outside
groups consulted before a text is published?

We vote.

Outsiders may comment for a week.`
	res := check(t, input(text, whole), "1 answer; 3 answer; 6 answer")
	if got := res.Contributions[2].Text; got != "We vote.\n\nOutsiders may comment for a week." {
		t.Errorf("the words on question 6 are %q", got)
	}
}

// TestThread is about what the thread and the parent decide.
func TestThread(t *testing.T) {
	mine := dc.Contribution{ID: 3, Author: carla, AuthorName: "Carla Reyes", Question: "6", Kind: dc.Answer, Text: "We vote by mail."}
	objection := dc.Contribution{ID: 4, Author: carla, AuthorName: "Carla Reyes", Question: "6", Kind: dc.StanceKind, Stance: dc.Object, Text: "I disagree."}
	bens := dc.Contribution{ID: 5, Author: ben, AuthorName: "Ben Okoro", Question: "6", Kind: dc.Answer, Text: "The chair decides after a call."}
	endorsed := dc.Contribution{ID: 6, Author: ben, AuthorName: "Ben Okoro", Question: "6", Kind: dc.StanceKind, Stance: dc.Support, Target: 1, Text: "I support this."}
	replyTo := func(cs ...dc.Contribution) setting {
		return func(in *Input) {
			in.Thread.Parent = &Parent{ID: "p", Author: cs[0].Author, Found: cs}
		}
	}
	subject := func(s string) setting { return func(in *Input) { in.Post.Subject = s } }
	for _, row := range []struct {
		name, text string
		settings   []setting
		want       string
	}{
		{"names in support", "Ana and Ben have my support.", []setting{thread("6"), known(answers("6")[0], bens)}, "6 stance/support ->1; 6 stance/support ->5"},
		{"a name in reply to the question", "I support Ana's answer.", []setting{thread("6"), known(answers("6")[0], bens)}, "6 stance/support ->1"},
		{"several texts of one author", "I support Ben's answer.", []setting{thread("6"), known(bens, dc.Contribution{ID: 7, Author: ben, AuthorName: "Ben Okoro", Question: "6", Kind: dc.Answer, Text: "More."})}, "6 stance/support"},
		{"a name and a question", "I support Ben's answer to question 6.", []setting{whole, known(bens)}, "6 stance/support ->5"},
		{"a name only", "I support Ben's answer.", []setting{whole, known(bens)}, "6 stance/support ->5"},
		{"an endorsement endorsed", "+1", []setting{thread("6"), known(answers("6")[0], endorsed), replyTo(endorsed)}, "6 stance/support ->1"},
		{"the draft", "I support the draft.", []setting{thread("6")}, "6 stance/support"},
		{"more on one's own words", "And on Mondays only.", []setting{thread("6"), known(mine), replyTo(mine)}, "6 answer"},
		{"replaced", "Please replace my earlier answer by this: we vote on Mondays.", []setting{thread("6"), known(mine)}, "6 answer supersedes 3"},
		{"corrected", "Correction: we vote on Mondays.", []setting{thread("6"), known(mine)}, "6 answer supersedes 3"},
		{"a corrected version", "Here is a corrected version of my answer to question 6: we vote on Mondays.", []setting{whole, known(mine)}, "6 answer supersedes 3"},
		{"ignore and new words", "Please ignore my previous mail. We vote on Mondays.", []setting{thread("6"), known(mine)}, "6 answer supersedes 3"},
		{"not replaced", "In addition to my earlier answer: we vote on Mondays.", []setting{thread("6"), known(mine)}, "6 answer"},
		{"nothing to replace", "Correction: we vote on Mondays.", []setting{thread("6"), known(bens)}, "6 answer"},
		{"answer withdrawn", "I withdraw my answer.", []setting{thread("6"), known(mine)}, "6 stance/withdrawn ->3 withdraws 3"},
		{"objection withdrawn", "I withdraw my objection.", []setting{thread("6"), known(mine, objection)}, "6 stance/withdrawn ->4 withdraws 4"},
		{"please remove", "Please remove my answer to question 6.", []setting{whole, known(mine)}, "6 stance/withdrawn ->3 withdraws 3"},
		{"no longer", "I no longer object.", []setting{thread("6"), known(objection)}, "6 stance/withdrawn ->4 withdraws 4"},
		{"not withdrawn", "I will not withdraw my objection.", []setting{thread("6"), known(objection)}, "6 answer"},
		{"perhaps withdrawn", "I will withdraw my objection if the text is changed.", []setting{thread("6"), known(objection), replyTo(answers("6")[0])}, "6 comment ->1"},
		{"objection in French", "Je retire mon objection.", []setting{thread("6"), known(objection)}, "6 stance/withdrawn ->4 withdraws 4"},
		{"a whole stance with reasons", "I object to this.\n\nTwo weeks are too short for those who work offline.", []setting{reply("6")}, "6 stance/object ->1"},
		{"another question of the parent", "I agree with this.", []setting{whole, replyTo(dc.Contribution{ID: 9, Author: ana, Question: "8", Kind: dc.Answer, Text: "No money."})}, "8 stance/support ->9"},
		{"several of the parent", "I agree with this.", []setting{whole, replyTo(answers("6")[0], dc.Contribution{ID: 9, Author: ana, Question: "8", Kind: dc.Answer, Text: "No money."})}, "- stance/support"},
		{"reference to one of the parent's", "On question 8, I disagree.", []setting{whole, replyTo(answers("6")[0], dc.Contribution{ID: 9, Author: ana, Question: "8", Kind: dc.Answer, Text: "No money."})}, "8 stance/object ->9"},
		{"subject", "We vote.", []setting{subject("Survey Q6: How decisions are made")}, "6 answer"},
		{"subject by title", "We vote.", []setting{subject("Re: [harbour] Q6: How decisions are made")}, "6 answer"},
		{"changed subject", "The tide calendar.", []setting{thread("6"), subject("Question 7 (was: Survey Q6)")}, "7 answer"},
		{"quarter in a subject", "We vote.", []setting{subject("Plans for Q3")}, ""},
		{"ordinary", "Question 6 is on my mind.", nil, ""},
		{"ordinary with another survey", "In question 6 of the consumer questionnaire of 2019 we voted.", nil, ""},
		{"named in ordinary traffic", "On question 6 of the survey: we vote.\n\nSee you at the beach on Sunday.", nil, "6 answer"},
		{"names the survey's title", "For the Survey of the harbour coalitions:\n\nQ6: we vote.", nil, "6 answer"},
		{"call for papers", "The deadline is on 6 May. Please send your papers.", nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, input(row.text, row.settings...), row.want) })
	}
}

// TestElsewhere is about answers that are somewhere else.
func TestElsewhere(t *testing.T) {
	file := func(names ...string) setting {
		return func(in *Input) {
			for _, n := range names {
				in.Post.Attachments = append(in.Post.Attachments, mail.Attachment{Name: n, Type: "application/octet-stream"})
			}
		}
	}
	const doc = "https://docs.google.com/document/d/1abc/edit"
	for _, row := range []struct {
		name, text string
		settings   []setting
		want       string
	}{
		{"a document", "Our answer is here: " + doc, []setting{thread("6")}, "6 held-elsewhere at " + doc},
		{"a document on its own line", "I put our draft answer in a shared document:\n\n" + doc, []setting{thread("6")}, "6 held-elsewhere at " + doc},
		{"only the link", doc, []setting{thread("6")}, "6 held-elsewhere at " + doc},
		{"with a question", "My answer to question 8 is in this Google doc: " + doc, []setting{whole}, "8 held-elsewhere at " + doc},
		{"without a question", "Our answers are in this Google doc: " + doc, []setting{whole}, "- held-elsewhere at " + doc},
		{"words as well", "We vote by show of hands and publish the result.\n\nThe full text is in " + doc, []setting{thread("6")}, "6 answer; 6 held-elsewhere at " + doc},
		{"attachment", "Please find attached our answer.", []setting{thread("6"), file("answer.docx")}, "6 held-elsewhere at attachment: answer.docx"},
		{"attachment in German", "Anbei unsere Antwort.", []setting{thread("6"), file("antwort.odt")}, "6 held-elsewhere at attachment: antwort.odt"},
		{"attachment in French", "Vous trouverez notre réponse ci-jointe.", []setting{thread("6"), file("reponse.pdf")}, "6 held-elsewhere at attachment: reponse.pdf"},
		{"signature and calendar", "We vote.", []setting{thread("6"), file("signature.asc", "invite.ics")}, "6 answer"},
		{"a source", "Our report (https://tides.example.org/report) shows that we vote.", []setting{thread("6")}, "6 answer"},
		{"a source in a sentence", "We vote, see https://tides.example.org/rules for the rules.", []setting{thread("6")}, "6 answer"},
		{"attached only in words", "We are attached to open lists.", []setting{thread("6")}, "6 answer"},
	} {
		t.Run(row.name, func(t *testing.T) { check(t, input(row.text, row.settings...), row.want) })
	}
}

// TestEdits is about changes inside an unmarked copy of a member's text.
func TestEdits(t *testing.T) {
	in := input("We decide by vote on the list.", reply("6"))
	in.Post.Reading.Edits = []mail.Edit{{Old: "We decide by rough consensus on the list.", New: "We decide by vote on the list.", Lines: [2]int{0, 0}}}
	res := check(t, in, "6 comment ->1")
	if len(res.Contributions) == 1 && !strings.Contains(res.Contributions[0].Quoted, "rough consensus") {
		t.Errorf("the old words are missing: %+v", res.Contributions[0])
	}
}
