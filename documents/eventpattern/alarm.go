package eventpattern

import "github.com/mlplatform/mlplatform/internal/problem"

// AlarmState is the state of a CloudWatch alarm.
type AlarmState string

// The states of alarms.
const (
	InAlarm          AlarmState = "ALARM"
	OK               AlarmState = "OK"
	InsufficientData AlarmState = "INSUFFICIENT_DATA"
)

// AlarmChange are CloudWatch alarms that come to a state, such as the drift alarm of a model. The alarm is in
// $.detail.alarmName.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
type AlarmChange struct {
	// Alarms are names of alarms. One of Alarms and NamePrefixes has at least one.
	Alarms []string
	// NamePrefixes are beginnings of names of alarms, such as "wine-prod-drift-".
	NamePrefixes []string
	// States are the states of interest. Default: InAlarm.
	States []AlarmState
}

// Pattern implements Event.
func (e AlarmChange) Pattern() Pattern {
	names := Each(e.Alarms...)
	for _, each := range e.NamePrefixes {
		names = append(names, Prefix(each))
	}
	states := texts(e.States)
	if len(states) == 0 {
		states = []string{string(InAlarm)}
	}
	return Pattern{
		Sources: []string{"aws.cloudwatch"}, DetailTypes: []string{"CloudWatch Alarm State Change"},
		Fields: []Field{{Path: "detail.alarmName", Values: names}, {Path: "detail.state.value", Values: Each(states...)}},
	}
}

// Validate implements Event.
func (e AlarmChange) Validate() error {
	var problems problem.List
	if len(e.Alarms)+len(e.NamePrefixes) == 0 {
		problems.Addf("alarms", "are missing; name at least one alarm, or a prefix of names")
	}
	for i, each := range e.Alarms {
		checkText(&problems, problem.Index("alarms", i), each)
	}
	for i, each := range e.NamePrefixes {
		checkText(&problems, problem.Index("namePrefixes", i), each)
	}
	oneOf(&problems, "states", texts(e.States), []string{"ALARM", "OK", "INSUFFICIENT_DATA"}, false)
	return finish(&problems, e.Pattern())
}
