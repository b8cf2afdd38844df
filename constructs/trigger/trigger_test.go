package trigger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/trigger"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	pipelineARN = "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-dev-training"
	machineARN  = "arn:aws:states:us-west-2:222222222222:stateMachine:wine-dev-deploy"
	keyARN      = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"
	ruleARN     = "arn:aws:events:us-west-2:222222222222:rule/wine-dev-approved"
	queueARN    = "arn:aws:sqs:us-west-2:222222222222:failures"
)

var scope = arn.Scope{Region: synthtest.Region, Account: synthtest.Account}

// plain starts the deployment of an approved model.
func plain() trigger.Props {
	return trigger.Props{
		Name:         "wine-dev-approved",
		Event:        eventpattern.ModelPackageChange{Group: "wine-dev", Statuses: []eventpattern.ApprovalStatus{eventpattern.Approved}},
		StateMachine: &trigger.StateMachine{ARN: machineARN},
	}
}

func build(t *testing.T, props trigger.Props) (*trigger.Trigger, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "approved", props, trigger.New)
}

func TestPlain(t *testing.T) {
	made, template := build(t, plain())
	template.Golden("plain")
	iamcheck.Check{}.Template(t, template.Root())
	require.Equal(t, "wine-dev-approved", made.Name())
	require.Contains(t, made.ARN(), "${")
	require.Contains(t, made.RoleARN(), "${")
	require.Contains(t, made.DeadLetterQueueARN(), "${")
	require.NotNil(t, made.Construct())
}

func TestEveryOption(t *testing.T) {
	retries := 3
	_, template := build(t, trigger.Props{
		Name: "wine-dev-new-data", Description: "Trains on new data", Tags: map[string]string{"Team": "wine"}, EventBus: "wine-dev",
		Event: eventpattern.ObjectCreated{Bucket: "wine-dev-data", Prefixes: []string{"raw/"}, Suffixes: []string{"_SUCCESS"}},
		Pipeline: &trigger.Pipeline{
			ARN: pipelineARN,
			Parameters: []trigger.Parameter{
				trigger.FromEvent("bucket", "$.detail.bucket.name"), trigger.FromEvent("key", "$.detail.object.key"),
				trigger.Integer("epochs", 8), trigger.Float("learning_rate", 0.5), trigger.Boolean("debug", false), trigger.String("mode", "full"),
			},
			Definition: `{"Parameters":[{"Name":"bucket","Type":"String"},{"Name":"key","Type":"String"},{"Name":"epochs","Type":"Integer"},
				{"Name":"learning_rate","Type":"Float"},{"Name":"debug","Type":"Boolean"},{"Name":"mode","Type":"String"}]}`,
		},
		Disabled: true, RetryFor: 2 * time.Hour, MaxRetries: &retries, KeyARN: keyARN, RoleName: "wine-dev-starter",
		FailureTopicARNs:    []string{"arn:aws:sns:us-west-2:222222222222:wine-dev-failures"},
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-dev-boundary",
	})
	template.Golden("everything")
	iamcheck.Check{}.Template(t, template.Root())
	require.Equal(t, "DISABLED", template.One("aws_cloudwatch_event_rule")["state"])
}

func TestBringYourOwn(t *testing.T) {
	props := plain()
	props.RoleARN, props.DeadLetterQueueARN = "arn:aws:iam::222222222222:role/starter", queueARN
	made, template := build(t, props)
	require.Equal(t, map[string]int{"aws_cloudwatch_event_rule": 1, "aws_cloudwatch_event_target": 1}, template.Counts())
	require.Equal(t, props.RoleARN, made.RoleARN())
	require.Equal(t, queueARN, made.DeadLetterQueueARN())

	text, err := policy.New(trigger.AllowDeadLetters(scope, "wine-dev-approved", queueARN)).JSON(policy.Resource)
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Sid":"EventBridge","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage",`+
		`"Resource":"`+queueARN+`","Condition":{"ArnEquals":{"aws:SourceArn":"`+ruleARN+`"}}}]}`, text)
	key := trigger.AllowKey(scope, "wine-dev-approved")
	require.NoError(t, policy.New(key).Validate(policy.Key))
	require.Equal(t, []policy.Condition{policy.ARNEquals("aws:SourceArn", ruleARN)}, key.Conditions)
}

