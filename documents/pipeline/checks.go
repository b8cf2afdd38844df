package pipeline

import (
	"maps"
	"path"
	"slices"
	"time"
)

// CheckOptions are what quality and Clarify checks share.
// https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-quality-clarify-baseline-lifecycle.html
type CheckOptions struct {
	// Image is the URI of the image that checks: SageMaker's model monitor analyzer for quality checks, its Clarify
	// processor for Clarify checks, each in the registry of your region. Required.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/ecr-us-west-2.html
	Image String
	// OutputURI is the S3 prefix of the results. Default: <defaults.outputURI>/<pipeline>/<execution
	// id>/<step>/output/<name of the output>.
	OutputURI String
	// Group is the model package group whose latest approved version gives the baseline. Default: none.
	Group String
	// SkipCheck calculates a new baseline and compares it with nothing. Default: false.
	SkipCheck BooleanValue
	// RegisterNewBaseline lets later steps register the new baseline. Default: false.
	RegisterNewBaseline BooleanValue
	// BaselineConstraints is the S3 URI of constraints to compare with, in place of the group's. Default: none.
	BaselineConstraints String
	// PassOnViolation lets the step succeed although a check failed. Default: false.
	PassOnViolation bool
	// Compute says on what the job runs. Default: one ml.m5.large with 30 GB for at most 24 hours (at most 9 days).
	Compute Compute
	// Environment are further variables of the container. Default: none.
	Environment map[string]String
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Network says where the job runs. Default: the pipeline's default.
	Network *Network
	// OutputKMSKey is the ARN or id of the results' KMS key. Default: the pipeline's default.
	OutputKMSKey String
	// Tags are put on the job beside the pipeline's default. Default: none.
	Tags map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Extra are further fields of CreateProcessingJob. Default: none.
	Extra Fields
}

// QualityCheckArgs configures a check of data, or of a model where ModelQuality is given.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-quality-check
type QualityCheckArgs struct {
	StepOptions
	CheckOptions
	// Dataset is the S3 URI of the data: the baseline for data checks, predictions with the truth for model checks.
	// Required.
	Dataset String
	// Format of the data. Default: FormatCSVWithHeader.
	Format DatasetFormat
	// ModelQuality makes this a check of a model. Default: nil, data is checked.
	ModelQuality *ModelQuality
	// BaselineStatistics is the S3 URI of statistics to compare with, in place of the group's. Default: none.
	BaselineStatistics String
	// Preprocessor is the S3 URI of a script that changes each record first. Data checks only. Default: none.
	Preprocessor String
	// Postprocessor is the S3 URI of a script that runs on the results. Default: none.
	Postprocessor String
}

// DatasetFormat is how a data set is written.
type DatasetFormat string

// The formats of data sets, as the monitor's image reads them.
const (
	FormatCSVWithHeader DatasetFormat = `{"csv": {"header": true, "output_columns_position": "START"}}`
	FormatCSV           DatasetFormat = `{"csv": {"header": false, "output_columns_position": "START"}}`
	FormatJSONLines     DatasetFormat = `{"json": {"lines": true}}`
	FormatParquet       DatasetFormat = `{"parquet": {}}`
)

// ModelQuality says where predictions and truth stand in the data. Attributes are names of columns, or JSON paths.
type ModelQuality struct {
	// Problem is the kind of the problem. Required.
	Problem Problem
	// Inference is the predicted label. Default: none.
	Inference String
	// Probability is the predicted probability. Default: none.
	Probability String
	// GroundTruth is the actual label. Required.
	GroundTruth String
	// Threshold turns probabilities into labels. Default: 0.5, by the image.
	Threshold String
}

// A QualityCheckStep checks data or a model.
type QualityCheckStep struct {
	step
	args QualityCheckArgs
}

// QualityCheck adds a quality check.
func (p *Pipeline) QualityCheck(name string, args QualityCheckArgs) *QualityCheckStep {
	return add(p, &QualityCheckStep{p.newStep(name, "QualityCheck", args.StepOptions), args})
}

// NewConstraints is the S3 URI of the constraints that the check calculated.
func (s *QualityCheckStep) NewConstraints() String {
	return stringRef(s.path("CalculatedBaselineConstraints"))
}

