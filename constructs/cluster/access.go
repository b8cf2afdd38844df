package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eksaccessentry"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eksaccesspolicyassociation"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// AccessEntry lets an IAM principal into the cluster.
// https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
type AccessEntry struct {
	// PrincipalARN is an IAM role or user, in any account. One entry per principal.
	PrincipalARN string
	// Type of the entry. It cannot be changed later. Default: Standard.
	Type EntryType
	// Policies say what the principal may do. Only for Standard, and AutoNodePolicy for AutoModeNodes. Default: none.
	Policies []AccessPolicy
	// Groups are Kubernetes groups that your RBAC bindings speak of. Only for Standard. Default: none.
	Groups []string
	// UserName is how Kubernetes calls the principal. Only for Standard. Default: EKS derives it from the ARN.
	UserName string
}

// EntryType is the kind of an access entry.
type EntryType string

// The kinds of access entries. Those for nodes carry all permissions that a node needs. EKS makes the entries of managed
// node groups, Fargate profiles and built-in node pools of Auto Mode itself.
// https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
const (
	// Standard is for people, pipelines and controllers.
	Standard EntryType = "STANDARD"
	// EC2Linux is for self-managed Linux nodes.
	EC2Linux EntryType = "EC2_LINUX"
	// EC2Windows is for self-managed Windows nodes.
	EC2Windows EntryType = "EC2_WINDOWS"
	// FargateLinux is for Fargate pods.
	FargateLinux EntryType = "FARGATE_LINUX"
	// AutoModeNodes is for nodes of node classes of your own in Auto Mode.
	AutoModeNodes EntryType = "EC2"
	// HybridLinux is for nodes outside AWS.
	HybridLinux EntryType = "HYBRID_LINUX"
	// HyperPodLinux is for nodes of SageMaker HyperPod.
	HyperPodLinux EntryType = "HYPERPOD_LINUX"
)

// AccessPolicy is a set of Kubernetes permissions that EKS maintains.
type AccessPolicy struct {
	// Name of the policy.
	Name PolicyName
	// Namespaces in which it holds. The last character may be a wildcard *. Default: the whole cluster.
	Namespaces []string
}

// PolicyName is the name of an access policy.
// https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
type PolicyName string

// The access policies for principals.
const (
	// ClusterAdminPolicy allows everything, like the Kubernetes role cluster-admin.
	ClusterAdminPolicy PolicyName = "AmazonEKSClusterAdminPolicy"
	// AdminPolicy allows nearly everything inside namespaces, like the role admin.
	AdminPolicy PolicyName = "AmazonEKSAdminPolicy"
	// AdminViewPolicy allows reading everything, secrets included.
	AdminViewPolicy PolicyName = "AmazonEKSAdminViewPolicy"
	// EditPolicy allows changing workloads, like the role edit.
	EditPolicy PolicyName = "AmazonEKSEditPolicy"
	// ViewPolicy allows reading, without secrets, like the role view.
	ViewPolicy PolicyName = "AmazonEKSViewPolicy"
	// AutoNodePolicy is what nodes of Auto Mode need.
	AutoNodePolicy PolicyName = "AmazonEKSAutoNodePolicy"
)

var (
	entryTypes  = []EntryType{Standard, EC2Linux, EC2Windows, FargateLinux, AutoModeNodes, HybridLinux, HyperPodLinux}
	policyNames = []PolicyName{ClusterAdminPolicy, AdminPolicy, AdminViewPolicy, EditPolicy, ViewPolicy, AutoNodePolicy}

	namePattern      = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	namespacePattern = lazyregexp.New(`^[a-z0-9*]([a-z0-9-]{0,61}[a-z0-9*])?$`)
)

func (e AccessEntry) withDefaults() AccessEntry {
	e.Type = cmp.Or(e.Type, Standard)
	return e
}

// validateAccess also looks for an administrator, because a cluster without one is closed to everybody for good.
func (p Props) validateAccess(problems *problem.List) {
	administered := false
	seen := map[string]string{}
	once := func(at, principal string) {
		if first, ok := seen[principal]; ok {
			problems.Addf(at, "%q is the principal of %s too; EKS allows one entry per principal, put everything into one", principal, first)
			return
		}
		seen[principal] = at
	}
	for i, admin := range p.Admins {
		at := problem.Index("admins", i)
		switch {
		case token.Is(admin):
			problems.Addf(at, "%q is known to Terraform only and gives no lasting address; name it in access, with the policy %s", admin, ClusterAdminPolicy)
		case !isPrincipal(admin):
			problems.Addf(at, "%q is no ARN of an IAM role or user; write it like arn:aws:iam::123456789012:role/name, not the session of an assumed role", admin)
		default:
			once(at, admin)
		}
		administered = true
	}
	for _, name := range slices.Sorted(maps.Keys(p.Access)) {
		at := problem.Key("access", name)
		if !namePattern.MatchString(name) {
			problems.Addf(at, "is no name; use 1 to 63 lower-case letters, digits and hyphens")
		}
		entry := p.Access[name]
		problems.Add(at, entry.validate())
		once(at, entry.PrincipalARN)
		administered = administered || entry.administers()
	}
	if !administered {
		problems.Addf("admins", "are missing; list at least one IAM role, or nobody could ever get into the cluster")
	}
}

func (e AccessEntry) administers() bool {
	return slices.ContainsFunc(e.Policies, func(each AccessPolicy) bool { return each.Name == ClusterAdminPolicy && len(each.Namespaces) == 0 })
}

func isPrincipal(value string) bool {
	if strings.ContainsAny(value, "*? ") {
		return false
	}
	return arn.Is(value, "iam", "role/") || arn.Is(value, "iam", "user/")
}

