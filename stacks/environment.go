package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// environmentStack is the stack of one environment while it is being made.
type environmentStack struct {
	builder
	config.Stack
	env   *config.Environment
	made  tf.Stack
	scope arn.Scope
	// boundary limits every role of the stack. Empty where GitHub deploys nothing.
	boundary string
	// nodes are the roles of the cluster's nodes that were made here.
	nodes []iam.Grantee
}

// environment makes everything that one environment has. Parts that are off leave no trace.
func (b builder) environment(stack config.Stack) error {
	made, err := b.newStack(stack)
	if err != nil {
		return err
	}
	e := &environmentStack{builder: b, Stack: stack, env: stack.Environment, made: made, scope: scopeOf(stack)}
	var problems problem.List
	if e.env.GitHubEnabled() {
		e.boundary, err = e.deployment(made, deploymentOf{
			stack: stack, owner: e.env.Name, prefix: e.env.Prefix(), github: *e.env.GitHub, promotion: e.env.Promotion,
			services: e.services(), buckets: e.bucketNames(), destroysData: !e.env.Protect,
		})
		problems.Add("github", err)
	}
	var placed placement
	if e.env.NetworkEnabled() {
		placed, err = e.network()
		problems.Add("network", err)
	}
	if e.env.ClusterEnabled() && err == nil {
		problems.Add("cluster", e.cluster(placed))
	}
	if e.env.StorageEnabled() {
		problems.Add("storage", e.storage())
	}
	if e.env.RegistryEnabled() {
		problems.Add("registry", e.registry())
	}
	return problems.Err()
}

// name is the physical name of a part: <project>-<environment>-<part>.
func (e *environmentStack) name(part string) string { return e.env.Prefix() + "-" + part }
