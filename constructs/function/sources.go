package function

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdaeventsourcemapping"

	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// QueueSource is an SQS queue whose messages the function works off. ARN is required. The queue's visibility timeout must be at least the
// function's, best six times it, and it has a queue for what fails for good.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type QueueSource struct {
	// ARN of the queue.
	ARN string
	// KeyARN is the KMS key of the queue. Default: none of the customer's.
	KeyARN string
	// BatchSize is how many messages a call gets at most, 1 to 10,000. Default: 10.
	BatchSize int
	// Window is how long to wait for more messages, up to 5 minutes in whole seconds; at least a second with a BatchSize above 10. Default:
	// 0.
	Window time.Duration
	// MaxConcurrency is how many calls run at once for this queue, 2 to 1,000. Default: 0, no limit but the function's.
	MaxConcurrency int
	// WholeBatch works a batch off again where one message failed. Default: false, the function says which failed, as batchItemFailures.
	WholeBatch bool
}

// StreamSource is a Kinesis stream or the stream of a DynamoDB table. Type, ARN and FailuresARN are required.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
type StreamSource struct {
	// Type of the stream.
	Type StreamType
	// ARN of the stream; that of a table's stream ends in its label.
	ARN string
	// KeyARN is the KMS key of the stream. Default: none of the customer's.
	KeyARN string
	// Newest begins with what comes from now on. Default: false, with the oldest record that there is.
	Newest bool
	// BatchSize is how many records a call gets at most, 1 to 10,000. Default: 100.
	BatchSize int
	// Window is how long to wait for more records, up to 5 minutes in whole seconds. Default: 0.
	Window time.Duration
	// Parallel is how many batches of a shard are worked off at once, 1 to 10. Default: 1.
	Parallel int
	// Retries of a batch, which is halved each time, 0 to 10,000. Default: nil, 10. Until then nothing else of its shard is read.
	Retries *int
	// FailuresARN is the queue that hears of batches given up.
	FailuresARN string
}

// StreamType is what a stream is.
type StreamType string

// The types of streams.
const (
	Kinesis  StreamType = "kinesis"
	DynamoDB StreamType = "dynamodb"
)

// Rule calls the function when something happens. Name and Event are required.
type Rule struct {
	// Name of the rule: 1 to 64 letters, digits and _ . -
	Name string
	// Description for people. Default: none.
	Description string
	// Event says what must happen.
	Event eventpattern.Event
	// Disabled keeps the rule without following it. Default: false.
	Disabled bool
}

// FromQueue has the function work off a queue. The id, unique for the function, is part of addresses and names.
func (f *Function) FromQueue(id string, source QueueSource) error {
	source.BatchSize = cmp.Or(source.BatchSize, 10)
	if err := source.validate(id); err != nil {
		return err
	}
	statements := []policy.Statement{{Actions: []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}, Resources: []string{source.ARN}}}
	if source.KeyARN != "" {
		statements = append(statements, policy.UseKey(false, "", source.KeyARN))
	}
	return f.read(id, statements, func(config *lambdaeventsourcemapping.LambdaEventSourceMappingConfig) {
		config.EventSourceArn, config.BatchSize, config.MaximumBatchingWindowInSeconds = tf.Str(source.ARN), tf.Num(source.BatchSize), tf.OptNum(int(source.Window/time.Second))
		if !source.WholeBatch {
			config.FunctionResponseTypes = tf.Strs([]string{"ReportBatchItemFailures"})
		}
		if source.MaxConcurrency > 0 {
			config.ScalingConfig = &lambdaeventsourcemapping.LambdaEventSourceMappingScalingConfig{MaximumConcurrency: tf.Num(source.MaxConcurrency)}
		}
	})
}

// FromStream has the function read a stream. The id, unique for the function, is part of addresses and names.
func (f *Function) FromStream(id string, source StreamSource) error {
	for value, otherwise := range map[*int]int{&source.BatchSize: 100, &source.Parallel: 1} {
		if *value == 0 {
			*value = otherwise
		}
	}
	if source.Retries == nil {
		ten := 10
		source.Retries = &ten
	}
	if err := source.validate(id); err != nil {
		return err
	}
	statements := source.statements()
	return f.read(id, statements, func(config *lambdaeventsourcemapping.LambdaEventSourceMappingConfig) {
		position := "TRIM_HORIZON"
		if source.Newest {
			position = "LATEST"
		}
		config.EventSourceArn, config.StartingPosition = tf.Str(source.ARN), tf.Str(position)
		config.BatchSize, config.MaximumBatchingWindowInSeconds = tf.Num(source.BatchSize), tf.OptNum(int(source.Window/time.Second))
		config.ParallelizationFactor, config.MaximumRetryAttempts, config.BisectBatchOnFunctionError = tf.Num(source.Parallel), tf.Num(*source.Retries), true
		config.DestinationConfig = &lambdaeventsourcemapping.LambdaEventSourceMappingDestinationConfig{
			OnFailure: &lambdaeventsourcemapping.LambdaEventSourceMappingDestinationConfigOnFailure{DestinationArn: tf.Str(source.FailuresARN)},
		}
	})
}

