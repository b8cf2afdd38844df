// Package problem collects everything that is wrong with a value, so that a caller hears all of it at once.
package problem

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A List gathers problems. Its zero value is ready for use.
type List struct {
	errs []error
}

// A Problem is one thing wrong with the field at Path.
type Problem struct {
	// Path of the field, such as pools["gpu"].labels["team"], or "" for the value as a whole.
	Path string
	// Message says what is wrong, what is allowed and what to do.
	Message string
}

// Error is the message behind the path.
func (p Problem) Error() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Addf records a problem with the field at path. The message says what is wrong, what is allowed and what to do,
// in lower case and without a final period.
func (l *List) Addf(path, format string, args ...any) {
	l.errs = append(l.errs, Problem{path, fmt.Sprintf(format, args...)})
}

// Add records err, all of its parts if it is a joined error, with path before each. A nil err is no problem.
func (l *List) Add(path string, err error) {
	for _, each := range Split(err) {
		if path == "" {
			l.errs = append(l.errs, each)
			continue
		}
		if p, ok := each.(Problem); ok && p.Path != "" {
			l.errs = append(l.errs, Problem{path + "." + p.Path, p.Message})
			continue
		}
		l.errs = append(l.errs, fmt.Errorf("%s.%w", path, each))
	}
}

// Err returns all problems joined, in the order in which they were found, or nil if there are none.
func (l *List) Err() error { return errors.Join(l.errs...) }

// Split takes a joined error apart. A nil error has no parts, any other error is its own only part.
func Split(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var parts []error
	for _, each := range joined.Unwrap() {
		parts = append(parts, Split(each)...)
	}
	return parts
}

// Rename gives the parts of err whose path begins with old a path that begins with new instead: what another check reports
// of its own fields is told of the caller's.
func Rename(err error, old, new string) error {
	var renamed List
	for _, each := range Split(err) {
		if p, ok := each.(Problem); ok {
			if rest, ok := strings.CutPrefix(p.Path, old); ok {
				each = Problem{new + rest, p.Message}
			}
		} else if rest, ok := strings.CutPrefix(each.Error(), old); ok {
			each = errors.New(new + rest)
		}
		renamed.Add("", each)
	}
	return renamed.Err()
}

// Index writes the path of element i of the list at path: path[i].
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Key writes the path of the element of the map at path that has this key: path["key"].
func Key(path, key string) string { return path + "[" + strconv.Quote(key) + "]" }
