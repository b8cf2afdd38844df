package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkMLOps are the cases of the tests of SDK 3, in sagemaker-mlops/tests/unit/workflow, and of SDK 2's test_model_step.py.
func sdkMLOps() []sdkCase {
	const first, lineage, serverless, emr = "3203e4996219799e7fcad214c7925ffd8594da1f", "00df5b4fa7748c3d7608f29b242b7027b6df6612", "1a82acdf14890d7849774c009cd60e7e8963be4b", "b0fb4350c6c255eef2e72c4d64ff74d167aca51c"
	const key, sparkRole = "arn:aws:kms:us-west-2:123456789012:key/abc", "arn:aws:iam::123456789012:role/EMRServerlessRole"
	const models = "fe97d1d7f44ea48556e1d4a913d9ec0e38d9fea2"
	arguments, message, steps := []any{"Steps", 0, "Arguments"}, []any{"Steps", 1, "Arguments", "ErrorMessage"}, "mlops/test_inference_lineage_steps.py/"
	const changedText = "the expression in the message of a Fail step"
	config := func(p *Pipeline) *EndpointConfigStep {
		return p.EndpointConfig("Cfg", EndpointConfigArgs{
			ConfigName: "my-config", KMSKey: key, Variants: []EndpointVariant{{Model: "my-model"}}, CacheFor: 30 * 24 * time.Hour,
			Retry: []RetryPolicy{{On: []RetryError{RetryThrottling}, MaxAttempts: 3}},
		})
	}
	component := func(p *Pipeline) *InferenceComponentStep {
		return p.InferenceComponent("IC", InferenceComponentArgs{ComponentName: "my-component", Endpoint: "my-endpoint", Variant: "AllTraffic", Model: "my-model", MemoryMB: Int(1024), Copies: Int(2)})
	}
	action := func(p *Pipeline) *LineageStep {
		return p.Lineage("RecA", LineageArgs{Actions: []LineageEntity{{Name: "act1", Type: "ModelTraining", SourceURI: "s3://bucket/model.tar.gz", SourceType: "S3ETag", Status: "Completed"}}})
	}
	spark := func(p *Pipeline) {
		p.EMRServerless("test-step", EMRServerlessArgs{
			StepOptions: StepOptions{DisplayName: "Test Step", Description: "Test Description"}, Role: sparkRole, ApplicationID: "app-123", Spark: SparkSubmit{EntryPoint: "s3://bucket/script.py"},
			Overrides: Fields{"applicationConfiguration": List{Fields{"classification": String("spark-defaults"), "properties": Fields{"spark.sql.adaptive.enabled": String("true")}}}},
		})
	}
	repack := func(p *Pipeline) String {
		return p.Training("MyModelStep-RepackModel-MyModel", TrainingArgs{Image: testImage, Inputs: []Channel{{Name: "training", S3URI: p.String("ModelData", "s3://my-bucket/file")}}}).ModelArtifacts()
	}
	return []sdkCase{
		{
			test: steps + "test_endpoint_config_step_to_request_includes_cache_and_retry", commit: lineage, changed: "computed by hand from Session.endpoint_from_production_variants",
			build: func(p *Pipeline) { config(p) },
			want: `{"Name": "Cfg", "Type": "EndpointConfig", "Arguments": {"EndpointConfigName": "my-config", "KmsKeyId": "` + key + `", "ProductionVariants": [
				{"ModelName": "my-model", "VariantName": "AllTraffic", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}]},
				"CacheConfig": {"Enabled": true, "ExpireAfter": "P30D"},
				"RetryPolicies": [{"BackoffRate": 2.0, "IntervalSeconds": 1, "MaxAttempts": 3, "ExceptionType": ["Step.THROTTLING"]}]}`,
		},
		{
			test: steps + "test_endpoint_config_step_properties", commit: lineage, pick: message, changed: changedText, want: `{"Get": "Steps.Cfg.EndpointConfigName"}`,
			build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: config(p).ConfigName()}) },
		},
		{
			test: steps + "test_endpoint_step_cache_config", commit: lineage,
			build: func(p *Pipeline) {
				p.Endpoint("Deploy", EndpointArgs{EndpointName: "my-endpoint", ConfigName: "my-config", CacheFor: 30 * 24 * time.Hour})
			},
			want: `{"Name": "Deploy", "Type": "Endpoint", "Arguments": {"EndpointName": "my-endpoint", "EndpointConfigName": "my-config"},
				"CacheConfig": {"Enabled": true, "ExpireAfter": "P30D"}}`,
		},
		{
			test: steps + "test_endpoint_step_properties", commit: lineage, pick: message, changed: changedText, want: `{"Get": "Steps.Deploy.EndpointName"}`,
			build: func(p *Pipeline) {
				p.Fail("stop", FailArgs{Message: p.Endpoint("Deploy", EndpointArgs{EndpointName: "my-endpoint", ConfigName: "my-config"}).EndpointName()})
			},
		},
		{
			test: steps + "test_inference_component_step_basic", commit: lineage, pick: arguments, explicit: [][]any{{"Specification", "ComputeResourceRequirements"}},
			changed: "the memory, which the API requires", build: func(p *Pipeline) { component(p) },
			want: `{"InferenceComponentName": "my-component", "EndpointName": "my-endpoint", "VariantName": "AllTraffic", "Specification": {"ModelName": "my-model"},
				"RuntimeConfig": {"CopyCount": 2}}`,
		},
		{
			test: steps + "test_inference_component_step_default_runtime_config", commit: lineage, pick: []any{"Steps", 0, "Arguments", "RuntimeConfig"}, want: `{"CopyCount": 1}`,
			build: func(p *Pipeline) {
				p.InferenceComponent("IC", InferenceComponentArgs{ComponentName: "ic", Endpoint: "ep", Variant: "v", Model: "m", MemoryMB: Int(1024)})
			},
		},
		{
			test: steps + "test_inference_component_step_properties", commit: lineage, pick: message, changed: changedText, want: `{"Get": "Steps.IC.InferenceComponentName"}`,
			build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: component(p).ComponentName()}) },
		},
		{
			test: steps + "test_lineage_step_action", commit: lineage, pick: arguments, changed: "computed by hand from Action.create", build: func(p *Pipeline) { action(p) },
			want: `{"Actions": [{"ActionName": "act1", "ActionType": "ModelTraining", "Status": "Completed", "Source": {"SourceUri": "s3://bucket/model.tar.gz", "SourceType": "S3ETag"}}]}`,
		},
		{
			test: steps + "test_lineage_step_artifact", commit: lineage, pick: arguments, changed: "computed by hand from Artifact.create",
			build: func(p *Pipeline) {
				p.Lineage("RecB", LineageArgs{Artifacts: []LineageEntity{{Name: "art1", Type: "Model", SourceURI: "s3://bucket/data"}}})
			},
			want: `{"Artifacts": [{"ArtifactName": "art1", "ArtifactType": "Model", "Source": {"SourceUri": "s3://bucket/data"}}]}`,
		},
		{
			test: steps + "test_lineage_step_context", commit: lineage, pick: arguments, changed: "computed by hand from Context.create",
			build: func(p *Pipeline) {
				p.Lineage("RecC", LineageArgs{Contexts: []LineageEntity{{Name: "ctx1", Type: "Endpoint", SourceURI: "s3://bucket/ctx"}}})
			},
			want: `{"Contexts": [{"ContextName": "ctx1", "ContextType": "Endpoint", "Source": {"SourceUri": "s3://bucket/ctx"}}]}`,
		},
		{
			test: steps + "test_lineage_step_association_translates_arns", commit: lineage, pick: []any{"Steps", 1, "Arguments"},
			build: func(p *Pipeline) {
				made := action(p)
				p.Lineage("RecD", LineageArgs{StepOptions: StepOptions{DependsOn: []Step{made}}, Associations: []LineageAssociation{
					{From: LineageEnd{ARN: made.ActionARN("act1")}, To: LineageEnd{ARN: "arn:aws:sagemaker:us-west-2:123456789012:artifact/abc"}, Type: "Produced"},
				}})
			},
			want: `{"Associations": [{"Source": {"Arn": {"Get": "Steps.RecA.ActionArns['act1']"}}, "Destination": {"Arn": "arn:aws:sagemaker:us-west-2:123456789012:artifact/abc"},
				"AssociationType": "Produced"}]}`,
		},
		{
			test: "mlops/test_emr_serverless_step.py/test_job_config_structure", commit: serverless, pick: []any{"Steps", 0, "Arguments", "JobConfig"}, build: spark,
			changed: "the id of the application, which the step adds",
			want: `{"applicationId": "app-123", "executionRoleArn": "` + sparkRole + `", "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/script.py"}},
				"configurationOverrides": {"applicationConfiguration": [{"classification": "spark-defaults", "properties": {"spark.sql.adaptive.enabled": "true"}}]}}`,
		},
		{
			test: "mlops/test_emr_step.py/test_emr_step_config_to_request", commit: emr, pick: []any{"Steps", 0, "Arguments", "StepConfig"},
			build: func(p *Pipeline) {
				p.EMR("emr-step", EMRArgs{ClusterID: "j-123456", Jar: "s3://bucket/my.jar", Arguments: []String{"arg1"}})
			},
			want: `{"HadoopJarStep": {"Jar": "s3://bucket/my.jar", "Args": ["arg1"]}}`,
		},
		{
			test: "mlops/test_emr_step.py/test_emr_step_with_output_args", commit: emr, pick: message, changed: "the output by its place, computed by hand from EMRStepConfig",
			build: func(p *Pipeline) {
				s := p.EMR("emr-step", EMRArgs{ClusterID: "j-123456", Jar: "s3://bucket/my.jar", Arguments: []String{"arg1", "--output", "s3://bucket/my/output/path"}})
				p.Fail("stop", FailArgs{Message: s.Property("Config.Args[2]")})
			},
			want: `{"Get": "Steps.emr-step.Config.Args[2]"}`,
		},
		{
			test: "mlops/test_fail_step.py/test_fail_step_arguments", commit: first, pick: arguments, want: `{"ErrorMessage": "Test error"}`,
			build: func(p *Pipeline) { p.Fail("fail-step", FailArgs{Message: "Test error"}) },
		},
		{
			test: "mlops/test_fail_step.py/test_fail_step_default_error_message", commit: first, pick: arguments, want: `{"ErrorMessage": ""}`,
			build: func(p *Pipeline) { p.Fail("fail-step", FailArgs{}) },
		},
		{
			test: "mlops/test_steps.py/test_cache_config_enabled", commit: first, pick: []any{"Steps", 0, "CacheConfig"}, want: `{"Enabled": true, "ExpireAfter": "P30D"}`,
			build: func(p *Pipeline) {
				p.Training("training-step", TrainingArgs{Image: testImage, CacheFor: 30 * 24 * time.Hour})
			},
		},
		{
			test: "mlops/test_steps.py/test_step_trim_experiment_config_with_display_name", commit: first, pick: []any{"Steps", 0, "Arguments", "ExperimentConfig"},
			build: func(p *Pipeline) {
				p.Training("training-step", TrainingArgs{Image: testImage, TrialComponent: "my-trial"})
			}, want: `{"TrialComponentDisplayName": "my-trial"}`,
		},
		{
			test: "test_model_step.py/test_register_model_with_runtime_repack", commit: models, pick: []any{"Steps", 1, "Arguments", "InferenceSpecification", "Containers", 0},
			changed: "the model is packed by a training step of one's own",
			build: func(p *Pipeline) {
				p.Register("MyModelStep-RegisterModel", RegisterArgs{
					Group: "MyModelPackageGroup", ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"}, Containers: []Container{{
						Image: "fakeimage", ModelData: repack(p), Environment: map[string]String{"SAGEMAKER_PROGRAM": "dummy_script.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"},
					}},
				})
			},
			want: `{"Image": "fakeimage", "ModelDataUrl": {"Get": "Steps.MyModelStep-RepackModel-MyModel.ModelArtifacts.S3ModelArtifacts"},
				"Environment": {"SAGEMAKER_PROGRAM": "dummy_script.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}}`,
		},
		{
			test: "test_model_step.py/test_register_model_with_runtime_repack", commit: models, pick: []any{"Steps", 0, "Arguments", "ModelApprovalStatus"}, want: `"PendingManualApproval"`,
			build: func(p *Pipeline) {
				p.Register("MyModelStep-RegisterModel", RegisterArgs{Group: "MyModelPackageGroup", ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"}, Containers: []Container{{Image: testImage}}})
			},
		},
		{
			test: "test_model_step.py/test_create_model_with_runtime_repack", commit: models, pick: []any{"Steps", 1, "Arguments", "PrimaryContainer", "ModelDataUrl"},
			changed: "the model is packed by a training step of one's own",
			build: func(p *Pipeline) {
				p.Model("MyModelStep-CreateModel", ModelArgs{Containers: []Container{{Image: "fakeimage", ModelData: repack(p)}}})
			},
			want: `{"Get": "Steps.MyModelStep-RepackModel-MyModel.ModelArtifacts.S3ModelArtifacts"}`,
		},
		{
			test: "test_model_step.py/test_model_step_with_lambda_property_reference", commit: models, pick: []any{"Steps", 1, "Arguments", "PrimaryContainer", "Image"},
			build: func(p *Pipeline) {
				s := p.Lambda("MyLambda", LambdaArgs{
					FunctionARN: "arn:aws:lambda:us-west-2:123456789012:function:sagemaker_test_lambda", Outputs: []OutputParameter{{Name: "model_image"}, {Name: "model_artifact"}},
				})
				p.Model("mymodelstep-CreateModel", ModelArgs{Containers: []Container{{Image: s.OutputString("model_image"), ModelData: s.OutputString("model_artifact")}}})
			},
			want: `{"Get": "Steps.MyLambda.OutputParameters['model_image']"}`,
		},
		{
			test: "test_model_step.py/test_create_model_step_using_custom_model_name", commit: models, pick: []any{"Steps", 0, "Arguments", "ModelName"},
			build: func(p *Pipeline) {
				p.Model("MyModelStep", ModelArgs{Containers: []Container{{Image: "my-image"}}, Extra: Fields{"ModelName": String("custom-model-prefix")}})
			},
			want: `"custom-model-prefix"`,
		},
	}
}
