package pipeline_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sdkNotTaken are the tests of those files that have no place here, and why. Files are written as in sdkCase.
var sdkNotTaken = []struct{ files, tests, why string }{
	{"conftest.py helpers.py mlops/__init__.py", "", "hold no tests"},
	{"test_mechanism/test_code/__init__.py test_mechanism/test_code/parameter_skip_checker.py test_mechanism/test_code/test_pipeline_var_compatibility_template.py " +
		"test_mechanism/test_code/utilities.py test_mechanism/test_entries/test_pipeline_var_compatibility_with_estimators.py " +
		"test_mechanism/test_entries/test_pipeline_var_compatibility_with_models.py test_mechanism/test_entries/test_pipeline_var_compatibility_with_processors.py " +
		"test_mechanism/test_entries/test_pipeline_var_compatibility_with_transformer.py test_mechanism/test_entries/test_pipeline_var_compatibility_with_tuner.py", "",
		"call the SDK's classes with random variables for their annotations; here the types of Go say where a variable may stand"},
	{"test_airflow.py", "", "is about configurations for Airflow"},
	{"test_utils.py test_utilities.py mlops/test_utils.py", "", "are about the SDK's own helpers: hashes of files, names of uploads, packing of models"},

	{"test_automl_step.py", "test_automl_step_with_invalid_mode", "is about an exception; here the mode is always ENSEMBLING"},
	{"test_callback_step.py", "test_callback_step_output_expr", "is a part of test_pipeline_interpolates_callback_outputs"},
	{"mlops/test_callback_step.py mlops/test_lambda_step.py", "", "check the attributes of Python objects, or keys that the tests of SDK 2 check with all others"},
	{"test_clarify_check_step.py", "test_clarify_check_step_invalid_config, ..._with_none_or_invalid_s3_analysis_config_output_uri",
		"are about exceptions while Clarify's configuration is uploaded; here it is there already"},
	{"mlops/test_clarify_check_step.py mlops/test_quality_check_step.py mlops/test_check_job_config.py", "", "check the attributes of Python objects"},
	{"mlops/test_clarify_check_step_kms.py mlops/test_quality_check_step_kms.py", "",
		"write KmsKeyId into the S3Output of mocks, which CreateProcessingJob does not have; here it stands in ProcessingOutputConfig, as in SDK 2 and in the API"},
	{"test_cluster_config.py", "", "is about classes for the request of EMR's cluster; here Cluster is that request"},
	{"test_condition_step.py", "test_condition_step_with_delayed_return and the like, test_pipeline", "are about outputs of @step, which only the SDK reads, and the order of Python objects"},
	{"mlops/test_condition_step.py", "", "checks the attributes of Python objects"},
	{"test_conditions.py", "test_condition_equals_literals and the like", "are test_left_and_right_primitives with another operator"},
	{"test_emr_serverless_step.py", "test_job_config_structure, test_to_request", "are taken from SDK 3, or parts of the others"},
	{"test_emr_serverless_step.py mlops/test_emr_serverless_step.py test_emr_step.py mlops/test_emr_step.py", "test_validation_errors, test_emr_step_throws_..., test_emr_step_without_...",
		"are about exceptions, which are problems here: TestValidate"},
	{"mlops/test_emr_serverless_step.py", "test_existing_application_step, test_new_application_step, test_to_request", "are those of SDK 2"},
	{"test_entities.py", "test_entity, test_default_enum_meta", "are about base classes of Python"},
	{"test_execution_variables.py test_functions.py test_parameters.py test_properties.py", "test_to_string..., test_implicit_value..., test_add_func..., ..._unsupported_type, ..._with_invalid_...",
		"are about operators, conversions and exceptions of Python"},
	{"test_functions.py", "test_join_primitives, test_join_primitives_default_on", "join fixed numbers and truth values, which are texts here; within test_join_expressions"},
	{"test_fail_step.py mlops/test_fail_step.py", "the others", "are about exceptions and attributes of Python objects"},
	{"mlops/test_for_each_step.py", "", "ForEach is raw here: AWS documents neither its definition nor its answers"},
	{"test_function_step.py test_steps_compiler.py mlops/test_function_step.py mlops/test_steps_compiler.py", "",
		"are about the pickled function of @step, which only the SDK reads; Function steps of this package run a script"},
	{"test_inference_lineage_steps.py", "test_endpoint_config_step_to_request_includes_cache_and_retry, test_endpoint_step_cache_config",
		"have no variant, and a cache without an age; those of SDK 3 are taken"},
	{"test_inference_lineage_steps.py", "test_lineage_step_basic, test_lineage_step_partial_arguments", "have actions without source, which CreateAction requires; those of SDK 3 are taken"},
	{"test_inference_lineage_steps.py", "test_*_rejects_*, test_unknown_argument_key_rejected", `are problems here: TestValidate, "raw steps of known types"`},
	{"test_inference_lineage_steps.py", "test_post_construction_mutation_caught_at_serialization", "changes a private field"},
	{"mlops/test_inference_lineage_steps.py", "test_capture_..., test_plain_..., test_*_rejects_*, test_step_type_enum_values, test_all_steps_importable_from_init",
		"are about sessions, exceptions and modules of Python"},
	{"mlops/test_job_step.py", "", "is about jobs without pipelines"},
	{"test_lambda_step.py", "test_lambda_step_with_function_arn_..., test_lambda_step_without_function_arn...", "create and update the function with mocks; here its stack does"},
	{"test_model_step.py", "test_create_pipeline_model_..., test_register_pipeline_model_..., test_conditional_model_create_and_regis, test_request_compare_...",
		"compare with requests of the SDK's sessions, or repack models with code that the SDK uploads, as in those that are taken"},
	{"test_model_step.py", "test_register_model_step_using_custom_model_package_name", "has no group, which versions need here"},
	{"mlops/test_model_step.py mlops/test_model_step_sagemaker_session.py", "", "check the attributes of Python objects with mocks of sessions"},
	{"mlops/test_monitor_batch_transform_step.py", "", "checks that the module can be imported"},
	{"test_notebook_job_step.py", "test_initialization..., test_invalid_..., test_valid_notebook_job_name, test_image_uri_..., test_expected_error_...", "check the attributes of Python objects, or exceptions"},
	{"mlops/test_notebook_job_step.py", "", "checks that keys are there, whose values the test of SDK 2 checks"},
	{"mlops/test_parallelism_config.py", "", "is a part of the request of CreatePipeline, not of the definition"},
	{"test_pipeline.py mlops/test_pipeline.py mlops/test_pipeline_class.py test_pipeline_session.py mlops/test_pipeline_mlflow_config.py",
		"test_pipeline_create..., test_pipeline_update..., test_pipeline_upsert..., test_pipeline_start... and the like", "call mocks of AWS; what the definition has to do with them is taken"},
	{"test_pipeline_definition_config.py", "", "is about a switch of the SDK that drops names of jobs; here a JobNamePrefix that is given is written"},
	{"mlops/test_pipeline_experiment_config.py", "", "is about regions of the session, in which the SDK writes no experiment"},
	{"test_pipeline_graph.py", "", "is about lists of Python objects, and exceptions that are problems here: TestValidate has duplicates, circles and steps that are not there"},
	{"test_pipeline_validation.py", "", "expects an exception for 11 inputs, which are a problem here: TestValidate, \"more inputs than a job takes\""},
	{"test_quality_check_step.py", "test_quality_check_step_invalid_config", "is about an exception"},
	{"test_repack_model_script.py mlops/test_repack_model.py", "", "are about the script with which the SDK packs models anew"},
	{"test_retry.py", "test_invalid_step_retry_policy, test_invalid_retry_policy", "are about exceptions, which are problems here: TestValidate"},
	{"mlops/test_retry.py", "", "checks single keys that the test of SDK 2 checks with all others"},
	{"test_selective_execution_config.py mlops/test_selective_execution_config.py", "", "are parts of the request of StartPipelineExecution, not of the definition"},
	{"test_step_collections.py", "test_register_model_with_model_repack_..., test_estimator_transformer_with_..., test_step_collection...",
		"are those that are taken with models that the SDK packs anew, or properties of collections, which this package has not: steps stand for themselves"},
	{"mlops/test_step_collections.py mlops/test_tuning_step.py", "", "check the attributes of Python objects and mocks"},
	{"test_steps.py", "test_training_step_profiler_warning and the like, test_custom_steps_with_execution_dependency, and the others", "are about warnings, attributes and exceptions of Python"},
	{"mlops/test_steps.py", "test_step_..., test_configurable_retry_step_..., test_*_requires_step_args", "are about mocks of steps, and exceptions"},
	{"test_training_step.py test_processing_step.py test_transform_step.py test_tuning_step.py", "the others",
		"compare with what the SDK computes from its frameworks' classes, not with values; what they have in common is taken, computed by hand; awstest holds these arguments against the types of the AWS SDK"},
	{"test_triggers.py mlops/test_triggers.py", "", "are requests of EventBridge Scheduler, not definitions"},
	{"test_zimmer_steps.py mlops/test_zimmer_steps.py", "", "Bedrock is raw here: AWS documents what these steps answer, but not their definition"},
}

