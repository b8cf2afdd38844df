package cluster

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ec2tag"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueuepolicy"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// KarpenterProps configures what Karpenter needs in AWS. Karpenter itself and its node classes are installed in
// Kubernetes, with the values of Karpenter. https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/
type KarpenterProps struct {
	// Namespace and ServiceAccount of Karpenter's controller. Default: kube-system and karpenter, as in its Helm chart.
	Namespace, ServiceAccount string
	// QueueName is the name of the SQS queue for interruptions, at most 80 letters, digits, _ and -.
	// Default: <cluster>-karpenter.
	QueueName string
}

// Karpenter is what Karpenter's Helm chart and node classes are configured with.
type Karpenter struct {
	controller *iam.Role
	nodeRole   *iam.Role
	props      KarpenterProps
	cluster    string

	queueName, queueARN string
}

// DiscoveryTag is the key of the tag by which Karpenter's node classes find subnets and security groups. Its value is
// the name of the cluster. The cluster's security group has it; subnets get it where they are made.
// https://karpenter.sh/docs/concepts/nodeclasses/
const DiscoveryTag = "karpenter.sh/discovery"

// ControllerRole is the role of the controller. With IRSA, the chart's serviceAccount.annotations name its ARN.
func (k *Karpenter) ControllerRole() *iam.Role { return k.controller }

// NodeRoleName is the role of the nodes, spec.role of an EC2NodeClass.
func (k *Karpenter) NodeRoleName() string { return k.nodeRole.Name() }

// NodeRoleARN is the ARN of the role of the nodes.
func (k *Karpenter) NodeRoleARN() string { return k.nodeRole.ARN() }

// QueueName is the queue for interruptions, settings.interruptionQueue of the chart.
func (k *Karpenter) QueueName() string { return k.queueName }

// QueueARN is the ARN of the queue.
func (k *Karpenter) QueueARN() string { return k.queueARN }

// Namespace is where the controller must be installed.
func (k *Karpenter) Namespace() string { return k.props.Namespace }

// ServiceAccount is the service account that the controller must have.
func (k *Karpenter) ServiceAccount() string { return k.props.ServiceAccount }

// DiscoveryValue is the value of the tag DiscoveryTag: the name of the cluster.
func (k *Karpenter) DiscoveryValue() string { return k.cluster }

var queueNamePattern = lazyregexp.New(fmt.Sprintf(`^[A-Za-z0-9_-]{1,%d}$`, maxQueueName))

func (k KarpenterProps) withDefaults(cluster string) KarpenterProps {
	k.Namespace = cmp.Or(k.Namespace, "kube-system")
	k.ServiceAccount = cmp.Or(k.ServiceAccount, "karpenter")
	if k.QueueName == "" {
		k.QueueName = limited(cluster+"-karpenter", maxQueueName)
	}
	return k
}

func (k KarpenterProps) validate() error {
	var problems problem.List
	problems.Add("", validateServiceAccount(k.Namespace, k.ServiceAccount))
	if !queueNamePattern.MatchString(k.QueueName) {
		problems.Addf("queueName", "%q is no name of a queue; use 1 to %d letters, digits, _ and -", k.QueueName, maxQueueName)
	}
	return problems.Err()
}

