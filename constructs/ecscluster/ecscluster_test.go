package ecscluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/ecscluster"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const keyARN = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"

func TestCluster(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := ecscluster.New(stack, "cluster", ecscluster.Props{Name: "wine-dev"})
	require.NoError(t, err)
	require.Empty(t, made.NamespaceARN())
	require.Empty(t, made.CommandLogGroupARN())
	synthtest.Synth(t, stack).Golden("cluster")
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := ecscluster.New(stack, "cluster", ecscluster.Props{
		Name: "wine-dev", Tags: map[string]string{"Team": "ml"}, Insights: ecscluster.InsightsEnhanced, ServiceConnect: true,
		ExecuteCommand: &ecscluster.ExecuteCommand{RetentionDays: 365, KeyARN: keyARN}, StorageKeyARN: keyARN,
	})
	require.NoError(t, err)
	require.NotEmpty(t, made.NamespaceARN())
	require.NotEmpty(t, made.CommandLogGroupARN())
	require.Equal(t, keyARN, made.CommandKeyARN())
	synthtest.Synth(t, stack).Golden("everything")
}

func TestProblems(t *testing.T) {
	_, err := ecscluster.New(synthtest.Stack(t), "cluster", ecscluster.Props{
		Name: "wine dev", Insights: "all", ExecuteCommand: &ecscluster.ExecuteCommand{RetentionDays: 2, KeyARN: "alias/a"}, StorageKeyARN: "alias/b",
	})
	require.EqualError(t, err, `name: "wine dev" is no name of an ECS cluster; use 1 to 255 letters, digits, hyphens and underscores, beginning with a letter
insights: "all" is unknown; use enabled, enhanced or disabled
executeCommand.retentionDays: 2 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
executeCommand.keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
storageKeyARN: "alias/b" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := ecscluster.New(stack, "cluster", ecscluster.Props{Name: "wine-dev", ServiceConnect: true})
		return err
	})
	// Output:
	// aws_ecs_cluster 1
	// aws_ecs_cluster_capacity_providers 1
	// aws_service_discovery_http_namespace 1
}
