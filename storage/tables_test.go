package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dcbot/bot/dc"
)

func TestPerson(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		_, err := tx.PersonByAddress("ana@example.org")
		wantNotFound(t, err)
		got[dc.Person](t)(tx.EnsurePerson("Ana@Example.org", ""))
		ana := got[dc.Person](t)(tx.EnsurePerson("ana@example.org", "Ana Lima"))
		again := got[dc.Person](t)(tx.EnsurePerson(" ANA@example.org ", "A. L."))
		if diff := cmp.Diff(ana, again); diff != "" || ana.Name != "Ana Lima" {
			t.Error(diff, ana)
		}
		room := got[dc.Person](t)(tx.EnsurePerson("@ana:example.org", "ana"))
		if room.ID == ana.ID {
			t.Error("two addresses are one person without proof")
		}
		must(t, tx.LinkAddress(ana.ID, "@ana:example.org"))
		want := dc.Person{ID: ana.ID, Name: "Ana Lima", Addresses: []string{"@ana:example.org", "ana@example.org"}}
		if diff := cmp.Diff(want, got[dc.Person](t)(tx.PersonByAddress("@Ana:example.org"))); diff != "" {
			t.Error(diff)
		}
		if n := got[int64](t)(one(tx, scanInt, "SELECT count(*) FROM person")); n != 1 {
			t.Errorf("%d persons left", n)
		}
		if err := tx.LinkAddress(99, "x@example.org"); err == nil {
			t.Error("an address of nobody")
		}
	})
}

