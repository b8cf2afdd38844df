package platformmap_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/delivery/drawing"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/delivery/platformmap"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

// sets are the example configurations.
var sets = []string{"wine", "branches", "one-account"}

var made = map[string]*platformmap.Map{}

// mapOf synthesises an example set, once for all tests, and maps it.
func mapOf(t testing.TB, set string) *platformmap.Map {
	t.Helper()
	if made[set] == nil {
		platform, synthesised := synthesise(t, set)
		var estimates []costs.Stack
		for _, name := range platform.StackNames() {
			estimate, err := costs.Of(synthesised[name])
			require.NoError(t, err)
			estimates = append(estimates, costs.Stack{Name: name, Estimate: estimate})
		}
		m, err := platformmap.New(platform, synthesised, estimates)
		require.NoError(t, err)
		made[set] = m
	}
	return made[set]
}

type synthesis struct {
	platform *config.Platform
	stacks   map[string][]byte
}

var syntheses = map[string]synthesis{}

// synthesise reads an example set and builds its stacks, once for all tests that only look.
func synthesise(t testing.TB, set string) (*config.Platform, map[string][]byte) {
	t.Helper()
	if _, done := syntheses[set]; !done {
		syntheses[set] = fresh(t, set)
	}
	return syntheses[set].platform, maps.Clone(syntheses[set].stacks)
}

func fresh(t testing.TB, set string) synthesis {
	t.Helper()
	platform, err := config.Load(filepath.Join("../../examples/configurations", set))
	require.NoError(t, err)
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, stacks.Build(app, platform, stacks.Options{}))
	require.NoError(t, tf.Synth(app))
	synthesised := map[string][]byte{}
	for _, name := range platform.StackNames() {
		synthesised[name], err = os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile))
		require.NoError(t, err)
	}
	return synthesis{platform, synthesised}
}

// What runs on ECS is drawn with what brings it requests, its database, and the server that workers ask.
func TestServicesAreDrawn(t *testing.T) {
	found := map[string]bool{}
	for _, environment := range mapOf(t, "services").Environments {
		labels := map[string]string{}
		for _, node := range environment.Nodes {
			labels[node.ID] = node.Label
		}
		for _, edge := range environment.Edges {
			found[environment.ID+": "+labels[edge.From]+" > "+labels[edge.To]+": "+edge.Label] = true
		}
	}
	for _, want := range []string{
		"environment-dev: web > api: requests", "environment-dev: web > mlflow: requests", "environment-dev: mlflow > mlflow: reads, writes", "environment-dev: api > api-approve: starts",
		"environment-prod: web > prefect: requests", "environment-prod: web > report: requests", "environment-prod: prefect > prefect: reads, writes", "environment-prod: features > prefect: asks",
		"environment-prod: automation jobs > mlflow: records",
	} {
		require.Contains(t, found, want)
	}
}

// TestEveryResourceIsInTheMap compares with what was synthesised.
func TestEveryResourceIsInTheMap(t *testing.T) {
	for _, set := range sets {
		platform, synthesised := synthesise(t, set)
		m := mapOf(t, set)
		found := map[string]bool{}
		for _, each := range m.Resources {
			found[each.Stack+" "+each.Address] = true
			require.NotZero(t, each.Line, each.Address)
		}
		total := 0
		for _, name := range platform.StackNames() {
			for _, address := range synthtest.Parse(t, string(synthesised[name])).Addresses() {
				total++
				require.True(t, found[name+" "+address], "%s of %s", address, name)
			}
		}
		require.Len(t, m.Resources, total)
		require.Len(t, m.Stacks, len(platform.StackNames()))
	}
}

// TestPlaces: a resource leads to the key that asks for it.
func TestPlaces(t *testing.T) {
	m := mapOf(t, "wine")
	for path, line := range map[string]string{
		"prod aws_eks_node_group.cluster_pool-gpu_":          "    gpu: { instanceTypes",
		"prod aws_eks_cluster.cluster_":                      "cluster:",
		"prod aws_ecr_repository.registry_wine-model_":       "    wine-model: ",
		"prod aws_s3_bucket.models_":                         "  models:",
		"prod aws_sagemaker_pipeline.training_":              "training:",
		"prod aws_scheduler_schedule.automation_":            "  schedule: { expression: \"cron",
		"prod aws_cloudwatch_dashboard.endpoint_":            "  dashboard: true",
		"prod-access aws_iam_role.deployment_apply_":         "github:",
		"prod aws_subnet.network_":                           "network:",
		"operations aws_ecr_repository.images_lambda-image_": "operations:",
	} {
		found := false
		for _, each := range m.Resources {
			if strings.HasPrefix(each.Stack+" "+each.Address, path) {
				found = true
				require.Contains(t, lineOf(m, each.File, each.Line), line, each.Address)
			}
		}
		require.True(t, found, path)
	}
	pipelines := mapOf(t, "one-account")
	for _, each := range pipelines.Resources {
		if each.Type == "aws_codepipeline" {
			require.Contains(t, lineOf(pipelines, each.File, each.Line), "codePipeline:")
		}
	}
}

