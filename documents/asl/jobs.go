package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/token"
)

// StartExecution starts another state machine. Patterns: RequestResponse, Sync, WaitForToken. With Sync, the result's
// Output is JSON (.sync:2). https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
type StartExecution struct {
	// StateMachineARN of the state machine. Required.
	StateMachineARN string
	// Input of the execution: an Object, or a Text that is filled in at run time. Default: the state's input.
	Input Value
	// Name of the execution: up to 80 characters, unique for 90 days. Default: chosen by AWS.
	Name Text
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c StartExecution) integration(r *renderer, pattern Pattern) integration {
	if !arn.Is(c.StateMachineARN, "states", "stateMachine:") {
		r.addf(r.path("call.stateMachineARN"), "%q is no ARN of a state machine; write it like arn:aws:states:us-west-2:111111111111:stateMachine:name", c.StateMachineARN)
	}
	if c.Input == nil {
		c.Input = Input("")
	}
	f := fields{{"StateMachineArn", Text(c.StateMachineARN)}, {"Input", c.Input}}
	f.text("Name", c.Name)
	return integration{
		resource: "states:startExecution", arguments: f, extra: c.Extra, patterns: []Pattern{Sync, WaitForToken}, syncSuffix: ".sync:2",
		permissions: func(scope arn.Scope) []policy.Statement {
			statements := []policy.Statement{{Actions: []string{"states:StartExecution"}, Resources: []string{c.StateMachineARN}}}
			if pattern == Sync {
				statements = append(statements,
					policy.Statement{Actions: []string{"states:DescribeExecution", "states:StopExecution"}, Resources: []string{executions(scope, c.StateMachineARN)}},
					managedRule(scope, "StepFunctionsExecution"))
			}
			return statements
		},
	}
}

// executions is the ARN of all executions of a state machine. Where only Terraform knows the ARN of the machine, its
// name cannot be taken out of it, so that the executions of all machines of the account and region are meant.
func executions(scope arn.Scope, machineARN string) string {
	if name, found := afterLast(machineARN, ":stateMachine:"); found {
		return scope.Regional("states", "execution:"+name+":*")
	}
	return scope.Regional("states", "execution:*")
}

// afterLast is what follows the separator, and whether that is known.
func afterLast(value, separator string) (string, bool) {
	i := strings.LastIndex(value, separator)
	if i < 0 {
		return "", false
	}
	rest := value[i+len(separator):]
	return rest, rest != "" && !(token.Is(value) && !strings.HasPrefix(value, "arn:"))
}

// GlueStartJobRun runs a job of Glue. Patterns: RequestResponse, Sync.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html
type GlueStartJobRun struct {
	// JobName is the job: known before run time, because the permission names it. Required.
	JobName string
	// Arguments of the run, by name with two hyphens: "--day". Default: those of the job.
	Arguments map[string]Text
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c GlueStartJobRun) integration(r *renderer, pattern Pattern) integration {
	r.requiredString(r.path("call.jobName"), c.JobName, "the name of a job")
	for _, name := range slices.Sorted(maps.Keys(c.Arguments)) {
		if !strings.HasPrefix(name, "--") {
			r.addf(r.path("call.arguments"), "%q does not begin with two hyphens; write --%s", name, name)
		}
	}
	f := fields{{"JobName", Text(c.JobName)}}
	f.textMap("Arguments", c.Arguments)
	return integration{
		resource: "glue:startJobRun", arguments: f, extra: c.Extra, patterns: []Pattern{Sync},
		permissions: func(scope arn.Scope) []policy.Statement {
			actions := []string{"glue:StartJobRun"}
			if pattern == Sync { // Step Functions asks Glue itself, without a rule
				actions = []string{"glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:StartJobRun"}
			}
			return []policy.Statement{{Actions: actions, Resources: []string{scope.Regional("glue", "job/"+c.JobName)}}}
		},
	}
}

