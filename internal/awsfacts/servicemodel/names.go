package servicemodel

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agext/levenshtein"
)

// namesPacked has the services that machine learning calls, and othersPacked all others. The package generate beside this one writes
// both. They are unpacked when somebody asks, the second where the first does not have a service.
//
//go:embed names.txt.gz
var namesPacked []byte

//go:embed others.txt.gz
var othersPacked []byte

// named are the operations of a service, and the fields of what they take and give, by the names of the API. The shape of a field
// that holds nothing with a name is its kind, such as %text.
type named struct {
	service    string
	operations map[string][2]string         // the shapes of request and answer
	fields     map[string]map[string]string // of structures, by shape: the shape of each field
	required   map[string][]string          // of structures: the fields that a request must have
	elements   map[string]string            // of lists and maps: the shape of what they hold
	maps       map[string]bool
	values     map[string][]string // of enumerations
}

// A section of the table is a service. It is read when somebody asks.
type section struct {
	folder string // as botocore and the AWS CLI call it
	read   func() *named
}

var (
	services = sync.OnceValue(func() map[string]section { return sections(namesPacked) })
	others   = sync.OnceValue(func() map[string]section { return sections(othersPacked) })
)

func sections(packed []byte) map[string]section {
	all := map[string]section{}
	for _, each := range strings.Split(unpacked(packed), "service\t")[1:] {
		head, rest, _ := strings.Cut(each, "\n")
		name, folder, _ := strings.Cut(head, "\t")
		all[name] = section{folder, sync.OnceValue(func() *named { return read(name, rest) })}
	}
	return all
}

