// Package ecscluster makes clusters of Amazon ECS for Fargate: on demand and Spot, with Container Insights, names for Service Connect, and
// commands in containers only where they are wanted and recorded.
package ecscluster

import (
	"cmp"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsclustercapacityproviders"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/servicediscoveryhttpnamespace"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Insights is what CloudWatch measures of the cluster.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html
type Insights string

const (
	// InsightsEnabled measures cluster, services and tasks.
	InsightsEnabled Insights = "enabled"
	// InsightsEnhanced measures containers too, at a higher price.
	InsightsEnhanced Insights = "enhanced"
	// InsightsDisabled measures CPU and memory of services alone, which is free. Scaling by a queue needs more.
	InsightsDisabled Insights = "disabled"
)

// Props configures a cluster. Name is required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_cluster
type Props struct {
	// Name of the cluster: 1 to 255 letters, digits, hyphens and underscores. A change replaces the cluster.
	Name string
	// Scope is where the cluster lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of all resources, beside those of the stack. Default: none.
	Tags map[string]string
	// Insights that CloudWatch has. Default: InsightsEnabled.
	Insights Insights
	// ServiceConnect makes a namespace of the cluster's name, in which services find each other. Default: false.
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
	ServiceConnect bool
	// ExecuteCommand records the commands that people run in containers of services that allow it. Default: nobody does.
	ExecuteCommand *ExecuteCommand
	// StorageKeyARN is the KMS key for the disks of tasks, whose policy must let Fargate use it for this cluster. Default: a key of AWS.
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
	StorageKeyARN string
}

// ExecuteCommand is where sessions in containers are recorded.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
type ExecuteCommand struct {
	// RetentionDays is for how many days the log group keeps the sessions, one of the numbers that CloudWatch Logs knows. Default: 90.
	RetentionDays int
	// KeyARN is the KMS key that encrypts sessions and log group; its policy must let CloudWatch Logs use it. Default: keys of AWS.
	KeyARN string
}

// A Cluster is an ECS cluster.
type Cluster struct {
	construct           tf.Construct
	name, arn           string
	namespace, logGroup string
	key                 string
}

var namePattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_-]{0,254}$`)

// New makes a cluster.
func New(scope constructs.Construct, id string, props Props) (*Cluster, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.Insights = cmp.Or(props.Insights, InsightsEnabled)
	if props.ExecuteCommand != nil {
		command := *props.ExecuteCommand
		command.RetentionDays = cmp.Or(command.RetentionDays, 90)
		props.ExecuteCommand = &command
	}
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Cluster, error) {
		made := &Cluster{construct: scope}
		config := &ecscluster.EcsClusterConfig{
			Name: tf.Str(props.Name), Tags: tf.StrMap(props.Tags), Configuration: made.configuration(props),
			Setting: []*ecscluster.EcsClusterSetting{{Name: tf.Str("containerInsights"), Value: tf.Str(string(props.Insights))}},
		}
		if props.ServiceConnect {
			made.namespace = tf.Attr(servicediscoveryhttpnamespace.NewServiceDiscoveryHttpNamespace(scope, tf.Str("namespace"), &servicediscoveryhttpnamespace.ServiceDiscoveryHttpNamespaceConfig{
				Name: tf.Str(props.Name), Description: tf.Str("Services of the ECS cluster " + props.Name), Tags: tf.StrMap(props.Tags),
			}), "arn")
			config.ServiceConnectDefaults = &ecscluster.EcsClusterServiceConnectDefaults{Namespace: tf.Str(made.namespace)}
		}
		cluster := ecscluster.NewEcsCluster(scope, tf.Str("cluster"), config)
		made.arn = tf.Attr(cluster, "arn")
		// Who uses the cluster comes after its capacity providers.
		made.name = tf.Attr(ecsclustercapacityproviders.NewEcsClusterCapacityProviders(scope, tf.Str("capacity"), &ecsclustercapacityproviders.EcsClusterCapacityProvidersConfig{
			ClusterName: tf.Str(tf.Attr(cluster, "name")), CapacityProviders: tf.Strs([]string{"FARGATE", "FARGATE_SPOT"}),
			DefaultCapacityProviderStrategy: []*ecsclustercapacityproviders.EcsClusterCapacityProvidersDefaultCapacityProviderStrategy{
				{CapacityProvider: tf.Str("FARGATE"), Weight: tf.Num(1)},
			},
		}), "clusterName")
		return made, nil
	})
}

func (c *Cluster) configuration(props Props) *ecscluster.EcsClusterConfiguration {
	if props.ExecuteCommand == nil && props.StorageKeyARN == "" {
		return nil
	}
	config := &ecscluster.EcsClusterConfiguration{}
	if command := props.ExecuteCommand; command != nil {
		group := cloudwatchloggroup.NewCloudwatchLogGroup(c.construct, tf.Str("commands"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str("/ecs/" + props.Name + "/commands"), RetentionInDays: tf.Num(command.RetentionDays), KmsKeyId: tf.OptStr(command.KeyARN), Tags: tf.StrMap(props.Tags),
		})
		c.logGroup, c.key = tf.Attr(group, "arn"), command.KeyARN
		config.ExecuteCommandConfiguration = &ecscluster.EcsClusterConfigurationExecuteCommandConfiguration{
			KmsKeyId: tf.OptStr(command.KeyARN), Logging: tf.Str("OVERRIDE"),
			LogConfiguration: &ecscluster.EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration{
				CloudWatchLogGroupName: tf.Str(tf.Attr(group, "name")), CloudWatchEncryptionEnabled: command.KeyARN != "",
			},
		}
	}
	if props.StorageKeyARN != "" {
		config.ManagedStorageConfiguration = &ecscluster.EcsClusterConfigurationManagedStorageConfiguration{FargateEphemeralStorageKmsKeyId: tf.Str(props.StorageKeyARN)}
	}
	return config
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of an ECS cluster; use 1 to 255 letters, digits, hyphens and underscores, beginning with a letter", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if !slices.Contains([]Insights{InsightsEnabled, InsightsEnhanced, InsightsDisabled}, p.Insights) {
		problems.Addf("insights", "%q is unknown; use %s, %s or %s", p.Insights, InsightsEnabled, InsightsEnhanced, InsightsDisabled)
	}
	if c := p.ExecuteCommand; c != nil {
		rule.LogRetention(&problems, "executeCommand.retentionDays", c.RetentionDays)
		problems.Add("", p.Scope.CheckKey("executeCommand.keyARN", c.KeyARN))
	}
	problems.Add("", p.Scope.CheckKey("storageKeyARN", p.StorageKeyARN))
	return problems.Err()
}

// Name of the cluster, known when its capacity providers are there.
func (c *Cluster) Name() string { return c.name }

// ARN of the cluster.
func (c *Cluster) ARN() string { return c.arn }

// NamespaceARN is the namespace of Service Connect, empty where there is none.
func (c *Cluster) NamespaceARN() string { return c.namespace }

// CommandLogGroupARN is the log group of commands in containers, empty where nobody may run any.
func (c *Cluster) CommandLogGroupARN() string { return c.logGroup }

// CommandKeyARN is the KMS key of the sessions of commands, empty where there is none.
func (c *Cluster) CommandKeyARN() string { return c.key }

// Construct holds the cluster's resources.
func (c *Cluster) Construct() constructs.Construct { return c.construct }
