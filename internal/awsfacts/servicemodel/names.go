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

	"github.com/mlplatform/mlplatform/internal/problem"
)

// namesPacked is written by the package generate beside this one. It is unpacked when somebody asks.
//
//go:embed names.txt.gz
var namesPacked []byte

// named are the operations of a service, and the fields of what they take and give. Fields without an entry hold nothing
// that has a name.
type named struct {
	operations map[string][2]string         // the shapes of request and answer
	fields     map[string]map[string]string // of structures, by shape: the shape of each field
	elements   map[string]string            // of lists and maps: the shape of what they hold
	maps       map[string]bool
}

// services are read one by one, when somebody asks.
var services = sync.OnceValue(func() map[string]func() *named {
	r, err := gzip.NewReader(bytes.NewReader(namesPacked))
	if err != nil {
		panic(err) // the table is part of the program
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	all := map[string]func() *named{}
	for _, section := range strings.Split(string(text), "service\t")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		all[name] = sync.OnceValue(func() *named { return read(rest) })
	}
	return all
})

// of is a service, or nil where the table does not have it.
func of(service string) *named {
	if s := services()[service]; s != nil {
		return s()
	}
	return nil
}

func read(section string) *named {
	s := &named{map[string][2]string{}, map[string]map[string]string{}, map[string]string{}, map[string]bool{}}
	for _, line := range strings.Split(strings.TrimSpace(section), "\n") {
		columns := strings.Split(line, "\t")
		switch {
		case columns[0] == "operation":
			s.operations[columns[1]] = [2]string{columns[2], columns[3]}
		case strings.HasPrefix(columns[1], "[] "), strings.HasPrefix(columns[1], "{} "):
			s.elements[columns[0]], s.maps[columns[0]] = columns[1][3:], columns[1][0] == '{'
		default:
			s.fields[columns[0]] = map[string]string{}
			for _, field := range strings.Fields(columns[1]) {
				name, shape, _ := strings.Cut(field, "=")
				s.fields[columns[0]][upperFirst(name)] = shape
			}
		}
	}
	return s
}

// CheckOperation reports an operation that the service does not have, with the nearest name. Services and actions are named
// as Step Functions does: sagemaker, describeTrainingJob. Services that the table does not have pass.
func CheckOperation(problems *problem.List, path, service, action string) {
	s := of(service)
	if s == nil {
		return
	}
	if _, found := s.operations[upperFirst(action)]; !found {
		var all []string
		for each := range s.operations {
			all = append(all, lowerFirst(each))
		}
		problems.Addf(path, "%q is no operation of %s; %s", action, service, nearest(action, all))
	}
}

// CheckArguments reports arguments that the operation does not have, with the nearest name. They are a tree as in Request.
// Operations that the table does not have pass.
func CheckArguments(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		s.check(problems, path, s.operations[upperFirst(action)][0], arguments)
	}
}

func (s *named) check(problems *problem.List, path, shape string, value any) {
	switch v := value.(type) {
	case []any:
		for i, each := range v {
			if element, ok := s.elements[shape]; ok {
				s.check(problems, problem.Index(path, i), element, each)
			}
		}
	case []Member:
		for _, m := range v {
			if fields, ok := s.fields[shape]; ok {
				at := path + "." + m.Key
				inner, known := fields[m.Key]
				if !known {
					problems.Addf(at, "is no field of %s; %s", shape, nearest(m.Key, slices.Collect(maps.Keys(fields))))
					continue
				}
				s.check(problems, at, inner, m.Value)
			} else if s.maps[shape] {
				s.check(problems, problem.Key(path, m.Key), s.elements[shape], m.Value)
			}
		}
	}
}

// CheckPath says what is wrong with a path into the answers of operations of SageMaker, and "" if nothing is: fields after
// dots, elements of lists as [0] or by name as ['name'], of maps as ['key'].
func CheckPath(path string, operations ...string) string {
	s, first := of("sagemaker"), ""
	if parts := split(path); len(parts) > 0 {
		first = parts[0]
	}
	var all []string
	for _, each := range operations {
		fields := s.fields[s.operations[each][1]]
		if _, known := fields[first]; known {
			return s.follow(each, s.operations[each][1], path)
		}
		all = slices.AppendSeq(all, maps.Keys(fields))
	}
	return fmt.Sprintf("the answer of %s has no %s; %s", strings.Join(operations, " or "), first, nearest(first, all))
}

func (s *named) follow(operation, shape, path string) string {
	seen := "the answer of " + operation
	for _, part := range split(path) {
		if element, isElement := strings.CutPrefix(part, "["); isElement {
			inner, holds := s.elements[shape]
			if !holds || s.maps[shape] && !strings.HasPrefix(element, "'") {
				return seen + " has no elements [" + element
			}
			shape, seen = inner, seen+"["+element
			continue
		}
		fields := s.fields[shape]
		inner, known := fields[part]
		if !known {
			if len(fields) == 0 {
				return fmt.Sprintf("%s has no %s, nor any other field", seen, part)
			}
			return fmt.Sprintf("%s has no %s; %s", seen, part, nearest(part, slices.Collect(maps.Keys(fields))))
		}
		shape, seen = inner, part
	}
	return ""
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

// nearest names the nearest of the names, or all where they are few.
func nearest(name string, all []string) string {
	slices.Sort(all)
	best, distance := "", max(3, len(name)/3)
	for _, each := range all {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(each), nil); d < distance {
			best, distance = each, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(all) == 0:
		return "remove it"
	case len(all) <= 12:
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
