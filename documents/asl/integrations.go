package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
)

// optimized are the operations of Step Functions' optimized integrations, by their service. Not all of them are operations of an
// API: of EMR, EKS, API Gateway and HTTP, Step Functions has some of its own.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
var optimized = map[string][]string{
	"apigateway":       {"invoke"},
	"athena":           {"getQueryExecution", "getQueryResults", "startQueryExecution", "stopQueryExecution"},
	"batch":            {"submitJob"},
	"bedrock":          {"createModelCustomizationJob", "invokeModel"},
	"bedrockagentcore": {"invokeHarness"},
	"codebuild": {
		"batchDeleteBuilds", "batchGetReports", "deleteBuildBatch", "retryBuildBatch", "startBuild", "startBuildBatch", "stopBuild", "stopBuildBatch",
	},
	"databrew": {"startJobRun"},
	"dynamodb": {"deleteItem", "getItem", "putItem", "updateItem"},
	"ecs":      {"runTask"},
	"eks": {
		"call", "createCluster", "createFargateProfile", "createNodegroup", "deleteCluster", "deleteFargateProfile", "deleteNodegroup", "runJob",
	},
	"elasticmapreduce": {
		"addStep", "cancelStep", "createCluster", "modifyInstanceFleetByName", "modifyInstanceGroupByName", "setClusterTerminationProtection", "terminateCluster",
	},
	"emr-containers": {"createVirtualCluster", "deleteVirtualCluster", "startJobRun"},
	"emr-serverless": {"cancelJobRun", "createApplication", "deleteApplication", "startApplication", "startJobRun", "stopApplication"},
	"events":         {"putEvents"},
	"glue":           {"startJobRun"},
	"http":           {"invoke"},
	"lambda":         {"invoke"},
	"mediaconvert":   {"createJob"},
	"sagemaker": {
		"createEndpoint", "createEndpointConfig", "createHyperParameterTuningJob", "createLabelingJob", "createModel", "createProcessingJob", "createTrainingJob",
		"createTransformJob", "updateEndpoint",
	},
	"sns":    {"publish"},
	"sqs":    {"sendMessage"},
	"states": {"startExecution"},
}

// synchronous are the operations that can wait for what they start, with the suffixes of the pattern Sync. Of EMR, EKS, CodeBuild and
// others the page of the service says which: https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
var synchronous = map[string][]string{
	"athena:startQueryExecution": {syncSuffix}, "batch:submitJob": {syncSuffix}, "bedrock:createModelCustomizationJob": {syncSuffix},
	"codebuild:retryBuildBatch": {syncSuffix}, "codebuild:startBuild": {syncSuffix}, "codebuild:startBuildBatch": {syncSuffix},
	"databrew:startJobRun": {syncSuffix}, "ecs:runTask": {syncSuffix},
	"eks:createCluster": {syncSuffix}, "eks:createFargateProfile": {syncSuffix}, "eks:createNodegroup": {syncSuffix}, "eks:deleteCluster": {syncSuffix},
	"eks:deleteFargateProfile": {syncSuffix}, "eks:deleteNodegroup": {syncSuffix}, "eks:runJob": {syncSuffix},
	"elasticmapreduce:addStep": {syncSuffix}, "elasticmapreduce:createCluster": {syncSuffix}, "elasticmapreduce:terminateCluster": {syncSuffix},
	"emr-containers:deleteVirtualCluster": {syncSuffix}, "emr-containers:startJobRun": {syncSuffix},
	"emr-serverless:cancelJobRun": {syncSuffix}, "emr-serverless:createApplication": {syncSuffix}, "emr-serverless:deleteApplication": {syncSuffix},
	"emr-serverless:startApplication": {syncSuffix}, "emr-serverless:startJobRun": {syncSuffix}, "emr-serverless:stopApplication": {syncSuffix},
	"glue:startJobRun": {syncSuffix}, "mediaconvert:createJob": {syncSuffix},
	"sagemaker:createHyperParameterTuningJob": {syncSuffix}, "sagemaker:createLabelingJob": {syncSuffix}, "sagemaker:createProcessingJob": {syncSuffix},
	"sagemaker:createTrainingJob": {syncSuffix}, "sagemaker:createTransformJob": {syncSuffix},
	"states:startExecution": {syncSuffix, ".sync:2"},
}

const syncSuffix = ".sync"

// waiting are the operations that can wait for a token. Which those of Bedrock and EKS are, the guide does not say: those of EKS that carry
// something of one's own.
var waiting = []string{
	"apigateway:invoke", "bedrock:createModelCustomizationJob", "bedrock:invokeModel", "ecs:runTask", "eks:call", "eks:runJob", "events:putEvents", "lambda:invoke",
	"sns:publish", "sqs:sendMessage", "states:startExecution",
}

// patternsOf are those of an optimized integration beside RequestResponse.
func patternsOf(resource string) []Pattern {
	var out []Pattern
	if synchronous[resource] != nil {
		out = append(out, Sync)
	}
	if slices.Contains(waiting, resource) {
		out = append(out, WaitForToken)
	}
	return out
}

// Called is what the resource of a task calls, by the names of the AWS SDK integration, such as sagemaker and createTrainingJob. Both are ""
// for activities and functions that are resources themselves.
func Called(resource string) (service, action string) {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 || parts[2] != "states" || parts[3] != "" {
		return "", ""
	}
	service, action, _ = strings.Cut(strings.TrimPrefix(parts[5], "aws-sdk:"), ":")
	action, _, _ = strings.Cut(action, ".")
	if own := sdkNames[service]; own != "" {
		service = own
	}
	return service, action
}

// notOptimized says why a resource is no optimized integration, and "" if it is one.
func notOptimized(resource string) string {
	service, operation, _ := strings.Cut(resource, ":")
	known, found := optimized[service]
	switch {
	case !found:
		return "has no service " + service + "; " + servicemodel.Nearest(service, slices.Collect(maps.Keys(optimized)))
	case !slices.Contains(known, operation):
		return "has no " + operation + " of " + service + "; " + servicemodel.Nearest(operation, slices.Clone(known))
	}
	return ""
}