func lineOf(m *platformmap.Map, file string, line int) string {
	for _, each := range m.Sources {
		if each.File == file {
			return each.Lines[line-1]
		}
	}
	return ""
}

// TestFlows: data, models, images and starts go where the roles of the stack let them go.
func TestFlows(t *testing.T) {
	prod := graph(t, mapOf(t, "wine").Environments, "environment-prod")
	sentences := prod.Sentences()
	for _, each := range []string{
		"training → training: starts", "training → training jobs: runs", "data ↔ training jobs: reads, writes", "training jobs ↔ models: writes, reads",
		"training ↔ models: reads, registers", "models → approval: event", "approval → approval: starts", "approval → endpoint: runs",
		"models → endpoint: reads", "data → new-data: event", "new-data → learning: starts", "learning → automation jobs: runs",
		"training-image → training jobs: image", "learning → notifications: tells", "training-failed → notifications: tells",
		"notifications → people: e-mail", "cluster → gpu: nodes",
	} {
		if strings.Contains(each, "↔") {
			// The two labels stand in the order of the arrow.
			from, rest, _ := strings.Cut(each, " ↔ ")
			to, _, _ := strings.Cut(rest, ":")
			require.True(t, contains(sentences, from+" ↔ "+to) || contains(sentences, to+" ↔ "+from), "%s in %q", each, sentences)
			continue
		}
		require.Contains(t, sentences, each)
	}
	for _, each := range []struct{ node, group string }{{"endpoint", "network"}, {"training jobs", "network"}, {"automation jobs", "network"}} {
		for _, node := range prod.Nodes {
			if node.Label == each.node {
				require.Equal(t, each.group, node.Group, each.node)
			}
		}
	}
	dev := graph(t, mapOf(t, "wine").Environments, "environment-dev")
	for _, node := range dev.Nodes {
		if node.Label == "endpoint" {
			require.NotEqual(t, "network", node.Group, "the endpoint of dev is not in its network")
		}
	}
	grid := prod.Node("subnets").Grid
	require.Equal(t, []string{"", "us-west-2a", "us-west-2b", "us-west-2c"}, grid[0])
	require.Equal(t, []string{"public", "10.30.192.0/22\nNAT gateway", "10.30.196.0/22\nNAT gateway", "10.30.200.0/22\nNAT gateway"}, grid[1])
	require.Equal(t, "isolated", grid[3][0])
}

func contains(texts []string, part string) bool {
	return slices.ContainsFunc(texts, func(each string) bool { return strings.HasPrefix(each, part) })
}

func graph(t testing.TB, graphs []*drawing.Graph, id string) *drawing.Graph {
	t.Helper()
	for _, each := range graphs {
		if each.ID == id {
			return each
		}
	}
	require.Fail(t, "no graph "+id)
	return nil
}

func TestOverview(t *testing.T) {
	sentences := mapOf(t, "wine").Overview.Sentences()
	for _, each := range []string{
		"acme/wine-ml deploys prod: tag prod, by GitHub Actions", "prod keeps its Terraform state in state", "operations → prod: training-image",
		"prod is deployed after staging",
	} {
		require.Contains(t, sentences, each)
	}
	require.Contains(t, mapOf(t, "branches").Overview.Sentences(), "tst keeps its Terraform state in state-tst")
	require.Contains(t, mapOf(t, "one-account").Overview.Sentences(), "acme/churn-mlops deploys hml: branch hml, by CodePipeline")
}

func TestRoles(t *testing.T) {
	m := mapOf(t, "wine")
	role := func(name string) platformmap.Role {
		for _, each := range m.Roles {
			if each.Name == name {
				return each
			}
		}
		require.Fail(t, "no role "+name)
		return platformmap.Role{}
	}
	apply := role("wine-prod-github-apply")
	require.Equal(t, []string{"GitHub Actions in environment prod"}, apply.Who)
	require.Equal(t, []string{"tag prod"}, apply.On)
	require.Equal(t, []string{"acme/ml-leads"}, apply.Reviewers)
	require.Equal(t, []string{"GitHub Actions on tag prod", "GitHub Actions on branch main"}, role("wine-prod-github-plan").Who)
	require.Equal(t, []string{"role platform-admin of account 444444444444", "role wine-prod-github-apply of account 444444444444"}, role("wine-prod-state").Who)
	for _, each := range m.Roles {
		require.NotEmpty(t, each.Who, each.Name)
		require.NotEmpty(t, each.May, each.Name)
	}
}

