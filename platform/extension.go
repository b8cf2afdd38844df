package platform

import (
	"fmt"
	"reflect"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/stacks"
)

// What extensions get and give.
type (
	// EnvironmentStack is the stack of an environment, after the platform made its parts.
	EnvironmentStack = stacks.EnvironmentStack
	// OperationsStack is the stack of what environments share.
	OperationsStack = stacks.OperationsStack
	// ExtraStack is a further stack of an environment.
	ExtraStack = stacks.ExtraStack
	// Permissions are what the roles that deploy need for what an extension adds.
	Permissions = permissions.Extra
)

// Environment extends the stack of each environment. The function runs once for each, after the platform made its parts,
// which are nil where they are off.
func Environment(extend func(*EnvironmentStack) error) Option {
	return func(a *additions) { a.stacks.Environment = append(a.stacks.Environment, extend) }
}

// Operations extends the stack of what environments share.
func Operations(extend func(*OperationsStack) error) Option {
	return func(a *additions) { a.stacks.Operations = append(a.stacks.Operations, extend) }
}

// Extension extends the stack of each environment whose file has the section extensions.<key>, and does not say
// "enabled: false" there where T has the field Enabled. The section is read strictly into T, a struct as
// config.Additions describes, before anything is made.
func Extension[T any](key string, extend func(*EnvironmentStack, *T) error) Option {
	return func(a *additions) {
		if a.config.Sections == nil {
			a.config.Sections = map[string]reflect.Type{}
		}
		if _, twice := a.config.Sections[key]; twice {
			a.mistakes.Addf("extension "+key, "is added twice; use one key for each")
		}
		a.config.Sections[key] = reflect.TypeFor[T]()
		Environment(func(stack *EnvironmentStack) error {
			section, ok := stack.Environment().Extensions[key].(*T)
			if !ok {
				return nil
			}
			if err := extend(stack.Group(key), section); err != nil {
				return fmt.Errorf("%s.%w", key, err)
			}
			return nil
		})(a)
	}
}

// Stack adds the stack <environment>-<suffix> to each environment for which on is true, or to all where on is nil. It has
// a state, a provider and tags as the environment's own stack has, and is deployed after it by the same roles.
func Stack(suffix string, on func(*config.Environment) bool, fill func(*ExtraStack) error) Option {
	return func(a *additions) {
		a.config.Stacks = append(a.config.Stacks, config.ExtraStack{Suffix: suffix, On: on})
		if a.stacks.Stacks == nil {
			a.stacks.Stacks = map[string]func(*ExtraStack) error{}
		}
		a.stacks.Stacks[suffix] = fill
	}
}

// Provider is an archive of the AWS provider that trimprovider made of your packages, in the place of the platform's
// own, which serves only what the platform imports. You need it as soon as an extension imports another package of the
// provider.
func Provider(archive []byte) Option {
	return func(a *additions) { a.provider = archive }
}
