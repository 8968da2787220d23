package bot_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dcbot/bot/dc"
	"dcbot/bot/maillist"
	"dcbot/storage"
)

// order is a mail with commands to the bot alone.
func order(id, from string, lines ...string) letter {
	return letter{id: id, from: from, to: "dcbot@example.test", subject: "orders", body: strings.Join(lines, "\n")}
}

const mia = "Mia Meter <mia@example.org>"

var token = regexp.MustCompile(`\b[0-9a-f]{20}\b`)

// State-changing commands by mail need proof: a one-time token, from the right person, once, in time, to the bot alone.
func TestCase22TokenOfTheRightPersonOnce(t *testing.T) {
	adopted := func(d *desk) bool {
		return strings.Contains(strings.Join(d.record(), "\n"), "(adopted)")
	}
	start := func(t *testing.T) (*desk, string) {
		d := launched(t)
		d.receive(via("meter", d.answer("6").raw()))
		d.receive(order("o1@example.org", mia, "!dc adopt c1").raw())
		d.receive(order("o2@example.org", mia, "!dc adopt c1").raw()) // the same is asked once
		d.wantMail("confirmation to mia@example.org")
		if adopted(d) {
			t.Fatal("a mail that proves nothing was obeyed")
		}
		code := token.FindString(d.last("confirmation").Content.Text)
		if code == "" {
			t.Fatal("the confirmation has no token")
		}
		if strings.Contains(d.log.String(), code) || strings.Contains(d.last("confirmation").Key, code) || strings.Contains(d.do("outbox")+d.do("outbox show m"+fmt.Sprint(d.last("confirmation").ID)), code) {
			t.Error("the token can be seen by others")
		}
		return d, code
	}
	reply := func(id, from, code string) letter {
		return letter{id: id, from: from, to: "dcbot@example.test", subject: "Re: Please confirm", body: "Yes.\n\n> To confirm, keep this code: " + code}
	}
	t.Run("right person", func(t *testing.T) {
		d, code := start(t)
		d.receive(reply("y1@example.org", mia, code).raw())
		if !adopted(d) {
			t.Error("the confirmed order was not carried out")
		}
		d.do("release c1")
		d.receive(reply("y2@example.org", mia, code).raw())
		if adopted(d) {
			t.Error("a token worked twice")
		}
		d.wantMail("confirmation to mia@example.org", "reply to mia@example.org")
	})
	for name, change := range map[string]func(d *desk, l *letter){
		"somebody else": func(_ *desk, l *letter) { l.from = ben },
		"too late":      func(d *desk, _ *letter) { d.now = d.now.Add(15 * 24 * time.Hour) },
		"absence notice that quotes it": func(_ *desk, l *letter) {
			l.head = []string{"Auto-Submitted: auto-replied"}
		},
		"absence notice that only its subject shows": func(_ *desk, l *letter) { l.subject = "Out of office: " + l.subject },
	} {
		t.Run(name, func(t *testing.T) {
			d, code := start(t)
			l := reply("y1@example.org", mia, code)
			change(d, &l)
			d.receive(l.raw())
			if adopted(d) {
				t.Error("the order was carried out")
			}
			d.wantMail("confirmation to mia@example.org")
		})
	}
	t.Run("through a list", func(t *testing.T) {
		d, code := start(t)
		d.receive(via("meter", reply("y1@example.org", mia, code).raw()))
		if adopted(d) {
			t.Error("the order was carried out")
		}
		d.wantMail("confirmation to mia@example.org")
	})
	t.Run("an older code quoted above it", func(t *testing.T) {
		d, code := start(t)
		d.receive(reply("y1@example.org", mia, code).raw())
		d.do("release c1")
		d.receive(order("o3@example.org", mia, "!dc adopt c1").raw())
		second := token.FindString(d.last("confirmation").Content.Text)
		d.receive(reply("y2@example.org", mia, code+"\n> and "+second).raw())
		if !adopted(d) {
			t.Error("the second token was not found behind the used one")
		}
	})
}

// A signature proves who wrote a mail, not whom it was for: sent on to the bot by somebody else it gives no orders.
func TestCase22SignedMailToSomebodyElse(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	l := order("o1@example.org", mia, "You could write:", "!dc adopt c1")
	l.to = "ben@example.org"
	d.receive(proven(l.raw()))
	d.wantRecord(asked)
	d.wantMail("confirmation to mia@example.org")
}

// A list post is none the less one for its Precedence; automatic mail is never an answer nor an order, even through a list.
func TestCase23AutomaticMail(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw())) // with Precedence: list
	for i, head := range [][]string{
		{"Auto-Submitted: auto-replied"}, {"X-Auto-Response-Suppress: All"},
		{"Content-Type: multipart/report; report-type=delivery-status; boundary=x"}, {"X-Autoreply: yes"},
	} {
		l := d.answer("6")
		l.id, l.from, l.head, l.body = fmt.Sprintf("auto%d@example.org", i), ben, head, "I am away until May.\n!dc status"
		d.receive(via("meter", l.raw()), proven(l.raw()))
		l.id += "x"
		l.to = "dcbot@example.test"
		d.receive(proven(l.raw()))
	}
	l := d.answer("6")
	l.id, l.from, l.subject, l.body = "away@example.org", ben, "Automatic reply: Survey Q6", "I am away until May."
	d.receive(via("meter", l.raw()))
	d.wantRecord(asked)
	d.wantMail()
	d.wantReplay()
}