// TestSDKIsComplete: each file of the SDK's tests of pipelines is taken from or not taken for a reason, and cases tell the commit
// that was read.
func TestSDKIsComplete(t *testing.T) {
	file, err := os.Open("testdata/sdk-tests.txt")
	require.NoError(t, err)
	defer file.Close()
	commits := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		commit, path, found := strings.Cut(lines.Text(), " ")
		if !found || commit == "#" {
			continue
		}
		path = strings.TrimPrefix(path, "tests/unit/sagemaker/workflow/")
		if rest, of3 := strings.CutPrefix(path, "sagemaker-mlops/tests/unit/workflow/"); of3 {
			path = "mlops/" + rest
		}
		commits[path] = commit
	}
	require.Greater(t, len(commits), 80)
	taken, why := map[string]int{}, map[string]bool{}
	for _, cases := range sdkCases() {
		for _, each := range cases {
			i := strings.LastIndexByte(each.test, '/')
			path := each.test[:i]
			if strings.HasPrefix(path, "sagemaker-train/") {
				continue // no test, but a definition that SDK 3 sends
			}
			require.Contains(t, commits, path, "%s is not among the SDK's files", each.test)
			require.Equal(t, commits[path], each.commit, "commit of %s", each.test)
			taken[path]++
		}
	}
	for _, each := range sdkNotTaken {
		for _, path := range strings.Fields(each.files) {
			require.Contains(t, commits, path, "%s is not among the SDK's files", path)
			require.Equal(t, each.tests == "", taken[path] == 0 && each.tests == "", "%s is taken from, so say which of its tests are not", path)
			why[path] = true
		}
		require.NotEmpty(t, each.why)
	}
	var forgotten []string
	for path := range commits {
		if taken[path] == 0 && !why[path] {
			forgotten = append(forgotten, path)
		}
	}
	slices.Sort(forgotten)
	require.Empty(t, forgotten, "take cases from these, or say in sdkNotTaken why not")
	t.Logf("%d files of the SDK's tests: %d are taken from, %d are not for a reason", len(commits), len(taken), len(commits)-len(taken))
}
