package asl

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerCreateModel makes a model that endpoints and transform jobs use by name. Pattern: RequestResponse.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
type SageMakerCreateModel struct {
	// Name of the model: at most 63 letters, digits and hyphens. Required; NamePerExecution makes one that the states
	// after can give again.
	Name Text
	// RoleARN is the role that the containers work with. Required.
	RoleARN string
	// Containers are one, or up to 15 that work one after the other. Required.
	Containers []ModelContainer
	// Network of the containers. Default: outside of any VPC.
	Network SageMakerNetwork
	// Tags of the model. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// ModelContainer is what a model is made of: an image with the model's data, or a package of the model registry.
type ModelContainer struct {
	// Image of the container. Exactly one of Image and ModelPackage is given.
	Image Text
	// ModelDataURL is the model's archive in S3. Default: none.
	ModelDataURL Text
	// ModelPackage is the ARN of a package of the model registry.
	ModelPackage Text
	// Environment variables of the container: no secrets. Default: none.
	Environment map[string]Text
}

func (c SageMakerCreateModel) integration(r *renderer, _ Pattern) integration {
	name := nameOf(r, r.path("call.name"), c.Name)
	roleARN(r, r.path("call.roleARN"), c.RoleARN)
	c.Network.check(r, r.path("call.network"))
	if n := len(c.Containers); n < 1 || n > 15 {
		r.addf(r.path("call.containers"), "are %d; give 1 to 15", n)
	}
	f := fields{{"ModelName", name}}
	var list List
	for i, container := range c.Containers {
		list = append(list, container.fields(r, at(r.path("call.containers"), i)))
	}
	if len(list) == 1 {
		f.set("PrimaryContainer", list[0])
	} else {
		f.set("Containers", list)
	}
	f.string("ExecutionRoleArn", c.RoleARN)
	f.object("VpcConfig", c.Network.vpc())
	f.bool("EnableNetworkIsolation", c.Network.Isolation)
	f.tags(c.Tags)
	return sageMakerCall("sagemaker:createModel", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		statements := []policy.Statement{allow(named(scope, "model", name), "sagemaker:AddTags", "sagemaker:CreateModel")}
		for _, container := range c.Containers {
			if container.ModelPackage != "" {
				statements = append(statements, allow(modelPackages(scope, container.ModelPackage), "sagemaker:DescribeModelPackage"))
			}
		}
		return append(statements, passRoles(sageMakerService, c.RoleARN)...)
	})
}

func (c ModelContainer) fields(r *renderer, path string) fields {
	if (c.Image == "") == (c.ModelPackage == "") {
		r.addf(path+".image", "exactly one of Image and ModelPackage is needed")
	}
	if c.ModelPackage != "" && c.ModelDataURL != "" {
		r.addf(path+".modelDataURL", "comes with the model package; remove it")
	}
	var f fields
	f.text("Image", c.Image)
	f.text("ModelDataUrl", c.ModelDataURL)
	f.text("ModelPackageName", c.ModelPackage)
	f.textMap("Environment", c.Environment)
	return f
}

// modelPackages are the ARNs that a model package given at run time can have.
func modelPackages(scope arn.Scope, given Text) []string {
	if known, all := given.knownPrefix(); all || strings.HasPrefix(known, "arn:") {
		return []string{pattern(given)}
	}
	return []string{scope.Regional("sagemaker", "model-package/*")}
}

// ApprovalStatus is whether a model package may be deployed.
type ApprovalStatus string

// The statuses of model packages. https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
const (
	Approved              ApprovalStatus = "Approved"
	Rejected              ApprovalStatus = "Rejected"
	PendingManualApproval ApprovalStatus = "PendingManualApproval"
)

