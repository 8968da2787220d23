package maillist

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot"
	"dcbot/bot/dc"
	"dcbot/mail/imap"
)

var now = time.Date(2021, 3, 25, 12, 0, 0, 0, time.UTC)

func settings() bot.Settings {
	return bot.Settings{
		Name: "dcbot", Prefix: "!dc", Address: "dcbot@example.test", Zone: "UTC", Language: "en",
		Group: dc.Group{Name: "DCCG", Lists: []dc.List{{Address: "dccg@lists.example.test", ID: "dccg.lists.example.test"}}},
		Coalitions: []dc.Coalition{
			{ID: "dc-meter", Name: "Metering Matters", Language: "en", Lists: []dc.List{
				{Address: "meter@lists.example.test", ID: "meter.lists.example.test"},
				{Address: "meter-talk@lists.example.test"}, // its List-Id is what the address suggests
			}},
			{ID: "dc-tides", Name: "Marées", Language: "fr", Lists: []dc.List{{Address: "tides@sympa.example.net", ID: "tides.example.net", AutoSubmitted: true}}},
		},
	}
}

func testLists(authserv string) *Lists {
	return New(settings(), Config{Now: func() time.Time { return now }, AuthservID: authserv})
}

// eml makes a mail of lines with CRLF.
func eml(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

// fromList is what a list puts on top and in.
func fromList(id, bounces string, lines ...string) []byte {
	return eml(append([]string{
		"Return-Path: <" + bounces + ">",
		"Delivered-To: dcbot@example.test",
		"Received: from lists by mail.example.test; Thu, 25 Mar 2021 11:00:05 +0000",
		"List-Id: A list <" + id + ">",
		"Precedence: list",
	}, lines...)...)
}

var body = []string{"To: meter@lists.example.test", "Subject: Re: Survey Q6", "Date: Thu, 25 Mar 2021 12:00:00 +0100", "Message-ID: <a1@example.org>", "", "We decide by rough consensus."}

func with(head ...string) []string { return append(head, body...) }

func TestPost(t *testing.T) {
	munged := with(`From: "Ana Lima via Meter" <meter@lists.example.test>`, `Reply-To: "Ana Lima" <ana@example.org>`)
	for _, tt := range []struct {
		name     string
		raw      []byte
		authserv string
		want     dc.Post
	}{
		{
			name: "a list post belongs to its coalition",
			raw:  fromList("meter.lists.example.test", "meter-bounces@lists.example.test", with("From: Ana Lima <ana@example.org>")...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "by the List-Id that its address suggests, when none is configured",
			raw:  fromList("Meter-Talk.lists.example.test", "x@lists.example.test", with("From: Ana Lima <ana@example.org>")...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter-talk.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "the author behind a From that the list rewrote",
			raw:  fromList("meter.lists.example.test", "meter-bounces@lists.example.test", munged...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "is not believed of mail that did not come from the list's server", // mail case 18
			raw:  fromList("meter.lists.example.test", "mallory@example.com", munged...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "unknown:a1@example.org", AuthorName: "Ana Lima via Meter"},
		},
		{
			name:     "nor where our own server found the envelope sender forged",
			authserv: "mail.example.test",
			raw: append([]byte("Authentication-Results: mail.example.test; spf=fail smtp.mailfrom=lists.example.test\r\n"),
				fromList("meter.lists.example.test", "meter-bounces@lists.example.test", munged...)...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "unknown:a1@example.org", AuthorName: "Ana Lima via Meter"},
		},
		{
			name:     "whatever the sender wrote about it in our server's name further down",
			authserv: "mail.example.test",
			raw: fromList("meter.lists.example.test", "meter-bounces@lists.example.test", append([]string{
				"Received: from elsewhere by lists.example.test; Thu, 25 Mar 2021 11:00:01 +0000",
				"Authentication-Results: mail.example.test; spf=fail smtp.mailfrom=example.org"}, munged...)...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "a name without an address is nobody else's", // mail case 19
			raw:  fromList("meter.lists.example.test", "meter-bounces@lists.example.test", with(`From: "Ana Lima via Meter" <meter@lists.example.test>`)...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "unknown:a1@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "direct mail belongs to no coalition, whatever To says",
			raw:  eml(with("From: Ana Lima <ana@example.org>")...),
			want: dc.Post{ExternalID: "a1@example.org", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name:     "direct mail that our own server vouches for is proven", // mail case 22
			authserv: "mail.example.test",
			raw:      append([]byte("Authentication-Results: mail.example.test; dmarc=pass header.from=example.org\r\n"), eml(with("From: Ana Lima <ana@example.org>")...)...),
			want:     dc.Post{ExternalID: "a1@example.org", Author: "ana@example.org", AuthorName: "Ana Lima", Proven: true},
		},
		{
			name: "and not by another's word",
			raw:  append([]byte("Authentication-Results: mail.example.test; dmarc=pass header.from=example.org\r\n"), eml(with("From: Ana Lima <ana@example.org>")...)...),
			want: dc.Post{ExternalID: "a1@example.org", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name:     "list mail is never proven: a list can be posted to in any name",
			authserv: "mail.example.test",
			raw: append([]byte("Authentication-Results: mail.example.test; dmarc=pass header.from=example.org\r\n"),
				fromList("meter.lists.example.test", "meter-bounces@lists.example.test", with("From: Ana Lima <ana@example.org>")...)...),
			want: dc.Post{ExternalID: "a1@example.org", Coalition: "dc-meter", List: "meter.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name:     "mail of a list that is not ours is no direct mail",
			authserv: "mail.example.test",
			raw: append([]byte("Authentication-Results: mail.example.test; dmarc=pass header.from=example.org\r\n"),
				fromList("cooking.lists.example.com", "b@lists.example.com", with("From: Ana Lima <ana@example.org>")...)...),
			want: dc.Post{ExternalID: "a1@example.org", List: "cooking.lists.example.com", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
		{
			name: "the group's own list is no coalition's",
			raw:  fromList("dccg.lists.example.test", "dccg-bounces@lists.example.test", with("From: Ana Lima <ana@example.org>")...),
			want: dc.Post{ExternalID: "a1@example.org", List: "dccg.lists.example.test", Author: "ana@example.org", AuthorName: "Ana Lima"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := testLists(tt.authserv).Post(t.Context(), imap.Delivery{Raw: tt.raw, Internal: now})
			tt.want.Source, tt.want.State, tt.want.Raw = dc.FromMail, dc.Pending, tt.raw
			tt.want.Sent, tt.want.Received = time.Date(2021, 3, 25, 11, 0, 0, 0, time.UTC), now
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPostTimes(t *testing.T) {
	internal := now.Add(-time.Hour)
	for _, tt := range []struct {
		name, date     string
		internal       time.Time
		sent, received time.Time
	}{
		{"as the sender says, in UTC", "Date: Thu, 25 Mar 2021 10:00:00 +0300", internal, internal.Add(-4 * time.Hour), internal},
		{"a date to come is not believed", "Date: Fri, 25 Mar 2022 10:00:00 +0000", internal, internal, internal},
		{"no date", "X-No-Date: yes", internal, internal, internal},
		{"a server that does not say when", "Date: nonsense", time.Time{}, now, now},
		{"a server ahead of its time", "Date: Thu, 25 Mar 2021 11:30:00 +0000", now.Add(time.Hour), now.Add(-30 * time.Minute), now},
	} {
		p := testLists("").Post(t.Context(), imap.Delivery{Raw: eml("From: ana@example.org", tt.date, "Message-ID: <a@b.example>", "", "x"), Internal: tt.internal})
		if !p.Sent.Equal(tt.sent) || !p.Received.Equal(tt.received) {
			t.Errorf("%s: sent %v, received %v", tt.name, p.Sent, p.Received)
		}
	}
}

func TestPostOverSize(t *testing.T) {
	raw := fromList("meter.lists.example.test", "meter-bounces@lists.example.test", "From: ana@example.org", "Message-ID: <big@example.org>", "")
	p := testLists("").Post(t.Context(), imap.Delivery{Raw: raw, Internal: now, OverSize: true, Note: "it has 90 MB"})
	if p.State != dc.Pending || p.Coalition != "dc-meter" || p.ExternalID != "big@example.org" || p.Reason != "only its header is here: it has 90 MB" {
		t.Errorf("%+v", p)
	}
}

// The DNS is asked with a time limit, and only about direct mail.
func TestPostAsksDNS(t *testing.T) {
	signed := "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.org; s=k1; h=From; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"
	asked := 0
	l := New(settings(), Config{Now: func() time.Time { return now }, LookupTXT: func(ctx context.Context, name string) ([]string, error) {
		asked++
		if d, ok := ctx.Deadline(); !ok || time.Until(d) > authenticateWithin {
			t.Error("the DNS is asked without a time limit")
		}
		if name != "k1._domainkey.example.org" {
			t.Errorf("asked for %q", name)
		}
		return nil, errors.New("no such name")
	}})
	direct := append([]byte(signed+"\r\n"), eml(with("From: ana@example.org")...)...)
	if p := l.Post(t.Context(), imap.Delivery{Raw: direct, Internal: now}); p.Proven || asked == 0 {
		t.Errorf("proven %v after %d questions", p.Proven, asked)
	}
	asked = 0
	l.Post(t.Context(), imap.Delivery{Raw: append([]byte(signed+"\r\n"), fromList("meter.lists.example.test", "meter-bounces@lists.example.test", with("From: ana@example.org")...)...), Internal: now})
	if asked != 0 {
		t.Error("the DNS was asked about list mail")
	}
}

func TestCursor(t *testing.T) {
	want := imap.Cursor{Folder: "INBOX", UIDValidity: 7, UID: 1201}
	stored := writeCursor(want)
	if stored.Name != "imap:INBOX" || stored.Value != "7/1201" {
		t.Errorf("%+v", stored)
	}
	if got, err := parseCursor("INBOX", stored.Value); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"7", "x/1", "7/", "7/99999999999", "-1/3"} {
		if got, err := parseCursor("INBOX", bad); err == nil || got != (imap.Cursor{Folder: "INBOX"}) {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
}

func FuzzPost(f *testing.F) {
	f.Add(fromList("meter.lists.example.test", "meter-bounces@lists.example.test", with("From: Ana <ana@example.org>")...))
	f.Add(eml(with("From: Ana <ana@example.org>")...))
	f.Add([]byte("Return-Path: <@>\nAuthentication-Results: ;;\nList-Id: <meter.lists.example.test>\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := testLists("mail.example.test").Post(t.Context(), imap.Delivery{Raw: raw, Internal: now})
		if p.ExternalID == "" || p.Author == "" || p.Sent.After(now) {
			t.Errorf("%s", fmt.Sprintf("%+v", p))
		}
	})
}
