package sagemakerpipeline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/constructs/sagemakerpipeline"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	jobRole  = "arn:aws:iam::222222222222:role/wine-dev-jobs"
	image    = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine-operations/training-image:4f2a9c1"
	boundary = "arn:aws:iam::222222222222:policy/wine-dev-boundary"
)

var (
	scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}
	// AWS could limit metrics to a dataset, which is something else than a namespace; the condition limits these.
	check = iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}
)

// small is a pipeline of one step.
func small() *pipeline.Pipeline {
	p := pipeline.New("wine-dev-training", pipeline.Props{Defaults: pipeline.Defaults{Role: jobRole, OutputURI: "s3://wine-dev-models/training"}})
	p.Training("train", pipeline.TrainingArgs{Image: image, Inputs: []pipeline.Channel{{Name: "train", S3URI: "s3://wine-dev-data/raw/train.csv"}}})
	return p
}

func statements(t *testing.T, document any) []policy.Statement {
	t.Helper()
	parsed, err := iamcheck.Parse(document.(string))
	require.NoError(t, err)
	return parsed
}

func may(s []policy.Statement, action, resource string, keys ...string) bool {
	request := iamcheck.Request{Action: action, Resource: resource, Keys: map[string]string{}}
	for i := 0; i < len(keys); i += 2 {
		request.Keys[keys[i]] = keys[i+1]
	}
	return iamcheck.Allows(s, request)
}

func TestPlain(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := sagemakerpipeline.New(stack, "training", sagemakerpipeline.Props{Definition: small()})
	require.NoError(t, err)
	require.Contains(t, made.ARN(), "${")
	require.Contains(t, made.Name(), "${")
	require.NotNil(t, made.Construct())
	require.True(t, json.Valid([]byte(made.Definition())))
	template := synthtest.Synth(t, stack)
	template.Golden("plain")
	check.Template(t, template.Root())

	role := statements(t, template.One("aws_iam_role_policy")["policy"])
	jobs := "arn:aws:sagemaker:us-west-2:222222222222:training-job/"
	require.True(t, may(role, "sagemaker:CreateTrainingJob", jobs+"pipelines-abc-train"))
	require.False(t, may(role, "sagemaker:CreateTrainingJob", jobs+"mine"))
	require.True(t, may(role, "iam:PassRole", jobRole, "iam:PassedToService", "sagemaker.amazonaws.com"))
	require.False(t, may(role, "iam:PassRole", jobRole, "iam:PassedToService", "lambda.amazonaws.com"))
	require.False(t, may(role, "s3:GetObject", "arn:aws:s3:::wine-dev-data/raw/train.csv"), "the jobs read the data, the pipeline does not")
}

