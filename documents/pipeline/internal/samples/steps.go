//lint:file-ignore ST1001 the samples read like a program of a user

package samples

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline"
)

var (
	network = &Network{Subnets: []String{"subnet-0a", "subnet-0b"}, SecurityGroups: []String{"sg-0a"}, Isolated: true, PlaintextBetweenContainers: true}
	compute = Compute{InstanceType: "ml.m5.4xlarge", InstanceCount: Int(2), VolumeGB: Int(100), VolumeKMSKey: key, MaxRuntime: 2 * time.Hour}
	tags    = map[string]String{"team": "ml"}
	retry   = []RetryPolicy{{On: []RetryError{RetryThrottling}, Interval: 10 * time.Second, BackoffRate: 1.5, MaxAttempts: 3}}
	stepped = StepOptions{DisplayName: "Shown in Studio", Description: "what it is for"}
)

func processing(p *Pipeline) { p.Processing("process", ProcessingArgs{Image: image}) }

func processingFull(p *Pipeline) {
	instances := p.Integer("instances", 2)
	local := *network
	p.Processing("process", ProcessingArgs{
		StepOptions: stepped,
		Image:       image,
		Script:      Script{URI: "s3://code/run.py", Command: []String{"python3", "-u"}},
		Arguments:   []String{"--instances", instances.Text()},
		Environment: map[string]String{"MODE": "full", "EXECUTION": ExecutionID},
		Inputs: []ProcessingInput{
			{Name: "a", S3URI: "s3://data/a", LocalPath: "/opt/ml/processing/a", DataType: DataManifest, Mode: ModePipe, Distribution: DistributionSharded, Gzip: true},
			{Name: "b", Extra: Fields{"DatasetDefinition": Fields{
				"LocalPath": String("/opt/ml/processing/b"), "DataDistributionType": String("FullyReplicated"),
				"AthenaDatasetDefinition": Fields{
					"Catalog": String("AwsDataCatalog"), "Database": String("wine"), "QueryString": String("select * from wine"),
					"OutputS3Uri": String("s3://data/athena"), "OutputFormat": String("PARQUET"),
				},
			}}},
		},
		Outputs: []ProcessingOutput{
			{Name: "report", LocalPath: "/opt/ml/processing/report", S3URI: "s3://models/report", Continuous: true},
			{Name: "features", Extra: Fields{"FeatureStoreOutput": Fields{"FeatureGroupName": String("wine")}}},
		},
		PropertyFiles: []PropertyFile{{Name: "metrics", Output: "report", Path: "metrics.json"}},
		Compute:       Compute{InstanceType: "ml.m5.xlarge", InstanceCount: instances, VolumeGB: Int(50), VolumeKMSKey: key, MaxRuntime: time.Hour},
		Role:          "arn:aws:iam::111111111111:role/process", Network: &local, OutputKMSKey: key, Tags: tags,
		TrialComponent: "processing", JobNamePrefix: "wine-process",
		CacheFor: 36*time.Hour + 30*time.Minute, Retry: retry,
		Extra: Fields{"ProcessingResources": Fields{"ClusterConfig": Fields{}}},
	})
}

func training(p *Pipeline) {
	p.Training("train", TrainingArgs{Image: image, Inputs: []Channel{{Name: "train", S3URI: "s3://data/train"}}})
}

