package config

import (
	"maps"
	"slices"
)

// Registry is the container repositories of an environment, and its caches of public ones.
type Registry struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// KeyARN is an existing KMS key in the region that encrypts the images of the repositories, not those of caches. Set it when they are made: a change replaces them. Default: a key is made for each.
	KeyARN string `yaml:"keyArn"`
	// Repositories are the ECR repositories by name, without the prefix <project>-<environment>/ that they get. Default: none.
	Repositories map[string]Repository `yaml:"repositories"`
	// PullThrough are public registries that ECR caches. They need no credentials. The cluster's nodes may pull through them; the
	// output pull_through_cache_uri says what takes the place of the registry in the address of an image. Default: none.
	PullThrough []PullThrough `yaml:"pullThrough" jsonschema:"uniqueItems=true"`
}

// Repository is an ECR repository: tags immutable, images scanned on push, encrypted.
type Repository struct {
	// KeepLast is how many tagged images are kept, 1 to 1000. Default: 30.
	KeepLast int `yaml:"keepLast" jsonschema:"minimum=1,maximum=1000"`
	// UntaggedDays is for how many days images without a tag are kept, 1 to 365. Default: 14.
	UntaggedDays int `yaml:"untaggedDays" jsonschema:"minimum=1,maximum=365"`
	// PullAccounts are ids of other AWS accounts that may pull. Default: none.
	PullAccounts []string `yaml:"pullAccounts" jsonschema:"uniqueItems=true"`
}

// PullThrough is a public registry that ECR can cache.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
type PullThrough string

const (
	// PullThroughECRPublic is public.ecr.aws.
	PullThroughECRPublic PullThrough = "ecrPublic"
	// PullThroughKubernetes is registry.k8s.io.
	PullThroughKubernetes PullThrough = "kubernetes"
	// PullThroughQuay is quay.io.
	PullThroughQuay PullThrough = "quay"
)

// Values are all registries.
func (PullThrough) Values() []string {
	return []string{string(PullThroughECRPublic), string(PullThroughKubernetes), string(PullThroughQuay)}
}

// cachePrefixes are the namespaces of the caches within that of the environment.
var cachePrefixes = map[PullThrough]string{PullThroughECRPublic: "ecr-public", PullThroughKubernetes: "kubernetes", PullThroughQuay: "quay"}

// CachePrefix is the namespace of a cache's repositories, within that of the environment, so that environments can share
// an account.
func (e *Environment) CachePrefix(upstream PullThrough) string {
	return e.Prefix() + "/" + cachePrefixes[upstream]
}

func (r *Registry) setDefaults() { r.Enabled = true }

func (r *Repository) setDefaults() { *r = Repository{KeepLast: 30, UntaggedDays: 14} }

// RepositoryNames are the names of the repositories, sorted.
func (r *Registry) RepositoryNames() []string { return slices.Sorted(maps.Keys(r.Repositories)) }
