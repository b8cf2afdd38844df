package ecsservice_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN    = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	secretARN = "arn:aws:secretsmanager:us-west-2:222222222222:secret:serve-a1b2c3"
	urlARN    = "arn:aws:ssm:us-west-2:222222222222:parameter/serve/url"
	targetARN = "arn:aws:elasticloadbalancing:us-west-2:222222222222:targetgroup/wine-dev-serve/0123456789abcdef"
	roleARN   = "arn:aws:iam::222222222222:role/other"
)

var image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/serve@sha256:" + strings.Repeat("0123456789abcdef", 4)

func typical() ecsservice.Props {
	return ecsservice.Props{
		TaskProps: ecsservice.TaskProps{
			Name: "wine-dev-serve", Cluster: ecsservice.Cluster{Name: "wine-dev", ARN: "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev"},
			VPCID: "vpc-0123456789abcdef0",
			Task: containers.Task{CPU: 512, MemoryMB: 1024, Containers: []containers.Container{
				{Name: "serve", Image: image, Ports: []containers.Port{{Number: 8000, Name: "http", Protocol: "http"}}},
			}},
		},
		SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
	}
}

func build(t *testing.T, props ecsservice.Props) (*ecsservice.Service, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "serve", props, ecsservice.New)
}

func TestService(t *testing.T) {
	_, template := build(t, typical())
	template.Golden("service")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	require.Equal(t, false, template.One("aws_ecs_service")["network_configuration"].(map[string]any)["assign_public_ip"])
	require.Empty(t, template.Resources("aws_vpc_security_group_ingress_rule"))
}

