package workflows_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stopped takes what a plan printed out of the log, where the runner takes no line of it for a command.
func stopped(t *testing.T, out string) string {
	t.Helper()
	found := regexp.MustCompile(`(?s)::stop-commands::([0-9]{4,})\n(.*)\n::([0-9]+)::\n`).FindStringSubmatch(out)
	require.NotNil(t, found, out)
	require.Equal(t, found[1], found[3])
	return found[2]
}

func TestAdministratorComesFirst(t *testing.T) {
	s := stepOf(t, "stack", "plan", "Does an administrator come first")
	const call = "^aws ssm get-parameter --name /wine-dev/access --query Parameter.Value --output text$"
	for name, row := range map[string]struct {
		answer answer
		code   int
		says   string
	}{
		"applied":            {answer{Call: call, Out: "digest\n"}, 0, ""},
		"another one":        {answer{Call: call, Out: "older\n"}, 1, "::error::an administrator must apply dev-access first, at " + sha + ": cdktf deploy dev-access."},
		"not there yet":      {answer{Call: call, Err: "An error occurred (ParameterNotFound) when calling the GetParameter operation\n", Code: 254}, 1, "must apply dev-access first"},
		"not to be read yet": {answer{Call: call, Err: "An error occurred (AccessDeniedException) when calling the GetParameter operation\n", Code: 254}, 1, "must apply dev-access first"},
		"no connection":      {answer{Call: call, Err: "Could not connect to the endpoint URL\n", Code: 255}, 1, "Could not connect"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, row.answer)
			m.write("stacks/dev-access/cdk.tf.json", `{"resource":{"aws_ssm_parameter":{"applied":{"name":"/wine-dev/access","value":"digest"}}}}`)
			r := m.run(s, map[string]string{"STACK": "dev", "ACCESS": "dev-access"})
			require.Equal(t, row.code, r.code, r.out)
			require.Contains(t, r.out, row.says)
			require.Equal(t, strings.HasPrefix(row.says, "Could"), row.code != 0 && !strings.Contains(r.out, "administrator"))
			require.Len(t, r.calls, 1)
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
	require.Equal(t, "Plan: 1 to add\n~~~\n", stopped(t, planned.out))
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
	for file, content := range map[string]string{"plan.tfplan": "the plan", ".terraform.lock.hcl": "checksums", "cdk.tf.json": "{}", "more.tf": ""} {
		t.Run("another "+file, func(t *testing.T) {
			m.write("stacks/dev/"+file, "another one")
			refused := m.run(applyStep, map[string]string{"STACK": "dev", "DIGEST": planned.outputs["digest"]})
			require.Equal(t, 1, refused.code)
			require.Contains(t, refused.out, "::error::the files of dev are not those that were planned")
			require.Empty(t, refused.calls)
			if content == "" {
				require.NoError(t, os.Remove(filepath.Join(m.dir, "stacks/dev", file)))
				return
			}
			m.write("stacks/dev/"+file, content)
		})
	}
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
		require.Contains(t, stopped(t, r.out), "Error: denied")
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

// TestInterrupt: GitHub interrupts the process that it started, which must be Terraform by then.
// https://docs.github.com/en/actions/reference/workflow-cancellation-reference
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "stacks", "dev"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stacks", "dev", "plan.tfplan"), nil, 0o644))
	stub := "#!/bin/bash\nif [ \"$1\" = apply ]; then trap 'echo stopped; exit 1' INT; echo started; for _ in {1..60}; do sleep 0.05; done; fi\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "terraform"), []byte(stub), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "script"), []byte(stepOf(t, "stack", "apply", "Apply").Run), 0o644))
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", filepath.Join(dir, "script"))
	command.Dir = dir
	command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "STACK=dev",
		fmt.Sprintf("DIGEST=%x", sha256.Sum256(fmt.Appendf(nil, "%x  ./plan.tfplan\n", sha256.Sum256(nil)))))
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	require.Equal(t, "started", lines.Text())
	require.NoError(t, command.Process.Signal(os.Interrupt))
	require.True(t, lines.Scan(), "Terraform was not interrupted")
	require.Equal(t, "stopped", lines.Text())
	require.Error(t, command.Wait())
}

