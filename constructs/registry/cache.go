package registry

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrpullthroughcacherule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepositorycreationtemplate"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// An Upstream is a public registry whose images ECR can cache.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
type Upstream string

// The registries that ECR can cache. Docker Hub, GitHub and GitLab need a secret with a user name and an access token.
const (
	ECRPublic  Upstream = "public.ecr.aws"
	Kubernetes Upstream = "registry.k8s.io"
	Quay       Upstream = "quay.io"
	DockerHub  Upstream = "registry-1.docker.io"
	GitHub     Upstream = "ghcr.io"
	GitLab     Upstream = "registry.gitlab.com"
)

// upstreams are the prefix that each registry gets by default, and whether it needs a secret.
var upstreams = map[Upstream]struct {
	prefix string
	secret bool
}{
	ECRPublic: {"ecr-public", false}, Kubernetes: {"kubernetes", false}, Quay: {"quay", false},
	DockerHub: {"docker-hub", true}, GitHub: {"github", true}, GitLab: {"gitlab", true},
}

const upstreamNames = "public.ecr.aws, registry.k8s.io, quay.io, registry-1.docker.io, ghcr.io, registry.gitlab.com"

// CacheProps configures a pull-through cache. Upstream is required.
type CacheProps struct {
	// Scope is where the cache lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Upstream is the registry to cache.
	Upstream Upstream
	// Prefix of the cache's repositories: 2 to 30 lower-case letters, digits, and . _ - / between them.
	// Default: ecr-public, kubernetes, quay, docker-hub, github or gitlab.
	Prefix string
	// SecretARN is the Secrets Manager secret for Upstream DockerHub, GitHub and GitLab, in the same account and
	// region. Its name begins with "ecr-pullthroughcache/".
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
	SecretARN string
	// ExpireAfterDays deletes cached images days after ECR fetched them. The next pull fetches them again, if the
	// upstream still has them. Default: never.
	ExpireAfterDays int
}

// A Cache gives images of another registry from this account's registry, and fetches what it does not have yet.
type Cache struct {
	construct     tf.Construct
	id            string
	prefix, url   string
	repositoryARN string
}

const secretPrefix = "secret:ecr-pullthroughcache/"

// NewCache makes a pull-through cache: a rule, and a template for the repositories that ECR creates when an image is
// pulled for the first time. These are encrypted with AES256, and their tags can move, because those of the upstream do.
func NewCache(scope constructs.Construct, id string, props CacheProps) (*Cache, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Cache, error) {
		rule := ecrpullthroughcacherule.NewEcrPullThroughCacheRule(scope, tf.Str("rule"), &ecrpullthroughcacherule.EcrPullThroughCacheRuleConfig{
			EcrRepositoryPrefix: tf.Str(props.Prefix), UpstreamRegistryUrl: tf.Str(string(props.Upstream)), CredentialArn: tf.OptStr(props.SecretARN),
		})
		lifecycle := Lifecycle{OthersExpireAfterDays: props.ExpireAfterDays}
		ecrrepositorycreationtemplate.NewEcrRepositoryCreationTemplate(scope, tf.Str("template"), &ecrrepositorycreationtemplate.EcrRepositoryCreationTemplateConfig{
			Prefix: tf.Str(props.Prefix), AppliedFor: tf.Strs([]string{"PULL_THROUGH_CACHE"}), ImageTagMutability: tf.Str("MUTABLE"),
			Description:             tf.Str("Images of " + string(props.Upstream)),
			EncryptionConfiguration: []*ecrrepositorycreationtemplate.EcrRepositoryCreationTemplateEncryptionConfiguration{{EncryptionType: tf.Str(string(AES256))}},
			LifecyclePolicy:         tf.OptStr(lifecycle.document()),
		})
		prefix := tf.Attr(rule, "ecrRepositoryPrefix")
		return &Cache{
			construct: scope, id: id, prefix: prefix, url: props.Scope.Registry() + "/" + prefix,
			repositoryARN: props.Scope.Regional("ecr", "repository/"+props.Prefix+"/*"),
		}, nil
	})
}

func (p CacheProps) withDefaults() CacheProps {
	if p.Prefix == "" {
		p.Prefix = upstreams[p.Upstream].prefix
	}
	return p
}

func (p CacheProps) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	upstream, known := upstreams[p.Upstream]
	if !known {
		problems.Addf("upstream", "%q is unknown; use one of %s", p.Upstream, upstreamNames)
	}
	if known && (!namePattern.MatchString(p.Prefix) || len(p.Prefix) < 2 || len(p.Prefix) > awsfacts.MaxCachePrefix) {
		problems.Addf("prefix", "%q is no prefix of repositories; use 2 to %d lower-case letters, digits, and . _ - / between them", p.Prefix, awsfacts.MaxCachePrefix)
	}
	if known && upstream.secret && p.SecretARN == "" {
		problems.Addf("secretARN", "is missing, %s gives images to users only; give the ARN of a secret named ecr-pullthroughcache/...", p.Upstream)
	}
	if known && !upstream.secret && p.SecretARN != "" {
		problems.Addf("secretARN", "has no effect, %s asks for no user; remove it", p.Upstream)
	}
	if p.SecretARN != "" && !arn.Is(p.SecretARN, "secretsmanager", secretPrefix) {
		problems.Addf("secretARN", "%q is no ARN of a secret named ecr-pullthroughcache/...; ECR reads no other", p.SecretARN)
	} else if own := p.Scope.Regional("secretsmanager", secretPrefix); p.SecretARN != "" && !token.Is(p.SecretARN) && !strings.HasPrefix(p.SecretARN, own) {
		problems.Addf("secretARN", "%q is in another account or region; ECR reads secrets of %s in %s only", p.SecretARN, p.Scope.Account, p.Scope.Region)
	}
	if p.ExpireAfterDays < 0 {
		problems.Addf("expireAfterDays", "%d is out of range; use 1 or more", p.ExpireAfterDays)
	}
	return problems.Err()
}

// GrantPull lets the grantee pull images through the cache, which includes creating the repository of an image that
// nobody pulled before. The policy's name is the cache's construct id and "pull".
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
func (c *Cache) GrantPull(grantee iam.Grantee) error {
	actions := append([]string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}, ecr.PullActions()...)
	return iam.Grant(grantee, "cache", c.id, "pull", signIn(), policy.Statement{Actions: actions, Resources: []string{c.repositoryARN}})
}

// Prefix of the cache's repositories.
func (c *Cache) Prefix() string { return c.prefix }

// URL is what takes the place of the upstream's host in the address of an image. Docker Hub's own images are in
// "library": 111111111111.dkr.ecr.us-west-2.amazonaws.com/docker-hub/library/python:3.12.
func (c *Cache) URL() string { return c.url }

// Construct holds the cache's resources.
func (c *Cache) Construct() constructs.Construct { return c.construct }