// fill does to an input what EventBridge does to its template, for one event.
func fill(t *testing.T, target map[string]any, event map[string]string) string {
	t.Helper()
	transformer := target["input_transformer"].(map[string]any)
	text := transformer["input_template"].(string)
	for name, path := range transformer["input_paths"].(map[string]any) {
		value, ok := event[path.(string)]
		require.True(t, ok, "the event has no %s", path)
		text = strings.ReplaceAll(text, "<"+name+">", value)
	}
	return text
}

func TestInput(t *testing.T) {
	target := func(input string) map[string]any {
		props := plain()
		props.StateMachine.Input = input
		_, template := build(t, props)
		return template.One("aws_cloudwatch_event_target")
	}
	t.Run("event", func(t *testing.T) {
		require.NotContains(t, target(""), "input")
		require.NotContains(t, target(""), "input_transformer")
	})
	t.Run("constant", func(t *testing.T) { require.Equal(t, `{"mode":"full"}`, target(`{"mode":"full"}`)["input"]) })
	t.Run("parts of the event", func(t *testing.T) {
		got := target(`{"uri":"s3://<$.detail.bucket.name>/<$.detail.object.key>","size":<$.detail.object.size>,"first":"<$.resources[0]>","bucket":"<$.detail.bucket.name>"}`)
		require.Equal(t, map[string]any{
			"detail_bucket_name": "$.detail.bucket.name", "detail_object_key": "$.detail.object.key", "detail_object_size": "$.detail.object.size", "resources_0": "$.resources[0]",
		}, got["input_transformer"].(map[string]any)["input_paths"])
		filled := fill(t, got, map[string]string{"$.detail.bucket.name": "b", "$.detail.object.key": "raw/a.csv", "$.detail.object.size": "5", "$.resources[0]": "arn"})
		var parsed map[string]any
		require.NoError(t, json.Unmarshal([]byte(filled), &parsed))
		require.Equal(t, map[string]any{"uri": "s3://b/raw/a.csv", "size": 5.0, "first": "arn", "bucket": "b"}, parsed)
	})
	t.Run("the same name", func(t *testing.T) {
		got := target(`{"a":<$.detail.a.b>,"b":<$.detail.a_b>}`)
		require.JSONEq(t, `{"a":1,"b":2}`, fill(t, got, map[string]string{"$.detail.a.b": "1", "$.detail.a_b": "2"}))
	})
	t.Run("reserved", func(t *testing.T) {
		got := target(`{"rule":"<aws.events.rule-name>"}`)["input_transformer"].(map[string]any)
		require.Equal(t, `{"rule":"<aws.events.rule-name>"}`, got["input_template"])
		require.NotContains(t, got, "input_paths")
	})
}

