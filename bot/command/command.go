package command

import "strings"

// Rights say who may give a command.
type Rights int

// The rights, from the widest.
const (
	// Anyone may: it shows nothing but what is public.
	Anyone Rights = iota
	// Member may, on what is their own, when their address is proven.
	Member
	// Facilitator of the coalition or of the group may, when their address is proven; and the operator.
	Facilitator
)

func (r Rights) String() string {
	switch r {
	case Anyone:
		return "anyone"
	case Member:
		return "members, on what they wrote themselves, and facilitators"
	}
	return "facilitators"
}

// Where says what a command has to do with coalitions.
type Where int

// What commands have to do with coalitions.
const (
	// Nowhere: it speaks of none.
	Nowhere Where = iota
	// One coalition: the one named, or the only one that the facilitator has.
	One
	// Each coalition of the facilitator, unless one is named.
	Each
	// Implied by the contributions or messages that are named.
	Implied
)

// Command is one entry of the table.
type Command struct {
	Name    string // lower-case words: "tray", "outbox show"
	Aliases []string
	Usage   string // arguments as help shows them, without the name
	Short   string // one line, no full stop
	Long    string // sentences; paragraphs are divided by an empty line
	// Examples are whole lines without the prefix.
	Examples []string
	Group    string
	Rights   Rights
	// Outward says that it makes dcbot write to others than the one who gave it.
	Outward bool
	// Changes says that it changes the record: it needs a proven address and leaves an audit line.
	Changes bool
	Where   Where
	// All says that it can be given for all coalitions at once, by the word "all" in place of one.
	All  bool
	Args []Arg
}

// AllCoalitions is the Coalition of a call that named all of them.
const AllCoalitions = "*"

// Arg is one argument of a command.
type Arg struct {
	Kind     Kind
	Optional bool
	Many     bool   // takes all of its kind that stand in a row
	Lead     string // the word that may stand before it, or must if MustLead: "as", "to"
	MustLead bool
	// Of are the words that a Choice may be.
	Of []string
}

// Kind says what an argument is.
type Kind int

// The kinds of arguments.
const (
	Contribution   Kind = iota // c42, C42, 42
	Question                   // 6, Q6, 7bis
	QuestionOrTray             // the same, or "tray"
	Message                    // m12
	Version                    // v3, 3
	When                       // 2021-05-02, 2021-05-02 18:00, 7d
	Choice                     // one word of a few
	Word                       // any one word
	Text                       // the rest of the line, as it was written
)

// what names an argument of the kind to a person who left it out or wrote something else.
func (k Kind) what() string {
	switch k {
	case Contribution:
		return "a contribution such as c42"
	case Question:
		return "a question number such as 6 or 7bis"
	case QuestionOrTray:
		return "a question number such as 6, or the word tray"
	case Message:
		return "a message number such as m12"
	case Version:
		return "a version such as v2"
	case When:
		return "a date such as 2021-05-02 or 2021-05-02 18:00, or a number of days such as 7d"
	case Text:
		return "some words"
	}
	return "one more word"
}

// Line is the whole command as usage shows it.
func (c *Command) Line() string { return strings.TrimSpace(c.Name + " " + c.Usage) }

// Find returns the command of that name or alias, or nil.
func Find(name string) *Command {
	name = strings.Join(strings.Fields(strings.ToLower(name)), " ")
	for i := range table {
		c := &table[i]
		if c.Name == name {
			return c
		}
		for _, a := range c.Aliases {
			if a == name {
				return c
			}
		}
	}
	return nil
}

// All returns the table in the order of the help. It is not to be changed.
func All() []Command { return table }
