package codepipeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codepipeline"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Stage is a part of a pipeline in which at most one execution is at a time. What must not be interrupted by another
// execution, such as planning, approving and applying, belongs into one stage. Name and Actions are required.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
type Stage struct {
	// Name of the stage: 1 to 100 letters, digits and . @ _ -
	Name string
	// Actions run one after another, 1 to 50.
	Actions []Action
	// OnFailure is what happens by itself when an action fails. Default: Stop.
	OnFailure OnFailure
}

// OnFailure is what happens by itself when an action of a stage fails. People can retry a stage, or roll it back, whatever
// is set here.
type OnFailure string

const (
	// Stop ends the execution.
	Stop OnFailure = "STOP"
	// RetryFailed runs the actions that failed once more.
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html
	RetryFailed OnFailure = "FAILED_ACTIONS"
	// RetryAll runs all actions of the stage once more.
	RetryAll OnFailure = "ALL_ACTIONS"
	// Rollback runs the stage with what its last successful execution was given. It is no way back for Terraform, which
	// refuses a plan of yesterday.
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
	Rollback OnFailure = "ROLLBACK"
)

// An Action is a Build or an Approval.
type Action struct {
	build    *Build
	approval *Approval
}

// Run is the action that runs a build.
func Run(build Build) Action { return Action{build: &build} }

// Approve is the action that waits for an approval.
func Approve(approval Approval) Action { return Action{approval: &approval} }

// An Approval waits until somebody with the permission codepipeline:PutApprovalResult approves or rejects. Name is
// required.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
type Approval struct {
	// Name of the action: 1 to 100 letters, digits and . @ _ -
	Name string
	// Message is what the person reads, up to 1,000 characters. Variable puts values of earlier actions into it.
	// Default: none.
	Message string
	// Link is what the person is led to: an https:// URL, or a Variable that holds one. Default: none.
	Link string
	// Timeout is how long the approval may wait before it counts as rejected, 5 minutes to 60 days. Default: 7 days.
	Timeout time.Duration
}

// Variable stands for a variable that a build exported, in the texts of later actions and in their variables. The source
// exports CommitId, BranchName and more.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
func Variable(action, name string) string { return "#{" + action + "." + name + "}" }

var (
	stageNamePattern = lazyregexp.New(`^[A-Za-z0-9.@_-]{1,100}$`)
	// Namespaces of variables allow less than names of actions do.
	actionNamePattern = lazyregexp.New(`^[A-Za-z0-9@_-]{1,100}$`)
	variablePattern   = lazyregexp.New(`#\{([^{}]*)\}`)
)

const (
	maxStages  = 49 // beside the source
	maxActions = 50
	maxMessage = 1000
)

func (p Props) validateStages(problems *problem.List) {
	if n := len(p.Stages); n == 0 || n > maxStages {
		problems.Addf("stages", "are %d, 1 to %d are allowed; say what happens to a commit", n, maxStages)
	}
	// Everything that runs before an action, by name.
	stages := map[string]bool{strings.ToLower("Source"): true}
	actions := map[string]Action{SourceArtifact: {}}
	artifacts := map[string]bool{SourceArtifact: true}
	for i, stage := range p.Stages {
		at := problem.Index("stages", i)
		switch {
		case !stageNamePattern.MatchString(stage.Name):
			problems.Addf(at+".name", "%q is no name; use 1 to 100 letters, digits and . @ _ -", stage.Name)
		case stages[strings.ToLower(stage.Name)]:
			problems.Addf(at+".name", "%q is given twice, or that of the source; use another", stage.Name)
		}
		stages[strings.ToLower(stage.Name)] = true
		switch stage.OnFailure {
		case Stop, RetryFailed, RetryAll, Rollback:
		default:
			problems.Addf(at+".onFailure", "%q is unknown; use %s, %s, %s or %s", stage.OnFailure, Stop, RetryFailed, RetryAll, Rollback)
		}
		if n := len(stage.Actions); n == 0 || n > maxActions {
			problems.Addf(at+".actions", "are %d, 1 to %d are allowed; say what the stage does", n, maxActions)
		}
		for j, action := range stage.Actions {
			at := problem.Index(at+".actions", j)
			name := action.name()
			switch {
			case action.build == nil && action.approval == nil:
				problems.Addf(at, "is empty; make it with Run or Approve")
				continue
			case !actionNamePattern.MatchString(name):
				problems.Addf(at+".name", "%q is no name; use 1 to 100 letters, digits and @ _ -", name)
			case has(actions, name):
				problems.Addf(at+".name", "%q is given twice, or that of the source; use another", name)
			}
			if action.build != nil {
				action.build.validate(at, p, artifacts, actions, problems)
			} else {
				action.approval.validate(at, actions, problems)
			}
			actions[name] = action
		}
	}
	for i, each := range p.Watches {
		at := problem.Index("watches", i)
		if len(each.Build.Inputs) == 0 {
			problems.Addf(at+".build.inputs", "are missing; name the artifacts that it looks at")
		}
		each.validate(at, p, artifacts, actions, problems)
		actions[each.Build.Name] = Run(each.Build)
	}
}

