package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	pipelineARN = "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-prod-training"
	machineARN  = "arn:aws:states:us-west-2:222222222222:stateMachine:wine-prod-learning"
	keyARN      = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
	topicARN    = "arn:aws:sns:us-west-2:222222222222:wine-prod-failures"
	definition  = `{"Version":"2020-12-01","Parameters":[
		{"Name":"epochs","Type":"Integer","DefaultValue":10},{"Name":"learning_rate","Type":"Float","DefaultValue":1e-5},
		{"Name":"mode","Type":"String","DefaultValue":"full","EnumValues":["full","quick"]},
		{"Name":"debug","Type":"Boolean","DefaultValue":false},{"Name":"data","Type":"String"}],"Steps":[]}`
)

// plain is the smallest schedule.
func plain() schedule.Props {
	return schedule.Props{
		Name: "wine-prod-retrain", Expression: "rate(7 days)",
		Pipeline: &schedule.Pipeline{ARN: pipelineARN, Parameters: []schedule.Parameter{schedule.Integer("epochs", 8)}},
	}
}

func build(t *testing.T, props schedule.Props) (*schedule.Schedule, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "retrain", props, schedule.New)
}

func TestPlain(t *testing.T) {
	made, template := build(t, plain())
	template.Golden("plain")
	iamcheck.Check{}.Template(t, template.Root())
	require.Equal(t, "wine-prod-retrain", made.Name())
	require.Contains(t, made.ARN(), "${")
	require.Contains(t, made.RoleARN(), "${")
	require.Contains(t, made.DeadLetterQueueARN(), "${")
	require.NotNil(t, made.Construct())
}

func everything() schedule.Props {
	retries := 0
	return schedule.Props{
		Name: "wine-prod-learn", Description: "Learns every Saturday night",
		StateMachine: &schedule.StateMachine{ARN: machineARN, Input: `{"planned":"` + schedule.ScheduledTime + `","mode":"full"}`},
		Expression:   "cron(0 1 ? * SAT *)", TimeZone: "America/Sao_Paulo", FlexibleWindow: 15 * time.Minute,
		Start: time.Date(2030, 1, 1, 0, 0, 0, 0, time.FixedZone("", -3*60*60)), End: time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC),
		Disabled: true, Group: "wine-prod", RetryFor: 10 * time.Minute, MaxRetries: &retries,
		FailureTopicARNs: []string{topicARN}, KeyARN: keyARN, RoleName: "wine-prod-clock",
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-prod-boundary",
	}
}

func TestEveryOption(t *testing.T) {
	_, template := build(t, everything())
	template.Golden("everything")
	iamcheck.Check{}.Template(t, template.Root())
	made := template.One("aws_scheduler_schedule")
	require.Equal(t, "DISABLED", made["state"])
	require.Equal(t, "2030-01-01T03:00:00Z", made["start_date"])
}

func TestBringYourOwn(t *testing.T) {
	props := plain()
	props.RoleARN, props.DeadLetterQueueARN = "arn:aws:iam::222222222222:role/clock", "arn:aws:sqs:us-west-2:222222222222:failures"
	made, template := build(t, props)
	require.Equal(t, map[string]int{"aws_scheduler_schedule": 1}, template.Counts())
	require.Equal(t, props.RoleARN, made.RoleARN())
	require.Equal(t, props.DeadLetterQueueARN, made.DeadLetterQueueARN())
	target := template.One("aws_scheduler_schedule")["target"].(map[string]any)
	require.Equal(t, map[string]any{"arn": props.DeadLetterQueueARN}, target["dead_letter_config"])
	require.Equal(t, props.RoleARN, target["role_arn"])
}

func TestExistingQueueGetsThePermission(t *testing.T) {
	props := plain()
	props.DeadLetterQueueARN, props.KeyARN = "arn:aws:sqs:us-west-2:222222222222:failures", keyARN
	_, template := build(t, props)
	permissions := template.One("aws_iam_role_policy")["policy"]
	require.Equal(t, []string{props.DeadLetterQueueARN}, template.Allowing(permissions, "sqs:SendMessage")[0].Resources)
	require.Len(t, template.Allowing(permissions, "kms:Decrypt"), 1, "the key of somebody else's queue is not ours to use")
	require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:EncryptionContext:aws:scheduler:schedule:arn": "arn:aws:scheduler:us-west-2:222222222222:schedule/default/wine-prod-retrain"}},
		template.Allowing(permissions, "kms:Decrypt")[0].Condition)
}

