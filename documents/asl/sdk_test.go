package asl_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

func sdk(service, action string, arguments asl.Object) asl.Action {
	return asl.SDKCall{Service: service, Action: action, NoPermissions: true, Arguments: arguments}
}

func optimized(resource string, arguments asl.Object) asl.Action {
	return asl.Integration{Resource: resource, NoPermissions: true, Arguments: arguments}
}

// completeTraining are arguments that createTrainingJob takes, with others in their place.
func completeTraining(changed asl.Object) asl.Object {
	out := asl.Object{
		"TrainingJobName": asl.Text("a"), "RoleArn": asl.Text(jobRole), "OutputDataConfig": asl.Object{"S3OutputPath": asl.Text("s3://models")},
		"AlgorithmSpecification": asl.Object{"TrainingImage": asl.Text(image), "TrainingInputMode": asl.Text("File")},
	}
	maps.Copy(out, changed)
	return out
}

// TestArgumentsAreHeldAgainstTheAPI: kinds, enumerations and what is missing, of calls that people wrote whole.
func TestArgumentsAreHeldAgainstTheAPI(t *testing.T) {
	for name, test := range map[string]struct {
		call asl.Action
		want []string
	}{
		"kinds": {sdk("sagemaker", "createTrainingJob", completeTraining(asl.Object{
			"HyperParameters": asl.Object{"lr": asl.Float(0.1), "epochs": asl.Int(3), "shuffle": asl.Bool(true), "layers": asl.List{}},
			"ResourceConfig":  asl.Text("x"), "InputDataConfig": asl.Object{"ChannelName": asl.Text("a")}, "EnableManagedSpotTraining": asl.Text("yes"),
			"StoppingCondition": asl.Object{"MaxRuntimeInSeconds": asl.Text("60"), "MaxWaitTimeInSeconds": asl.Float(60.5)}, "Environment": asl.List{},
		})), []string{
			`EnableManagedSpotTraining: is the text "yes", and the API takes true or false; give that`,
			`Environment: is a list, and the API takes an object; give that`,
			`HyperParameters["epochs"]: is the number 3, and the API takes text; write "3"`,
			`HyperParameters["layers"]: is a list, and the API takes text; give that`,
			`HyperParameters["lr"]: is the number 0.1, and the API takes text; write "0.1"`,
			`HyperParameters["shuffle"]: is true, and the API takes text; write "true"`,
			`InputDataConfig: is an object, and the API takes a list; put it into a list`,
			`ResourceConfig: is the text "x", and the API takes an object with InstanceCount, InstanceGroups, InstancePlacementConfig, InstanceType, KeepAlivePeriodInSeconds, TrainingPlanArn, VolumeKmsKeyId, VolumeSizeInGB; give that`,
			`StoppingCondition.MaxRuntimeInSeconds: is the text "60", and the API takes a whole number; write 60 without quotes`,
			`StoppingCondition.MaxWaitTimeInSeconds: is the number 60.5, and the API takes a whole number; give that`,
		}},
		"kinds and enumerations inside": {sdk("sagemaker", "createTrainingJob", completeTraining(asl.Object{
			"ResourceConfig":         asl.Object{"InstanceCount": asl.Text("one"), "InstanceType": asl.Text("ml.m5.large"), "VolumeSizeInGB": asl.Int(1)},
			"AlgorithmSpecification": asl.Object{"TrainingImage": asl.Text(image), "TrainingInputMode": asl.Text("Fle"), "EnableSageMakerMetricsTimeSeries": asl.Text("true")},
		})), []string{
			`AlgorithmSpecification.EnableSageMakerMetricsTimeSeries: is the text "true", and the API takes true or false; write true without quotes`,
			`AlgorithmSpecification.TrainingInputMode: "Fle" is no TrainingInputMode; did you mean "File"?`,
			`ResourceConfig.InstanceCount: is the text "one", and the API takes a whole number; give that`,
		}},
		"of another service": {sdk("batch", "submitJob", asl.Object{
			"JobName": asl.Int(1), "JobQueue": asl.Text("q"), "JobDefinition": asl.Text("d"), "DependsOn": asl.List{asl.Object{"Type": asl.Text("SEQUENCIAL")}}, "Timeout": asl.Int(60),
		}), []string{
			`DependsOn[0].Type: "SEQUENCIAL" is no ArrayJobDependency; did you mean "SEQUENTIAL"?`,
			`JobName: is the number 1, and the API takes text; write "1"`,
			`Timeout: is the number 60, and the API takes an object with AttemptDurationSeconds; give that`,
		}},
		"nothing given": {sdk("sagemaker", "describeTrainingJob", nil), []string{`TrainingJobName: is missing, and the API needs it; give text`}},
		"what is inside needs": {sdk("sagemaker", "createTrainingJob", asl.Object{
			"TrainingJobName": asl.Text("a"), "RoleArn": asl.Text(jobRole), "AlgorithmSpecification": asl.Object{"TrainingImage": asl.Text(image)},
		}), []string{
			`AlgorithmSpecification.TrainingInputMode: is missing, and the API needs it; give one of Pipe, File, FastFile`,
			`OutputDataConfig: is missing, and the API needs it; give an object with S3OutputPath`,
		}},
		"of an integration": {optimized("states:startExecution", asl.Object{"Input": asl.Object{}}), []string{`StateMachineArn: is missing, and the API needs it; give text`}},
		"an event":          {optimized("events:putEvents", asl.Object{"Entries": asl.Object{}}), []string{`Entries: is an object, and the API takes a list; put it into a list`}},
	} {
		t.Run(name, func(t *testing.T) {
			want := `states["Work"].call.arguments.` + strings.Join(test.want, "\n"+`states["Work"].call.arguments.`)
			require.EqualError(t, calling(test.call).Validate(), want)
		})
	}
}

