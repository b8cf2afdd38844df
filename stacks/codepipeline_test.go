package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

const oneAccount = "../examples/configurations/one-account"

// delivered are the stacks of the example with pipelines, by name.
func delivered(t *testing.T) map[string]synthtest.Template {
	t.Helper()
	made := map[string]synthtest.Template{}
	for name, text := range built(t, oneAccount, nil) {
		made[name] = synthtest.Parse(t, string(text))
	}
	return made
}

// deliveredWith is the stack, with the one of its roles, of an environment of that example, whose file is changed.
func deliveredWith(t *testing.T, env string, change func(text string) string) synthtest.Template {
	t.Helper()
	file := "environments/" + env + ".yaml"
	text, err := os.ReadFile(oneAccount + "/" + file)
	require.NoError(t, err)
	return builtWithRoles(t, oneAccount, map[string]string{file: change(string(text))}, env)
}

func TestCodePipelineStages(t *testing.T) {
	made := delivered(t)
	for name, want := range map[string]struct {
		approval, network bool
		mode, compute     string
		subscriptions     int
	}{
		"dev": {mode: "SUPERSEDED", compute: "BUILD_GENERAL1_SMALL", subscriptions: 1},
		"hml": {approval: true, mode: "QUEUED", compute: "BUILD_GENERAL1_MEDIUM", subscriptions: 1},
		"prd": {approval: true, network: true, mode: "QUEUED", compute: "BUILD_GENERAL1_MEDIUM", subscriptions: 2},
	} {
		template := made[name]
		pipeline := template.One("aws_codepipeline")
		require.Equal(t, "churn-"+name+"-delivery", pipeline["name"])
		require.Equal(t, "V2", pipeline["pipeline_type"])
		require.Equal(t, want.mode, pipeline["execution_mode"])
		var actions []string
		for _, stage := range pipeline["stage"].([]any) {
			for _, action := range stage.(map[string]any)["action"].([]any) {
				actions = append(actions, stage.(map[string]any)["name"].(string)+"/"+action.(map[string]any)["name"].(string))
			}
		}
		expected := []string{"Source/source", "Test/test", "Deploy/plan", "Deploy/approve", "Deploy/apply"}
		if !want.approval {
			expected = []string{"Source/source", "Test/test", "Deploy/plan", "Deploy/apply"}
		}
		require.Equal(t, expected, actions, name)
		push := pipeline["trigger"].([]any)[0].(map[string]any)["git_configuration"].(map[string]any)["push"].([]any)
		require.Equal(t, []any{map[string]any{
			"branches":   map[string]any{"includes": []any{name}},
			"file_paths": map[string]any{"excludes": []any{"docs/**", "**/*.md"}},
		}}, push, "the branches of promotion")
		for _, project := range template.Resources("aws_codebuild_project") {
			require.Equal(t, want.compute, project["environment"].(map[string]any)["compute_type"])
			require.Equal(t, want.network, project["vpc_config"] != nil)
		}
		require.Len(t, template.Resources("aws_sns_topic_subscription"), want.subscriptions)
		require.Equal(t, "churn-"+name+"-delivery", template.Output("codepipeline_name"))
		require.Contains(t, made[name+"-access"].Output("permissions_boundary_arn"), "${aws_iam_policy.deployment_boundary_", "at the address that it has with GitHub")
	}
}

