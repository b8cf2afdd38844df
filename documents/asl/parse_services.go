package asl

import "strconv"

// calls read the arguments of calls as the types that write them.
var calls = map[string]func(a Object) Action{
	"sagemaker:createTrainingJob": func(a Object) Action {
		return SageMakerCreateTrainingJob{Name: textOf(a["TrainingJobName"]), Training: trainingOf(a), HyperParameters: texts(a["HyperParameters"]), Environment: texts(a["Environment"]), Tags: tagsOf(a["Tags"])}
	},
	"sagemaker:createProcessingJob":           func(a Object) Action { return processingOf(a) },
	"sagemaker:createTransformJob":            func(a Object) Action { return transformOf(a) },
	"sagemaker:createHyperParameterTuningJob": func(a Object) Action { return tuningOf(a) },
	"sagemaker:createModel": func(a Object) Action {
		containers := objectsOf(a["Containers"])
		if primary, ok := a["PrimaryContainer"].(Object); ok {
			containers = append(containers, primary)
		}
		out := SageMakerCreateModel{Name: textOf(a["ModelName"]), RoleARN: wordOf(a["ExecutionRoleArn"]), Network: networkOf(a, 1), Tags: tagsOf(a["Tags"])}
		for _, each := range containers {
			out.Containers = append(out.Containers, ModelContainer{Image: textOf(each["Image"]), ModelDataURL: textOf(each["ModelDataUrl"]), ModelPackage: textOf(each["ModelPackageName"]), Environment: texts(each["Environment"])})
		}
		return out
	},
	"aws-sdk:sagemaker:createModelPackage":   func(a Object) Action { return packageOf(a) },
	"aws-sdk:sagemaker:createEndpointConfig": func(a Object) Action { return endpointConfigOf(a) },
	"sagemaker:createEndpoint": func(a Object) Action {
		return SageMakerCreateEndpoint{Name: textOf(a["EndpointName"]), ConfigName: textOf(a["EndpointConfigName"]), Tags: tagsOf(a["Tags"])}
	},
	"aws-sdk:sagemaker:deleteEndpoint":       func(a Object) Action { return SageMakerDeleteEndpoint{Name: textOf(a["EndpointName"])} },
	"aws-sdk:sagemaker:deleteEndpointConfig": func(a Object) Action { return SageMakerDeleteEndpointConfig{Name: textOf(a["EndpointConfigName"])} },
	"aws-sdk:sagemaker:deleteModel":          func(a Object) Action { return SageMakerDeleteModel{Name: textOf(a["ModelName"])} },
	"aws-sdk:sagemaker:startPipelineExecution": func(a Object) Action {
		return SageMakerStartPipelineExecution{
			PipelineName: wordOf(a["PipelineName"]), Parameters: pairsOf(a["PipelineParameters"], "Name", "Value"), DisplayName: textOf(a["PipelineExecutionDisplayName"]),
			Description: textOf(a["PipelineExecutionDescription"]), ClientToken: textOf(a["ClientRequestToken"]),
		}
	},
	"aws-sdk:sagemaker:updateModelPackage": func(a Object) Action {
		return SageMakerUpdateModelPackage{
			ModelPackage: textOf(a["ModelPackageArn"]), Approval: ApprovalStatus(wordOf(a["ModelApprovalStatus"])), ApprovalDescription: textOf(a["ApprovalDescription"]),
			Metadata: texts(a["CustomerMetadataProperties"]),
		}
	},
	"aws-sdk:sagemaker:describeModelPackage": func(a Object) Action {
		return SageMakerDescribeModelPackage{ModelPackage: textOf(a["ModelPackageName"])}
	},
	"aws-sdk:sagemaker:listModelPackages": func(a Object) Action {
		return SageMakerListModelPackages{GroupName: wordOf(a["ModelPackageGroupName"]), Approval: ApprovalStatus(wordOf(a["ModelApprovalStatus"])), MaxResults: numberOf(a["MaxResults"])}
	},
	"ecs:runTask":     func(a Object) Action { return ecsTaskOf(a) },
	"batch:submitJob": func(a Object) Action { return batchJobOf(a) },
	"dynamodb:getItem": func(a Object) Action {
		return DynamoDBGetItem{TableARN: wordOf(a["TableName"]), Key: attributesOf(a["Key"]), Consistent: truthOf(a["ConsistentRead"])}
	},
	"dynamodb:putItem": func(a Object) Action {
		return DynamoDBPutItem{TableARN: wordOf(a["TableName"]), Item: attributesOf(a["Item"]), Condition: wordOf(a["ConditionExpression"])}
	},
	"dynamodb:deleteItem": func(a Object) Action {
		return DynamoDBDeleteItem{TableARN: wordOf(a["TableName"]), Key: attributesOf(a["Key"]), Condition: wordOf(a["ConditionExpression"])}
	},
	"dynamodb:updateItem": func(a Object) Action {
		return DynamoDBUpdateItem{
			TableARN: wordOf(a["TableName"]), Key: attributesOf(a["Key"]), Update: wordOf(a["UpdateExpression"]), Values: attributesOf(a["ExpressionAttributeValues"]),
			Condition: wordOf(a["ConditionExpression"]),
		}
	},
	"events:putEvents": func(a Object) Action {
		var out EventBridgePutEvents
		for _, each := range objectsOf(a["Entries"]) {
			detail, _ := each["Detail"].(Object)
			out.Events = append(out.Events, Event{BusARN: wordOf(each["EventBusName"]), Source: wordOf(each["Source"]), DetailType: wordOf(each["DetailType"]), Detail: detail, Resources: textsOf(each["Resources"])})
		}
		return out
	},
}

