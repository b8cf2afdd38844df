package mlflow_test

import (
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN  = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	roleARN = "arn:aws:iam::222222222222:role/train"
)

func typical() mlflow.Props {
	return mlflow.Props{Name: "wine-dev", ArtifactURI: "s3://wine-dev-models/mlflow", ArtifactKeyARN: keyARN}
}

func build(t *testing.T, props mlflow.Props) (*mlflow.Server, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "mlflow", props, mlflow.New)
}

func TestServer(t *testing.T) {
	_, template := build(t, typical())
	require.Equal(t, map[string]int{"aws_iam_role": 1, "aws_iam_role_policy": 1, "aws_sagemaker_mlflow_tracking_server": 1}, template.Counts())
	template.Golden("server")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestEverything(t *testing.T) {
	props := typical()
	props.Tags, props.Size, props.Version, props.MaintenanceWindow = map[string]string{"Team": "ml"}, mlflow.Medium, "3.0", "Sun:03:30"
	props.RegisterModels, props.ModelPackageGroups = true, []string{"wine-*", "beer"}
	props.RoleName, props.PermissionsBoundary, props.AllowDestroy = "tracking", "arn:aws:iam::222222222222:policy/boundary", true
	_, template := build(t, props)
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

// SageMaker names the groups after the first six digits of the server's SHA-256: printf wine-dev | sha256sum
func TestGroupsByDefault(t *testing.T) {
	props := typical()
	props.RegisterModels = true
	_, template := build(t, props)
	allowed := template.Allowing(template.One("aws_iam_role_policy")["policy"], "sagemaker:CreateModelPackageGroup")
	require.Equal(t, []string{"arn:aws:sagemaker:us-west-2:222222222222:model-package-group/*-f0d1ac"}, allowed[0].Resources)
}

func TestExistingRole(t *testing.T) {
	props := typical()
	props.RoleARN, props.ArtifactKeyARN = roleARN, ""
	made, template := build(t, props)
	require.Equal(t, roleARN, made.RoleARN())
	require.Equal(t, map[string]int{"aws_sagemaker_mlflow_tracking_server": 1}, template.Counts())
}

func TestWholeBucket(t *testing.T) {
	props := typical()
	props.ArtifactURI = "s3://${aws_s3_bucket.models.bucket}"
	_, template := build(t, props)
	document := template.One("aws_iam_role_policy")["policy"]
	require.Equal(t, []string{"arn:aws:s3:::${aws_s3_bucket.models.bucket}/*"}, template.Allowing(document, "s3:PutObject")[0].Resources)
	require.Empty(t, template.Allowing(document, "s3:ListBucket")[0].Condition)
}

func TestExistingServer(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := iam.FromARN(stack, "train", roleARN)
	require.NoError(t, err)
	for id, uri := range map[string]string{"bare": "", "whole": "s3://models/mlflow"} {
		made, err := mlflow.FromName(stack, id, mlflow.ExistingProps{Name: "wine-dev", Scope: typical().Scope, ArtifactURI: uri})
		require.NoError(t, err)
		require.Regexp(t, `^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:mlflow-tracking-server/wine-dev$`, made.ARN())
		require.NoError(t, made.GrantTrack(role))
	}
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role_policy": 2}, template.Counts())
	for name, objects := range map[string]int{"bare-track": 0, "whole-track": 1} {
		document := template.Where("aws_iam_role_policy", "name", name)["policy"]
		require.Len(t, template.Allowing(document, "s3:PutObject"), objects)
		require.Len(t, template.Allowing(document, "sagemaker-mlflow:LogBatch"), 1)
	}
	_, err = mlflow.FromName(stack, "bad", mlflow.ExistingProps{Name: "wine_dev", Scope: typical().Scope, ArtifactURI: "models"})
	require.EqualError(t, err, `name: "wine_dev" is no name of a tracking server; use 1 to 256 letters, digits and hyphens, with a letter or digit at both ends
artifactURI: "models" is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards`)
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := mlflow.New(stack, "mlflow", typical())
	require.NoError(t, err)
	policies := map[string]string{}
	for access, grant := range map[string]func(iam.Grantee) error{"read": made.GrantRead, "track": made.GrantTrack, "manage": made.GrantManage, "ui": made.GrantUI} {
		role, err := iam.FromARN(stack, access, "arn:aws:iam::222222222222:role/"+access)
		require.NoError(t, err)
		require.NoError(t, grant(role))
		require.EqualError(t, grant(nil), "tracking server mlflow: grant "+access+": the grantee is missing; pass a role")
	}
	template := synthtest.Synth(t, stack)
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	for _, access := range []string{"read", "track", "manage", "ui"} {
		policies[access] = template.Where("aws_iam_role_policy", "name", "mlflow-"+access)["policy"].(string)
	}
	may := func(access, action string) bool { return len(template.Allowing(policies[access], action)) > 0 }
	tests := []struct {
		action                  string
		read, track, manage, ui bool
	}{
		{"sagemaker-mlflow:GetRun", true, true, true, false},
		{"sagemaker-mlflow:SearchRuns", true, true, true, false},
		{"sagemaker-mlflow:LogMetric", false, true, true, false},
		{"sagemaker-mlflow:CreateModelVersion", false, true, true, false},
		{"sagemaker-mlflow:TransitionModelVersionStage", false, false, true, false},
		{"sagemaker-mlflow:DeleteRun", false, false, true, false},
		{"sagemaker-mlflow:AccessUI", false, false, false, true},
		{"sagemaker:CreatePresignedMlflowTrackingServerUrl", false, false, false, true},
		{"s3:GetObject", true, true, true, false},
		{"s3:PutObject", false, true, true, false},
		{"s3:DeleteObject", false, false, false, false},
		{"kms:Decrypt", true, true, true, false},
		{"kms:GenerateDataKey", false, true, true, false},
	}
	for _, test := range tests {
		got := []bool{may("read", test.action), may("track", test.action), may("manage", test.action), may("ui", test.action)}
		require.Equal(t, []bool{test.read, test.track, test.manage, test.ui}, got, test.action)
	}
}

// Each action of MLflow's API is in one of the lists, so that GrantManage leaves nothing out.
func TestActions(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := mlflow.New(stack, "mlflow", typical())
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "train", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantManage(role))
	template := synthtest.Synth(t, stack)
	var actions []string
	for _, s := range template.Statements(template.Where("aws_iam_role_policy", "name", "mlflow-manage")["policy"]) {
		for _, each := range s.Actions {
			if strings.HasPrefix(each, "sagemaker-mlflow:") {
				actions = append(actions, each)
			}
		}
	}
	require.Len(t, actions, 60)
	sort.Strings(actions)
	for i := 1; i < len(actions); i++ {
		require.NotEqual(t, actions[i-1], actions[i])
	}
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := mlflow.New(stack, "mlflow", typical())
	require.NoError(t, err)
	for name, value := range map[string]string{"arn": made.ARN(), "name": made.Name(), "url": made.URL(), "role": made.RoleARN()} {
		tf.Output(stack, name, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	server := "aws_sagemaker_mlflow_tracking_server." + template.Names("aws_sagemaker_mlflow_tracking_server")[0]
	require.Equal(t, "${"+server+".arn}", template.Output("arn"))
	require.Equal(t, "${"+server+".tracking_server_name}", template.Output("name"))
	require.Equal(t, "${"+server+".tracking_server_url}", template.Output("url"))
	require.Equal(t, "${aws_iam_role."+template.Names("aws_iam_role")[0]+".arn}", template.Output("role"))
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, mlflow.New, map[string]synthtest.Refusal[mlflow.Props]{
		"name":      {func(p *mlflow.Props) { p.Name = "wine_dev" }, `name: "wine_dev" is no name of a tracking server; use 1 to 256 letters, digits and hyphens, with a letter or digit at both ends`},
		"scope":     {func(p *mlflow.Props) { p.Scope.Region = "west" }, `scope.region: "west" is no AWS region; write it like us-west-2`},
		"no bucket": {func(p *mlflow.Props) { p.ArtifactURI = "wine-dev-models/mlflow" }, `artifactURI: "wine-dev-models/mlflow" is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards`},
		"wildcard":  {func(p *mlflow.Props) { p.ArtifactURI = "s3://wine-dev-models/*" }, `artifactURI: "s3://wine-dev-models/*" is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards`},
		"key":       {func(p *mlflow.Props) { p.ArtifactKeyARN = "alias/models" }, `artifactKeyARN: "alias/models" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"size":      {func(p *mlflow.Props) { p.Size = "small" }, `size: "small" is unknown; use "Small", "Medium" or "Large"`},
		"version":   {func(p *mlflow.Props) { p.Version = "2.16.2" }, `version: "2.16.2" is no version; write major and minor, such as "3.0", without the patch level`},
		"window":    {func(p *mlflow.Props) { p.MaintenanceWindow = "SUN:3:30" }, `maintenanceWindow: "SUN:3:30" is no day and time; write it like "Sun:03:30", in UTC`},
		"group":     {func(p *mlflow.Props) { p.ModelPackageGroups = []string{"a/b"} }, `modelPackageGroups[0]: "a/b" is no name of a model package group; use 1 to 63 letters, digits, hyphens, * and ?`},
		"role": {func(p *mlflow.Props) { p.RoleARN, p.PermissionsBoundary = "role/train", roleARN },
			"roleARN: \"role/train\" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name\npermissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them"},
	})
}
