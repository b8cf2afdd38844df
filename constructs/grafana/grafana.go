// Package grafana makes an Amazon Managed Grafana workspace that reads Prometheus and CloudWatch by one role of least privilege.
package grafana

import (
	"cmp"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/grafanaroleassociation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/grafanaworkspace"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a workspace. Name is required.
// https://docs.aws.amazon.com/grafana/latest/userguide/AMG-create-workspace.html
type Props struct {
	// Name of the workspace: up to 255 letters, digits and - . _ ~
	Name string
	// Scope is where the workspace lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, up to 2048 characters. Default: none.
	Description string
	// Authentication is how people sign in. Default: SSO.
	Authentication Authentication
	// Admins, Editors and Viewers are the ids of groups of IAM Identity Center. Only with SSO. Default: none, and then nobody sees
	// anything until somebody is assigned in the console.
	Admins, Editors, Viewers []string
	// WorkspaceARNs are the Prometheus workspaces that it reads. Default: none, CloudWatch alone.
	WorkspaceARNs []string
	// SubnetIDs, at least two, and SecurityGroupIDs put its requests to data sources into a VPC. Default: over AWS's own network.
	SubnetIDs, SecurityGroupIDs []string
	// Version of Grafana. It cannot be lowered. Default: 10.4.
	Version string
	// RoleName names the role that is made. Default: <Name>-grafana.
	RoleName string
	// PermissionsBoundary limits the role. Default: none.
	PermissionsBoundary string
}

// Authentication is how people sign in to Grafana.
type Authentication string

// The ways to sign in.
const (
	// SSO is IAM Identity Center, which the organisation must have.
	SSO Authentication = "AWS_SSO"
	// SAML is an identity provider of your own, whose metadata is given in the console or by aws_grafana_workspace_saml_configuration.
	SAML Authentication = "SAML"
)

// A Workspace is a Grafana.
type Workspace struct {
	construct          tf.Construct
	role               *iam.Role
	wid, arn, endpoint string
}

var (
	namePattern = lazyregexp.New(`^[A-Za-z0-9._~-]{1,255}$`)
	// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Group.html
	groupPattern   = lazyregexp.New(`^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	versionPattern = lazyregexp.New(`^[0-9]{1,2}\.[0-9]{1,2}$`)
)

func (p Props) withDefaults() Props {
	p.Authentication = cmp.Or(p.Authentication, SSO)
	p.Version = cmp.Or(p.Version, "10.4")
	p.RoleName = cmp.Or(p.RoleName, p.Name+"-grafana")
	return p
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name; use up to 255 letters, digits and - . _ ~", p.Name)
	}
	if p.Authentication != SSO && p.Authentication != SAML {
		problems.Addf("authentication", "%q is unknown; use %s or %s", p.Authentication, SSO, SAML)
	}
	if !versionPattern.MatchString(p.Version) {
		problems.Addf("version", "%q is no version; write it like 10.4, as aws grafana list-versions prints it", p.Version)
	}
	for _, each := range p.groups() {
		if len(each.ids) > 0 && p.Authentication == SAML {
			problems.Addf(each.field, "stand beside SAML, whose assertions say who may do what; remove them")
		}
		for i, id := range each.ids {
			if !groupPattern.MatchString(id) {
				problems.Addf(problem.Index(each.field, i), "%q is no id of a group; write it as aws identitystore list-groups prints it", id)
			}
		}
	}
	if (len(p.SubnetIDs) == 0) != (len(p.SecurityGroupIDs) == 0) {
		problems.Addf("subnetIDs", "and securityGroupIDs belong together; give both or none")
	}
	if len(p.SubnetIDs) == 1 {
		problems.Addf("subnetIDs", "%s is one; a workspace needs two or more", p.SubnetIDs[0])
	}
	return problems.Err()
}

type group struct {
	field, role string
	ids         []string
}

func (p Props) groups() []group {
	return []group{{"admins", "ADMIN", p.Admins}, {"editors", "EDITOR", p.Editors}, {"viewers", "VIEWER", p.Viewers}}
}

// New makes the workspace with its role.
func New(scope constructs.Construct, id string, props Props) (*Workspace, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Workspace, error) {
		role, err := iam.NewRole(scope, "role", iam.RoleProps{
			Name: props.RoleName, Description: "Grafana workspace " + props.Name + " reads metrics", PermissionsBoundary: props.PermissionsBoundary,
			Trust: policy.New(policy.Statement{
				Principals: []policy.Principal{policy.Service("grafana.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
				Conditions: []policy.Condition{
					policy.StringEquals("aws:SourceAccount", props.Scope.Account), policy.StringLike("aws:SourceArn", props.Scope.Regional("grafana", "/workspaces/*")),
				},
			}),
			Statements: props.statements(),
		})
		if err != nil {
			return nil, err
		}
		config := &grafanaworkspace.GrafanaWorkspaceConfig{
			Name: tf.Str(props.Name), Description: tf.OptStr(props.Description), AccountAccessType: tf.Str("CURRENT_ACCOUNT"), PermissionType: tf.Str("CUSTOMER_MANAGED"),
			AuthenticationProviders: tf.Strs([]string{string(props.Authentication)}), RoleArn: tf.Str(role.ARN()), GrafanaVersion: tf.Str(props.Version),
			DataSources: tf.Strs([]string{"PROMETHEUS", "CLOUDWATCH"}), Configuration: tf.Str(`{"plugins":{"pluginAdminEnabled":false},"unifiedAlerting":{"enabled":true}}`),
		}
		if len(props.SubnetIDs) > 0 {
			config.VpcConfiguration = &grafanaworkspace.GrafanaWorkspaceVpcConfiguration{SubnetIds: tf.Strs(props.SubnetIDs), SecurityGroupIds: tf.Strs(props.SecurityGroupIDs)}
		}
		workspace := grafanaworkspace.NewGrafanaWorkspace(scope, tf.Str("workspace"), config)
		made := &Workspace{construct: scope, role: role, wid: tf.Attr(workspace, "id"), arn: tf.Attr(workspace, "arn"), endpoint: tf.Attr(workspace, "endpoint")}
		for _, each := range props.groups() {
			if len(each.ids) > 0 {
				grafanaroleassociation.NewGrafanaRoleAssociation(scope, tf.Str(each.field), &grafanaroleassociation.GrafanaRoleAssociationConfig{
					WorkspaceId: tf.Str(made.wid), Role: tf.Str(each.role), GroupIds: tf.Strs(each.ids),
				})
			}
		}
		return made, nil
	})
}

// statements are what the data sources ask for. CloudWatch's and the tags' actions know no resources.
// https://docs.aws.amazon.com/grafana/latest/userguide/AMG-manage-permissions.html
func (p Props) statements() []policy.Statement {
	statements := []policy.Statement{
		{Sid: "ReadMetrics", Resources: []string{"*"}, Actions: []string{
			"cloudwatch:DescribeAlarmsForMetric", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources",
		}},
		{Sid: "ReadAlarms", Resources: []string{p.Scope.Regional("cloudwatch", "alarm:*")}, Actions: []string{"cloudwatch:DescribeAlarms"}},
	}
	if len(p.WorkspaceARNs) > 0 {
		statements = append(statements, policy.Statement{Sid: "QueryPrometheus", Resources: p.WorkspaceARNs, Actions: []string{
			"aps:DescribeWorkspace", "aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:ListAlerts", "aps:ListRules", "aps:QueryMetrics",
		}}, policy.Statement{Sid: "FindPrometheus", Resources: []string{"*"}, Actions: []string{"aps:ListWorkspaces"}})
	}
	return statements
}

// URL is where people sign in.
func (w *Workspace) URL() string { return fmt.Sprintf("https://%s", w.endpoint) }

// ID of the workspace.
func (w *Workspace) ID() string { return w.wid }

// ARN of the workspace.
func (w *Workspace) ARN() string { return w.arn }

// Role that the workspace reads data sources with, which takes the grants of other constructs.
func (w *Workspace) Role() *iam.Role { return w.role }

// Construct holds the workspace.
func (w *Workspace) Construct() constructs.Construct { return w.construct }
