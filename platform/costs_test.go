package platform

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestCostsPage: docs/costs.md has what each example costs, from the stacks as they are synthesised now.
func TestCostsPage(t *testing.T) {
	if testing.Short() {
		t.Skip("the stacks of all examples are not made and priced under -short")
	}
	var page strings.Builder
	for _, dir := range []string{"wine", "branches", "one-account", "serving", "services"} {
		platform, err := config.Load(filepath.Join("../examples/configurations", dir))
		require.NoError(t, err)
		estimates, err := estimate(platform, options{})
		require.NoError(t, err)
		require.Len(t, estimates, len(platform.StackNames()))
		for _, each := range estimates {
			if dir == "services" && each.Name == "prod" {
				require.Len(t, each.Unpriced, 1, "the price of a server of MLflow of size Medium was found nowhere")
				require.Contains(t, each.Unpriced[0], "size Medium")
				continue
			}
			require.Empty(t, each.Unpriced, each.Name)
		}
		page.WriteString("\n### " + dir + "\n\n" + costs.Markdown(estimates))
	}
	page.WriteString("\nRead " + costs.Read + ".\n\n")
	golden.AssertBlock(t, "../docs/costs.md", "go run . costs", []byte(page.String()))
	golden.AssertBlock(t, "../docs/costs.md", "prices", []byte("\n"+costs.MarkdownPrices()+"\n"))
}

func TestCostsCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("the stacks of two examples are not made and priced under -short")
	}
	var out, problems bytes.Buffer
	require.Zero(t, Run([]string{"costs", "--config", "../examples/configurations/wine"}, &out, &problems), problems.String())
	require.Regexp(t, `(?m)^dev \(us-west-2\) +\d+\.\d\d$`, out.String())
	require.Regexp(t, `(?m)^  EKS control plane +1 +73\.00$`, out.String())
	require.Contains(t, out.String(), "\nall stacks ")

	dir := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.CopyFS(dir, os.DirFS("../examples/configurations/branches")))
	for _, file := range []string{"platform.yaml", "environments/dev.yaml", "environments/tst.yaml", "environments/prd.yaml"} { // keys are in the region
		file = filepath.Join(dir, file)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(text, []byte("us-east-1"), []byte("eu-west-3")), 0o644))
	}
	out.Reset()
	require.Zero(t, Run([]string{"costs", "--config", dir}, &out, &problems), problems.String())
	require.Contains(t, out.String(), "\nThose of eu-west-3 differ: take the sums for their order of magnitude.\n")
}
