package containerinsights_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/containerinsights"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func TestAlarms(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := containerinsights.New(stack, "insights", containerinsights.Props{
		Name: "wine-dev-cluster", ClusterName: "wine-dev-cluster", NodePercent: 75, TopicARNs: []string{"arn:aws:sns:us-west-2:222222222222:wine-dev"},
	})
	require.NoError(t, err)
	require.Len(t, made.ARNs(), 4)
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	silent := 0
	for _, each := range template.Resources("aws_cloudwatch_metric_alarm") {
		if each["treat_missing_data"] == "breaching" {
			silent++
		}
	}
	require.Equal(t, 1, silent, "one alarm tells that nothing is heard")
}

func TestProblems(t *testing.T) {
	_, err := containerinsights.New(synthtest.Stack(t), "insights", containerinsights.Props{NodePercent: 100})
	require.EqualError(t, err, `name: is missing; say how the names of the alarms begin
clusterName: is missing; name the cluster
nodePercent: 100 is out of range; use 1 to 99`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := containerinsights.New(stack, "insights", containerinsights.Props{Name: "wine-dev-cluster", ClusterName: "wine-dev-cluster"})
		return err
	})
	// Output:
	// aws_cloudwatch_metric_alarm 4
}