// TestFlowGraphs holds the drawings of pipelines and state machines against their definitions: every step and state is drawn, and
// every arrow ends at one.
func TestFlowGraphs(t *testing.T) {
	for _, set := range sets {
		_, synthesised := synthesise(t, set)
		for _, flow := range mapOf(t, set).Flows {
			kind, id, _ := strings.Cut(flow.Address, ".")
			body := synthtest.Parse(t, string(synthesised[flow.Stack])).Resources(kind)[id]
			var names []string
			switch {
			case strings.HasPrefix(flow.Address, "aws_sagemaker_pipeline."):
				names = namesIn(t, body["pipeline_definition"], "Name", "Type")
			case strings.HasPrefix(flow.Address, "aws_sfn_state_machine."):
				var definition struct{ States map[string]any }
				require.NoError(t, json.Unmarshal([]byte(body["definition"].(string)), &definition))
				for name := range definition.States {
					names = append(names, name)
				}
			}
			for _, name := range names {
				require.NotNil(t, flow.Graph.Node(name), "%s: %s", flow.Name, name)
			}
			for _, edge := range flow.Graph.Edges {
				require.NotNil(t, flow.Graph.Node(edge.From), "%s: %s", flow.Name, edge.From)
				require.NotNil(t, flow.Graph.Node(edge.To), "%s: %s", flow.Name, edge.To)
			}
		}
	}
	for _, flow := range mapOf(t, "wine").Flows {
		if flow.Name == "wine-prod-training" {
			require.Equal(t, []string{
				"start → preprocess: comes next", "preprocess → train: comes next", "preprocess → evaluate: comes next", "train → evaluate: comes next",
				"train → register: comes next", "evaluate → decide: comes next", "evaluate → register: comes next", "evaluate → reject: comes next",
				"decide → register: yes", "decide → reject: no",
			}, flow.Graph.Sentences())
		}
	}
}

// namesIn are the names of the steps of a pipeline, however deep: of all objects that have both keys.
func namesIn(t testing.TB, definition any, key, beside string) []string {
	t.Helper()
	var document struct{ Steps []any }
	require.NoError(t, json.Unmarshal([]byte(definition.(string)), &document))
	var names []string
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, each := range value {
				walk(each)
			}
		case map[string]any:
			if name, is := value[key].(string); is && value[beside] != nil && value["Arguments"] != nil {
				names = append(names, name)
			}
			for _, each := range value {
				walk(each)
			}
		}
	}
	walk(document.Steps)
	require.NotEmpty(t, names)
	return names
}

func TestDifferences(t *testing.T) {
	m := mapOf(t, "wine")
	byKey := map[string]platformmap.Difference{}
	for _, each := range m.Differences {
		byKey[each.Key] = each
		same := true
		for _, value := range each.Values {
			same = same && value.Text == each.Values[0].Text
			if value.Line > 0 {
				require.NotEmpty(t, lineOf(m, value.File, value.Line))
			}
		}
		require.False(t, same, each.Key)
	}
	nat := byKey["network.nat"]
	require.Equal(t, []string{"dev", "staging", "prod"}, []string{nat.Values[0].Environment, nat.Values[1].Environment, nat.Values[2].Environment})
	require.Equal(t, "perZone", nat.Values[2].Text)
	require.Contains(t, lineOf(m, nat.Values[2].File, nat.Values[2].Line), "nat: perZone")
	require.Contains(t, byKey, "account")
	require.NotContains(t, byKey, "training.enabled")
	require.NotContains(t, byKey, "storage", "all have it")
}

// TestSameBytes: nothing depends on the run.
func TestSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("not in -short: nothing is synthesised twice")
	}
	m := mapOf(t, "one-account")
	first, err := m.HTML()
	require.NoError(t, err)
	delete(made, "one-account")
	delete(syntheses, "one-account")
	second, err := mapOf(t, "one-account").HTML()
	require.NoError(t, err)
	require.True(t, string(first) == string(second), "two runs differ")
}

func TestJSON(t *testing.T) {
	text, err := mapOf(t, "wine").JSON()
	require.NoError(t, err)
	var read platformmap.Map
	require.NoError(t, json.Unmarshal(text, &read))
	require.Len(t, read.Resources, len(mapOf(t, "wine").Resources))
	require.Equal(t, "wine", read.Project)
	require.Len(t, read.Environments, 3)
}

func TestNewNeedsEveryStack(t *testing.T) {
	platform, synthesised := synthesise(t, "branches")
	delete(synthesised, "tst")
	_, err := platformmap.New(platform, synthesised, nil)
	require.EqualError(t, err, "the stack tst was not synthesised")
	synthesised["tst"] = []byte("{")
	_, err = platformmap.New(platform, synthesised, nil)
	require.ErrorContains(t, err, "the stack tst is no Terraform JSON")
}
