package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// TestMoveOfDeploymentRoles runs the commands of the page on a state as older versions had it, in which the resources of both
// stacks are in one.
func TestMoveOfDeploymentRoles(t *testing.T) {
	program := terraform.Program(t, "that the move to stacks of the deployment roles takes all of them, and nothing else")
	var script string
	for _, block := range shellBlocks(t, "upgrade") {
		if strings.Contains(block, "state mv") {
			script = block
		}
	}
	require.NotEmpty(t, script)
	for _, stack := range []string{"operations", "dev"} {
		dir := t.TempDir()
		folder := filepath.Join(dir, "cdktf.out/stacks")
		var before, roles []string
		for _, line := range strings.Split(strings.TrimSpace(string(example(t)[snapshots.Addresses])), "\n") {
			switch of, address, _ := strings.Cut(line, " "); {
			case of == stack:
				before = append(before, address)
			case of == stack+"-access" && !strings.HasPrefix(address, "aws_ssm_parameter."):
				roles = append(roles, address)
			}
		}
		require.NotEmpty(t, before)
		require.NotEmpty(t, roles)
		for _, name := range []string{stack, stack + "-access"} {
			require.NoError(t, os.MkdirAll(filepath.Join(folder, name), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name, "main.tf.json"), []byte(`{"terraform":{"backend":{"local":{"path":"kept.tfstate"}}}}`), 0o644))
		}
		run := func(script string) {
			command := exec.Command("bash", "-euo", "pipefail", "-c", script)
			command.Dir = dir
			command.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "CHECKPOINT_DISABLE=1")
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s", out)
		}
		for _, name := range []string{stack, stack + "-access"} {
			run("terraform -chdir=cdktf.out/stacks/" + name + " init")
		}
		// Only now, as init would look for the provider of what is in it.
		require.NoError(t, os.WriteFile(filepath.Join(folder, stack, "kept.tfstate"), stateOf(t, append(slices.Clone(before), roles...)), 0o644))
		run(strings.ReplaceAll(script, "move dev\n", "move "+stack+"\n"))
		require.ElementsMatch(t, before, addressesIn(t, filepath.Join(folder, stack, "kept.tfstate")))
		require.ElementsMatch(t, roles, addressesIn(t, filepath.Join(folder, stack+"-access", "kept.tfstate")))
	}
}

type stateFile struct {
	Version          int             `json:"version"`
	TerraformVersion string          `json:"terraform_version"`
	Serial           int             `json:"serial"`
	Lineage          string          `json:"lineage"`
	Outputs          struct{}        `json:"outputs"`
	Resources        []stateResource `json:"resources"`
}

type stateResource struct {
	Mode      string           `json:"mode"`
	Type      string           `json:"type"`
	Name      string           `json:"name"`
	Provider  string           `json:"provider"`
	Instances []map[string]any `json:"instances"`
}

func stateOf(t *testing.T, addresses []string) []byte {
	t.Helper()
	file := stateFile{Version: 4, TerraformVersion: "1.11.4", Serial: 7, Lineage: "b0b2f1a6-2d0c-4c57-9b06-0a5f6d3f7a11"}
	for _, address := range addresses {
		kind, name, _ := strings.Cut(address, ".")
		file.Resources = append(file.Resources, stateResource{
			Mode: "managed", Type: kind, Name: name, Provider: `provider["registry.terraform.io/hashicorp/aws"]`,
			Instances: []map[string]any{{"schema_version": 0, "attributes": map[string]any{"id": name}}},
		})
	}
	text, err := json.Marshal(file)
	require.NoError(t, err)
	return text
}

func addressesIn(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var file stateFile
	require.NoError(t, json.Unmarshal(text, &file))
	var all []string
	for _, each := range file.Resources {
		all = append(all, each.Type+"."+each.Name)
	}
	return all
}

// TestMovePattern: no address of what stays looks like one that moves.
func TestMovePattern(t *testing.T) {
	text := pages(t)["docs/upgrade.md"]
	found := regexp.MustCompile(`grep -E '([^']+)'`).FindStringSubmatch(text)
	require.NotNil(t, found)
	pattern := regexp.MustCompile(found[1])
	for _, line := range strings.Split(strings.TrimSpace(string(example(t)[snapshots.Addresses])), "\n") {
		stack, address, _ := strings.Cut(line, " ")
		moves := strings.HasSuffix(stack, "-access") && !strings.HasPrefix(address, "aws_ssm_parameter.")
		require.Equal(t, moves, pattern.MatchString(address), line)
	}
}
