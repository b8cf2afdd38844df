package pipeline

func containersOf(values ...Fields) []Container {
	var out []Container
	for _, each := range values {
		out = append(out, Container{
			Image: textOf(each["Image"]), ModelData: textOf(each["ModelDataUrl"]), ModelPackage: textOf(each["ModelPackageName"]), Environment: textMapOf(each["Environment"]),
		})
	}
	return out
}

func readModel(s source) ModelArgs {
	a := s.arguments
	containers := objectsOf(a["Containers"])
	if primary, ok := a["PrimaryContainer"].(Fields); ok {
		containers = append(containers, primary)
	}
	return ModelArgs{Containers: containersOf(containers...), Role: textOf(a["ExecutionRoleArn"]), Network: networkOf(a, false), Tags: tagsOf(a["Tags"]), Retry: retriesOf(s, stepErrors)}
}

func readRegister(s source) RegisterArgs {
	a := s.arguments
	specification, metrics, baselines, source := a["InferenceSpecification"], a["ModelMetrics"], a["DriftCheckBaselines"], a["MetadataProperties"]
	out := RegisterArgs{
		Group: textOf(a["ModelPackageGroupName"]), Containers: containersOf(objectsOf(at(specification, "Containers"))...), ContentTypes: textsOf(at(specification, "SupportedContentTypes")),
		ResponseTypes: textsOf(at(specification, "SupportedResponseMIMETypes")), InferenceInstances: textsOf(at(specification, "SupportedRealtimeInferenceInstanceTypes")),
		TransformInstances: textsOf(at(specification, "SupportedTransformInstanceTypes")), Approval: textOf(a["ModelApprovalStatus"]), Description: textOf(a["ModelPackageDescription"]),
		Metadata: textMapOf(a["CustomerMetadataProperties"]), Domain: textOf(a["Domain"]), Task: textOf(a["Task"]), SamplePayload: textOf(a["SamplePayloadUrl"]),
		Source: Source{CommitID: textOf(at(source, "CommitId")), Repository: textOf(at(source, "Repository")), GeneratedBy: textOf(at(source, "GeneratedBy")), ProjectID: textOf(at(source, "ProjectId"))},
		Tags:   tagsOf(a["Tags"]), Retry: retriesOf(s, stepErrors),
	}
	out.Metrics.ContentTypes = readReports(metrics, out.Metrics.reports())
	out.Baselines.ContentTypes = readReports(baselines, out.Baselines.reports())
	return out
}

// readReports fills in the reports, and tells the types of those that are not JSON.
func readReports(from Value, all []report) map[string]String {
	types := map[string]String{}
	for _, each := range all {
		file := at(from, each.group, each.key)
		*each.uri = textOf(at(file, "S3Uri"))
		if kind := textOf(at(file, "ContentType")); kind != "" && kind != "application/json" {
			types[each.field] = kind
		}
	}
	if len(types) == 0 {
		return nil
	}
	return types
}

func readEndpointConfig(s source) EndpointConfigArgs {
	a := s.arguments
	variants := func(v Value) []EndpointVariant {
		var out []EndpointVariant
		for _, each := range objectsOf(v) {
			variant := EndpointVariant{
				Name: unless(each["VariantName"], String("AllTraffic")), Model: textOf(each["ModelName"]), InstanceType: textOf(each["InstanceType"]),
				InstanceCount: integerOf(each["InitialInstanceCount"]), Weight: floatOf(each["InitialVariantWeight"]),
			}
			if serverless := each["ServerlessConfig"]; serverless != nil {
				variant.Serverless = &ServerlessVariant{MemoryMB: integerOf(at(serverless, "MemorySizeInMB")), MaxConcurrency: integerOf(at(serverless, "MaxConcurrency"))}
			}
			out = append(out, variant)
		}
		return out
	}
	return EndpointConfigArgs{
		ConfigName: textOf(a["EndpointConfigName"]), Variants: variants(a["ProductionVariants"]), Shadows: variants(a["ShadowProductionVariants"]), KMSKey: textOf(a["KmsKeyId"]),
		Role: textOf(a["ExecutionRoleArn"]), Tags: tagsOf(a["Tags"]), CacheFor: cacheOf(s), Retry: retriesOf(s, stepErrors),
	}
}

func readEndpoint(s source) EndpointArgs {
	return EndpointArgs{
		EndpointName: textOf(s.arguments["EndpointName"]), ConfigName: textOf(s.arguments["EndpointConfigName"]), Tags: tagsOf(s.arguments["Tags"]), CacheFor: cacheOf(s),
	}
}

func readInferenceComponent(s source) InferenceComponentArgs {
	a := s.arguments
	needs := at(a, "Specification", "ComputeResourceRequirements")
	return InferenceComponentArgs{
		ComponentName: textOf(a["InferenceComponentName"]), Endpoint: textOf(a["EndpointName"]), Variant: unless(a["VariantName"], String("AllTraffic")),
		Model: textOf(at(a, "Specification", "ModelName")), MemoryMB: integerOf(at(needs, "MinMemoryRequiredInMb")), CPUs: floatOf(at(needs, "NumberOfCpuCoresRequired")),
		Accelerators: floatOf(at(needs, "NumberOfAcceleratorDevicesRequired")), Copies: integerOf(at(a, "RuntimeConfig", "CopyCount")), Tags: tagsOf(a["Tags"]),
	}
}

func readLineage(s source) LineageArgs {
	entities := func(kind LineageKind, v Value) []LineageEntity {
		var out []LineageEntity
		for _, each := range objectsOf(v) {
			out = append(out, LineageEntity{
				Name: textOf(each[string(kind)+"Name"]), Type: textOf(each[string(kind)+"Type"]), SourceURI: textOf(at(each, "Source", "SourceUri")),
				SourceType: textOf(at(each, "Source", "SourceType")), Status: textOf(each["Status"]), Description: textOf(each["Description"]), Properties: textMapOf(each["Properties"]),
			})
		}
		return out
	}
	end := func(v Value) LineageEnd {
		return LineageEnd{Kind: LineageKind(wordOf(at(v, "Type"))), Name: textOf(at(v, "Name")), ARN: textOf(at(v, "Arn"))}
	}
	a := s.arguments
	out := LineageArgs{Actions: entities(LineageAction, a["Actions"]), Artifacts: entities(LineageArtifact, a["Artifacts"]), Contexts: entities(LineageContext, a["Contexts"])}
	for _, each := range objectsOf(a["Associations"]) {
		out.Associations = append(out.Associations, LineageAssociation{From: end(each["Source"]), To: end(each["Destination"]), Type: textOf(each["AssociationType"])})
	}
	return out
}
