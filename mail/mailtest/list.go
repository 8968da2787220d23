package mailtest

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"slices"
	"strings"
)

// List is a mailing list that behaves like Mailman 3: see Server.AddList.
type List struct {
	ID            string   // the List-Id: "meter.lists.example.test"
	Address       string   // where it is posted to
	Name          string   // as in "Ana via Name"
	Members       []string // addresses; a copy goes to each that has a mailbox here
	Footer        string   // appended to every post; may be empty
	SubjectPrefix string   // "[meter] "; may be empty
	Munge         bool     // put the list into From, and the author into Reply-To
	ReplyTo       string   // address that replies are sent to; "" leaves that to the author's mail
	Archive       string   // base of Archived-At links; "" for none

	Hold              bool // hold every post for a moderator
	HoldNonMembers    bool // hold posts whose From is no member
	DropAutoSubmitted bool // drop mail with Auto-Submitted other than "no" silently, as Sympa does
	RewriteMessageID  bool // give each post a Message-ID of the list's own, as some gateways do
	DropPosterCopy    bool // send the poster no copy of the own post
}

type list struct {
	List
	held  []Accepted // guarded by the server
	posts int
}

// AddList makes a list. Each post gets List-Id and its kin, Precedence: list, Sender, X-MailFrom, the subject prefix and
// the footer, keeps its Message-ID, and goes to every member, also to the one who wrote it; the envelope sender is the
// list's bounce address. What has gone through the list before is dropped.
func (s *Server) AddList(l List) {
	s.note(func() { s.lists[canonical(l.Address)] = &list{List: l} })
}

// UpdateList changes a list's settings.
func (s *Server) UpdateList(address string, change func(*List)) {
	s.note(func() {
		if l := s.lists[canonical(address)]; l != nil {
			change(&l.List)
		}
	})
}

// Held lists the posts that wait for the list's moderator.
func (s *Server) Held(address string) []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.lists[canonical(address)]; l != nil {
		return slices.Clone(l.held)
	}
	return nil
}

// Release is the moderator letting all held posts of a list through; it returns how many.
func (s *Server) Release(address string) int {
	held, l := s.takeHeld(address)
	for _, a := range held {
		s.fanOut(l, a)
	}
	return len(held)
}

// Discard is the moderator throwing all held posts of a list away; it returns how many.
func (s *Server) Discard(address string) int {
	held, _ := s.takeHeld(address)
	return len(held)
}

func (s *Server) takeHeld(address string) (held []Accepted, l *list) {
	s.note(func() {
		if l = s.lists[canonical(address)]; l != nil {
			held, l.held = l.held, nil
		}
	})
	return held, l
}

// post is what the list does with a mail to its address.
func (s *Server) post(l *list, a Accepted) {
	m := readMessage(a.Raw)
	conf := s.conf(l)
	switch auto := m.get("Auto-Submitted"); {
	case conf.DropAutoSubmitted && auto != "" && !strings.EqualFold(strings.TrimSpace(auto), "no"):
		return
	case strings.EqualFold(m.get("List-Post"), "<mailto:"+conf.Address+">"):
		return // a loop
	case conf.Hold, conf.HoldNonMembers && !conf.member(m.author().Address):
		s.note(func() { l.held = append(l.held, a) })
		return
	}
	s.fanOut(l, a)
}

func (s *Server) conf(l *list) List {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.List
}

func (l List) member(addr string) bool {
	return slices.ContainsFunc(l.Members, func(m string) bool { return canonical(m) == canonical(addr) })
}

// fanOut sends a post to the members.
func (s *Server) fanOut(l *list, a Accepted) {
	conf := s.conf(l)
	var n int
	s.note(func() { l.posts++; n = l.posts })
	raw := conf.dress(a, n)
	local, domain, _ := strings.Cut(conf.Address, "@")
	bounces := local + "-bounces@" + domain
	author := readMessage(a.Raw).author().Address
	for _, to := range conf.Members {
		if conf.DropPosterCopy && canonical(to) == canonical(author) {
			continue
		}
		if box := s.Mailbox(to); box != nil {
			box.deliver(bounces, to, raw, a.Queue)
		}
	}
}

// dress makes of a post what the members get.
func (l List) dress(a Accepted, n int) []byte {
	m := readMessage(a.Raw)
	author := m.author()
	local, domain, _ := strings.Cut(l.Address, "@")
	if l.Munge {
		name := author.Name
		if name == "" {
			name, _, _ = strings.Cut(author.Address, "@")
		}
		m.set("From", (&mail.Address{Name: name + " via " + l.Name, Address: l.Address}).String())
		field := "Reply-To"
		if l.ReplyTo != "" {
			field = "Cc"
		}
		m.add(field, author.String())
		m.remove("DKIM-Signature")
	}
	if l.ReplyTo != "" {
		m.set("Reply-To", l.ReplyTo)
	}
	if l.RewriteMessageID {
		m.set("Message-ID", fmt.Sprintf("<post-%d@%s>", n, l.ID))
	}
	m.prefixSubject(l.SubjectPrefix)
	if l.Footer != "" {
		m.addFooter(l.Footer)
	}
	m.append("Message-ID-Hash", fmt.Sprintf("P%06d", n))
	m.append("X-MailFrom", a.From)
	m.append("Precedence", "list")
	m.append("Sender", fmt.Sprintf("%s-bounces@%s", local, domain))
	m.append("List-Id", fmt.Sprintf("%s <%s>", phrase(l.Name), l.ID))
	if l.Archive != "" {
		m.append("Archived-At", fmt.Sprintf("<%s%d>", l.Archive, n))
	}
	m.append("List-Help", fmt.Sprintf("<mailto:%s-request@%s?subject=help>", local, domain))
	m.append("List-Owner", fmt.Sprintf("<mailto:%s-owner@%s>", local, domain))
	m.append("List-Post", fmt.Sprintf("<mailto:%s>", l.Address))
	m.append("List-Subscribe", fmt.Sprintf("<mailto:%s-join@%s>", local, domain))
	m.append("List-Unsubscribe", fmt.Sprintf("<mailto:%s-leave@%s>", local, domain))
	return m.bytes()
}

func phrase(name string) string {
	for i := range len(name) {
		if name[i] >= 0x80 {
			return mime.QEncoding.Encode("utf-8", name)
		}
	}
	if bytes.ContainsAny([]byte(name), `()<>[]:;@\,."`) {
		return `"` + strings.ReplaceAll(name, `"`, `\"`) + `"`
	}
	return name
}
