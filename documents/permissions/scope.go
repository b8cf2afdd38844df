package permissions

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Scope is what a deployment may touch. Region, Account and Prefix are required.
type Scope struct {
	// Scope is the partition, region and account.
	arn.Scope
	// Prefix begins the name of everything that the deployment makes, followed by a hyphen, such as "wine-dev": 2 to 40
	// lower-case letters, digits and hyphens. No other deployment of the account may have a prefix that this one begins.
	Prefix string
	// Tags are on every resource of the deployment, as its provider's default_tags. Where AWS names resources by random
	// ids, as EC2 and KMS do, only those with all of these tags can be deleted or changed, which keeps the deployments
	// of one account apart. Default: none, all such resources of the account and region.
	Tags map[string]string
	// Boundary is the ARN of the permissions boundary that every role of the deployment must have.
	// Default: the managed policy <prefix>-boundary of the account.
	Boundary string
	// Issuer is that of GitHub's OIDC provider, which the deployment may see but not change.
	// Default: token.actions.githubusercontent.com.
	Issuer string
	// Buckets and Repositories are names, * and ? allowed, of buckets and ECR repositories beside those under the
	// prefix. Default: none.
	Buckets      []string
	Repositories []string
	// HostedZones are ids of the hosted zones of Route 53 in which the deployment keeps records. Default: any of the account.
	HostedZones []string
	// Protected are ARNs of IAM roles and policies, S3 buckets and KMS keys that the deployment must not change although
	// their names or tags are within its reach, such as those of its Terraform state. The boundary, GitHub's OIDC
	// provider, and the roles and policies whose names begin with <prefix>-github- are always protected. Default: none.
	Protected []string
	// ProtectedTags protects resources by their tags, where their ARNs are not known, such as the KMS key of the Terraform
	// state: those that have one of the values of each key. Default: none.
	ProtectedTags map[string][]string
	// Neighbours keeps the deployment and its roles away from other deployments of the project in the account.
	// Default: none, only names and Tags keep them apart, and roles of the deployment may reach what others have.
	Neighbours Neighbours
	// AllowDestroyingData lets the deployment delete the objects in its buckets and the images in its repositories,
	// which destroying them with force_destroy and force_delete needs. Default: false.
	AllowDestroyingData bool
}

var (
	prefixPattern     = lazyregexp.New(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	bucketPattern     = lazyregexp.New(`^[a-z0-9.*?-]{3,63}$`)
	repositoryPattern = lazyregexp.New(`^[a-z0-9._/*?-]{2,256}$`)
)

// WithDefaults fills in partition, boundary and issuer.
func (s Scope) WithDefaults() Scope {
	s.Scope = s.Scope.WithDefaults()
	if s.Boundary == "" {
		s.Boundary = s.policy(s.Prefix + "-boundary")
	}
	s.Issuer = cmp.Or(s.Issuer, "token.actions.githubusercontent.com")
	s.Neighbours = s.Neighbours.withDefaults()
	return s
}

func (s Scope) validate() error {
	var problems problem.List
	problems.Add("", s.Scope.Validate())
	if !prefixPattern.MatchString(s.Prefix) || len(s.Prefix) < 2 || len(s.Prefix) > 40 {
		problems.Addf("prefix", "%q is no name prefix; use 2 to 40 lower-case letters, digits and single hyphens, such as wine-dev", s.Prefix)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Tags)) {
		if key == "" || len(key) > 128 || s.Tags[key] == "" || len(s.Tags[key]) > 256 {
			problems.Addf(problem.Key("tags", key), "%q is no tag; use a key of 1 to 128 and a value of 1 to 256 characters", s.Tags[key])
		}
	}
	if !arn.Is(s.Boundary, "iam", "policy/") || token.Is(s.Boundary) {
		problems.Addf("boundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", s.Boundary)
	}
	for i, each := range s.Buckets {
		if !bucketPattern.MatchString(each) || begin(each) < 3 {
			problems.Addf(problem.Index("buckets", i), "%q is too wide or no bucket name; use lower-case letters, digits, dots and hyphens, and at least 3 of them before a wildcard", each)
		}
	}
	for i, each := range s.Repositories {
		if !repositoryPattern.MatchString(each) || begin(each) < 2 {
			problems.Addf(problem.Index("repositories", i), "%q is too wide or no repository name; use lower-case letters, digits and ._/-, and at least 2 of them before a wildcard", each)
		}
	}
	for i, each := range s.HostedZones {
		if err := rule.HostedZone(each); err != nil {
			problems.Addf(problem.Index("hostedZones", i), "%v", err)
		}
	}
	for i, each := range s.Protected {
		if kindOf(each) == "" {
			problems.Addf(problem.Index("protected", i), "%q can not be protected; give the ARN of an IAM role or policy, an S3 bucket or a KMS key", each)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.ProtectedTags)) {
		if key == "" || len(s.ProtectedTags[key]) == 0 || slices.Contains(s.ProtectedTags[key], "") {
			problems.Addf(problem.Key("protectedTags", key), "%q are no values of a tag; give at least one, none of them empty", s.ProtectedTags[key])
		}
	}
	s.validateNeighbours(&problems)
	return problems.Err()
}

