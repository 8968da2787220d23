package config

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Problem is one mistake in a file.
type Problem struct {
	Line, Column int    // from 1; 0 when it is about the whole file
	Key          string // "coalition[2].list.address", counted from 1 as people do; "" when there is none
	Message      string // what is wrong
	Remedy       string // what to do
}

// Problems are all mistakes of one file, in its order.
type Problems struct {
	File string
	All  []Problem
}

// Error lists every problem on a line of its own, as file:line:column.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.All))
	for _, x := range p.All {
		lines = append(lines, p.line(x))
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) line(x Problem) string {
	s := p.File
	if x.Line > 0 {
		s += fmt.Sprintf(":%d:%d", x.Line, max(x.Column, 1))
	}
	s += ": "
	if x.Key != "" {
		s += x.Key + ": "
	}
	s += x.Message
	if x.Remedy != "" {
		s += "; " + x.Remedy
	}
	return s
}

// AsProblems returns the Problems in err's chain.
func AsProblems(err error) (*Problems, bool) {
	var p *Problems
	ok := errors.As(err, &p)
	return p, ok
}

// sorted puts the problems into the order of the file and drops repetitions.
func (p *Problems) sorted() {
	sort.SliceStable(p.All, func(i, j int) bool {
		a, b := p.All[i], p.All[j]
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	out, seen := p.All[:0], map[Problem]bool{}
	for _, x := range p.All {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	p.All = out
}
