package notification_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	topicARN    = "arn:aws:sns:us-west-2:222222222222:wine-dev-alarms"
	keyARN      = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	functionARN = "arn:aws:lambda:us-west-2:222222222222:function:pager"
	pipelineARN = "arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine-dev-training"
	queueARN    = "arn:aws:sqs:us-west-2:222222222222:alarms"
	roleARN     = "arn:aws:iam::222222222222:role/orchestrator"
)

// build makes a topic with the construct id "alarms" and synthesises its stack.
func build(t *testing.T, props notification.Props) (*notification.Topic, synthtest.Template) {
	t.Helper()
	props.Name = "wine-dev-alarms"
	return synthtest.Build(t, "alarms", props, notification.New)
}

func TestTopic(t *testing.T) {
	_, template := build(t, notification.Props{})
	require.Equal(t, map[string]int{"aws_kms_alias": 1, "aws_kms_key": 1, "aws_sns_topic": 1, "aws_sns_topic_policy": 1}, template.Counts())
	template.Golden("topic")
}

func everything() notification.Props {
	return notification.Props{
		Tags: map[string]string{"Team": "ml"}, DisplayName: "Wine alarms", KeyARN: keyARN,
		Publishers: []notification.Publisher{notification.CloudWatch, notification.EventBridge, notification.Budgets, notification.Prometheus},
		Statements: []policy.Statement{{
			Sid: "Operations", Principals: []policy.Principal{policy.AWS("111111111111")}, Actions: []string{"sns:Publish"}, Resources: []string{topicARN},
		}},
		Subscriptions: []notification.Subscription{
			{Name: "team", Endpoint: "team@example.com"},
			{Name: "chat", Endpoint: "https://hooks.example.com/alarms", Raw: true, ConfirmsItself: true, DeadLetterQueueARN: queueARN},
			{Name: "pager", Endpoint: functionARN, Filter: map[string][]string{"NewStateValue": {"ALARM"}}, FilterScope: notification.MessageBody},
			{Name: "archive", Endpoint: queueARN, Raw: true, Filter: map[string][]string{"severity": {"high", "low"}}},
		},
	}
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything())
	require.Equal(t, keyARN, made.KeyARN())
	require.Empty(t, template.Resources("aws_kms_key"))
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestPublishers(t *testing.T) {
	ofAccount := map[string]map[string]any{"StringEquals": {"aws:SourceAccount": synthtest.Account}}
	tests := map[string]struct {
		publishers []notification.Publisher
		want       map[string]map[string]map[string]any // conditions by service
	}{
		"by default":  {nil, map[string]map[string]map[string]any{"cloudwatch.amazonaws.com": ofAccount, "events.amazonaws.com": nil}},
		"none":        {[]notification.Publisher{}, map[string]map[string]map[string]any{}},
		"budgets":     {[]notification.Publisher{notification.Budgets}, map[string]map[string]map[string]any{"budgets.amazonaws.com": ofAccount}},
		"EventBridge": {[]notification.Publisher{notification.EventBridge}, map[string]map[string]map[string]any{"events.amazonaws.com": nil}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, template := build(t, notification.Props{Publishers: test.publishers})
			for document, action := range map[any]string{
				template.One("aws_sns_topic_policy")["policy"]: "sns:Publish",
				template.One("aws_kms_key")["policy"]:          "kms:GenerateDataKey",
			} {
				got := map[string]map[string]map[string]any{}
				for _, s := range template.Allowing(document, action) {
					got[s.Principal.(map[string]any)["Service"].(string)] = s.Condition
				}
				require.Equal(t, test.want, got, action)
			}
		})
	}
}

// failed is the failure of a training pipeline.
func failed() notification.EventProps {
	return notification.EventProps{
		Name: "wine-dev-training-failed", Description: "Tells of trainings that fail",
		Event: eventpattern.PipelineExecutionChange{PipelineARNs: []string{pipelineARN}, Statuses: []eventpattern.ExecutionStatus{eventpattern.Failed}},
		Text:  "Training failed. See <$.detail.pipelineExecutionArn>, ended at <$.detail.executionEndTime>.",
	}
}