// begin is the number of characters before the first wildcard.
func begin(pattern string) int {
	for i, c := range pattern {
		if c == '*' || c == '?' {
			return i
		}
	}
	return len(pattern)
}

// kindOf tells which service a protected ARN belongs to.
func kindOf(value string) string {
	switch {
	case arn.Is(value, "iam", "role/") && !bare(value), arn.Is(value, "iam", "policy/") && !bare(value):
		return "iam"
	case arn.Is(value, "s3", "") && !bare(value):
		return "s3"
	case arn.Is(value, "kms", "key/") && !bare(value):
		return "kms"
	}
	return ""
}

// bare reports whether a value is a token of which nobody can tell what it stands for.
func bare(value string) bool { return token.Is(value) && value[:4] != "arn:" }

// inRegion holds for requests to the deployment's region.
func (s Scope) inRegion() []policy.Condition {
	return []policy.Condition{policy.StringEquals("aws:RequestedRegion", s.Region)}
}

// asOurs holds for requests that put the deployment's tags on what they create.
func (s Scope) asOurs() []policy.Condition { return s.tagged("StringEquals", "aws:RequestTag/") }

// ours holds for resources that have the deployment's tags.
func (s Scope) ours() []policy.Condition { return s.tagged("StringEquals", "aws:ResourceTag/") }

// claiming holds for requests that put the deployment's tags on what nobody else's stand on: new resources and those
// that AWS makes without tags. Otherwise it could take from a neighbour what it may not touch.
func (s Scope) claiming() []policy.Condition {
	return append(s.asOurs(), s.unclaimed()...)
}

// unclaimed holds for resources without any of the deployment's tags, or with its values of them.
func (s Scope) unclaimed() []policy.Condition {
	return s.tagged("StringEqualsIfExists", "aws:ResourceTag/")
}

func (s Scope) tagged(operator, key string) []policy.Condition {
	var conditions []policy.Condition
	for _, tag := range slices.Sorted(maps.Keys(s.Tags)) {
		conditions = append(conditions, policy.Condition{Operator: operator, Key: key + tag, Values: []string{s.Tags[tag]}})
	}
	return conditions
}

// ec2 is every resource of these EC2 types in the account and region.
func (s Scope) ec2(types ...string) []string {
	var out []string
	for _, each := range types {
		out = append(out, s.Regional("ec2", each+"/*"))
	}
	return out
}

// named is every resource of a service whose name, behind the type's beginning, has the prefix.
func (s Scope) named(service string, beginnings ...string) []string {
	var out []string
	for _, each := range beginnings {
		out = append(out, s.Regional(service, each+s.Prefix+"-*"))
	}
	return out
}

func (s Scope) policy(name string) string { return s.Global("iam", "policy/"+name) }

// oidcProvider is GitHub's.
func (s Scope) oidcProvider() string { return s.Global("iam", "oidc-provider/"+s.Issuer) }

// deployment is the roles and policies of the deployment roles themselves.
func (s Scope) deployment() []string {
	return []string{s.Role(s.Prefix + "-github-*"), s.policy(s.Prefix + "-github-*")}
}

// protected are the ARNs of one service that must not be changed.
func (s Scope) protected(service string) []string {
	return slices.DeleteFunc(slices.Clone(s.Protected), func(each string) bool { return kindOf(each) != service })
}
