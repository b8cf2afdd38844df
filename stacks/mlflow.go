package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/mlflowserver"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/training"
)

// tracking is where executions of the training pipeline are tracked, known before anything is made. Nil where they are not.
func tracking(env *config.Environment) *training.Tracking {
	if !env.Tracks() {
		return nil
	}
	out := &training.Tracking{Experiment: env.Training.Experiment}
	s := env.MLflow.ECS
	if s == nil {
		out.URI = arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults().Regional("sagemaker", "mlflow-tracking-server/"+env.MLflowName())
		return out
	}
	out.URI = "https://" + s.Host
	if s.ClientSecret != nil {
		out.SecretARN = s.ClientSecret.ARN
	}
	return out
}

// reachesMLflow reports whether jobs of the part speak to MLflow at the load balancer.
func (e *environmentStack) reachesMLflow(part string) bool {
	return part == trainingJobs && e.env.Tracks() && e.env.MLflow.ECS != nil
}

// mlflowServer makes the tracking server, and lets the jobs of the training pipeline track where they shall.
func (e *environmentStack) mlflowServer() error {
	scope := tf.Group(e.made, "mlflow")
	if e.env.MLflow.ECS != nil {
		return e.mlflowOnECS(scope, *e.env.MLflow.ECS)
	}
	c := e.env.MLflow.Managed
	server, err := mlflow.New(scope, "server", mlflow.Props{
		Name: e.env.MLflowName(), ArtifactURI: e.parts.Models.URI(mlflowserver.Folder), ArtifactKeyARN: e.parts.Models.KeyARN(),
		Size: mlflow.Size(c.Size), Version: c.Version, MaintenanceWindow: c.MaintenanceWindow, RegisterModels: c.RegisterModels,
		PermissionsBoundary: e.boundary, AllowDestroy: !e.env.Protect,
	})
	if err != nil {
		return err
	}
	e.parts.MLflow = server
	tf.Output(e.made, "mlflow_tracking_uri", server.ARN(), "Where programs track, with the package sagemaker-mlflow")
	if e.env.Tracks() {
		return server.GrantTrack(e.parts.TrainingJobs)
	}
	return nil
}

// mlflowOnECS makes the server with its database, behind the load balancer.
func (e *environmentStack) mlflowOnECS(scope tf.Construct, c config.MLflowECS) error {
	_, cluster, err := e.containerCluster()
	if err != nil {
		return err
	}
	image, err := e.image(scope, config.TrainingImage(c.Image))
	if err != nil {
		return err
	}
	stored, err := e.postgres(scope, mlflowDatabase(e.env), mlflowserver.Database, c.Database, 0)
	if err != nil {
		return err
	}
	target, err := e.parts.LoadBalancer.AddTargets(loadbalancer.TargetProps{
		Name: "mlflow", Port: mlflowserver.Port, Health: loadbalancer.Health{Path: mlflowserver.HealthPath}, Routes: mlflowRoutes(c),
		Alarms: &loadbalancer.Alarms{ErrorPercent: 5, Errors: 5, LatencyMilliseconds: 30_000, TopicARNs: e.topics()},
	})
	if err != nil {
		return err
	}
	service, err := ecsservice.New(scope, "service", ecsservice.Props{
		TaskProps: ecsservice.TaskProps{
			Name: e.env.MLflowName(), Cluster: ecsservice.Cluster{Name: cluster.Name(), ARN: cluster.ARN()}, VPCID: e.parts.Network.ID(),
			Task: mlflowTask(c, image, e.parts.Models.URI(mlflowserver.Folder), stored.Host(), stored.Port(), stored.SecretARN(), e.scope.Region),
			// The program reads the password itself, at each connection.
			Statements: stored.ReadSecret(), LogRetentionDays: c.LogRetentionDays, PermissionsBoundary: e.boundary,
		},
		SubnetIDs: e.parts.Network.PrivateSubnetIDs(), DesiredCount: &c.Tasks,
		// Migrations of a large database may take as long, before the server answers.
		GraceSeconds: 900,
		Targets:      []ecsservice.Target{{ARN: target.ARN(), Container: "mlflow", Port: mlflowserver.Port, After: target.Rule()}},
		Deployment:   ecsservice.Deployment{AlarmNames: target.AlarmNames()},
	})
	if err != nil {
		return err
	}
	if err := target.Allow("tasks", service.SecurityGroupID()); err != nil {
		return err
	}
	if err := stored.Allow("mlflow", service.SecurityGroupID()); err != nil {
		return err
	}
	if err := e.parts.Models.GrantReadWrite(service.Role(), mlflowserver.Folder); err != nil {
		return err
	}
	e.parts.MLflowService, e.parts.MLflowDatabase = service, stored
	tf.Output(e.made, "mlflow_tracking_uri", "https://"+c.Host, "Where people look at MLflow, and programs track")
	tf.Output(e.made, "mlflow_database_name", stored.Name(), "Instance of RDS that has the experiments of MLflow")
	if e.env.Tracks() && c.ClientSecret != nil {
		return iam.Grant(e.parts.TrainingJobs, "secret", "mlflow", "client", secretref.Read(e.scope, secretOf(*c.ClientSecret, ""))...)
	}
	return nil
}

