package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/database"
	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/rdssignin"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// databaseServer is a server on ECS with a PostgreSQL database of its own, behind the load balancer: MLflow, Prefect. Its program reads the
// password of the database at each connection, and brings the schema up to date before a new version serves.
type databaseServer struct {
	// part names the container and the targets, name the service, instance the instance of RDS, and first the database in it.
	part, name, instance, first string
	image                       config.ServiceImage
	architecture                config.Architecture
	cpu, memoryMB, tasks        int
	retention                   int
	size                        config.Database
	port                        int
	health                      string
	routes                      []loadbalancer.Route
	// program is Python of package rdssignin, which takes the argument migrate, and uri the database as it has it.
	program string
	uri     func(host string, port int) string
	// serve gives the server its command, and what it has beside the migration.
	serve func(uri string, server *containers.Container)
}

func (e *environmentStack) databaseServer(scope tf.Construct, s databaseServer) (*ecsservice.Service, *database.Database, error) {
	_, cluster, err := e.containerCluster()
	if err != nil {
		return nil, nil, err
	}
	image, err := e.image(scope, config.TrainingImage(s.image))
	if err != nil {
		return nil, nil, err
	}
	stored, err := e.postgres(scope, s.instance, s.first, s.size, 0)
	if err != nil {
		return nil, nil, err
	}
	target, err := e.parts.LoadBalancer.AddTargets(loadbalancer.TargetProps{
		Name: s.part, Port: s.port, Health: loadbalancer.Health{Path: s.health}, Routes: s.routes,
		Alarms: &loadbalancer.Alarms{ErrorPercent: 5, Errors: 5, LatencyMilliseconds: 30_000, TopicARNs: e.topics()},
	})
	if err != nil {
		return nil, nil, err
	}
	service, err := ecsservice.New(scope, "service", ecsservice.Props{
		TaskProps: ecsservice.TaskProps{
			Name: s.name, Cluster: ecsservice.Cluster{Name: cluster.Name(), ARN: cluster.ARN()}, VPCID: e.parts.Network.ID(),
			Task:       s.task(image, s.uri(stored.Host(), stored.Port()), stored.SecretARN(), e.scope.Region),
			Statements: stored.ReadSecret(), LogRetentionDays: s.retention, PermissionsBoundary: e.boundary,
		},
		SubnetIDs: e.parts.Network.PrivateSubnetIDs(), DesiredCount: &s.tasks,
		// Migrations of a large database may take as long, before the server answers.
		GraceSeconds: 900,
		Targets:      []ecsservice.Target{{ARN: target.ARN(), Container: s.part, Port: s.port, After: target.Rule()}},
		Deployment:   ecsservice.Deployment{AlarmNames: target.AlarmNames()},
	})
	if err != nil {
		return nil, nil, err
	}
	if err := target.Allow("tasks", service.SecurityGroupID()); err != nil {
		return nil, nil, err
	}
	return service, stored, stored.Allow(s.part, service.SecurityGroupID())
}

// task runs first what brings the database up to date, then the server.
func (s databaseServer) task(image operationsImage, uri, secretARN, region string) containers.Task {
	start := func(name, volume string) containers.Container {
		return containers.Container{
			Name: name, Image: image.uri, ImmutableTag: true, EntryPoint: []string{"python", "-c", s.program}, Init: true, Secrets: map[string]secretref.Ref{},
			Environment: map[string]string{rdssignin.DatabaseURI: uri, rdssignin.DatabaseSecret: secretARN, "AWS_DEFAULT_REGION": region},
			Mounts:      []containers.Mount{{Volume: volume, Path: "/tmp"}},
		}
	}
	// Each starts with folders of its own.
	migrate, server := start("migrate", "tmp-migrate"), start(s.part, "tmp")
	migrate.Command, migrate.Optional = []string{"migrate"}, true
	server.After, server.Ports = map[string]containers.State{"migrate": containers.Success}, []containers.Port{{Number: s.port}}
	s.serve(uri, &server)
	return containers.Task{
		CPU: s.cpu, MemoryMB: s.memoryMB, Architecture: architectures[s.architecture], Volumes: []string{"tmp", "tmp-migrate"},
		Containers: []containers.Container{migrate, server},
	}
}

// signInRoutes are a route for people who sign in, and before it one for programs from these ranges, which cannot and are not asked.
func signInRoutes(route loadbalancer.Route, c *config.CognitoPool, programs []string) []loadbalancer.Route {
	people := route
	people.SignIn = &loadbalancer.Cognito{UserPoolARN: c.UserPoolARN, ClientID: c.ClientID, Domain: c.Domain}
	if len(programs) == 0 {
		return []loadbalancer.Route{people}
	}
	route.Sources = programs
	people.Priority++
	return []loadbalancer.Route{route, people}
}
