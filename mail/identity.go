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
	if m.Wrapped && via.ThroughList && len(m.WrappedFrom) > 0 {
		return Author{Address: m.WrappedFrom[0], Why: "From of the original that the list wrapped", Trusted: m.WrappedFrom[0].Addr != ""}
	}
	if !munged(from, m, via) {
		switch {
		case m.Wrapped:
			return Author{Address: from, Why: "From of a wrapper that is not proven to be the list's"}
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
	name := unmungedName(from.Name)
	for _, f := range []string{"X-Original-From", "X-Mailfrom", "X-Original-Sender", "X-Google-Original-From"} {
		for _, a := range parseAddresses(m.Get(f)) {
			if usable(a, m, via) {
				if a.Name == "" {
					a.Name = name
				}
				// The envelope sender may be a service's bounce address: it is a person's only if it is no such one.
				if f == "X-Mailfrom" && serviceAddress(a.Addr) {
					continue
				}
				return Author{Address: a, Why: f + " of the list", Trusted: true}
			}
		}
	}
	if a, ok := pick(m.ReplyTo, name, m, via); ok {
		return Author{Address: a, Why: "Reply-To set by the list", Trusted: true}
	}
	// Mailman 2.1.18+ puts the author into Cc when Reply-To is the list: only one of that name can be meant.
	if a, ok := pickNamed(m.Cc, name, m, via); ok {
		return Author{Address: a, Why: "Cc set by the list, under the name in From", Trusted: true}
	}
	return Author{
		Address: Address{Name: name, Addr: ""},
		Why:     "only a name is known, under the list's address " + from.Addr,
	}
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

// usable says that an address can be a person's: it is there, and not the list's own.
func usable(a Address, m *Message, via Via) bool {
	if a.Addr == "" || sameAddr(a.Addr, m.List.Post) || sameAddr(a.Addr, via.ListAddress) || sameAddr(a.Addr, m.From[0].Addr) {
		return false
	}
	return true
}

// pick chooses the author among the addresses of Reply-To: the one that carries the name, else the only one there is.
func pick(list []Address, name string, m *Message, via Via) (Address, bool) {
	var left []Address
	for _, a := range list {
		if usable(a, m, via) {
			left = append(left, a)
		}
	}
	if a, ok := pickNamed(left, name, m, via); ok {
		return a, true
	}
	if len(left) != 1 {
		return Address{}, false
	}
	if left[0].Name == "" {
		left[0].Name = name
	}
	return left[0], true
}

// pickNamed chooses the one address that carries a name; two of them are no answer.
func pickNamed(list []Address, name string, m *Message, via Via) (Address, bool) {
	var found []Address
	for _, a := range list {
		if name != "" && usable(a, m, via) && strings.EqualFold(unmungedName(a.Name), name) {
			found = append(found, a)
		}
	}
	if len(found) == 1 || (len(found) > 1 && allSame(found)) {
		return found[0], true
	}
	return Address{}, false
}

func allSame(list []Address) bool {
	for _, a := range list[1:] {
		if !sameAddr(a.Addr, list[0].Addr) {
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