// TestArgumentsThatPass: what only the execution knows, what Step Functions makes text of, what the AWS SDK fills in, and names of tomorrow.
func TestArgumentsThatPass(t *testing.T) {
	for name, call := range map[string]asl.Action{
		"computed":            sdk("sagemaker", "createTrainingJob", completeTraining(asl.Object{"HyperParameters": asl.Object{"lr": asl.Input("lr")}, "ResourceConfig": asl.Input("resources")})),
		"of Terraform":        sdk("sagemaker", "createTrainingJob", completeTraining(asl.Object{"EnableManagedSpotTraining": asl.Text("${TfToken[TOKEN.1]}")})),
		"JSON for text":       sdk("sfn", "startSyncExecution", asl.Object{"StateMachineArn": asl.Text("arn:aws:states:us-west-2:111111111111:stateMachine:m"), "Input": asl.Object{"a": asl.Int(1)}}),
		"a message":           optimized("sns:publish", asl.Object{"Message": asl.Object{"a": asl.Int(1)}}),
		"a blob":              sdk("s3", "putObject", asl.Object{"Bucket": asl.Text("b"), "Key": asl.Text("k"), "Body": asl.Object{"a": asl.Int(1)}}),
		"a token of the SDK":  sdk("sagemaker", "startPipelineExecution", asl.Object{"PipelineName": asl.Text("p")}),
		"whole for a number":  sdk("cloudwatch", "putMetricData", asl.Object{"Namespace": asl.Text("n"), "MetricData": asl.List{asl.Object{"MetricName": asl.Text("m"), "Value": asl.Int(1)}}}),
		"a time":              sdk("cloudwatch", "putMetricData", asl.Object{"Namespace": asl.Text("n"), "MetricData": asl.List{asl.Object{"MetricName": asl.Text("m"), "Timestamp": asl.Text("2026-01-31T12:00:00Z")}}}),
		"whole, with a point": sdk("sagemaker", "createTrainingJob", completeTraining(asl.Object{"StoppingCondition": asl.Object{"MaxRuntimeInSeconds": asl.Float(60)}})),
		"unchecked": asl.SDKCall{Service: "sagemaker", Action: "createTrainingJob", NoPermissions: true, Unchecked: true, Arguments: asl.Object{
			"AlgorithmSpecification": asl.Object{"TrainingInputMode": asl.Text("OfTomorrow")},
		}},
	} {
		require.NoError(t, calling(call).Validate(), name)
	}
}

