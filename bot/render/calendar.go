package render

import (
	"bytes"
	"strings"

	"github.com/emersion/go-ical"

	"dcbot/bot/dc"
)

// calendar is the deadline as an iCalendar object (RFC 5545). Its UID is the same for every version of it, so that a
// later one (with a higher sequence, section 3.8.7.4) replaces an earlier one. It has a start and no end, which takes no
// time (section 3.6.1), and it is in UTC, which needs no VTIMEZONE.
func (v voice) calendar(in LaunchInput, deadline dc.Moment, sequence int) string {
	_, domain, found := strings.Cut(in.BotAddress, "@")
	if !found {
		domain = "dcbot.invalid"
	}
	event := ical.NewEvent()
	event.Props.SetText(ical.PropUID, "deadline-"+in.Survey.ID+"-"+in.Coalition.ID+"@"+domain)
	event.Props.SetDateTime(ical.PropDateTimeStamp, in.Now.UTC())
	event.Props.SetDateTime(ical.PropDateTimeStart, deadline.UTC.UTC())
	event.Props.SetText(ical.PropSummary, v.say("calendar.summary", data{"Title": oneLine(in.Survey.Title), "Coalition": oneLine(in.Coalition.Name)}))
	event.Props.SetText(ical.PropDescription, v.say("calendar.details", data{"Deadline": v.moment(deadline)}))
	number := ical.NewProp(ical.PropSequence)
	number.Value = itoa(sequence)
	event.Props.Set(number)
	event.Props.SetText(ical.PropTransparency, "TRANSPARENT")
	if in.Survey.Link != "" {
		link := ical.NewProp(ical.PropURL)
		link.Value = oneLine(in.Survey.Link)
		event.Props.Set(link)
	}
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//dcbot//EN")
	cal.Props.SetText(ical.PropMethod, "PUBLISH")
	cal.Children = append(cal.Children, event.Component)
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		// A calendar entry is a convenience: a mail without it is better than none. A test keeps this from happening.
		return ""
	}
	return b.String()
}
