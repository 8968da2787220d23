package mail

import "fmt"

// Kind says what a Block is.
type Kind int

// The kinds of blocks. Every line of a text is in exactly one block.
const (
	Own         Kind = iota // the author's new words
	Quote                   // words of somebody else (or of the author, earlier), quoted with or without marks
	Attribution             // "On ... X wrote:", an Outlook header block, "--- Original message ---"
	Greeting                // "Dear all,": the author's words, but not substance
	SignOff                 // "Best regards,\nAna"
	Signature               // below "-- ", or recognised as one; mobile-client signatures; disclaimers
	Footer                  // what the list added
	Forwarded               // an original that was forwarded whole
)

var kindNames = [...]string{"own", "quote", "attribution", "greeting", "sign-off", "signature", "footer", "forwarded"}

// String is the word for the kind, as JSON and people see it.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind-%d", int(k))
	}
	return kindNames[k]
}

// MarshalText writes the kind as its word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's word.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, n := range kindNames {
		if n == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no kind of block", b)
}

// Block is a run of lines of one kind, in the order of the text.
type Block struct {
	Kind Kind `json:"kind"`
	// First and Last are line numbers in Reading.Lines, from 0, both included.
	First int `json:"first"`
	Last  int `json:"last"`
	// Depth is the quote depth: 0 for the author's own lines, 1 for "> ", 2 for "> > "...
	Depth int `json:"depth,omitempty"`
	// Text is the content without quote marks; paragraphs keep their lines, joined by "\n".
	Text string `json:"text"`
	// Author is, for a quote, who is said to have written it, as the attribution gives it (name and address as far
	// as known).
	Author Address `json:"author,omitzero"`
	// Above is, for an own block, the index of the quote block that it stands right below (an inline answer), else -1.
	Above int `json:"above"`
	// From is, for a quote, where in an ancestor it came from; the zero Span when no ancestor has it.
	From Span `json:"from,omitzero"`
	// Unmarked says that a quote had no mark and was recognised because an ancestor has the same lines.
	Unmarked bool `json:"unmarked,omitempty"`
}

// Span is a run of lines in another message.
type Span struct {
	ID    string `json:"id"`    // Message-ID of the ancestor, "" if not known
	First int    `json:"first"` // line numbers in the ancestor's Text, from 0, both included
	Last  int    `json:"last"`
}

// Edit is one difference between a draft and a copy of it that somebody edited without any marks.
type Edit struct {
	Parent Span   `json:"parent"` // the lines of the parent that were changed, or after which the new text stands
	Old    string `json:"old"`    // "" is an insertion
	New    string `json:"new"`    // "" is a deletion
	Lines  [2]int `json:"lines"`  // where New stands in Reading.Lines (first, last); {-1,-1} for a deletion
}

// Reading is a message's text in blocks.
type Reading struct {
	Lines  []string `json:"lines"`
	Blocks []Block  `json:"blocks"`
	// Edits are the changes made inside an unmarked copy of an ancestor; nil when the message is no such copy.
	Edits []Edit `json:"edits,omitempty"`
}

// Ancestor is an earlier message of the thread (parent first), given to Read so that quotes can be aligned and
// unmarked ones recognised.
type Ancestor struct {
	ID     string
	Author Address
	Text   string
}

// ReadOptions is what a caller knows beside the text.
type ReadOptions struct {
	Ancestors []Ancestor
	// Footers are texts that this list is known to append to each post (learned from what repeats).
	Footers []string
	// Author of the text, if known: "Ana" at the end of a mail by Ana is a sign-off, not an answer.
	Author Address
	// FromHTML says that the text was made from HTML by TextFromHTML, which marks quotes with "> " by itself.
	FromHTML bool
}
