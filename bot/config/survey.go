package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"dcbot/bot/dc"
)

type surveyFile struct {
	ID           string          `toml:"id"`
	Title        string          `toml:"title"`
	Introduction string          `toml:"introduction"`
	Link         string          `toml:"link"`
	Launch       string          `toml:"launch"`
	Deadline     string          `toml:"deadline"`
	Zone         string          `toml:"zone"`
	Extensions   []extensionFile `toml:"extension"`
	Sections     []sectionFile   `toml:"section"`
}

type extensionFile struct {
	Deadline  string `toml:"deadline"`
	Reason    string `toml:"reason"`
	Announced string `toml:"announced"`
}

type sectionFile struct {
	Title        string         `toml:"title"`
	Introduction string         `toml:"introduction"`
	Questions    []questionFile `toml:"question"`
}

type questionFile struct {
	Number     string   `toml:"number"`
	Title      string   `toml:"title"`
	Text       string   `toml:"text"`
	Kind       string   `toml:"kind"`
	Options    []string `toml:"options"`
	Min        *int     `toml:"min"`
	Max        *int     `toml:"max"`
	Compulsory *bool    `toml:"compulsory"`
	Comment    *bool    `toml:"comment"`
	FollowUp   []string `toml:"follow_up"`
	Help       string   `toml:"help"`
	Link       string   `toml:"link"`
}

// LoadSurvey reads and checks a survey file. The error is *Problems when the file could be read but is wrong.
func LoadSurvey(path string) (*dc.Survey, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, dc.Userf("name a survey file, such as survey.toml", "reading the survey: %w", err)
	}
	return LoadSurveyBytes(path, data)
}

// LoadSurveyBytes is LoadSurvey for a survey that was read already; name stands in its problems.
func LoadSurveyBytes(name string, data []byte) (*dc.Survey, error) {
	f, d, whole := decode[surveyFile](name, data)
	var s *dc.Survey
	if whole {
		s = d.survey(f)
	}
	if len(d.problems.All) > 0 {
		d.problems.sorted()
		return nil, d.problems
	}
	return s, nil
}

func (d *document) survey(f surveyFile) *dc.Survey {
	s := &dc.Survey{ID: f.ID, Title: strings.TrimSpace(f.Title), Introduction: strings.TrimSpace(f.Introduction), Link: f.Link, Zone: d.zone("zone", f.Zone, "UTC"), Version: 1}
	switch {
	case f.ID == "":
		d.missing("id", `a short word that never changes: id = "dc2021"`)
	case !identifier.MatchString(f.ID):
		d.problem("id", "use small letters, digits and hyphens, such as dc2021", "%q cannot be an id", f.ID)
	}
	d.title("title", f.Title, 150)
	if f.Link != "" {
		d.web("link", f.Link)
	}
	s.Launch = d.moment("launch", f.Launch, s.Zone)
	s.Deadline = d.moment("deadline", f.Deadline, s.Zone)
	if !s.Launch.IsZero() && !s.Deadline.IsZero() && !s.Deadline.UTC.After(s.Launch.UTC) {
		d.problem("deadline", "give a later date", "%s is not after the launch, %s", s.Deadline, s.Launch)
	}
	d.extensions(s, f.Extensions)
	if len(f.Sections) == 0 {
		d.problem("", "add [[section]] with a title, and [[section.question]]", "there is no section")
	}
	numbers := map[string]string{}
	for i, sec := range f.Sections {
		s.Sections = append(s.Sections, d.section(fmt.Sprintf("section[%d]", i), sec, numbers))
	}
	return s
}

// title notes a title that is missing or cannot stand in a subject.
func (d *document) title(path, value string, most int) {
	switch n := utf8.RuneCountInString(strings.TrimSpace(value)); {
	case n == 0:
		d.missing(path, "write a short one")
	case n > most:
		d.problem(path, fmt.Sprintf("use at most %d characters: it stands in subjects", most), "has %d characters", n)
	default:
		d.line(path, value)
	}
}

func (d *document) moment(path, value, zone string) dc.Moment {
	if strings.TrimSpace(value) == "" {
		d.missing(path, `write it as "2021-04-25 23:59"`)
		return dc.Moment{}
	}
	m, err := dc.NewMoment(value, zone)
	if err != nil {
		remedy, message := `write it as "2021-04-25 23:59"`, err.Error()
		if u, ok := dc.AsUser(err); ok {
			remedy, message = u.Remedy, u.Message
		}
		d.problem(path, remedy, "%s", message)
	}
	return m
}

func (d *document) extensions(s *dc.Survey, files []extensionFile) {
	last := s.Deadline
	for i, f := range files {
		path := fmt.Sprintf("extension[%d]", i)
		e := dc.Extension{Reason: strings.TrimSpace(f.Reason), Deadline: d.moment(path+".deadline", f.Deadline, s.Zone), Announced: d.moment(path+".announced", f.Announced, s.Zone)}
		d.line(path+".reason", e.Reason)
		if !e.Deadline.IsZero() && !last.IsZero() && !e.Deadline.UTC.After(last.UTC) {
			d.problem(path+".deadline", "give a later date", "%s is not after the deadline before it, %s", e.Deadline, last)
		}
		if !e.Deadline.IsZero() && !e.Announced.IsZero() && !e.Announced.UTC.Before(e.Deadline.UTC) {
			d.problem(path+".announced", "say when members were told", "%s is not before the new deadline", e.Announced)
		}
		if !e.Deadline.IsZero() {
			last = e.Deadline
		}
		s.Extensions = append(s.Extensions, e)
	}
}

