package pipeline

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// AutoMLArgs configures an AutoML step, which runs SageMaker Autopilot on tabular data in the mode ENSEMBLING, the
// only one that pipelines know.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAutoMLJob.html
type AutoMLArgs struct {
	StepOptions
	// Input is the S3 URI of the data. Required.
	Input String
	// InputType says what Input is. Default: DataPrefix.
	InputType DataType
	// ContentType of the data. Default: "text/csv;header=present".
	ContentType String
	// Gzip says that the data is compressed. Default: false.
	Gzip bool
	// Target is the column to predict. Required.
	Target String
	// SampleWeight is the column with weights. Default: none.
	SampleWeight String
	// Validation is the S3 URI of validation data. Default: a part of the input, see ValidationFraction.
	Validation String
	// ValidationFraction is the part of the input that is kept for validation, over 0 and under 1. Default: 0.2.
	ValidationFraction FloatValue
	// Problem is the kind of the problem, given together with Metric. Default: Autopilot finds out.
	Problem Problem
	// Metric to optimise, such as "F1". Default: Autopilot's choice for the problem.
	Metric String
	// MaxRuntime limits the whole job, in whole seconds. Default: no limit.
	MaxRuntime time.Duration
	// MaxCandidates limits how many models are tried, from 1. Default: Autopilot's choice.
	MaxCandidates IntegerValue
	// OutputURI is the S3 prefix of the results. Default: <defaults.outputURI>/<pipeline>/<execution id>/<step>.
	OutputURI String
	// OutputKMSKey is the ARN or id of the results' KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// VolumeKMSKey is the ARN or id of the volumes' KMS key. Default: the pipeline's default.
	VolumeKMSKey String
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Network says where the job runs; Isolated is not known here. Default: the pipeline's default.
	Network *Network
	// Tags are put on the job beside the pipeline's default. Default: none.
	Tags map[string]String
	// JobNamePrefix begins the name of the job, at most 32 characters. It has effect only where the service honours
	// custom job prefixes. Default: SageMaker's.
	JobNamePrefix string
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again. RetryJobInternalError is not among them, because
	// Autopilot retries it itself. Default: SageMaker retries faults of the service.
	Retry []RetryPolicy
	// Extra are further fields of CreateAutoMLJob. Default: none.
	Extra Fields
}

// Problem is a kind of problem that Autopilot solves.
type Problem string

// The kinds of problems.
const (
	ProblemRegression Problem = "Regression"
	ProblemBinary     Problem = "BinaryClassification"
	ProblemMulticlass Problem = "MulticlassClassification"
)

// An AutoMLStep runs SageMaker Autopilot.
type AutoMLStep struct {
	step
	args AutoMLArgs
}

// AutoML adds an AutoML step.
func (p *Pipeline) AutoML(name string, args AutoMLArgs) *AutoMLStep {
	return add(p, &AutoMLStep{p.newStep(name, "AutoML", args.StepOptions), args})
}

// BestModel is the S3 URI of the best model.
func (s *AutoMLStep) BestModel() String { return stringRef(s.container("ModelDataUrl")) }

// BestImage is the URI of the inference image of the best model.
func (s *AutoMLStep) BestImage() String { return stringRef(s.container("Image")) }

// BestEnvironment are the variables that the inference container of the best model needs.
func (s *AutoMLStep) BestEnvironment() map[string]String {
	out := map[string]String{}
	for _, name := range []string{
		"MODEL_NAME", "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "SAGEMAKER_SUBMIT_DIRECTORY",
		"SAGEMAKER_INFERENCE_SUPPORTED", "SAGEMAKER_INFERENCE_OUTPUT", "SAGEMAKER_PROGRAM",
	} {
		out[name] = stringRef(s.container("Environment" + quotedKey(name)))
	}
	return out
}

// BestObjective is the best value of the metric.
func (s *AutoMLStep) BestObjective() FloatRef {
	return FloatRef{s.path("BestCandidate.FinalAutoMLJobObjectiveMetric.Value")}
}

// Insights is the S3 URI of the quality report of the best model.
func (s *AutoMLStep) Insights() String {
	return stringRef(s.path("BestCandidateProperties.ModelInsightsJsonReportPath"))
}

