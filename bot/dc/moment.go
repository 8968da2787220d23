package dc

import (
	"fmt"
	"strings"
	"time"
)

// Moment is a point in time as people set it: a wall time in an IANA zone. UTC is derived; all three are kept so
// that a change of the zone's rules can be seen.
type Moment struct {
	Wall string    `json:"wall"` // "2021-04-25 23:59"
	Zone string    `json:"zone"` // IANA name
	UTC  time.Time `json:"utc"`
}

const wallLayout = "2006-01-02 15:04"

// NewMoment reads a wall time ("2021-04-25 23:59", or "2021-04-25", which means the end of that day) in a zone. A wall time that the
// zone skips or has twice (daylight saving) is an error that names both readings.
func NewMoment(wall, zone string) (Moment, error) {
	loc, err := LoadZone(zone)
	if err != nil {
		return Moment{}, err
	}
	wall = strings.Join(strings.Fields(strings.Replace(wall, "T", " ", 1)), " ")
	if len(wall) == len("2006-01-02") {
		wall += " 23:59"
	}
	t, err := time.ParseInLocation(wallLayout, wall, loc)
	if err != nil {
		return Moment{}, Userf("write it as 2021-04-25 23:59", "%q is no date and time", wall)
	}
	if t.Format(wallLayout) != wall {
		return Moment{}, Userf("choose a time before or after the change of clocks", "%s does not exist in %s (clocks go forward)", wall, zone)
	}
	for _, d := range []time.Duration{-time.Hour, time.Hour, -30 * time.Minute, 30 * time.Minute} {
		if o := t.Add(d); o.Format(wallLayout) == wall {
			return Moment{}, Userf("choose a time before or after the change of clocks", "%s happens twice in %s (clocks go back): %s and %s UTC", wall, zone, t.UTC().Format(wallLayout), o.UTC().Format(wallLayout))
		}
	}
	return Moment{Wall: wall, Zone: zone, UTC: t.UTC()}, nil
}

// MomentAt is the Moment of an instant in a zone, to the minute.
func MomentAt(t time.Time, zone string) (Moment, error) {
	loc, err := LoadZone(zone)
	if err != nil {
		return Moment{}, err
	}
	t = t.Truncate(time.Minute)
	return Moment{Wall: t.In(loc).Format(wallLayout), Zone: zone, UTC: t.UTC()}, nil
}

// IsZero says that no time was set.
func (m Moment) IsZero() bool { return m.Wall == "" }

// In returns the instant in the moment's own zone.
func (m Moment) In() time.Time {
	loc, err := LoadZone(m.Zone)
	if err != nil {
		return m.UTC
	}
	return m.UTC.In(loc)
}

// String gives the wall time with its zone, for logs; what members read comes from catalogues.
func (m Moment) String() string {
	if m.IsZero() {
		return "no date"
	}
	if m.Zone == "UTC" {
		return m.Wall + " UTC"
	}
	return fmt.Sprintf("%s %s (%s UTC)", m.Wall, m.Zone, m.UTC.Format(wallLayout))
}

// LoadZone loads an IANA zone. "" and "Local" are refused: a deadline in the zone of whichever machine runs the bot
// is a deadline nobody knows.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, Userf("name one, such as Europe/Zurich or UTC", "no time zone is given")
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, Userf("use an IANA name such as Africa/Nairobi or UTC", "%q is no time zone that is known here", name)
	}
	return loc, nil
}
