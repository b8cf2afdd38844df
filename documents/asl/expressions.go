package asl

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mlplatform/mlplatform/documents/jsonata"
	"github.com/mlplatform/mlplatform/documents/jsonpath"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A use is a variable that an expression of a state reads.
type use struct{ state, name, path string }

// contextObject are the fields of the context object, and those below them. nil is a value of any form.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
var contextObject = map[string][]string{
	"Execution":    {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"},
	"State":        {"EnteredTime", "Name", "RetryCount"},
	"StateMachine": {"Id", "Name"},
	"Task":         {"Token"},
	"Map":          {"Item"},
}

var mapItem = []string{"Index", "Value", "Key", "Source"}

// checkContext looks at the fields of the context object that an expression reads.
func (r *renderer) checkContext(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	below, known := contextObject[fields[0]]
	if !known {
		return "the context object has no " + fields[0] + "; " + suggest(fields[0], keysOf(contextObject), "use Execution, State, StateMachine, Task or Map")
	}
	if fields[0] == "Map" && !r.inMap && !r.ofItems {
		return "the context object has Map in the ItemSelector of a Map and in its states only"
	}
	if len(fields) > 1 && !slices.Contains(below, fields[1]) {
		return "the context object has no " + strings.Join(fields[:2], ".") + "; " + suggest(fields[1], below, "use "+problem.Choices(below))
	}
	if fields[0] == "Map" && len(fields) > 2 && !slices.Contains(mapItem, fields[2]) {
		return "the context object has no " + strings.Join(fields[:3], ".") + "; " + suggest(fields[2], mapItem, "use "+problem.Choices(mapItem))
	}
	return ""
}

func keysOf[T any](m map[string]T) []string {
	return slices.Sorted(maps.Keys(m))
}

func (r *renderer) use(path, name string) {
	r.uses = append(r.uses, use{r.state, name, path})
}

// checkPath looks at a path of JSONPath: its syntax, the variable and the context that it reads. The text is shown where the
// path is a part of it.
func (r *renderer) checkPath(path string, p *jsonpath.Path) {
	if p.Variable != "" && p.Variable != "states" {
		r.use(path, p.Variable)
	}
	if p.Variable == "states" {
		r.addf(path, "%q is JSONata, the query language of this state is JSONPath; use $, or $$ for the context object", p.Text)
	}
	if p.Context {
		if problem := r.checkContext(p.Fields()); problem != "" {
			r.addf(path, "in %q: %s", p.Text, problem)
		}
	}
}

// checkJSONPath looks at a path or an intrinsic function.
func (r *renderer) checkJSONPath(path, text string) {
	switch text {
	case "", "true", "false", "null":
		return
	}
	if text[0] != '$' && !strings.HasPrefix(text, "States.") { // a literal that stands beside a path
		return
	}
	e, err := jsonpath.ParseExpression(text)
	if err != nil {
		r.addf(path, "in %q: %v", text, err)
		return
	}
	for _, each := range e.Paths() {
		r.checkPath(path, each)
	}
}

// functionArguments are how many arguments the functions of JSONata take.
var functionArguments = sync.OnceValue(func() map[string]jsonata.Function {
	out := map[string]jsonata.Function{}
	for _, each := range jsonata.Functions() {
		out[each.Name] = each
	}
	return out
})

var statesFields = []string{"input", "result", "errorOutput", "context"}

// checkJSONata looks at an expression of JSONata: its syntax, what of $states it may read here, functions and their arguments,
// and the variables that it needs.
func (r *renderer) checkJSONata(path, text string, at place) {
	e, err := jsonata.Parse(text)
	if err != nil {
		r.addf(path, "in %q: %v", text, err)
		return
	}
	asked := asked(e.Root())
	for _, reference := range e.References() {
		if problem := r.checkReference(reference, at); problem != "" {
			r.addf(path, "in %q: %v", text, &jsonata.Error{Position: reference.Position, Message: problem})
			continue
		}
		if reference.Name != "" && reference.Name != "states" && !reference.Called && !asked[reference.Name] {
			if _, isFunction := functionArguments()[reference.Name]; !isFunction {
				r.use(path, reference.Name)
			}
		}
	}
}

// asked are the variables that the expression asks for with $exists, so that they may have no value.
func asked(n *jsonata.Node) map[string]bool {
	out := map[string]bool{}
	var visit func(n *jsonata.Node)
	visit = func(n *jsonata.Node) {
		if n.Kind == jsonata.Call && n.Left.Kind == jsonata.Variable && n.Left.Text == "exists" && len(n.Items) == 1 {
			argument := n.Items[0]
			if argument.Kind == jsonata.Path {
				argument = argument.Items[0]
			}
			if argument.Kind == jsonata.Variable {
				out[argument.Text] = true
			}
		}
		for _, each := range n.Children() {
			visit(each.Node)
		}
	}
	visit(n)
	return out
}

// checkReference says what is wrong with something that an expression takes from outside.
func (r *renderer) checkReference(reference jsonata.Reference, at place) string {
	switch {
	case reference.Document == "$$" || reference.Document == "$":
		return reference.Document + " has no value, because Step Functions has no input document; use $states.input"
	case reference.Document != "":
		return reference.Document + " has no value, because Step Functions has no input document; write $states.input." + reference.Document + ", or a text in quotes"
	case reference.Called:
		return r.checkCall(reference)
	case reference.Name != "states" || len(reference.Fields) == 0:
		return ""
	}
	field := reference.Fields[0]
	switch {
	case !slices.Contains(statesFields, field):
		return "$states has no " + field + "; " + suggest(field, statesFields, "use input, result, errorOutput or context")
	case field == "result" && !at.reads(fromResult):
		return "$states.result cannot be read here; " + readable[fromResult]
	case field == "errorOutput" && !at.reads(fromError):
		return "$states.errorOutput cannot be read here; " + readable[fromError]
	case field == "context":
		return r.checkContext(reference.Fields[1:])
	}
	return ""
}

func (p place) reads(s source) bool { return slices.Contains(p.jsonata, s) }

func (r *renderer) checkCall(reference jsonata.Reference) string {
	f, known := functionArguments()[reference.Name]
	switch n := reference.Arguments; {
	case reference.Name == "eval":
		return "Step Functions has no $eval; use $parse for JSON"
	case !known:
		return "$" + reference.Name + " is no function; " + suggest(reference.Name, keysOf(functionArguments()), "see https://docs.jsonata.org, or define it in the expression")
	case n < f.Least || f.Most >= 0 && n > f.Most:
		return "$" + reference.Name + " takes " + f.Takes() + ", not " + count(n)
	}
	return ""
}

func count(n int) string {
	return [...]string{"none", "one", "two", "three", "four", "five", "six"}[min(n, 6)]
}
