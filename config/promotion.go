package config

import "strings"

// Promotion says which branches and tags of the repository are deployed. It needs at least one of either.
type Promotion struct {
	// Branches are names of branches, or patterns in which * stands for any characters, slashes included, such as feature/*. Default: none.
	Branches []string `yaml:"branches" jsonschema:"uniqueItems=true"`
	// Tags are names of tags, or patterns such as v*. Default: none.
	Tags []string `yaml:"tags" jsonschema:"uniqueItems=true"`
	// After is the environment that must have deployed a commit before it is deployed here, or none. Default: the one before in promotionOrder where both are deployed by tags only, otherwise none.
	After string `yaml:"after"`
	// ImmutableTags refuses a tag that was moved to another commit after it was deployed. Default: true where every tag has a wildcard, such as v*; a tag of one name must move to be used again.
	ImmutableTags bool `yaml:"immutableTags"`
}

// NoEnvironment is what promotion.after holds where no environment needs to have deployed a commit before.
const NoEnvironment = "none"

// byTagsOnly reports whether nothing but tags is deployed.
func (p Promotion) byTagsOnly() bool { return len(p.Tags) > 0 && len(p.Branches) == 0 }

// knowsDeploymentsOf reports whether what deploys the environment can tell what was deployed to another one: both by GitHub, or both by
// CodePipeline.
func (e *Environment) knowsDeploymentsOf(other *Environment) bool {
	return e.GitHub != nil && other.GitHub != nil || e.CodePipelineEnabled() && other.CodePipelineEnabled()
}

// PipelineAfter is the environment whose pipeline must have deployed a commit before this one's does, or nil.
func (e *Environment) PipelineAfter() *Environment {
	if !e.CodePipelineEnabled() {
		return nil
	}
	if after := e.platform.Environment(e.Promotion.After); after != nil && after.CodePipelineEnabled() {
		return after
	}
	return nil
}

// setDerived fills in what follows from the tags.
func (p *Promotion) setDerived(f *file, path string) {
	if f.has(path + ".immutableTags") {
		return
	}
	p.ImmutableTags = len(p.Tags) > 0
	for _, tag := range p.Tags {
		p.ImmutableTags = p.ImmutableTags && strings.ContainsAny(tag, "*?")
	}
}

// GitHub describes how GitHub Actions gets into an account: by OIDC, with a role that plans and one that applies.
type GitHub struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Environment is the GitHub environment whose protection rules guard the apply role. Default: the name of the environment, or operations.
	Environment string `yaml:"environment"`
	// PullRequests lets jobs of pull requests plan, with read access only. Whoever can push a branch can then read the state of the environment and how its resources are set up. Default: true where protect is off, otherwise false: what a pull request changes is shown without AWS, and the deployment shows the plan before anyone approves it.
	PullRequests bool `yaml:"pullRequests"`
	// Reviewers are users and teams of GitHub of whom one must approve each deployment: up to 6 names, such as alice or acme/ml-leads. Default: none, deployments do not wait.
	Reviewers []string `yaml:"reviewers" jsonschema:"uniqueItems=true,maxItems=6"`
	// WaitMinutes is for how many minutes a deployment waits by itself, 0 to 43200. Default: 0.
	WaitMinutes int `yaml:"waitMinutes" jsonschema:"minimum=0,maximum=43200"`
	// Drift plans what was deployed last once a day, and opens an issue where AWS differs. The plan role then trusts the default branch too. Default: true.
	Drift bool `yaml:"drift"`
	// MaxSessionMinutes is the longest session of the roles that apply and publish, in minutes, 60 to 720. Jobs end before it does, so a value below the default gives a deployment less time. Default: 180, which is as long as a job that applies may take.
	MaxSessionMinutes int `yaml:"maxSessionMinutes" jsonschema:"minimum=60,maximum=720"`
	// Provider is create to make the OIDC provider of GitHub, or existing to use the one that the account already has: AWS allows one per account. Default: create, but existing in an account where operations makes it.
	Provider GitHubProvider `yaml:"provider"`
}

// GitHubProvider says who makes the OIDC provider of GitHub in an account.
type GitHubProvider string

const (
	// CreateProvider makes it.
	CreateProvider GitHubProvider = "create"
	// ExistingProvider uses the one that is there.
	ExistingProvider GitHubProvider = "existing"
)

// Values are all choices.
func (GitHubProvider) Values() []string {
	return []string{string(CreateProvider), string(ExistingProvider)}
}

func (g *GitHub) setDefaults() {
	*g = GitHub{Enabled: true, Drift: true, MaxSessionMinutes: 180}
}
