package notification

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// EventProps says which events a topic hears of, and in which words. Name, Event and Text are required.
type EventProps struct {
	// Name of the rule: 1 to 64 letters, digits and _ . -
	Name string
	// Description of the rule for people, at most 512 characters. Default: none.
	Description string
	// Tags of the rule, beside those of the stack. Default: none.
	Tags map[string]string
	// Event says what must happen on the default bus, such as an eventpattern.PipelineExecutionChange.
	Event eventpattern.Event
	// Text is what people read, in one line: at most 8,192 characters without quotes and backslashes, in which
	// <$.detail.pipelineArn> and the like stand for what is at that path in the event.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
	Text string
}

// OnEvent tells the topic of events of AWS or of one's own, by a rule of EventBridge. The topic must admit EventBridge,
// which topics that are made do by default; the policy of an existing one is not looked at. Delivery is tried for 24 hours;
// what cannot be delivered shows in the rule's metric FailedInvocations only.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
func (t *Topic) OnEvent(scope constructs.Construct, id string, props EventProps) error {
	if err := props.validate(t.closed); err != nil {
		return err
	}
	_, err := tf.Build(scope, id, func(scope constructs.Construct) (*struct{}, error) {
		pattern, err := props.Event.Pattern().JSON()
		if err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		rule := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.Str("rule"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name: tf.Str(props.Name), Description: tf.OptStr(props.Description), EventPattern: tf.Str(pattern), Tags: tf.StrMap(props.Tags),
		})
		// No role: EventBridge publishes by the policy of the topic.
		target := &cloudwatcheventtarget.CloudwatchEventTargetConfig{Rule: tf.Str(tf.Attr(rule, "name")), Arn: tf.Str(t.arn), TargetId: tf.Str("topic")}
		text := eventtarget.ParseTemplate(props.Text)
		if quoted := `"` + text.Text + `"`; text.Dynamic() {
			target.InputTransformer = &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{InputPaths: tf.StrMap(text.Paths), InputTemplate: tf.Str(quoted)}
		} else {
			target.Input = tf.Str(quoted)
		}
		cloudwatcheventtarget.NewCloudwatchEventTarget(scope, tf.Str("target"), target)
		return &struct{}{}, nil
	})
	return err
}

func (p EventProps) validate(closed bool) error {
	var problems problem.List
	eventtarget.CheckName(&problems, "name", p.Name)
	if n := utf8.RuneCountInString(p.Description); n > 512 {
		problems.Addf("description", "has %d characters, 512 are allowed; shorten it", n)
	}
	if p.Event == nil {
		problems.Addf("event", "is missing; say what must happen, such as eventpattern.PipelineExecutionChange{...}")
	} else {
		problems.Add("event", p.Event.Validate())
	}
	text := eventtarget.ParseTemplate(p.Text)
	text.CheckPaths(&problems, "text")
	switch {
	case strings.TrimSpace(p.Text) == "":
		problems.Addf("text", "is missing; say what happened, with parts of the event such as <$.detail.pipelineArn>")
	case strings.ContainsAny(p.Text, `"\`) || strings.ContainsFunc(p.Text, unicode.IsControl):
		problems.Addf("text", "%q has more than one line, quotes or backslashes, which EventBridge would read its own way; write one line without them", p.Text)
	case len(text.Text) > eventtarget.MaxTemplate:
		problems.Addf("text", "has %d characters, %d are allowed; shorten it", len(text.Text), eventtarget.MaxTemplate)
	case len(text.Paths) > eventtarget.MaxPaths:
		problems.Addf("text", "has %d different paths, %d are allowed; use fewer", len(text.Paths), eventtarget.MaxPaths)
	}
	if closed {
		problems.Addf("topic", "does not admit EventBridge; add notification.EventBridge to its publishers")
	}
	return problems.Err()
}
