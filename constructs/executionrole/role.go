// Package executionrole makes the role that SageMaker's jobs, models and endpoints run with: what containers log, pull,
// read and write, statement by statement, and nothing else.
package executionrole

import (
	"time"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures an execution role. Name is required. With nothing else, containers may log and send
// metrics.
type Props struct {
	// Name of the role: 1 to 64 letters, digits and +=,.@_-
	Name string
	// Scope is where the role works. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, at most 1,000 characters. Default: "Runs SageMaker jobs".
	Description string
	// Path groups roles, begins and ends with a slash. Default: "/".
	Path string
	// PermissionsBoundary is the ARN of the managed policy that limits what the role can ever do. Default: none.
	PermissionsBoundary string
	// MaxSession is how long a session may last, 1 to 12 hours. Default: 1 hour.
	MaxSession time.Duration

	// RepositoryARNs are the ECR repositories whose images are pulled. Those of other accounts must admit this one.
	// Default: none, which also excludes the images of AWS's own algorithms.
	RepositoryARNs []string
	// Data are the buckets that are read and written. Default: none; a bucket's grants can be given later.
	Data []Data
	// VolumeKeyARNs are KMS keys of the volumes of jobs and endpoints. Default: none.
	VolumeKeyARNs []string
	// Network lets jobs attach to a VPC. Default: none.
	Network *Network
	// MetricNamespaces are the CloudWatch namespaces that may be written, * and ? being wildcards. Default:
	// "AWS/SageMaker", "/aws/sagemaker/*" and "aws/sagemaker/*".
	MetricNamespaces []string
	// PassToSageMaker lets the role be passed on to SageMaker by itself, which a pipeline or notebook needs that starts
	// jobs with the role it runs with. Default: false.
	PassToSageMaker bool
	// Statements are more permissions. Default: none.
	Statements []policy.Statement
	// ManagedPolicyARNs are existing policies to attach. Those that allow everything are refused. Default: none.
	ManagedPolicyARNs []string
}

// Data is what is read and written in a bucket. BucketARN and one of Read and Write are required.
type Data struct {
	// BucketARN is the bucket.
	BucketARN string
	// Read are the folders that are read, such as "raw". "*" means the whole bucket.
	Read []string
	// Write are the folders that are written. Writing includes neither reading nor deleting.
	Write []string
	// KeyARN is the KMS key of the objects. Default: none, the objects are not encrypted with KMS.
	KeyARN string
}

// Network is where jobs attach to a VPC.
type Network struct {
	// SubnetIDs are the subnets, 1 to 16. They may be shared by another account.
	SubnetIDs []string
	// SecurityGroupIDs are the security groups, 1 to 5.
	SecurityGroupIDs []string
}

// Role is an execution role. It can be given more permissions, as a Grantee.
type Role struct {
	role *iam.Role
	id   string
}

var _ iam.Grantee = (*Role)(nil)

// New makes an execution role. SageMaker may assume it on behalf of resources of this account only.
func New(scope constructs.Construct, id string, props Props) (*Role, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	role, err := iam.NewRole(scope, id, props.role())
	if err != nil {
		return nil, err
	}
	return &Role{role, id}, nil
}

func (p Props) role() iam.RoleProps {
	return iam.RoleProps{
		Name: p.Name, Description: p.Description, Path: p.Path, PermissionsBoundary: p.PermissionsBoundary, MaxSession: p.MaxSession,
		Trust: policy.TrustService(p.Scope.Account, service), Statements: p.statements(), ManagedPolicyARNs: p.ManagedPolicyARNs,
	}
}

// ARN of the role.
func (r *Role) ARN() string { return r.role.ARN() }

// Name of the role, without its path.
func (r *Role) Name() string { return r.role.Name() }

// Grant gives the role more permissions, see iam.Role.
func (r *Role) Grant(id string, statements ...policy.Statement) error {
	return r.role.Grant(id, statements...)
}

// GrantPass lets the grantee give the role to SageMaker, which whoever starts jobs with it needs. The policy's name is
// the role's construct id and "pass".
func (r *Role) GrantPass(grantee iam.Grantee) error {
	return iam.Grant(grantee, "execution role", r.id, "pass", policy.PassRole([]string{service}, r.role.ARN()))
}

// Policies are the resources that give the role its permissions, for what must come after them.
func (r *Role) Policies() []tf.Dependable { return r.role.Policies() }

// Construct holds the role's resources.
func (r *Role) Construct() constructs.Construct { return r.role.Construct() }
