package automation_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/systems/automation"
)

const (
	roleARN  = "arn:aws:iam::222222222222:role/fraud-dev-jobs"
	topicARN = "arn:aws:sns:us-west-2:222222222222:fraud-dev-alerts"
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	image    = "333333333333.dkr.ecr.us-west-2.amazonaws.com/fraud@sha256:" + "0000000000000000000000000000000000000000000000000000000000000000"
	xgboost  = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"
	champion = "arn:aws:sagemaker:us-west-2:222222222222:model-package/fraud-dev/7"
)

var scope = arn.Scope{Region: "us-west-2", Account: "222222222222"}

// fraud is the search of the auto-learning pipeline for fraud detection that this package follows.
func fraud() automation.Learning {
	return automation.Learning{
		Prefix: "fraud-dev", RoleARN: roleARN, Bucket: "fraud-dev-data", KeyARN: keyARN, TopicARN: topicARN, TopicKeyARN: keyARN,
		Prepare: automation.Job{Image: image, Arguments: []string{"--undersample-ratio", "10"}},
		Tuning: automation.Tuning{
			Image: xgboost, Objective: asl.Objective{Metric: "validation:error"},
			Integers: []asl.IntegerRange{{Name: "max_depth", Max: 10}},
			Continuous: []asl.ContinuousRange{
				{Name: "gamma", Max: 5}, {Name: "eta", Min: 0.1, Max: 0.5}, {Name: "min_child_weight", Max: 120}, {Name: "subsample", Min: 0.5, Max: 1},
			},
			Static: map[string]string{"verbosity": "1", "objective": "binary:logistic", "num_round": "50"},
		},
		Evaluate: automation.Job{Image: image},
		Register: automation.Register{GroupName: "fraud-dev", Metric: "f1", Threshold: 0.8},
	}
}

func definition(t *testing.T, l automation.Learning) asl.Definition {
	t.Helper()
	d, err := l.Definition()
	require.NoError(t, err)
	return d
}

func TestLearning(t *testing.T) {
	d := definition(t, fraud())
	require.Empty(t, d.Warnings())
	text, err := d.JSON()
	require.NoError(t, err)
	golden.AssertJSON(t, "testdata/learning.json", text)
	golden.Assert(t, "testdata/learning.mmd", []byte(d.Mermaid()))
}

// What the machine's role may do names the platform's own resources, as far as their names are known.
func TestPermissions(t *testing.T) {
	statements, err := definition(t, fraud()).Permissions(scope)
	require.NoError(t, err)
	iamcheck.Statements(t, statements...)
	for _, s := range statements {
		for _, action := range s.Actions {
			if !strings.HasPrefix(action, "sagemaker:") || action == "sagemaker:DescribeTrainingJob" {
				continue
			}
			for _, resource := range s.Resources {
				require.Contains(t, resource, "/fraud-dev", action)
			}
		}
	}
}

// Programs find MLflow by their variables, and its password nowhere.
func TestTracking(t *testing.T) {
	const secret = "arn:aws:secretsmanager:us-west-2:222222222222:secret:fraud-dev-client-a1b2c3"
	l := fraud()
	l.Tracking = &mlflowclient.Server{URI: "https://mlflow.example.com", Experiment: "fraud", SecretARN: secret}
	want := map[string]asl.Text{"MLFLOW_TRACKING_URI": "https://mlflow.example.com", "MLFLOW_EXPERIMENT_NAME": "fraud", "MLFLOW_TRACKING_SECRET_ARN": secret}
	found := map[string]map[string]asl.Text{}
	for _, s := range definition(t, l).States {
		if task, ok := s.(asl.Task); ok {
			switch call := task.Call.(type) {
			case asl.SageMakerCreateProcessingJob:
				found[task.Name] = call.Environment
			case asl.SageMakerCreateHyperParameterTuningJob:
				found[task.Name] = call.Environment
			}
		}
	}
	require.Equal(t, map[string]map[string]asl.Text{"Prepare data": want, "Tune": want, "Evaluate": want}, found)
	l.Tracking.Experiment = ""
	_, err := l.Definition()
	require.EqualError(t, err, "tracking.experiment: is missing; give its name")
}

// Each task can be waited for only so long, is repeated when AWS is busy, and its failure is told.
func TestEveryTaskIsCaught(t *testing.T) {
	for _, s := range definition(t, fraud()).States {
		task, ok := s.(asl.Task)
		if !ok {
			continue
		}
		require.NotEmpty(t, task.Catch, task.Name)
		require.NotEmpty(t, task.Retry, task.Name)
		if task.Pattern == asl.Sync {
			require.NotZero(t, task.Timeout, task.Name)
		}
	}
}

