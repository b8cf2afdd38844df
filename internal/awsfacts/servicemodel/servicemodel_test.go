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
		"iam.roleNameType": {1, awsfacts.MaxRoleName}, "eks.ClusterName": {1, awsfacts.MaxClusterName}, "ecr.RepositoryName": {2, awsfacts.MaxRepositoryName},
		"ecr.PullThroughCacheRuleRepositoryPrefix": {2, awsfacts.MaxCachePrefix}, "dynamodb.TableName": {awsfacts.MinTableName, awsfacts.MaxTableName},
		"sagemaker.ProcessingEnvironmentMap": {0, 100},
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
