package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
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
		deployed, err := e.deployment(made, deploymentOf{
			stack: stack, owner: e.env.Name, prefix: e.env.Prefix(), github: *e.env.GitHub, promotion: e.env.Promotion,
			services: e.services(), buckets: e.bucketNames(), destroysData: !e.env.Protect,
		})
		problems.Add("github", err)
		e.boundary = deployed.boundary
	}
	var placed placement
	if e.env.NetworkEnabled() {
		placed, err = e.network()
		problems.Add("network", err)
	}
	if e.env.ClusterEnabled() && err == nil {
		problems.Add("cluster", e.cluster(placed))
	}
	var buckets map[string]*bucket.Bucket
	if e.env.StorageEnabled() {
		made, err := e.storage()
		problems.Add("storage", err)
		buckets = made
	}
	if e.env.RegistryEnabled() {
		problems.Add("registry", e.registry())
	}
	// Why there is no VPC or bucket has been reported; there is no place for jobs without them.
	if t := e.env.Training; t != nil && (placed.vpcID != "" || !t.Network) && len(buckets) == 2 {
		problems.Add("training", e.training(placed, buckets))
	}
	return problems.Err()
}

// draw hands the drawing of a pipeline to whoever asked for drawings.
func (e *environmentStack) draw(name string, of *pipeline.Pipeline) error {
	if e.options.Drawing == nil {
		return nil
	}
	drawing, err := of.Mermaid()
	if err != nil {
		return err
	}
	e.options.Drawing(e.Name, name, drawing)
	return nil
}

// name is the physical name of a part: <project>-<environment>-<part>.
func (e *environmentStack) name(part string) string { return e.env.Prefix() + "-" + part }
