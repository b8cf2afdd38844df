package stacks_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func names[T any](of map[string]T) []string {
	return slices.Sorted(maps.Keys(of))
}

func TestOutputIsDeterministic(t *testing.T) {
	for _, dir := range configurations {
		first := built(t, dir, nil)
		second := synthesise(t, load(t, dir, nil), stacks.Options{})
		require.Equal(t, names(first), names(second))
		for name := range first {
			require.True(t, bytes.Equal(first[name], second[name]), "%s %s differs between two runs", dir, name)
		}
	}
}

func TestOutputHoldsNothingOfTheMachine(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	for _, made := range []map[string][]byte{example(t), synthesise(t, load(t, configurations[0], nil), stacks.Options{LocalState: true, Profiles: true})} {
		for name, text := range made {
			for _, trace := range []string{here, home + "/", os.TempDir() + "/"} {
				require.NotContains(t, string(text), trace, name)
			}
		}
	}
}

// settings is what every stack has beside its resources.
type settings struct {
	Terraform struct {
		RequiredVersion   string                                      `json:"required_version"`
		RequiredProviders map[string]struct{ Source, Version string } `json:"required_providers"`
		Backend           map[string]map[string]any
	}
	Provider map[string][]struct {
		Region            string
		Profile           string
		AllowedAccountIDs []string                           `json:"allowed_account_ids"`
		DefaultTags       []struct{ Tags map[string]string } `json:"default_tags"`
	}
	Output map[string]struct{ Description string }
}

func parse(t testing.TB, text []byte) settings {
	t.Helper()
	var s settings
	require.NoError(t, json.Unmarshal(text, &s))
	return s
}

func TestEveryStack(t *testing.T) {
	for _, dir := range configurations {
		platform := load(t, dir, nil)
		made := built(t, dir, nil)
		for _, stack := range platform.Stacks() {
			s := parse(t, made[stack.Name])
			at := dir + " " + stack.Name
			require.Equal(t, tf.RequiredVersion, s.Terraform.RequiredVersion, at)
			require.Equal(t, "registry.terraform.io/hashicorp/aws", s.Terraform.RequiredProviders["aws"].Source, at)
			require.Equal(t, tf.ProviderVersion, s.Terraform.RequiredProviders["aws"].Version, at)
			require.Len(t, s.Provider["aws"], 1, at)
			aws := s.Provider["aws"][0]
			require.Equal(t, stack.Region, aws.Region, at)
			require.Equal(t, []string{stack.Account}, aws.AllowedAccountIDs, at)
			require.Empty(t, aws.Profile, at)
			tags := aws.DefaultTags[0].Tags
			for _, key := range []string{"Project", "Environment", "Repository", "Stack", "ManagedBy"} {
				require.NotEmpty(t, tags[key], "%s tag %s", at, key)
			}
			require.Equal(t, stack.Name, tags["Stack"], at)
			backend := s.Terraform.Backend["s3"]
			require.Equal(t, platform.Repository+"/"+stack.Name+"/terraform.tfstate", backend["key"], at)
			require.NotContains(t, backend, "profile", at)
			require.NotEmpty(t, s.Output, at)
			for name, each := range s.Output {
				require.NotEmpty(t, each.Description, "%s output %s", at, name)
			}
		}
	}
}

func TestProfilesOnlyWhenAskedFor(t *testing.T) {
	platform := load(t, configurations[0], nil)
	made := synthesise(t, platform, stacks.Options{Profiles: true})
	for stack, profile := range map[string]string{"state": "operations", "operations": "operations", "dev": "dev", "staging": "staging", "prod": "prod"} {
		s := parse(t, made[stack])
		require.Equal(t, profile, s.Provider["aws"][0].Profile, stack)
		require.Equal(t, profile, s.Terraform.Backend["s3"]["profile"], stack)
	}
}

func TestLocalStateIsForStateStacksOnly(t *testing.T) {
	local := stacks.Options{LocalState: true}
	require.Equal(t, map[string]map[string]any{"local": {"path": "../../../terraform.state.tfstate"}}, parse(t, builtWith(t, local, "state")["state"]).Terraform.Backend)
	require.Contains(t, parse(t, builtWith(t, local, "dev")["dev"]).Terraform.Backend, "s3")
}

// qa is an environment that the example does not have.
const qa = `account: "555555555555"
promotion: { branches: [qa] }
network: { cidr: 10.50.0.0/16 }
storage: {}
`

func TestAddingAnEnvironmentLeavesTheOthersAlone(t *testing.T) {
	before := example(t)
	text, err := os.ReadFile(filepath.Join(configurations[0], "platform.yaml"))
	require.NoError(t, err)
	after := synthesise(t, load(t, configurations[0], map[string]string{
		"environments/qa.yaml": qa, "platform.yaml": strings.Replace(string(text), "staging", "qa, staging", 1),
	}), stacks.Options{})
	for _, name := range []string{"dev", "staging", "prod"} {
		require.True(t, bytes.Equal(before[name], after[name]), "%s changed", name)
	}
	// The shared stacks let the new environment in: more resources, and none of the old ones goes.
	for _, name := range []string{"state", "operations"} {
		old, now := synthtest.Parse(t, string(before[name])).Addresses(), synthtest.Parse(t, string(after[name])).Addresses()
		require.Subset(t, now, old, name)
	}
}

