package dc

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same rules on every machine
)

func TestNewMoment(t *testing.T) {
	for _, c := range []struct{ wall, zone, want string }{
		{"2021-04-25 23:59", "UTC", "2021-04-25 23:59"},
		{"2021-04-25T23:59", "UTC", "2021-04-25 23:59"},
		{"  2021-04-25   23:59 ", "UTC", "2021-04-25 23:59"},
		{"2021-04-25 9:05", "UTC", "2021-04-25 09:05"},
		{"2021-04-25", "UTC", "2021-04-25 23:59"},
		{"2020-02-29", "UTC", "2020-02-29 23:59"},
		{"2021-04-25 23:59", "Europe/Zurich", "2021-04-25 21:59"},
		{"2021-01-25 23:59", "Europe/Zurich", "2021-01-25 22:59"},
		{"2021-04-25 23:59", "Asia/Kathmandu", "2021-04-25 18:14"},
		{"2021-04-25 23:59", "America/Los_Angeles", "2021-04-26 06:59"},
		{"2021-04-25 23:59", "Pacific/Kiritimati", "2021-04-25 09:59"},
		{"2021-04-25 12:00", "Etc/GMT+12", "2021-04-26 00:00"},
		// Around the gap and the overlap of Zurich.
		{"2021-03-28 01:59", "Europe/Zurich", "2021-03-28 00:59"},
		{"2021-03-28 03:00", "Europe/Zurich", "2021-03-28 01:00"},
		{"2021-10-31 01:59", "Europe/Zurich", "2021-10-30 23:59"},
		{"2021-10-31 03:00", "Europe/Zurich", "2021-10-31 02:00"},
		// Lord Howe moves its clocks by half an hour.
		{"2021-04-04 01:29", "Australia/Lord_Howe", "2021-04-03 14:29"},
		{"2021-04-04 02:00", "Australia/Lord_Howe", "2021-04-03 15:30"},
		{"2021-10-03 01:59", "Australia/Lord_Howe", "2021-10-02 15:29"},
		{"2021-10-03 02:30", "Australia/Lord_Howe", "2021-10-02 15:30"},
		// Santiago puts its clocks back at midnight: the day has two 23:59, and it ends with the second.
		{"2021-04-03", "America/Santiago", "2021-04-04 03:59"},
		{"2021-09-04", "America/Santiago", "2021-09-05 03:59"},
		// Samoa had no 30 December 2011.
		{"2011-12-29 23:59", "Pacific/Apia", "2011-12-30 09:59"},
		{"2011-12-31 00:00", "Pacific/Apia", "2011-12-30 10:00"},
		// Long ago, far ahead.
		{"1900-01-01 00:00", "UTC", "1900-01-01 00:00"},
		{"2999-12-31", "Europe/Zurich", "2999-12-31 22:59"},
	} {
		m, err := NewMoment(c.wall, c.zone)
		if err != nil {
			t.Errorf("%q in %s: %v", c.wall, c.zone, err)
			continue
		}
		if got := m.UTC.Format(wallLayout); got != c.want || m.UTC.Location() != time.UTC {
			t.Errorf("%q in %s is %s %v, want %s UTC", c.wall, c.zone, got, m.UTC.Location(), c.want)
		}
		if back := m.In().Format(wallLayout); back != m.Wall || m.Zone != c.zone {
			t.Errorf("%q in %s: wall %q in %q shows as %q", c.wall, c.zone, m.Wall, m.Zone, back)
		}
		if again, err := MomentAt(m.UTC, m.Zone); err != nil || again != m {
			t.Errorf("%q in %s: MomentAt gives %+v, %v; want %+v", c.wall, c.zone, again, err, m)
		}
	}
}

func TestNewMomentRefuses(t *testing.T) {
	for _, c := range []struct{ wall, zone, why string }{
		{"2021-03-28 02:00", "Europe/Zurich", "does not exist in Europe/Zurich"},
		{"2021-03-28 02:59", "Europe/Zurich", "does not exist"},
		{"2021-10-31 02:00", "Europe/Zurich", "happens twice in Europe/Zurich (clocks go back): 2021-10-31 00:00 and 2021-10-31 01:00 UTC"},
		{"2021-10-31 02:59", "Europe/Zurich", "2021-10-31 00:59 and 2021-10-31 01:59 UTC"},
		{"2021-10-03 02:00", "Australia/Lord_Howe", "does not exist"},
		{"2021-10-03 02:29", "Australia/Lord_Howe", "does not exist"},
		{"2021-04-04 01:30", "Australia/Lord_Howe", "2021-04-03 14:30 and 2021-04-03 15:00 UTC"},
		{"2021-04-04 01:59", "Australia/Lord_Howe", "2021-04-03 14:59 and 2021-04-03 15:29 UTC"},
		{"2021-03-28 02:00", "Antarctica/Troll", "does not exist"}, // by two hours
		{"2021-10-31 01:00", "Antarctica/Troll", "2021-10-30 23:00 and 2021-10-31 01:00 UTC"},
		{"2021-04-03 23:59", "America/Santiago", "happens twice"},
		{"2021-09-05 00:30", "America/Santiago", "does not exist"},
		{"2011-12-30 12:00", "Pacific/Apia", "does not exist"},
		{"2011-12-30", "Pacific/Apia", "does not exist"},
		{"", "UTC", `"" is no date and time`},
		{"soon", "UTC", `"soon" is no date`},
		{"Tomorrow", "UTC", `"Tomorrow" is no date`},
		{"25 April 2021", "UTC", "is no date"},
		{"2021-04-31", "UTC", `"2021-04-31" is no date`},
		{"2021-02-29 10:00", "UTC", "is no date"},
		{"2021-04-25 24:00", "UTC", "is no date"},
		{"2021-04-25 23:60", "UTC", "is no date"},
		{"2021-04-25 23:59:30", "UTC", "is no date"},
		{"2021-04-25 23:59Z", "UTC", "is no date"},
		{"2021-4-25 23:59", "UTC", "is no date"},
		{"２０２１-04-25", "UTC", "is no date"},
		{"2021-04-25", "", "no time zone is given"},
		{"2021-04-25", "Local", "no time zone is given"},
		{"2021-04-25", "localtime", "no time zone that is known"},
		{"2021-04-25", "right/UTC", "no time zone that is known"},
		{"2021-04-25", "Factory", "no time zone that is known"},
		{"2021-04-25", "Europe/Nowhere", `"Europe/Nowhere" is no time zone`},
		{"2021-04-25", "../../etc/passwd", "is no time zone"},
		{"2021-04-25", " UTC", "is no time zone"},
		{"2021-04-25", "+02:00", "is no time zone"},
	} {
		m, err := NewMoment(c.wall, c.zone)
		u, ok := AsUser(err)
		if !ok || !strings.Contains(u.Message, c.why) || u.Remedy == "" {
			t.Errorf("%q in %q: %+v, %v; want %q and a remedy", c.wall, c.zone, m, err, c.why)
		}
		if m != (Moment{}) {
			t.Errorf("%q in %q: refused, yet %+v", c.wall, c.zone, m)
		}
	}
}