func TestProblems(t *testing.T) {
	input := func(text string) func(*trigger.Props) {
		return func(p *trigger.Props) { p.StateMachine.Input = text }
	}
	paths := "["
	for i := 0; i < 101; i++ {
		paths += `"<$.detail.` + strings.Repeat("a", i+1) + `>",`
	}
	pipeline := func(parameters ...trigger.Parameter) func(*trigger.Props) {
		return func(p *trigger.Props) {
			p.StateMachine, p.Pipeline = nil, &trigger.Pipeline{ARN: pipelineARN, Parameters: parameters}
		}
	}
	synthtest.Refuse(t, synthtest.Stack(t), plain, trigger.New, map[string]synthtest.Refusal[trigger.Props]{
		"nothing": {func(p *trigger.Props) { *p = trigger.Props{Scope: arn.Scope{Account: "2"}} }, `name: "" is no name; use 1 to 64 letters, digits and _ . -
scope.account: "2" is no AWS account id; write its 12 digits as a string
event: is missing; say what must happen, such as eventpattern.ObjectCreated{Bucket: "name"}
pipeline: and stateMachine are both missing; give the one to start`},
		"event":       {func(p *trigger.Props) { p.Event = eventpattern.ObjectCreated{Bucket: "Data"} }, `event.bucket: "Data" is no name of a bucket; use 3 to 63 lower-case letters, digits and hyphens`},
		"description": {func(p *trigger.Props) { p.Description = strings.Repeat("d", 513) }, "description: has 513 characters, 512 are allowed; shorten it"},
		"bus":         {func(p *trigger.Props) { p.EventBus = "my bus" }, `eventBus: "my bus" is no name of an event bus; use 1 to 256 letters, digits and _ . - /`},
		"targets":     {func(p *trigger.Props) { p.Pipeline = &trigger.Pipeline{ARN: pipelineARN} }, "stateMachine: does not go with pipeline, only one of them is started; drop one"},
		"itself": {func(p *trigger.Props) {
			pipeline()(p)
			p.Event = eventpattern.PipelineExecutionChange{PipelineARNs: []string{pipelineARN}, Statuses: []eventpattern.ExecutionStatus{eventpattern.Failed}}
		}, "event: is about the pipeline that it starts, which would start itself without end; use the pipeline's retry policies, or another pipeline"},
		"state machine": {func(p *trigger.Props) { p.StateMachine.ARN = pipelineARN },
			`stateMachine.arn: "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-dev-training" is no ARN of a state machine; write it like arn:aws:states:us-west-2:222222222222:stateMachine:name`},
		"input":      {input(`{"a":$.detail}`), `stateMachine.input: "{\"a\":$.detail}" is no JSON; write it like {"bucket":"<$.detail.bucket.name>"}`},
		"path":       {input(`{"a":<$.detail['a']>}`), `stateMachine.input: "$.detail['a']" is no path in an event; write it like $.detail.object.key, with letters, digits, - and _`},
		"key":        {input(`{"a":[{"<$.detail.a>":1}]}`), `stateMachine.input: "{\"a\":[{\"<$.detail.a>\":1}]}" has a placeholder as the key of a field, where EventBridge puts nothing; move it to a value`},
		"escaped":    {input(`{"a":"\u003c$.detail.a\u003e"}`), `stateMachine.input: has a placeholder written as \u003c..., which EventBridge does not know; encode the JSON with SetEscapeHTML(false)`},
		"long input": {input(`"` + strings.Repeat("a", 8192) + `"`), "stateMachine.input: has 8194 characters, 8192 are allowed; put the data into S3 and pass its address"},
		"many paths": {input(strings.ReplaceAll(strings.TrimSuffix(paths, ",")+"]", `"`, "")), "stateMachine.input: has 101 different paths, 100 are allowed; pass a whole part of the event"},
		"parameters": {pipeline(trigger.FromEvent("a", "detail.a"), trigger.String("b", "$.detail.b")), `pipeline.parameters[0].value: "detail.a" is no path in an event; write it like $.detail.object.key, with letters, digits, - and _
pipeline.parameters[1].value: "$.detail.b" would be looked up in the event; use FromEvent if that is meant`},
		"retries": {func(p *trigger.Props) { n := -1; p.RetryFor, p.MaxRetries = time.Second, &n }, "retryFor: 1s is out of range; use 1m to 24h in whole seconds\nmaxRetries: -1 is out of range; use 0 to 185"},
		"key of another queue": {func(p *trigger.Props) { p.DeadLetterQueueARN, p.KeyARN = queueARN, keyARN },
			"keyARN: is for the queue that is made, and deadLetterQueueARN names an existing one; drop one of them"},
		"role": {func(p *trigger.Props) { p.RoleName, p.PermissionsBoundary = "a b", "b" }, `roleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-
permissionsBoundary: "b" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
	})
}

func TestOwnBusIsInTheRuleARN(t *testing.T) {
	props := plain()
	props.EventBus = "wine"
	_, template := build(t, props)
	want := "arn:aws:events:us-west-2:222222222222:rule/wine/wine-dev-approved"
	trust := template.Statements(template.One("aws_iam_role")["assume_role_policy"])[0]
	require.Equal(t, map[string]any{"aws:SourceArn": want}, trust.Condition["ArnEquals"])
	send := template.Allowing(template.One("aws_sqs_queue_policy")["policy"], "sqs:SendMessage")[0]
	require.Equal(t, map[string]any{"aws:SourceArn": want}, send.Condition["ArnEquals"])
}

func TestOwnPatternAndUnknownTarget(t *testing.T) {
	props := plain()
	props.Event = eventpattern.Pattern{Sources: []string{"acme.labels"}, Fields: []eventpattern.Field{{Path: "detail.project", Values: eventpattern.Each("wine")}}}
	props.StateMachine.ARN = "${aws_sfn_state_machine.deploy.arn}"
	_, template := build(t, props)
	require.Equal(t, `{"source":["acme.labels"],"detail":{"project":["wine"]}}`, template.One("aws_cloudwatch_event_rule")["event_pattern"])
	require.Equal(t, []string{props.StateMachine.ARN}, template.Allowing(template.One("aws_iam_role_policy")["policy"], "states:StartExecution")[0].Resources)

	props.StateMachine.ARN = "arn:aws:states:${local.region}:222222222222:stateMachine:deploy"
	_, template = build(t, props)
	require.Equal(t, props.StateMachine.ARN, template.One("aws_cloudwatch_event_target")["arn"])
}
