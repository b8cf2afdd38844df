package asl

import "github.com/mlplatform/mlplatform/internal/problem"

// Choice goes on at the first rule whose condition holds.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
type Choice struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Rules are tried in order. Required.
	Rules []Rule
	// Default is the state that goes on where no rule matches. Required, unless MayFailUnmatched is set.
	Default string
	// MayFailUnmatched allows a choice without Default, which fails with NoChoiceMatched where no rule matches.
	MayFailUnmatched bool
	// Output is what the Default state gets (JSONata). Default: the input.
	Output Value
	// InputPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath, OutputPath DataPath
	// Assign sets variables where no rule matches. Default: none.
	Assign Object
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
}

// A Rule of a Choice.
type Rule struct {
	// If is the condition. Required.
	If Condition
	// Next is the state that goes on where the condition holds. Required.
	Next string
	// Output is what that state gets (JSONata). Default: the input.
	Output Value
	// Assign sets variables. Default: none.
	Assign Object
	// Comment explains. Default: none.
	Comment string
}

func (s Choice) meta() meta {
	assigns := []Object{s.Assign}
	for _, rule := range s.Rules {
		assigns = append(assigns, rule.Assign)
	}
	return meta{name: s.Name, kind: "Choice", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, branches: true, assigns: assigns}
}
func (s Choice) levels() []level { return nil }

func (s Choice) edges() []edge {
	var edges []edge
	for i, rule := range s.Rules {
		label := ""
		if rule.If != nil {
			label = rule.If.shown()
		}
		edges = append(edges, edge{problem.Index("rules", i) + ".next", rule.Next, label, rule.Assign})
	}
	if s.Default != "" {
		edges = append(edges, edge{"default", s.Default, "otherwise", s.Assign})
	}
	return edges
}

func (s Choice) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	r.outputPath(&o, s.OutputPath)
	if len(s.Rules) == 0 {
		r.addf(r.path("rules"), "are missing; give at least one, or use Pass")
	}
	var rules []any
	for i, rule := range s.Rules {
		path := problem.Index(r.path("rules"), i)
		written := object{}
		written.setText("Comment", rule.Comment)
		switch {
		case rule.If == nil:
			r.addf(path+".if", "is missing; give a condition, such as asl.StringEquals")
		case r.language == JSONPath:
			written = append(written, rule.If.jsonPath(r, path+".if")...)
		default:
			written.set("Condition", "{% "+rule.If.jsonata(r, path+".if")+" %}")
		}
		r.assign(&written, path+".assign", rule.Assign, ofInput)
		r.output(&written, path+".output", rule.Output, ofInput)
		written.set("Next", rule.Next)
		rules = append(rules, written)
	}
	o.set("Choices", rules)
	if s.Default != "" {
		o.set("Default", s.Default)
	} else if !s.MayFailUnmatched {
		r.addf(r.path("default"), "is missing, so that input which no rule matches fails the execution; give a state, or set MayFailUnmatched")
	}
	r.assign(&o, r.path("assign"), s.Assign, ofInput)
	r.output(&o, r.path("output"), s.Output, ofInput)
	return o
}
