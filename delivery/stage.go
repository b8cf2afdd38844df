// Package delivery says, from the configuration, how the platform gets from a commit into AWS: which branches and tags
// deploy which stack, with which roles, after whose approval. The packages below it write that down for GitHub Actions
// and for people.
package delivery

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// StateProfile is the AWS CLI profile with which jobs reach the state. A saved plan keeps the configuration of its
// backend. If that named the role that only reads, as a plan must, no job could apply the plan. It names this profile
// instead, and each job says for itself which role is behind it.
// https://developer.hashicorp.com/terraform/language/backend/s3#credentials-and-shared-configuration
const StateProfile = "state"

// A Stage is a stack that GitHub Actions deploys.
type Stage struct {
	// Stack is the name of the stack.
	Stack string
	// Further says that it is a further stack of the environment before it, with which it shares all else.
	Further bool
	// Access is the name of the stack with the roles that deploy it, which administrators apply.
	Access string
	// Prefix is how the names of its resources begin.
	Prefix string
	// GitHubEnvironment guards the apply role.
	GitHubEnvironment string
	// Account and Region of the stack.
	Account, Region string
	// StateAccount and StateRegion are where its state is kept.
	StateAccount, StateRegion string
	// PlanRoleARN is the role that plans, ApplyRoleARN the one that applies.
	PlanRoleARN, ApplyRoleARN string
	// StatePlanRoleARN is the role that reads the state, StateRoleARN the one that also writes it.
	StatePlanRoleARN, StateRoleARN string
	// Branches and Tags are what is deployed: names, or patterns in which * is any characters, slashes included.
	Branches, Tags []string
	// PullRequests says that jobs of pull requests may plan.
	PullRequests bool
	// After is the stack that must have deployed a commit before, or "".
	After string
	// ImmutableTags refuses tags that were moved.
	ImmutableTags bool
	// Reviewers are users and teams of whom one approves each deployment.
	Reviewers []string
	// WaitMinutes is for how long a deployment waits by itself.
	WaitMinutes int
	// Drift says that what was deployed last is planned every day.
	Drift bool
	// Protect says that nothing of the stack may be destroyed.
	Protect bool
	// MaxSessionMinutes is how long a job may keep the credentials of a role.
	MaxSessionMinutes int
	// TrainingPipeline is the name of the SageMaker pipeline that is started after each deployment, or "".
	TrainingPipeline string
	// Runner is the label of the machines on which what reaches the Kubernetes API runs, in the environment's network. Empty for those of
	// the platform.
	Runner string
	// Machines is the project of CodeBuild that they are of, or "".
	Machines string
	// Charts is the registry of Amazon ECR that has copies of its Helm charts, to which jobs log in. Empty where there is none.
	Charts string
	// Kubernetes says that it has a cluster with software in a further stack, which may leave something in AWS.
	Kubernetes bool
	// Dashboards says that dashboards stand beside it for its workspace of Amazon Managed Grafana.
	Dashboards bool
}

// Stages are the stacks that GitHub Actions deploys, in the order in which a commit passes through them: operations,
// then the environments. The stacks of the state and those of the deployment roles are not among them, because what guards
// all states, and what a deployment may do, is changed by people.
func Stages(p *config.Platform) []Stage {
	var stages []Stage
	if o := p.Operations; o.GitHub != nil {
		stages = append(stages, newStage(p, source{
			stack: config.OperationsName, prefix: o.Prefix(), scope: arn.Scope{Region: o.Region, Account: o.Account},
			github: *o.GitHub, promotion: o.Promotion, protect: o.Protect,
		}))
	}
	for _, e := range p.Environments {
		if e.GitHub == nil {
			continue
		}
		stage := newStage(p, source{
			stack: e.Name, prefix: e.Prefix(), scope: arn.Scope{Region: e.Region, Account: e.Account},
			github: *e.GitHub, promotion: e.Promotion, protect: e.Protect,
		})
		if e.TrainingEnabled() && e.Training.RunAfterDeploy {
			stage.TrainingPipeline = e.TrainingPipelineName()
		}
		stage.Kubernetes = e.ServingEnabled()
		stage.Dashboards = e.MonitoringEnabled() && e.Monitoring.Grafana != nil
		stages = append(stages, stage)
		for _, extra := range p.ExtraStacksOf(e) {
			further := stage
			further.Stack, further.Further = extra.Stack(e).Name, true
			further.TrainingPipeline, further.Kubernetes, further.Dashboards = "", false, false
			if runner := e.Runner(); runner != "" {
				further.Runner, further.Machines = github.RunnerLabel(runner), runner
			}
			if further.Stack == e.ServingStack().Stack(e).Name && e.ServingEnabled() {
				further.Charts, _, _ = config.ECRHost(e.Serving.ChartRegistry)
			}
			stages = append(stages, further)
		}
	}
	return stages
}

