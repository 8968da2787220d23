package mail

import (
	netmail "net/mail"
	"strconv"
	"strings"
	"time"
)

// parseDate reads a Date field (RFC 5322 section 3.3, obsolete forms section 4.3). net/mail reads what is well-formed;
// the rest (ISO dates, asctime, "12-Mar-2021", two-digit years, no zone, words in front) is put together from its words.
func parseDate(v string) (time.Time, bool) {
	v = strings.TrimSpace(v)
	if v == "" || len(v) > 200 {
		return time.Time{}, false
	}
	if t, err := netmail.ParseDate(v); err == nil {
		// The standard library takes a zone that it knows by name only ("EST") for UTC.
		if name, off := t.Zone(); off == 0 && name != "" {
			if z, ok := zoneOf(name); ok && z != time.UTC {
				t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, z)
			}
		}
		return saneYear(t)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, v); err == nil {
			return saneYear(t)
		}
	}
	return wordsDate(v)
}

// saneYear refuses years that are no year of mail, and moves those that a two- or three-digit year made.
func saneYear(t time.Time) (time.Time, bool) {
	switch y := t.Year(); {
	case y < 50:
		t = t.AddDate(2000, 0, 0)
	case y < 1000: // 50-99, and 100-999 from mailers that print years since 1900 (RFC 5322 section 4.3)
		t = t.AddDate(1900, 0, 0)
	}
	return t, t.Year() >= 1970 && t.Year() < 10000
}

// wordsDate takes a date apart into words and takes each for what it looks like.
func wordsDate(v string) (time.Time, bool) {
	if i := strings.IndexByte(v, '('); i >= 0 {
		v = v[:i]
	}
	words := strings.FieldsFunc(v, func(r rune) bool { return r <= ' ' || r == ',' || r == '/' || r == ';' })
	day, month, year := 0, time.Month(0), -1
	var clock []int
	loc := time.UTC
	pm, am := false, false
	number := func(w string) {
		n, err := strconv.Atoi(w)
		switch {
		case err != nil || n < 0:
		case len(w) >= 3 || n > 31:
			if year < 0 {
				year = n
			}
		case day == 0 && n > 0:
			day = n
		case year < 0:
			year = n
		}
	}
	for i, w := range words {
		lower := strings.ToLower(strings.Trim(w, "."))
		switch {
		case strings.Count(w, ":") >= 1:
			for _, p := range strings.Split(strings.TrimRight(w, "Z"), ":") {
				if dot := strings.IndexByte(p, '.'); dot >= 0 {
					p = p[:dot]
				}
				n, err := strconv.Atoi(p)
				if err != nil || n < 0 || len(clock) == 3 {
					break
				}
				clock = append(clock, n)
			}
		case monthOf(lower) != 0 && month == 0:
			month = monthOf(lower)
		case (w[0] == '+' || w[0] == '-') && len(w) >= 3:
			if z, ok := zoneOf(w); ok {
				loc = z
			}
		case strings.Count(w, "-") == 2:
			p := strings.Split(w, "-")
			if m := monthOf(strings.ToLower(p[1])); m != 0 { // 12-Mar-2021
				month = m
				number(p[0])
				number(p[2])
			} else if len(p[0]) == 4 { // 2021-03-12
				y, _ := strconv.Atoi(p[0])
				m, _ := strconv.Atoi(p[1])
				d, _ := strconv.Atoi(p[2])
				year, month, day = y, time.Month(m), d
			}
		case lower == "pm" && clock != nil:
			pm = true
		case lower == "am" && clock != nil:
			am = true
		case w[0] >= '0' && w[0] <= '9':
			number(strings.TrimRight(lower, "stndrh"))
		case i > 0 && clock != nil:
			if z, ok := zoneOf(strings.ToUpper(w)); ok {
				loc = z
			}
		}
	}
	if day < 1 || day > 31 || month < 1 || month > 12 || year < 0 {
		return time.Time{}, false
	}
	for len(clock) < 3 {
		clock = append(clock, 0)
	}
	h, m, s := clock[0], clock[1], clock[2]
	switch {
	case pm && h < 12:
		h += 12
	case am && h == 12:
		h = 0
	}
	if h > 24 || m > 59 || s > 60 {
		h, m, s = 0, 0, 0
	}
	switch {
	case year < 50:
		year += 2000
	case year < 1000:
		year += 1900
	}
	return saneYear(time.Date(year, month, day, h, m, min(s, 59), 0, loc))
}

// monthOf knows English months, whole or cut, and the abbreviations that mailers with a wrong locale wrote.
func monthOf(w string) time.Month {
	if len(w) < 3 {
		return 0
	}
	switch w {
	case "janv", "ene", "gen":
		return time.January
	case "févr", "fevr", "fév", "fev":
		return time.February
	case "mär", "mrz", "mars", "mrt", "maart", "märz":
		return time.March
	case "avr", "abr", "avril":
		return time.April
	case "mai", "mei", "mag", "mayo", "maio":
		return time.May
	case "juin", "giu":
		return time.June
	case "juil", "lug":
		return time.July
	case "août", "aout", "ago":
		return time.August
	case "sept", "set":
		return time.September
	case "okt", "ott", "out":
		return time.October
	case "dez", "déc", "dic", "décembre":
		return time.December
	}
	for m := time.January; m <= time.December; m++ {
		if full := strings.ToLower(m.String()); w == full || w == full[:3] {
			return m
		}
	}
	return 0
}

// zoneOf reads "+0100", "+01:00" and the names of RFC 5322 section 4.3; any other name is read as UTC by the caller.
func zoneOf(w string) (*time.Location, bool) {
	switch w {
	case "UT", "UTC", "GMT", "Z":
		return time.UTC, true
	case "EDT":
		return time.FixedZone(w, -4*3600), true
	case "EST", "CDT":
		return time.FixedZone(w, -5*3600), true
	case "CST", "MDT":
		return time.FixedZone(w, -6*3600), true
	case "MST", "PDT":
		return time.FixedZone(w, -7*3600), true
	case "PST":
		return time.FixedZone(w, -8*3600), true
	case "CET", "MEZ", "BST":
		return time.FixedZone(w, 3600), true
	case "CEST", "MESZ", "EET":
		return time.FixedZone(w, 2*3600), true
	case "JST":
		return time.FixedZone(w, 9*3600), true
	}
	if w == "" || (w[0] != '+' && w[0] != '-') {
		return nil, false
	}
	d := strings.ReplaceAll(w[1:], ":", "")
	if len(d) == 2 {
		d += "00"
	}
	n, err := strconv.Atoi(d)
	if err != nil || len(d) != 4 || n/100 > 14 || n%100 > 59 {
		return nil, false
	}
	off := n/100*3600 + n%100*60
	if w[0] == '-' {
		off = -off
	}
	if off == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", off), true
}
