package stacks

import (
	"maps"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/ecscluster"
	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/constructs/taskevents"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/prefect"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// workers makes the workers of Prefect, and what their flows run in.
func (e *environmentStack) workers() error {
	_, cluster, err := e.containerCluster()
	if err != nil {
		return err
	}
	var problems problem.List
	if s := e.env.Workers.Server; s != nil {
		problems.Add("server", e.prefectServer(tf.Group(e.made, config.PrefectPart), *s, *e.env.Workers.AuthString))
	}
	e.parts.Workers, e.parts.Flows = map[string]*ecsservice.Service{}, map[string]*iam.Role{}
	for _, name := range e.env.Workers.PoolNames() {
		made := poolStack{e, tf.Group(e.made, "workers-"+name), name, e.env.Workers.Pools[name], cluster}
		problems.Add(problem.Key("pools", name), made.make())
	}
	return problems.Err()
}

// prefectServer makes the server to which the workers belong.
func (e *environmentStack) prefectServer(scope tf.Construct, c config.PrefectServer, auth config.ServiceSecret) error {
	routes := []loadbalancer.Route{{Priority: c.Priority, Hosts: []string{c.Host}}}
	if c.Cognito != nil {
		routes = signInRoutes(routes[0], c.Cognito, c.ClientCIDRs)
	}
	service, stored, err := e.databaseServer(scope, databaseServer{
		part: config.PrefectPart, name: e.env.PrefectName(), instance: prefectDatabase(e.env), first: prefect.ServerDatabase,
		image: c.Image, architecture: c.Architecture, cpu: c.CPU, memoryMB: c.MemoryMB, retention: c.LogRetentionDays, size: c.Database,
		// More than one would need Redis between them. https://docs.prefect.io/v3/advanced/self-hosted
		tasks: 1,
		port:  prefect.ServerPort, health: prefect.ServerHealth, routes: routes, program: prefect.ServerProgram(), uri: prefect.ServerURI,
		serve: func(_ string, made *containers.Container) {
			made.Command = prefect.ServerArguments()
			maps.Copy(made.Environment, prefect.ServerEnvironment(c.Host))
			made.Secrets[prefect.ServerAuth] = serviceSecret(auth)
		},
	})
	if err != nil {
		return err
	}
	e.parts.PrefectServer, e.parts.PrefectDatabase = service, stored
	tf.Output(e.made, "prefect_api_url", prefect.APIURL(c.Host), "API of Prefect's server; without /api people look at it")
	tf.Output(e.made, "prefect_database_name", stored.Name(), "Instance of RDS that has the flow runs of Prefect")
	return nil
}

// poolStack is a work pool while it is being made.
type poolStack struct {
	*environmentStack
	inside  tf.Construct
	pool    string
	c       config.WorkPool
	cluster *ecscluster.Cluster
}

func (p poolStack) make() error {
	image, err := p.image(p.inside, config.TrainingImage(p.c.Image))
	if err != nil {
		return err
	}
	worker := p.container("worker", image)
	worker.Command, worker.StopTimeoutSeconds = prefect.Start(p.pool, string(p.c.Type)), 120
	worker.Health = &containers.Health{Command: prefect.Health(), TimeoutSeconds: 10, StartSeconds: 60}
	setup := p.container("setup", image)
	setup.Command, setup.Optional = []string{"/bin/sh", "-c", prefect.Setup(p.pool, string(p.c.Type))}, true
	worker.After = map[string]containers.State{"setup": containers.Success}
	var statements []policy.Statement
	var events *taskevents.Queue
	if p.c.Type == config.PoolECS {
		flows, err := p.flows(image)
		if err != nil {
			return err
		}
		p.parts.Flows[p.pool] = flows.Role()
		template, err := p.template(flows)
		if err != nil {
			return err
		}
		setup.Environment["BASE_JOB_TEMPLATE"] = template
		if events, err = taskevents.New(p.inside, "tasks", taskevents.Props{
			Name: p.name(p.pool + "-tasks"), ClusterARN: p.cluster.ARN(), Family: p.name(p.pool + "-flow"), TopicARNs: p.topics(),
		}); err != nil {
			return err
		}
		worker.Environment["PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_ENABLED"] = "true"
		worker.Environment["PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME"] = events.Name()
		statements = p.runs(flows)
	} else {
		p.flowVariables(&worker)
	}
	var after []tf.Dependable
	if p.parts.PrefectServer != nil {
		after = append(after, p.parts.PrefectServer.Resource())
	}
	service, err := ecsservice.New(p.inside, "service", ecsservice.Props{
		After: after, TaskProps: p.taskProps(p.pool, containers.Task{CPU: p.c.CPU, MemoryMB: p.c.MemoryMB, Containers: []containers.Container{setup, worker}}, statements),
		SubnetIDs: p.parts.Network.PrivateSubnetIDs(), DesiredCount: &p.c.Workers, Scaling: p.hours(),
	})
	if err != nil {
		return err
	}
	p.parts.Workers[p.pool] = service
	if events != nil {
		if err := events.GrantConsume(service.Role()); err != nil {
			return err
		}
	} else {
		p.parts.Flows[p.pool] = service.Role()
	}
	return p.grants(p.parts.Flows[p.pool])
}

// container is one of the image, with the API and a folder to write to.
func (p poolStack) container(name string, image operationsImage) containers.Container {
	w := p.env.Workers
	made := containers.Container{
		Name: name, Image: image.uri, ImmutableTag: true, Init: true, Secrets: map[string]secretref.Ref{},
		Environment: map[string]string{"PREFECT_API_URL": w.APIURL, "PREFECT_HOME": "/tmp/prefect", "AWS_DEFAULT_REGION": p.scope.Region},
		Mounts:      []containers.Mount{{Volume: "tmp-" + name, Path: "/tmp"}},
	}
	for variable, secret := range map[string]*config.ServiceSecret{prefect.ClientKey: w.APIKey, prefect.ClientAuth: w.AuthString} {
		if secret != nil {
			made.Secrets[variable] = serviceSecret(*secret)
		}
	}
	if from := w.APIURLFrom; from != nil {
		delete(made.Environment, "PREFECT_API_URL")
		// A worker gives it to the tasks that it starts, and ECS takes no variable that is a secret of the definition already.
		if name != prefect.Container {
			made.Secrets["PREFECT_API_URL"] = serviceSecret(*from)
		}
	}
	return made
}

// flowVariables are what the file has for flows.
func (p poolStack) flowVariables(c *containers.Container) {
	maps.Copy(c.Environment, p.c.Environment)
	for variable, s := range p.c.Secrets {
		c.Secrets[variable] = serviceSecret(s)
	}
	if p.c.WriteModels {
		c.Environment["MODELS_BUCKET"] = p.parts.Models.Name()
	}
	if p.c.WriteData {
		c.Environment["DATA_BUCKET"] = p.parts.Data.Name()
	}
}

// taskProps are those of a family of tasks, whose containers write to folders of their own.
func (p poolStack) taskProps(name string, task containers.Task, statements []policy.Statement) ecsservice.TaskProps {
	task.Architecture = architectures[p.c.Architecture]
	for _, c := range task.Containers {
		task.Volumes = append(task.Volumes, c.Mounts[0].Volume)
	}
	return ecsservice.TaskProps{
		Name: p.name(name), Cluster: ecsservice.Cluster{Name: p.cluster.Name(), ARN: p.cluster.ARN()}, VPCID: p.parts.Network.ID(), Task: task,
		Statements: statements, LogRetentionDays: p.c.LogRetentionDays, PermissionsBoundary: p.boundary,
	}
}

// flows makes the task in which each flow run of the pool runs.
func (p poolStack) flows(image operationsImage) (*ecsservice.Task, error) {
	flow := p.container(prefect.Container, image)
	flow.Command, flow.StopTimeoutSeconds = []string{"python", "-m", "prefect.engine"}, 120
	p.flowVariables(&flow)
	return ecsservice.NewTask(p.inside, "flow", p.taskProps(p.pool+"-flow", containers.Task{
		CPU: p.c.Flow.CPU, MemoryMB: p.c.Flow.MemoryMB, Containers: []containers.Container{flow},
	}, nil))
}

func (p poolStack) template(flows *ecsservice.Task) (string, error) {
	pool := prefect.ECSPool{
		ClusterARN: p.cluster.ARN(), TaskDefinitionARN: flows.DefinitionARN(), SubnetIDs: p.parts.Network.PrivateSubnetIDs(),
		SecurityGroupIDs: []string{flows.SecurityGroupID()}, CPU: p.c.Flow.CPU, MemoryMB: p.c.Flow.MemoryMB, Spot: p.c.Flow.Spot,
	}
	if s := p.env.Workers.APIKey; s != nil {
		pool.APIKeyARN = s.ARN
	}
	if s := p.env.Workers.AuthString; s != nil {
		pool.AuthStringARN = s.ARN
	}
	return pool.Template()
}

// runs is what a worker does in ECS: it runs flows of its own family in this cluster, marks them, and passes their roles.
func (p poolStack) runs(flows *ecsservice.Task) []policy.Statement {
	statements := ecsservice.Run(p.scope, p.name(servicesPart), []string{p.name(p.pool + "-flow")}, []string{flows.Role().ARN(), flows.ExecutionRole().ARN()})
	return append(statements,
		policy.Statement{
			Sid: "MarkTasks", Actions: []string{"ecs:TagResource"}, Resources: []string{p.scope.Regional("ecs", "task/"+p.name(servicesPart)+"/*")},
			Conditions: []policy.Condition{policy.StringEquals("ecs:CreateAction", "RunTask")},
		},
		// Task definitions have no resource level when they are described.
		policy.Statement{Sid: "LookAtDefinitions", Actions: []string{"ecs:DescribeTaskDefinition"}, Resources: []string{"*"}})
}

// hours are when there are workers. Nil is always.
func (p poolStack) hours() *ecsservice.Scaling {
	h := p.c.Hours
	if h == nil {
		return nil
	}
	return &ecsservice.Scaling{Min: 0, Max: p.c.Workers, Schedules: hours(h.From, h.Until, h.TimeZone, p.c.Workers, p.c.Workers)}
}

// hours have from least to most tasks within, and none without.
func hours(from, until, zone string, least, most int) []ecsservice.Schedule {
	none := 0
	return []ecsservice.Schedule{
		{Name: "from", Expression: from, TimeZone: zone, Min: &least, Max: &most},
		{Name: "until", Expression: until, TimeZone: zone, Min: &none, Max: &none},
	}
}

// grants let flows into the buckets.
func (p poolStack) grants(role *iam.Role) error {
	if p.c.WriteModels {
		if err := p.parts.Models.GrantReadWrite(role); err != nil {
			return err
		}
	}
	if p.c.WriteData {
		return p.parts.Data.GrantReadWrite(role)
	}
	return nil
}

// prefectDatabase is the name of the database of Prefect.
func prefectDatabase(env *config.Environment) string { return shortened(env.PrefectName(), 60) }
