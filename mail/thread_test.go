package mail

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// archive makes n messages in threads of about seven, some with references, some with subjects only.
func archive(n int) []Ref {
	rnd := rand.New(rand.NewPCG(1, 2))
	var refs []Ref
	for i := range n {
		r := Ref{ID: fmt.Sprintf("m%d@example.org", i), Subject: fmt.Sprintf("Question %d", i/7), Date: noon.Add(time.Duration(i) * time.Hour), List: "dc.example.org"}
		if i%7 != 0 {
			r.Subject = "Re: " + r.Subject
			back := 1 + rnd.IntN(i%7)
			switch rnd.IntN(4) {
			case 0: // the subject only
			case 1: // a message that nobody has
				r.References = []string{fmt.Sprintf("m%d@example.org", i-back), fmt.Sprintf("lost%d@example.org", i)}
			default:
				r.InReplyTo = []string{fmt.Sprintf("m%d@example.org", i-back)}
			}
		}
		refs = append(refs, r)
	}
	return refs
}

func TestThreads(t *testing.T) {
	at := func(days int) time.Time { return noon.AddDate(0, 0, days) }
	tests := []struct {
		name string
		refs []Ref
		want []string
	}{
		{"references", []Ref{{ID: "a@x"}, {ID: "b@x", References: []string{"a@x"}}, {ID: "c@x", InReplyTo: []string{"b@x"}}}, []string{"a@x", "a@x", "a@x"}},
		{"ids with and without brackets", []Ref{{ID: "<a@x>"}, {ID: "b@x", InReplyTo: []string{"<a@x>"}}, {ID: "<c@x>", References: []string{" b@x "}}}, []string{"a@x", "a@x", "a@x"}},
		{"a ghost holds two answers together", []Ref{{ID: "b@x", InReplyTo: []string{"gone@x"}, Date: at(0)}, {ID: "c@x", InReplyTo: []string{"gone@x"}, Date: at(1)}}, []string{"gone@x", "gone@x"}},
		{"a cycle", []Ref{{ID: "a@x", InReplyTo: []string{"b@x"}, Date: at(1)}, {ID: "b@x", InReplyTo: []string{"a@x"}, Date: at(0)}}, []string{"b@x", "b@x"}},
		{"a reference to itself", []Ref{{ID: "a@x", References: []string{"a@x"}}, {ID: "b@x"}}, []string{"a@x", "b@x"}},
		{"one id twice", []Ref{{ID: "a@x", Date: at(0)}, {ID: "a@x", Date: at(3)}, {ID: "b@x", InReplyTo: []string{"a@x"}}}, []string{"a@x", "a@x", "a@x"}},
		{"an alias names the same post", []Ref{{ID: "outer@list", Aliases: []string{"inner@x"}}, {ID: "b@x", InReplyTo: []string{"inner@x"}}, {ID: "c@x", InReplyTo: []string{"outer@list"}}}, []string{"outer@list", "outer@list", "outer@list"}},
		{"the subject, no reference", []Ref{{ID: "a@x", Subject: "Extension", Date: at(0), List: "l"}, {ID: "b@x", Subject: "AW: [DC] extension", Date: at(40), List: "l"}}, []string{"a@x", "a@x"}},
		{"the subject, a reference to nothing we have", []Ref{{ID: "a@x", Subject: "Extension", Date: at(0)}, {ID: "b@x", Subject: "Re: Extension", Date: at(1), InReplyTo: []string{"rewritten@y"}}}, []string{"a@x", "a@x"}},
		{"the subject on another list", []Ref{{ID: "a@x", Subject: "Extension", Date: at(0), List: "l"}, {ID: "b@x", Subject: "Re: Extension", Date: at(1), List: "m"}}, []string{"a@x", "b@x"}},
		{"the subject after too long", []Ref{{ID: "a@x", Subject: "Extension", Date: at(0)}, {ID: "b@x", Subject: "Re: Extension", Date: at(100)}}, []string{"a@x", "b@x"}},
		{"the subject of a new message", []Ref{{ID: "a@x", Subject: "Minutes", Date: at(0)}, {ID: "b@x", Subject: "Minutes", Date: at(1)}}, []string{"a@x", "b@x"}},
		{"the subject does not pull an answer out of its thread", []Ref{{ID: "a@x", Subject: "Extension", Date: at(0)}, {ID: "z@x", Subject: "Other", Date: at(0)}, {ID: "b@x", Subject: "Re: Extension", InReplyTo: []string{"z@x"}, Date: at(1)}}, []string{"a@x", "z@x", "z@x"}},
		{"words in In-Reply-To are no id", []Ref{{ID: "a@x", InReplyTo: []string{"your", "message"}}, {ID: "b@x", InReplyTo: []string{"your", "message"}}}, []string{"a@x", "b@x"}},
		{"no id at all", []Ref{{Subject: "Re: Extension", Date: at(1)}, {ID: "a@x", Subject: "Extension", Date: at(0)}}, []string{"a@x", "a@x"}},
		{"no subject joins nobody", []Ref{{ID: "a@x", Subject: "Re:", Date: at(0)}, {ID: "b@x", Subject: "Re:", Date: at(1)}}, []string{"a@x", "b@x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Threads(tt.refs); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestThreadsInAnyOrder: an archive has the same threads however it arrived.
func TestThreadsInAnyOrder(t *testing.T) {
	refs := archive(700)
	refs = append(refs, refs[3], refs[100]) // and some twice
	want := map[string]string{}
	for i, root := range Threads(refs) {
		want[refs[i].ID] = root
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		rnd.Shuffle(len(refs), func(i, j int) { refs[i], refs[j] = refs[j], refs[i] })
		for i, root := range Threads(refs) {
			if want[refs[i].ID] != root {
				t.Fatalf("%s is in %q, was in %q", refs[i].ID, root, want[refs[i].ID])
			}
		}
	}
}

func TestBaseSubject(t *testing.T) {
	tests := []struct {
		in, base string
		reply    bool
	}{
		{"Extension", "Extension", false},
		{"Re: Extension", "Extension", true},
		{"RE : [dc-climate]  Re[2]:  Extension (fwd)", "Extension", true},
		{"Re: AW: SV: Antw: Odp: RIF: Réf: Extension", "Extension", true},
		{"回复：答复: 延期", "延期", true},
		{"转发: 延期", "延期", false},
		{"رد: تمديد", "تمديد", true},
		{"Fwd: Extension", "Extension", false},
		{"[Fwd: Re: Extension]", "Extension", true},
		{"[dc-climate] Extension", "Extension", false},
		{"[dc-climate]", "[dc-climate]", false},
		{"Question 3: who pays?", "Question 3: who pays?", false},
		{"Re: regarding: the vote", "regarding: the vote", true},
		{"", "", false},
		{"Re:", "", true},
		{"Ответ: Re: продление", "продление", true},
		{"返信: 延長について", "延長について", true},
		{"WG: Verlängerung", "Verlängerung", false},
		{"Re^2: Extension", "Extension", true},
	}
	for _, tt := range tests {
		if base, reply := BaseSubject(tt.in); base != tt.base || reply != tt.reply {
			t.Errorf("BaseSubject(%q) = %q, %v; want %q, %v", tt.in, base, reply, tt.base, tt.reply)
		}
	}
}

// FuzzThreads checks that any references give threads that do not depend on order.
func FuzzThreads(f *testing.F) {
	f.Add([]byte("\x01\x02\x01\x03\x02\x00"))
	f.Add([]byte("abcabcabc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var refs []Ref
		for i := 0; i+3 < len(b) && i < 400; i += 4 {
			r := Ref{ID: fmt.Sprintf("%d@x", b[i]%16), Date: noon.AddDate(0, 0, int(b[i+1]%90)), Subject: fmt.Sprint("s", b[i+2]%4)}
			if b[i+2]&8 != 0 {
				r.Subject = "Re: " + r.Subject
			}
			if b[i+2]&16 != 0 {
				r.InReplyTo = []string{fmt.Sprintf("%d@x", b[i+3]%16)}
			}
			if b[i+2]&32 != 0 {
				r.References = []string{fmt.Sprintf("%d@x", b[i+3]/16), fmt.Sprintf("%d@x", b[i+1]/16)}
			}
			if b[i+2]&64 != 0 {
				r.Aliases = []string{fmt.Sprintf("%d@y", b[i+3]%4)}
			}
			refs = append(refs, r)
		}
		want := Threads(refs)
		byRef := map[string]string{}
		for i, r := range refs {
			if old, ok := byRef[r.ID]; ok && old != want[i] {
				t.Fatalf("one id in two threads: %q, %q", old, want[i])
			}
			byRef[r.ID] = want[i]
		}
		slices.Reverse(refs)
		for i, root := range Threads(refs) {
			if byRef[refs[i].ID] != root {
				t.Fatalf("%q is in %q, in another order in %q", refs[i].ID, byRef[refs[i].ID], root)
			}
		}
	})
}
