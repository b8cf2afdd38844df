package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Add-ons of the file are in the cluster, and the role that keeps records is allowed to by its policy and by the boundary.
func TestAddonsOfTheFile(t *testing.T) {
	text, err := os.ReadFile(configurations[0] + "/environments/dev.yaml")
	require.NoError(t, err)
	before := builtWithRoles(t, configurations[0], nil, "dev")
	files := map[string]string{"environments/dev.yaml": strings.Replace(string(text), "\ncluster:\n", `
cluster:
  addons:
    cert-manager: {}
    metrics-server: { version: v0.9.0-eksbuild.7, configuration: '{"replicas":2}' }
    external-dns: { hostedZones: [Z0123456789ABCDEFGHIJ] }
`, 1)}
	template := builtWithRoles(t, configurations[0], files, "dev")
	require.Equal(t, before.Counts()["aws_eks_addon"]+3, template.Counts()["aws_eks_addon"])
	server := template.Where("aws_eks_addon", "addon_name", "metrics-server")
	require.Equal(t, []any{"v0.9.0-eksbuild.7", `{"replicas":2}`}, []any{server["addon_version"], server["configuration_values"]})

	role := template.Where("aws_iam_role", "name", "wine-dev-cluster-external-dns")
	require.NotEmpty(t, role["permissions_boundary"])
	boundary := template.Where("aws_iam_policy", "name", "wine-dev-boundary")["policy"]
	require.NotEmpty(t, template.Allowing(boundary, "route53:List*"))
	require.Empty(t, before.Allowing(before.Where("aws_iam_policy", "name", "wine-dev-boundary")["policy"], "route53:List*"))
}