// NewStatistics is the S3 URI of the statistics that the check calculated.
func (s *QualityCheckStep) NewStatistics() String {
	return stringRef(s.path("CalculatedBaselineStatistics"))
}

// DriftConstraints is the S3 URI of the constraints with which the check compared.
func (s *QualityCheckStep) DriftConstraints() String {
	return stringRef(s.path("BaselineUsedForDriftCheckConstraints"))
}

// DriftStatistics is the S3 URI of the statistics with which the check compared.
func (s *QualityCheckStep) DriftStatistics() String {
	return stringRef(s.path("BaselineUsedForDriftCheckStatistics"))
}

const (
	checkOutputs      = "/opt/ml/processing/output"
	datasetInput      = "baseline_dataset_input"
	preprocessInput   = "record_preprocessor_script_input"
	postprocessInput  = "post_analytics_processor_script_input"
	qualityOutput     = "quality_check_output"
	clarifyOutput     = "analysis_result"
	clarifyConfigPath = "/opt/ml/processing/input/config"
	clarifyDataPath   = "/opt/ml/processing/input/data"
)

func (s *QualityCheckStep) request(c *checker) object {
	a := s.args
	kind := "DATA_QUALITY"
	inputs := []ProcessingInput{{Name: datasetInput, S3URI: c.s3("dataset", a.Dataset), checked: true}}
	environment := map[string]String{
		"dataset_format":             String(oneOf(c, "format", a.Format, FormatCSVWithHeader, FormatCSVWithHeader, FormatCSV, FormatJSONLines, FormatParquet)),
		"dataset_source":             processingInputs + datasetInput,
		"output_path":                checkOutputs,
		"publish_cloudwatch_metrics": "Disabled",
	}
	script := func(field, variable, input string, uri String) {
		if uri == "" {
			return
		}
		if _, ok := uri.literal(); !ok {
			c.addf(field, "%s holds a reference, and the name of the file must be known; give a fixed URI", quoted(uri))
		}
		inputs = append(inputs, ProcessingInput{Name: input, S3URI: c.s3(field, uri), checked: true})
		environment[variable] = String(processingInputs + input + "/" + path.Base(string(uri)))
	}
	script("postprocessor", "post_analytics_processor_script", postprocessInput, a.Postprocessor)
	if quality := a.ModelQuality; quality != nil {
		kind = "MODEL_QUALITY"
		if a.Preprocessor != "" {
			c.addf("preprocessor", "is for checks of data; remove it or modelQuality")
		}
		environment["analysis_type"] = "MODEL_QUALITY"
		environment["problem_type"] = String(oneOf(c, "modelQuality.problem", quality.Problem, "", ProblemRegression, ProblemBinary, ProblemMulticlass))
		c.required("modelQuality.groundTruth", quality.GroundTruth, "give the column with the actual label")
		for variable, value := range map[string]String{
			"inference_attribute": quality.Inference, "probability_attribute": quality.Probability,
			"ground_truth_attribute": quality.GroundTruth, "probability_threshold_attribute": quality.Threshold,
		} {
			if value != "" {
				environment[variable] = value
			}
		}
	} else {
		script("preprocessor", "record_preprocessor_script", preprocessInput, a.Preprocessor)
	}
	out := s.start(c, c.checkJob(&s.step, a.CheckOptions, environment, inputs, qualityOutput))
	c.cacheConfig(&out, a.CacheFor)
	out = append(out, member{"CheckType", kind})
	out = append(out, c.checkMembers(a.CheckOptions)...)
	return append(out,
		member{"SuppliedBaselineStatistics", optional(c.optionalS3("baselineStatistics", a.BaselineStatistics))},
		member{"SuppliedBaselineConstraints", optional(c.optionalS3("baselineConstraints", a.BaselineConstraints))})
}

// checkJob is the processing job of a check.
func (c *checker) checkJob(s *step, a CheckOptions, environment map[string]String, inputs []ProcessingInput, output string) object {
	for _, key := range slices.Sorted(maps.Keys(a.Environment)) {
		if _, taken := environment[key]; taken {
			c.addf("environment."+key, "is set by the check; remove it here")
		}
		environment[key] = a.Environment[key]
	}
	return c.extra(c.processingJob(s, ProcessingArgs{
		Image: a.Image, Environment: environment, Inputs: inputs,
		Outputs: []ProcessingOutput{{Name: output, LocalPath: checkOutputs, S3URI: a.OutputURI}},
		Compute: a.Compute, Role: a.Role, Network: a.Network, OutputKMSKey: a.OutputKMSKey, Tags: a.Tags,
	}), a.Extra)
}

