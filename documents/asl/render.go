package asl

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// QueryLanguage is the language in which states choose and change data.
type QueryLanguage string

// The query languages. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
const (
	JSONata  QueryLanguage = "JSONata"
	JSONPath QueryLanguage = "JSONPath"
)

// A renderer writes one state, collecting what is wrong with it.
type renderer struct {
	problems  *problem.List
	language  QueryLanguage
	partition string

	machineLanguage QueryLanguage // which states without a language of their own have

	workflow   WorkflowType
	expressMap string // the distributed Map that makes executions express
	machine    string
	state      string
	inMap      bool
	ofItems    bool // what is written is the ItemSelector of a Map
	uses       []use
}

func (r *renderer) addf(path, format string, args ...any) { r.problems.Addf(path, format, args...) }

// place says which data the expressions of a field can read.
type place struct {
	jsonata, jsonPath []source
}

var (
	// What a state works with: its input.
	ofInput = place{jsonata: []source{fromInput}, jsonPath: []source{fromInput}}
	// Assign and Output of a state that has a result. With JSONPath, $ is the result there.
	ofResult = place{jsonata: []source{fromInput, fromResult}, jsonPath: []source{fromResult}}
	// Assign and Output of a Catcher. With JSONPath, $ is the error output there.
	ofError = place{jsonata: []source{fromInput, fromError}, jsonPath: []source{fromError}}
)

func (p place) allowed(l QueryLanguage) []source {
	if l == JSONPath {
		return p.jsonPath
	}
	return p.jsonata
}

// expression writes one expression in the state's language, without delimiters.
func (r *renderer) expression(path string, e expression, at place) string {
	if e.Problem != "" {
		r.addf(path, "%s", e.Problem)
		return "$"
	}
	if e.Source != fromAnywhere {
		ok := false
		for _, s := range at.allowed(r.language) {
			ok = ok || s == e.Source
		}
		if !ok {
			r.addf(path, "%s cannot be read here; %s", e.Shown, readable[e.Source])
			return "$"
		}
	}
	if r.language == JSONPath {
		if e.JSONPath == "" {
			r.addf(path, "%s has no form in JSONPath, the query language of this state; use JSONata or another function", e.Shown)
		}
		text := strings.ReplaceAll(e.JSONPath, itemMark, r.perItem(", States.UUID()"))
		r.checkJSONPath(path, text)
		return text
	}
	if e.JSONata == "" {
		r.addf(path, "%s is JSONPath, the query language of this state is JSONata; use asl.Input or asl.Expr", e.Shown)
	}
	if strings.Contains(e.JSONata, "%{") {
		r.addf(path, "%q contains %%{, which Terraform takes for a directive; put a space between", e.JSONata)
	}
	text := strings.ReplaceAll(e.JSONata, itemMark, r.perItem(", $uuid()"))
	if text != "" {
		r.checkJSONata(path, text, at)
	}
	return text
}

var readable = map[source]string{
	fromInput:  "this field reads what the state returned: use asl.Result, or asl.ExecutionInput or asl.Var for earlier data",
	fromResult: "the result exists in Assign, Output and ResultSelector of tasks, parallels and maps",
	fromError:  "the error exists in Assign and Output of a catcher",
}

func (r *renderer) perItem(text string) string {
	if r.inMap {
		return text
	}
	return ""
}

// text writes a Text. evaluated says that the result is a path or function of JSONPath, which belongs into a field
// whose name ends in ".$".
func (r *renderer) text(path string, t Text, at place) (text string, evaluated bool) {
	if t.literal() && r.language == JSONata && isJSONata(string(t)) {
		t = Expr(string(t))
	}
	if t.literal() {
		r.literal(path, string(t))
		return string(t), false
	}
	for _, p := range t.parts() {
		if p.expression == nil {
			r.directive(path, p.literal)
		}
	}
	rendered := r.expression(path, t.inline(), at)
	if r.language == JSONPath {
		return rendered, true
	}
	return "{% " + rendered + " %}", false
}

var looksLikeJSONPath = lazyregexp.New(`^(\$\$?(\.|\[)|States\.[A-Z][A-Za-z0-9]*\()`)

// literal refuses what is an expression by its look, but would be taken as plain text.
func (r *renderer) literal(path, literal string) {
	r.directive(path, literal)
	switch {
	case isJSONata(strings.TrimSpace(literal)) && r.language == JSONPath:
		r.addf(path, "%q is JSONata, the query language of this state is JSONPath; use asl.Input or asl.Path", literal)
	case r.language == JSONata && (strings.HasPrefix(strings.TrimSpace(literal), "{%") || strings.HasSuffix(strings.TrimSpace(literal), "%}")):
		r.addf(path, "%q would be taken as plain text; {%% must be its first and %%} its last characters", literal)
	case looksLikeJSONPath.MatchString(literal) && r.language == JSONata:
		r.addf(path, "%q is JSONPath, the query language of this state is JSONata; use asl.Input or asl.Expr", literal)
	case looksLikeJSONPath.MatchString(literal):
		r.addf(path, "%q would be taken as plain text; write asl.Path(%q)", literal, literal)
	}
}

