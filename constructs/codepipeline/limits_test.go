package codepipeline_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// TestLongestName: everything that is named after a pipeline keeps to the limit of its service, which the provider knows.
func TestLongestName(t *testing.T) {
	props := plain()
	props.Name = strings.Repeat("n", 80)
	props.Source = codepipeline.Source{CodeCommit: &codepipeline.CodeCommit{Repository: "wine-ml", Branch: "prd"}}
	props.Artifacts.Bucket = "builds"
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "topic", notification.Props{Name: "notices", Publishers: []notification.Publisher{notification.EventBridge}})
	require.NoError(t, err)
	props.Topic = topic
	_, err = codepipeline.New(stack, "delivery", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	names := map[string]bool{}
	for _, rule := range template.Resources("aws_cloudwatch_event_rule") {
		name := rule["name"].(string)
		require.LessOrEqual(t, len(name), 64, "as EventBridge allows")
		names[name] = true
	}
	require.Len(t, names, 2)
	// The role that starts the pipeline trusts the rule by its name.
	for _, role := range template.Resources("aws_iam_role") {
		if !strings.HasSuffix(role["name"].(string), "-start") {
			continue
		}
		from := template.Statements(role["assume_role_policy"])[0].Condition["ArnEquals"]["aws:SourceArn"].(string)
		require.True(t, names[from[strings.LastIndex(from, "/")+1:]], from)
	}
	template.Golden("longest")
}

// TestBuildNames: a build has a part of the construct under its name, beside the pipeline's own.
func TestBuildNames(t *testing.T) {
	props := plain()
	props.Source = codepipeline.Source{CodeCommit: &codepipeline.CodeCommit{Repository: "wine-ml", Branch: "prd"}}
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "topic", notification.Props{Name: "notices", Publishers: []notification.Publisher{notification.EventBridge}})
	require.NoError(t, err)
	props.Topic = topic
	made, err := codepipeline.New(stack, "delivery", props)
	require.NoError(t, err)
	checked := 0
	for _, child := range *made.Construct().Node().Children() {
		name := *child.Node().Id()
		if name == "test" {
			continue
		}
		checked++
		props.Stages = []codepipeline.Stage{{Name: "Test", Actions: []codepipeline.Action{codepipeline.Run(codepipeline.Build{Name: name, Spec: commands("make")})}}}
		_, err := codepipeline.New(stack, "again-"+name, props)
		require.EqualError(t, err, `stages[0].actions[0].name: "`+name+`" is that of a part of the pipeline; use another`)
	}
	require.Equal(t, 14, checked)
}

func TestConnectionByBothNames(t *testing.T) {
	for _, service := range []string{"codeconnections", "codestar-connections"} {
		props := plain()
		connection := *props.Source.Connection
		connection.ARN = strings.Replace(connectionARN, "codeconnections", service, 1)
		props.Source.Connection = &connection
		_, template := build(t, props)
		statements := roles(t, template, "delivery_role_")
		for _, asked := range []string{"codeconnections", "codestar-connections"} {
			for repository, want := range map[string]bool{"acme/wine-ml": true, "acme/other": false} {
				request := iamcheck.Request{
					Action: asked + ":UseConnection", Resource: strings.Replace(connectionARN, "codeconnections", asked, 1),
					Keys: map[string]string{asked + ":FullRepositoryId": repository},
				}
				require.Equal(t, want, iamcheck.Allows(statements, request), "%s, asked by %s for %s", connection.ARN, asked, repository)
			}
		}
	}
}

// TestWhatTheSpecificationNeeds: the role may read the variables that the specification takes from elsewhere, and write
// its reports.
func TestWhatTheSpecificationNeeds(t *testing.T) {
	const (
		group  = "arn:aws:codebuild:us-west-2:222222222222:report-group/shared"
		secret = "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine/key-a1b2c3"
	)
	props := plain()
	spec := commands("make")
	spec.Reports = []buildspec.Report{{Group: "unit", Files: []string{"*.xml"}}, {Group: group, Files: []string{"*.xml"}}}
	spec.ParameterStore = []buildspec.Variable{{Name: "A", Value: "/wine/dev/a"}, {Name: "B", Value: "b"}}
	spec.SecretsManager = []buildspec.Variable{{Name: "C", Value: "wine/dev:token"}, {Name: "D", Value: secret + ":key:AWSCURRENT"}}
	props.Stages[0].Actions[0] = codepipeline.Run(codepipeline.Build{Name: "test", Spec: spec})
	_, template := build(t, props)
	statements := roles(t, template, "delivery_test_role_")
	const ssm, secrets = "arn:aws:ssm:us-west-2:222222222222:parameter/", "arn:aws:secretsmanager:us-west-2:222222222222:secret:"
	for _, row := range []struct {
		action, resource string
		want             bool
	}{
		{"codebuild:CreateReport", "arn:aws:codebuild:us-west-2:222222222222:report-group/wine-dev-delivery-test-unit", true},
		{"codebuild:CreateReport", group, true},
		{"codebuild:CreateReport", group + "-more", false},
		{"ssm:GetParameters", ssm + "wine/dev/a", true},
		{"ssm:GetParameters", ssm + "b", true},
		{"ssm:GetParameters", ssm + "wine/prd/a", false},
		{"secretsmanager:GetSecretValue", secrets + "wine/dev-x1y2z3", true},
		{"secretsmanager:GetSecretValue", secret, true},
		{"secretsmanager:GetSecretValue", secrets + "wine/dev-other-x1y2z3", false},
	} {
		require.Equal(t, row.want, iamcheck.Allows(statements, iamcheck.Request{Action: row.action, Resource: row.resource}), "%s on %s", row.action, row.resource)
	}
	iamcheck.Check{}.Template(t, template.Root())
}

