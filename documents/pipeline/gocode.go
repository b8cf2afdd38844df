package pipeline

import (
	"fmt"
	"go/format"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/gotext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// GoCode is Go that makes the pipeline of a definition: the statements of a function, of which the first declares p, for a file that imports
// this package as pipeline, and time where it occurs.
func GoCode(name string, definition []byte) (string, error) {
	i, err := parse(name, definition)
	if err != nil {
		return "", err
	}
	w := &goWriter{names: map[string]string{}, taken: map[string]bool{"p": true}, used: map[string]bool{}, methods: map[string]string{}}
	w.pipeline(i)
	source, err := format.Source([]byte("package x\n\nfunc x() {\n" + w.code() + "\n}\n"))
	if err != nil {
		return "", fmt.Errorf("the definition cannot be written as Go: %w", err)
	}
	_, inner, _ := strings.Cut(string(source), "func x() {\n")
	return strings.TrimSuffix(inner, "}\n"), nil
}

// A goWriter writes a pipeline as Go.
type goWriter struct {
	lines []goLine
	names map[string]string // variables, by "Parameters.x" and "Steps.x"
	taken map[string]bool
	used  map[string]bool // variables that are read
	// methods are those that add steps, by the names of the steps.
	methods map[string]string
}

// A goLine is a statement, whose variable is left out where nobody reads it.
type goLine struct{ variable, value string }

func (w *goWriter) code() string {
	var out []string
	for _, each := range w.lines {
		if w.used[each.variable] {
			each.value = each.variable + " := " + each.value
		}
		out = append(out, each.value)
	}
	return strings.Join(out, "\n")
}

func (w *goWriter) pipeline(i *importer) {
	p := i.pipeline
	// The name as a display name is what New fills in itself.
	props := Props{Experiment: p.props.Experiment, MLflow: p.props.MLflow, Metadata: p.props.Metadata}
	w.used["p"] = true
	w.lines = append(w.lines, goLine{"p", fmt.Sprintf("pipeline.New(%q, %s)", p.name, w.value(reflect.ValueOf(props), true))})
	for _, each := range p.parameters {
		w.declare("Parameters."+each.name, each.name, w.parameter(each))
	}
	var later []string
	for _, each := range i.made {
		options := each.step.core().options
		args := reflect.New(reflect.TypeOf(each.args)).Elem()
		args.Set(reflect.ValueOf(each.args))
		var before, after []Step
		for _, other := range options.DependsOn {
			if w.names["Steps."+other.Name()] != "" {
				before = append(before, other)
			} else {
				after = append(after, other)
			}
		}
		if len(after) > 0 { // all of them there, which keeps their order
			before, after = nil, options.DependsOn
		}
		args.FieldByName("StepOptions").FieldByName("DependsOn").Set(reflect.ValueOf(before))
		text := strconv.Quote(each.step.Name())
		if each.method == "Raw" {
			if each.why != "" {
				w.lines = append(w.lines, goLine{"", "// " + each.why})
			}
			text += ", " + strconv.Quote(each.step.core().typ)
		}
		w.declare("Steps."+each.step.Name(), each.step.Name(), fmt.Sprintf("p.%s(%s, %s)", each.method, text, w.value(args, true)))
		w.methods[each.step.Name()] = each.method
		if len(after) > 0 {
			later = append(later, each.step.Name())
		}
	}
	for _, name := range later {
		of := i.steps[name]
		var names []string
		for _, other := range of.core().options.DependsOn {
			names = append(names, w.use("Steps."+other.Name()))
		}
		w.lines = append(w.lines, goLine{"", w.use("Steps."+name) + ".After(" + strings.Join(names, ", ") + ")"})
	}
}

func (w *goWriter) parameter(p parameter) string {
	method, arguments := string(p.typ), []string{strconv.Quote(p.name)}
	switch value := p.value.(type) {
	case nil:
		method = "Required" + method
	case string:
		arguments = append(arguments, strconv.Quote(value))
	case float64:
		arguments = append(arguments, strconv.FormatFloat(value, 'g', -1, 64))
	default:
		arguments = append(arguments, fmt.Sprint(value))
	}
	for _, each := range p.allowed {
		arguments = append(arguments, strconv.Quote(each))
	}
	return fmt.Sprintf("p.%s(%s)", method, strings.Join(arguments, ", "))
}

// declare adds a line that gives a variable a value.
func (w *goWriter) declare(key, name, value string) {
	identifier := identifierOf(name)
	for n := 2; w.taken[identifier]; n++ {
		identifier = identifierOf(name) + strconv.Itoa(n)
	}
	w.taken[identifier] = true
	w.names[key] = identifier
	w.lines = append(w.lines, goLine{identifier, value})
}

// use is the variable of a parameter or step, which is read.
func (w *goWriter) use(key string) string {
	w.used[w.names[key]] = true
	return w.names[key]
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

// value writes a value. typed says that nothing around it tells its type.
func (w *goWriter) value(v reflect.Value, typed bool) string {
	if v.Kind() == reflect.Interface {
		return w.value(v.Elem(), true)
	}
	switch x := v.Interface().(type) {
	case String:
		return w.text(x, typed)
	case Int:
		return fmt.Sprintf("pipeline.Int(%d)", int(x))
	case Float:
		return "pipeline.Float(" + strconv.FormatFloat(float64(x), 'g', -1, 64) + ")"
	case Bool:
		return fmt.Sprintf("pipeline.Bool(%t)", bool(x))
	case null:
		return "pipeline.Null"
	case IntegerRef:
		return w.use(x.path)
	case FloatRef:
		return w.use(x.path)
	case BooleanRef:
		return w.use(x.path)
	case JSONValue:
		return w.json(x)
	case Condition:
		return w.condition(x)
	case Step:
		return w.use("Steps." + x.Name())
	case time.Duration:
		return gotext.Duration(x)
	case *int:
		return fmt.Sprintf("&[]int{%d}[0]", *x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return "&" + w.value(v.Elem(), true)
	case reflect.Struct:
		return w.structure(v)
	case reflect.Map:
		return w.mapping(v)
	case reflect.Slice:
		return w.slice(v)
	case reflect.String:
		if name := constantNames[v.Interface()]; name != "" {
			return "pipeline." + name
		}
		return gotext.Quote(v.String())
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

// constantNames are the constants that have names.
var constantNames = map[any]string{
	DataPrefix: "DataPrefix", DataManifest: "DataManifest", DataAugmentedManifest: "DataAugmentedManifest", ModeFile: "ModeFile", ModePipe: "ModePipe", ModeFastFile: "ModeFastFile",
	DistributionFull: "DistributionFull", DistributionSharded: "DistributionSharded", Minimize: "Minimize", Maximize: "Maximize",
	StrategyBayesian: "StrategyBayesian", StrategyRandom: "StrategyRandom", StrategyGrid: "StrategyGrid", StrategyHyperband: "StrategyHyperband",
	ScalingAuto: "ScalingAuto", ScalingLinear: "ScalingLinear", ScalingLogarithmic: "ScalingLogarithmic", ScalingReverseLogarithmic: "ScalingReverseLogarithmic",
	SplitNone: "SplitNone", SplitLine: "SplitLine", SplitRecordIO: "SplitRecordIO", SplitTFRecord: "SplitTFRecord",
	FormatCSVWithHeader: "FormatCSVWithHeader", FormatCSV: "FormatCSV", FormatJSONLines: "FormatJSONLines", FormatParquet: "FormatParquet",
	ProblemRegression: "ProblemRegression", ProblemBinary: "ProblemBinary", ProblemMulticlass: "ProblemMulticlass",
	ClarifyDataBias: "ClarifyDataBias", ClarifyModelBias: "ClarifyModelBias", ClarifyExplainability: "ClarifyExplainability",
	LineageAction: "LineageAction", LineageArtifact: "LineageArtifact", LineageContext: "LineageContext",
	TypeString: "TypeString", TypeInteger: "TypeInteger", TypeFloat: "TypeFloat", TypeBoolean: "TypeBoolean",
	RetryServiceFault: "RetryServiceFault", RetryThrottling: "RetryThrottling", RetryJobInternalError: "RetryJobInternalError",
	RetryCapacityError: "RetryCapacityError", RetryResourceLimit: "RetryResourceLimit",
}

// text writes literals and references, joined by +.
func (w *goWriter) text(s String, typed bool) string {
	parts := s.parts()
	if len(parts) == 0 {
		return map[bool]string{true: `pipeline.String("")`, false: `""`}[typed]
	}
	if joined, ok := parts[0].(join); ok && len(parts) == 1 && joined.isSum() {
		parts, typed = joined.values, false
	}
	var out []string
	for _, each := range parts {
		literal, fixed := each.(string)
		if fixed && len(parts) == 1 && typed {
			return "pipeline.String(" + gotext.Quote(literal) + ")"
		}
		out = append(out, w.part(each))
	}
	return strings.Join(out, " + ")
}

// isSum reports whether adding the values as text gives the join back.
func (v join) isSum() bool {
	if number, ok := v.values[0].(get); len(v.values) == 1 && (!ok || number.want == TypeString || number.want == "") {
		return false
	}
	for i, each := range v.values {
		switch each := each.(type) {
		case string:
			if i > 0 {
				if _, twice := v.values[i-1].(string); twice {
					return false
				}
			}
		case join:
			if each.on == "" {
				return false
			}
		}
	}
	return v.on == ""
}

func (w *goWriter) part(tree any) string {
	switch v := tree.(type) {
	case string:
		return gotext.Quote(v)
	case jsonGet:
		return w.json(JSONValue(v)) + ".Text()"
	case join:
		// In a join of its own, each value is one argument.
		out := []string{gotext.Quote(v.on)}
		for _, each := range v.values {
			if inner, ok := each.(join); ok && inner.on == "" {
				var parts []string
				for _, part := range inner.values {
					parts = append(parts, w.part(part))
				}
				out = append(out, strings.Join(parts, " + "))
				continue
			}
			out = append(out, w.part(each))
		}
		return "pipeline.Join(" + strings.Join(out, ", ") + ")"
	case get:
		return w.reference(v)
	}
	return `""`
}

func (w *goWriter) reference(ref get) string {
	if name := executionNames[ref.path]; name != "" {
		return "pipeline." + name
	}
	if w.names[ref.path] != "" && ref.want != "" {
		variable := w.use(ref.path)
		if ref.want != TypeString {
			variable += ".Text()"
		}
		return variable
	}
	rest, ours := strings.CutPrefix(ref.path, "Steps.")
	name, property, _ := strings.Cut(rest, ".")
	if ours && ref.want == "" && w.names["Steps."+name] != "" {
		if output := processingOutput.FindStringSubmatch(property); output != nil && (w.methods[name] == "Processing" || w.methods[name] == "Function") {
			return w.use("Steps."+name) + ".Output(" + strconv.Quote(output[1]) + ")"
		}
		if method := propertyMethods[w.methods[name]+"."+property]; method != "" {
			return w.use("Steps."+name) + "." + method + "()"
		}
		return w.use("Steps."+name) + ".Property(" + strconv.Quote(property) + ")"
	}
	return "pipeline.Reference(" + strconv.Quote(ref.path) + ")"
}

// propertyMethods are the methods that give properties of steps, and processingOutput is the place of an output.
var (
	propertyMethods = map[string]string{
		"Training.ModelArtifacts.S3ModelArtifacts": "ModelArtifacts", "Training.TrainingJobName": "JobName", "Training.AlgorithmSpecification.TrainingImage": "Image",
		"Processing.ProcessingJobName": "JobName", "Transform.TransformOutput.S3OutputPath": "OutputURI", "Model.ModelName": "ModelName",
		"Register.ModelPackageArn": "ModelPackageARN", "EndpointConfig.EndpointConfigName": "ConfigName", "Endpoint.EndpointName": "EndpointName",
		"Tuning.BestTrainingJob.TrainingJobName": "BestJobName",
	}
	processingOutput = lazyregexp.New(`^ProcessingOutputConfig\.Outputs\['([^']+)'\]\.S3Output\.S3Uri$`)
)

func (w *goWriter) json(v JSONValue) string {
	if v.uri != "" {
		return fmt.Sprintf("pipeline.JSONGetS3(%s, %q)", w.text(v.uri, false), v.path)
	}
	if w.methods[v.step] == "Processing" {
		return fmt.Sprintf("%s.JSONGet(%q, %q)", w.use("Steps."+v.step), v.file, v.path)
	}
	return fmt.Sprintf("pipeline.JSONGetFrom(%q, %q, %q)", v.step, v.file, v.path)
}

func (w *goWriter) condition(c Condition) string {
	var operands []string
	if c.left != nil {
		operands = append(operands, w.value(reflect.ValueOf(c.left), true))
	}
	if c.right != nil {
		operands = append(operands, w.value(reflect.ValueOf(c.right), true))
	}
	for _, each := range c.values {
		operands = append(operands, w.value(reflect.ValueOf(each), true))
	}
	for _, each := range c.inner {
		operands = append(operands, w.condition(each))
	}
	return "pipeline." + c.kind + "(" + strings.Join(operands, ", ") + ")"
}

func (w *goWriter) structure(v reflect.Value) string {
	var members []string
	for n := range v.NumField() {
		field, value := v.Type().Field(n), v.Field(n)
		if !field.IsExported() || value.IsZero() || (value.Kind() == reflect.Slice || value.Kind() == reflect.Map) && value.Len() == 0 {
			continue
		}
		text := w.value(value, value.Kind() != reflect.String)
		if text != typeName(value)+"{}" {
			members = append(members, field.Name+": "+text)
		}
	}
	if all := strings.Join(members, ", "); len(members) < 4 && len(all) < 110 && !strings.Contains(all, "\n") {
		return typeName(v) + "{" + all + "}"
	}
	return typeName(v) + "{\n" + strings.Join(members, ",\n") + ",\n}"
}

func (w *goWriter) mapping(v reflect.Value) string {
	var members []string
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		value := v.MapIndex(key)
		members = append(members, gotext.Quote(key.String())+": "+w.value(value, value.Kind() != reflect.String)+",\n")
	}
	if len(members) == 0 {
		return typeName(v) + "{}"
	}
	return typeName(v) + "{\n" + strings.Join(members, "") + "}"
}

func (w *goWriter) slice(v reflect.Value) string {
	var members []string
	for n := range v.Len() {
		value := v.Index(n)
		text := w.value(value, value.Kind() != reflect.String)
		if value.Kind() == reflect.Struct {
			text = strings.TrimPrefix(text, typeName(value)) // the list says it
		}
		members = append(members, text)
	}
	if all := strings.Join(members, ", "); len(all) < 100 && !strings.Contains(all, "\n") {
		return typeName(v) + "{" + all + "}"
	}
	return typeName(v) + "{\n" + strings.Join(members, ",\n") + ",\n}"
}

// typeName is the type as a file names it that imports this package only: those of documents/sagemaker have an alias here.
func typeName(v reflect.Value) string {
	return strings.Replace(v.Type().String(), "sagemaker.", "pipeline.", 1)
}
