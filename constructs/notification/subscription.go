package notification

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Protocol is how SNS delivers to a subscriber.
type Protocol string

// The protocols.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
const (
	// Email sends the text of each message to an address, whose owner must confirm first.
	Email Protocol = "email"
	// HTTPS posts each message to a URL, which must confirm first.
	HTTPS Protocol = "https"
	// Lambda invokes a function. The permission for that is made too.
	Lambda Protocol = "lambda"
	// SQS sends to a queue, whose policy must allow it: see Topic.QueueStatement.
	SQS Protocol = "sqs"
)

// FilterScope says what a filter looks at.
type FilterScope string

// The scopes of a filter.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html
const (
	MessageAttributes FilterScope = "MessageAttributes"
	MessageBody       FilterScope = "MessageBody"
)

// A Subscription delivers the topic's messages, or some of them, to one receiver. Name and Endpoint are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_subscription
type Subscription struct {
	// Name is unique in the topic and part of the Terraform address: 1 to 64 letters, digits and hyphens.
	Name string
	// Endpoint is an e-mail address, an https:// URL, or the ARN of a Lambda function or an SQS queue.
	Endpoint string
	// Protocol is how to deliver. Default: what the endpoint looks like. Required where only Terraform knows it.
	Protocol Protocol
	// Filter lets through only messages that have one of the values at each of the keys. Default: all messages.
	// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
	Filter map[string][]string
	// FilterScope is where the filter finds the keys: alarms and events have them in the body. Default:
	// MessageAttributes.
	FilterScope FilterScope
	// Raw delivers the bare message, without SNS's envelope. Only for SQS and HTTPS. Default: false.
	// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
	Raw bool
	// DeadLetterQueueARN is the SQS queue for messages that could not be delivered. Its policy must allow it: see
	// Topic.QueueStatement. Default: none, such messages are lost.
	// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
	DeadLetterQueueARN string
	// ConfirmsItself says that the HTTPS endpoint answers SNS's request for confirmation by itself, so that Terraform
	// waits for it. Default: false, somebody confirms.
	ConfirmsItself bool
}

var (
	subscriptionPattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)
	httpsPattern        = lazyregexp.New(`^https://[^\s/]+\S*$`)
)

func (s Subscription) withDefaults() Subscription {
	if s.Protocol == "" {
		s.Protocol = protocolOf(s.Endpoint)
	}
	return s
}

func protocolOf(endpoint string) Protocol {
	switch {
	case strings.HasPrefix(endpoint, "https://"):
		return HTTPS
	case token.Is(endpoint) && !strings.HasPrefix(endpoint, "arn:"):
		return ""
	case arn.Is(endpoint, "lambda", "function:"):
		return Lambda
	case arn.Is(endpoint, "sqs", ""):
		return SQS
	case strings.Contains(endpoint, "@"):
		return Email
	}
	return ""
}

func (s Subscription) validate(at string, problems *problem.List) {
	if !subscriptionPattern.MatchString(s.Name) {
		problems.Addf(at+".name", "%q is no name; use 1 to 64 letters, digits and hyphens, not beginning with a hyphen", s.Name)
	}
	s.validateEndpoint(at, problems)
	if s.Raw && s.Protocol != SQS && s.Protocol != HTTPS {
		problems.Addf(at+".raw", "is for sqs and https, not for %q; remove it", s.Protocol)
	}
	if s.ConfirmsItself && s.Protocol != HTTPS {
		problems.Addf(at+".confirmsItself", "is for https, not for %q; remove it", s.Protocol)
	}
	if s.DeadLetterQueueARN != "" && !arn.Is(s.DeadLetterQueueARN, "sqs", "") {
		problems.Addf(at+".deadLetterQueueARN", "%q is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name", s.DeadLetterQueueARN)
	}
	s.validateFilter(at, problems)
}