// Every job finds in its specification the roles by which it reaches the state, and these trust it and nobody else of the
// environment.
func TestCodePipelineReachesTheState(t *testing.T) {
	made := delivered(t)
	scope := arn.Scope{Region: "us-east-1", Account: "999999999999"}.WithDefaults()
	trusts := func(role, principal string) bool {
		statements, err := iamcheck.Parse(made["state"].Where("aws_iam_role", "name", role)["assume_role_policy"].(string))
		require.NoError(t, err)
		for i := range statements {
			statements[i].Resources = []string{"*"} // a trust policy names none
		}
		return iamcheck.Allows(statements, iamcheck.Request{Action: "sts:AssumeRole", Resource: "role", Keys: map[string]string{"aws:PrincipalArn": principal}})
	}
	for _, env := range []string{"dev", "hml", "prd"} {
		for build, role := range map[string]string{"plan": "churn-" + env + "-state-plan", "apply": "churn-" + env + "-state"} {
			variables := specVariables(t, made[env], env, build)
			require.Equal(t, scope.Role(role), variables["STATE_ROLE_ARN"])
			require.Equal(t, "us-east-1", variables["STATE_REGION"])
			require.True(t, trusts(role, scope.Role("churn-"+env+"-codebuild-"+build)))
			require.True(t, iamcheck.Allows(buildStatements(t, made[env], build), iamcheck.Request{Action: "sts:AssumeRole", Resource: scope.Role(role)}))
		}
		require.False(t, trusts("churn-"+env+"-state-plan", scope.Role("churn-"+env+"-codebuild-test")))
		require.False(t, trusts("churn-"+env+"-state-plan", scope.Role("churn-"+env+"-github-plan")), "GitHub is off")
		for _, other := range []string{"dev", "hml", "prd"} {
			if other != env {
				require.False(t, trusts("churn-"+env+"-state-plan", scope.Role("churn-"+other+"-codebuild-plan")))
			}
		}
		require.False(t, iamcheck.Allows(buildStatements(t, made[env], "test"), iamcheck.Request{Action: "sts:AssumeRole", Resource: scope.Role("churn-" + env + "-state-plan")}))
		require.False(t, iamcheck.Allows(buildStatements(t, made[env], "plan"), iamcheck.Request{Action: "sts:AssumeRole", Resource: scope.Role("churn-" + env + "-state")}))
	}
}