type (
	attempt = aslnode.Attempt
	request = aslnode.Request
	object  = map[string]any
)

// world is what the tasks return where the new model reaches this value, and the champion that one. Zero is no champion.
func world(value, best string) map[string][]attempt {
	tasks := map[string][]attempt{
		"Tune":                {{Result: object{"BestTrainingJob": object{"TrainingJobName": "best-001"}}}},
		"Find the best model": {{Result: object{"ModelArtifacts": object{"S3ModelArtifacts": "s3://fraud-dev-data/model.tar.gz"}}}},
		"Read evaluation":     {{Result: object{"Body": `{"metrics": {"f1": {"value": ` + value + `}}}`}}},
		"Find the champion":   {{Result: object{"ModelPackageSummaryList": []object{}}}},
		"Register":            {{Result: object{"ModelPackageArn": "arn:aws:sagemaker:us-west-2:222222222222:model-package/fraud-dev/8"}}},
	}
	if best != "" {
		tasks["Find the champion"] = []attempt{{Result: object{"ModelPackageSummaryList": []object{{"ModelPackageArn": champion}}}}}
		tasks["Read the champion"] = []attempt{{Result: object{"CustomerMetadataProperties": object{"f1": best}}}}
	}
	return tasks
}

func context(input object) object {
	return object{
		"Execution": object{"Id": "arn:aws:states:us-west-2:222222222222:execution:fraud-dev:1", "Name": "1", "StartTime": "2026-01-01T00:00:00Z", "Input": input},
		"State":     object{"Name": "s", "EnteredTime": "2026-01-01T00:00:01Z", "RetryCount": 0},
	}
}

func TestExecutions(t *testing.T) {
	failing := func(task string) map[string][]attempt {
		tasks := world("0.9", "0.85")
		tasks[task] = []attempt{{Error: "SageMaker.Broken", Cause: "no capacity"}}
		return tasks
	}
	minimize := fraud()
	minimize.Register.Minimize, minimize.Register.Threshold = true, 0.2
	withoutMetric := world("0.9", "0.95")
	withoutMetric["Read the champion"] = []attempt{{Result: object{"CustomerMetadataProperties": object{"accuracy": "0.99"}}}}
	const told, rejected, registered = "Tell of the failure", "Tell that the champion stays", "Tell of the new model"
	tests := []struct {
		name    string
		machine automation.Learning
		tasks   map[string][]attempt
		last    string
		fails   bool
	}{
		{"the first model", fraud(), world("0.9", ""), registered, false},
		{"the first model, just good enough", fraud(), world("0.8", ""), registered, false},
		{"the first model, not good enough", fraud(), world("0.79", ""), rejected, false},
		{"better than the champion", fraud(), world("0.9", "0.85"), registered, false},
		{"as good as the champion", fraud(), world("0.85", "0.85"), rejected, false},
		{"worse than the champion", fraud(), world("0.82", "0.85"), rejected, false},
		{"a champion without the metric", fraud(), withoutMetric, registered, false},
		{"smaller is better, and it is", minimize, world("0.1", "0.15"), registered, false},
		{"smaller is better, and it is not", minimize, world("0.16", "0.15"), rejected, false},
		{"smaller is better, and too large", minimize, world("0.3", ""), rejected, false},
		{"an evaluation without the metric", fraud(), func() map[string][]attempt {
			tasks := world("0.9", "")
			tasks["Read evaluation"] = []attempt{{Result: object{"Body": `{"metrics": {}}`}}}
			return tasks
		}(), told, true},
	}
	for _, s := range definition(t, fraud()).States {
		if task, ok := s.(asl.Task); ok && task.Name != told && task.Name != rejected {
			tests = append(tests, struct {
				name    string
				machine automation.Learning
				tasks   map[string][]attempt
				last    string
				fails   bool
			}{task.Name + " fails", fraud(), failing(task.Name), told, true})
		}
	}
	var requests []request
	for _, test := range tests {
		text, err := definition(t, test.machine).JSON()
		require.NoError(t, err)
		requests = append(requests, request{Run: json.RawMessage(text), Input: object{}, Tasks: test.tasks, Context: context(object{})})
	}
	for i, got := range aslnode.Node(t, requests) {
		test := tests[i]
		t.Run(test.name, func(t *testing.T) {
			require.NotEmpty(t, got.Visited, "%s %s", got.Error, got.Cause)
			require.Equal(t, test.last, got.Visited[len(got.Visited)-1], "%v %s %s", got.Visited, got.Error, got.Cause)
			if test.fails {
				require.Equal(t, "Learning.Failed", got.Error)
				return
			}
			require.Empty(t, got.Error, got.Cause)
		})
	}
}

