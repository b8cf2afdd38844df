package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// registry makes the environment's repositories and its caches of public ones.
func (e *environmentStack) registry() error {
	var problems problem.List
	uris := map[string]string{}
	for _, name := range e.env.Registry.RepositoryNames() {
		c := e.env.Registry.Repositories[name]
		made, err := registry.New(tf.Group(e.made, "registry"), name, registry.Props{
			Name: repositoryName(e.env.Prefix(), name), Scope: e.scope, PullAccounts: c.PullAccounts,
			Lifecycle:    registry.Lifecycle{ExpireUntaggedAfterDays: c.UntaggedDays, OthersKeepLast: c.KeepLast},
			AllowDestroy: !e.env.Protect, DeleteImagesOnDestroy: !e.env.Protect,
		})
		if err != nil {
			problems.Add(problem.Key("repositories", name), err)
			continue
		}
		uris[name] = made.URL()
	}
	for _, upstream := range e.env.Registry.PullThrough {
		_, err := registry.NewCache(tf.Group(e.made, "registry"), string(upstream), registry.CacheProps{
			Scope: e.scope, Upstream: upstreams[upstream], Prefix: repositoryName(e.env.Prefix(), cachePrefixes[upstream]),
		})
		problems.Add(problem.Key("pullThrough", string(upstream)), err)
	}
	if len(uris) > 0 {
		tf.MapOutput(e.made, "ecr_repository_uri", uris, "Container repositories by name")
	}
	return problems.Err()
}

// repositoryName puts a repository into the namespace of its owner.
func repositoryName(prefix, name string) string { return prefix + "/" + name }

var upstreams = map[config.PullThrough]registry.Upstream{
	config.PullThroughECRPublic: registry.ECRPublic, config.PullThroughKubernetes: registry.Kubernetes, config.PullThroughQuay: registry.Quay,
}

// cachePrefixes are the namespaces of the caches within that of the environment, so that environments can share an
// account.
var cachePrefixes = map[config.PullThrough]string{
	config.PullThroughECRPublic: "ecr-public", config.PullThroughKubernetes: "kubernetes", config.PullThroughQuay: "quay",
}
