// Package ecsservice makes services and tasks of Amazon ECS on Fargate: a role for the program and one for its start, secrets by reference,
// deployments that go back by themselves, scaling, and no address on the internet.
package ecsservice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecstaskdefinition"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// TaskProps configures what a service runs, or a task that somebody else starts. Name, Cluster, VPCID and Task are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition
type TaskProps struct {
	// Name of the family of task definitions, and of the service: 1 to 200 letters, digits, hyphens and underscores. A change replaces both.
	Name string
	// Scope is where the task runs. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of all resources and tasks, beside those of the stack. Default: none.
	Tags map[string]string
	// Cluster in which it runs.
	Cluster Cluster

	// Task is what runs. Its LogGroup and Region are those of this construct.
	Task containers.Task
	// RepositoryARNs are ECR repositories of the images, beside those that the images name. Default: none.
	RepositoryARNs []string
	// LogRetentionDays is for how many days the log group keeps what the containers write, one of the numbers that CloudWatch Logs knows.
	// Default: 30.
	LogRetentionDays int
	// LogKeyARN is the KMS key of the log group, whose policy must let CloudWatch Logs use it. Default: a key of CloudWatch Logs.
	LogKeyARN string

	// VPCID is the VPC.
	VPCID string
	// Destinations are the IPv4 ranges that the task reaches at port 443. Default: 0.0.0.0/0, because S3 has public addresses also behind a
	// gateway endpoint; routes decide what of it can be reached.
	Destinations []string

	// Statements are what the program may do. Default: nothing.
	Statements []policy.Statement
	// TaskRoleARN is an existing role of the program. Default: one is made, <Name>-task.
	TaskRoleARN string
	// ExecutionRoleARN is an existing role that pulls images, reads secrets and writes logs. Default: one is made, <Name>-start, with exactly
	// that.
	ExecutionRoleARN string
	// PermissionsBoundary is the ARN of the managed policy that limits the roles that are made. Default: none.
	PermissionsBoundary string
}

// Cluster is where a task runs: what package ecscluster makes, or another cluster.
type Cluster struct {
	// Name of the cluster.
	Name string
	// ARN of the cluster.
	ARN string
	// NamespaceARN is the namespace of Service Connect. Default: none.
	NamespaceARN string
	// CommandLogGroupARN is the log group of commands in containers. Default: none, and nobody runs any.
	CommandLogGroupARN string
	// CommandKeyARN is the KMS key of their sessions. Default: none.
	CommandKeyARN string
}

// A Task is a task definition with what its tasks need.
type Task struct {
	construct      tf.Construct
	id             string
	props          TaskProps
	family         string
	definition     string
	resource       tf.Resource
	group          string
	task, starting *iam.Role
	logGroup       string
}

// NewTask makes a task that others start: a migration, a flow, a job.
func NewTask(scope constructs.Construct, id string, props TaskProps) (*Task, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(false); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Task, error) { return newTask(scope, id, props, nil) })
}

func (p TaskProps) withDefaults() TaskProps {
	p.LogRetentionDays = cmp.Or(p.LogRetentionDays, 30)
	if len(p.Destinations) == 0 {
		p.Destinations = []string{"0.0.0.0/0"}
	}
	p.Task.LogGroup, p.Task.Region = p.logGroupName(), p.Scope.Region
	p.Task = p.Task.WithDefaults()
	return p
}

func (p TaskProps) logGroupName() string { return "/ecs/" + p.Name }

func newTask(scope constructs.Construct, id string, props TaskProps, more []policy.Statement) (*Task, error) {
	made := &Task{construct: scope, id: id, props: props}
	group := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: tf.Str(props.logGroupName()), RetentionInDays: tf.Num(props.LogRetentionDays), KmsKeyId: tf.OptStr(props.LogKeyARN), Tags: tf.StrMap(props.Tags),
	})
	made.logGroup = tf.Attr(group, "arn")
	made.newGroup()
	if err := made.newRoles(more); err != nil {
		return nil, err
	}
	text, err := props.Task.JSON()
	if err != nil {
		return nil, err
	}
	var volumes []*ecstaskdefinition.EcsTaskDefinitionVolume
	for _, name := range props.Task.Volumes {
		volumes = append(volumes, &ecstaskdefinition.EcsTaskDefinitionVolume{Name: tf.Str(name)})
	}
	config := &ecstaskdefinition.EcsTaskDefinitionConfig{
		Family: tf.Str(props.Name), ContainerDefinitions: tf.Str(text), Cpu: tf.Str(fmt.Sprint(props.Task.CPU)), Memory: tf.Str(fmt.Sprint(props.Task.MemoryMB)),
		NetworkMode: tf.Str("awsvpc"), RequiresCompatibilities: tf.Strs([]string{"FARGATE"}),
		RuntimePlatform: &ecstaskdefinition.EcsTaskDefinitionRuntimePlatform{
			CpuArchitecture: tf.Str(string(props.Task.Architecture)), OperatingSystemFamily: tf.Str("LINUX"),
		},
		TaskRoleArn: tf.Str(made.task.ARN()), ExecutionRoleArn: tf.Str(made.starting.ARN()), Tags: tf.StrMap(props.Tags),
		// A task starts with what its role for that may do.
		DependsOn: tf.After(append(made.starting.Policies(), group)...),
	}
	if len(volumes) > 0 {
		config.Volume = volumes
	}
	if props.Task.DiskGB > 0 {
		config.EphemeralStorage = &ecstaskdefinition.EcsTaskDefinitionEphemeralStorage{SizeInGib: tf.Num(props.Task.DiskGB)}
	}
	definition := ecstaskdefinition.NewEcsTaskDefinition(scope, tf.Str("definition"), config)
	made.resource, made.family, made.definition = definition, tf.Attr(definition, "family"), tf.Attr(definition, "arn")
	return made, nil
}

