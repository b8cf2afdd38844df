package pipeline

import (
	"maps"
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

// Raw adds a step of any type, for what SageMaker has and this package has not. References in it are checked like others, and the
// arguments of types that call an operation of SageMaker as those of that operation: by name, kind, enumeration and by what it
// needs. A type that is not known here is an error; Unchecked lets it pass, and arguments that are newer than the model.
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
	if !s.options.Unchecked {
		if types := stepTypes(); s.typ != "" && !slices.Contains(types, s.typ) {
			c.addf("type", "%q is no type of steps that is known here; %s; Unchecked lets a newer one pass", s.typ, servicemodel.Nearest(s.typ, types))
		}
		c.rawArguments(s.typ, arguments)
	}
	return s.start(c, arguments)
}

// rawOnly are the types of steps that have no method here. Those of Bedrock are named as executions tell of them.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PipelineExecutionStepMetadata.html
var rawOnly = []string{forEach, "BedrockCustomModel", "BedrockCustomModelDeployment", "BedrockModelImport", "BedrockProvisionedModelThroughput"}

const forEach = "ForEach"

// stepTypes are all types of steps that are known here.
func stepTypes() []string {
	return slices.Concat(slices.Collect(maps.Keys(readings)), []string{"Condition", "Fail"}, rawOnly)
}

// refusedArguments are those that the operation has and pipelines refuse, by the type of the step.
// https://github.com/aws/sagemaker-python-sdk/blob/master/tests/unit/sagemaker/workflow/test_inference_lineage_steps.py
var refusedArguments = map[string][]string{"EndpointConfig": {"DataCaptureConfig", "ExplainerConfig"}, "Endpoint": {"DeploymentConfig"}}

// ownNames are the arguments that pipelines fill in, by the type of the step.
var ownNames = map[string]string{
	"Training": "TrainingJobName", "Processing": "ProcessingJobName", "QualityCheck": "ProcessingJobName", "ClarifyCheck": "ProcessingJobName", "Tuning": "HyperParameterTuningJobName",
	"Transform": "TransformJobName", "Model": "ModelName", "AutoML": "AutoMLJobName", "EndpointConfig": "EndpointConfigName", "Endpoint": "EndpointName",
	"InferenceComponent": "InferenceComponentName",
}

var lineageArguments = []string{"Actions", "Artifacts", "Associations", "Contexts"}

func (c *checker) rawArguments(stepType string, arguments any) {
	given, _ := arguments.(object)
	operation := operations[stepType]
	if len(given) == 0 && (operation != "" || stepType == "Lineage") {
		c.addf("arguments", "are missing; %s steps need some", stepType)
		return
	}
	var rest object
	for _, each := range given {
		switch {
		default:
			rest = append(rest, each)
		case slices.Contains(refusedArguments[stepType], each.key):
			c.addf("arguments."+each.key, "is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline")
		case stepType == "Lineage" && !slices.Contains(lineageArguments, each.key):
			c.addf("arguments."+each.key, "is unknown; use %s", list(lineageArguments))
		}
	}
	if operation != "" {
		known, _ := settled(rest).([]servicemodel.Member)
		servicemodel.CheckArguments(&c.problems, c.at+".arguments", "sagemaker", operation, known)
		servicemodel.CheckMissing(&c.problems, c.at+".arguments", "sagemaker", operation, append(known, servicemodel.Member{Key: ownNames[stepType], Value: servicemodel.Unknown{}}))
	}
}
