package audittrail

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/mlplatform/mlplatform/documents/filterpattern"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// An Alarm goes off when the trail records what its condition fits. All fields are required.
type Alarm struct {
	// Name is unique among the alarms of the trail and ends the physical name: 1 to 64 lower-case letters, digits and hyphens.
	Name string
	// Description says what happened, and what to do.
	Description string
	// When holds for the events that set it off.
	When filterpattern.Condition
}

var alarmPattern = lazyregexp.New(`^[a-z][a-z0-9-]{0,63}$`)

func (a Alarm) validate() error {
	var problems problem.List
	if !alarmPattern.MatchString(a.Name) {
		problems.Addf("name", "%q is no name of an alarm; use 1 to 64 lower-case letters, digits and hyphens, beginning with a letter", a.Name)
	}
	if a.Description == "" || len(a.Description) > 1024 {
		problems.Addf("description", "has %d characters, 1 to 1,024 are allowed; say what happened", len(a.Description))
	}
	_, err := a.When.Pattern()
	problems.Add("when", err)
	return problems.Err()
}

// watch counts what fits the alarm's condition, and looks at the count.
func (t *Trail) watch(alarm Alarm, props Props) error {
	pattern, err := alarm.When.Pattern()
	if err != nil {
		return err
	}
	name, namespace := props.Name+"-"+alarm.Name, "AuditTrail/"+props.Name
	cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(t.construct, tf.Str("filter-"+alarm.Name), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
		Name: tf.Str(name), LogGroupName: tf.Str(t.logGroup), Pattern: tf.Str(pattern),
		MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
			Name: tf.Str(alarm.Name), Namespace: tf.Str(namespace), Value: tf.Str("1"),
		},
	})
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(t.construct, tf.Str("alarm-"+alarm.Name), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName: tf.Str(name), AlarmDescription: tf.Str(fmt.Sprintf("%s. The log group %s says who and when.", alarm.Description, LogGroupName(props.Name))),
		Namespace: tf.Str(namespace), MetricName: tf.Str(alarm.Name), Statistic: tf.Str("Sum"), Period: tf.Num(300), EvaluationPeriods: tf.Num(1),
		ComparisonOperator: tf.Str("GreaterThanOrEqualToThreshold"), Threshold: tf.Num(1), TreatMissingData: tf.Str("notBreaching"),
		AlarmActions: tf.Strs(props.TopicARNs), Tags: tf.StrMap(props.Tags),
	})
	return nil
}
