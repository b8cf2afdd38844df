package codepipeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	connectionARN = "arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef"
	keyARN        = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
)

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

func commands(all ...string) buildspec.Spec {
	return buildspec.Spec{Build: buildspec.Phase{Commands: all}}
}

// plain is the smallest pipeline.
func plain() codepipeline.Props {
	return codepipeline.Props{
		Name: "wine-dev-delivery",
		Source: codepipeline.Source{Connection: &codepipeline.Connection{
			ARN: connectionARN, Repository: "acme/wine-ml", Branches: codepipeline.Filter{Include: []string{"main"}},
		}},
		Stages: []codepipeline.Stage{{Name: "Test", Actions: []codepipeline.Action{codepipeline.Run(codepipeline.Build{Name: "test", Spec: commands("go test ./...")})}}},
	}
}

func build(t *testing.T, props codepipeline.Props) (*codepipeline.Pipeline, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "delivery", props, codepipeline.New)
}

func TestPlain(t *testing.T) {
	made, template := build(t, plain())
	template.Golden("plain")
	iamcheck.Check{}.Template(t, template.Root())
	require.Equal(t, "wine-dev-delivery", made.Name())
	for _, each := range []string{made.ARN(), made.RoleARN(), made.BucketName(), made.KeyARN(), made.BuildRoleARN("test"), made.LogGroupName("test")} {
		require.Contains(t, each, "${")
	}
	require.Empty(t, made.BuildRoleARN("deploy"))
	require.Empty(t, made.LogGroupName("deploy"))
	require.NotNil(t, made.Construct())
}

