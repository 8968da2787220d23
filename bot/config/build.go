package config

import (
	"fmt"
	"strings"
	"time"

	"dcbot/bot/dc"
)

// builder turns what is written into a Config, and notes what is wrong with it.
type builder struct {
	*document
	dir  string
	used map[string]string // what must be unique -> the path that has it
}

func (b *builder) build(c *Config, f configFile) {
	c.Bot = Bot{Name: or(f.Bot.Name, "dcbot"), Zone: b.zone("bot.zone", f.Bot.Zone, "UTC"), Language: b.language("bot.language", f.Bot.Language, "en"), Prefix: b.prefix(f.Bot.Prefix)}
	b.line("bot.name", f.Bot.Name)
	b.mail(c, f.Mail)
	g := f.Group
	c.Group = dc.Group{
		Name: g.Name, Zone: b.zone("group.zone", g.Zone, c.Bot.Zone), Language: b.language("group.language", g.Language, c.Bot.Language),
		Rooms: b.rooms("group.rooms", g.Rooms), Facilitators: b.facilitators("group.facilitators", g.Facilitators), Lists: b.lists("group", g.List, g.Lists),
	}
	b.line("group.name", g.Name)
	form, pace := b.form("launch", f.Launch.Form, f.Launch.Pace, dc.PerQuestion, dc.AllAtOnce)
	if len(f.Coalitions) == 0 {
		b.problem("", "add [[coalition]] with an id", "there is no coalition")
	}
	for i, x := range f.Coalitions {
		c.Coalitions = append(c.Coalitions, b.coalition(fmt.Sprintf("coalition[%d]", i), x, c.Group, form, pace))
	}
	if f.Matrix != nil {
		c.Matrix = b.matrix(*f.Matrix)
	}
	c.Secretariat = Secretariat{Address: f.Secretariat.Address, Name: f.Secretariat.Name}
	b.address("secretariat.address", f.Secretariat.Address)
	b.line("secretariat.name", f.Secretariat.Name)
	if f.Storage.Path == "" {
		b.missing("storage.path", `say where the record is kept: [storage] path = "dcbot.db"`)
	}
	c.Storage.Path = b.path(f.Storage.Path)
	c.Limits = Limits{PerHour: defaultPerHour, MaxPost: b.size("limits.max_post", f.Limits.MaxPost, defaultMaxPost)}
	if n := f.Limits.PerHour; n != nil {
		if *n < 0 {
			b.problem("limits.per_hour", "0 means no limit", "cannot be negative")
		}
		c.Limits.PerHour = *n
	}
}

func (b *builder) coalition(path string, f coalitionFile, g dc.Group, form dc.LaunchForm, pace dc.LaunchPace) dc.Coalition {
	x := dc.Coalition{
		ID: f.ID, Name: or(f.Name, f.ID), Aliases: f.Aliases,
		Zone: b.zone(path+".zone", f.Zone, g.Zone), Language: b.language(path+".language", f.Language, g.Language),
		Facilitators: b.facilitators(path+".facilitators", f.Facilitators), Rooms: b.rooms(path+".rooms", f.Rooms), Lists: b.lists(path, f.List, f.Lists),
	}
	switch {
	case f.ID == "":
		b.missing(path+".id", `a short word that never changes: id = "dc-meter"`)
	case !identifier.MatchString(f.ID):
		b.problem(path+".id", "use small letters, digits and hyphens, such as dc-meter", "%q cannot be an id", f.ID)
	}
	b.line(path+".name", f.Name)
	x.Launch, x.Pace = b.form(path, f.Form, f.Pace, form, pace)
	// One word must not name two coalitions in a command.
	if b.unique("word", path+".id", f.ID) && f.Name != "" && !strings.EqualFold(f.Name, f.ID) {
		b.unique("word", path+".name", f.Name)
	}
	for i, a := range f.Aliases {
		at := fmt.Sprintf("%s.aliases[%d]", path, i)
		if strings.TrimSpace(a) == "" || strings.ContainsAny(a, "\r\n") {
			b.problem(at, "remove it, or write a word", "an alias is empty or has a line break")
			continue
		}
		b.unique("word", at, a)
	}
	return x
}

func (b *builder) form(path, form, pace string, defForm dc.LaunchForm, defPace dc.LaunchPace) (dc.LaunchForm, dc.LaunchPace) {
	f, p := dc.LaunchForm(or(form, string(defForm))), dc.LaunchPace(or(pace, string(defPace)))
	b.oneOf(path+".form", string(f), string(dc.PerQuestion), string(dc.PerSection), string(dc.InOneMail))
	b.oneOf(path+".pace", string(p), string(dc.AllAtOnce), string(dc.SectionPerDay))
	return f, p
}

