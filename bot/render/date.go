package render

import (
	"fmt"
	"time"

	"dcbot/bot/dc"
)

// moment writes a deadline in words: "Sunday 2 May 2021, 23:59 Africa/Nairobi time (20:59 UTC)". It always names the
// zone, and UTC beside any other.
func (v voice) moment(m dc.Moment) string {
	if m.IsZero() && m.UTC.IsZero() {
		return ""
	}
	return v.at(m.UTC, m.Zone)
}

// at writes an instant in words in a zone (an IANA name; UTC when it is not known).
func (v voice) at(t time.Time, zone string) string {
	loc, err := dc.LoadZone(zone)
	if err != nil {
		loc = time.UTC
	}
	local, utc := t.In(loc), t.UTC()
	if _, offset := local.Zone(); offset == 0 && loc == time.UTC {
		return v.say("date.in-utc", data{"Date": v.full(utc)})
	}
	u := utc.Format("15:04")
	if local.YearDay() != utc.YearDay() || local.Year() != utc.Year() {
		u = v.full(utc)
	}
	return v.say("date.in-zone", data{"Date": v.full(local), "Zone": zone, "UTC": u})
}

func (v voice) full(t time.Time) string {
	return v.say("date.full", data{"Weekday": v.say(fmt.Sprintf("weekday.d%d", t.Weekday()), nil), "Day": t.Day(), "Month": v.month(t), "Year": t.Year(), "Time": t.Format("15:04")})
}

// stamp writes when somebody wrote: short, and in UTC, as a draft has many of them from many zones.
func (v voice) stamp(t time.Time) string {
	t = t.UTC()
	return v.say("date.stamp", data{"Day": t.Day(), "Month": v.month(t), "Year": t.Year(), "Time": t.Format("15:04")})
}

// day writes the date only, for subjects.
func (v voice) day(m dc.Moment) string {
	t := m.In()
	return v.say("date.short", data{"Day": t.Day(), "Month": v.month(t), "Year": t.Year()})
}

func (v voice) month(t time.Time) string { return v.say(fmt.Sprintf("month.m%d", t.Month()), nil) }
