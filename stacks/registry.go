package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// registry makes the environment's repositories and its caches of public ones, from which the cluster's nodes pull.
func (e *environmentStack) registry() error {
	var problems problem.List
	e.parts.Repositories = map[string]*registry.Repository{}
	uris := map[string]string{}
	for _, name := range e.env.Registry.RepositoryNames() {
		c := e.env.Registry.Repositories[name]
		made, err := registry.New(tf.Group(e.made, "registry"), name, registry.Props{
			Name: config.RepositoryName(e.env.Prefix(), name), KeyARN: e.env.Registry.KeyARN, PullAccounts: c.PullAccounts,
			Lifecycle:    registry.Lifecycle{ExpireUntaggedAfterDays: c.UntaggedDays, OthersKeepLast: c.KeepLast},
			AllowDestroy: !e.env.Protect, DeleteImagesOnDestroy: !e.env.Protect,
		})
		if err != nil {
			problems.Add(problem.Key("repositories", name), err)
			continue
		}
		e.parts.Repositories[name], uris[name] = made, made.URL()
	}
	if len(uris) > 0 {
		tf.MapOutput(e.made, "ecr_repository_uri", uris, "Container repositories by name")
	}
	problems.Add("", e.caches())
	return problems.Err()
}

// lendKey lets who applies make ECR use a key of another account, and end that where a repository is deleted. One of its own account it may hand to any service of AWS.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
func (e *environmentStack) lendKey() []policy.Statement {
	if !e.env.RegistryEnabled() {
		return nil
	}
	key, err := rule.KeyARN(e.env.Registry.KeyARN)
	if err != nil || key.Account == e.Account {
		return nil
	}
	return []policy.Statement{
		{Sid: "SeeKeyOfImages", Actions: []string{"kms:DescribeKey"}, Resources: []string{e.env.Registry.KeyARN}},
		{
			Sid: "LendKeyOfImages", Actions: []string{"kms:CreateGrant"}, Resources: []string{e.env.Registry.KeyARN},
			Conditions: []policy.Condition{policy.Bool("kms:GrantIsForAWSResource", true)},
		},
		{
			Sid: "TakeBackKeyOfImages", Actions: []string{"kms:RetireGrant"}, Resources: []string{e.env.Registry.KeyARN},
			Conditions: []policy.Condition{policy.StringEquals("kms:ViaService", "ecr."+e.Region+"."+e.scope.DNSSuffix())},
		},
	}
}

// caches makes the caches of public registries and lets the nodes of the cluster pull through them.
func (e *environmentStack) caches() error {
	var problems problem.List
	uris := map[string]string{}
	for _, upstream := range e.env.Registry.PullThrough {
		at := problem.Key("pullThrough", string(upstream))
		made, err := registry.NewCache(tf.Group(e.made, "registry"), string(upstream), registry.CacheProps{
			Upstream: upstreams[upstream], Prefix: e.env.CachePrefix(upstream),
		})
		if err != nil {
			problems.Add(at, err)
			continue
		}
		for _, node := range e.nodeRoles() {
			problems.Add(at, made.GrantPull(node))
		}
		uris[string(upstream)] = made.URL()
	}
	if len(uris) > 0 {
		tf.MapOutput(e.made, "pull_through_cache_uri", uris, "What takes the place of a public registry's host in the address of an image, by registry")
	}
	return problems.Err()
}

// nodeRoles are the roles of the cluster's nodes that were made here.
func (e *environmentStack) nodeRoles() []iam.Grantee {
	if e.parts.Cluster == nil {
		return nil
	}
	return e.parts.Cluster.NodeRoles()
}

var upstreams = map[config.PullThrough]registry.Upstream{
	config.PullThroughECRPublic: registry.ECRPublic, config.PullThroughKubernetes: registry.Kubernetes, config.PullThroughQuay: registry.Quay,
}
