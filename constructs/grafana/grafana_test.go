package grafana_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/grafana"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

// A dashboard may show any metric of the account.
var check = iamcheck.Check{AnyResource: []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics"}}

func TestDefaults(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := grafana.New(stack, "grafana", grafana.Props{Name: "wine-dev"})
	require.NoError(t, err)
	tf.Output(stack, "url", made.URL(), "Test")
	template := synthtest.Synth(t, stack)
	template.Golden("defaults")
	require.Regexp(t, `^https://\$\{aws_grafana_workspace\..+\.endpoint\}$`, template.Output("url"))
	check.Policy(t, policy.Identity, template.One("aws_iam_role_policy")["policy"].(string))
}

const group = "01234567-89ab-cdef-0123-456789abcdef"

func everything() grafana.Props {
	return grafana.Props{
		Name: "wine-dev", Description: "Metrics of wine", Admins: []string{group}, Viewers: []string{"0123456789-01234567-89ab-cdef-0123-456789abcdef"},
		WorkspaceARNs: []string{"arn:aws:aps:us-west-2:222222222222:workspace/ws-1"}, SubnetIDs: []string{"subnet-1", "subnet-2"}, SecurityGroupIDs: []string{"sg-1"},
		Version: "9.4", RoleName: "reader", PermissionsBoundary: "arn:aws:iam::222222222222:policy/boundary",
	}
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := grafana.New(stack, "grafana", everything())
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	text := template.One("aws_iam_role_policy")["policy"].(string)
	check.Policy(t, policy.Identity, text)
	require.Equal(t, []string{"arn:aws:aps:us-west-2:222222222222:workspace/ws-1"}, template.Allowing(text, "aps:QueryMetrics")[0].Resources)
}

func TestProblems(t *testing.T) {
	props := everything()
	props.Name, props.Version, props.Authentication, props.SecurityGroupIDs = "wine dev", "latest", grafana.SAML, nil
	props.Viewers = []string{"all"}
	_, err := grafana.New(synthtest.Stack(t), "grafana", props)
	require.EqualError(t, err, `name: "wine dev" is no name; use up to 255 letters, digits and - . _ ~
version: "latest" is no version; write it like 10.4, as aws grafana list-versions prints it
admins: stand beside SAML, whose assertions say who may do what; remove them
viewers: stand beside SAML, whose assertions say who may do what; remove them
viewers[0]: "all" is no id of a group; write it as aws identitystore list-groups prints it
subnetIDs: and securityGroupIDs belong together; give both or none`)
	props = everything()
	props.Authentication, props.SubnetIDs = "LDAP", []string{"subnet-1"}
	_, err = grafana.New(synthtest.Stack(t), "grafana", props)
	require.EqualError(t, err, `authentication: "LDAP" is unknown; use AWS_SSO or SAML
subnetIDs: subnet-1 is one; a workspace needs two or more`)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := grafana.New(stack, "grafana", grafana.Props{Name: "wine-dev", Admins: []string{"01234567-89ab-cdef-0123-456789abcdef"}})
		return err
	})
	// Output:
	// aws_grafana_role_association 1
	// aws_grafana_workspace 1
	// aws_iam_role 1
	// aws_iam_role_policy 1
}