// whole is a stack with buckets, a repository and the role of the jobs, and a pipeline on all of them.
func whole(t *testing.T) (tf.Stack, *iam.Role, sagemakerpipeline.Props) {
	t.Helper()
	stack := synthtest.Stack(t)
	data, err := bucket.New(stack, "data", bucket.Props{Name: "wine-dev-data"})
	require.NoError(t, err)
	models, err := bucket.New(stack, "models", bucket.Props{Name: "wine-dev-models"})
	require.NoError(t, err)
	repository, err := registry.New(stack, "training", registry.Props{Name: "wine-dev/training"})
	require.NoError(t, err)
	address, err := repository.ImageURI("4f2a9c1")
	require.NoError(t, err)
	role, err := iam.NewRole(stack, "jobs", iam.RoleProps{Name: "wine-dev-jobs", Trust: policy.TrustService(scope.Account, "sagemaker.amazonaws.com")})
	require.NoError(t, err)

	p := pipeline.New("wine-dev-training", pipeline.Props{
		DisplayName: "wine", Description: "Trains on wine", MaxParallelSteps: 2,
		Defaults: pipeline.Defaults{
			Role: pipeline.String(role.ARN()), OutputURI: pipeline.String(models.URI("training")), OutputKMSKey: pipeline.String(models.KeyARN()),
			Network: pipeline.Network{Subnets: []pipeline.String{"subnet-0123456789abcdef0"}, SecurityGroups: []pipeline.String{"sg-0123456789abcdef0"}},
		},
	})
	train := p.Training("train", pipeline.TrainingArgs{
		Image: pipeline.String(address), Compute: pipeline.Compute{MaxRuntime: time.Hour},
		Inputs: []pipeline.Channel{{Name: "train", S3URI: pipeline.String(data.URI("raw/train.csv"))}},
	})
	evaluate := p.Processing("evaluate", pipeline.ProcessingArgs{
		Image: pipeline.String(address), Inputs: []pipeline.ProcessingInput{{Name: "model", S3URI: train.ModelArtifacts()}},
		Outputs:       []pipeline.ProcessingOutput{{Name: "evaluation"}},
		PropertyFiles: []pipeline.PropertyFile{{Name: "metrics", Output: "evaluation", Path: "evaluation.json"}},
	})
	p.Condition("good", pipeline.ConditionArgs{
		If: []pipeline.Condition{pipeline.GreaterThan(evaluate.JSONGet("metrics", "accuracy"), p.Float("threshold", 0.7))},
		Then: []pipeline.Step{p.Register("register", pipeline.RegisterArgs{
			Group: "wine-dev-models", Containers: []pipeline.Container{{Image: pipeline.String(address), ModelData: train.ModelArtifacts()}},
			ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
		})},
	})
	return stack, role, sagemakerpipeline.Props{
		Definition: p, Tags: map[string]string{"Team": "wine"}, JobRole: role, Buckets: []sagemakerpipeline.Bucket{data, models},
		Repositories: []sagemakerpipeline.Repository{repository}, RoleName: "wine-dev-runner", PermissionsBoundary: boundary,
		Statements: []policy.Statement{{
			Sid: "NobodyApproves", Effect: policy.Deny, Actions: []string{"sagemaker:CreateModelPackage"},
			Resources:  []string{"arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/*"},
			Conditions: []policy.Condition{policy.StringEquals("sagemaker:ModelApprovalStatus", "Approved")},
		}},
	}
}

func TestEveryOption(t *testing.T) {
	stack, _, props := whole(t)
	made, err := sagemakerpipeline.New(stack, "pipeline", props)
	require.NoError(t, err)
	starter, err := iam.FromARN(stack, "starter", "arn:aws:iam::222222222222:role/starter")
	require.NoError(t, err)
	require.NoError(t, made.GrantStart(starter))
	require.NoError(t, made.GrantRead(starter))
	require.EqualError(t, made.GrantStart(nil), "pipeline pipeline: grant start: the grantee is missing; pass a role")
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	check.Template(t, template.Root())
}

func TestWhatTheJobsMay(t *testing.T) {
	stack, _, props := whole(t)
	_, err := sagemakerpipeline.New(stack, "pipeline", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	jobs := template.Where("aws_iam_role_policy", "name", "pipeline-jobs")["policy"]
	only := func(action string) string {
		found := template.Allowing(jobs, action)
		require.Len(t, found, 1, action)
		require.Len(t, found[0].Resources, 1, action)
		return found[0].Resources[0]
	}
	require.Contains(t, only("ecr:BatchGetImage"), "${aws_ecr_repository.training_")
	require.Contains(t, only("kms:GenerateDataKey"), "${aws_kms_key.models_", "the key that the definition names")
	require.Empty(t, template.Allowing(jobs, "kms:CreateGrant"), "no volume has a key")
	reading := template.Allowing(jobs, "kms:Decrypt")
	require.Len(t, reading, 2)
	require.Contains(t, reading[1].Resources[0], "${aws_kms_key.data_", "the key that only the bucket knows")
	require.Equal(t, []string{"kms:Decrypt"}, reading[1].Actions, "which is read from, not written to")
	require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}, reading[1].Condition)

	runner := template.Where("aws_iam_role_policy", "name", "permissions")
	read := template.Allowing(runner["policy"], "s3:GetObject")
	require.Len(t, read, 1)
	require.Len(t, read[0].Resources, 2)
	require.True(t, strings.HasSuffix(read[0].Resources[0], "/training/wine-dev-training/*/train/*"), "what is registered: %s", read[0].Resources[0])
	require.True(t, strings.HasSuffix(read[0].Resources[1], "/training/wine-dev-training/*/evaluate/output/evaluation/evaluation.json"), "what is compared: %s", read[0].Resources[1])
	require.Contains(t, template.Allowing(runner["policy"], "kms:Decrypt")[0].Resources[0], "${aws_kms_key.models_")
}

