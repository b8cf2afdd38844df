package changes

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBackendIsRefused(t *testing.T) {
	for _, each := range []struct {
		name, old, with string
		want            string
	}{
		{"another place", `"key": "dev"`, `"key": "elsewhere/dev"`, `dev: the backend changes:
  s3.key: "dev" → "elsewhere/dev"
The state would be left behind: Terraform would find none in the new place and make every resource again. To take it along, run "cdktf deploy dev --migrate-state" once, with access to both places.
if this is meant, run it with --allow-backend-change, and deploy nothing from the new configuration before the states are where it looks for them`},
		{"another kind", `{"s3": {"bucket": "states", "key": "dev"}}`, `{"gcs": {"bucket": "states", "access_key": "x"}}`, `dev: the backend changes:
  gcs: set to {"access_key":"(not shown)","bucket":"states"}
  s3: gone, was {"bucket":"states","key":"dev"}
The state would be left behind: Terraform would find none in the new place and make every resource again. To take it along, run "cdktf deploy dev --migrate-state" once, with access to both places.
if this is meant, run it with --allow-backend-change, and deploy nothing from the new configuration before the states are where it looks for them`},
		{"another way", `"key": "dev"`, `"key": "dev", "use_lockfile": true, "secret_key": "x"`, `dev: the backend changes:
  s3.secret_key: set to "(not shown)"
  s3.use_lockfile: set to true
The state stays where it is. Every working copy must run "terraform init -reconfigure", and two deployments that lock in different ways do not keep each other out: let none run meanwhile.
if this is meant, run it with --allow-backend-change, and deploy nothing from the new configuration before the states are where it looks for them`},
	} {
		t.Run(each.name, func(t *testing.T) {
			h := withApp(t)
			h.replace("stacks/dev.json", each.old, each.with)
			h.write("stacks/qa.json", devStack) // a new stack has no state to lose
			report, err := h.compare(Options{Base: "main"})
			require.NoError(t, err)
			require.EqualError(t, report.RefuseBackend(), each.want)
			text, _ := texts(t, report)
			require.Equal(t, "dev  changed  backend\nqa   new      2 resources\n", text)
		})
	}
	h := withApp(t)
	h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16")
	h.remove("stacks/operations.json")
	report, err := h.compare(Options{Base: "main"})
	require.NoError(t, err)
	require.NoError(t, report.RefuseBackend())
}

// TestLocalBackend: cdktf writes the path of a local state, which is another in each checkout.
func TestLocalBackend(t *testing.T) {
	h := withApp(t)
	h.write("stacks/dev.json", `{"terraform": {"backend": {"local": {"path": "@HERE@/terraform.dev.tfstate"}}}}`)
	h.commit("local state")
	for _, head := range []string{"", "HEAD"} {
		report, err := h.compare(Options{Base: "HEAD", Head: head})
		require.NoError(t, err)
		require.Empty(t, report.Stacks)
	}
	h.replace("stacks/dev.json", "terraform.dev", "terraform.other")
	report, err := h.compare(Options{Base: "HEAD"})
	require.NoError(t, err)
	require.ErrorContains(t, report.RefuseBackend(), "The state would be left behind")
}
