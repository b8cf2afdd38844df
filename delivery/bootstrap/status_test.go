package bootstrap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/bootstrap"
)

func TestStatuses(t *testing.T) {
	const open, begun, done = bootstrap.Open, bootstrap.Begun, bootstrap.Done
	platform := load(t, "examples/configurations/wine")
	for situation, want := range map[string][]bootstrap.Status{
		//          tools configuration workflows repository logins make move, then each with its access: operations dev staging prod, GitHub
		"empty":    {open, open, open, open, open, open, open, open, open, open, open, open, open, open, open, open},
		"midway":   {done, open, open, done, open, done, open, open, open, open, open, open, open, open, open, open},
		"complete": {done, open, done, done, begun, done, done, open, begun, open, begun, open, open, open, open, open},
	} {
		var got []bootstrap.Status
		for _, step := range bootstrap.Steps(platform, situations[situation]) {
			got = append(got, step.Status)
		}
		require.Equal(t, want, got, situation)
	}
}

func TestFacts(t *testing.T) {
	const shared = "wine-terraform-state-111111111111-us-west-2"
	replaced := func(name, version string) []bootstrap.Tool {
		var all []bootstrap.Tool
		for _, each := range tools {
			if each.Name == name {
				each.Version = version
			}
			if version != "missing" || each.Name != name {
				all = append(all, each)
			}
		}
		return all
	}
	for _, test := range []struct {
		name, step string
		facts      bootstrap.Facts
		status     bootstrap.Status
		seen       string
	}{
		{"a tool is missing", "Install the tools", bootstrap.Facts{Tools: replaced("gh", "missing")}, bootstrap.Open,
			"gh is missing: GitHub CLI 2, https://cli.github.com; go 1.24.3; node 22.11.0; terraform 1.11.4; cdktf 0.21.0; aws 2.31.0; git 2.47.1"},
		{"a tool is too old", "Install the tools", bootstrap.Facts{Tools: replaced("terraform", "1.9.8")}, bootstrap.Open,
			"terraform is 1.9.8: use Terraform 1.11 or later, for locks in S3, https://developer.hashicorp.com/terraform/install; go 1.24.3; node 22.11.0; cdktf 0.21.0; aws 2.31.0; git 2.47.1; gh 2.81.0"},
		{"a tool is too new", "Install the tools", bootstrap.Facts{Tools: replaced("node", "24.1.0")}, bootstrap.Open,
			"node is 24.1.0: use Node.js 22 (20 warns of its end of life, 24 crashes cdktf-cli 0.21), https://nodejs.org/en/download; go 1.24.3; terraform 1.11.4; cdktf 0.21.0; aws 2.31.0; git 2.47.1; gh 2.81.0"},
		{"a tool does not say", "Install the tools", bootstrap.Facts{Tools: replaced("aws", "")}, bootstrap.Open,
			"aws does not tell its version: it should be AWS CLI 2; go 1.24.3; node 22.11.0; terraform 1.11.4; cdktf 0.21.0; git 2.47.1; gh 2.81.0"},
		{"the numbers are compared as numbers", "Install the tools", bootstrap.Facts{Tools: replaced("terraform", "2.0.0")}, bootstrap.Done,
			"go 1.24.3; node 22.11.0; terraform 2.0.0; cdktf 0.21.0; aws 2.31.0; git 2.47.1; gh 2.81.0"},
		{"another remote", "Make the repository", bootstrap.Facts{Remote: "me/fork"}, bootstrap.Open,
			"git's remote origin is me/fork, and the configuration has acme/wine-ml; the first command keeps it under another name. If it is yours, correct repository in platform.yaml"},
		{"no workflows", "Generate the workflows", bootstrap.Facts{Workflows: bootstrap.WorkflowsMissing}, bootstrap.Open, "there are none in .github"},
		{"all profiles, whose sessions may have ended", "Log in to AWS",
			bootstrap.Facts{Profiles: []bootstrap.Profile{{Name: "operations", SSO: true}, {Name: "dev"}, {Name: "staging"}, {Name: "prod"}}}, bootstrap.Begun,
			"the AWS CLI has the profiles operations, dev, staging, prod"},
		{"protected environments without reviewers", "Hand over to GitHub", bootstrap.Facts{}, bootstrap.Open,
			"nobody is asked before a deployment to operations, staging: github.reviewers names who approves"},
		{"half of the profiles", "Log in to AWS", bootstrap.Facts{Profiles: []bootstrap.Profile{{Name: "dev"}, {Name: "other"}}}, bootstrap.Open,
			"the AWS CLI has the profiles dev; it lacks operations, staging, prod"},
		{"a local state", "Make the state bucket: stack state", bootstrap.Facts{LocalStates: []bootstrap.LocalState{{Stack: "state", Resources: 1}}}, bootstrap.Done,
			"terraform.state.tfstate knows its resources"},
		{"an empty local state, as after a destroy", "Make the state bucket: stack state", bootstrap.Facts{LocalStates: []bootstrap.LocalState{{Stack: "state"}}}, bootstrap.Open,
			"nothing here; if a colleague has made it, skip this step and the next"},
		{"moved, file still there", "Move that state into the bucket: stack state",
			bootstrap.Facts{LocalStates: []bootstrap.LocalState{{Stack: "state", Resources: 1}}, Backends: []bootstrap.Backend{{Stack: "state", Type: "s3", Bucket: shared}}}, bootstrap.Begun,
			"cdktf.out/stacks/state is connected with " + shared + ", and terraform.state.tfstate is still there: repeat the first command, and remove the file when it says No changes"},
		{"another bucket", "Make the state bucket: stack state", bootstrap.Facts{Backends: []bootstrap.Backend{{Stack: "state", Type: "s3", Bucket: "old"}}}, bootstrap.Open,
			"cdktf.out/stacks/state is connected with another bucket, old"},
		{"moved back to disk", "Move that state into the bucket: stack state",
			bootstrap.Facts{LocalStates: []bootstrap.LocalState{{Stack: "state", Resources: 1}}, Backends: []bootstrap.Backend{{Stack: "state", Type: "local"}}}, bootstrap.Open, ""},
		{"an environment was worked on", "Deploy the environment dev", bootstrap.Facts{Backends: []bootstrap.Backend{{Stack: "dev", Type: "s3", Bucket: shared}}}, bootstrap.Begun,
			"Terraform worked on it from here; the first command says No changes if it is done"},
	} {
		t.Run(test.name, func(t *testing.T) {
			step := find(t, bootstrap.Steps(load(t, "examples/configurations/wine"), test.facts), test.step)
			require.Equal(t, test.status, step.Status)
			require.Equal(t, test.seen, step.Seen)
		})
	}
}

