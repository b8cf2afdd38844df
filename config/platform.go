package config

// Platform is what all environments share: the content of platform.yaml.
type Platform struct {
	// Project is the name that every physical name begins with, 3 to 20 lower-case letters, digits and single hyphens, fewer where names of buckets would get longer than 63, and not beginning with aws or ssm. Changing it makes everything anew.
	Project string `yaml:"project" jsonschema:"required,pattern=^[a-z](-?[a-z0-9])*$,minLength=3,maxLength=20,example=wine"`
	// Repository is the GitHub repository whose workflows deploy the platform, as owner/name, exactly as GitHub shows it. Its name is also part of the keys of the state.
	Repository string `yaml:"repository" jsonschema:"required,pattern=^[A-Za-z0-9_-]+/[A-Za-z0-9._-]+$,example=acme/wine-ml"`
	// RepositoryIDs are the immutable ids of the repository. With them a role trusts this very repository, and not one that later takes over its name. Default: none, the names alone are trusted.
	RepositoryIDs *RepositoryIDs `yaml:"repositoryIds"`
	// DefaultBranch is the repository's default branch, on which GitHub runs what is scheduled, and from which container images and definitions of pipelines are published. Default: main.
	DefaultBranch string `yaml:"defaultBranch"`
	// RunsOn are the labels of the machines on which GitHub Actions runs the jobs. Those of your own need bash, git, gh, jq, docker and the AWS CLI. Default: [ubuntu-24.04], a machine of GitHub that has them.
	RunsOn []string `yaml:"runsOn" jsonschema:"uniqueItems=true"`
	// RunsOnARM64 are the labels of the machines that build the container images of what runs on arm64. Those of your own need what runsOn says. Default: [ubuntu-24.04-arm], a machine of GitHub.
	RunsOnARM64 []string `yaml:"runsOnArm64" jsonschema:"uniqueItems=true"`
	// Region is the AWS region of all stacks that name none of their own.
	Region string `yaml:"region" jsonschema:"required,example=us-west-2"`
	// Operations is the account that holds what the environments share.
	Operations Operations `yaml:"operations" jsonschema:"required"`
	// State says where Terraform keeps its state. Default: one bucket for all in the operations account, encrypted with a KMS key, native lock files.
	State State `yaml:"state"`
	// PermissionsBoundary is the name of a managed policy, with its path in front where it has one, that every account has and that all roles get as permissions boundary, where your organisation demands that. It takes the place of the boundaries <project>-<environment>-boundary, and must deny what these do; see docs/permissions.md. Default: none, each deployment limits its roles by a boundary of its own.
	PermissionsBoundary string `yaml:"permissionsBoundary" jsonschema:"example=security/acme-boundary"`
	// InstanceTypes are instance types that this version does not know yet, such as m9i.large for nodes and ml.m9i.large for SageMaker, and that are let through. Default: none.
	InstanceTypes []string `yaml:"instanceTypes" jsonschema:"uniqueItems=true"`
	// PromotionOrder lists all environments in the order in which a change passes through them. Default: alphabetical.
	PromotionOrder []string `yaml:"promotionOrder" jsonschema:"uniqueItems=true"`
	// Tags are put on every resource of every stack, beside Project, Environment, Repository, Stack and ManagedBy, which are reserved. Default: none.
	Tags map[string]string `yaml:"tags"`

	// Environments in promotion order. They are read from the folder environments.
	Environments []*Environment `yaml:"-"`

	additions Additions
	sources   map[string]Source
}

// RepositoryIDs are the numbers by which GitHub knows a repository and its owner. They never change, unlike names.
// https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
type RepositoryIDs struct {
	// Owner is the id of the user or organisation, as a string of digits. gh api repos/OWNER/NAME --jq .owner.id shows it.
	Owner string `yaml:"owner" jsonschema:"required,pattern=^[1-9][0-9]*$,example=1234"`
	// Repository is the id of the repository, as a string of digits. gh api repos/OWNER/NAME --jq .id shows it.
	Repository string `yaml:"repository" jsonschema:"required,pattern=^[1-9][0-9]*$,example=56789"`
}

// Environment finds an environment by name, or returns nil.
func (p *Platform) Environment(name string) *Environment {
	for _, each := range p.Environments {
		if each.Name == name {
			return each
		}
	}
	return nil
}

// EnvironmentNames are the names of all environments in promotion order.
func (p *Platform) EnvironmentNames() []string {
	names := make([]string, len(p.Environments))
	for i, each := range p.Environments {
		names[i] = each.Name
	}
	return names
}

func (p *Platform) setDefaults() {
	p.DefaultBranch, p.RunsOn, p.RunsOnARM64 = "main", []string{"ubuntu-24.04"}, []string{"ubuntu-24.04-arm"}
	p.Operations.setDefaults()
	p.State.setDefaults()
}
