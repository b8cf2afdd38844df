package iamcheck

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// Template checks every policy of a synthesised stack, which root is the parsed JSON of: the permissions of each role
// as a whole, and the actions of boundaries, trust policies and resource policies.
func (c Check) Template(t testing.TB, root map[string]any) {
	t.Helper()
	db := open(t)
	for _, p := range c.template(db, root) {
		t.Error(p)
	}
}

// resourcePolicies are the attributes that hold policies of other kinds than identity policies.
var resourcePolicies = []struct {
	resourceType, attribute string
	kind                    policy.Kind
}{
	{"aws_ecr_registry_policy", "policy", policy.Resource},
	{"aws_ecr_repository_policy", "policy", policy.Resource},
	{"aws_iam_role", "assume_role_policy", policy.Trust},
	{"aws_kms_key", "policy", policy.Key},
	{"aws_s3_bucket_policy", "policy", policy.Resource},
	{"aws_sagemaker_model_package_group_policy", "resource_policy", policy.Resource},
	{"aws_secretsmanager_secret_policy", "policy", policy.Resource},
	{"aws_sns_topic_policy", "policy", policy.Resource},
	{"aws_sqs_queue", "policy", policy.Resource},
	{"aws_sqs_queue_policy", "policy", policy.Resource},
	{"aws_vpc_endpoint", "policy", policy.Resource},
}

func (c Check) template(db *database, root map[string]any) []string {
	resources := resourcesOf(root)
	var problems []string
	add := func(address string, kind policy.Kind, statements []policy.Statement) {
		for _, p := range c.problems(db, kind, statements) {
			problems = append(problems, address+": "+p)
		}
	}
	parse := func(address string, document any) []policy.Statement {
		text, ok := document.(string)
		if !ok || text == "" {
			return nil
		}
		statements, err := Parse(text)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", address, err))
		}
		return statements
	}

	byRole := map[string][]policy.Statement{}
	for _, name := range keys(resources["aws_iam_role_policy"]) {
		each := resources["aws_iam_role_policy"][name]
		role := fmt.Sprint(each["role"])
		byRole[role] = append(byRole[role], parse("aws_iam_role_policy."+name, each["policy"])...)
	}
	attached := map[string]string{}
	for _, name := range keys(resources["aws_iam_role_policy_attachment"]) {
		each := resources["aws_iam_role_policy_attachment"][name]
		if match := policyReference.FindStringSubmatch(fmt.Sprint(each["policy_arn"])); match != nil {
			attached[match[1]] = fmt.Sprint(each["role"])
		}
	}
	for _, name := range keys(resources["aws_iam_policy"]) {
		statements := parse("aws_iam_policy."+name, resources["aws_iam_policy"][name]["policy"])
		if role, ok := attached[name]; ok {
			byRole[role] = append(byRole[role], statements...)
			continue
		}
		// What no role has as its permissions is a boundary.
		add("aws_iam_policy."+name, policy.Boundary, statements)
	}
	for _, role := range keys(byRole) {
		add("permissions of "+role, policy.Identity, byRole[role])
	}
	for _, each := range resourcePolicies {
		for _, name := range keys(resources[each.resourceType]) {
			address := each.resourceType + "." + name
			add(address, each.kind, parse(address, resources[each.resourceType][name][each.attribute]))
		}
	}
	return problems
}

var policyReference = regexp.MustCompile(`^\$\{aws_iam_policy\.([A-Za-z0-9_-]+)\.arn\}$`)

func resourcesOf(root map[string]any) map[string]map[string]map[string]any {
	out := map[string]map[string]map[string]any{}
	types, _ := root["resource"].(map[string]any)
	for resourceType, all := range types {
		out[resourceType] = map[string]map[string]any{}
		byName, _ := all.(map[string]any)
		for name, each := range byName {
			out[resourceType][name], _ = each.(map[string]any)
		}
	}
	return out
}
