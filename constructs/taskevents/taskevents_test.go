package taskevents_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/taskevents"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func plain() taskevents.Props {
	return taskevents.Props{Name: "wine-dev-training-tasks", ClusterARN: "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev-services", Family: "wine-dev-training-flow"}
}

func build(t *testing.T, props taskevents.Props) synthtest.Template {
	t.Helper()
	stack := synthtest.Stack(t)
	made, err := taskevents.New(stack, "tasks", props)
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "worker", "arn:aws:iam::222222222222:role/worker")
	require.NoError(t, err)
	require.NoError(t, made.GrantConsume(role))
	return synthtest.Synth(t, stack)
}

func TestQueue(t *testing.T) {
	template := build(t, plain())
	template.Golden("queue")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	require.JSONEq(t, `{"source":["aws.ecs"],"detail-type":["ECS Task State Change"],"detail":{"clusterArn":["arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev-services"],"group":["family:wine-dev-training-flow"]}}`,
		template.One("aws_cloudwatch_event_rule")["event_pattern"].(string))
}

func TestEverything(t *testing.T) {
	props := plain()
	props.Tags, props.TopicARNs = map[string]string{"Team": "ml"}, []string{"arn:aws:sns:us-west-2:222222222222:wine-dev-news"}
	build(t, props).Golden("everything")
}

func TestProblems(t *testing.T) {
	_, err := taskevents.New(synthtest.Stack(t), "tasks", taskevents.Props{Name: "a b", ClusterARN: "wine", Family: "a:b", TopicARNs: []string{"news"}})
	require.EqualError(t, err, `name: "a b" is no name of a queue and a rule; use 1 to 64 letters, digits, hyphens and underscores
clusterARN: "wine" is no ARN of an ECS cluster; write it like arn:aws:ecs:us-west-2:123456789012:cluster/name
family: "a:b" is no family of task definitions; use 1 to 255 letters, digits, hyphens and underscores
topicARNs[0]: "news" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := taskevents.New(stack, "tasks", taskevents.Props{
			Name: "wine-dev-flows", ClusterARN: "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev", Family: "wine-dev-flow",
		})
		return err
	})
	// Output:
	// aws_cloudwatch_event_rule 1
	// aws_cloudwatch_event_target 1
	// aws_cloudwatch_metric_alarm 1
	// aws_sqs_queue 2
	// aws_sqs_queue_policy 2
}
