package servicemodel

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
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

// services are read one by one, when somebody asks.
var services = sync.OnceValue(func() map[string]func() *named {
	all := map[string]func() *named{}
	for _, section := range strings.Split(unpacked(namesPacked), "service\t")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		all[name] = sync.OnceValue(func() *named { return read(name, rest) })
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

// CheckArguments reports what the operation does not take: fields that it does not have, with the nearest name, values of another
// kind, such as text for a number, and such as are not in an enumeration. Arguments are a tree as in Request, and may be a part of
// what the operation gets. Operations that the table does not have pass.
func CheckArguments(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, names: true, kinds: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckMissing reports what the operation needs and does not get. Arguments are all that it gets; what the AWS SDK fills in may be
// missing, and beside a name that CheckArguments refuses nothing is, for that may be the one.
func CheckMissing(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, missing: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckKinds reports what CheckArguments does but for fields that the operation does not have.
func CheckKinds(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, kinds: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckFields reports what CheckArguments does of an object inside of a request of SageMaker, by the name of its shape, such as Channel.
func CheckFields(problems *problem.List, path, shape string, fields any) {
	s := of("sagemaker")
	if s.fields[shape] == nil {
		panic("the table of service models has no structure " + shape) // a mistake of whoever asks
	}
	holding{named: s, problems: problems, names: true, kinds: true}.check(path, "", shape, fields)
}

// holding holds values against the shapes of a service.
type holding struct {
	*named
	problems              *problem.List
	names, kinds, missing bool // what is reported
}

// check holds the value of the field against a shape.
func (h holding) check(path, field, shape string, value any) {
	if wrong := h.wrongKind(field, shape, value); wrong != "" {
		if h.kinds {
			h.problems.Addf(path, "%s", wrong)
		}
		return
	}
	switch v := value.(type) {
	case []any:
		for i, each := range v {
			h.check(problem.Index(path, i), "", h.elements[shape], each)
		}
	case []Member:
		fields, isStructure := h.fields[shape]
		given, misspelt := map[string]bool{}, false
		for _, m := range v {
			at := path + "." + m.Key
			switch {
			case isStructure:
				inner, known := argument(fields, m.Key)
				if !known {
					misspelt = true
					if h.names {
						var all []string
						for each := range fields {
							all = append(all, upperFirst(each))
						}
						h.problems.Addf(at, "is no field of %s; %s", shape, Nearest(m.Key, all))
					}
					continue
				}
				given[m.Key] = true
				h.check(at, m.Key, inner, m.Value)
			case h.maps[shape]:
				h.check(problem.Key(path, m.Key), "", h.elements[shape], m.Value)
			}
		}
		for _, name := range h.required[shape] {
			if name := upperFirst(name); h.missing && !given[name] && !misspelt {
				inner, _ := argument(fields, name)
				h.problems.Addf(path+"."+name, "is missing, and the API needs it; give %s", h.wanted(inner))
			}
		}
	}
}

// The kinds of what holds nothing.
const (
	kindText, kindWhole, kindNumber, kindTruth, kindTime, kindAny = "%text", "%whole", "%number", "%truth", "%time", "%any"
)

// jsonTexts are the texts for which Step Functions takes JSON of any kind, by the fields' names, such as the input of an execution,
// the message of SNS and SQS, and the detail of an event. SageMaker has none.
var jsonTexts = []string{"Input", "Output", "Message", "MessageBody", "Detail"}

// wrongKind says why the value cannot be of the shape, and "" if it can.
func (h holding) wrongKind(field, shape string, value any) string {
	_, isStructure := h.fields[shape]
	_, holds := h.elements[shape]
	values, isEnum := h.values[shape]
	isText := shape == kindText || isEnum
	if shape == "" || shape == kindAny || isText && h.service != "sagemaker" && slices.Contains(jsonTexts, field) {
		return ""
	}
	fits, got, advice := true, "", "give that"
	switch v := value.(type) {
	case Whole:
		if !isStructure && !holds {
			return string(v)
		}
	case string:
		fits, got = isText || shape == kindTime, "the text "+strconv.Quote(v)
		switch {
		case isEnum && !slices.Contains(values, v):
			return fmt.Sprintf("%q is no %s; %s", v, shape, Nearest(v, slices.Clone(values)))
		case shape == kindTruth && (v == "true" || v == "false"), (shape == kindWhole || shape == kindNumber) && isNumber(v):
			advice = "write " + v + " without quotes"
		}
	case int64:
		fits, got = shape == kindWhole || shape == kindNumber || shape == kindTime, "the number "+strconv.FormatInt(v, 10)
		if isText {
			advice = fmt.Sprintf(`write "%d"`, v)
		}
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		fits, got = shape == kindWhole && v == math.Trunc(v) || shape == kindNumber || shape == kindTime, "the number "+text
		if isText {
			advice = `write "` + text + `"`
		}
	case bool:
		fits, got = shape == kindTruth, strconv.FormatBool(v)
		if isText {
			advice = fmt.Sprintf(`write "%t"`, v)
		}
	case []any:
		fits, got = holds && !h.maps[shape] || isText && h.service != "sagemaker", "a list"
	case []Member:
		fits, got = isStructure || h.maps[shape] || isText && h.service != "sagemaker", "an object"
		if holds && !fits {
			advice = "put it into a list"
		}
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("is %s, and the API takes %s; %s", got, h.wanted(shape), advice)
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// kindOf is the kind of a shape in words.
func (h holding) kindOf(shape string) string {
	_, isStructure := h.fields[shape]
	_, isEnum := h.values[shape]
	switch {
	case shape == kindText, isEnum:
		return "text"
	case shape == kindWhole:
		return "a whole number"
	case shape == kindNumber:
		return "a number"
	case shape == kindTruth:
		return "true or false"
	case shape == kindTime:
		return "a time such as 2026-01-31T12:00:00Z"
	case shape == kindAny:
		return "a value"
	case isStructure, h.maps[shape]:
		return "an object"
	}
	return "a list"
}

// wanted is what a shape takes in words that advise: an object by the fields that it needs, or else by all, where they are few.
func (h holding) wanted(shape string) string {
	var fields []string
	for each := range h.fields[shape] {
		if needed := h.required[shape]; needed == nil || slices.Contains(needed, each) {
			fields = append(fields, upperFirst(each))
		}
	}
	slices.Sort(fields)
	values := h.values[shape]
	switch {
	case len(values) > 0 && len(values) <= fewNames:
		return "one of " + strings.Join(values, ", ")
	case len(fields) > 0 && len(fields) <= fewNames:
		return "an object with " + strings.Join(fields, ", ")
	}
	return h.kindOf(shape)
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
