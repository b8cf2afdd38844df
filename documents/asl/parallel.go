package asl

import (
	"strconv"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Parallel runs branches at the same time. Its result is the list of their outputs.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
type Parallel struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Branches all get the same input. Required.
	Branches []Branch
	// Arguments are the input of the branches: an Object, and with JSONata a List or Text too. Default: the state's input.
	Arguments Value
	// Retry repeats all branches after errors. Default: none.
	Retry []Retrier
	// Catch goes on elsewhere after errors. Default: the execution fails.
	Catch []Catcher
	// Output is what the next state gets (JSONata). Default: the result.
	Output Value
	// InputPath, ResultSelector, ResultPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath      DataPath
	ResultSelector Object
	ResultPath     DataPath
	OutputPath     DataPath
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

// A Branch is a graph of its own: its states lead to each other and to no other state.
type Branch struct {
	// Comment explains. Default: none.
	Comment string
	// StartAt is the first state to run. Default: the first of the list.
	StartAt string
	// States of the branch. Required.
	States []State
}

func (s Parallel) meta() meta {
	return meta{name: s.Name, kind: "Parallel", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, next: s.Next, end: s.End,
		assigns: outcomeAssigns(s.Assign, s.Catch)}
}
func (s Parallel) edges() []edge { return outcomeEdges(s.Next, s.Assign, s.Catch) }

func (s Parallel) levels() []level {
	var levels []level
	for i, b := range s.Branches {
		levels = append(levels, level{path: problem.Index("branches", i), label: "branch " + strconv.Itoa(i+1), startAt: b.StartAt, states: b.States})
	}
	return levels
}

func (s Parallel) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	if len(s.Branches) == 0 {
		r.addf(r.path("branches"), "are missing; give at least one")
	}
	if given(s.Arguments) {
		r.arguments(&o, r.path("arguments"), s.Arguments)
	}
	var branches []any
	for i, l := range s.levels() {
		b := object{}
		b.setText("Comment", s.Branches[i].Comment)
		branches = append(branches, append(b, r.level(l)...))
	}
	o.set("Branches", branches)
	r.outcome(&o, outcome{s.ResultSelector, s.ResultPath, s.OutputPath, s.Assign, s.Output, s.Retry, s.Catch})
	return o
}
