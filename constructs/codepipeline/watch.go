package codepipeline

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Watch is a build that starts by itself, on a schedule and beside the executions of the pipeline, such as the look for drift that
// buildspec.Terraform.DriftSpec describes. The topic hears where it fails. Build and Schedule are required.
type Watch struct {
	// Build is what runs. Its Inputs, at least one, are artifacts of the pipeline that its role may read in the bucket, and nothing is
	// brought to its directory: the build finds by the executions of the pipeline, which it may list, what it looks at. It has no Output
	// and no Variables.
	Build Build
	// Schedule is cron(...) or rate(...), in UTC, as EventBridge takes it.
	Schedule string
	// StartRoleName names the role that is made for EventBridge to start the build. Default: <pipeline>-<build>-start, shortened with a
	// hash where it is too long.
	StartRoleName string
}

func (w Watch) validate(at string, p Props, artifacts map[string]bool, before map[string]Action, problems *problem.List) {
	if len(w.Build.Variables) > 0 {
		problems.Addf(at+".build.variables", "are of an action, and this build is of none; write them into spec.variables")
	}
	if w.Build.Output != "" {
		problems.Addf(at+".build.output", "%q is handed on to nobody; drop it", w.Build.Output)
	}
	switch name := w.Build.Name; {
	case !actionNamePattern.MatchString(name):
		problems.Addf(at+".build.name", "%q is no name; use 1 to 100 letters, digits and @ _ -", name)
	case has(before, name):
		problems.Addf(at+".build.name", "%q is given twice, or that of the source; use another", name)
	}
	w.Build.Variables, w.Build.Output = nil, ""
	w.Build.validate(at+".build", p, artifacts, before, problems)
	if err := scheduleexpression.Validate(w.Schedule); err != nil || scheduleexpression.OneTime(w.Schedule) {
		problems.Addf(at+".schedule", "%q is no schedule of a rule; write it like cron(17 3 * * ? *) or rate(1 day)", w.Schedule)
	}
	if w.StartRoleName != "" && (iam.RoleChoice{Name: w.StartRoleName}).Validate() != nil {
		problems.Addf(at+".startRoleName", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", w.StartRoleName)
	}
}

// statements are what the build needs to find what it looks at.
func (w Watch) statements(p Props) []policy.Statement {
	return []policy.Statement{
		{Sid: "WatchPipeline", Actions: []string{"codepipeline:ListActionExecutions"}, Resources: []string{p.literalARN()}},
		// Without, S3 does not say that something is gone.
		{Sid: "WatchArtifacts", Actions: []string{"s3:ListBucket"}, Resources: []string{p.bucketARN()}},
	}
}

// makeWatch makes the build, what starts it, and what tells of it.
func (p *Pipeline) makeWatch(w Watch) error {
	b := w.Build
	if b.RoleARN == "" {
		b.Statements = append(w.statements(p.props), b.Statements...)
	}
	if err := p.makeBuild(b, false); err != nil {
		return err
	}
	scope, project, name := tf.Group(p.construct, b.Name), p.props.projectName(b), p.props.ruleName("-"+b.Name)
	trust := policy.TrustService(p.props.Scope.Account, "events.amazonaws.com")
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, policy.ARNEquals("aws:SourceArn", p.props.Scope.Regional("events", "rule/"+name)))
	role, err := iam.NewRole(scope, "start-role", iam.RoleProps{
		Name: iam.RoleChoice{Name: w.StartRoleName}.NameFor(project, "-start"), Description: "Starts the build " + project, PermissionsBoundary: p.props.PermissionsBoundary,
		Trust: trust, Statements: []policy.Statement{{Actions: []string{"codebuild:StartBuild"}, Resources: []string{p.props.projectARN(b)}}},
	})
	if err != nil {
		return fmt.Errorf("start role: %w", err)
	}
	rule := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.Str("start"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name: tf.Str(name), Description: tf.Str("Starts the build " + project), ScheduleExpression: tf.Str(w.Schedule),
	})
	cloudwatcheventtarget.NewCloudwatchEventTarget(scope, tf.Str("start-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: tf.Str(tf.Attr(rule, "name")), Arn: tf.Str(p.builds[b.Name].arn), RoleArn: tf.Str(role.ARN()), TargetId: tf.Str("build"), DependsOn: tf.After(role.Policies()...),
	})
	if p.props.Topic == nil {
		return nil
	}
	// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
	pattern, err := eventpattern.Pattern{
		Sources: []string{"aws.codebuild"}, DetailTypes: []string{"CodeBuild Build State Change"},
		Fields: []eventpattern.Field{
			{Path: "detail.project-name", Values: eventpattern.Each(project)},
			{Path: "detail.build-status", Values: eventpattern.Each("FAILED", "FAULT", "TIMED_OUT")},
		},
	}.JSON()
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	notify := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.Str("notify"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name: tf.Str(p.props.ruleName("-" + b.Name + "-notify")), Description: tf.Str("Tells that the build " + project + " failed"), EventPattern: tf.Str(pattern),
	})
	cloudwatcheventtarget.NewCloudwatchEventTarget(scope, tf.Str("notify-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: tf.Str(tf.Attr(notify, "name")), Arn: tf.Str(p.props.Topic.ARN()), TargetId: tf.Str("topic"),
		InputTransformer: &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{
			InputPaths:    tf.StrMap(map[string]string{"project": "$.detail.project-name", "log": "$.detail.additional-information.logs.deep-link"}),
			InputTemplate: tf.Str(`"The build <project> failed, its log says why: <log>"`),
		},
	})
	return nil
}

// watches are the builds that start by themselves, with defaults.
func (p Props) watches() []Watch {
	var out []Watch
	for _, each := range p.Watches {
		inputs := each.Build.Inputs
		each.Build = each.Build.withDefaults(p)
		each.Build.Inputs = inputs
		out = append(out, each)
	}
	return out
}
