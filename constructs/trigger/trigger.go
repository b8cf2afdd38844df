// Package trigger starts SageMaker pipelines and Step Functions state machines when something happens: new data in S3,
// an approved model, an alarm, the end of a pipeline. An EventBridge rule with a role that may start just this one,
// retries, and a queue for what could not be started.
package trigger

import (
	"fmt"
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/constructs/internal/queue"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a trigger. Name, Event and one of Pipeline and StateMachine are required.
type Props struct {
	// Name of the rule: 1 to 64 letters, digits and _ . -
	Name string
	// Scope is where the rule lives, and what it starts. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, at most 512 characters. Default: none.
	Description string
	// Tags of the rule, beside those of the stack. Default: none.
	Tags map[string]string

	// Event says what must happen: an eventpattern.ObjectCreated, ModelPackageChange, AlarmChange,
	// PipelineExecutionChange, or a Pattern of one's own.
	Event eventpattern.Event
	// EventBus is the name of the bus whose events are looked at. AWS services send theirs to the default bus.
	// Default: "default".
	EventBus string

	// Pipeline is the SageMaker pipeline to start. One of Pipeline and StateMachine is given.
	Pipeline *Pipeline
	// StateMachine is the Step Functions state machine to start.
	StateMachine *StateMachine
	// Disabled keeps the rule without following it. Default: false.
	Disabled bool

	// RetryFor is how long a start that failed is tried again, 1 minute to 24 hours. Default: 1 hour.
	RetryFor time.Duration
	// MaxRetries is how often at most, 0 to 185. Default: 185, so that RetryFor decides.
	MaxRetries *int
	// DeadLetterQueueARN is an existing standard SQS queue that takes what could not be started. Its policy must have
	// the statement of AllowDeadLetters. Default: a queue is made, named <Name>-dead-letters, encrypted, reached over
	// TLS only, kept for 14 days.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
	DeadLetterQueueARN string
	// FailureTopicARNs are SNS topics that hear when there is something in the queue that is made. A topic with a KMS
	// key must let CloudWatch use it. Default: none.
	FailureTopicARNs []string
	// KeyARN is a KMS key for the queue that is made. Its policy must have the statement of AllowKey.
	// Default: a key of SQS.
	KeyARN string

	// RoleARN is an existing role that the rule assumes, with the permission to start the target. Default: a role is
	// made, named RoleName.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: <Name>-trigger, shortened
	// with a hash where it is too long.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string
}

// A Trigger starts something when something happens.
type Trigger struct {
	construct tf.Construct
	arn, name string
	made      eventtarget.Made
}

// New makes a rule with its target, role and queue.
func New(scope constructs.Construct, id string, props Props) (*Trigger, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Trigger, error) {
		pattern, err := props.Event.Pattern().JSON()
		if err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		with, err := props.starter().Make(scope)
		if err != nil {
			return nil, err
		}
		rule := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.Str("rule"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name: tf.Str(props.Name), Description: tf.OptStr(props.Description), EventBusName: tf.Str(props.EventBus),
			EventPattern: tf.Str(pattern), State: tf.Str(eventtarget.State(props.Disabled)), Tags: tf.StrMap(props.Tags),
		})
		target := props.target()
		target.Rule, target.EventBusName, target.RoleArn, target.DependsOn = tf.Str(tf.Attr(rule, "name")), tf.Str(props.EventBus), tf.Str(with.RoleARN), tf.After(with.Permitted...)
		target.DeadLetterConfig = &cloudwatcheventtarget.CloudwatchEventTargetDeadLetterConfig{Arn: tf.Str(with.QueueARN)}
		cloudwatcheventtarget.NewCloudwatchEventTarget(scope, tf.Str("target"), target)
		return &Trigger{construct: scope, arn: tf.Attr(rule, "arn"), name: props.Name, made: with}, nil
	})
}

func (p Props) ruleARN() string { return ruleARN(p.Scope, p.EventBus, p.Name) }

// ruleARN is the ARN of a rule, which names the bus only where it is not the default one.
func ruleARN(scope arn.Scope, bus, name string) string {
	if bus == "default" {
		return scope.Regional("events", "rule/"+name)
	}
	return scope.Regional("events", "rule/"+bus+"/"+name)
}

// AllowDeadLetters is the statement of an existing queue's policy with which the rule of this name, on the default bus,
// may send to it.
func AllowDeadLetters(scope arn.Scope, name, queueARN string) policy.Statement {
	return queue.FromRule(ruleARN(scope.WithDefaults(), "default", name), queueARN)
}

// AllowKey is the statement of a KMS key's policy with which the rule of this name, on the default bus, may send to a
// queue under the key.
func AllowKey(scope arn.Scope, name string) policy.Statement {
	return policy.Statement{
		Sid: "EventBridge", Principals: []policy.Principal{policy.Service("events.amazonaws.com")},
		Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{"*"},
		Conditions: []policy.Condition{policy.ARNEquals("aws:SourceArn", ruleARN(scope.WithDefaults(), "default", name))},
	}
}

// starter is what a rule shares with other starters. EventBridge may assume the role for this rule alone.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
func (p Props) starter() eventtarget.Starter {
	s := eventtarget.Starter{
		Kind: "rule", Name: p.Name, Description: p.Description, Scope: p.Scope,
		RetryFor: p.RetryFor, MaxRetries: p.MaxRetries, DeadLetterQueueARN: p.DeadLetterQueueARN, FailureTopicARNs: p.FailureTopicARNs, KeyARN: p.KeyARN,
		Role:       iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary},
		RoleSuffix: "-trigger", Service: "events.amazonaws.com", SourceARN: p.ruleARN(),
	}
	s.Senders = []policy.Statement{queue.FromRule(p.ruleARN(), s.QueueARN())}
	if p.Pipeline != nil {
		s.Pipeline = &eventtarget.Pipeline{ARN: p.Pipeline.ARN, Parameters: p.Pipeline.parameters(), Definition: p.Pipeline.Definition}
	}
	if p.StateMachine != nil {
		s.StateMachine = &eventtarget.StateMachine{ARN: p.StateMachine.ARN}
	}
	return s
}

// ARN of the rule.
func (t *Trigger) ARN() string { return t.arn }

// Name of the rule.
func (t *Trigger) Name() string { return t.name }

// RoleARN is the role that the rule assumes.
func (t *Trigger) RoleARN() string { return t.made.RoleARN }

// DeadLetterQueueARN is the queue that takes what could not be started.
func (t *Trigger) DeadLetterQueueARN() string { return t.made.QueueARN }

// Construct holds the trigger's resources.
func (t *Trigger) Construct() constructs.Construct { return t.construct }