// source is what a stage is made from.
type source struct {
	stack, prefix string
	scope         arn.Scope
	github        config.GitHub
	promotion     config.Promotion
	protect       bool
}

func newStage(p *config.Platform, from source) Stage {
	scope := from.scope.WithDefaults()
	store := p.StateStoreOf(from.stack)
	state := arn.Scope{Region: store.Region, Account: store.Account}.WithDefaults()
	return Stage{
		Stack: from.stack, Access: from.stack + config.AccessSuffix, Prefix: from.prefix, GitHubEnvironment: from.github.Environment, Account: scope.Account, Region: scope.Region,
		StateAccount: store.Account, StateRegion: store.Region,
		PlanRoleARN: scope.Role(github.PlanRole(from.prefix)), ApplyRoleARN: scope.Role(github.ApplyRole(from.prefix)),
		StatePlanRoleARN: state.Role(config.StatePlanRole(from.prefix)), StateRoleARN: state.Role(config.StateRole(from.prefix)),
		Branches: from.promotion.Branches, Tags: from.promotion.Tags, PullRequests: from.github.PullRequests,
		After: from.promotion.After, ImmutableTags: from.promotion.ImmutableTags,
		Reviewers: from.github.Reviewers, WaitMinutes: from.github.WaitMinutes, Drift: from.github.Drift, Protect: from.protect,
		MaxSessionMinutes: from.github.MaxSessionMinutes,
	}
}

// Deploys reports whether a push of the ref, such as refs/heads/main or refs/tags/v1, deploys the stage.
func (s Stage) Deploys(ref string) bool {
	if name, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		return matches(s.Branches, name)
	}
	if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		return matches(s.Tags, name)
	}
	return false
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return policy.Match(pattern, name) })
}

// Refs describes what deploys the stage, for people: branch main, tags v*.
func (s Stage) Refs() string {
	var all []string
	for _, branch := range s.Branches {
		all = append(all, "branch "+branch)
	}
	for _, tag := range s.Tags {
		all = append(all, "tag "+tag)
	}
	return strings.Join(all, ", ")
}

// A Publisher is who may store what builds make in the operations account: the default branch, by a role of its own.
type Publisher struct {
	// RoleARN is the role.
	RoleARN string
	// Branch whose jobs may assume it.
	Branch string
	// Account and Region of the repositories and the bucket.
	Account, Region string
	// Registry is the host name of the container registry.
	Registry string
	// Images are the container repositories by the name of the folder with their source.
	Images map[string]string
	// DefinitionsBucket holds definitions of pipelines.
	DefinitionsBucket string
	// MaxSessionMinutes is how long a job may keep the credentials of the role.
	MaxSessionMinutes int
}

// PublisherOf is the publisher of the platform, or nil where GitHub does not reach the operations account.
func PublisherOf(p *config.Platform) *Publisher {
	o := &p.Operations
	if o.GitHub == nil {
		return nil
	}
	scope := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	publisher := &Publisher{
		RoleARN: scope.Role(github.PublishRole(o.Prefix())), Branch: p.DefaultBranch, Account: o.Account, Region: o.Region,
		Registry: scope.Registry(), Images: map[string]string{},
		DefinitionsBucket: o.BucketName(config.PipelinesBucket), MaxSessionMinutes: o.GitHub.MaxSessionMinutes,
	}
	for _, image := range o.Images {
		publisher.Images[image] = config.RepositoryName(o.Prefix(), image)
	}
	return publisher
}
