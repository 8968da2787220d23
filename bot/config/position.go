package config

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// place is where something stands in a file, from 1.
type place struct{ line, column int }

// document is a file with the places of its keys and values.
type document struct {
	name   string
	places map[string]place // by path: "coalition[0].list.address", "coalition[0].aliases[1]"
	spans  []span           // of the expressions, in order
	// broken are the paths of keys whose value could not be read: they were reported, so nobody says that they are missing.
	broken   map[string]bool
	problems *Problems
}

// span is an expression's part of the file, in whole lines: bytes from up to to.
type span struct {
	from, to int
	path     string // of a key and value; "" of a header
	table    string // that the key belongs to, or that the header begins
}

// index notes where every key and value of data stands. It stops at the first error of syntax and returns its line, or 0.
func (d *document) index(data []byte) int {
	d.places, d.spans = map[string]place{}, nil
	var p unstable.Parser
	p.Reset(data)
	ix := &indexer{d: d, p: &p, arrays: map[string]int{}, starts: []int{0}}
	for i, c := range data {
		if c == '\n' {
			ix.starts = append(ix.starts, i+1)
		}
	}
	for p.NextExpression() {
		ix.expression(p.Expression())
	}
	end, line := len(data), 0
	var bad *unstable.ParserError
	if errors.As(p.Error(), &bad) {
		line = ix.place(int(p.Range(bad.Highlight).Offset)).line
		end = ix.starts[line-1]
	}
	for i := range d.spans {
		d.spans[i].to = end
		if i+1 < len(d.spans) {
			d.spans[i].to = d.spans[i+1].from
		}
	}
	return line
}

type indexer struct {
	d      *document
	p      *unstable.Parser
	arrays map[string]int // how many elements an array of tables has so far
	table  string         // path of the table that keys belong to now
	starts []int          // of the lines; the library would count them anew for each key
}

func (ix *indexer) place(offset int) place {
	line := sort.SearchInts(ix.starts, offset+1)
	return place{line, offset - ix.starts[line-1] + 1}
}

func (ix *indexer) expression(e *unstable.Node) {
	var s span
	if it := e.Key(); it.Next() {
		s.from = ix.starts[ix.place(int(it.Node().Raw.Offset)).line-1]
	}
	switch e.Kind {
	case unstable.Table:
		ix.table = ix.resolve("", e.Key(), false)
	case unstable.ArrayTable:
		ix.table = ix.resolve("", e.Key(), true)
	case unstable.KeyValue:
		s.path = ix.keyValue(ix.table, e)
	default:
		return
	}
	s.table = ix.table
	ix.d.spans = append(ix.d.spans, s)
}

// resolve walks a key below base, notes the places of its parts and returns the path. In a header, a part that names an
// array of tables means its last element; appends begins a new one.
func (ix *indexer) resolve(base string, key unstable.Iterator, appends bool) string {
	path := base
	for key.Next() {
		n := key.Node()
		path = join(path, strings.ToLower(string(n.Data))) // the library, too, takes keys in any case
		ix.note(path, n)
		switch {
		case appends && key.IsLast():
			ix.arrays[path]++
			path = fmt.Sprintf("%s[%d]", path, ix.arrays[path]-1)
			ix.note(path, n)
		case ix.arrays[path] > 0:
			path = fmt.Sprintf("%s[%d]", path, ix.arrays[path]-1)
		}
	}
	return path
}

func (ix *indexer) keyValue(base string, e *unstable.Node) string {
	path := ix.resolve(base, e.Key(), false)
	ix.value(path, e.Value())
	return path
}

func (ix *indexer) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); i++ {
			n := it.Node()
			at := fmt.Sprintf("%s[%d]", path, i)
			ix.note(at, n)
			ix.value(at, n)
		}
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			ix.keyValue(path, it.Node())
		}
	}
}

func (ix *indexer) note(path string, n *unstable.Node) {
	if _, known := ix.d.places[path]; known || n.Raw.Length == 0 {
		return
	}
	ix.d.places[path] = ix.place(int(n.Raw.Offset))
}

func join(base, key string) string {
	if base == "" {
		return key
	}
	return base + "." + key
}

// at is the place of a path, or of the nearest thing around it that has one.
func (d *document) at(path string) place {
	for path != "" {
		if p, ok := d.places[path]; ok {
			return p
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return place{}
}

// pathAt is the innermost path that begins at a place, or "".
func (d *document) pathAt(p place) string {
	best := ""
	for path, x := range d.places {
		if x == p && (len(path) > len(best) || len(path) == len(best) && path > best) {
			best = path
		}
	}
	return best
}

// problem notes a mistake at a path.
func (d *document) problem(path, remedy, format string, args ...any) {
	p := d.at(path)
	d.problems.All = append(d.problems.All, Problem{p.line, p.column, shown(path), fmt.Sprintf(format, args...), remedy})
}

// missing notes that a key is not there, unless it is there and was reported as unreadable.
func (d *document) missing(path, remedy string) {
	if d.broken[path] {
		return
	}
	d.problem(path, remedy, "is missing")
}

// shown counts elements from 1, as people do.
func shown(path string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(path, '[')
		if i < 0 {
			b.WriteString(path)
			return b.String()
		}
		n, j := 0, i+1
		for ; j < len(path) && path[j] >= '0' && path[j] <= '9'; j++ {
			n = n*10 + int(path[j]-'0')
		}
		fmt.Fprintf(&b, "%s[%d", path[:i], n+1)
		path = path[j:]
	}
}
