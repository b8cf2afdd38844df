// Package stacks composes the platform: configuration in, constructs wired together, outputs out. It decides names and
// which part goes into which stack; everything else is in the constructs.
package stacks

import (
	"maps"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Options are choices that belong to one run and not to the configuration.
type Options struct {
	// Profiles makes provider and backend use the AWS CLI profiles that the configuration names. Default: credentials
	// come from the environment, as in CI.
	Profiles bool
	// LocalState keeps the state of the state stacks in local files, for making and removing the state bucket.
	LocalState bool
	// StateProfile is the AWS CLI profile with which each backend reaches the state, instead of assuming the configured
	// role. A saved plan keeps the configuration of its backend, so that one job can apply what another one has planned only
	// where that configuration suits both: a name behind which each of them puts its own role. Default: none.
	StateProfile string
	// Drawing receives a drawing in Mermaid of each pipeline and state machine, with the names of its stack and of the drawing. Default:
	// nothing is drawn.
	Drawing func(stack, name, mermaid string)
	// Definition receives the definition in JSON of each SageMaker pipeline, as the default branch publishes it: with the
	// names of its environment and of the pipeline, and nothing in it that only AWS knows. Default: nothing is published.
	Definition func(environment, pipeline, json string)
	// Progress is told the name of each stack before it is built. Default: nobody is.
	Progress func(stack string)
	// Extensions are what a team adds. Default: nothing.
	Extensions Extensions
}

// ManagedBy is the value of the tag ManagedBy on every resource.
const ManagedBy = "terraform"

// Build makes all stacks of the platform. It reports the problems of all of them together, each with the stack's name.
func Build(app tf.App, platform *config.Platform, options Options) error {
	return build(app, platform, options, func(config.Stack) bool { return true })
}

func build(app tf.App, platform *config.Platform, options Options, which func(config.Stack) bool) error {
	b := builder{app: app, platform: platform, options: options, accesses: &[]access{}}
	if err := tf.Batch(func() error {
		var problems problem.List
		for _, stack := range platform.Stacks() {
			// Those which they belong to make the others.
			if stack.Kind != config.ExtraStackKind && stack.Kind != config.AccessStack && which(stack) {
				problems.Add(stack.Name, b.build(stack))
			}
		}
		return problems.Err()
	}); err != nil {
		return err
	}
	if err := tf.Flush(); err != nil {
		return err
	}
	return b.writeDown()
}

// A builder makes one stack after another.
type builder struct {
	app      tf.App
	platform *config.Platform
	options  Options
	// accesses are the stacks of that kind that have been made.
	accesses *[]access
}

func (b builder) build(stack config.Stack) error {
	awsfacts.AllowInstanceTypes(b.platform.InstanceTypes...)
	if b.options.Progress != nil {
		b.options.Progress(stack.Name)
	}
	switch stack.Kind {
	case config.StateStack:
		return b.state(stack)
	case config.OperationsStack:
		return b.operations(stack)
	default:
		return b.environment(stack)
	}
}

// scopeOf is where a stack's resources live.
func scopeOf(stack config.Stack) arn.Scope {
	return arn.Scope{Region: stack.Region, Account: stack.Account}.WithDefaults()
}

// boundaryOf is the ARN of the policy that the organisation demands as boundary of every role of the account. Empty where it demands none.
func (b builder) boundaryOf(scope arn.Scope) string {
	if b.platform.PermissionsBoundary == "" {
		return ""
	}
	return scope.Global("iam", "policy/"+b.platform.PermissionsBoundary)
}

// tags are on every resource of a stack. The stack's own tags make sure that deployments which share an account can be
// told apart.
func (b builder) tags(stack config.Stack) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, b.platform.Tags)
	environment := config.OperationsName
	if stack.Environment != nil {
		environment = stack.Environment.Name
		maps.Copy(tags, stack.Environment.Tags)
	}
	maps.Copy(tags, b.standardTags(stack.Name, environment))
	return tags
}

func (b builder) standardTags(stack, environment string) map[string]string {
	return map[string]string{
		"Project": b.platform.Project, "Environment": environment, "Repository": b.platform.Repository,
		"Stack": stack, "ManagedBy": ManagedBy,
	}
}

// profile is the AWS CLI profile of a stack, where profiles are asked for.
func (b builder) profile(stack config.Stack) string {
	switch {
	case !b.options.Profiles:
		return ""
	case stack.Environment != nil && (stack.Kind != config.StateStack || b.platform.State.Scope == config.EnvironmentState):
		return stack.Environment.Profile
	default:
		return b.platform.Operations.Profile
	}
}

// newStack makes the empty stack with its provider and backend.
func (b builder) newStack(stack config.Stack) (tf.Stack, error) {
	backend, err := b.backend(stack)
	if err != nil {
		return nil, err
	}
	return tf.NewStack(b.app, stack.Name, tf.StackProps{
		Region: stack.Region, Account: stack.Account, Profile: b.profile(stack), Tags: b.tags(stack), Backend: backend,
	})
}
