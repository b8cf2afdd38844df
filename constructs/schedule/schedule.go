// Package schedule starts SageMaker pipelines and Step Functions state machines at set times, with EventBridge
// Scheduler: a role that may start just this one, retries, and a queue for what could not be started.
package schedule

import (
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/schedulerschedule"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a schedule. Name, Expression and one of Pipeline and StateMachine are required.
type Props struct {
	// Name of the schedule, unique in its group: 1 to 64 letters, digits and _ . -
	Name string
	// Scope is where the schedule lives, and what it starts. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, at most 512 characters. Default: none.
	Description string

	// Pipeline is the SageMaker pipeline to start. One of Pipeline and StateMachine is given.
	Pipeline *Pipeline
	// StateMachine is the Step Functions state machine to start.
	StateMachine *StateMachine

	// Expression says when: "rate(12 hours)", "cron(0 1 ? * SAT *)" or "at(2030-01-31T08:00:00)".
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
	Expression string
	// TimeZone is the name of the zone, in the IANA database, in which cron and at expressions count. They follow its
	// daylight saving time. Default: UTC.
	TimeZone string
	// FlexibleWindow lets AWS choose the moment within this time after the planned one, which spreads load: 1 minute to
	// 24 hours in whole minutes. Default: at the planned minute.
	FlexibleWindow time.Duration
	// Start is the time before which nothing is started. Default: at once.
	Start time.Time
	// End is the time after which nothing is started. Default: never.
	End time.Time
	// Disabled keeps the schedule without following it. Default: false.
	Disabled bool
	// Group is the name of the schedule's group, which exists or is made by NewGroup. Default: "default", which every
	// account has.
	Group string

	// RetryFor is how long a start that failed is tried again, 1 minute to 24 hours. Default: 1 hour.
	RetryFor time.Duration
	// MaxRetries is how often at most, 0 to 185. Default: 185, so that RetryFor decides.
	MaxRetries *int
	// DeadLetterQueueARN is an existing standard SQS queue that takes what could not be started. Default: a queue is
	// made, named <Name>-dead-letters, encrypted, reached over TLS only, kept for 14 days.
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
	DeadLetterQueueARN string
	// FailureTopicARNs are SNS topics that hear when there is something in the queue that is made. A topic with a KMS
	// key must let CloudWatch use it. Default: none.
	FailureTopicARNs []string
	// KeyARN is a KMS key for the schedule's target input, and for the queue that is made. Default: keys that AWS owns.
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
	KeyARN string

	// RoleARN is an existing role that the schedule assumes, with the permissions it needs. Default: a role is made,
	// named RoleName.
	RoleARN string
	// RoleName names the role that is made: 1 to 64 letters, digits and +=,.@_- Default: <Name>-scheduler, shortened
	// with a hash where it is too long.
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string
}

// A Schedule starts something at set times.
type Schedule struct {
	construct tf.Construct
	arn, name string
	made      eventtarget.Made
}

// New makes a schedule with its role and its queue.
func New(scope constructs.Construct, id string, props Props) (*Schedule, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Schedule, error) {
		with, err := props.starter().Make(scope)
		if err != nil {
			return nil, err
		}
		schedule := schedulerschedule.NewSchedulerSchedule(scope, tf.Str("schedule"), &schedulerschedule.SchedulerScheduleConfig{
			Name: tf.Str(props.Name), GroupName: tf.Str(props.Group), Description: tf.OptStr(props.Description), State: tf.Str(eventtarget.State(props.Disabled)),
			ScheduleExpression: tf.Str(props.Expression), ScheduleExpressionTimezone: tf.Str(props.TimeZone),
			StartDate: tf.OptStr(date(props.Start)), EndDate: tf.OptStr(date(props.End)), KmsKeyArn: tf.OptStr(props.KeyARN),
			FlexibleTimeWindow: props.window(), Target: props.target(with), DependsOn: tf.After(with.Permitted...),
		})
		return &Schedule{construct: scope, arn: tf.Attr(schedule, "arn"), name: props.Name, made: with}, nil
	})
}

// date is a point in time as Scheduler writes it, empty for none.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

func (p Props) window() *schedulerschedule.SchedulerScheduleFlexibleTimeWindow {
	if p.FlexibleWindow == 0 {
		return &schedulerschedule.SchedulerScheduleFlexibleTimeWindow{Mode: tf.Str("OFF")}
	}
	return &schedulerschedule.SchedulerScheduleFlexibleTimeWindow{Mode: tf.Str("FLEXIBLE"), MaximumWindowInMinutes: tf.Num(int(p.FlexibleWindow.Minutes()))}
}

// starter is what a schedule shares with other starters. Scheduler names the group, not the schedule, when it assumes the role.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func (p Props) starter() eventtarget.Starter {
	s := eventtarget.Starter{
		Kind: "schedule", Name: p.Name, Description: p.Description, Scope: p.Scope,
		RetryFor: p.RetryFor, MaxRetries: p.MaxRetries, DeadLetterQueueARN: p.DeadLetterQueueARN, FailureTopicARNs: p.FailureTopicARNs, KeyARN: p.KeyARN,
		Role:       iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary},
		RoleSuffix: "-scheduler", Service: "scheduler.amazonaws.com", SourceARN: p.Scope.Regional("scheduler", "schedule-group/"+p.Group),
	}
	if p.Pipeline != nil {
		s.Pipeline = &eventtarget.Pipeline{ARN: p.Pipeline.ARN, Parameters: p.Pipeline.parameters(), Definition: p.Pipeline.Definition}
	}
	if p.StateMachine != nil {
		s.StateMachine = &eventtarget.StateMachine{ARN: p.StateMachine.ARN}
	}
	s.Statements = p.statements(s.QueueARN())
	return s
}

// statements are what the role needs beside the start: Scheduler sends to the queue with it, and reads its own input.
func (p Props) statements(queueARN string) []policy.Statement {
	out := []policy.Statement{{Sid: "DeadLetters", Actions: []string{"sqs:SendMessage"}, Resources: []string{queueARN}}}
	if p.KeyARN == "" {
		return out
	}
	out = append(out, policy.Statement{
		Sid: "DecryptInput", Actions: []string{"kms:Decrypt"}, Resources: []string{p.KeyARN},
		Conditions: []policy.Condition{policy.StringEquals("kms:EncryptionContext:aws:scheduler:schedule:arn", p.Scope.Regional("scheduler", "schedule/"+p.Group+"/"+p.Name))},
	})
	if p.DeadLetterQueueARN == "" {
		key := policy.UseKey(true, "sqs."+p.Scope.Region+"."+p.Scope.DNSSuffix(), p.KeyARN)
		key.Sid = "EncryptDeadLetters"
		out = append(out, key)
	}
	return out
}

// ARN of the schedule.
func (s *Schedule) ARN() string { return s.arn }

// Name of the schedule.
func (s *Schedule) Name() string { return s.name }

// RoleARN is the role that the schedule assumes.
func (s *Schedule) RoleARN() string { return s.made.RoleARN }

// DeadLetterQueueARN is the queue that takes what could not be started.
func (s *Schedule) DeadLetterQueueARN() string { return s.made.QueueARN }

// Construct holds the schedule's resources.
func (s *Schedule) Construct() constructs.Construct { return s.construct }
