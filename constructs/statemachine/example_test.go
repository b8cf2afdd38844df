package statemachine_test

import (
	"fmt"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		const alerts = "arn:aws:sns:us-west-2:222222222222:wine-dev-alerts"
		machine, err := statemachine.New(stack, "retrain", statemachine.Props{
			Name: "wine-dev-retrain",
			Definition: asl.Definition{States: []asl.State{
				asl.Task{
					Name:  "Train",
					Call:  asl.SageMakerStartPipelineExecution{PipelineName: "wine-dev-training"},
					Catch: asl.CatchAll("Tell"),
					End:   true,
				},
				asl.Task{
					Name: "Tell",
					Call: asl.SNSPublish{TopicARN: alerts, Message: asl.Text("Training failed")},
					Next: "Failed",
				},
				asl.Fail{Name: "Failed"},
			}},
			Alarms: statemachine.Alarms{TopicARNs: []string{alerts}},
		})
		if err != nil {
			return err
		}
		fmt.Println(machine.AlarmNames())
		return nil
	})
	// Output:
	// [wine-dev-retrain-failed wine-dev-retrain-timed-out wine-dev-retrain-aborted wine-dev-retrain-throttled]
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_metric_alarm 4
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_sfn_state_machine 1
}
