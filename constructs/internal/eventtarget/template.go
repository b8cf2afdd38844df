package eventtarget

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// The limits of an input transformer.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
const (
	MaxTemplate = 8192
	MaxPaths    = 100
	maxPath     = 256
)

var (
	placeholderPattern = lazyregexp.New(`<\$[^<>"\s]*>`)
	reservedPattern    = lazyregexp.New(`<aws\.events\.[a-z.-]+>`)
	eventPathPattern   = lazyregexp.New(`^\$(\.[A-Za-z0-9_-]+(\[([0-9]+|\*)\])*)+$`)
	notInName          = lazyregexp.New(`[^A-Za-z0-9_-]+`)
)

// A Template is what a target gets, in the terms of EventBridge: paths under names, and a text in which the names stand for
// what is there.
type Template struct {
	Text  string
	Paths map[string]string

	reserved bool
}

// ParseTemplate reads a text in which <$.detail.key> and the like stand for parts of the event. It gives each path a name
// that follows from it, so that no other change of the text moves it.
func ParseTemplate(text string) Template {
	t := Template{Paths: map[string]string{}, reserved: reservedPattern.MatchString(text)}
	t.Text = placeholderPattern.ReplaceAllStringFunc(text, func(placeholder string) string {
		path := strings.Trim(placeholder, "<>")
		name := t.name(path)
		t.Paths[name] = path
		return "<" + name + ">"
	})
	return t
}

// Dynamic reports whether the text differs from event to event.
func (t Template) Dynamic() bool { return len(t.Paths) > 0 || t.reserved }

// name is the path with its dots as underscores. Different paths that come out the same are told apart by more of them.
func (t Template) name(path string) string {
	name := strings.Trim(notInName.ReplaceAllString(strings.TrimPrefix(path, "$."), "_"), "_")
	for taken, ok := t.Paths[name]; ok && taken != path; taken, ok = t.Paths[name] {
		name += "_"
	}
	return name
}

// EventPath reports whether the text is a path in an event.
func EventPath(text string) bool { return eventPathPattern.MatchString(text) }

// CheckPaths reports what is no path in an event.
func (t Template) CheckPaths(problems *problem.List, path string) {
	var paths []string
	for _, each := range t.Paths {
		paths = append(paths, each)
	}
	slices.Sort(paths)
	for _, each := range paths {
		if !EventPath(each) || len(each) > maxPath {
			problems.Addf(path, "%q is no path in an event; write it like $.detail.object.key, with letters, digits, - and _", each)
		}
	}
}

// Fill puts a sample in the place of each placeholder of a text.
func Fill(text, sample string) string {
	return reservedPattern.ReplaceAllString(placeholderPattern.ReplaceAllString(text, sample), sample)
}
