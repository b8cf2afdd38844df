package stacks

import (
	"slices"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/permissions"
)

// A part is a capability of an environment: what its section of the file switches on, and what that makes in the stack.
type part struct {
	// key of the section in the environment's file. Problems of making the part are reported under it.
	key string
	// on reports whether the environment has the part. Parts that are off leave no trace.
	on func(*config.Environment) bool
	// needs are the keys of the parts whose results this one takes. Where one of them was not made, its problem has been
	// reported, and this one is left out.
	needs func(*config.Environment) []string
	// services are what the roles that deploy the part need to be allowed.
	services func(*config.Environment) []permissions.Service
	// runs is what comes into being by itself once the part is there, beside what Terraform makes, and costs by the hour.
	runs func(*config.Environment) []Instances
	// make makes the part, and hands on what others take as fields of Parts.
	make func(*environmentStack) error
}

func need(keys ...string) func(*config.Environment) []string {
	return func(*config.Environment) []string { return keys }
}

func allow(services ...permissions.Service) func(*config.Environment) []permissions.Service {
	return func(*config.Environment) []permissions.Service { return services }
}

// Instances serve an endpoint.
type Instances struct {
	// Type of the instances, such as ml.m5.large. Empty for provisioned concurrency of a serverless endpoint.
	Type string
	// Number of them that there is at least.
	Number int
}

// Runs is what comes into being by itself in the environment, beside what Terraform makes, and costs by the hour.
func Runs(env *config.Environment) []Instances {
	var all []Instances
	for _, each := range environmentParts {
		if each.on(env) && each.runs != nil {
			all = append(all, each.runs(env)...)
		}
	}
	return all
}

// services are what the environment's parts need, each once.
func services(env *config.Environment) []permissions.Service {
	var all []permissions.Service
	for _, each := range environmentParts {
		if each.on(env) && each.services != nil {
			all = append(all, each.services(env)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// make makes every part that is on, in the order of the table.
func (e *environmentStack) makeParts() error {
	made := map[string]bool{}
	for _, each := range environmentParts {
		if !each.on(e.env) || each.needs != nil && slices.ContainsFunc(each.needs(e.env), func(key string) bool { return !made[key] }) {
			continue
		}
		err := each.make(e)
		e.problems.Add(each.key, err)
		made[each.key] = err == nil
	}
	return e.problems.Err()
}
