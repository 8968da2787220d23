package dc

import (
	"fmt"
	"slices"
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

// NewMoment reads a wall time ("2021-04-25 23:59", or "2021-04-25", which means the end of that day) in a zone. A wall
// time that the zone skips is an error, and so is one that it has twice (daylight saving): that error names both
// readings, in UTC. A day alone has one end even where the clocks go back at midnight.
func NewMoment(wall, zone string) (Moment, error) {
	loc, err := LoadZone(zone)
	if err != nil {
		return Moment{}, err
	}
	given := strings.TrimSpace(wall)
	wall = strings.Join(strings.Fields(strings.Replace(wall, "T", " ", 1)), " ")
	dayOnly := len(wall) == len("2006-01-02")
	if dayOnly {
		wall += " 23:59"
	}
	t, err := time.Parse(wallLayout, wall)
	if err != nil {
		return Moment{}, Userf("write it as 2021-04-25 23:59", "%q is no date and time", given)
	}
	wall = t.Format(wallLayout) // "9:00" is 09:00
	at := instants(t, loc)
	switch {
	case len(at) == 0:
		return Moment{}, Userf("choose a time before or after the change of clocks", "%s does not exist in %s (clocks go forward)", wall, zone)
	case len(at) > 1 && !dayOnly:
		return Moment{}, Userf("choose a time before or after the change of clocks", "%s happens twice in %s (clocks go back): %s and %s UTC",
			wall, zone, at[0].Format(wallLayout), at[len(at)-1].Format(wallLayout))
	}
	return Moment{Wall: wall, Zone: zone, UTC: at[len(at)-1]}, nil
}

// instants are all times (UTC, in order) at which clocks in loc show what wall shows. time.ParseInLocation would pick one of
// two, or one beside the gap, without saying so. Clocks have been moved by 20 minutes to 24 hours.
func instants(wall time.Time, loc *time.Location) []time.Time {
	const most = 26 * time.Hour // no offset from UTC, and no change of one, is larger
	var out []time.Time
	for at := wall.Add(-most); at.Before(wall.Add(most)); {
		_, offset := at.In(loc).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if _, o := t.In(loc).Zone(); o == offset && (len(out) == 0 || !out[len(out)-1].Equal(t)) {
			out = append(out, t)
		}
		_, end := at.In(loc).ZoneBounds()
		if end.IsZero() {
			break
		}
		at = end
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
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

// LoadZone loads an IANA zone. "", "Local" and the file "localtime" are refused: a deadline in the zone of whichever
// machine runs the bot is a deadline nobody knows. So are the files that lie beside the zones without being one;
// those below "right" count leap seconds.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, Userf("name one, such as Europe/Zurich or UTC", "no time zone is given")
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "localtime" || name == "posixrules" || name == "Factory" || strings.HasPrefix(name, "right/") {
		return nil, Userf("use an IANA name such as Africa/Nairobi or UTC", "%q is no time zone that is known here", name)
	}
	return loc, nil
}
