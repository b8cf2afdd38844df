package cluster

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eksaddon"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Addon is an EKS add-on. Its zero value installs the add-on with the defaults.
// https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
type Addon struct {
	// Version, such as v1.22.4-eksbuild.3. Default: pinned for the Kubernetes version, where this package knows the add-on.
	Version string
	// Configuration is JSON of the add-on's own schema, which "aws eks describe-addon-configuration" shows. Default: none,
	// and for vpc-cni prefix delegation, so that a node takes as many pods as Kubernetes allows instead of as many as it
	// has single addresses. The subnets must have free /28 blocks for it.
	// https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html
	Configuration string
	// BeforeCompute installs the add-on before there are nodes, for those without which nodes are not ready.
	// Default: true for vpc-cni, kube-proxy and eks-pod-identity-agent, false for others.
	BeforeCompute bool
	// Namespace and ServiceAccount of the pods that use the add-on's role. Default: those that AWS documents for vpc-cni,
	// aws-ebs-csi-driver, aws-efs-csi-driver, aws-mountpoint-s3-csi-driver, amazon-cloudwatch-observability and external-dns.
	Namespace, ServiceAccount string
	// ManagedPolicyARNs are attached to the role made for the add-on. Default: the AWS managed policy that belongs to the
	// add-ons named above, except aws-mountpoint-s3-csi-driver and external-dns, whose buckets and zones only you know.
	ManagedPolicyARNs []string
	// Statements are added to them, such as the KMS key of volumes for aws-ebs-csi-driver, or ManageRecords for external-dns.
	// Default: none.
	Statements []policy.Statement
	// RoleARN is an existing role for the add-on, which trusts it. Default: one is made, if the add-on has permissions.
	RoleARN string
	// Preserve leaves the software in the cluster when the add-on is removed. Default: false.
	Preserve bool
	// Omit leaves a default add-on out. Default: false.
	Omit bool
}

// known is what this package knows of an add-on.
type known struct {
	standard, before          bool
	namespace, serviceAccount string
	managedPolicy             string
	builtIn                   bool
}

// Service accounts and policies: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
var knownAddons = map[string]known{
	"vpc-cni": {
		standard: true, before: true, builtIn: true,
		namespace: "kube-system", serviceAccount: "aws-node", managedPolicy: "AmazonEKS_CNI_Policy",
	},
	"kube-proxy":             {standard: true, before: true, builtIn: true},
	"eks-pod-identity-agent": {before: true, builtIn: true},
	"coredns":                {standard: true, builtIn: true},
	"aws-ebs-csi-driver": {
		standard: true, builtIn: true,
		namespace: "kube-system", serviceAccount: "ebs-csi-controller-sa", managedPolicy: "service-role/AmazonEBSCSIDriverPolicy",
	},
	"aws-efs-csi-driver":              {namespace: "kube-system", serviceAccount: "efs-csi-controller-sa", managedPolicy: "service-role/AmazonEFSCSIDriverPolicy"},
	"aws-mountpoint-s3-csi-driver":    {namespace: "kube-system", serviceAccount: "s3-csi-driver-sa"},
	"amazon-cloudwatch-observability": {namespace: "amazon-cloudwatch", serviceAccount: "cloudwatch-agent", managedPolicy: "CloudWatchAgentServerPolicy"},
	"external-dns":                    {namespace: "external-dns", serviceAccount: "external-dns"},
}

// prefixDelegation gives each node blocks of 16 addresses.
const prefixDelegation = `{"env":{"ENABLE_PREFIX_DELEGATION":"true","WARM_PREFIX_TARGET":"1"}}`

// NetworkPolicies is the configuration of vpc-cni with which it also sees to it that network policies hold.
// https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
const NetworkPolicies = `{"enableNetworkPolicy":"true","env":{"ENABLE_PREFIX_DELEGATION":"true","WARM_PREFIX_TARGET":"1"}}`

var (
	addonNamePattern    = lazyregexp.New(`^[a-z0-9]([a-z0-9_-]{0,98}[a-z0-9])?$`)
	addonVersionPattern = lazyregexp.New(`^v[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$`)
)