// mlflowRoutes are the requests that go to the server: those of people who have signed in, if they must, and those of programs.
func mlflowRoutes(c config.MLflowECS) []loadbalancer.Route {
	route := loadbalancer.Route{Priority: c.Priority, Hosts: []string{c.Host}}
	if c.Authentication != config.MLflowSignInCognito {
		return []loadbalancer.Route{route}
	}
	people := route
	people.Priority++
	people.SignIn = &loadbalancer.Cognito{UserPoolARN: c.Cognito.UserPoolARN, ClientID: c.Cognito.ClientID, Domain: c.Cognito.Domain}
	if route.Sources = c.ClientCIDRs; len(route.Sources) == 0 {
		return []loadbalancer.Route{people}
	}
	return []loadbalancer.Route{route, people}
}

// mlflowTask is what the server runs: first what brings the database up to date, then the server.
func mlflowTask(c config.MLflowECS, image operationsImage, artifacts, host string, port int, secretARN, region string) containers.Task {
	server := mlflowserver.Server{
		Host: c.Host, Addresses: mlflowserver.PrivateAddresses(), Workers: c.Workers, BasicAuth: c.Authentication == config.MLflowSignInBasic,
	}
	uri := mlflowserver.URI("", host, port)
	start := containers.Container{
		Image: image.uri, ImmutableTag: true, EntryPoint: []string{"python", "-c", mlflowserver.Program()}, Init: true,
		Environment: map[string]string{mlflowserver.DatabaseURI: uri, mlflowserver.DatabaseSecret: secretARN, "AWS_DEFAULT_REGION": region},
		Mounts:      []containers.Mount{{Volume: "tmp", Path: "/tmp"}},
	}
	migrate, serve := start, start
	migrate.Name, migrate.Command, migrate.Optional = "migrate", []string{"migrate"}, true
	// Each starts with folders of its own.
	migrate.Mounts = []containers.Mount{{Volume: "tmp-migrate", Path: "/tmp"}}
	serve.Name, serve.After, serve.Ports = "mlflow", map[string]containers.State{"migrate": containers.Success}, []containers.Port{{Number: mlflowserver.Port}}
	serve.Command = append([]string{"server", "--artifacts-destination", artifacts, "--serve-artifacts"}, server.Arguments()...)
	if server.BasicAuth {
		serve.Environment = map[string]string{mlflowserver.AuthFile: mlflowserver.AuthConfig(uri, mlflowserver.PasswordMark)}
		for name, value := range start.Environment {
			serve.Environment[name] = value
		}
		serve.Secrets = map[string]secretref.Ref{mlflowserver.AdminPassword: secretOf(*c.Secret, "password"), mlflowserver.SessionKey: secretOf(*c.Secret, "key")}
	}
	return containers.Task{
		CPU: c.CPU, MemoryMB: c.MemoryMB, Architecture: architectures[c.Architecture], Volumes: []string{"tmp", "tmp-migrate"},
		Containers: []containers.Container{migrate, serve},
	}
}

// secretOf is a reference of the configuration, to one key of the secret.
func secretOf(c config.SecretRef, jsonKey string) secretref.Ref {
	return secretref.Ref{ARN: c.ARN, JSONKey: jsonKey, KeyARN: c.KeyARN}
}
