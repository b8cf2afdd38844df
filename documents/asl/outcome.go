package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// An outcome is what Task, Parallel and Map have in common: what becomes of their result, and of errors.
type outcome struct {
	resultSelector Object
	resultPath     DataPath
	outputPath     DataPath
	assign         Object
	output         Value
	retry          []Retrier
	catch          []Catcher
}

func (r *renderer) outcome(o *object, s outcome) {
	r.resultSelector(o, s.resultSelector)
	r.resultPath(o, s.resultPath)
	r.outputPath(o, s.outputPath)
	r.assign(o, r.path("assign"), s.assign, ofResult)
	r.output(o, r.path("output"), s.output, ofResult)
	if len(s.retry) > 0 {
		o.set("Retry", r.retry(s.retry))
	}
	if len(s.catch) > 0 {
		o.set("Catch", r.catch(s.catch))
	}
}

func outcomeEdges(next string, assign Object, catchers []Catcher) []edge {
	edges := nextEdge(next, assign)
	for i, c := range catchers {
		edges = append(edges, edge{path: problem.Index("catch", i) + ".next", target: c.Next, label: strings.Join(c.Errors, ", "), assign: c.Assign})
	}
	return edges
}

func outcomeAssigns(own Object, catchers []Catcher) []Object {
	var assigns []Object
	for _, c := range catchers {
		assigns = append(assigns, c.Assign)
	}
	return append(assigns, own)
}

// parameters names the fields that hold a payload in the state's language.
func (r *renderer) parameters() string {
	if r.language == JSONPath {
		return "Parameters"
	}
	return "Arguments"
}

// arguments writes the payload of a call, or what the levels inside a state get.
func (r *renderer) arguments(o *object, path string, v Value) {
	r.payload(o, path, r.parameters(), v)
	r.size(path, (*o)[len(*o)-1].value)
}

// payload writes an object or a list, which only JSONata can compute as a whole.
func (r *renderer) payload(o *object, path, name string, v Value) {
	if list, isList := v.(List); isList && r.language == JSONata { // which takes an object or an expression
		o.set(name, "{% "+r.expression(path, inline(list), ofInput)+" %}")
		return
	}
	rendered, evaluated := r.value(path, v, ofInput)
	if evaluated {
		r.addf(path, "is computed as a whole, but JSONPath allows an object or a list here; use JSONata")
	}
	o.set(name, rendered)
}

// given reports whether a value is there. A nil Object is none, an empty one replaces data with nothing.
func given(v Value) bool {
	o, isObject := v.(Object)
	return v != nil && (!isObject || o != nil)
}

// maxPayload is the most data that a state takes or gives, in bytes.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const maxPayload = 256 * 1024

func (r *renderer) size(path string, rendered any) {
	if size := len(encode(rendered)); size > maxPayload {
		r.addf(path, "is %d bytes, a state can pass 262144; put the data into S3 and pass its URI", size)
	}
}

// ownFields are fields of states that the checks of this package go by, so that nothing can be laid over them.
var ownFields = []string{"Type", "QueryLanguage", "Next", "End", "Default", "Choices", "Catch", "Assign", "Branches", "ItemProcessor", "Iterator", "Resource", "Credentials"}

// extra lays fields over the state.
func (r *renderer) extra(o *object, extra Object) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		path := problem.Key(r.path("extra"), name)
		if slices.Contains(ownFields, name) {
			r.addf(path, "is a field of the state that is checked; use the field of the Go value")
			continue
		}
		*o = slices.DeleteFunc(*o, func(each field) bool { return each.key == name || each.key == name+".$" })
		r.field(o, path, name, extra[name], ofInput)
	}
}
