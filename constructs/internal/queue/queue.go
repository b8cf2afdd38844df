// Package queue makes SQS queues that are encrypted, and that principals of the account reach by their own policies, over TLS alone.
package queue

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueuepolicy"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// New makes the queue under the id, and its policy under <id>-policy, and gives the ARN of the queue. The literal is the same ARN, as it
// is known before; senders are let in beside the account. The key is SQS's own where the configuration names none.
func New(scope constructs.Construct, id, literal string, config sqsqueue.SqsQueueConfig, senders ...policy.Statement) (string, error) {
	document, err := policy.New(append([]policy.Statement{policy.DenyInsecureTransport("sqs:*", literal)}, senders...)...).JSON(policy.Resource)
	if err != nil {
		return "", err
	}
	if config.KmsMasterKeyId == nil {
		config.SqsManagedSseEnabled = true
	}
	made := sqsqueue.NewSqsQueue(scope, tf.Str(id), &config)
	sqsqueuepolicy.NewSqsQueuePolicy(scope, tf.Str(id+"-policy"), &sqsqueuepolicy.SqsQueuePolicyConfig{QueueUrl: tf.Str(tf.Attr(made, "url")), Policy: tf.Str(document)})
	return tf.Attr(made, "arn"), nil
}

// FromRule lets a rule of EventBridge send to a queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
func FromRule(ruleARN, queueARN string) policy.Statement {
	return policy.Statement{
		Sid: "EventBridge", Principals: []policy.Principal{policy.Service("events.amazonaws.com")}, Actions: []string{"sqs:SendMessage"},
		Resources: []string{queueARN}, Conditions: []policy.Condition{policy.ARNEquals("aws:SourceArn", ruleARN)},
	}
}