// SageMakerCreateModelPackage registers a model as the next version of a group. Patterns: RequestResponse, WaitForToken
// (AWS SDK integration). https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
type SageMakerCreateModelPackage struct {
	// GroupName is the model package group, which exists: known before run time, because the permission names it.
	// Required.
	GroupName string
	// Approval is the first status. Default: PendingManualApproval.
	Approval ApprovalStatus
	// Description of the version. Default: none.
	Description Text
	// Image and ModelDataURL are the model. Required.
	Image        Text
	ModelDataURL Text
	// ModelFolder is the S3 URI of the folder below which the model lies, because the service looks at the model in the
	// name of the role. Required where ModelDataURL is known at run time only. Default: what ModelDataURL begins with.
	ModelFolder string
	// ModelKeyARN is the KMS key of the model in S3. Default: none.
	ModelKeyARN string
	// Environment variables of the container: no secrets. Default: none.
	Environment map[string]Text
	// ContentTypes and ResponseTypes that the model understands and gives. Default: text/csv.
	ContentTypes, ResponseTypes []string
	// RealtimeInstanceTypes and TransformInstanceTypes that suit the model. Default: any.
	RealtimeInstanceTypes, TransformInstanceTypes []string
	// ModelStatistics is the S3 URI of the metrics of the model's quality, a JSON file. Default: none.
	ModelStatistics Text
	// Metadata are searchable properties, at most 50, such as f1 and job. Default: none.
	Metadata map[string]Text
	// KeyARN is the KMS key that encrypts what the registry keeps of the package. Default: a key of AWS.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SageMakerCreateModelPackage) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.groupName"), c.GroupName, "the name of a model package group")
	r.required(r.path("call.image"), c.Image, "the image of the model")
	r.required(r.path("call.modelDataURL"), c.ModelDataURL, "where the model is, such as asl.Result(\"ModelArtifacts.S3ModelArtifacts\")")
	c.Approval = cmp.Or(c.Approval, PendingManualApproval)
	oneOf(r, r.path("call.approval"), c.Approval, Approved, Rejected, PendingManualApproval)
	if len(c.Metadata) > 50 {
		r.addf(r.path("call.metadata"), "are %d, 50 are allowed", len(c.Metadata))
	}
	if c.ModelFolder != "" {
		r.problems.Add("", sagemaker.CheckURI(r.path("call.modelFolder"), c.ModelFolder, maxS3URI))
	} else if c.ModelDataURL != "" && (c.model() == "s3://" || !strings.HasPrefix(c.model(), "s3://")) {
		r.addf(r.path("call.modelFolder"), "is missing, and modelDataURL is known at run time only; give the folder of the models, which the role may then read")
	}
	f := fields{{"ModelPackageGroupName", Text(c.GroupName)}}
	f.text("ModelPackageDescription", c.Description)
	f.string("ModelApprovalStatus", string(c.Approval))
	container := fields{{"Image", c.Image}, {"ModelDataUrl", c.ModelDataURL}}
	container.textMap("Environment", c.Environment)
	inference := fields{{"Containers", List{container}}}
	inference.strings("SupportedContentTypes", orCSV(c.ContentTypes))
	inference.strings("SupportedResponseMIMETypes", orCSV(c.ResponseTypes))
	inference.strings("SupportedRealtimeInferenceInstanceTypes", c.RealtimeInstanceTypes)
	inference.strings("SupportedTransformInstanceTypes", c.TransformInstanceTypes)
	f.set("InferenceSpecification", inference)
	if c.ModelStatistics != "" {
		f.set("ModelMetrics", fields{{"ModelQuality", fields{{"Statistics", fields{
			{"ContentType", Text("application/json")}, {"S3Uri", c.ModelStatistics},
		}}}}})
	}
	f.textMap("CustomerMetadataProperties", c.Metadata)
	if c.KeyARN != "" {
		f.set("SecurityConfig", fields{{"KmsKeyId", Text(c.KeyARN)}})
	}
	return sageMakerCall("aws-sdk:sagemaker:createModelPackage", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		registration := sagemaker.Registration{Group: c.GroupName, Models: []string{c.model()}, Images: []string{pattern(c.Image)}}
		if c.ModelKeyARN != "" {
			registration.ModelKeys = []string{c.ModelKeyARN}
		}
		statements := registration.Statements(scope)
		if c.KeyARN != "" {
			statements = append(statements, policy.UseKey(true, "", c.KeyARN))
		}
		return statements
	})
}

// model is where the role reads the model: an object, or a folder with a slash at its end.
func (c SageMakerCreateModelPackage) model() string {
	if c.ModelFolder != "" {
		return strings.TrimSuffix(c.ModelFolder, "/") + "/"
	}
	known, all := c.ModelDataURL.knownPrefix()
	if !all {
		known = known[:strings.LastIndex(known, "/")+1]
	}
	return known
}

// maxS3URI is the most characters of an S3 URI in SageMaker.
const maxS3URI = 1024