func everything() ecsservice.Props {
	props := typical()
	two, half := 2, 50
	props.Tags, props.LogRetentionDays, props.LogKeyARN, props.Destinations = map[string]string{"Team": "ml"}, 365, keyARN, []string{"10.0.0.0/8"}
	props.PermissionsBoundary = "arn:aws:iam::222222222222:policy/boundary"
	props.Cluster.NamespaceARN = "arn:aws:servicediscovery:us-west-2:222222222222:namespace/ns-0123456789abcdef"
	props.Cluster.CommandLogGroupARN, props.Cluster.CommandKeyARN = "arn:aws:logs:us-west-2:222222222222:log-group:/ecs/wine-dev/commands", keyARN
	props.Task.Architecture, props.Task.DiskGB, props.Task.Volumes = containers.ARM64, 50, []string{"tmp"}
	c := &props.Task.Containers[0]
	c.WritableRoot, c.Mounts = true, []containers.Mount{{Volume: "tmp", Path: "/tmp"}}
	c.Secrets = map[string]secretref.Ref{"API_KEY": {ARN: secretARN, KeyARN: keyARN}, "URL": {ARN: urlARN}}
	props.Statements = []policy.Statement{{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::wine-dev-models/*"}}}
	props.DesiredCount, props.Spot = &two, ecsservice.Spot{Percent: 75, OnDemand: 1}
	props.Targets = []ecsservice.Target{{ARN: targetARN, Container: "serve", Port: 8000}}
	props.Connect = &ecsservice.Connect{Offers: []ecsservice.Offer{{Port: "http", DNSName: "serve", Number: 80}}}
	props.ExecuteCommand = true
	props.Deployment = ecsservice.Deployment{MinHealthyPercent: &half, MaxPercent: 150, AlarmNames: []string{"wine-dev-serve-errors"}}
	props.Scaling = &ecsservice.Scaling{
		Min: 0, Max: 10, CPUPercent: 60, MemoryPercent: 70, ScaleOutCooldown: 30 * time.Second,
		Requests:  &ecsservice.Requests{PerMinute: 1000, ResourceLabel: "app/wine-dev/0123456789abcdef/targetgroup/wine-dev-serve/0123456789abcdef"},
		Queue:     &ecsservice.Queue{Name: "wine-dev-work", MessagesPerTask: 5},
		Schedules: []ecsservice.Schedule{{Name: "morning", Expression: "cron(0 6 ? * MON-FRI *)", TimeZone: "Europe/Berlin", Min: &two}},
	}
	return props
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything())
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	require.Equal(t, "/ecs/wine-dev-serve", made.LogGroupName())
	require.Equal(t, []any{"desired_count"}, template.One("aws_ecs_service")["lifecycle"].(map[string]any)["ignore_changes"])
}

// The role that starts the task reads exactly its secrets, through the services that keep them, and pulls exactly its images. The program
// can do none of it.
func TestRoles(t *testing.T) {
	_, template := build(t, everything())
	names := map[string]any{}
	for key, each := range template.Resources("aws_iam_role_policy") {
		if strings.Contains(key, "_start_") {
			names["start"] = each["policy"]
		} else {
			names["task"] = each["policy"]
		}
	}
	require.Equal(t, []string{secretARN}, template.Allowing(names["start"], "secretsmanager:GetSecretValue")[0].Resources)
	require.Equal(t, []string{urlARN}, template.Allowing(names["start"], "ssm:GetParameters")[0].Resources)
	require.Equal(t, []string{"arn:aws:ecr:us-west-2:111111111111:repository/wine/serve"}, template.Allowing(names["start"], "ecr:BatchGetImage")[0].Resources)
	decrypt := template.Allowing(names["start"], "kms:Decrypt")
	require.Len(t, decrypt, 1)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"}}, decrypt[0].Condition)
	for _, action := range []string{"secretsmanager:GetSecretValue", "ssm:GetParameters", "ecr:BatchGetImage"} {
		require.Empty(t, template.Allowing(names["task"], action))
	}
}

// A value that is secret is in no part of the stack: containers name where it is.
func TestSecretsAreReferences(t *testing.T) {
	_, template := build(t, everything())
	var definitions []struct {
		Environment []map[string]string
		Secrets     []map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(template.One("aws_ecs_task_definition")["container_definitions"].(string)), &definitions))
	require.Equal(t, []map[string]string{{"name": "API_KEY", "valueFrom": secretARN}, {"name": "URL", "valueFrom": urlARN}}, definitions[0].Secrets)
	require.Empty(t, definitions[0].Environment)
}

func TestOwners(t *testing.T) {
	props := typical()
	props.Owner = ecsservice.OwnerPipeline
	_, template := build(t, props)
	require.Equal(t, map[string]any{"ignore_changes": []any{"task_definition"}}, template.One("aws_ecs_service")["lifecycle"])

	_, template = build(t, typical())
	condition := template.One("aws_ecs_service")["lifecycle"].(map[string]any)["postcondition"].([]any)[0].(map[string]any)
	require.Equal(t, "${self.task_definition == aws_ecs_task_definition."+template.Names("aws_ecs_task_definition")[0]+".arn}", condition["condition"])

	props = typical()
	props.Deployment.NoWait = true
	_, template = build(t, props)
	require.NotContains(t, template.One("aws_ecs_service"), "lifecycle")
}

// A service comes after another whose tasks it needs, beside its own policies.
func TestAfter(t *testing.T) {
	stack := synthtest.Stack(t)
	first, err := ecsservice.New(stack, "server", typical())
	require.NoError(t, err)
	props := typical()
	props.Name, props.After = "wine-dev-worker", []tf.Dependable{first.Resource()}
	_, err = ecsservice.New(stack, "worker", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	before := template.Where("aws_ecs_service", "name", "wine-dev-serve")["depends_on"].([]any)
	after := template.Where("aws_ecs_service", "name", "wine-dev-worker")["depends_on"].([]any)
	require.Len(t, after, len(before)+1)
	require.Regexp(t, `^aws_ecs_service\.server_service_`, after[len(after)-1])
}

func TestSpot(t *testing.T) {
	strategy := func(spot ecsservice.Spot) string {
		props := typical()
		props.Spot = spot
		_, template := build(t, props)
		text, err := json.Marshal(template.One("aws_ecs_service")["capacity_provider_strategy"])
		require.NoError(t, err)
		return string(text)
	}
	require.JSONEq(t, `[{"capacity_provider":"FARGATE","weight":1}]`, strategy(ecsservice.Spot{}))
	require.JSONEq(t, `[{"capacity_provider":"FARGATE_SPOT","weight":100}]`, strategy(ecsservice.Spot{Percent: 100}))
	require.JSONEq(t, `[{"capacity_provider":"FARGATE","base":1,"weight":0},{"capacity_provider":"FARGATE_SPOT","weight":100}]`, strategy(ecsservice.Spot{Percent: 100, OnDemand: 1}))
	require.JSONEq(t, `[{"capacity_provider":"FARGATE","weight":40},{"capacity_provider":"FARGATE_SPOT","weight":60}]`, strategy(ecsservice.Spot{Percent: 60}))
}

func TestTaskThatOthersStart(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := ecsservice.NewTask(stack, "flow", typical().TaskProps)
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "starter", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantRun(role))
	require.EqualError(t, made.GrantRun(nil), "task flow: grant run: the grantee is missing; pass a role")
	template := synthtest.Synth(t, stack)
	template.Golden("task")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	run := template.Where("aws_iam_role_policy", "name", "flow-run")["policy"]
	started := template.Allowing(run, "ecs:RunTask")[0]
	require.Equal(t, []string{"arn:aws:ecs:us-west-2:222222222222:task-definition/wine-dev-serve:*"}, started.Resources)
	require.Equal(t, map[string]map[string]any{"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev"}}, started.Condition)
	passed := template.Allowing(run, "iam:PassRole")[0]
	require.Len(t, passed.Resources, 2)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}, passed.Condition)
}

func TestExistingRoles(t *testing.T) {
	props := typical()
	props.TaskRoleARN, props.ExecutionRoleARN = roleARN, roleARN
	_, template := build(t, props)
	require.Empty(t, template.Resources("aws_iam_role"))
	require.Equal(t, roleARN, template.One("aws_ecs_task_definition")["task_role_arn"])
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, ecsservice.New, map[string]synthtest.Refusal[ecsservice.Props]{
		"name":      {func(p *ecsservice.Props) { p.Name = "wine dev" }, `name: "wine dev" is no name of a service; use 1 to 200 letters, digits, hyphens and underscores, beginning with a letter or digit`},
		"scope":     {func(p *ecsservice.Props) { p.Scope.Region = "west" }, `scope.region: "west" is no AWS region; write it like us-west-2`},
		"cluster":   {func(p *ecsservice.Props) { p.Cluster = ecsservice.Cluster{} }, "cluster.name: is missing; name the cluster\ncluster.arn: \"\" is no ARN of an ECS cluster; write it like arn:aws:ecs:us-west-2:123456789012:cluster/name"},
		"elsewhere": {func(p *ecsservice.Props) { p.Cluster.ARN = "arn:aws:ecs:us-east-1:222222222222:cluster/wine-dev" }, `cluster.arn: "arn:aws:ecs:us-east-1:222222222222:cluster/wine-dev" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"task":      {func(p *ecsservice.Props) { p.Task.CPU = 500 }, `task.cpu: 500 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384`},
		"image":     {func(p *ecsservice.Props) { p.Task.Containers[0].Image = "serve:latest" }, `task.containers["serve"].image: "serve:latest" is another image whenever somebody pushes; write registry/name@sha256: and 64 digits`},
		"commands":  {func(p *ecsservice.Props) { p.ExecuteCommand = true }, "executeCommand: would leave no record of the commands; give the cluster a log group for them\nexecuteCommand: works in no container with a read-only root, such as serve; set writableRoot, or drop executeCommand"},
		"more": {func(p *ecsservice.Props) {
			p.RepositoryARNs, p.LogRetentionDays, p.LogKeyARN = []string{"serve"}, 2, "alias/a"
		}, "repositoryARNs[0]: \"serve\" is no ARN of a repository; write it like arn:aws:ecr:us-west-2:123456789012:repository/name\nlogRetentionDays: 2 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653\nlogKeyARN: \"alias/a\" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases"},
		"network": {func(p *ecsservice.Props) {
			p.VPCID, p.SubnetIDs, p.Destinations = "vpc", []string{"a"}, []string{"::/0"}
		}, "vpcID: \"vpc\" is no id of a VPC; write it like vpc-0123456789abcdef0\ndestinations[0]: \"::/0\" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address\nsubnetIDs[0]: \"a\" is no id of a subnet; write it like subnet-0123456789abcdef0"},
		"no subnet": {func(p *ecsservice.Props) { p.SubnetIDs = nil }, `subnetIDs: names 0 subnets, and tasks need one; name one in each zone`},
		"roles": {func(p *ecsservice.Props) {
			p.TaskRoleARN, p.ExecutionRoleARN, p.PermissionsBoundary = "task", "start", "b"
			p.Statements = []policy.Statement{{Actions: []string{"s3:GetObject"}, Resources: []string{"*"}}}
		}, `taskRoleARN: gives an existing role, and statements are those of a role to make; keep one of them
taskRoleARN: "task" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
executionRoleARN: "start" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
permissionsBoundary: "b" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"numbers": {func(p *ecsservice.Props) {
			many, all := 5001, 101
			p.DesiredCount, p.Spot, p.GraceSeconds, p.Owner = &many, ecsservice.Spot{Percent: 101, OnDemand: -1}, 30, "me"
			p.Deployment = ecsservice.Deployment{MinHealthyPercent: &all, MaxPercent: 401}
		}, `desiredCount: 5001 is out of range; use 0 to 5000
spot.percent: 101 is out of range; use 0 to 100
spot.onDemand: -1 is out of range; use 0 to 100000
graceSeconds: has no meaning without targets; remove it
deployment.minHealthyPercent: 101 is out of range; use 0 to 100
deployment.maxPercent: 401 is out of range; use 100 to 400
owner: "me" is unknown; use terraform or pipeline`},
		"room": {func(p *ecsservice.Props) { p.Deployment.MaxPercent = 100 }, `deployment.maxPercent: 100 leaves no room for new tasks beside all old ones; raise it, or lower minHealthyPercent`},
		"targets": {func(p *ecsservice.Props) {
			p.Targets, p.GraceSeconds = []ecsservice.Target{{ARN: "t", Container: "serve", Port: 80}}, -1
		},
			"graceSeconds: -1 is out of range; use 0 or more\ntargets[0].arn: \"t\" is no ARN of a target group; write it like arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/name/id\ntargets[0]: no container \"serve\" of the task listens at port 80; add the port to the container"},
		"connect": {func(p *ecsservice.Props) {
			p.Connect = &ecsservice.Connect{Offers: []ecsservice.Offer{{Port: "grpc", DNSName: "A b", Number: 70000}}}
		},
			"connect: needs a namespace; give the cluster Service Connect\nconnect.offers[0].port: \"grpc\" is the name of no port of the task; give a container's port that name\nconnect.offers[0].dnsName: \"A b\" is no name of a host; use lower-case letters, digits, hyphens and dots\nconnect.offers[0].number: 70000 is out of range; use 1 to 65535"},
		"scaling": {func(p *ecsservice.Props) { p.Scaling = &ecsservice.Scaling{} },
			"scaling.max: 0 is out of range; use 1 to 5000\nscaling: has no target and no schedule, so that nothing would change; give cpuPercent, for example 60"},
		"last task": {func(p *ecsservice.Props) { p.Scaling = &ecsservice.Scaling{Max: 2, CPUPercent: 60} }, `scaling.min: 0 would end the last task, and nothing starts another; use 1 or more, or give a queue or schedules`},
		"targets of scaling": {func(p *ecsservice.Props) {
			p.Scaling = &ecsservice.Scaling{
				Min: 3, Max: 2, CPUPercent: 5, MemoryPercent: 96, Requests: &ecsservice.Requests{ResourceLabel: "app"}, Queue: &ecsservice.Queue{Name: "a b"},
				ScaleOutCooldown: time.Millisecond, ScaleInCooldown: 2 * time.Hour,
			}
		}, `scaling.min: 3 is out of range; use 0 to the maximum of 2
scaling.cpuPercent: 5 is out of range; use 10 to 95
scaling.memoryPercent: 96 is out of range; use 10 to 95
scaling.requests.perMinute: 0 is out of range; use 1 or more
scaling.requests.resourceLabel: "app" names no load balancer and target group; write it like app/name/id/targetgroup/name/id
scaling.queue.name: "a b" is no name of a queue; use 1 to 80 letters, digits, hyphens and underscores
scaling.queue.messagesPerTask: 0 is out of range; use 1 or more
scaling.scaleOutCooldown: 1ms is out of range; use 1s to 1h in whole seconds
scaling.scaleInCooldown: 2h0m0s is out of range; use 1s to 1h in whole seconds`},
		"schedules": {func(p *ecsservice.Props) {
			five := 5
			p.Scaling = &ecsservice.Scaling{Min: 1, Max: 2, Schedules: []ecsservice.Schedule{
				{Name: "a b", Expression: "rate(1 day)", Min: &five}, {Name: "c", Expression: "rate(1 day)"}, {Name: "c", Expression: "rate(1 day)", Max: &five},
			}}
		}, `scaling.schedules[0].name: "a b" is no name; use 1 to 256 letters, digits, hyphens and underscores
scaling.schedules[0]: would leave 5 to 2 tasks; the least is 0, and no more than the most
scaling.schedules[1]: changes nothing; give min or max
scaling.schedules[2].name: "c" is given twice; use another name`},
	})
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := ecsservice.New(stack, "serve", ecsservice.Props{
			TaskProps: ecsservice.TaskProps{
				Name: "wine-dev-serve", VPCID: "vpc-0123456789abcdef0",
				Cluster: ecsservice.Cluster{Name: "wine-dev", ARN: "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev"},
				Task: containers.Task{CPU: 512, MemoryMB: 1024, Containers: []containers.Container{{
					Name: "serve", Image: "111111111111.dkr.ecr.us-west-2.amazonaws.com/serve:1.4.0", ImmutableTag: true, Ports: []containers.Port{{Number: 8000}},
				}}},
			},
			SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
		})
		if err != nil {
			return err
		}
		return made.Role().Grant("models", policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::wine-dev-models/*"}})
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_ecs_service 1
	// aws_ecs_task_definition 1
	// aws_iam_role 2
	// aws_iam_role_policy 2
	// aws_security_group 1
	// aws_vpc_security_group_egress_rule 1
}
