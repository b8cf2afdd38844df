package docs_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/internal/program"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/platform/platformtest"
)

func TestMain(m *testing.M) { platformtest.Main(m) }

// dayTwo are the pages whose commands people copy.
var dayTwo = []string{"bootstrap", "github-setup", "add-environment", "move-environment", "rotate", "restore-state", "teardown", "import", "costs"}

// shellBlocks are the shell blocks of a page, without the indentation of a list.
func shellBlocks(t *testing.T, page string) []string {
	t.Helper()
	text, ok := pages(t)["docs/"+page+".md"]
	require.True(t, ok, page)
	var all []string
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		if match[1] == "sh" {
			all = append(all, unindented(match[2]))
		}
	}
	return all
}

func unindented(text string) string {
	lines := strings.SplitAfter(text, "\n")
	indent := len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	for i, line := range lines {
		lines[i] = line[min(indent, len(line)-len(strings.TrimLeft(line, " "))):]
	}
	return strings.Join(lines, "")
}

// example are the snapshots of the example, made once.
func example(t *testing.T) map[string][]byte {
	t.Helper()
	if exampleSnapshots == nil {
		exampleSnapshots = platformtest.Snapshots(t, "../examples/configurations/wine")
	}
	return exampleSnapshots
}

var exampleSnapshots map[string][]byte

// TestAddresses: an address of Terraform that a page names is one of the example's.
func TestAddresses(t *testing.T) {
	known := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(example(t)[snapshots.Addresses])), "\n") {
		_, address, _ := strings.Cut(line, " ")
		known[address] = true
	}
	named := 0
	for page, text := range pages(t) {
		for _, address := range regexp.MustCompile(`\baws_[a-z0-9_]+\.[A-Za-z0-9_-]+_[0-9A-F]{8}\b`).FindAllString(text, -1) {
			named++
			if strings.HasPrefix(page, "docs/") && !known[address] {
				t.Errorf("%s names %s, which no stack of the example has", page, address)
			}
		}
	}
	require.Greater(t, named, 20)
}

// TestNames: buckets, roles, clusters and aliases in commands are those of the example, or of an environment that a page adds.
func TestNames(t *testing.T) {
	all := string(bytes.Join(slices.Collect(maps.Values(example(t))), nil))
	added := regexp.MustCompile(`^wine-(qa|prod2)(-|$)`)
	for _, page := range dayTwo {
		for _, block := range shellBlocks(t, page) {
			for _, name := range regexp.MustCompile(`\bwine-[a-z0-9-]*[a-z0-9]`).FindAllString(block, -1) {
				if name != "wine-ml" && !added.MatchString(name) && !strings.Contains(all, name) {
					t.Errorf("%s: nothing in the example is called %s", page, name)
				}
			}
		}
	}
}

// TestProfilesAndStacks: commands name the profiles and stacks of the examples, or those that a page adds.
func TestProfilesAndStacks(t *testing.T) {
	profiles, stacks := []string{"qa", "prod2", "NAME"}, []string{"qa", "qa-access", "prod2"}
	for _, dir := range []string{"../examples/configurations/wine", "../examples/configurations/branches", "../examples/configurations/one-account"} {
		platform, err := config.Load(dir)
		require.NoError(t, err)
		stacks = append(stacks, platform.StackNames()...)
		profiles = append(profiles, platform.Operations.Profile)
		for _, environment := range platform.Environments {
			profiles = append(profiles, environment.Profile)
		}
	}
	profilePattern := regexp.MustCompile(`(?:--profile |AWS_PROFILE=)(\S+)`)
	stackPattern := regexp.MustCompile(`(?:cdktf (?:diff|deploy|destroy) |cdktf\.out/stacks/)([a-z0-9-]+)`)
	for _, page := range dayTwo {
		for _, block := range shellBlocks(t, page) {
			for _, match := range profilePattern.FindAllStringSubmatch(block, -1) {
				if !slices.Contains(profiles, match[1]) {
					t.Errorf("%s: no example has the profile %s", page, match[1])
				}
			}
			for _, match := range stackPattern.FindAllStringSubmatch(block, -1) {
				if !slices.Contains(stacks, match[1]) {
					t.Errorf("%s: no example has the stack %s", page, match[1])
				}
			}
		}
	}
}