func trainingFull(p *Pipeline) {
	epochs, rate, debug := p.Integer("epochs", 8), p.Float("rate", 0.1), p.Boolean("debug", false)
	before := p.Training("before", TrainingArgs{Algorithm: "arn:aws:sagemaker:us-west-2:111111111111:algorithm/wine", KeepAlive: 10 * time.Minute})
	p.Training("train", TrainingArgs{
		StepOptions: StepOptions{DisplayName: "Train", Description: "trains", DependsOn: []Step{before}},
		Image:       image, Script: TrainingScript{SourceURI: "s3://code/source.tar.gz", Program: "train.py"},
		Entrypoint: []String{"python3", "/opt/ml/code/run.py"}, Arguments: []String{"--debug", debug.Text()},
		HyperParameters: map[string]String{"epochs": epochs.Text(), "rate": rate.Text(), "from": before.ModelArtifacts()},
		Metrics:         []Metric{{Name: "loss", Regex: "loss=([0-9.]+)"}},
		Inputs: []Channel{
			{Name: "train", S3URI: "s3://data/train", DataType: DataManifest, Distribution: DistributionSharded, ContentType: "text/csv", Mode: ModePipe, Gzip: true, RecordIO: true, Extra: Fields{"ShuffleConfig": Fields{"Seed": Int(7)}}},
			{Name: "file-system", Extra: Fields{"DataSource": Fields{"FileSystemDataSource": Fields{
				"FileSystemId": String("fs-0123456789abcdef0"), "FileSystemType": String("EFS"), "FileSystemAccessMode": String("ro"), "DirectoryPath": String("/wine"),
			}}}},
		},
		InputMode: ModeFastFile, OutputURI: "s3://models/wine", OutputKMSKey: key, Compute: compute,
		Spot: &Spot{MaxWait: 4 * time.Hour}, Checkpoints: "s3://models/checkpoints", JobAttempts: 2,
		Environment: map[string]String{"MODE": "full"}, Role: "arn:aws:iam::111111111111:role/other", Network: network, Tags: tags,
		TrialComponent: "training", JobNamePrefix: "wine-train", CacheFor: 24 * time.Hour,
		Retry: []RetryPolicy{
			{On: []RetryError{RetryServiceFault, RetryThrottling}},
			{On: []RetryError{RetryJobInternalError, RetryCapacityError, RetryResourceLimit}, Interval: time.Minute, ExpireAfter: time.Hour},
		},
		Extra: Fields{
			"ProfilerConfig":  Fields{"DisableProfiler": Bool(true)},
			"DebugHookConfig": Fields{"S3OutputPath": String("s3://models/debug"), "CollectionConfigurations": List{Fields{"CollectionName": String("losses")}}},
		},
	})
}

func tuningBase() TuningArgs {
	return TuningArgs{
		Training: TrainingArgs{
			Image: image, Metrics: []Metric{{Name: "validation:f1", Regex: "f1=([0-9.]+)"}},
			Inputs: []Channel{{Name: "train", S3URI: "s3://data/train"}},
		},
		Objective: Objective{Metric: "validation:f1", Direction: Maximize},
		Integers:  []IntegerRange{{Name: "max_depth", Min: 1, Max: 10}},
	}
}

func tuning(p *Pipeline) { p.Tuning("tune", tuningBase()) }

func tuningFull(p *Pipeline) {
	seed := 7
	args := tuningBase()
	args.StepOptions, args.Strategy, args.MaxJobs, args.MaxParallelJobs = stepped, StrategyRandom, p.Integer("jobs", 20), Int(5)
	args.MaxRuntime, args.EarlyStopping, args.RandomSeed, args.Tags = 6*time.Hour, true, &seed, tags
	args.Integers[0].Scaling = ScalingLogarithmic
	args.Continuous = []ContinuousRange{{Name: "eta", Min: 0.1, Max: 0.5, Scaling: ScalingReverseLogarithmic}, {Name: "gamma", Min: 0, Max: 5}}
	args.Categorical = []CategoricalRange{{Name: "booster", Values: []string{"gbtree", "dart"}}}
	args.WarmStart = &WarmStart{Parents: []String{"wine-1"}, SameData: true}
	args.CacheFor, args.Retry = time.Hour, retry
	args.Training.HyperParameters = map[string]String{"objective": "binary:logistic", "num_round": "50"}
	args.Training.Spot, args.Training.Network, args.Training.Compute = &Spot{}, network, compute
	args.Training.Checkpoints, args.Training.JobAttempts, args.Training.Environment = "s3://models/checkpoints", 1, map[string]String{"MODE": "full"}
	args.Extra = Fields{"Autotune": Fields{"Mode": String("Enabled")}}
	tune := p.Tuning("tune", args)
	p.Model("best", ModelArgs{Containers: []Container{{
		Image: image, ModelData: tune.BestModel(), Environment: map[string]String{
			"JOB": tune.BestJobName(), "DEPTH": tune.BestHyperParameter("max_depth"), "F1": tune.BestObjective().Text(),
		},
	}}})
}

