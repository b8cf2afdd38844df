package pipeline

import (
	"encoding/json"
	"strconv"
	"strings"
)

func readProcessing(s source) ProcessingArgs {
	a := s.arguments
	out := ProcessingArgs{
		Image: textOf(at(a, "AppSpecification", "ImageUri")), Entrypoint: textsOf(at(a, "AppSpecification", "ContainerEntrypoint")),
		Arguments: textsOf(at(a, "AppSpecification", "ContainerArguments")), Environment: textMapOf(a["Environment"]),
		Compute: computeOf(at(a, "ProcessingResources", "ClusterConfig"), a["StoppingCondition"]), Role: textOf(a["RoleArn"]), Network: networkOf(a["NetworkConfig"], true),
		OutputKMSKey: textOf(at(a, "ProcessingOutputConfig", "KmsKeyId")), Tags: tagsOf(a["Tags"]), TrialComponent: textOf(at(a, "ExperimentConfig", "TrialComponentDisplayName")),
		JobNamePrefix: wordOf(a["ProcessingJobName"]), CacheFor: cacheOf(s), Retry: retriesOf(s, jobErrors),
	}
	for _, each := range objectsOf(a["ProcessingInputs"]) {
		name, source := wordOf(each["InputName"]), at(each, "S3Input")
		input := ProcessingInput{
			Name: name, S3URI: textOf(at(source, "S3Uri")), LocalPath: string(unless(at(source, "LocalPath"), String(processingInputs+name))),
			DataType: unless(at(source, "S3DataType"), DataPrefix), Mode: unless(at(source, "S3InputMode"), ModeFile),
			Distribution: unless(at(source, "S3DataDistributionType"), DistributionFull), Gzip: wordOf(at(source, "S3CompressionType")) == "Gzip",
		}
		if definition, ok := each["DatasetDefinition"]; ok && source == nil {
			input.Extra = Fields{"DatasetDefinition": definition}
		}
		out.Inputs = append(out.Inputs, input)
	}
	for _, each := range objectsOf(at(a, "ProcessingOutputConfig", "Outputs")) {
		name, target := wordOf(each["OutputName"]), at(each, "S3Output")
		output := ProcessingOutput{
			Name: name, S3URI: textOf(at(target, "S3Uri")), LocalPath: string(unless(at(target, "LocalPath"), String(processingOutputs+name))),
			Continuous: wordOf(at(target, "S3UploadMode")) == "Continuous",
		}
		if store, ok := each["FeatureStoreOutput"]; ok && target == nil {
			output.Extra = Fields{"FeatureStoreOutput": store}
		}
		out.Outputs = append(out.Outputs, output)
	}
	for _, each := range objectsOf(s.members["PropertyFiles"]) {
		out.PropertyFiles = append(out.PropertyFiles, PropertyFile{Name: wordOf(each["PropertyFileName"]), Output: wordOf(each["OutputName"]), Path: wordOf(each["FilePath"])})
	}
	return out
}

// readFunction reads a processing job that calls a function of Python, as Pipeline.Function writes it.
func readFunction(s source) FunctionArgs {
	job := readProcessing(s)
	if len(job.Entrypoint) != 3 || job.Entrypoint[2] != callFunction || len(job.Arguments) < 2 || len(job.Outputs) == 0 {
		return FunctionArgs{}
	}
	out := FunctionArgs{
		Image: job.Image, Function: string(job.Arguments[0] + ":" + job.Arguments[1]), Environment: job.Environment, Compute: job.Compute, Role: job.Role,
		Network: job.Network, OutputKMSKey: job.OutputKMSKey, Tags: job.Tags, CacheFor: job.CacheFor, Retry: job.Retry, Inputs: job.Inputs,
		Outputs: job.Outputs[:len(job.Outputs)-1], Arguments: map[string]Value{},
	}
	if out.Environment[functionPath] == processingInputs+codeInput+"/:/opt/ml/code/" {
		out.Environment = without(out.Environment, functionPath)
	}
	if n := len(out.Inputs); n > 0 && out.Inputs[n-1].Name == codeInput {
		out.Code, out.Inputs = out.Inputs[n-1].S3URI, out.Inputs[:n-1]
	}
	for n := 2; n+1 < len(job.Arguments); n += 2 {
		kind, name, _ := strings.Cut(string(job.Arguments[n]), ":")
		out.Arguments[name] = functionValue(kind, job.Arguments[n+1])
	}
	return out
}