func orCSV(types []string) []string {
	if len(types) == 0 {
		return []string{"text/csv"}
	}
	return types
}

// SageMakerUpdateModelPackage approves or rejects a version, or notes what became of it. Patterns: RequestResponse,
// WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
type SageMakerUpdateModelPackage struct {
	// ModelPackage is its ARN. Required.
	ModelPackage Text
	// GroupName limits the permission to one group where ModelPackage is known at run time only. Default: all groups.
	GroupName string
	// Approval is the new status. Default: unchanged.
	Approval ApprovalStatus
	// ApprovalDescription says why. Default: none.
	ApprovalDescription Text
	// Metadata are searchable properties that are added. Default: none.
	Metadata map[string]Text
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SageMakerUpdateModelPackage) integration(r *renderer, _ Pattern) integration {
	r.required(r.path("call.modelPackage"), c.ModelPackage, "the ARN of a model package")
	if c.Approval != "" {
		oneOf(r, r.path("call.approval"), c.Approval, Approved, Rejected, PendingManualApproval)
	}
	f := fields{{"ModelPackageArn", c.ModelPackage}}
	f.string("ModelApprovalStatus", string(c.Approval))
	f.text("ApprovalDescription", c.ApprovalDescription)
	f.textMap("CustomerMetadataProperties", c.Metadata)
	return sageMakerCall("aws-sdk:sagemaker:updateModelPackage", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(packagesOf(scope, c.GroupName, c.ModelPackage), "sagemaker:UpdateModelPackage")}
	})
}

// SageMakerDescribeModelPackage reads a version: its image, data, metrics and approval. Patterns: RequestResponse,
// WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html
type SageMakerDescribeModelPackage struct {
	// ModelPackage is its ARN. Required.
	ModelPackage Text
	// GroupName limits the permission to one group where ModelPackage is known at run time only. Default: all groups.
	GroupName string
}

func (c SageMakerDescribeModelPackage) integration(r *renderer, _ Pattern) integration {
	r.required(r.path("call.modelPackage"), c.ModelPackage, "the ARN of a model package")
	return sageMakerCall("aws-sdk:sagemaker:describeModelPackage", fields{{"ModelPackageName", c.ModelPackage}}, nil, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(packagesOf(scope, c.GroupName, c.ModelPackage), "sagemaker:DescribeModelPackage")}
	})
}

func packagesOf(scope arn.Scope, group string, given Text) []string {
	if group != "" {
		return named(scope, "model-package", Text(group+"/*"))
	}
	return modelPackages(scope, given)
}

// SageMakerListModelPackages lists the versions of a group, newest first. Patterns: RequestResponse, WaitForToken (AWS
// SDK integration). With Approval Approved and MaxResults 1, the result's ModelPackageSummaryList holds the champion.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html
type SageMakerListModelPackages struct {
	// GroupName is the model package group. Required.
	GroupName string
	// Approval limits the list to versions of this status. Default: all.
	Approval ApprovalStatus
	// MaxResults: 1 to 100. Default: 10, that of SageMaker.
	MaxResults int
}

func (c SageMakerListModelPackages) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.groupName"), c.GroupName, "the name of a model package group")
	f := fields{{"ModelPackageGroupName", Text(c.GroupName)}}
	if c.Approval != "" {
		oneOf(r, r.path("call.approval"), c.Approval, Approved, Rejected, PendingManualApproval)
		f.string("ModelApprovalStatus", string(c.Approval))
	}
	f.string("SortBy", "CreationTime")
	f.string("SortOrder", "Descending")
	if c.MaxResults != 0 {
		r.between(r.path("call.maxResults"), c.MaxResults, 1, 100)
		f.int("MaxResults", c.MaxResults)
	}
	return sageMakerCall("aws-sdk:sagemaker:listModelPackages", f, nil, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(named(scope, "model-package", Text(c.GroupName+"/*")), "sagemaker:ListModelPackages")}
	})
}

// SageMakerDeleteModel deletes a model, not its data. Patterns: RequestResponse, WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModel.html
type SageMakerDeleteModel struct {
	// Name of the model. Required.
	Name Text
}

func (c SageMakerDeleteModel) integration(r *renderer, _ Pattern) integration {
	return byName(r, "DeleteModel", "ModelName", "model", c.Name)
}
