package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
)

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
	require.Equal(t, "Plan: 2 to destroy\n", stopped(t, r.out))
	require.Len(t, r.outputs["digest"], 64)

	r = run(t, "aws_vpc.a\n", answer{Call: "^terraform plan", Err: "Error: denied\n", Code: 1})
	require.Equal(t, 1, r.code)
	require.Contains(t, stopped(t, r.out), "Error: denied")
	require.Empty(t, r.outputs)

	for _, nothing := range []string{"", "aws_iam_role.deployment_plan_role_F0E21A2A\n"} {
		r = run(t, nothing)
		require.Equal(t, 1, r.code)
		require.Contains(t, r.out, "nothing is left to destroy")
	}
}

// TestDestroyLeavesTheRoles: what the apply role needs to go on is in no stack that it destroys.
func TestDestroyLeavesTheRoles(t *testing.T) {
	kept := 0
	for _, line := range strings.Split(strings.TrimSpace(string(synthesised(t, "wine")[snapshots.Addresses])), "\n") {
		stack, address, _ := strings.Cut(line, " ")
		if strings.HasSuffix(stack, "-access") {
			kept++
			continue
		}
		for _, part := range []string{".deployment_", ".github_", "openid_connect", "boundary"} {
			require.NotContains(t, address, part, stack)
		}
	}
	require.Greater(t, kept, 40)
}
