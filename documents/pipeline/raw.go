package pipeline

import (
	"slices"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
)

// RawArgs configures a step of a type that this package does not know.
type RawArgs struct {
	StepOptions
	// Arguments of the step. Default: an empty object.
	Arguments Fields
}

// A RawStep is a step of any type.
type RawStep struct {
	step
	args RawArgs
}

// Raw adds a step of any type, for what SageMaker has and this package has not. References in it are checked like
// others; of the types EndpointConfig, Endpoint, InferenceComponent and Lineage the names of the arguments too.
func (p *Pipeline) Raw(name, stepType string, args RawArgs) *RawStep {
	return add(p, &RawStep{p.newStep(name, stepType, args.StepOptions), args})
}

// Integer is a reference to a whole number at a path of the step's properties.
func (s *RawStep) Integer(path string) IntegerRef { return IntegerRef{s.path(path)} }

// Float is a reference to a number at a path of the step's properties.
func (s *RawStep) Float(path string) FloatRef { return FloatRef{s.path(path)} }

// Boolean is a reference to a truth value at a path of the step's properties.
func (s *RawStep) Boolean(path string) BooleanRef { return BooleanRef{s.path(path)} }

// property knows the outputs that the step declares, of Lambda and callback steps.
func (s *RawStep) property(path string, _ Type) string {
	declared, given := s.options.Members[outputParameters].(List)
	if !given || s.typ != "Lambda" && s.typ != "Callback" {
		return ""
	}
	var names []string
	for _, each := range objectsOf(declared) {
		names = append(names, wordOf(each["OutputName"]))
	}
	return missingKey(path, outputParameters, "output", names)
}

func (s *RawStep) request(c *checker) object {
	if s.typ == "" {
		c.addf("type", `is missing; give the type of the step, such as "EndpointConfig"`)
	}
	arguments := s.args.Arguments.tree()
	c.rawArguments(s.typ, arguments)
	return s.start(c, arguments)
}

// rawTypes are the step types without methods whose arguments are known: those of an operation without the fields that
// pipelines refuse, or these keys.
// https://github.com/aws/sagemaker-python-sdk/blob/master/tests/unit/sagemaker/workflow/test_inference_lineage_steps.py
var rawTypes = map[string]struct {
	operation     string
	refused, keys []string
}{
	"EndpointConfig":     {operation: "createEndpointConfig", refused: []string{"DataCaptureConfig", "ExplainerConfig"}},
	"Endpoint":           {operation: "createEndpoint", refused: []string{"DeploymentConfig"}},
	"InferenceComponent": {operation: "createInferenceComponent"},
	"Lineage":            {keys: []string{"Actions", "Artifacts", "Associations", "Contexts"}},
}

func (c *checker) rawArguments(stepType string, arguments any) {
	known, ok := rawTypes[stepType]
	if !ok {
		return
	}
	given, _ := arguments.(object)
	if len(given) == 0 {
		c.addf("arguments", "are missing; %s steps need some", stepType)
	}
	for _, each := range given {
		switch {
		case slices.Contains(known.refused, each.key):
			c.addf("arguments."+each.key, "is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline")
		case known.keys != nil && !slices.Contains(known.keys, each.key):
			c.addf("arguments."+each.key, "is unknown; use %s", list(known.keys))
		}
	}
	if known.operation != "" {
		servicemodel.CheckArguments(&c.problems, c.at+".arguments", "sagemaker", known.operation, settled(arguments))
	}
}