// delivery is a stack of Terraform, with every option but those of existing resources.
func delivery(t *testing.T, topic codepipeline.Topic) codepipeline.Props {
	t.Helper()
	terraform := buildspec.Terraform{
		Stack: "dev", StateRegion: "us-west-2",
		StatePlanRoleARN: "arn:aws:iam::111111111111:role/wine-dev-state-plan", StateRoleARN: "arn:aws:iam::111111111111:role/wine-dev-state",
	}
	assume := func(role string) []policy.Statement {
		return []policy.Statement{{Actions: []string{"sts:AssumeRole"}, Resources: []string{role}}}
	}
	return codepipeline.Props{
		Name: "wine-dev-delivery", Tags: map[string]string{"Team": "wine"},
		Source: codepipeline.Source{Connection: &codepipeline.Connection{
			ARN: strings.Replace(connectionARN, "codeconnections", "codestar-connections", 1), Repository: "acme/wine-ml", DefaultBranch: "trunk",
			Branches: codepipeline.Filter{Include: []string{"feature/**", "main"}, Exclude: []string{"feature/wip-*"}},
			Paths:    codepipeline.Filter{Include: []string{"**/*.go", "config/**"}, Exclude: []string{"docs/**"}},
			Tags:     codepipeline.Filter{Include: []string{"v*"}},
		}},
		Stages: []codepipeline.Stage{
			{Name: "Test", Actions: []codepipeline.Action{
				codepipeline.Run(codepipeline.Build{Name: "test", Tests: true, Spec: terraform.TestSpec(), Output: "stack", RoleName: "wine-dev-codebuild-test", Timeout: 30 * time.Minute}),
			}},
			{Name: "Deploy", Actions: []codepipeline.Action{
				codepipeline.Run(codepipeline.Build{
					Name: "plan", Spec: terraform.PlanSpec(), Inputs: []string{"stack"}, Output: "plan", RoleName: "wine-dev-codebuild-plan",
					Statements: assume(terraform.StatePlanRoleARN), Compute: codepipeline.Small,
				}),
				codepipeline.Approve(codepipeline.Approval{
					Name: "approve", Message: codepipeline.Variable("plan", buildspec.PlanSummary), Link: codepipeline.Variable("plan", buildspec.PlanURL), Timeout: 48 * time.Hour,
				}),
				codepipeline.Run(codepipeline.Build{
					Name: "apply", Spec: terraform.ApplySpec(), Inputs: []string{"plan", "source"}, RoleName: "wine-dev-codebuild-apply",
					Variables:  []buildspec.Variable{{Name: "COMMIT", Value: codepipeline.Variable("source", "CommitId")}},
					Statements: assume(terraform.StateRoleARN), Image: buildspec.Ubuntu, QueueTimeout: time.Hour,
				}),
			}},
		},
		Watches: []codepipeline.Watch{{
			Build: codepipeline.Build{
				Name: "drift", Spec: terraform.DriftSpec("wine-dev-delivery", "apply"), Inputs: []string{"plan"}, Statements: assume(terraform.StatePlanRoleARN),
				RoleName: "wine-dev-codebuild-drift",
			},
			Schedule: "cron(17 3 * * ? *)", StartRoleName: "wine-dev-codepipeline-drift",
		}},
		Mode: codepipeline.Queued, Compute: codepipeline.Large,
		Network:   &codepipeline.Network{VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"}},
		Artifacts: codepipeline.Artifacts{Bucket: "wine-dev-builds-222222222222-us-west-2", ExpireDays: 30}, LogRetentionDays: 90,
		Topic: topic, Notify: []codepipeline.Event{codepipeline.Failed, codepipeline.Succeeded},
		RoleName: "wine-dev-codepipeline-service", PermissionsBoundary: "arn:aws:iam::222222222222:policy/boundary", AllowDestroy: true,
	}
}

func TestDelivery(t *testing.T) {
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "topic", notification.Props{
		Name: "wine-dev-notices", Publishers: []notification.Publisher{notification.EventBridge},
		Subscriptions: []notification.Subscription{{Name: "team", Endpoint: "team@example.com"}},
	})
	require.NoError(t, err)
	_, err = codepipeline.New(stack, "delivery", delivery(t, topic))
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	template.Golden("delivery")
	iamcheck.Check{}.Template(t, template.Root())

	// What the pipeline hands to CodeBuild is what the specification says, once Terraform has read it.
	project := template.Where("aws_codebuild_project", "name", "wine-dev-delivery-plan")
	text := project["source"].(map[string]any)["buildspec"].(string)
	require.NotRegexp(t, `[^$]\$\{`, text, "Terraform would take it for an expression")
	var parsed struct {
		Version string
		Env     struct{ Variables map[string]string }
	}
	require.NoError(t, yaml.Unmarshal([]byte(strings.NewReplacer("$${", "${", "%%{", "%{").Replace(text)), &parsed))
	require.Equal(t, "0.2", parsed.Version)
	require.Equal(t, "arn:aws:iam::111111111111:role/wine-dev-state-plan", parsed.Env.Variables["STATE_ROLE_ARN"])
}

// roles gives the statements of a role by the path of its construct.
func roles(t *testing.T, template synthtest.Template, id string) []policy.Statement {
	t.Helper()
	for name, each := range template.Resources("aws_iam_role_policy") {
		if strings.HasPrefix(name, id) {
			statements, err := iamcheck.Parse(each["policy"].(string))
			require.NoError(t, err)
			return statements
		}
	}
	require.Fail(t, "no role", id)
	return nil
}