func TestSurvey(t *testing.T) {
	db := openTest(t)
	m, err := dc.NewMoment("2026-04-25 23:59", "Europe/Zurich")
	must(t, err)
	s := dc.Survey{ID: "s2026", Title: "Nets", Deadline: m, Zone: "Europe/Zurich", Sections: []dc.Section{
		{Title: "One", Questions: []dc.Question{{Number: "6", Title: "Nets", Text: "Which nets?", Kind: dc.Select, Options: []string{"a", "b"}, Version: 1}}},
	}}
	update(t, db, func(tx *Tx) {
		save := func(s dc.Survey, version int, changed bool) {
			t.Helper()
			if v, c, err := tx.SaveSurvey(s, noon, "Fay"); v != version || c != changed || err != nil {
				t.Errorf("version %d, changed %v, %v; want %d, %v", v, c, err, version, changed)
			}
		}
		_, err := tx.Survey("s2026")
		wantNotFound(t, err)
		save(s, 1, true)
		save(s, 1, false)
		s.Version = 17 // the store counts
		save(s, 1, false)
		newer := s
		newer.Title = "Nets and boats"
		save(newer, 2, true)
		save(dc.Survey{ID: "a2027"}, 1, true)
		s.Version, newer.Version = 1, 2
		if diff := cmp.Diff(newer, got[dc.Survey](t)(tx.Survey("s2026"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(s, got[dc.Survey](t)(tx.SurveyVersion("s2026", 1))); diff != "" {
			t.Error(diff)
		}
		_, err = tx.SurveyVersion("s2026", 3)
		wantNotFound(t, err)
		if diff := cmp.Diff([]dc.Survey{{ID: "a2027", Version: 1}, newer}, got[[]dc.Survey](t)(tx.Surveys())); diff != "" {
			t.Error(diff)
		}
	})
}

func TestResponse(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		if diff := cmp.Diff(dc.Response{Survey: "s", Coalition: "reefs", State: dc.NotLaunched}, got[dc.Response](t)(tx.Response("s", "reefs"))); diff != "" {
			t.Error(diff)
		}
		end := dc.Moment{Wall: "2026-04-25 23:59", Zone: "UTC", UTC: time.Date(2026, 4, 25, 23, 59, 0, 0, time.UTC)}
		must(t, tx.AddDeadline(dc.DeadlineChange{Survey: "s", Moment: end, By: "Fay", At: noon}))
		must(t, tx.SetResponse("s", "reefs", dc.Scheduled, time.Time{}))
		must(t, tx.SetResponse("s", "reefs", dc.OpenState, noon))
		want := []dc.Response{{Survey: "s", Coalition: "reefs", State: dc.OpenState, Launched: noon, Deadline: end}}
		if diff := cmp.Diff(want, got[[]dc.Response](t)(tx.Responses("s"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want[0], got[dc.Response](t)(tx.Response("s", "reefs"))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDeadline(t *testing.T) {
	type change struct {
		coalition string
		day       int
	}
	for name, c := range map[string]struct {
		changes []change
		want    int // day, 0 for none
	}{
		"none":                           {nil, 0},
		"the survey's":                   {[]change{{"", 25}}, 25},
		"the survey's, moved":            {[]change{{"", 25}, {"", 20}}, 20},
		"an extension":                   {[]change{{"", 20}, {"reefs", 25}}, 25},
		"another's extension":            {[]change{{"", 20}, {"forests", 25}}, 20},
		"less time":                      {[]change{{"", 20}, {"reefs", 18}}, 18},
		"an extension that goes beyond":  {[]change{{"", 20}, {"reefs", 28}, {"", 25}}, 28},
		"an extension that is overtaken": {[]change{{"", 20}, {"reefs", 22}, {"", 25}}, 25},
		"its own only":                   {[]change{{"reefs", 22}}, 22},
		"its own, moved back":            {[]change{{"", 20}, {"reefs", 28}, {"reefs", 24}}, 24},
	} {
		t.Run(name, func(t *testing.T) {
			db := openTest(t)
			update(t, db, func(tx *Tx) {
				var history []dc.DeadlineChange
				for _, ch := range c.changes {
					at := time.Date(2026, 4, ch.day, 12, 0, 0, 0, time.UTC)
					d := dc.DeadlineChange{Survey: "s", Coalition: ch.coalition, By: "Fay", Reason: "asked for", At: noon,
						Moment: dc.Moment{Wall: at.Format("2006-01-02 15:04"), Zone: "UTC", UTC: at}}
					must(t, tx.AddDeadline(d))
					if ch.coalition != "forests" {
						history = append(history, d)
					}
				}
				if diff := cmp.Diff(history, got[[]dc.DeadlineChange](t)(tx.Deadlines("s", "reefs"))); diff != "" {
					t.Error(diff)
				}
				m, err := tx.Deadline("s", "reefs")
				if c.want == 0 {
					wantNotFound(t, err)
				} else if must(t, err); m.UTC.Day() != c.want {
					t.Errorf("%v, want day %d", m, c.want)
				}
			})
		})
	}
}

func TestDraft(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		d := func(question string, version int, adopted ...int64) dc.Draft {
			return dc.Draft{Survey: "s", Coalition: "reefs", Question: question, Version: version, Text: "Nets.", Adopted: adopted, By: "Fay", At: noon}
		}
		six1, six2, seven := d("6", 1, 1), d("6", 2, 1, 5), d("7", 1)
		for _, x := range []dc.Draft{six1, seven, six2} {
			must(t, tx.AddDraft(x))
		}
		if err := tx.AddDraft(six2); err == nil {
			t.Error("one version twice")
		}
		seven.Adopted = []int64{}
		if diff := cmp.Diff(six2, got[dc.Draft](t)(tx.Draft("s", "reefs", "6"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]dc.Draft{six2, seven}, got[[]dc.Draft](t)(tx.Drafts("s", "reefs"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]dc.Draft{six1, six2}, got[[]dc.Draft](t)(tx.DraftHistory("s", "reefs", "6"))); diff != "" {
			t.Error(diff)
		}
		_, err := tx.Draft("s", "forests", "6")
		wantNotFound(t, err)
	})
}

func TestSubmission(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		s := dc.Submission{Survey: "s", Coalition: "reefs", Version: 1, Content: []byte(`{"a":1}`), Digest: "d", ApprovedBy: "Fay", ApprovedAt: noon}
		must(t, tx.AddSubmission(&s))
		again := s
		if err := tx.AddSubmission(&again); err == nil {
			t.Error("one version twice")
		}
		o := outgoing("submission/1")
		got[bool](t)(tx.Enqueue(o))
		must(t, tx.SetSubmissionOutgoing(s.ID, o.ID))
		s.Outgoing = o.ID
		if diff := cmp.Diff(s, got[dc.Submission](t)(tx.Submission("s", "reefs", 1))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]dc.Submission{s}, got[[]dc.Submission](t)(tx.Submissions("s", "reefs"))); diff != "" {
			t.Error(diff)
		}
		_, err := tx.Submission("s", "reefs", 2)
		wantNotFound(t, err)
	})
}

func TestConfirmation(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		c := Confirmation{Token: "abc", Kind: "withdraw", Address: "ana@example.org", Subject: "42", Post: 1, Expires: noon, State: "waiting"}
		must(t, tx.PutConfirmation(c))
		if err := tx.PutConfirmation(c); err == nil {
			t.Error("one token twice")
		}
		if diff := cmp.Diff([]Confirmation{c}, got[[]Confirmation](t)(tx.WaitingConfirmations("withdraw", "42"))); diff != "" {
			t.Error(diff)
		}
		must(t, tx.SetConfirmation("abc", "used"))
		if cs := got[[]Confirmation](t)(tx.WaitingConfirmations("withdraw", "42")); len(cs) != 0 {
			t.Error(cs)
		}
		if c := got[Confirmation](t)(tx.Confirmation("abc")); c.State != "used" {
			t.Error(c)
		}
		wantNotFound(t, tx.SetConfirmation("nope", "used"))
	})
}

func TestAnswer(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		p := putPost(t, tx, 1)
		if _, _, found, err := tx.Answer(p.ID); found || err != nil {
			t.Error(found, err)
		}
		must(t, tx.PutAnswer(p.ID, true, "done"))
		if text, ok, found, err := tx.Answer(p.ID); text != "done" || !ok || !found || err != nil {
			t.Error(text, ok, found, err)
		}
		must(t, tx.PutAnswer(p.ID, false, "")) // executed anew
		if text, ok, found, err := tx.Answer(p.ID); text != "" || ok || !found || err != nil {
			t.Error(text, ok, found, err)
		}
	})
}

