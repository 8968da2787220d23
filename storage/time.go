package storage

import "time"

// timeLayout has a fixed width, so that times compare as text. Milliseconds are enough for everything dcbot decides.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Times beyond four digits of year would not sort as text; mail claims any date.
var (
	firstTime = time.Date(1, 1, 1, 0, 0, 0, int(time.Millisecond), time.UTC)
	lastTime  = time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)
)

// formatTime gives "" for the zero time.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	if t.Before(firstTime) {
		t = firstTime
	} else if t.After(lastTime) {
		t = lastTime
	}
	return t.Format(timeLayout)
}

// utc scans a time that formatTime wrote.
type utc struct{ time.Time }

func (u *utc) Scan(v any) error {
	s, _ := v.(string)
	if s == "" {
		u.Time = time.Time{}
		return nil
	}
	t, err := time.Parse(timeLayout, s)
	u.Time = t
	return err
}
