package platformmap

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/drawing"
)

// A kind of resource that drawings show. Others are details of these.
type kind struct {
	title string
	kind  drawing.Kind
	// name is the argument with the physical name.
	name string
	// service and begins are what ARNs of the resource, or of what is in it, hold before that name. Default: none are looked for.
	service string
	begins  []string
	// detail says more of it. Default: nothing.
	detail func(body) string
	// connected leaves it out where no arrow touches it.
	connected bool
}

// kinds by type: of the parts of a platform, and of what teams add to one.
var kinds = map[string]kind{
	"aws_s3_bucket":                        {title: "S3 bucket", kind: drawing.Data, name: "bucket", service: "s3", begins: []string{""}},
	"aws_dynamodb_table":                   {title: "DynamoDB table", kind: drawing.Data, name: "name", service: "dynamodb", begins: []string{"table/"}},
	"aws_db_instance":                      {title: "RDS database", kind: drawing.Data, name: "identifier", service: "rds", begins: []string{"db:"}},
	"aws_rds_cluster":                      {title: "Aurora cluster", kind: drawing.Data, name: "cluster_identifier", service: "rds", begins: []string{"cluster:"}},
	"aws_elasticache_replication_group":    {title: "ElastiCache", kind: drawing.Data, name: "replication_group_id"},
	"aws_efs_file_system":                  {title: "EFS file system", kind: drawing.Data, name: "creation_token"},
	"aws_sagemaker_feature_group":          {title: "feature group", kind: drawing.Data, name: "feature_group_name", service: "sagemaker", begins: []string{"feature-group/"}},
	"aws_ecr_repository":                   {title: "ECR repository", kind: drawing.Images, name: "name", service: "ecr", begins: []string{"repository/"}},
	"aws_ecr_pull_through_cache_rule":      {title: "pull-through cache", kind: drawing.Images, name: "ecr_repository_prefix"},
	"aws_sagemaker_model_package_group":    {title: "model package group", kind: drawing.Models, name: "model_package_group_name", service: "sagemaker", begins: []string{"model-package-group/", "model-package/"}},
	"aws_sagemaker_mlflow_tracking_server": {title: "MLflow tracking server", kind: drawing.Models, name: "tracking_server_name", service: "sagemaker", begins: []string{"mlflow-tracking-server/"}},
	"aws_sagemaker_pipeline":               {title: "SageMaker pipeline", kind: drawing.Flow, name: "pipeline_name", service: "sagemaker", begins: []string{"pipeline/"}},
	"aws_sfn_state_machine":                {title: "state machine", kind: drawing.Flow, name: "name", service: "states", begins: []string{"stateMachine:"}},
	"aws_codepipeline":                     {title: "CodePipeline", kind: drawing.Flow, name: "name", service: "codepipeline", begins: []string{""}},
	"aws_codebuild_project":                {title: "CodeBuild project", kind: drawing.Compute, name: "name", service: "codebuild", begins: []string{"project/"}},
	"aws_eks_cluster":                      {title: "EKS cluster", kind: drawing.Compute, name: "name", service: "eks", begins: []string{"cluster/"}, detail: clusterDetail},
	"aws_eks_node_group":                   {title: "node group", kind: drawing.Compute, name: "node_group_name", detail: nodesDetail},
	"aws_sagemaker_endpoint":               {title: "SageMaker endpoint", kind: drawing.Compute, name: "name", service: "sagemaker", begins: []string{"endpoint/"}},
	"aws_sagemaker_domain":                 {title: "SageMaker Studio", kind: drawing.Compute, name: "domain_name"},
	"aws_lambda_function":                  {title: "Lambda function", kind: drawing.Compute, name: "function_name", service: "lambda", begins: []string{"function:"}},
	"aws_ecs_service":                      {title: "ECS service", kind: drawing.Compute, name: "name"},
	"aws_lb":                               {title: "load balancer", kind: drawing.Network, name: "name"},
	"aws_api_gateway_rest_api":             {title: "REST API", kind: drawing.Network, name: "name"},
	"aws_apigatewayv2_api":                 {title: "HTTP API", kind: drawing.Network, name: "name"},
	"aws_scheduler_schedule":               {title: "schedule", kind: drawing.Trigger, name: "name", detail: func(b body) string { return b.text("schedule_expression") }, connected: true},
	"aws_cloudwatch_event_rule":            {title: "event rule", kind: drawing.Trigger, name: "name", detail: func(b body) string { return b.text("schedule_expression") }, connected: true},
	"aws_sns_topic":                        {title: "SNS topic", kind: drawing.Messages, name: "name", service: "sns", begins: []string{""}},
	"aws_prometheus_workspace":             {title: "Prometheus", kind: drawing.Data, name: "alias"},
	"aws_prometheus_scraper":               {title: "Prometheus scraper", kind: drawing.Compute, name: "alias"},
	"aws_grafana_workspace":                {title: "Grafana", kind: drawing.Messages, name: "name"},
	"aws_budgets_budget":                   {title: "budget", kind: drawing.Messages, name: "name"},
	"aws_cloudwatch_dashboard":             {title: "dashboard", kind: drawing.Messages, name: "dashboard_name"},
}

// main are the types that stand for their part where nothing nearer is found, the first one first.
var main = []string{"aws_sagemaker_pipeline", "aws_sfn_state_machine", "aws_eks_cluster", "aws_codepipeline", "aws_lambda_function", "aws_ecs_service"}

func clusterDetail(b body) string { return "Kubernetes " + b.text("version") }

func nodesDetail(b body) string {
	scaling := b.block("scaling_config")
	nodes := fmt.Sprintf("%v to %v", scaling["min_size"], scaling["max_size"])
	if b.text("capacity_type") == "SPOT" {
		nodes += " spot"
	}
	return nodes + " × " + strings.Join(b.texts("instance_types"), ", ")
}

// short is a physical name without what all names of the stack have in common: project and environment before, account and region
// behind.
func short(name, prefix, account, region string) string {
	trimmed := strings.TrimSuffix(name, "-"+account+"-"+region)
	for _, separator := range []string{"-", "/"} {
		trimmed = strings.TrimPrefix(trimmed, prefix+separator)
	}
	return trimmed
}
