package ecsservice

import (
	"cmp"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsservice"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Owner says who changes what the service runs.
type Owner string

const (
	// OwnerTerraform deploys a new task definition with each apply that changes it.
	OwnerTerraform Owner = "terraform"
	// OwnerPipeline leaves the task definition of the running service to a delivery pipeline: Terraform makes the first one and ignores what
	// comes after.
	OwnerPipeline Owner = "pipeline"
)

// Props configures a service. The fields of TaskProps, and SubnetIDs, are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service
type Props struct {
	TaskProps
	// SubnetIDs are private subnets, one in each zone. Tasks have no public address.
	SubnetIDs []string
	// DesiredCount is how many tasks run, 0 to 5000. With Scaling it is the number at the beginning. Default: nil, 1.
	DesiredCount *int
	// Scaling changes the number of tasks. Default: nil, it stays.
	Scaling *Scaling
	// Spot runs tasks on capacity that AWS takes back with two minutes' notice, at up to 70 % less. Default: none.
	Spot Spot
	// Targets are target groups of load balancers in which the tasks are registered. Default: none.
	Targets []Target
	// GraceSeconds is how long the health checks of load balancers do not count after a start, 0 to 2,147,483,647. Only with Targets. Default:
	// 60.
	GraceSeconds int
	// Connect gives ports a name in the namespace of the cluster. Default: nil, no Service Connect.
	Connect *Connect
	// ExecuteCommand lets people run commands in the containers, which the cluster records. All containers must have WritableRoot. Default:
	// false.
	ExecuteCommand bool
	// Deployment says how new tasks take the place of old ones.
	Deployment Deployment
	// Owner of the task definition that runs. Default: OwnerTerraform.
	Owner Owner
	// After is what the tasks need when they start, such as the Resource of another service. Default: none.
	After []tf.Dependable
}

// Spot says how much of a service runs on Fargate Spot.
type Spot struct {
	// Percent of the tasks beyond OnDemand that run on Spot, 0 to 100. Default: 0.
	Percent int
	// OnDemand tasks are never on Spot, 0 to 100,000. Default: 0.
	OnDemand int
}

// A Target is a target group with a port of a container.
type Target struct {
	// ARN of the target group, by address.
	ARN string
	// Container and Port that are registered.
	Container string
	Port      int
	// After is the rule of the listener, without which ECS refuses the target group. Default: none.
	After tf.Dependable
}

// Connect makes the service a member of the cluster's namespace.
type Connect struct {
	// Offers are ports that others reach by a name. Default: none, the service is a client.
	Offers []Offer
}

// An Offer is a port with its name in the namespace.
type Offer struct {
	// Port is the name of a container's port.
	Port string
	// DNSName under which others reach it. Default: the name of the service.
	DNSName string
	// Number at which others reach it. Default: that of the port.
	Number int
}

// Deployment is how new tasks take the place of old ones: they start beside them, up to MaxPercent.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
type Deployment struct {
	// MinHealthyPercent of the desired tasks run at any time, 0 to 100. Default: nil, 100.
	MinHealthyPercent *int
	// MaxPercent of the desired tasks run at any time, 100 to 400. Default: 200.
	MaxPercent int
	// AlarmNames are CloudWatch alarms that bring the old tasks back while they are on. Default: none.
	AlarmNames []string
	// NoRollback gives up that a deployment whose tasks do not start goes back. Default: false.
	NoRollback bool
	// NoWait ends the apply before the deployment has, so that nobody hears of a failed one. Default: false.
	NoWait bool
}

// A Service keeps tasks running.
type Service struct {
	*Task
	name, arn string
	service   tf.Dependable
}

// New makes a service.
func New(scope constructs.Construct, id string, props Props) (*Service, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Service, error) {
		var more []policy.Statement
		if props.ExecuteCommand {
			more = commands(props.Cluster)
		}
		task, err := newTask(scope, id, props.TaskProps, more)
		if err != nil {
			return nil, err
		}
		made := &Service{Task: task}
		service := ecsservice.NewEcsService(scope, tf.Str("service"), made.config(props))
		made.name, made.arn, made.service = tf.Attr(service, "name"), tf.Attr(service, "id"), service
		made.scale(props)
		return made, nil
	})
}

func (p Props) withDefaults() Props {
	p.TaskProps = p.TaskProps.withDefaults()
	if p.DesiredCount == nil {
		one := 1
		p.DesiredCount = &one
	}
	if p.Deployment.MinHealthyPercent == nil {
		all := 100
		p.Deployment.MinHealthyPercent = &all
	}
	p.Deployment.MaxPercent = cmp.Or(p.Deployment.MaxPercent, 200)
	if p.GraceSeconds == 0 && len(p.Targets) > 0 {
		p.GraceSeconds = 60
	}
	p.Owner = cmp.Or(p.Owner, OwnerTerraform)
	if p.Scaling != nil {
		scaling := p.Scaling.withDefaults()
		p.Scaling = &scaling
	}
	return p
}

