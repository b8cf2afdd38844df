package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/constructs/database"
	"github.com/mlplatform/mlplatform/constructs/ecscluster"
	"github.com/mlplatform/mlplatform/constructs/ecsservice"
	"github.com/mlplatform/mlplatform/constructs/executionrole"
	"github.com/mlplatform/mlplatform/constructs/grafana"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/constructs/network"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/constructs/privateapi"
	"github.com/mlplatform/mlplatform/constructs/prometheus"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/constructs/sagemakerpipeline"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/documents/permissions"
)

// Parts are what the platform made in the stack of an environment. What belongs to a part that is off is nil.
type Parts struct {
	// Network is the VPC, made here or the existing one.
	Network *network.Network
	// Cluster is the EKS cluster.
	Cluster *cluster.Cluster
	// Models and Data are the buckets of trained models, and of data sets and what jobs make of them.
	Models, Data *bucket.Bucket
	// Repositories are the environment's container repositories by their names in the file.
	Repositories map[string]*registry.Repository
	// Notifications is the topic on which the environment tells people what it does by itself.
	Notifications *notification.Topic
	// ModelGroups are the groups of the model registry by their physical names.
	ModelGroups map[string]*modelregistry.Group
	// Training is the training pipeline, TrainingJobs the role of its jobs.
	Training     *sagemakerpipeline.Pipeline
	TrainingJobs *iam.Role
	// Learning is the state machine of the automatic learning, LearningJobs the role of its jobs.
	Learning     *statemachine.Machine
	LearningJobs *executionrole.Role
	// Deployment is the state machine that deploys approved models, Serving the role of the endpoint's containers.
	Deployment *statemachine.Machine
	Serving    *executionrole.Role
	// API is the private API over the models and the endpoint.
	API *privateapi.API
	// MLflow is the tracking server that SageMaker manages, MLflowService the one on ECS with MLflowDatabase.
	MLflow         *mlflow.Server
	MLflowService  *ecsservice.Service
	MLflowDatabase *database.Database
	// PrefectServer is a server of Prefect of one's own, with PrefectDatabase.
	PrefectServer   *ecsservice.Service
	PrefectDatabase *database.Database
	// Workers are the workers of Prefect by their pools, Flows the roles with which flows of a pool run.
	Workers map[string]*ecsservice.Service
	Flows   map[string]*iam.Role
	// LoadBalancer is what brings requests to the services, ContainerCluster the ECS cluster in which they run, and Services they are by their
	// names in the file.
	LoadBalancer     *loadbalancer.LoadBalancer
	ContainerCluster *ecscluster.Cluster
	Services         map[string]*ecsservice.Service
	// Metrics is the workspace of Amazon Managed Prometheus, Grafana the one of Amazon Managed Grafana.
	Metrics *prometheus.Workspace
	Grafana *grafana.Workspace
}

// environmentParts are all parts, in the order in which they are made. A part that is new is one entry here, and a file with what makes it.
var environmentParts []part

