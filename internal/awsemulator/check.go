package awsemulator

import (
	"encoding/base64"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// check says what of the arguments the service would refuse by its model: what is missing, unknown, of another type or
// form, too long or too short.
func (m *model) check(name string, arguments map[string]any) []string {
	op := m.Operations[name]
	var problems []string
	report := func(path, format string, args ...any) {
		problems = append(problems, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
	}
	if op.Input.Shape == "" {
		if len(arguments) > 0 {
			report("arguments", "%s takes none", name)
		}
		return problems
	}
	m.checkShape("", op.Input.Shape, arguments, report)
	return problems
}

func (m *model) checkShape(path, name string, value any, report func(path, format string, args ...any)) {
	s := m.Shapes[name]
	if s == nil || s.Document {
		return
	}
	wrongType := func(want string) { report(path, "is %T, and %s is %s", value, name, want) }
	size := func(n int, of string) {
		if s.Min != nil && float64(n) < *s.Min || s.Max != nil && float64(n) > *s.Max {
			report(path, "has %d %s, which %s does not allow", n, of, name)
		}
	}
	switch s.Type {
	case "structure":
		v, ok := value.(map[string]any)
		if !ok {
			wrongType("a structure")
			return
		}
		for _, required := range s.Required {
			if _, present := v[required]; !present {
				report(path+"."+required, "is missing, and %s requires it", name)
			}
		}
		for _, key := range sortedKeys(v) {
			member, known := s.Members[key]
			if !known {
				report(path+"."+key, "is no member of %s", name)
				continue
			}
			m.checkShape(path+"."+key, member.Shape, v[key], report)
		}
		if s.Union && len(v) != 1 {
			report(path, "has %d members, and exactly one of %s is allowed", len(v), name)
		}
	case "list":
		v, ok := value.([]any)
		if !ok {
			wrongType("a list")
			return
		}
		size(len(v), "elements")
		for i, each := range v {
			m.checkShape(fmt.Sprintf("%s[%d]", path, i), s.Member.Shape, each, report)
		}
	case "map":
		v, ok := value.(map[string]any)
		if !ok {
			wrongType("a map")
			return
		}
		size(len(v), "elements")
		for _, key := range sortedKeys(v) {
			m.checkShape(path+"["+key+"] (key)", s.Key.Shape, key, report)
			m.checkShape(path+"["+key+"]", s.Value.Shape, v[key], report)
		}
	case "string", "character":
		v, ok := value.(string)
		if !ok {
			wrongType("a string")
			return
		}
		size(utf8.RuneCountInString(v), "characters")
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
			report(path, "is %q, and %s is one of %s", v, name, strings.Join(s.Enum, ", "))
		}
		if pattern := compiled(s.Pattern); pattern != nil && !pattern.MatchString(v) {
			report(path, "is %q, and %s matches %s", v, name, s.Pattern)
		}
	case "integer", "long", "float", "double":
		v, ok := value.(float64)
		if !ok {
			wrongType("a number")
			return
		}
		if (s.Type == "integer" || s.Type == "long") && v != math.Trunc(v) {
			wrongType("a whole number")
		}
		if s.Min != nil && v < *s.Min || s.Max != nil && v > *s.Max {
			report(path, "is %v, which %s does not allow", v, name)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			wrongType("a boolean")
		}
	case "blob":
		if v, ok := value.(string); ok {
			if _, err := base64.StdEncoding.DecodeString(v); err != nil && s.Max == nil {
				return // a body as it is
			}
		}
	}
}

var patterns sync.Map

// compiled is a pattern that the whole of a text must match, and nil where Go cannot express it.
func compiled(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	if found, ok := patterns.Load(pattern); ok {
		return found.(*regexp.Regexp)
	}
	expression, _ := regexp.Compile(`(?s)^(?:` + javaClasses.Replace(pattern) + `)$`)
	patterns.Store(pattern, expression)
	return expression
}

// javaClasses are those of Java's regular expressions that Go writes otherwise.
var javaClasses = strings.NewReplacer(`\p{Alnum}`, `a-zA-Z0-9`, `\p{Alpha}`, `a-zA-Z`, `\p{Digit}`, `0-9`, `\u0009`, `\x{9}`, `\u000A`, `\x{A}`, `\u000D`, `\x{D}`, `\u0020`, `\x{20}`,
	`\u007E`, `\x{7E}`, `\u0085`, `\x{85}`, `\u00A0`, `\x{A0}`, `\u00FF`, `\x{FF}`, `\u00A1`, `\x{A1}`, `\u007F`, `\x{7F}`, `\uD7FF`, `\x{D7FF}`, `\uE000`, `\x{E000}`, `\uFFFD`, `\x{FFFD}`)