func (c *Cluster) makeKarpenter() error {
	if c.props.Karpenter == nil {
		return nil
	}
	k := &Karpenter{props: *c.props.Karpenter, cluster: c.props.Name}
	var err error
	k.nodeRole, err = c.role("karpenter-node-role", iam.RoleProps{
		Name:              limited(c.props.Name+"-karpenter-node", maxRoleName),
		Description:       "Nodes that Karpenter starts for the EKS cluster " + c.props.Name,
		Trust:             c.instanceTrust(),
		ManagedPolicyARNs: append(c.awsManaged([]string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}), c.props.Nodes.ManagedPolicyARNs...),
	})
	if err != nil {
		return err
	}
	c.addAccess("karpenter-node-access", AccessEntry{PrincipalARN: k.nodeRole.ARN(), Type: EC2Linux})
	if err := c.makeQueue(k); err != nil {
		return err
	}
	k.controller, err = c.ServiceAccountRole(ServiceAccount{
		Namespace: k.props.Namespace, Name: k.props.ServiceAccount, RoleName: limited(c.props.Name+"-karpenter", maxRoleName),
		Statements: controllerStatements(controller{
			scope: c.props.Scope, cluster: c.props.Name, clusterARN: c.clusterARN(), nodeRoleARN: k.nodeRole.ARN(), queueARN: k.queueARN, volumeKeyARN: c.props.Nodes.VolumeKeyARN,
		}),
	})
	if err != nil {
		return err
	}
	ec2tag.NewEc2Tag(c.construct, tf.Str("karpenter-discovery"), &ec2tag.Ec2TagConfig{
		ResourceId: tf.Str(c.securityGroup), Key: tf.Str(DiscoveryTag), Value: tf.Str(c.props.Name),
	})
	c.karpenter = k
	return nil
}

// interruptions are the events by which AWS announces that an instance will go.
// https://karpenter.sh/docs/concepts/disruption/#interruption
var interruptions = []struct{ id, source, detailType, description string }{
	{"health", "aws.health", "AWS Health Event", "Health events of AWS"},
	{"spot", "aws.ec2", "EC2 Spot Instance Interruption Warning", "Spot instances that EC2 takes back"},
	{"rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation", "Spot instances at risk"},
	{"state-change", "aws.ec2", "EC2 Instance State-change Notification", "Instances that stop or end"},
	{"reservation", "aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning", "Instances whose capacity reservation ends"},
}

// makeQueue makes the queue and the rules that fill it. Messages are worthless after minutes.
func (c *Cluster) makeQueue(k *Karpenter) error {
	queue := sqsqueue.NewSqsQueue(c.construct, tf.Str("karpenter-queue"), &sqsqueue.SqsQueueConfig{
		Name: tf.Str(k.props.QueueName), MessageRetentionSeconds: tf.Num(300), SqsManagedSseEnabled: true,
	})
	k.queueName, k.queueARN = tf.Attr(queue, "name"), tf.Attr(queue, "arn")
	var ruleARNs []string
	for _, each := range interruptions {
		name := limited(c.props.Name+"-karpenter-"+each.id, maxRuleName)
		ruleARNs = append(ruleARNs, c.props.Scope.Regional("events", "rule/"+name))
		pattern, err := json.Marshal(map[string][]string{"source": {each.source}, "detail-type": {each.detailType}})
		if err != nil {
			return err
		}
		rule := cloudwatcheventrule.NewCloudwatchEventRule(c.construct, tf.Str("karpenter-"+each.id), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name: tf.Str(name), Description: tf.Str(each.description + ", for Karpenter in " + c.props.Name), EventPattern: tf.Str(string(pattern)),
		})
		cloudwatcheventtarget.NewCloudwatchEventTarget(c.construct, tf.Str("karpenter-"+each.id+"-target"), &cloudwatcheventtarget.CloudwatchEventTargetConfig{
			Rule: tf.Str(tf.Attr(rule, "name")), TargetId: tf.Str("karpenter"), Arn: tf.Str(k.queueARN),
		})
	}
	document, err := policy.New(
		policy.Statement{
			Sid: "EventBridge", Principals: []policy.Principal{policy.Service("events.amazonaws.com")},
			Actions: []string{"sqs:SendMessage"}, Resources: []string{k.queueARN},
			Conditions: []policy.Condition{policy.ARNEquals("aws:SourceArn", ruleARNs...)},
		},
		policy.DenyInsecureTransport("sqs:*", k.queueARN),
	).JSON(policy.Resource)
	if err != nil {
		return err
	}
	sqsqueuepolicy.NewSqsQueuePolicy(c.construct, tf.Str("karpenter-queue-policy"), &sqsqueuepolicy.SqsQueuePolicyConfig{
		QueueUrl: tf.Str(tf.Attr(queue, "url")), Policy: tf.Str(document),
	})
	return nil
}
