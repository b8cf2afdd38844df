package schedule_test

import (
	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := schedule.New(stack, "retrain", schedule.Props{
			Name:       "wine-prod-retrain",
			Expression: "cron(0 1 ? * SAT *)",
			TimeZone:   "Europe/Berlin",
			Pipeline: &schedule.Pipeline{
				ARN:        "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-prod-training",
				Parameters: []schedule.Parameter{schedule.Integer("epochs", 8)},
			},
		})
		return err
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_scheduler_schedule 1
	// aws_sqs_queue 1
	// aws_sqs_queue_policy 1
}