func TestOnEvent(t *testing.T) {
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "alarms", notification.Props{Name: "wine-dev-alarms"})
	require.NoError(t, err)
	require.NoError(t, topic.OnEvent(stack, "failed", failed()))
	plain := failed()
	plain.Name, plain.Text, plain.Tags = "wine-dev-training-plain", "Training failed", map[string]string{"Team": "ml"}
	require.NoError(t, topic.OnEvent(stack, "plain", plain))
	template := synthtest.Synth(t, stack)
	template.Golden("event")
	iamcheck.Check{}.Template(t, template.Root())
	require.Empty(t, template.Resources("aws_iam_role"), "the topic's policy admits EventBridge")
	for _, target := range template.Resources("aws_cloudwatch_event_target") {
		require.Equal(t, "${aws_sns_topic."+template.Names("aws_sns_topic")[0]+".arn}", target["arn"])
		require.Nil(t, target["role_arn"])
	}
}

func TestOnEventProblems(t *testing.T) {
	stack := synthtest.Stack(t)
	topic, err := notification.New(stack, "alarms", notification.Props{Name: "wine-dev-alarms", Publishers: []notification.Publisher{notification.CloudWatch}})
	require.NoError(t, err)
	require.EqualError(t, topic.OnEvent(stack, "nothing", notification.EventProps{Description: strings.Repeat("d", 513)}), `name: "" is no name; use 1 to 64 letters, digits and _ . -
description: has 513 characters, 512 are allowed; shorten it
event: is missing; say what must happen, such as eventpattern.PipelineExecutionChange{...}
text: is missing; say what happened, with parts of the event such as <$.detail.pipelineArn>
topic: does not admit EventBridge; add notification.EventBridge to its publishers`)
	existing, err := notification.FromARN(stack, "existing", notification.ExistingProps{ARN: topicARN})
	require.NoError(t, err)
	var paths strings.Builder
	for i := range 101 {
		fmt.Fprintf(&paths, "<$.detail.a%d>", i)
	}
	for text, want := range map[string]string{
		"two\nlines":                 "text: \"two\\nlines\" has more than one line, quotes or backslashes, which EventBridge would read its own way; write one line without them",
		`"quoted"`:                   `text: "\"quoted\"" has more than one line, quotes or backslashes, which EventBridge would read its own way; write one line without them`,
		"<$.detail['a']>":            `text: "$.detail['a']" is no path in an event; write it like $.detail.object.key, with letters, digits, - and _`,
		strings.Repeat("long", 2049): "text: has 8196 characters, 8192 are allowed; shorten it",
		paths.String():               "text: has 101 different paths, 100 are allowed; use fewer",
	} {
		props := failed()
		props.Text = text
		require.EqualError(t, existing.OnEvent(stack, "bad", props), want)
	}
	require.NoError(t, existing.OnEvent(stack, "good", failed()))
}

func TestTLSOnly(t *testing.T) {
	_, template := build(t, notification.Props{})
	first := template.Statements(template.One("aws_sns_topic_policy")["policy"])[0]
	require.Equal(t, "Deny", first.Effect)
	require.Equal(t, "*", first.Principal)
	require.Equal(t, map[string]map[string]any{"Bool": {"aws:SecureTransport": "false"}}, first.Condition)
}