// What the tasks are called with, without input and with the keys that an execution may have.
func TestInput(t *testing.T) {
	text, err := definition(t, fraud()).JSON()
	require.NoError(t, err)
	input := object{
		"input_uri": "s3://in/raw", "train_uri": "s3://in/train", "test_uri": "s3://in/test", "batch_instance_type": "ml.c5.large", "hpo_job_name": "model-2026",
	}
	// The machine ends at the task to look at, which returns what it was called with.
	prepared, predicted := only(t, text, "Prepare data"), only(t, text, "Predict test data")
	echo := map[string][]attempt{"Prepare data": {{Echo: true}}, "Predict test data": {{Echo: true}}}
	answers := aslnode.Node(t, []request{
		{Run: prepared, Input: object{}, Tasks: echo, Context: context(object{})},
		{Run: prepared, Input: input, Tasks: echo, Context: context(input)},
		{Run: predicted, Input: input, Tasks: echo, Context: context(input)},
	})
	uris := func(got aslnode.Answer) []string {
		require.Empty(t, got.Error, got.Cause)
		job := got.Output.(object)
		out := []string{job["ProcessingInputs"].([]any)[0].(object)["S3Input"].(object)["S3Uri"].(string)}
		for _, each := range job["ProcessingOutputConfig"].(object)["Outputs"].([]any) {
			out = append(out, each.(object)["S3Output"].(object)["S3Uri"].(string))
		}
		return out
	}
	usual := uris(answers[0])
	require.Equal(t, "s3://fraud-dev-data/learning/input", usual[0])
	require.Regexp(t, `^s3://fraud-dev-data/learning/data/fraud-dev-[0-9a-f]{32}/train$`, usual[1])
	require.Regexp(t, `^s3://fraud-dev-data/learning/data/fraud-dev-[0-9a-f]{32}/validation$`, usual[2])
	require.Regexp(t, `^s3://fraud-dev-data/learning/data/fraud-dev-[0-9a-f]{32}/test$`, usual[3])
	chosen := uris(answers[1])
	require.Equal(t, []string{"s3://in/raw", "s3://in/train", usual[2], "s3://in/test"}, chosen)
	transform := answers[2].Output.(object)
	require.Equal(t, "ml.c5.large", transform["TransformResources"].(object)["InstanceType"])
	require.Regexp(t, `^s3://fraud-dev-data/learning/predictions/fraud-dev-[0-9a-f]{32}$`, transform["TransformOutput"].(object)["S3OutputPath"])
}

// Disks that an instance brings itself take no key, and a job that names one is refused: what counts is the instance that
// runs, which an execution may choose.
func TestVolumeKeyIsForVolumes(t *testing.T) {
	const key = "arn:aws:kms:us-west-2:222222222222:key/1"
	var requests []request
	for _, settings := range []string{"ml.m5.large", "ml.g5.xlarge"} {
		l := fraud()
		l.KeyARN, l.Tuning.InstanceType, l.TransformInstanceType, l.Prepare.InstanceType = key, settings, settings, settings
		text, err := definition(t, l).JSON()
		require.NoError(t, err)
		for _, task := range []string{"Prepare data", "Tune", "Predict test data"} {
			for _, chosen := range []string{"", "ml.m5.large", "ml.p4d.24xlarge"} {
				input := object{}
				if chosen != "" {
					input = object{"instance_type": chosen, "batch_instance_type": chosen}
				}
				requests = append(requests, request{Run: only(t, text, task), Input: input, Tasks: map[string][]attempt{task: {{Echo: true}}}, Context: context(input)})
			}
		}
	}
	var keys []bool
	for _, got := range aslnode.Node(t, requests) {
		require.Empty(t, got.Error, got.Cause)
		job, err := json.Marshal(got.Output)
		require.NoError(t, err)
		keys = append(keys, strings.Contains(string(job), `"VolumeKmsKeyId":"`+key+`"`))
	}
	require.Equal(t, []bool{
		// The settings have an instance with a volume: of the first job, which no execution chooses, then of the others.
		true, true, true, true, true, false, true, true, false,
		// The settings have one with disks.
		false, false, false, false, true, false, false, true, false,
	}, keys)
}

