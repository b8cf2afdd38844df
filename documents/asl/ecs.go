package asl

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/token"
)

// ECSRunTask runs a task of ECS. Patterns: RequestResponse, Sync, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
type ECSRunTask struct {
	// ClusterARN is where the task runs. Required.
	ClusterARN string
	// TaskDefinitionARN with its revision; without one, the latest runs. Required.
	TaskDefinitionARN string
	// LaunchType of the task. Default: Fargate.
	LaunchType LaunchType
	// CapacityProviders choose where the task runs in place of LaunchType, such as FARGATE_SPOT. Default: none.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
	CapacityProviders []CapacityProvider
	// PlatformVersion of Fargate. Default: LATEST.
	PlatformVersion string
	// Subnets and SecurityGroups are ids. Subnets are required with Fargate.
	Subnets        []string
	SecurityGroups []string
	// PublicIP gives the task an address in the internet. Default: false.
	PublicIP bool
	// Containers are what is different from the task definition. Default: nothing.
	Containers []ContainerOverride
	// TaskRoleARN and ExecutionRoleARN are the roles of the task definition, which the state machine must be allowed to
	// pass. Default: none, for task definitions without roles.
	TaskRoleARN      string
	ExecutionRoleARN string
	// Tags of the task. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// CapacityProvider is a share of the tasks that a capacity provider of the cluster runs.
type CapacityProvider struct {
	// Name of the provider: FARGATE, FARGATE_SPOT, or one of the cluster's own. Required.
	Name string
	// Weight is the share beside the other providers: 0 to 1000. Default: 0, which is 1 where it is the only one.
	Weight int
	// Base is how many tasks it runs at least: 0 to 100000, for one provider only. Default: 0.
	Base int
}

// LaunchType is what a task of ECS runs on.
type LaunchType string

// The launch types.
const (
	Fargate LaunchType = "FARGATE"
	EC2     LaunchType = "EC2"
)

// ContainerOverride changes a container of a task.
type ContainerOverride struct {
	// Name of the container in the task definition. Required.
	Name string
	// Command replaces the command. Default: unchanged.
	Command []Text
	// Environment is added: no secrets. Default: none.
	Environment map[string]Text
}

func (c ECSRunTask) integration(r *renderer, pattern Pattern) integration {
	if !arn.Is(c.ClusterARN, "ecs", "cluster/") {
		r.addf(r.path("call.clusterARN"), "%q is no ARN of a cluster; write it like arn:aws:ecs:us-west-2:111111111111:cluster/name", c.ClusterARN)
	}
	if !arn.Is(c.TaskDefinitionARN, "ecs", "task-definition/") {
		r.addf(r.path("call.taskDefinitionARN"), "%q is no ARN of a task definition; write it like arn:aws:ecs:us-west-2:111111111111:task-definition/name:1", c.TaskDefinitionARN)
	}
	f := fields{{"Cluster", Text(c.ClusterARN)}, {"TaskDefinition", Text(c.TaskDefinitionARN)}}
	if c.placement(r, &f) && len(c.Subnets) == 0 {
		r.addf(r.path("call.subnets"), "are missing; a task on Fargate needs at least one")
	}
	f.string("PlatformVersion", c.PlatformVersion)
	if len(c.Subnets) > 0 {
		network := fields{}
		network.strings("Subnets", c.Subnets)
		network.strings("SecurityGroups", c.SecurityGroups)
		address := Text("DISABLED")
		if c.PublicIP {
			address = "ENABLED"
		}
		network.text("AssignPublicIp", address)
		f.set("NetworkConfiguration", fields{{"AwsvpcConfiguration", network}})
	}
	var overrides List
	for i, container := range c.Containers {
		r.requiredString(at(r.path("call.containers"), i)+".name", container.Name, "the name of the container")
		one := fields{{"Name", Text(container.Name)}}
		one.texts("Command", container.Command)
		var environment List
		for _, name := range slices.Sorted(maps.Keys(container.Environment)) {
			environment = append(environment, fields{{"Name", Text(name)}, {"Value", container.Environment[name]}})
		}
		if len(environment) > 0 {
			one.set("Environment", environment)
		}
		overrides = append(overrides, one)
	}
	if len(overrides) > 0 {
		f.set("Overrides", fields{{"ContainerOverrides", overrides}})
	}
	f.tags(c.Tags)
	return integration{
		resource: "ecs:runTask", arguments: f, extra: c.Extra, patterns: []Pattern{Sync, WaitForToken},
		permissions: func(scope arn.Scope) []policy.Statement { return c.permissions(scope, pattern) },
	}
}

// placement writes what the task runs on, and reports whether that is Fargate.
func (c ECSRunTask) placement(r *renderer, f *fields) bool {
	if len(c.CapacityProviders) == 0 {
		c.LaunchType = cmp.Or(c.LaunchType, Fargate)
		oneOf(r, r.path("call.launchType"), c.LaunchType, Fargate, EC2)
		f.string("LaunchType", string(c.LaunchType))
		return c.LaunchType == Fargate
	}
	if c.LaunchType != "" {
		r.addf(r.path("call.launchType"), "is given beside capacity providers, which choose it; keep one of them")
	}
	var providers List
	fargate, bases, weights := false, 0, 0
	for i, each := range c.CapacityProviders {
		path := at(r.path("call.capacityProviders"), i)
		r.requiredString(path+".name", each.Name, "the name of a capacity provider, such as FARGATE_SPOT")
		r.between(path+".weight", each.Weight, 0, 1000)
		r.between(path+".base", each.Base, 0, 100_000)
		if len(c.CapacityProviders) == 1 && each.Weight == 0 {
			each.Weight = 1
		}
		one := fields{{"CapacityProvider", Text(each.Name)}, {"Weight", Int(each.Weight)}}
		one.int("Base", each.Base)
		providers = append(providers, one)
		fargate = fargate || strings.HasPrefix(each.Name, "FARGATE")
		weights += each.Weight
		if each.Base > 0 {
			bases++
		}
	}
	if bases > 1 {
		r.addf(r.path("call.capacityProviders"), "have a base %d times; give it to one of them", bases)
	}
	if weights == 0 {
		r.addf(r.path("call.capacityProviders"), "all have the weight 0, so that no task would run; give one of them a weight")
	}
	f.set("CapacityProviderStrategy", providers)
	return fargate
}

func (c ECSRunTask) permissions(scope arn.Scope, pattern Pattern) []policy.Statement {
	inCluster := []policy.Condition{policy.ARNEquals("ecs:cluster", c.ClusterARN)}
	statements := []policy.Statement{{Actions: []string{"ecs:RunTask"}, Resources: []string{taskDefinition(c.TaskDefinitionARN)}, Conditions: inCluster}}
	tasks := scope.Regional("ecs", "task/"+clusterName(c.ClusterARN)+"/*")
	if len(c.Tags) > 0 {
		statements = append(statements, policy.Statement{
			Actions: []string{"ecs:TagResource"}, Resources: []string{tasks},
			Conditions: []policy.Condition{policy.StringEquals("ecs:CreateAction", "RunTask")},
		})
	}
	if pattern == Sync {
		statements = append(statements,
			policy.Statement{Actions: []string{"ecs:DescribeTasks", "ecs:StopTask"}, Resources: []string{tasks}, Conditions: inCluster},
			managedRule(scope, "ECSTask"))
	}
	return append(statements, passRoles("ecs-tasks.amazonaws.com", c.TaskRoleARN, c.ExecutionRoleARN)...)
}

// taskDefinition is the ARN as permissions have it: with a revision, or with any where none is given.
func taskDefinition(given string) string {
	if _, name, found := strings.Cut(given, ":task-definition/"); found && !token.Is(name) && !strings.Contains(name, ":") {
		return given + ":*"
	}
	return given
}

// clusterName is the last part of the ARN, and any name where only Terraform knows the ARN.
func clusterName(clusterARN string) string {
	_, name, found := strings.Cut(clusterARN, ":cluster/")
	if !found || token.Is(name) && !strings.HasPrefix(clusterARN, "arn:") {
		return "*"
	}
	return name
}
