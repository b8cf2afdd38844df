// Package taskevents makes a queue that hears of tasks of Amazon ECS: what started, ran and ended, so that who started them learns of those
// that ended without a word.
package taskevents

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/queue"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures the queue. Name, ClusterARN and Family are required.
type Props struct {
	// Name of the queue and the rule: 1 to 64 letters, digits, hyphens and underscores. The queue of what nobody took ends in -dead-letters.
	Name string
	// Scope is where they live. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of all resources, beside those of the stack. Default: none.
	Tags map[string]string
	// ClusterARN is the cluster of the tasks.
	ClusterARN string
	// Family of their task definitions. Tasks of services do not count.
	Family string
	// TopicARNs are SNS topics that hear of messages that nobody took. Default: none.
	TopicARNs []string
}

// A Queue hears of tasks.
type Queue struct {
	construct tf.Construct
	id        string
	props     Props
	arn       string
}

// deadLetterSuffix is what the name of the queue of what nobody took ends with.
const deadLetterSuffix = "-dead-letters"

var (
	namePattern   = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)
	familyPattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,255}$`)
)

// New makes the queue. It keeps messages for a week, gives them out three times and then to the queue of dead letters.
func New(scope constructs.Construct, id string, props Props) (*Queue, error) {
	props.Scope = site.Of(scope, props.Scope)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Queue, error) {
		made := &Queue{construct: scope, id: id, props: props}
		pattern, err := props.pattern().JSON()
		if err != nil {
			return nil, err
		}
		literal := func(suffix string) string { return props.Scope.Regional("sqs", props.Name+suffix) }
		dead, err := queue.New(scope, "dead-letters", literal(deadLetterSuffix), sqsqueue.SqsQueueConfig{
			Name: tf.Str(props.Name + deadLetterSuffix), MessageRetentionSeconds: tf.Num(14 * 24 * 60 * 60), Tags: tf.StrMap(props.Tags),
		})
		if err != nil {
			return nil, err
		}
		rule := props.Scope.Regional("events", "rule/"+props.Name)
		made.arn, err = queue.New(scope, "queue", literal(""), sqsqueue.SqsQueueConfig{
			Name: tf.Str(props.Name), MessageRetentionSeconds: tf.Num(7 * 24 * 60 * 60), VisibilityTimeoutSeconds: tf.Num(300),
			RedrivePolicy: tf.Str(fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":3}`, dead)), Tags: tf.StrMap(props.Tags),
		}, queue.FromRule(rule, literal("")))
		if err != nil {
			return nil, err
		}
		events := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.Str("rule"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name: tf.Str(props.Name), Description: tf.Str("Tasks of " + props.Family), EventPattern: tf.Str(pattern), Tags: tf.StrMap(props.Tags),
		})
		cloudwatcheventtarget.NewCloudwatchEventTarget(scope, tf.Str("target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
			Rule: tf.Str(tf.Attr(events, "name")), Arn: tf.Str(made.arn),
		})
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, tf.Str("alarm"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName: tf.Str(props.Name + deadLetterSuffix), AlarmDescription: tf.Str("Nobody took what happened to tasks of " + props.Family),
			AlarmActions: tf.Strs(props.TopicARNs), OkActions: tf.Strs(props.TopicARNs), Namespace: tf.Str("AWS/SQS"), MetricName: tf.Str("ApproximateNumberOfMessagesVisible"),
			Dimensions: tf.StrMap(map[string]string{"QueueName": props.Name + deadLetterSuffix}), Statistic: tf.Str("Maximum"), Period: tf.Num(300), EvaluationPeriods: tf.Num(1),
			ComparisonOperator: tf.Str("GreaterThanThreshold"), Threshold: tf.Num(0), TreatMissingData: tf.Str("notBreaching"), Tags: tf.StrMap(props.Tags),
		})
		return made, nil
	})
}

// pattern fits tasks that somebody ran of the family: their group is named after it.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
func (p Props) pattern() eventpattern.Pattern {
	return eventpattern.Pattern{
		Sources: []string{"aws.ecs"}, DetailTypes: []string{"ECS Task State Change"},
		Fields: []eventpattern.Field{
			{Path: "detail.clusterArn", Values: eventpattern.Each(p.ClusterARN)}, {Path: "detail.group", Values: eventpattern.Each("family:" + p.Family)},
		},
	}
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a queue and a rule; use 1 to 64 letters, digits, hyphens and underscores", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if !arn.Is(p.ClusterARN, "ecs", "cluster/") {
		problems.Addf("clusterARN", "%q is no ARN of an ECS cluster; write it like arn:aws:ecs:us-west-2:123456789012:cluster/name", p.ClusterARN)
	}
	if !familyPattern.MatchString(p.Family) {
		problems.Addf("family", "%q is no family of task definitions; use 1 to 255 letters, digits, hyphens and underscores", p.Family)
	}
	problems.Add("", p.Scope.CheckTopics("topicARNs", p.TopicARNs))
	return problems.Err()
}

// ARN of the queue.
func (q *Queue) ARN() string { return q.arn }

// Name of the queue.
func (q *Queue) Name() string { return q.props.Name }

// Construct holds the queue's resources.
func (q *Queue) Construct() constructs.Construct { return q.construct }

// GrantConsume lets the grantee take messages. The policy's name is the construct's id and "consume".
func (q *Queue) GrantConsume(grantee iam.Grantee) error {
	return iam.Grant(grantee, "queue", q.id, "consume", policy.Statement{
		Actions:   []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
		Resources: []string{q.arn},
	})
}