// addonsWithDefaults are the add-ons to install, without those that are left out.
func (p Props) addonsWithDefaults() map[string]Addon {
	all := map[string]Addon{}
	if p.AutoMode == nil {
		for name, known := range knownAddons {
			if known.standard {
				all[name] = Addon{}
			}
		}
		if p.Identity == PodIdentity {
			all["eks-pod-identity-agent"] = Addon{}
		}
	}
	maps.Copy(all, p.Addons)
	for name, addon := range all {
		all[name] = p.addonWithDefaults(name, addon)
	}
	return all
}

func (p Props) addonWithDefaults(name string, addon Addon) Addon {
	known := knownAddons[name]
	if addon.Version == "" {
		addon.Version = pinned[p.Version][name]
	}
	if _, supported := pinned[p.Version]; addon.Version == "" && supported {
		addon.Version = pinnedForAll[name]
	}
	addon.BeforeCompute = addon.BeforeCompute || known.before
	if addon.Namespace == "" && addon.ServiceAccount == "" {
		addon.Namespace, addon.ServiceAccount = known.namespace, known.serviceAccount
	}
	if addon.Configuration == "" && name == "vpc-cni" {
		addon.Configuration = prefixDelegation
	}
	if addon.RoleARN != "" || len(addon.ManagedPolicyARNs) > 0 {
		return addon
	}
	switch {
	case name == "vpc-cni" && p.IPFamily == IPv6:
		addon.Statements = append(cniIPv6(p.Scope), addon.Statements...)
	case known.managedPolicy != "":
		addon.ManagedPolicyARNs = []string{p.Scope.AWSManagedPolicy(known.managedPolicy)}
	}
	return addon
}

// cniIPv6 is what the network plugin needs with IPv6, for which AWS maintains no policy.
// https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html
func cniIPv6(scope arn.Scope) []policy.Statement {
	return []policy.Statement{
		{Sid: "AssignAddresses", Actions: []string{"ec2:AssignIpv6Addresses", "ec2:CreateTags"}, Resources: []string{scope.Regional("ec2", "network-interface/*")}},
		{
			Sid: "Describe", Resources: []string{"*"},
			Actions: []string{"ec2:DescribeInstanceTypes", "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeTags"},
		},
	}
}

// ManageRecords is what external-dns needs to keep the records of hosted zones, by the ids of the zones.
// https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/#iam-policy
func ManageRecords(partition string, zoneIDs ...string) []policy.Statement {
	zones := make([]string, len(zoneIDs))
	for i, id := range zoneIDs {
		zones[i] = "arn:" + partition + ":route53:::hostedzone/" + id
	}
	return []policy.Statement{
		{Sid: "ManageRecords", Actions: []string{"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResource"}, Resources: zones},
		// Route 53 has no resource level for the list of zones.
		{Sid: "FindZones", Actions: []string{"route53:ListHostedZones"}, Resources: []string{"*"}},
	}
}

func (a Addon) hasPermissions() bool { return len(a.ManagedPolicyARNs) > 0 || len(a.Statements) > 0 }

func (p Props) validateAddons(problems *problem.List) {
	if p.Identity == PodIdentity && p.AutoMode == nil && p.Addons["eks-pod-identity-agent"].Omit {
		problems.Addf(problem.Key("addons", "eks-pod-identity-agent"), "is what gives pods their roles with podIdentity; keep it, or set identity to irsa")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Addons)) {
		addon, at := p.Addons[name], problem.Key("addons", name)
		if addon.Omit {
			continue
		}
		if !addonNamePattern.MatchString(name) {
			problems.Addf(at, "is no name of an add-on; see aws eks describe-addon-versions")
		}
		if p.AutoMode != nil && knownAddons[name].builtIn {
			problems.Addf(at, "is built into Auto Mode; remove it")
			continue
		}
		problems.Add(at, addon.validate(name, p.Version))
	}
}

