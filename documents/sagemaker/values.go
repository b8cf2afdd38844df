// Package sagemaker is the one model of SageMaker's jobs and endpoints behind pipelines, state machines, the systems built of
// them, constructs and configuration: the form of the service's values, limits, searches for hyperparameters, keys of volumes,
// what does not go together in a request, and the permissions that execution roles need. It is pure Go.
package sagemaker

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern   = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)
	subnetPattern = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
	groupPattern  = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
)

// CheckName reports a value that is no name of an endpoint, a variant, a schedule and the like.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
func CheckName(path, name string) error {
	var problems problem.List
	switch {
	case token.Is(name):
		problems.Addf(path, "%q is known to Terraform only, and names of alarms and permissions are built from it; write the name out", name)
	case !namePattern.MatchString(name):
		problems.Addf(path, "%q is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them", name)
	}
	return problems.Err()
}

// CheckURI reports a value that is no S3 URI, or too long a one. Values that only Terraform knows pass.
func CheckURI(path, uri string, limit int) error {
	var problems problem.List
	bucket, _, found := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
	switch {
	case token.Is(uri) && !strings.HasPrefix(uri, "s3://"):
	case !strings.HasPrefix(uri, "s3://") || !token.Is(bucket) && !awsfacts.IsBucketName(bucket):
		problems.Addf(path, "%q is no S3 URI; write it like s3://bucket/folder/", uri)
	case !found:
		problems.Addf(path, "%q is a whole bucket; name a folder in it, such as %s/folder/", uri, uri)
	case len(uri) > limit && !token.Is(uri):
		problems.Addf(path, "has %d characters, %d are allowed; shorten it", len(uri), limit)
	}
	return problems.Err()
}

// CheckImage reports an image that SageMaker could not run, or that would change under the same name. The service pulls
// from ECR repositories of its own region, which is not compared if it is empty.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
func CheckImage(path, image, region string) error {
	var problems problem.List
	if token.Is(image) {
		if strings.HasSuffix(image, ":latest") {
			problems.Addf(path, "%q ends with :latest, which changes unseen; use a digest or another tag", image)
		}
		return problems.Err()
	}
	found, ok := ecr.ParseImage(image)
	switch {
	case !ok || !found.Literal():
		problems.Addf(path, "%q is no image in ECR; write it like 123456789012.dkr.ecr.us-west-2.amazonaws.com/name:1.0", image)
		return problems.Err()
	case len(image) > servicemodel.Named("sagemaker.ContainerImage").Max:
		problems.Addf(path, "has %d characters, %d are allowed; shorten the repository's name", len(image), servicemodel.Named("sagemaker.ContainerImage").Max)
	case found.Tag == "latest":
		problems.Addf(path, "%q has the tag latest, which changes unseen; use a digest or another tag", image)
	case found.Tag == "" && found.Digest == "":
		problems.Addf(path, "%q has neither tag nor digest and would mean latest, which changes unseen; add one", image)
	}
	if at := found.Registry.Region; region != "" && at != region && !token.Is(region) {
		problems.Addf(path, "%q is in %s, and SageMaker pulls from its own region; use a copy in %s", image, at, region)
	}
	return problems.Err()
}

// Repository is the ARN of the repository of an image, empty where only Terraform knows it.
func Repository(partition, image string) string {
	found, ok := ecr.ParseImage(image)
	if !ok {
		return ""
	}
	found.Registry.Partition = partition
	return found.RepositoryARN()
}

// Repositories are the ARNs of the repositories of images. Where only Terraform or an execution knows one, all repositories of
// the account and region are meant.
func Repositories(scope arn.Scope, images []string) []string {
	var out []string
	for _, image := range images {
		if repository := Repository(scope.Partition, image); repository != "" {
			out = append(out, repository)
		} else if image == "" || image == "*" || token.Is(image) {
			out = append(out, scope.Regional("ecr", "repository/*"))
		}
	}
	return out
}

// CheckEnvironment reports variables that SageMaker refuses where the API takes a map of this shape, such as
// EnvironmentMap. They are no place for secrets: whoever may describe the resource, or read the Terraform state, sees them.
func CheckEnvironment(path, shape string, environment map[string]string) error {
	var problems problem.List
	variables := servicemodel.Named("sagemaker." + shape)
	if wrong := variables.Count(len(environment)); wrong != "" {
		problems.Addf(path, "%s", wrong)
	}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		key, value := variables.Inner()
		wrong := key.Text(name)
		if wrong == "" && !token.Is(environment[name]) {
			wrong = value.Text(environment[name])
		}
		if wrong != "" {
			problems.Addf(problem.Key(path, name), "%s", wrong)
		}
	}
	return problems.Err()
}

// CheckNetwork reports subnets and security groups that SageMaker refuses.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html
func CheckNetwork(path string, subnets, securityGroups []string) error {
	var problems problem.List
	check := func(path, kind, example string, pattern *lazyregexp.Regexp, limit int, ids []string) {
		if n := len(ids); n < 1 || n > limit {
			problems.Addf(path, "has %d %s, 1 to %d are allowed; give at least one", n, kind, limit)
		}
		for i, id := range ids {
			if !token.Is(id) && !pattern.MatchString(id) {
				problems.Addf(problem.Index(path, i), "%q is no id; write it like %s", id, example)
			}
		}
	}
	check(path+".subnetIDs", "subnets", "subnet-0123456789abcdef0", subnetPattern, servicemodel.Named("sagemaker.Subnets").Max, subnets)
	check(path+".securityGroupIDs", "security groups", "sg-0123456789abcdef0", groupPattern, servicemodel.Named("sagemaker.VpcSecurityGroupIds").Max, securityGroups)
	return problems.Err()
}

// An Instance is what the name of a SageMaker instance type says.
type Instance struct {
	// Family, such as g5, empty if the name is no instance type.
	Family string
	// LocalStorage is true where the instance brings its own disks, which are encrypted by the hardware and take
	// neither a key nor a size.
	LocalStorage bool
}

// ParseInstance reads an instance type such as ml.m5.large, whether or not it is in the list of them.
// https://docs.aws.amazon.com/sagemaker/latest/dg/host-instance-storage.html
func ParseInstance(instanceType string) (Instance, bool) {
	rest, ml := strings.CutPrefix(instanceType, "ml.")
	found, known := awsfacts.ParseInstanceType(rest)
	if !ml || !known {
		return Instance{}, false
	}
	family, _, _ := strings.Cut(rest, ".")
	return Instance{Family: family, LocalStorage: found.Disks}, true
}
