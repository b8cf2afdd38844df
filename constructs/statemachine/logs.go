package statemachine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// LogLevel says which events of an execution are logged.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level
type LogLevel string

// The levels.
const (
	// All logs every event.
	All LogLevel = "ALL"
	// Error logs what went wrong, in a state or as a whole.
	Error LogLevel = "ERROR"
	// Fatal logs the executions that did not succeed, and none of their states.
	Fatal LogLevel = "FATAL"
)

// Logs are the records of executions.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
type Logs struct {
	// Off makes no logs. It gives up the history of standard executions after 90 days, and that of express ones
	// altogether, for Step Functions keeps none of them. Default: false.
	Off bool
	// Level says which events are logged. Default: All.
	Level LogLevel
	// IncludeExecutionData logs the input and output of each state too, which may hold what readers of logs should not
	// see. Default: false.
	IncludeExecutionData bool
	// RetentionDays is for how many days the log group that is made keeps events, one of the numbers that CloudWatch Logs
	// knows. Default: 90.
	RetentionDays int
	// KeyARN is the KMS key of the log group that is made. Its policy needs what kms.AllowLogs gives. Default: the key of
	// the state machine where that is a customer managed one, otherwise a key of CloudWatch Logs.
	KeyARN string
	// LogGroupARN is an existing log group. Default: one named /aws/vendedlogs/states/<name>-Logs. Under that prefix,
	// log groups do not use up the 5,120 characters of the account's resource policy for logs.
	// https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
	LogGroupARN string
}

// logPrefix is what the names of the log groups of state machines begin with.
const logPrefix = "/aws/vendedlogs/states/"

func logGroupName(machine string) string { return logPrefix + machine + "-Logs" }

func (l Logs) withDefaults() Logs {
	if l.Off {
		return l
	}
	l.Level = cmp.Or(l.Level, All)
	if l.RetentionDays == 0 && l.LogGroupARN == "" {
		l.RetentionDays = 90
	}
	return l
}

func (l Logs) validate(problems *problem.List) {
	if l.Off {
		if l != (Logs{Off: true}) {
			problems.Addf("logs.off", "makes no logs, and other settings of logs are given; drop one of the two")
		}
		return
	}
	if !slices.Contains([]LogLevel{All, Error, Fatal}, l.Level) {
		problems.Addf("logs.level", "%q is unknown; use %q, %q or %q", l.Level, All, Error, Fatal)
	}
	problems.Add("", arn.CheckKey("logs.keyARN", l.KeyARN))
	checkLogGroup(problems, "logs.logGroupARN", l.LogGroupARN)
	switch {
	case l.LogGroupARN == "":
		rule.LogRetention(problems, "logs.retentionDays", l.RetentionDays)
	case l.RetentionDays != 0:
		problems.Addf("logs.retentionDays", "has no meaning beside logGroupARN, whose own retention applies; remove one of the two")
	}
	if l.LogGroupARN != "" && l.KeyARN != "" {
		problems.Addf("logs.keyARN", "has no meaning beside logGroupARN, whose own key applies; remove one of the two")
	}
}

func checkLogGroup(problems *problem.List, path, value string) {
	if value != "" && !arn.Is(value, "logs", "log-group:") {
		problems.Addf(path, "%q is no ARN of a log group; write it like arn:aws:logs:us-west-2:123456789012:log-group:name", value)
	}
}

func (m *Machine) makeLogGroup(props Props) {
	switch {
	case props.Logs.Off:
	case props.Logs.LogGroupARN != "":
		m.useLogGroup(props.Logs.LogGroupARN)
	default:
		key := cmp.Or(props.Logs.KeyARN, m.keyARN)
		group := cloudwatchloggroup.NewCloudwatchLogGroup(m.construct, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str(logGroupName(props.Name)), RetentionInDays: tf.Num(props.Logs.RetentionDays), KmsKeyId: tf.OptStr(key), Tags: tf.StrMap(props.Tags),
		})
		m.logGroupARN, m.logGroupName = tf.Attr(group, "arn"), tf.Attr(group, "name")
	}
}

// useLogGroup notes an existing log group, if there is one.
func (m *Machine) useLogGroup(groupARN string) {
	m.logGroupARN = strings.TrimSuffix(groupARN, ":*")
	if _, name, found := strings.Cut(m.logGroupARN, ":log-group:"); found && !token.Is(name) {
		m.logGroupName = name
	}
}

func (m *Machine) logging(l Logs) *sfnstatemachine.SfnStateMachineLoggingConfiguration {
	if l.Off {
		return &sfnstatemachine.SfnStateMachineLoggingConfiguration{Level: tf.Str("OFF")}
	}
	return &sfnstatemachine.SfnStateMachineLoggingConfiguration{
		Level: tf.Str(string(l.Level)), IncludeExecutionData: l.IncludeExecutionData, LogDestination: tf.Str(m.logGroupARN + ":*"),
	}
}
