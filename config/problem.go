package config

import (
	"fmt"
	"sort"
	"strings"
)

// A Problem is one thing wrong with the configuration.
type Problem struct {
	// File that it is in, as a path from where Load was called.
	File string
	// Line and Column where it is, from 1. 0 where the problem has no place in a file, such as a missing one.
	Line, Column int
	// Field is the path of the key, such as network.cidr. "" for what concerns the whole file.
	Field string
	// Value is the offending value as it stands in the file, if there is one.
	Value string
	// Message says what is wrong.
	Message string
	// Fix says what is allowed or what to do.
	Fix string
}

// Error is the problem on one line, in the form that editors and terminals can jump to:
//
//	config/environments/dev.yaml:3:10: network.cidr: what is wrong; what to do
func (p Problem) Error() string {
	var text strings.Builder
	text.WriteString(p.position())
	if p.Field != "" {
		text.WriteString(p.Field + ": ")
	}
	text.WriteString(p.Message)
	if p.Fix != "" {
		text.WriteString("; " + p.Fix)
	}
	return text.String()
}

func (p Problem) position() string {
	switch {
	case p.Line == 0:
		return p.File + ": "
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: ", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
}

// Problems is everything wrong with a configuration, sorted by file, line and column. It is the error that Load
// returns for whatever the user can mend.
type Problems []Problem

// Error is one line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, each := range p {
		lines[i] = each.Error()
	}
	return strings.Join(lines, "\n")
}

// sort puts platform.yaml before the environments, then goes by file, line and column.
func (p Problems) sort() {
	sort.SliceStable(p, func(i, j int) bool {
		a, b := p[i], p[j]
		if a.File != b.File {
			// The files of a folder come before those of its sub-folders.
			if x, y := strings.Count(a.File, "/"), strings.Count(b.File, "/"); x != y {
				return x < y
			}
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		if a.Column != b.Column {
			return a.Column < b.Column
		}
		return a.Field < b.Field
	})
}
