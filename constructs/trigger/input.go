package trigger

import (
	"encoding/json"
	"regexp"
	"sort"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// The limits of an input transformer.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
const (
	maxTemplate = 8192
	maxPaths    = 100
	maxPath     = 256
)

var (
	placeholderPattern = regexp.MustCompile(`<\$[^<>"\s]*>`)
	reservedPattern    = regexp.MustCompile(`<aws\.events\.[a-z.-]+>`)
	eventPathPattern   = regexp.MustCompile(`^\$(\.[A-Za-z0-9_-]+(\[([0-9]+|\*)\])*)+$`)
	notInName          = regexp.MustCompile(`[^A-Za-z0-9_-]+`)
)

// An input is the input of a state machine in the terms of EventBridge: paths under names, and a template in which the
// names stand for what is there.
type input struct {
	template string
	paths    map[string]string
	reserved bool
}

// dynamic reports whether the input differs from event to event.
func (in input) dynamic() bool { return len(in.paths) > 0 || in.reserved }

// parseInput gives each path a name that follows from it, so that no other change of the input moves it.
func parseInput(text string) input {
	in := input{paths: map[string]string{}, reserved: reservedPattern.MatchString(text)}
	in.template = placeholderPattern.ReplaceAllStringFunc(text, func(placeholder string) string {
		path := strings.Trim(placeholder, "<>")
		name := in.name(path)
		in.paths[name] = path
		return "<" + name + ">"
	})
	return in
}

// name is the path with its dots as underscores. Different paths that come out the same are told apart by more of them.
func (in input) name(path string) string {
	name := strings.Trim(notInName.ReplaceAllString(strings.TrimPrefix(path, "$."), "_"), "_")
	for taken, ok := in.paths[name]; ok && taken != path; taken, ok = in.paths[name] {
		name += "_"
	}
	return name
}

// sample stands for a placeholder while the JSON is checked. It is a number, which may stand within quotes too.
const sample = "7310582946"

func checkInput(problems *problem.List, path, text string) {
	if text == "" || token.Is(text) && !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return
	}
	in := parseInput(text)
	var paths []string
	for _, each := range in.paths {
		paths = append(paths, each)
	}
	sort.Strings(paths)
	for _, each := range paths {
		if !eventPathPattern.MatchString(each) || len(each) > maxPath {
			problems.Addf(path, "%q is no path in an event; write it like $.detail.object.key, with letters, digits, - and _", each)
		}
	}
	filled := reservedPattern.ReplaceAllString(placeholderPattern.ReplaceAllString(text, sample), sample)
	var parsed any
	switch {
	case strings.Contains(text, `\u003c$.`):
		problems.Addf(path, `has a placeholder written as \u003c..., which EventBridge does not know; encode the JSON with SetEscapeHTML(false)`)
	case json.Unmarshal([]byte(filled), &parsed) != nil:
		problems.Addf(path, `%q is no JSON; write it like {"bucket":"<$.detail.bucket.name>"}`, text)
	case keyed(parsed):
		problems.Addf(path, "%q has a placeholder as the key of a field, where EventBridge puts nothing; move it to a value", text)
	case len(in.template) > maxTemplate:
		problems.Addf(path, "has %d characters, %d are allowed; put the data into S3 and pass its address", len(in.template), maxTemplate)
	case len(paths) > maxPaths:
		problems.Addf(path, "has %d different paths, %d are allowed; pass a whole part of the event", len(paths), maxPaths)
	}
}

// keyed reports whether a key of the value has a placeholder.
func keyed(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, each := range v {
			if strings.Contains(key, sample) || keyed(each) {
				return true
			}
		}
	case []any:
		for _, each := range v {
			if keyed(each) {
				return true
			}
		}
	}
	return false
}