func (s Subscription) validateEndpoint(at string, problems *problem.List) {
	path, known := at+".endpoint", !token.Is(s.Endpoint)
	switch s.Protocol {
	case Email:
		if err := rule.Email(s.Endpoint); known && err != nil {
			problems.Addf(path, "%v", err)
		}
	case HTTPS:
		if known && !httpsPattern.MatchString(s.Endpoint) {
			problems.Addf(path, "%q is no https:// URL; write it like https://hooks.example.com/alarms", s.Endpoint)
		}
	case Lambda:
		if !arn.Is(s.Endpoint, "lambda", "function:") {
			problems.Addf(path, "%q is no ARN of a Lambda function; write it like arn:aws:lambda:us-west-2:123456789012:function:name", s.Endpoint)
		}
	case SQS:
		if !arn.Is(s.Endpoint, "sqs", "") {
			problems.Addf(path, "%q is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name", s.Endpoint)
		}
	case "":
		if token.Is(s.Endpoint) {
			problems.Addf(at+".protocol", "is missing, and the endpoint %q is known to Terraform only; use %q, %q, %q or %q", s.Endpoint, Email, HTTPS, Lambda, SQS)
			return
		}
		problems.Addf(path, "%q is no receiver; give an e-mail address, an https:// URL, or the ARN of a Lambda function or an SQS queue", s.Endpoint)
	default:
		problems.Addf(at+".protocol", "%q is unknown; use %q, %q, %q or %q", s.Protocol, Email, HTTPS, Lambda, SQS)
	}
}

// maxFilterKeys is the most keys that a filter may have.
const maxFilterKeys = 5

func (s Subscription) validateFilter(at string, problems *problem.List) {
	switch {
	case s.FilterScope != "" && s.FilterScope != MessageAttributes && s.FilterScope != MessageBody:
		problems.Addf(at+".filterScope", "%q is unknown; use %q or %q", s.FilterScope, MessageAttributes, MessageBody)
	case s.FilterScope != "" && len(s.Filter) == 0:
		problems.Addf(at+".filterScope", "has no effect without a filter; add one or remove it")
	}
	if len(s.Filter) > maxFilterKeys {
		problems.Addf(at+".filter", "has %d keys, %d are allowed; use fewer", len(s.Filter), maxFilterKeys)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Filter)) {
		if key == "" || len(s.Filter[key]) == 0 {
			problems.Addf(problem.Key(at+".filter", key), "would let nothing through; give the key and at least one value")
		}
	}
}

// subscribe makes the subscription, after what allows the delivery.
func (t *Topic) subscribe(s Subscription, attached tf.Dependable) {
	after := []tf.Dependable{attached}
	if s.Protocol == Lambda {
		after = append(after, lambdapermission.NewLambdaPermission(t.construct, tf.Str("permission-"+s.Name), &lambdapermission.LambdaPermissionConfig{
			StatementId: tf.Str(fmt.Sprintf("sns-%s", s.Name)), Action: tf.Str("lambda:InvokeFunction"), FunctionName: tf.Str(s.Endpoint),
			Principal: tf.Str("sns.amazonaws.com"), SourceArn: tf.Str(t.arn),
		}))
	}
	config := &snstopicsubscription.SnsTopicSubscriptionConfig{
		TopicArn: tf.Str(t.arn), Protocol: tf.Str(string(s.Protocol)), Endpoint: tf.Str(s.Endpoint),
		FilterPolicyScope: tf.OptStr(string(s.FilterScope)), RawMessageDelivery: tf.OptBool(s.Raw),
		EndpointAutoConfirms: tf.OptBool(s.ConfirmsItself), DependsOn: tf.After(after...),
	}
	if len(s.Filter) > 0 {
		config.FilterPolicy = tf.Str(jsontext.Compact(s.Filter))
	}
	if s.DeadLetterQueueARN != "" {
		config.RedrivePolicy = tf.Str(jsontext.Compact(map[string]string{"deadLetterTargetArn": s.DeadLetterQueueARN}))
	}
	snstopicsubscription.NewSnsTopicSubscription(t.construct, tf.Str("subscription-"+s.Name), config)
}
