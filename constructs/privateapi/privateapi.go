// Package privateapi makes private REST APIs of API Gateway from documents of documents/openapi: reached through a VPC
// endpoint and nothing else, with a usage plan, access logs without bodies, alarms, and a deployment for each change of the document.
package privateapi

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaydeployment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethodsettings"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayrestapi"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaystage"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayusageplan"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures an API. Name, Document, and one of VPCEndpointID and VPCEndpoint are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_rest_api
type Props struct {
	// Name of the API and of what belongs to it: 1 to 64 letters, digits, hyphens and underscores. Required.
	Name string
	// Scope is where the API lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Document says what the API does. Its Title is Name and its Scope is Scope where they are empty; its Policy and
	// VPCEndpoints are made here. Integrations without a role get the one that is made. Required.
	Document openapi.Document
	// Stage is in the path of all requests: 1 to 128 letters, digits, hyphens and underscores. A change replaces it, and clients
	// must follow. Default: live.
	Stage string

	// VPCEndpointID is an existing VPC endpoint of execute-api. Exactly one of VPCEndpointID and VPCEndpoint is given. What
	// its own policy allows is decided where it was made.
	VPCEndpointID string
	// VPCEndpoint makes one. Default: nil.
	VPCEndpoint *VPCEndpoint

	// Throttle of all clients together, and of each key. Default: 50 requests a second, 100 at once.
	Throttle Throttle
	// Quota of each key. Default: none.
	Quota Quota

	// Logs are the access logs. Default: for 90 days.
	Logs Logs
	// Alarms tell of errors, slow answers and refused requests. Default: alarms that nobody is told of.
	Alarms Alarms
	// NoTracing gives up the traces in X-Ray. Default: false.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html
	NoTracing bool

	// RoleARN is an existing role of the integrations, of the service apigateway.amazonaws.com, with what Document.Permissions
	// says. Default: a role is made, where an integration needs one.
	RoleARN string
	// RoleName is the name of the role that is made. Default: the name of the API and "-integrations".
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the roles that are made. Default: none.
	PermissionsBoundary string
	// Tags of all resources that can have some, beside those of the stack. Default: none.
	Tags map[string]string
}

// Throttle is how fast requests may come. What comes faster is answered with 429.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
type Throttle struct {
	// Rate is the number of requests a second: 1 to 10,000. Default: 50.
	Rate int
	// Burst is how many may come at once: 1 to 5,000. Default: 100.
	Burst int
}

// Period is what a quota is counted in.
type Period string

// The periods.
const (
	Day   Period = "DAY"
	Week  Period = "WEEK"
	Month Period = "MONTH"
)

// Quota is how many requests a key may make.
type Quota struct {
	// Requests in a period: from 1. Default: 0, no quota.
	Requests int
	// Period that they are counted in. Default: Day.
	Period Period
}

// An API is a private REST API with its stage.
type API struct {
	construct     tf.Construct
	id            string
	scope         arn.Scope
	apiID         string
	executionARN  string
	stage         string
	endpointID    string
	securityGroup string
	roleARN       string
	usagePlanID   string
	logGroupARN   string
	logGroupName  string
	alarms        []string
}

// New makes an API. All problems of the props, and of the document, are returned at once.
func New(scope constructs.Construct, id string, props Props) (*API, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*API, error) {
		made := &API{construct: scope, id: id, scope: props.Scope, stage: props.Stage, roleARN: props.RoleARN}
		made.reach(props)
		permitted, err := made.makeRole(props)
		if err != nil {
			return nil, err
		}
		document := props.Document.WithRole(made.roleARN)
		document.Policy, document.VPCEndpoints = only(made.endpointID), []string{made.endpointID}
		body, err := document.JSON()
		if err != nil {
			return nil, err
		}
		api := apigatewayrestapi.NewApiGatewayRestApi(scope, tf.Str("api"), &apigatewayrestapi.ApiGatewayRestApiConfig{
			Name: tf.Str(props.Name), Description: tf.OptStr(document.Description), Body: tf.Str(body), Tags: tf.StrMap(props.Tags),
			EndpointConfiguration: &apigatewayrestapi.ApiGatewayRestApiEndpointConfiguration{
				Types: tf.Strs([]string{"PRIVATE"}), VpcEndpointIds: tf.Strs([]string{made.endpointID}),
			},
			DependsOn: tf.After(permitted...),
		})
		made.apiID, made.executionARN = tf.Attr(api, "id"), tf.Attr(api, "executionArn")
		made.limitEndpoint(props)
		deployment := apigatewaydeployment.NewApiGatewayDeployment(scope, tf.Str("deployment"), &apigatewaydeployment.ApiGatewayDeploymentConfig{
			RestApiId: tf.Str(made.apiID), Lifecycle: tf.CreateFirst(),
			// The text as AWS gets it, with what only Terraform knows.
			Triggers: tf.StrMap(map[string]string{"document": "${sha256(" + tf.Address(api) + ".body)}"}),
		})
		if err := made.makeStage(props, tf.Attr(deployment, "id")); err != nil {
			return nil, err
		}
		made.makeAlarms(props)
		return made, nil
	})
}

