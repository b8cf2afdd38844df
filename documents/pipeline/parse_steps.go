package pipeline

import (
	"maps"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// own are the members of every step.
var own = []string{"Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"}

// step adds a step, with those of its branches before it.
func (i *importer) step(path string, v map[string]any) Step {
	name := i.wordAt(path+".Name", v["Name"])
	options := StepOptions{DisplayName: i.wordAt(path+".DisplayName", v["DisplayName"]), Description: i.wordAt(path+".Description", v["Description"])}
	arguments := i.objectAt(path+".Arguments", v["Arguments"])
	var s made
	switch kind := i.wordAt(path+".Type", v["Type"]); kind {
	case "Condition":
		s = i.condition(path, name, options, arguments, v)
	case "Fail":
		i.only(path+".Arguments", "a Fail step", arguments, "ErrorMessage")
		args := FailArgs{StepOptions: options, Message: i.text(path+".Arguments.ErrorMessage", arguments["ErrorMessage"])}
		args.Members = i.members(path, v)
		if value, given := arguments["ErrorMessage"]; !given {
			args.Omit = []string{"ErrorMessage"}
		} else if value == nil {
			i.problems.Addf(path+".Arguments.ErrorMessage", "is no text")
		}
		s = made{step: i.pipeline.Fail(name, args), method: "Fail", args: args}
	default:
		s = i.typed(source{path, name, kind, options, i.fields(path+".Arguments", arguments), i.members(path, v), v})
	}
	i.made = append(i.made, s)
	if i.steps[name] != nil {
		i.problems.Addf(path+".Name", "%q is the name of two steps", name)
	}
	i.steps[name] = s.step
	if names := i.listAt(path+".DependsOn", v["DependsOn"]); len(names) > 0 {
		i.depends = append(i.depends, func() { i.dependsOn(path, s.step, names) })
	}
	return s.step
}

// members are those of a step that not all kinds of steps have.
func (i *importer) members(path string, v map[string]any) Fields {
	rest := maps.Clone(v)
	for _, each := range own {
		delete(rest, each)
	}
	if len(rest) == 0 {
		return nil
	}
	return i.fields(path, rest)
}

func (i *importer) dependsOn(path string, of Step, names []any) {
	for n, each := range names {
		name, _ := each.(string)
		target := i.steps[name]
		if target == nil {
			i.problems.Addf(problem.Index(path+".DependsOn", n), "%q is no step", name)
			continue
		}
		of.core().After(target)
	}
}

func (i *importer) condition(path, name string, options StepOptions, arguments, v map[string]any) made {
	args := ConditionArgs{StepOptions: options}
	for n, each := range i.listAt(path+".Arguments.Conditions", arguments["Conditions"]) {
		args.If = append(args.If, i.test(problem.Index(path+".Arguments.Conditions", n), each))
	}
	branch := func(key string) []Step {
		var steps []Step
		if value, given := arguments[key]; !given {
			args.Omit = append(args.Omit, key)
		} else if value == nil {
			i.problems.Addf(path+".Arguments."+key, "is no list")
		}
		for n, each := range i.listAt(path+".Arguments."+key, arguments[key]) {
			inner := problem.Index(path+".Arguments."+key, n)
			steps = append(steps, i.step(inner, i.objectAt(inner, each)))
		}
		return steps
	}
	args.Then, args.Else = branch("IfSteps"), branch("ElseSteps")
	args.Members = i.members(path, v)
	i.only(path+".Arguments", "a Condition step", arguments, "Conditions", "IfSteps", "ElseSteps")
	return made{step: i.pipeline.Condition(name, args), method: "Condition", args: args}
}

// test is a condition of a condition step.
func (i *importer) test(path string, v any) Condition {
	o := i.objectAt(path, v)
	kind := i.wordAt(path+".Type", o["Type"])
	switch kind {
	case "Not":
		i.only(path, "a condition", o, "Type", "Condition")
		return Not(i.test(path+".Condition", o["Condition"]))
	case "Or":
		i.only(path, "a condition", o, "Type", "Conditions")
		var inner []Condition
		for n, each := range i.listAt(path+".Conditions", o["Conditions"]) {
			inner = append(inner, i.test(problem.Index(path+".Conditions", n), each))
		}
		return Or(inner...)
	case "In":
		i.only(path, "a condition", o, "Type", "QueryValue", "Values")
		var values []Value
		for n, each := range i.listAt(path+".Values", o["Values"]) {
			values = append(values, i.value(problem.Index(path+".Values", n), each))
		}
		return In(i.value(path+".QueryValue", o["QueryValue"]), values...)
	case "Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo":
		i.only(path, "a condition", o, "Type", "LeftValue", "RightValue")
		return Condition{kind: kind, left: i.value(path+".LeftValue", o["LeftValue"]), right: i.value(path+".RightValue", o["RightValue"])}
	}
	i.problems.Addf(path+".Type", "%q is no condition", kind)
	return Condition{}
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
		files, _ := s.options.Members["PropertyFiles"].(List)
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
