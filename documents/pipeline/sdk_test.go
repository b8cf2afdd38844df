package pipeline_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// An sdkCase is a case of the unit tests of the SageMaker Python SDK, with the request that they expect there, retold
// for this package.
// https://github.com/aws/sagemaker-python-sdk
type sdkCase struct {
	// test is the file below tests/unit/sagemaker/workflow and the function.
	test string
	// commit of that repository.
	commit string
	build  func(p *Pipeline)
	// mlflow of the pipeline. Default: none.
	mlflow *MLflow
	// experiment of the pipeline. Default: that of the service.
	experiment Experiment
	// want is the step, or what pick finds in it.
	want string
	// pick is where in the definition the request stands. Default: the first step.
	pick []any
	// explicit are the paths of defaults of the service that this package writes out and the SDK leaves out.
	explicit [][]any
	// left are the paths of empty lists, objects and texts that the SDK writes out and this package leaves out.
	left [][]any
	// changed is what is not as in the SDK's test, and why. Default: nothing but the form of the program.
	changed string
}

func sdkCases() map[string][]sdkCase {
	return map[string][]sdkCase{
		"conditions": sdkConditions(), "steps": sdkSteps(), "inference and lineage": sdkInference(), "jobs": sdkJobs(), "models": sdkModels(), "checks": sdkChecks(), "calls": sdkCalls(), "pipelines": sdkPipelines(),
	}
}

// sdkNotTaken are the cases of those test files that have no place here, and why. Files are below tests/unit/sagemaker/workflow of
// SDK 2, or where they say so below sagemaker-mlops/tests/unit/workflow of SDK 3.
var sdkNotTaken = map[string]string{
	"test_conditions.py/test_condition_equals_literals and the like":                                "are test_left_and_right_primitives with another operator",
	"test_callback_step.py/test_callback_step_output_expr":                                          "is a part of test_pipeline_interpolates_callback_outputs",
	"test_functions.py/test_join_expressions_unsupported_type and the like":                         "are about exceptions of Python",
	"test_inference_lineage_steps.py/test_endpoint_config_step_to_request_includes_cache_and_retry": "has no variant, which CreateEndpointConfig refuses",
	"test_inference_lineage_steps.py/test_endpoint_step_cache_config":                               "has a cache without an age, which is never old; here an age is given",
	"test_inference_lineage_steps.py/test_lineage_step_basic, test_lineage_step_partial_arguments":  "have actions without source, which CreateAction requires; a definition that SDK 3 sends is taken instead",
	"test_inference_lineage_steps.py/test_*_rejects_*, test_unknown_argument_key_rejected":          "are problems here: TestValidate, \"raw steps of known types\"",
	"test_inference_lineage_steps.py/test_post_construction_mutation_caught_at_serialization":       "changes a private field",
	"test_tuning_step.py, test_training_step.py, test_processing_step.py, test_transform_step.py":   "compare with what the SDK computes from its own estimators, not with values; awstest holds these arguments against the types of the AWS SDK",
	"test_model_step.py, test_step_collections.py":                                                  "the same, and repack models with code that the SDK uploads",
	"test_automl_step.py, test_quality_check_step.py, test_clarify_check_step.py, test_emr_step.py": "the same; the goldens of their steps were compared by hand",
	"test_notebook_job_step.py":                     "uploads the notebook under names with a time",
	"test_function_step.py, test_steps_compiler.py": "are about the pickled function of @step, which only the SDK reads",
	"test_pipeline.py, test_pipeline_session.py, test_triggers.py, test_selective_execution_config.py": "call AWS",
	"test_airflow.py, test_utils.py, test_utilities.py, test_mechanism":                                "are about helpers of the SDK",
	"test_for_each_step.py (SDK 3)": "ForEach is raw here: AWS documents neither its definition nor its answers",
	"test_zimmer_steps.py":          "Bedrock is raw here: AWS documents what these steps answer, but not their definition",
	"test_job_step.py (SDK 3)":      "jobs without pipelines",
}

// TestSDK compares with the requests that the SDK's own tests expect.
func TestSDK(t *testing.T) {
	taken := 0
	defer func() { t.Logf("%d cases of the SDK are equal; %d groups are not taken", taken, len(sdkNotTaken)) }()
	for _, cases := range sdkCases() {
		taken += len(cases)
		for _, each := range cases {
			t.Run(each.test, func(t *testing.T) {
				require.NotContains(t, sdkNotTaken, each.test)
				p := New("wine", Props{Defaults: Defaults{Role: testRole, OutputURI: "s3://models"}, MLflow: each.mlflow, Experiment: each.experiment})
				each.build(p)
				text, err := p.JSON()
				require.NoError(t, err)
				var definition any
				require.NoError(t, json.Unmarshal([]byte(text), &definition))
				if each.pick == nil {
					each.pick = []any{"Steps", 0}
				}
				got := pick(t, definition, each.pick...)
				var want any
				require.NoError(t, json.Unmarshal([]byte(each.want), &want))
				for _, path := range each.explicit {
					last := len(path) - 1
					require.NotContains(t, pick(t, want, path[:last]...), path[last], "the SDK writes this default out too")
					holder := pick(t, got, path[:last]...).(map[string]any)
					require.Contains(t, holder, path[last], "this default is written out no longer")
					delete(holder, path[last].(string))
				}
				for _, path := range each.left {
					last := len(path) - 1
					holder := pick(t, want, path[:last]...).(map[string]any)
					require.Empty(t, holder[path[last].(string)])
					require.NotContains(t, pick(t, got, path[:last]...), path[last], "this is written out too")
					delete(holder, path[last].(string))
				}
				require.Equal(t, want, got)
			})
		}
	}
}

// pick follows keys and positions into a document.
func pick(t *testing.T, document any, path ...any) any {
	t.Helper()
	for _, each := range path {
		switch each := each.(type) {
		case string:
			object, ok := document.(map[string]any)
			require.True(t, ok, "%v: no object at %s", path, each)
			document = object[each]
		case int:
			list, ok := document.([]any)
			require.True(t, ok && each < len(list), "%v: no list at %d", path, each)
			document = list[each]
		}
	}
	return document
}