// yamlBlocks are the YAML blocks of a page.
func yamlBlocks(t *testing.T, page string) []string {
	t.Helper()
	var all []string
	for _, match := range fence.FindAllStringSubmatch(pages(t)["docs/"+page+".md"], -1) {
		if match[1] == "yaml" {
			all = append(all, unindented(match[2]))
		}
	}
	require.NotEmpty(t, all, page)
	return all
}

// changedExample is the example configuration with files that are changed.
func changedExample(t *testing.T, change func(files fstest.MapFS)) *config.Platform {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"platform.yaml", "environments/dev.yaml", "environments/staging.yaml", "environments/prod.yaml"} {
		text, err := os.ReadFile(filepath.Join("../examples/configurations/wine", name))
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	change(files)
	platform, err := config.LoadFS(files)
	require.NoError(t, err)
	return platform
}

// TestAddedEnvironment: the environment of the page fits beside those of the example, and prod waits for it.
func TestAddedEnvironment(t *testing.T) {
	platform := changedExample(t, func(files fstest.MapFS) {
		files["environments/qa.yaml"] = &fstest.MapFile{Data: []byte(yamlBlocks(t, "add-environment")[0])}
		order := []byte("[dev, staging, prod]")
		require.Contains(t, string(files["platform.yaml"].Data), string(order))
		files["platform.yaml"].Data = bytes.Replace(files["platform.yaml"].Data, order, []byte("[dev, staging, qa, prod]"), 1)
	})
	require.Equal(t, "777777777777", platform.Environment("qa").Account)
	require.Equal(t, "staging", platform.Environment("qa").Promotion.After)
	require.Equal(t, "qa", platform.Environment("prod").Promotion.After)
}

// TestReviewers: the reviewers of the page are a valid part of prod.
func TestReviewers(t *testing.T) {
	platform := changedExample(t, func(files fstest.MapFS) {
		prod := files["environments/prod.yaml"]
		own := []byte("github:\n  reviewers: [acme/ml-leads]\n")
		require.Contains(t, string(prod.Data), string(own))
		prod.Data = bytes.Replace(prod.Data, own, []byte(yamlBlocks(t, "github-setup")[0]), 1)
	})
	require.Equal(t, []string{"alice", "acme/ml-leads"}, platform.Environment("prod").GitHub.Reviewers)
	require.Equal(t, 10, platform.Environment("prod").GitHub.WaitMinutes)
}

// TestShellBlocks: bash understands every block, and each command of this program exists, with its flags.
func TestShellBlocks(t *testing.T) {
	binary := program.Compile(t, "..")
	seen := map[string]bool{}
	for _, page := range dayTwo {
		for _, block := range shellBlocks(t, page) {
			shellcheck.Parse(t, page, block)
			for _, match := range regexp.MustCompile(`go run \.((?: [a-z][a-z-]*)+)((?: --[a-z-]+)*)`).FindAllStringSubmatch(block, -1) {
				if seen[match[0]] {
					continue
				}
				seen[match[0]] = true
				out, err := exec.Command(binary, append(strings.Fields(match[1]), "--help")...).CombinedOutput()
				require.NoError(t, err, "%s: %s: %s", page, match[0], out)
				require.Contains(t, string(out), "mlplatform"+match[1], page)
				for _, flag := range strings.Fields(match[2]) {
					require.Contains(t, string(out), flag, "%s: %s", page, match[0])
				}
			}
		}
	}
	require.Greater(t, len(seen), 6)
}

