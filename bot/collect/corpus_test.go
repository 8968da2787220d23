package collect

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dcbot/bot/dc"
	"dcbot/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

// recorded is what the tests show of a contribution.
type recorded struct {
	Post       string    `json:"post"`
	Question   *string   `json:"question"`
	Kind       dc.Kind   `json:"kind"`
	Stance     dc.Stance `json:"stance,omitempty"`
	Text       string    `json:"text"`
	Quoted     string    `json:"quoted,omitempty"`
	About      string    `json:"about,omitempty"`
	Link       string    `json:"link,omitempty"`
	Why        string    `json:"why"`
	Supersedes string    `json:"supersedes,omitempty"`
	Withdraws  string    `json:"withdraws,omitempty"`
}

// archive plays the part of the caller: it reads the mails of a thread in order and keeps what was collected.
type archive struct {
	t     *testing.T
	s     *dc.Survey
	msgs  map[string]*mail.Message
	known []dc.Contribution
	from  map[int64]string // "o1.0": post and place in it
}

func (a *archive) play(file string) (id string, found []recorded) {
	raw, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	m := mail.Parse(raw, mail.Limits{})
	id, _, _ = strings.Cut(m.ID, "@")
	a.msgs[m.ID] = m
	if m.Get("X-Dcbot-Survey") != "" {
		return id, nil
	}
	in := Input{Survey: a.s, Post: Post{Author: m.From[0].Addr, AuthorName: m.From[0].Name, Date: m.Date, Subject: m.Subject, Attachments: m.Attachments, Links: m.Links}}
	var chain []mail.Ancestor
	for up := m; len(up.InReplyTo) > 0 && a.msgs[up.InReplyTo[0]] != nil; {
		up = a.msgs[up.InReplyTo[0]]
		chain = append(chain, mail.Ancestor{ID: up.ID, Author: up.From[0], Text: up.Text})
		official := up.Get("X-Dcbot-Survey") != ""
		if len(chain) == 1 {
			in.Thread.Parent = &Parent{ID: up.ID, Author: up.From[0].Addr, Question: up.Get("X-Dcbot-Question"), Official: official}
			for _, c := range a.known {
				if c.PostRef == up.ID {
					in.Thread.Parent.Found = append(in.Thread.Parent.Found, c)
				}
			}
		}
		if official {
			in.Thread.InSurvey, in.Thread.Question = true, up.Get("X-Dcbot-Question")
		}
	}
	in.Thread.Known = a.known
	in.Post.Reading = mail.Read(m.Text, mail.ReadOptions{Ancestors: chain, Author: m.From[0], FromHTML: m.FromHTML})
	res := Collect(in)
	if len(in.Post.Reading.Edits) == 0 { // else lines are told apart by word
		placed(a.t, in, res)
	}
	for i, f := range res.Contributions {
		c := dc.Contribution{ID: int64(len(a.known) + 1), PostRef: m.ID, Seq: i, Question: f.Question, Author: m.From[0].Addr, AuthorName: m.From[0].Name,
			Kind: f.Kind, Stance: f.Stance, Text: f.Text, Target: f.Target, Status: dc.Collected}
		a.known = append(a.known, c)
		a.from[c.ID] = fmt.Sprintf("%s.%d", id, i)
		for k := range a.known {
			switch a.known[k].ID {
			case f.Supersedes:
				a.known[k].Status = dc.Superseded
			case f.Withdraws:
				a.known[k].Status = dc.WithdrawnStatus
			}
		}
		r := recorded{Post: id, Kind: f.Kind, Stance: f.Stance, Text: f.Text, Quoted: f.Quoted, About: a.from[f.Target], Link: f.Link, Why: f.Why,
			Supersedes: a.from[f.Supersedes], Withdraws: a.from[f.Withdraws]}
		if f.Question != "" {
			r.Question = &f.Question
		}
		found = append(found, r)
	}
	return id, found
}

// threads plays every thread of testdata and returns what was found by post, in order.
func threads(t *testing.T) (posts []string, found map[string][]recorded) {
	found = map[string][]recorded{}
	dirs, err := filepath.Glob("testdata/threads/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no threads in testdata", err)
	}
	for _, d := range dirs {
		a := &archive{t: t, s: survey(), msgs: map[string]*mail.Message{}, from: map[int64]string{}}
		files, _ := filepath.Glob(d + "/*.eml")
		for _, f := range files {
			id, rs := a.play(f)
			posts = append(posts, id)
			found[id] = rs
		}
	}
	return posts, found
}

// TestThreads compares all that is found in the threads with a golden file.
func TestThreads(t *testing.T) {
	posts, found := threads(t)
	var b strings.Builder
	for _, p := range posts {
		for _, r := range found[p] {
			j, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			b.Write(j)
			b.WriteByte('\n')
		}
	}
	const golden = "testdata/threads.golden.json"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("what is found differs from %s; look at the difference, then run with -update", golden)
	}
}

// TestGold measures what is found against labels given by hand, and fails when a question is wrong: the tray never is.
func TestGold(t *testing.T) {
	raw, err := os.ReadFile("testdata/gold.json")
	if err != nil {
		t.Fatal(err)
	}
	var gold map[string][][3]*string
	if err := json.Unmarshal(raw, &gold); err != nil {
		t.Fatal(err)
	}
	_, found := threads(t)
	type tally struct{ right, found, labelled int }
	score := map[string]*tally{}
	at := func(k string) *tally {
		if score[k] == nil {
			score[k] = &tally{}
		}
		return score[k]
	}
	text := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	for id, labels := range gold {
		id, _, _ = strings.Cut(id, "@")
		var want, got []string
		questions := map[string]bool{}
		for _, l := range labels {
			k := text(l[1]) + " " + text(l[2])
			want = append(want, text(l[0])+" "+k)
			questions[text(l[0])] = true
			at("kind "+k).labelled++
			at("question "+text(l[0])).labelled++
		}
		for _, r := range found[id] {
			st := string(r.Stance)
			k := string(r.Kind) + " " + cmp.Or(st, "-")
			got = append(got, text(r.Question)+" "+k)
			at("kind "+k).found++
			at("question "+text(r.Question)).found++
			if r.Question != nil && !questions[*r.Question] {
				t.Errorf("%s: question %s is wrong: %q (%s)", id, *r.Question, r.Text, r.Why)
			}
		}
		left := slices.Clone(got)
		for i, l := range labels {
			if k := slices.Index(left, want[i]); k >= 0 {
				left = slices.Delete(left, k, k+1)
				at("kind "+text(l[1])+" "+text(l[2])).right++
				at("question "+text(l[0])).right++
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Logf("%s: labelled %v, found %v", id, want, got)
		}
	}
	var all tally
	for _, k := range slices.Sorted(maps.Keys(score)) {
		s := score[k]
		t.Logf("%-28s precision %3d/%-3d recall %3d/%d", k, s.right, s.found, s.right, s.labelled)
		if strings.HasPrefix(k, "kind ") {
			all.right, all.found, all.labelled = all.right+s.right, all.found+s.found, all.labelled+s.labelled
		}
	}
	precision, recall := float64(all.right)/float64(all.found), float64(all.right)/float64(all.labelled)
	t.Logf("%d mails: precision %.3f recall %.3f", len(gold), precision, recall)
	if precision < 0.9 || recall < 0.9 {
		t.Errorf("precision %.3f, recall %.3f: below 0.9", precision, recall)
	}
}
