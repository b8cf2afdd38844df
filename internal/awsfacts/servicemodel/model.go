// Package servicemodel holds the limits of AWS's own service models, and holds requests against them.
package servicemodel

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// shapesText is written by the package generate beside this one.
//
//go:embed shapes.txt
var shapesText string

// A Shape is what a service says of a value.
type Shape struct {
	// Min and Max are characters of a text, elements of a list or map, or the ends of a number. Max is -1 without one.
	Min, Max int

	kind    string
	pattern func() *regexp.Regexp
	use     awsfacts.Use
	fields  map[string]string // of a structure: their shapes
	element string            // of a list or map
	key     string            // of a map
}

var shapes = sync.OnceValue(func() map[string]*Shape {
	all := map[string]*Shape{}
	for _, line := range strings.Split(strings.TrimSpace(shapesText), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		name, rest := columns[0], columns[4]
		service, _, _ := strings.Cut(name, ".")
		s := &Shape{kind: columns[1], Min: limit(columns[2], 0), Max: limit(columns[3], -1)}
		switch inner := strings.Fields(rest); s.kind {
		case "string":
			if rest != "" {
				s.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + rest + `)$`) })
			}
		case "instance":
			s.use = awsfacts.Use(rest)
		case "list":
			s.element = service + "." + inner[0]
		case "map":
			s.key, s.element = service+"."+inner[0], service+"."+inner[1]
		case "structure":
			s.fields = map[string]string{}
			for _, field := range inner {
				key, shape, _ := strings.Cut(field, "=")
				s.fields[key] = service + "." + shape
			}
		}
		all[name] = s
	}
	return all
})

func limit(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

// Named is a shape by its service and name, such as sagemaker.HyperParameterValue. It panics where the table has none,
// which is a mistake of whoever asks.
func Named(name string) *Shape {
	s := shapes()[name]
	if s == nil {
		panic("the table of service models has no shape " + name)
	}
	return s
}

// Inner are the shapes of the keys and values of a map.
func (s *Shape) Inner() (key, value *Shape) { return Named(s.key), Named(s.element) }

// Text says what is wrong with a text, and "" if nothing is.
func (s *Shape) Text(text string) string {
	n := utf8.RuneCountInString(text)
	switch {
	case s.use != "":
		if wrong := awsfacts.CheckMLInstanceType(s.use, text); wrong != nil {
			return wrong.Error()
		}
	case s.Max >= 0 && n > s.Max:
		return "has " + strconv.Itoa(n) + " characters, " + strconv.Itoa(s.Max) + " are allowed; shorten it"
	case n < s.Min && n == 0:
		return "is empty; give at least " + count(s.Min, "character")
	case n < s.Min:
		return "has " + count(n, "character") + ", and at least " + strconv.Itoa(s.Min) + " are needed; lengthen it"
	case s.pattern != nil && strings.Contains(text, "\n") && !s.pattern().MatchString(text) && s.pattern().MatchString(strings.ReplaceAll(text, "\n", "")):
		return "has more than one line; write it on one"
	case s.pattern != nil && !s.pattern().MatchString(text):
		pattern := strings.TrimSuffix(strings.TrimPrefix(s.pattern().String(), "^(?:"), ")$")
		if words := inWords[pattern]; words != "" {
			return strconv.Quote(text) + " is not allowed; use " + words
		}
		return strconv.Quote(text) + " is not allowed; AWS takes what matches " + pattern
	}
	return ""
}

// inWords are the patterns that people meet most.
var inWords = map[string]string{
	`[a-zA-Z_][a-zA-Z0-9_]*`:           "letters, digits and underscores, no digit first",
	`[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`: "letters, digits and hyphens, no hyphen first or last",
	`[A-Za-z0-9\.\-_]+`:                "letters, digits, dots, hyphens and underscores",
}

// Count says what is wrong with the number of elements, and "" if nothing is.
func (s *Shape) Count(n int) string {
	switch {
	case s.Max >= 0 && n > s.Max:
		return "has " + count(n, "element") + ", " + strconv.Itoa(s.Max) + " are allowed; remove some"
	case n < s.Min:
		return "has " + count(n, "element") + ", and at least " + strconv.Itoa(s.Min) + " are needed; add some"
	}
	return ""
}

// Number says what is wrong with a number, and "" if nothing is.
func (s *Shape) Number(n float64) string {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	switch {
	case s.Max >= 0 && (n > float64(s.Max) || n < float64(s.Min)):
		return text + " is out of range; use " + strconv.Itoa(s.Min) + " to " + strconv.Itoa(s.Max)
	case n < float64(s.Min):
		return text + " is too small; use " + strconv.Itoa(s.Min) + " or more"
	}
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