func (a Addon) validate(name, kubernetes string) error {
	var problems problem.List
	switch {
	case a.Version == "" && !slices.Contains(awsfacts.EKSVersionNames(), kubernetes):
		// The Kubernetes version is the problem, and is reported already.
	case a.Version == "":
		problems.Addf("version", "is missing and none is pinned here for Kubernetes %s; take one that this prints: aws eks describe-addon-versions --kubernetes-version %s --addon-name %s", kubernetes, kubernetes, name)
	case !addonVersionPattern.MatchString(a.Version):
		problems.Addf("version", "%q is no version of an add-on; write it like v1.2.3-eksbuild.4", a.Version)
	}
	if a.Configuration != "" && !json.Valid([]byte(a.Configuration)) {
		problems.Addf("configuration", "%q is no JSON; write the values of the add-on's schema as a JSON object", a.Configuration)
	}
	if a.RoleARN != "" {
		if !arn.Is(a.RoleARN, "iam", "role/") {
			problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", a.RoleARN)
		}
		if a.hasPermissions() {
			problems.Addf("roleARN", "comes with permissions of its own; remove managedPolicyARNs and statements, or roleARN")
		}
	}
	if (a.RoleARN != "" || a.hasPermissions()) && (a.Namespace == "" || a.ServiceAccount == "") {
		problems.Addf("serviceAccount", "is not known for this add-on, nor its namespace; give both, as its documentation names them")
	}
	if a.Namespace != "" {
		problems.Add("", validateServiceAccount(a.Namespace, a.ServiceAccount))
	}
	return problems.Err()
}

// makeAddons makes the add-ons that come before the nodes, or the others.
func (c *Cluster) makeAddons(before bool, after ...tf.Dependable) ([]tf.Dependable, error) {
	var made []tf.Dependable
	for _, name := range slices.Sorted(maps.Keys(c.props.Addons)) {
		addon := c.props.Addons[name]
		if addon.Omit || addon.BeforeCompute != before {
			continue
		}
		each, err := c.makeAddon(name, addon, after)
		if err != nil {
			return nil, fmt.Errorf("addons[%q]: %w", name, err)
		}
		made = append(made, each)
	}
	return made, nil
}

// makeAddonsAfter makes the add-ons that run on nodes. They wait for the pools that take any pod, because EKS reports an
// add-on without pods as degraded, and Terraform as failed. They do not wait for the others: a GPU pool for which AWS has
// no instances must not leave the cluster without DNS.
func (c *Cluster) makeAddonsAfter(nodes []tf.Dependable) error {
	_, err := c.makeAddons(false, nodes...)
	return err
}

func (c *Cluster) makeAddon(name string, addon Addon, after []tf.Dependable) (tf.Dependable, error) {
	config := &eksaddon.EksAddonConfig{
		ClusterName: tf.Str(c.name), AddonName: tf.Str(name), AddonVersion: tf.Str(addon.Version),
		ConfigurationValues: tf.OptStr(addon.Configuration), Preserve: tf.OptBool(addon.Preserve),
		// What this code says holds, also against what somebody changed in the cluster.
		ResolveConflictsOnCreate: tf.Str("OVERWRITE"), ResolveConflictsOnUpdate: tf.Str("OVERWRITE"),
	}
	roleARN := addon.RoleARN
	after = append([]tf.Dependable(nil), after...)
	if roleARN == "" && addon.hasPermissions() {
		role, err := c.role("addon-"+name+"-role", iam.RoleProps{
			Name:        limited(c.props.Name+"-"+name, maxRoleName),
			Description: "Add-on " + name + " of the EKS cluster " + c.props.Name, Trust: c.podTrust(addon.Namespace, addon.ServiceAccount),
			ManagedPolicyARNs: addon.ManagedPolicyARNs, Statements: addon.Statements,
		})
		if err != nil {
			return nil, err
		}
		roleARN = role.ARN()
		// The reference to the role does not wait for its policies.
		after = append(after, role.Policies()...)
	}
	switch {
	case roleARN == "":
	case c.props.Identity == IRSA:
		config.ServiceAccountRoleArn = tf.Str(roleARN)
	default:
		config.PodIdentityAssociation = []*eksaddon.EksAddonPodIdentityAssociation{{
			RoleArn: tf.Str(roleARN), ServiceAccount: tf.Str(addon.ServiceAccount),
		}}
	}
	config.DependsOn = tf.After(after...)
	if roleARN != "" {
		c.accounts[addon.Namespace+"/"+addon.ServiceAccount] = true
	}
	return eksaddon.NewEksAddon(c.construct, tf.Str("addon-"+name), config), nil
}
