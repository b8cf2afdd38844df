package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/token"
)

// SNSPublish tells the subscribers of a topic. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
type SNSPublish struct {
	// TopicARN of the topic. Required.
	TopicARN string
	// Message is text, or an object that is written as JSON. Required.
	Message Value
	// Subject of mails: up to 100 characters. Default: none.
	Subject Text
	// Attributes of the message, all text. Default: none.
	Attributes map[string]Text
	// GroupID and DeduplicationID are for FIFO topics. Default: none.
	GroupID, DeduplicationID Text
	// KeyARN is the KMS key of the topic, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SNSPublish) integration(r *renderer, _ Pattern) integration {
	if !arn.Is(c.TopicARN, "sns", "") {
		r.addf(r.path("call.topicARN"), "%q is no ARN of a topic; write it like arn:aws:sns:us-west-2:111111111111:name", c.TopicARN)
	}
	if c.Message == nil || c.Message == Text("") {
		r.addf(r.path("call.message"), "is missing; give text or an object")
	}
	if c.Subject.literal() && len(c.Subject) > 100 && !token.Is(string(c.Subject)) {
		r.addf(r.path("call.subject"), "has %d characters, 100 are allowed", len(c.Subject))
	}
	checkFIFO(r, c.TopicARN, c.GroupID)
	f := fields{{"TopicArn", Text(c.TopicARN)}, {"Message", c.Message}}
	f.text("Subject", c.Subject)
	f.object("MessageAttributes", attributes(c.Attributes))
	f.text("MessageGroupId", c.GroupID)
	f.text("MessageDeduplicationId", c.DeduplicationID)
	return integration{
		resource: "sns:publish", arguments: f, extra: c.Extra, patterns: []Pattern{WaitForToken},
		permissions: func(arn.Scope) []policy.Statement {
			return withKey(policy.Statement{Actions: []string{"sns:Publish"}, Resources: []string{c.TopicARN}}, c.KeyARN)
		},
	}
}

// attributes of messages have the same form in SNS and SQS.
func attributes(given map[string]Text) fields {
	var f fields
	for _, name := range slices.Sorted(maps.Keys(given)) {
		f.set(name, fields{{"DataType", Text("String")}, {"StringValue", given[name]}})
	}
	return f
}

func checkFIFO(r *renderer, address string, group Text) {
	if token.Is(address) {
		return
	}
	if strings.HasSuffix(address, ".fifo") && group == "" {
		r.addf(r.path("call.groupID"), "is missing; messages of a FIFO topic or queue need one")
	}
}

// withKey adds the use of a KMS key for writing, where one is given.
func withKey(s policy.Statement, keyARN string) []policy.Statement {
	if keyARN == "" {
		return []policy.Statement{s}
	}
	return []policy.Statement{s, policy.UseKey(true, "", keyARN)}
}

// SQSSendMessage puts a message into a queue. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
type SQSSendMessage struct {
	// QueueURL and QueueARN are the queue: the first for the call, the second for the permission. Required.
	QueueURL string
	QueueARN string
	// Message is text, or an object that is written as JSON. Required.
	Message Value
	// Attributes of the message, all text. Default: none.
	Attributes map[string]Text
	// GroupID and DeduplicationID are for FIFO queues. Default: none.
	GroupID, DeduplicationID Text
	// KeyARN is the KMS key of the queue, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SQSSendMessage) integration(r *renderer, _ Pattern) integration {
	if !token.Is(c.QueueURL) && !strings.HasPrefix(c.QueueURL, "https://") {
		r.addf(r.path("call.queueURL"), "%q is no URL of a queue; write it like https://sqs.us-west-2.amazonaws.com/111111111111/name", c.QueueURL)
	}
	if !arn.Is(c.QueueARN, "sqs", "") {
		r.addf(r.path("call.queueARN"), "%q is no ARN of a queue; write it like arn:aws:sqs:us-west-2:111111111111:name", c.QueueARN)
	}
	if c.Message == nil || c.Message == Text("") {
		r.addf(r.path("call.message"), "is missing; give text or an object")
	}
	checkFIFO(r, c.QueueURL, c.GroupID)
	f := fields{{"QueueUrl", Text(c.QueueURL)}, {"MessageBody", c.Message}}
	f.object("MessageAttributes", attributes(c.Attributes))
	f.text("MessageGroupId", c.GroupID)
	f.text("MessageDeduplicationId", c.DeduplicationID)
	return integration{
		resource: "sqs:sendMessage", arguments: f, extra: c.Extra, patterns: []Pattern{WaitForToken},
		permissions: func(arn.Scope) []policy.Statement {
			return withKey(policy.Statement{Actions: []string{"sqs:SendMessage"}, Resources: []string{c.QueueARN}}, c.KeyARN)
		},
	}
}

// EventBridgePutEvents sends events. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
type EventBridgePutEvents struct {
	// Events: 1 to 10. Required.
	Events []Event
}

// Event is one event of EventBridge.
type Event struct {
	// BusARN of the event bus. Default: the default bus of the account and region.
	BusARN string
	// Source, such as "wine.training": not beginning with "aws.". Required.
	Source string
	// DetailType says what happened, such as "Model registered". Required.
	DetailType string
	// Detail of the event. Required.
	Detail Object
	// Resources that the event is about, by ARN. Default: none.
	Resources []Text
}

func (c EventBridgePutEvents) integration(r *renderer, _ Pattern) integration {
	if n := len(c.Events); n < 1 || n > 10 {
		r.addf(r.path("call.events"), "are %d; give 1 to 10", n)
	}
	var entries List
	for i, e := range c.Events {
		path := at(r.path("call.events"), i)
		if strings.HasPrefix(e.Source, "aws.") {
			r.addf(path+".source", "%q begins with aws., which only AWS may use; use the name of your system", e.Source)
		}
		r.requiredString(path+".source", e.Source, "the name of your system")
		r.requiredString(path+".detailType", e.DetailType, "what happened")
		if e.BusARN != "" && !arn.Is(e.BusARN, "events", "event-bus/") {
			r.addf(path+".busARN", "%q is no ARN of an event bus; write it like arn:aws:events:us-west-2:111111111111:event-bus/name", e.BusARN)
		}
		detail := e.Detail
		if detail == nil {
			detail = Object{}
		}
		one := fields{{"Source", Text(e.Source)}, {"DetailType", Text(e.DetailType)}, {"Detail", detail}}
		one.string("EventBusName", e.BusARN)
		one.texts("Resources", e.Resources)
		entries = append(entries, one)
	}
	return integration{
		resource: "events:putEvents", arguments: fields{{"Entries", entries}}, patterns: []Pattern{WaitForToken},
		permissions: func(scope arn.Scope) []policy.Statement {
			var statements []policy.Statement
			for _, e := range c.Events {
				bus := e.BusARN
				if bus == "" {
					bus = scope.Regional("events", "event-bus/default")
				}
				statements = append(statements, policy.Statement{
					Actions: []string{"events:PutEvents"}, Resources: []string{bus},
					Conditions: []policy.Condition{policy.StringEquals("events:source", e.Source)},
				})
			}
			return statements
		},
	}
}
