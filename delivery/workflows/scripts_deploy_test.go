package workflows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func deployments(commits ...string) []string {
	var all []string
	for i, commit := range commits {
		all = append(all, fmt.Sprintf(`{"id":%d,"sha":%q}`, 100+i, commit))
	}
	return []string{"[" + strings.Join(all, ",") + "]"}
}

func states(all ...string) []string {
	var pages []string
	for _, state := range all {
		pages = append(pages, fmt.Sprintf(`[{"state":%q}]`, state))
	}
	return pages
}

func TestGate(t *testing.T) {
	s := stepOf(t, "stack", "gate", "May this commit be deployed")
	const zero = "0000000000000000000000000000000000000000"
	byRef := `deployments -f ref=`
	bySHA := `^gh api --paginate --method GET repos/acme/wine-ml/deployments -f sha=` + sha + ` -f environment=staging `
	tests := map[string]struct {
		ref     string
		env     map[string]string
		answers []answer
		refused string
	}{
		"nothing to check":       {"heads/main", map[string]string{"MOVED_TAGS": "allow"}, nil, ""},
		"a branch is never held": {"heads/main", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": otherSHA}, nil, ""},
		"a moved tag is allowed": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "BEFORE": otherSHA}, nil, ""},
		"a new tag":              {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": zero}, []answer{{Call: byRef, Pages: deployments()}}, ""},
		"a tag again":            {"tags/v1", map[string]string{"MOVED_TAGS": "refuse"}, []answer{{Call: byRef, Pages: deployments(sha, sha)}}, ""},
		"a moved tag": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": otherSHA}, nil,
			"the tag v1 was moved, and prod deploys no tag that was moved; make a new tag"},
		"a tag made again": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse", "BEFORE": zero}, []answer{{Call: byRef + "v1 ", Pages: deployments(sha, otherSHA)}},
			"the tag v1 was " + otherSHA + " when prod deployed it before, and now is " + sha + "; make a new tag"},
		"a tag made again, whole ref": {"tags/v1", map[string]string{"MOVED_TAGS": "refuse"}, []answer{{Call: byRef + "v1 ", Pages: deployments()}, {Call: byRef + "refs/tags/v1 ", Pages: deployments(otherSHA)}},
			"the tag v1 was " + otherSHA + " when prod deployed it before, and now is " + sha + "; make a new tag"},
		"after another": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"},
			[]answer{{Call: bySHA, Pages: deployments(sha, sha)}, {Call: "deployments/100/statuses", Pages: states("failure", "in_progress")}, {Call: "deployments/101/statuses", Pages: states("inactive", "success", "queued")}}, ""},
		"never there": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"}, []answer{{Call: bySHA, Pages: deployments()}},
			"staging has not deployed " + sha + " in the last 90 days, which prod asks for; deploy this commit there first"},
		"failed there": {"tags/prod", map[string]string{"MOVED_TAGS": "allow", "AFTER": "staging"}, []answer{{Call: bySHA, Pages: deployments(sha)}, {Call: "statuses", Pages: states("failure", "queued")}},
			"staging has not deployed " + sha + " in the last 90 days, which prod asks for; deploy this commit there first"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, test.answers...)
			m.env["GITHUB_REF"], m.env["GITHUB_REF_NAME"] = "refs/"+test.ref, test.ref[strings.Index(test.ref, "/")+1:]
			test.env["ENVIRONMENT"] = "prod"
			r := m.run(s, test.env)
			if test.refused == "" {
				require.Zero(t, r.code, r.out)
				return
			}
			require.Equal(t, 1, r.code, r.out)
			require.Equal(t, "::error::"+test.refused+"\n", r.out)
		})
	}
	for name, failing := range map[string]string{"deployments": "deployments -f", "statuses": "statuses"} {
		t.Run("GitHub does not answer: "+name, func(t *testing.T) {
			m := newMachine(t, answer{Call: failing, Err: "HTTP 502", Code: 1}, answer{Call: "deployments -f", Pages: deployments(sha)})
			r := m.run(s, map[string]string{"ENVIRONMENT": "prod", "AFTER": "staging", "MOVED_TAGS": "allow"})
			require.Equal(t, 1, r.code)
			require.Equal(t, "HTTP 502", r.out)
		})
	}
}