// Explainability is the S3 URI of the explainability report of the best model.
func (s *AutoMLStep) Explainability() String {
	return stringRef(s.path("BestCandidateProperties.ExplainabilityJsonReportPath"))
}

func (s *AutoMLStep) container(field string) string {
	return s.path("BestCandidate.InferenceContainers[0]." + field)
}

func (s *AutoMLStep) request(c *checker) object {
	a := s.args
	a.ContentType = cmp.Or(a.ContentType, "text/csv;header=present")
	if (a.Problem == "") != (a.Metric == "") {
		c.addf("problem", "and metric are given together or not at all; Autopilot refuses one without the other")
	}
	network := c.network(a.Network)
	arguments := object{}
	c.jobPrefix(&arguments, "AutoMLJobName", a.JobNamePrefix)
	c.required("target", a.Target, "give the column to predict")
	channels := []object{a.channel(c, "input", a.Input, "training")}
	if a.Validation != "" {
		channels = append(channels, a.channel(c, "validation", a.Validation, "validation"))
		if a.ValidationFraction != nil {
			c.addf("validationFraction", "is given together with validation; give one of them")
		}
	}
	arguments.set("InputDataConfig", channels)
	output := object{}
	output.set("S3OutputPath", c.output("outputURI", &s.step, a.OutputURI, ""))
	output.set("KmsKeyId", c.outputKey(a.OutputKMSKey))
	arguments.set("OutputDataConfig", output)
	arguments.set("RoleArn", c.role(a.Role))
	if a.Problem != "" {
		arguments.set("ProblemType", oneOf(c, "problem", a.Problem, "", ProblemRegression, ProblemBinary, ProblemMulticlass))
	}
	if a.Metric != "" {
		arguments.set("AutoMLJobObjective", object{{"MetricName", a.Metric.tree()}})
	}
	arguments.set("AutoMLJobConfig", s.config(c, network))
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, searchErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

func (a AutoMLArgs) channel(c *checker, field string, uri String, kind string) object {
	source := object{}
	source.set("S3DataType", oneOf(c, "inputType", a.InputType, DataPrefix, DataPrefix, DataManifest))
	source.set("S3Uri", c.s3(field, uri))
	out := object{{"DataSource", object{{"S3DataSource", source}}}}
	if a.Gzip {
		out.set("CompressionType", "Gzip")
	}
	out.set("ContentType", a.ContentType)
	out.set("TargetAttributeName", a.Target)
	out.set("SampleWeightAttributeName", a.SampleWeight)
	out.set("ChannelType", kind)
	return out
}

func (s *AutoMLStep) config(c *checker, network Network) object {
	a := s.args
	criteria := object{}
	if a.MaxCandidates != nil {
		criteria.set("MaxCandidates", c.number("maxCandidates", a.MaxCandidates, 0, sagemaker.Candidates))
	}
	if a.MaxRuntime != 0 {
		criteria.set("MaxAutoMLJobRuntimeInSeconds", c.seconds("maxRuntime", a.MaxRuntime, 0, sagemaker.TimeLimit{Min: time.Second, Max: 30 * 24 * time.Hour}))
	}
	if a.VolumeKMSKey == "" {
		a.VolumeKMSKey = c.p.props.Defaults.VolumeKMSKey
	}
	c.access.VolumeKeys = c.note(c.access.VolumeKeys, a.VolumeKMSKey)
	security := object{{"EnableInterContainerTrafficEncryption", !network.PlaintextBetweenContainers}}
	security.set("VolumeKmsKeyId", a.VolumeKMSKey)
	security.set("VpcConfig", network.vpc())
	out := object{{"Mode", "ENSEMBLING"}}
	out.set("CompletionCriteria", criteria)
	out.set("SecurityConfig", security)
	if a.ValidationFraction != nil {
		if f, ok := a.ValidationFraction.(Float); ok && (f <= 0 || f >= 1) {
			c.addf("validationFraction", "is %v; give a number over 0 and under 1", float64(f))
		}
		out.set("DataSplitConfig", object{{"ValidationFraction", a.ValidationFraction.tree()}})
	}
	return out
}
