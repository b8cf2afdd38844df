package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkRole stands for "DummyRole", which is no ARN.
const sdkRole = "arn:aws:iam::123456789012:role/DummyRole"

// What the SDK leaves to the service where nobody gives it, and this package writes out.
var (
	sdkTrainingDefaults   = [][]any{{"Arguments", "EnableNetworkIsolation"}, {"Arguments", "EnableInterContainerTrafficEncryption"}}
	sdkProcessingDefaults = [][]any{{"Arguments", "NetworkConfig"}, {"Arguments", "StoppingCondition"}}
)

// sdkPlain is the network of jobs whose traffic between containers is not encrypted, which is the default of the API.
func sdkPlain() *Network { return &Network{PlaintextBetweenContainers: true} }

// sdkJobs are the cases of the SDK's tests of training, processing, tuning and transform steps.
func sdkJobs() []sdkCase {
	const steps, training, processing = "fe97782eb17e4e284acb91add744545a7c20cc56", "ab8dd53d5bbc44bb49c44a17355610a77e08b06b", "c281d287e0ddf8fffffd1f1b765bbeac7f00cbc3"
	const transform = "e4e90a58b3e9f843600f72988ab8a7aaa351f5a5"
	manifest := func(p *Pipeline) []Channel {
		return []Channel{{Name: "training", S3URI: p.String("DataSourceS3Uri", "s3://my-bucket/train_manifest")}}
	}
	static := map[string]String{
		"num_layers": "18", "image_shape": "3,224,224", "num_classes": "257", "num_training_samples": "15420", "mini_batch_size": "128", "epochs": "10",
		"optimizer": "sgd", "top_k": "2", "precision_dtype": "float32", "augmentation_type": "crop",
	}
	const staticJSON = `"StaticHyperParameters": {"num_layers": "18", "image_shape": "3,224,224", "num_classes": "257", "num_training_samples": "15420",
		"mini_batch_size": "128", "epochs": "10", "optimizer": "sgd", "top_k": "2", "precision_dtype": "float32", "augmentation_type": "crop"}`
	ranges := []ContinuousRange{{Name: "learning_rate", Min: 0.0001, Max: 0.05}, {Name: "momentum", Min: 0, Max: 0.99}, {Name: "weight_decay", Min: 0, Max: 0.99}}
	const rangesJSON = `{"ContinuousParameterRanges": [
			{"Name": "learning_rate", "MinValue": "0.0001", "MaxValue": "0.05", "ScalingType": "Auto"},
			{"Name": "momentum", "MinValue": "0.0", "MaxValue": "0.99", "ScalingType": "Auto"},
			{"Name": "weight_decay", "MinValue": "0.0", "MaxValue": "0.99", "ScalingType": "Auto"}],
		"CategoricalParameterRanges": [], "IntegerParameterRanges": []}`
	const channelJSON = `"InputDataConfig": [{"ChannelName": "training", "DataSource": {"S3DataSource": {
		"S3DataDistributionType": "FullyReplicated", "S3DataType": "S3Prefix", "S3Uri": {"Get": "Parameters.DataSourceS3Uri"}}}}]`
	const inputJSON = `"AppManaged": false, "S3Input": {"LocalPath": "/opt/ml/processing/processing_manifest", "S3CompressionType": "None",
		"S3DataDistributionType": "FullyReplicated", "S3DataType": "S3Prefix", "S3InputMode": "File", "S3Uri": `
	spark := func(p *Pipeline) {
		list := func(kind string) String {
			return Join(",", String("s3://my-"+kind), p.String("My"+kind, "s3://my"), String("s3://her-"+kind), p.String("Our"+kind, "s3://our"))
		}
		p.Processing("MyProcessingStep", ProcessingArgs{
			Image: "fakeimage", Role: sdkRole,
			Entrypoint: []String{
				"smspark-submit", "--py-files", list("pyfiles"), "--jars", list("jar"), "--files", list("files"),
				"--local-spark-event-logs-dir", "/opt/ml/processing/spark-events/", "/opt/ml/processing/input/code",
			},
			Outputs: []ProcessingOutput{{Name: "output-1", LocalPath: "/opt/ml/processing/spark-events/", S3URI: p.RequiredString("MySparkEventLogS3Uri"), Continuous: true}},
		})
	}
	algorithm := func(p *Pipeline, name string, inputs []Channel, count IntegerValue) TuningAlgorithm {
		return TuningAlgorithm{
			Name: name, Objective: Objective{Metric: "val:loss", Direction: Minimize}, Continuous: ranges,
			Training: TrainingArgs{
				Image: "fakeimage", Role: sdkRole, Network: sdkPlain(), HyperParameters: static, Inputs: inputs, OutputURI: "s3://my-bucket/",
				Compute: Compute{InstanceType: "ml.c5.4xlarge", InstanceCount: count}, JobAttempts: 10,
			},
		}
	}
	algorithmJSON := func(name string) string {
		return `{"DefinitionName": "` + name + `", "TuningObjective": {"Type": "Minimize", "MetricName": "val:loss"}, "HyperParameterRanges": ` + rangesJSON + `,
			` + staticJSON + `, ` + channelJSON + `, "RoleArn": "` + sdkRole + `", "OutputDataConfig": {"S3OutputPath": "s3://my-bucket/"},
			"ResourceConfig": {"InstanceCount": {"Get": "Parameters.InstanceCount"}, "InstanceType": "ml.c5.4xlarge", "VolumeSizeInGB": 30},
			"StoppingCondition": {"MaxRuntimeInSeconds": 86400}, "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "fakeimage"},
			"RetryStrategy": {"MaximumRetryAttempts": 10}}`
	}
	return []sdkCase{
		{
			test: "test_steps.py/test_training_step_base_estimator", commit: steps, pick: []any{"Steps", 2}, explicit: sdkTrainingDefaults,
			changed: "the instance type begins with ml.",
			build: func(p *Pipeline) {
				first, second := fine(p, "TestStep"), fine(p, "AnotherTestStep")
				output := Join("/", "s3:/", "a", "b")
				p.Training("MyTrainingStep", TrainingArgs{
					StepOptions: StepOptions{DependsOn: []Step{first}, DisplayName: "MyTrainingStep", Description: "TrainingStep description"},
					Image:       "fakeimage", Role: sdkRole, Network: sdkPlain(), Inputs: manifest(p), OutputURI: output, CacheFor: time.Hour,
					HyperParameters: map[string]String{"batch-size": p.Integer("TrainingBatchSize", 500).Text(), "epochs": p.Integer("TrainingEpochs", 5).Text()},
					Compute:         Compute{InstanceType: p.String("InstanceType", "ml.c4.4xlarge"), InstanceCount: p.Integer("InstanceCount", 1)},
					Extra: Fields{
						"EnableManagedSpotTraining": p.Boolean("UseSpotInstances", false),
						"DebugHookConfig":           Fields{"S3OutputPath": output, "CollectionConfigurations": List{}},
						"ProfilerConfig":            Fields{"DisableProfiler": Bool(false), "ProfilingIntervalInMilliseconds": Int(500), "S3OutputPath": output},
					},
				}).After(second)
			},
			want: `{"Name": "MyTrainingStep", "Type": "Training", "Description": "TrainingStep description", "DisplayName": "MyTrainingStep",
				"DependsOn": ["TestStep", "AnotherTestStep"], "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}, "Arguments": {
				"AlgorithmSpecification": {"TrainingImage": "fakeimage", "TrainingInputMode": "File"},
				"EnableManagedSpotTraining": {"Get": "Parameters.UseSpotInstances"},
				"HyperParameters": {"batch-size": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.TrainingBatchSize"}]}},
					"epochs": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.TrainingEpochs"}]}}}, ` + channelJSON + `,
				"OutputDataConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3:/", "a", "b"]}}},
				"ResourceConfig": {"InstanceCount": {"Get": "Parameters.InstanceCount"}, "InstanceType": {"Get": "Parameters.InstanceType"}, "VolumeSizeInGB": 30},
				"RoleArn": "` + sdkRole + `", "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
				"DebugHookConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3:/", "a", "b"]}}, "CollectionConfigurations": []},
				"ProfilerConfig": {"DisableProfiler": false, "ProfilingIntervalInMilliseconds": 500,
					"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3:/", "a", "b"]}}}}}`,
		},
		{
			test: "test_steps.py/test_training_step_tensorflow", commit: steps, explicit: sdkTrainingDefaults,
			changed: "with sagemaker_program, which the test takes out",
			build: func(p *Pipeline) {
				instance := p.String("InstanceType", "ml.p3.16xlarge")
				p.Training("MyTrainingStep", TrainingArgs{
					Image: "fakeimage", Script: TrainingScript{SourceURI: "s3://mybucket/source", Program: "dummy_script.py"}, Role: sdkRole, Network: sdkPlain(),
					Inputs: manifest(p), OutputURI: "s3://my-bucket/", CacheFor: time.Hour,
					HyperParameters: map[string]String{
						"batch-size": p.Integer("TrainingBatchSize", 500).Text(), "epochs": p.Integer("TrainingEpochs", 5).Text(),
						"sagemaker_container_log_level": "20", "sagemaker_region": `"us-west-2"`, "sagemaker_distributed_dataparallel_enabled": "true",
						"sagemaker_instance_type": instance, "sagemaker_distributed_dataparallel_custom_mpi_options": `""`,
					},
					Compute: Compute{InstanceType: instance, InstanceCount: p.Integer("InstanceCount", 1)},
					Extra: Fields{
						"AlgorithmSpecification": Fields{"EnableSageMakerMetricsTimeSeries": Bool(true)},
						"ProfilerConfig":         Fields{"DisableProfiler": Bool(false), "S3OutputPath": String("s3://my-bucket/")},
					},
				})
			},
			want: `{"Name": "MyTrainingStep", "Type": "Training", "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}, "Arguments": {
				"AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "fakeimage", "EnableSageMakerMetricsTimeSeries": true},
				"OutputDataConfig": {"S3OutputPath": "s3://my-bucket/"}, "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
				"ResourceConfig": {"InstanceCount": {"Get": "Parameters.InstanceCount"}, "InstanceType": {"Get": "Parameters.InstanceType"}, "VolumeSizeInGB": 30},
				"RoleArn": "` + sdkRole + `", ` + channelJSON + `, "HyperParameters": {
					"batch-size": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.TrainingBatchSize"}]}},
					"epochs": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.TrainingEpochs"}]}},
					"sagemaker_submit_directory": "\"s3://mybucket/source\"", "sagemaker_program": "\"dummy_script.py\"", "sagemaker_container_log_level": "20",
					"sagemaker_region": "\"us-west-2\"", "sagemaker_distributed_dataparallel_enabled": "true",
					"sagemaker_instance_type": {"Get": "Parameters.InstanceType"}, "sagemaker_distributed_dataparallel_custom_mpi_options": "\"\""},
				"ProfilerConfig": {"DisableProfiler": false, "S3OutputPath": "s3://my-bucket/"}}}`,
		},
		{
			test: "test_training_step.py/test_training_step_with_estimator", commit: training, pick: []any{"Steps", 0, "Arguments", "ExperimentConfig"},
			build: func(p *Pipeline) {
				p.Training("MyTrainingStep", TrainingArgs{Image: "fakeimage", TrialComponent: "display-name"})
			},
			want: `{"TrialComponentDisplayName": "display-name"}`,
		},
		{
			test: "test_training_step.py/test_training_step_with_estimator", commit: training, pick: []any{"Steps", 1, "Arguments", "Conditions", 0, "LeftValue"},
			build: func(p *Pipeline) {
				train := p.Training("MyTrainingStep", TrainingArgs{Image: "fakeimage"})
				p.Condition("MyConditionStep", ConditionArgs{If: []Condition{GreaterThanOrEqualTo(train.FinalMetric("val:acc"), Float(0.95))}, Then: []Step{fine(p, "SecondTestStep")}})
			},
			want: `{"Get": "Steps.MyTrainingStep.FinalMetricDataList['val:acc'].Value"}`,
		},
		{
			test: "test_training_step.py/test_training_step_with_estimator_using_custom_prefixes", commit: training, pick: []any{"Steps", 0, "Arguments", "TrainingJobName"},
			build: func(p *Pipeline) {
				p.Training("MyTrainingStep", TrainingArgs{Image: "fakeimage", JobNamePrefix: "TrainingJobPrefix"})
			},
			want: `"TrainingJobPrefix"`,
		},
		{
			test: "test_steps.py/test_processing_step", commit: steps, pick: []any{"Steps", 3}, explicit: append([][]any{{"Arguments", "ProcessingOutputConfig"}}, sdkProcessingDefaults...),
			changed: "the local path is one that SageMaker mounts, and the step has the output that its property file names",
			build: func(p *Pipeline) {
				first, second, third := fine(p, "TestStep"), fine(p, "SecondTestStep"), fine(p, "ThirdTestStep")
				p.Processing("MyProcessingStep", ProcessingArgs{
					StepOptions: StepOptions{DependsOn: []Step{first, second}, DisplayName: "MyProcessingStep", Description: "ProcessingStep description"},
					Image:       "fakeimage", Role: sdkRole, CacheFor: time.Hour,
					Inputs:        []ProcessingInput{{Name: "input-1", S3URI: p.String("ProcessingInputDataUri", "s3://my-bucket/processing_manifest"), LocalPath: "/opt/ml/processing/processing_manifest"}},
					Outputs:       []ProcessingOutput{{Name: "evaluation"}},
					PropertyFiles: []PropertyFile{{Name: "EvaluationReport", Output: "evaluation", Path: "evaluation.json"}},
					Compute:       Compute{InstanceType: p.String("InstanceType", "ml.m4.4xlarge"), InstanceCount: p.Integer("InstanceCount", 1)},
				}).After(third)
			},
			want: `{"Name": "MyProcessingStep", "Description": "ProcessingStep description", "DisplayName": "MyProcessingStep", "Type": "Processing",
				"DependsOn": ["TestStep", "SecondTestStep", "ThirdTestStep"], "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"},
				"PropertyFiles": [{"FilePath": "evaluation.json", "OutputName": "evaluation", "PropertyFileName": "EvaluationReport"}], "Arguments": {
				"AppSpecification": {"ImageUri": "fakeimage"}, "RoleArn": "` + sdkRole + `",
				"ProcessingInputs": [{"InputName": "input-1", ` + inputJSON + `{"Get": "Parameters.ProcessingInputDataUri"}}}],
				"ProcessingResources": {"ClusterConfig": {"InstanceCount": {"Get": "Parameters.InstanceCount"}, "InstanceType": {"Get": "Parameters.InstanceType"}, "VolumeSizeInGB": 30}}}}`,
		},
		{
			test: "test_processing_step.py/test_processing_step_with_script_processor", commit: processing,
			changed: "computed by hand from ScriptProcessor.run; the ids of the network and the local path are of a form that AWS takes",
			build: func(p *Pipeline) {
				p.Processing("MyProcessingStep", ProcessingArgs{
					Image: "fakeimage", Role: sdkRole, Script: Script{URI: "s3://dummy-s3/dummy_script.py"},
					Inputs:      []ProcessingInput{{Name: "input-1", S3URI: "s3://my-bucket/processing_manifest", LocalPath: "/opt/ml/processing/processing_manifest"}},
					Compute:     Compute{InstanceType: "ml.m4.xlarge", VolumeGB: Int(100), VolumeKMSKey: "volume-kms-key", MaxRuntime: time.Hour},
					Environment: map[string]String{"my_env_variable": "my_env_variable_value"}, Tags: map[string]String{"my-tag": "my-tag-value"},
					Network: &Network{Subnets: []String{"subnet-1"}, SecurityGroups: []String{"sg-1"}, Isolated: true}, OutputKMSKey: "output-kms-key",
				})
			},
			want: `{"Name": "MyProcessingStep", "Type": "Processing", "Arguments": {
				"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m4.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 100, "VolumeKmsKeyId": "volume-kms-key"}},
				"AppSpecification": {"ImageUri": "fakeimage", "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/dummy_script.py"]},
				"RoleArn": "` + sdkRole + `", "Environment": {"my_env_variable": "my_env_variable_value"}, "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
				"NetworkConfig": {"EnableNetworkIsolation": true, "EnableInterContainerTrafficEncryption": true,
					"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}},
				"Tags": [{"Key": "my-tag", "Value": "my-tag-value"}],
				"ProcessingInputs": [{"InputName": "input-1", ` + inputJSON + `"s3://my-bucket/processing_manifest"}},
					{"InputName": "code", "AppManaged": false, "S3Input": {"S3Uri": "s3://dummy-s3/dummy_script.py", "LocalPath": "/opt/ml/processing/input/code",
						"S3DataType": "S3Prefix", "S3InputMode": "File", "S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}}]}}`,
		},
		{
			test: "test_processing_step.py/test_processing_step_with_processor", commit: processing, pick: []any{"Steps", 0, "Arguments", "ExperimentConfig"},
			build: func(p *Pipeline) {
				p.Processing("MyProcessingStep", ProcessingArgs{Image: "fakeimage", TrialComponent: "display-name"})
			},
			want: `{"TrialComponentDisplayName": "display-name"}`,
		},
		{
			test: "test_processing_step.py/test_processing_step_with_processor_using_custom_job_prefixes", commit: processing, pick: []any{"Steps", 0, "Arguments", "ProcessingJobName"},
			build: func(p *Pipeline) {
				p.Processing("MyProcessingStep", ProcessingArgs{Image: "fakeimage", JobNamePrefix: "ProcessingJobPrefix-2023-06-22"})
			},
			want: `"ProcessingJobPrefix-2023-06-22"`,
		},
		{
			test: "test_processing_step.py/test_processor_with_role_as_pipeline_parameter", commit: processing, pick: []any{"Steps", 0, "Arguments", "RoleArn"},
			build: func(p *Pipeline) {
				p.Processing("MyProcessingStep", ProcessingArgs{Image: "fakeimage", Role: p.String("Role", sdkRole)})
			},
			want: `{"Get": "Parameters.Role"}`,
		},
		{
			test: "test_processing_step.py/test_spark_processor", commit: processing, pick: []any{"Steps", 0, "Arguments", "AppSpecification", "ContainerEntrypoint"}, build: spark,
			changed: "the files have shorter names",
			want: `["smspark-submit",
				"--py-files", {"Std:Join": {"On": ",", "Values": ["s3://my-pyfiles", {"Get": "Parameters.Mypyfiles"}, "s3://her-pyfiles", {"Get": "Parameters.Ourpyfiles"}]}},
				"--jars", {"Std:Join": {"On": ",", "Values": ["s3://my-jar", {"Get": "Parameters.Myjar"}, "s3://her-jar", {"Get": "Parameters.Ourjar"}]}},
				"--files", {"Std:Join": {"On": ",", "Values": ["s3://my-files", {"Get": "Parameters.Myfiles"}, "s3://her-files", {"Get": "Parameters.Ourfiles"}]}},
				"--local-spark-event-logs-dir", "/opt/ml/processing/spark-events/", "/opt/ml/processing/input/code"]`,
		},
		{
			test: "test_processing_step.py/test_spark_processor", commit: processing, pick: []any{"Steps", 0, "Arguments", "ProcessingOutputConfig", "Outputs"}, build: spark,
			want: `[{"OutputName": "output-1", "AppManaged": false, "S3Output": {
				"S3Uri": {"Get": "Parameters.MySparkEventLogS3Uri"}, "LocalPath": "/opt/ml/processing/spark-events/", "S3UploadMode": "Continuous"}}]`,
		},
		{
			test: "test_steps.py/test_add_depends_on", commit: steps, pick: []any{"Steps", 2, "DependsOn"},
			build: func(p *Pipeline) {
				first := fine(p, "MyProcessingStep-1")
				second := p.Processing("MyProcessingStep-2", ProcessingArgs{StepOptions: StepOptions{DependsOn: []Step{first}}, Image: testImage})
				p.Processing("MyProcessingStep-3", ProcessingArgs{StepOptions: StepOptions{DependsOn: []Step{first}}, Image: testImage}).After(second)
			},
			want: `["MyProcessingStep-1", "MyProcessingStep-2"]`,
		},
		{
			test: "test_steps.py/test_transform_step", commit: steps, pick: []any{"Steps", 2},
			changed: "the instance type begins with ml., and the results have a place",
			build: func(p *Pipeline) {
				first, second := fine(p, "TestStep"), fine(p, "SecondTestStep")
				p.Transform("MyTransformStep", TransformArgs{
					StepOptions: StepOptions{DependsOn: []Step{first}, DisplayName: "TransformStep", Description: "TestDescription"},
					Model:       "gisele", Input: "s3://my-bucket/transform_manifest", OutputURI: "s3://my-bucket/", InstanceType: "ml.c4.4xlarge", CacheFor: time.Hour,
				}).After(second)
			},
			want: `{"Name": "MyTransformStep", "Type": "Transform", "Description": "TestDescription", "DisplayName": "TransformStep",
				"DependsOn": ["TestStep", "SecondTestStep"], "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}, "Arguments": {"ModelName": "gisele",
				"TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://my-bucket/transform_manifest"}}},
				"TransformOutput": {"S3OutputPath": "s3://my-bucket/"}, "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.c4.4xlarge"}}}`,
		},
		{
			test: "test_transform_step.py/test_transform_step_with_transformer", commit: transform, pick: []any{"Steps", 1},
			build: func(p *Pipeline) {
				train := p.Training("my-custom-step", TrainingArgs{Image: testImage})
				p.Transform("MyTransformStep", TransformArgs{
					Model: Join("-", "my", "model"), Input: train.Property("OutputDataConfig.S3OutputPath"), OutputURI: Join("/", "s3://my-bucket", "my-transform-data", "output"),
					InstanceType: "ml.m5.xlarge", JobNamePrefix: "TestTransformJobPrefix",
				})
			},
			want: `{"Name": "MyTransformStep", "Type": "Transform", "Arguments": {"TransformJobName": "TestTransformJobPrefix",
				"ModelName": {"Std:Join": {"On": "-", "Values": ["my", "model"]}},
				"TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": {"Get": "Steps.my-custom-step.OutputDataConfig.S3OutputPath"}}}},
				"TransformOutput": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3://my-bucket", "my-transform-data", "output"]}}},
				"TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"}}}`,
		},
		{
			test: "test_transform_step.py/test_transform_step_with_transformer_experiment_config", commit: transform,
			changed: "computed by hand from Transformer.transform",
			build: func(p *Pipeline) {
				p.Transform("MyTransformStep", TransformArgs{
					Model: "my-model", Input: "s3://my-bucket/my-data", OutputURI: "s3://my-bucket/my-output-path", InstanceType: "ml.m5.xlarge", TrialComponent: "display-name",
				})
			},
			want: `{"Name": "MyTransformStep", "Type": "Transform", "Arguments": {"ModelName": "my-model", "ExperimentConfig": {"TrialComponentDisplayName": "display-name"},
				"TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://my-bucket/my-data"}}},
				"TransformOutput": {"S3OutputPath": "s3://my-bucket/my-output-path"}, "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"}}}`,
		},
		{
			test: "test_steps.py/test_single_algo_tuning_step", commit: steps,
			changed: "the resources stand in ResourceConfig, which the API takes beside HyperParameterTuningResourceConfig; early stopping is Off, not OFF",
			explicit: [][]any{
				{"Arguments", "TrainingJobDefinition", "EnableNetworkIsolation"}, {"Arguments", "TrainingJobDefinition", "EnableInterContainerTrafficEncryption"},
			},
			left: [][]any{
				{"Arguments", "HyperParameterTuningJobConfig", "ParameterRanges", "CategoricalParameterRanges"}, {"Arguments", "HyperParameterTuningJobConfig", "ParameterRanges", "IntegerParameterRanges"},
			},
			build: func(p *Pipeline) {
				p.Tuning("MyTuningStep", TuningArgs{
					Objective: Objective{Metric: "val:accuracy", Direction: Maximize}, MaxJobs: Int(5), MaxParallelJobs: Int(2), Continuous: ranges,
					WarmStart: &WarmStart{Parents: []String{"parent-hpo"}, SameData: true},
					Training: TrainingArgs{
						Image: "fakeimage", Role: sdkRole, Network: sdkPlain(), HyperParameters: static, Inputs: manifest(p), OutputURI: "s3://my-bucket/",
						Compute: Compute{InstanceType: "ml.c5.4xlarge"}, Extra: Fields{"EnableManagedSpotTraining": p.Boolean("UseSpotInstances", false)},
					},
				})
			},
			want: `{"Name": "MyTuningStep", "Type": "Tuning", "Arguments": {
				"HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": 2},
					"TrainingJobEarlyStoppingType": "Off", "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "val:accuracy"},
					"ParameterRanges": ` + rangesJSON + `},
				"TrainingJobDefinition": {` + staticJSON + `, ` + channelJSON + `, "RoleArn": "` + sdkRole + `", "OutputDataConfig": {"S3OutputPath": "s3://my-bucket/"},
					"ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.c5.4xlarge", "VolumeSizeInGB": 30}, "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
					"AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "fakeimage"}, "EnableManagedSpotTraining": {"Get": "Parameters.UseSpotInstances"}},
				"WarmStartConfig": {"WarmStartType": "IdenticalDataAndAlgorithm", "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent-hpo"}]}}}`,
		},
		{
			test: "test_steps.py/test_single_algo_tuning_step", commit: steps, pick: []any{"Steps", 1, "Arguments", "ErrorMessage"},
			changed: "the prefix of the models is one text",
			build: func(p *Pipeline) {
				tune := p.Tuning("MyTuningStep", TuningArgs{
					Objective: Objective{Metric: "val:accuracy", Direction: Maximize}, Continuous: ranges, Training: TrainingArgs{Image: "fakeimage", OutputURI: "s3://my-bucket/my-prefix"},
				})
				p.Fail("stop", FailArgs{Message: tune.TopModel(0)})
			},
			want: `{"Std:Join": {"On": "/", "Values": ["s3://my-bucket/my-prefix", {"Get": "Steps.MyTuningStep.TrainingJobSummaries[0].TrainingJobName"}, "output/model.tar.gz"]}}`,
		},
		{
			test: "test_steps.py/test_multi_algo_tuning_step", commit: steps,
			changed: "as test_single_algo_tuning_step, and the lowest learning rate is a number",
			explicit: [][]any{
				{"Arguments", "TrainingJobDefinitions", 0, "EnableNetworkIsolation"}, {"Arguments", "TrainingJobDefinitions", 0, "EnableInterContainerTrafficEncryption"},
				{"Arguments", "TrainingJobDefinitions", 1, "EnableNetworkIsolation"}, {"Arguments", "TrainingJobDefinitions", 1, "EnableInterContainerTrafficEncryption"},
			},
			left: [][]any{
				{"Arguments", "TrainingJobDefinitions", 0, "HyperParameterRanges", "CategoricalParameterRanges"}, {"Arguments", "TrainingJobDefinitions", 0, "HyperParameterRanges", "IntegerParameterRanges"},
				{"Arguments", "TrainingJobDefinitions", 1, "HyperParameterRanges", "CategoricalParameterRanges"}, {"Arguments", "TrainingJobDefinitions", 1, "HyperParameterRanges", "IntegerParameterRanges"},
			},
			build: func(p *Pipeline) {
				inputs, count := manifest(p), p.Integer("InstanceCount", 1)
				p.Tuning("MyTuningStep", TuningArgs{MaxJobs: Int(1), Algorithms: []TuningAlgorithm{algorithm(p, "estimator-1", inputs, count), algorithm(p, "estimator-2", inputs, count)}})
			},
			want: `{"Name": "MyTuningStep", "Type": "Tuning", "Arguments": {
				"HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}, "TrainingJobEarlyStoppingType": "Off"},
				"TrainingJobDefinitions": [` + algorithmJSON("estimator-1") + `, ` + algorithmJSON("estimator-2") + `]}}`,
		},
		{
			test: "test_tuning_step.py/test_tuning_step_with_single_algo_tuner", commit: "9229cb6722a313576c7cf35aaef2a339f666b0ab",
			pick: []any{"Steps", 0, "Arguments", "HyperParameterTuningJobConfig"}, changed: "computed by hand from HyperparameterTuner.fit",
			left: [][]any{{"ParameterRanges", "CategoricalParameterRanges"}, {"ParameterRanges", "ContinuousParameterRanges"}},
			build: func(p *Pipeline) {
				p.Tuning("MyTuningStep", TuningArgs{
					Objective: Objective{Metric: "test:acc", Direction: Maximize}, MaxJobs: Int(2), MaxParallelJobs: Int(2), Integers: []IntegerRange{{Name: "batch-size", Min: 64, Max: 128}},
					Training: TrainingArgs{Image: testImage, Metrics: []Metric{{Name: "test:acc", Regex: "Overall test accuracy: (.*?);"}}},
				})
			},
			want: `{"Strategy": "Bayesian", "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "test:acc"},
				"ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2}, "TrainingJobEarlyStoppingType": "Off",
				"ParameterRanges": {"IntegerParameterRanges": [{"Name": "batch-size", "MinValue": "64", "MaxValue": "128", "ScalingType": "Auto"}],
					"CategoricalParameterRanges": [], "ContinuousParameterRanges": []}}`,
		},
	}
}
