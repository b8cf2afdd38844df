package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Parse reads a definition, as CreatePipeline takes it, into a pipeline of the name. Parameters, references, conditions, and
// Condition and Fail steps become what their methods make; all others become Raw steps, whose arguments and references are
// checked as far as the kind of step is known, and whose permissions are not derived. What is wrong beyond the form of the
// definition is told by Validate. GoCode writes the same as Go.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html
func Parse(name string, definition []byte) (*Pipeline, error) {
	i, err := parse(name, definition)
	if err != nil {
		return nil, err
	}
	return i.pipeline, nil
}

// Reference is a reference by its path, as definitions have it, such as "Steps.train.ModelArtifacts.S3ModelArtifacts". The methods of
// parameters and steps make the same with less to misspell.
func Reference(path string) String { return anyRef(path) }

// An importer makes a pipeline of a definition, and the Go code that makes it.
type importer struct {
	problems problem.List
	pipeline *Pipeline
	code     []string
	names    map[string]string // variables of the Go code, by "Parameters.x" and "Steps.x"
	taken    map[string]bool
	used     map[string]bool // variables that are read
	steps    map[string]Step
	depends  []func()
}

type document struct {
	Version    string
	Metadata   map[string]any
	Parameters []struct {
		Name, Type   string
		DefaultValue any
		EnumValues   []string
	}
	PipelineExperimentConfig json.RawMessage
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
	i := &importer{names: map[string]string{}, taken: map[string]bool{"p": true}, used: map[string]bool{}, steps: map[string]Step{}}
	if d.Version != Version {
		i.problems.Addf("Version", "%q is not %q, the version of definitions that is known", d.Version, Version)
	}
	experiment, experimentCode := i.experiment(d.PipelineExperimentConfig)
	mlflow, mlflowCode := i.mlflow(d.MlflowConfig)
	i.pipeline = New(name, Props{Experiment: experiment, MLflow: mlflow})
	members := slices.DeleteFunc([]string{experimentCode, mlflowCode}, func(code string) bool { return code == "" })
	i.code = append(i.code, fmt.Sprintf("p := pipeline.New(%q, pipeline.Props{%s})", name, strings.Join(members, ", ")))
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

// mlflow is what tracks the executions, and its code. Both are empty where nothing does.
func (i *importer) mlflow(given map[string]any) (*MLflow, string) {
	if given == nil {
		return nil, ""
	}
	var out MLflow
	var code []string
	fields := map[string]struct {
		name string
		into *String
	}{"MlflowResourceArn": {"ARN", &out.ARN}, "MlflowExperimentName": {"Experiment", &out.Experiment}, "MlflowRunName": {"Run", &out.Run}}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		field, ok := fields[key]
		if !ok {
			i.problems.Addf("MlflowConfig."+key, "is unknown; use one of %s", list(slices.Sorted(maps.Keys(fields))))
			continue
		}
		text, textCode := i.text("MlflowConfig."+key, given[key])
		*field.into = text
		code = append(code, field.name+": "+textCode)
	}
	return &out, "MLflow: &pipeline.MLflow{" + strings.Join(code, ", ") + "}"
}

func (i *importer) experiment(text json.RawMessage) (Experiment, string) {
	var given map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &given); err != nil {
			i.problems.Addf("PipelineExperimentConfig", "is neither an object nor null")
		}
	}
	if given == nil {
		return Experiment{Disabled: true}, "Experiment: pipeline.Experiment{Disabled: true}"
	}
	name, nameCode := i.text("PipelineExperimentConfig.ExperimentName", given["ExperimentName"])
	trial, trialCode := i.text("PipelineExperimentConfig.TrialName", given["TrialName"])
	if name == PipelineName && trial == ExecutionID {
		return Experiment{}, ""
	}
	return Experiment{Name: name, Trial: trial}, fmt.Sprintf("Experiment: pipeline.Experiment{Name: %s, Trial: %s}", nameCode, trialCode)
}

