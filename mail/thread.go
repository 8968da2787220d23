package mail

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// SubjectWindow is how long after a post a reply to its subject, without a usable reference, still joins its thread.
const SubjectWindow = 60 * 24 * time.Hour

// Ref is what threading needs to know of a message.
type Ref struct {
	ID         string // Message-ID; brackets do not matter
	Aliases    []string
	InReplyTo  []string
	References []string
	Subject    string
	Date       time.Time // zero for unknown
	List       string    // List-Id, or anything that tells lists apart
}

// Threads gives each message the id of its thread: the id of the message that began it, or of one that is referred to
// but not there. Messages are in one thread when References or In-Reply-To connect them, also over messages that are
// missing; a reply whose references lead nowhere, or that has none, joins the latest post before it on the same list with
// the same base subject, within SubjectWindow. The result does not depend on the order of refs: it is parallel to refs.
// A message without an id is its own thread's only member under the id "", unless the subject finds it one.
func Threads(refs []Ref) []string {
	t := &threader{index: make(map[string]int, len(refs)*2)}
	nodes := make([]int, len(refs))
	for i := range refs {
		if id := bareID(refs[i].ID); id != "" {
			nodes[i] = t.node(id)
		} else {
			nodes[i] = t.anonymous()
		}
		t.present[nodes[i]] = true
	}
	for i := range refs {
		for _, a := range refs[i].Aliases {
			if id := bareID(a); id != "" {
				n := t.node(id)
				t.union(nodes[i], n)
				t.present[n] = true
			}
		}
	}
	for i := range refs {
		t.connect(nodes[i], &refs[i])
	}
	t.bySubject(refs, nodes)
	return t.roots(refs, nodes)
}

// threader joins ids into threads.
type threader struct {
	index   map[string]int
	ids     []string
	parent  []int // union-find
	size    []int
	present []bool // a message with this id (or alias) is there
	replies []bool // refers to something in its thread
}

func (t *threader) node(id string) int {
	if n, ok := t.index[id]; ok {
		return n
	}
	n := t.anonymous()
	t.index[id], t.ids[n] = n, id
	return n
}

func (t *threader) anonymous() int {
	n := len(t.ids)
	t.ids = append(t.ids, "")
	t.parent = append(t.parent, n)
	t.size = append(t.size, 1)
	t.present = append(t.present, false)
	t.replies = append(t.replies, false)
	return n
}

func (t *threader) find(n int) int {
	for t.parent[n] != n {
		t.parent[n] = t.parent[t.parent[n]]
		n = t.parent[n]
	}
	return n
}

func (t *threader) union(a, b int) {
	a, b = t.find(a), t.find(b)
	if a == b {
		return
	}
	if t.size[a] < t.size[b] {
		a, b = b, a
	}
	t.parent[b] = a
	t.size[a] += t.size[b]
}

// connect joins a message with all that it refers to.
func (t *threader) connect(n int, r *Ref) {
	for _, list := range [2][]string{r.References, r.InReplyTo} {
		for _, s := range list {
			id := bareID(s)
			if id == "" || id == t.ids[n] {
				continue
			}
			m, known := t.index[id]
			if !known {
				// What has no "@" is hardly an id: it connects only to a message that has it.
				if !strings.Contains(id, "@") {
					continue
				}
				m = t.node(id)
			}
			if m == n {
				continue
			}
			t.union(n, m)
			t.replies[n] = true
		}
	}
}

// bySubject joins replies whose references lead to no message that is there.
func (t *threader) bySubject(refs []Ref, nodes []int) {
	type post struct {
		ref   int
		reply bool
	}
	groups := map[string][]post{}
	for i := range refs {
		base, reply := BaseSubject(refs[i].Subject)
		if base == "" || refs[i].Date.IsZero() {
			continue
		}
		key := refs[i].List + "\x00" + fold(base)
		groups[key] = append(groups[key], post{i, reply})
	}
	for _, g := range groups {
		if len(g) < 2 {
			continue
		}
		slices.SortFunc(g, func(a, b post) int {
			return cmp.Or(refs[a.ref].Date.Compare(refs[b.ref].Date), cmp.Compare(bareID(refs[a.ref].ID), bareID(refs[b.ref].ID)))
		})
		other := -1 // the last entry before that is another message
		for k, p := range g {
			if k > 0 && nodes[g[k-1].ref] != nodes[p.ref] {
				other = k - 1
			}
			if !p.reply || !t.orphan(nodes[p.ref], &refs[p.ref]) {
				continue
			}
			if other >= 0 && refs[p.ref].Date.Sub(refs[g[other].ref].Date) <= SubjectWindow {
				t.union(nodes[p.ref], nodes[g[other].ref])
				t.replies[nodes[p.ref]] = true
			}
		}
	}
}

// orphan reports a message none of whose references is there.
func (t *threader) orphan(n int, r *Ref) bool {
	for _, list := range [2][]string{r.References, r.InReplyTo} {
		for _, s := range list {
			if m, ok := t.index[bareID(s)]; ok && m != n && t.present[m] {
				return false
			}
		}
	}
	return true
}

// roots names each thread after its beginning: a message that refers to nothing, the earliest of them; else the first
// reference of the earliest message.
func (t *threader) roots(refs []Ref, nodes []int) []string {
	type best struct {
		ref    int
		starts bool
	}
	top := map[int]best{}
	before := func(a, b int) bool {
		da, db := refs[a].Date, refs[b].Date
		if da.IsZero() != db.IsZero() {
			return db.IsZero()
		}
		if c := da.Compare(db); c != 0 {
			return c < 0
		}
		if c := cmp.Compare(bareID(refs[a].ID), bareID(refs[b].ID)); c != 0 {
			return c < 0
		}
		// The same id twice, with other references: any fixed choice will do.
		return cmp.Or(slices.Compare(refs[a].References, refs[b].References), slices.Compare(refs[a].InReplyTo, refs[b].InReplyTo)) < 0
	}
	for i := range refs {
		root := t.find(nodes[i])
		starts := !t.replies[nodes[i]] && t.ids[nodes[i]] != ""
		b, ok := top[root]
		if !ok || starts && !b.starts || starts == b.starts && before(i, b.ref) {
			top[root] = best{i, starts}
		}
	}
	names := map[int]string{}
	for root, b := range top {
		name := t.ids[nodes[b.ref]]
		if !b.starts {
			if ghost := t.missing(&refs[b.ref], root); ghost != "" {
				name = ghost
			}
		}
		names[root] = name
	}
	out := make([]string, len(refs))
	for i := range refs {
		out[i] = names[t.find(nodes[i])]
	}
	return out
}

// missing is the first reference of r that nobody has and that belongs to the thread.
func (t *threader) missing(r *Ref, root int) string {
	for _, list := range [2][]string{r.References, r.InReplyTo} {
		for _, s := range list {
			id := bareID(s)
			if n, ok := t.index[id]; ok && !t.present[n] && t.find(n) == root {
				return id
			}
		}
	}
	return ""
}

// bareID is an id without brackets and white space.
func bareID(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 {
		if j := strings.IndexByte(s[i:], '>'); j > 0 {
			s = s[i+1 : i+j]
		} else {
			s = s[i+1:]
		}
	}
	return strings.Trim(s, "<> \t\r\n")
}