// TestFullClone: builds that have the source as an input clone it themselves.
func TestFullClone(t *testing.T) {
	for name, source := range map[string]codepipeline.Source{
		"CodeStarSourceConnection": plain().Source, "CodeCommit": {CodeCommit: &codepipeline.CodeCommit{Repository: "wine-ml", Branch: "prd"}},
	} {
		props := plain()
		props.Source = source
		props.Source.FullClone = true
		props.Stages[0].Actions = []codepipeline.Action{
			codepipeline.Run(codepipeline.Build{
				Name: "test", Output: "made", Privileged: true, Spec: buildspec.Spec{Build: buildspec.Phase{Commands: []string{"make"}}, Artifacts: buildspec.Artifacts{Files: []string{"**/*"}}},
			}),
			codepipeline.Run(codepipeline.Build{Name: "after", Spec: commands("make"), Inputs: []string{"made"}, Compute: codepipeline.XXLarge}),
		}
		_, template := build(t, props)
		action := template.One("aws_codepipeline")["stage"].([]any)[0].(map[string]any)["action"].([]any)[0].(map[string]any)
		require.Equal(t, name, action["provider"])
		require.Equal(t, "CODEBUILD_CLONE_REF", action["configuration"].(map[string]any)["OutputArtifactFormat"])
		request := iamcheck.Request{Action: "codeconnections:UseConnection", Resource: connectionARN, Keys: map[string]string{"codeconnections:FullRepositoryId": "acme/wine-ml"}}
		if name == "CodeCommit" {
			request = iamcheck.Request{Action: "codecommit:GitPull", Resource: "arn:aws:codecommit:us-west-2:222222222222:wine-ml"}
		}
		require.True(t, iamcheck.Allows(roles(t, template, "delivery_test_role_"), request), name)
		require.False(t, iamcheck.Allows(roles(t, template, "delivery_after_role_"), request), name)
		if name == "CodeCommit" {
			request.Action = "codecommit:GetRepository"
			require.True(t, iamcheck.Allows(roles(t, template, "delivery_role_"), request))
		}
		for project, privileged := range map[string]bool{"test": true, "after": false} {
			made := template.Where("aws_codebuild_project", "name", "wine-dev-delivery-"+project)
			require.Equal(t, privileged, made["environment"].(map[string]any)["privileged_mode"], project)
		}
		iamcheck.Check{}.Template(t, template.Root())
	}
}

// grantee notes what it is granted.
type grantee []policy.Statement

func (g *grantee) Grant(_ string, statements ...policy.Statement) error {
	*g = append(*g, statements...)
	return nil
}

func TestGrantApprove(t *testing.T) {
	props := delivery(t, nil)
	props.Notify = nil
	made, _ := build(t, props)
	var person grantee
	require.NoError(t, made.GrantApprove(&person))
	iamcheck.Statements(t, person...)
	const pipeline, logs = "arn:aws:codepipeline:us-west-2:222222222222:wine-dev-delivery", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/codebuild/"
	for _, row := range []struct {
		action, resource string
		want             bool
	}{
		{"codepipeline:PutApprovalResult", pipeline + "/Deploy/approve", true},
		{"codepipeline:PutApprovalResult", pipeline + "-2/Deploy/approve", false},
		{"codepipeline:GetPipelineState", pipeline, true},
		{"codepipeline:StartPipelineExecution", pipeline, false},
		{"codebuild:BatchGetBuilds", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-delivery-plan", true},
		{"logs:GetLogEvents", logs + "wine-dev-delivery-plan:log-stream:a", true},
		{"logs:GetLogEvents", logs + "other:log-stream:a", false},
	} {
		require.Equal(t, row.want, iamcheck.Allows(person, iamcheck.Request{Action: row.action, Resource: row.resource}), "%s on %s", row.action, row.resource)
	}
	require.EqualError(t, made.GrantApprove(nil), "grantApprove: the grantee is missing; pass a role")
	made, _ = build(t, plain())
	require.EqualError(t, made.GrantApprove(&person), "grantApprove: the pipeline wine-dev-delivery waits for no approval; add one with Approve")
}
