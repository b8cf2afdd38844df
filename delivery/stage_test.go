package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
)

func load(t *testing.T, dir string) *config.Platform {
	t.Helper()
	platform, err := config.Load(dir)
	require.NoError(t, err)
	return platform
}

func TestStages(t *testing.T) {
	platform := load(t, "../examples/configurations/wine")
	platform.Environment("staging").GitHub = nil
	platform.Environment("prod").GitHub.Reviewers = []string{"acme/ml-leads"}
	platform.Environment("dev").Training.RunAfterDeploy = true
	stages := delivery.Stages(platform)
	var stacks []string
	for _, each := range stages {
		stacks = append(stacks, each.Stack)
	}
	require.Equal(t, []string{"operations", "dev", "prod"}, stacks)
	dev, prod := stages[1], stages[2]
	require.Equal(t, delivery.Stage{
		Stack: "prod", Access: "prod-access", Prefix: "wine-prod", GitHubEnvironment: "prod", Account: "444444444444", Region: "us-west-2",
		StateAccount: "111111111111", StateRegion: "us-west-2",
		PlanRoleARN:      "arn:aws:iam::444444444444:role/wine-prod-github-plan",
		ApplyRoleARN:     "arn:aws:iam::444444444444:role/wine-prod-github-apply",
		StatePlanRoleARN: "arn:aws:iam::111111111111:role/wine-prod-state-plan",
		StateRoleARN:     "arn:aws:iam::111111111111:role/wine-prod-state",
		Tags:             []string{"prod"}, After: "staging", Reviewers: []string{"acme/ml-leads"}, Drift: true, Protect: true,
		MaxSessionMinutes: 180,
	}, prod)
	require.Equal(t, "wine-dev-training", dev.TrainingPipeline)
	require.Equal(t, "branch main, branch feature/*", dev.Refs())
	require.Equal(t, "tag prod", prod.Refs())
}

// TestStateOfEachEnvironment: the roles that reach the state are where it is kept.
func TestStateOfEachEnvironment(t *testing.T) {
	stages := delivery.Stages(load(t, "../examples/configurations/branches"))
	require.Equal(t, "tst", stages[2].Stack)
	require.Equal(t, "777777777777", stages[2].StateAccount)
	require.Equal(t, "arn:aws:iam::777777777777:role/mlopspltf-tst-state", stages[2].StateRoleARN)
}

func TestDeploys(t *testing.T) {
	stage := delivery.Stage{Branches: []string{"main", "feature/*"}, Tags: []string{"v?.*"}}
	for ref, want := range map[string]bool{
		"refs/heads/main": true, "refs/heads/main2": false, "refs/heads/feature/a/b": true, "refs/heads/v1.0": false,
		"refs/tags/v1.0": true, "refs/tags/v10.0": false, "refs/tags/main": false, "refs/pull/1/merge": false, "main": false, "": false,
	} {
		require.Equal(t, want, stage.Deploys(ref), ref)
	}
}

func TestPublisher(t *testing.T) {
	platform := load(t, "../examples/configurations/wine")
	require.Equal(t, &delivery.Publisher{
		RoleARN: "arn:aws:iam::111111111111:role/wine-operations-github-publish", Branch: "main", Account: "111111111111", Region: "us-west-2",
		Registry:          "111111111111.dkr.ecr.us-west-2.amazonaws.com",
		Images:            map[string]string{"lambda-image": "wine-operations/lambda-image", "training-image": "wine-operations/training-image"},
		DefinitionsBucket: "wine-operations-pipelines-111111111111-us-west-2", MaxSessionMinutes: 180,
	}, delivery.PublisherOf(platform))
	platform.Operations.GitHub = nil
	require.Nil(t, delivery.PublisherOf(platform))
}
