package endpoint_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// workingDirectory is a root module with local state, whose AWS is a fake.
type workingDirectory struct {
	t    *testing.T
	dir  string
	fake *fakeAWS
}

func newWorkingDirectory(t *testing.T) workingDirectory {
	t.Helper()
	terraform.New(t) // skips where Terraform or the provider is missing
	return workingDirectory{t, t.TempDir(), startFakeAWS(t)}
}

// apply applies the endpoint on instances of this type and returns what Terraform printed.
func (d workingDirectory) apply(instanceType string) (string, error) {
	d.t.Helper()
	props := plain()
	props.RoleARN = roleARN
	props.Alarms.Disabled = true // CloudWatch is not in the fake
	props.Variants[0].InstanceType = instanceType
	props.Variants[0].Autoscaling = &endpoint.Autoscaling{Max: 4, InvocationsPerInstance: 600}
	_, template := build(d.t, props)
	root := template.Root()
	delete(root["terraform"].(map[string]any), "backend")
	text, err := json.Marshal(root)
	require.NoError(d.t, err)
	require.NoError(d.t, os.WriteFile(filepath.Join(d.dir, "cdk.tf.json"), text, 0o644))
	if os.Getenv(terraform.ConfigVariable) == "" {
		out, err := d.terraform("init", "-input=false", "-no-color")
		require.NoError(d.t, err, out)
	}
	return d.terraform("apply", "-auto-approve", "-input=false", "-no-color")
}

func (d workingDirectory) terraform(args ...string) (string, error) {
	command := exec.Command("terraform", args...)
	command.Dir = d.dir
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "GOGC=400", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "AWS_EC2_METADATA_DISABLED=true", "NO_PROXY=127.0.0.1", "AWS_MAX_ATTEMPTS=1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_ENDPOINT_URL="+d.fake.server.URL)
	if overrides := os.Getenv(terraform.ConfigVariable); overrides != "" {
		command.Env = append(command.Env, "TF_CLI_CONFIG_FILE="+overrides)
	}
	out, err := command.CombinedOutput()
	return string(out), err
}

// TestTerraformUpdates runs the real Terraform and provider through what goes wrong with other configurations of an
// endpoint: a change of the instance type of a scaled variant, and an update that SageMaker rolls back.
func TestTerraformUpdates(t *testing.T) {
	d := newWorkingDirectory(t)
	out, err := d.apply("ml.m5.large")
	require.NoError(t, err, out)
	require.Equal(t, []string{"create model", "create config", "create endpoint", "create target", "create policy"}, d.fake.changes())

	out, err = d.apply("ml.m5.xlarge")
	require.NoError(t, err, out)
	changes := d.fake.changes()
	require.Equal(t, []string{"delete policy", "delete target", "create config", "update endpoint"}, changes[:4])
	require.ElementsMatch(t, []string{"delete config", "create target", "create policy"}, changes[4:], "the order among these is free")
	require.Equal(t, "ml.m5.xlarge", d.fake.serving())

	d.fake.broken = "ml.c5.large"
	out, err = d.apply("ml.c5.large")
	require.Error(t, err)
	require.Contains(t, strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " "), "SageMaker rolled the endpoint "+name+" back to its previous configuration, which serves on.")
	require.Equal(t, []string{"delete policy", "delete target", "create config", "roll back endpoint"}, d.fake.changes())
	require.Equal(t, "ml.m5.xlarge", d.fake.serving(), "the configuration in use was deleted")

	d.fake.broken = ""
	out, err = d.apply("ml.c5.large")
	require.NoError(t, err, out)
	require.Equal(t, "ml.c5.large", d.fake.serving())
	require.Len(t, d.fake.kept["config"], 1)
	require.Len(t, d.fake.kept["policy"], 1)
	d.fake.changes()

	out, err = d.terraform("plan", "-input=false", "-no-color", "-detailed-exitcode")
	require.NoError(t, err, out)
}