func (d *document) section(path string, f sectionFile, numbers map[string]string) dc.Section {
	sec := dc.Section{Title: strings.TrimSpace(f.Title), Introduction: strings.TrimSpace(f.Introduction)}
	d.title(path+".title", f.Title, 100)
	if len(f.Questions) == 0 {
		d.problem(path, "add [[section.question]], or remove the section", "has no question")
	}
	for i, q := range f.Questions {
		sec.Questions = append(sec.Questions, d.question(fmt.Sprintf("%s.question[%d]", path, i), q, numbers))
	}
	return sec
}

// printed is a question number that a reply can name without doubt: "2.1" would be read as question 2.
var printed = regexp.MustCompile(`^[0-9]{1,3}[a-z]{0,5}$`)

var kinds = []string{string(dc.Open), string(dc.Short), string(dc.YesNo), string(dc.One), string(dc.Several), string(dc.Select), string(dc.Number), string(dc.Scale)}

func (d *document) question(path string, f questionFile, numbers map[string]string) dc.Question {
	q := dc.Question{
		Number: strings.TrimSpace(f.Number), Title: strings.TrimSpace(f.Title), Text: strings.TrimSpace(f.Text), Kind: dc.QuestionKind(f.Kind),
		Help: strings.TrimSpace(f.Help), Link: f.Link, Version: 1,
	}
	switch n := dc.NormalNumber(f.Number); {
	case q.Number == "":
		d.missing(path+".number", `write it as it is printed, in quotes: number = "6"`)
	case !printed.MatchString(n):
		d.problem(path+".number", "use a number, with letters after it if need be: 6, 6a, 7bis", "%q cannot be named in a reply without doubt", f.Number)
	case numbers[n] != "":
		d.problem(path+".number", "give each question its own", "%q is also %s (line %d)", f.Number, shown(numbers[n]), d.at(numbers[n]+".number").line)
	default:
		numbers[n] = path
	}
	d.title(path+".title", f.Title, 60)
	if q.Text == "" {
		d.missing(path+".text", "write the question in full")
	}
	if f.Kind == "" {
		d.missing(path+".kind", "use one of "+strings.Join(kinds, ", "))
		q.Kind = dc.Open // what follows is judged once the kind is known
		return q
	}
	d.oneOf(path+".kind", f.Kind, kinds...)
	d.options(path, &q, f)
	d.scale(path, &q, f)
	if f.Compulsory != nil {
		q.Need = dc.Voluntary
		if *f.Compulsory {
			q.Need = dc.Compulsory
		}
	}
	// A closed question has a comment field unless the survey says otherwise: people want to explain.
	q.Comment = q.Kind.Closed() && (f.Comment == nil || *f.Comment)
	if f.Comment != nil && *f.Comment && !q.Kind.Closed() {
		d.problem(path+".comment", "remove it", "a question of kind %s is answered in words anyway", q.Kind)
	}
	for i, x := range f.FollowUp {
		if x = strings.TrimSpace(x); x == "" {
			d.problem(fmt.Sprintf("%s.follow_up[%d]", path, i), "remove it", "is empty")
		} else {
			q.FollowUp = append(q.FollowUp, x)
		}
	}
	if f.Link != "" {
		d.web(path+".link", f.Link)
	}
	return q
}

func (d *document) options(path string, q *dc.Question, f questionFile) {
	seen := map[string]bool{}
	for i, o := range f.Options {
		at := fmt.Sprintf("%s.options[%d]", path, i)
		o = strings.TrimSpace(o)
		switch key := strings.ToLower(o); {
		case o == "":
			d.problem(at, "remove it", "is empty")
		case seen[key]:
			d.problem(at, "keep one of them", "%q stands twice", o)
		default:
			seen[key] = true
			d.line(at, o)
			q.Options = append(q.Options, o)
		}
	}
	switch q.Kind {
	case dc.One, dc.Several, dc.Select:
		switch {
		case len(f.Options) == 0:
			d.missing(path+".options", `write them as options = ["...", "..."]`)
		case len(q.Options) == 1 && q.Kind == dc.One:
			d.problem(path+".options", "add another one", "there is only one to choose")
		}
	case dc.Scale: // what the ends mean
	default:
		if len(f.Options) > 0 {
			d.problem(path+".options", "remove them, or use kind one, several or select", "a question of kind %s has no options", q.Kind)
		}
	}
}

func (d *document) scale(path string, q *dc.Question, f questionFile) {
	if q.Kind != dc.Scale {
		for key, v := range map[string]*int{"min": f.Min, "max": f.Max} {
			if v != nil {
				d.problem(path+"."+key, "remove it, or use kind scale", "a question of kind %s has none", q.Kind)
			}
		}
		return
	}
	if f.Min == nil {
		d.missing(path+".min", "say where the scale begins: min = 1")
	}
	if f.Max == nil {
		d.missing(path+".max", "say where the scale ends: max = 5")
	}
	if f.Min == nil || f.Max == nil {
		return
	}
	q.Min, q.Max = *f.Min, *f.Max
	if q.Min >= q.Max {
		d.problem(path+".max", "make it bigger than min", "%d is not above %d", q.Max, q.Min)
	}
}
