package stacks

import (
	"fmt"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// notificationsPart is in the name of the topic.
const notificationsPart = "notifications"

// notifications makes the topic on which the environment tells people what it does by itself.
func (e *environmentStack) notifications() error {
	props := notification.Props{
		Name: e.name(notificationsPart), DisplayName: e.env.Prefix(),
		// Alarms publish by themselves; state machines do it with their roles.
		Publishers: []notification.Publisher{notification.CloudWatch},
	}
	if e.env.TrainingEnabled() {
		props.Publishers = append(props.Publishers, notification.EventBridge)
	}
	if e.env.KeepsMetrics(config.MetricsManaged) {
		props.Publishers = append(props.Publishers, notification.Prometheus)
	}
	if e.env.MonitoringEnabled() && e.env.Monitoring.Budget != nil {
		props.Publishers = append(props.Publishers, notification.Budgets)
	}
	if n := e.env.Notifications; n != nil {
		props.Subscriptions = subscriptions(n.Emails)
	}
	topic, err := notification.New(e.made, "notifications", props)
	if err != nil {
		return err
	}
	tf.Output(e.made, "notification_topic_arn", topic.ARN(), "SNS topic that hears of learned and deployed models, and of what fails")
	e.parts.Notifications = topic
	return nil
}

// subscriptions are those of people's addresses.
func subscriptions(emails []string) []notification.Subscription {
	var all []notification.Subscription
	for i, address := range emails {
		all = append(all, notification.Subscription{Name: fmt.Sprintf("email-%d", i+1), Endpoint: address})
	}
	return all
}
