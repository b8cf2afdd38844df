package cluster_test

import (
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// controllerPolicy is the policy of Karpenter's controller, whole.
func controllerPolicy(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	var documents []string
	for _, each := range template.Resources("aws_iam_policy") {
		if strings.HasPrefix(each["name"].(string), "wine-dev-karpenter-") {
			documents = append(documents, each["policy"].(string))
		}
	}
	require.NotEmpty(t, documents)
	sort.Strings(documents)
	var all []policy.Statement
	for _, document := range documents {
		require.LessOrEqual(t, len(document), policy.MaxManaged)
		statements, err := iamcheck.Parse(document)
		require.NoError(t, err)
		all = append(all, statements...)
	}
	return all
}

func withKarpenter() cluster.Props {
	props := minimal()
	props.Karpenter = &cluster.KarpenterProps{}
	props.Nodes.VolumeKeyARN = "arn:aws:kms:us-west-2:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	return props
}

func TestKarpenterPolicyExistsInIAM(t *testing.T) {
	statements := controllerPolicy(t, synth(t, withKarpenter()))
	iamcheck.Statements(t, statements...)
}

// The controller changes nothing that does not bear the tags of its cluster.
func TestKarpenterStaysInItsCluster(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range controllerPolicy(t, synth(t, withKarpenter())) {
		tagged := false
		for _, c := range s.Conditions {
			if strings.HasSuffix(c.Key, "Tag/kubernetes.io/cluster/wine-dev") {
				require.Equal(t, "StringEquals", c.Operator)
				require.Equal(t, []string{"owned"}, c.Values)
				tagged = true
			}
		}
		for _, action := range s.Actions {
			seen[action] = true
			switch action {
			case "ec2:CreateTags", "ec2:TerminateInstances", "ec2:DeleteLaunchTemplate", "ec2:CreateLaunchTemplate",
				"iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile":
				require.True(t, tagged, "%s in %s", action, s.Sid)
			case "ec2:RunInstances", "ec2:CreateFleet":
				// Without tags only on what an instance is started from, which it does not change.
				require.Equal(t, s.Sid != "LaunchWith", tagged, "%s in %s", action, s.Sid)
			case "iam:PassRole":
				require.Len(t, s.Resources, 1)
				require.Contains(t, s.Resources[0], "karpenter-node-role")
				require.Equal(t, []policy.Condition{policy.StringEquals("iam:PassedToService", "ec2.amazonaws.com")}, s.Conditions)
			}
		}
	}
	for _, action := range []string{"ec2:CreateFleet", "ec2:TerminateInstances", "iam:PassRole", "eks:DescribeCluster", "sqs:ReceiveMessage", "ssm:GetParameter", "pricing:GetProducts"} {
		require.True(t, seen[action], action)
	}
}

func TestKarpenterQueue(t *testing.T) {
	template := synth(t, withKarpenter())
	require.Equal(t, true, template.One("aws_sqs_queue")["sqs_managed_sse_enabled"])
	statements := template.Statements(template.One("aws_sqs_queue_policy")["policy"])
	require.Len(t, statements, 2)
	require.Equal(t, map[string]any{"Service": "events.amazonaws.com"}, statements[0].Principal)
	require.Len(t, statements[0].Condition["ArnEquals"]["aws:SourceArn"], 5)
	require.Equal(t, "Deny", statements[1].Effect)
	require.Equal(t, map[string]map[string]any{"Bool": {"aws:SecureTransport": "false"}}, statements[1].Condition)
	for _, rule := range template.Resources("aws_cloudwatch_event_rule") {
		require.Contains(t, statements[0].Condition["ArnEquals"]["aws:SourceArn"], "arn:aws:events:us-west-2:222222222222:rule/"+rule["name"].(string))
	}
	require.Equal(t, map[string]any{"type": "EC2_LINUX"}, pick(template.Where("aws_eks_access_entry", "type", "EC2_LINUX"), "type"))
}

func TestIPv6PolicyExistsInIAM(t *testing.T) {
	props := minimal()
	props.IPFamily = cluster.IPv6
	iamcheck.Check{}.Policy(t, policy.Identity, synth(t, props).One("aws_iam_role_policy")["policy"].(string))
}

// Each Kubernetes version that may be chosen has its add-ons, and a kube-proxy that is not newer than the API server.
func TestEveryVersionHasPinnedAddons(t *testing.T) {
	for _, version := range awsfacts.EKSVersionNames() {
		props := minimal()
		props.Version = version
		template := synth(t, props)
		addons := template.Resources("aws_eks_addon")
		require.Len(t, addons, 5)
		for _, addon := range addons {
			require.Regexp(t, `^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`, addon["addon_version"])
		}
		require.Contains(t, template.Where("aws_eks_addon", "addon_name", "kube-proxy")["addon_version"], "v"+version+".")
	}
}

// Each optional add-on that the configuration offers is pinned for each version.
func TestEveryVersionHasPinnedOptionalAddons(t *testing.T) {
	for _, version := range awsfacts.EKSVersionNames() {
		props := minimal()
		props.Version, props.Addons = version, map[string]cluster.Addon{}
		for _, name := range awsfacts.EKSAddons() {
			props.Addons[name] = cluster.Addon{}
		}
		template := synth(t, props)
		require.Len(t, template.Resources("aws_eks_addon"), 5+len(awsfacts.EKSAddons()))
	}
}

func TestExternalDNSManagesItsZonesOnly(t *testing.T) {
	props := minimal()
	props.Addons = map[string]cluster.Addon{"external-dns": {Statements: cluster.ManageRecords("aws", "Z0123456789ABCDEFGHIJ")}}
	template := synth(t, props)
	text := template.One("aws_iam_role_policy")["policy"].(string)
	iamcheck.Check{}.Policy(t, policy.Identity, text)
	require.Equal(t, []string{"arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"}, template.Allowing(text, "route53:ChangeResourceRecordSets")[0].Resources)
	association := template.Where("aws_eks_addon", "addon_name", "external-dns")["pod_identity_association"].([]any)[0].(map[string]any)
	require.Equal(t, "external-dns", association["service_account"])
}

// Names that pass a limit of AWS are cut and stay apart.
func TestLongNames(t *testing.T) {
	props := withKarpenter()
	props.Name = strings.Repeat("a-long-name-", 8)[:95]
	template := synth(t, props, func(c *cluster.Cluster) {
		for _, account := range []string{"one", "two"} {
			_, err := c.GrantPodIdentity("a-namespace-with-quite-a-name", account)
			require.NoError(t, err)
		}
	})
	for kind, longest := range map[string]int{"aws_iam_role": 64, "aws_cloudwatch_event_rule": 64, "aws_sqs_queue": 80} {
		seen := map[any]bool{}
		for _, each := range template.Resources(kind) {
			require.LessOrEqual(t, len(each["name"].(string)), longest)
			require.False(t, seen[each["name"]], each["name"])
			seen[each["name"]] = true
		}
	}
}

func TestRepair(t *testing.T) {
	props := minimal()
	props.NodePools["general"] = cluster.NodePool{InstanceTypes: []string{"m6i.large"}, Desired: 1, Max: 1, Repair: true}
	require.Equal(t, map[string]any{"enabled": true}, synth(t, props).One("aws_eks_node_group")["node_repair_config"])
}

func TestEveryRoleHasTheBoundary(t *testing.T) {
	for _, change := range []func(p *cluster.Props){
		func(p *cluster.Props) {},
		func(p *cluster.Props) { p.Identity = cluster.IRSA },
		func(p *cluster.Props) { p.NodePools, p.AutoMode, p.Karpenter = nil, &cluster.AutoMode{}, nil },
	} {
		props := withKarpenter()
		props.PermissionsBoundary = "arn:aws:iam::222222222222:policy/boundary"
		change(&props)
		roles := synth(t, props, func(c *cluster.Cluster) {
			_, err := c.GrantPodIdentity("models", "mlflow")
			require.NoError(t, err)
		}).Resources("aws_iam_role")
		require.GreaterOrEqual(t, len(roles), 3)
		for _, role := range roles {
			require.Equal(t, "arn:aws:iam::222222222222:policy/boundary", role["permissions_boundary"])
		}
	}
}
