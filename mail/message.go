package mail

import "time"

// Address is one mailbox of an address field (RFC 5322 section 3.4), decoded; Addr is lower-cased in its domain part.
type Address struct {
	Name string `json:"name,omitempty"`
	Addr string `json:"addr"`
}

// Message is everything that could be read of one mail. Parse always returns one, whatever is broken in it.
type Message struct {
	// ID is the Message-ID without brackets (RFC 5322 section 3.6.4), or, when there is none, an id made from the
	// content: "sha256-<hex>@dcbot.invalid"; equal bytes give equal ids.
	ID string
	// MadeID says that ID was made here and did not come from the header.
	MadeID bool
	// Aliases are other ids that name the same post: the Message-ID of a wrapped original (Mailman's wrap_message),
	// X-Original-Message-ID, Resent-Message-ID, X-Google-Original-Message-ID.
	Aliases    []string
	InReplyTo  []string // ids without brackets, in order
	References []string // ids without brackets, oldest first

	From, Sender, ReplyTo, To, Cc []Address

	Subject string    // decoded, unfolded, no control characters
	Date    time.Time // zero when there is no readable Date field

	List List // what the list that carried it says of itself; zero for direct mail

	// Header holds every field in order, decoded as far as possible; names are in canonical MIME form.
	Header []Field

	// Text is the text to read replies from: the text/plain part (format=flowed undone, RFC 3676), or the text made
	// from HTML when that keeps more structure or is all there is. Lines end in "\n"; tabs and NBSP are kept.
	Text string
	// FromHTML says that Text was made from the HTML part (TextFromHTML marks quotes with "> ").
	FromHTML bool
	// HTML is the decoded text/html part, "" if none. Remote content is never fetched.
	HTML string

	Attachments []Attachment
	// Links are the http(s) addresses in the author's part of the message, in order, without duplicates.
	Links []string

	// Digest says that this is a list digest (multipart/digest, "Foo Digest, Vol 3, Issue 4"): not one post.
	Digest bool
	// Wrapped says that the text came out of a message/rfc822 part that a list had wrapped around it.
	Wrapped bool
	// WrappedFrom is, when Wrapped, the From of the original. The outer From is the list's.
	WrappedFrom []Address
	// Truncated says that a limit cut something off; Notes says what.
	Truncated bool
	// Notes are what was broken, guessed or cut, in words for an operator ("unknown charset x-foo, read as
	// windows-1252"). They never quote the body.
	Notes []string
}

// Field is one header field.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Get returns the value of the first header field with that name (any case), or "".
func (m *Message) Get(name string) string {
	if v := m.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// List is what the List-* fields say (RFC 2369, RFC 2919).
type List struct {
	ID       string `json:"id,omitempty"`       // List-Id without brackets and description, lower-cased
	Post     string `json:"post,omitempty"`     // address of List-Post, lower-cased
	Archived string `json:"archived,omitempty"` // Archived-At (RFC 5064)
	Software string `json:"software,omitempty"` // mailman2, mailman3, sympa, google-groups, groups.io, listserv, or ""
}

// Attachment is a part that is not the text being read.
type Attachment struct {
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	Size   int    `json:"size"`   // decoded, octets
	SHA256 string `json:"sha256"` // hex
	Text   string `json:"-"`      // decoded text of text/* and message parts, up to the limit
	Inline bool   `json:"inline,omitempty"`
}

// Limits bound what Parse looks at; a zero field means its default.
type Limits struct {
	Size   int // octets of the whole message read (default 25 MiB)
	Header int // octets of header read (default 256 KiB)
	Parts  int // MIME parts (default 500)
	Depth  int // nesting of multiparts and message/rfc822 (default 20)
	Text   int // octets of text kept per part (default 2 MiB)
}
