package config

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A file is one YAML file with what is known of it: where its keys and values are, and what is wrong with them.
type file struct {
	name     string // as shown to the user
	text     string
	places   map[string]place
	values   map[string]string // texts and numbers, as they stand there
	broken   map[string]bool   // paths whose value could not be read, about which nothing more is said
	ranges   map[string]string // of whole numbers, where their fields state one
	problems Problems
	sections map[string]reflect.Type // of the extensions
}

type place struct{ line, column int }

func newFile(name string) *file {
	return &file{name: name, places: map[string]place{"": {1, 1}}, values: map[string]string{}, broken: map[string]bool{}, ranges: map[string]string{}}
}

// has reports whether the key stands in the file.
func (f *file) has(path string) bool { _, ok := f.places[path]; return ok }

// readable reports whether everything at path and below it could be read.
func (f *file) readable(path string) bool {
	for each := range f.broken {
		if each == path || strings.HasPrefix(each, path+".") || strings.HasPrefix(each, path+"[") || strings.HasPrefix(path, each+".") {
			return false
		}
	}
	return true
}

// provide says how to get a section that the file does not have, or has switched off.
func (f *file) provide(section string) string {
	switch {
	case f.has(section):
		return "remove enabled: false from " + section
	case section == "storage":
		return "add storage: {}"
	}
	return "add " + section + ": and its keys"
}

// add records a problem of the value at path, unless a value on the way there could not be read at all.
func (f *file) add(path, value, message, fix string) {
	for at := path; at != ""; at = parent(at) {
		if f.broken[at] {
			return
		}
	}
	f.addPlace(f.at(path), path, value, message, fix)
}

// addErr records the parts of err. Their texts are of the form "field: what is wrong; what to do"; the field is that of
// another package and left out.
func (f *file) addErr(path, value string, err error) {
	for _, each := range problem.Split(err) {
		message, fix, _ := cutLast(each.Error(), "; ")
		if field, rest, ok := strings.Cut(message, ": "); ok && !strings.ContainsAny(field, " \"") {
			message = rest
		}
		f.add(path, value, message, fix)
	}
}

// addList records problems that rules found which constructs share. Their paths are those of the file, written as Go does.
func (f *file) addList(problems problem.List) {
	for _, each := range problem.Split(problems.Err()) {
		found, _ := each.(problem.Problem)
		path := elementPattern.ReplaceAllStringFunc(found.Path, func(key string) string {
			name, err := strconv.Unquote(key[1 : len(key)-1])
			if err != nil {
				return key
			}
			return "." + name
		})
		message, fix, _ := cutLast(found.Message, "; ")
		f.add(path, f.values[path], message, fix)
	}
}

// elementPattern is how package problem writes the key of a map.
var elementPattern = lazyregexp.New(`\["(?:[^"\\]|\\.)*"\]`)

// addAt records a problem at a place of its own and gives up on the path.
func (f *file) addAt(where place, path, value, message, fix string) {
	f.addPlace(where, path, value, message, fix)
	f.broken[path] = true
}

func (f *file) addPlace(where place, path, value, message, fix string) {
	f.problems = append(f.problems, Problem{
		File: f.name, Line: where.line, Column: where.column, Field: oneLine(path), Value: value,
		Message: oneLine(message), Fix: oneLine(fix),
	})
}

// oneLine writes what cannot be printed as escapes. Parts of keys and values stand in messages, and a value can have
// many lines.
func oneLine(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
		} else {
			quoted := strconv.QuoteRune(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return out.String()
}

// at is the place of the path, or of the nearest thing around it.
func (f *file) at(path string) place {
	for {
		if where, ok := f.places[path]; ok {
			return where
		}
		path = parent(path)
	}
}

// parent is the path of what the value at path is in: a.b of a.b.c and of a.b[3].
func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return ""
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}
