package servicemodel

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Unknown stands for what is filled in at run time or by Terraform. It passes.
type Unknown struct{}

// Whole stands for a value that is filled in later and is an object or a list for sure. The text is what is wrong with it where
// the API takes something else.
type Whole string

// A Member is a field of an object, or an element of a map.
type Member struct {
	Key   string
	Value any
}

// A Request is a call whose arguments are held against the service's model.
type Request struct {
	// Path is where the request stands, such as steps["train"].
	Path string
	// Operation of SageMaker, such as CreateTrainingJob. Those that the table does not have pass.
	Operation string
	// Arguments are a tree of string, bool, int64, float64, []any, []Member, Unknown and Whole; anything else passes, as do fields
	// that the table does not know. Names, and values of another kind, are CheckArguments' to report.
	Arguments any
	// More reports what the service refuses beyond its model, under fields such as resourceConfig.instanceType. The arguments
	// come as maps and lists. Default: nothing.
	More func(operation string, arguments map[string]any, report func(field, wrong string))
	// Places says where the fields of the API stand, where that is not under their own name. Default: all do.
	Places *strings.Replacer
}

// Check reports what the service would refuse: texts, lists and maps that are too long, too short or of no allowed form,
// numbers out of range, and instance types that are not for this use. Where a problem with the same field is known already,
// it is silent.
func (r Request) Check(problems *problem.List) {
	shape := "sagemaker." + r.Operation + "Request"
	if shapes()[shape] == nil {
		shape = "sagemaker." + r.Operation + "Input"
	}
	known := map[string]bool{}
	for _, each := range problem.Split(problems.Err()) {
		path, _, _ := strings.Cut(each.Error(), ": ")
		known[path] = true
	}
	var found problem.List
	check(&found, "", shape, r.Arguments)
	if all, ok := plain(r.Arguments).(map[string]any); ok && r.More != nil {
		r.More(r.Operation, all, func(field, wrong string) { found.Addf(field, "%s", wrong) })
	}
	for _, each := range problem.Split(found.Err()) {
		path, wrong, _ := strings.Cut(strings.TrimPrefix(each.Error(), "."), ": ")
		if r.Places != nil {
			path = r.Places.Replace(path)
		}
		path = r.Path + "." + path
		if !known[path] {
			problems.Addf(path, "%s", wrong)
		}
	}
}

// plain is the value with maps in place of members.
func plain(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = plain(each)
		}
		return out
	case []Member:
		out := map[string]any{}
		for _, each := range v {
			out[each.Key] = plain(each.Value)
		}
		return out
	}
	return value
}

func check(problems *problem.List, path, shape string, value any) {
	s := shapes()[shape]
	if s == nil {
		return
	}
	report := func(at, wrong string) {
		if wrong != "" {
			problems.Addf(at, "%s", wrong)
		}
	}
	switch v := value.(type) {
	case string:
		if s.kind == "string" || s.kind == "instance" {
			report(path, s.Text(v))
		}
	case int64:
		if s.numeric() {
			report(path, s.Number(float64(v)))
		}
	case float64:
		if s.numeric() {
			report(path, s.Number(v))
		}
	case []any:
		if s.kind == "list" {
			report(path, s.Count(len(v)))
			for i, each := range v {
				check(problems, problem.Index(path, i), s.element, each)
			}
		}
	case []Member:
		if s.kind == "map" {
			report(path, s.Count(len(v)))
		}
		for _, m := range v {
			switch s.kind {
			case "map":
				at := problem.Key(path, m.Key)
				if key := shapes()[s.key]; key != nil {
					report(at, prefixed("the key ", key.Text(m.Key)))
				}
				check(problems, at, s.element, m.Value)
			case "structure":
				check(problems, path+"."+lowerFirst(m.Key), s.fields[m.Key], m.Value)
			}
		}
	}
}

func (s *Shape) numeric() bool { return s.kind == "integer" || s.kind == "long" || s.kind == "float" }

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func lowerFirst(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToLower(name[:1]) + name[1:]
}