// TestRoles asks what each role may do to the artifacts of the others.
func TestRoles(t *testing.T) {
	props := delivery(t, nil)
	props.Notify = nil
	_, template := build(t, props)
	const bucket = "arn:aws:s3:::wine-dev-builds-222222222222-us-west-2/wine-dev-delivery/"
	may := map[string]string{
		"test get source": "yes", "test put stack": "yes",
		"plan get stack": "yes", "plan put plan": "yes",
		"apply get plan": "yes", "apply get source": "yes",
		"drift get plan": "yes",
	}
	for _, role := range []string{"test", "plan", "apply", "drift"} {
		statements := roles(t, template, "delivery_"+role+"_role_")
		for _, artifact := range []string{"source", "stack", "plan"} {
			for verb, action := range map[string]string{"get": "s3:GetObject", "put": "s3:PutObject"} {
				name := role + " " + verb + " " + artifact
				require.Equal(t, may[name] != "", iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: bucket + artifact + "/a1b2c3"}), name)
			}
		}
		for _, action := range []string{"codebuild:StartBuild", "codepipeline:StartPipelineExecution", "codepipeline:PutApprovalResult", "iam:PassRole"} {
			require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply"}), role+" "+action)
		}
		trust := template.Statements(template.Where("aws_iam_role", "name", "wine-dev-codebuild-"+role)["assume_role_policy"])
		require.Len(t, trust, 1)
		require.Equal(t, map[string]any{"Service": "codebuild.amazonaws.com"}, trust[0].Principal)
		require.Equal(t, map[string]map[string]any{
			"StringEquals": {"aws:SourceAccount": "222222222222"},
			"ArnEquals":    {"aws:SourceArn": "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-" + role},
		}, trust[0].Condition)
	}
	pipeline := roles(t, template, "delivery_role_")
	require.False(t, iamcheck.Allows(pipeline, iamcheck.Request{Action: "codebuild:StartBuild", Resource: "arn:aws:codebuild:us-west-2:222222222222:project/other"}))
	for _, project := range template.Resources("aws_codebuild_project") {
		require.Equal(t, false, project["environment"].(map[string]any)["privileged_mode"])
		require.EqualValues(t, 1, project["concurrent_build_limit"])
	}
}

// TestWatch: a build beside the pipeline starts on its schedule alone, and the topic hears where it fails.
func TestWatch(t *testing.T) {
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "topic", notification.Props{Name: "wine-dev-notices", Publishers: []notification.Publisher{notification.EventBridge}})
	require.NoError(t, err)
	made, err := codepipeline.New(stack, "delivery", delivery(t, topic))
	require.NoError(t, err)
	require.Contains(t, made.BuildRoleARN("drift"), "${")
	template := synthtest.Synth(t, stack)
	project := template.Where("aws_codebuild_project", "name", "wine-dev-delivery-drift")
	require.Equal(t, "NO_SOURCE", project["source"].(map[string]any)["type"])
	require.Equal(t, "NO_ARTIFACTS", project["artifacts"].(map[string]any)["type"])
	rule := template.Where("aws_cloudwatch_event_rule", "name", "wine-dev-delivery-drift")
	require.Equal(t, "cron(17 3 * * ? *)", rule["schedule_expression"])
	notify := template.Where("aws_cloudwatch_event_rule", "name", "wine-dev-delivery-drift-notify")
	require.Equal(t, `{"source":["aws.codebuild"],"detail-type":["CodeBuild Build State Change"],"detail":{"project-name":["wine-dev-delivery-drift"],"build-status":["FAILED","FAULT","TIMED_OUT"]}}`, notify["event_pattern"])

	starts := iamcheck.Request{Action: "codebuild:StartBuild", Resource: "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-drift"}
	require.True(t, iamcheck.Allows(roles(t, template, "delivery_drift_start-role_"), starts))
	require.False(t, iamcheck.Allows(roles(t, template, "delivery_role_"), starts), "it is no action of the pipeline")
	starts.Resource = "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-apply"
	require.False(t, iamcheck.Allows(roles(t, template, "delivery_drift_start-role_"), starts))
	trust := template.Statements(template.Where("aws_iam_role", "name", "wine-dev-codepipeline-drift")["assume_role_policy"])
	require.Equal(t, map[string]any{"aws:SourceArn": "arn:aws:events:us-west-2:222222222222:rule/wine-dev-delivery-drift"}, trust[0].Condition["ArnEquals"])
	look := roles(t, template, "delivery_drift_role_")
	require.True(t, iamcheck.Allows(look, iamcheck.Request{Action: "codepipeline:ListActionExecutions", Resource: "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery"}))
	require.True(t, iamcheck.Allows(look, iamcheck.Request{Action: "s3:ListBucket", Resource: "arn:aws:s3:::wine-dev-builds-222222222222-us-west-2"}))
}