// buildStatements are the permissions of a build.
func buildStatements(t *testing.T, template synthtest.Template, build string) []policy.Statement {
	t.Helper()
	var all []policy.Statement
	for _, resourceType := range []string{"aws_iam_policy", "aws_iam_role_policy"} {
		for address, resource := range template.Resources(resourceType) {
			if strings.HasPrefix(address, "deployment_codepipeline_"+build+"_role_") {
				statements, err := iamcheck.Parse(resource["policy"].(string))
				require.NoError(t, err)
				all = append(all, statements...)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// TestCodePipelineLeavesItselfAlone: what the build that applies may not do to the pipeline that it is part of, and what
// it may do to the rest of its stack.
func TestCodePipelineLeavesItselfAlone(t *testing.T) {
	template := delivered(t)["prd"]
	apply, plan, test := buildStatements(t, template, "apply"), buildStatements(t, template, "plan"), buildStatements(t, template, "test")
	scope := arn.Scope{Region: "us-east-1", Account: "999999999999"}.WithDefaults()
	keys := map[string]string{
		"aws:RequestedRegion": "us-east-1", "iam:PermissionsBoundary": scope.Global("iam", "policy/churn-prd-boundary"),
		"iam:PassedToService": "codebuild.amazonaws.com",
	}
	allowed := func(statements []policy.Statement, action, resource string) bool {
		return iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: resource, Keys: keys})
	}
	project, pipeline := scope.Regional("codebuild", "project/churn-prd-delivery-apply"), scope.Regional("codepipeline", "churn-prd-delivery")
	for action, resource := range map[string]string{
		"codebuild:UpdateProject": project, "codebuild:CreateProject": project, "codebuild:DeleteProject": project, "codebuild:StartBuild": project,
		"codepipeline:UpdatePipeline": pipeline, "codepipeline:DeletePipeline": pipeline, "codepipeline:StartPipelineExecution": pipeline,
		"codepipeline:PutApprovalResult": pipeline + "/Deploy/approve", "codepipeline:RetryStageExecution": pipeline + "/Deploy",
		"iam:PutRolePolicy": scope.Role("churn-prd-codebuild-apply"), "iam:UpdateAssumeRolePolicy": scope.Role("churn-prd-codebuild-apply"),
		"iam:AttachRolePolicy": scope.Role("churn-prd-codebuild-plan"), "iam:CreateRole": scope.Role("churn-prd-codebuild-evil"),
		"iam:CreatePolicyVersion": scope.Global("iam", "policy/churn-prd-codebuild-apply-1"), "iam:DeletePolicy": scope.Global("iam", "policy/churn-prd-boundary"),
		"iam:PassRole": scope.Role("churn-prd-codebuild-apply"), "s3:PutObject": scope.Bucket("churn-prd-builds-999999999999-us-east-1") + "/churn-prd-delivery/plan/a",
		"s3:PutBucketPolicy": scope.Bucket("churn-prd-builds-999999999999-us-east-1"),
	} {
		require.False(t, allowed(apply, action, resource), "apply: %s on %s", action, resource)
		require.False(t, allowed(test, action, resource), "test: %s on %s", action, resource)
		if action != "s3:PutObject" {
			require.False(t, allowed(plan, action, resource), "plan: %s on %s", action, resource)
		}
	}
	// Terraform looks at all that it keeps.
	for action, resource := range map[string]string{
		"codebuild:BatchGetProjects": project, "codepipeline:GetPipeline": pipeline, "codepipeline:ListTagsForResource": pipeline,
		"iam:GetRole": scope.Role("churn-prd-codebuild-apply"), "iam:ListRolePolicies": scope.Role("churn-prd-codepipeline-service"),
		"iam:GetPolicyVersion": scope.Global("iam", "policy/churn-prd-codebuild-apply-1"), "iam:GetPolicy": scope.Global("iam", "policy/churn-prd-boundary"),
		"s3:GetLifecycleConfiguration": scope.Bucket("churn-prd-builds-999999999999-us-east-1"), "events:DescribeRule": scope.Regional("events", "rule/churn-prd-delivery-notify"),
		"events:ListTargetsByRule": scope.Regional("events", "rule/churn-prd-delivery-notify"), "sns:GetTopicAttributes": scope.Regional("sns", "churn-prd-delivery-notices"),
		"kms:GetKeyPolicy": scope.Regional("kms", "key/1"), "logs:DescribeLogGroups": "*",
		"logs:ListTagsForResource": scope.Regional("logs", "log-group:/aws/codebuild/churn-prd-delivery-plan"),
	} {
		require.True(t, allowed(plan, action, resource), "plan: %s on %s", action, resource)
		require.True(t, allowed(apply, action, resource), "apply: %s on %s", action, resource)
		require.False(t, allowed(test, action, resource), "test: %s on %s", action, resource)
	}
	for action, resource := range map[string]string{
		"s3:CreateBucket": scope.Bucket("churn-prd-models-999999999999-us-east-1"), "ecr:CreateRepository": scope.Regional("ecr", "repository/churn-prd/churn-inference"),
		"iam:CreateRole": scope.Role("churn-prd-flow-logs"),
	} {
		require.True(t, allowed(apply, action, resource), "apply: %s on %s", action, resource)
		require.False(t, allowed(plan, action, resource), "plan: %s on %s", action, resource)
	}
}

// TestCodePipelinePlansOfItself: a plan that changes what the build that applies may not change fails before anything is
// applied.
func TestCodePipelinePlansOfItself(t *testing.T) {
	for name, template := range delivered(t) {
		if name == "state" || name == "operations" || strings.HasSuffix(name, "-access") {
			continue
		}
		require.Equal(t, "deployment_", specVariables(t, template, name, "plan")["ADMINISTERED"])
		checked := 0
		for _, resourceType := range []string{"aws_codepipeline", "aws_codebuild_project", "aws_iam_role", "aws_iam_policy", "aws_s3_bucket", "aws_cloudwatch_log_group", "aws_cloudwatch_event_rule"} {
			for address, resource := range template.Resources(resourceType) {
				called, _ := resource["name"].(string)
				if called == "" {
					called, _ = resource["bucket"].(string)
				}
				for _, part := range []string{"-delivery", "-codebuild-", "-codepipeline-", "-builds-"} {
					if strings.Contains(called, "churn-"+name+part) {
						require.True(t, strings.HasPrefix(address, "deployment_"), "%s %s", resourceType, address)
						checked++
					}
				}
			}
		}
		require.Greater(t, checked, 10)
	}
}

// specVariables are those of the specification of a build.
func specVariables(t *testing.T, template synthtest.Template, env, build string) map[string]string {
	t.Helper()
	project := template.Where("aws_codebuild_project", "name", "churn-"+env+"-delivery-"+build)
	var spec struct {
		Env struct{ Variables map[string]string }
	}
	require.NoError(t, yaml.Unmarshal([]byte(strings.ReplaceAll(project["source"].(map[string]any)["buildspec"].(string), "$${", "${")), &spec))
	return spec.Env.Variables
}

// Addresses that differ in what a Terraform address cannot hold, or beyond its length, are subscribed each.
func TestCodePipelineEmailsThatLookAlike(t *testing.T) {
	long := strings.Repeat("a", 40) + "@" + strings.Repeat("b", 40)
	emails := []string{"ml.team@example.com", "ml-team@example.com", "ml_team@example.com", long + "1.example.com", long + "2.example.com"}
	template := deliveredWith(t, "prd", func(text string) string {
		before, after, _ := strings.Cut(text, "emails: [")
		_, after, _ = strings.Cut(after, "]")
		return before + "emails: [" + strings.Join(emails, ", ") + "]" + after
	})
	var endpoints []string
	for _, each := range template.Resources("aws_sns_topic_subscription") {
		endpoints = append(endpoints, each["endpoint"].(string))
	}
	require.ElementsMatch(t, emails, endpoints)
}

// With GitHub's roles beside the pipeline, neither may change the other.
func TestCodePipelineBesideGitHub(t *testing.T) {
	template := deliveredWith(t, "prd", func(text string) string { return text + "\ngithub: {}\n" })
	require.Len(t, template.Resources("aws_codepipeline"), 1)
	require.Contains(t, template.Root()["output"], "github_apply_role_arn")
	boundaries := 0
	for _, each := range template.Resources("aws_iam_policy") {
		if each["name"] == "churn-prd-boundary" {
			boundaries++
		}
	}
	require.Equal(t, 1, boundaries)
	scope := arn.Scope{Region: "us-east-1", Account: "999999999999"}.WithDefaults()
	github := []policy.Statement{}
	for address, each := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(address, "deployment_apply_") {
			statements, err := iamcheck.Parse(each["policy"].(string))
			require.NoError(t, err)
			github = append(github, statements...)
		}
	}
	for name, statements := range map[string][]policy.Statement{"codebuild": buildStatements(t, template, "apply"), "github": github} {
		for _, role := range []string{"github-apply", "codebuild-apply", "codepipeline-service"} {
			keys := map[string]string{"iam:PermissionsBoundary": scope.Global("iam", "policy/churn-prd-boundary")}
			require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "iam:PutRolePolicy", Resource: scope.Role("churn-prd-" + role), Keys: keys}), "%s: %s", name, role)
			require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "iam:GetRole", Resource: scope.Role("churn-prd-" + role)}), "%s: %s", name, role)
		}
	}
}

