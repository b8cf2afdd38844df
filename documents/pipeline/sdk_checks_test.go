package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkChecks are the cases of the SDK's tests of quality checks, Clarify checks and notebook jobs.
func sdkChecks() []sdkCase {
	const quality, clarify, notebook = "80031725d4aec76d62ca5e8be88e7cd99cbab39c", "323eb2178c3aa503e7de72969131b5d85d7b0cfc", "9c55351363ab1cf6c90016638f10e441b12e347e"
	const monitorImage = "159807026194.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer"
	const clarifyImage = "306415355426.dkr.ecr.us-west-2.amazonaws.com/sagemaker-clarify-processing:1.0"
	const notebookRole, notebookImage = "arn:aws:iam::123456789012:role/MySageMakerRole", "236514542706.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-science-310@1"
	const key = "arn:aws:kms:us-east-1:123456789012:key/"
	network := [][]any{{"Arguments", "NetworkConfig"}}
	input := func(name, path, uri string) string {
		return `{"InputName": "` + name + `", "AppManaged": false, "S3Input": {"S3Uri": ` + uri + `, "LocalPath": "/opt/ml/processing/input/` + path + `",
			"S3DataType": "S3Prefix", "S3InputMode": "File", "S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}}`
	}
	output := func(name string) string {
		return `"Outputs": [{"OutputName": "` + name + `", "AppManaged": false, "S3Output": {"S3Uri": "s3://my_bucket/output", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]`
	}
	options := func(p *Pipeline) CheckOptions {
		return CheckOptions{
			Image: monitorImage, OutputURI: "s3://my_bucket/output", Group: p.String("MyModelPackageGroup", ""), BaselineConstraints: p.String("SuppliedBaselineConstraintsUri", ""),
			Compute: Compute{InstanceType: "ml.m5.xlarge", VolumeGB: Int(60), MaxRuntime: 30 * time.Minute}, Role: sdkRole, Extra: Fields{"ProcessingJobName": String("CheckJobPrefix")},
		}
	}
	modelQuality := func(p *Pipeline) *QualityCheckStep {
		return p.QualityCheck("ModelQualityCheckStep", QualityCheckArgs{
			CheckOptions: options(p), Dataset: "s3://my_bucket/baseline_dataset", Postprocessor: "s3://my_bucket/data_quality/postprocessor.py",
			BaselineStatistics: p.String("SuppliedBaselineStatisticsUri", ""),
			ModelQuality:       &ModelQuality{Problem: ProblemBinary, Probability: "0", GroundTruth: "truth", Threshold: "0.5"},
		})
	}
	qualityJSON := func(name, inputs, environment, members string) string {
		return `{"Name": "` + name + `", "Type": "QualityCheck", "Arguments": {"ProcessingJobName": "CheckJobPrefix",
			"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 60}},
			"AppSpecification": {"ImageUri": "` + monitorImage + `"}, "RoleArn": "` + sdkRole + `", "ProcessingInputs": [` + inputs + `],
			"ProcessingOutputConfig": {` + output("quality_check_output") + `}, "StoppingCondition": {"MaxRuntimeInSeconds": 1800},
			"Environment": {"output_path": "/opt/ml/processing/output", "publish_cloudwatch_metrics": "Disabled",
				"dataset_format": "{\"csv\": {\"header\": true, \"output_columns_position\": \"START\"}}", "dataset_source": "/opt/ml/processing/input/baseline_dataset_input",
				"post_analytics_processor_script": "/opt/ml/processing/input/post_analytics_processor_script_input/postprocessor.py", ` + environment + `}},
			"ModelPackageGroupName": {"Get": "Parameters.MyModelPackageGroup"}, "SkipCheck": false, "RegisterNewBaseline": false,
			"SuppliedBaselineStatistics": {"Get": "Parameters.SuppliedBaselineStatisticsUri"}, "SuppliedBaselineConstraints": {"Get": "Parameters.SuppliedBaselineConstraintsUri"}, ` + members + `}`
	}
	postprocessor := input("post_analytics_processor_script_input", "post_analytics_processor_script_input", `"s3://my_bucket/data_quality/postprocessor.py"`)
	clarifyCheck := func(name, config string, kind ClarifyKind, model String, passes bool, age time.Duration) func(p *Pipeline) *ClarifyCheckStep {
		return func(p *Pipeline) *ClarifyCheckStep {
			return p.ClarifyCheck(name, ClarifyCheckArgs{
				Kind: kind, Dataset: "s3://my_bucket/input", AnalysisConfig: String(config), Model: model,
				CheckOptions: CheckOptions{
					Image: clarifyImage, OutputURI: "s3://my_bucket/output", Group: p.String("MyModelPackageGroup", ""), BaselineConstraints: "s3://my_bucket/supplied_baseline_constraints",
					Compute: Compute{InstanceType: "ml.m5.xlarge"}, Role: sdkRole, OutputKMSKey: "output_kms_key", PassOnViolation: passes, CacheFor: age,
				},
			})
		}
	}
	clarifyJSON := func(name, config, members string) string {
		return `{"Name": "` + name + `", "Type": "ClarifyCheck", "Arguments": {
			"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}},
			"AppSpecification": {"ImageUri": "` + clarifyImage + `"}, "RoleArn": "` + sdkRole + `",
			"ProcessingInputs": [` + input("analysis_config", "config", `"`+config+`"`) + `, ` + input("dataset", "data", `"s3://my_bucket/input"`) + `],
			"ProcessingOutputConfig": {` + output("analysis_result") + `, "KmsKeyId": "output_kms_key"}},
			"ModelPackageGroupName": {"Get": "Parameters.MyModelPackageGroup"}, "SkipCheck": false, "RegisterNewBaseline": false,
			"SuppliedBaselineConstraints": "s3://my_bucket/supplied_baseline_constraints", ` + members + `}`
	}
	const clarifyChanges = "the supplied constraints are a URI, and Clarify's configuration is not uploaded but there"
	clarifyDefaults := [][]any{{"Arguments", "NetworkConfig"}, {"Arguments", "StoppingCondition"}}
	const ownConfig, outputConfig = "s3://my_bucket/analysis_cfg_output/analysis_config.json", "s3://my_bucket/output/analysis_config.json"
	explainability := clarifyCheck("ModelExplainabilityCheckStep", outputConfig, ClarifyExplainability, "model_name", true, 0)
	modelBias := clarifyCheck("ModelBiasCheckStep", outputConfig, ClarifyModelBias, "model_name", false, 0)
	dataBias := clarifyCheck("DataBiasCheckStep", ownConfig, ClarifyDataBias, "", true, time.Hour)
	job := func(p *Pipeline, change func(*NotebookArgs)) *NotebookStep {
		args := NotebookArgs{
			StepOptions: StepOptions{DisplayName: "Display Name", Description: "Description"},
			InputURI:    "s3://my-bucket/abc/test-pipeline-name/NotebookStep/input-abc", Notebook: "MyNotebookJob.ipynb", Image: notebookImage, Kernel: "python3", Region: "us-west-2",
			OutputURI: Join("/", "s3://my-bucket/abc", "test-pipeline-name", ExecutionID, "NotebookStep"), Compute: Compute{MaxRuntime: 48 * time.Hour}, JobAttempts: 1, Role: notebookRole,
		}
		if change != nil {
			change(&args)
		}
		return p.Notebook("NotebookStep", args)
	}
	jobJSON := func(attempts, runtime, output, resources, tags, environment, members string) string {
		return `{"Name": "NotebookStep", "Type": "Training", "DisplayName": "Display Name", "Description": "Description", "Arguments": {"TrainingJobName": "MyNotebookJob",
			"RoleArn": "` + notebookRole + `", "RetryStrategy": {"MaximumRetryAttempts": ` + attempts + `}, "StoppingCondition": {"MaxRuntimeInSeconds": ` + runtime + `},
			"EnableInterContainerTrafficEncryption": true, "AlgorithmSpecification": {"TrainingImage": "` + notebookImage + `", "TrainingInputMode": "File",
				"ContainerEntrypoint": ["amazon_sagemaker_scheduler"]},
			"InputDataConfig": [{"ChannelName": "sagemaker_headless_execution_pipelinestep", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix",
				"S3Uri": "s3://my-bucket/abc/test-pipeline-name/NotebookStep/input-abc", "S3DataDistributionType": "FullyReplicated"}}}],
			"OutputDataConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3://my-bucket/abc", "test-pipeline-name", {"Get": "Execution.PipelineExecutionId"}, "NotebookStep"]}}` + output + `},
			"ResourceConfig": {` + resources + `, "InstanceCount": 1, "InstanceType": "ml.m5.large"}, "Tags": [` + tags + `
				{"Key": "sagemaker:is-studio-archived", "Value": "false"}, {"Key": "sagemaker:name", "Value": "MyNotebookJob"},
				{"Key": "sagemaker:notebook-job-origin", "Value": "PIPELINE_STEP"}, {"Key": "sagemaker:notebook-name", "Value": "MyNotebookJob.ipynb"}],
			"Environment": {"AWS_DEFAULT_REGION": "us-west-2", "SM_JOB_DEF_VERSION": "1.0", "SM_ENV_NAME": "sagemaker-default-env", "SM_SKIP_EFS_SIMULATION": "true",
				"SM_EXECUTION_INPUT_PATH": "/opt/ml/input/data/sagemaker_headless_execution_pipelinestep", "SM_KERNEL_NAME": "python3",
				"SM_INPUT_NOTEBOOK_NAME": "MyNotebookJob.ipynb", "SM_OUTPUT_NOTEBOOK_NAME": "MyNotebookJob.ipynb"` + environment + `}` + members + `}}`
	}
	const jobChanges = "the file is named like the job, tags are sorted by their keys, and an execution variable stands where the test has a mock"
	isolation := [][]any{{"Arguments", "EnableNetworkIsolation"}}
	return []sdkCase{
		{
			test: "test_quality_check_step.py/test_data_quality_check_step", commit: quality, explicit: network, changed: "the output has a whole URI",
			build: func(p *Pipeline) {
				given := options(p)
				given.CacheFor, given.PassOnViolation = time.Hour, true
				p.QualityCheck("DataQualityCheckStep", QualityCheckArgs{
					CheckOptions: given, Dataset: p.RequiredString("BaselineDataset"), BaselineStatistics: p.String("SuppliedBaselineStatisticsUri", ""),
					Preprocessor: "s3://my_bucket/data_quality/preprocessor.py", Postprocessor: "s3://my_bucket/data_quality/postprocessor.py",
				})
			},
			want: qualityJSON("DataQualityCheckStep", input("baseline_dataset_input", "baseline_dataset_input", `{"Get": "Parameters.BaselineDataset"}`)+`, `+postprocessor+`, `+
				input("record_preprocessor_script_input", "record_preprocessor_script_input", `"s3://my_bucket/data_quality/preprocessor.py"`),
				`"record_preprocessor_script": "/opt/ml/processing/input/record_preprocessor_script_input/preprocessor.py"`,
				`"CheckType": "DATA_QUALITY", "FailOnViolation": false, "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}`),
		},
		{
			test: "test_quality_check_step.py/test_model_quality_check_step", commit: quality, explicit: network,
			changed: "the output and the data set have URIs, which the test takes out, and the truth has a column, without which the image can not work",
			build:   func(p *Pipeline) { modelQuality(p) },
			want: qualityJSON("ModelQualityCheckStep", input("baseline_dataset_input", "baseline_dataset_input", `"s3://my_bucket/baseline_dataset"`)+`, `+postprocessor,
				`"analysis_type": "MODEL_QUALITY", "problem_type": "BinaryClassification", "probability_attribute": "0", "probability_threshold_attribute": "0.5", "ground_truth_attribute": "truth"`,
				`"CheckType": "MODEL_QUALITY", "FailOnViolation": true`),
		},
		{
			test: "test_quality_check_step.py/test_quality_check_step_properties", commit: quality, pick: []any{"Steps", 1, "Arguments", "ErrorMessage"}, changed: "the properties in one text",
			build: func(p *Pipeline) {
				check := modelQuality(p)
				p.Fail("stop", FailArgs{Message: Join(" ", check.NewConstraints(), check.NewStatistics(), check.DriftStatistics(), check.DriftConstraints())})
			},
			want: `{"Std:Join": {"On": " ", "Values": [{"Get": "Steps.ModelQualityCheckStep.CalculatedBaselineConstraints"}, {"Get": "Steps.ModelQualityCheckStep.CalculatedBaselineStatistics"},
				{"Get": "Steps.ModelQualityCheckStep.BaselineUsedForDriftCheckStatistics"}, {"Get": "Steps.ModelQualityCheckStep.BaselineUsedForDriftCheckConstraints"}]}}`,
		},
		{
			test: "test_clarify_check_step.py/test_data_bias_check_step", commit: clarify, explicit: clarifyDefaults, changed: clarifyChanges,
			build: func(p *Pipeline) { dataBias(p) },
			want:  clarifyJSON("DataBiasCheckStep", ownConfig, `"CheckType": "DATA_BIAS", "FailOnViolation": false, "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}`),
		},
		{
			test: "test_clarify_check_step.py/test_model_bias_check_step", commit: clarify, explicit: clarifyDefaults, changed: clarifyChanges,
			build: func(p *Pipeline) { modelBias(p) },
			want:  clarifyJSON("ModelBiasCheckStep", outputConfig, `"CheckType": "MODEL_BIAS", "FailOnViolation": true, "ModelName": "model_name"`),
		},
		{
			test: "test_clarify_check_step.py/test_model_explainability_check_step", commit: clarify, explicit: clarifyDefaults, changed: clarifyChanges,
			build: func(p *Pipeline) { explainability(p) },
			want:  clarifyJSON("ModelExplainabilityCheckStep", outputConfig, `"CheckType": "MODEL_EXPLAINABILITY", "FailOnViolation": false, "ModelName": "model_name"`),
		},
		{
			test: "test_clarify_check_step.py/test_clarify_check_step_properties", commit: clarify, pick: []any{"Steps", 1, "Arguments", "ErrorMessage"}, changed: "the properties in one text",
			build: func(p *Pipeline) {
				check := explainability(p)
				p.Fail("stop", FailArgs{Message: Join(" ", check.NewConstraints(), check.DriftConstraints())})
			},
			want: `{"Std:Join": {"On": " ", "Values": [{"Get": "Steps.ModelExplainabilityCheckStep.CalculatedBaselineConstraints"},
				{"Get": "Steps.ModelExplainabilityCheckStep.BaselineUsedForDriftCheckConstraints"}]}}`,
		},
		{
			test: "test_notebook_job_step.py/test_to_request_step_with_required_fields", commit: notebook, explicit: isolation, changed: jobChanges,
			build: func(p *Pipeline) { job(p, nil) }, want: jobJSON("1", "172800", "", `"VolumeSizeInGB": 30`, "", "", ""),
		},
		{
			test: "test_notebook_job_step.py/test_to_request_step_with_all_fields", commit: notebook, explicit: isolation, changed: jobChanges,
			build: func(p *Pipeline) {
				job(p, func(a *NotebookArgs) {
					a.Parameters, a.Environment = map[string]String{"param1": "value1", "param2": "value2"}, map[string]String{"env_var1": "value1", "env_var2": "value2"}
					a.InitScript, a.OutputKMSKey, a.JobAttempts = "my-init.sh", key+"abc123", 2
					a.Compute = Compute{InstanceType: "ml.m5.large", VolumeGB: Int(50), VolumeKMSKey: key + "xyz456", MaxRuntime: time.Hour}
					a.Network = &Network{SecurityGroups: []String{"sg-12345678", "sg-87654321"}, Subnets: []String{"subnet-12345678", "subnet-87654321"}}
					a.Tags = map[string]String{"TagKey": "TagValue", "TagKey2": "TagValue2"}
				})
			},
			want: jobJSON("2", "3600", `, "KmsKeyId": "`+key+`abc123"`, `"VolumeSizeInGB": 50, "VolumeKmsKeyId": "`+key+`xyz456"`,
				`{"Key": "TagKey", "Value": "TagValue"}, {"Key": "TagKey2", "Value": "TagValue2"},`, `, "env_var1": "value1", "env_var2": "value2", "SM_INIT_SCRIPT": "my-init.sh"`,
				`, "HyperParameters": {"param1": "value1", "param2": "value2"}, "VpcConfig": {"Subnets": ["subnet-12345678", "subnet-87654321"], "SecurityGroupIds": ["sg-12345678", "sg-87654321"]}`),
		},
		{
			test: "test_notebook_job_step.py/test_properties", commit: notebook, pick: []any{"Steps", 1, "Arguments", "ErrorMessage"}, changed: "the properties in one text",
			build: func(p *Pipeline) {
				run := job(p, nil)
				p.Fail("stop", FailArgs{Message: Join(" ", run.JobName(), run.Property("TrainingJobStatus"), run.Property("InputDataConfig[0].DataSource.S3DataSource.S3Uri"), run.OutputURI(),
					run.Property("Environment['SM_INPUT_NOTEBOOK_NAME']"), run.OutputNotebook())})
			},
			want: `{"Std:Join": {"On": " ", "Values": [{"Get": "Steps.NotebookStep.TrainingJobName"}, {"Get": "Steps.NotebookStep.TrainingJobStatus"},
				{"Get": "Steps.NotebookStep.InputDataConfig[0].DataSource.S3DataSource.S3Uri"}, {"Get": "Steps.NotebookStep.OutputDataConfig.S3OutputPath"},
				{"Get": "Steps.NotebookStep.Environment['SM_INPUT_NOTEBOOK_NAME']"}, {"Get": "Steps.NotebookStep.Environment['SM_OUTPUT_NOTEBOOK_NAME']"}]}}`,
		},
	}
}
