package mail

import (
	"strings"
)

// Author is who is taken to have written a message.
type Author struct {
	Address
	// Why says how the author was found, in words for an operator.
	Why string
	// Trusted says that nothing about the author had to be guessed: it is the literal From of ordinary mail, or what
	// a list that provably carried the mail noted of the original sender. It does not say that the mail is genuine:
	// Authenticate says that of direct mail.
	Trusted bool
}

// Via is what the caller knows of the way that a message took.
type Via struct {
	ListID      string // List-Id of the list, without brackets
	ListAddress string // its posting address
	// ThroughList says that the caller has proof that the mail came through that list (fetched from the list's archive,
	// or delivered by its server). The message's own header is no proof.
	ThroughList bool
}

// WhoWrote finds the author of a message. When a list has replaced From by its own address ("Ana via dc-test
// <dc-test@lists.example.org>", against DMARC), the author stands in Reply-To, Cc or a field of the list software. Those
// fields are believed only on mail that provably came through the list: everybody can write them into direct mail
// (mail case 18). Where no address can be found, the author is the name together with the list and never trusted, and
// never mistaken for another person of that name (mail case 19).
func WhoWrote(m *Message, via Via) Author {
	if len(m.From) == 0 {
		if len(m.Sender) > 0 {
			return Author{Address: m.Sender[0], Why: "Sender, there is no From"}
		}
		return Author{Why: "there is no From"}
	}
	from := m.From[0]
	if !munged(from, m, via) {
		switch {
		case from.Addr == "":
			return Author{Address: from, Why: "From without an address"}
		case len(m.From) > 1 || len(m.Values("From")) > 1:
			return Author{Address: from, Why: "the first of several From addresses"}
		}
		return Author{Address: from, Why: "From", Trusted: true}
	}
	if !via.ThroughList {
		return Author{Address: from, Why: "From looks rewritten by a list, but the mail is not proven to have come through one"}
	}
	if !rewrittenBy(from, m, via) {
		return Author{Address: from, Why: "From looks rewritten by a list, but not by this one"}
	}
	return unmunge(m, via)
}

// rewrittenBy says that the list itself has put its address into From. A list that rewrites nothing passes on a From that
// somebody made up to look so; hence the address must be the list's as the caller knows it, not as the mail says.
func rewrittenBy(from Address, m *Message, via Via) bool {
	if via.ListAddress == "" && via.ListID == "" {
		return sameAddr(from.Addr, m.List.Post)
	}
	if sameAddr(from.Addr, via.ListAddress) {
		return true
	}
	// Without a configured address: name@host of the List-Id name.host.
	local, domain, _ := strings.Cut(strings.ToLower(from.Addr), "@")
	if via.ListAddress == "" {
		return local+"."+domain == strings.ToLower(via.ListID)
	}
	// groups.io: an address per author at the service's own domain, above that of the list.
	list := domainOf(via.ListAddress)
	return strings.Contains(local, "=") && strings.Contains(domain, ".") && (list == domain || strings.HasSuffix(list, "."+domain))
}

// unmunge finds the author of a mail whose From the list has replaced. List software notes the author in different places,
// and passes on what an author wrote into the others: so all places that name somebody must agree.
func unmunge(m *Message, via Via) Author {
	from := m.From[0]
	name := unmungedName(from.Name)
	replyTo := usable(m.ReplyTo, m, via)
	named := carrying(name, append(append([]Address(nil), replyTo...), usable(m.Cc, m, via)...))
	nobody := func(why string) Author {
		return Author{Address: Address{Name: name}, Why: why + ", under the list's address " + from.Addr}
	}
	found := func(a Address, why string) Author {
		if a.Name == "" {
			a.Name = name
		}
		a.Name = unmungedName(a.Name)
		return Author{Address: a, Why: why, Trusted: true}
	}
	if m.Wrapped && len(m.WrappedFrom) > 0 && m.WrappedFrom[0].Addr != "" {
		// An author can send a mail that looks wrapped, too; the list then names that author in Reply-To or Cc.
		if a := m.WrappedFrom[0]; only(a, replyTo) && only(a, named) {
			return found(a, "From of the original that the list wrapped")
		}
		return nobody("the wrapped original and Reply-To or Cc name different people")
	}
	// Google Groups and Sympa keep the From that they replace.
	for _, f := range []string{"X-Original-From", "X-Google-Original-From"} {
		if as := usable(parseAddresses(m.Get(f)), m, via); len(as) > 0 {
			if !only(as[0], replyTo) || !only(as[0], named) {
				return nobody(f + " and Reply-To or Cc name different people")
			}
			return found(as[0], f+" of the list")
		}
	}
	// Mailman moves it into Reply-To, or into Cc when answers go to the list.
	switch {
	case len(named) > 0 && !only(named[0], named):
		return nobody("several addresses carry the name")
	case len(named) > 0 && only(named[0], replyTo):
		return found(named[0], "Reply-To or Cc set by the list, under the name in From")
	case len(replyTo) > 0 && only(replyTo[0], replyTo) && len(named) == 0:
		return found(replyTo[0], "Reply-To set by the list")
	case len(replyTo) > 0:
		return nobody("Reply-To and Cc name different people")
	}
	// The envelope sender: a person's address unless a service sent the mail.
	for _, f := range []string{"X-Mailfrom", "X-Original-Sender"} {
		for _, a := range usable(parseAddresses(m.Get(f)), m, via) {
			if !serviceAddress(a.Addr) {
				return found(a, f+" of the list")
			}
		}
	}
	// groups.io: "ana=example.org@groups.io".
	if local, _, _ := strings.Cut(from.Addr, "@"); strings.Contains(local, "=") {
		if i := strings.LastIndexByte(local, '='); i > 0 && strings.Contains(local[i:], ".") {
			return found(Address{Name: name, Addr: cleanAddr(local[:i] + "@" + local[i+1:])}, "the author's address inside of the list's")
		}
	}
	return nobody("only a name is known")
}

