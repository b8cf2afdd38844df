package config

import "reflect"

// Additions are what a repository adds to the platform with extensions of its own.
type Additions struct {
	// Sections are the sections below the key extensions of an environment's file, by their keys: types of structs, whose
	// fields have yaml tags, and jsonschema tags as the types of this package have. A type that has the method
	// SetDefaults fills in its defaults before its keys are read, one that has the method Validate reports what is wrong,
	// each problem as "field: what is wrong; what to do".
	Sections map[string]reflect.Type
	// Stacks are further stacks of environments, in the order of their deployment.
	Stacks []ExtraStack
}

// An ExtraStack is a further stack of environments, deployed after theirs, by the same roles.
type ExtraStack struct {
	// Suffix makes the name of the stack, <environment>-<suffix>: up to 12 lower-case letters, digits and single hyphens.
	Suffix string
	// On reports whether the environment has the stack. Default: all have it.
	On func(*Environment) bool
}

// Stack is that of the environment.
func (s ExtraStack) Stack(env *Environment) Stack {
	return Stack{Name: env.Name + "-" + s.Suffix, Kind: ExtraStackKind, Environment: env, Account: env.Account, Region: env.Region}
}

// ExtraStacksOf are the further stacks that the environment has.
func (p *Platform) ExtraStacksOf(env *Environment) []ExtraStack {
	var all []ExtraStack
	if env.ServingEnabled() {
		all = append(all, env.ServingStack())
	}
	for _, each := range p.additions.Stacks {
		if each.On == nil || each.On(env) {
			all = append(all, each)
		}
	}
	return all
}