func (e AccessEntry) validate() error {
	var problems problem.List
	if !isPrincipal(e.PrincipalARN) {
		problems.Addf("principalARN", "%q is no ARN of an IAM role or user; write it like arn:aws:iam::123456789012:role/name, not the session of an assumed role", e.PrincipalARN)
	}
	if !slices.Contains(entryTypes, e.Type) {
		problems.Addf("type", "%q is unknown; use %s", e.Type, problem.Choices(entryTypes))
	}
	if e.Type != Standard {
		if len(e.Groups) > 0 {
			problems.Addf("groups", "have no place in an entry of type %s, which gets those of nodes; remove them", e.Type)
		}
		if e.UserName != "" {
			problems.Addf("userName", "%q has no place in an entry of type %s; remove it", e.UserName, e.Type)
		}
	}
	for i, group := range e.Groups {
		for _, reserved := range []string{"system:", "eks:", "aws:", "amazon:", "iam:"} {
			if strings.HasPrefix(group, reserved) {
				problems.Addf(problem.Index("groups", i), "%q begins with %s, which EKS reserves; bind a group of your own, or use policies", group, reserved)
			}
		}
	}
	seen := map[PolicyName]bool{}
	for i, each := range e.Policies {
		at := problem.Index("policies", i)
		switch {
		case !slices.Contains(policyNames, each.Name):
			problems.Addf(at+".name", "%q is unknown; use %s", each.Name, problem.Choices(policyNames))
		case e.Type != Standard && (e.Type != AutoModeNodes || each.Name != AutoNodePolicy):
			problems.Addf(at, "%s cannot be given to an entry of type %s; remove it or use type %s", each.Name, e.Type, Standard)
		case seen[each.Name]:
			problems.Addf(at+".name", "%q is given twice; put all namespaces into one", each.Name)
		}
		seen[each.Name] = true
		for j, namespace := range each.Namespaces {
			if !namespacePattern.MatchString(namespace) || strings.Contains(strings.TrimSuffix(namespace, "*"), "*") {
				problems.Addf(problem.Index(at+".namespaces", j), "%q is no namespace; use lower-case letters, digits and hyphens, with at most one * at the end", namespace)
			}
		}
	}
	return problems.Err()
}

func (c *Cluster) makeAccess() error {
	for _, admin := range c.props.Admins {
		entry := AccessEntry{PrincipalARN: admin, Type: Standard, Policies: []AccessPolicy{{Name: ClusterAdminPolicy}}}
		c.addAccess("admin-"+c.principalKey(admin), entry)
	}
	for _, name := range slices.Sorted(maps.Keys(c.props.Access)) {
		c.addAccess("access-"+name, c.props.Access[name])
		c.entries[name] = true
	}
	return nil
}

// principalKey names a principal in Terraform addresses: its path and name, after its account where that is another.
func (c *Cluster) principalKey(principal string) string {
	parts := strings.SplitN(principal, ":", 6)
	_, name, _ := strings.Cut(parts[5], "/")
	name = strings.ReplaceAll(name, "/", "-")
	if strings.HasPrefix(parts[5], "user/") {
		name = "user-" + name
	}
	if parts[4] != c.props.Scope.Account {
		name = parts[4] + "-" + name
	}
	return name
}

// GrantAccess lets a principal into the cluster that is not known when the cluster is configured, under a name that
// stands in the Terraform address. It is an error if the name is taken or the entry is not valid.
func (c *Cluster) GrantAccess(name string, entry AccessEntry) error {
	entry = entry.withDefaults()
	var problems problem.List
	if !namePattern.MatchString(name) {
		problems.Addf("", "%q is no name; use 1 to 63 lower-case letters, digits and hyphens", name)
	}
	if c.entries[name] {
		problems.Addf("", "%q is taken; use another name", name)
	}
	problems.Add("", entry.validate())
	if err := problems.Err(); err != nil {
		return fmt.Errorf("access %s: %w", name, err)
	}
	c.entries[name] = true
	return tf.Guard(name, func() error {
		c.addAccess("access-"+name, entry)
		return nil
	})
}

func (c *Cluster) addAccess(id string, entry AccessEntry) {
	made := eksaccessentry.NewEksAccessEntry(c.construct, tf.Str(id), &eksaccessentry.EksAccessEntryConfig{
		ClusterName: tf.Str(c.name), PrincipalArn: tf.Str(entry.PrincipalARN), Type: tf.Str(string(entry.Type)),
		KubernetesGroups: tf.Strs(entry.Groups), UserName: tf.OptStr(entry.UserName),
	})
	if len(entry.Policies) == 0 {
		return
	}
	// By this reference the entry comes before its policies.
	principal := tf.Attr(made, "principalArn")
	for _, each := range entry.Policies {
		scope := &eksaccesspolicyassociation.EksAccessPolicyAssociationAccessScope{Type: tf.Str("cluster")}
		if len(each.Namespaces) > 0 {
			scope.Type, scope.Namespaces = tf.Str("namespace"), tf.Strs(each.Namespaces)
		}
		eksaccesspolicyassociation.NewEksAccessPolicyAssociation(c.construct, tf.Str(id+"-"+string(each.Name)), &eksaccesspolicyassociation.EksAccessPolicyAssociationConfig{
			ClusterName: tf.Str(c.name), PrincipalArn: tf.Str(principal), AccessScope: scope,
			PolicyArn: tf.Str("arn:" + c.props.Scope.Partition + ":eks::aws:cluster-access-policy/" + string(each.Name)),
		})
	}
}
