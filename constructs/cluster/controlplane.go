package cluster

import (
	"maps"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ekscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func (c *Cluster) makeControlPlane() error {
	roleARN, after, err := c.clusterRole()
	if err != nil {
		return err
	}
	if err := c.makeKey(); err != nil {
		return err
	}
	p := c.props
	config := &ekscluster.EksClusterConfig{
		Name: tf.Str(p.Name), RoleArn: tf.Str(roleARN), Version: tf.Str(p.Version),
		// EKS would install unpinned add-ons of its own.
		BootstrapSelfManagedAddons: false,
		AccessConfig: &ekscluster.EksClusterAccessConfig{
			AuthenticationMode: tf.Str("API"), BootstrapClusterCreatorAdminPermissions: false,
		},
		VpcConfig: &ekscluster.EksClusterVpcConfig{
			SubnetIds: tf.Strs(p.SubnetIDs), SecurityGroupIds: tf.Strs([]string{c.makeControlPlaneSecurityGroup()}),
			EndpointPrivateAccess: true, EndpointPublicAccess: len(p.Endpoint.PublicCIDRs) > 0, PublicAccessCidrs: tf.Strs(p.Endpoint.PublicCIDRs),
		},
		KubernetesNetworkConfig: &ekscluster.EksClusterKubernetesNetworkConfig{
			IpFamily: tf.Str(string(p.IPFamily)), ServiceIpv4Cidr: tf.OptStr(p.ServiceCIDR),
		},
		UpgradePolicy: &ekscluster.EksClusterUpgradePolicy{SupportType: tf.Str(string(p.Support))},
		Lifecycle:     tf.Protect(!p.AllowDestroy),
	}
	if !p.Logs.Disabled {
		var types []string
		for _, each := range p.Logs.Types {
			types = append(types, string(each))
		}
		config.EnabledClusterLogTypes = tf.Strs(types)
		if logs := c.makeLogGroup(); logs != nil {
			after = append(after, logs)
		}
	}
	if c.keyARN != "" {
		config.EncryptionConfig = &ekscluster.EksClusterEncryptionConfig{
			Resources: tf.Strs([]string{"secrets"}), Provider: &ekscluster.EksClusterEncryptionConfigProvider{KeyArn: tf.Str(c.keyARN)},
		}
	}
	if p.ZonalShift {
		config.ZonalShiftConfig = &ekscluster.EksClusterZonalShiftConfig{Enabled: true}
	}
	if p.AutoMode != nil {
		policies, err := c.autoMode(config)
		if err != nil {
			return err
		}
		after = append(append(after, c.after()...), policies...)
	}
	config.DependsOn = tf.After(after...)
	c.read(ekscluster.NewEksCluster(c.construct, tf.Str("cluster"), config))
	return nil
}

// clusterRole is the role of the control plane and what must be attached to it before the cluster is made, and still be
// attached while it is removed. Only this cluster can assume it.
// https://docs.aws.amazon.com/eks/latest/userguide/cross-service-confused-deputy-prevention.html
func (c *Cluster) clusterRole() (string, []tf.Dependable, error) {
	if c.props.RoleARN != "" {
		return c.props.RoleARN, nil, nil
	}
	trust := policy.Statement{
		Principals: []policy.Principal{policy.Service("eks.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
		Conditions: []policy.Condition{
			policy.StringEquals("aws:SourceAccount", c.props.Scope.Account), policy.ARNEquals("aws:SourceArn", c.clusterARN()),
		},
	}
	managed := []string{"AmazonEKSClusterPolicy"}
	if c.props.AutoMode != nil {
		trust.Actions = append(trust.Actions, "sts:TagSession")
		managed = append(managed, autoModePolicies...)
	}
	role, err := c.role("cluster-role", iam.RoleProps{
		Name:        limited(c.props.Name+"-cluster", maxRoleName),
		Description: "Control plane of the EKS cluster " + c.props.Name, Trust: policy.New(trust), ManagedPolicyARNs: c.awsManaged(managed),
	})
	if err != nil {
		return "", nil, err
	}
	return role.ARN(), role.Policies(), nil
}

func (c *Cluster) awsManaged(names []string) []string {
	arns := make([]string, len(names))
	for i, name := range names {
		arns[i] = c.props.Scope.AWSManagedPolicy(name)
	}
	return arns
}

// makeKey needs no statement for EKS: it works through a grant, which the caller of CreateCluster gives it.
func (c *Cluster) makeKey() error {
	c.keyARN = c.props.Encryption.KeyARN
	if c.keyARN != "" || c.props.Encryption.AWSOwnedKey {
		return nil
	}
	key, err := kms.NewKey(c.construct, "secrets-key", kms.KeyProps{
		Scope: c.props.Scope, Alias: c.props.Name + "-secrets", AllowDestroy: c.props.AllowDestroy,
		Description: "Kubernetes secrets of the EKS cluster " + c.props.Name,
	})
	if err != nil {
		return err
	}
	c.keyARN = key.ARN()
	return nil
}

// makeLogGroup comes before the cluster, because EKS would make a log group that keeps everything for ever.
func (c *Cluster) makeLogGroup() tf.Dependable {
	name := "/aws/eks/" + c.props.Name + "/cluster"
	if c.props.Logs.Existing {
		c.logGroup = name
		return nil
	}
	group := cloudwatchloggroup.NewCloudwatchLogGroup(c.construct, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str(name), RetentionInDays: tf.Num(c.props.Logs.RetentionDays), KmsKeyId: tf.OptStr(c.props.Logs.KeyARN),
	})
	c.logGroup = tf.Attr(group, "name")
	return group
}

// makeControlPlaneSecurityGroup makes a group for rules to the API alone. The one that EKS makes is on the nodes too, so
// a rule there would open them as well.
func (c *Cluster) makeControlPlaneSecurityGroup() string {
	name := c.props.Name + "-control-plane"
	group := securitygroup.NewSecurityGroup(c.construct, tf.Str("control-plane"), &securitygroup.SecurityGroupConfig{
		Name: tf.Str(name), Description: tf.Str("Reaches the Kubernetes API of " + c.props.Name), VpcId: tf.Str(c.props.VPCID), Tags: tf.Name(name, nil),
	})
	c.controlPlane = tf.Attr(group, "id")
	allow := func(id string, rule vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig) {
		rule.SecurityGroupId, rule.IpProtocol, rule.FromPort, rule.ToPort = tf.Str(c.controlPlane), tf.Str("tcp"), tf.Num(443), tf.Num(443)
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(c.construct, tf.Str("api-from-"+id), &rule)
	}
	for _, cidr := range c.props.Endpoint.PrivateCIDRs {
		allow(strings.NewReplacer(".", "-", "/", "-").Replace(cidr), vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			CidrIpv4: tf.Str(cidr), Description: tf.Str("Kubernetes API from " + cidr),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(c.props.Endpoint.PrivateSecurityGroups)) {
		allow(name, vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			ReferencedSecurityGroupId: tf.Str(c.props.Endpoint.PrivateSecurityGroups[name]), Description: tf.Str("Kubernetes API from " + name),
		})
	}
	return c.controlPlane
}