// Every minute of the days on which clocks change is exactly one of: a moment that shows as it was written, skipped, or twice.
func TestNewMomentEveryMinute(t *testing.T) {
	for _, c := range []struct {
		zone, day     string
		skipped, dual int // minutes
	}{
		{"Europe/Zurich", "2021-03-28", 60, 0},
		{"Europe/Zurich", "2021-10-31", 0, 60},
		{"Australia/Lord_Howe", "2021-10-03", 30, 0},
		{"Australia/Lord_Howe", "2021-04-04", 0, 30},
		{"Antarctica/Troll", "2021-03-28", 120, 0},
		{"Antarctica/Troll", "2021-10-31", 0, 120},
		{"Pacific/Apia", "2011-12-30", 24 * 60, 0},
		{"UTC", "2021-03-28", 0, 0},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		skipped, dual := 0, 0
		for i := range 24 * 60 {
			wall := day.Add(time.Duration(i) * time.Minute).Format(wallLayout)
			m, err := NewMoment(wall, c.zone)
			switch {
			case err == nil:
				if got := m.In().Format(wallLayout); got != wall || m.Wall != wall {
					t.Fatalf("%s in %s shows as %s", wall, c.zone, got)
				}
			case strings.Contains(err.Error(), "does not exist"):
				skipped++
			case strings.Contains(err.Error(), "happens twice"):
				dual++
			default:
				t.Fatalf("%s in %s: %v", wall, c.zone, err)
			}
		}
		if skipped != c.skipped || dual != c.dual {
			t.Errorf("%s in %s: %d minutes skipped, %d twice; want %d, %d", c.day, c.zone, skipped, dual, c.skipped, c.dual)
		}
	}
}

func TestMomentAt(t *testing.T) {
	// Both instants of an overlap are moments of their own, though their walls are alike.
	first := time.Date(2021, 10, 31, 0, 30, 59, 999, time.UTC)
	a, err := MomentAt(first, "Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	b, err := MomentAt(first.Add(time.Hour), "Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	if a.Wall != "2021-10-31 02:30" || b.Wall != a.Wall || b.UTC.Sub(a.UTC) != time.Hour || a.UTC.Second() != 0 {
		t.Errorf("%+v and %+v", a, b)
	}
	for _, zone := range []string{"", "Local", "Mars/Base"} {
		if m, err := MomentAt(first, zone); err == nil {
			t.Errorf("in %q: %+v", zone, m)
		}
	}
}

func TestMomentString(t *testing.T) {
	zurich, _ := NewMoment("2021-04-25 23:59", "Europe/Zurich")
	utc, _ := NewMoment("2021-04-25", "UTC")
	for _, c := range []struct {
		m    Moment
		want string
	}{
		{Moment{}, "no date"},
		{utc, "2021-04-25 23:59 UTC"},
		{zurich, "2021-04-25 23:59 Europe/Zurich (2021-04-25 21:59 UTC)"},
	} {
		if got := c.m.String(); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.m, got, c.want)
		}
	}
	// A zone that this machine does not know is no reason to lose the instant.
	lost := Moment{Wall: "2021-04-25 23:59", Zone: "Mars/Base", UTC: utc.UTC}
	if !lost.In().Equal(utc.UTC) || lost.IsZero() || !(Moment{}).IsZero() {
		t.Errorf("%v", lost.In())
	}
}

func FuzzNewMoment(f *testing.F) {
	f.Add("2021-04-25 23:59", "Australia/Lord_Howe")
	f.Add("2021-10-31T02:30", "Europe/Zurich")
	f.Add("0001-01-01", "Asia/Kathmandu")
	f.Fuzz(func(t *testing.T, wall, zone string) {
		m, err := NewMoment(wall, zone)
		if err != nil {
			if _, ok := AsUser(err); !ok {
				t.Errorf("%v says no remedy", err)
			}
			return
		}
		if m.In().Format(wallLayout) != m.Wall || m.IsZero() {
			t.Errorf("%q in %q: %+v shows as %s", wall, zone, m, m.In())
		}
	})
}