func unpacked(table []byte) string {
	r, err := gzip.NewReader(bytes.NewReader(table))
	if err != nil {
		panic(err) // the table is part of the program
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// of is a service, or nil where the table does not have it.
func of(service string) *named {
	for _, table := range []func() map[string]section{services, others} {
		if s, has := table()[service]; has {
			return s.read()
		}
	}
	return nil
}

func read(service, section string) *named {
	s := &named{service, map[string][2]string{}, map[string]map[string]string{}, map[string][]string{}, map[string]string{}, map[string]bool{}, map[string][]string{}}
	for _, line := range strings.Split(strings.TrimSpace(section), "\n") {
		columns := strings.Split(line, "\t")
		switch {
		case columns[0] == "operation":
			s.operations[columns[1]] = [2]string{columns[2], columns[3]}
		case strings.HasPrefix(columns[1], "[] "), strings.HasPrefix(columns[1], "{} "):
			s.elements[columns[0]], s.maps[columns[0]] = columns[1][3:], columns[1][0] == '{'
		case strings.HasPrefix(columns[1], "<> "):
			s.values[columns[0]] = strings.Fields(columns[1][3:])
		default:
			s.fields[columns[0]] = map[string]string{}
			for _, field := range strings.Fields(columns[1]) {
				name, shape, _ := strings.Cut(field, "=")
				name, needed := strings.CutSuffix(name, "!")
				if needed {
					s.required[columns[0]] = append(s.required[columns[0]], name)
				}
				s.fields[columns[0]][name] = shape
			}
		}
	}
	return s
}

// CheckService says what is wrong with the name of a service, and "" if nothing is. Services are named as Step Functions does:
// sfn, cloudwatchlogs.
func CheckService(service string) string {
	if of(service) != nil {
		return ""
	}
	var known []string
	for _, table := range []map[string]section{services(), others()} {
		for name, each := range table {
			if each.folder == service || strings.ReplaceAll(each.folder, "-", "") == service {
				return fmt.Sprintf("%q is no service of Step Functions, which calls it %q", service, name)
			}
			known = append(known, name)
		}
	}
	return fmt.Sprintf("%q is no service of Step Functions; %s", service, Nearest(service, known))
}

// CheckOperation says what is wrong with the name of a service's operation, and "" if nothing is. Both are named as Step Functions
// does: sagemaker, describeTrainingJob. Operations of services that there are not pass.
func CheckOperation(service, action string) string {
	s := of(service)
	if s == nil {
		return ""
	}
	known := slices.Collect(maps.Keys(s.operations))
	if len(known) == 0 || slices.Contains(known, upperFirst(action)) {
		return ""
	}
	all := make([]string, len(known))
	for i, each := range known {
		all[i] = lowerFirst(each)
	}
	return fmt.Sprintf("%q is no operation of %s; %s", action, service, Nearest(action, all))
}

// An Answer is what an operation answers.
type Answer struct {
	// Service as Step Functions calls it, such as emrserverless.
	Service string
	// Operation such as DescribeStep.
	Operation string
	// Member is the field of the answer in which paths begin. Default: they begin at the answer itself.
	Member string
}

// CheckPath says what is wrong with a path into the answers, and "" if nothing is: fields after dots, elements of lists as [0] or
// by name as ['name'], of maps as ['key'].
func CheckPath(path string, answers ...Answer) string {
	first := ""
	if parts := split(path); len(parts) > 0 {
		first = parts[0]
	}
	var all, operations []string
	for _, each := range answers {
		s := of(each.Service)
		shape := s.operations[each.Operation][1]
		if each.Member != "" {
			shape = s.fields[shape][each.Member]
		}
		if _, known := s.fields[shape][first]; known {
			_, wrong := s.follow("the answer of "+each.Operation, shape, path)
			return wrong
		}
		all, operations = slices.AppendSeq(all, maps.Keys(s.fields[shape])), append(operations, each.Operation)
	}
	return fmt.Sprintf("the answer of %s has no %s; %s", strings.Join(operations, " or "), first, Nearest(first, all))
}

// Holds says what a path into the answers ends at, an object or a list, with the path of a value inside. Both are "" where it ends at
// a single value or is wrong.
func Holds(path string, answers ...Answer) (kind, inside string) {
	parts := split(path)
	for _, each := range answers {
		s := of(each.Service)
		shape := s.operations[each.Operation][1]
		if each.Member != "" {
			shape = s.fields[shape][each.Member]
		}
		if len(parts) == 0 || s.fields[shape][parts[0]] == "" {
			continue
		}
		end, wrong := s.follow("", shape, path)
		_, holds := s.elements[end]
		if wrong != "" || !holds && s.fields[end] == nil {
			return "", ""
		}
		return holding{named: s}.kindOf(end), s.leaf(path, end, 0)
	}
	return "", ""
}

// leaf is the path of the first value inside of a shape.
func (s *named) leaf(path, shape string, depth int) string {
	switch {
	case depth > 4: // of shapes that hold themselves
	case s.maps[shape]:
		return s.leaf(path+"['key']", s.elements[shape], depth+1)
	case s.elements[shape] != "":
		return s.leaf(path+"[0]", s.elements[shape], depth+1)
	case len(s.fields[shape]) > 0:
		first := slices.Min(slices.Collect(maps.Keys(s.fields[shape])))
		return s.leaf(path+"."+first, s.fields[shape][first], depth+1)
	}
	return path
}

// follow is the shape at the end of the path, or what is wrong with the path.
func (s *named) follow(seen, shape, path string) (end, wrong string) {
	for _, part := range split(path) {
		if element, isElement := strings.CutPrefix(part, "["); isElement {
			inner, holds := s.elements[shape]
			if !holds || s.maps[shape] && !strings.HasPrefix(element, "'") {
				return "", seen + " has no elements [" + element
			}
			shape, seen = inner, seen+"["+element
			continue
		}
		fields := s.fields[shape]
		inner, known := fields[part]
		if !known {
			if len(fields) == 0 {
				return "", fmt.Sprintf("%s has no %s, nor any other field", seen, part)
			}
			return "", fmt.Sprintf("%s has no %s; %s", seen, part, Nearest(part, slices.Collect(maps.Keys(fields))))
		}
		shape, seen = inner, part
	}
	return shape, ""
}

// split takes a path apart: A.B['c.d'][0].E is A, B, ['c.d'], [0], E.
func split(path string) []string {
	var out []string
	for path != "" {
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		switch {
		case strings.HasPrefix(path, "['"):
			end = strings.Index(path, "']")
			if end >= 0 {
				end += 2
			}
		case strings.HasPrefix(path, "["):
			if end = strings.IndexByte(path, ']'); end >= 0 {
				end++
			}
		}
		if end < 0 {
			end = len(path)
		}
		out, path = append(out, path[:end]), path[end:]
	}
	return out
}

// fewNames are so many that a message can have them all.
const fewNames = 12

// Near is the nearest of the names, or "" where none is near.
func Near(name string, all []string) string {
	best, distance := "", max(3, len(name)/3)
	for _, each := range slices.Sorted(slices.Values(all)) {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(each), nil); d < distance {
			best, distance = each, d
		}
	}
	return best
}

// Nearest names the nearest of the names, or all where they are few.
func Nearest(name string, all []string) string {
	slices.Sort(all)
	best := Near(name, all)
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(all) == 0:
		return "remove it"
	case len(all) <= fewNames:
		return "use one of " + strings.Join(all, ", ")
	}
	return "look it up in the API reference"
}

func upperFirst(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