// Our own mail, whichever way it comes back, does nothing but teach its ids.
func TestCase24OwnMailComesBack(t *testing.T) {
	d := launched(t)
	o := d.question("6")
	own, err := maillist.Compose(settings(), o, d.now)
	if err != nil {
		t.Fatal(err)
	}
	sent := func() {
		d.update(func(tx *storage.Tx) error {
			a, err := tx.BeginAttempt(o.ID, d.now, d.now)
			if err != nil {
				return err
			}
			return tx.EndAttempt(a, d.now, 250, "", dc.Sent, d.now)
		})
	}
	sent()
	rewritten := bytes.Replace(own, []byte(o.MessageID), []byte("rewritten@lists.example.test"), 1)
	munged := bytes.Replace(own, []byte("From: dcbot <dcbot@example.test>"), []byte("From: dcbot via Meter <meter@lists.example.test>"), 1)
	munged = bytes.Replace(munged, []byte("From: \"dcbot\" <dcbot@example.test>"), []byte("From: dcbot via Meter <meter@lists.example.test>"), 1)
	plus := bytes.Replace(own, []byte("dcbot@example.test"), []byte("dcbot+x1@example.test"), -1)
	// A reply to the rewritten id comes before our own copy.
	early := d.answer("6")
	early.reply, early.subject = "rewritten@lists.example.test", "Re: decisions"
	d.receive(via("meter", early.raw()))
	d.wantRecord()
	d.receive(own, via("meter", rewritten), via("meter", munged), via("meter", plus), via("tides", own))
	d.wantRecord(asked)
	if o := d.question("6"); o.Returned.IsZero() || o.State != dc.Sent {
		t.Errorf("its own copy was not seen: %+v", o)
	}
	// A member who forwards it, or answers under its id, has words of their own.
	l := letter{id: "b1@example.org", from: ben, subject: "Fwd: Survey Q6", reply: o.MessageID, at: d.now, head: []string{"X-Dcbot-Survey: dc2021", "X-Dcbot-Question: 9"}, body: "We vote by a show of hands, every spring."}
	d.receive(via("meter", l.raw()))
	d.wantRecord(asked, "dc-meter Q6 ben@example.org answer: We vote by a show of hands, every spring.")
	d.wantMail()
	d.wantReplay()
}

// Forged headers without the token of a row count for nothing.
func TestCase24ForgedHeaders(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", letter{id: "f1@example.com", from: "dcbot <dcbot@example.test>", subject: "Survey Q9: Outputs", at: d.now, head: []string{"X-Dcbot-Survey: dc2021", "X-Dcbot-Question: 9", "X-Dcbot-Token: 00"}, body: "Which outputs?"}.raw()))
	d.receive(via("meter", letter{id: "b1@example.org", from: ben, subject: "Re: outputs", reply: "f1@example.com", body: "A handbook for councils.", at: d.now}.raw()))
	d.wantRecord()
	d.wantMail()
}

// Our own example commands do nothing when they come back, with quote marks or without.
func TestCase25OwnExamplesQuotedBack(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	d.receive(proven(order("o1@example.org", mia, "!dc help adopt").raw()))
	answer := d.last("reply")
	if !strings.Contains(answer.Content.Text, "adopt") {
		t.Fatalf("no help: %s", answer.Content.Text)
	}
	for i, mark := range []string{"> ", ""} {
		l := order(fmt.Sprintf("o%d@example.org", 2+i), mia, "Thank you.", "", "On 23 March, dcbot wrote:", mark+strings.ReplaceAll(answer.Content.Text, "\n", "\n"+mark))
		l.reply = answer.MessageID
		d.receive(proven(l.raw()))
	}
	d.wantRecord(asked)
	d.wantMail("reply to mia@example.org")
}

// What was written to one person is no thread of a list: an answer to it is not collected.
func TestAnswersToNoticesAreNotCollected(t *testing.T) {
	d := launched(t)
	o := d.question("6")
	d.update(func(tx *storage.Tx) error {
		notice := dc.Outgoing{Channel: dc.ToMailbox, Destination: "mia@example.org", Key: "n", MessageID: "notice@example.test", Token: "n", Kind: "notice", Coalition: o.Coalition, State: dc.Sent, Created: d.now, NotBefore: d.now}
		if _, err := tx.Enqueue(&notice); err != nil {
			return err
		}
		_, err := tx.PutMessage(storage.Message{Coalition: o.Coalition, ID: notice.MessageID, Outbox: notice.ID, Sent: d.now})
		return err
	})
	l := order("m1@example.org", mia, "Question 6: between us, the chairs never ask anybody.")
	l.reply = "notice@example.test"
	d.receive(proven(l.raw()))
	d.wantRecord()
	d.wantMail("notice to mia@example.org")
}

