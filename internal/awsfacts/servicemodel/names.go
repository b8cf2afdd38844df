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

// operationsPacked has the operations of all services, those of namesPacked too.
//
//go:embed operations.txt.gz
var operationsPacked []byte

// named are the operations of a service, and the fields of what they take and give, by the names of the API. Fields without an
// entry hold nothing that has a name.
type named struct {
	operations map[string][2]string         // the shapes of request and answer
	fields     map[string]map[string]string // of structures, by shape: the shape of each field
	elements   map[string]string            // of lists and maps: the shape of what they hold
	maps       map[string]bool
}

// services are read one by one, when somebody asks.
var services = sync.OnceValue(func() map[string]func() *named {
	all := map[string]func() *named{}
	for _, section := range strings.Split(unpacked(namesPacked), "service\t")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		all[name] = sync.OnceValue(func() *named { return read(rest) })
	}
	return all
})

// operations are those of all services, by the names of the services in Step Functions.
var operations = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for _, columns := range operationLines() {
		all[columns[0]] = append(all[columns[0]], strings.Fields(columns[2])...)
	}
	return all
})

func operationLines() [][]string {
	var out [][]string
	for _, line := range strings.Split(strings.TrimSpace(unpacked(operationsPacked)), "\n") {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
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
				s.fields[columns[0]][name] = shape
			}
		}
	}
	return s
}

// CheckService says what is wrong with the name of a service, and "" if nothing is. Services are named as Step Functions does:
// sfn, cloudwatchlogs.
func CheckService(service string) string {
	if of(service) != nil || operations()[service] != nil {
		return ""
	}
	for _, columns := range operationLines() {
		if other := columns[1]; other == service || strings.ReplaceAll(other, "-", "") == service { // as the AWS CLI calls it
			return fmt.Sprintf("%q is no service of Step Functions, which calls it %q", service, columns[0])
		}
	}
	return fmt.Sprintf("%q is no service of Step Functions; %s", service, Nearest(service, slices.Collect(maps.Keys(operations()))))
}

// CheckOperation says what is wrong with the name of a service's operation, and "" if nothing is. Both are named as Step Functions
// does: sagemaker, describeTrainingJob. Operations of services that there are not pass.
func CheckOperation(service, action string) string {
	var known []string
	if s := of(service); s != nil {
		known = slices.Collect(maps.Keys(s.operations))
	} else {
		known = operations()[service]
	}
	if len(known) == 0 || slices.Contains(known, upperFirst(action)) {
		return ""
	}
	all := make([]string, len(known))
	for i, each := range known {
		all[i] = lowerFirst(each)
	}
	return fmt.Sprintf("%q is no operation of %s; %s", action, service, Nearest(action, all))
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
				inner, known := argument(fields, m.Key)
				if !known {
					var all []string
					for each := range fields {
						all = append(all, upperFirst(each))
					}
					problems.Addf(at, "is no field of %s; %s", shape, Nearest(m.Key, all))
					continue
				}
				s.check(problems, at, inner, m.Value)
			} else if s.maps[shape] {
				s.check(problems, problem.Key(path, m.Key), s.elements[shape], m.Value)
			}
		}
	}
}

// argument finds a field by its name in Step Functions, which begins with a capital, whatever the API writes.
func argument(fields map[string]string, key string) (shape string, known bool) {
	if key != upperFirst(key) {
		return "", false
	}
	if shape, known = fields[key]; !known {
		shape, known = fields[lowerFirst(key)]
	}
	return shape, known
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
			return s.follow("the answer of "+each.Operation, shape, path)
		}
		all, operations = slices.AppendSeq(all, maps.Keys(s.fields[shape])), append(operations, each.Operation)
	}
	return fmt.Sprintf("the answer of %s has no %s; %s", strings.Join(operations, " or "), first, Nearest(first, all))
}

func (s *named) follow(seen, shape, path string) string {
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
			return fmt.Sprintf("%s has no %s; %s", seen, part, Nearest(part, slices.Collect(maps.Keys(fields))))
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

// Nearest names the nearest of the names, or all where they are few.
func Nearest(name string, all []string) string {
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
