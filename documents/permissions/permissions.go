// Package permissions knows what a deployment needs to be allowed: which AWS calls Terraform makes to plan and to apply
// each part of the platform, on which resources, and the most that the roles which it makes may ever do. It is pure Go.
//
// Every action is written out and stands on the narrowest resource that AWS offers: on names that begin with the
// deployment's prefix; where AWS names resources by random ids, on that type of resource in the account and region,
// and for changes only with the deployment's tags; on "*" only where an action has no resource at all, and then in the
// deployment's region. The lists follow the calls of the Terraform AWS provider for the resource types that the
// constructs make. Tests compare them with AWS's own list of actions.
//
// Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
package permissions

import (
	"slices"
	"sort"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Service is a part of the platform that a deployment may have.
type Service string

// The parts of the platform.
const (
	// Network is a VPC with subnets, NAT gateways, endpoints and flow logs. Needs SecurityGroups and Logs.
	Network Service = "network"
	// Cluster is EKS: the cluster, its nodes, add-ons, access entries, pod identities, the identity provider for service
	// accounts. Needs SecurityGroups, Logs and Encryption, and for the interruptions that Karpenter handles Queues and
	// Events.
	Cluster Service = "cluster"
	// Records is roles that keep records in hosted zones of Route 53, such as that of external-dns. The zones are made elsewhere.
	Records Service = "records"
	// SecurityGroups is EC2 security groups and their rules, also in a VPC of others.
	SecurityGroups Service = "security-groups"
	// Storage is S3 buckets. Needs Encryption.
	Storage Service = "storage"
	// Replication is the replication of S3 buckets, with the roles for it. Needs Storage.
	Replication Service = "replication"
	// Registry is ECR repositories, pull-through caches and the templates of repositories. Needs Encryption.
	Registry Service = "registry"
	// RegistrySettings is what an account has once in each region and all its deployments share: the policy of the ECR
	// registry, its scanning and its replication. Give it to one deployment at most. Needs Registry.
	RegistrySettings Service = "registry-settings"
	// Encryption is KMS keys and aliases.
	Encryption Service = "encryption"
	// Logs is CloudWatch log groups.
	Logs Service = "logs"
	// Queues is SQS. Needs Encryption.
	Queues Service = "queues"
	// Events is EventBridge rules.
	Events Service = "events"
	// Schedules is EventBridge Scheduler.
	Schedules Service = "schedules"
	// Notifications is SNS topics. Needs Encryption.
	Notifications Service = "notifications"
	// Monitoring is CloudWatch alarms and dashboards.
	Monitoring Service = "monitoring"
	// Metrics is Amazon Managed Prometheus and Grafana, and budgets. Needs Cluster, Monitoring and Notifications.
	Metrics Service = "metrics"
	// SageMaker is Studio, model registry, pipelines, endpoints with their scaling, feature groups, monitoring schedules
	// and MLflow servers. Needs SecurityGroups, Logs and Encryption.
	SageMaker Service = "sagemaker"
	// StepFunctions is state machines. Needs Logs and Encryption.
	StepFunctions Service = "step-functions"
	// Containers is ECS: clusters, services with their scaling, task definitions. Needs SecurityGroups, Logs and Monitoring.
	Containers Service = "containers"
	// LoadBalancers is application load balancers with their certificates, records and web firewalls. Needs SecurityGroups and Monitoring.
	LoadBalancers Service = "load-balancers"
	// Databases is RDS and Aurora. Needs SecurityGroups, Logs, Encryption and Monitoring.
	Databases Service = "databases"
	// Secrets is secrets of Secrets Manager, without their values. Needs Encryption.
	Secrets Service = "secrets"
	// Serving is what models on a cluster need beside it, and the password of a database for pods. Needs Cluster, LoadBalancers and
	// Databases.
	Serving Service = "serving"
	// APIGateway is REST APIs with their stages and usage plans, VPC endpoints for them, and the account's role for logs. Needs
	// Logs, StepFunctions and SageMaker for what answers.
	APIGateway Service = "api-gateway"
	// Roles is IAM roles, policies and instance profiles. It comes with every service that is given roles: Network,
	// Cluster, Replication, SageMaker, StepFunctions, Containers, APIGateway, Events, Schedules. Name it for roles of people and other accounts.
	Roles Service = "roles"
	// GitHub is the view of the OIDC provider, the deployment roles and the boundary. No deployment may change them.
	GitHub Service = "github"
	// Access is the view of the parameter /<prefix>/access, which says whether the deployment roles are those of a commit where
	// they have a stack of their own, that administrators apply. See package fingerprint.
	Access Service = "access"
	// Runners is the project <prefix>-runner of CodeBuild, which runs jobs of GitHub in a VPC. Needs SecurityGroups and Logs.
	Runners Service = "runners"
	// CodePipeline is the view of the pipeline that delivers inside AWS, of its builds, roles and artifacts, and of the
	// boundary. No deployment may change them. Needs Notifications, Encryption and Logs.
	CodePipeline Service = "codepipeline"
)

// a part is what a service needs.
type part struct {
	service Service
	// needs are other services that come with it.
	needs []Service
	// grants are the calls of plan and apply.
	grants func(Scope) []grant
	// passTo are the services that are given roles of this part.
	passTo []string
	// passedOnce are those to which the deployment alone gives roles, and no role that the boundary limits.
	passedOnce []string
	// linked are the services whose service-linked roles come into being with this part.
	linked []string
	// byApply is set where only the deployment itself brings them about, and no role that it makes.
	byApply bool
	// workloads are the actions, with wildcards, that roles of this part may be allowed.
	workloads []string
	// own are further ones, on the resources named by ownOn only.
	own   []string
	ownOn func(Scope) []string
}

// parts in the order in which their statements appear.
func parts() []part {
	return []part{
		network(), cluster(), records(), securityGroups(), storage(), replication(), registry(), registrySettings(), sageMaker(), stepFunctions(), containers(), loadBalancers(), databases(), secrets(), serving(), apiGateway(), events(), schedules(), queues(), notifications(),
		monitoring(), metrics(), encryption(), logs(), {service: Roles, grants: Scope.roles}, gitHub(), access(), runners(), codePipeline(),
	}
}

// a grant is reading and changing certain resources.
type grant struct {
	// name becomes the Sid.
	name string
	on   []string
	// read are the calls of plan, write those that apply makes beside them.
	read, write []string
	// when are conditions on both, whenWriting further ones on changes.
	when, whenWriting []policy.Condition
}

// Services lists all services.
func Services() []Service {
	var all []Service
	for _, p := range parts() {
		all = append(all, p.service)
	}
	return all
}

// Validate reports everything that is wrong with the scope, after its defaults, and with the services.
func Validate(scope Scope, services ...Service) error {
	var problems problem.List
	problems.Add("scope", scope.WithDefaults().validate())
	if len(services) == 0 {
		problems.Addf("services", "are missing; list the parts of the platform that the deployment has")
	}
	known := Services()
	for i, s := range services {
		if !slices.Contains(known, s) {
			problems.Addf(problem.Index("services", i), "%q is unknown; use %s", s, problem.Choices(known))
		}
	}
	return problems.Err()
}

// chosen are the parts of the services and of those that they need.
func chosen(services []Service) []part {
	wanted := map[Service]bool{}
	var want func(Service)
	want = func(s Service) {
		wanted[s] = true
		for _, p := range parts() {
			if p.service == s {
				for _, needed := range p.needs {
					want(needed)
				}
			}
		}
	}
	for _, s := range services {
		want(s)
	}
	for _, p := range parts() {
		if wanted[p.service] && len(p.passTo)+len(p.passedOnce) > 0 {
			wanted[Roles] = true
		}
	}
	return slices.DeleteFunc(parts(), func(p part) bool { return !wanted[p.service] })
}

// Plan is what terraform plan needs to refresh and compare the services: reading their configuration, no data in them.
// How it reaches the Terraform state is up to the caller. The scope and services must be valid.
func Plan(scope Scope, services ...Service) []policy.Statement {
	scope = scope.WithDefaults()
	var statements []policy.Statement
	for _, g := range scope.grants(services) {
		statements = append(statements, g.reading()...)
	}
	return statements
}

// Apply is what terraform apply needs: Plan, and creating, changing and deleting. The role can make roles only under
// the prefix and with the boundary, can change neither the boundary nor the deployment roles nor the OIDC provider of
// GitHub, and can delete stored data only where the scope says so. The scope and services must be valid.
func Apply(scope Scope, services ...Service) []policy.Statement {
	scope = scope.WithDefaults()
	var statements []policy.Statement
	for _, g := range scope.grants(services) {
		statements = append(statements, g.reading()...)
		statements = append(statements, g.writing()...)
	}
	return append(statements, scope.guards(has(chosen(services), CodePipeline))...)
}

// grants are those of the services and of IAM, without empty ones.
func (s Scope) grants(services []Service) []grant {
	parts := chosen(services)
	var grants []grant
	for _, p := range parts {
		grants = append(grants, p.grants(s)...)
	}
	return append(grants, s.iam(parts)...)
}

func (g grant) reading() []policy.Statement {
	if len(g.read) == 0 {
		return nil
	}
	return []policy.Statement{{Sid: g.name + "Read", Actions: sorted(g.read), Resources: g.on, Conditions: g.when}}
}

func (g grant) writing() []policy.Statement {
	if len(g.write) == 0 {
		return nil
	}
	conditions := append(append([]policy.Condition(nil), g.when...), g.whenWriting...)
	return []policy.Statement{{Sid: g.name, Actions: sorted(g.write), Resources: g.on, Conditions: conditions}}
}

func sorted(values []string) []string {
	out := append([]string(nil), values...)
	sort.Strings(out)
	return slices.Compact(out)
}

// of puts the service before each action of a list that is separated by spaces.
func of(service, actions string) []string {
	var out []string
	for _, each := range strings.Fields(actions) {
		out = append(out, service+":"+each)
	}
	return out
}
