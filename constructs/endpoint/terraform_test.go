package endpoint_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// workingDirectory is a root module with local state, whose AWS is a fake.
type workingDirectory struct {
	t    *testing.T
	fake *fakeAWS
	*terraform.Workspace
}

func newWorkingDirectory(t *testing.T) workingDirectory {
	t.Helper()
	runner := terraform.New(t)
	d := workingDirectory{t: t, fake: startFakeAWS(t)}
	d.Workspace = runner.Root(t.TempDir(), []string{"NO_PROXY=127.0.0.1", "AWS_MAX_ATTEMPTS=1", "AWS_ENDPOINT_URL=" + d.fake.server.URL}, d.stack("ml.m5.large"))
	if os.Getenv(terraform.ConfigVariable) == "" {
		d.Init()
	}
	d.Attach()
	return d
}

// stack is the endpoint on instances of this type.
func (d workingDirectory) stack(instanceType string) terraform.Stack {
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
	return terraform.Stack{Name: "endpoint", JSON: text}
}

// apply applies the endpoint on instances of this type and returns what Terraform printed.
func (d workingDirectory) apply(instanceType string) (string, error) {
	d.t.Helper()
	d.Replace(d.stack(instanceType))
	return d.terraform("apply", "-auto-approve", "-input=false", "-no-color")
}

func (d workingDirectory) terraform(args ...string) (string, error) {
	out, err := d.Command(args...).CombinedOutput()
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