// BatchSubmitJob runs a job of AWS Batch. Patterns: RequestResponse, Sync, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
type BatchSubmitJob struct {
	// Name of the job: up to 128 letters, digits, hyphens and underscores. Required.
	Name Text
	// QueueARN is the job queue. Required.
	QueueARN string
	// DefinitionARN is the job definition. Without a revision at its end, each run takes the latest. Required.
	DefinitionARN string
	// ArraySize runs the job so many times: 2 to 10000. Default: 0, once.
	ArraySize int
	// Parameters of the definition. Default: its own.
	Parameters map[string]Text
	// Command and Environment change the container. Default: those of the definition.
	Command     []Text
	Environment map[string]Text
	// Attempts of the job: 1 to 10. Default: those of the definition.
	Attempts int
	// Tags of the job. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c BatchSubmitJob) integration(r *renderer, pattern Pattern) integration {
	r.required(r.path("call.name"), c.Name, "a name")
	if !arn.Is(c.QueueARN, "batch", "job-queue/") {
		r.addf(r.path("call.queueARN"), "%q is no ARN of a job queue; write it like arn:aws:batch:us-west-2:111111111111:job-queue/name", c.QueueARN)
	}
	if !arn.Is(c.DefinitionARN, "batch", "job-definition/") {
		r.addf(r.path("call.definitionARN"), "%q is no ARN of a job definition; write it like arn:aws:batch:us-west-2:111111111111:job-definition/name:1", c.DefinitionARN)
	}
	f := fields{{"JobName", c.Name}, {"JobQueue", Text(c.QueueARN)}, {"JobDefinition", Text(c.DefinitionARN)}}
	if c.ArraySize != 0 {
		r.between(r.path("call.arraySize"), c.ArraySize, 2, 10_000)
		f.set("ArrayProperties", fields{{"Size", Int(c.ArraySize)}})
	}
	f.textMap("Parameters", c.Parameters)
	var container fields
	container.texts("Command", c.Command)
	var environment List
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		environment = append(environment, fields{{"Name", Text(name)}, {"Value", c.Environment[name]}})
	}
	if len(environment) > 0 {
		container.set("Environment", environment)
	}
	f.object("ContainerOverrides", container)
	if c.Attempts != 0 {
		r.between(r.path("call.attempts"), c.Attempts, 1, 10)
		f.set("RetryStrategy", fields{{"Attempts", Int(c.Attempts)}})
	}
	if len(c.Tags) > 0 {
		tags := fields{}
		for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
			tags.set(key, Text(c.Tags[key]))
		}
		f.set("Tags", tags)
	}
	return integration{
		resource: "batch:submitJob", arguments: f, extra: c.Extra, patterns: []Pattern{Sync, WaitForToken},
		permissions: func(scope arn.Scope) []policy.Statement { return c.permissions(scope, pattern) },
	}
}

// revisions is what IAM sees of a job definition: always an ARN with a revision, also where the call leaves it to Batch
// to take the latest. https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html
func revisions(definition string) string {
	name, known := afterLast(definition, ":job-definition/")
	if !known || strings.Contains(name, ":") {
		return definition
	}
	return definition + ":*"
}

func (c BatchSubmitJob) permissions(scope arn.Scope, pattern Pattern) []policy.Statement {
	actions := []string{"batch:SubmitJob"}
	if len(c.Tags) > 0 {
		actions = append(actions, "batch:TagResource")
	}
	jobs := scope.Regional("batch", "job/*") // the id of a job is chosen by the service
	statements := []policy.Statement{{Actions: actions, Resources: []string{c.QueueARN, revisions(c.DefinitionARN), jobs}}}
	if pattern == Sync {
		statements = append(statements,
			policy.Statement{Actions: []string{"batch:TerminateJob"}, Resources: []string{jobs}},
			policy.Statement{Actions: []string{"batch:DescribeJobs"}, Resources: []string{"*"}}, // Batch has no resource level here
			managedRule(scope, "BatchJobs"))
	}
	return statements
}