func (b *builder) lists(path string, one *listFile, several []listFile) []dc.List {
	var out []dc.List
	if one != nil {
		out = append(out, b.list(path+".list", *one))
		if len(several) > 0 {
			b.problem(path+".lists", "write all of them as lists", "has both list and lists")
		}
	}
	for i, l := range several {
		out = append(out, b.list(fmt.Sprintf("%s.lists[%d]", path, i), l))
	}
	return out
}

func (b *builder) list(path string, f listFile) dc.List {
	l := dc.List{Address: f.Address, Archive: f.Archive, AutoSubmitted: f.AutoSubmitted, ReturnWithin: defaultReturnWithin}
	if f.Address == "" {
		b.missing(path+".address", "the address that members post to")
	} else if b.address(path+".address", f.Address) {
		b.unique("address", path+".address", f.Address)
	}
	at := path + ".id"
	l.ID = strings.ToLower(strings.Trim(strings.TrimSpace(f.ID), "<>"))
	switch {
	case f.ID == "":
		// RFC 2919 section 3: list servers make it of the address, with a dot for the @.
		l.ID = strings.ToLower(strings.Replace(f.Address, "@", ".", 1))
		at = path + ".address"
	case strings.Contains(l.ID, "@"):
		b.problem(at, fmt.Sprintf("it is most likely %s; look at the List-Id of a mail from the list", strings.Replace(l.ID, "@", ".", 1)), "%q is an address, not a List-Id", f.ID)
	case strings.ContainsAny(l.ID, " \t\r\n<>\""):
		b.problem(at, "write what stands between < and > in the List-Id of a mail from the list", "%q is no List-Id", f.ID)
	}
	if l.ID != "" {
		b.unique("List-Id", at, l.ID)
	}
	if f.Archive != "" {
		b.web(path+".archive", f.Archive)
		if !strings.Contains(f.Archive, "{id}") && !strings.Contains(f.Archive, "{hash}") {
			b.problem(path+".archive", "put {id} (the Message-ID) or {hash} (Mailman 3's hash of it) where they belong in the link", "does not say where the message's id goes")
		}
	}
	if f.ReturnWithin != "" {
		t, err := time.ParseDuration(f.ReturnWithin)
		if err != nil || t <= 0 {
			b.problem(path+".return_within", "write it as 15m or 2h", "%q is no length of time", f.ReturnWithin)
		}
		l.ReturnWithin = t
	}
	return l
}

func (b *builder) mail(c *Config, f mailFile) {
	c.Mail = Mail{Address: f.Address, Name: or(f.Name, c.Bot.Name), Others: f.Others, AuthservID: f.AuthservID, Hello: f.Hello}
	if f.Address == "" {
		b.missing("mail.address", `the bot's own address: [mail] address = "dcbot@example.org"`)
	} else if b.address("mail.address", f.Address) {
		b.unique("address", "mail.address", f.Address)
	}
	for i, o := range f.Others {
		at := fmt.Sprintf("mail.others[%d]", i)
		if b.address(at, o) {
			b.unique("address", at, o)
		}
	}
	b.line("mail.name", f.Name)
	if strings.ContainsAny(f.AuthservID, " \t\r\n;@") {
		b.problem("mail.authserv_id", "it is the first word of the Authentication-Results that your server adds", "%q is no name of a server", f.AuthservID)
	}
	if h := f.Hello; h != "" && (strings.ContainsAny(h, " \t\r\n@") || strings.EqualFold(h, "localhost") || !strings.Contains(h, ".")) {
		b.problem("mail.hello", "write the full name of this machine, such as bot.example.org", "%q is no name that other servers accept", h)
	}
	if f.IMAP != nil {
		c.Mail.IMAP = &IMAP{Server: b.server("mail.imap", f.IMAP.serverFile, "imap.example.org:993"), Folders: f.IMAP.Folders, MaxSize: b.size("mail.imap.max_size", f.IMAP.MaxSize, defaultMaxMail)}
		switch {
		case f.IMAP.Folder != "" && len(f.IMAP.Folders) > 0:
			b.problem("mail.imap.folders", "write all of them as folders", "has both folder and folders")
		case f.IMAP.Folder != "":
			c.Mail.IMAP.Folders = []string{f.IMAP.Folder}
		case len(f.IMAP.Folders) == 0:
			c.Mail.IMAP.Folders = []string{"INBOX"}
		}
	}
	if f.SMTP != nil {
		c.Mail.SMTP = &SMTP{Server: b.server("mail.smtp", f.SMTP.serverFile, "smtp.example.org:465")}
	}
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