// only is the machine with one task, which returns what it is called with.
func only(t *testing.T, text, task string) json.RawMessage {
	t.Helper()
	var parsed object
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	states := parsed["States"].(object)
	state := states[task].(object)
	state["End"] = true
	for _, field := range []string{"Next", "Catch", "Retry", "Assign"} {
		delete(state, field)
	}
	states["Choose places"].(object)["Next"] = task
	changed, err := json.Marshal(parsed)
	require.NoError(t, err)
	return changed
}

// The label stands in front, and is no feature.
func TestTheLabelIsNoFeature(t *testing.T) {
	filter := func(change func(l *automation.Learning)) string {
		l := fraud()
		change(&l)
		text, err := definition(t, l).JSON()
		require.NoError(t, err)
		_, rest, _ := strings.Cut(text, `"InputFilter":"`)
		found, _, _ := strings.Cut(rest, `"`)
		return found
	}
	const kmeans = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
	require.Equal(t, "$[1:]", filter(func(*automation.Learning) {}))
	require.Equal(t, "$[:3]", filter(func(l *automation.Learning) { l.TransformInputFilter = "$[:3]" }))
	require.Equal(t, "$", filter(func(l *automation.Learning) { l.TransformInputFilter, l.Tuning.Image = "$", kmeans }))
	l := fraud()
	l.Tuning.Image = kmeans
	_, err := l.Definition()
	require.EqualError(t, err, "transformInputFilter: is missing, and "+kmeans+" learns without label; say which fields of a record the model sees, $ for all")
}

// A grid search tries every combination, and so has no number of jobs.
func TestGrid(t *testing.T) {
	l := fraud()
	l.Tuning.Strategy, l.Tuning.Integers, l.Tuning.Continuous = asl.Grid, nil, nil
	l.Tuning.Categorical = []asl.CategoricalRange{{Name: "max_depth", Values: []string{"4", "6"}}}
	text, err := definition(t, l).JSON()
	require.NoError(t, err)
	require.Contains(t, text, `"ResourceLimits":{"MaxParallelTrainingJobs":5,`)
}

func TestProblems(t *testing.T) {
	_, err := automation.Learning{}.Definition()
	require.EqualError(t, err, `prefix: "" cannot begin names; use 1 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last
roleARN: "" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
bucket: "" is no name of a bucket; give the one for data and models
inputURI: "s3:///learning/input" is no S3 URI; write it like s3://bucket/folder
topicARN: "" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
prepare.image: is missing; give the image of the container
evaluate.image: is missing; give the image of the container
tuning.image: is missing; give the image of the algorithm
register.groupName: "" is no name of a model package group; use 1 to 63 letters, digits and hyphens
register.metric: "" is no name of a metric; use lower-case letters, digits and underscores, such as "f1"`)

	tests := map[string]struct {
		change func(*automation.Learning)
		want   string
	}{
		"prefix":   {func(l *automation.Learning) { l.Prefix = "Fraud" }, `prefix: "Fraud" cannot begin names; use 1 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last`},
		"folder":   {func(l *automation.Learning) { l.Folder = "/a/" }, `folder: "/a/" is no folder; use letters, digits and _ . = - with slashes between, but none at an end`},
		"key":      {func(l *automation.Learning) { l.KeyARN = "alias/a" }, `keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"instance": {func(l *automation.Learning) { l.Prepare.InstanceType = "m5.large" }, `prepare.instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large`},
		"timeout": {func(l *automation.Learning) {
			l.Evaluate.Timeout, l.Tuning.Timeout = 1500*time.Millisecond, time.Minute
		},
			"evaluate.timeout: 1.5s is out of range; use 1s to 216h in whole seconds\ntuning.timeout: 1m0s is out of range; use 2m to 672h in whole seconds"},
		"metric": {func(l *automation.Learning) { l.Register.Metric = "f1-score" }, `register.metric: "f1-score" is no name of a metric; use lower-case letters, digits and underscores, such as "f1"`},
		"tuning": {func(l *automation.Learning) { l.Tuning.MaxJobs, l.Tuning.VolumeGB, l.Prepare.VolumeGB = 1000, -1, -1 },
			"prepare.volumeGB: -1 is out of range; use 1 to 16384\ntuning.maxJobs: 1000 is out of range; use 1 to 750\ntuning.volumeGB: -1 is out of range; use 1 to 16384"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := fraud()
			test.change(&l)
			_, err := l.Definition()
			require.EqualError(t, err, test.want)
		})
	}
}