// functionValue is the value that functionArgument writes so.
func functionValue(kind string, text String) Value {
	parts := text.parts()
	if len(parts) == 1 {
		if joined, ok := parts[0].(join); ok && len(joined.values) == 1 && joined.on == "" {
			parts = joined.values
		}
		switch part := parts[0].(type) {
		case get:
			switch part.want {
			case TypeInteger:
				return IntegerRef{part.path}
			case TypeFloat:
				return FloatRef{part.path}
			case TypeBoolean:
				return BooleanRef{part.path}
			}
		case jsonGet:
			return JSONValue(part)
		}
	}
	var value any
	if literal, ok := text.literal(); ok && kind == "j" {
		decoder := json.NewDecoder(strings.NewReader(literal))
		decoder.UseNumber()
		if decoder.Decode(&value) == nil {
			switch v := value.(type) {
			case bool:
				return Bool(v)
			case json.Number:
				if n, err := v.Int64(); err == nil {
					return Int(n)
				}
				f, _ := v.Float64()
				return Float(f)
			}
		}
	}
	return text
}

// trainingOf reads what training jobs and the training jobs of tuning have, and more.
func trainingOf(v Value) TrainingArgs {
	a, _ := v.(Fields)
	algorithm := a["AlgorithmSpecification"]
	out := TrainingArgs{
		Image: textOf(at(algorithm, "TrainingImage")), Algorithm: textOf(at(algorithm, "AlgorithmName")), InputMode: unless(at(algorithm, "TrainingInputMode"), ModeFile),
		Entrypoint: textsOf(at(algorithm, "ContainerEntrypoint")), Arguments: textsOf(at(algorithm, "ContainerArguments")), Role: textOf(a["RoleArn"]),
		OutputURI: textOf(at(a, "OutputDataConfig", "S3OutputPath")), OutputKMSKey: textOf(at(a, "OutputDataConfig", "KmsKeyId")),
		Compute: computeOf(a["ResourceConfig"], a["StoppingCondition"]), Checkpoints: textOf(at(a, "CheckpointConfig", "S3Uri")),
		JobAttempts: intOf(at(a, "RetryStrategy", "MaximumRetryAttempts")), Environment: textMapOf(a["Environment"]), Network: networkOf(a, true),
	}
	if a["EnableManagedSpotTraining"] == Bool(true) {
		out.Spot = &Spot{MaxWait: secondsOf(at(a, "StoppingCondition", "MaxWaitTimeInSeconds"))}
	}
	for _, each := range objectsOf(at(algorithm, "MetricDefinitions")) {
		out.Metrics = append(out.Metrics, Metric{Name: textOf(each["Name"]), Regex: textOf(each["Regex"])})
	}
	for _, each := range objectsOf(a["InputDataConfig"]) {
		source := at(each, "DataSource", "S3DataSource")
		channel := Channel{
			Name: wordOf(each["ChannelName"]), S3URI: textOf(at(source, "S3Uri")), DataType: unless(at(source, "S3DataType"), DataPrefix),
			Distribution: unless(at(source, "S3DataDistributionType"), DistributionFull), ContentType: textOf(each["ContentType"]), Mode: InputMode(wordOf(each["InputMode"])),
			Gzip: wordOf(each["CompressionType"]) == "Gzip", RecordIO: wordOf(each["RecordWrapperType"]) == "RecordIO",
		}
		if data, ok := each["DataSource"]; ok && source == nil {
			channel.Extra = Fields{"DataSource": data}
		}
		out.Inputs = append(out.Inputs, channel)
	}
	return out
}

// hyperParameters reads the hyperparameters, and among them those by which framework images find their code.
func (a *TrainingArgs) hyperParameters(v Value) {
	a.HyperParameters = textMapOf(v)
	directory, known := a.HyperParameters[submitDirectory].literal()
	program, both := a.HyperParameters[programName].literal()
	script := TrainingScript{SourceURI: String(strings.Trim(directory, `"`)), Program: String(strings.Trim(program, `"`))}
	if known && both && directory == `"`+string(script.SourceURI)+`"` && program == `"`+string(script.Program)+`"` {
		a.Script, a.HyperParameters = script, without(a.HyperParameters, submitDirectory, programName)
	}
}

func readTraining(s source) TrainingArgs {
	a := s.arguments
	out := trainingOf(a)
	out.hyperParameters(a["HyperParameters"])
	out.Tags = tagsOf(a["Tags"])
	out.KeepAlive = secondsOf(at(a, "ResourceConfig", "KeepAlivePeriodInSeconds"))
	out.TrialComponent, out.JobNamePrefix = textOf(at(a, "ExperimentConfig", "TrialComponentDisplayName")), wordOf(a["TrainingJobName"])
	out.CacheFor, out.Retry = cacheOf(s), retriesOf(s, jobErrors)
	return out
}

