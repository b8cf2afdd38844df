// Package endpoint makes SageMaker endpoints: models on instances or serverless that answer at once or asynchronously,
// with the execution role, alarms that roll a bad deployment back, autoscaling, data capture and a dashboard.
package endpoint

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpoint"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures an endpoint. Name and Variants are required.
type Props struct {
	// Name of the endpoint: 1 to 63 letters, digits and hyphens. Changing it replaces the endpoint.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
	Name string
	// Scope is where the endpoint lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the resources, beside those of the stack. Default: none.
	Tags map[string]string

	// Variants are the models and what they run on, 1 to 10. Requests are shared among them by their weights.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-ab-testing.html
	Variants []Variant
	// Shadow gets a copy of the requests to the only variant, and its answers are dropped. Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests.html
	Shadow *Variant

	// Async makes an endpoint whose requests and answers lie in S3. Default: the endpoint answers at once.
	Async *Async
	// DataCapture stores requests and answers in S3, for monitoring. Default: nothing is stored.
	DataCapture *DataCapture

	// KeyARN is the KMS key for the volumes of the instances, for captured data and for asynchronous answers. Disks
	// that an instance brings itself are encrypted by the hardware and take no key; if one variant has such, no volume
	// of the endpoint takes it. Default: keys of AWS.
	KeyARN string
	// VPC is where the containers run. Default: in the network of SageMaker.
	VPC *VPC
	// AllowContainerNetwork lets the containers open connections of their own, to the VPC or the internet. It gives up
	// network isolation, which keeps data and models from leaving by the container. Serverless variants, for which AWS
	// offers no isolation, have it in any case. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
	AllowContainerNetwork bool

	// RoleARN is an existing execution role, which SageMaker can assume. Default: a role is made that can do what
	// the variants, Async and DataCapture need.
	RoleARN string
	// RoleName names the role that is made. Default: <Name>-endpoint, shortened where it would pass 64 characters.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role. Default: none.
	PermissionsBoundary string
	// Access is what the role may read beside what the variants name.
	Access Access

	// Deployment says how a new configuration takes over from the old one. Default: all at once, watched by the alarms
	// for 5 minutes.
	Deployment Deployment
	// Alarms watch the variants. Default: errors and latency are watched, and nobody is told.
	Alarms Alarms
	// Dashboard makes a CloudWatch dashboard of the endpoint's name. It costs 3 US dollars a month after the first three
	// of an account. Default: false.
	Dashboard bool

	// LogRetentionDays is how long CloudWatch keeps what the containers print. Default: 90.
	LogRetentionDays int
	// LogKeyARN is the KMS key of the log group; its policy must admit CloudWatch Logs. Default: a key of AWS.
	LogKeyARN string

	// DeployedElsewhere lets others, such as a state machine that deploys approved models, move the endpoint to
	// configurations of their own: Terraform makes the endpoint and then leaves its configuration alone. Default: false.
	DeployedElsewhere bool
	// AllowDestroy lets Terraform destroy the endpoint, or replace it after a change, which leaves its callers without
	// answers for minutes. Default: Terraform refuses.
	AllowDestroy bool
}

// VPC is where containers run. Without a NAT gateway, they need VPC endpoints for S3, ECR and CloudWatch Logs.
// https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html
type VPC struct {
	// SubnetIDs are 1 to 16 subnets, best in two or more Availability Zones.
	SubnetIDs []string
	// SecurityGroupIDs are 1 to 5 security groups.
	SecurityGroupIDs []string
}

// Access is what the execution role may read beside what the variants name. A model package does not show Terraform what
// is in it, so that at least one entry is required where a variant comes from one.
type Access struct {
	// ModelDataURIs are S3 URIs: folders, which end with a slash, or objects.
	ModelDataURIs []string
	// RepositoryARNs are ECR repositories.
	RepositoryARNs []string
	// KeyARNs are the KMS keys of the model data.
	KeyARNs []string
}

// An Endpoint is a SageMaker endpoint.
type Endpoint struct {
	construct     tf.Construct
	id            string
	props         Props
	name, arn     string
	configuration string
	roleARN       string
	role          *iam.Role
	alarms        []alarm
}

