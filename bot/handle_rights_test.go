package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
	"dcbot/storage"
)

// Nobody acts where they have no rights; what may be done depends on the address and on its proof.
func TestRights(t *testing.T) {
	unproven := mia
	unproven.Proven = false
	o := newOffice(t)
	for _, line := range []string{"status", "tray", "assign c1 7bis", "adopt c1", "release c1", "set-aside c1 x", "restore c1", "question 6", "draft", "draft text", "approve", "submit", "reopen",
		"survey launch now", "survey hold", "deadline move 2021-05-02 x", "extend 7d", "outbox", "outbox show m1", "outbox drop m1", "pause", "resume", "log"} {
		before := o.digest()
		for _, who := range []dc.Actor{stranger, ana, unproven} {
			if a := o.say(who, "!dc "+line); a.OK {
				t.Errorf("%s may %s", who.Address, line)
			}
		}
		if strings.Contains(line, "c1") {
			if a := o.say(tom, "!dc "+line); a.OK {
				t.Errorf("tom may %s", line)
			}
		}
		if o.digest() != before {
			t.Errorf("%s changed the record", line)
		}
	}
	o.say(tom, "!dc status dc-meter")
	o.say(tom, "!dc approve dc-meter")
	o.say(tom, "!dc assign c5 6 in dc-meter")
	o.say(grace, "!dc assign c5 6 in dc-meter")
	o.say(grace, "!dc approve")
	o.say(grace, "!dc approve in dc-nowhere")
	o.golden("rights.txt")
}

// digest is the part of the record that commands change.
func (o *office) digest() string {
	o.t.Helper()
	var out string
	o.view(func(tx *storage.Tx) error {
		cs, err := tx.Contributions(storage.Filter{})
		if err != nil {
			return err
		}
		log, err := tx.AuditLog("", 1000)
		if err != nil {
			return err
		}
		mails, err := tx.ListOutgoing(storage.OutgoingFilter{})
		if err != nil {
			return err
		}
		rs, err := tx.Responses("dc2021")
		if err != nil {
			return err
		}
		paused, err := tx.Setting(settingPaused)
		out = fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%s", cs, log, mails, rs, paused)
		return err
	})
	return out
}

func TestConfirm(t *testing.T) {
	o := newOffice(t)
	put := func(token, kind, address, subject string, expires time.Time) {
		o.update(func(tx *storage.Tx) error {
			return tx.PutConfirmation(storage.Confirmation{Token: token, Kind: kind, Address: address, Subject: subject, Post: 1, Expires: expires, State: "waiting"})
		})
	}
	unproven := dc.Actor{Name: "Mia Meter", Address: "Mia@example.org"}
	put("11111111111111111111", "command", "mia@example.org", "!dc assign c4 7bis\n!dc set-aside c2 a duplicate", o.now.Add(time.Hour))
	put("22222222222222222222", "command", "mia@example.org", "!dc pause", o.now.Add(-time.Hour))
	put("33333333333333333333", "withdraw", "cy@example.org", "3/0", o.now.Add(time.Hour))
	o.say(unproven, "!dc assign c4 7bis")
	o.say(ana, "!dc confirm 11111111111111111111")
	o.say(unproven, "!dc confirm 1111")
	o.say(unproven, "!dc confirm 22222222222222222222")
	o.say(unproven, "!dc confirm 11111111111111111111.")
	o.say(unproven, "!dc confirm 11111111111111111111")
	o.say(dc.Actor{Address: "cy@example.org"}, "!dc confirm 33333333333333333333")
	o.say(mia, "!dc show c3")
	o.golden("confirm.txt")
}

func TestExecuteAll(t *testing.T) {
	o := newOffice(t)
	all := func(lines ...string) {
		var text string
		o.update(func(tx *storage.Tx) error {
			text = o.b.executeAll(o.t.Context(), tx, lines, mia, "", 1, o.now)
			return nil
		})
		fmt.Fprintf(&o.out, "===== %s\n%s\n", strings.Join(lines, " / "), text)
	}
	all("!dc version")
	all("!dc assign c4 7bis", "!dc adopt c4", "!dc version")
	all("!dc set-aside c1 first", "!dc set-aside c3 an objection", "!dc frobnicate", "!dc restore c1")
	all("!dc adopt c3", "!dc assign c5 6")
	all(slices.Repeat([]string{"!dc version"}, 12)...)
	o.golden("several.txt")
}

// A command that fails half-way leaves nothing behind, and those after it are not affected.
func TestFailureLeavesNothing(t *testing.T) {
	o := newOffice(t)
	before := o.digest()
	if a := o.say(mia, "!dc assign c4 c5 7bis"); a.OK { // c5 is another coalition's
		t.Error("c5 was assigned")
	}
	if after := o.digest(); after != before {
		t.Errorf("half of it was written:\n%s", cmp.Diff(before, after))
	}
}

// A handler that fails for an internal reason, or panics, is undone and logged; the person learns that, and no more.
func TestInternalFailure(t *testing.T) {
	o := newOffice(t)
	before := o.digest()
	broken := map[string]func() error{
		internalFailure: func() error { return fmt.Errorf("the index is upside down") },
		internalError:   func() error { panic("the shelf fell down") },
	}
	for want, fn := range broken {
		var a Answer
		o.update(func(tx *storage.Tx) error {
			e := &env{ctx: context.Background(), b: o.b, tx: tx, now: o.now, actor: mia, post: 1}
			err := e.try("assign", func() error {
				c, err := tx.Contribution(4)
				if err != nil {
					return err
				}
				c.Question = "1"
				if err := tx.UpdateContribution(c); err != nil {
					return err
				}
				return fn()
			})
			a = Answer{Text: o.b.explain(err, 1)}
			return nil
		})
		if a.Text != want+"\n" {
			t.Errorf("the answer is %q, want %q", a.Text, want)
		}
	}
	if o.digest() != before {
		t.Error("a failed command left something behind")
	}
	for _, want := range []string{"the index is upside down", "the shelf fell down"} {
		if !strings.Contains(o.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, o.log)
		}
	}
}
