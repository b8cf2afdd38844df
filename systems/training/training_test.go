package training_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/systems/training"
)

const (
	image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine-operations/training-image:4f2a9c1"
	role  = "arn:aws:iam::222222222222:role/wine-dev-training-jobs"
)

func small() training.Settings {
	threshold := 0.7
	return training.Settings{
		Name: "wine-dev-training", Image: image, Role: role, Group: "wine-dev-models",
		Data: "s3://wine-dev-data/raw/", Prepared: "s3://wine-dev-data/prepared", Models: "s3://wine-dev-models/training",
		Metric: training.Metric{Threshold: &threshold},
	}
}

func full() training.Settings {
	s, threshold := small(), 0.25
	s.Description = "Grades wine"
	s.PreparedKey, s.ModelsKey = "arn:aws:kms:us-west-2:222222222222:key/data", "arn:aws:kms:us-west-2:222222222222:key/models"
	s.Compute = training.Compute{TrainingInstance: "ml.g5.xlarge", ProcessingInstance: "ml.m5.2xlarge", VolumeGB: 100, MaxRuntime: 4 * time.Hour}
	s.Network = &training.Network{SubnetIDs: []string{"subnet-0a"}, SecurityGroupIDs: []string{"sg-0a"}}
	s.Parameters = training.Parameters{Epochs: 8, BatchSize: 32, LearningRate: 0.001}
	s.Metric = training.Metric{Name: "rmse", Path: "regression_metrics.rmse.value", Threshold: &threshold, SmallerIsBetter: true}
	s.ApproveAutomatically = true
	s.ContentTypes = []string{"application/json"}
	s.Repository, s.Commit = "acme/wine-ml", "4f2a9c1"
	s.Tags = map[string]string{"project": "wine"}
	return s
}

func TestGoldens(t *testing.T) {
	for name, settings := range map[string]training.Settings{"small": small(), "full": full()} {
		p, err := training.New(settings)
		require.NoError(t, err)
		definition, err := p.IndentedJSON()
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+name+".json", []byte(definition))
		drawing, err := p.Mermaid()
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+name+".mmd", []byte(drawing))
	}
}

// definition is what a pipeline becomes.
type definition struct {
	Parameters []struct {
		Name         string
		Type         string
		DefaultValue any
		EnumValues   []string
	}
	Steps []struct {
		Name, Type string
		Arguments  json.RawMessage
	}
}

func parse(t *testing.T, settings training.Settings) (definition, string) {
	t.Helper()
	p, err := training.New(settings)
	require.NoError(t, err)
	text, err := p.JSON()
	require.NoError(t, err)
	var parsed definition
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	return parsed, text
}

func (d definition) step(name string) string {
	for _, each := range d.Steps {
		if each.Name == name {
			return string(each.Arguments)
		}
	}
	return ""
}

// TestNothingIsRegisteredBeforeItPassed holds what the order of the steps must guarantee.
func TestNothingIsRegisteredBeforeItPassed(t *testing.T) {
	parsed, text := parse(t, small())
	var names []string
	for _, each := range parsed.Steps {
		names = append(names, each.Name)
	}
	require.Equal(t, []string{"preprocess", "train", "evaluate", "decide"}, names, "register and reject stand in the condition only")
	require.Equal(t, 1, strings.Count(text, `"Type":"RegisterModel"`))

	var decide struct {
		Conditions []struct {
			Type       string
			RightValue map[string]string
		}
		IfSteps, ElseSteps []struct{ Name, Type string }
	}
	require.NoError(t, json.Unmarshal([]byte(parsed.step("decide")), &decide))
	require.Len(t, decide.Conditions, 1)
	require.Equal(t, "GreaterThanOrEqualTo", decide.Conditions[0].Type)
	require.Equal(t, map[string]string{"Get": "Parameters.threshold"}, decide.Conditions[0].RightValue)
	require.Equal(t, "register", decide.IfSteps[0].Name)
	require.Equal(t, "Fail", decide.ElseSteps[0].Type)
}

// TestTheTestSplitIsHeldOut: what the model is measured with never reaches the training.
func TestTheTestSplitIsHeldOut(t *testing.T) {
	parsed, _ := parse(t, full())
	const test = `Steps.preprocess.ProcessingOutputConfig.Outputs['test']`
	require.Contains(t, parsed.step("evaluate"), test)
	require.NotContains(t, parsed.step("train"), test)
	require.Contains(t, parsed.step("train"), `Outputs['validation']`)
}