func (c *checker) checkMembers(a CheckOptions) object {
	truth := func(v BooleanValue) any {
		if v == nil {
			return false
		}
		return v.tree()
	}
	return object{
		{"ModelPackageGroupName", optional(a.Group)},
		{"SkipCheck", truth(a.SkipCheck)},
		{"FailOnViolation", !a.PassOnViolation},
		{"RegisterNewBaseline", truth(a.RegisterNewBaseline)},
	}
}

// optional is the text, or null as the Python SDK writes it.
func optional(s String) any {
	if s == "" {
		return nil
	}
	return s.tree()
}

// ClarifyCheckArgs configures a check of bias or explainability by SageMaker Clarify.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-clarify-check
type ClarifyCheckArgs struct {
	StepOptions
	CheckOptions
	// Kind of the check. Required.
	Kind ClarifyKind
	// Dataset is the S3 URI of the data. Required.
	Dataset String
	// AnalysisConfig is the S3 URI of Clarify's configuration. Unlike the Python SDK, nothing is uploaded here.
	// Required. https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
	AnalysisConfig String
	// Model is the name of the model, for the kinds that need one.
	Model String
}

// ClarifyKind is what a Clarify check looks at.
type ClarifyKind string

// The kinds of Clarify checks. The last two need a model.
const (
	ClarifyDataBias       ClarifyKind = "DATA_BIAS"
	ClarifyModelBias      ClarifyKind = "MODEL_BIAS"
	ClarifyExplainability ClarifyKind = "MODEL_EXPLAINABILITY"
)

// A ClarifyCheckStep checks bias or explainability.
type ClarifyCheckStep struct {
	step
	args ClarifyCheckArgs
}

// ClarifyCheck adds a Clarify check.
func (p *Pipeline) ClarifyCheck(name string, args ClarifyCheckArgs) *ClarifyCheckStep {
	return add(p, &ClarifyCheckStep{p.newStep(name, "ClarifyCheck", args.StepOptions), args})
}

// NewConstraints is the S3 URI of the constraints that the check calculated.
func (s *ClarifyCheckStep) NewConstraints() String {
	return stringRef(s.path("CalculatedBaselineConstraints"))
}

// DriftConstraints is the S3 URI of the constraints with which the check compared.
func (s *ClarifyCheckStep) DriftConstraints() String {
	return stringRef(s.path("BaselineUsedForDriftCheckConstraints"))
}

func (s *ClarifyCheckStep) request(c *checker) object {
	a := s.args
	if a.Kind == "" {
		c.addf("kind", "is missing; use one of %s", list([]ClarifyKind{ClarifyDataBias, ClarifyModelBias, ClarifyExplainability}))
	} else {
		oneOf(c, "kind", a.Kind, "", ClarifyDataBias, ClarifyModelBias, ClarifyExplainability)
	}
	needsModel := a.Kind == ClarifyModelBias || a.Kind == ClarifyExplainability
	if needsModel && a.Model == "" {
		c.addf("model", "is missing; a check of kind %s needs the name of the model", a.Kind)
	}
	if a.Kind == ClarifyDataBias && a.Model != "" {
		c.addf("model", "means nothing to a check of data bias; remove it")
	}
	inputs := []ProcessingInput{
		{Name: "analysis_config", S3URI: c.s3("analysisConfig", a.AnalysisConfig), LocalPath: clarifyConfigPath, checked: true},
		{Name: "dataset", S3URI: c.s3("dataset", a.Dataset), LocalPath: clarifyDataPath, checked: true},
	}
	out := s.start(c, c.checkJob(&s.step, a.CheckOptions, map[string]String{}, inputs, clarifyOutput))
	c.cacheConfig(&out, a.CacheFor)
	out = append(out, member{"CheckType", string(a.Kind)})
	out = append(out, c.checkMembers(a.CheckOptions)...)
	out = append(out, member{"SuppliedBaselineConstraints", optional(c.optionalS3("baselineConstraints", a.BaselineConstraints))})
	if needsModel {
		out = append(out, member{"ModelName", a.Model.tree()})
	}
	return out
}
