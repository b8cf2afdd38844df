package changes

import (
	"encoding/json"
	"slices"
	"strings"
)

// Group says who should look at a change first.
type Group int

const (
	// Access is who may do what: IAM, policies of resources, keys' grants, public access.
	Access Group = iota
	// Network is what reaches what.
	Network
	// Other is all else.
	Other
)

// groupOf is the group of a resource's type or, where the type says nothing, of the arguments that differ.
func groupOf(resourceType string, differences []Difference) Group {
	switch {
	case isAccess(resourceType):
		return Access
	case isNetwork(resourceType):
		return Network
	}
	group := Other
	for _, each := range differences {
		switch name := argument(each.Path); {
		case slices.Contains(accessArguments, name):
			return Access
		case slices.Contains(networkArguments, name):
			group = Network
		}
	}
	return group
}

// Types are named by prefix: AWS adds to these families often.
var (
	accessPrefixes = []string{
		"aws_iam_", "aws_ssoadmin_", "aws_identitystore_", "aws_ram_", "aws_organizations_", "aws_rolesanywhere_",
		"aws_lakeformation_", "aws_verifiedpermissions_", "aws_eks_access_", "aws_eks_pod_identity_", "aws_eks_identity_provider",
		"aws_kms_grant", "aws_lambda_permission", "aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block",
		"aws_s3_bucket_acl", "aws_s3_bucket_ownership_controls", "aws_s3control_access_grant", "aws_ecr_registry_policy",
		"aws_sns_topic_policy", "aws_sqs_queue_policy", "aws_vpc_endpoint_policy", "aws_cloudwatch_event_permission",
	}
	// A type that ends with policy is about access, unless it is one of these.
	notAccess = []string{
		"lifecycle_policy", "autoscaling_policy", "scaling_policy", "redrive_policy", "stickiness_policy", "backup_policy", "cache_policy",
		"request_policy", "headers_policy", "deployment_policy", "scheduling_policy", "traffic_policy", "index_policy", "resiliency_policy",
		"firewall_policy", "protocol_policy", "ssl_negotiation_policy", "redirection_policy", "load_balancer_policy",
		"listener_policy", "backend_server_policy",
	}
	accessArguments = []string{"policy", "assume_role_policy", "permissions_boundary", "inline_policy", "managed_policy_arns", "access_config", "resource_policy", "key_policy"}

	networkPrefixes = []string{
		"aws_vpc", "aws_subnet", "aws_security_group", "aws_route", "aws_default_", "aws_main_route_table", "aws_nat_gateway",
		"aws_internet_gateway", "aws_egress_only_internet_gateway", "aws_eip", "aws_network_", "aws_networkfirewall_",
		"aws_networkmanager_", "aws_ec2_transit_gateway", "aws_ec2_managed_prefix_list", "aws_ec2_client_vpn", "aws_vpn_",
		"aws_customer_gateway", "aws_dx_", "aws_lb", "aws_alb", "aws_elb", "aws_flow_log", "aws_service_discovery_",
	}
	networkArguments = []string{"vpc_config", "network_configuration", "vpc_security_group_ids", "security_groups", "security_group_ids", "subnet_ids", "subnets", "vpc_id", "public_access_cidrs", "publicly_accessible", "kubernetes_network_config", "app_network_access_type"}
)

func isAccess(resourceType string) bool {
	if hasPrefix(resourceType, accessPrefixes) {
		return true
	}
	return strings.HasSuffix(resourceType, "_policy") && !slices.ContainsFunc(notAccess, func(each string) bool { return strings.HasSuffix(resourceType, each) })
}

func isNetwork(resourceType string) bool { return hasPrefix(resourceType, networkPrefixes) }

func hasPrefix(resourceType string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(each string) bool { return strings.HasPrefix(resourceType, each) })
}

