package pipeline

func readLambda(s source) LambdaArgs {
	return LambdaArgs{FunctionARN: textOf(s.members["FunctionArn"]), Inputs: s.arguments, Outputs: outputsOf(s), CacheFor: cacheOf(s)}
}

func readCallback(s source) CallbackArgs {
	return CallbackArgs{QueueURL: textOf(s.members["SqsQueueUrl"]), Inputs: s.arguments, Outputs: outputsOf(s), CacheFor: cacheOf(s)}
}

func readEMR(s source) EMRArgs {
	jar := at(s.arguments, "StepConfig", "HadoopJarStep")
	out := EMRArgs{
		ClusterID: textOf(s.arguments["ClusterId"]), RuntimeRole: textOf(s.arguments["ExecutionRoleArn"]), Jar: textOf(at(jar, "Jar")), MainClass: textOf(at(jar, "MainClass")),
		Arguments: textsOf(at(jar, "Args")), CacheFor: cacheOf(s),
	}
	out.Cluster, _ = s.arguments["ClusterConfig"].(Fields)
	for _, each := range objectsOf(at(jar, "Properties")) {
		if out.Properties == nil {
			out.Properties = map[string]String{}
		}
		out.Properties[wordOf(each["Key"])] = textOf(each["Value"])
	}
	return out
}

func readEMRServerless(s source) EMRServerlessArgs {
	a, config := s.arguments, s.arguments["JobConfig"]
	out := EMRServerlessArgs{
		ApplicationID: textOf(a["ApplicationId"]), Role: textOf(a["ExecutionRoleArn"]), JobName: textOf(at(config, "name")), Timeout: minutesOf(at(config, "executionTimeoutMinutes")),
		Tags: textMapOf(at(config, "tags")), CacheFor: cacheOf(s), Retry: retriesOf(s, stepErrors),
	}
	out.Application, _ = a["ApplicationConfig"].(Fields)
	out.Overrides, _ = at(config, "configurationOverrides").(Fields)
	if submit := at(config, "jobDriver", "sparkSubmit"); submit != nil {
		out.Spark = SparkSubmit{EntryPoint: textOf(at(submit, "entryPoint")), Arguments: textsOf(at(submit, "entryPointArguments")), Parameters: textOf(at(submit, "sparkSubmitParameters"))}
	} else {
		out.Driver, _ = at(config, "jobDriver").(Fields)
	}
	return out
}
