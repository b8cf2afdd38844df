package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// A StateAccess is a role by which some principals reach the states of their owner, an environment or operations.
type StateAccess struct {
	// Name of the access: that of the owner, followed by PlanAccess where it only reads, and by AdminAccess for what
	// only administrators apply.
	Name string
	// RoleName is the name of the role.
	RoleName string
	// KeyPrefixes are how the keys of the states begin.
	KeyPrefixes []string
	// Principals are the roles that may assume it. They need not exist yet.
	Principals []string
	// ReadOnly is for the plans of pull requests.
	ReadOnly bool
}

// PlanAccess is what follows an owner's name in the name of the access that only reads.
const PlanAccess = "-plan"

// AdminAccess is what follows an owner's name in the name of the access to the states of what only administrators apply:
// the stack with the roles that deploy it, and the one that makes the store.
const AdminAccess = "-admin"

// StateAccess lists the roles of a store: for each of those whose state it keeps, one that reads and writes, and one
// that only reads. The stack that makes the store guards all of them, and the one with the deployment roles what those may
// do, so the states of both have a role for people only.
func (p *Platform) StateAccess(store StateStore) []StateAccess {
	var all []StateAccess
	add := func(name, prefix, account string, deployed *GitHub, pipelines []string, watched bool, administrators []string, stacks ...string) {
		var keys []string
		for _, stack := range stacks {
			keys = append(keys, p.keyPrefix(stack))
		}
		scope := arn.Scope{Region: store.Region, Account: account}.WithDefaults()
		people := administrators
		if len(people) == 0 {
			// Somebody must make the stacks before GitHub's roles are there. Nobody is named, so the IAM policies of the
			// account decide which of its roles may.
			people = []string{scope.Role("*")}
		}
		writers := slices.Clone(people)
		var readers []string
		if deployed != nil {
			readers, writers = append(readers, scope.Role(github.PlanRole(prefix))), append(writers, scope.Role(github.ApplyRole(prefix)))
		}
		for _, each := range pipelines {
			readers, writers = append(readers, scope.Role(CodeBuildRole(prefix, PlanBuild+each))), append(writers, scope.Role(CodeBuildRole(prefix, ApplyBuild+each)))
			if watched {
				readers = append(readers, scope.Role(CodeBuildRole(prefix, DriftBuild+each)))
			}
		}
		if len(readers) > 0 {
			all = append(all, StateAccess{Name: name + PlanAccess, RoleName: StatePlanRole(prefix), KeyPrefixes: keys, ReadOnly: true, Principals: readers})
		}
		all = append(all, StateAccess{Name: name, RoleName: StateRole(prefix), KeyPrefixes: keys, Principals: writers})
		var administered []string
		if name == store.owner() {
			administered = append(administered, p.keyPrefix(store.Stack))
		}
		if len(readers) > 0 {
			administered = append(administered, p.keyPrefix(name+AccessSuffix))
		}
		if len(administered) > 0 {
			all = append(all, StateAccess{Name: name + AdminAccess, RoleName: StateAdminRole(prefix), KeyPrefixes: administered, Principals: people})
		}
	}
	if operations := p.Operations; store.Environment == "" || store.Environment == OperationsName {
		add(OperationsName, operations.Prefix(), operations.Account, operations.GitHub, nil, false, operations.Administrators, OperationsName)
	}
	for _, env := range p.Environments {
		// The stack that serves models has its place even while it is off: switched off, it is still to be destroyed.
		keys := []string{env.Name, env.ServingStack().Stack(env).Name}
		for _, extra := range p.ExtraStacksOf(env) {
			if name := extra.Stack(env).Name; !slices.Contains(keys, name) {
				keys = append(keys, name)
			}
		}
		if store.Environment == "" || store.Environment == env.Name {
			add(env.Name, env.Prefix(), env.Account, env.GitHub, env.builds(), env.CodePipelineEnabled() && env.CodePipeline.Drift, env.Administrators, keys...)
		}
	}
	return all
}

// builds are what stands behind the names of the builds of the environment's pipeline, one for each stack that it delivers.
func (e *Environment) builds() []string {
	switch {
	case !e.CodePipelineEnabled():
		return nil
	case e.ServingEnabled():
		return []string{"", ServingBuilds}
	}
	return []string{""}
}

// validateStateAccess finds lists of administrators that are too long for the trust policy of the role that they assume.
func (l *loader) validateStateAccess(store StateStore) {
	files := map[string]environmentFile{}
	for _, each := range l.environments {
		files[each.Name] = each
	}
	for _, access := range l.whole().StateAccess(store) {
		if strings.HasSuffix(access.RoleName, StateAdminRole("")) {
			continue // shorter than the one with the pipelines beside the people
		}
		size := policy.TrustPrincipals(arn.Scope{Region: store.Region, Account: store.Account}.WithDefaults().Partition, access.Principals...).Size()
		if size <= policy.MaxTrust {
			continue
		}
		f, path := l.platformFile, "operations.administrators"
		if env, ok := files[access.Name]; ok {
			f, path = env.file, "administrators"
		}
		f.add(path, "", fmt.Sprintf("makes the trust policy of the role %s %d characters long, where IAM takes %d", access.RoleName, size, policy.MaxTrust),
			"name fewer roles, such as one that all of them assume")
	}
}
