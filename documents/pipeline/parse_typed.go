package pipeline

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// source is a step of a definition.
type source struct {
	path, name, kind   string
	options            StepOptions
	arguments, members Fields
	original           map[string]any
}

// A reading is how a step of a definition becomes typed: arguments that give it back, or as much of it as they can hold.
type reading struct {
	method string
	// read gives a pointer to the arguments. What it does not read becomes Extra, Members and Omit, where that is possible.
	read func(s source) any
	add  func(p *Pipeline, name string, args any) Step
	// elements are the lists whose elements have an Extra of their own, by their paths.
	elements map[string]func(args any, n int) *Fields
}

// reads makes a reading of the method of Pipeline that adds the step.
func reads[A any, S Step](method string, read func(s source) A, add func(p *Pipeline, name string, args A) S, elements ...element[A]) reading {
	out := reading{method: method, elements: map[string]func(any, int) *Fields{}}
	out.read = func(s source) any { args := read(s); return &args }
	out.add = func(p *Pipeline, name string, args any) Step { return add(p, name, *args.(*A)) }
	for _, each := range elements {
		out.elements[each.path] = func(args any, n int) *Fields { return each.extra(args.(*A), n) }
	}
	return out
}

type element[A any] struct {
	path  string
	extra func(args *A, n int) *Fields
}

// readings are those of each type of step, the special ones first.
var readings = map[string][]reading{
	"Processing": {
		reads("Function", readFunction, (*Pipeline).Function, element[FunctionArgs]{"ProcessingInputs", func(a *FunctionArgs, n int) *Fields { return &a.Inputs[n].Extra }}),
		reads("Processing", readProcessing, (*Pipeline).Processing,
			element[ProcessingArgs]{"ProcessingInputs", func(a *ProcessingArgs, n int) *Fields { return &a.Inputs[n].Extra }},
			element[ProcessingArgs]{"ProcessingOutputConfig.Outputs", func(a *ProcessingArgs, n int) *Fields { return &a.Outputs[n].Extra }}),
	},
	"Training": {
		reads("Notebook", readNotebook, (*Pipeline).Notebook),
		reads("Training", readTraining, (*Pipeline).Training, element[TrainingArgs]{"InputDataConfig", func(a *TrainingArgs, n int) *Fields { return &a.Inputs[n].Extra }}),
	},
	"Tuning": {reads("Tuning", readTuning, (*Pipeline).Tuning,
		element[TuningArgs]{"TrainingJobDefinition.InputDataConfig", func(a *TuningArgs, n int) *Fields { return &a.Training.Inputs[n].Extra }},
		element[TuningArgs]{"TrainingJobDefinitions", func(a *TuningArgs, n int) *Fields { return &a.Algorithms[n].Training.Extra }})},
	"Transform": {reads("Transform", readTransform, (*Pipeline).Transform)},
	"Model":     {reads("Model", readModel, (*Pipeline).Model, element[ModelArgs]{"Containers", func(a *ModelArgs, n int) *Fields { return &a.Containers[n].Extra }})},
	"RegisterModel": {reads("Register", readRegister, (*Pipeline).Register,
		element[RegisterArgs]{"InferenceSpecification.Containers", func(a *RegisterArgs, n int) *Fields { return &a.Containers[n].Extra }})},
	"EndpointConfig": {reads("EndpointConfig", readEndpointConfig, (*Pipeline).EndpointConfig,
		element[EndpointConfigArgs]{"ProductionVariants", func(a *EndpointConfigArgs, n int) *Fields { return &a.Variants[n].Extra }},
		element[EndpointConfigArgs]{"ShadowProductionVariants", func(a *EndpointConfigArgs, n int) *Fields { return &a.Shadows[n].Extra }})},
	"Endpoint":           {reads("Endpoint", readEndpoint, (*Pipeline).Endpoint)},
	"InferenceComponent": {reads("InferenceComponent", readInferenceComponent, (*Pipeline).InferenceComponent)},
	"Lambda":             {reads("Lambda", readLambda, (*Pipeline).Lambda)},
	"Callback":           {reads("Callback", readCallback, (*Pipeline).Callback)},
	"EMR":                {reads("EMR", readEMR, (*Pipeline).EMR)},
	"EMRServerless":      {reads("EMRServerless", readEMRServerless, (*Pipeline).EMRServerless)},
	"AutoML":             {reads("AutoML", readAutoML, (*Pipeline).AutoML)},
	"QualityCheck":       {reads("QualityCheck", readQualityCheck, (*Pipeline).QualityCheck)},
	"ClarifyCheck":       {reads("ClarifyCheck", readClarifyCheck, (*Pipeline).ClarifyCheck)},
	"Lineage":            {reads("Lineage", readLineage, (*Pipeline).Lineage)},
}

