package servicemodel_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
	"github.com/mlplatform/mlplatform/internal/problem"
)

func TestCheck(t *testing.T) {
	long := strings.Repeat("x", 3000)
	var problems problem.List
	problems.Addf("job.inputs[0].channelName", "is known already")
	servicemodel.Request{Path: "job", Operation: "CreateTrainingJob", Places: strings.NewReplacer("inputDataConfig", "inputs"), Arguments: []servicemodel.Member{
		{Key: "AlgorithmSpecification", Value: []servicemodel.Member{
			{Key: "TrainingImage", Value: servicemodel.Unknown{}},
			{Key: "ContainerArguments", Value: []any{"fine", "two\nlines", long}},
			{Key: "ContainerEntrypoint", Value: []any{}},
			{Key: "MetricDefinitions", Value: []any{[]servicemodel.Member{{Key: "Name", Value: ""}, {Key: "Regex", Value: servicemodel.Unknown{}}}}},
		}},
		{Key: "HyperParameters", Value: []servicemodel.Member{{Key: "a", Value: long[:2500]}, {Key: "b", Value: long}, {Key: long, Value: "1"}}},
		{Key: "Environment", Value: []servicemodel.Member{{Key: "A-B", Value: long[:512]}, {Key: "C", Value: long[:513]}}},
		{Key: "ResourceConfig", Value: []servicemodel.Member{{Key: "InstanceType", Value: "ml.inf2.xlarge"}, {Key: "KeepAlivePeriodInSeconds", Value: int64(21601)}}},
		{Key: "InputDataConfig", Value: []any{[]servicemodel.Member{{Key: "ChannelName", Value: "a b"}}, []servicemodel.Member{{Key: "ChannelName", Value: "a b"}}}},
		{Key: "OfTomorrow", Value: long},
	}}.Check(&problems)
	require.EqualError(t, problems.Err(), `job.inputs[0].channelName: is known already
job.algorithmSpecification.containerArguments[1]: has more than one line; write it on one
job.algorithmSpecification.containerArguments[2]: has 3000 characters, 256 are allowed; shorten it
job.algorithmSpecification.containerEntrypoint: has 0 elements, and at least 1 are needed; add some
job.algorithmSpecification.metricDefinitions[0].name: is empty; give at least 1 character
job.hyperParameters["b"]: has 3000 characters, 2500 are allowed; shorten it
job.hyperParameters["`+long+`"]: the key has 3000 characters, 256 are allowed; shorten it
job.environment["A-B"]: the key "A-B" is not allowed; use letters, digits and underscores, no digit first
job.environment["C"]: has 513 characters, 512 are allowed; shorten it
job.resourceConfig.instanceType: "ml.inf2.xlarge" trains nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass
job.resourceConfig.keepAlivePeriodInSeconds: 21601 is out of range; use 0 to 21600
job.inputs[1].channelName: "a b" is not allowed; use letters, digits, dots, hyphens and underscores`)
}

// TestConstants holds limits that are written as constants against the service models.
func TestConstants(t *testing.T) {
	for shape, want := range map[string][2]int{
		"iam.roleNameType": {1, awsfacts.MaxRoleName}, "sagemaker.ProcessingEnvironmentMap": {0, 100},
		"ecr.PullThroughCacheRuleRepositoryPrefix": {2, awsfacts.MaxCachePrefix}, "dynamodb.TableName": {awsfacts.MinTableName, awsfacts.MaxTableName},
	} {
		s := servicemodel.Named(shape)
		require.Equal(t, want, [2]int{s.Min, s.Max}, shape)
	}
}

func TestNamed(t *testing.T) {
	require.Empty(t, servicemodel.Named("sagemaker.HyperParameterValue").Text("0.1"))
	require.Equal(t, "has 2 characters, and at least 3 are needed; lengthen it", servicemodel.Named("dynamodb.TableName").Text("ab"))
	require.Equal(t, "0 is too small; use 1 or more", servicemodel.Named("sagemaker.MaxRuntimeInSeconds").Number(0))
	require.PanicsWithValue(t, "the table of service models has no shape sagemaker.Nothing", func() { servicemodel.Named("sagemaker.Nothing") })
}

