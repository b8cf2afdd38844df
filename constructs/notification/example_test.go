package notification_test

import (
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		alarms, err := notification.New(stack, "alarms", notification.Props{
			Name:          "wine-dev-alarms",
			Subscriptions: []notification.Subscription{{Name: "team", Endpoint: "team@example.com"}},
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "orchestrator", "arn:aws:iam::222222222222:role/orchestrator")
		if err != nil {
			return err
		}
		return alarms.GrantPublish(role)
	})
	// Output:
	// aws_iam_role_policy 1
	// aws_kms_alias 1
	// aws_kms_key 1
	// aws_sns_topic 1
	// aws_sns_topic_policy 1
	// aws_sns_topic_subscription 1
}