func init() {
	environmentParts = []part{
		{
			key: "github", on: (*config.Environment).GitHubEnabled,
			services: allow(permissions.Access),
			make:     (*environmentStack).deployedByGitHub,
		},
		{
			key: "codePipeline", on: func(env *config.Environment) bool { return env.CodePipelineEnabled() && !env.GitHubEnabled() },
			make: (*environmentStack).pipelineBoundary,
		},
		{
			key: "network", on: (*config.Environment).NetworkEnabled,
			services: allow(permissions.Network),
			make:     (*environmentStack).network,
		},
		{
			key: "cluster", on: (*config.Environment).ClusterEnabled, needs: need("network"),
			services: func(env *config.Environment) []permissions.Service {
				needed := []permissions.Service{permissions.Cluster}
				if _, on := env.Cluster.Addons["external-dns"]; on {
					needed = append(needed, permissions.Records)
				}
				if env.Runner() != "" {
					needed = append(needed, permissions.Runners)
				}
				return needed
			},
			make: (*environmentStack).cluster,
		},
		{
			key: "storage", on: (*config.Environment).StorageEnabled,
			services: allow(permissions.Storage),
			make:     (*environmentStack).storage,
		},
		{
			key: "registry", on: (*config.Environment).RegistryEnabled,
			services: allow(permissions.Registry),
			make:     (*environmentStack).registry,
		},
		{
			key: "notifications", on: (*config.Environment).NotificationsEnabled,
			services: allow(permissions.Monitoring, permissions.Notifications),
			make:     (*environmentStack).notifications,
		},
		{
			key: "loadBalancer", on: (*config.Environment).LoadBalancerEnabled, needs: need("network"),
			services: allow(permissions.LoadBalancers),
			make:     (*environmentStack).loadBalancer,
		},
		{
			key: "modelPackageGroups", on: func(env *config.Environment) bool { return len(env.ModelPackageGroups()) > 0 },
			services: allow(permissions.SageMaker),
			make:     (*environmentStack).modelGroups,
		},
		{
			key: "training", on: (*config.Environment).TrainingEnabled,
			needs: func(env *config.Environment) []string {
				return tracks(env, env.TrainingExperiment(), learns(env.Training.Network))
			},
			services: func(env *config.Environment) []permissions.Service {
				needed := []permissions.Service{permissions.SageMaker}
				if env.Training.Schedule != nil {
					needed = append(needed, permissions.Schedules, permissions.Queues)
				}
				if env.NotificationsEnabled() { // which tell of executions that fail
					needed = append(needed, permissions.Events)
				}
				return needed
			},
			make: (*environmentStack).training,
		},
		{
			key: "automation", on: (*config.Environment).AutomationEnabled,
			needs: func(env *config.Environment) []string {
				return tracks(env, env.AutomationExperiment(), append(learns(env.Automation.Network), "notifications"))
			},
			services: func(env *config.Environment) []permissions.Service {
				needed := []permissions.Service{permissions.SageMaker, permissions.StepFunctions}
				if env.Automation.Schedule != nil {
					needed = append(needed, permissions.Schedules, permissions.Queues)
				}
				if env.Automation.NewData != nil {
					needed = append(needed, permissions.Events, permissions.Queues)
				}
				return needed
			},
			make: (*environmentStack).automation,
		},
		{
			key: "endpoint", on: (*config.Environment).EndpointEnabled,
			needs: func(env *config.Environment) []string {
				return append(learns(env.Endpoint.Network), "notifications")
			},
			services: allow(permissions.SageMaker, permissions.StepFunctions, permissions.Events, permissions.Queues),
			runs:     approvedEndpoint,
			make:     (*environmentStack).endpoint,
		},
		{
			key: "api", on: (*config.Environment).APIEnabled, needs: need("network", "endpoint"),
			services: allow(permissions.APIGateway, permissions.StepFunctions, permissions.Monitoring),
			make:     (*environmentStack).api,
		},
		{
			key: "services", on: (*config.Environment).ServicesEnabled, needs: (*config.Environment).ServiceNeeds,
			services: allow(permissions.Containers),
			make:     (*environmentStack).services,
		},
		{
			key: "mlflow", on: (*config.Environment).MLflowEnabled, needs: (*config.Environment).MLflowNeeds,
			services: func(env *config.Environment) []permissions.Service {
				if env.MLflow.ECS != nil {
					return []permissions.Service{permissions.Containers, permissions.Databases}
				}
				return []permissions.Service{permissions.SageMaker}
			},
			make: (*environmentStack).mlflowServer,
		},
		{
			key: "workers", on: (*config.Environment).WorkersEnabled, needs: (*config.Environment).WorkerNeeds,
			services: func(env *config.Environment) []permissions.Service {
				needed := []permissions.Service{permissions.Containers, permissions.Events, permissions.Queues}
				if env.Workers.Server != nil {
					needed = append(needed, permissions.Databases)
				}
				return needed
			},
			make: (*environmentStack).workers,
		},
		{
			key: "serving", on: (*config.Environment).ServingEnabled, needs: need("network", "cluster", "storage"),
			services: servingServices,
			make:     (*environmentStack).serving,
		},
		{
			key: "monitoring", on: (*config.Environment).MonitoringEnabled, needs: monitoringNeeds,
			services: monitoringServices,
			make:     (*environmentStack).monitoring,
		},
		{
			key: "extensions", on: func(*config.Environment) bool { return true },
			make: (*environmentStack).extensions,
		},
		{
			key: "codePipeline", on: (*config.Environment).CodePipelineEnabled,
			needs: func(env *config.Environment) []string {
				return networkIf(env.CodePipeline.Network)
			},
			services: allow(permissions.CodePipeline, permissions.Access),
			make:     (*environmentStack).codePipeline,
		},
	}
}

// learns is what machine learning needs, which may run in the environment's network.
func learns(inNetwork bool) []string {
	return append(networkIf(inNetwork), "storage", "modelPackageGroups")
}

// tracks adds the load balancer to what jobs need that track to a server behind it.
func tracks(env *config.Environment, experiment string, needed []string) []string {
	if experiment != "" && env.MLflow.ECS != nil {
		return append(needed, "loadBalancer")
	}
	return needed
}

func networkIf(needed bool) []string {
	if needed {
		return []string{"network"}
	}
	return nil
}

// servingServices are what models on the cluster need of AWS.
func servingServices(env *config.Environment) []permissions.Service {
	return []permissions.Service{permissions.Serving, permissions.Storage, permissions.Monitoring}
}