func TestCodePipelineSources(t *testing.T) {
	source := func(with string) func(string) string {
		return func(text string) string {
			before, _, _ := strings.Cut(text, "\ncodePipeline:")
			return before + "\ncodePipeline:\n  source: " + with + "\n  approval: { topicArn: \"arn:aws:sns:us-east-1:999999999999:delivery\", topicKeyArn: \"arn:aws:kms:us-east-1:999999999999:key/01234567-89ab-4def-8123-456789abcdef\" }\n"
		}
	}
	template := deliveredWith(t, "hml", source("{ codeCommit: churn }"))
	configuration := template.One("aws_codepipeline")["stage"].([]any)[0].(map[string]any)["action"].([]any)[0].(map[string]any)["configuration"]
	require.Equal(t, map[string]any{"BranchName": "hml", "OutputArtifactFormat": "CODE_ZIP", "PollForSourceChanges": "false", "RepositoryName": "churn"}, configuration)
	template.Where("aws_iam_role", "name", "churn-hml-codepipeline-start")
	require.Empty(t, template.Resources("aws_sns_topic"), "an existing one")
	require.Equal(t, "arn:aws:sns:us-east-1:999999999999:delivery", template.Output("codepipeline_topic_arn"))

	template = deliveredWith(t, "prd", func(text string) string {
		text = source("{ connectionArn: \"arn:aws:codeconnections:us-east-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef\" }")(text)
		before, after, _ := strings.Cut(text, "promotion:\n  branches: [")
		name, rest, _ := strings.Cut(after, "]")
		return before + "promotion: { branches: [\"" + name + "/*\"], tags: [\"" + name + "-v?*\"] }" + rest
	})
	pipeline := template.One("aws_codepipeline")
	push := pipeline["trigger"].([]any)[0].(map[string]any)["git_configuration"].(map[string]any)["push"].([]any)
	require.Equal(t, []any{
		map[string]any{"branches": map[string]any{"includes": []any{"prd/**"}}}, map[string]any{"tags": map[string]any{"includes": []any{"prd-v?**"}}},
	}, push)
	action := pipeline["stage"].([]any)[0].(map[string]any)["action"].([]any)[0].(map[string]any)
	require.Equal(t, "main", action["configuration"].(map[string]any)["BranchName"], "the default branch, where no branch is named")
}