func TestPlanAndApply(t *testing.T) {
	planStep, applyStep := stepOf(t, "stack", "plan", "Plan"), stepOf(t, "stack", "apply", "Apply")
	m := newMachine(t,
		answer{Call: "^terraform init -input=false -no-color$", Files: map[string]string{".terraform.lock.hcl": "checksums"}},
		answer{Call: "^terraform plan -input=false -no-color -lock=false -out=plan.tfplan$", Files: map[string]string{"plan.tfplan": "the plan"}},
		answer{Call: "^terraform show -no-color plan.tfplan$", Out: "Plan: 1 to add\n~~~\n"},
		answer{Call: "^terraform init -input=false -no-color -lockfile=readonly$"},
		answer{Call: "^terraform apply -input=false -no-color -lock-timeout=5m plan.tfplan$"},
	)
	m.write("stacks/dev/cdk.tf.json", "{}")
	planned := m.run(planStep, map[string]string{"STACK": "dev"})
	require.Zero(t, planned.code, planned.out)
	require.Equal(t, "### Plan of dev\n~~~~text\nPlan: 1 to add\n~~ ~\n~~~~\n", planned.summary)
	require.Equal(t, "Plan: 1 to add\n~~~\n", text(t, filepath.Join(m.dir, "stacks/dev/dev.txt")))
	require.Len(t, planned.outputs["digest"], 64)
	require.Len(t, planned.calls, 3)

	applied := m.run(applyStep, map[string]string{"STACK": "dev", "DIGEST": planned.outputs["digest"]})
	require.Zero(t, applied.code, applied.out)
	require.Len(t, applied.calls, 2)

	t.Run("checksums that are committed", func(t *testing.T) {
		again := m.run(planStep, map[string]string{"STACK": "dev"})
		require.Zero(t, again.code, again.out)
		require.Equal(t, "init -input=false -no-color -lockfile=readonly", again.called("terraform")[0])
	})
	t.Run("another plan", func(t *testing.T) {
		m.write("stacks/dev/plan.tfplan", "another plan")
		refused := m.run(applyStep, map[string]string{"STACK": "dev", "DIGEST": planned.outputs["digest"]})
		require.Equal(t, 1, refused.code)
		require.Empty(t, refused.calls)
	})
	t.Run("no digest", func(t *testing.T) {
		refused := m.run(applyStep, map[string]string{"STACK": "dev"})
		require.NotZero(t, refused.code)
		require.Empty(t, refused.calls)
	})
	t.Run("a plan that fails", func(t *testing.T) {
		m := newMachine(t, answer{Call: "init"}, answer{Call: "plan", Out: "some\n", Err: "Error: denied\n", Code: 1})
		m.write("stacks/dev/cdk.tf.json", "{}")
		r := m.run(planStep, map[string]string{"STACK": "dev"})
		require.Equal(t, 1, r.code)
		require.Contains(t, r.out, "Error: denied")
		require.Contains(t, text(t, filepath.Join(m.dir, "stacks/dev/dev.txt")), "Error: denied")
		require.Empty(t, r.outputs)
	})
	t.Run("a huge plan", func(t *testing.T) {
		m := newMachine(t, answer{Call: "init"}, answer{Call: "plan -input", Files: map[string]string{"plan.tfplan": "p"}}, answer{Call: "show", Out: strings.Repeat("0123456789\n", 100000)})
		m.write("stacks/dev/cdk.tf.json", "{}")
		r := m.run(planStep, map[string]string{"STACK": "dev"})
		require.Zero(t, r.code)
		require.Less(t, len(r.summary), 1<<20)
		require.Contains(t, r.summary, "... the log has the rest\n~~~~\n")
	})
}

func TestDestroyPlan(t *testing.T) {
	s := stepOf(t, "stack-destroy", "plan", "Plan")
	plan := answer{Call: "^terraform plan", Files: map[string]string{"plan.tfplan": "p"}}
	show := answer{Call: "^terraform show", Out: "Plan: 2 to destroy\n"}
	run := func(t *testing.T, addresses string, answers ...answer) result {
		m := newMachine(t, append([]answer{{Call: "^terraform init"}, {Call: "^terraform state list$", Out: addresses}}, answers...)...)
		m.write("stacks/dev/cdk.tf.json", "{}")
		return m.run(s, map[string]string{"STACK": "dev"})
	}
	// These are addresses of the example's own stack.
	r := run(t, "aws_eip.network_ip-nat-a_209AED83\naws_iam_openid_connect_provider.github_provider_BE3EB914\naws_iam_role.deployment_plan_role_F0E21A2A\naws_iam_policy.deployment_boundary_EB4FECE5\ndata.aws_caller_identity.x\naws_subnet.a[\"x y\"]\n", plan, show)
	require.Zero(t, r.code, r.out)
	require.Equal(t, []string{"terraform", "plan", "-destroy", "-input=false", "-no-color", "-lock=false", "-out=plan.tfplan", "-target=aws_eip.network_ip-nat-a_209AED83", `-target=aws_subnet.a["x y"]`}, r.calls[2])
	require.Contains(t, r.summary, "### What is destroyed of dev: 2 resources\n")
	require.Len(t, r.outputs["digest"], 64)

	for _, nothing := range []string{"", "aws_iam_role.deployment_plan_role_F0E21A2A\n"} {
		r = run(t, nothing)
		require.Equal(t, 1, r.code)
		require.Contains(t, r.out, "nothing is left to destroy")
	}
}

