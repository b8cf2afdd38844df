package changes

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// forcesReplacement are arguments of common resources that cannot change on a resource that exists: Terraform destroys it
// and makes another. The pages of https://registry.terraform.io/providers/hashicorp/aws/latest/docs say "forces new
// resource" there; a test lets the AWS provider plan such a change for each of them. What is not listed may be replaced
// all the same: only a plan tells.
var forcesReplacement = map[string][]string{
	"aws_backup_vault":                      {"kms_key_arn", "name"},
	"aws_cloudwatch_event_rule":             {"event_bus_name", "name"},
	"aws_cloudwatch_log_group":              {"name"},
	"aws_cognito_user_pool":                 {"username_attributes"},
	"aws_db_instance":                       {"availability_zone", "db_name", "engine", "kms_key_id", "storage_encrypted", "username"},
	"aws_dynamodb_table":                    {"hash_key", "name"},
	"aws_ebs_volume":                        {"availability_zone", "encrypted", "kms_key_id", "snapshot_id"},
	"aws_ecr_lifecycle_policy":              {"repository"},
	"aws_ecr_repository":                    {"encryption_configuration", "name"},
	"aws_ecr_repository_policy":             {"repository"},
	"aws_ecs_cluster":                       {"name"},
	"aws_ecs_service":                       {"cluster", "launch_type", "name"},
	"aws_efs_file_system":                   {"availability_zone_name", "creation_token", "encrypted", "kms_key_id", "performance_mode"},
	"aws_efs_mount_target":                  {"file_system_id", "subnet_id"},
	"aws_eip":                               {"domain"},
	"aws_eks_access_entry":                  {"cluster_name", "principal_arn"},
	"aws_eks_access_policy_association":     {"cluster_name", "policy_arn", "principal_arn"},
	"aws_eks_addon":                         {"addon_name", "cluster_name"},
	"aws_eks_cluster":                       {"bootstrap_self_managed_addons", "name"},
	"aws_eks_node_group":                    {"ami_type", "capacity_type", "cluster_name", "disk_size", "instance_types", "node_group_name", "node_role_arn", "subnet_ids"},
	"aws_eks_pod_identity_association":      {"cluster_name", "namespace", "service_account"},
	"aws_elasticache_replication_group":     {"at_rest_encryption_enabled", "replication_group_id", "subnet_group_name"},
	"aws_flow_log":                          {"iam_role_arn", "log_destination", "vpc_id"},
	"aws_iam_instance_profile":              {"name", "path"},
	"aws_iam_openid_connect_provider":       {"url"},
	"aws_iam_policy":                        {"description", "name", "path"},
	"aws_iam_role":                          {"name", "path"},
	"aws_iam_role_policy":                   {"name", "role"},
	"aws_iam_role_policy_attachment":        {"policy_arn", "role"},
	"aws_instance":                          {"ami", "availability_zone", "subnet_id"},
	"aws_kinesis_stream":                    {"name"},
	"aws_kms_alias":                         {"name"},
	"aws_kms_key":                           {"customer_master_key_spec", "key_usage", "multi_region"},
	"aws_lambda_function":                   {"function_name"},
	"aws_lambda_permission":                 {"function_name", "principal", "source_arn", "statement_id"},
	"aws_launch_template":                   {"name"},
	"aws_lb":                                {"internal", "load_balancer_type", "name"},
	"aws_lb_target_group":                   {"name", "port", "protocol", "target_type", "vpc_id"},
	"aws_nat_gateway":                       {"allocation_id", "subnet_id"},
	"aws_opensearch_domain":                 {"domain_name"},
	"aws_rds_cluster":                       {"cluster_identifier", "database_name", "engine", "kms_key_id", "master_username", "storage_encrypted"},
	"aws_redshift_cluster":                  {"cluster_identifier", "master_username"},
	"aws_route":                             {"destination_cidr_block", "route_table_id"},
	"aws_route53_zone":                      {"name"},
	"aws_route_table":                       {"vpc_id"},
	"aws_route_table_association":           {"subnet_id"},
	"aws_s3_bucket":                         {"bucket", "object_lock_enabled"},
	"aws_s3_bucket_lifecycle_configuration": {"bucket"},
	"aws_s3_bucket_ownership_controls":      {"bucket"},
	"aws_s3_bucket_policy":                  {"bucket"},
	"aws_s3_bucket_public_access_block":     {"bucket"},
	"aws_s3_bucket_server_side_encryption_configuration": {"bucket"},
	"aws_s3_bucket_versioning":                           {"bucket"},
	"aws_sagemaker_domain":                               {"auth_mode", "domain_name", "kms_key_id", "vpc_id"},
	"aws_sagemaker_endpoint":                             {"name"},
	"aws_sagemaker_endpoint_configuration":               {"name", "production_variants"},
	"aws_sagemaker_feature_group":                        {"event_time_feature_name", "feature_group_name", "record_identifier_feature_name", "role_arn"},
	"aws_sagemaker_mlflow_tracking_server":               {"tracking_server_name"},
	"aws_sagemaker_model":                                {"execution_role_arn", "name"},
	"aws_sagemaker_model_package_group":                  {"model_package_group_description", "model_package_group_name"},
	"aws_sagemaker_pipeline":                             {"pipeline_name"},
	"aws_sagemaker_user_profile":                         {"domain_id", "user_profile_name"},
	"aws_scheduler_schedule":                             {"group_name", "name"},
	"aws_secretsmanager_secret":                          {"name"},
	"aws_security_group":                                 {"description", "name", "vpc_id"},
	"aws_sfn_state_machine":                              {"name", "type"},
	"aws_sns_topic":                                      {"name"},
	"aws_sqs_queue":                                      {"fifo_queue", "name"},
	"aws_ssm_parameter":                                  {"name"},
	"aws_subnet":                                         {"availability_zone", "cidr_block", "ipv6_native", "vpc_id"},
	"aws_vpc":                                            {"cidr_block", "ipv4_ipam_pool_id"},
	"aws_vpc_endpoint":                                   {"service_name", "vpc_id"},
	"aws_vpc_ipv4_cidr_block_association":                {"cidr_block", "vpc_id"},
	"aws_vpc_security_group_egress_rule":                 {"security_group_id"},
	"aws_vpc_security_group_ingress_rule":                {"security_group_id"},
}