func TestApproval(t *testing.T) {
	for _, test := range []struct {
		settings training.Settings
		standard string
		allowed  []string
	}{
		{small(), "PendingManualApproval", []string{"PendingManualApproval", "Rejected"}},
		{full(), "Approved", []string{"Approved", "PendingManualApproval", "Rejected"}},
	} {
		parsed, _ := parse(t, test.settings)
		last := parsed.Parameters[len(parsed.Parameters)-1]
		require.Equal(t, training.ParameterApproval, last.Name)
		require.Equal(t, test.standard, last.DefaultValue)
		require.Equal(t, test.allowed, last.EnumValues)
	}
}

func TestPermissionsAreThoseOfTheSteps(t *testing.T) {
	p, err := training.New(full())
	require.NoError(t, err)
	scope := arn.Scope{Region: "us-west-2", Account: "222222222222"}
	jobs, err := p.JobPermissions(scope)
	require.NoError(t, err)
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Statements(t, jobs...)
	may := func(action, resource string) bool {
		return iamcheck.Allows(jobs, iamcheck.Request{Action: action, Resource: resource})
	}
	require.True(t, may("s3:GetObject", "arn:aws:s3:::wine-dev-data/raw/2026/red.csv"))
	require.False(t, may("s3:GetObject", "arn:aws:s3:::wine-dev-data/raw-private/red.csv"))
	require.False(t, may("s3:PutObject", "arn:aws:s3:::wine-dev-data/raw/red.csv"))
	require.True(t, may("s3:PutObject", "arn:aws:s3:::wine-dev-data/prepared/wine-dev-training/abc/train/part.csv"))
	require.True(t, may("s3:PutObject", "arn:aws:s3:::wine-dev-models/training/wine-dev-training/abc/train/job/output/model.tar.gz"))
	require.False(t, may("s3:PutObject", "arn:aws:s3:::wine-dev-models/champion/model.tar.gz"))
	require.False(t, may("sagemaker:CreateModelPackage", "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/1"), "code in a container registers nothing")
}