func TestWithoutCodePipelineNothingOfItIsThere(t *testing.T) {
	template := deliveredWith(t, "prd", func(text string) string { return text + "  enabled: false\n" })
	for resourceType := range template.Counts() {
		require.NotContains(t, resourceType, "code", resourceType)
	}
	require.Contains(t, template.Root()["output"], "github_apply_role_arn", "GitHub is back")
}

// The software in the cluster is planned, approved and applied after the environment, by builds in the network which can do nothing in AWS
// but find what they need, and in the cluster what its access entries say.
func TestCodePipelineDeliversServing(t *testing.T) {
	text, err := os.ReadFile(oneAccount + "/environments/prd.yaml")
	require.NoError(t, err)
	files := map[string]string{"environments/prd.yaml": string(text) + `
administrators: ["arn:aws:iam::999999999999:role/platform-admin"]
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], min: 2, max: 4 } } }
serving: { domain: serving.example.com, hostedZone: Z0123456789ABCDEFGHIJ, mlflow: {}, chartRegistry: 888888888888.dkr.ecr.eu-west-1.amazonaws.com/charts }
monitoring: { grafana: { admins: [01234567-89ab-cdef-0123-456789abcdef] } }
`}
	template := builtWithRoles(t, oneAccount, files, "prd")
	require.NotContains(t, specProjects(template), "churn-prd-delivery-drift", "nobody asked for it")
	pipeline := template.One("aws_codepipeline")
	var actions []string
	var last map[string]any
	for _, stage := range pipeline["stage"].([]any)[2:] {
		for _, action := range stage.(map[string]any)["action"].([]any) {
			last = action.(map[string]any)
			actions = append(actions, stage.(map[string]any)["name"].(string)+"/"+last["name"].(string))
		}
	}
	require.Equal(t, []string{"Deploy/plan", "Deploy/approve", "Deploy/apply", "Serving/plan-serving", "Serving/approve-serving", "Serving/apply-serving"}, actions)
	require.Equal(t, []any{"serving"}, last["input_artifacts"])
	require.Equal(t, "prd-serving", specVariables(t, template, "prd", "test")["FURTHER"])
	require.Equal(t, "prd-serving", specVariables(t, template, "prd", "plan-serving")["FOLDER"])
	apply := template.Where("aws_codebuild_project", "name", "churn-prd-delivery-apply")["source"].(map[string]any)["buildspec"]
	require.Contains(t, apply, "create-workspace-service-account-token", "with Grafana, its dashboards follow")
	require.NotContains(t, template.Where("aws_codebuild_project", "name", "churn-prd-delivery-apply-serving")["source"].(map[string]any)["buildspec"], "grafana")

	for _, build := range []string{"plan", "plan-serving", "apply", "apply-serving"} {
		spec := template.Where("aws_codebuild_project", "name", "churn-prd-delivery-"+build)["source"].(map[string]any)["buildspec"]
		require.Equal(t, strings.HasSuffix(build, "-serving"), strings.Contains(spec.(string), "aws ecr get-login-password --region eu-west-1"), build)
	}

	scope := arn.Scope{Region: "us-east-1", Account: "999999999999"}.WithDefaults()
	builds := template.Where("aws_security_group", "name", "churn-prd-builds")
	require.NotEmpty(t, builds)
	rule := template.Where("aws_vpc_security_group_ingress_rule", "description", "Kubernetes API from churn-prd-builds")
	for _, project := range template.Resources("aws_codebuild_project") {
		require.Contains(t, project["vpc_config"].(map[string]any)["security_group_ids"], rule["referenced_security_group_id"])
	}
	entries := map[string]string{}
	for address, entry := range template.Resources("aws_eks_access_entry") {
		if strings.Contains(address, "codepipeline") {
			entries[address[strings.Index(address, "codepipeline"):strings.LastIndex(address, "_")]] = entry["principal_arn"].(string)
		}
	}
	require.Len(t, entries, 2)
	require.Contains(t, entries["codepipeline-apply"], "apply-serving_role")
	require.Contains(t, entries["codepipeline-plan"], "plan-serving_role")

	for build, state := range map[string]string{"plan-serving": "churn-prd-state-plan", "apply-serving": "churn-prd-state"} {
		statements := buildStatements(t, template, build)
		for action, resource := range map[string]string{
			"eks:DescribeCluster": scope.Regional("eks", "cluster/churn-prd-cluster"), "sts:AssumeRole": scope.Role(state),
			"rds:DescribeDBInstances": scope.Regional("rds", "db:churn-prd-mlflow"), "elasticloadbalancing:DescribeTargetGroups": "*",
			"ecr:GetAuthorizationToken": "*", "ecr:BatchGetImage": "arn:aws:ecr:eu-west-1:888888888888:repository/charts/kserve-crd",
		} {
			require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: resource, Keys: map[string]string{"aws:RequestedRegion": "us-east-1"}}), "%s: %s", build, action)
		}
		for _, statement := range statements {
			for _, action := range statement.Actions {
				require.NotRegexp(t, `^(iam|eks:[^D]|rds:[^D]|elasticloadbalancing:[^D])`, action, build)
			}
		}
	}
	iamcheck.Check{AnyResource: []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData"}}.Template(t, template.Root())

	// The roles of the state trust these builds, and only where there are such.
	trusted := func(files map[string]string, role string) string {
		store := synthtest.Parse(t, string(builtOne(t, oneAccount, files, "state")))
		return store.Where("aws_iam_role", "name", role)["assume_role_policy"].(string)
	}
	require.Contains(t, trusted(files, "churn-prd-state"), "churn-prd-codebuild-apply-serving")
	require.Contains(t, trusted(files, "churn-prd-state-plan"), "churn-prd-codebuild-plan-serving")
	require.NotContains(t, trusted(nil, "churn-prd-state"), "serving")
}