func trainingOf(v Value) Training {
	algorithm, resources, stopping := in(v, "AlgorithmSpecification"), in(v, "ResourceConfig"), in(v, "StoppingCondition")
	out := Training{
		RoleARN: wordOf(in(v, "RoleArn")), Image: textOf(in(algorithm, "TrainingImage")), AlgorithmARN: wordOf(in(algorithm, "AlgorithmName")), InputMode: InputMode(wordOf(in(algorithm, "TrainingInputMode"))),
		OutputPath: textOf(in(v, "OutputDataConfig", "S3OutputPath")), OutputKeyARN: wordOf(in(v, "OutputDataConfig", "KmsKeyId")), InstanceType: textOf(in(resources, "InstanceType")),
		InstanceCount: numberOf(in(resources, "InstanceCount")), VolumeGB: numberOf(in(resources, "VolumeSizeInGB")), VolumeKeyARN: wordOf(in(resources, "VolumeKmsKeyId")),
		MaxRuntime: secondsOf(in(stopping, "MaxRuntimeInSeconds")), Spot: truthOf(in(v, "EnableManagedSpotTraining")), MaxWait: secondsOf(in(stopping, "MaxWaitTimeInSeconds")),
		CheckpointPath: textOf(in(v, "CheckpointConfig", "S3Uri")), EntryPoint: textsOf(in(algorithm, "ContainerEntrypoint")), Arguments: textsOf(in(algorithm, "ContainerArguments")),
		KeepAlive: secondsOf(in(resources, "KeepAlivePeriodInSeconds")), JobAttempts: numberOf(in(v, "RetryStrategy", "MaximumRetryAttempts")),
	}
	out.Network = networkOf(v, out.InstanceCount)
	for _, each := range objectsOf(in(algorithm, "MetricDefinitions")) {
		out.Metrics = append(out.Metrics, MetricDefinition{Name: wordOf(each["Name"]), Regex: wordOf(each["Regex"])})
	}
	for _, each := range objectsOf(in(v, "InputDataConfig")) {
		source := in(each, "DataSource", "S3DataSource")
		out.Channels = append(out.Channels, Channel{
			Name: wordOf(each["ChannelName"]), S3URI: textOf(in(source, "S3Uri")), Manifest: wordOf(in(source, "S3DataType")) == "ManifestFile", ContentType: wordOf(each["ContentType"]),
			Sharded: wordOf(in(source, "S3DataDistributionType")) == "ShardedByS3Key", Gzip: wordOf(each["CompressionType"]) == "Gzip", InputMode: InputMode(wordOf(each["InputMode"])),
		})
	}
	return out
}

