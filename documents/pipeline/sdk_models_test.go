package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkModels are the cases of the SDK's tests of steps that create, register and search models.
func sdkModels() []sdkCase {
	const steps, collections, autoML = "fe97782eb17e4e284acb91add744545a7c20cc56", "e6e86493ba51a4d0c0c6f36e525020e0ec305074", "90166ea0edd4794395cb975d329e9ca24ba40341"
	isolation := [][]any{{"Arguments", "EnableNetworkIsolation"}}
	registered := func(p *Pipeline, containers ...Container) {
		before := fine(p, "TestStep")
		p.Register("RegisterModelStep-RegisterModel", RegisterArgs{
			StepOptions: StepOptions{DependsOn: []Step{before}, DisplayName: "RegisterModelStep", Description: "description"},
			Group:       "mpg", Containers: containers, ContentTypes: []String{"content_type"}, ResponseTypes: []String{"text/response_type"},
			InferenceInstances: []String{"ml.m5.large"}, TransformInstances: []String{"ml.m5.xlarge"}, Approval: Approved, Description: "description",
			Metrics:   ModelMetrics{QualityStatistics: "s3://my-bucket/metrics.csv", ContentTypes: map[string]String{"qualityStatistics": "text/csv"}},
			Baselines: DriftBaselines{QualityConstraints: "s3://my-bucket/constraints_metrics.csv", ContentTypes: map[string]String{"qualityConstraints": "text/csv"}},
			Task:      "IMAGE_CLASSIFICATION", SamplePayload: "s3://test-bucket/model", Tags: map[string]String{"myKey": "myValue"},
			Extra: Fields{"SkipModelValidation": String("None")},
		})
	}
	registeredJSON := func(containers string) string {
		return `{"Name": "RegisterModelStep-RegisterModel", "Type": "RegisterModel", "DependsOn": ["TestStep"],
			"DisplayName": "RegisterModelStep", "Description": "description", "Arguments": {
			"InferenceSpecification": {"Containers": [` + containers + `], "SupportedContentTypes": ["content_type"], "SupportedResponseMIMETypes": ["text/response_type"],
				"SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"], "SupportedTransformInstanceTypes": ["ml.m5.xlarge"]},
			"ModelApprovalStatus": "Approved", "SkipModelValidation": "None", "ModelMetrics": {"Bias": {}, "Explainability": {},
				"ModelQuality": {"Statistics": {"ContentType": "text/csv", "S3Uri": "s3://my-bucket/metrics.csv"}}},
			"DriftCheckBaselines": {"ModelQuality": {"Constraints": {"ContentType": "text/csv", "S3Uri": "s3://my-bucket/constraints_metrics.csv"}}},
			"ModelPackageDescription": "description", "ModelPackageGroupName": "mpg", "Tags": [{"Key": "myKey", "Value": "myValue"}],
			"SamplePayloadUrl": "s3://test-bucket/model", "Task": "IMAGE_CLASSIFICATION"}}`
	}
	empty := [][]any{{"Arguments", "ModelMetrics", "Bias"}, {"Arguments", "ModelMetrics", "Explainability"}}
	search := func(target func(p *Pipeline) String) func(p *Pipeline) *AutoMLStep {
		return func(p *Pipeline) *AutoMLStep {
			return p.AutoML("MyAutoMLStep", AutoMLArgs{
				Input: "s3://bucket/data", Validation: "s3://bucket/validation_data", Target: target(p), SampleWeight: "sampleWeight", Gzip: true,
				Problem: ProblemBinary, Metric: "F1", MaxRuntime: 10 * time.Hour, MaxCandidates: Int(1), Role: sdkRole, JobNamePrefix: "AutoMLJo",
				OutputURI: "s3://my_other_bucket/", OutputKMSKey: "output-kms-key-id-string", VolumeKMSKey: "volume-kms-key-id-string",
				Network: &Network{SecurityGroups: []String{"sg-1"}, Subnets: []String{"subnet-1"}, PlaintextBetweenContainers: true},
				Tags:    map[string]String{"some-tag": "value-for-tag"},
				Extra: Fields{"AutoMLJobConfig": Fields{
					"CandidateGenerationConfig": Fields{"FeatureSpecificationS3Uri": String("s3://bucket/features.json")},
					"CompletionCriteria":        Fields{"MaxRuntimePerTrainingJobInSeconds": Int(3600)},
				}},
			})
		}
	}
	fixed := search(func(*Pipeline) String { return "target" })
	parameter := search(func(p *Pipeline) String { return p.RequiredString("y") })
	searchJSON := func(target string) string {
		channel := func(kind, uri string) string {
			return `{"ChannelType": "` + kind + `", "CompressionType": "Gzip", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "` + uri + `"}},
				"SampleWeightAttributeName": "sampleWeight", "TargetAttributeName": ` + target + `}`
		}
		return `{"Name": "MyAutoMLStep", "Type": "AutoML", "Arguments": {"AutoMLJobName": "AutoMLJo", "AutoMLJobConfig": {
				"CandidateGenerationConfig": {"FeatureSpecificationS3Uri": "s3://bucket/features.json"}, "Mode": "ENSEMBLING",
				"CompletionCriteria": {"MaxAutoMLJobRuntimeInSeconds": 36000, "MaxCandidates": 1, "MaxRuntimePerTrainingJobInSeconds": 3600},
				"SecurityConfig": {"EnableInterContainerTrafficEncryption": false, "VolumeKmsKeyId": "volume-kms-key-id-string",
					"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}}},
			"AutoMLJobObjective": {"MetricName": "F1"},
			"InputDataConfig": [` + channel("training", "s3://bucket/data") + `, ` + channel("validation", "s3://bucket/validation_data") + `],
			"OutputDataConfig": {"KmsKeyId": "output-kms-key-id-string", "S3OutputPath": "s3://my_other_bucket/"},
			"ProblemType": "BinaryClassification", "RoleArn": "` + sdkRole + `", "Tags": [{"Key": "some-tag", "Value": "value-for-tag"}]}}`
	}
	const searchChanges = "the objective is one that Autopilot knows, as an object as the API wants it; the tag has a Key, not a Name; no fraction is given beside validation data"
	contentTypes := [][]any{{"Arguments", "InputDataConfig", 0, "ContentType"}, {"Arguments", "InputDataConfig", 1, "ContentType"}}
	const best = `{"Get": "Steps.MyAutoMLStep.BestCandidate.InferenceContainers[0].`
	bestVariable := func(name string) string { return `"` + name + `": ` + best + `Environment['` + name + `']"}` }
	return []sdkCase{
		{
			test: "test_steps.py/test_create_model_step", commit: steps, pick: []any{"Steps", 2}, explicit: isolation, left: [][]any{{"Arguments", "PrimaryContainer", "Environment"}},
			build: func(p *Pipeline) {
				first, second := fine(p, "TestStep"), fine(p, "SecondTestStep")
				p.Model("MyCreateModelStep", ModelArgs{
					StepOptions: StepOptions{DependsOn: []Step{first}, DisplayName: "MyCreateModelStep", Description: "TestDescription"},
					Role:        sdkRole, Containers: []Container{{Image: "fakeimage"}},
				}).After(second)
			},
			want: `{"Name": "MyCreateModelStep", "Type": "Model", "Description": "TestDescription", "DisplayName": "MyCreateModelStep",
				"DependsOn": ["TestStep", "SecondTestStep"], "Arguments": {"ExecutionRoleArn": "` + sdkRole + `", "PrimaryContainer": {"Environment": {}, "Image": "fakeimage"}}}`,
		},
		{
			test: "test_steps.py/test_create_model_step_with_model_pipeline", commit: steps, pick: []any{"Steps", 0, "Arguments"}, explicit: [][]any{{"EnableNetworkIsolation"}},
			changed: "with the script's place, which the test takes out",
			build: func(p *Pipeline) {
				p.Model("MyCreateModelStep", ModelArgs{Role: sdkRole, Containers: []Container{
					{Image: "mi-1", ModelData: "s3://bucket/model_1.tar.gz", Environment: map[string]String{
						"SAGEMAKER_PROGRAM": "dummy_script.py", "SAGEMAKER_SUBMIT_DIRECTORY": "s3://my-bucket/mi-1-2017-10-10-14-14-15/sourcedir.tar.gz",
						"SAGEMAKER_CONTAINER_LOG_LEVEL": "20", "SAGEMAKER_REGION": "us-west-2",
					}},
					{
						Image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-sparkml-serving:3.3", ModelData: "s3://bucket/model_2.tar.gz",
						Environment: map[string]String{"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv"},
					},
				}})
			},
			want: `{"ExecutionRoleArn": "` + sdkRole + `", "Containers": [
				{"Image": "mi-1", "ModelDataUrl": "s3://bucket/model_1.tar.gz", "Environment": {"SAGEMAKER_PROGRAM": "dummy_script.py",
					"SAGEMAKER_SUBMIT_DIRECTORY": "s3://my-bucket/mi-1-2017-10-10-14-14-15/sourcedir.tar.gz", "SAGEMAKER_CONTAINER_LOG_LEVEL": "20", "SAGEMAKER_REGION": "us-west-2"}},
				{"Image": "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-sparkml-serving:3.3", "ModelDataUrl": "s3://bucket/model_2.tar.gz",
					"Environment": {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv"}}]}`,
		},
		{
			test: "test_step_collections.py/test_register_model", commit: collections, pick: []any{"Steps", 1}, left: empty, changed: "the instance types are of SageMaker, and the type of the response is a MIME type",
			build: func(p *Pipeline) {
				registered(p, Container{Image: "012345678901.dkr.ecr.us-west-2.amazonaws.com/my-custom-image-uri", ModelData: "s3://my-bucket/model.tar.gz"})
			},
			want: registeredJSON(`{"Image": "012345678901.dkr.ecr.us-west-2.amazonaws.com/my-custom-image-uri", "ModelDataUrl": "s3://my-bucket/model.tar.gz"}`),
		},
		{
			test: "test_step_collections.py/test_register_model_sip", commit: collections, pick: []any{"Steps", 1}, left: append([][]any{
				{"Arguments", "InferenceSpecification", "Containers", 0, "Environment"}, {"Arguments", "InferenceSpecification", "Containers", 1, "Environment"},
			}, empty...), changed: "the instance types are of SageMaker, and the type of the response is a MIME type",
			build: func(p *Pipeline) {
				extra := Fields{"Framework": String("TENSORFLOW"), "FrameworkVersion": String("2.9"), "NearestModelName": String("resnet50")}
				registered(p, Container{Image: "fakeimage1", ModelData: "s3://bucket/model.tar.gz", Extra: extra}, Container{Image: "fakeimage2", ModelData: "s3://bucket/model.tar.gz", Extra: extra})
			},
			want: registeredJSON(`
				{"Image": "fakeimage1", "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": {}, "Framework": "TENSORFLOW", "FrameworkVersion": "2.9", "NearestModelName": "resnet50"},
				{"Image": "fakeimage2", "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": {}, "Framework": "TENSORFLOW", "FrameworkVersion": "2.9", "NearestModelName": "resnet50"}`),
		},
		{
			test: "test_step_collections.py/test_estimator_transformer", commit: collections, pick: []any{"Steps", 0, "RetryPolicies"},
			build: func(p *Pipeline) {
				p.Model("EstimatorTransformerStepCreateModelStep", ModelArgs{
					Containers: []Container{{Image: testImage}}, Retry: []RetryPolicy{{On: []RetryError{RetryServiceFault}, MaxAttempts: 10}},
				})
			},
			want: `[{"BackoffRate": 2.0, "IntervalSeconds": 1, "MaxAttempts": 10, "ExceptionType": ["Step.SERVICE_FAULT"]}]`,
		},
		{
			test: "test_step_collections.py/test_estimator_transformer", commit: collections, pick: []any{"Steps", 1, "Arguments", "ModelName"},
			build: func(p *Pipeline) {
				model := p.Model("EstimatorTransformerStepCreateModelStep", ModelArgs{Containers: []Container{{Image: testImage}}})
				p.Transform("EstimatorTransformerStep", TransformArgs{Model: model.ModelName(), Input: "s3://my-bucket/my-data"})
			},
			want: `{"Get": "Steps.EstimatorTransformerStepCreateModelStep.ModelName"}`,
		},
		{
			test: "test_automl_step.py/test_single_automl_step", commit: autoML, explicit: contentTypes, changed: searchChanges,
			build: func(p *Pipeline) { fixed(p) }, want: searchJSON(`"target"`),
		},
		{
			test: "test_automl_step.py/test_single_automl_step_with_parameter", commit: autoML, explicit: contentTypes, changed: searchChanges,
			build: func(p *Pipeline) { parameter(p) }, want: searchJSON(`{"Get": "Parameters.y"}`),
		},
		{
			test: "test_automl_step.py/test_single_automl_step_with_parameter", commit: autoML, pick: []any{"Steps", 1, "Arguments", "ErrorMessage"}, changed: "the properties in one text",
			build: func(p *Pipeline) {
				best := parameter(p)
				p.Fail("stop", FailArgs{Message: Join(" ", best.Insights(), best.Explainability())})
			},
			want: `{"Std:Join": {"On": " ", "Values": [{"Get": "Steps.MyAutoMLStep.BestCandidateProperties.ModelInsightsJsonReportPath"},
				{"Get": "Steps.MyAutoMLStep.BestCandidateProperties.ExplainabilityJsonReportPath"}]}}`,
		},
		{
			test: "test_automl_step.py/test_get_best_auto_ml_model", commit: autoML, pick: []any{"Steps", 1}, explicit: isolation,
			build: func(p *Pipeline) {
				search := fixed(p)
				p.Model("MyAutoMLModelStep-CreateModel", ModelArgs{Role: sdkRole, Containers: []Container{{Image: search.BestImage(), ModelData: search.BestModel(), Environment: search.BestEnvironment()}}})
			},
			want: `{"Name": "MyAutoMLModelStep-CreateModel", "Type": "Model", "Arguments": {"ExecutionRoleArn": "` + sdkRole + `", "PrimaryContainer": {
				"Environment": {` + bestVariable("MODEL_NAME") + `, ` + bestVariable("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT") + `, ` + bestVariable("SAGEMAKER_INFERENCE_OUTPUT") + `,
					` + bestVariable("SAGEMAKER_INFERENCE_SUPPORTED") + `, ` + bestVariable("SAGEMAKER_PROGRAM") + `, ` + bestVariable("SAGEMAKER_SUBMIT_DIRECTORY") + `},
				"Image": ` + best + `Image"}, "ModelDataUrl": ` + best + `ModelDataUrl"}}}}`,
		},
	}
}
