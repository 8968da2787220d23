package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
	"github.com/pelletier/go-toml/v2"
)

// maxFile is the most that a file may have, in bytes: nobody writes more, and a wrong file is told early.
const maxFile = 1 << 20

// maxMistakes ends the search: more are rarely mistakes of their own.
const maxMistakes = 100

// decode reads data into a T. The library reports one error and stops; so that all mistakes are told at once, what could not be
// read is noted, blanked out (which keeps every position) and the rest read again. whole is false when the file is
// too broken to say anything about what it means.
func decode[T any](name string, data []byte) (value T, d *document, whole bool) {
	d = &document{name: name, broken: map[string]bool{}, problems: &Problems{File: name}}
	add := func(p Problem) { d.problems.All = append(d.problems.All, p) }
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxFile:
		add(Problem{Message: fmt.Sprintf("the file has %d bytes, more than %d", len(data), maxFile), Remedy: "is it the right file?"})
		return value, d, false
	case !utf8.Valid(data):
		line := 1 + bytes.Count(data[:firstInvalid(data)], []byte("\n"))
		add(Problem{Line: line, Message: "this is not UTF-8 text", Remedy: "save the file as UTF-8"})
		return value, d, false
	}
	work := bytes.Clone(data)
	lastBroken := 0
	for range maxMistakes {
		value = *new(T)
		err := toml.NewDecoder(bytes.NewReader(work)).DisallowUnknownFields().Decode(&value)
		syntaxLine := d.index(work)
		var unknown *toml.StrictMissingError
		var wrong *toml.DecodeError
		switch {
		case err == nil:
			return value, d, true
		case errors.As(err, &unknown):
			for i := range unknown.Errors {
				line, column := unknown.Errors[i].Position()
				p, near := unknownKey(reflect.TypeFor[T](), unknown.Errors[i].Key(), line, column)
				if path := d.pathAt(place{line, column}); path != "" {
					p.Key = shown(path)
					d.broken[join(strings.TrimSuffix(path[:max(strings.LastIndex(path, "."), 0)], "."), near)] = true
				}
				add(p)
			}
			return value, d, true
		case !errors.As(err, &wrong):
			add(Problem{Message: err.Error()})
			return value, d, false
		}
		line, column := wrong.Position()
		if s, ok := d.spanAt(work, line); ok && line != syntaxLine {
			add(mistyped(reflect.TypeFor[T](), wrong, s, line, column))
			if s.path == "" {
				return value, d, false // a header: what follows it cannot be placed
			}
			d.broken[s.path] = true
			blank(work[s.from:s.to])
			continue
		}
		text := lineAt(work, line)
		if lastBroken == 0 || !blankBetween(work, lastBroken, line) {
			add(syntax(wrong, text, line, column))
		}
		lastBroken = line
		m := keyOfLine.FindSubmatch(text)
		if m == nil || bytes.Contains(text, []byte(`"""`)) || bytes.Contains(text, []byte(`'''`)) || bytes.Count(text, []byte("[")) != bytes.Count(text, []byte("]")) {
			return value, d, false // it may reach over several lines: what follows would be misread
		}
		table := ""
		if n := len(d.spans); n > 0 {
			table = d.spans[n-1].table
		}
		d.broken[join(table, string(m[1]))] = true
		blank(text)
	}
	return value, d, false
}

var keyOfLine = regexp.MustCompile(`^\s*"?([A-Za-z0-9_-]+)`)

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

// spanAt is the expression that holds a line.
func (d *document) spanAt(data []byte, line int) (span, bool) {
	offset := 0
	for range line - 1 {
		i := bytes.IndexByte(data[offset:], '\n')
		if i < 0 {
			break
		}
		offset += i + 1
	}
	for _, s := range d.spans {
		if offset >= s.from && offset < s.to {
			return s, true
		}
	}
	return span{}, false
}

func lineAt(data []byte, line int) []byte {
	for range line - 1 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return nil
		}
		data = data[i+1:]
	}
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		data = data[:i]
	}
	return data
}

func blankBetween(data []byte, a, b int) bool {
	for l := a + 1; l < b; l++ {
		if len(bytes.TrimSpace(lineAt(data, l))) > 0 {
			return false
		}
	}
	return true
}

func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}

// syntax explains what is no TOML at all.
func syntax(err *toml.DecodeError, text []byte, line, column int) Problem {
	p := Problem{Line: line, Column: column, Message: strings.TrimPrefix(err.Error(), "toml: ")}
	_, value, found := strings.Cut(string(text), "=")
	value = strings.TrimSpace(value)
	switch {
	case found && value == "":
		p.Message, p.Remedy = "a value is missing after =", `write one, for example "..."`
	case found && value[0] != '"' && value[0] != '\'' && value[0] != '[' && value[0] != '{':
		p.Remedy = "text stands in quotes: \"" + strings.Trim(value, `"'`) + `"`
	case found:
		p.Remedy = "look at the quotes and brackets of this line"
	default:
		p.Remedy = "a line is `key = value`, `[table]`, or a `# comment`"
	}
	return p
}

