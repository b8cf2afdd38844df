package sagemaker

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Registration is what CreateModelPackage touches in the name of its caller, who must be allowed to read the model and
// to know its image. IAM asks for the packages, not for their group.
// https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
type Registration struct {
	// Group is the name of the model package group, or its ARN, which may be in another account.
	Group string
	// Models are the S3 URIs of the model's data. Those that end with a slash are folders.
	Models []string
	// ModelKeys are the ARNs of the KMS keys of that data.
	ModelKeys []string
	// Images are URIs of the model's images. Where only Terraform or an execution knows one, all repositories of the
	// account and region are meant.
	Images []string
}

// Statements are the permissions of the caller.
func (r Registration) Statements(scope arn.Scope) []policy.Statement {
	_, packages := GroupARNs(scope, r.Group)
	out := []policy.Statement{{Actions: []string{"sagemaker:CreateModelPackage"}, Resources: []string{packages}}}
	access := Access{Reads: r.Models, Repositories: Repositories(scope, r.Images)}
	out = append(out, access.objects(scope)...)
	if pull := access.pull(scope); len(pull) > 0 {
		pull[0].Actions = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"}
		out = append(out, pull...)
	}
	if len(r.ModelKeys) > 0 {
		out = append(out, policy.UseKey(false, "s3."+scope.Region+"."+scope.DNSSuffix(), distinct(r.ModelKeys)...))
	}
	return out
}

// GroupARNs are the ARN of a model package group and the pattern of the ARNs of its packages, by its name or ARN.
func GroupARNs(scope arn.Scope, group string) (groupARN, packages string) {
	if strings.HasPrefix(group, "arn:") {
		return group, strings.Replace(group, ":model-package-group/", ":model-package/", 1) + "/*"
	}
	return scope.Regional("sagemaker", "model-package-group/"+group), scope.Regional("sagemaker", "model-package/"+group+"/*")
}