func tuningAlgorithms(p *Pipeline) {
	algorithm := func(name string, of String, ranges ...IntegerRange) TuningAlgorithm {
		return TuningAlgorithm{
			Name: name, Objective: Objective{Metric: "validation:f1", Direction: Maximize}, Integers: ranges,
			Training: TrainingArgs{Image: of, Metrics: []Metric{{Name: "validation:f1", Regex: "f1=([0-9.]+)"}}, Inputs: []Channel{{Name: "train", S3URI: "s3://data/train"}}},
		}
	}
	tune := p.Tuning("tune", TuningArgs{MaxJobs: Int(8), MaxParallelJobs: Int(2), Algorithms: []TuningAlgorithm{
		algorithm("trees", image, IntegerRange{Name: "max_depth", Min: 1, Max: 10}), algorithm("layers", "111111111111.dkr.ecr.us-west-2.amazonaws.com/network:1", IntegerRange{Name: "layers", Min: 1, Max: 4}),
	}})
	p.Model("best", ModelArgs{Containers: []Container{{Image: image, ModelData: tune.BestModel(), Environment: map[string]String{"JOB": tune.BestJobName()}}}})
}

func model(p *Pipeline) {
	p.Model("model", ModelArgs{Containers: []Container{{Image: image, ModelData: "s3://models/model.tar.gz"}}})
}

func modelFull(p *Pipeline) {
	p.Model("model", ModelArgs{
		StepOptions: stepped,
		Containers: []Container{
			{Image: image, ModelData: "s3://models/a.tar.gz", Environment: map[string]String{"MODE": "full"}, Extra: Fields{"Mode": String("SingleModel")}},
			{ModelPackage: "arn:aws:sagemaker:us-west-2:111111111111:model-package/wine/3"},
		},
		Role: role, Network: network, Tags: tags, Retry: retry,
		Extra: Fields{"InferenceExecutionConfig": Fields{"Mode": String("Serial")}},
	})
}

func register(p *Pipeline) {
	p.Register("register", RegisterArgs{
		Group: "wine", Containers: []Container{{Image: image, ModelData: "s3://models/model.tar.gz"}},
		ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"},
	})
}

func registerFull(p *Pipeline) {
	const at = "s3://models/reports/"
	status := p.String("approval", string(PendingManualApproval), string(PendingManualApproval), string(Approved))
	p.Register("register", RegisterArgs{
		StepOptions: stepped, Group: "wine", Approval: status, Description: "a version",
		Containers:   []Container{{Image: image, ModelData: "s3://models/model.tar.gz", Environment: map[string]String{"MODE": "full"}, Extra: Fields{"Framework": String("XGBOOST")}}},
		ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"application/json"},
		InferenceInstances: []String{"ml.m5.large"}, TransformInstances: []String{"ml.m5.xlarge"},
		Metrics: ModelMetrics{
			ContentTypes:      map[string]String{"explainabilityReport": "text/html"},
			QualityStatistics: at + "a", QualityConstraints: at + "b", DataStatistics: at + "c", DataConstraints: at + "d", BiasReport: at + "e",
			PreTrainingBiasReport: at + "f", PostTrainingReport: at + "g", ExplainabilityReport: at + "h",
		},
		Baselines: DriftBaselines{
			QualityStatistics: at + "a", QualityConstraints: at + "b", DataStatistics: at + "c", DataConstraints: at + "d", BiasConfig: at + "e",
			PreTrainingConstraints: at + "f", PostTrainingConstraints: at + "g", ExplainabilityConfig: at + "h", ExplainabilityConstraints: at + "i",
		},
		Metadata: map[string]String{"execution": ExecutionID},
		Source:   Source{CommitID: "0f1e2d3", Repository: "acme/wine-ml", GeneratedBy: PipelineARN, ProjectID: "wine"},
		Domain:   "MACHINE_LEARNING", Task: "CLASSIFICATION", SamplePayload: "s3://models/payload.tar.gz", Tags: tags, Retry: retry,
		Extra: Fields{"SkipModelValidation": String("All")},
	})
}

