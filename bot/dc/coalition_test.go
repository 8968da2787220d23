package dc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"testing"
)

// The hashes were worked out outside of Go (Python's hashlib and base64); the first is the one that Mailman's own
// documentation shows for this id.
func TestMailmanHash(t *testing.T) {
	for id, want := range map[string]string{
		"first":                      "4CMWUN6BHVCMHMDAOSJZ2Q72G5M32MWB",
		"aardvark":                   "75E2XSUXAFQGWANWEROVQ7JGYMNWHJBT",
		"CAB+x=1/2@mail.example.org": "HVOJSURWVLSA5CG7WWEOKMQKDJ5XYSTM",
	} {
		if got := MailmanHash(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestArchived(t *testing.T) {
	for _, c := range []struct{ pattern, id, want string }{
		{"", "a@b", ""},
		{"https://l.example.org/{id}", "", ""},
		{"https://l.example.org/arch/{id}/", "a1@mail.example.org", "https://l.example.org/arch/a1@mail.example.org/"},
		{"https://l.example.org/{hash}/", "first", "https://l.example.org/4CMWUN6BHVCMHMDAOSJZ2Q72G5M32MWB/"},
		{"https://l.example.org/{id}", "a/b?c#d%e f@x", "https://l.example.org/a%2Fb%3Fc%23d%25e%20f@x"},
		{"https://l.example.org/?m={id}&v=1", "a+b=c&d@x", "https://l.example.org/?m=a%2Bb%3Dc%26d@x&v=1"},
		{"https://l.example.org/{id}/{hash}", "{hash}", "https://l.example.org/%7Bhash%7D/" + MailmanHash("{hash}")},
		{"https://l.example.org/{id}", `"><script>@x`, "https://l.example.org/%22%3E%3Cscript%3E@x"},
		{"https://l.example.org/all", "a@b", "https://l.example.org/all"},
	} {
		if got := (List{Archive: c.pattern}).Archived(c.id); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.pattern, c.id, got, c.want)
		}
	}
}

// Whatever an id holds, it is one element of a path and one value of a query, and it can be read back.
func FuzzArchived(f *testing.F) {
	f.Add("a+b=c&d/e?f#g%h i@x")
	f.Add("é\x00\xff\r\n")
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || id == "." || id == ".." {
			return
		}
		u, err := url.Parse((List{Archive: "https://l.example.org/{id}/end?m={id}&n=1"}).Archived(id))
		if err != nil {
			t.Fatal(err)
		}
		if u.Path != "/"+id+"/end" || u.Query().Get("m") != id || u.Query().Get("n") != "1" || u.Fragment != "" {
			t.Errorf("%q gives %s", id, u)
		}
	})
}

func TestSameAddress(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"ana@example.org", "ana@example.org", true},
		{"Ana@Example.ORG", "ana@example.org", true},
		{" ana@example.org\n", "ana@example.org", true},
		{"É@example.org", "é@example.org", true},
		{"ana@example.org", "ana@example.test", false},
		{"ana@example.org", "ana+x@example.org", false},
		{"ana@example.org", "Ana <ana@example.org>", false},
		{"", "", false},
		{" ", " ", false},
		{"", "ana@example.org", false},
		{"kai@example.org", "\u212aai@example.org", false},   // the Kelvin sign
		{"boss@example.org", "bo\u017fs@example.org", false}, // the long s
		{"ana@example.org", "\u0430na@example.org", false},   // a Cyrillic a
	} {
		if got := SameAddress(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %v", c.a, c.b, got)
		}
		if SameAddress(c.a, c.b) != SameAddress(c.b, c.a) {
			t.Errorf("%q, %q: it depends on the order", c.a, c.b)
		}
	}
}

func TestNamed(t *testing.T) {
	c := Coalition{ID: "dc-meter", Name: "Open Water Meters", Aliases: []string{"meters", "água"}}
	for word, want := range map[string]bool{"dc-meter": true, "DC-Meter": true, "open water meters": true, "METERS": true, "ÁGUA": true, "meter": false, "": false} {
		if c.Named(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
	if (&Coalition{ID: "x"}).Named("") {
		t.Error("a coalition without a name is named by no word")
	}
}

func TestActorString(t *testing.T) {
	for want, a := range map[string]Actor{
		"Ana Lima <ana@example.org>": {Name: "Ana Lima", Address: "ana@example.org"},
		"ana@example.org":            {Address: "ana@example.org"},
		"@ana:example.org":           {Name: "@ana:example.org", Address: "@ana:example.org"},
		"Ana Lima":                   {Name: "Ana Lima"},
		"":                           {},
	} {
		if got := a.String(); got != want {
			t.Errorf("%+v reads %q, want %q", a, got, want)
		}
	}
}

func TestUserError(t *testing.T) {
	plain := Userf("name one", "no coalition %q", "x")
	if plain.Error() != `no coalition "x"; name one` || plain.Unwrap() != nil {
		t.Errorf("%q, %v", plain, plain.Err)
	}
	if got := Userf("", "it is closed").Error(); got != "it is closed" {
		t.Errorf("without a remedy: %q", got)
	}
	one := Userf("free some space", "writing the draft: %w", fs.ErrPermission)
	two := Userf("try again", "reading: %w, then %w", io.ErrUnexpectedEOF, fs.ErrClosed)
	for err, causes := range map[error][]error{one: {fs.ErrPermission}, two: {io.ErrUnexpectedEOF, fs.ErrClosed}} {
		outer := fmt.Errorf("draft of dc-meter: %w", err)
		for _, cause := range causes {
			if !errors.Is(outer, cause) {
				t.Errorf("%v has lost %v", outer, cause)
			}
		}
		u, ok := AsUser(outer)
		if !ok || error(u) != err {
			t.Errorf("AsUser(%v) = %v, %v", outer, u, ok)
		}
		if strings.Count(outer.Error(), causes[0].Error()) != 1 {
			t.Errorf("the cause is told twice: %v", outer)
		}
	}
	for _, err := range []error{nil, io.EOF} {
		if u, ok := AsUser(err); ok || u != nil {
			t.Errorf("AsUser(%v) = %v", err, u)
		}
	}
}

func TestSendError(t *testing.T) {
	cause := io.ErrUnexpectedEOF
	for _, c := range []struct {
		e         SendError
		kind      string
		temporary bool
	}{
		{SendError{Err: cause}, "permanent", false},
		{SendError{Temporary: true, Err: cause}, "temporary", true},
		{SendError{Uncertain: true, Err: cause}, "uncertain", false},
		{SendError{Temporary: true, Uncertain: true, Err: cause}, "uncertain", false}, // never retried blindly
	} {
		err := fmt.Errorf("question 6: %w", &c.e)
		if IsTemporary(err) != c.temporary || !errors.Is(err, cause) || !strings.Contains(err.Error(), c.kind) {
			t.Errorf("%v: temporary %v", err, IsTemporary(err))
		}
	}
	if IsTemporary(nil) || IsTemporary(cause) {
		t.Error("what a Sender did not say is no temporary failure")
	}
}