// munged says whether From is a list's address and not its author's.
func munged(from Address, m *Message, via Via) bool {
	if via.ListAddress != "" && sameAddr(from.Addr, via.ListAddress) {
		return true
	}
	return mungedFrom(from, m)
}

// mungedFrom is munged by what the message says alone.
func mungedFrom(from Address, m *Message) bool {
	if sameAddr(from.Addr, m.List.Post) {
		return true
	}
	// groups.io and others give each author an address below the list's domain: "ana=example.org@groups.io".
	local, _, _ := strings.Cut(from.Addr, "@")
	if strings.Contains(local, "=") && m.List.ID != "" && strings.Contains(from.Name, " via ") {
		return true
	}
	if viaName(from.Name) == "" {
		return false
	}
	// "Ana via X": the address must be a list's. A person may be called so only in jest.
	for _, a := range m.To {
		if sameAddr(a.Addr, from.Addr) {
			return true
		}
	}
	for _, a := range m.Cc {
		if sameAddr(a.Addr, from.Addr) {
			return true
		}
	}
	listDomain := m.List.ID
	return listDomain == "" || strings.HasSuffix(listDomain, domainOf(from.Addr)) || strings.HasSuffix(domainOf(from.Addr), "lists."+listDomain) || domainOf(m.List.Post) == domainOf(from.Addr)
}

// viaWords are "via" as list software writes it in its languages (Mailman's catalogues; Sympa).
var viaWords = []string{" via ", " por meio de ", " über ", " par ", " através de ", " tramite ", " przez ", " через ", " 经由 ", " 通过 "}

// viaName returns the author's name in "Ana via list" or "'Ana' via list", "" if it is no such name.
func viaName(name string) string {
	i := strings.LastIndex(strings.ToLower(name), " via ")
	if i <= 0 {
		return ""
	}
	return strings.Trim(name[:i], " '\"")
}

// unmungedName is the author's name without what the list added.
func unmungedName(name string) string {
	for _, w := range viaWords {
		if i := strings.LastIndex(name, w); i > 0 {
			return strings.Trim(name[:i], " '\"")
		}
	}
	return strings.Trim(name, " '\"")
}

// usable returns the addresses that can be a person's: not the list's own.
func usable(list []Address, m *Message, via Via) []Address {
	var out []Address
	for _, a := range list {
		if a.Addr != "" && !sameAddr(a.Addr, m.List.Post) && !sameAddr(a.Addr, via.ListAddress) && !sameAddr(a.Addr, m.From[0].Addr) {
			out = append(out, a)
		}
	}
	return out
}

// carrying returns those of the addresses that carry a name.
func carrying(name string, list []Address) []Address {
	var out []Address
	for _, a := range list {
		if name != "" && strings.EqualFold(unmungedName(a.Name), name) {
			out = append(out, a)
		}
	}
	return out
}

// only says that a list names nobody but a.
func only(a Address, list []Address) bool {
	for _, b := range list {
		if !sameAddr(a.Addr, b.Addr) {
			return false
		}
	}
	return true
}

// serviceAddress knows envelope senders that are no person's: bounce and VERP addresses, SRS rewrites.
func serviceAddress(addr string) bool {
	local, _, _ := strings.Cut(strings.ToLower(addr), "@")
	for _, w := range []string{"bounce", "srs0=", "srs1=", "-owner", "owner-", "prvs=", "mailer-daemon", "noreply", "no-reply", "btv1=="} {
		if strings.Contains(local, w) {
			return true
		}
	}
	return strings.Count(local, "=") > 0 && strings.Contains(local, "+")
}