func processingOf(a Object) SageMakerCreateProcessingJob {
	cluster, app := in(a, "ProcessingResources", "ClusterConfig"), a["AppSpecification"]
	out := SageMakerCreateProcessingJob{
		Name: textOf(a["ProcessingJobName"]), RoleARN: wordOf(a["RoleArn"]), Image: textOf(in(app, "ImageUri")), EntryPoint: textsOf(in(app, "ContainerEntrypoint")), Arguments: textsOf(in(app, "ContainerArguments")),
		OutputKeyARN: wordOf(in(a, "ProcessingOutputConfig", "KmsKeyId")), Environment: texts(a["Environment"]), InstanceType: textOf(in(cluster, "InstanceType")), InstanceCount: numberOf(in(cluster, "InstanceCount")),
		VolumeGB: numberOf(in(cluster, "VolumeSizeInGB")), VolumeKeyARN: wordOf(in(cluster, "VolumeKmsKeyId")), MaxRuntime: secondsOf(in(a, "StoppingCondition", "MaxRuntimeInSeconds")), Tags: tagsOf(a["Tags"]),
	}
	out.Network = networkOf(a["NetworkConfig"], out.InstanceCount)
	for _, each := range objectsOf(a["ProcessingInputs"]) {
		source := each["S3Input"]
		out.Inputs = append(out.Inputs, ProcessingInput{Name: wordOf(each["InputName"]), S3URI: textOf(in(source, "S3Uri")), LocalPath: wordOf(in(source, "LocalPath")), Sharded: wordOf(in(source, "S3DataDistributionType")) == "ShardedByS3Key"})
	}
	for _, each := range objectsOf(in(a, "ProcessingOutputConfig", "Outputs")) {
		target := each["S3Output"]
		out.Outputs = append(out.Outputs, ProcessingOutput{Name: wordOf(each["OutputName"]), S3URI: textOf(in(target, "S3Uri")), LocalPath: wordOf(in(target, "LocalPath")), Continuous: wordOf(in(target, "S3UploadMode")) == "Continuous"})
	}
	return out
}

func transformOf(a Object) SageMakerCreateTransformJob {
	input, output, resources, data := a["TransformInput"], a["TransformOutput"], a["TransformResources"], a["DataProcessing"]
	return SageMakerCreateTransformJob{
		Name: textOf(a["TransformJobName"]), ModelName: textOf(a["ModelName"]), InputURI: textOf(in(input, "DataSource", "S3DataSource", "S3Uri")), ContentType: wordOf(in(input, "ContentType")),
		Split: Split(wordOf(in(input, "SplitType"))), GzipInput: wordOf(in(input, "CompressionType")) == "Gzip", OutputURI: textOf(in(output, "S3OutputPath")), Accept: wordOf(in(output, "Accept")),
		OutputKeyARN: wordOf(in(output, "KmsKeyId")), InstanceType: textOf(in(resources, "InstanceType")), InstanceCount: numberOf(in(resources, "InstanceCount")), VolumeKeyARN: wordOf(in(resources, "VolumeKmsKeyId")),
		SingleRecord: wordOf(a["BatchStrategy"]) == "SingleRecord", MaxConcurrentTransforms: numberOf(a["MaxConcurrentTransforms"]), MaxPayloadMB: numberOf(a["MaxPayloadInMB"]),
		InputFilter: wordOf(in(data, "InputFilter")), OutputFilter: wordOf(in(data, "OutputFilter")), JoinInput: wordOf(in(data, "JoinSource")) == "Input", Environment: texts(a["Environment"]), Tags: tagsOf(a["Tags"]),
	}
}