// only lets requests in through the VPC endpoint, whoever sends them, and nothing else. What asks for a signature asks for
// permissions too.
func only(endpointID string) policy.Document {
	statement := policy.Statement{
		Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"execute-api:Invoke"}, Resources: []string{"execute-api:/*"},
	}
	allowed, denied := statement, statement
	allowed.Sid, allowed.Conditions = "ThroughTheEndpoint", []policy.Condition{policy.StringEquals("aws:SourceVpce", endpointID)}
	denied.Sid, denied.Effect, denied.Conditions = "NoOtherWay", policy.Deny, []policy.Condition{policy.StringNotEquals("aws:SourceVpce", endpointID)}
	return policy.New(allowed, denied)
}

// makeRole makes the role of the integrations, which may start and invoke what they name and nothing else. No account can
// be named in its trust, because API Gateway does not say for whom it assumes a role; passing one to it is limited to the own
// account by IAM.
func (a *API) makeRole(props Props) ([]tf.Dependable, error) {
	statements := props.Document.Permissions()
	if a.roleARN != "" || len(statements) == 0 {
		return nil, nil
	}
	role, err := iam.NewRole(a.construct, "role", iam.RoleProps{
		Name: props.roleChoice().NameFor(props.Name, "-integrations"), Description: "Integrations of the API " + props.Name,
		Trust: policy.TrustService("", "apigateway.amazonaws.com"), Statements: statements, PermissionsBoundary: props.PermissionsBoundary,
	})
	if err != nil {
		return nil, fmt.Errorf("role: %w", err)
	}
	a.roleARN = role.ARN()
	return role.Policies(), nil
}

// makeStage makes the stage of a deployment with its logs, and the usage plan.
func (a *API) makeStage(props Props, deploymentID string) error {
	config := &apigatewaystage.ApiGatewayStageConfig{
		RestApiId: tf.Str(a.apiID), DeploymentId: tf.Str(deploymentID), StageName: tf.Str(props.Stage), XrayTracingEnabled: !props.NoTracing, Tags: tf.StrMap(props.Tags),
	}
	if !props.Logs.Off {
		after, err := a.makeLogs(props)
		if err != nil {
			return err
		}
		config.AccessLogSettings = &apigatewaystage.ApiGatewayStageAccessLogSettings{DestinationArn: tf.Str(a.logGroupARN), Format: tf.Str(logFormat)}
		config.DependsOn = after
	}
	stage := apigatewaystage.NewApiGatewayStage(a.construct, tf.Str("stage"), config)
	name := tf.Attr(stage, "stageName")
	apigatewaymethodsettings.NewApiGatewayMethodSettings(a.construct, tf.Str("settings"), &apigatewaymethodsettings.ApiGatewayMethodSettingsConfig{
		RestApiId: tf.Str(a.apiID), StageName: tf.Str(name), MethodPath: tf.Str("*/*"),
		Settings: &apigatewaymethodsettings.ApiGatewayMethodSettingsSettings{
			MetricsEnabled: true, DataTraceEnabled: false, LoggingLevel: tf.Str("OFF"), CachingEnabled: false,
			ThrottlingRateLimit: tf.Num(props.Throttle.Rate), ThrottlingBurstLimit: tf.Num(props.Throttle.Burst),
		},
	})
	plan := &apigatewayusageplan.ApiGatewayUsagePlanConfig{
		Name: tf.Str(props.Name), Description: tf.Str("Keys of the API " + props.Name), Tags: tf.StrMap(props.Tags),
		ApiStages:        []*apigatewayusageplan.ApiGatewayUsagePlanApiStages{{ApiId: tf.Str(a.apiID), Stage: tf.Str(name)}},
		ThrottleSettings: &apigatewayusageplan.ApiGatewayUsagePlanThrottleSettings{RateLimit: tf.Num(props.Throttle.Rate), BurstLimit: tf.Num(props.Throttle.Burst)},
	}
	if props.Quota.Requests > 0 {
		plan.QuotaSettings = &apigatewayusageplan.ApiGatewayUsagePlanQuotaSettings{Limit: tf.Num(props.Quota.Requests), Period: tf.Str(string(props.Quota.Period))}
	}
	a.usagePlanID = tf.Attr(apigatewayusageplan.NewApiGatewayUsagePlan(a.construct, tf.Str("usage-plan"), plan), "id")
	return nil
}

func (p Props) roleChoice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}
