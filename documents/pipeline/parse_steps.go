package pipeline

import (
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// GoCode is Go that makes the pipeline of a definition: the statements of a function, of which the first declares p, for a file that imports
// this package as pipeline, and time where it occurs.
func GoCode(name string, definition []byte) (string, error) {
	i, err := parse(name, definition)
	if err != nil {
		return "", err
	}
	for n, line := range i.code {
		if variable, value, declares := strings.Cut(line, " := "); declares && n > 0 && !i.used[variable] {
			i.code[n] = value
		}
	}
	body := strings.Join(i.code, "\n")
	source, err := format.Source([]byte("package x\n\nfunc x() {\n" + body + "\n}\n"))
	if err != nil {
		return "", fmt.Errorf("the definition cannot be written as Go: %w", err)
	}
	_, inner, _ := strings.Cut(string(source), "func x() {\n")
	return strings.TrimSuffix(inner, "}\n"), nil
}

// own are the members of every step.
var own = []string{"Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"}

// step adds a step, with those of its branches before it.
func (i *importer) step(path string, v map[string]any) Step {
	name, kind := i.wordAt(path+".Name", v["Name"]), i.wordAt(path+".Type", v["Type"])
	options := StepOptions{DisplayName: i.wordAt(path, v["DisplayName"]), Description: i.wordAt(path, v["Description"])}
	arguments := i.objectAt(path+".Arguments", v["Arguments"])
	code := i.options(options, i.listAt(path+".DependsOn", v["DependsOn"]))
	var made Step
	var text string
	switch kind {
	case "Condition":
		made, text = i.condition(path, name, options, arguments, v, code)
	case "Fail":
		message, messageCode := i.text(path+".Arguments.ErrorMessage", arguments["ErrorMessage"])
		made = i.pipeline.Fail(name, FailArgs{StepOptions: options, Message: message})
		text = fmt.Sprintf("p.Fail(%q, pipeline.FailArgs{%sMessage: %s})", name, code, messageCode)
	default:
		fields, fieldsCode := i.fields(path+".Arguments", arguments)
		members, membersCode := i.fields(path, v, own...)
		args := RawArgs{StepOptions: options, Arguments: fields}
		if len(members) > 0 {
			args.Members = members
			code += "Members: " + membersCode + ",\n"
		}
		made = i.pipeline.Raw(name, kind, args)
		text = fmt.Sprintf("p.Raw(%q, %q, pipeline.RawArgs{\n%sArguments: %s,\n})", name, kind, code, fieldsCode)
	}
	if i.steps[name] != nil {
		i.problems.Addf(path+".Name", "%q is the name of two steps", name)
	}
	i.steps[name] = made
	i.variable("Steps."+name, name, text)
	if names := i.listAt(path+".DependsOn", v["DependsOn"]); len(names) > 0 {
		i.depends = append(i.depends, func() { i.dependsOn(path, made, names) })
	}
	return made
}

// options is the Go code of what all steps share, with a comma and a line's end.
func (i *importer) options(o StepOptions, dependsOn []any) string {
	var parts []string
	if o.DisplayName != "" {
		parts = append(parts, fmt.Sprintf("DisplayName: %q", o.DisplayName))
	}
	if o.Description != "" {
		parts = append(parts, fmt.Sprintf("Description: %q", o.Description))
	}
	var steps []string
	for _, each := range dependsOn {
		if name, _ := each.(string); i.names["Steps."+name] != "" { // a step further on is not known yet
			steps = append(steps, i.use("Steps."+name))
		}
	}
	if len(steps) > 0 {
		parts = append(parts, "DependsOn: []pipeline.Step{"+strings.Join(steps, ", ")+"}")
	}
	if len(parts) == 0 {
		return ""
	}
	return "StepOptions: pipeline.StepOptions{" + strings.Join(parts, ", ") + "},\n"
}

func (i *importer) dependsOn(path string, of Step, names []any) {
	core := of.core()
	for n, each := range names {
		name, _ := each.(string)
		target := i.steps[name]
		if target == nil {
			i.problems.Addf(problem.Index(path+".DependsOn", n), "%q is no step", name)
			continue
		}
		core.options.DependsOn = append(core.options.DependsOn, target)
	}
}

func (i *importer) condition(path, name string, options StepOptions, arguments, v map[string]any, code string) (Step, string) {
	args := ConditionArgs{StepOptions: options}
	var conditions []string
	for n, each := range i.listAt(path+".Arguments.Conditions", arguments["Conditions"]) {
		c, text := i.test(problem.Index(path+".Arguments.Conditions", n), each)
		args.If, conditions = append(args.If, c), append(conditions, text)
	}
	branch := func(key string) ([]Step, string) {
		var steps []Step
		var names []string
		for n, each := range i.listAt(path+".Arguments."+key, arguments[key]) {
			inner := problem.Index(path+".Arguments."+key, n)
			s := i.step(inner, i.objectAt(inner, each))
			steps, names = append(steps, s), append(names, i.use("Steps."+s.Name()))
		}
		if len(steps) == 0 {
			return nil, ""
		}
		return steps, "[]pipeline.Step{" + strings.Join(names, ", ") + "}"
	}
	var thenCode, elseCode string
	args.Then, thenCode = branch("IfSteps")
	args.Else, elseCode = branch("ElseSteps")
	for key := range v {
		if !slices.Contains(own, key) {
			i.problems.Addf(path+"."+key, "is no member of a Condition step")
		}
	}
	code += "If: []pipeline.Condition{\n" + strings.Join(append(conditions, ""), ",\n") + "},\n"
	for _, each := range []struct{ name, code string }{{"Then", thenCode}, {"Else", elseCode}} {
		if each.code != "" {
			code += each.name + ": " + each.code + ",\n"
		}
	}
	return i.pipeline.Condition(name, args), fmt.Sprintf("p.Condition(%q, pipeline.ConditionArgs{\n%s})", name, code)
}

// test is a condition of a condition step.
func (i *importer) test(path string, v any) (Condition, string) {
	o := i.objectAt(path, v)
	kind := i.wordAt(path+".Type", o["Type"])
	inner := func(key string) ([]Condition, string) {
		var out []Condition
		var code []string
		for n, each := range i.listAt(path+"."+key, o[key]) {
			c, text := i.test(problem.Index(path+"."+key, n), each)
			out, code = append(out, c), append(code, text)
		}
		return out, strings.Join(code, ", ")
	}
	switch kind {
	case "Not":
		c, code := i.test(path+".Condition", o["Condition"])
		return Not(c), "pipeline.Not(" + code + ")"
	case "Or":
		conditions, code := inner("Conditions")
		return Or(conditions...), "pipeline.Or(" + code + ")"
	case "In":
		query, code := i.value(path+".QueryValue", o["QueryValue"])
		var values []Value
		for n, each := range i.listAt(path+".Values", o["Values"]) {
			value, text := i.value(problem.Index(path+".Values", n), each)
			values, code = append(values, value), code+", "+text
		}
		return In(query, values...), "pipeline.In(" + code + ")"
	case "Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo":
		left, leftCode := i.value(path+".LeftValue", o["LeftValue"])
		right, rightCode := i.value(path+".RightValue", o["RightValue"])
		return Condition{kind: kind, left: left, right: right}, fmt.Sprintf("pipeline.%s(%s, %s)", kind, leftCode, rightCode)
	}
	i.problems.Addf(path+".Type", "%q is no condition", kind)
	return Condition{}, ""
}

// propertyFilesOf are the names of the property files of a step, and whether its kind has some.
func propertyFilesOf(s Step) ([]string, bool) {
	switch s := s.(type) {
	case *ProcessingStep:
		return s.propertyFileNames(), true
	case *RawStep:
		if s.typ != "Processing" {
			return nil, false
		}
		var names []string
		files, _ := s.args.Members["PropertyFiles"].(List)
		for _, each := range files {
			if file, ok := each.(Fields); ok {
				if name, ok := file["PropertyFileName"].(String); ok {
					names = append(names, string(name))
				}
			}
		}
		return names, true
	}
	return nil, false
}
