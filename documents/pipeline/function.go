package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// FunctionArgs configures a step that calls a function of Python. It is a processing job: the function stands in a file and is
// not pickled, so that its image needs nothing but Python.
type FunctionArgs struct {
	StepOptions
	// Image is the URI of the container image, which has python3. Required.
	Image String
	// Function is the module and the name of the function, such as "wine.quality:evaluate". Required.
	Function string
	// Code is the S3 URI of the module's file, or of a folder with it. Default: the image has it in /opt/ml/code, or installed.
	Code String
	// Arguments of the function by name: String, Int, Float, Bool and references to such. A JSONValue arrives as text. Default:
	// none.
	Arguments map[string]Value
	// Inputs are brought into the container, where the function finds them under /opt/ml/processing/input. Default: none.
	Inputs []ProcessingInput
	// Outputs are taken from the container. What the function returns is one more. Default: none.
	Outputs []ProcessingOutput
	// Environment, Compute, Role, Network, OutputKMSKey and Tags are those of the job, as in ProcessingArgs.
	Environment  map[string]String
	Compute      Compute
	Role         String
	Network      *Network
	OutputKMSKey String
	Tags         map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be. Default: 0,
	// the function is always called.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateProcessingJob. Default: none.
	Extra Fields
}

// A FunctionStep calls a function of Python. It is a processing step with the output "result".
type FunctionStep struct {
	*ProcessingStep
}

// Result is the value at a path of what the function returned, such as "accuracy", or "rows[0]". The function returns what
// JSON holds.
func (s *FunctionStep) Result(path string) JSONValue { return s.JSONGet(functionResult, path) }

const (
	functionResult = "result"
	// callFunction fits into the 256 characters that SageMaker takes. It gets the module, the function, and pairs of names and
	// values, where names begin with s: for text and j: for JSON.
	callFunction = `import importlib,json,sys;a=sys.argv[1:];r=getattr(importlib.import_module(a[0]),a[1])(**{k[2:]:x if k[0]=="s" else json.loads(x) for k,x in zip(a[2::2],a[3::2])});` +
		`json.dump(r,open("` + processingOutputs + functionResult + `/result.json","w"))`
	functionPath = "PYTHONPATH"
)

var functionPattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$`)

// Function adds a step that calls a function of Python.
func (p *Pipeline) Function(name string, args FunctionArgs) *FunctionStep {
	processing := ProcessingArgs{
		StepOptions: args.StepOptions, Image: args.Image, Environment: maps.Clone(args.Environment), Compute: args.Compute, Role: args.Role, Network: args.Network,
		OutputKMSKey: args.OutputKMSKey, Tags: args.Tags, CacheFor: args.CacheFor, Retry: args.Retry, Extra: args.Extra,
		Inputs:        slices.Clone(args.Inputs),
		Outputs:       append(slices.Clone(args.Outputs), ProcessingOutput{Name: functionResult}),
		PropertyFiles: []PropertyFile{{Name: functionResult, Output: functionResult, Path: "result.json"}},
		function:      &args,
	}
	if args.Code != "" {
		processing.Inputs = append(processing.Inputs, ProcessingInput{Name: codeInput, S3URI: args.Code})
	}
	if processing.Environment == nil {
		processing.Environment = map[string]String{}
	}
	if processing.Environment[functionPath] == "" {
		processing.Environment[functionPath] = processingInputs + codeInput + "/:/opt/ml/code/"
	}
	module, function, _ := strings.Cut(args.Function, ":")
	processing.Entrypoint = []String{"python3", "-c", callFunction}
	processing.Arguments = []String{String(module), String(function)}
	for _, key := range slices.Sorted(maps.Keys(args.Arguments)) {
		kind, text := functionArgument(args.Arguments[key])
		processing.Arguments = append(processing.Arguments, String(kind+key), text)
	}
	return &FunctionStep{p.Processing(name, processing)}
}

// functionArgument is the value as text, and how it is read again.
func functionArgument(value Value) (kind string, text String) {
	switch v := value.(type) {
	case String:
		return "s:", v
	case JSONValue:
		return "s:", v.Text()
	case IntegerRef:
		return "j:", v.Text()
	case FloatRef:
		return "j:", v.Text()
	case BooleanRef:
		return "j:", v.Text()
	case Int, Float, Bool:
		written, err := json.Marshal(v)
		if err != nil {
			return "j:", "null" // reported by checkFunction
		}
		return "j:", String(written)
	}
	return "", ""
}

// checkFunction reports what is wrong with the function of a step.
func (c *checker) checkFunction(a *FunctionArgs) {
	if a == nil {
		return
	}
	if !functionPattern.MatchString(a.Function) {
		c.addf("function", `%q is no function; give its module and name, such as "wine.quality:evaluate"`, a.Function)
	}
	if text, ok := known(a.Code); ok && strings.HasSuffix(text, ".py") {
		if module, _, _ := strings.Cut(a.Function, ":"); module != strings.TrimSuffix(path.Base(text), ".py") {
			c.addf("function", "is in the module %q, and code is %q; give the module of the file, or the folder around it", module, path.Base(text))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.Arguments)) {
		kind, text := functionArgument(a.Arguments[key])
		if kind == "" || text == "null" {
			c.addf(fmt.Sprintf("arguments[%q]", key), "is neither text, nor a finite number, nor a truth value; put other data into a file among the inputs")
		}
	}
}
