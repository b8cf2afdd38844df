package costs

// byUse are the types of resources that cost by use alone and nothing when they are idle and empty.
var byUse = set(
	"aws_cloudwatch_log_group", "aws_codebuild_project", "aws_codepipeline", "aws_dynamodb_table", "aws_ecr_repository", "aws_flow_log",
	"aws_lambda_function", "aws_s3_bucket", "aws_sagemaker_data_quality_job_definition", "aws_sagemaker_domain", "aws_sagemaker_feature_group",
	"aws_sagemaker_monitoring_schedule", "aws_sagemaker_pipeline", "aws_scheduler_schedule", "aws_sfn_state_machine", "aws_sns_topic", "aws_sqs_queue",
	"aws_api_gateway_rest_api", "aws_cloudtrail", "aws_grafana_workspace", "aws_prometheus_workspace",
)

// free are the types of resources that never cost anything themselves.
var free = set(
	"aws_acm_certificate", "aws_acm_certificate_validation", "aws_appautoscaling_scheduled_action", "aws_appautoscaling_target", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_cloudwatch_log_metric_filter",
	"aws_codebuild_webhook", "aws_codeconnections_connection", "aws_codestarconnections_connection", "aws_codestarnotifications_notification_rule",
	"aws_default_network_acl", "aws_default_route_table", "aws_default_security_group", "aws_ec2_tag", "aws_ecr_lifecycle_policy",
	"aws_db_parameter_group", "aws_db_subnet_group", "aws_ecr_pull_through_cache_rule", "aws_ecr_registry_scanning_configuration", "aws_ecr_repository_creation_template", "aws_ecr_repository_policy",
	"aws_ecs_cluster", "aws_ecs_cluster_capacity_providers", "aws_ecs_task_definition",
	"aws_egress_only_internet_gateway", "aws_eks_access_entry", "aws_eks_access_policy_association", "aws_eks_addon", "aws_eks_pod_identity_association",
	"aws_iam_openid_connect_provider", "aws_iam_policy", "aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_internet_gateway",
	"aws_kms_alias", "aws_lambda_permission", "aws_launch_template", "aws_lb_listener", "aws_lb_listener_rule", "aws_lb_target_group", "aws_rds_cluster_parameter_group", "aws_route", "aws_route53_record", "aws_route_table", "aws_route_table_association",
	"aws_s3_bucket_cors_configuration", "aws_s3_bucket_intelligent_tiering_configuration", "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging",
	"aws_s3_bucket_notification", "aws_s3_bucket_object_lock_configuration", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy",
	"aws_s3_bucket_public_access_block", "aws_s3_bucket_replication_configuration", "aws_s3_bucket_server_side_encryption_configuration",
	"aws_s3_bucket_versioning", "aws_sagemaker_endpoint", "aws_sagemaker_model", "aws_sagemaker_model_package_group", "aws_sagemaker_model_package_group_policy",
	"aws_sagemaker_user_profile", "aws_scheduler_schedule_group", "aws_secretsmanager_secret_rotation", "aws_security_group", "aws_servicequotas_service_quota", "aws_sns_topic_policy",
	"aws_sns_topic_subscription", "aws_sqs_queue_policy", "aws_subnet", "aws_vpc", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule", "aws_wafv2_web_acl_association",
	"aws_api_gateway_account", "aws_api_gateway_deployment", "aws_api_gateway_method_settings", "aws_api_gateway_stage", "aws_api_gateway_usage_plan", "aws_vpc_endpoint_policy",
	"aws_budgets_budget", "aws_grafana_role_association", "aws_prometheus_alert_manager_definition", "aws_prometheus_rule_group_namespace",
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}