// stateful are types that hold what nothing can make anew, and what that is.
var stateful = map[string]string{
	"aws_backup_vault":                     "its recovery points",
	"aws_cloudwatch_log_group":             "its logs",
	"aws_codecommit_repository":            "its history",
	"aws_cognito_user_pool":                "its users",
	"aws_db_instance":                      "its databases",
	"aws_docdb_cluster":                    "its databases",
	"aws_dynamodb_table":                   "its items",
	"aws_ebs_volume":                       "its data",
	"aws_ecr_repository":                   "its images",
	"aws_efs_file_system":                  "its files",
	"aws_eip":                              "the public address, which others may have allowed",
	"aws_eks_cluster":                      "the cluster and all that runs on it",
	"aws_elasticache_cluster":              "its data",
	"aws_elasticache_replication_group":    "its data",
	"aws_elasticache_serverless_cache":     "its data",
	"aws_fsx_lustre_file_system":           "its files",
	"aws_fsx_ontap_file_system":            "its files",
	"aws_fsx_openzfs_file_system":          "its files",
	"aws_fsx_windows_file_system":          "its files",
	"aws_glue_catalog_database":            "its tables",
	"aws_glue_catalog_table":               "its definition and partitions",
	"aws_instance":                         "what is on its volumes",
	"aws_keyspaces_table":                  "its rows",
	"aws_kinesis_stream":                   "its records",
	"aws_kms_external_key":                 "all that is encrypted with it, once its waiting period ends",
	"aws_kms_key":                          "all that is encrypted with it, once its waiting period ends",
	"aws_kms_replica_key":                  "all that is encrypted with it in its region, once its waiting period ends",
	"aws_memorydb_cluster":                 "its data",
	"aws_msk_cluster":                      "its topics",
	"aws_msk_serverless_cluster":           "its topics",
	"aws_neptune_cluster":                  "its graphs",
	"aws_opensearch_domain":                "its indexes",
	"aws_opensearchserverless_collection":  "its indexes",
	"aws_rds_cluster":                      "its databases",
	"aws_redshift_cluster":                 "its databases",
	"aws_redshiftserverless_namespace":     "its databases",
	"aws_route53_zone":                     "its records and its name servers",
	"aws_s3_bucket":                        "its objects",
	"aws_s3_directory_bucket":              "its objects",
	"aws_s3tables_table":                   "its rows",
	"aws_s3tables_table_bucket":            "its tables",
	"aws_sagemaker_domain":                 "the home folders of its users",
	"aws_sagemaker_feature_group":          "the features of its online store",
	"aws_sagemaker_mlflow_tracking_server": "its experiments",
	"aws_sagemaker_model_package_group":    "its model versions",
	"aws_sagemaker_notebook_instance":      "what is on its volume",
	"aws_secretsmanager_secret":            "its values",
	"aws_sqs_queue":                        "its messages",
	"aws_ssm_parameter":                    "its value",
	"aws_timestreamwrite_table":            "its records",
}

// A guard is an argument that keeps a resource or its data from being lost.
type guard struct {
	path string
	// guards reports whether this value protects.
	guards func(value any) bool
	gone   string
}

func is(wanted any) func(any) bool { return func(value any) bool { return value == wanted } }
func isNot(wanted any) func(any) bool {
	return func(value any) bool { return value != wanted }
}

var guards = []guard{
	{"lifecycle.prevent_destroy", is(true), "prevent_destroy is gone, with which Terraform refused to destroy it"},
	{"deletion_protection", is(true), "deletion_protection is off"},
	{"deletion_protection_enabled", is(true), "deletion_protection_enabled is off"},
	{"enable_deletion_protection", is(true), "enable_deletion_protection is off"},
	{"disable_api_termination", is(true), "disable_api_termination is off"},
	{"force_destroy", isNot(true), "force_destroy is on: Terraform may delete it with what is in it"},
	{"force_delete", isNot(true), "force_delete is on: Terraform may delete it with what is in it"},
	{"skip_final_snapshot", isNot(true), "skip_final_snapshot is on"},
	{"point_in_time_recovery.enabled", is(true), "point_in_time_recovery is off"},
	{"versioning_configuration.status", is("Enabled"), "versioning is off: what is overwritten or deleted is lost"},
	{"object_lock_enabled", is(true), "object_lock_enabled is off"},
}

// shortened are arguments whose smaller value protects less.
var shortened = []string{"deletion_window_in_days", "recovery_window_in_days", "backup_retention_period"}

// unguarded are the protections that a resource had and has no more. A resource that is gone loses prevent_destroy with
// its block, which is how Terraform can be made to destroy it all the same.
func unguarded(before, after any) []string {
	var out []string
	gone := len(object(after)) == 0
	for _, each := range guards {
		if gone && each.path != "lifecycle.prevent_destroy" {
			continue
		}
		if each.guards(at(before, each.path)) && !each.guards(at(after, each.path)) {
			out = append(out, each.gone)
		}
	}
	for _, path := range shortened {
		old, was := number(at(before, path))
		value, is := number(at(after, path))
		if was && is && value < old {
			out = append(out, path+" is shorter")
		}
	}
	return out
}

// at is the value at a path of names.
func at(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		value = object(value)[name]
	}
	return value
}

func number(value any) (float64, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	out, err := n.Float64()
	return out, err == nil
}
