package codepipeline

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// An Event is something that becomes of an execution.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
type Event string

// The events.
const (
	// Started has begun.
	Started Event = "STARTED"
	// Succeeded is through all stages.
	Succeeded Event = "SUCCEEDED"
	// Failed has ended in an action, an approval that was refused included.
	Failed Event = "FAILED"
	// Canceled went with the stage that it was in, when the pipeline was changed.
	Canceled Event = "CANCELED"
	// Overtaken gave way to a newer one, in the mode Superseded.
	Overtaken Event = "SUPERSEDED"
	// Stopped was stopped by somebody.
	Stopped Event = "STOPPED"
)

var events = []Event{Started, Succeeded, Failed, Canceled, Overtaken, Stopped}

func (p Props) validateNotify(problems *problem.List) {
	if len(p.Notify) > 0 && p.Topic == nil {
		problems.Addf("notify", "needs a topic that hears of it; give topic or drop it")
	}
	for i, each := range p.Notify {
		at := problem.Index("notify", i)
		switch {
		case !slices.Contains(events, each):
			problems.Addf(at, "%q is unknown; use %s, %s, %s, %s, %s or %s", each, Started, Succeeded, Failed, Canceled, Overtaken, Stopped)
		case slices.Contains(p.Notify[:i], each):
			problems.Addf(at, "%q is given twice; drop one", each)
		}
	}
}

// notify tells the topic what becomes of executions, in a sentence for people.
func (p *Pipeline) notify() error {
	if p.props.Topic == nil || len(p.props.Notify) == 0 {
		return nil
	}
	var states []string
	for _, each := range p.props.Notify {
		states = append(states, string(each))
	}
	pattern, err := eventpattern.Pattern{
		Sources: []string{"aws.codepipeline"}, DetailTypes: []string{"CodePipeline Pipeline Execution State Change"},
		Fields: []eventpattern.Field{
			{Path: "detail.pipeline", Values: eventpattern.Each(p.props.Name)},
			{Path: "detail.state", Values: eventpattern.Each(states...)},
		},
	}.JSON()
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	rule := cloudwatcheventrule.NewCloudwatchEventRule(p.construct, tf.Str("notify"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name: tf.Str(p.props.ruleName("-notify")), Description: tf.Str("Tells what becomes of the pipeline " + p.props.Name), EventPattern: tf.Str(pattern),
	})
	cloudwatcheventtarget.NewCloudwatchEventTarget(p.construct, tf.Str("notify-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: tf.Str(tf.Attr(rule, "name")), Arn: tf.Str(p.props.Topic.ARN()), TargetId: tf.Str("topic"),
		InputTransformer: &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{
			InputPaths: tf.StrMap(map[string]string{"pipeline": "$.detail.pipeline", "execution": "$.detail.execution-id", "state": "$.detail.state"}),
			InputTemplate: tf.Str(fmt.Sprintf(`"The execution <execution> of the pipeline <pipeline> is <state>: %s"`,
				p.props.console("<pipeline>/executions/<execution>/visualization"))),
		},
	})
	return nil
}

// console is the address of a page about pipelines in the console.
func (p Props) console(page string) string {
	host := cmp.Or(map[string]string{"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}[p.Scope.Partition], "console.aws.amazon.com")
	return fmt.Sprintf("https://%s/codesuite/codepipeline/pipelines/%s?region=%s", host, page, p.Scope.Region)
}