// forcingArguments are the arguments that differ and probably force a replacement.
func forcingArguments(resourceType string, differences []Difference) []string {
	var out []string
	for _, each := range differences {
		name := argument(each.Path)
		if each.Kind != Order && each.Kind != Spelling && slices.Contains(forcesReplacement[resourceType], name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// following are the resources that are probably replaced with the one at address, as they refer to it in arguments
// that force replacement, and so on. A reference to an argument that stands in the configuration and does not change
// stays known, and replaces nothing.
func following(s stack, address string, differences []Difference) []string {
	known := map[string]map[string]bool{address: steady(s.resources[address], differences)}
	queue := []string{address}
	var out []string
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, other := range sortedKeys(s.resources) {
			if known[other] != nil || strings.HasPrefix(other, "data.") {
				continue
			}
			for _, name := range forcesReplacement[resourceType(other)] {
				if refers(object(s.resources[other])[name], next, known[next]) {
					known[other] = steady(s.resources[other], []Difference{{Path: name}})
					queue = append(queue, other)
					out = append(out, other)
					break
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// steady are the arguments whose values are the same after a replacement.
func steady(body any, differences []Difference) map[string]bool {
	out := map[string]bool{}
	for name := range object(body) {
		out[name] = true
	}
	for _, each := range differences {
		delete(out, argument(each.Path))
	}
	return out
}

var attribute = lazyregexp.New(`^\.([a-z0-9_]+)`)

// refers reports whether a value holds a reference to an attribute of the resource that is not steady.
func refers(value any, address string, steady map[string]bool) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, func(each any) bool { return refers(each, address, steady) })
	case map[string]any:
		for _, each := range value {
			if refers(each, address, steady) {
				return true
			}
		}
	case string:
		for _, at := range reference.FindAllStringIndex(value, -1) {
			if value[at[0]:at[1]] != address {
				continue
			}
			if match := attribute.FindStringSubmatch(value[at[1]:]); match != nil && !steady[match[1]] {
				return true
			}
		}
	}
	return false
}
