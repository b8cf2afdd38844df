package config

import "github.com/mlplatform/mlplatform/internal/awsfacts"

// OperationsName stands where an environment's name would stand in the names of the operations account's resources. No
// environment may have it.
const OperationsName = "operations"

// Operations is the account that holds what the environments share: the state, if that is shared, container images,
// artifacts, and the roles with which GitHub deploys these. It may be the account of an environment.
type Operations struct {
	// Account is the id of the AWS account, 12 digits in quotes.
	Account string `yaml:"account" jsonschema:"required,pattern=^[0-9]{12}$,example=111111111111"`
	// Region is the AWS region of the state and operations stacks. Default: the platform's.
	Region string `yaml:"region"`
	// Profile is the profile of the AWS CLI used when profiles are asked for. Default: none, credentials come from the surroundings.
	Profile string `yaml:"profile"`
	// Promotion says what may change the operations account. Default: the default branch.
	Promotion Promotion `yaml:"promotion"`
	// Administrators are ARNs of IAM roles that operate by hand and may use the state of the operations stack. Default: none, and then all roles of the account may use that state whose own policies allow it.
	Administrators []string `yaml:"administrators" jsonschema:"uniqueItems=true"`
	// Protect keeps Terraform from destroying the state, images and artifacts, and AWS from deleting versions of the state. Switch it off and deploy before a teardown. Default: true.
	Protect bool `yaml:"protect"`
	// GitHub describes the roles that GitHub Actions assumes. Default: made, with the defaults below.
	GitHub *GitHub `yaml:"github"`
	// Images are the names of the container repositories that all environments pull from. Default: [lambda-image, training-image].
	Images []string `yaml:"images" jsonschema:"uniqueItems=true"`
	// Organization shares the images and buckets with all accounts of your AWS organization, or of some of its units, in place of naming the account of each environment. Needed with more than about 90 accounts. Default: off, the accounts of the environments are named.
	Organization *Organization `yaml:"organization"`

	// ImageTrust signs the images, and keeps others from being deployed. Default: off.
	ImageTrust *ImageTrust `yaml:"imageTrust"`
	// AuditTrail records who uses the roles that deploy and the state, and tells of it. Default: off.
	AuditTrail *AuditTrail `yaml:"auditTrail"`

	platform *Platform
}

func (o *Operations) setDefaults() {
	o.Protect = true
	o.Images = []string{"lambda-image", "training-image"}
}

// Prefix is how the names of the operations account's resources begin: <project>-operations.
func (o *Operations) Prefix() string { return o.platform.Project + "-" + OperationsName }

// Partition is the AWS partition of the region: aws, aws-cn or aws-us-gov.
func (o *Operations) Partition() string { return awsfacts.Partition(o.Region) }

// The buckets of the operations account, as given to BucketName.
const (
	// ArtifactsBucket holds what builds make.
	ArtifactsBucket = "artifacts"
	// PipelinesBucket holds the definitions of pipelines by commit.
	PipelinesBucket = "pipelines"
)

// BucketName is the name of a bucket of the operations account: <project>-operations-<part>-<account>-<region>.
func (o *Operations) BucketName(part string) string {
	return bucketName(o.Prefix(), part, o.Account, o.Region)
}

// bucketName names a bucket so that no other account or region can already have the name.
func bucketName(prefix, part, account, region string) string {
	return prefix + "-" + part + "-" + account + "-" + region
}
