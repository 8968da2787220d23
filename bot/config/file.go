package config

// What config.toml may hold, as it is written.

type configFile struct {
	Bot         botFile         `toml:"bot"`
	Group       groupFile       `toml:"group"`
	Mail        mailFile        `toml:"mail"`
	Matrix      *matrixFile     `toml:"matrix"`
	Secretariat secretariatFile `toml:"secretariat"`
	Storage     storageFile     `toml:"storage"`
	Launch      launchFile      `toml:"launch"`
	Limits      limitsFile      `toml:"limits"`
	Coalitions  []coalitionFile `toml:"coalition"`
}

type botFile struct {
	Name     string `toml:"name"`
	Zone     string `toml:"zone"`
	Language string `toml:"language"`
	Prefix   string `toml:"prefix"`
}

type groupFile struct {
	Name         string     `toml:"name"`
	List         *listFile  `toml:"list"`
	Lists        []listFile `toml:"lists"`
	Rooms        []string   `toml:"rooms"`
	Facilitators []string   `toml:"facilitators"`
	Zone         string     `toml:"zone"`
	Language     string     `toml:"language"`
}

type mailFile struct {
	Address    string    `toml:"address"`
	Name       string    `toml:"name"`
	Others     []string  `toml:"others"`
	AuthservID string    `toml:"authserv_id"`
	Hello      string    `toml:"hello"`
	IMAP       *imapFile `toml:"imap"`
	SMTP       *smtpFile `toml:"smtp"`
}

type secretFile struct {
	Password     string `toml:"password"`
	PasswordFile string `toml:"password_file"`
	PasswordEnv  string `toml:"password_env"`
	Insist       bool   `toml:"insecure_password_in_config"`
}

type serverFile struct {
	Address string `toml:"address"`
	TLS     string `toml:"tls"`
	CAFile  string `toml:"ca_file"`
	User    string `toml:"user"`
	secretFile
}

type imapFile struct {
	serverFile
	Folder  string   `toml:"folder"`
	Folders []string `toml:"folders"`
	MaxSize string   `toml:"max_size"`
}

type smtpFile struct{ serverFile }

type matrixFile struct {
	Homeserver string `toml:"homeserver"`
	User       string `toml:"user"`
	Encrypted  bool   `toml:"encrypted"`
	secretFile
}

type secretariatFile struct {
	Address string `toml:"address"`
	Name    string `toml:"name"`
}

type storageFile struct {
	Path string `toml:"path"`
}

type launchFile struct {
	Form string `toml:"form"`
	Pace string `toml:"pace"`
}

type limitsFile struct {
	PerHour *int   `toml:"per_hour"`
	MaxPost string `toml:"max_post"`
}

type coalitionFile struct {
	ID           string     `toml:"id"`
	Name         string     `toml:"name"`
	Aliases      []string   `toml:"aliases"`
	Zone         string     `toml:"zone"`
	Language     string     `toml:"language"`
	Facilitators []string   `toml:"facilitators"`
	Rooms        []string   `toml:"rooms"`
	Form         string     `toml:"form"`
	Pace         string     `toml:"pace"`
	List         *listFile  `toml:"list"`
	Lists        []listFile `toml:"lists"`
}

type listFile struct {
	Address       string `toml:"address"`
	ID            string `toml:"id"`
	Archive       string `toml:"archive"`
	AutoSubmitted bool   `toml:"auto_submitted"`
	ReturnWithin  string `toml:"return_within"`
}
