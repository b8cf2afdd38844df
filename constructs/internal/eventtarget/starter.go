package eventtarget

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Starter is a schedule or an event rule, as far as they are alike: it starts a pipeline or a state machine with a role of its own, and
// what it could not start goes to a queue. Fields without a comment are the props of the same name.
type Starter struct {
	// Kind is what people call it: schedule or rule.
	Kind              string
	Name, Description string
	Scope             arn.Scope

	Pipeline     *Pipeline
	StateMachine *StateMachine

	RetryFor           time.Duration
	MaxRetries         *int
	DeadLetterQueueARN string
	FailureTopicARNs   []string
	KeyARN             string
	// Senders are the statements of the queue's policy that let somebody send.
	Senders []policy.Statement

	Role iam.RoleChoice
	// RoleSuffix ends the name of the role that is made.
	RoleSuffix string
	// Service assumes the role, for the resource SourceARN alone.
	Service, SourceARN string
	// Statements are what the role needs beside the start.
	Statements []policy.Statement
}

// A Pipeline is a SageMaker pipeline to start.
type Pipeline struct {
	ARN        string
	Parameters []Parameter
	// Definition is the pipeline's in JSON, to check the parameters by. Empty where it is not known.
	Definition string
}

// A StateMachine is a Step Functions state machine to start.
type StateMachine struct{ ARN string }

// maxDescription is the limit of schedules and rules alike.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const maxDescription = 512

// CheckSelf reports what is wrong with name, scope and description.
func (s Starter) CheckSelf(problems *problem.List) {
	CheckName(problems, "name", s.Name)
	problems.Add("", site.Check(s.Scope))
	if n := utf8.RuneCountInString(s.Description); n > maxDescription {
		problems.Addf("description", "has %d characters, %d are allowed; shorten it", n, maxDescription)
	}
}

// CheckTarget reports what is wrong with what is started.
func (s Starter) CheckTarget(problems *problem.List) {
	switch {
	case s.Pipeline == nil && s.StateMachine == nil:
		problems.Addf("pipeline", "and stateMachine are both missing; give the one to start")
	case s.Pipeline != nil && s.StateMachine != nil:
		problems.Addf("stateMachine", "does not go with pipeline, only one of them is started; drop one")
	}
	if s.Pipeline != nil {
		checkARN(problems, "pipeline.arn", s.Pipeline.ARN, "a SageMaker pipeline", "sagemaker", "pipeline/", s.Scope)
		checkParameters(problems, "pipeline", s.Pipeline.Parameters, s.Pipeline.Definition)
	}
	if s.StateMachine != nil {
		checkARN(problems, "stateMachine.arn", s.StateMachine.ARN, "a state machine", "states", "stateMachine:", s.Scope)
	}
}

// CheckDelivery reports what is wrong with retries, queue and key.
func (s Starter) CheckDelivery(problems *problem.List) {
	checkRetry(problems, s.RetryFor, Retries(s.MaxRetries))
	checkDeadLetters(problems, s.Name, s.DeadLetterQueueARN, s.FailureTopicARNs, s.Scope)
	problems.Add("", arn.CheckKey("keyARN", s.KeyARN))
}

// Made is the role and the queue, made or taken.
type Made struct {
	RoleARN, QueueARN string
	// Permitted is when the role may do what it must.
	Permitted []tf.Dependable
}

// Make makes the queue and the role, where none were given.
func (s Starter) Make(scope constructs.Construct) (Made, error) {
	made := Made{RoleARN: s.Role.ARN, QueueARN: s.DeadLetterQueueARN}
	if made.QueueARN == "" {
		var err error
		if made.QueueARN, err = s.addQueue(scope); err != nil {
			return Made{}, err
		}
	}
	if made.RoleARN == "" {
		role, err := iam.NewRole(scope, "role", s.role())
		if err != nil {
			return Made{}, err
		}
		made.RoleARN, made.Permitted = role.ARN(), role.Policies()
	}
	return made, nil
}

func (s Starter) role() iam.RoleProps {
	trust := policy.TrustService(s.Scope.Account, s.Service)
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, policy.ARNEquals("aws:SourceArn", s.SourceARN))
	role := iam.RoleProps{
		Name: s.Role.NameFor(s.Name, s.RoleSuffix), Description: fmt.Sprintf("Starts what the %s %s says", s.Kind, s.Name), Trust: trust,
		PermissionsBoundary: s.Role.PermissionsBoundary,
	}
	if s.Pipeline != nil {
		role.Statements = append(role.Statements, policy.Statement{Sid: "StartPipeline", Actions: []string{"sagemaker:StartPipelineExecution"}, Resources: []string{s.Pipeline.ARN}})
	}
	if s.StateMachine != nil {
		role.Statements = append(role.Statements, policy.Statement{Sid: "StartStateMachine", Actions: []string{"states:StartExecution"}, Resources: []string{s.StateMachine.ARN}})
	}
	role.Statements = append(role.Statements, s.Statements...)
	return role
}

// State is how the provider writes whether it is followed.
func State(disabled bool) string {
	if disabled {
		return "DISABLED"
	}
	return "ENABLED"
}
