package stacks

import (
	"fmt"
	"maps"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/ecscluster"
	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// topics are those of the environment that alarms tell, none where it has no topic.
func (e *environmentStack) topics() []string {
	if e.parts.Notifications == nil {
		return nil
	}
	return []string{e.parts.Notifications.ARN()}
}

// loadBalancer makes what brings requests to the services.
func (e *environmentStack) loadBalancer() error {
	c := e.env.LoadBalancer
	props := loadbalancer.Props{
		Name: e.env.LoadBalancerName(), VPCID: e.parts.Network.ID(), SubnetIDs: e.parts.Network.PrivateSubnetIDs(), Public: c.Public,
		AllowedCIDRs: c.AllowedCIDRs, CertificateARN: c.CertificateARN, NoTLS: c.NoTLS, IdleTimeoutSeconds: c.IdleTimeoutSeconds,
		Alarms: loadbalancer.Alarms{TopicARNs: e.topics()}, AllowDestroy: !e.env.Protect,
	}
	if c.Public {
		props.SubnetIDs = e.parts.Network.PublicSubnetIDs()
	}
	if len(c.Names) > 0 {
		props.Domain = &loadbalancer.Domain{HostedZoneID: c.HostedZoneID, ValidationZoneID: c.ValidationZoneID, Names: c.Names}
	}
	if c.Firewall {
		props.Firewall = &loadbalancer.Firewall{}
	}
	if c.AccessLogBucket != "" {
		props.AccessLogs = &loadbalancer.AccessLogs{Bucket: c.AccessLogBucket}
	}
	made, err := loadbalancer.New(e.made, "load-balancer", props)
	if err != nil {
		return err
	}
	e.parts.LoadBalancer = made
	tf.Output(e.made, "load_balancer_dns_name", made.DNSName(), "Name of the load balancer that AWS gave it")
	return nil
}

// servicesPart is in the name of the ECS cluster of the services.
const servicesPart = "services"

// containerCluster is the ECS cluster of all that runs on ECS, made when the first part needs it, with the scope of what runs there.
func (e *environmentStack) containerCluster() (tf.Construct, *ecscluster.Cluster, error) {
	if e.parts.ContainerCluster != nil {
		return e.containers, e.parts.ContainerCluster, nil
	}
	scope := tf.Group(e.made, servicesPart)
	cluster, err := ecscluster.New(scope, "cluster", ecscluster.Props{Name: e.name(servicesPart)})
	if err != nil {
		return nil, nil, err
	}
	e.containers, e.parts.ContainerCluster = scope, cluster
	tf.Output(e.made, "ecs_cluster_name", cluster.Name(), "ECS cluster of the services")
	return scope, cluster, nil
}

// services makes the containers that serve.
func (e *environmentStack) services() error {
	scope, cluster, err := e.containerCluster()
	if err != nil {
		return err
	}
	e.parts.Services = map[string]*ecsservice.Service{}
	var problems problem.List
	for _, name := range e.env.ServiceNames() {
		made, err := e.service(scope, name, e.env.Services[name], cluster)
		if err != nil {
			problems.Add(name, err)
			continue
		}
		e.parts.Services[name] = made
		tf.Output(e.made, "service_"+snake(name)+"_name", made.Name(), "ECS service "+name)
	}
	return problems.Err()
}

func (e *environmentStack) service(scope tf.Construct, name string, c config.Service, cluster *ecscluster.Cluster) (*ecsservice.Service, error) {
	inner := tf.Group(scope, name)
	image, err := e.image(inner, config.TrainingImage(c.Image))
	if err != nil {
		return nil, err
	}
	min := c.Tasks.Min
	props := ecsservice.Props{
		TaskProps: ecsservice.TaskProps{
			Name: e.name(name), Cluster: ecsservice.Cluster{Name: cluster.Name(), ARN: cluster.ARN()}, VPCID: e.parts.Network.ID(),
			Task: e.task(name, c, image), LogRetentionDays: c.LogRetentionDays, PermissionsBoundary: e.boundary,
		},
		SubnetIDs: e.parts.Network.PrivateSubnetIDs(), DesiredCount: &min,
	}
	if c.Tasks.SpotPercent > 0 {
		props.Spot = ecsservice.Spot{Percent: c.Tasks.SpotPercent, OnDemand: 1}
	}
	var target *loadbalancer.Target
	if r := c.Route; r != nil {
		routes := []loadbalancer.Route{{Priority: r.Priority, Hosts: r.Hosts, Paths: r.Paths}}
		if r.Cognito != nil {
			routes = signInRoutes(routes[0], r.Cognito, r.ClientCIDRs)
		}
		target, err = e.parts.LoadBalancer.AddTargets(loadbalancer.TargetProps{
			Name: name, Port: c.Port, Health: loadbalancer.Health{Path: r.Health}, Routes: routes,
			Alarms: &loadbalancer.Alarms{ErrorPercent: r.ErrorPercent, Errors: 1, LatencyMilliseconds: r.LatencyMilliseconds, TopicARNs: e.topics()},
		})
		if err != nil {
			return nil, err
		}
		props.Targets = []ecsservice.Target{{ARN: target.ARN(), Container: name, Port: c.Port, After: target.Rule()}}
		props.Deployment.AlarmNames = target.AlarmNames()
	}
	if c.Tasks.Max > c.Tasks.Min {
		props.Scaling = &ecsservice.Scaling{Min: c.Tasks.Min, Max: c.Tasks.Max, CPUPercent: c.Tasks.CPUPercent}
		if c.Tasks.RequestsPerMinute > 0 {
			props.Scaling.Requests = &ecsservice.Requests{PerMinute: c.Tasks.RequestsPerMinute, ResourceLabel: target.ResourceLabel()}
		}
	}
	if h := c.Hours; h != nil {
		if props.Scaling == nil {
			props.Scaling = &ecsservice.Scaling{Min: c.Tasks.Min, Max: c.Tasks.Max}
		}
		props.Scaling.Schedules = hours(h.From, h.Until, h.TimeZone, c.Tasks.Min, c.Tasks.Max)
	}
	made, err := ecsservice.New(inner, "service", props)
	if err != nil {
		return nil, err
	}
	if target != nil {
		if err := target.Allow("tasks", made.SecurityGroupID()); err != nil {
			return nil, err
		}
	}
	if c.ReadModels {
		if err := e.parts.Models.GrantRead(made.Role()); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// task is what a service runs.
func (e *environmentStack) task(name string, c config.Service, image operationsImage) containers.Task {
	environment := maps.Clone(c.Environment)
	if c.ReadModels {
		if environment == nil {
			environment = map[string]string{}
		}
		environment["MODELS_BUCKET"] = e.parts.Models.Name()
	}
	secrets := map[string]secretref.Ref{}
	for variable, s := range c.Secrets {
		secrets[variable] = serviceSecret(s)
	}
	container := containers.Container{
		Name: name, Image: image.uri, ImmutableTag: true, Command: c.Command, Ports: []containers.Port{{Number: c.Port}},
		Environment: environment, Secrets: secrets, Init: true,
	}
	task := containers.Task{CPU: c.CPU, MemoryMB: c.MemoryMB, Architecture: architectures[c.Architecture]}
	for i, folder := range c.WritablePaths {
		volume := fmt.Sprintf("writable-%d", i+1)
		task.Volumes = append(task.Volumes, volume)
		container.Mounts = append(container.Mounts, containers.Mount{Volume: volume, Path: folder})
	}
	task.Containers = []containers.Container{container}
	return task
}

var architectures = map[config.Architecture]containers.Architecture{config.ArchitectureX86: containers.X86, config.ArchitectureARM64: containers.ARM64}

// serviceSecret is a reference of the configuration to a secret.
func serviceSecret(s config.ServiceSecret) secretref.Ref {
	return secretref.Ref{ARN: s.ARN, JSONKey: s.JSONKey, KeyARN: s.KeyARN}
}