// TestPatternsCompile compiles every pattern of the table.
func TestPatternsCompile(t *testing.T) { require.Greater(t, servicemodel.CompileAll(), 50) }

// TestPaths: what the SageMaker Python SDK's own tests read of steps exists (tests/unit/sagemaker/workflow/test_properties.py
// of sagemaker-python-sdk 132fb947714c), and what is near to it does not.
func TestPaths(t *testing.T) {
	sageMaker := func(operations ...string) []servicemodel.Answer {
		var out []servicemodel.Answer
		for _, each := range operations {
			out = append(out, servicemodel.Answer{Service: "sagemaker", Operation: each})
		}
		return out
	}
	tuning := sageMaker("DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob")
	step := servicemodel.Answer{Service: "emr", Operation: "DescribeStep", Member: "Step"}
	for _, test := range []struct {
		path    string
		answers []servicemodel.Answer
	}{
		{"TrainingJobName", sageMaker("DescribeTrainingJob")},
		{"HyperParameters", sageMaker("DescribeTrainingJob")},
		{"OutputDataConfig", sageMaker("DescribeTrainingJob")},
		{"FinalMetricDataList['loss'].Value", sageMaker("DescribeTrainingJob")},
		{"ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri", sageMaker("DescribeProcessingJob")},
		{"Environment['a.b[0]']", sageMaker("DescribeProcessingJob")},
		{"BestTrainingJob.TrainingJobName", tuning},
		{"TrainingJobSummaries[0].TrainingJobName", tuning},
		{"ValidationSpecification", sageMaker("DescribeModelPackage")},
		{"ValidationSpecification.ValidationProfiles[0].TransformJobDefinition", sageMaker("DescribeModelPackage")},
		{"ActionOnFailure", []servicemodel.Answer{step}},
		{"Config.Args[1]", []servicemodel.Answer{step}},
		{"Status.FailureDetails.Reason", []servicemodel.Answer{step}},
		{"jobRun.stateDetails", []servicemodel.Answer{{Service: "emrserverless", Operation: "GetJobRun"}}},
	} {
		require.Empty(t, servicemodel.CheckPath(test.path, test.answers...), test.path)
		name, _, _ := strings.Cut(test.path, ".")
		name, _, _ = strings.Cut(name, "[")
		require.Contains(t, servicemodel.CheckPath(name+"x", test.answers...), `did you mean "`+name+`"?`)
	}
	require.Equal(t, "Environment has no elements [0]", servicemodel.CheckPath("Environment[0]", sageMaker("DescribeProcessingJob")...))
	require.Equal(t, `jobRun has no jobRunID; did you mean "jobRunId"?`, servicemodel.CheckPath("jobRun.jobRunID", servicemodel.Answer{Service: "emrserverless", Operation: "GetJobRun"}))
}

