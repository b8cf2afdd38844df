package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Parse reads a definition, as CreatePipeline takes it, into a pipeline of the name. Parameters, references and steps become what
// their methods make, so that their permissions are derived, and the pipeline gives the same JSON again. What a step has beside
// its fields goes to Extra and Members, and what it leaves to SageMaker's defaults to Omit. Steps that cannot be held so stay Raw:
// Pipeline.Untyped says which and why. What is wrong beyond the form of the definition is told by Validate. GoCode writes the same
// as Go.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html
func Parse(name string, definition []byte) (*Pipeline, error) {
	i, err := parse(name, definition)
	if err != nil {
		return nil, err
	}
	return i.pipeline, nil
}

// Untyped are the steps of the pipeline that Parse kept as Raw steps, each with its path in the definition and the reason. Their
// permissions are not derived.
func (p *Pipeline) Untyped() []string { return p.untyped }

// Reference is a reference by its path, as definitions have it, such as "Steps.train.ModelArtifacts.S3ModelArtifacts". The methods of
// parameters and steps make the same with less to misspell.
func Reference(path string) String { return anyRef(path) }

// An importer makes a pipeline of a definition.
type importer struct {
	problems problem.List
	pipeline *Pipeline
	made     []made
	steps    map[string]Step
	depends  []func()
}

// made is a step with what its method took, for its Go code.
type made struct {
	step   Step
	method string
	args   any
	why    string // it is a Raw step
}

type document struct {
	Version    string
	Metadata   map[string]any
	Parameters []struct {
		Name, Type   string
		DefaultValue any
		EnumValues   []string
	}
	PipelineExperimentConfig map[string]any
	MlflowConfig             map[string]any
	Steps                    []map[string]any
}

func parse(name string, definition []byte) (*importer, error) {
	var d document
	decoder := json.NewDecoder(strings.NewReader(string(definition)))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("is no definition of a pipeline: %w", err)
	}
	i := &importer{steps: map[string]Step{}}
	if d.Version != Version {
		i.problems.Addf("Version", "%q is not %q, the version of definitions that is known", d.Version, Version)
	}
	i.pipeline = New(name, Props{Experiment: i.experiment(d.PipelineExperimentConfig), MLflow: i.mlflow(d.MlflowConfig), Metadata: i.fields("Metadata", d.Metadata)})
	for n, each := range d.Parameters {
		i.parameter(problem.Index("Parameters", n), each.Name, Type(each.Type), each.DefaultValue, each.EnumValues)
	}
	for n, each := range d.Steps {
		i.step(problem.Index("Steps", n), each)
	}
	for _, each := range i.depends {
		each()
	}
	if err := i.problems.Err(); err != nil {
		return nil, err
	}
	return i, nil
}

// mlflow is what tracks the executions, nil where nothing does.
func (i *importer) mlflow(given map[string]any) *MLflow {
	if given == nil {
		return nil
	}
	var out MLflow
	fields := map[string]*String{"MlflowResourceArn": &out.ARN, "MlflowExperimentName": &out.Experiment, "MlflowRunName": &out.Run}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		field, ok := fields[key]
		if !ok {
			i.problems.Addf("MlflowConfig."+key, "is unknown; use one of %s", list(slices.Sorted(maps.Keys(fields))))
			continue
		}
		*field = i.text("MlflowConfig."+key, given[key])
	}
	return &out
}

func (i *importer) experiment(given map[string]any) Experiment {
	if given == nil {
		return Experiment{Disabled: true}
	}
	i.only("PipelineExperimentConfig", "the experiment", given, "ExperimentName", "TrialName")
	out := Experiment{Name: i.text("PipelineExperimentConfig.ExperimentName", given["ExperimentName"]), Trial: i.text("PipelineExperimentConfig.TrialName", given["TrialName"])}
	if out.Name == PipelineName && out.Trial == ExecutionID {
		return Experiment{}
	}
	return out
}

func (i *importer) parameter(path, name string, kind Type, value any, allowed []string) {
	declared := parameter{name: name, typ: kind, allowed: allowed}
	ok := value == nil
	switch v := value.(type) {
	case string:
		declared.value, ok = v, kind == TypeString
	case bool:
		declared.value, ok = v, kind == TypeBoolean
	case json.Number:
		if n, err := v.Int64(); err == nil && kind == TypeInteger {
			declared.value, ok = n, true
		} else if f, err := v.Float64(); err == nil && kind == TypeFloat {
			declared.value, ok = f, true
		}
	}
	if !ok || !slices.Contains([]Type{TypeString, TypeInteger, TypeFloat, TypeBoolean}, kind) {
		i.problems.Addf(path, "%q has the default %v, which is no %s", name, value, kind)
		return
	}
	i.pipeline.declare(declared)
}

// object, list and text of a step, with what is wrong.
func (i *importer) objectAt(path string, v any) map[string]any {
	o, ok := v.(map[string]any)
	if !ok && v != nil {
		i.problems.Addf(path, "is no object")
	}
	return o
}

func (i *importer) listAt(path string, v any) []any {
	l, ok := v.([]any)
	if !ok && v != nil {
		i.problems.Addf(path, "is no list")
	}
	return l
}

