package stacks

import (
	"errors"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Extensions are what a team adds to the stacks of the platform.
type Extensions struct {
	// Environment extends the stack of each environment, Operations that of operations.
	Environment []func(*EnvironmentStack) error
	Operations  []func(*OperationsStack) error
	// Stacks fill the further stacks of environments, by the suffix of their names.
	Stacks map[string]func(*ExtraStack) error
}

// An Extension is a stack that a team adds constructs of its own to.
type Extension struct {
	builder builder
	stack   config.Stack
	root    tf.Stack
	scope   constructs.Construct
	prefix  string
	// boundary limits roles. Empty where nothing deploys the stack but people.
	boundary string
	allowed  permissions.Scope
	extra    *permissions.Extra
}

// Scope is where to add constructs. Addresses of what is in it begin with the names of the constructs on the way from
// "extensions", or from the stack where it is the team's own.
func (x *Extension) Scope() constructs.Construct { return x.scope }

// Platform is the configuration of all stacks.
func (x *Extension) Platform() *config.Platform { return x.builder.platform }

// Stack is the name of the stack.
func (x *Extension) Stack() string { return x.stack.Name }

// Location is the partition, region and account of the stack.
func (x *Extension) Location() arn.Scope { return scopeOf(x.stack) }

// Name is the physical name of a part: <project>-<environment>-<part>. The roles that deploy the stack reach what is
// named so.
func (x *Extension) Name(part string) string { return x.prefix + "-" + part }

// PermissionsBoundary is the ARN of the policy that every role of the stack must have as its boundary. It is empty where
// only people deploy the stack.
func (x *Extension) PermissionsBoundary() string { return x.boundary }

var outputPattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// Output declares an output of the stack. Its name must not be one that the platform or another extension declares.
func (x *Extension) Output(name, value, description string) error {
	if !outputPattern.MatchString(name) {
		return fmt.Errorf("output: %q is no name; begin with a letter and use letters, digits, hyphens and underscores", name)
	}
	return tf.Guard("output "+name, func() error { tf.Output(x.root, name, value, description); return nil })
}

// Allow adds to what the roles that deploy the stack may do, and to the boundary of the roles in it. Where only people
// deploy the stack, the permissions are checked and add nothing.
func (x *Extension) Allow(extra permissions.Extra) error {
	var problems problem.List
	problems.Add("allow", extra.Validate(x.allowed))
	if problems.Err() == nil {
		x.extra.Services = append(x.extra.Services, extra.Services...)
		x.extra.Plan = append(x.extra.Plan, extra.Plan...)
		x.extra.Apply = append(x.extra.Apply, extra.Apply...)
		x.extra.Workloads = append(x.extra.Workloads, extra.Workloads...)
	}
	return problems.Err()
}

func (x *Extension) group(name string) Extension {
	inner := *x
	inner.scope = tf.Group(x.scope, name)
	return inner
}

// EnvironmentStack is the stack of an environment, after the platform made its parts.
type EnvironmentStack struct {
	Extension
	Parts
	environment *config.Environment
}

// Environment is the configuration of the environment.
func (s *EnvironmentStack) Environment() *config.Environment { return s.environment }

// Group gives constructs a scope below a name of their own.
func (s *EnvironmentStack) Group(name string) *EnvironmentStack {
	inner := *s
	inner.Extension = s.group(name)
	return &inner
}

// OperationsStack is the stack of what environments share, after the platform made its parts.
type OperationsStack struct {
	Extension
	OperationsParts
}

// An ExtraStack is a further stack of an environment, deployed after that of the environment by the same roles. It has a
// state of its own, so what the environment made is known by its names and not by reference.
type ExtraStack struct {
	Extension
	environment *config.Environment
}

// Environment is the configuration of the environment.
func (s *ExtraStack) Environment() *config.Environment { return s.environment }

// extensions lets extensions add to the environment, makes its further stacks, and then gives the roles that deploy both
// what they need for all of it.
func (e *environmentStack) extensions() error {
	var problems problem.List
	var extra permissions.Extra
	if len(e.options.Extensions.Environment) > 0 {
		own := Extension{
			builder: e.builder, stack: e.Stack, root: e.made, scope: tf.Group(e.made, "extensions"), prefix: e.env.Prefix(),
			boundary: e.boundary, allowed: e.permissionScope(), extra: &extra,
		}
		for _, extend := range e.options.Extensions.Environment {
			problems.Add("", guarded(func() error {
				return extend(&EnvironmentStack{Extension: own, Parts: e.parts, environment: e.env})
			}))
		}
	}
	for _, stack := range e.platform.ExtraStacksOf(e.env) {
		problems.Add(stack.Suffix, e.extraStack(stack, &extra))
	}
	problems.Add("allow", e.allowExtra(extra))
	return problems.Err()
}

func (e *environmentStack) extraStack(of config.ExtraStack, extra *permissions.Extra) error {
	if of.Suffix == config.ServingSuffix {
		return e.servingSoftware(of.Stack(e.env))
	}
	fill := e.options.Extensions.Stacks[of.Suffix]
	if fill == nil {
		return errors.New("is a stack that nothing fills; give the option that adds it to whatever builds the stacks")
	}
	stack := of.Stack(e.env)
	made, err := e.newStack(stack)
	if err != nil {
		return err
	}
	return guarded(func() error {
		return fill(&ExtraStack{environment: e.env, Extension: Extension{
			builder: e.builder, stack: stack, root: made, scope: made, prefix: e.env.Prefix() + "-" + of.Suffix,
			boundary: e.boundary, allowed: e.permissionScope(), extra: extra,
		}})
	})
}

// allowExtra gives the roles that deploy the environment what its extensions need.
func (e *environmentStack) allowExtra(extra permissions.Extra) error {
	if extra.Empty() {
		return nil
	}
	if e.env.CodePipelineEnabled() {
		e.extra = permissions.Add(e.permissionScope(), services(e.env), extra)
	}
	if e.allow == nil {
		return nil
	}
	return e.allow(extra)
}

// guarded turns a panic of the bindings in an extension into an error that names it.
func guarded(do func() error) error { return tf.Guard("extension", do) }
