package stacks_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/stacks"
)

var boundaryLine = regexp.MustCompile(`(?m)^permissionsBoundary: .*\n`)

// withBoundary is the platform of an example set, with an audit trail, whose organisation demands a boundary.
func withBoundary(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := audited(t, dir, "{ emails: [security@example.com] }")
	files["platform.yaml"] = boundaryLine.ReplaceAllString(files["platform.yaml"], "") + "permissionsBoundary: security/acme-boundary\n"
	return files
}

// TestBoundaryOfTheOrganisation: every role of every stack has it, those of administrators' stacks too, and no stack makes a boundary of its own.
func TestBoundaryOfTheOrganisation(t *testing.T) {
	for _, dir := range configurations {
		files, accounts := withBoundary(t, dir), map[string]string{}
		for _, stack := range load(t, dir, files).Stacks() {
			accounts[stack.Name] = stack.Account
		}
		for name, made := range built(t, dir, files) {
			template := synthtest.Parse(t, string(made))
			for address, role := range template.Resources("aws_iam_role") {
				require.Equal(t, "arn:aws:iam::"+accounts[name]+":policy/security/acme-boundary", role["permissions_boundary"], "%s: %s", name, address)
			}
			for address, each := range template.Resources("aws_iam_policy") {
				require.NotContains(t, each["name"], "-boundary", "%s: %s", name, address)
			}
		}
	}
	made := built(t, configurations[0], withBoundary(t, configurations[0]))
	planTogether(t, terraform.Stack{Name: "dev", JSON: made["dev"]}, terraform.Stack{Name: "dev-access", JSON: made["dev-access"]})

	apply := applyStatements(t, withRoles(t, made, "dev"))
	for boundary, allowed := range map[string]bool{"policy/security/acme-boundary": true, "policy/wine-dev-boundary": false, "": false} {
		request := iamcheck.Request{Action: "iam:CreateRole", Resource: "arn:aws:iam::222222222222:role/wine-dev-jobs", Keys: map[string]string{"aws:RequestedRegion": "us-west-2"}}
		if boundary != "" {
			request.Keys["iam:PermissionsBoundary"] = "arn:aws:iam::222222222222:" + boundary
		}
		require.Equal(t, allowed, iamcheck.Allows(apply, request), boundary)
	}
}

// TestBoundaryOfTheOrganisationOnEverything: all parts that an environment can have, also in another partition.
func TestBoundaryOfTheOrganisationOnEverything(t *testing.T) {
	for _, each := range []struct{ partition, region, project, monitoring, more string }{
		{"aws", "us-west-2", "abcdefghijklmnopqrs", "grafana: {}", onECS},
		{"aws-cn", "cn-north-1", "wine", "metrics: cloudWatch", ""},
	} {
		fill := strings.NewReplacer("PARTITION", each.partition, "REGION", each.region, "MODELS", "acme-wine-models", "DATA", "acme-wine-data", "MONITORING", each.monitoring)
		made := synthesise(t, load(t, configurations[0], map[string]string{
			"platform.yaml": "project: " + each.project + "\nrepository: acme/wine-ml\nregion: " + each.region +
				"\noperations: { account: \"222222222222\", images: [flows-image, mlflow-image, prefect-image, serving-image, training-image] }\npermissionsBoundary: security/acme-boundary\n",
			"environments/dev.yaml": "", "environments/staging.yaml": "", "environments/prod.yaml": "", "environments/abcd.yaml": fill.Replace(everything) + each.more,
		}), stacks.Options{})
		checked := 0
		for name, text := range made {
			template := synthtest.Parse(t, string(text))
			for address, role := range template.Resources("aws_iam_role") {
				require.Equal(t, "arn:"+each.partition+":iam::222222222222:policy/security/acme-boundary", role["permissions_boundary"], "%s: %s", name, address)
				checked++
			}
			if strings.HasSuffix(name, "-access") {
				require.NotContains(t, template.Output("permissions_boundary_denials"), "arn:aws:", "holds in each partition")
			}
		}
		require.Greater(t, checked, 30)
	}
}

// denied is a boundary that allows all but what the stack of the roles says that it must deny.
func denied(t *testing.T, template synthtest.Template) []policy.Statement {
	t.Helper()
	text := template.Output("permissions_boundary_denials").(string)
	require.LessOrEqual(t, len(text), policy.MaxManaged, "is for one policy")
	denials, err := iamcheck.Parse(text)
	require.NoError(t, err)
	return append(denials, policy.Statement{Actions: []string{"*"}, Resources: []string{"*"}})
}

// TestDenialsOfTheOrganisation: what the stacks of the roles hand on takes nothing from what the platform gives roles, and keeps these from
// becoming the deployment.
func TestDenialsOfTheOrganisation(t *testing.T) {
	leavesRolesTheirPermissions(t, func(dir string) map[string]string { return withBoundary(t, dir) }, denied)
	made := built(t, configurations[0], withBoundary(t, configurations[0]))
	for name, prefix := range map[string]string{"dev": "arn:aws:iam::222222222222:role/wine-dev", "operations": "arn:aws:iam::111111111111:role/wine-operations"} {
		statements := denied(t, withRoles(t, made, name))
		for _, each := range []struct {
			who, action, resource string
			allowed               bool
		}{
			{"jobs", "sts:AssumeRole", "github-apply", false},
			{"jobs", "iam:PassRole", "github-apply", false},
			{"jobs", "iam:PutRolePolicy", "jobs", false},
			{"jobs", "iam:PassRole", "jobs", true},
			{"github-apply", "iam:PutRolePolicy", "jobs", true},
		} {
			request := iamcheck.Request{Action: each.action, Resource: prefix + "-" + each.resource, Keys: map[string]string{"aws:PrincipalArn": prefix + "-" + each.who}}
			require.Equal(t, each.allowed, iamcheck.Allows(statements, request), "%s %v", name, each)
		}
	}
	require.NotContains(t, synthtest.Parse(t, string(example(t)["dev-access"])).Root()["output"], "permissions_boundary_denials")
}