// only reports members that there are not.
func (i *importer) only(path, what string, o map[string]any, members ...string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(members, key) {
			i.problems.Addf(path+"."+key, "is no member of %s; it has %s", what, list(members))
		}
	}
}

func (i *importer) wordAt(path string, v any) string {
	s, ok := v.(string)
	if !ok && v != nil {
		i.problems.Addf(path, "is no text")
	}
	return s
}

// value is a value of a definition.
func (i *importer) value(path string, v any) Value {
	switch v := v.(type) {
	case string:
		return String(v)
	case bool:
		return Bool(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return Int(n)
		}
		f, err := v.Float64()
		if err != nil {
			i.problems.Addf(path, "%s is out of range", v)
		}
		return Float(f)
	case []any:
		out := List{}
		for n, each := range v {
			out = append(out, i.value(problem.Index(path, n), each))
		}
		return out
	case map[string]any:
		if value := i.reference(path, v); value != nil {
			return value
		}
		return i.fields(path, v)
	}
	return Null
}

func (i *importer) fields(path string, v map[string]any) Fields {
	out := Fields{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		out[key] = i.value(path+"."+key, v[key])
	}
	return out
}

// reference is what stands for a value of run time, or nil.
func (i *importer) reference(path string, v map[string]any) Value {
	if len(v) != 1 {
		return nil
	}
	for key, inner := range v {
		switch key {
		case "Get":
			return i.get(path, i.wordAt(path+".Get", inner))
		case "Std:Join":
			return i.join(path, i.objectAt(path, inner))
		case "Std:JsonGet":
			return i.jsonGet(path, i.objectAt(path, inner))
		}
	}
	return nil
}

// executionNames are the references that have names of their own.
var executionNames = map[string]string{
	"Execution.StartDateTime": "StartDateTime", "Execution.CurrentDateTime": "CurrentDateTime", "Execution.PipelineName": "PipelineName", "Execution.PipelineArn": "PipelineARN",
	"Execution.PipelineExecutionId": "ExecutionID", "Execution.PipelineExecutionArn": "ExecutionARN", "Execution.TrainingJobName": "TrainingJobName",
	"Execution.ProcessingJobName": "ProcessingJobName", "PipelineExperimentConfig.ExperimentName": "ExperimentName", "PipelineExperimentConfig.TrialName": "TrialName",
}

func (i *importer) get(path, target string) Value {
	if executionNames[target] != "" {
		return stringRef(target)
	}
	name, ours := strings.CutPrefix(target, "Parameters.")
	if !ours {
		return anyRef(target)
	}
	declared, known := i.pipeline.parameter(name)
	if !known {
		i.problems.Addf(path, "refers to the parameter %q, which the definition does not declare", name)
	}
	switch declared.typ {
	case TypeInteger:
		return IntegerRef{target}
	case TypeFloat:
		return FloatRef{target}
	case TypeBoolean:
		return BooleanRef{target}
	}
	return stringRef(target)
}

// text is a value as text: references to numbers become text, as in a Join.
func (i *importer) text(path string, v any) String {
	if v == nil {
		return ""
	}
	switch value := i.value(path, v).(type) {
	case String:
		return value
	case IntegerRef:
		return value.Text()
	case FloatRef:
		return value.Text()
	case BooleanRef:
		return value.Text()
	case JSONValue:
		return value.Text()
	}
	i.problems.Addf(path, "is no text")
	return ""
}

func (i *importer) join(path string, v map[string]any) Value {
	i.only(path, "a Std:Join", v, "On", "Values")
	on, isText := v["On"].(string)
	list, isList := v["Values"].([]any)
	if !isText || !isList || slices.Contains(list, any(nil)) {
		i.problems.Addf(path, "has no text On or no list Values of texts and references; give both")
	}
	var values []String
	for n, each := range list {
		values = append(values, i.text(problem.Index(path+".Values", n), each))
	}
	return Join(String(on), values...)
}

func (i *importer) jsonGet(path string, v map[string]any) Value {
	i.only(path, "a Std:JsonGet", v, "PropertyFile", "S3Uri", "Path")
	if len(v) != 2 {
		i.problems.Addf(path, "has %d members; give Path, and one of PropertyFile and S3Uri", len(v))
	}
	where := i.wordAt(path+".Path", v["Path"])
	if uri, given := v["S3Uri"]; given {
		return JSONGetS3(i.text(path+".S3Uri", uri), where)
	}
	file, _ := i.objectAt(path+".PropertyFile", v["PropertyFile"])["Get"].(string)
	step, property, ok := strings.Cut(strings.TrimPrefix(file, "Steps."), ".PropertyFiles.")
	if !ok {
		i.problems.Addf(path+".PropertyFile", "%q is no property file of a step", file)
	}
	return JSONValue{step: step, file: property, path: where}
}

// JSONGetFrom is the value at a path of a property file of the step, by their names. ProcessingStep.JSONGet makes the same with less to
// misspell.
func JSONGetFrom(step, file, path string) JSONValue {
	return JSONValue{step: step, file: file, path: path}
}