func TestGroup(t *testing.T) {
	stack := synthtest.Stack(t)
	group, err := schedule.NewGroup(stack, "schedules", schedule.GroupProps{Name: "wine-prod", Tags: map[string]string{"Team": "wine"}})
	require.NoError(t, err)
	require.Contains(t, group.ARN(), "${")
	require.NotNil(t, group.Construct())
	props := plain()
	props.Group = group.Name()
	_, err = schedule.New(stack, "retrain", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	require.Equal(t, "${aws_scheduler_schedule_group.schedules_group_A5DBE3E8.name}", template.One("aws_scheduler_schedule")["group_name"])
	trust := template.Statements(template.One("aws_iam_role")["assume_role_policy"])[0]
	require.Equal(t, map[string]map[string]any{
		"StringEquals": {"aws:SourceAccount": "222222222222"},
		"ArnEquals":    {"aws:SourceArn": "arn:aws:scheduler:us-west-2:222222222222:schedule-group/${aws_scheduler_schedule_group.schedules_group_A5DBE3E8.name}"},
	}, trust.Condition)
	_, err = schedule.NewGroup(stack, "default", schedule.GroupProps{Name: "default"})
	require.EqualError(t, err, `name: "default" is in every account already; use another name`)
	_, err = schedule.NewGroup(stack, "bad", schedule.GroupProps{Name: "wine prod"})
	require.EqualError(t, err, `name: "wine prod" is no name; use 1 to 64 letters, digits and _ . -`)
	template.Golden("group")
}

func TestParameters(t *testing.T) {
	props := plain()
	props.Pipeline = &schedule.Pipeline{ARN: pipelineARN, Definition: definition, Parameters: []schedule.Parameter{
		schedule.Integer("epochs", 8), schedule.Float("learning_rate", 0.00002), schedule.Boolean("debug", true),
		schedule.String("mode", "quick"), schedule.String("data", "${aws_s3_bucket.b.id}"),
	}}
	_, template := build(t, props)
	target := template.One("aws_scheduler_schedule")["target"].(map[string]any)
	require.Equal(t, map[string]any{"pipeline_parameter": []any{
		map[string]any{"name": "epochs", "value": "8"}, map[string]any{"name": "learning_rate", "value": "2e-05"}, map[string]any{"name": "debug", "value": "true"},
		map[string]any{"name": "mode", "value": "quick"}, map[string]any{"name": "data", "value": "${aws_s3_bucket.b.id}"},
	}}, target["sagemaker_pipeline_parameters"])
}

func TestProblems(t *testing.T) {
	many := make([]schedule.Parameter, 201)
	for i := range many {
		many[i] = schedule.String(strings.Repeat("p", i%60+1)+string(rune('a'+i/60)), "v")
	}
	tooOften := 186
	synthtest.Refuse(t, synthtest.Stack(t), plain, schedule.New, map[string]synthtest.Refusal[schedule.Props]{
		"nothing": {func(p *schedule.Props) { *p = schedule.Props{Scope: arn.Scope{Account: "2"}} }, `name: "" is no name; use 1 to 64 letters, digits and _ . -
scope.account: "2" is no AWS account id; write its 12 digits as a string
pipeline: and stateMachine are both missing; give the one to start
expression: "" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`},
		"unknown name": {func(p *schedule.Props) { p.Name = "${local.name}" },
			`name: "${local.name}" is known to Terraform only, and the conditions of policies are built from it; write the name out`},
		"dot": {func(p *schedule.Props) { p.Name = "wine.retrain" },
			`name: "wine.retrain" has a dot, which the queue <name>-dead-letters cannot have; use hyphens or give deadLetterQueueARN`},
		"both targets": {func(p *schedule.Props) { p.StateMachine = &schedule.StateMachine{ARN: machineARN} },
			"stateMachine: does not go with pipeline, only one of them is started; drop one"},
		"texts": {func(p *schedule.Props) {
			p.Description, p.Group, p.TimeZone, p.Expression = strings.Repeat("d", 513), "a b", "Mars/Olympus", "cron(0 25 * * SAT *)"
		}, `description: has 513 characters, 512 are allowed; shorten it
expression: "cron(0 25 * * SAT *)": hours "25" is not allowed; use 0 to 23
expression: "cron(0 25 * * SAT *)": day of month and day of week are both set, and AWS takes one of them; write ? for the other
timeZone: "Mars/Olympus" is no time zone; use a name of the IANA database, such as Europe/Berlin
group: "a b" is no name; use 1 to 64 letters, digits and _ . -`},
		"times": {func(p *schedule.Props) {
			p.FlexibleWindow, p.RetryFor, p.MaxRetries = 90*time.Second, 25*time.Hour, &tooOften
			p.Start, p.End = time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		}, `flexibleWindow: 1m30s is out of range; use 1m to 24h in whole minutes
end: 2030-01-01T00:00:00Z is not after start 2030-01-02T00:00:00Z; use a later time
retryFor: 25h0m0s is out of range; use 1m to 24h in whole seconds
maxRetries: 186 is out of range; use 0 to 185`},
		"once": {func(p *schedule.Props) {
			p.Expression, p.End = "at(2030-01-31T08:00:00)", time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
		}, `expression: "at(2030-01-31T08:00:00)" names one point in time, and start and end have no effect on it; remove them`},
		"pipeline": {func(p *schedule.Props) { p.Pipeline.ARN = machineARN },
			`pipeline.arn: "arn:aws:states:us-west-2:222222222222:stateMachine:wine-prod-learning" is no ARN of a SageMaker pipeline; write it like arn:aws:sagemaker:us-west-2:222222222222:pipeline/name`},
		"elsewhere": {func(p *schedule.Props) { p.Pipeline.ARN = "arn:aws:sagemaker:eu-west-1:333333333333:pipeline/wine" },
			`pipeline.arn: "arn:aws:sagemaker:eu-west-1:333333333333:pipeline/wine" is in account 333333333333, eu-west-1, and EventBridge delivers in account 222222222222, us-west-2 only; name one of there`},
		"state machine": {func(p *schedule.Props) {
			p.Pipeline, p.StateMachine = nil, &schedule.StateMachine{ARN: "wine", Input: "mode=full"}
		}, `stateMachine.arn: "wine" is no ARN of a state machine; write it like arn:aws:states:us-west-2:222222222222:stateMachine:name
stateMachine.input: "mode=full" is no JSON; write it like {"mode":"full"}, placeholders within quotes`},
		"escaped": {func(p *schedule.Props) {
			p.Pipeline, p.StateMachine = nil, &schedule.StateMachine{ARN: machineARN, Input: `{"at":"\u003caws.scheduler.scheduled-time\u003e"}`}
		}, `stateMachine.input: has a placeholder written as \u003c..., which Scheduler does not know; encode the JSON with SetEscapeHTML(false)`},
		"too much": {func(p *schedule.Props) {
			p.Pipeline, p.StateMachine = nil, &schedule.StateMachine{ARN: machineARN, Input: `"` + strings.Repeat("a", 256*1024) + `"`}
		}, "stateMachine.input: has 262146 bytes, 262144 are allowed; put the data into S3 and pass its address"},
		"parameters": {func(p *schedule.Props) {
			p.Pipeline.Parameters = []schedule.Parameter{schedule.String("a b", "x"), schedule.String("a", ""), schedule.String("a", strings.Repeat("v", 1025))}
		}, `pipeline.parameters[0].name: "a b" is no name of a parameter; use 1 to 64 letters, digits, - and _
pipeline.parameters[1].value: has 0 characters, 1 to 1024 are allowed; pass long text as a file in S3
pipeline.parameters[2].name: "a" is given twice; drop one
pipeline.parameters[2].value: has 1025 characters, 1 to 1024 are allowed; pass long text as a file in S3`},
		"too many parameters": {func(p *schedule.Props) { p.Pipeline.Parameters = many },
			"pipeline.parameters: are 201, 200 are allowed; put some into a file in S3"},
		"declared parameters": {func(p *schedule.Props) {
			p.Pipeline.Definition = definition
			p.Pipeline.Parameters = []schedule.Parameter{
				schedule.Integer("epoch", 8), schedule.String("temperature", "1"), schedule.String("learning_rate", "fast"), schedule.String("mode", "slow"),
				schedule.String("epochs", "8.5"), schedule.String("debug", "yes"),
			}
		}, `pipeline.parameters[0].name: "epoch" is no parameter of the pipeline; did you mean "epochs"?
pipeline.parameters[1].name: "temperature" is no parameter of the pipeline; use one of epochs, learning_rate, mode, debug, data
pipeline.parameters[2].value: "fast" is no Float, which the parameter learning_rate is; give such a value
pipeline.parameters[3].value: "slow" is none of the values that the parameter mode allows; use one of full, quick
pipeline.parameters[4].value: "8.5" is no Integer, which the parameter epochs is; give such a value
pipeline.parameters[5].value: "yes" is no Boolean, which the parameter debug is; give such a value
pipeline.parameters: lack "data", which has no default in the pipeline; give it a value`},
		"no parameters": {func(p *schedule.Props) { p.Pipeline.Definition = `{"Steps":[]}` },
			`pipeline.parameters[0].name: "epochs" is no parameter of the pipeline, which has none; drop it`},
		"definition": {func(p *schedule.Props) { p.Pipeline.Definition = "pipeline" },
			"pipeline.definition: is no definition of a pipeline in JSON: invalid character 'p' looking for beginning of value"},
		"queue": {func(p *schedule.Props) {
			p.DeadLetterQueueARN, p.FailureTopicARNs, p.KeyARN = "arn:aws:sqs:us-west-2:222222222222:failures.fifo", []string{"failures"}, "alias/wine"
		}, `deadLetterQueueARN: "arn:aws:sqs:us-west-2:222222222222:failures.fifo" is a FIFO queue, which takes no dead letters of EventBridge; use a standard queue
failureTopicARNs: hear of the queue that is made, and deadLetterQueueARN names an existing one; drop one of them and watch your own queue where it was made
failureTopicARNs[0]: "failures" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
keyARN: "alias/wine" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"no queue": {func(p *schedule.Props) { p.DeadLetterQueueARN = "failures" },
			`deadLetterQueueARN: "failures" is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:222222222222:name`},
		"role": {func(p *schedule.Props) {
			p.RoleARN, p.RoleName, p.PermissionsBoundary = "clock", "clock", "arn:aws:iam::222222222222:policy/b"
		}, `roleARN: "clock" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "clock" names a role to make, but roleARN gives an existing one; keep one of them
permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them`},
	})
}
