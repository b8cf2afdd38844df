package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/delivery/setup"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/platform"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

// synthesise gives the Terraform JSON of all stacks by name.
func synthesise(t *testing.T, folder string, own ...platform.Option) map[string]string {
	t.Helper()
	loaded, err := platform.Load(folder, own...)
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "cdktf.out")
	require.NoError(t, platform.Synthesize(loaded, out, own...))
	made := map[string]string{}
	for _, name := range loaded.StackNames() {
		text, err := os.ReadFile(filepath.Join(out, "stacks", name, "cdk.tf.json"))
		require.NoError(t, err)
		made[name] = string(text)
	}
	return made
}

func TestExtensionAddsToItsEnvironmentAlone(t *testing.T) {
	with := synthesise(t, "config", options()...)
	require.Contains(t, with, "dev-board")
	require.NotContains(t, with, "prod-board", "prod does not train")

	// The same files without the section, read by the platform as it is.
	folder := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.CopyFS(folder, os.DirFS("config")))
	dev := filepath.Join(folder, "environments", "dev.yaml")
	text, err := os.ReadFile(dev)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(text), "extensions:")
	require.True(t, found)
	require.NoError(t, os.WriteFile(dev, []byte(before), 0o644))
	without := synthesise(t, folder)
	require.Equal(t, without["prod"], with["prod"])
	require.Equal(t, without["operations"], with["operations"])

	plain := synthtest.Parse(t, without["dev"])
	template := synthtest.Parse(t, with["dev"])
	var added []string
	for _, address := range template.Addresses() {
		if !strings.Contains(without["dev"], `"`+address[strings.Index(address, ".")+1:]+`"`) {
			added = append(added, address)
		}
	}
	require.Equal(t, []string{
		"aws_dynamodb_table.extensions_lookup_customer_5D435899", "aws_dynamodb_table.extensions_lookup_product_DC618928",
		"aws_iam_role_policy.training_jobs_grant-lookup_BCFD8E7E",
	}, added)
	require.Len(t, template.Addresses(), len(plain.Addresses())+len(added), "nothing else came or went")
	own, access := synthtest.Parse(t, without["dev-access"]), synthtest.Parse(t, with["dev-access"])
	require.Equal(t, []string{"deployment_apply_grant-extensions_9D857E2D", "deployment_plan_grant-extensions_1188A8B1"},
		slices.DeleteFunc(access.Names("aws_iam_role_policy"), func(name string) bool { return slices.Contains(own.Names("aws_iam_role_policy"), name) }))
	require.Contains(t, with["dev"], `"read_capacity": 14`)
	require.Equal(t, "wine-dev-lookup-", template.Output("lookup_table_prefix"))
	terraform.Plan(t, terraform.Stack{Name: "dev", JSON: []byte(with["dev"])}, terraform.Stack{Name: "dev-board", JSON: []byte(with["dev-board"])})
}