func transform(p *Pipeline) {
	p.Transform("predict", TransformArgs{Model: "wine", Input: "s3://data/batch"})
}

func transformFull(p *Pipeline) {
	created := p.Model("model", ModelArgs{Containers: []Container{{Image: image}}})
	p.Transform("predict", TransformArgs{
		StepOptions: stepped, Model: created.ModelName(), Input: "s3://data/batch", InputType: DataManifest, ContentType: "text/csv",
		Split: SplitLine, Gzip: true, OutputURI: "s3://models/batch", OutputKMSKey: key, Accept: "text/csv", AssembleLines: true,
		InstanceType: "ml.m5.xlarge", InstanceCount: Int(2), VolumeKMSKey: key, SingleRecord: true, MaxConcurrent: Int(4), MaxPayloadMB: Int(1),
		InputFilter: "$[1:]", OutputFilter: "$[0,-1]", JoinInput: true, RequestTimeout: time.Minute,
		Environment: map[string]String{"MODE": "full"}, Tags: tags, TrialComponent: "transform", JobNamePrefix: "wine-batch",
		CacheFor: time.Hour, Retry: retry,
		Extra: Fields{"DataCaptureConfig": Fields{"DestinationS3Uri": String("s3://models/capture")}},
	})
}

func autoML(p *Pipeline) {
	p.AutoML("auto", AutoMLArgs{Input: "s3://data/train.csv", Target: "quality"})
}

func autoMLFull(p *Pipeline) {
	auto := p.AutoML("auto", AutoMLArgs{
		StepOptions: stepped, Input: "s3://data/train.csv", InputType: DataPrefix, ContentType: "text/csv;header=present", Gzip: true, Target: "quality",
		SampleWeight: "weight", ValidationFraction: Float(0.25), Problem: ProblemMulticlass, Metric: "F1macro", MaxRuntime: time.Hour,
		MaxCandidates: Int(10), OutputURI: "s3://models/auto", OutputKMSKey: key, VolumeKMSKey: key, Role: role,
		Network: &Network{Subnets: []String{"subnet-0a"}, SecurityGroups: []String{"sg-0a"}}, Tags: tags, JobNamePrefix: "wine-auto",
		CacheFor: time.Hour, Retry: retry,
		Extra: Fields{"AutoMLJobConfig": Fields{"CandidateGenerationConfig": Fields{"AlgorithmsConfig": List{Fields{"AutoMLAlgorithms": List{String("xgboost")}}}}}},
	})
	p.Model("best", ModelArgs{Containers: []Container{{Image: auto.BestImage(), ModelData: auto.BestModel(), Environment: auto.BestEnvironment()}}})
}

func condition(p *Pipeline) {
	approved, limit, force := p.String("approval", "yes"), p.Integer("limit", 3), p.Boolean("force", false)
	count := p.Lambda("count", LambdaArgs{
		FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:count", Outputs: []OutputParameter{{Name: "n", Type: TypeInteger}},
	})
	inner := p.Condition("inner", ConditionArgs{
		If:   []Condition{Or(LessThan(count.OutputInteger("n"), Float(1)), Not(LessThanOrEqualTo(count.OutputInteger("n"), limit)))},
		Then: []Step{p.Fail("odd", FailArgs{Message: "odd count"})},
	})
	p.Condition("outer", ConditionArgs{
		StepOptions: stepped,
		If: []Condition{
			Equals(force, Bool(true)), In(approved, String("yes"), String("always")),
			GreaterThan(count.OutputInteger("n"), Int(0)), GreaterThanOrEqualTo(count.OutputInteger("n"), limit),
		},
		Then: []Step{inner},
		Else: []Step{p.Fail("refused", FailArgs{Message: "refused"})},
	})
}