func TestGrantPublish(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := notification.New(stack, "alarms", notification.Props{Name: "wine-dev-alarms"})
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "orchestrator", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantPublish(role))
	require.EqualError(t, made.GrantPublish(nil), "topic alarms: grant publish: the grantee is missing; pass a role")
	template := synthtest.Synth(t, stack)
	granted := template.One("aws_iam_role_policy")
	require.Equal(t, "alarms-publish", granted["name"])
	statements := template.Statements(granted["policy"])
	require.Equal(t, []string{"sns:Publish"}, statements[0].Actions)
	require.Equal(t, []string{"kms:Decrypt", "kms:GenerateDataKey"}, statements[1].Actions)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:ViaService": "sns.us-west-2.amazonaws.com"}}, statements[1].Condition)
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestExisting(t *testing.T) {
	stack := synthtest.Stack(t)
	topic, err := notification.FromARN(stack, "alarms", notification.ExistingProps{ARN: topicARN})
	require.NoError(t, err)
	require.Equal(t, "wine-dev-alarms", topic.Name())
	require.Equal(t, policy.Statement{
		Principals: []policy.Principal{policy.Service("sns.amazonaws.com")}, Actions: []string{"sqs:SendMessage"}, Resources: []string{queueARN},
		Conditions: []policy.Condition{policy.ARNEquals("aws:SourceArn", topicARN)},
	}, topic.QueueStatement(queueARN))
	role, err := iam.FromARN(stack, "orchestrator", roleARN)
	require.NoError(t, err)
	require.NoError(t, topic.GrantPublish(role))
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_iam_role_policy": 1}, template.Counts())
	require.Len(t, template.Statements(template.One("aws_iam_role_policy")["policy"]), 1)

	_, err = notification.FromARN(stack, "bad", notification.ExistingProps{ARN: "alarms", KeyARN: "alias/a", Scope: arn.Scope{Account: "2"}})
	require.EqualError(t, err, `scope.account: "2" is no AWS account id; write its 12 digits as a string
arn: "alarms" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`)
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := notification.New(stack, "alarms", notification.Props{Name: "wine-dev-alarms"})
	require.NoError(t, err)
	for name, value := range map[string]string{"arn": made.ARN(), "name": made.Name(), "key": made.KeyARN()} {
		tf.Output(stack, name, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	topic := "aws_sns_topic." + template.Names("aws_sns_topic")[0]
	require.Equal(t, "${"+topic+".arn}", template.Output("arn"))
	require.Equal(t, "${"+topic+".name}", template.Output("name"))
	require.Equal(t, "${aws_kms_key."+template.Names("aws_kms_key")[0]+".arn}", template.Output("key"))
}

func TestProblems(t *testing.T) {
	receiver := func(s notification.Subscription) notification.Props {
		s.Name = "one"
		return notification.Props{Subscriptions: []notification.Subscription{s}}
	}
	tests := map[string]struct {
		props notification.Props
		want  string
	}{
		"name":         {notification.Props{Name: "wine alarms"}, `name: "wine alarms" is no topic name; use 1 to 256 letters, digits, _ and -`},
		"token name":   {notification.Props{Name: "${var.n}"}, `name: "${var.n}" is known to Terraform only, and policies are written now; write the name out`},
		"FIFO":         {notification.Props{Name: "alarms.fifo"}, `name: "alarms.fifo" is a FIFO topic, which alarms and rules cannot publish to; use a name without .fifo`},
		"display name": {notification.Props{DisplayName: string(make([]byte, 101))}, "displayName: has 101 characters, 100 are allowed; shorten it"},
		"key":          {notification.Props{KeyARN: "alias/alarms"}, `keyARN: "alias/alarms" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"publishers": {notification.Props{Publishers: []notification.Publisher{"states.amazonaws.com", notification.CloudWatch, notification.CloudWatch}},
			"publishers[0]: \"states.amazonaws.com\" is unknown; use cloudwatch.amazonaws.com, events.amazonaws.com, budgets.amazonaws.com, aps.amazonaws.com, or give a role GrantPublish\n" +
				"publishers[2]: \"cloudwatch.amazonaws.com\" is there twice; remove one"},
		"statements": {notification.Props{Statements: []policy.Statement{{
			Sid: "CloudWatch", Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"sns:Publish"}, Resources: []string{"arn:aws:sns:us-west-2:222222222222:other"},
		}}}, "statements[0].principals: allow everyone without a condition; name the principals or add a condition\n" +
			"statements[0].sid: \"CloudWatch\" is one that the topic's own policy uses; choose another\n" +
			"statements[0].resources[0]: \"arn:aws:sns:us-west-2:222222222222:other\" is not this topic; use arn:aws:sns:us-west-2:222222222222:alarms"},
		"no receiver":   {receiver(notification.Subscription{Endpoint: "team"}), `subscriptions[0].endpoint: "team" is no receiver; give an e-mail address, an https:// URL, or the ARN of a Lambda function or an SQS queue`},
		"plain HTTP":    {receiver(notification.Subscription{Endpoint: "http://a.example.com", Protocol: notification.HTTPS}), `subscriptions[0].endpoint: "http://a.example.com" is no https:// URL; write it like https://hooks.example.com/alarms`},
		"e-mail":        {receiver(notification.Subscription{Endpoint: "team@", Protocol: notification.Email}), `subscriptions[0].endpoint: "team@" is no e-mail address; write it like ml-team@example.com`},
		"function":      {receiver(notification.Subscription{Endpoint: "pager", Protocol: notification.Lambda}), `subscriptions[0].endpoint: "pager" is no ARN of a Lambda function; write it like arn:aws:lambda:us-west-2:123456789012:function:name`},
		"queue":         {receiver(notification.Subscription{Endpoint: "alarms", Protocol: notification.SQS}), `subscriptions[0].endpoint: "alarms" is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name`},
		"token":         {receiver(notification.Subscription{Endpoint: "${aws_sqs_queue.q.arn}"}), `subscriptions[0].protocol: is missing, and the endpoint "${aws_sqs_queue.q.arn}" is known to Terraform only; use "email", "https", "lambda" or "sqs"`},
		"protocol":      {receiver(notification.Subscription{Endpoint: "+123", Protocol: "sms"}), `subscriptions[0].protocol: "sms" is unknown; use "email", "https", "lambda" or "sqs"`},
		"raw e-mail":    {receiver(notification.Subscription{Endpoint: "a@example.com", Raw: true, ConfirmsItself: true}), "subscriptions[0].raw: is for sqs and https, not for \"email\"; remove it\nsubscriptions[0].confirmsItself: is for https, not for \"email\"; remove it"},
		"dead letters":  {receiver(notification.Subscription{Endpoint: "a@example.com", DeadLetterQueueARN: topicARN}), `subscriptions[0].deadLetterQueueARN: "` + topicARN + `" is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name`},
		"idle scope":    {receiver(notification.Subscription{Endpoint: "a@example.com", FilterScope: notification.MessageBody}), "subscriptions[0].filterScope: has no effect without a filter; add one or remove it"},
		"unknown scope": {receiver(notification.Subscription{Endpoint: "a@example.com", FilterScope: "Subject"}), `subscriptions[0].filterScope: "Subject" is unknown; use "MessageAttributes" or "MessageBody"`},
		"filter": {receiver(notification.Subscription{Endpoint: "a@example.com", Filter: map[string][]string{"a": nil, "b": {"1"}, "c": {"1"}, "d": {"1"}, "e": {"1"}, "f": {"1"}}}),
			"subscriptions[0].filter: has 6 keys, 5 are allowed; use fewer\nsubscriptions[0].filter[\"a\"]: would let nothing through; give the key and at least one value"},
		"receivers": {notification.Props{Subscriptions: []notification.Subscription{{Name: "a", Endpoint: "a@example.com"}, {Name: "b", Endpoint: "a@example.com"}}},
			`subscriptions[1].endpoint: "a@example.com" is that of "a" already, and SNS knows each receiver once; join the two`},
		"names": {notification.Props{Subscriptions: []notification.Subscription{{Name: "a b", Endpoint: "a@example.com"}, {Name: "c", Endpoint: "c@example.com"}, {Name: "c", Endpoint: "b@example.com"}}},
			"subscriptions[0].name: \"a b\" is no name; use 1 to 64 letters, digits and hyphens, not beginning with a hyphen\nsubscriptions[2].name: \"c\" is used twice; make it unique within the topic"},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := test.props
			props.Name = cmp.Or(props.Name, "alarms")
			_, err := notification.New(stack, name, props)
			require.EqualError(t, err, test.want)
		})
	}
}