func specProjects(template synthtest.Template) (names []string) {
	for _, project := range template.Resources("aws_codebuild_project") {
		names = append(names, project["name"].(string))
	}
	return names
}

// Every night builds of their own plan what was deployed last, and can do no more than those that plan.
func TestCodePipelineDrift(t *testing.T) {
	text, err := os.ReadFile(oneAccount + "/environments/prd.yaml")
	require.NoError(t, err)
	files := map[string]string{"environments/prd.yaml": string(text) + `  drift: true
administrators: ["arn:aws:iam::999999999999:role/platform-admin"]
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], min: 2, max: 4 } } }
serving: { domain: serving.example.com, hostedZone: Z0123456789ABCDEFGHIJ }
`}
	template := builtWithRoles(t, oneAccount, files, "prd")
	store := synthtest.Parse(t, string(builtOne(t, oneAccount, files, "state")))
	for build, applied := range map[string]string{"drift": "apply", "drift-serving": "apply-serving"} {
		variables := specVariables(t, template, "prd", build)
		require.Equal(t, "churn-prd-delivery", variables["PIPELINE"])
		require.Equal(t, applied, variables["ACTION"])
		rule := template.Where("aws_cloudwatch_event_rule", "name", "churn-prd-delivery-"+build)
		require.Regexp(t, `^cron\([0-9]{1,2} [1-5] \* \* \? \*\)$`, rule["schedule_expression"])
		template.Where("aws_iam_role", "name", "churn-prd-codepipeline-"+build)
		template.Where("aws_cloudwatch_event_rule", "name", "churn-prd-delivery-"+build+"-notify")
		require.Contains(t, store.Where("aws_iam_role", "name", "churn-prd-state-plan")["assume_role_policy"], "role/churn-prd-codebuild-"+build)
		require.NotContains(t, store.Where("aws_iam_role", "name", "churn-prd-state")["assume_role_policy"], "codebuild-drift")
		for _, statement := range buildStatements(t, template, build) {
			for _, action := range statement.Actions {
				if action != "logs:CreateLogStream" && action != "logs:PutLogEvents" && !strings.Contains(action, "NetworkInterface") { // of every build
					require.NotRegexp(t, `:(Create|Update|Put|Delete|Modify|Attach|Start)`, action, build)
				}
			}
		}
	}
	associations := 0
	for address := range template.Resources("aws_eks_access_policy_association") {
		if strings.Contains(address, "codepipeline-drift") {
			associations++
		}
	}
	require.Equal(t, 1, associations)
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, template.Root())
}
