package budget_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/budget"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const topic = "arn:aws:sns:us-west-2:222222222222:wine-dev-notifications"

func TestDefaults(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := budget.New(stack, "budget", budget.Props{Name: "wine-dev-monthly", MonthlyUSD: 500, TopicARNs: []string{topic}})
	require.NoError(t, err)
	require.Equal(t, "wine-dev-monthly", made.Name())
	tf.Output(stack, "arn", made.ARN(), "Test")
	template := synthtest.Synth(t, stack)
	template.Golden("defaults")
	require.Regexp(t, `^\$\{aws_budgets_budget\..+\.arn\}$`, template.Output("arn"))
}

func everything() budget.Props {
	return budget.Props{
		Name: "wine-dev-monthly", MonthlyUSD: 12.5, Tags: map[string]string{"Project": "wine", "Environment": "dev"}, WarnPercent: 50, NoForecast: true,
		TopicARNs: []string{topic},
	}
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := budget.New(stack, "budget", everything())
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("everything")
}

func TestProblems(t *testing.T) {
	props := everything()
	props.Name, props.MonthlyUSD, props.WarnPercent, props.TopicARNs, props.Tags["Team"] = "a:b", -1, 100, nil, ""
	_, err := budget.New(synthtest.Stack(t), "budget", props)
	require.EqualError(t, err, `name: "a:b" is no name; use 1 to 100 characters without colon and \
monthlyUSD: -1 is no budget; give more than 0
warnPercent: 100 is out of range; use 1 to 99
topicARNs: are 0; give 1 to 10
tags["Team"]: has no key or no value; give both`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := budget.New(stack, "budget", budget.Props{
			Name: "wine-dev-monthly", MonthlyUSD: 500, TopicARNs: []string{"arn:aws:sns:us-west-2:222222222222:wine-dev-notifications"},
		})
		return err
	})
	// Output:
	// aws_budgets_budget 1
}
