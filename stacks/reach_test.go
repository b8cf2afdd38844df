package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/stacks"
)

// TestPolicies compares every policy of every stack with AWS's own list of actions, resources and condition keys.
func TestPolicies(t *testing.T) {
	for _, dir := range configurations {
		for name, text := range synthesise(t, load(t, dir, nil), stacks.Options{}) {
			t.Run(dir+"/"+name, func(t *testing.T) {
				iamcheck.Check{}.Template(t, synthtest.Parse(t, string(text)).Root())
			})
		}
	}
}

// named are the resource types whose names decide what an apply role may make, with the call that makes them and how
// their ARNs are written.
var named = map[string]struct {
	attribute, action string
	arn               func(scope arn.Scope, name string) string
}{
	"aws_iam_role":             {"name", "iam:CreateRole", func(s arn.Scope, n string) string { return s.Role(n) }},
	"aws_s3_bucket":            {"bucket", "s3:CreateBucket", func(s arn.Scope, n string) string { return s.Bucket(n) }},
	"aws_ecr_repository":       {"name", "ecr:CreateRepository", func(s arn.Scope, n string) string { return s.Regional("ecr", "repository/"+n) }},
	"aws_eks_cluster":          {"name", "eks:DeleteCluster", func(s arn.Scope, n string) string { return s.Regional("eks", "cluster/"+n) }},
	"aws_cloudwatch_log_group": {"name", "logs:CreateLogGroup", func(s arn.Scope, n string) string { return s.Regional("logs", "log-group:"+n) }},
	"aws_kms_alias":            {"name", "kms:CreateAlias", func(s arn.Scope, n string) string { return s.Regional("kms", n) }},
	"aws_sqs_queue":            {"name", "sqs:CreateQueue", func(s arn.Scope, n string) string { return s.Regional("sqs", n) }},
	"aws_cloudwatch_event_rule": {"name", "events:PutRule", func(s arn.Scope, n string) string {
		return s.Regional("events", "rule/"+n)
	}},
}

// TestApplyRolesReachTheirStack checks that a role which applies a stack may make what is in it, and may not make the
// same in a neighbour.
func TestApplyRolesReachTheirStack(t *testing.T) {
	platform := load(t, configurations[0], nil)
	made := synthesise(t, platform, stacks.Options{})
	checked := map[string]int{}
	for _, stack := range platform.Stacks() {
		if stack.Kind == config.StateStack {
			continue // made by administrators
		}
		template := synthtest.Parse(t, string(made[stack.Name]))
		scope := arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
		statements := applyStatements(t, template)
		for resourceType, how := range named {
			for address, resource := range template.Resources(resourceType) {
				name, _ := resource[how.attribute].(string)
				if strings.HasPrefix(address, "deployment_") {
					continue // changed by administrators only
				}
				require.NotEmpty(t, name, "%s %s has no name of its own", stack.Name, address)
				request := iamcheck.Request{Action: how.action, Resource: how.arn(scope, name), Keys: map[string]string{
					"aws:RequestedRegion": stack.Region, "aws:PrincipalAccount": stack.Account, "aws:ResourceAccount": stack.Account,
					"iam:PermissionsBoundary": scope.Global("iam", "policy/"+platform.Project+"-"+stack.Name+"-boundary"),
				}}
				require.True(t, iamcheck.Allows(statements, request), "%s: %s on %s", stack.Name, request.Action, request.Resource)
				request.Resource = strings.ReplaceAll(request.Resource, platform.Project+"-"+stack.Name, platform.Project+"-other")
				require.False(t, iamcheck.Allows(statements, request), "%s: %s on a neighbour's %s", stack.Name, request.Action, request.Resource)
				checked[resourceType]++
			}
		}
	}
	require.Len(t, checked, len(named), "types of resources: %s", fmt.Sprint(checked))
}

// applyStatements are the permissions of the stack's apply role.
func applyStatements(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	var all []policy.Statement
	for address, resource := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(address, "deployment_apply_") {
			statements, err := iamcheck.Parse(resource["policy"].(string))
			require.NoError(t, err)
			all = append(all, statements...)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// TestEveryRoleHasTheBoundary: an apply role could not make one without it.
func TestEveryRoleHasTheBoundary(t *testing.T) {
	platform := load(t, configurations[0], nil)
	made := synthesise(t, platform, stacks.Options{})
	for _, env := range platform.Environments {
		for address, role := range synthtest.Parse(t, string(made[env.Name])).Resources("aws_iam_role") {
			if !strings.HasPrefix(address, "deployment_") {
				require.Contains(t, role["permissions_boundary"], "aws_iam_policy.deployment_boundary", "%s %s", env.Name, address)
			}
		}
	}
}