func fail(p *Pipeline) {
	p.Fail("stop", FailArgs{StepOptions: stepped, Message: Join(" ", "execution", ExecutionID, "<stopped> & done")})
}

func lambda(p *Pipeline) {
	count := p.Integer("count", 1)
	call := p.Lambda("call", LambdaArgs{
		StepOptions: stepped, FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:call",
		Inputs:   Fields{"count": count, "on": Bool(true), "names": List{String("a"), ExecutionID}, "nested": Fields{"f": Float(1)}},
		Outputs:  []OutputParameter{{Name: "message"}, {Name: "n", Type: TypeInteger}, {Name: "f", Type: TypeFloat}, {Name: "b", Type: TypeBoolean}},
		CacheFor: time.Hour,
	})
	p.Fail("stop", FailArgs{Message: call.OutputString("message") + call.OutputFloat("f").Text() + call.OutputBoolean("b").Text()})
}

func callback(p *Pipeline) {
	p.Callback("ask", CallbackArgs{
		StepOptions: stepped, QueueURL: "https://sqs.us-west-2.amazonaws.com/111111111111/ask",
		Inputs: Fields{"execution": ExecutionARN}, Outputs: []OutputParameter{{Name: "answer"}}, CacheFor: time.Hour,
	})
}

func qualityCheck(p *Pipeline) {
	p.QualityCheck("check", QualityCheckArgs{CheckOptions: CheckOptions{Image: image}, Dataset: "s3://data/baseline.csv"})
}

func checkOptions(p *Pipeline) CheckOptions {
	return CheckOptions{
		Image: image, OutputURI: "s3://models/check", Group: "wine", SkipCheck: p.Boolean("skip", false), RegisterNewBaseline: Bool(true),
		BaselineConstraints: "s3://models/constraints.json", PassOnViolation: true, Compute: compute,
		Environment: map[string]String{"MODE": "full"}, Role: role, Network: network, OutputKMSKey: key, Tags: tags, CacheFor: time.Hour,
	}
}

func qualityCheckFull(p *Pipeline) {
	data := p.QualityCheck("data", QualityCheckArgs{
		StepOptions: stepped, CheckOptions: checkOptions(p), Dataset: "s3://data/baseline.json", Format: FormatJSONLines,
		BaselineStatistics: "s3://models/statistics.json", Preprocessor: "s3://code/before.py", Postprocessor: "s3://code/after.py",
	})
	p.QualityCheck("model", QualityCheckArgs{
		CheckOptions: CheckOptions{Image: image, BaselineConstraints: data.NewConstraints()}, Dataset: "s3://data/predictions.csv",
		BaselineStatistics: data.DriftStatistics(),
		ModelQuality:       &ModelQuality{Problem: ProblemBinary, Inference: "prediction", Probability: "probability", GroundTruth: "label", Threshold: "0.4"},
	})
}

func clarifyCheck(p *Pipeline) {
	p.ClarifyCheck("check", ClarifyCheckArgs{
		CheckOptions: CheckOptions{Image: image}, Kind: ClarifyDataBias, Dataset: "s3://data/train.csv", AnalysisConfig: "s3://code/analysis_config.json",
	})
}

func clarifyCheckFull(p *Pipeline) {
	created := p.Model("model", ModelArgs{Containers: []Container{{Image: image}}})
	p.ClarifyCheck("check", ClarifyCheckArgs{
		StepOptions: stepped, CheckOptions: checkOptions(p), Kind: ClarifyExplainability, Dataset: "s3://data/train.csv",
		AnalysisConfig: "s3://code/analysis_config.json", Model: created.ModelName(),
	})
}

func emr(p *Pipeline) {
	p.EMR("spark", EMRArgs{
		StepOptions: stepped, ClusterID: "j-1A2B3C4D5E6F7", RuntimeRole: "arn:aws:iam::111111111111:role/emr", Jar: "command-runner.jar", MainClass: "com.acme.Main",
		Arguments: []String{"spark-submit", "s3://code/job.py"}, Properties: map[string]String{"a": "1"}, CacheFor: time.Hour,
	})
}

