package eventtarget

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"

	"github.com/mlplatform/mlplatform/constructs/internal/queue"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// deadLetterSuffix is what the name of the queue ends with.
const deadLetterSuffix = "-dead-letters"

// QueueARN is the queue's ARN as far as it is known before the queue exists.
func (s Starter) QueueARN() string {
	if s.DeadLetterQueueARN != "" {
		return s.DeadLetterQueueARN
	}
	return s.Scope.Regional("sqs", s.Name+deadLetterSuffix)
}

// addQueue makes the queue, its policy and its alarm, and gives the ARN of the queue.
func (s Starter) addQueue(scope constructs.Construct) (string, error) {
	name, literal := s.Name+deadLetterSuffix, s.QueueARN()
	made, err := queue.New(scope, "dead-letters", literal, sqsqueue.SqsQueueConfig{
		Name: tf.Str(name), MessageRetentionSeconds: tf.Num(14 * 24 * 60 * 60), KmsMasterKeyId: tf.OptStr(s.KeyARN),
	}, s.Senders...)
	if err != nil {
		return "", err
	}
	if len(s.FailureTopicARNs) > 0 {
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, tf.Str("dead-letters-alarm"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: tf.Str(name), AlarmDescription: tf.Str(fmt.Sprintf("The %s %s could not start something; its queue says what and why", s.Kind, s.Name)), AlarmActions: tf.Strs(s.FailureTopicARNs),
			Namespace: tf.Str("AWS/SQS"), MetricName: tf.Str("ApproximateNumberOfMessagesVisible"),
			Dimensions: tf.StrMap(map[string]string{"QueueName": name}),
			Statistic:  tf.Str("Maximum"), Period: tf.Num(300), EvaluationPeriods: tf.Num(1),
			ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(0), TreatMissingData: tf.Str("notBreaching"),
		})
	}
	return made, nil
}

// checkDeadLetters reports fields about the queue that is made beside one that names an existing queue, and topics that
// are none.
func checkDeadLetters(problems *problem.List, name, existing string, topics []string, scope arn.Scope) {
	checkQueue(problems, "deadLetterQueueARN", existing, scope)
	if existing == "" && strings.Contains(name, ".") && !token.Is(name) {
		problems.Addf("name", "%q has a dot, which the queue <name>%s cannot have; use hyphens or give deadLetterQueueARN", name, deadLetterSuffix)
	}
	if existing != "" && len(topics) > 0 {
		problems.Addf("failureTopicARNs", "hear of the queue that is made, and deadLetterQueueARN names an existing one; drop one of them and watch your own queue where it was made")
	}
	problems.Add("", scope.CheckTopics("failureTopicARNs", topics))
}