func (i *importer) parameter(path, name string, kind Type, value any, allowed []string) {
	declared := parameter{name: name, typ: kind, allowed: allowed}
	arguments := []string{fmt.Sprintf("%q", name)}
	ok := value == nil
	switch v := value.(type) {
	case string:
		ok = kind == TypeString
		declared.value = v
		arguments = append(arguments, fmt.Sprintf("%q", v))
	case bool:
		ok = kind == TypeBoolean
		declared.value = v
		arguments = append(arguments, fmt.Sprint(v))
	case json.Number:
		arguments = append(arguments, v.String())
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
	method := string(kind)
	if value == nil {
		method = "Required" + method
	}
	for _, each := range allowed {
		arguments = append(arguments, fmt.Sprintf("%q", each))
	}
	i.pipeline.declare(declared)
	i.variable("Parameters."+name, name, fmt.Sprintf("p.%s(%s)", method, strings.Join(arguments, ", ")))
}

// variable adds a line that gives a variable a value, which is left out where nobody reads it.
func (i *importer) variable(key, name, value string) {
	identifier := identifierOf(name)
	for n := 2; i.taken[identifier]; n++ {
		identifier = fmt.Sprintf("%s%d", identifierOf(name), n)
	}
	i.taken[identifier] = true
	i.names[key] = identifier
	i.code = append(i.code, identifier+" := "+value)
}

// use is the variable of a parameter or step, which is read.
func (i *importer) use(key string) string {
	i.used[i.names[key]] = true
	return i.names[key]
}

var goWords = []string{"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto", "if", "import",
	"interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var", "pipeline", "time", "string", "true", "false", "nil"}

// identifierOf is a name of Go for the name of a parameter or step.
func identifierOf(name string) string {
	var out strings.Builder
	upper := false
	for _, r := range name {
		switch {
		case r >= '0' && r <= '9' && out.Len() == 0:
			out.WriteByte('x')
			fallthrough
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			text := string(r)
			if out.Len() == 0 {
				text = strings.ToLower(text)
			} else if upper {
				text = strings.ToUpper(text)
			}
			out.WriteString(text)
			upper = false
		default:
			upper = true
		}
	}
	if out.Len() == 0 || slices.Contains(goWords, out.String()) {
		return "the" + strings.ToUpper(out.String()[:min(1, out.Len())]) + out.String()[min(1, out.Len()):]
	}
	return out.String()
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

func (i *importer) wordAt(path string, v any) string {
	s, ok := v.(string)
	if !ok && v != nil {
		i.problems.Addf(path, "is no text")
	}
	return s
}

// value is a value of a definition, with the Go code that makes it.
func (i *importer) value(path string, v any) (Value, string) {
	switch v := v.(type) {
	case string:
		return String(v), fmt.Sprintf("pipeline.String(%q)", v)
	case bool:
		return Bool(v), fmt.Sprintf("pipeline.Bool(%t)", v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return Int(n), fmt.Sprintf("pipeline.Int(%d)", n)
		}
		f, err := v.Float64()
		if err != nil {
			i.problems.Addf(path, "%s is out of range", v)
		}
		return Float(f), fmt.Sprintf("pipeline.Float(%s)", v)
	case []any:
		var out List
		var code []string
		for n, each := range v {
			value, text := i.value(problem.Index(path, n), each)
			out, code = append(out, value), append(code, text)
		}
		return out, "pipeline.List{\n" + strings.Join(append(code, ""), ",\n") + "}"
	case map[string]any:
		if value, code := i.reference(path, v); value != nil {
			return value, code
		}
		return i.fields(path, v)
	}
	return Null, "pipeline.Null"
}

func (i *importer) fields(path string, v map[string]any, without ...string) (Fields, string) {
	out := Fields{}
	var code strings.Builder
	code.WriteString("pipeline.Fields{")
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if slices.Contains(without, key) {
			continue
		}
		value, text := i.value(path+"."+key, v[key])
		out[key] = value
		fmt.Fprintf(&code, "\n%q: %s,", key, text)
	}
	if len(out) > 0 {
		code.WriteByte('\n')
	}
	return out, code.String() + "}"
}

// reference is what stands for a value of run time, or nil.
func (i *importer) reference(path string, v map[string]any) (Value, string) {
	if len(v) != 1 {
		return nil, ""
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
	return nil, ""
}

// executionNames are the references that have names of their own.
var executionNames = map[string]string{
	"Execution.StartDateTime": "StartDateTime", "Execution.CurrentDateTime": "CurrentDateTime", "Execution.PipelineName": "PipelineName", "Execution.PipelineArn": "PipelineARN",
	"Execution.PipelineExecutionId": "ExecutionID", "Execution.PipelineExecutionArn": "ExecutionARN", "Execution.TrainingJobName": "TrainingJobName",
	"Execution.ProcessingJobName": "ProcessingJobName", "PipelineExperimentConfig.ExperimentName": "ExperimentName", "PipelineExperimentConfig.TrialName": "TrialName",
}

func (i *importer) get(path, target string) (Value, string) {
	if name := executionNames[target]; name != "" {
		return stringRef(target), "pipeline." + name
	}
	name, ours := strings.CutPrefix(target, "Parameters.")
	if !ours {
		return anyRef(target), fmt.Sprintf("pipeline.Reference(%q)", target)
	}
	declared, known := i.pipeline.parameter(name)
	if !known {
		i.problems.Addf(path, "refers to the parameter %q, which the definition does not declare", name)
	}
	code := i.use(target)
	switch declared.typ {
	case TypeInteger:
		return IntegerRef{target}, code
	case TypeFloat:
		return FloatRef{target}, code
	case TypeBoolean:
		return BooleanRef{target}, code
	}
	return stringRef(target), code
}

// text is a value as text: references to numbers become text, as in a Join.
func (i *importer) text(path string, v any) (String, string) {
	if v == nil {
		return "", `""`
	}
	value, code := i.value(path, v)
	switch value := value.(type) {
	case String:
		return value, strings.TrimSuffix(strings.TrimPrefix(code, "pipeline.String("), map[bool]string{true: ")"}[strings.HasPrefix(code, "pipeline.String(")])
	case IntegerRef:
		return value.Text(), code + ".Text()"
	case FloatRef:
		return value.Text(), code + ".Text()"
	case BooleanRef:
		return value.Text(), code + ".Text()"
	case JSONValue:
		return value.Text(), code + ".Text()"
	}
	i.problems.Addf(path, "is no text")
	return "", `""`
}

func (i *importer) join(path string, v map[string]any) (Value, string) {
	on := i.wordAt(path+".On", v["On"])
	var values []String
	code := []string{fmt.Sprintf("%q", on)}
	for n, each := range i.listAt(path+".Values", v["Values"]) {
		value, text := i.text(problem.Index(path+".Values", n), each)
		values, code = append(values, value), append(code, text)
	}
	return Join(String(on), values...), "pipeline.Join(" + strings.Join(code, ", ") + ")"
}

func (i *importer) jsonGet(path string, v map[string]any) (Value, string) {
	where := i.wordAt(path+".Path", v["Path"])
	if uri, given := v["S3Uri"]; given {
		value, code := i.text(path+".S3Uri", uri)
		return JSONGetS3(value, where), fmt.Sprintf("pipeline.JSONGetS3(%s, %q)", code, where)
	}
	file, _ := i.objectAt(path+".PropertyFile", v["PropertyFile"])["Get"].(string)
	step, property, ok := strings.Cut(strings.TrimPrefix(file, "Steps."), ".PropertyFiles.")
	if !ok {
		i.problems.Addf(path+".PropertyFile", "%q is no property file of a step", file)
	}
	return JSONValue{step: step, file: property, path: where}, fmt.Sprintf("pipeline.JSONGetFrom(%q, %q, %q)", step, property, where)
}

// JSONGetFrom is the value at a path of a property file of the step, by their names. ProcessingStep.JSONGet makes the same with less to
// misspell.
func JSONGetFrom(step, file, path string) JSONValue {
	return JSONValue{step: step, file: file, path: path}
}
