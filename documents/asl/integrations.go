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