func TestProblems(t *testing.T) {
	change := func(edit func(*training.Settings)) training.Settings {
		s := small()
		edit(&s)
		return s
	}
	for name, test := range map[string]struct {
		settings training.Settings
		want     string
	}{
		"nothing": {training.Settings{}, `image: is missing; give the URI of the image
role: is missing; give the ARN of the role of the jobs
group: is missing; give the name of the model package group
data: is missing; give the S3 URI of the raw data
prepared: is missing; give an S3 prefix for prepared data
models: is missing; give an S3 prefix for models
metric.threshold: is missing; say how good a model must be to be registered`},
		"latest": {change(func(s *training.Settings) { s.Image = "training-image:latest" }),
			`image: "training-image:latest" can be another image tomorrow; end it with a digest, or with the tag of a commit`},
		"latest of a token": {change(func(s *training.Settings) { s.Image = "${aws_ecr_repository.r.repository_url}:latest" }),
			`image: "${aws_ecr_repository.r.repository_url}:latest" can be another image tomorrow; end it with a digest, or with the tag of a commit`},
		"no tag": {change(func(s *training.Settings) { s.Image = "localhost:5000/training-image" }),
			`image: "localhost:5000/training-image" can be another image tomorrow; end it with a digest, or with the tag of a commit`},
		"digest": {change(func(s *training.Settings) { s.Image = "training-image@sha256:0" }),
			`image: "training-image@sha256:0" can be another image tomorrow; end it with a digest, or with the tag of a commit`},
		"places": {change(func(s *training.Settings) { s.Data, s.Prepared, s.Models = "/data", "s3://", "models" }), `data: "/data" is no S3 URI; write it like s3://bucket/folder
prepared: "s3://" is no S3 URI; write it like s3://bucket/folder
models: "models" is no S3 URI; write it like s3://bucket/folder`},
		"compute": {change(func(s *training.Settings) {
			s.Compute = training.Compute{TrainingInstance: "g5.xlarge", ProcessingInstance: "m5", VolumeGB: 20000, MaxRuntime: 217 * time.Hour}
		}), `compute.trainingInstance: "g5.xlarge" is no SageMaker instance type; write it as SageMaker does: ml.g5.xlarge
compute.processingInstance: "m5" is no SageMaker instance type; write it like ml.m5.large
compute.volumeGB: 20000 is out of range; use 1 to 16384
compute.maxRuntime: 217h0m0s is out of range; use 1s to 216h in whole seconds`},
		"parameters": {change(func(s *training.Settings) {
			s.Parameters = training.Parameters{Epochs: -1, BatchSize: -1, LearningRate: -0.1}
		}), `parameters.epochs: -1 is out of range; use 1 or more
parameters.batchSize: -1 is out of range; use 1 or more
parameters.learningRate: -0.1 is out of range; use more than 0`},
		"metric": {change(func(s *training.Settings) { s.Metric.Name = "f 1" }), `metric.name: "f 1" is no name of a metric; use up to 64 letters, digits, - and _`},
		"path": {change(func(s *training.Settings) { s.Metric.Path = "$.metrics" }),
			`metric.path: "$.metrics" is no path in a JSON file; write keys with dots between them, such as metrics.accuracy.value`},
		"what the pipeline checks": {change(func(s *training.Settings) { s.Role = "jobs" }), `steps["preprocess"].role: "jobs" is no role ARN; write it like "arn:aws:iam::111111111111:role/name"
steps["train"].role: "jobs" is no role ARN; write it like "arn:aws:iam::111111111111:role/name"
steps["evaluate"].role: "jobs" is no role ARN; write it like "arn:aws:iam::111111111111:role/name"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := training.New(test.settings)
			require.EqualError(t, err, test.want)
		})
	}
}

func ExampleNew() {
	threshold := 0.7
	p, err := training.New(training.Settings{
		Name:  "wine-dev-training",
		Image: "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine-operations/training-image:4f2a9c1",
		Role:  "arn:aws:iam::222222222222:role/wine-dev-training-jobs",
		Group: "wine-dev-models",
		Data:  "s3://wine-dev-data/raw/", Prepared: "s3://wine-dev-data/prepared", Models: "s3://wine-dev-models/training",
		Metric: training.Metric{Name: "accuracy", Threshold: &threshold},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	drawing, _ := p.Mermaid()
	fmt.Print(drawing)
	// Output:
	// flowchart TD
	//   s1["preprocess<br/>Processing"]
	//   s2["train<br/>Training"]
	//   s3["evaluate<br/>Processing"]
	//   s4["register<br/>RegisterModel"]
	//   s5(["reject<br/>Fail"])
	//   s6{"decide<br/>metrics.accuracy.value ≥ threshold"}
	//   s1 --> s2
	//   s2 --> s3
	//   s1 --> s3
	//   s6 -->|then| s4
	//   s3 --> s4
	//   s2 --> s4
	//   s6 -->|else| s5
	//   s3 --> s5
	//   s3 --> s6
}

// TestPortable: what AWS chooses is left to whoever starts an execution, and everything else stays.
func TestPortable(t *testing.T) {
	settings := full()
	settings.Network.SubnetIDs = []string{"subnet-0a", "subnet-0b"}
	want := []training.Argument{
		{Name: "prepared_key", Value: settings.PreparedKey}, {Name: "models_key", Value: settings.ModelsKey},
		{Name: "subnet_1", Value: "subnet-0a"}, {Name: "subnet_2", Value: "subnet-0b"}, {Name: "security_group_1", Value: "sg-0a"},
	}
	require.Equal(t, want, settings.Arguments())
	usual, err := training.New(settings)
	require.NoError(t, err)
	settings.Portable = true
	require.Equal(t, want, settings.Arguments())
	portable, err := training.New(settings)
	require.NoError(t, err)
	require.Equal(t, []string{"subnet-0a", "subnet-0b"}, settings.Network.SubnetIDs, "the caller's stay")

	before, err := usual.JSON()
	require.NoError(t, err)
	after, err := portable.JSON()
	require.NoError(t, err)
	for _, each := range want {
		require.NotContains(t, after, `"`+each.Value+`"`)
		require.Contains(t, after, `{"Name":"`+each.Name+`","Type":"String"}`)
		require.Equal(t, strings.Count(before, `"`+each.Value+`"`), strings.Count(after, `{"Get":"Parameters.`+each.Name+`"}`), each.Name)
		// With the values in place of the references, it is the usual definition.
		after = strings.ReplaceAll(after, `{"Get":"Parameters.`+each.Name+`"}`, `"`+each.Value+`"`)
		after = strings.Replace(after, `,{"Name":"`+each.Name+`","Type":"String"}`, "", 1)
	}
	require.Equal(t, before, after)

	settings = small()
	settings.Portable = true
	require.Empty(t, settings.Arguments())
	_, err = training.New(settings)
	require.NoError(t, err)
}
