package codepipeline

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codepipeline"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// SourceArtifact is the artifact with the files of the commit. Builds without an input get it.
const SourceArtifact = "source"

// A Source is where the commits come from. One of Connection and CodeCommit is given.
type Source struct {
	// Connection is a repository of GitHub, GitLab or Bitbucket.
	Connection *Connection
	// CodeCommit is a repository of CodeCommit.
	CodeCommit *CodeCommit
	// FullClone gives builds a Git repository with its history, in place of the files of the commit. Builds that have it as
	// an input may then read the whole repository. Default: false.
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-github-gitclone.html
	FullClone bool
}

// A Connection is a repository that is reached through AWS CodeConnections. ARN, Repository and one of Branches and Tags
// are required. A connection is made in the console, because its owner at the other side must consent; until then it is
// pending, and pipelines fail.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
type Connection struct {
	// ARN of the connection.
	ARN string
	// Repository as owner/name.
	Repository string
	// DefaultBranch is whose newest commit an execution takes that is started by hand. Default: the first of Branches
	// without a wildcard, otherwise main.
	DefaultBranch string
	// Branches are those whose pushes start the pipeline. Patterns are globs: * is characters of one name, ** any.
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
	Branches Filter
	// Paths limit that to pushes that change some of these files. Default: all.
	Paths Filter
	// Tags are those whose pushes start the pipeline.
	Tags Filter
}

// A Filter lets names through: those that match Include, but not Exclude. Each has up to 8 patterns.
type Filter struct {
	// Include are patterns. Default: all, where Exclude is given, otherwise the filter is not there.
	Include []string
	// Exclude are patterns. Default: none.
	Exclude []string
}

// CodeCommit is a branch of a CodeCommit repository of the pipeline's account and region, of which EventBridge tells.
// Both fields are required.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
type CodeCommit struct {
	// Repository is its name.
	Repository string
	// Branch whose pushes start the pipeline.
	Branch string
}

func (f Filter) empty() bool { return len(f.Include)+len(f.Exclude) == 0 }

func (c Connection) defaultBranch() string {
	if c.DefaultBranch != "" {
		return c.DefaultBranch
	}
	for _, each := range c.Branches.Include {
		if !strings.ContainsAny(each, "*?[]{}\\") {
			return each
		}
	}
	return "main"
}

