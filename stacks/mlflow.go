package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/mlflowserver"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// tracking is where jobs track to an experiment, known before anything is made. Nil without an experiment.
func tracking(env *config.Environment, experiment string) *mlflowclient.Server {
	if experiment == "" {
		return nil
	}
	out := &mlflowclient.Server{Experiment: experiment}
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
	experiment := map[string]string{trainingJobs: e.env.TrainingExperiment(), learningJobs: e.env.AutomationExperiment()}[part]
	return experiment != "" && e.env.MLflow.ECS != nil
}

// letTrack gives the roles of the jobs that track what the server asks of them.
func (e *environmentStack) letTrack(grant func(iam.Grantee) error) error {
	var problems problem.List
	if e.env.TrainingExperiment() != "" {
		problems.Add("training", grant(e.parts.TrainingJobs))
	}
	if e.env.AutomationExperiment() != "" {
		problems.Add("automation", grant(e.parts.LearningJobs))
	}
	return problems.Err()
}

// mlflowServer makes the tracking server, and lets the jobs track that shall.
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
	return e.letTrack(server.GrantTrack)
}

// mlflowOnECS makes the server with its database, behind the load balancer.
func (e *environmentStack) mlflowOnECS(scope tf.Construct, c config.MLflowECS) error {
	server := mlflowserver.Server{
		Host: c.Host, Addresses: mlflowserver.PrivateAddresses(), Workers: c.Workers, BasicAuth: c.Authentication == config.MLflowSignInBasic,
	}
	routes := []loadbalancer.Route{{Priority: c.Priority, Hosts: []string{c.Host}}}
	if c.Authentication == config.MLflowSignInCognito {
		routes = signInRoutes(routes[0], c.Cognito, c.ClientCIDRs)
	}
	service, stored, err := e.databaseServer(scope, databaseServer{
		part: "mlflow", name: e.env.MLflowName(), instance: mlflowDatabase(e.env), first: mlflowserver.Database,
		image: c.Image, architecture: c.Architecture, cpu: c.CPU, memoryMB: c.MemoryMB, tasks: c.Tasks, retention: c.LogRetentionDays, size: c.Database,
		port: mlflowserver.Port, health: mlflowserver.HealthPath, routes: routes,
		program: mlflowserver.Program(), uri: func(host string, port int) string { return mlflowserver.URI("", host, port) },
		serve: func(uri string, made *containers.Container) {
			artifacts := e.parts.Models.URI(mlflowserver.Folder)
			made.Command = append([]string{"server", "--artifacts-destination", artifacts, "--serve-artifacts"}, server.Arguments()...)
			if server.BasicAuth {
				made.Environment[mlflowserver.AuthFile] = mlflowserver.AuthConfig(uri, mlflowserver.PasswordMark)
				made.Secrets[mlflowserver.AdminPassword], made.Secrets[mlflowserver.SessionKey] = secretOf(*c.Secret, "password"), secretOf(*c.Secret, "key")
			}
		},
	})
	if err != nil {
		return err
	}
	if err := e.parts.Models.GrantReadWrite(service.Role(), mlflowserver.Folder); err != nil {
		return err
	}
	e.parts.MLflowService, e.parts.MLflowDatabase = service, stored
	tf.Output(e.made, "mlflow_tracking_uri", "https://"+c.Host, "Where people look at MLflow, and programs track")
	tf.Output(e.made, "mlflow_database_name", stored.Name(), "Instance of RDS that has the experiments of MLflow")
	if c.ClientSecret == nil {
		return nil
	}
	return e.letTrack(func(jobs iam.Grantee) error {
		return iam.Grant(jobs, "secret", "mlflow", "client", secretref.Read(e.scope, secretOf(*c.ClientSecret, ""))...)
	})
}

// secretOf is a reference of the configuration, to one key of the secret.
func secretOf(c config.SecretRef, jsonKey string) secretref.Ref {
	return secretref.Ref{ARN: c.ARN, JSONKey: jsonKey, KeyARN: c.KeyARN}
}
