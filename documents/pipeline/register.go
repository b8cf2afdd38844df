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
	arguments.set("ModelMetrics", c.reports("metrics.", a.Metrics.reports(), a.Metrics.ContentTypes, "ModelQuality", "ModelDataQuality", "Bias", "Explainability"))
	arguments.set("DriftCheckBaselines", c.reports("baselines.", a.Baselines.reports(), a.Baselines.ContentTypes, "Bias", "Explainability", "ModelQuality", "ModelDataQuality"))
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

// A report is a file of metrics or baselines, each a MetricsSource or a FileSource of the request.
type report struct {
	field      string
	uri        *String
	group, key string
}

func (m *ModelMetrics) reports() []report {
	return []report{
		{"qualityStatistics", &m.QualityStatistics, "ModelQuality", "Statistics"},
		{"qualityConstraints", &m.QualityConstraints, "ModelQuality", "Constraints"},
		{"dataStatistics", &m.DataStatistics, "ModelDataQuality", "Statistics"},
		{"dataConstraints", &m.DataConstraints, "ModelDataQuality", "Constraints"},
		{"biasReport", &m.BiasReport, "Bias", "Report"},
		{"preTrainingBiasReport", &m.PreTrainingBiasReport, "Bias", "PreTrainingReport"},
		{"postTrainingReport", &m.PostTrainingReport, "Bias", "PostTrainingReport"},
		{"explainabilityReport", &m.ExplainabilityReport, "Explainability", "Report"},
	}
}

func (b *DriftBaselines) reports() []report {
	return []report{
		{"qualityStatistics", &b.QualityStatistics, "ModelQuality", "Statistics"},
		{"qualityConstraints", &b.QualityConstraints, "ModelQuality", "Constraints"},
		{"dataStatistics", &b.DataStatistics, "ModelDataQuality", "Statistics"},
		{"dataConstraints", &b.DataConstraints, "ModelDataQuality", "Constraints"},
		{"biasConfig", &b.BiasConfig, "Bias", "ConfigFile"},
		{"preTrainingConstraints", &b.PreTrainingConstraints, "Bias", "PreTrainingConstraints"},
		{"postTrainingConstraints", &b.PostTrainingConstraints, "Bias", "PostTrainingConstraints"},
		{"explainabilityConfig", &b.ExplainabilityConfig, "Explainability", "ConfigFile"},
		{"explainabilityConstraints", &b.ExplainabilityConstraints, "Explainability", "Constraints"},
	}
}

// reports writes the files, in the order of the groups.
func (c *checker) reports(at string, all []report, types map[string]String, groups ...string) object {
	made, known := map[string]object{}, []string{}
	for _, each := range all {
		group := made[each.group]
		group.set(each.key, c.report(at, each, types))
		made[each.group] = group
		known = append(known, each.field)
	}
	for _, field := range slices.Sorted(maps.Keys(types)) {
		if !slices.Contains(known, field) {
			c.addf(at+"contentTypes."+field, "is unknown; use one of %s", list(known))
		}
	}
	out := object{}
	for _, each := range groups {
		out.set(each, made[each])
	}
	return out
}

func (c *checker) report(at string, of report, types map[string]String) object {
	contentType, given := types[of.field]
	if *of.uri == "" {
		if given {
			c.addf(at+"contentTypes."+of.field, "is the type of a file that is not given; give it or remove the type")
		}
		return nil
	}
	return object{{"ContentType", cmp.Or(contentType, "application/json").tree()}, {"S3Uri", c.optionalS3(at+of.field, *of.uri).tree()}}
}
