package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
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
			services: e.services(), buckets: e.bucketNames(), destroysData: !e.env.Protect, applies: append(e.readDefinition(), e.startTraining()...),
		})
		problems.Add("github", err)
		e.boundary = deployed.boundary
	}
	if e.env.CodePipelineEnabled() && !e.env.GitHubEnabled() {
		e.boundary, err = e.pipelineBoundary()
		problems.Add("codePipeline", err)
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
	e.learn(&problems, parts{placed: placed, buckets: buckets})
	if c := e.env.CodePipeline; c != nil && (placed.vpcID != "" || !c.Network) {
		problems.Add("codePipeline", e.codePipeline(placed))
	}
	return problems.Err()
}

// parts are what the machine learning of an environment is built on.
type parts struct {
	placed  placement
	buckets map[string]*bucket.Bucket
	groups  map[string]*modelregistry.Group
	topic   *notification.Topic
}

// learn makes training, automation and endpoint with what they share. Why something that they need is not there has been
// reported before.
func (e *environmentStack) learn(problems *problem.List, on parts) {
	var err error
	if e.env.NotificationsEnabled() {
		on.topic, err = e.notifications()
		problems.Add("notifications", err)
	}
	if len(e.env.ModelPackageGroups()) > 0 {
		on.groups, err = e.modelGroups()
		problems.Add("modelPackageGroups", err)
	}
	possible := func(network bool, group string) bool {
		return (on.placed.vpcID != "" || !network) && len(on.buckets) == 2 && on.groups[group] != nil
	}
	if t := e.env.Training; t != nil && possible(t.Network, t.ModelPackageGroup) {
		problems.Add("training", e.training(on))
	}
	if a := e.env.Automation; a != nil && on.topic != nil && possible(a.Network, a.Register.ModelPackageGroup) {
		problems.Add("automation", e.automation(on))
	}
	if c := e.env.Endpoint; c != nil && on.topic != nil && possible(c.Network, c.ModelPackageGroup) {
		problems.Add("endpoint", e.endpoint(on))
	}
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

// drawMachine does the same for a state machine.
func (e *environmentStack) drawMachine(name string, of asl.Definition) {
	if e.options.Drawing != nil {
		e.options.Drawing(e.Name, name+"-machine", of.Mermaid())
	}
}

// name is the physical name of a part: <project>-<environment>-<part>.
func (e *environmentStack) name(part string) string { return e.env.Prefix() + "-" + part }