func (t *Task) newGroup() {
	t.group = firewall.NewGroup(t.construct, t.props.Name, "ECS tasks "+t.props.Name, t.props.VPCID, t.props.Tags)
	for _, cidr := range t.props.Destinations {
		firewall.Egress(t.construct, "egress-"+firewall.RangeID(cidr), t.group, firewall.Rule{
			Description: "TLS", CIDR: cidr, From: 443, To: 443, Name: t.props.Name, Tags: t.props.Tags,
		})
	}
}

// newRoles makes the role of the program, and the one with which ECS starts it.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html
func (t *Task) newRoles(more []policy.Statement) (err error) {
	p := t.props
	role := func(id, existing, suffix, description string, trust policy.Document, statements []policy.Statement) (*iam.Role, error) {
		if existing != "" {
			return iam.FromARN(t.construct, id, existing)
		}
		return iam.NewRole(t.construct, id, iam.RoleProps{
			Name: iam.RoleChoice{}.NameFor(p.Name, suffix), Description: description, Trust: trust, Statements: statements, PermissionsBoundary: p.PermissionsBoundary,
		})
	}
	if t.task, err = role("task", p.TaskRoleARN, "-task", "The program of the ECS tasks "+p.Name, policy.TrustService(p.Scope.Account, tasks), slices.Concat(p.Statements, more)); err != nil {
		return fmt.Errorf("task role: %w", err)
	}
	// ECS names no account when it takes this role, so that there is no condition on it; who may pass the role is decided by iam:PassRole.
	if t.starting, err = role("start", p.ExecutionRoleARN, "-start", "Starts the ECS tasks "+p.Name, policy.TrustService("", tasks), t.starts()); err != nil {
		return fmt.Errorf("execution role: %w", err)
	}
	return nil
}

const tasks = "ecs-tasks.amazonaws.com"

// starts are the permissions that starting the task needs: its images, its secrets, its log group.
func (t *Task) starts() []policy.Statement {
	p := t.props
	statements := []policy.Statement{{
		Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{p.Scope.Regional("logs", "log-group:"+p.logGroupName()+":log-stream:*")},
	}}
	repositories := slices.Clone(p.RepositoryARNs)
	for _, image := range p.Task.Images() {
		if arn := containers.Repository(image); arn != "" && !slices.Contains(repositories, arn) {
			repositories = append(repositories, arn)
		}
	}
	if len(repositories) > 0 {
		statements = append(statements,
			policy.Statement{Sid: "PullImages", Actions: ecr.PullActions(), Resources: repositories},
			// The token of the registry has no resource level.
			policy.Statement{Sid: "SignInToRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}})
	}
	return append(statements, secretref.Read(p.Scope, p.Task.Secrets()...)...)
}

// commands are what a container needs in which people run commands.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
func commands(c Cluster) []policy.Statement {
	statements := []policy.Statement{
		// Channels have no resource level, nor has the list of log groups.
		{Sid: "Sessions", Actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		}, Resources: []string{"*"}},
		{Sid: "FindLogGroup", Actions: []string{"logs:DescribeLogGroups"}, Resources: []string{"*"}},
		{Sid: "RecordSessions", Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, Resources: []string{c.CommandLogGroupARN + ":*"}},
	}
	if c.CommandKeyARN != "" {
		statements = append(statements, policy.UseKey(false, "", c.CommandKeyARN))
	}
	return statements
}

// DefinitionARN is the task definition with its revision.
func (t *Task) DefinitionARN() string { return t.definition }

// Family of the task definitions.
func (t *Task) Family() string { return t.family }

// SecurityGroupID of the tasks. Nobody gets in, and out at 443 only, until others add rules.
func (t *Task) SecurityGroupID() string { return t.group }

// Role of the program, for grants.
func (t *Task) Role() *iam.Role { return t.task }

// ExecutionRole is the role that starts the task.
func (t *Task) ExecutionRole() *iam.Role { return t.starting }

// LogGroupName of what the containers write.
func (t *Task) LogGroupName() string { return t.props.logGroupName() }

// Construct holds the task's resources.
func (t *Task) Construct() constructs.Construct { return t.construct }

// GrantRun lets the grantee start the task in its cluster, see how it goes, and stop it; it passes its two roles to ECS alone. The
// policy's name is the construct's id and "run".
func (t *Task) GrantRun(grantee iam.Grantee) error {
	return iam.Grant(grantee, "task", t.id, "run", Run(t.props.Scope, t.props.Cluster.Name, []string{t.props.Name}, []string{t.task.ARN(), t.starting.ARN()})...)
}

// Run are the statements with which tasks of these families are started in one cluster, with these roles.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
func Run(scope arn.Scope, cluster string, families, roleARNs []string) []policy.Statement {
	var definitions []string
	for _, family := range families {
		definitions = append(definitions, scope.Regional("ecs", "task-definition/"+family+":*"))
	}
	inCluster := []policy.Condition{policy.ARNEquals("ecs:cluster", scope.Regional("ecs", "cluster/"+cluster))}
	return []policy.Statement{
		{Sid: "RunTasks", Actions: []string{"ecs:RunTask"}, Resources: definitions, Conditions: inCluster},
		{Sid: "WatchTasks", Actions: []string{"ecs:DescribeTasks", "ecs:StopTask"}, Resources: []string{scope.Regional("ecs", "task/"+cluster+"/*")}, Conditions: inCluster},
		policy.PassRole([]string{tasks}, roleARNs...),
	}
}
