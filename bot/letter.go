package bot

import (
	"strings"

	"dcbot/bot/dc"
	"dcbot/mail"
)

// letter is a mail, read as far as can be without its thread.
type letter struct {
	msg  *mail.Message
	auto mail.AutoVerdict
	read *mail.Reading
	text *string // own text, worked out once for each reading
	// searchable says that the own text belongs where find looks. It is written there last: a full-text index that is
	// written between other statements of a transaction is flushed at each of them.
	searchable bool
	kept       []int64     // contributions of an earlier reading that are not gone yet
	later      *laterPass  // gathers what is to be read again at the end of a batch; nil: at once
	fresh      bool        // no copy of it can be on record yet
	surveys    []dc.Survey // those that are loaded, when the caller has read them
	survey     string      // the survey that the mail is about for a reason outside of its thread; "" is none
}

func readLetter(raw []byte) *letter {
	m := mail.Parse(raw, mail.Limits{})
	l := &letter{msg: m, auto: mail.AutoMail(m)}
	l.read = mail.Read(m.Text, l.options(nil))
	return l
}

func (l *letter) options(ancestors []mail.Ancestor) mail.ReadOptions {
	o := mail.ReadOptions{Ancestors: ancestors, FromHTML: l.msg.FromHTML}
	if len(l.msg.From) > 0 {
		o.Author = l.msg.From[0]
	}
	return o
}

// own is the author's new text, greeting and sign-off included.
func (l *letter) own() string {
	if l.text == nil {
		t := l.read.OwnText(mail.OwnTextOptions{})
		l.text = &t
	}
	return *l.text
}

// reread splits the text again, now that the messages it answers are known.
func (l *letter) reread(ancestors []mail.Ancestor) {
	l.read, l.text = mail.Read(l.msg.Text, l.options(ancestors)), nil
}

// ids are all ids that name the mail.
func (l *letter) ids() []string {
	ids := []string{l.msg.ID}
	for _, a := range l.msg.Aliases {
		if a != "" && a != l.msg.ID {
			ids = append(ids, a)
		}
	}
	return ids
}

// chain is what the mail refers to, oldest first, its parent last. The last reference wins over In-Reply-To, which some
// clients fill with other things (RFC 5322 section 3.6.4).
func (l *letter) chain() []string {
	var chain []string
	seen := map[string]bool{l.msg.ID: true}
	add := func(ids []string) {
		for _, id := range ids {
			if id != "" && !seen[id] {
				seen[id] = true
				chain = append(chain, id)
			}
		}
	}
	if len(l.msg.References) == 0 {
		add(l.msg.InReplyTo[:min(1, len(l.msg.InReplyTo))])
		return chain
	}
	if len(l.msg.InReplyTo) == 1 && !contains(l.msg.References, l.msg.InReplyTo[0]) {
		// An id that References lack is most likely the true parent, cut off a list that had grown too long.
		add(l.msg.References)
		add(l.msg.InReplyTo)
		return chain
	}
	add(l.msg.References)
	return chain
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// isOurs says whether an address is the bot's own, now or before.
func (b *Bot) isOurs(addr string) bool {
	if addr == "" {
		return false
	}
	if dc.SameAddress(addr, b.Set.Address) {
		return true
	}
	for _, o := range b.Set.Others {
		if dc.SameAddress(addr, o) {
			return true
		}
	}
	// "+token" addresses are ours too (RFC 5233).
	local, domain, ok := strings.Cut(addr, "@")
	if base, _, plus := strings.Cut(local, "+"); ok && plus {
		return b.isOurs(base + "@" + domain)
	}
	return false
}
