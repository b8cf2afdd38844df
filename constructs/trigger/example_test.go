package trigger_test

import (
	"github.com/mlplatform/mlplatform/constructs/trigger"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := trigger.New(stack, "new-data", trigger.Props{
			Name:  "wine-dev-new-data",
			Event: eventpattern.ObjectCreated{Bucket: "wine-dev-data", Prefixes: []string{"raw/"}, Suffixes: []string{"_SUCCESS"}},
			StateMachine: &trigger.StateMachine{
				ARN:   "arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-learning",
				Input: `{"input_uri":"s3://<$.detail.bucket.name>/<$.detail.object.key>"}`,
			},
		})
		return err
	})
	// Output:
	// aws_cloudwatch_event_rule 1
	// aws_cloudwatch_event_target 1
	// aws_iam_role 1
	// aws_iam_role_policy 1
	// aws_sqs_queue 1
	// aws_sqs_queue_policy 1
}