// TestErroredState: a state that Terraform could not write survives the machine, so that nobody can read it who cannot read the state.
func TestErroredState(t *testing.T) {
	for _, file := range []string{"stack", "stack-destroy"} {
		steps := parsed(t, generate(t, load(t, configurations["wine"])))[file].Jobs["apply"].Steps
		apply := slices.IndexFunc(steps, func(s step) bool { return s.Name == "Apply" })
		m := newMachine(t, answer{Call: "^aws s3 cp --profile state --only-show-errors .*/errored.key s3://states/acme/wine-ml/dev/errored-key.tfstate$"})
		m.write("stacks/dev/cdk.tf.json", `{"terraform":{"backend":{"s3":{"bucket":"states","key":"acme/wine-ml/dev/terraform.tfstate"}}}}`)
		m.write("stacks/dev/errored.tfstate", `{"secret":"hunter2"}`)
		env := map[string]string{"STACK": "dev"}
		prepared := m.run(steps[apply-1], env)
		require.Zero(t, prepared.code, prepared.out)
		require.Len(t, prepared.calls, 1)
		key := prepared.calls[0][6]
		require.Regexp(t, "^[0-9a-f]{64}\n$", text(t, key))
		sealed := m.run(steps[apply+1], env)
		require.Zero(t, sealed.code, sealed.out)
		encrypted := filepath.Join(m.dir, "stacks/dev/errored.tfstate.enc")
		require.NotContains(t, text(t, encrypted), "hunter2")
		// As docs/workflows.md says.
		out, err := exec.Command("openssl", "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-pass", "file:"+key, "-in", encrypted).Output()
		require.NoError(t, err)
		require.Equal(t, `{"secret":"hunter2"}`, string(out))
		without := newMachine(t)
		without.write("stacks/dev/cdk.tf.json", "{}")
		require.Zero(t, without.run(steps[apply+1], env).code, "nothing to encrypt")

		at := apply + 2
		require.Equal(t, "actions/upload-artifact", steps[at].action(), file)
		require.Equal(t, "stacks/${{ inputs.stack }}/errored.tfstate.enc", steps[at].With["path"], file)
		require.Equal(t, "ignore", steps[at].With["if-no-files-found"], file)
		require.Equal(t, steps[at].If, steps[apply+1].If)
		for _, test := range []struct{ failed, cancelled, want bool }{{false, false, false}, {true, false, true}, {false, true, true}} {
			run, err := (&scope{failed: test.failed, cancelled: test.cancelled}).condition(steps[at].If)
			require.NoError(t, err)
			require.Equal(t, test.want, run, file)
		}
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
	env := map[string]string{"PIPELINE": "wine-dev-training", "STACK": "dev"}
	start := "^aws sagemaker start-pipeline-execution --pipeline-name wine-dev-training --client-request-token " + sha + "-77 --pipeline-parameters file://"
	for outputs, want := range map[string]string{
		`{}`: `[]`,
		`{"training_pipeline_parameters": {"sensitive": false, "value": {"prepared_key": "arn:aws:kms:1", "subnet_1": "subnet-1"}}}`: `[{"Name": "prepared_key", "Value": "arn:aws:kms:1"}, {"Name": "subnet_1", "Value": "subnet-1"}]`,
	} {
		m := newMachine(t, answer{Call: "^terraform output -json$", Out: outputs}, answer{Call: start, Out: "arn:aws:sagemaker:execution\n"})
		require.NoError(t, os.MkdirAll(filepath.Join(m.dir, "stacks", "dev"), 0o755))
		r := m.run(s, env)
		require.Zero(t, r.code, r.out)
		require.Equal(t, "Training started: arn:aws:sagemaker:execution\n", r.summary)
		require.JSONEq(t, want, text(t, filepath.Join(m.temp, "parameters.json")))
	}
	for _, failing := range []string{"terraform", "aws"} {
		m := newMachine(t, answer{Call: failing, Err: "AccessDenied", Code: 254}, answer{Call: "^terraform output", Out: "{}"})
		require.NoError(t, os.MkdirAll(filepath.Join(m.dir, "stacks", "dev"), 0o755))
		require.Equal(t, 254, m.run(s, env).code, failing)
	}
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
	r := newMachine(t, answer{Call: "^go run . synth --output cdktf.out$"}).run(s, map[string]string{"MLPLATFORM_STATE_PROFILE": "state"})
	require.Zero(t, r.code, r.out)
}

// Dashboards that were sealed with the plan go into Grafana once it is there, with a script that stands in the workflow. A deployment
// does not fail because of them.
func TestDashboards(t *testing.T) {
	s := stepIn(t, "serving", "stack", "apply", "Import dashboards")
	require.True(t, s.ContinueOnError)
	require.Equal(t, "${{ inputs.dashboards != '' }}", s.If)
	m := newMachine(t,
		answer{Call: "^terraform output -json$", Out: `{"grafana_workspace_id": {"value": "g-1"}, "prometheus_endpoint": {"value": "https://aps.example/ws-1/"}}`},
		answer{Call: "^aws grafana describe-workspace ", Out: "g-1.grafana.example\n"},
		answer{Call: "^aws grafana create-workspace-service-account ", Out: "7\n"},
		answer{Call: "^aws grafana create-workspace-service-account-token ", Out: "glsa_secret\n"},
		answer{Call: "^aws grafana delete-workspace-service-account --service-account-id 7 "},
		answer{Call: "^curl "})
	m.write("stacks/dev/dashboards/winery-dev-cluster.json", `{"uid": "winery-dev-cluster"}`)
	r := m.run(s, map[string]string{"STACK": "dev", "GRAFANA_REGION": "us-west-2"})
	require.Zero(t, r.code, r.out)
	require.Equal(t, "data source cloudwatch\ndata source prometheus\ndashboard winery-dev-cluster\n", r.out)
	for _, each := range r.called("aws") {
		require.Contains(t, each, "--workspace-id g-1 --region us-west-2")
	}
	require.Contains(t, strings.Join(r.called("curl"), "\n"), "https://g-1.grafana.example/api/dashboards/db")
	require.Equal(t, "grafana delete-workspace-service-account --service-account-id 7 --workspace-id g-1 --region us-west-2 --output text", r.called("aws")[3])

	deploy := parsed(t, generate(t, load(t, configurations["serving"])))["deploy"]
	require.Equal(t, "yes", deploy.Jobs["stack-dev"].With["dashboards"])
	require.Equal(t, "", deploy.Jobs["stack-dev-serving"].With["dashboards"])
	require.Equal(t, "", deploy.Jobs["stack-prod"].With["dashboards"], "its Grafana is in the cluster")
}
