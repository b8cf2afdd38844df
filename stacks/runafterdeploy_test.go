package stacks_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/stacks"
)

// TestRunAfterDeploy: the role that the workflow has after a deployment may start that pipeline, and no other role of
// GitHub may.
func TestRunAfterDeploy(t *testing.T) {
	platform := load(t, "../examples/configurations/wine", nil)
	platform.Environment("staging").Training.RunAfterDeploy = true
	made := synthesise(t, platform, stacks.Options{})
	for _, stage := range delivery.Stages(platform) {
		var stack struct {
			Resource struct {
				Policies map[string]struct{ Policy string } `json:"aws_iam_policy"`
			}
		}
		require.NoError(t, json.Unmarshal(made[stage.Stack+config.AccessSuffix], &stack))
		var granted []any
		for name, each := range stack.Resource.Policies {
			var policy struct {
				Statement []struct{ Action, Resource any }
			}
			require.NoError(t, json.Unmarshal([]byte(each.Policy), &policy))
			for _, statement := range policy.Statement {
				if statement.Action == "sagemaker:StartPipelineExecution" {
					require.Contains(t, name, "deployment_apply_")
					granted = append(granted, statement.Resource)
				}
			}
		}
		if stage.TrainingPipeline == "" {
			require.Empty(t, granted, stage.Stack)
			continue
		}
		require.Equal(t, "staging", stage.Stack)
		require.Equal(t, []any{"arn:aws:sagemaker:" + stage.Region + ":" + stage.Account + ":pipeline/" + stage.TrainingPipeline}, granted)
	}
}