// mistyped explains a value of the wrong type, or a key that is given twice.
func mistyped(t reflect.Type, err *toml.DecodeError, s span, line, column int) Problem {
	path := []string(err.Key())
	p := Problem{Line: line, Column: column, Key: shown(s.path), Message: strings.TrimPrefix(err.Error(), "toml: ")}
	if p.Key == "" {
		p.Key = shown(s.table)
	}
	key := p.Key[strings.LastIndex(p.Key, ".")+1:]
	if strings.Contains(p.Message, "already") || strings.Contains(p.Message, "redefine") || strings.Contains(p.Message, "duplicate") {
		p.Message, p.Remedy = "is given twice", "keep one of them"
		return p
	}
	want, ok := fieldType(t, path)
	if !ok {
		return p
	}
	switch want.Kind() {
	case reflect.String:
		p.Message, p.Remedy = "must be text", fmt.Sprintf("write it in quotes: %s = \"...\"", key)
	case reflect.Bool:
		p.Message, p.Remedy = "must be true or false", "write it without quotes"
	case reflect.Int, reflect.Int64:
		p.Message, p.Remedy = "must be a whole number", "write it without quotes"
	case reflect.Slice:
		if want.Elem().Kind() == reflect.Struct {
			p.Message, p.Remedy = "must be a repeated table", fmt.Sprintf("begin each with [[%s]]", strings.Join(path, "."))
		} else {
			p.Message, p.Remedy = "must be a list of texts", fmt.Sprintf("write it in brackets: %s = [\"...\", \"...\"]", key)
		}
	case reflect.Struct:
		p.Message, p.Remedy = "must be a table", fmt.Sprintf("begin it with [%s]", strings.Join(path, "."))
	}
	return p
}

// unknownKey explains a key that means nothing, and names the nearest that does.
func unknownKey(t reflect.Type, key toml.Key, line, column int) (p Problem, near string) {
	path := []string(key)
	p = Problem{Line: line, Column: column, Key: strings.Join(path, "."), Message: "unknown key"}
	if len(path) == 0 {
		return p, ""
	}
	last := path[len(path)-1]
	parent, ok := fieldType(t, path[:len(path)-1])
	for !ok && len(path) > 1 { // inside an unknown table: that one is the mistake
		path = path[:len(path)-1]
		last = path[len(path)-1]
		parent, ok = fieldType(t, path[:len(path)-1])
	}
	known := names(parent)
	if near = nearest(last, known); near != "" {
		p.Remedy = "did you mean " + near + "?"
		return p, near
	}
	if len(path) > 1 {
		for _, n := range names(t) {
			if n == last {
				p.Remedy = last + " belongs to the top of the file, before the first table"
				return p, ""
			}
		}
	}
	p.Remedy = "known here: " + strings.Join(known, ", ")
	return p, ""
}

// nearest is the known word that somebody who wrote this most likely meant, or "".
func nearest(word string, known []string) string {
	word = strings.ToLower(word)
	// In a short word, two mistakes would make almost any other word of it.
	best, distance := "", 2
	if len(word) > 3 {
		distance = 3 + len(word)/9
	}
	for _, k := range known {
		d := levenshtein.Distance(word, k, nil)
		if letters(word) == letters(k) {
			d = 0 // letters exchanged: the most likely slip of all
		}
		if d < distance {
			best, distance = k, d
		}
	}
	return best
}

func letters(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

// fieldType follows a path of keys through the types of a file.
func fieldType(t reflect.Type, path []string) (reflect.Type, bool) {
	for _, key := range path {
		t = table(t)
		if t.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := field(t, key)
		if !ok {
			return nil, false
		}
		t = f
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t, true
}

// table takes pointers and lists off a type.
func table(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func field(t reflect.Type, key string) (reflect.Type, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			if ft, ok := field(f.Type, key); ok {
				return ft, true
			}
		}
		if strings.EqualFold(f.Tag.Get("toml"), key) {
			return f.Type, true
		}
	}
	return nil, false
}

// names lists the keys that a table knows, in the order of the documentation.
func names(t reflect.Type) []string {
	t = table(t)
	var out []string
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, names(f.Type)...)
		} else if n := f.Tag.Get("toml"); n != "" {
			out = append(out, n)
		}
	}
	return out
}