func has(actions map[string]Action, name string) bool {
	_, found := actions[name]
	return found
}

func (a Approval) validate(at string, before map[string]Action, problems *problem.List) {
	if n := len([]rune(a.Message)); n > maxMessage {
		problems.Addf(at+".message", "has %d characters, %d are allowed; shorten it", n, maxMessage)
	}
	if a.Link != "" && !strings.HasPrefix(a.Link, "https://") && !strings.HasPrefix(a.Link, "#{") {
		problems.Addf(at+".link", "%q is no https:// URL; give one, or a Variable that holds one", a.Link)
	}
	if a.Timeout < 5*time.Minute || a.Timeout > 60*24*time.Hour || a.Timeout%time.Minute != 0 {
		problems.Addf(at+".timeout", "%s is out of range; use 5m to 1440h in whole minutes", a.Timeout)
	}
	checkVariables(at+".message", a.Message, before, problems)
	checkVariables(at+".link", a.Link, before, problems)
}

// checkVariables finds references to actions that have not run yet, and to what a build does not export. What the source
// exports depends on who hosts the repository.
func checkVariables(at, text string, before map[string]Action, problems *problem.List) {
	for _, match := range variablePattern.FindAllStringSubmatch(text, -1) {
		action, name, found := strings.Cut(match[1], ".")
		switch earlier := before[action]; {
		case found && action == "codepipeline":
		case !found || !has(before, action) || earlier.approval != nil:
			problems.Addf(at, "%q is a variable of no earlier action; use Variable with the name of one", match[0])
		case earlier.build != nil && !slices.Contains(earlier.build.Spec.Exported, name):
			problems.Addf(at, "%q is not exported by %s, which has %s; add it to spec.exported there", match[0], action, cmp.Or(strings.Join(earlier.build.Spec.Exported, ", "), "none"))
		}
	}
}

func (a Action) name() string {
	switch {
	case a.build != nil:
		return a.build.Name
	case a.approval != nil:
		return a.approval.Name
	}
	return ""
}

// stages are those of the pipeline, the source's first.
func (p *Pipeline) stages() []*codepipeline.CodepipelineStage {
	out := []*codepipeline.CodepipelineStage{{Name: tf.Str("Source"), Action: []*codepipeline.CodepipelineStageAction{p.props.Source.action()}}}
	for _, stage := range p.props.Stages {
		var actions []*codepipeline.CodepipelineStageAction
		for i, action := range stage.Actions {
			each := p.action(action)
			each.RunOrder = tf.Num(i + 1)
			actions = append(actions, each)
		}
		out = append(out, &codepipeline.CodepipelineStage{Name: tf.Str(stage.Name), Action: actions, OnFailure: stage.OnFailure.block()})
	}
	return out
}

func (o OnFailure) block() *codepipeline.CodepipelineStageOnFailure {
	switch o {
	case Rollback:
		return &codepipeline.CodepipelineStageOnFailure{Result: tf.Str("ROLLBACK")}
	case RetryFailed, RetryAll:
		return &codepipeline.CodepipelineStageOnFailure{
			Result: tf.Str("RETRY"), RetryConfiguration: &codepipeline.CodepipelineStageOnFailureRetryConfiguration{RetryMode: tf.Str(string(o))},
		}
	}
	return nil
}

func (p *Pipeline) action(action Action) *codepipeline.CodepipelineStageAction {
	out := &codepipeline.CodepipelineStageAction{Name: tf.Str(action.name()), Owner: tf.Str("AWS"), Version: tf.Str("1")}
	if a := action.approval; a != nil {
		configuration := map[string]string{}
		for key, value := range map[string]string{"CustomData": a.Message, "ExternalEntityLink": a.Link} {
			if value != "" {
				configuration[key] = value
			}
		}
		if p.props.Topic != nil {
			configuration["NotificationArn"] = p.props.Topic.ARN()
		}
		out.Category, out.Provider = tf.Str("Approval"), tf.Str("Manual")
		out.Configuration, out.TimeoutInMinutes = tf.StrMap(configuration), tf.Num(int(a.Timeout.Minutes()))
		return out
	}
	b := action.build
	out.Category, out.Provider, out.Namespace = tf.Str("Build"), tf.Str("CodeBuild"), tf.Str(b.Name)
	if b.Tests {
		out.Category = tf.Str("Test")
	}
	out.InputArtifacts = tf.Strs(b.Inputs)
	if b.Output != "" {
		out.OutputArtifacts = tf.Strs([]string{b.Output})
	}
	out.Configuration = tf.StrMap(b.configuration(p.builds[b.Name].project))
	return out
}