// TestDestroyLeavesTheRoles: in every stack of the example, what the apply role needs to go on is what is left out.
func TestDestroyLeavesTheRoles(t *testing.T) {
	content, err := os.ReadFile("../../__snapshots__/addresses.txt")
	require.NoError(t, err)
	kept := 0
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		stack, address, _ := strings.Cut(line, " ")
		left := strings.Contains(address, ".deployment_") || strings.Contains(address, ".github_")
		guards := strings.Contains(address, "openid_connect") || strings.Contains(address, "boundary") || strings.Contains(address, "deployment")
		require.Equal(t, guards, left, "%s %s", stack, address)
		if left {
			kept++
		}
	}
	require.Greater(t, kept, 40)

	// Terraform also destroys what refers to something that is destroyed.
	reference := regexp.MustCompile(`\$\{(?:[a-z(]+\()?(aws_[a-z_]+\.[A-Za-z0-9_-]+)`)
	for _, stack := range []string{"dev", "staging", "prod"} {
		content, err := os.ReadFile("../../__snapshots__/" + stack + ".json")
		require.NoError(t, err)
		var synthesised struct {
			Resource map[string]map[string]json.RawMessage
		}
		require.NoError(t, json.Unmarshal(content, &synthesised))
		checked := 0
		for kind, all := range synthesised.Resource {
			for name, body := range all {
				if !strings.HasPrefix(name, "deployment_") && !strings.HasPrefix(name, "github_") {
					continue
				}
				for _, found := range reference.FindAllStringSubmatch(string(body), -1) {
					checked++
					require.Regexp(t, `^aws_[a-z_]+\.(deployment|github)_`, found[1], "%s: %s.%s would go with it", stack, kind, name)
				}
			}
		}
		require.Greater(t, checked, 10)
	}
}

func TestState(t *testing.T) {
	m := newMachine(t)
	r := m.run(stepOf(t, "stack", "plan", "Reach the state"), map[string]string{"STATE_ROLE": "arn:aws:iam::111111111111:role/wine-dev-state-plan", "STATE_REGION": "us-west-2"})
	require.Zero(t, r.code, r.out)
	require.Equal(t, map[string]string{
		"AWS_CONFIG_FILE": filepath.Join(m.temp, "aws-config"), "TF_DATA_DIR": filepath.Join(m.temp, "terraform"), "TF_IN_AUTOMATION": "true", "CHECKPOINT_DISABLE": "true",
	}, r.envs)
	require.Equal(t, "[profile state]\nrole_arn = arn:aws:iam::111111111111:role/wine-dev-state-plan\ncredential_source = Environment\nregion = us-west-2\n", text(t, filepath.Join(m.temp, "aws-config")))
}

func TestTrain(t *testing.T) {
	s := stepOf(t, "stack", "apply", "Train")
	m := newMachine(t, answer{Call: "^aws sagemaker start-pipeline-execution --pipeline-name wine-dev-training --client-request-token " + sha + "-77 ", Out: "arn:aws:sagemaker:execution\n"})
	r := m.run(s, map[string]string{"PIPELINE": "wine-dev-training"})
	require.Zero(t, r.code, r.out)
	require.Equal(t, "Training started: arn:aws:sagemaker:execution\n", r.summary)
	m = newMachine(t, answer{Call: "aws", Err: "AccessDenied", Code: 254})
	require.Equal(t, 254, m.run(s, map[string]string{"PIPELINE": "wine-dev-training"}).code)
}

func TestTargetsStep(t *testing.T) {
	m := newMachine(t, answer{Call: "^go run . targets --ref refs/heads/main --stack all that this ref deploys$", Out: "[\"operations\",\"dev\"]\n"})
	r := m.run(stepOf(t, "deploy", "targets", "What this ref deploys"), map[string]string{"STACK": "all that this ref deploys"})
	require.Zero(t, r.code, r.out)
	require.Equal(t, `["operations","dev"]`, r.outputs["stacks"])

	// What people type is one argument, whatever it holds.
	m = newMachine(t, answer{Call: `^go run . targets --destroy --ref refs/heads/main --stack dev"; echo \$\(id\)$`, Err: "no", Code: 1})
	r = m.run(stepOf(t, "destroy", "targets", "May this be destroyed"), map[string]string{"TYPED": `dev"; echo $(id)`})
	require.Equal(t, 1, r.code)
	require.Empty(t, r.outputs)
}

func TestSynthesize(t *testing.T) {
	s := stepOf(t, "deploy", "targets", "Synthesize")
	require.Equal(t, map[string]string{"MLPLATFORM_STATE_PROFILE": "state"}, s.Env)
	for _, lock := range []bool{false, true} {
		m := newMachine(t, answer{Call: "^go run . synth --output cdktf.out$"})
		m.write("cdktf.out/stacks/dev/cdk.tf.json", "{}")
		m.write("cdktf.out/stacks/prod/cdk.tf.json", "{}")
		if lock {
			m.write(".terraform.lock.hcl", "checksums")
		}
		r := m.run(s, map[string]string{"MLPLATFORM_STATE_PROFILE": "state"})
		require.Zero(t, r.code, r.out)
		for _, stack := range []string{"dev", "prod"} {
			require.Equal(t, map[bool]string{true: "checksums"}[lock], text(t, filepath.Join(m.dir, "cdktf.out/stacks", stack, ".terraform.lock.hcl")))
		}
	}
}