// readNotebook reads a training job that runs a notebook, as Pipeline.Notebook writes it.
func readNotebook(s source) NotebookArgs {
	job := readTraining(s)
	if len(job.Inputs) != 1 || job.Inputs[0].Name != notebookChannel {
		return NotebookArgs{}
	}
	environment := job.Environment
	job.Compute.InstanceCount = nil
	return NotebookArgs{
		InputURI: job.Inputs[0].S3URI, Notebook: string(environment["SM_INPUT_NOTEBOOK_NAME"]), Image: job.Image, Kernel: environment["SM_KERNEL_NAME"],
		Region: environment["AWS_DEFAULT_REGION"], InitScript: string(environment["SM_INIT_SCRIPT"]), Parameters: job.HyperParameters,
		Environment: without(environment, "AWS_DEFAULT_REGION", "SM_JOB_DEF_VERSION", "SM_ENV_NAME", "SM_SKIP_EFS_SIMULATION", "SM_EXECUTION_INPUT_PATH",
			"SM_KERNEL_NAME", "SM_INPUT_NOTEBOOK_NAME", "SM_OUTPUT_NOTEBOOK_NAME", "SM_INIT_SCRIPT"),
		OutputURI: job.OutputURI, OutputKMSKey: job.OutputKMSKey, Compute: job.Compute, JobAttempts: job.JobAttempts, Role: job.Role, Network: job.Network,
		Tags:  without(job.Tags, "sagemaker:name", "sagemaker:notebook-name", "sagemaker:notebook-job-origin", "sagemaker:is-studio-archived"),
		Retry: job.Retry,
	}
}

func readTuning(s source) TuningArgs {
	a, config := s.arguments, s.arguments["HyperParameterTuningJobConfig"]
	algorithm := func(definition, objective, ranges Value) TuningAlgorithm {
		out := TuningAlgorithm{Training: trainingOf(definition), Objective: Objective{Metric: wordOf(at(objective, "MetricName")), Direction: Direction(wordOf(at(objective, "Type")))}}
		out.Training.hyperParameters(at(definition, "StaticHyperParameters"))
		for _, each := range objectsOf(at(ranges, "IntegerParameterRanges")) {
			low, _ := strconv.Atoi(wordOf(each["MinValue"]))
			high, _ := strconv.Atoi(wordOf(each["MaxValue"]))
			out.Integers = append(out.Integers, IntegerRange{Name: wordOf(each["Name"]), Min: low, Max: high, Scaling: unless(each["ScalingType"], ScalingAuto)})
		}
		for _, each := range objectsOf(at(ranges, "ContinuousParameterRanges")) {
			low, _ := strconv.ParseFloat(wordOf(each["MinValue"]), 64)
			high, _ := strconv.ParseFloat(wordOf(each["MaxValue"]), 64)
			out.Continuous = append(out.Continuous, ContinuousRange{Name: wordOf(each["Name"]), Min: low, Max: high, Scaling: unless(each["ScalingType"], ScalingAuto)})
		}
		for _, each := range objectsOf(at(ranges, "CategoricalParameterRanges")) {
			category := CategoricalRange{Name: wordOf(each["Name"])}
			for _, value := range textsOf(each["Values"]) {
				category.Values = append(category.Values, string(value))
			}
			out.Categorical = append(out.Categorical, category)
		}
		return out
	}
	limits := at(config, "ResourceLimits")
	out := TuningArgs{
		Strategy: unless(at(config, "Strategy"), StrategyBayesian), MaxJobs: integerOf(at(limits, "MaxNumberOfTrainingJobs")),
		MaxParallelJobs: integerOf(at(limits, "MaxParallelTrainingJobs")), MaxRuntime: secondsOf(at(limits, "MaxRuntimeInSeconds")),
		EarlyStopping: wordOf(at(config, "TrainingJobEarlyStoppingType")) == "Auto", Tags: tagsOf(a["Tags"]), CacheFor: cacheOf(s), Retry: retriesOf(s, searchErrors),
	}
	if seed, ok := at(config, "RandomSeed").(Int); ok {
		n := int(seed)
		out.RandomSeed = &n
	}
	if warm := a["WarmStartConfig"]; warm != nil {
		out.WarmStart = &WarmStart{SameData: wordOf(at(warm, "WarmStartType")) == "IdenticalDataAndAlgorithm"}
		for _, each := range objectsOf(at(warm, "ParentHyperParameterTuningJobs")) {
			out.WarmStart.Parents = append(out.WarmStart.Parents, textOf(each["HyperParameterTuningJobName"]))
		}
	}
	for _, each := range objectsOf(a["TrainingJobDefinitions"]) {
		one := algorithm(each, each["TuningObjective"], each["HyperParameterRanges"])
		one.Name = wordOf(each["DefinitionName"])
		out.Algorithms = append(out.Algorithms, one)
	}
	if definition, ok := a["TrainingJobDefinition"]; ok {
		one := algorithm(definition, at(config, "HyperParameterTuningJobObjective"), at(config, "ParameterRanges"))
		out.Training, out.Objective, out.Integers, out.Continuous, out.Categorical = one.Training, one.Objective, one.Integers, one.Continuous, one.Categorical
	}
	return out
}