func (s *Service) config(props Props) *ecsservice.EcsServiceConfig {
	d := props.Deployment
	// Nothing of a service that comes up is known to the role of its tasks later: policies first, then tasks.
	after := slices.Concat(s.task.Policies(), s.starting.Policies(), props.After)
	config := &ecsservice.EcsServiceConfig{
		Name: tf.Str(props.Name), Cluster: tf.Str(props.Cluster.ARN), TaskDefinition: tf.Str(s.definition), DesiredCount: tf.Num(*props.DesiredCount),
		NetworkConfiguration: &ecsservice.EcsServiceNetworkConfiguration{
			Subnets: tf.Strs(props.SubnetIDs), SecurityGroups: tf.Strs([]string{s.group}), AssignPublicIp: false,
		},
		CapacityProviderStrategy: props.Spot.strategy(), PlatformVersion: tf.Str("LATEST"),
		DeploymentMinimumHealthyPercent: tf.Num(*d.MinHealthyPercent), DeploymentMaximumPercent: tf.Num(d.MaxPercent),
		DeploymentCircuitBreaker: &ecsservice.EcsServiceDeploymentCircuitBreaker{Enable: !d.NoRollback, Rollback: !d.NoRollback},
		EnableExecuteCommand:     props.ExecuteCommand, EnableEcsManagedTags: true, PropagateTags: tf.Str("SERVICE"), WaitForSteadyState: !d.NoWait,
		HealthCheckGracePeriodSeconds: tf.OptNum(props.GraceSeconds), Tags: tf.StrMap(props.Tags),
	}
	if len(d.AlarmNames) > 0 {
		config.Alarms = &ecsservice.EcsServiceAlarms{AlarmNames: tf.Strs(d.AlarmNames), Enable: true, Rollback: !d.NoRollback}
	}
	var targets []*ecsservice.EcsServiceLoadBalancer
	for _, each := range props.Targets {
		targets = append(targets, &ecsservice.EcsServiceLoadBalancer{TargetGroupArn: tf.Str(each.ARN), ContainerName: tf.Str(each.Container), ContainerPort: tf.Num(each.Port)})
		if each.After != nil {
			after = append(after, each.After)
		}
	}
	if len(targets) > 0 {
		config.LoadBalancer = targets
	}
	if props.Connect != nil {
		config.ServiceConnectConfiguration = props.connect()
	}
	config.DependsOn, config.Lifecycle = tf.After(after...), s.lifecycle(props)
	return config
}

// lifecycle leaves to others what others change. A deployment that went back leaves the old task definition in the service, and AWS calls
// that steady: the condition makes the apply fail that brought it about.
func (s *Service) lifecycle(props Props) *tf.Lifecycle {
	var ignored []string
	if props.Scaling != nil {
		ignored = append(ignored, "desired_count")
	}
	if props.Owner == OwnerPipeline {
		ignored = append(ignored, "task_definition")
	}
	lifecycle := &tf.Lifecycle{}
	if len(ignored) > 0 {
		lifecycle.IgnoreChanges = ignored
	}
	if props.Owner == OwnerTerraform && !props.Deployment.NoWait {
		lifecycle.Postcondition = &[]*tf.Postcondition{{
			Condition: "${self.task_definition == " + tf.Address(s.resource) + ".arn}",
			ErrorMessage: tf.Str("The deployment of " + props.Name + " failed and AWS brought the previous tasks back; look at the events of the service and at the log group " +
				props.logGroupName()),
		}}
	}
	if lifecycle.IgnoreChanges == nil && lifecycle.Postcondition == nil {
		return nil
	}
	return lifecycle
}

// strategy spreads the tasks over Fargate and Fargate Spot.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
func (s Spot) strategy() []*ecsservice.EcsServiceCapacityProviderStrategy {
	onDemand := &ecsservice.EcsServiceCapacityProviderStrategy{CapacityProvider: tf.Str("FARGATE"), Base: tf.OptNum(s.OnDemand), Weight: tf.Num(100 - s.Percent)}
	if s.Percent == 0 {
		onDemand.Weight, onDemand.Base = tf.Num(1), nil
		return []*ecsservice.EcsServiceCapacityProviderStrategy{onDemand}
	}
	spot := &ecsservice.EcsServiceCapacityProviderStrategy{CapacityProvider: tf.Str("FARGATE_SPOT"), Weight: tf.Num(s.Percent)}
	if s.Percent == 100 && s.OnDemand == 0 {
		return []*ecsservice.EcsServiceCapacityProviderStrategy{spot}
	}
	return []*ecsservice.EcsServiceCapacityProviderStrategy{onDemand, spot}
}

func (p Props) connect() *ecsservice.EcsServiceServiceConnectConfiguration {
	config := &ecsservice.EcsServiceServiceConnectConfiguration{Enabled: true, Namespace: tf.Str(p.Cluster.NamespaceARN)}
	var services []*ecsservice.EcsServiceServiceConnectConfigurationService
	for _, offer := range p.Connect.Offers {
		name, number := offer.DNSName, offer.Number
		name = cmp.Or(name, p.Name)
		if number == 0 {
			number = p.port(offer.Port)
		}
		services = append(services, &ecsservice.EcsServiceServiceConnectConfigurationService{
			PortName: tf.Str(offer.Port), DiscoveryName: tf.Str(p.Name + "-" + offer.Port),
			ClientAlias: &ecsservice.EcsServiceServiceConnectConfigurationServiceClientAlias{DnsName: tf.Str(name), Port: tf.Num(number)},
		})
	}
	if len(services) > 0 {
		config.Service = services
	}
	return config
}

// port is the number of a named port, 0 if there is none.
func (p Props) port(name string) int {
	for _, c := range p.Task.Containers {
		for _, port := range c.Ports {
			if port.Name == name {
				return port.Number
			}
		}
	}
	return 0
}

// Name of the service.
func (s *Service) Name() string { return s.name }

// ARN of the service.
func (s *Service) ARN() string { return s.arn }

// Resource is the service, which Terraform has made when its tasks serve: let what needs them come after it.
func (s *Service) Resource() tf.Dependable { return s.service }
