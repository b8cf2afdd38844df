package statemachine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/systems/automation"
)

// The largest definition of this module fits into one role, whose permissions AWS's list of actions confirms.
func TestLearning(t *testing.T) {
	definition, err := automation.Learning{
		Prefix: "wine-dev", RoleARN: roleARN, Bucket: "${aws_s3_bucket.data.bucket}", KeyARN: keyARN, TopicARN: topicARN, TopicKeyARN: keyARN,
		Prepare: automation.Job{Image: "image:1"}, Evaluate: automation.Job{Image: "image:1"},
		Tuning: automation.Tuning{
			Image: "image:2", Objective: asl.Objective{Metric: "validation:error"}, Integers: []asl.IntegerRange{{Name: "max_depth", Max: 10}},
		},
		Register: automation.Register{GroupName: "wine-dev", Metric: "f1"},
	}.Definition()
	require.NoError(t, err)
	_, template := build(t, statemachine.Props{Name: "wine-dev-learning", Definition: definition})
	check(t, template)
	for _, each := range template.Resources("aws_iam_role_policy") {
		require.Equal(t, []string{roleARN}, template.Allowing(each["policy"], "iam:PassRole")[0].Resources)
	}
	require.Equal(t, map[string]int{
		"aws_cloudwatch_log_group": 1, "aws_cloudwatch_metric_alarm": 4, "aws_iam_role": 1, "aws_iam_role_policy": 1, "aws_sfn_state_machine": 1,
	}, template.Counts())
}
