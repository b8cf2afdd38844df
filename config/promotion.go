package config

// Promotion says which branches and tags of the repository are deployed. It needs at least one of either.
type Promotion struct {
	// Branches are names of branches, or patterns in which * stands for any characters, slashes included, such as feature/*. Default: none.
	Branches []string `yaml:"branches" jsonschema:"uniqueItems=true"`
	// Tags are names of tags, or patterns such as v*. Default: none.
	Tags []string `yaml:"tags" jsonschema:"uniqueItems=true"`
}

// GitHub describes how GitHub Actions gets into an account: by OIDC, with a role that plans and one that applies.
type GitHub struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Environment is the GitHub environment whose protection rules guard the apply role. Default: the name of the environment, or operations.
	Environment string `yaml:"environment"`
	// PullRequests lets jobs of pull requests plan, with read access only. Whoever can push a branch can then read the state of the environment and how its resources are set up. Default: true.
	PullRequests bool `yaml:"pullRequests"`
	// MaxSessionMinutes is the longest session of the roles, in minutes, 60 to 720. Default: 60.
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
	*g = GitHub{Enabled: true, PullRequests: true, MaxSessionMinutes: 60}
}
