package stacks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
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
		for name, text := range built(t, dir, nil) {
			t.Run(dir+"/"+name, func(t *testing.T) {
				// AWS could limit metrics to a dataset, which is something else than a namespace; the condition limits these.
				iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, synthtest.Parse(t, string(text)).Root())
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
	"aws_sagemaker_pipeline": {"pipeline_name", "sagemaker:CreatePipeline", func(s arn.Scope, n string) string {
		return s.Regional("sagemaker", "pipeline/"+n)
	}},
	"aws_sagemaker_model_package_group": {"model_package_group_name", "sagemaker:CreateModelPackageGroup", func(s arn.Scope, n string) string {
		return s.Regional("sagemaker", "model-package-group/"+n)
	}},
	"aws_sagemaker_mlflow_tracking_server": {"tracking_server_name", "sagemaker:CreateMlflowTrackingServer", func(s arn.Scope, n string) string {
		return s.Regional("sagemaker", "mlflow-tracking-server/"+n)
	}},
	"aws_ecs_cluster": {"name", "ecs:CreateCluster", func(s arn.Scope, n string) string { return s.Regional("ecs", "cluster/"+n) }},
	"aws_ecs_task_definition": {"family", "ecs:RegisterTaskDefinition", func(s arn.Scope, n string) string {
		return s.Regional("ecs", "task-definition/"+n+":1")
	}},
	"aws_db_subnet_group":    {"name", "rds:CreateDBSubnetGroup", func(s arn.Scope, n string) string { return s.Regional("rds", "subgrp:"+n) }},
	"aws_db_parameter_group": {"name", "rds:CreateDBParameterGroup", func(s arn.Scope, n string) string { return s.Regional("rds", "pg:"+n) }},
	"aws_lb": {"name", "elasticloadbalancing:CreateLoadBalancer", func(s arn.Scope, n string) string {
		return s.Regional("elasticloadbalancing", "loadbalancer/app/"+n+"/1")
	}},
	"aws_lb_target_group": {"name", "elasticloadbalancing:CreateTargetGroup", func(s arn.Scope, n string) string {
		return s.Regional("elasticloadbalancing", "targetgroup/"+n+"/1")
	}},
	"aws_wafv2_web_acl": {"name", "wafv2:CreateWebACL", func(s arn.Scope, n string) string { return s.Regional("wafv2", "regional/webacl/"+n+"/1") }},
	"aws_db_instance":   {"identifier", "rds:CreateDBInstance", func(s arn.Scope, n string) string { return s.Regional("rds", "db:"+n) }},
	"aws_scheduler_schedule": {"name", "scheduler:CreateSchedule", func(s arn.Scope, n string) string {
		return s.Regional("scheduler", "schedule/default/"+n)
	}},
	"aws_sfn_state_machine": {"name", "states:CreateStateMachine", func(s arn.Scope, n string) string {
		return s.Regional("states", "stateMachine:"+n)
	}},
	"aws_sns_topic": {"name", "sns:CreateTopic", func(s arn.Scope, n string) string { return s.Regional("sns", n) }},
	"aws_cloudwatch_metric_alarm": {"alarm_name", "cloudwatch:PutMetricAlarm", func(s arn.Scope, n string) string {
		return s.Regional("cloudwatch", "alarm:"+n)
	}},
	"aws_cloudwatch_dashboard": {"dashboard_name", "cloudwatch:PutDashboard", func(s arn.Scope, n string) string {
		return s.Global("cloudwatch", "dashboard/"+n)
	}},
	"aws_cloudwatch_event_rule": {"name", "events:PutRule", func(s arn.Scope, n string) string {
		return s.Regional("events", "rule/"+n)
	}},
}

// TestApplyRolesReachTheirStack checks that a role which applies a stack may make what is in it, and may not make the
// same in a neighbour.
func TestApplyRolesReachTheirStack(t *testing.T) {
	checked := map[string]int{}
	for _, dir := range []string{configurations[0], servicesSet} {
		checkApplies(t, load(t, dir, nil), built(t, dir, nil), checked)
	}
	require.Len(t, checked, len(named), "types of resources: %s", fmt.Sprint(checked))
}

func checkApplies(t *testing.T, platform *config.Platform, made map[string][]byte, checked map[string]int) {
	t.Helper()
	for _, stack := range platform.Stacks() {
		if stack.Kind != config.OperationsStack && stack.Kind != config.EnvironmentStack {
			continue // made by administrators
		}
		template := withRoles(t, made, stack.Name)
		scope := arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
		statements := applyStatements(t, template)
		for resourceType, how := range named {
			for address, resource := range template.Resources(resourceType) {
				name, _ := resource[how.attribute].(string)
				if strings.HasPrefix(address, "deployment_") || strings.Contains(name, "-github-") {
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
}

// applyStatements are the permissions of the stack's apply role.
func applyStatements(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	var all []policy.Statement
	for address, resource := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(address, "deployment_apply_") || strings.HasPrefix(address, "deployment_codepipeline_apply_") {
			statements, err := iamcheck.Parse(resource["policy"].(string))
			require.NoError(t, err)
			all = append(all, statements...)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// TestDeploymentsOfOneAccountStayApart asks, for each two stacks of one account, what the apply role and the roles that it
// makes in the one may do to what is in the other.
func TestDeploymentsOfOneAccountStayApart(t *testing.T) {
	const dir = "../examples/configurations/one-account/"
	for name, change := range map[string]func(file, text string) string{
		"shared state": func(_, text string) string { return text },
		"state of each environment": func(file, text string) string {
			if file == "platform.yaml" {
				text += "\nstate: { scope: environment }\n"
			}
			return text
		},
		"GitHub in place of pipelines": func(_, text string) string {
			before, _, _ := strings.Cut(text, "\ncodePipeline:")
			return before
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for _, file := range []string{"platform.yaml", "environments/dev.yaml", "environments/hml.yaml", "environments/prd.yaml"} {
				text, err := os.ReadFile(dir + file)
				require.NoError(t, err)
				files[file] = change(file, string(text))
			}
			platform := load(t, dir, files)
			made := map[string]synthtest.Template{}
			texts := synthesise(t, platform, stacks.Options{})
			for name := range texts {
				made[name] = withRoles(t, texts, name)
			}
			for _, stack := range platform.Stacks() {
				if stack.Administered() {
					continue
				}
				for _, other := range platform.Stacks() {
					if other.Kind == config.AccessStack {
						continue // with the stack that it is for
					}
					t.Run(stack.Name+" and "+other.Name, func(t *testing.T) {
						checkReach(t, stack, other, made)
					})
				}
			}
		})
	}
}

// usedByName is what roles could do to resources whatever their tags are. The suffix, and what replaces a part of the ARN,
// make that of what lies below the resource.
var usedByName = map[string]struct {
	actions             []string
	replace, by, suffix string
}{
	"aws_sagemaker_model_package_group": {[]string{"sagemaker:UpdateModelPackage", "sagemaker:CreateModelPackage", "sagemaker:DeleteModelPackage"}, "model-package-group/", "model-package/", "/7"},
	"aws_sagemaker_pipeline":            {[]string{"sagemaker:StopPipelineExecution", "sagemaker:RetryPipelineExecution"}, "", "", "/execution/a"},
	"aws_sfn_state_machine":             {[]string{"states:StopExecution"}, "stateMachine:", "execution:", ":a"},
	"aws_sns_topic":                     {[]string{"sns:Publish", "sns:Subscribe"}, "", "", ""},
	"aws_cloudwatch_event_rule":         {[]string{"events:PutTargets", "events:DisableRule"}, "", "", ""},
	"aws_cloudwatch_log_group":          {[]string{"logs:GetLogEvents", "logs:PutLogEvents"}, "", "", ":log-stream:a"},
}

func checkReach(t *testing.T, stack, other config.Stack, made map[string]synthtest.Template) {
	scope := arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
	own, theirs := defaultTags(t, made[stack.Name]), defaultTags(t, made[other.Name])
	apply, boundary := applyStatements(t, made[stack.Name]), boundaryStatements(t, made[stack.Name])
	same, shared := other.Name == stack.Name, other.Kind == config.OperationsStack

	keys := map[string]string{"aws:RequestedRegion": stack.Region, "kms:GrantIsForAWSResource": "true"}
	for key := range theirs {
		keys["aws:ResourceTag/"+key], keys["aws:RequestTag/"+key] = theirs[key], own[key]
	}
	check := func(statements []policy.Statement, want bool, action, resource string) {
		t.Helper()
		request := iamcheck.Request{Action: action, Resource: resource, Keys: keys}
		require.Equal(t, want, iamcheck.Allows(statements, request), "%s on %s of %s", action, resource, other.Name)
	}
	key := scope.Regional("kms", "key/1")
	for _, action := range []string{"kms:TagResource", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant", "kms:CreateAlias"} {
		check(apply, same, action, key)
	}
	check(boundary, same || shared, "kms:Decrypt", key)
	check(boundary, same, "kms:GenerateDataKey", key)
	if stack.Kind == config.EnvironmentStack {
		for action, kind := range map[string]string{"ec2:CreateRoute": "route-table", "ec2:CreateTags": "network-acl", "ec2:DeleteVpc": "vpc", "ec2:AuthorizeSecurityGroupIngress": "security-group"} {
			check(apply, same, action, scope.Regional("ec2", kind+"/1"))
		}
	}
	// Some of it has no tags, such as versions of models, or gives them to policies too late to count on.
	keys = map[string]string{"aws:RequestedRegion": stack.Region}
	if stack.Kind == config.EnvironmentStack {
		for resourceType, used := range usedByName {
			for address, resource := range made[other.Name].Resources(resourceType) {
				if same && strings.HasPrefix(address, "deployment_") {
					continue // of the pipeline that delivers, which no role of the stack needs
				}
				what := named[resourceType].arn(scope, resource[named[resourceType].attribute].(string))
				for _, action := range used.actions {
					check(boundary, same, action, strings.Replace(what, used.replace, used.by, 1)+used.suffix)
				}
			}
		}
	}
	for address, bucket := range made[other.Name].Resources("aws_s3_bucket") {
		name := scope.Bucket(bucket["bucket"].(string))
		if strings.HasPrefix(address, "deployment_") {
			// Who could exchange a plan could have anything applied.
			for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} {
				check(boundary, false, action, name+"/a")
			}
			for _, action := range []string{"s3:PutBucketPolicy", "s3:DeleteBucket", "s3:PutLifecycleConfiguration"} {
				check(apply, false, action, name)
			}
			check(apply, same && strings.Contains(address, "codepipeline"), "s3:GetObject", name+"/churn-"+stack.Name+"-delivery/plan/a")
			check(apply, false, "s3:PutObject", name+"/churn-"+stack.Name+"-delivery/plan/a")
			continue
		}
		check(boundary, same || shared, "s3:GetObject", name+"/a")
		check(boundary, same, "s3:PutObject", name+"/a")
		check(boundary, same, "s3:PutBucketPolicy", name)
		check(apply, same, "s3:PutBucketPolicy", name)
	}
	for _, role := range made[other.Name].Resources("aws_iam_role") {
		name := role["name"].(string)
		// The state role is the one way into the state, for apply and not for the roles that it makes.
		check(apply, other.Kind == config.StateStack && name == "churn-"+stack.Name+"-state", "sts:AssumeRole", scope.Role(name))
		check(boundary, same && !strings.Contains(name, "-github-") && !strings.Contains(name, "-code"), "sts:AssumeRole", scope.Role(name))
	}
}

// A stack beside it with the same roles, such as that of the workloads on a cluster, is within reach.
func TestStacksOfOneEnvironmentShareItsRoles(t *testing.T) {
	platform := load(t, configurations[0], nil)
	made := example(t)
	for _, env := range platform.Environments {
		template := withRoles(t, made, env.Name)
		keys := map[string]string{"aws:RequestedRegion": env.Region}
		for key, value := range defaultTags(t, template) {
			keys["aws:ResourceTag/"+key] = value
		}
		keys["aws:ResourceTag/Stack"] = env.Name + "-serving"
		scope := arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults()
		require.True(t, iamcheck.Allows(applyStatements(t, template), iamcheck.Request{Action: "kms:PutKeyPolicy", Resource: scope.Regional("kms", "key/1"), Keys: keys}))
		require.True(t, iamcheck.Allows(boundaryStatements(t, template), iamcheck.Request{Action: "kms:Decrypt", Resource: scope.Regional("kms", "key/1"), Keys: keys}))
	}
}

// TestOnlyStacksWithRolesMakeThem: operations has none but those of the deployment, which administrators change.
func TestOnlyStacksWithRolesMakeThem(t *testing.T) {
	operations := withRoles(t, example(t), config.OperationsName)
	for _, s := range applyStatements(t, operations) {
		for _, action := range s.Actions {
			if s.Effect != policy.Deny && strings.HasPrefix(action, "iam:") && action != "iam:CreateServiceLinkedRole" {
				require.Regexp(t, "^iam:(Get|List)", action)
			}
		}
	}
}

// defaultTags are what the provider puts on every resource of the stack.
func defaultTags(t *testing.T, template synthtest.Template) map[string]string {
	t.Helper()
	var parsed struct {
		Provider struct {
			AWS []struct {
				DefaultTags []struct {
					Tags map[string]string
				} `json:"default_tags"`
			}
		}
	}
	text, err := json.Marshal(template.Root())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &parsed))
	require.NotEmpty(t, parsed.Provider.AWS[0].DefaultTags[0].Tags)
	return parsed.Provider.AWS[0].DefaultTags[0].Tags
}

// boundaryStatements are the permissions boundary of the stack's roles. Where the organisation brings one, it is taken to allow all but
// what the stack says that it must deny.
func boundaryStatements(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	if outputs, _ := template.Root()["output"].(map[string]any); outputs["permissions_boundary_denials"] != nil {
		return denied(t, template)
	}
	for address, resource := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(address, "deployment_boundary_") {
			statements, err := iamcheck.Parse(resource["policy"].(string))
			require.NoError(t, err)
			return statements
		}
	}
	require.Fail(t, "no boundary")
	return nil
}

// TestBoundaryLeavesRolesTheirPermissions: what a role of the stack is given and its boundary does not allow would only
// be found when a workload fails.
func TestBoundaryLeavesRolesTheirPermissions(t *testing.T) {
	leavesRolesTheirPermissions(t, func(string) map[string]string { return nil }, boundaryStatements)
}

func leavesRolesTheirPermissions(t *testing.T, files func(dir string) map[string]string, of func(*testing.T, synthtest.Template) []policy.Statement) {
	t.Helper()
	checked := 0
	for _, dir := range configurations {
		platform := load(t, dir, files(dir))
		made := built(t, dir, files(dir))
		for _, env := range platform.Environments {
			template := withRoles(t, made, env.Name)
			boundary := of(t, template)
			scope := arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults()
			for address, resource := range template.Resources("aws_iam_role_policy") {
				if strings.HasPrefix(address, "deployment_") {
					continue
				}
				role := strings.TrimSuffix(strings.TrimPrefix(resource["role"].(string), "${aws_iam_role."), ".name}")
				who := scope.Role(template.Resources("aws_iam_role")[role]["name"].(string))
				statements, err := iamcheck.Parse(resource["policy"].(string))
				require.NoError(t, err)
				for _, s := range statements {
					s.Resources = withNames(template, scope, s.Resources)
					for _, request := range requests(s, env.Prefix(), env.Region) {
						request.Keys["aws:PrincipalArn"] = who
						require.True(t, iamcheck.Allows(boundary, request), "%s %s: %s on %s", env.Name, address, request.Action, request.Resource)
						checked++
					}
				}
			}
		}
	}
	require.Greater(t, checked, 50)
}

// withNames are the resources with ARNs in place of references to what has a name.
func withNames(template synthtest.Template, scope arn.Scope, resources []string) []string {
	out := slices.Clone(resources)
	for resourceType, how := range named {
		for address, made := range template.Resources(resourceType) {
			name, _ := made[how.attribute].(string)
			for i := range out {
				out[i] = strings.ReplaceAll(out[i], "${"+resourceType+"."+address+".arn}", how.arn(scope, name))
				out[i] = strings.ReplaceAll(out[i], "${"+resourceType+"."+address+"."+how.attribute+"}", name)
			}
		}
	}
	for i := range out {
		// RDS names the secrets of its databases.
		out[i] = databaseSecret.ReplaceAllLiteralString(out[i], scope.Regional("secretsmanager", "secret:rds!db-1-a1b2c3"))
	}
	return out
}

var databaseSecret = regexp.MustCompile(`\$\{aws_db_instance\.[^}]*secret_arn\}`)

// requests are what a statement is there to allow: each action on each resource, where a name is open on one of the
// environment.
func requests(s policy.Statement, prefix, region string) []iamcheck.Request {
	if s.Effect == policy.Deny {
		return nil
	}
	keys := map[string]string{"aws:RequestedRegion": region}
	for _, c := range s.Conditions {
		if c.Operator == "StringEquals" {
			keys[c.Key] = c.Values[0]
		}
	}
	var out []iamcheck.Request
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			if rest, open := strings.CutSuffix(resource, "/*"); open {
				resource = rest + "/" + prefix + "-a"
			}
			resource = strings.Replace(resource, "/*:log-stream:", "/"+prefix+"-a:log-stream:", 1)
			out = append(out, iamcheck.Request{Action: action, Resource: resource, Keys: keys})
		}
	}
	return out
}

// TestEveryRoleHasTheBoundary: an apply role could not make one without it.
func TestEveryRoleHasTheBoundary(t *testing.T) {
	platform := load(t, configurations[0], nil)
	made := example(t)
	for _, env := range platform.Environments {
		for address, role := range synthtest.Parse(t, string(made[env.Name])).Resources("aws_iam_role") {
			if !strings.HasPrefix(address, "deployment_") {
				boundary := arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults().Global("iam", "policy/"+env.Prefix()+"-boundary")
				require.Equal(t, boundary, role["permissions_boundary"], "%s %s", env.Name, address)
			}
		}
	}
}