func emrCluster(p *Pipeline) {
	p.EMR("spark", EMRArgs{
		Cluster: Fields{
			"ReleaseLabel": String("emr-7.1.0"), "Applications": List{Fields{"Name": String("Spark")}},
			"Instances": Fields{"InstanceGroups": List{Fields{"InstanceRole": String("MASTER"), "InstanceCount": Int(1), "InstanceType": String("m5.xlarge")}}},
		},
		Jar: "s3://code/job.jar",
	})
}

func emrServerless(p *Pipeline) {
	p.EMRServerless("spark", EMRServerlessArgs{ApplicationID: "00f1e2d3c4b5a697", Spark: SparkSubmit{EntryPoint: "s3://code/job.py"}})
}

func emrServerlessFull(p *Pipeline) {
	p.EMRServerless("spark", EMRServerlessArgs{
		StepOptions: stepped, Application: Fields{"releaseLabel": String("emr-7.1.0"), "type": String("SPARK")}, Role: role,
		Spark:     SparkSubmit{EntryPoint: "s3://code/job.py", Arguments: []String{ExecutionID}, Parameters: "--conf spark.executor.cores=4"},
		Overrides: Fields{"monitoringConfiguration": Fields{"s3MonitoringConfiguration": Fields{"logUri": String("s3://models/logs")}}},
		JobName:   "wine", Timeout: time.Hour, Tags: tags, CacheFor: time.Hour, Retry: retry,
	})
}

func notebookBase() NotebookArgs {
	return NotebookArgs{InputURI: "s3://code/notebook", Notebook: "explore data.ipynb", Image: image, Kernel: "python3", Region: "us-west-2"}
}

func notebook(p *Pipeline) { p.Notebook("explore", notebookBase()) }

func notebookFull(p *Pipeline) {
	args := notebookBase()
	args.StepOptions, args.InitScript, args.Parameters = stepped, "init.sh", map[string]String{"n": p.Integer("n", 3).Text()}
	args.Environment, args.OutputURI, args.OutputKMSKey = map[string]String{"MODE": "full"}, "s3://models/notebooks", key
	args.Compute, args.JobAttempts, args.Role = Compute{InstanceType: "ml.m5.xlarge"}, 1, role
	args.Network, args.Tags, args.Retry = network, tags, retry
	args.Extra = Fields{"ProfilerConfig": Fields{"DisableProfiler": Bool(true)}}
	p.Notebook("explore", args)
}

func raw(p *Pipeline) {
	created := p.Model("model", ModelArgs{Containers: []Container{{Image: image}}})
	options := stepped
	options.Members = Fields{"CacheConfig": Fields{"Enabled": Bool(false)}}
	p.Raw("configure", "EndpointConfig", RawArgs{
		StepOptions: options,
		Arguments: Fields{"ProductionVariants": List{Fields{
			"VariantName": String("one"), "ModelName": created.ModelName(), "InitialInstanceCount": Int(1), "InstanceType": String("ml.m5.large"),
		}}},
	})
}

func parameters(p *Pipeline) {
	bucket := p.String("bucket", "data")
	p.RequiredString("required")
	p.String("choice", "a", "a", "b")
	p.Integer("integer", -3)
	p.RequiredInteger("required-integer")
	p.Float("float", 1)
	p.Float("small", 1e-5)
	p.RequiredFloat("required-float")
	p.Boolean("boolean", true)
	p.RequiredBoolean("required-boolean")
	p.Training("train", TrainingArgs{
		Image:  image,
		Inputs: []Channel{{Name: "train", S3URI: "s3://" + bucket + "/train"}, {Name: "token", S3URI: "s3://${TfToken[TOKEN.7]}/" + bucket}},
		HyperParameters: map[string]String{
			"start": StartDateTime, "now": CurrentDateTime, "pipeline": PipelineName, "arn": PipelineARN, "execution": ExecutionID,
			"execution-arn": ExecutionARN, "job": TrainingJobName, "experiment": ExperimentName, "trial": TrialName,
		},
	})
}
