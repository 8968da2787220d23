package main

import "fmt"

// The cast of the demo: three coalitions and their members, all invented.

type demoCoalition struct {
	id, name, alias string
	zone            string
	munge           bool // the list puts itself into From, as lists behind strict DMARC do
}

func (c demoCoalition) list() string   { return c.id + "@lists.example.org" }
func (c demoCoalition) listID() string { return c.id + ".lists.example.org" }

var demoCoalitions = []demoCoalition{
	{id: "dc-harbour", name: "Dynamic Coalition on Harbour Connectivity", alias: "harbour", zone: "Africa/Nairobi"},
	{id: "dc-meadow", name: "Dynamic Coalition on Rural Sensor Networks", alias: "meadow", zone: "Europe/Zurich", munge: true},
	{id: "dc-lantern", name: "Dynamic Coalition on Digital Wayfinding", alias: "lantern", zone: "America/Montevideo"},
}

type demoPerson struct{ key, name, addr, coalition string }

var demoPeople = []demoPerson{
	{"amina", "Amina Odhiambo", "amina@harbour-lab.example.org", "dc-harbour"},
	{"tomas", "Tomás Ferreiro", "tomas@portnet.example.org", "dc-harbour"},
	{"mei", "Mei-Ling Tan", "meiling@straits.example.net", "dc-harbour"},
	{"oskar", "Oskar Lindqvist", "oskar@quay.example.net", "dc-harbour"},
	{"greta", "Greta Aebischer", "greta@alpsense.example.org", "dc-meadow"},
	{"kofi", "Kofi Mensah", "kofi@fieldnotes.example.net", "dc-meadow"},
	{"lena", "Lena Novák", "lena@meadow.example.net", "dc-meadow"},
	{"ines", "Inés Carvallo", "ines@signpost.example.org", "dc-lantern"},
	{"ravi", "Ravi Deshmukh", "ravi@wayfind.example.net", "dc-lantern"},
}

func personOf(key string) demoPerson {
	for _, p := range demoPeople {
		if p.key == key {
			return p
		}
	}
	panic(fmt.Sprintf("the demo has no %q", key)) // a mistake in the story below
}

func coalitionOf(id string) demoCoalition {
	for _, c := range demoCoalitions {
		if c.id == id {
			return c
		}
	}
	panic(fmt.Sprintf("the demo has no %q", id))
}

// demoMail is a mail that somebody writes. What it answers is found in the writer's own mailbox.
type demoMail struct {
	at       string // UTC
	from     string
	key      string // for later mails to refer to
	question string // answers dcbot's mail of this question
	kind     string // answers dcbot's newest mail of this kind: introduction, confirmation, reply
	answers  string // answers the mail of that key
	to       string // an address; "" is the writer's list
	subject  string // "" is Re: and the subject of what it answers
	auto     string // Auto-Submitted
	// body is what the person types. Lines "{> some words}" stand for the quoted line with these words: an inline answer. Without any, the
	// original is quoted below, as most people do.
	body string
}

// The numbers are those of the example survey.
var demoReplies = []demoMail{
	{at: "2021-03-23 07:40", from: "amina", key: "amina-decisions", question: "14", body: `
Dear all,

We decide by rough consensus on this list. A proposal stands for two weeks;
if nobody objects, the co-chairs record it as agreed and post a summary.

Best,
Amina`},
	{at: "2021-03-23 07:41", from: "tomas", question: "14", auto: "auto-replied", subject: "Out of office: Survey Q14", body: `
I am travelling until 2 April with little access to mail.`},
	{at: "2021-03-24 15:12", from: "mei", key: "mei-objects", answers: "amina-decisions", body: `
I disagree with this answer. Two weeks is not what we do: the last three statements went out after
four days, and people in the Pacific never had the time to read them. Please record that
the practice is contested.

Mei-Ling`},
	{at: "2021-03-25 09:05", from: "oskar", answers: "amina-decisions", body: `
I support this answer, provided the summary that is posted links to the thread.`},
	{at: "2021-03-29 16:20", from: "greta", key: "greta-inline", kind: "introduction", body: `
Hi all, short on time, so some first answers in one go.

Question 1: We want cheap, repairable sensors for farms without good coverage, and open data from them.

Question 8: Mostly farmers' cooperatives and two universities. Nobody from the private sector so far.

Greta`},
	{at: "2021-04-01 10:30", from: "kofi", key: "kofi-members", question: "8", body: `
{> stakeholder groups}
Cooperatives and universities, as Greta says, and since January three community networks.

{> Which}
Nobody from the private sector, and we do look for them.

Kofi`},
	{at: "2021-04-06 18:55", from: "amina", key: "amina-corrects", question: "14", body: `
Correction: please replace my earlier answer with this one.

We decide by rough consensus on this list. Proposals should stand for two weeks; in 2020 three
statements were adopted after four days, which members have criticised.

Amina`},
	{at: "2021-04-08 12:00", from: "ines", key: "ines-stray", kind: "introduction", body: `
Dear colleagues, one thing should not be lost: our maps are used by two city councils already, and
they pay for the hosting. Where does that go?

Inés`},
	{at: "2021-04-12 08:10", from: "ravi", question: "1", body: `
Here is our text: https://docs.example.org/document/d/wayfinding-objectives

Ravi`},
}

// demoLate comes in after the deadline, extended as it was.
var demoLate = demoMail{at: "2021-05-03 21:47", from: "lena", question: "1", body: `
Sorry to be late. One more objective, from the Czech groups: training people who repair the sensors.

Lena`}

// demoFiling is where the facilitator files words of the tray, by the key of their author; what is not listed is set aside.
var demoFiling = map[string]string{"ines": "16"} // achievements