// policies are the texts of the policies that the roles of a deployment are given for extensions.
func policies(t *testing.T, template string) map[string]string {
	t.Helper()
	var root struct {
		Resource struct {
			Inline map[string]struct{ Policy string } `json:"aws_iam_role_policy"`
			Policy map[string]struct{ Policy string } `json:"aws_iam_policy"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(template), &root))
	out := map[string]string{}
	for name, each := range root.Resource.Inline {
		out[name] = each.Policy
	}
	for name, each := range root.Resource.Policy {
		out[name] = each.Policy
	}
	return out
}

func TestDeploymentMayWhatTheExtensionsNeed(t *testing.T) {
	made := policies(t, synthesise(t, "config", options()...)["dev-access"])
	plan, apply := made["deployment_plan_grant-extensions_1188A8B1"], made["deployment_apply_grant-extensions_9D857E2D"]
	require.Contains(t, plan, "dynamodb:DescribeTable")
	require.Contains(t, plan, "cloudwatch:GetDashboard", "the further stack is deployed by the same roles")
	require.NotContains(t, plan, "dynamodb:CreateTable")
	require.Contains(t, apply, "dynamodb:CreateTable")
	require.Contains(t, apply, "dynamodb:DescribeTable")
	for name, text := range made {
		if strings.Contains(name, "boundary") {
			require.Contains(t, text, "dynamodb:GetItem", "the jobs may read the tables within their boundary")
		}
	}
}

func TestFurtherStackIsDelivered(t *testing.T) {
	loaded, err := platform.Load("config", options()...)
	require.NoError(t, err)
	require.Equal(t, []string{"state", "operations-access", "operations", "dev-access", "dev", "dev-board", "prod-access", "prod"}, loaded.StackNames())
	var names []string
	for _, stage := range delivery.Stages(loaded) {
		names = append(names, stage.Stack)
		if stage.Stack == "dev-board" {
			require.Equal(t, "arn:aws:iam::222222222222:role/wine-dev-github-apply", stage.ApplyRoleARN)
			require.Equal(t, "dev", stage.GitHubEnvironment)
		}
	}
	require.Equal(t, []string{"operations", "dev", "dev-board", "prod"}, names)
	files, err := workflows.Generate(loaded, workflows.Options{Config: "config"})
	require.NoError(t, err)
	var deploy string
	for _, file := range files {
		if strings.HasSuffix(file.Path, "deploy.yml") {
			deploy = string(file.Content)
		}
	}
	require.Contains(t, deploy, "needs: [targets, stack-operations, stack-dev]\n    if: ${{ !cancelled() && needs.targets.result == 'success' && contains(fromJSON(needs.targets.outputs.stacks), 'dev-board')")
	require.Equal(t, 1, strings.Count(setup.Script(loaded), "# GitHub environment dev"), "one GitHub environment for both stacks")
}

func TestSectionIsReadStrictly(t *testing.T) {
	for want, section := range map[string]string{
		"environments/dev.yaml:8:3: extensions.lokup: is no extension of this platform; use lookup (did you mean lookup?)":             "  lokup: {}\n",
		"environments/dev.yaml:8:11: extensions.lookup.keys: is missing; add keys: [customer]":                                         "  lookup: {}\n",
		"environments/dev.yaml:9:5: extensions.lookup.key: is no key here; use keys or capacityUnits (did you mean keys?)":             "  lookup:\n    key: [a]\n",
		"environments/dev.yaml:8:38: extensions.lookup.capacityUnits: 501 is not allowed; use 1 to 500":                                "  lookup: {keys: [a], capacityUnits: 501}\n",
		"environments/dev.yaml:8:19: extensions.lookup.keys[0]: \"" + strings.Repeat("k", 41) + "\" has 41 characters; use at most 40": "  lookup: {keys: [" + strings.Repeat("k", 41) + "]}\n",
		"environments/dev.yaml:8:19: extensions.lookup.keys[0]: 1 without quotes is a number where a text is needed; quote it: \"1\"":  "  lookup: {keys: [1]}\n",
	} {
		folder := t.TempDir()
		require.NoError(t, os.CopyFS(folder, os.DirFS("config")))
		dev := filepath.Join(folder, "environments", "dev.yaml")
		text, err := os.ReadFile(dev)
		require.NoError(t, err)
		before, _, _ := strings.Cut(string(text), "extensions:")
		require.NoError(t, os.WriteFile(dev, []byte(before+"extensions:\n"+section), 0o644))
		_, err = platform.Load(folder, options()...)
		require.Error(t, err, section)
		got := strings.ReplaceAll(err.Error(), folder+"/", "")
		require.Equal(t, want, got)
	}
}

func TestSchemaKnowsTheSection(t *testing.T) {
	var out, problems bytes.Buffer
	require.Zero(t, platform.Run([]string{"schema"}, &out, &problems, options()...), problems.String())
	schema, err := jsonschema.UnmarshalJSON(&out)
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", schema))
	compiled, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	environment := func(lookup map[string]any) map[string]any {
		return map[string]any{"account": "222222222222", "extensions": map[string]any{"lookup": lookup}}
	}
	require.NoError(t, compiled.Validate(environment(map[string]any{"keys": []any{"customer"}})))
	require.ErrorContains(t, compiled.Validate(environment(map[string]any{})), "missing property 'keys'")
	require.ErrorContains(t, compiled.Validate(environment(map[string]any{"keys": []any{"a"}, "capacityUnits": 501})), "maximum")
}
