package eventtarget

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueuepolicy"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// DeadLetterSuffix is what the name of the queue ends with.
const DeadLetterSuffix = "-dead-letters"

// DeadLetters is a queue for what could not be started.
type DeadLetters struct {
	// Name of the queue.
	Name  string
	Scope arn.Scope
	// KeyARN is the KMS key of the messages. Empty for a key of SQS.
	KeyARN string
	// Senders are the statements of the queue policy that let somebody send.
	Senders []policy.Statement
	// TopicARNs hear of the first message.
	TopicARNs []string
	// What the queue holds, for people.
	What string
}

// Add makes the queue, its policy and its alarm, and gives the ARN of the queue.
func (d DeadLetters) Add(scope constructs.Construct) (string, error) {
	literal := d.Scope.Regional("sqs", d.Name)
	document, err := policy.New(append([]policy.Statement{policy.DenyInsecureTransport("sqs:*", literal)}, d.Senders...)...).JSON(policy.Resource)
	if err != nil {
		return "", err
	}
	config := &sqsqueue.SqsQueueConfig{
		Name: tf.Str(d.Name), MessageRetentionSeconds: tf.Num(14 * 24 * 60 * 60), KmsMasterKeyId: tf.OptStr(d.KeyARN),
	}
	if d.KeyARN == "" {
		config.SqsManagedSseEnabled = true
	}
	queue := sqsqueue.NewSqsQueue(scope, tf.Str("dead-letters"), config)
	sqsqueuepolicy.NewSqsQueuePolicy(scope, tf.Str("dead-letters-policy"), &sqsqueuepolicy.SqsQueuePolicyConfig{
		QueueUrl: queue.Url(), Policy: tf.Str(document),
	})
	if len(d.TopicARNs) > 0 {
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, tf.Str("dead-letters-alarm"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: tf.Str(d.Name), AlarmDescription: tf.Str(d.What), AlarmActions: tf.Strs(d.TopicARNs),
			Namespace: tf.Str("AWS/SQS"), MetricName: tf.Str("ApproximateNumberOfMessagesVisible"),
			Dimensions: tf.StrMap(map[string]string{"QueueName": d.Name}),
			Statistic:  tf.Str("Maximum"), Period: tf.Num(300), EvaluationPeriods: tf.Num(1),
			ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(0), TreatMissingData: tf.Str("notBreaching"),
		})
	}
	return *queue.Arn(), nil
}

// CheckDeadLetters reports fields about the queue that is made beside one that names an existing queue, and topics that
// are none.
func CheckDeadLetters(problems *problem.List, name, existing string, topics []string, scope arn.Scope) {
	CheckQueue(problems, "deadLetterQueueARN", existing, scope)
	if existing == "" && strings.Contains(name, ".") && !token.Is(name) {
		problems.Addf("name", "%q has a dot, which the queue <name>%s cannot have; use hyphens or give deadLetterQueueARN", name, DeadLetterSuffix)
	}
	if existing != "" && len(topics) > 0 {
		problems.Addf("failureTopicARNs", "hear of the queue that is made, and deadLetterQueueARN names an existing one; drop one of them and watch your own queue where it was made")
	}
	for i, topic := range topics {
		if !arn.Is(topic, "sns", "") {
			problems.Addf(problem.Index("failureTopicARNs", i), "%q is no ARN of an SNS topic; write it like %s", topic, scope.Regional("sns", "name"))
		}
	}
}

// CheckKey reports a value that is no ARN of a KMS key.
func CheckKey(problems *problem.List, path, keyARN string) {
	if keyARN != "" && !token.Is(keyARN) && !arn.Is(keyARN, "kms", "key/") {
		problems.Addf(path, "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases", keyARN)
	}
}
