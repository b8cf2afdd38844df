package stacks_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// withBoundary is the platform of an example set, with an audit trail, whose organisation demands a boundary.
func withBoundary(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := audited(t, dir, "{ emails: [security@example.com] }")
	files["platform.yaml"] += "permissionsBoundary: security/acme-boundary\n"
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

// The page's statements keep what a deployment makes from becoming one, and leave the deployment its work.
func TestStatementsForTheOrganisation(t *testing.T) {
	page, err := os.ReadFile("../docs/permissions.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)<!-- statements of the organisation's boundary -->\n```json\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, found)
	boundary, err := iamcheck.Parse(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, ` + strings.Trim(strings.TrimSpace(string(found[1])), "[]") + `]}`)
	require.NoError(t, err)
	for _, each := range []struct {
		who, action, resource string
		allowed               bool
	}{
		{"wine-dev-github-apply", "iam:CreateRole", "role/wine-dev-jobs", true},
		{"wine-dev-github-apply", "sts:AssumeRole", "role/wine-dev-state", true},
		{"wine-dev-github-plan", "sts:AssumeRole", "role/wine-dev-state-plan", true},
		{"wine-dev-jobs", "iam:CreateRole", "role/wine-dev-stronger", false},
		{"wine-dev-jobs", "iam:PutRolePolicy", "role/wine-dev-jobs", false},
		{"wine-dev-jobs", "iam:DeleteRolePermissionsBoundary", "role/wine-dev-jobs", false},
		{"wine-dev-jobs", "iam:CreatePolicyVersion", "policy/security/acme-boundary", false},
		{"wine-dev-jobs", "iam:UpdateAssumeRolePolicy", "role/wine-dev-github-apply", false},
		{"wine-dev-jobs", "sts:AssumeRole", "role/wine-dev-github-apply", false},
		{"wine-dev-jobs", "iam:PassRole", "role/wine-dev-github-apply", false},
		{"wine-dev-jobs", "sts:AssumeRole", "role/wine-dev-state", false},
		{"wine-dev-a-github-b", "sts:AssumeRole", "role/wine-dev-state", false},
		{"wine-dev-jobs", "iam:PassRole", "role/wine-dev-jobs", true},
		{"wine-dev-nodes", "iam:CreateInstanceProfile", "instance-profile/wine-dev-a", true},
	} {
		request := iamcheck.Request{Action: each.action, Resource: "arn:aws:iam::222222222222:" + each.resource, Keys: map[string]string{"aws:PrincipalArn": "arn:aws:iam::222222222222:role/" + each.who}}
		require.Equal(t, each.allowed, iamcheck.Allows(boundary, request), each)
	}
}