func TestAudit(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		a := dc.Audit{ID: 1, At: noon, Who: "Fay", What: "launched", Coalition: "reefs", Post: 3}
		b := dc.Audit{ID: 2, At: noon, Who: "operator", What: "paused"}
		must(t, tx.Audit(a))
		must(t, tx.Audit(b))
		if diff := cmp.Diff([]dc.Audit{b, a}, got[[]dc.Audit](t)(tx.AuditLog("", 9))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]dc.Audit{a}, got[[]dc.Audit](t)(tx.AuditLog("reefs", 9))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]dc.Audit{b}, got[[]dc.Audit](t)(tx.AuditLog("", 1))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCursorAndSetting(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx *Tx) {
		if _, ok, err := tx.Cursor("imap:INBOX"); ok || err != nil {
			t.Error(ok, err)
		}
		for _, v := range []string{"7/1", "7/2"} {
			must(t, tx.SetCursor(dc.Cursor{Name: "imap:INBOX", Value: v}))
			if c, ok, err := tx.Cursor("imap:INBOX"); c.Value != v || !ok || err != nil {
				t.Error(c, ok, err)
			}
		}
		if v := got[string](t)(tx.Setting("paused")); v != "" {
			t.Error(v)
		}
		must(t, tx.SetSetting("paused", "holidays"))
		must(t, tx.SetSetting("paused", "elections"))
		if v := got[string](t)(tx.Setting("paused")); v != "elections" {
			t.Error(v)
		}
	})
}

func TestTimes(t *testing.T) {
	zurich, err := time.LoadLocation("Europe/Zurich")
	must(t, err)
	for _, c := range []struct {
		in   time.Time
		want string
	}{
		{time.Time{}, ""},
		{noon, "2026-03-09T12:00:00.000Z"},
		{time.Date(2026, 7, 1, 1, 2, 3, 999_999_999, zurich), "2026-06-30T23:02:03.999Z"},
		{time.Date(123456, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31T23:59:59.999Z"},
		{time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), "0001-01-01T00:00:00.001Z"},
	} {
		if s := formatTime(c.in); s != c.want {
			t.Errorf("%v: %q, want %q", c.in, s, c.want)
		}
	}
}