func packageOf(a Object) SageMakerCreateModelPackage {
	inference := a["InferenceSpecification"]
	out := SageMakerCreateModelPackage{
		GroupName: wordOf(a["ModelPackageGroupName"]), Approval: ApprovalStatus(wordOf(a["ModelApprovalStatus"])), Description: textOf(a["ModelPackageDescription"]),
		ContentTypes: wordsOf(in(inference, "SupportedContentTypes")), ResponseTypes: wordsOf(in(inference, "SupportedResponseMIMETypes")),
		RealtimeInstanceTypes: wordsOf(in(inference, "SupportedRealtimeInferenceInstanceTypes")), TransformInstanceTypes: wordsOf(in(inference, "SupportedTransformInstanceTypes")),
		ModelStatistics: textOf(in(a, "ModelMetrics", "ModelQuality", "Statistics", "S3Uri")), Metadata: texts(a["CustomerMetadataProperties"]), KeyARN: wordOf(in(a, "SecurityConfig", "KmsKeyId")),
	}
	if containers := objectsOf(in(inference, "Containers")); len(containers) == 1 {
		out.Image, out.ModelDataURL, out.Environment = textOf(containers[0]["Image"]), textOf(containers[0]["ModelDataUrl"]), texts(containers[0]["Environment"])
	}
	return out
}

func endpointConfigOf(a Object) SageMakerCreateEndpointConfig {
	variants := func(v Value) []EndpointVariant {
		var out []EndpointVariant
		for _, each := range objectsOf(v) {
			variant := EndpointVariant{
				Name: wordOf(each["VariantName"]), ModelName: textOf(each["ModelName"]), InstanceType: textOf(each["InstanceType"]), InstanceCount: numberOf(each["InitialInstanceCount"]),
				Weight: numberOf(each["InitialVariantWeight"]),
			}
			if serverless := each["ServerlessConfig"]; serverless != nil {
				variant.Serverless = &Serverless{MemoryMB: numberOf(in(serverless, "MemorySizeInMB")), MaxConcurrency: numberOf(in(serverless, "MaxConcurrency")), ProvisionedConcurrency: numberOf(in(serverless, "ProvisionedConcurrency"))}
			}
			out = append(out, variant)
		}
		return out
	}
	out := SageMakerCreateEndpointConfig{Name: textOf(a["EndpointConfigName"]), Variants: variants(a["ProductionVariants"]), Shadows: variants(a["ShadowProductionVariants"]), KeyARN: wordOf(a["KmsKeyId"]), Tags: tagsOf(a["Tags"])}
	if capture := a["DataCaptureConfig"]; capture != nil {
		out.DataCapture = &DataCapture{S3URI: textOf(in(capture, "DestinationS3Uri")), Percent: numberOf(in(capture, "InitialSamplingPercentage")), KeyARN: wordOf(in(capture, "KmsKeyId"))}
	}
	if async := a["AsyncInferenceConfig"]; async != nil {
		output := in(async, "OutputConfig")
		out.Async = &AsyncInference{
			OutputURI: textOf(in(output, "S3OutputPath")), FailureURI: textOf(in(output, "S3FailurePath")), KeyARN: wordOf(in(output, "KmsKeyId")),
			SuccessTopicARN: wordOf(in(output, "NotificationConfig", "SuccessTopic")), ErrorTopicARN: wordOf(in(output, "NotificationConfig", "ErrorTopic")),
			MaxConcurrent: numberOf(in(async, "ClientConfig", "MaxConcurrentInvocationsPerInstance")),
		}
	}
	return out
}

