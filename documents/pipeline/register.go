package pipeline

import (
	"cmp"
	"maps"
	"slices"
)

// Approval is the status of a model package.
type Approval = String

// The statuses of a model package.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
const (
	PendingManualApproval Approval = "PendingManualApproval"
	Approved              Approval = "Approved"
	Rejected              Approval = "Rejected"
)

// RegisterArgs configures a step that registers a model version in the model registry.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
type RegisterArgs struct {
	StepOptions
	// Group is the name or ARN of the model package group. Required.
	Group String
	// Containers serve the model, 1 to 15. Required.
	Containers []Container
	// ContentTypes are what the model reads, such as "text/csv". Required.
	ContentTypes []String
	// ResponseTypes are what the model answers, such as "text/csv". Required.
	ResponseTypes []String
	// InferenceInstances are the instance types for endpoints. Default: any.
	InferenceInstances []String
	// TransformInstances are the instance types for batch transform. Default: any.
	TransformInstances []String
	// Approval is the status of the new version: one of the constants, or a parameter. Default:
	// PendingManualApproval, a person decides.
	Approval Approval
	// Metrics say how good the model is. They are S3 URIs of reports that earlier steps wrote. Default: none.
	Metrics ModelMetrics
	// Baselines are what monitoring compares with. Default: none.
	Baselines DriftBaselines
	// Description of the version. Default: none.
	Description String
	// Metadata are up to 50 keys of yours. Default: none.
	Metadata map[string]String
	// Source says from which code the version was made. Default: unknown.
	Source Source
	// Domain such as "MACHINE_LEARNING", and Task such as "CLASSIFICATION", are for the inference recommender, with
	// SamplePayload, the S3 URI of a tar.gz with requests. Default: none.
	Domain        String
	Task          String
	SamplePayload String
	// Tags are put on the group if the step makes it; versions have the tags of their group, and the pipeline's default
	// tags are not among them. Default: none.
	Tags map[string]String
	// Retry says after which failures the step is tried again, of RetryServiceFault and RetryThrottling. Default:
	// SageMaker's.
	Retry []RetryPolicy
	// Extra are further fields of CreateModelPackage. Default: none.
	Extra Fields
}

// Source says from which code a model version was made.
type Source struct {
	CommitID, Repository, GeneratedBy, ProjectID String
}

// ModelMetrics are S3 URIs of reports about a model, in JSON unless ContentTypes says otherwise.
type ModelMetrics struct {
	QualityStatistics, QualityConstraints     String
	DataStatistics, DataConstraints           String
	BiasReport                                String
	PreTrainingBiasReport, PostTrainingReport String
	ExplainabilityReport                      String
	// ContentTypes are those of reports that are not application/json, by their fields: {"explainabilityReport": "text/html"}.
	ContentTypes map[string]String
}

// DriftBaselines are S3 URIs of what monitoring compares with.
type DriftBaselines struct {
	QualityStatistics, QualityConstraints                       String
	DataStatistics, DataConstraints                             String
	BiasConfig, PreTrainingConstraints, PostTrainingConstraints String
	ExplainabilityConfig, ExplainabilityConstraints             String
	// ContentTypes are those of files that are not application/json, by their fields: {"biasConfig": "text/csv"}.
	ContentTypes map[string]String
}

// A RegisterStep registers a model version.
type RegisterStep struct {
	step
	args RegisterArgs
}

// Register adds a step that registers a model version.
func (p *Pipeline) Register(name string, args RegisterArgs) *RegisterStep {
	return add(p, &RegisterStep{p.newStep(name, "RegisterModel", args.StepOptions), args})
}

// ModelPackageARN is the ARN of the registered version.
func (s *RegisterStep) ModelPackageARN() String { return stringRef(s.path("ModelPackageArn")) }

// Version is the number of the registered version within its group.
func (s *RegisterStep) Version() IntegerRef { return IntegerRef{s.path("ModelPackageVersion")} }