var (
	ownerPattern      = lazyregexp.New(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$`)
	repositoryPattern = lazyregexp.New(`^[A-Za-z0-9_.-]{1,100}$`)
)

const (
	maxPatterns = 8
	maxPattern  = 255
)

func (s Source) validate(problems *problem.List) {
	switch {
	case s.Connection == nil && s.CodeCommit == nil:
		problems.Addf("source", "has neither connection nor codeCommit; give one of them")
	case s.Connection != nil && s.CodeCommit != nil:
		problems.Addf("source.codeCommit", "does not go with connection, a pipeline has one source; drop one")
	case s.Connection != nil:
		s.Connection.validate("source.connection", problems)
	default:
		if !repositoryPattern.MatchString(s.CodeCommit.Repository) {
			problems.Addf("source.codeCommit.repository", "%q is no name of a CodeCommit repository, written out; use up to 100 letters, digits and . _ -", s.CodeCommit.Repository)
		}
		if s.CodeCommit.Branch == "" || strings.ContainsAny(s.CodeCommit.Branch, "*?") {
			problems.Addf("source.codeCommit.branch", "%q is no branch; name one, without wildcards", s.CodeCommit.Branch)
		}
	}
}

func (c Connection) validate(at string, problems *problem.List) {
	if _, err := rule.ConnectionARN(c.ARN); err != nil {
		problems.Addf(at+".arn", "%v", err)
	}
	if !ownerPattern.MatchString(c.Repository) {
		problems.Addf(at+".repository", "%q is no repository; write it like acme/wine-ml", c.Repository)
	}
	if strings.ContainsAny(c.DefaultBranch, "*?") {
		problems.Addf(at+".defaultBranch", "%q has a wildcard; name one branch", c.DefaultBranch)
	}
	if c.Branches.empty() && c.Tags.empty() {
		problems.Addf(at+".branches", "and tags are both missing; say whose pushes start the pipeline")
	}
	if !c.Paths.empty() && c.Branches.empty() {
		problems.Addf(at+".paths", "limit pushes to branches, of which there are none; drop them, tags are not limited by files")
	}
	for _, each := range []struct {
		path   string
		filter Filter
	}{{at + ".branches", c.Branches}, {at + ".paths", c.Paths}, {at + ".tags", c.Tags}} {
		for _, list := range []struct {
			path     string
			patterns []string
		}{{each.path + ".include", each.filter.Include}, {each.path + ".exclude", each.filter.Exclude}} {
			if len(list.patterns) > maxPatterns {
				problems.Addf(list.path, "has %d patterns, %d are allowed; join some", len(list.patterns), maxPatterns)
			}
			for i, pattern := range list.patterns {
				if pattern == "" || len(pattern) > maxPattern {
					problems.Addf(problem.Index(list.path, i), "has %d characters, 1 to %d are allowed; use a pattern such as feature/**", len(pattern), maxPattern)
				}
			}
		}
	}
}

// action is the pipeline's first one.
func (s Source) action() *codepipeline.CodepipelineStageAction {
	action := &codepipeline.CodepipelineStageAction{
		Name: tf.Str(SourceArtifact), Category: tf.Str("Source"), Owner: tf.Str("AWS"), Version: tf.Str("1"),
		Namespace: tf.Str(SourceArtifact), OutputArtifacts: tf.Strs([]string{SourceArtifact}), RunOrder: tf.Num(1),
	}
	format := "CODE_ZIP"
	if s.FullClone {
		format = "CODEBUILD_CLONE_REF"
	}
	if c := s.Connection; c != nil {
		action.Provider = tf.Str("CodeStarSourceConnection")
		action.Configuration = tf.StrMap(map[string]string{
			"ConnectionArn": c.ARN, "FullRepositoryId": c.Repository, "BranchName": c.defaultBranch(), "OutputArtifactFormat": format,
			// The trigger says what starts the pipeline.
			"DetectChanges": "false",
		})
		return action
	}
	action.Provider = tf.Str("CodeCommit")
	action.Configuration = tf.StrMap(map[string]string{
		"RepositoryName": s.CodeCommit.Repository, "BranchName": s.CodeCommit.Branch, "OutputArtifactFormat": format, "PollForSourceChanges": "false",
	})
	return action
}

// trigger is what starts the pipeline. A filter of tags stands for itself, because it does not go with others.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
func (s Source) trigger() any {
	c := s.Connection
	if c == nil {
		return nil
	}
	var pushes []*codepipeline.CodepipelineTriggerGitConfigurationPush
	if !c.Branches.empty() {
		push := &codepipeline.CodepipelineTriggerGitConfigurationPush{Branches: &codepipeline.CodepipelineTriggerGitConfigurationPushBranches{
			Includes: tf.Strs(c.Branches.Include), Excludes: tf.Strs(c.Branches.Exclude),
		}}
		if !c.Paths.empty() {
			push.FilePaths = &codepipeline.CodepipelineTriggerGitConfigurationPushFilePaths{Includes: tf.Strs(c.Paths.Include), Excludes: tf.Strs(c.Paths.Exclude)}
		}
		pushes = append(pushes, push)
	}
	if !c.Tags.empty() {
		pushes = append(pushes, &codepipeline.CodepipelineTriggerGitConfigurationPush{Tags: &codepipeline.CodepipelineTriggerGitConfigurationPushTags{
			Includes: tf.Strs(c.Tags.Include), Excludes: tf.Strs(c.Tags.Exclude),
		}})
	}
	return []*codepipeline.CodepipelineTrigger{{
		ProviderType:     tf.Str("CodeStarSourceConnection"),
		GitConfiguration: &codepipeline.CodepipelineTriggerGitConfiguration{SourceActionName: tf.Str(SourceArtifact), Push: pushes},
	}}
}

// statements are what the pipeline's role needs to fetch commits.
func (s Source) statements(scope arn.Scope) []policy.Statement {
	if s.Connection != nil {
		return []policy.Statement{s.Connection.use()}
	}
	actions := []string{"codecommit:CancelUploadArchive", "codecommit:GetBranch", "codecommit:GetCommit", "codecommit:GetUploadArchiveStatus", "codecommit:UploadArchive"}
	if s.FullClone {
		actions = append(actions, "codecommit:GetRepository")
	}
	return []policy.Statement{{Sid: "Source", Actions: actions, Resources: []string{scope.Regional("codecommit", s.CodeCommit.Repository)}}}
}

// cloneStatements are what the role of a build needs to clone the repository itself.
func (s Source) cloneStatements(scope arn.Scope) []policy.Statement {
	switch {
	case !s.FullClone:
		return nil
	case s.Connection != nil:
		return []policy.Statement{s.Connection.use()}
	}
	return []policy.Statement{{Sid: "Source", Actions: []string{"codecommit:GitPull"}, Resources: []string{scope.Regional("codecommit", s.CodeCommit.Repository)}}}
}

// The service was renamed, and a connection is asked for by either name.
// https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
var connectionServices = []string{"codeconnections", "codestar-connections"}

// use lets a role reach this one repository through the connection.
func (c Connection) use() policy.Statement {
	statement := policy.Statement{Sid: "Source"}
	parts := strings.SplitN(c.ARN, ":", 4)
	for _, service := range connectionServices {
		parts[2] = service
		statement.Actions = append(statement.Actions, service+":UseConnection")
		statement.Resources = append(statement.Resources, strings.Join(parts, ":"))
		// Not every request names the repository.
		// https://docs.aws.amazon.com/dtconsole/latest/userguide/security_iam_id-based-policy-examples-connections.html
		statement.Conditions = append(statement.Conditions,
			policy.Condition{Operator: "ForAllValues:StringEquals", Key: service + ":FullRepositoryId", Values: []string{c.Repository}})
	}
	return statement
}

// startAtPushes starts the pipeline at pushes to CodeCommit, in place of asking for them over and over.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html
func (p *Pipeline) startAtPushes() error {
	source := p.props.Source.CodeCommit
	if source == nil {
		return nil
	}
	name := p.props.ruleName("-start")
	pattern, err := eventpattern.Pattern{
		Sources: []string{"aws.codecommit"}, DetailTypes: []string{"CodeCommit Repository State Change"},
		Fields: []eventpattern.Field{
			{Path: "resources", Values: eventpattern.Each(p.props.Scope.Regional("codecommit", source.Repository))},
			{Path: "detail.event", Values: eventpattern.Each("referenceCreated", "referenceUpdated")},
			{Path: "detail.referenceType", Values: eventpattern.Each("branch")},
			{Path: "detail.referenceName", Values: eventpattern.Each(source.Branch)},
		},
	}.JSON()
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	trust := policy.TrustService(p.props.Scope.Account, "events.amazonaws.com")
	trust.Statements[0].Conditions = append(trust.Statements[0].Conditions, policy.ARNEquals("aws:SourceArn", p.props.Scope.Regional("events", "rule/"+name)))
	role, err := iam.NewRole(p.construct, "start-role", iam.RoleProps{
		Name: p.props.startRoleName(), Description: "Starts the pipeline " + p.props.Name, PermissionsBoundary: p.props.PermissionsBoundary,
		Trust: trust, Statements: []policy.Statement{{Actions: []string{"codepipeline:StartPipelineExecution"}, Resources: []string{p.props.literalARN()}}},
	})
	if err != nil {
		return fmt.Errorf("start role: %w", err)
	}
	rule := cloudwatcheventrule.NewCloudwatchEventRule(p.construct, tf.Str("start"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name: tf.Str(name), Description: tf.Str("Starts the pipeline " + p.props.Name), EventPattern: tf.Str(pattern),
	})
	cloudwatcheventtarget.NewCloudwatchEventTarget(p.construct, tf.Str("start-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: tf.Str(tf.Attr(rule, "name")), Arn: tf.Str(p.arn), RoleArn: tf.Str(role.ARN()), TargetId: tf.Str("pipeline"), DependsOn: tf.After(role.Policies()...),
	})
	return nil
}
