package pipeline_test

import . "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program

// sdkInference are the cases of the SDK's test_inference_lineage_steps.py, of SDK 3's test_pipeline_mlflow_config.py, and a step
// of the definitions with which SDK 3 evaluates models.
func sdkInference() []sdkCase {
	const commit = "6480ed18658d2797b210168ebb476608f20beb6d"
	arguments := []any{"Steps", 0, "Arguments"}
	return []sdkCase{
		{
			test: "test_inference_lineage_steps.py/test_endpoint_config_step_basic", commit: commit, pick: arguments,
			build: func(p *Pipeline) {
				p.EndpointConfig("Cfg", EndpointConfigArgs{ConfigName: "MyCfg", Variants: []EndpointVariant{{Model: "m"}}})
			},
			want: `{"EndpointConfigName": "MyCfg", "ProductionVariants": [
				{"VariantName": "AllTraffic", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}]}`,
		},
		{
			test: "test_inference_lineage_steps.py/test_endpoint_step_basic", commit: commit, pick: arguments,
			build: func(p *Pipeline) { p.Endpoint("Deploy", EndpointArgs{EndpointName: "ep", ConfigName: "cfg"}) },
			want:  `{"EndpointName": "ep", "EndpointConfigName": "cfg"}`,
		},
		{
			test: "test_inference_lineage_steps.py/test_depends_on_accepts_string_list", commit: commit, pick: []any{"Steps", 1, "DependsOn"},
			build: func(p *Pipeline) {
				before := fine(p, "Prev")
				p.Endpoint("Deploy", EndpointArgs{StepOptions: StepOptions{DependsOn: []Step{before}}, EndpointName: "ep", ConfigName: "cfg"})
			},
			want: `["Prev"]`,
		},
		{
			test: "test_inference_lineage_steps.py/test_pipeline_variable_values_pass_validation", commit: commit, pick: []any{"Steps", 1, "Arguments"},
			build: func(p *Pipeline) {
				config := p.EndpointConfig("Cfg", EndpointConfigArgs{ConfigName: "cfg", Variants: []EndpointVariant{{Model: "m"}}})
				p.Endpoint("Deploy", EndpointArgs{EndpointName: p.RequiredString("EndpointName"), ConfigName: config.ConfigName()})
			},
			want: `{"EndpointName": {"Get": "Parameters.EndpointName"}, "EndpointConfigName": {"Get": "Steps.Cfg.EndpointConfigName"}}`,
		},
		{
			test: "test_inference_lineage_steps.py/test_inference_component_step_basic", commit: commit, pick: arguments,
			build: func(p *Pipeline) {
				p.InferenceComponent("IC", InferenceComponentArgs{ComponentName: "ic", Endpoint: "ep", Variant: "v", Model: "m", MemoryMB: Int(1024), CPUs: Float(2)})
			},
			want: `{"InferenceComponentName": "ic", "EndpointName": "ep", "VariantName": "v", "RuntimeConfig": {"CopyCount": 1}, "Specification": {
				"ModelName": "m", "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024, "NumberOfCpuCoresRequired": 2.0}}}`,
		},
		{
			test: "sagemaker-train/src/sagemaker/train/evaluate/pipeline_templates.py/DETERMINISTIC_TEMPLATE", commit: "eb90f4721cc5891c1498f4104d133b92f64c7e43",
			build: func(p *Pipeline) {
				action := LineageEnd{Kind: LineageAction, Name: ExecutionID}
				p.Lineage("CreateEvaluationAction", LineageArgs{
					Actions: []LineageEntity{{
						Name: ExecutionID, Type: "Evaluation", SourceURI: "arn:aws:sagemaker:us-west-2:111111111111:model-package/wine/1", SourceType: "ModelPackage",
						Properties: map[string]String{"PipelineExecutionArn": ExecutionARN, "PipelineName": "wine"},
					}},
					Contexts: []LineageEntity{{Name: ExecutionID, Type: "PipelineExecution", SourceURI: ExecutionARN}},
					Associations: []LineageAssociation{
						{From: action, To: LineageEnd{Kind: LineageContext, Name: ExecutionID}, Type: "ContributedTo"},
						{
							From: LineageEnd{ARN: "arn:aws:sagemaker:us-west-2:111111111111:artifact/1"}, Type: "ContributedTo",
							To: LineageEnd{ARN: Join("/", "arn:aws:sagemaker:us-west-2:111111111111:action", ExecutionID)},
						},
					},
				})
			},
			want: `{"Name": "CreateEvaluationAction", "Type": "Lineage", "Arguments": {
				"Actions": [{"ActionName": {"Get": "Execution.PipelineExecutionId"}, "ActionType": "Evaluation",
					"Source": {"SourceUri": "arn:aws:sagemaker:us-west-2:111111111111:model-package/wine/1", "SourceType": "ModelPackage"},
					"Properties": {"PipelineExecutionArn": {"Get": "Execution.PipelineExecutionArn"}, "PipelineName": "wine"}}],
				"Contexts": [{"ContextName": {"Get": "Execution.PipelineExecutionId"}, "ContextType": "PipelineExecution",
					"Source": {"SourceUri": {"Get": "Execution.PipelineExecutionArn"}}}],
				"Associations": [
					{"Source": {"Name": {"Get": "Execution.PipelineExecutionId"}, "Type": "Action"},
						"Destination": {"Name": {"Get": "Execution.PipelineExecutionId"}, "Type": "Context"}, "AssociationType": "ContributedTo"},
					{"Source": {"Arn": "arn:aws:sagemaker:us-west-2:111111111111:artifact/1"}, "AssociationType": "ContributedTo",
						"Destination": {"Arn": {"Std:Join": {"On": "/", "Values": ["arn:aws:sagemaker:us-west-2:111111111111:action", {"Get": "Execution.PipelineExecutionId"}]}}}}]}}`,
		},
		{
			test: "mlops/test_pipeline_mlflow_config.py/test_pipeline_with_mlflow_config", commit: "1a82acdf14890d7849774c009cd60e7e8963be4b", pick: []any{"MlflowConfig"},
			mlflow: &MLflow{ARN: "arn:aws:sagemaker:us-west-2:123456789012:mlflow-tracking-server/training-test", Experiment: "training-test-experiment"},
			build:  func(p *Pipeline) { fine(p, "MyStep") },
			want: `{"MlflowResourceArn": "arn:aws:sagemaker:us-west-2:123456789012:mlflow-tracking-server/training-test",
				"MlflowExperimentName": "training-test-experiment"}`,
		},
		{
			test: "mlops/test_pipeline_mlflow_config.py/test_convert_mlflow_config_to_request_with_minimal_config", commit: "1a82acdf14890d7849774c009cd60e7e8963be4b", pick: []any{"MlflowConfig"},
			mlflow: &MLflow{ARN: "arn:aws:sagemaker:us-west-2:123456789012:mlflow-tracking-server/minimal"}, left: [][]any{{"MlflowExperimentName"}},
			build: func(p *Pipeline) { fine(p, "MyStep") },
			want:  `{"MlflowResourceArn": "arn:aws:sagemaker:us-west-2:123456789012:mlflow-tracking-server/minimal", "MlflowExperimentName": null}`,
		},
	}
}