func TestOperations(t *testing.T) {
	for _, each := range [][2]string{{"sfn", "startExecution"}, {"batch", "submitJob"}, {"rekognition", "detectLabels"}, {"databasemigration", "startReplicationTask"}} {
		require.Empty(t, servicemodel.CheckService(each[0]))
		require.Empty(t, servicemodel.CheckOperation(each[0], each[1]))
	}
	for service, want := range map[string]string{
		"sagemakr":       `did you mean "sagemaker"?`,
		"stepfunctions":  `which calls it "sfn"`,
		"logs":           `which calls it "cloudwatchlogs"`,
		"cognitoidp":     `which calls it "cognitoidentityprovider"`,
		"coffeemachines": `look it up in the API reference`,
	} {
		require.Contains(t, servicemodel.CheckService(service), want)
		require.Empty(t, servicemodel.CheckOperation(service, "anything"), "the service is the mistake")
	}
	require.Equal(t, `"describeTraningJob" is no operation of sagemaker; did you mean "describeTrainingJob"?`, servicemodel.CheckOperation("sagemaker", "describeTraningJob"))
	require.Equal(t, `"detectLabel" is no operation of rekognition; did you mean "detectLabels"?`, servicemodel.CheckOperation("rekognition", "detectLabel"))
	var problems problem.List
	servicemodel.CheckArguments(&problems, "arguments", "batch", "submitJob", []servicemodel.Member{
		{Key: "JobName", Value: "a"}, {Key: "Parameters", Value: []servicemodel.Member{{Key: "anything", Value: "x"}}}, // names of maps are free
	})
	require.NoError(t, problems.Err())
	servicemodel.CheckArguments(&problems, "arguments", "batch", "submitJob", []servicemodel.Member{{Key: "jobName", Value: "a"}, {Key: "JobNames", Value: "a"}})
	require.EqualError(t, problems.Err(), `arguments.jobName: is no field of SubmitJobRequest; did you mean "JobName"?
arguments.JobNames: is no field of SubmitJobRequest; did you mean "JobName"?`)
}

// TestKinds: each kind of value for each kind of field, and what is missing.
func TestKinds(t *testing.T) {
	values := map[string]any{
		"text": "a", "digits": "1", "true in quotes": "true", "whole": int64(1), "number": 1.5, "point": 2.0, "truth": true, "list": []any{}, "object": []servicemodel.Member{},
		"unknown": servicemodel.Unknown{}, "null": nil,
	}
	for field, test := range map[string]struct {
		operation, fits string
	}{
		"RoleArn":                   {"createTrainingJob", "text digits true in quotes"},
		"MaxResults":                {"listTrainingJobs", "whole point"},
		"CreationTimeAfter":         {"listTrainingJobs", "text digits true in quotes whole number point"},
		"EnableManagedSpotTraining": {"createTrainingJob", "truth"},
		"InputDataConfig":           {"createTrainingJob", "list"},
		"HyperParameters":           {"createTrainingJob", "object"},
		"ResourceConfig":            {"createTrainingJob", "object"},
	} {
		for name, value := range values {
			var problems problem.List
			servicemodel.CheckArguments(&problems, "arguments", "sagemaker", test.operation, []servicemodel.Member{{Key: field, Value: value}})
			if name == "unknown" || name == "null" || strings.Contains(" "+test.fits+" ", " "+name+" ") {
				require.NoError(t, problems.Err(), "%s: %s", field, name)
			} else {
				require.ErrorContains(t, problems.Err(), ", and the API takes ", "%s: %s", field, name)
			}
		}
	}
	var problems problem.List
	servicemodel.CheckFields(&problems, "channel", "Channel", []servicemodel.Member{{Key: "InputMode", Value: "Fle"}, {Key: "ChanelName", Value: "a"}})
	servicemodel.CheckMissing(&problems, "arguments", "sagemaker", "createTransformJob", []servicemodel.Member{
		{Key: "TransformJobName", Value: "a"}, {Key: "ModelName", Value: servicemodel.Unknown{}}, {Key: "TransformInput", Value: []servicemodel.Member{}}, {Key: "TransformResources", Value: []servicemodel.Member{{Key: "Instances", Value: int64(1)}}},
	})
	require.EqualError(t, problems.Err(), `channel.InputMode: "Fle" is no TrainingInputMode; did you mean "File"?
channel.ChanelName: is no field of Channel; did you mean "ChannelName"?
arguments.TransformInput.DataSource: is missing, and the API needs it; give an object with S3DataSource
arguments.TransformOutput: is missing, and the API needs it; give an object with S3OutputPath`)
	require.Panics(t, func() { servicemodel.CheckFields(&problems, "x", "Chanel", nil) })
}
