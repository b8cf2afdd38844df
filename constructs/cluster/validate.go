package cluster

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

var (
	clusterNamePattern   = lazyregexp.New(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	poolNamePattern      = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,34}[a-z0-9])?$`)
	vpcPattern           = lazyregexp.New(`^vpc-[0-9a-f]{8,17}$`)
	subnetPattern        = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
	securityGroupPattern = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
	releasePattern       = lazyregexp.New(`^[0-9]+\.[0-9]+\.[0-9]+-[0-9]{8}$`)

	logTypes   = []LogType{LogAPI, LogAudit, LogAuthenticator, LogControllerManager, LogScheduler}
	identities = []Identity{PodIdentity, IRSA}
	families   = []IPFamily{IPv4, IPv6}
	supports   = []Support{SupportStandard, SupportExtended}

	privateRanges = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	}
)

// maxNodes is how many nodes a managed node group can have.
// https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
const maxNodes = 450

func (p Props) validate() error {
	var problems problem.List
	if !clusterNamePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a cluster; use 1 to 100 letters, digits, _ and -, beginning with a letter or digit", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	p.validateVersion(&problems)
	p.validateNetwork(&problems)
	p.validateAccess(&problems)
	problems.Add("endpoint", p.Endpoint.validate())
	problems.Add("logs", p.Logs.validate())
	if p.Encryption.KeyARN != "" {
		if !arn.Is(p.Encryption.KeyARN, "kms", "key/") {
			problems.Addf("encryption.keyARN", "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias", p.Encryption.KeyARN)
		}
		if p.Encryption.AWSOwnedKey {
			problems.Addf("encryption.awsOwnedKey", "stands beside keyARN; keep one of them")
		}
	}
	p.validateCompute(&problems)
	p.validateAddons(&problems)
	if !slices.Contains(identities, p.Identity) {
		problems.Addf("identity", "%q is unknown; use %s", p.Identity, problem.Choices(identities))
	}
	if !slices.Contains(supports, p.Support) {
		problems.Addf("support", "%q is unknown; use %s", p.Support, problem.Choices(supports))
	}
	if p.RoleARN != "" && !arn.Is(p.RoleARN, "iam", "role/") {
		problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", p.RoleARN)
	}
	if p.PermissionsBoundary != "" && !arn.Is(p.PermissionsBoundary, "iam", "policy/") {
		problems.Addf("permissionsBoundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", p.PermissionsBoundary)
	}
	return problems.Err()
}

func (p Props) validateVersion(problems *problem.List) {
	if slices.Contains(awsfacts.EKSVersionNames(), p.Version) {
		return
	}
	for _, ended := range awsfacts.EKSEndedVersions() {
		if ended.Version == p.Version {
			problems.Addf("version", "%q left the standard support of EKS on %s; use %s", p.Version, ended.EndOfStandardSupport, problem.Choices(awsfacts.EKSVersionNames()))
			return
		}
	}
	problems.Addf("version", "%q is no version in the standard support of EKS; use %s", p.Version, problem.Choices(awsfacts.EKSVersionNames()))
}

func (l Logs) validate() error {
	var problems problem.List
	seen := map[LogType]bool{}
	for i, each := range l.Types {
		at := problem.Index("types", i)
		if !slices.Contains(logTypes, each) {
			problems.Addf(at, "%q is unknown; use %s", each, problem.Choices(logTypes))
		}
		if seen[each] {
			problems.Addf(at, "%q is listed twice; list it once", each)
		}
		seen[each] = true
	}
	if l.Disabled && len(l.Types) > 0 {
		problems.Addf("disabled", "stands beside types; keep one of them")
	}
	rule.LogRetention(&problems, "retentionDays", l.RetentionDays)
	if l.KeyARN != "" && !arn.Is(l.KeyARN, "kms", "key/") {
		problems.Addf("keyARN", "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias", l.KeyARN)
	}
	return problems.Err()
}

func (p Props) validateCompute(problems *problem.List) {
	switch {
	case p.AutoMode != nil && len(p.NodePools) > 0:
		problems.Addf("autoMode", "stands beside nodePools; let EKS make the nodes or list the pools, not both")
	case p.AutoMode == nil && len(p.NodePools) == 0:
		problems.Addf("nodePools", "are missing; list at least one, or set autoMode")
	}
	if p.AutoMode != nil {
		p.AutoMode.validate(problems)
		if p.Karpenter != nil {
			problems.Addf("karpenter", "stands beside autoMode, which has Karpenter built in; remove one of them")
		}
	}
	hosts := false
	for _, name := range slices.Sorted(maps.Keys(p.NodePools)) {
		at, pool := problem.Key("nodePools", name), p.NodePools[name]
		if !poolNamePattern.MatchString(name) {
			problems.Addf(at, "is no name of a pool; use 1 to 36 lower-case letters, digits and hyphens")
		}
		problems.Add(at, pool.validate(p.Version))
		hosts = hosts || pool.runsAddons()
	}
	if len(p.NodePools) > 0 && !hosts {
		problems.Addf("nodePools", "have no node for the add-ons; let one pool without NoSchedule and NoExecute taints have desired 1 or more")
	}
	if p.Karpenter != nil {
		problems.Add("karpenter", p.Karpenter.validate())
	}
	problems.Add("nodes", p.Nodes.validate())
}

func (n Nodes) validate() error {
	var problems problem.List
	if n.RoleARN != "" && !arn.Is(n.RoleARN, "iam", "role/") {
		problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", n.RoleARN)
	}
	if n.VolumeKeyARN != "" && !arn.Is(n.VolumeKeyARN, "kms", "key/") {
		problems.Addf("volumeKeyARN", "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias", n.VolumeKeyARN)
	}
	// The role would report them too, but counted after those of EKS.
	for i, managed := range n.ManagedPolicyARNs {
		at := problem.Index("managedPolicyARNs", i)
		if !arn.Is(managed, "iam", "policy/") {
			problems.Addf(at, "%q is no ARN of a managed policy; write it like arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", managed)
		}
		if strings.HasSuffix(managed, "/AdministratorAccess") || strings.HasSuffix(managed, "FullAccess") {
			problems.Addf(at, "%q allows far more than nodes need; grant pods what they need by GrantPodIdentity", managed)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(n.Tags)) {
		value := n.Tags[key]
		if key == "" || strings.HasPrefix(key, "aws:") || utf8.RuneCountInString(key) > awsfacts.MaxTagKey || utf8.RuneCountInString(value) > awsfacts.MaxTagValue {
			problems.Addf(problem.Key("tags", key), "%q is no tag; use a key of 1 to %d characters that does not begin with aws:, and a value of at most %d", value, awsfacts.MaxTagKey, awsfacts.MaxTagValue)
		}
	}
	return problems.Err()
}
