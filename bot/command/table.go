package command

// The groups of the help, in its order.
const (
	looking   = "Look"
	sorting   = "Sort what was contributed"
	drafting  = "Draft and submit"
	surveying = "Survey and deadline"
	sending   = "What is sent"
	self      = "Yourself"
)

var groups = []string{looking, sorting, drafting, surveying, sending, self}

// table is every command there is. It never changes while the program runs.
var table = []Command{
	{
		Name: "status", Aliases: []string{"overview", "state"}, Usage: "[COALITION]", Group: looking, Rights: Facilitator, Where: Each,
		Short: "where things stand, and what to do next",
		Long: "For each of your coalitions: the state of its response, its deadline with the time left, how many compulsory " +
			"questions are answered and which are not, how many contributions wait in the tray, how many dissents are on record, " +
			"and whether mails are queued, held or failed. It ends with what to do next.",
		Examples: []string{"status", "status dc-access"},
	},
	{
		Name: "question", Aliases: []string{"q"}, Usage: "N [COALITION]", Group: looking, Rights: Facilitator, Where: One,
		Short: "a question: its text and contributions",
		Long: "Shows the question, the text that was adopted for it, and every contribution with its reference (c42), author, kind " +
			"and status. Dissents come in full, in their authors' words.",
		Examples: []string{"question 6", "question 7bis in dc-access"},
		Args:     []Arg{{Kind: Question}},
	},
	{
		Name: "show", Aliases: []string{"contribution"}, Usage: "c42", Group: looking, Rights: Member, Where: Implied,
		Short:    "a contribution: words, source, and why",
		Long:     "Shows a contribution in full: who wrote it and when, the words it answers, the rule that decided its question, what became of it, and its source.",
		Examples: []string{"show c42"},
		Args:     []Arg{{Kind: Contribution}},
	},
	{
		Name: "tray", Aliases: []string{"inbox", "unassigned"}, Usage: "[COALITION]", Group: looking, Rights: Facilitator, Where: Each,
		Short: "contributions of no question yet",
		Long: "Lists what members wrote in the survey's threads and dcbot could not tie to a question without guessing. " +
			"File each by `assign`, or set it aside with a reason. Nothing in the tray is lost: it stays in the draft until somebody files it.",
		Examples: []string{"tray", "tray dc-access"},
	},
	{
		Name: "log", Aliases: []string{"history", "audit"}, Usage: "[COALITION]", Group: looking, Rights: Facilitator, Where: Each,
		Short:    "who did what, newest last",
		Long:     "The last thirty changes: who made them, when (UTC), and by which command.",
		Examples: []string{"log", "log dc-access"},
	},
	{
		Name: "help", Aliases: []string{"?", "commands"}, Usage: "[COMMAND]", Group: looking, Rights: Anyone,
		Short: "this list, or one command in full", Long: "Lists the commands, or explains one with examples.",
		Examples: []string{"help", "help assign"},
		Args:     []Arg{{Kind: Text, Optional: true}},
	},
	{
		Name: "version", Group: looking, Rights: Anyone,
		Short: "which dcbot this is", Long: "Says which version of dcbot answers.", Examples: []string{"version"},
	},

	{
		Name: "assign", Aliases: []string{"file", "move"}, Usage: "c42 Q", Group: sorting, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "file it under a question, or in the tray",
		Long: "Files one or more contributions under a question. Your word is final: dcbot never moves them again. " +
			"`assign c42 tray` puts one back in the tray.\n\nA contribution that was adopted has to be released first, since its words stand in the text of its question.",
		Examples: []string{"assign c42 6", "assign c42 to Q7bis", "assign c42 c43 6", "assign c42 tray"},
		Args:     []Arg{{Kind: Contribution, Many: true}, {Kind: QuestionOrTray, Lead: "to"}},
	},
	{
		Name: "adopt", Usage: "c42 [c43 ...] [as Q]", Group: sorting, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "make it the text of its question",
		Long: "Makes the words of a contribution the current text of its question; of several, one after the other in the order given. " +
			"What was adopted before for that question stays before it; `release` takes it out. `as Q` files those from the tray under a question first. " +
			"Dissents are never adopted: they stand beside the text, in their authors' words.",
		Examples: []string{"adopt c42", "adopt c42 c45", "adopt c42 as 6"},
		Args:     []Arg{{Kind: Contribution, Many: true}, {Kind: QuestionOrTray, Lead: "as", MustLead: true, Optional: true}},
	},
	{
		Name: "release", Aliases: []string{"unadopt"}, Usage: "c42", Group: sorting, Rights: Facilitator, Changes: true, Where: Implied,
		Short:    "take it out of the text again",
		Long:     "The contribution is listed as contributed again; the text of its question is made anew from what remains adopted.",
		Examples: []string{"release c42"},
		Args:     []Arg{{Kind: Contribution}},
	},
	{
		Name: "set-aside", Aliases: []string{"setaside", "set aside"}, Usage: "c42 REASON", Group: sorting, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "leave it out of the text, with a reason",
		Long: "The draft lists what was set aside, by whom and why, so the reason is read by others. " +
			"An objection cannot be set aside: only its author can take it back.",
		Examples: []string{"set-aside c42 says the same as c40"},
		Args:     []Arg{{Kind: Contribution}, {Kind: Text}},
	},
	{
		Name: "restore", Aliases: []string{"unset-aside"}, Usage: "c42", Group: sorting, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "undo set-aside", Long: "Lists a contribution that was set aside as contributed again.", Examples: []string{"restore c42"},
		Args: []Arg{{Kind: Contribution}},
	},

	{
		Name: "draft", Aliases: []string{"preview"}, Usage: "[text] [COALITION]", Group: drafting, Rights: Facilitator, Where: One,
		Short: "the draft: a summary, or all of it",
		Long: "`draft` says for each question whether it has a text, how much was contributed and not yet merged, and how many dissents stand beside it. " +
			"`draft text` gives the whole document as the Secretariat would read it, and marks the response as previewed.",
		Examples: []string{"draft", "draft text", "draft text dc-access"},
		Args:     []Arg{{Kind: Choice, Of: []string{"text", "full"}, Optional: true}},
	},
	{
		Name: "approve", Usage: "[COALITION]", Group: drafting, Rights: Facilitator, Changes: true, Where: One,
		Short:    "freeze the draft under your name",
		Long:     "Freezes the consolidated draft, dissents included, as the next version. Nothing is sent yet: look at it by `draft text`, then `submit`.",
		Examples: []string{"approve", "approve dc-access"},
	},
	{
		Name: "submit", Usage: "[vN] [COALITION]", Group: drafting, Rights: Facilitator, Changes: true, Outward: true, Where: One,
		Short: "mail it to the Secretariat",
		Long: "Mails a frozen version, and nothing else, to the Secretariat: text, HTML and JSON in one mail. Without a number it is the newest one. " +
			"It is refused when a dissent was recorded that the version leaves out: approve again first.",
		Examples: []string{"submit", "submit v2", "submit v2 dc-access"},
		Args:     []Arg{{Kind: Version, Optional: true}},
	},
	{
		Name: "reopen", Usage: "[COALITION]", Group: drafting, Rights: Facilitator, Changes: true, Where: One,
		Short: "work on after approval or submission", Long: "Opens the response again. What was approved or submitted stays as it is; the next approval is a new version.",
		Examples: []string{"reopen"},
	},

	{
		Name: "survey", Aliases: []string{"survey list", "surveys"}, Group: surveying, Rights: Anyone,
		Short: "the surveys that are loaded", Long: "Lists the surveys with their launch date and deadline. `survey show` prints one.",
		Examples: []string{"survey"},
	},
	{
		Name: "survey show", Aliases: []string{"questions", "survey questions"}, Usage: "[ID]", Group: surveying, Rights: Anyone,
		Short: "the questions of a survey", Long: "Lists sections and questions; compulsory ones are marked with an asterisk. Without an id it is the one that runs.",
		Examples: []string{"survey show", "survey show dc2021"},
		Args:     []Arg{{Kind: Word, Optional: true}},
	},
	{
		Name: "survey launch", Aliases: []string{"launch"}, Usage: "[now] [COALITION]", Group: surveying, Rights: Facilitator, Changes: true, Outward: true, Where: One, All: true,
		Short: "post the survey to the coalition's list",
		Long: "Posts the introduction and the questions at the survey's launch date, or with `now` at once. " +
			"Each mail appears in `outbox` from then on, where it can be held or dropped. Facilitators of the group can launch for `all`.",
		Examples: []string{"survey launch", "survey launch now", "survey launch now dc-access"},
		Args:     []Arg{{Kind: Choice, Of: []string{"now"}, Optional: true}},
	},
	{
		Name: "survey hold", Usage: "[COALITION]", Group: surveying, Rights: Facilitator, Changes: true, Where: One, All: true,
		Short: "stop a launch",
		Long: "A scheduled launch is called off. Of a launch that has begun, the mails that were not sent yet are held; " +
			"`outbox release mN` sends one after all.",
		Examples: []string{"survey hold"},
	},
	{
		Name: "deadline", Aliases: []string{"deadline show", "deadlines", "when"}, Usage: "[COALITION]", Group: surveying, Rights: Anyone, Where: Each,
		Short: "the deadline and its history", Long: "Shows the deadline in force, in its own zone and in UTC, and how it was moved.",
		Examples: []string{"deadline", "deadline dc-access"},
	},
	{
		Name: "deadline move", Usage: "DATE REASON", Group: surveying, Rights: Facilitator, Changes: true, Outward: true, Where: One, All: true,
		Short: "set another deadline",
		Long: "Moves the deadline, in the zone of the one in force unless a zone is given. The list is told once, with the reason. " +
			"A date without a time is the end of that day.",
		Examples: []string{"deadline move 2021-05-02 asked for by three members", `deadline move dc-access "2021-05-02 18:00" Easter`, "deadline move 2021-05-02 18:00 Africa/Nairobi Easter"},
		Args:     []Arg{{Kind: When, Lead: "to"}, {Kind: Text}},
	},
	{
		Name: "extend", Usage: "DATE|7d [REASON]", Group: surveying, Rights: Facilitator, Changes: true, Outward: true, Where: One, All: true,
		Short: "give a coalition more time",
		Long: "Moves the deadline to a later date, or by a number of days or weeks, counted from the one in force. The list is told once. " +
			"Facilitators of the group can extend it for `all`: coalitions with a later deadline of their own keep it.",
		Examples: []string{"extend 7d", "extend dc-access 7d", "extend 2021-05-02 several asked for it", "extend all 7d"},
		Args:     []Arg{{Kind: When, Lead: "to"}, {Kind: Text, Optional: true}},
	},

	{
		Name: "outbox", Aliases: []string{"outbox list", "queue", "mails"}, Usage: "[COALITION]", Group: sending, Rights: Facilitator, Where: Each,
		Short: "what was not sent yet",
		Long: "Lists what was not sent yet, with its number (m12). `uncertain` means that the connection broke when the server may already have taken it: " +
			"look at the list's archive, then release or drop it.",
		Examples: []string{"outbox", "outbox dc-access"},
	},
	{
		Name: "outbox show", Usage: "m12", Group: sending, Rights: Facilitator, Where: Implied,
		Short: "a mail: its text and every attempt", Long: "Shows a mail as it was or will be sent, and what the server said at each attempt.",
		Examples: []string{"outbox show m12"},
		Args:     []Arg{{Kind: Message}},
	},
	{
		Name: "outbox hold", Aliases: []string{"hold"}, Usage: "m12 [m13 ...]", Group: sending, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "keep a mail back", Long: "A held mail is not sent until it is released.", Examples: []string{"outbox hold m12"},
		Args: []Arg{{Kind: Message, Many: true}},
	},
	{
		Name: "outbox release", Usage: "m12 [m13 ...]", Group: sending, Rights: Facilitator, Changes: true, Outward: true, Where: Implied,
		Short: "send a held mail after all", Long: "Sends a mail that was held. Of one that may already have arrived, make sure first that it did not: nobody else will notice the duplicate.",
		Examples: []string{"outbox release m12"},
		Args:     []Arg{{Kind: Message, Many: true}},
	},
	{
		Name: "outbox retry", Aliases: []string{"retry"}, Usage: "m12 [m13 ...]", Group: sending, Rights: Facilitator, Changes: true, Outward: true, Where: Implied,
		Short: "try a failed mail once more", Long: "Queues a failed mail again, or tries one that waits for its next attempt at once.",
		Examples: []string{"outbox retry m12"},
		Args:     []Arg{{Kind: Message, Many: true}},
	},
	{
		Name: "outbox drop", Aliases: []string{"drop"}, Usage: "m12 [m13 ...]", Group: sending, Rights: Facilitator, Changes: true, Where: Implied,
		Short: "never send a mail", Long: "Takes a mail out of the queue for good. It stays on record as dropped.", Examples: []string{"outbox drop m12"},
		Args: []Arg{{Kind: Message, Many: true}},
	},
	{
		Name: "pause", Aliases: []string{"stop"}, Usage: "[REASON]", Group: sending, Rights: Facilitator, Changes: true,
		Short:    "stop sending anything, everywhere",
		Long:     "Nothing is sent to any list until `resume`; posts are still read and collected. It is for facilitators of the group and for the operator.",
		Examples: []string{"pause", "pause a list complains"},
		Args:     []Arg{{Kind: Text, Optional: true}},
	},
	{
		Name: "resume", Aliases: []string{"unpause"}, Group: sending, Rights: Facilitator, Changes: true, Outward: true,
		Short: "send again", Long: "Ends a pause. What became due in the meantime is sent now.", Examples: []string{"resume"},
	},

	{
		Name: "me", Aliases: []string{"whoami", "mine"}, Group: self, Rights: Member,
		Short: "what dcbot recorded of you", Long: "Lists every contribution on record under your address, in all coalitions, and what became of it.",
		Examples: []string{"me"},
	},
	{
		Name: "withdraw", Usage: "c42 [c43 ...]", Group: self, Rights: Member, Changes: true, Where: Implied,
		Short:    "take back what you wrote",
		Long:     "Only its author can withdraw a contribution or an objection. The draft then says that something was withdrawn, without its words. `me` lists what is yours.",
		Examples: []string{"withdraw c42"},
		Args:     []Arg{{Kind: Contribution, Many: true}},
	},
	{
		Name: "confirm", Usage: "TOKEN", Group: self, Rights: Anyone, Changes: true,
		Short:    "prove that a mail was yours",
		Long:     "When a mail cannot be proven to come from you, dcbot mails you a one-time token and waits. Send it back from the same address within fourteen days.",
		Examples: []string{"confirm 4f1d09c2a7e35b8860dd"},
		Args:     []Arg{{Kind: Word}},
	},
}