func TestProfilesAndLogins(t *testing.T) {
	steps := bootstrap.Steps(load(t, "examples/configurations/wine"), bootstrap.Facts{Profiles: []bootstrap.Profile{{Name: "dev", SSO: true}, {Name: "prod"}}})
	require.Equal(t, []string{
		"aws configure sso --profile operations",
		"aws sts get-caller-identity --profile operations --query Account --output text   # 111111111111, operations",
		"aws sso login --profile dev",
		"aws sts get-caller-identity --profile dev --query Account --output text   # 222222222222, dev",
		"aws configure sso --profile staging",
		"aws sts get-caller-identity --profile staging --query Account --output text   # 333333333333, staging",
		"aws sts get-caller-identity --profile prod --query Account --output text   # 444444444444, prod",
	}, find(t, steps, "Log in to AWS").Commands)
	require.Equal(t, "account 222222222222, as platform-admin, by the profile dev", find(t, steps, "Deploy the environment dev").Login)

	steps = bootstrap.Steps(load(t, "examples/configurations/one-account"), bootstrap.Facts{})
	require.Equal(t, []string{"aws sts get-caller-identity --query Account --output text   # 999999999999, operations"}, find(t, steps, "Log in to AWS").Commands)
	require.Equal(t, []string{"cdktf diff dev", "cdktf deploy dev"}, find(t, steps, "Deploy the environment dev").Commands)
	require.Equal(t, "account 999999999999, with a role that may do everything", find(t, steps, "Deploy the environment dev").Login)
}
