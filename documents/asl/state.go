package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/jsonpath"
)

// A State is one of Task, Choice, Parallel, Map, Wait, Pass, Succeed and Fail. States name each other: Next, and the
// targets of choices and catchers, are names of states of the same level.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html
type State interface {
	// meta is what every state has.
	meta() meta
	// render writes the state's own fields.
	render(r *renderer) object
	// edges are the ways out of the state.
	edges() []edge
	// levels are the graphs inside the state.
	levels() []level
}

type meta struct {
	name     string
	kind     string
	comment  string
	language QueryLanguage
	// extra is laid over the state.
	extra Object
	// next and end are set for the kinds that have exactly one of them.
	next string
	end  bool
	// ends is true for kinds that always end: Succeed and Fail.
	ends bool
	// branches is true for Choice, which has neither next nor end.
	branches bool
	// assigns are the variables that the state can set.
	assigns []Object
}

// An edge leads to a state, from the field at path below the state.
type edge struct {
	path   string
	target string
	label  string
	// assign are the variables that are set on this way.
	assign Object
}

// A level is a graph of states that can only lead to each other: the whole machine, a branch, a map's processor.
type level struct {
	path    string
	label   string
	startAt string
	states  []State
	items   bool
	// executions are what a distributed Map makes of its items. "" for levels that are part of an execution.
	executions WorkflowType
}

// start is where the level begins: its first state unless it says otherwise.
func (l level) start() string {
	if l.startAt != "" {
		return l.startAt
	}
	for _, s := range l.states {
		if s != nil {
			return s.meta().name
		}
	}
	return ""
}

// DataPath is a field that only states with JSONPath have: a path such as "$.job", or Discard.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
type DataPath string

// Discard keeps nothing: as InputPath and OutputPath, the data is an empty object; as ResultPath, the result is
// dropped and the input goes on.
const Discard DataPath = "null"

func (r *renderer) dataPath(o *object, parent, name string, p DataPath) {
	if p == "" {
		return
	}
	path := parent + "." + lowerFirst(name)
	r.only(JSONPath, path, true, "use Output and Assign")
	if p == Discard {
		o.set(name, nil)
		return
	}
	parsed, err := jsonpath.Parse(string(p))
	switch {
	case !strings.HasPrefix(string(p), "$"):
		r.addf(path, "%q is no path; write it like $.job, or asl.Discard", string(p))
	case err != nil:
		r.addf(path, "in %q: %v", string(p), err)
	case name == "ResultPath" && (parsed.Context || parsed.Variable != "" || !parsed.Reference()):
		r.addf(path, "%q does not name a single field of the state's input; write it like $.job", string(p))
	default:
		r.checkPath(path, parsed)
	}
	o.set(name, string(p))
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// assign writes the variables that a state sets.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
func (r *renderer) assign(o *object, path string, variables Object, at place) {
	if variables == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		switch {
		case name == "states":
			r.addf(path, `the variable "states" is reserved; use another name`)
		case !variablePattern.MatchString(name):
			r.addf(path, "%q is no name of a variable; use at most 80 letters, digits and underscores, and begin with a letter", name)
		}
	}
	rendered, _ := r.value(path, variables, at)
	o.set("Assign", rendered)
}

// output writes what a state with JSONata gives to the next.
func (r *renderer) output(o *object, path string, v Value, at place) {
	if !given(v) {
		return
	}
	r.only(JSONata, path, true, "use ResultSelector, ResultPath and OutputPath")
	rendered, _ := r.value(path, v, at)
	o.set("Output", rendered)
}

func (r *renderer) inputPath(o *object, p DataPath)  { r.dataPath(o, r.here(), "InputPath", p) }
func (r *renderer) outputPath(o *object, p DataPath) { r.dataPath(o, r.here(), "OutputPath", p) }
func (r *renderer) resultPath(o *object, p DataPath) { r.dataPath(o, r.here(), "ResultPath", p) }

func (r *renderer) resultSelector(o *object, v Object) {
	if v == nil {
		return
	}
	r.only(JSONPath, r.path("resultSelector"), true, "use Output")
	rendered, _ := r.value(r.path("resultSelector"), v, ofResult)
	o.set("ResultSelector", rendered)
}
