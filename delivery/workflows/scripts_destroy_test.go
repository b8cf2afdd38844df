package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/delivery/workflows"
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

// A further stack that was never deployed, or is destroyed already, does not keep its environment.
func TestDestroyNothingFurther(t *testing.T) {
	s := stepOf(t, "stack-destroy", "plan", "Plan")
	run := func(t *testing.T, further string, list answer) result {
		m := newMachine(t, answer{Call: "^terraform init"}, list)
		m.write("stacks/dev-serving/cdk.tf.json", "{}")
		return m.run(s, map[string]string{"STACK": "dev-serving", "FURTHER": further})
	}
	never := answer{Call: "^terraform state list$", Err: "\x1b[31mNo state file was found!\n\nState management commands require a state file.\n", Code: 1}
	for _, list := range []answer{never, {Call: "^terraform state list$", Out: "data.aws_eks_cluster.cluster\n"}} {
		r := run(t, "yes", list)
		require.Zero(t, r.code, r.out)
		require.Contains(t, r.out, "::notice::nothing of dev-serving is there, so nothing of it is destroyed\n")
		require.Equal(t, map[string]string{"nothing": "yes"}, r.outputs)
		require.Len(t, r.calls, 2)
		require.Equal(t, 1, run(t, "", list).code, "an environment of which nothing is there was typed wrong")
	}
	r := run(t, "yes", answer{Call: "^terraform state list$", Err: "Error: AccessDenied\n", Code: 1})
	require.Equal(t, 1, r.code)
	require.Contains(t, r.out, "Error: AccessDenied")
	require.Empty(t, r.outputs)
}

// The safety check stands in the workflow, and runs with the arguments that the stack gives to people.
func TestDestroyLooksForLeftovers(t *testing.T) {
	s := stepIn(t, "serving", "stack-destroy", "plan", "Has Kubernetes left something")
	require.Equal(t, "${{ inputs.kubernetes != '' }}", s.If)
	command := "bash scripts/leftovers.sh winery-dev-cluster vpc-1 us-west-2"
	run := func(t *testing.T, command string, answers ...answer) result {
		m := newMachine(t, append([]answer{{Call: "^terraform output -json$", Out: `{"kubernetes_leftovers_command": {"value": "` + command + `"}}`}}, answers...)...)
		m.write("stacks/dev/cdk.tf.json", "{}")
		return m.run(s, map[string]string{"STACK": "dev"})
	}
	r := run(t, command, answer{Call: "^aws "})
	require.Zero(t, r.code, r.out)
	require.Equal(t, "Kubernetes has left nothing of the cluster winery-dev-cluster\n", r.out)
	require.Len(t, r.called("aws"), 7)
	for _, each := range r.called("aws") {
		require.Contains(t, each, "--region us-west-2")
	}

	r = run(t, command, answer{Call: "^aws ec2 describe-network-interfaces .*Values=vpc-1", Out: "eni-1\n"}, answer{Call: "^aws "})
	require.Equal(t, 1, r.code)
	require.Contains(t, r.out, "network interfaces of load balancers that no stack made of the cluster winery-dev-cluster:\n  eni-1\n")

	m := newMachine(t, answer{Call: "^terraform output -json$", Out: "{}"})
	m.write("stacks/dev/cdk.tf.json", "{}")
	r = m.run(s, map[string]string{"STACK": "dev"})
	require.Zero(t, r.code, r.out)
	require.Contains(t, r.out, "::notice::the state of dev has no cluster any more")
}

// TestDestroyOrder: what stands on an environment goes before it, each after those that came after it.
func TestDestroyOrder(t *testing.T) {
	p := load(t, configurations["serving"])
	targets, err := workflows.Targets(p, workflows.Request{Ref: main, Stack: "dev", Destroy: true})
	require.NoError(t, err)
	require.Equal(t, []string{"dev-serving", "dev"}, targets)
	targets, err = workflows.Targets(p, workflows.Request{Ref: main, Stack: "dev-serving", Destroy: true})
	require.NoError(t, err)
	require.Equal(t, []string{"dev-serving"}, targets)

	files := parsed(t, generate(t, p))
	jobs := files["destroy"].Jobs
	require.Len(t, jobs, 3)
	require.Equal(t, []string{"targets"}, jobs["stack-dev-serving"].Needs)
	require.Equal(t, []string{"targets", "stack-dev-serving"}, jobs["stack-dev"].Needs)
	require.Contains(t, jobs["stack-dev"].If, "!contains(needs.*.result, 'failure')")
	require.Equal(t, "yes", jobs["stack-dev-serving"].With["further"])
	require.Equal(t, "", jobs["stack-dev-serving"].With["kubernetes"])
	require.Equal(t, "", jobs["stack-dev"].With["further"])
	require.Equal(t, "yes", jobs["stack-dev"].With["kubernetes"])
	require.Contains(t, files["drift"].Jobs, "stack-dev-serving")
	require.NotContains(t, string(generate(t, load(t, configurations["wine"]))[".github/workflows/stack-destroy.yml"]), "kubernetes", "where nothing is on a cluster")
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