func TestExistingRoleAndDefinitionInS3(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := sagemakerpipeline.New(stack, "training", sagemakerpipeline.Props{
		Definition: small(), RoleARN: "arn:aws:iam::222222222222:role/runner",
		Object: &sagemakerpipeline.Object{Bucket: "wine-operations-pipelines", Key: "wine/4f2a9c1.json", VersionID: "3sL4kqtJ"},
	})
	require.NoError(t, err)
	require.Equal(t, "arn:aws:iam::222222222222:role/runner", made.RoleARN())
	template := synthtest.Synth(t, stack)
	template.Golden("object")
}

func TestProblems(t *testing.T) {
	broken := pipeline.New("wine_dev", pipeline.Props{})
	broken.Training("train", pipeline.TrainingArgs{Role: "train", Image: image, OutputURI: "models"})
	waits := pipeline.New("wine", pipeline.Props{})
	waits.Fail("stop", pipeline.FailArgs{Message: "stop"})
	data, err := bucket.FromName(synthtest.Stack(t), "data", bucket.ExistingProps{Name: "wine-dev-other"})
	require.NoError(t, err)
	repository, err := registry.FromName(synthtest.Stack(t), "other", registry.ExistingProps{Name: "other"})
	require.NoError(t, err)
	role, err := iam.FromARN(synthtest.Stack(t), "jobs", jobRole)
	require.NoError(t, err)
	tests := map[string]struct {
		props sagemakerpipeline.Props
		want  string
	}{
		"nothing": {sagemakerpipeline.Props{Scope: arn.Scope{Account: "2"}}, `scope.account: "2" is no AWS account id; write its 12 digits as a string
definition: is missing; give a pipeline of documents/pipeline`},
		"definition": {sagemakerpipeline.Props{Definition: broken, RoleName: "a b"}, `roleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-
definition.pipeline.name: "wine_dev" is not allowed; use at most 256 letters, digits and hyphens, with a letter or digit first and last
definition.steps["train"].role: "train" is no role ARN; write it like "arn:aws:iam::111111111111:role/name"
definition.steps["train"].outputURI: "models" is no S3 URI; write it like "s3://bucket/prefix"`},
		"role": {sagemakerpipeline.Props{Definition: small(), RoleARN: "runner", RoleName: "runner", PermissionsBoundary: boundary,
			Statements: []policy.Statement{{Actions: []string{"s3:*"}, Resources: []string{"*"}}}},
			`roleARN: "runner" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "runner" names a role to make, but roleARN gives an existing one; keep one of them
permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them
statements: are for a role to make, but roleARN gives an existing one; keep one of them
statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`},
		"object": {sagemakerpipeline.Props{Definition: small(), Object: &sagemakerpipeline.Object{Bucket: "Pipelines", VersionID: strings.Repeat("v", 1025)}},
			`object.bucket: "Pipelines" is no bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens
object.key: has 0 characters, 1 to 1,024 are allowed; give the key of the definition
object.versionID: has 1025 characters, 1,024 are allowed; give an id that S3 shows`},
		"grants without a role": {sagemakerpipeline.Props{Definition: small(), Buckets: []sagemakerpipeline.Bucket{data}, Repositories: []sagemakerpipeline.Repository{repository}},
			`buckets: say what jobRole is granted, which is missing; give the role of the jobs, or drop them
repositories: say what jobRole is granted, which is missing; give the role of the jobs, or drop them`},
		"grants of what no step uses": {sagemakerpipeline.Props{Definition: small(), JobRole: role, Buckets: []sagemakerpipeline.Bucket{data}, Repositories: []sagemakerpipeline.Repository{repository}},
			`buckets[0]: "wine-dev-other" is neither read nor written by a step; drop it
repositories[0]: "222222222222.dkr.ecr.us-west-2.amazonaws.com/other" holds no image of the definition; drop it`},
		"bucket whose name is written out": {sagemakerpipeline.Props{Definition: small(), JobRole: role, Buckets: []sagemakerpipeline.Bucket{madeBucket{}}},
			`buckets[0]: "${aws_s3_bucket.models.id}" is neither read nor written by a step, and "s3://wine-dev-data/raw/train.csv" has its bucket's name written out; if it is this one, use its Name() in the definition, so that Terraform makes it first, or else drop it`},
		"no jobs": {sagemakerpipeline.Props{Definition: waits, JobRole: role}, `jobRole: has no use, because the definition has no jobs; drop it`},
		"name of Terraform": {sagemakerpipeline.Props{Definition: named("${random_pet.name.id}")},
			`roleName: is missing, and the name of the pipeline, from which it would follow, is known to Terraform only; give a name`},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sagemakerpipeline.New(stack, "training", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

// madeBucket is a bucket of the same app, whose name Terraform knows when it has made it.
type madeBucket struct{}

func (madeBucket) Name() string   { return "${aws_s3_bucket.models.id}" }
func (madeBucket) KeyARN() string { return "" }

func named(name string) *pipeline.Pipeline {
	p := pipeline.New(name, pipeline.Props{})
	p.Fail("stop", pipeline.FailArgs{Message: "stop"})
	return p
}

// TestImagesOfWhichOnlyTerraformKnows: without the repository, all of the account are allowed, and the ones given narrow
// it only where they hold all such images.
func TestImagesOfWhichOnlyTerraformKnows(t *testing.T) {
	stack := synthtest.Stack(t)
	repository, err := registry.New(stack, "own", registry.Props{Name: "wine-dev/own"})
	require.NoError(t, err)
	own, err := repository.ImageURI("4f2a9c1")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		second string
		want   int
	}{"known": {image, 2}, "unknown": {"${aws_ecr_repository.other.repository_url}:1", 2}} {
		role, err := iam.NewRole(stack, "jobs-"+name, iam.RoleProps{Name: "jobs-" + name, Trust: policy.TrustService(scope.Account, "sagemaker.amazonaws.com")})
		require.NoError(t, err)
		p := pipeline.New("wine-"+name, pipeline.Props{Defaults: pipeline.Defaults{Role: pipeline.String(role.ARN()), OutputURI: "s3://models/x"}})
		p.Training("one", pipeline.TrainingArgs{Image: pipeline.String(own)})
		p.Training("two", pipeline.TrainingArgs{Image: pipeline.String(test.second)})
		_, err = sagemakerpipeline.New(stack, name, sagemakerpipeline.Props{Definition: p, JobRole: role, Repositories: []sagemakerpipeline.Repository{repository}})
		require.NoError(t, err)
	}
	template := synthtest.Synth(t, stack)
	pull := func(name string) []string {
		return template.Allowing(template.Where("aws_iam_role_policy", "name", name+"-jobs")["policy"], "ecr:BatchGetImage")[0].Resources
	}
	require.Len(t, pull("known"), 2)
	require.Equal(t, "arn:aws:ecr:us-west-2:111111111111:repository/wine-operations/training-image", pull("known")[1])
	require.Equal(t, "arn:aws:ecr:us-west-2:222222222222:repository/*", pull("unknown")[1])
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		scope := arn.Scope{Region: "us-west-2", Account: "222222222222"}
		jobs, err := iam.NewRole(stack, "jobs", iam.RoleProps{Name: "wine-dev-jobs", Trust: policy.TrustService(scope.Account, "sagemaker.amazonaws.com")})
		if err != nil {
			return err
		}
		p := pipeline.New("wine-dev-training", pipeline.Props{Defaults: pipeline.Defaults{Role: pipeline.String(jobs.ARN()), OutputURI: "s3://wine-dev-models"}})
		p.Training("train", pipeline.TrainingArgs{
			Image:  "222222222222.dkr.ecr.us-west-2.amazonaws.com/training:4f2a9c1",
			Inputs: []pipeline.Channel{{Name: "train", S3URI: "s3://wine-dev-data/train.csv"}},
		})
		_, err = sagemakerpipeline.New(stack, "training", sagemakerpipeline.Props{Definition: p, JobRole: jobs})
		return err
	})
	// Output:
	// aws_iam_role 2
	// aws_iam_role_policy 2
	// aws_sagemaker_pipeline 1
}