// New makes an endpoint. All problems of the props are returned at once.
func New(scope constructs.Construct, id string, props Props) (*Endpoint, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Endpoint, error) {
		made := &Endpoint{construct: scope, id: id, props: props, roleARN: props.RoleARN}
		logs := props.addLogs(scope)
		var permissions []tf.Dependable
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.role())
			if err != nil {
				return nil, err
			}
			made.role, made.roleARN = role, role.ARN()
			permissions = role.Policies()
		}
		configuration := made.addConfiguration(permissions)
		made.configuration = tf.Attr(configuration, "name")
		made.addAlarms()
		endpoint := sagemakerendpoint.NewSagemakerEndpoint(scope, tf.Str("endpoint"), &sagemakerendpoint.SagemakerEndpointConfig{
			Name: tf.Str(props.Name), EndpointConfigName: tf.Str(made.configuration), DeploymentConfig: made.deployment(),
			Tags: tf.StrMap(props.Tags), Lifecycle: props.lifecycle(tf.Address(configuration)), DependsOn: tf.After(logs),
		})
		made.name, made.arn = tf.Attr(endpoint, "name"), tf.Attr(endpoint, "arn")
		made.addAutoscaling(tf.Address(configuration))
		made.addDashboard()
		return made, nil
	})
}

// lifecycle guards updates of the endpoint. When SageMaker rolls an update back, the provider takes it for done, and
// Terraform would delete the old configuration, which the endpoint is then using: it could never be updated again. The
// postcondition makes such an apply fail, which also keeps the old configuration.
// https://github.com/hashicorp/terraform-provider-aws/issues/46663
func (p Props) lifecycle(configuration string) *tf.Lifecycle {
	lifecycle := &tf.Lifecycle{}
	if !p.AllowDestroy {
		lifecycle.PreventDestroy = tf.Bool(true)
	}
	if p.DeployedElsewhere {
		lifecycle.IgnoreChanges = []string{"endpoint_config_name", "deployment_config"}
		return lifecycle
	}
	lifecycle.Postcondition = &[]*tf.Postcondition{{
		Condition: "${self.endpoint_config_name == " + configuration + ".name}",
		ErrorMessage: tf.Str("SageMaker rolled the endpoint " + p.Name + " back to its previous configuration, which serves on. " +
			"Look at the endpoint's alarms and at the log group " + p.logGroup() + ", correct the cause, and apply again."),
	}}
	return lifecycle
}

func (p Props) logGroup() string { return "/aws/sagemaker/Endpoints/" + p.Name }

// literalARN stands in policies: it is known before the endpoint exists. SageMaker writes names in ARNs in lower case.
func (p Props) literalARN() string {
	return p.Scope.Regional("sagemaker", "endpoint/"+strings.ToLower(p.Name))
}

// GrantInvoke lets the grantee send requests to the endpoint. With Async, the grantee also needs to write its requests
// to S3 and to read the answers there, which the bucket's grants give. The policy's name is the endpoint's construct id
// and "invoke".
func (e *Endpoint) GrantInvoke(grantee iam.Grantee) error {
	actions := []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"}
	if e.props.Async != nil {
		actions = []string{"sagemaker:InvokeEndpointAsync"}
	}
	return iam.Grant(grantee, "endpoint", e.id, "invoke", policy.Statement{Actions: actions, Resources: []string{e.props.literalARN()}})
}

// Name of the endpoint.
func (e *Endpoint) Name() string { return e.name }

// ARN of the endpoint.
func (e *Endpoint) ARN() string { return e.arn }

// URL to which requests are sent, signed: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
func (e *Endpoint) URL() string {
	path := "invocations"
	if e.props.Async != nil {
		path = "async-invocations"
	}
	return "https://runtime.sagemaker." + e.props.Scope.Region + "." + e.props.Scope.DNSSuffix() + "/endpoints/" + e.name + "/" + path
}

// ConfigurationName is the name of the endpoint's configuration, which changes with every deployment.
func (e *Endpoint) ConfigurationName() string { return e.configuration }

// RoleARN is the execution role, made here or given.
func (e *Endpoint) RoleARN() string { return e.roleARN }

// Role is the execution role that was made here, for further grants. Nil where RoleARN was given.
func (e *Endpoint) Role() *iam.Role { return e.role }

// LogGroupName is the log group of the containers.
func (e *Endpoint) LogGroupName() string { return e.props.logGroup() }

// Construct holds the endpoint's resources.
func (e *Endpoint) Construct() constructs.Construct { return e.construct }
