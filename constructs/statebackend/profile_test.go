package statebackend_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/statebackend"
)

// TestOneJobAppliesThePlanOfAnother: a saved plan keeps its backend's configuration. Where that names a profile, the job
// that plans may have the role that only reads behind it, and the job that applies the one that writes.
func TestOneJobAppliesThePlanOfAnother(t *testing.T) {
	props := plain()
	reader := statebackend.Access{Name: "plan", KeyPrefixes: dev().KeyPrefixes, ReadOnly: true, Principals: []string{"arn:aws:iam::333333333333:role/*"}}
	props.KeyARN, props.Access = keyARN, []statebackend.Access{dev(), reader}
	_, template := build(t, props)
	aws := startFakeAWS(t, template)
	writing, err := props.Reference("dev")
	require.NoError(t, err)
	reading, err := props.Reference("plan")
	require.NoError(t, err)

	backend := writing
	backend.RoleARN, backend.Profile = "", "state"
	d := newWorkingDirectory(t, aws.server.URL)
	// as is what a job writes down before it runs Terraform.
	as := func(reference statebackend.Reference) {
		d.config = filepath.Join(t.TempDir(), "config")
		text := fmt.Sprintf("[profile state]\nrole_arn = %s\ncredential_source = Environment\nregion = %s\n", reference.RoleARN, reference.Region)
		require.NoError(t, os.WriteFile(d.config, []byte(text), 0o600))
	}
	d.write("one", attached(t, backend, stateKey))
	as(reading)
	d.run("init", "-input=false")
	require.Contains(t, d.run("plan", "-lock=false", "-out=plan.tfplan"), "1 to add")
	d.fail("AccessDenied", "apply", "plan.tfplan")
	require.Empty(t, aws.objects)

	as(writing)
	d.run("init", "-input=false", "-lockfile=readonly")
	require.Contains(t, d.run("apply", "-input=false", "plan.tfplan"), "1 added")
	require.Contains(t, string(aws.objects[stateKey]), `"one"`)
	require.Len(t, aws.objects, 1, "a lock file is left")
	d.fail("Saved plan is stale", "apply", "-input=false", "plan.tfplan")
}