func ecsTaskOf(a Object) ECSRunTask {
	network := in(a, "NetworkConfiguration", "AwsvpcConfiguration")
	out := ECSRunTask{
		ClusterARN: wordOf(a["Cluster"]), TaskDefinitionARN: wordOf(a["TaskDefinition"]), LaunchType: LaunchType(wordOf(a["LaunchType"])), PlatformVersion: wordOf(a["PlatformVersion"]),
		Subnets: wordsOf(in(network, "Subnets")), SecurityGroups: wordsOf(in(network, "SecurityGroups")), PublicIP: wordOf(in(network, "AssignPublicIp")) == "ENABLED", Tags: tagsOf(a["Tags"]),
	}
	for _, each := range objectsOf(a["CapacityProviderStrategy"]) {
		out.CapacityProviders = append(out.CapacityProviders, CapacityProvider{Name: wordOf(each["CapacityProvider"]), Weight: numberOf(each["Weight"]), Base: numberOf(each["Base"])})
	}
	for _, each := range objectsOf(in(a, "Overrides", "ContainerOverrides")) {
		out.Containers = append(out.Containers, ContainerOverride{Name: wordOf(each["Name"]), Command: textsOf(each["Command"]), Environment: pairsOf(each["Environment"], "Name", "Value")})
	}
	return out
}

func batchJobOf(a Object) BatchSubmitJob {
	container := a["ContainerOverrides"]
	return BatchSubmitJob{
		Name: textOf(a["JobName"]), QueueARN: wordOf(a["JobQueue"]), DefinitionARN: wordOf(a["JobDefinition"]), ArraySize: numberOf(in(a, "ArrayProperties", "Size")), Parameters: texts(a["Parameters"]),
		Command: textsOf(in(container, "Command")), Environment: pairsOf(in(container, "Environment"), "Name", "Value"), Attempts: numberOf(in(a, "RetryStrategy", "Attempts")),
		Tags: words(texts(a["Tags"])),
	}
}

func tuningOf(a Object) SageMakerCreateHyperParameterTuningJob {
	config, definition := a["HyperParameterTuningJobConfig"], a["TrainingJobDefinition"]
	limits, ranges := in(config, "ResourceLimits"), in(config, "ParameterRanges")
	out := SageMakerCreateHyperParameterTuningJob{
		Name: textOf(a["HyperParameterTuningJobName"]), Strategy: TuningStrategy(wordOf(in(config, "Strategy"))),
		Objective: Objective{Metric: wordOf(in(config, "HyperParameterTuningJobObjective", "MetricName")), Maximize: wordOf(in(config, "HyperParameterTuningJobObjective", "Type")) == "Maximize"},
		MaxJobs:   numberOf(in(limits, "MaxNumberOfTrainingJobs")), MaxParallelJobs: numberOf(in(limits, "MaxParallelTrainingJobs")), MaxRuntime: secondsOf(in(limits, "MaxRuntimeInSeconds")),
		EarlyStopping: wordOf(in(config, "TrainingJobEarlyStoppingType")) == "Auto", StaticHyperParameters: texts(in(definition, "StaticHyperParameters")), Training: trainingOf(definition),
		Environment: texts(in(definition, "Environment")), Tags: tagsOf(a["Tags"]),
	}
	for _, each := range objectsOf(in(ranges, "IntegerParameterRanges")) {
		low, _ := strconv.Atoi(wordOf(each["MinValue"]))
		high, _ := strconv.Atoi(wordOf(each["MaxValue"]))
		out.Integers = append(out.Integers, IntegerRange{Name: wordOf(each["Name"]), Min: low, Max: high, Scaling: Scaling(wordOf(each["ScalingType"]))})
	}
	for _, each := range objectsOf(in(ranges, "ContinuousParameterRanges")) {
		low, _ := strconv.ParseFloat(wordOf(each["MinValue"]), 64)
		high, _ := strconv.ParseFloat(wordOf(each["MaxValue"]), 64)
		out.Continuous = append(out.Continuous, ContinuousRange{Name: wordOf(each["Name"]), Min: low, Max: high, Scaling: Scaling(wordOf(each["ScalingType"]))})
	}
	for _, each := range objectsOf(in(ranges, "CategoricalParameterRanges")) {
		out.Categorical = append(out.Categorical, CategoricalRange{Name: wordOf(each["Name"]), Values: wordsOf(each["Values"])})
	}
	return out
}
