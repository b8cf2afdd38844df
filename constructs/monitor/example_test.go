package monitor_test

import (
	"github.com/mlplatform/mlplatform/constructs/monitor"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		drift, err := monitor.New(stack, "drift", monitor.Props{
			Name:         "wine-prod-quality-drift",
			EndpointName: "wine-prod-quality",
			CaptureURI:   "s3://wine-prod-capture/quality/",
			Image:        "159807026194.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer",
			Baseline: monitor.Baseline{
				ConstraintsURI: "s3://wine-prod-models/quality/baseline/constraints.json",
				StatisticsURI:  "s3://wine-prod-models/quality/baseline/statistics.json",
			},
			OutputURI: "s3://wine-prod-capture/reports/",
			Drifts:    []monitor.Drift{{Feature: "alcohol"}, {Feature: "volatile_acidity", Threshold: 0.2}},
		})
		if err != nil {
			return err
		}
		_, err = drift.DriftEventPattern() // for the rule that starts a training
		return err
	})
	// Output:
	// aws_cloudwatch_metric_alarm 2
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_sagemaker_data_quality_job_definition 1
	// aws_sagemaker_monitoring_schedule 1
}