func (r *renderer) directive(path, literal string) {
	if strings.Contains(literal, "%{") {
		r.addf(path, "%q contains %%{, which Terraform takes for a directive; put a space between", literal)
	}
}

// isJSONata reports whether the text is an expression of JSONata in its delimiters.
func isJSONata(text string) bool {
	return len(text) > 4 && strings.HasPrefix(text, "{%") && strings.HasSuffix(text, "%}")
}

// value writes a Value. With JSONPath, a value that is itself filled in at run time can only stand in a field: there,
// evaluated is true and the field's name takes the suffix ".$".
func (r *renderer) value(path string, v Value, at place) (out any, evaluated bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case null:
		return nil, false
	case Text:
		return r.text(path, v, at)
	case verbatim:
		return string(v), false
	case Int:
		return int64(v), false
	case Float:
		rendered := number(v)
		if rendered == 0 {
			r.addf(path, "%v is no number in JSON; use a finite one", float64(v))
		}
		return rendered, false
	case Bool:
		return bool(v), false
	case keyed:
		return v.expression(r, path, at), false
	case List:
		if r.language == JSONPath && dynamic(v) {
			for i, each := range v {
				if _, isObject := namedValues(each); isObject {
					r.addf(problem.Index(path, i), "is an object in a list with values of run time, which JSONPath cannot write; use JSONata, or build the list in one expression")
					return []any{}, false
				}
			}
			return r.expression(path, inline(v), at), true
		}
		list := make([]any, len(v))
		for i, each := range v {
			list[i], _ = r.value(problem.Index(path, i), each, at)
		}
		return list, false
	}
	named, _ := namedValues(v)
	o := object{}
	for _, each := range named {
		r.field(&o, path+"."+each.name, each.name, each.value, at)
	}
	return o, false
}

// field adds a field to an object that is a payload template.
func (r *renderer) field(o *object, path, name string, v Value, at place) {
	rendered, evaluated := r.value(path, v, at)
	if r.language == JSONPath && strings.HasSuffix(name, ".$") {
		r.addf(path, "a name that ends in .$ marks a path; leave the .$ out and use asl.Path as value")
	}
	if evaluated {
		name += ".$"
	}
	o.set(name, rendered)
}

// only refuses a field that belongs to the other query language.
func (r *renderer) only(language QueryLanguage, path string, given bool, instead string) {
	if given && r.language != language {
		r.addf(path, "belongs to %s, the query language of this state is %s; %s", language, r.language, instead)
	}
}

// name checks a name of the service as far as it is known.
func (r *renderer) name(path string, t Text, max int) {
	if t.literal() {
		if !token.Is(string(t)) && (len(t) > max || !jobNamePattern.MatchString(string(t))) {
			r.addf(path, "%q is no valid name; use 1 to %d letters, digits and hyphens, no hyphen at either end", string(t), max)
		}
		return
	}
	longest := 0
	for _, p := range t.parts() {
		switch {
		case p.expression == nil:
			longest += len(p.literal)
			if !token.Is(p.literal) && !namePartPattern.MatchString(p.literal) {
				r.addf(path, "%q cannot stand in a name; use letters, digits and hyphens", p.literal)
			}
		case p.expression.Longest == 0:
			return // as long as the data says
		default:
			longest += p.expression.Longest
		}
	}
	if longest > max {
		r.addf(path, "<%s> may be %d characters long, %d are allowed; use asl.JobName, which shortens and stays unique", strings.Trim(t.String(), "<>"), longest, max)
	}
}

// required refuses an empty text.
func (r *renderer) required(path string, t Text, example string) {
	if t == "" {
		r.addf(path, "is missing; give %s", example)
	}
}

func (r *renderer) requiredString(path, s, example string) { r.required(path, Text(s), example) }

// notExpress refuses what express workflows do not have.
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
func (r *renderer) notExpress(path, what string) {
	switch {
	case r.workflow != Express:
	case r.expressMap != "":
		r.addf(path, "%s in the express executions of the map %q; set its ExecutionType to asl.Standard", what, r.expressMap)
	default:
		r.addf(path, "%s in an express workflow; use a standard one", what)
	}
}

// oneOf refuses a value that is not in the list.
func oneOf[T ~string](r *renderer, path string, value T, allowed ...T) {
	if token.Is(string(value)) || !Text(value).literal() {
		return
	}
	if !slices.Contains(allowed, value) {
		r.addf(path, "%q is unknown; use %s", string(value), problem.Choices(allowed))
	}
}

// between refuses a number outside the range.
func (r *renderer) between(path string, n, low, high int) {
	if n < low || n > high {
		r.addf(path, "%d is out of range; use %d to %d", n, low, high)
	}
}

// here is the path of the state that is being written, path that of a field of it.
func (r *renderer) here() string                 { return problem.Key("states", r.state) }
func (r *renderer) path(fieldPath string) string { return r.here() + "." + fieldPath }