// Nobody can have the bot flood somebody, also not while nothing can be sent; strangers get no answer at all.
func TestCase27LimitsPerPersonAndHour(t *testing.T) {
	d := launched(t)
	d.do("pause a list complains")
	for i := range 20 {
		d.receive(order(fmt.Sprintf("f%d@example.com", i), mia, fmt.Sprintf("!dc show c%d", i+1)).raw())
		d.receive(order(fmt.Sprintf("s%d@example.com", i), "Who <who@example.com>", fmt.Sprintf("!dc show c%d", i+1)).raw())
	}
	d.wantMail(slices.Repeat([]string{"confirmation to mia@example.org"}, 12)...)
	d.now = d.now.Add(61 * time.Minute)
	d.receive(order("f99@example.com", mia, "!dc status").raw())
	d.wantMail(slices.Repeat([]string{"confirmation to mia@example.org"}, 13)...)
}

// A new record beside an old mailbox reads the orders of its first life again: none is carried out, nobody gets a mail.
func TestOldMailGivesNoOrders(t *testing.T) {
	d := launched(t)
	l := order("o1@example.com", mia, "!dc extend 2021-05-30 as before")
	l.at = d.now.Add(-15 * 24 * time.Hour)
	d.receive(l.raw())
	l.id = "o2@example.com"
	d.receive(proven(l.raw()))
	d.wantMail()
	l.id, l.at = "o3@example.com", d.now.Add(-13*24*time.Hour)
	d.receive(l.raw())
	d.wantMail("confirmation to mia@example.org")
}

// What is too many is not done, and its author is told so.
func TestMoreThanTenCommands(t *testing.T) {
	d := launched(t)
	l := order("t1@example.com", mia, strings.Repeat("!dc version\n", 12))
	d.receive(proven(l.raw()))
	text := d.last("reply").Content.Text
	if !strings.Contains(text, "2 more commands were not looked at") {
		t.Errorf("the answer to twelve commands says nothing of two:\n%s", text)
	}
}

// Taking words back: at once when proven, else when their author has confirmed it; read twice, it happens once.
func TestWithdrawal(t *testing.T) {
	takeBack := letter{id: "w1@example.org", from: ana, subject: "Re: Survey Q6", reply: "a1@example.org", body: "I withdraw my answer."}
	t.Run("through the list, confirmed", func(t *testing.T) {
		d := launched(t)
		d.receive(via("meter", d.answer("6").raw()))
		takeBack.at = d.now
		d.receive(via("meter", takeBack.raw()))
		d.wantRecord(asked, "dc-meter Q6 ana@example.org stance: I withdraw my answer. [withdrawn a1@example.org/0] (awaiting-confirmation)")
		d.wantReplay()
		code := token.FindString(d.last("confirmation").Content.Text)
		d.receive(letter{id: "y1@example.org", from: ana, to: "dcbot@example.test", subject: "Re: confirm", body: "> " + code}.raw())
		d.wantRecord(asked+" (withdrawn)", "dc-meter Q6 ana@example.org stance: I withdraw my answer. [withdrawn a1@example.org/0]")
		d.wantMail("confirmation to ana@example.org", "notice to ana@example.org")
	})
	t.Run("proven, and read again through the list", func(t *testing.T) {
		d := launched(t)
		d.receive(via("meter", d.answer("6").raw()))
		direct := takeBack
		direct.at, direct.cc = d.now, "dcbot@example.test"
		d.receive(proven(direct.raw()))
		d.receive(via("meter", direct.raw()))
		d.wantRecord(asked+" (withdrawn)", "dc-meter Q6 ana@example.org stance: I withdraw my answer. [withdrawn a1@example.org/0]")
		if n := d.posts()[dc.Unparsed]; n != 0 {
			t.Errorf("%d poison posts", n)
		}
		d.wantMail("notice to ana@example.org")
		d.wantReplay()
	})
	t.Run("somebody else's", func(t *testing.T) {
		d := launched(t)
		d.receive(via("meter", d.answer("6").raw()))
		foreign := takeBack
		foreign.from, foreign.at = ben, d.now
		d.receive(proven(foreign.raw()))
		if !slices.Contains(d.record(), asked) {
			t.Errorf("Ben took Ana's words back: %q", d.record())
		}
		d.wantMail()
	})
}

// Mail straight to the bot that proves nothing could be by anybody: its words wait in the tray and replace nobody's.
func TestUnprovenDirectMailReplacesNothing(t *testing.T) {
	d := launched(t)
	d.receive(via("meter", d.answer("6").raw()))
	l := d.answer("6")
	l.id, l.to, l.at, l.body = "forged@example.org", "dcbot@example.test", d.now, "This replaces my earlier answer: the chairs decide alone."
	d.receive(l.raw())
	d.wantRecord(asked, "dc-meter tray ana@example.org answer: This replaces my earlier answer: the chairs decide alone.")
	d.wantReplay()
}