// terraformProject is a folder with a stack that needs no AWS, the real Terraform, and a cdktf that plans with it.
func terraformProject(t *testing.T) (dir string, bash func(script string) string) {
	t.Helper()
	binary := terraform.Program(t, "the commands of the page are not run")
	dir = t.TempDir()
	stack := filepath.Join(dir, "cdktf.out", "stacks", "dev")
	require.NoError(t, os.MkdirAll(stack, 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "programs"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "programs", "cdktf"), []byte(`#!/bin/sh
set -e
[ "$1 $2" = "diff dev" ]
terraform -chdir=cdktf.out/stacks/dev init -input=false -no-color >init.log
terraform -chdir=cdktf.out/stacks/dev plan -input=false -no-color
`), 0o755))
	path := strings.Join([]string{filepath.Join(dir, "programs"), filepath.Dir(binary), os.Getenv("PATH")}, string(os.PathListSeparator))
	return dir, func(script string) string {
		t.Helper()
		command := exec.Command("bash", "-euo", "pipefail", "-c", script)
		command.Dir = dir
		for _, variable := range os.Environ() {
			if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "PATH=") {
				command.Env = append(command.Env, variable)
			}
		}
		command.Env = append(command.Env, "PATH="+path, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", script, out)
		return colours.ReplaceAllString(string(out), "")
	}
}

// colours are the codes that Terraform writes for terminals.
var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func writeStack(t *testing.T, dir, resources string) {
	t.Helper()
	text := `{"terraform":{"backend":{"local":{"path":"../../../bucket.tfstate"}}},"resource":{"terraform_data":{` + resources + `}}}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cdktf.out/stacks/dev/cdk.tf.json"), []byte(text), 0o644))
}

func block(t *testing.T, page, holds string) string {
	t.Helper()
	for _, each := range shellBlocks(t, page) {
		if strings.Contains(each, holds) {
			return each
		}
	}
	require.Fail(t, "no block", "%s has none with %s", page, holds)
	return ""
}

// TestRestoreState runs the commands of the page on a state that lost its way.
func TestRestoreState(t *testing.T) {
	dir, bash := terraformProject(t)
	const apply = "terraform -chdir=cdktf.out/stacks/dev init -input=false && terraform -chdir=cdktf.out/stacks/dev apply -auto-approve -input=false"
	writeStack(t, dir, `"kept":{"input":"a"},"lost":{"input":"b"}`)
	bash(apply)
	bash("cp bucket.tfstate restored.tfstate") // what get-object brings
	bash("terraform -chdir=cdktf.out/stacks/dev state rm terraform_data.lost")
	require.Contains(t, bash("cdktf diff dev"), "terraform_data.lost will be created")

	out := bash(block(t, "restore-state", "state push -force"))
	require.Contains(t, out, "terraform_data.lost will be created", "before")
	require.Contains(t, out, "No changes.", "after")
	require.NotContains(t, bash("cat broken.tfstate"), `"lost"`)
	require.Contains(t, bash("terraform -chdir=cdktf.out/stacks/dev state list"), "terraform_data.lost")
}

// TestImport runs the commands of the page with its import block, on a resource that needs no AWS.
func TestImport(t *testing.T) {
	dir, bash := terraformProject(t)
	writeStack(t, dir, `"models":{}`)
	require.Contains(t, bash(block(t, "import", "AWS_PROFILE=dev cdktf diff dev")), "terraform_data.models will be created")

	text := pages(t)["docs/import.md"]
	var hcl string
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		if match[1] == "hcl" {
			hcl = unindented(match[2])
		}
	}
	require.Contains(t, hcl, "to = aws_s3_bucket.models_bucket_03E03D20\n")
	hcl = strings.Replace(hcl, "aws_s3_bucket.models_bucket_03E03D20", "terraform_data.models", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cdktf.out/stacks/dev/import.tf"), []byte(hcl), 0o644))

	out := bash(block(t, "import", "plan -out=import.tfplan"))
	require.Contains(t, out, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")
	require.Contains(t, out, "No changes.")
	require.NoFileExists(t, filepath.Join(dir, "cdktf.out/stacks/dev/import.tf"))

	undo := regexp.MustCompile("`AWS_PROFILE=dev (terraform [^`]* state rm) [^`]*`").FindStringSubmatch(text)
	require.NotNil(t, undo)
	bash(undo[1] + " terraform_data.models")
	require.Empty(t, bash("terraform -chdir=cdktf.out/stacks/dev state list"))
}