func TestCodeCommit(t *testing.T) {
	props := plain()
	props.Source = codepipeline.Source{CodeCommit: &codepipeline.CodeCommit{Repository: "wine-ml", Branch: "prd"}}
	props.Artifacts = codepipeline.Artifacts{Bucket: "artifacts-of-all", Existing: true}
	props.KeyARN, props.RoleARN = keyARN, "arn:aws:iam::222222222222:role/pipeline"
	props.StartRoleName = "wine-dev-start"
	props.Image = buildspec.AmazonLinuxARM
	props.Stages[0].Actions = append(props.Stages[0].Actions,
		codepipeline.Run(codepipeline.Build{Name: "image", Spec: commands("make"), RoleARN: "arn:aws:iam::222222222222:role/build"}),
		codepipeline.Run(codepipeline.Build{Name: "own-image", Spec: commands("make"), Image: "333333333333.dkr.ecr.us-east-1.amazonaws.com/tools/build:1"}),
		codepipeline.Run(codepipeline.Build{Name: "report", Spec: buildspec.Spec{
			Build: buildspec.Phase{Commands: []string{"make test"}}, Reports: []buildspec.Report{{Group: "tests", Files: []string{"*.xml"}}}, CachePaths: []string{"/root/.cache/**/*"},
		}}),
	)
	made, template := build(t, props)
	template.Golden("codecommit")
	iamcheck.Check{}.Template(t, template.Root())
	require.Equal(t, "artifacts-of-all", made.BucketName())
	require.Equal(t, keyARN, made.KeyARN())
	require.Equal(t, "arn:aws:iam::222222222222:role/build", made.BuildRoleARN("image"))
	require.Equal(t, 0, template.Counts()["aws_s3_bucket"]+template.Counts()["aws_kms_key"])
	iamcheck.Statements(t, made.Permissions()...)
	rule := template.One("aws_cloudwatch_event_rule")
	require.Equal(t, `{"source":["aws.codecommit"],"detail-type":["CodeCommit Repository State Change"],`+
		`"resources":["arn:aws:codecommit:us-west-2:222222222222:wine-ml"],"detail":{"event":["referenceCreated","referenceUpdated"],"referenceType":["branch"],"referenceName":["prd"]}}`, rule["event_pattern"])
}

// The plans of the other tests are without it, because a provider that stands in for 5.99.1 may not know it yet.
func TestOnFailure(t *testing.T) {
	props := plain()
	for _, each := range []codepipeline.OnFailure{codepipeline.Stop, codepipeline.RetryFailed, codepipeline.RetryAll, codepipeline.Rollback} {
		props.Stages = append(props.Stages, codepipeline.Stage{
			Name: "Stage-" + string(each), OnFailure: each,
			Actions: []codepipeline.Action{codepipeline.Run(codepipeline.Build{Name: "build-" + strings.ToLower(string(each)), Spec: commands("make")})},
		})
	}
	_, template := build(t, props)
	var found []any
	for _, stage := range template.One("aws_codepipeline")["stage"].([]any)[2:] {
		found = append(found, stage.(map[string]any)["on_failure"])
	}
	require.Equal(t, []any{
		nil,
		map[string]any{"result": "RETRY", "retry_configuration": map[string]any{"retry_mode": "FAILED_ACTIONS"}},
		map[string]any{"result": "RETRY", "retry_configuration": map[string]any{"retry_mode": "ALL_ACTIONS"}},
		map[string]any{"result": "ROLLBACK"},
	}, found)
}

func TestKeyOfYourOwn(t *testing.T) {
	statement := codepipeline.AllowLogs(scope, "wine-dev-delivery")
	require.Equal(t, []string{"arn:aws:logs:us-west-2:222222222222:log-group:/aws/codebuild/wine-dev-delivery-*"}, statement.Conditions[0].Values)
}
