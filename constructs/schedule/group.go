package schedule

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/schedulerschedulegroup"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// GroupProps configures a group of schedules. Name is required.
type GroupProps struct {
	// Name of the group: 1 to 64 letters, digits and _ . -, other than "default".
	Name string
	// Tags of the group, beside those of the stack. Schedules themselves have none. Default: none.
	Tags map[string]string
}

// A Group holds schedules. The role of a schedule can be assumed for schedules of its group only, so that a group of its
// own keeps those of others away from it.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html
type Group struct {
	construct tf.Construct
	name, arn string
}

// NewGroup makes a group. When it is destroyed, all schedules in it are.
func NewGroup(scope constructs.Construct, id string, props GroupProps) (*Group, error) {
	var problems problem.List
	eventtarget.CheckName(&problems, "name", props.Name)
	if props.Name == "default" {
		problems.Addf("name", `"default" is in every account already; use another name`)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Group, error) {
		group := schedulerschedulegroup.NewSchedulerScheduleGroup(scope, tf.Str("group"), &schedulerschedulegroup.SchedulerScheduleGroupConfig{
			Name: tf.Str(props.Name), Tags: tf.StrMap(props.Tags),
		})
		return &Group{construct: scope, name: tf.Attr(group, "name"), arn: tf.Attr(group, "arn")}, nil
	})
}

// Name of the group, for Props.Group. Schedules that take it from here are made after the group.
func (g *Group) Name() string { return g.name }

// ARN of the group.
func (g *Group) ARN() string { return g.arn }

// Construct holds the group.
func (g *Group) Construct() constructs.Construct { return g.construct }
