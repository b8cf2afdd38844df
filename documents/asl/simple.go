package asl

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/jsonpath"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Pass hands its input on, changed or replaced.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
type Pass struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Output is what the next state gets (JSONata). Default: the input.
	Output Value
	// Parameters and Result are what the next state gets (JSONPath): Parameters with data of run time, Result literally.
	// Where both are given, the next state gets Result, and the paths in Parameters must have values. Default: the input.
	Parameters Value
	Result     Value
	// InputPath, ResultPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath, ResultPath, OutputPath DataPath
	// Assign sets variables. Default: none.
	Assign Object
	// Next is the state that goes on. Exactly one of Next and End is given.
	Next string
	// End ends the level.
	End bool
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

func (s Pass) meta() meta {
	return meta{name: s.Name, kind: "Pass", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, next: s.Next, end: s.End,
		assigns: []Object{s.Assign}}
}
func (s Pass) edges() []edge   { return nextEdge(s.Next, s.Assign) }
func (s Pass) levels() []level { return nil }

func (s Pass) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	if given(s.Parameters) {
		r.only(JSONPath, r.path("parameters"), true, "use Output")
		r.payload(&o, r.path("parameters"), "Parameters", s.Parameters)
	}
	if given(s.Result) {
		r.only(JSONPath, r.path("result"), true, "use Output")
		if anyText(s.Result, func(t Text) bool { return !t.literal() }) {
			r.addf(r.path("result"), "is written literally and holds data of run time; use Parameters")
		}
		rendered, _ := r.value(r.path("result"), s.Result, ofInput)
		o.set("Result", rendered)
	}
	r.resultPath(&o, s.ResultPath)
	r.outputPath(&o, s.OutputPath)
	r.assign(&o, r.path("assign"), s.Assign, ofInput)
	r.output(&o, r.path("output"), s.Output, ofInput)
	return o
}

// Wait delays. Exactly one of its four ways of saying how long is given.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
type Wait struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// For is how long: whole seconds, from 1 s to 99,999,999 s. In express workflows less than 5 minutes.
	For time.Duration
	// NoDelay goes on at once: 0 s. Default: false.
	NoDelay bool
	// SecondsFrom computes the number of seconds, such as asl.Input("pause").
	SecondsFrom Text
	// Until is a moment, such as 2026-01-02T15:04:05Z, or computes it.
	Until Text
	// Output is what the next state gets (JSONata). Default: the input.
	Output Value
	// InputPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath, OutputPath DataPath
	// Assign sets variables. Default: none.
	Assign Object
	// Next is the state that goes on. Exactly one of Next and End is given.
	Next string
	// End ends the level.
	End bool
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

func (s Wait) meta() meta {
	return meta{name: s.Name, kind: "Wait", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, next: s.Next, end: s.End,
		assigns: []Object{s.Assign}}
}
func (s Wait) edges() []edge   { return nextEdge(s.Next, s.Assign) }
func (s Wait) levels() []level { return nil }

// maxExpress is how long an execution of an express workflow may take.
const maxExpress = 5 * time.Minute

var timestampPattern = lazyregexp.New(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`)

func (s Wait) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	given := 0
	if s.For != 0 {
		given++
		if s.For >= maxExpress {
			r.notExpress(r.path("for"), "takes "+s.For.String()+", and 5 minutes are all that there is")
		}
		o.set("Seconds", r.seconds(r.path("for"), s.For, maxInterval))
	}
	if s.NoDelay {
		given++
		o.set("Seconds", 0)
	}
	if s.SecondsFrom != "" {
		given++
		if s.SecondsFrom.literal() {
			r.addf(r.path("secondsFrom"), "%q is literal; use For with a duration", string(s.SecondsFrom))
		}
		r.computed(&o, r.path("secondsFrom"), "Seconds", s.SecondsFrom)
	}
	if s.Until != "" {
		given++
		r.moment(r.path("until"), s.Until)
		r.computed(&o, r.path("until"), "Timestamp", s.Until)
	}
	if given != 1 {
		r.addf(r.path("for"), "exactly one of For, NoDelay, SecondsFrom and Until is needed, %d are given", given)
	}
	r.outputPath(&o, s.OutputPath)
	r.assign(&o, r.path("assign"), s.Assign, ofInput)
	r.output(&o, r.path("output"), s.Output, ofInput)
	return o
}

// moment refuses a literal that is none.
func (r *renderer) moment(path string, t Text) {
	if !t.literal() || token.Is(string(t)) {
		return
	}
	if _, err := time.Parse(time.RFC3339, string(t)); err != nil || !timestampPattern.MatchString(string(t)) {
		r.addf(path, "%q is no moment; write it like 2026-01-02T15:04:05Z", string(t))
	}
}

// computed writes a field that JSONPath knows under two names: name for literals, and namePath for paths.
func (r *renderer) computed(o *object, path, name string, t Text) {
	rendered, evaluated := r.text(path, t, ofInput)
	if evaluated {
		name += "Path"
		r.onlyReference(path, rendered)
	}
	o.set(name, rendered)
}

// number writes a number that is known or computed.
func (r *renderer) number(o *object, path, name string, known int, from Text, low, high int) {
	switch {
	case known != 0 && from != "":
		r.addf(path, "is given twice; keep either the number or what computes it")
	case from != "":
		r.computed(o, path+"From", name, from)
	case known != 0:
		r.between(path, known, low, high)
		o.set(name, known)
	}
}

func (r *renderer) onlyPath(path, rendered string) {
	if rendered != "" && rendered[0] != '$' {
		r.addf(path, "%s is computed, but JSONPath allows a path here; compute it in an earlier state, or use JSONata", rendered)
	}
}

// onlyReference refuses paths that can lead to several values.
func (r *renderer) onlyReference(path, rendered string) {
	r.onlyPath(path, rendered)
	if p, err := jsonpath.Parse(rendered); err == nil && !p.Reference() {
		r.addf(path, "%q can lead to several values, but one is wanted; write a path without *, .., ?, commas and colons", rendered)
	}
}

// Succeed ends the level without an error.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
type Succeed struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Output is the output of the level (JSONata). Default: the input.
	Output Value
	// InputPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath, OutputPath DataPath
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

func (s Succeed) meta() meta {
	return meta{name: s.Name, kind: "Succeed", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, ends: true}
}
func (s Succeed) edges() []edge   { return nil }
func (s Succeed) levels() []level { return nil }

func (s Succeed) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	r.outputPath(&o, s.OutputPath)
	r.output(&o, r.path("output"), s.Output, ofInput)
	return o
}

// Fail ends the execution, the branch or the item with an error.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
type Fail struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Error is a name for programs, such as "QualityGate". Default: none.
	Error Text
	// Cause is an explanation for people. Default: none.
	Cause Text
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

func (s Fail) meta() meta {
	return meta{name: s.Name, kind: "Fail", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, ends: true}
}
func (s Fail) edges() []edge   { return nil }
func (s Fail) levels() []level { return nil }

func (s Fail) render(r *renderer) object {
	o := object{}
	for _, f := range []struct {
		name string
		text Text
	}{{"Error", s.Error}, {"Cause", s.Cause}} {
		if f.text == "" {
			continue
		}
		rendered, evaluated := r.text(r.path(lowerFirst(f.name)), f.text, ofInput)
		if evaluated {
			f.name += "Path"
		}
		o.set(f.name, rendered)
	}
	return o
}

func nextEdge(next string, assign Object) []edge {
	if next == "" {
		return nil
	}
	return []edge{{path: "next", target: next, assign: assign}}
}
