package workflows_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/terraform"
)

// TestWithTerraform takes a stack through the scripts with the real Terraform, each job on a machine of its own: a plan is
// handed over and applied, drift is seen, and a destruction leaves the deployment roles. The resources are Terraform's own, so
// that no provider is needed, and the state is a file.
func TestWithTerraform(t *testing.T) {
	terraform.Program(t, "the scripts ran with a stand-in only")
	state := filepath.Join(t.TempDir(), "dev.tfstate")
	const resources = `"terraform_data": {"models_bucket_A1": {"input": "INPUT"}, "deployment_apply_role_B2": {"input": 1}, "github_provider_C3": {"input": 2}}`
	stack := func(input string) string {
		return `{"terraform": {"backend": {"local": {"path": "` + state + `"}}, "required_version": ">= 1.11.0"}, "resource": {` +
			strings.ReplaceAll(resources, "INPUT", input) + `}}`
	}
	// newJob is a machine on which the files of an artifact are.
	newJob := func(artifact string) *machine {
		m := newMachine(t)
		m.tools = nil
		require.NoError(t, os.MkdirAll(filepath.Join(m.dir, "stacks", "dev"), 0o755))
		require.NoError(t, os.CopyFS(filepath.Join(m.dir, "stacks", "dev"), os.DirFS(artifact)))
		r := m.run(stepOf(t, "stack", "plan", "Reach the state"), map[string]string{"STATE_ROLE": "arn:aws:iam::111111111111:role/state", "STATE_REGION": "us-west-2"})
		require.Zero(t, r.code, r.out)
		maps.Copy(m.env, r.envs)
		return m
	}
	synthesised := func(input string) string {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "cdk.tf.json"), []byte(stack(input)), 0o644))
		return dir
	}
	dev := map[string]string{"STACK": "dev"}
	apply := func(planned *machine, digest string) result {
		m := newJob(filepath.Join(planned.dir, "stacks", "dev"))
		require.NoDirExists(t, filepath.Join(m.dir, "stacks", "dev", ".terraform"), "the artifact is small")
		return m.run(stepOf(t, "stack", "apply", "Apply"), map[string]string{"STACK": "dev", "DIGEST": digest})
	}

	plan := newJob(synthesised("one"))
	planned := plan.run(stepOf(t, "stack", "plan", "Plan"), dev)
	require.Zero(t, planned.code, planned.out)
	require.Contains(t, planned.summary, "Plan: 3 to add, 0 to change, 0 to destroy.")
	require.NoFileExists(t, state)
	applied := apply(plan, planned.outputs["digest"])
	require.Zero(t, applied.code, applied.out)
	require.Contains(t, applied.out, "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.")
	require.FileExists(t, state)

	stale := apply(plan, planned.outputs["digest"])
	require.Equal(t, 1, stale.code)
	require.Contains(t, stale.out, "Saved plan is stale")

	drift := stepOf(t, "stack-drift", "plan", "Plan")
	same := newJob(synthesised("one")).run(drift, dev)
	require.Zero(t, same.code, same.out)
	require.Equal(t, "false", same.outputs["drift"])
	differs := newJob(synthesised("two"))
	other := differs.run(drift, dev)
	require.Zero(t, other.code, other.out)
	require.Equal(t, "true", other.outputs["drift"])
	require.Contains(t, text(t, filepath.Join(differs.dir, "stacks/dev/dev.txt")), "Plan: 0 to add, 1 to change, 0 to destroy.")

	broken := newJob(synthesised(`one", "no_such_argument": "`))
	failed := broken.run(stepOf(t, "stack", "plan", "Plan"), dev)
	require.Equal(t, 1, failed.code)
	require.Contains(t, failed.out, "no_such_argument")

	// A service whose new tasks do not come up, and that ECS took back, fails its condition: the job fails and says so, and the commit before
	// is planned and applied like any other.
	const goesBack = `broken", "lifecycle": {"postcondition": {"condition": "${self.output != \"broken\"}", "error_message": "The deployment of wine-dev-serve failed and AWS brought the previous tasks back"}}, "//": "`
	next := newJob(synthesised(goesBack))
	plannedNext := next.run(stepOf(t, "stack", "plan", "Plan"), dev)
	require.Zero(t, plannedNext.code, plannedNext.out)
	wentBack := apply(next, plannedNext.outputs["digest"])
	require.Equal(t, 1, wentBack.code)
	require.Contains(t, wentBack.out, "The deployment of wine-dev-serve failed and AWS brought the previous tasks back")
	before := newJob(synthesised("one"))
	plannedBefore := before.run(stepOf(t, "stack", "plan", "Plan"), dev)
	require.Zero(t, plannedBefore.code, plannedBefore.out)
	restored := apply(before, plannedBefore.outputs["digest"])
	require.Zero(t, restored.code, restored.out)

	destroy := newJob(synthesised("one"))
	doomed := destroy.run(stepOf(t, "stack-destroy", "plan", "Plan"), dev)
	require.Zero(t, doomed.code, doomed.out)
	require.Contains(t, doomed.summary, "Plan: 0 to add, 0 to change, 1 to destroy.")
	require.NotContains(t, doomed.summary, "deployment_apply_role")
	gone := apply(destroy, doomed.outputs["digest"])
	require.Zero(t, gone.code, gone.out)
	require.NotContains(t, text(t, state), "models_bucket")
	require.Contains(t, text(t, state), "deployment_apply_role")
	require.Contains(t, text(t, state), "github_provider")
	nothing := newJob(synthesised("one")).run(stepOf(t, "stack-destroy", "plan", "Plan"), dev)
	require.Equal(t, 1, nothing.code)
	require.Contains(t, nothing.out, "nothing is left to destroy")
}
