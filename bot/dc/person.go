package dc

// Person is somebody known by one or more mail addresses or Matrix ids. Two are one only on proof.
type Person struct {
	ID        int64
	Name      string
	Addresses []string // mail addresses and Matrix ids
}

// Actor is who does something: the person behind a command or a change, how they are known, and how well.
type Actor struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"` // mail address, Matrix id, or "operator"
	// Operator says that it came from the shell of the machine: it may do all that a facilitator for all may.
	Operator bool `json:"operator,omitempty"`
	// Proven says that the address is proven (aligned DKIM, our own server's verdict, a one-time token): mail case 22.
	Proven bool `json:"proven,omitempty"`
}

// String names the actor in records: "Ana Lima <ana@example.org>".
func (a Actor) String() string {
	switch {
	case a.Name == "" || a.Name == a.Address:
		return a.Address
	case a.Address == "":
		return a.Name
	}
	return a.Name + " <" + a.Address + ">"
}
