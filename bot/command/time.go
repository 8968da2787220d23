package command

import (
	"strconv"
	"strings"
	"time"

	"dcbot/bot/dc"
)

// Time is a date as somebody wrote it: a wall time, or a number of days from a time that the command knows.
type Time struct {
	Wall string // "2021-05-02" or "2021-05-02 18:00"; "" when Days is meant
	Zone string // IANA name, "" when none was written
	Days int
}

// IsZero says that none was written.
func (t Time) IsZero() bool { return t.Wall == "" && t.Days == 0 }

// From is the moment meant, counted from base and in its zone unless another was written. Days are days of the
// calendar: the wall time stays the same across a change of clocks.
func (t Time) From(base dc.Moment) (dc.Moment, error) {
	zone := t.Zone
	if zone == "" {
		zone = base.Zone
	}
	if t.Wall != "" {
		return dc.NewMoment(t.Wall, zone)
	}
	day, clock, _ := strings.Cut(base.Wall, " ")
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return dc.Moment{}, dc.Userf("give a date instead, such as 2021-05-02", "there is no deadline yet from which %d days could be counted", t.Days)
	}
	return dc.NewMoment(strings.TrimSpace(d.AddDate(0, 0, t.Days).Format(time.DateOnly)+" "+clock), zone)
}

const writeDate = "write it as 2021-05-02, as 2021-05-02 18:00 (24 hours), or as 7d"

// readTime reads a time from the front of words and says how many it took; 0 when there is none. What looks like a
// time that could be read in two ways (12pm, 02/05/2021) is an error: it is never guessed.
func readTime(words []word) (Time, int, error) {
	ws := words
	if ws[0].quoted { // "2021-05-02 18:00" in quotes
		if inner := split(ws[0].text); len(inner) > 0 && len(inner) < 4 {
			t, n, err := readTime(inner)
			if n < len(inner) {
				n = 0
			}
			return t, min(n, 1), err
		}
	}
	first := strings.TrimPrefix(strings.Trim(ws[0].text, ",;.()[]*\"'`"), "+")
	if days, n := readDays(first, ws); n > 0 {
		if days <= 0 || days > 366 {
			return Time{}, 0, dc.Userf(writeDate, "%q is not between one day and one year", clip(ws[0].text))
		}
		return Time{Days: days}, n, nil
	}
	day, clock, both := strings.Cut(strings.ToUpper(first), "T")
	if strings.Count(day, "-") != 2 && strings.Count(day, "/") != 2 && strings.Count(day, ".") != 2 {
		return Time{}, 0, nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return Time{}, 0, dc.Userf(writeDate, "%q is no date that can be read in one way only", clip(ws[0].text))
	}
	t, n := Time{Wall: day}, 1
	if !both && len(ws) > 1 && len(ws[1].text) > 0 && ws[1].text[0] >= '0' && ws[1].text[0] <= '9' {
		next := strings.ToLower(strings.TrimRight(ws[1].text, ".,;"))
		switch {
		case strings.Contains(next, ":"):
			clock, both, n = next, true, 2
		case strings.HasSuffix(next, "pm"), strings.HasSuffix(next, "am"), strings.HasSuffix(next, "h"):
			return Time{}, 0, dc.Userf(writeDate, "%q is no time of 24 hours", clip(ws[1].text))
		}
	}
	if both {
		if _, err := time.Parse("15:04", clock); err != nil {
			return Time{}, 0, dc.Userf(writeDate, "%q is no time of 24 hours", clip(clock))
		}
		if len(clock) == len("9:00") {
			clock = "0" + clock
		}
		t.Wall += " " + clock
	}
	if n < len(ws) {
		zone := strings.Trim(ws[n].text, ",;.()[]")
		if strings.EqualFold(zone, "UTC") || strings.EqualFold(zone, "GMT") {
			zone = "UTC"
		}
		if zone == "UTC" || strings.Contains(zone, "/") {
			if _, err := dc.LoadZone(zone); err == nil {
				t.Zone = zone
				n++
			}
		}
	}
	return t, n, nil
}

// readDays reads "7d", "7days", "2w", "7 days", "2 weeks".
func readDays(first string, ws []word) (days, taken int) {
	first = strings.ToLower(first)
	number := strings.TrimRight(first, "abcdefghijklmnopqrstuvwxyz")
	unit, taken := first[len(number):], 1
	if !isDigits(number) || len(number) > 4 {
		return 0, 0
	}
	if unit == "" && len(ws) > 1 {
		unit, taken = bare(ws[1].text), 2
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0, 0
	}
	switch unit {
	case "d", "day", "days":
		return n, taken
	case "w", "week", "weeks":
		return 7 * n, taken
	}
	return 0, 0
}
