package stacks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// TestPeopleHearOfFailedTraining: the topic hears of executions that failed, of this pipeline and no other, and may.
func TestPeopleHearOfFailedTraining(t *testing.T) {
	for name, template := range environments(t) {
		rule := template.Where("aws_cloudwatch_event_rule", "name", "wine-"+name+"-training-failed")
		var pattern struct {
			Detail struct {
				PipelineARN []string `json:"pipelineArn"`
				Status      []string `json:"currentPipelineExecutionStatus"`
			} `json:"detail"`
		}
		require.NoError(t, json.Unmarshal([]byte(rule["event_pattern"].(string)), &pattern))
		require.Equal(t, []string{"${aws_sagemaker_pipeline." + template.Names("aws_sagemaker_pipeline")[0] + ".arn}"}, pattern.Detail.PipelineARN)
		require.Equal(t, []string{string(eventpattern.Failed)}, pattern.Detail.Status)

		target := template.Resources("aws_cloudwatch_event_target")[addressOf(t, template, "aws_cloudwatch_event_target", "training_failed_")]
		require.Equal(t, "${aws_sns_topic."+template.Names("aws_sns_topic")[0]+".arn}", target["arn"])
		require.Nil(t, target["role_arn"])
		said := target["input_transformer"].(map[string]any)
		require.Equal(t, `"The training pipeline wine-`+name+`-training failed, or its model missed the threshold. The reason is in: `+
			`aws sagemaker list-pipeline-execution-steps --region us-west-2 --pipeline-execution-arn <detail_pipelineExecutionArn>"`, said["input_template"])
		require.Equal(t, map[string]any{"detail_pipelineExecutionArn": "$.detail.pipelineExecutionArn"}, said["input_paths"])

		key := template.Resources("aws_kms_key")[addressOf(t, template, "aws_kms_key", "notifications_key")]
		for document, action := range map[any]string{template.One("aws_sns_topic_policy")["policy"]: "sns:Publish", key["policy"]: "kms:GenerateDataKey"} {
			var services []string
			for _, s := range template.Allowing(document, action) {
				services = append(services, s.Principal.(map[string]any)["Service"].(string))
			}
			require.Equal(t, []string{"cloudwatch.amazonaws.com", "events.amazonaws.com"}, services, action)
		}
	}
}

// Where nothing tells people anything, nobody is told; and no event is let in where none is sent.
func TestFailedTrainingWithoutATopic(t *testing.T) {
	const rest = "account: \"222222222222\"\npromotion: { branches: [main] }\nstorage: {}\n"
	const training = "training: { image: { tag: a }, metric: { threshold: 1 }, schedule: { expression: rate(7 days) } }\n"
	const automation = `automation:
  image: { tag: a }
  tuning: { image: "` + xgboost + `", objective: { metric: m }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 1 }
`
	for name, want := range map[string]struct {
		parts           string
		told, admits    bool
		alarmOfSchedule bool
	}{
		"training alone":                 {parts: training},
		"training and people":            {parts: training + "notifications: {}\n", told: true, admits: true, alarmOfSchedule: true},
		"training and what has a topic":  {parts: training + "endpoint: {}\n", told: true, admits: true, alarmOfSchedule: true},
		"a topic without training":       {parts: "notifications: {}\n"},
		"what has a topic, not training": {parts: automation},
	} {
		t.Run(name, func(t *testing.T) {
			text := builtOne(t, configurations[0], map[string]string{"environments/dev.yaml": rest + want.parts}, "dev")
			template := synthtest.Parse(t, string(text))
			require.Equal(t, want.told, strings.Contains(string(text), "training-failed"))
			require.Equal(t, want.admits, admits(template, "events.amazonaws.com"))
			var alarms []string
			for address := range template.Resources("aws_cloudwatch_metric_alarm") {
				if strings.HasPrefix(address, "training_schedule_") {
					alarms = append(alarms, address)
				}
			}
			require.Equal(t, want.alarmOfSchedule, len(alarms) == 1)
		})
	}
}

// admits reports whether a topic lets the service publish.
func admits(template synthtest.Template, service string) bool {
	for _, each := range template.Resources("aws_sns_topic_policy") {
		for _, s := range template.Allowing(each["policy"], "sns:Publish") {
			if s.Principal.(map[string]any)["Service"] == service {
				return true
			}
		}
	}
	return false
}