func (s *RegisterStep) request(c *checker) object {
	a := s.args
	a.Approval = cmp.Or(a.Approval, PendingManualApproval)
	if text, ok := known(a.Approval); ok {
		oneOf(c, "approval", Approval(text), "", PendingManualApproval, Approved, Rejected)
	}
	c.refuse(`is empty; list MIME types, such as "text/csv"`,
		given{"contentTypes", len(a.ContentTypes) == 0}, given{"responseTypes", len(a.ResponseTypes) == 0})
	arguments := object{}
	arguments.set("ModelPackageGroupName", c.required("group", a.Group, "give the name or ARN of the model package group"))
	arguments.set("ModelPackageDescription", a.Description)
	arguments.set("ModelMetrics", a.Metrics.object(c))
	arguments.set("DriftCheckBaselines", a.Baselines.object(c))
	arguments.set("MetadataProperties", a.Source.object())
	specification := object{}
	specification.set("Containers", c.containers(a.Containers, false))
	specification.set("SupportedContentTypes", a.ContentTypes)
	specification.set("SupportedResponseMIMETypes", a.ResponseTypes)
	specification.set("SupportedRealtimeInferenceInstanceTypes", a.InferenceInstances)
	specification.set("SupportedTransformInstanceTypes", a.TransformInstances)
	arguments.set("InferenceSpecification", specification)
	arguments.set("ModelApprovalStatus", a.Approval)
	arguments.set("CustomerMetadataProperties", a.Metadata)
	arguments.set("Domain", a.Domain)
	arguments.set("Task", a.Task)
	arguments.set("SamplePayloadUrl", c.optionalS3("samplePayload", a.SamplePayload))
	arguments.set("Tags", tagList(a.Tags))
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, stepErrors)
	return out
}

func (s Source) object() object {
	out := object{}
	out.set("CommitId", s.CommitID)
	out.set("Repository", s.Repository)
	out.set("GeneratedBy", s.GeneratedBy)
	out.set("ProjectId", s.ProjectID)
	return out
}

// reports writes the files of metrics or baselines, each a MetricsSource or a FileSource.
type reports struct {
	c     *checker
	at    string
	types map[string]String
	known []string
}

func (r *reports) file(field string, uri String) object {
	r.known = append(r.known, field)
	contentType, given := r.types[field]
	if uri == "" {
		if given {
			r.c.addf(r.at+"contentTypes."+field, "is the type of a file that is not given; give it or remove the type")
		}
		return nil
	}
	contentType = cmp.Or(contentType, "application/json")
	return object{{"ContentType", contentType.tree()}, {"S3Uri", r.c.optionalS3(r.at+field, uri).tree()}}
}

// end reports types of fields that there are not.
func (r *reports) end() {
	for _, field := range slices.Sorted(maps.Keys(r.types)) {
		if !slices.Contains(r.known, field) {
			r.c.addf(r.at+"contentTypes."+field, "is unknown; use one of %s", list(r.known))
		}
	}
}

func (m ModelMetrics) object(c *checker) object {
	r := &reports{c: c, at: "metrics.", types: m.ContentTypes}
	defer r.end()
	quality, data, bias, explainability := object{}, object{}, object{}, object{}
	quality.set("Statistics", r.file("qualityStatistics", m.QualityStatistics))
	quality.set("Constraints", r.file("qualityConstraints", m.QualityConstraints))
	data.set("Statistics", r.file("dataStatistics", m.DataStatistics))
	data.set("Constraints", r.file("dataConstraints", m.DataConstraints))
	bias.set("Report", r.file("biasReport", m.BiasReport))
	bias.set("PreTrainingReport", r.file("preTrainingBiasReport", m.PreTrainingBiasReport))
	bias.set("PostTrainingReport", r.file("postTrainingReport", m.PostTrainingReport))
	explainability.set("Report", r.file("explainabilityReport", m.ExplainabilityReport))
	out := object{}
	out.set("ModelQuality", quality)
	out.set("ModelDataQuality", data)
	out.set("Bias", bias)
	out.set("Explainability", explainability)
	return out
}

func (b DriftBaselines) object(c *checker) object {
	r := &reports{c: c, at: "baselines.", types: b.ContentTypes}
	defer r.end()
	quality, data, bias, explainability := object{}, object{}, object{}, object{}
	quality.set("Statistics", r.file("qualityStatistics", b.QualityStatistics))
	quality.set("Constraints", r.file("qualityConstraints", b.QualityConstraints))
	data.set("Statistics", r.file("dataStatistics", b.DataStatistics))
	data.set("Constraints", r.file("dataConstraints", b.DataConstraints))
	bias.set("ConfigFile", r.file("biasConfig", b.BiasConfig))
	bias.set("PreTrainingConstraints", r.file("preTrainingConstraints", b.PreTrainingConstraints))
	bias.set("PostTrainingConstraints", r.file("postTrainingConstraints", b.PostTrainingConstraints))
	explainability.set("ConfigFile", r.file("explainabilityConfig", b.ExplainabilityConfig))
	explainability.set("Constraints", r.file("explainabilityConstraints", b.ExplainabilityConstraints))
	out := object{}
	out.set("Bias", bias)
	out.set("Explainability", explainability)
	out.set("ModelQuality", quality)
	out.set("ModelDataQuality", data)
	return out
}