// typed adds the step by the first method that gives it back as it is, or else as a Raw step.
func (i *importer) typed(s source) made {
	known := readings[s.kind]
	why := s.path + ".Type: " + strconv.Quote(s.kind) + " has no method in this package"
	if i.problems.Err() != nil {
		known = nil // there will be no pipeline
	}
	for _, each := range known {
		args, wrong := i.fit(each, s)
		if wrong == "" {
			return made{step: each.add(i.pipeline, s.name, args), method: each.method, args: reflect.ValueOf(args).Elem().Interface()}
		}
		why = s.path + wrong
	}
	args := RawArgs{StepOptions: s.options, Arguments: s.arguments}
	args.Members = s.members
	if types := stepTypes(); !slices.Contains(types, s.kind) && servicemodel.Near(s.kind, types) == "" {
		args.Unchecked = true // newer than this package, and not misspelt
	}
	i.pipeline.untyped = append(i.pipeline.untyped, why)
	return made{i.pipeline.Raw(s.name, s.kind, args), "Raw", args, why}
}

// fit are the arguments with which the reading gives the step back, or why there are none.
func (i *importer) fit(r reading, s source) (args any, wrong string) {
	args = r.read(s)
	options := reflect.ValueOf(args).Elem().FieldByName("StepOptions").Addr().Interface().(*StepOptions)
	*options = s.options
	got, _ := i.trial(r, s, args)
	want := maps.Clone(s.original)
	delete(want, "DependsOn")
	wanted, _ := want["Arguments"].(map[string]any)
	written, _ := got["Arguments"].(map[string]any)
	if wanted == nil {
		wanted = map[string]any{}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, both := want[key]; !both && key != "Arguments" {
			return nil, "." + key + ": is missing, which the step would write"
		}
	}
	for key, value := range s.members {
		if _, both := got[key]; !both {
			if options.Members == nil {
				options.Members = Fields{}
			}
			options.Members[key] = value
		}
	}
	var d difference
	d.compare("", "", nil, wanted, written)
	if d.wrong != "" {
		return nil, d.wrong
	}
	if wrong := i.extra(r, args, d); wrong != "" {
		return nil, wrong
	}
	options.Omit = eachOf(d.omitted, got["Arguments"])
	got, err := i.trial(r, s, args)
	for _, each := range problem.Split(err) {
		return nil, strings.TrimPrefix(each.Error(), "step")
	}
	if !same(want, got) {
		return nil, ": no fields give it back"
	}
	return args, ""
}

// extra puts what the definition has beside the fields into the Extra of the arguments and of the elements of their lists.
func (i *importer) extra(r reading, args any, d difference) (wrong string) {
	for _, inside := range slices.Sorted(maps.Keys(d.extra)) {
		extra := i.fields(inside, d.extra[inside])
		if inside == "" {
			field := reflect.ValueOf(args).Elem().FieldByName("Extra")
			if !field.IsValid() {
				return ".Arguments." + firstPath(d.extra[inside]) + ": has no field"
			}
			field.Set(reflect.ValueOf(extra))
			continue
		}
		list, rest, _ := strings.Cut(inside, "[")
		n, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
		holder := r.elements[list]
		if holder == nil || err != nil {
			return ".Arguments." + inside + "." + firstPath(d.extra[inside]) + ": has no field"
		}
		if own := holder(args, n); *own == nil {
			*own = extra
		} else {
			maps.Copy(*own, extra)
		}
	}
	return ""
}

func firstPath(v map[string]any) string {
	for _, key := range slices.Sorted(maps.Keys(v)) {
		return key
	}
	return ""
}

// trial is the step that the arguments make, and what is wrong with them.
func (i *importer) trial(r reading, s source, args any) (map[string]any, error) {
	alone := &Pipeline{name: i.pipeline.name, props: i.pipeline.props, parameters: i.pipeline.parameters}
	step := r.add(alone, s.name, args)
	c := newChecker(alone)
	c.at = "step"
	request := c.build(step)
	var text bytes.Buffer
	write(&text, request)
	var out map[string]any
	decoder := json.NewDecoder(&text)
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		return nil, err
	}
	return out, c.problems.Err()
}

// same compares values of JSON.
func same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		o, ok := b.(map[string]any)
		if !ok || len(o) != len(a) {
			return false
		}
		for key, each := range a {
			if value, both := o[key]; !both || !same(each, value) {
				return false
			}
		}
		return true
	case []any:
		l, ok := b.([]any)
		if !ok || len(l) != len(a) {
			return false
		}
		for n := range a {
			if !same(a[n], l[n]) {
				return false
			}
		}
		return true
	}
	return sameScalar(a, b)
}
