package servers_test

import (
	"context"
	"fmt"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"dcbot/mail/mailtest/servers"
)

// A post to each list comes to its members, as the list's software leaves it.
func TestListsDeliver(t *testing.T) {
	plain := servers.List{Name: "dc-water", Members: []string{"ana", "bela"}}
	munged := servers.List{Name: "dc-forest", Members: []string{"ana", "bela"}, Munge: true}
	s := servers.Start(t, servers.Options{Mailboxes: []string{"ana", "bela"}, Lists: []servers.List{plain, munged}})

	for _, l := range []servers.List{plain, munged} {
		post := fmt.Sprintf("From: Ana Lima <ana@%s>\r\nTo: %s\r\nSubject: hello\r\nMessage-ID: <1.%s>\r\n\r\nGood morning.\r\n",
			servers.Domain, l.Address(), l.ID())
		if err := smtp.SendMail(s.SMTP, nil, "ana@"+servers.Domain, []string{l.Address()}, []byte(post)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	mails, err := s.WaitFor(ctx, "bela", 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		switch {
		case strings.Contains(m, "List-Id: <"+plain.ID()+">"):
			if !strings.Contains(m, "From: Ana Lima <ana@"+servers.Domain+">") {
				t.Errorf("the plain list changed From:\n%s", m)
			}
		case strings.Contains(m, "List-Id: <"+munged.ID()+">"):
			if !strings.Contains(m, "From: Ana Lima via "+"Dc-forest <"+munged.Address()+">") {
				t.Errorf("the munging list left From:\n%s", m)
			}
		default:
			t.Errorf("from neither list:\n%s", m)
		}
	}
}