func (s StreamSource) statements() []policy.Statement {
	statements := []policy.Statement{{Actions: []string{"sqs:SendMessage"}, Resources: []string{s.FailuresARN}}}
	if s.Type == Kinesis {
		statements = append(statements, policy.Statement{
			Actions: []string{"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"}, Resources: []string{s.ARN},
		})
	} else {
		statements = append(statements,
			policy.Statement{Actions: []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, Resources: []string{s.ARN}},
			// The list of streams has no resource level.
			policy.Statement{Actions: []string{"dynamodb:ListStreams"}, Resources: []string{"*"}})
	}
	if s.KeyARN != "" {
		statements = append(statements, policy.UseKey(false, "", s.KeyARN))
	}
	return statements
}

// read maps a source to the function, once the role may read it.
func (f *Function) read(id string, statements []policy.Statement, fill func(*lambdaeventsourcemapping.LambdaEventSourceMappingConfig)) error {
	if err := f.role.Grant(f.id+"-"+id, statements...); err != nil {
		return fmt.Errorf("function %s: source %s: %w", f.id, id, err)
	}
	return tf.Guard(id, func() error {
		config := &lambdaeventsourcemapping.LambdaEventSourceMappingConfig{FunctionName: tf.Str(f.arn), Tags: tf.StrMap(f.props.Tags), DependsOn: tf.After(f.role.Policies()...)}
		fill(config)
		lambdaeventsourcemapping.NewLambdaEventSourceMapping(f.construct, tf.Str("source-"+id), config)
		return nil
	})
}

// OnEvent has EventBridge call the function, by a rule on the default bus that alone may do so. What it cannot hand over within a day goes
// to the queue <function>-<id>. The id, unique for the function, is part of addresses and names.
func (f *Function) OnEvent(id string, rule Rule) error {
	if err := errors.Join(rule.validate(id), f.checkQueueName(id)); err != nil {
		return err
	}
	pattern, err := rule.Event.Pattern().JSON()
	if err != nil {
		return fmt.Errorf("function %s: event %s: %w", f.id, id, err)
	}
	return tf.Guard(id, func() error {
		arn := f.props.Scope.Regional("events", "rule/"+rule.Name)
		queue, err := f.newQueue(id, arn)
		if err != nil {
			return err
		}
		state := "ENABLED"
		if rule.Disabled {
			state = "DISABLED"
		}
		made := cloudwatcheventrule.NewCloudwatchEventRule(f.construct, tf.Str("rule-"+id), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name: tf.Str(rule.Name), Description: tf.OptStr(rule.Description), EventPattern: tf.Str(pattern), State: tf.Str(state), Tags: tf.StrMap(f.props.Tags),
		})
		f.allow("rule-"+id, "events.amazonaws.com", arn)
		cloudwatcheventtarget.NewCloudwatchEventTarget(f.construct, tf.Str("target-"+id), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
			Rule: tf.Str(tf.Attr(made, "name")), Arn: tf.Str(f.arn), DeadLetterConfig: &cloudwatcheventtarget.CloudwatchEventTargetDeadLetterConfig{Arn: tf.Str(queue)},
		})
		return nil
	})
}

func (s QueueSource) validate(id string) error {
	var problems problem.List
	checkID(&problems, id)
	checkSource(&problems, "arn", s.ARN, "sqs", "", "an SQS queue")
	checkKey(&problems, s.KeyARN)
	between(&problems, "batchSize", s.BatchSize, 1, 10_000)
	checkWindow(&problems, s.Window)
	if s.BatchSize > 10 && s.Window < time.Second {
		problems.Addf("window", "is missing, and Lambda wants a second or more where batches have more than 10 messages; give it, or a batchSize of 10")
	}
	if s.MaxConcurrency != 0 {
		between(&problems, "maxConcurrency", s.MaxConcurrency, 2, 1000)
	}
	return problems.Err()
}

func (s StreamSource) validate(id string) error {
	var problems problem.List
	checkID(&problems, id)
	switch s.Type {
	case Kinesis:
		checkSource(&problems, "arn", s.ARN, "kinesis", "stream/", "a Kinesis stream")
	case DynamoDB:
		checkSource(&problems, "arn", s.ARN, "dynamodb", "table/", "the stream of a table")
	default:
		problems.Addf("type", "%q is unknown; use %s or %s", s.Type, Kinesis, DynamoDB)
	}
	checkKey(&problems, s.KeyARN)
	between(&problems, "batchSize", s.BatchSize, 1, 10_000)
	checkWindow(&problems, s.Window)
	between(&problems, "parallel", s.Parallel, 1, 10)
	between(&problems, "retries", *s.Retries, 0, 10_000)
	checkSource(&problems, "failuresARN", s.FailuresARN, "sqs", "", "an SQS queue")
	return problems.Err()
}

func (r Rule) validate(id string) error {
	var problems problem.List
	checkID(&problems, id)
	if !rulePattern.MatchString(r.Name) {
		problems.Addf("name", "%q is no name of a rule; use 1 to 64 letters, digits and _ . -", r.Name)
	}
	if r.Event == nil {
		problems.Addf("event", "is missing; say what must happen")
	} else {
		problems.Add("event", r.Event.Validate())
	}
	return problems.Err()
}