// TestPatternsOfIntegrations: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the pages of the services.
func TestPatternsOfIntegrations(t *testing.T) {
	parsed := func(resource string) error {
		d, err := asl.Parse([]byte(`{"StartAt":"Work","QueryLanguage":"JSONata","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:::` + resource +
			`","Arguments":{"QueryExecutionId":"a","QueryString":"a","EndpointName":"a","EndpointConfigName":"b","JobName":"a","Name":"a","Build":"{% $states.context.Task.Token %}"},"End":true}}}`))
		require.NoError(t, err)
		d.Name = "machine"
		return d.Validate()
	}
	for resource, want := range map[string]string{
		"athena:getQueryResults.sync":                     `Sync is not possible with athena:getQueryResults; use RequestResponse`,
		"sagemaker:updateEndpoint.sync":                   `Sync is not possible with sagemaker:updateEndpoint; use RequestResponse`,
		"codebuild:stopBuild.sync":                        `Sync is not possible with codebuild:stopBuild; use RequestResponse`,
		"bedrockagentcore:invokeHarness.waitForTaskToken": `WaitForToken is not possible with bedrockagentcore:invokeHarness; use RequestResponse`,
		"batch:submitJob.waitForTaskToken":                `WaitForToken is not possible with batch:submitJob; use RequestResponse or Sync`,
	} {
		require.ErrorContains(t, parsed(resource), want, resource)
	}
	task := func(call asl.Integration, pattern asl.Pattern) error {
		call.NoPermissions = true
		return asl.Definition{Name: "machine", States: []asl.State{asl.Task{Name: "Work", Call: call, Pattern: pattern, End: true}}}.Validate()
	}
	query := asl.Object{"QueryString": asl.Text("a")}
	require.NoError(t, task(asl.Integration{Resource: "athena:startQueryExecution", Arguments: query}, asl.Sync), "patterns need not be written")
	group := asl.Object{"ClusterName": asl.Text("c"), "NodegroupName": asl.Text("n"), "NodeRole": asl.Text("r"), "Subnets": asl.List{asl.Text("subnet-1")}}
	require.NoError(t, task(asl.Integration{Resource: "eks:createNodegroup", Arguments: group}, asl.Sync))
	require.NoError(t, task(asl.Integration{Resource: "states:startExecution", SyncSuffix: ".sync:2", Arguments: asl.Object{"StateMachineArn": asl.Text("arn:aws:states:us-west-2:1:stateMachine:m")}}, asl.Sync))
	require.EqualError(t, task(asl.Integration{Resource: "athena:startQueryExecution", Arguments: query, Patterns: []asl.Pattern{asl.Sync, asl.WaitForToken}}, asl.Sync),
		`states["Work"].call.patterns[1]: WaitForToken is no pattern of athena:startQueryExecution, which has RequestResponse, Sync; remove it`)
	require.EqualError(t, task(asl.Integration{Resource: "athena:getQueryResults", Arguments: asl.Object{"QueryExecutionId": asl.Text("a")}, SyncSuffix: ".sync"}, ""),
		`states["Work"].call.syncSuffix: is given, but athena:getQueryResults cannot wait for what it starts; remove it`)
	require.EqualError(t, task(asl.Integration{Resource: "glue:startJobRun", Arguments: asl.Object{"JobName": asl.Text("a")}, SyncSuffix: ".sync:2"}, asl.Sync),
		`states["Work"].call.syncSuffix: ".sync:2" is no suffix of glue:startJobRun; use .sync`)
	require.NoError(t, task(asl.Integration{Resource: "quantum:solve", Unchecked: true, Patterns: []asl.Pattern{asl.Sync}, SyncSuffix: ".sync:9"}, asl.Sync), "of tomorrow")
}