func TestSwitchingAPartOffRemovesOnlyItsResources(t *testing.T) {
	before := example(t)
	for part, owns := range map[string][]string{
		"cluster":    {"cluster_"},
		"storage":    {"models_", "data_", "training_", "automation_", "endpoint_", "model-groups_"},
		"registry":   {"registry_"},
		"training":   {"training_"},
		"automation": {"automation_"},
		"endpoint":   {"endpoint_"},
	} {
		t.Run(part, func(t *testing.T) {
			off := []string{part}
			if part == "storage" {
				off = append(off, "training", "automation", "endpoint") // which need it
			}
			platform := load(t, configurations[0], map[string]string{"environments/dev.yaml": without(t, off...)})
			after := synthesise(t, platform, stacks.Options{})
			for _, name := range names(before) {
				old, now := synthtest.Parse(t, string(before[name])), synthtest.Parse(t, string(after[name]))
				if name != "dev" && name != "dev-access" {
					require.True(t, bytes.Equal(before[name], after[name]), "%s changed", name)
					continue
				}
				// The deployment roles need fewer permissions now, and fewer policies hold them.
				policies := []string{"deployment_"}
				for _, address := range now.Addresses() {
					require.False(t, belongs(address, owns), "%s remains", address)
					require.True(t, contains(old.Addresses(), address) || belongs(address, policies), "%s was added", address)
				}
				for _, address := range old.Addresses() {
					gone := !contains(now.Addresses(), address)
					require.True(t, !gone || belongs(address, append(policies, owns...)), "%s went too", address)
				}
			}
		})
	}
}

// without is the example's development environment with some parts switched off.
func without(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(configurations[0], "environments", "dev.yaml"))
	require.NoError(t, err)
	changed := string(text)
	for _, part := range parts {
		before := changed
		changed = strings.Replace(changed, "\n"+part+":\n", "\n"+part+":\n  enabled: false\n", 1)
		require.NotEqual(t, before, changed)
	}
	return changed
}

func belongs(address string, prefixes []string) bool {
	name := address[strings.LastIndex(address, ".")+1:]
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

func contains(list []string, value string) bool {
	at := sort.SearchStrings(list, value)
	return at < len(list) && list[at] == value
}

func TestProblemsOfAllStacksAreReportedTogether(t *testing.T) {
	platform := load(t, configurations[0], nil)
	for _, env := range platform.Environments {
		env.Storage.Models.Name = "Not a bucket"
	}
	err := stacks.Build(tf.NewApp(t.TempDir()), platform, stacks.Options{})
	for _, name := range []string{"dev", "staging", "prod"} {
		require.ErrorContains(t, err, name+".storage.models.name: \"Not a bucket\"")
	}
}

// TestAddresses: the addresses of the frozen sets are a contract. A line that leaves a file is a resource that users lose.
func TestAddresses(t *testing.T) {
	for _, dir := range append(slices.Clone(configurations), servingSet) {
		var lines strings.Builder
		made := built(t, dir, nil)
		for _, name := range names(made) {
			for _, address := range synthtest.Parse(t, string(made[name])).Addresses() {
				lines.WriteString(name + " " + address + "\n")
			}
		}
		golden.Assert(t, "testdata/addresses/"+filepath.Base(dir)+".txt", []byte(lines.String()))
	}
}

// plannedTogether are stacks of other tests that TestTerraform plans, which comes after them.
var plannedTogether []terraform.Stack

// planTogether plans stacks in TestTerraform, or at once where tests are chosen by -run.
func planTogether(t *testing.T, stacks ...terraform.Stack) {
	t.Helper()
	if flag.Lookup("test.run").Value.String() != "" {
		terraform.Plan(t, stacks...)
		return
	}
	for _, each := range stacks {
		plannedTogether = append(plannedTogether, terraform.Stack{Name: t.Name() + "/" + each.Name, JSON: each.JSON})
	}
}

// TestTerraform plans the stacks of all examples, what Terraform reads in other ways with other configurations, and what other
// tests have made, in one run of Terraform, because its start is what takes time.
func TestTerraform(t *testing.T) {
	terraform.New(t) // skips where Terraform or the provider is missing
	planned := plannedTogether
	for _, dir := range configurations {
		made := built(t, dir, nil)
		for _, name := range names(made) {
			planned = append(planned, terraform.Stack{Name: filepath.Base(dir) + "/" + name, JSON: made[name]})
		}
	}
	for _, each := range []struct {
		name, dir string
		files     map[string]string
	}{
		{"definition by commit", configurations[0], definitionByCommit(t)},
		{"services", servicesSet, nil},
		{"api with defaults", configurations[0], withAPI("", "{}")},
		{"api with everything", configurations[0], withAPI("", everyAPI)},
		{"serving", configurations[0], servingFiles(t)},
		{"serving by CodePipeline", configurations[0], servingFiles(t, "  runner: {}\n", "", "notifications: {}", "codePipeline: { source: { codeCommit: wine }, network: true, drift: true }")},
	} {
		planned = append(planned, terraform.Stack{Name: each.name, JSON: builtOne(t, each.dir, each.files, "dev")})
	}
	terraform.Plan(t, planned...)
}
