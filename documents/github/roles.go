package github

// The names of the roles that jobs assume. They stand in trust policies of other accounts and in workflows, which is why
// they are known before the roles are made.

// PlanRole is the name of the role that plans the deployment of everything whose names begin with prefix.
func PlanRole(prefix string) string { return prefix + "-github-plan" }

// ApplyRole is the name of the role that applies it.
func ApplyRole(prefix string) string { return prefix + "-github-apply" }

// PublishRole is the name of the role that stores what builds make: container images, definitions of pipelines.
func PublishRole(prefix string) string { return prefix + "-github-publish" }