func readTransform(s source) TransformArgs {
	a := s.arguments
	input, output, resources, processing := a["TransformInput"], a["TransformOutput"], a["TransformResources"], a["DataProcessing"]
	return TransformArgs{
		Model: textOf(a["ModelName"]), Input: textOf(at(input, "DataSource", "S3DataSource", "S3Uri")), InputType: unless(at(input, "DataSource", "S3DataSource", "S3DataType"), DataPrefix),
		ContentType: textOf(at(input, "ContentType")), Split: unless(at(input, "SplitType"), SplitNone), Gzip: wordOf(at(input, "CompressionType")) == "Gzip",
		OutputURI: textOf(at(output, "S3OutputPath")), OutputKMSKey: textOf(at(output, "KmsKeyId")), Accept: textOf(at(output, "Accept")), AssembleLines: wordOf(at(output, "AssembleWith")) == "Line",
		InstanceType: textOf(at(resources, "InstanceType")), InstanceCount: integerOf(at(resources, "InstanceCount")), VolumeKMSKey: textOf(at(resources, "VolumeKmsKeyId")),
		SingleRecord: wordOf(a["BatchStrategy"]) == "SingleRecord", MaxConcurrent: integerOf(a["MaxConcurrentTransforms"]), MaxPayloadMB: integerOf(a["MaxPayloadInMB"]),
		InputFilter: textOf(at(processing, "InputFilter")), OutputFilter: textOf(at(processing, "OutputFilter")), JoinInput: wordOf(at(processing, "JoinSource")) == "Input",
		RequestTimeout: secondsOf(at(a, "ModelClientConfig", "InvocationsTimeoutInSeconds")), Environment: textMapOf(a["Environment"]), Tags: tagsOf(a["Tags"]),
		TrialComponent: textOf(at(a, "ExperimentConfig", "TrialComponentDisplayName")), JobNamePrefix: wordOf(a["TransformJobName"]), CacheFor: cacheOf(s), Retry: retriesOf(s, jobErrors),
	}
}

func readAutoML(s source) AutoMLArgs {
	a, config := s.arguments, s.arguments["AutoMLJobConfig"]
	network := networkOf(at(config, "SecurityConfig"), true)
	out := AutoMLArgs{
		OutputURI: textOf(at(a, "OutputDataConfig", "S3OutputPath")), OutputKMSKey: textOf(at(a, "OutputDataConfig", "KmsKeyId")), Role: textOf(a["RoleArn"]),
		Problem: Problem(wordOf(a["ProblemType"])), Metric: textOf(at(a, "AutoMLJobObjective", "MetricName")), Network: network,
		MaxRuntime: secondsOf(at(config, "CompletionCriteria", "MaxAutoMLJobRuntimeInSeconds")), MaxCandidates: integerOf(at(config, "CompletionCriteria", "MaxCandidates")),
		VolumeKMSKey: textOf(at(config, "SecurityConfig", "VolumeKmsKeyId")), ValidationFraction: floatOf(at(config, "DataSplitConfig", "ValidationFraction")),
		Tags: tagsOf(a["Tags"]), JobNamePrefix: wordOf(a["AutoMLJobName"]), CacheFor: cacheOf(s), Retry: retriesOf(s, searchErrors),
	}
	for n, each := range objectsOf(a["InputDataConfig"]) {
		source := at(each, "DataSource", "S3DataSource")
		if n > 0 {
			out.Validation = textOf(at(source, "S3Uri"))
			continue
		}
		out.Input, out.InputType = textOf(at(source, "S3Uri")), unless(at(source, "S3DataType"), DataPrefix)
		out.ContentType, out.Gzip = unless(each["ContentType"], String("text/csv;header=present")), wordOf(each["CompressionType"]) == "Gzip"
		out.Target, out.SampleWeight = textOf(each["TargetAttributeName"]), textOf(each["SampleWeightAttributeName"])
	}
	return out
}
