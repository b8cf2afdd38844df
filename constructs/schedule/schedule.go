// Package schedule starts SageMaker pipelines and Step Functions state machines at set times, with EventBridge
// Scheduler: a role that may start just this one, retries, and a queue for what could not be started.
package schedule

import (
	"fmt"
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
	construct      tf.Construct
	arn, name      string
	roleARN        string
	deadLetterQARN string
}

// New makes a schedule with its role and its queue.
func New(scope constructs.Construct, id string, props Props) (*Schedule, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Schedule, error) {
		made := &Schedule{construct: scope, name: props.Name, roleARN: props.RoleARN, deadLetterQARN: props.DeadLetterQueueARN}
		if made.deadLetterQARN == "" {
			queueARN, err := props.deadLetters().Add(scope)
			if err != nil {
				return nil, err
			}
			made.deadLetterQARN = queueARN
		}
		var permitted []tf.Dependable
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.role())
			if err != nil {
				return nil, err
			}
			made.roleARN, permitted = role.ARN(), role.Policies()
		}
		schedule := schedulerschedule.NewSchedulerSchedule(scope, tf.Str("schedule"), &schedulerschedule.SchedulerScheduleConfig{
			Name: tf.Str(props.Name), GroupName: tf.Str(props.Group), Description: tf.OptStr(props.Description), State: tf.Str(props.state()),
			ScheduleExpression: tf.Str(props.Expression), ScheduleExpressionTimezone: tf.Str(props.TimeZone),
			StartDate: tf.OptStr(date(props.Start)), EndDate: tf.OptStr(date(props.End)), KmsKeyArn: tf.OptStr(props.KeyARN),
			FlexibleTimeWindow: props.window(), Target: props.target(made.roleARN, made.deadLetterQARN), DependsOn: tf.After(permitted...),
		})
		made.arn = *schedule.Arn()
		return made, nil
	})
}

func (p Props) state() string {
	if p.Disabled {
		return "DISABLED"
	}
	return "ENABLED"
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

func (p Props) deadLetters() eventtarget.DeadLetters {
	return eventtarget.DeadLetters{
		Name: p.Name + eventtarget.DeadLetterSuffix, Scope: p.Scope, KeyARN: p.KeyARN, TopicARNs: p.FailureTopicARNs,
		What: fmt.Sprintf("The schedule %s could not start something; its queue says what and why", p.Name),
	}
}

func (p Props) queueARN() string {
	if p.DeadLetterQueueARN != "" {
		return p.DeadLetterQueueARN
	}
	return p.Scope.Regional("sqs", p.Name+eventtarget.DeadLetterSuffix)
}

func (p Props) choice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

// role is the role of the schedule. Scheduler names the group, not the schedule, when it assumes one.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func (p Props) role() iam.RoleProps {
	trust := policy.TrustService(p.Scope.Account, "scheduler.amazonaws.com")
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions,
		policy.ARNEquals("aws:SourceArn", p.Scope.Regional("scheduler", "schedule-group/"+p.Group)))
	return iam.RoleProps{
		Name: p.choice().NameFor(p.Name, "-scheduler"), Description: "Starts what the schedule " + p.Name + " says", Trust: trust,
		Statements: p.statements(), PermissionsBoundary: p.PermissionsBoundary,
	}
}

func (p Props) statements() []policy.Statement {
	var out []policy.Statement
	if p.Pipeline != nil {
		out = append(out, eventtarget.StartPipeline(p.Pipeline.ARN))
	}
	if p.StateMachine != nil {
		out = append(out, eventtarget.StartStateMachine(p.StateMachine.ARN))
	}
	out = append(out, policy.Statement{Sid: "DeadLetters", Actions: []string{"sqs:SendMessage"}, Resources: []string{p.queueARN()}})
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
func (s *Schedule) RoleARN() string { return s.roleARN }

// DeadLetterQueueARN is the queue that takes what could not be started.
func (s *Schedule) DeadLetterQueueARN() string { return s.deadLetterQARN }

// Construct holds the schedule's resources.
func (s *Schedule) Construct() constructs.Construct { return s.construct }
