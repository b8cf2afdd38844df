package pipeline

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/token"
)

// operations are the calls that SageMaker makes for steps, by their type.
var operations = map[string]string{
	"Training": "CreateTrainingJob", "Processing": "CreateProcessingJob", "QualityCheck": "CreateProcessingJob", "ClarifyCheck": "CreateProcessingJob",
	"Tuning": "CreateHyperParameterTuningJob", "Transform": "CreateTransformJob", "Model": "CreateModel", "RegisterModel": "CreateModelPackage",
	"AutoML": "CreateAutoMLJob", "EndpointConfig": "CreateEndpointConfig", "Endpoint": "CreateEndpoint",
	"InferenceComponent": "CreateInferenceComponent",
}

// places are where the fields of the API stand in the typed arguments. Others have the names of the API.
var places = strings.NewReplacer(
	"trainingJobDefinition.", "training.",
	"staticHyperParameters", "hyperParameters",
	"shadowProductionVariants", "shadows",
	"productionVariants", "variants",
	"initialInstanceCount", "instanceCount",
	"serverlessConfig.memorySizeInMB", "serverless.memoryMB",
	"serverlessConfig.maxConcurrency", "serverless.maxConcurrency",
	"endpointConfigName", "configName",
	"inferenceComponentName", "componentName",
	"algorithmSpecification.containerEntrypoint", "entrypoint",
	"algorithmSpecification.containerArguments", "arguments",
	"algorithmSpecification.metricDefinitions", "metrics",
	"algorithmSpecification.trainingImage", "image",
	"algorithmSpecification.algorithmName", "algorithm",
	"appSpecification.containerEntrypoint", "entrypoint",
	"appSpecification.containerArguments", "arguments",
	"appSpecification.imageUri", "image",
	"inputDataConfig", "inputs",
	"channelName", "name",
	"processingInputs", "inputs",
	"processingOutputConfig.outputs", "outputs",
	"networkConfig.vpcConfig.", "network.",
	"autoMLJobConfig.securityConfig.vpcConfig.", "network.",
	"vpcConfig.", "network.",
	"securityGroupIds", "securityGroups",
	"roleArn", "role",
	"trainingJobName", "jobNamePrefix",
	"processingJobName", "jobNamePrefix",
	"stoppingCondition.maxRuntimeInSeconds", "compute.maxRuntime",
	"retryStrategy.maximumRetryAttempts", "jobAttempts",
	"modelClientConfig.invocationsTimeoutInSeconds", "requestTimeout",
	"autoMLJobConfig.completionCriteria.", "",
	"processingResources.clusterConfig.", "compute.",
	"resourceConfig.keepAlivePeriodInSeconds", "keepAlive",
	"resourceConfig.", "compute.",
	"transformResources.", "",
	"volumeSizeInGB", "volumeGB",
	"volumeKmsKeyId", "volumeKMSKey",
	"processingOutputConfig.kmsKeyId", "outputKMSKey",
	"outputDataConfig.kmsKeyId", "outputKMSKey",
	"transformOutput.kmsKeyId", "outputKMSKey",
	"kmsKeyId", "kmsKey",
	"outputDataConfig.s3OutputPath", "outputURI",
	"hyperParameterTuningJobConfig.parameterRanges.integerParameterRanges", "integers",
	"hyperParameterTuningJobConfig.parameterRanges.continuousParameterRanges", "continuous",
	"hyperParameterTuningJobConfig.parameterRanges.categoricalParameterRanges", "categorical",
	"hyperParameterTuningJobConfig.hyperParameterTuningJobObjective.metricName", "objective.metric",
	"hyperParameterTuningJobConfig.resourceLimits.maxNumberOfTrainingJobs", "maxJobs",
	"hyperParameterTuningJobConfig.resourceLimits.maxParallelTrainingJobs", "maxParallelJobs",
	"hyperParameterTuningJobConfig.resourceLimits.maxRuntimeInSeconds", "maxRuntime",
	"hyperParameterTuningJobConfig.", "",
	"inferenceSpecification.supportedRealtimeInferenceInstanceTypes", "inferenceInstances",
	"inferenceSpecification.supportedTransformInstanceTypes", "transformInstances",
	"customerMetadataProperties", "metadata",
)

// limits holds the request of a step against SageMaker's service model.
func (c *checker) limits(stepType string, arguments any) {
	servicemodel.Request{Path: c.at, Operation: operations[stepType], Arguments: settled(arguments), Places: places, More: sagemaker.Together}.Check(&c.problems)
}

// settled is the tree with Unknown for all that is filled in later.
func settled(tree any) any {
	switch v := tree.(type) {
	case string:
		if token.Is(v) {
			return servicemodel.Unknown{}
		}
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = settled(each)
		}
		return out
	case object:
		var out []servicemodel.Member
		for _, m := range v {
			if _, fixed := String(m.key).literal(); fixed {
				out = append(out, servicemodel.Member{Key: m.key, Value: settled(m.value)})
			}
		}
		return out
	}
	return tree
}
