package asl

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/token"
)

// places are where the fields of SageMaker's API stand in the calls. Others have the names of the API.
var places = strings.NewReplacer(
	"trainingJobDefinition.environment", "environment",
	"trainingJobDefinition.staticHyperParameters", "staticHyperParameters",
	"trainingJobDefinition.roleArn", "training.roleARN",
	"trainingJobDefinition.vpcConfig.", "training.network.",
	"trainingJobDefinition.stoppingCondition.maxRuntimeInSeconds", "training.maxRuntime",
	"trainingJobDefinition.", "",
	"hyperParameterTuningJobConfig.hyperParameterTuningJobObjective.metricName", "objective.metric",
	"hyperParameterTuningJobConfig.parameterRanges.integerParameterRanges", "integers",
	"hyperParameterTuningJobConfig.parameterRanges.continuousParameterRanges", "continuous",
	"hyperParameterTuningJobConfig.parameterRanges.categoricalParameterRanges", "categorical",
	"hyperParameterTuningJobConfig.resourceLimits.maxNumberOfTrainingJobs", "maxJobs",
	"hyperParameterTuningJobConfig.resourceLimits.maxParallelTrainingJobs", "maxParallelJobs",
	"hyperParameterTuningJobConfig.resourceLimits.", "",
	"algorithmSpecification.containerEntrypoint", "training.entryPoint",
	"algorithmSpecification.containerArguments", "training.arguments",
	"retryStrategy.maximumRetryAttempts", "training.jobAttempts",
	"keepAlivePeriodInSeconds", "keepAlive",
	"algorithmSpecification.metricDefinitions", "training.metrics",
	"algorithmSpecification.trainingImage", "training.image",
	"inputDataConfig", "training.channels",
	"channelName", "name",
	"resourceConfig.", "training.",
	"appSpecification.containerEntrypoint", "entryPoint",
	"appSpecification.containerArguments", "arguments",
	"appSpecification.imageUri", "image",
	"processingInputs", "inputs",
	"processingOutputConfig.outputs", "outputs",
	"processingResources.clusterConfig.", "",
	"transformResources.", "",
	"networkConfig.vpcConfig.", "network.",
	"vpcConfig.", "network.",
	"securityGroupIds", "securityGroups",
	"volumeSizeInGB", "volumeGB",
	"volumeKmsKeyId", "volumeKeyARN",
	"outputDataConfig.kmsKeyId", "training.outputKeyARN",
	"processingOutputConfig.kmsKeyId", "outputKeyARN",
	"transformOutput.kmsKeyId", "outputKeyARN",
	"dataCaptureConfig.kmsKeyId", "dataCapture.keyARN",
	"asyncInferenceConfig.outputConfig.kmsKeyId", "async.keyARN",
	"kmsKeyId", "keyARN",
	"stoppingCondition.maxRuntimeInSeconds", "maxRuntime",
	"maxRuntimeInSeconds", "maxRuntime",
	"executionRoleArn", "roleARN",
	"roleArn", "roleARN",
	"].modelName", "].modelName",
	"trainingJobName", "name",
	"processingJobName", "name",
	"transformJobName", "name",
	"hyperParameterTuningJobName", "name",
	"modelName", "name",
	"productionVariants", "variants",
	"variantName", "name",
	"initialInstanceCount", "instanceCount",
	"serverlessConfig.memorySizeInMB", "serverless.memoryMB",
	"serverlessConfig.", "serverless.",
	"dataCaptureConfig.initialSamplingPercentage", "dataCapture.percent",
	"deploymentConfig.blueGreenUpdatePolicy.trafficRoutingConfiguration.waitIntervalInSeconds", "deployment.baking",
	"deploymentConfig.blueGreenUpdatePolicy.maximumExecutionTimeoutInSeconds", "deployment.maxDuration",
	"deploymentConfig.rollingUpdatePolicy.waitIntervalInSeconds", "rolling.baking",
	"deploymentConfig.rollingUpdatePolicy.maximumExecutionTimeoutInSeconds", "rolling.maxDuration",
	"deploymentConfig.autoRollbackConfiguration.", "",
	"inferenceSpecification.supportedRealtimeInferenceInstanceTypes", "realtimeInstanceTypes",
	"inferenceSpecification.supportedTransformInstanceTypes", "transformInstanceTypes",
)

// Optimized integrations that name their services otherwise than those of the AWS SDK.
var sdkNames = map[string]string{"states": "sfn", "events": "eventbridge", "emr-serverless": "emrserverless"}

// names holds what people wrote of a call themselves against the operation's arguments.
func (r *renderer) names(called integration) {
	if called.unchecked || len(called.extra) == 0 {
		return
	}
	field := cmp.Or(called.extraField, "extra")
	service, action, _ := strings.Cut(strings.TrimPrefix(called.resource, "aws-sdk:"), ":")
	if own := sdkNames[service]; own != "" {
		service = own
	}
	servicemodel.CheckArguments(r.problems, r.path("call."+field), service, action, settled(called.extra))
}

// limits holds a call of SageMaker against the service's model.
func (r *renderer) limits(called integration, arguments fields) {
	operation, sageMaker := strings.CutPrefix(strings.TrimPrefix(called.resource, "aws-sdk:"), "sagemaker:")
	if !sageMaker || operation == "" {
		return
	}
	request := servicemodel.Request{
		Path: r.path("call"), Operation: strings.ToUpper(operation[:1]) + operation[1:], Arguments: settled(arguments), Places: places, More: sagemaker.Together,
	}
	if called.extraField != "" { // people wrote all of it, under the names of the API
		request.Path, request.Places = r.path("call."+called.extraField), nil
	}
	request.Check(r.problems)
}

// settled is the value as far as it is known before the state machine runs. That a text is missing is said elsewhere.
func settled(v Value) any {
	switch v := v.(type) {
	case Text:
		if v != "" && v.literal() && !token.Is(string(v)) {
			return string(v)
		}
	case verbatim:
		if v != "" && !token.Is(string(v)) {
			return string(v)
		}
	case Bool:
		return bool(v)
	case Int:
		return int64(v)
	case Float:
		return float64(v)
	case List:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = settled(each)
		}
		return out
	}
	named, isObject := namedValues(v)
	if !isObject {
		return servicemodel.Unknown{}
	}
	out := make([]servicemodel.Member, len(named))
	for i, each := range named {
		out[i] = servicemodel.Member{Key: each.name, Value: settled(each.value)}
	}
	return out
}
