package pipeline

// checkOf reads what quality and Clarify checks share. own are the variables that the check itself sets.
func checkOf(s source, own ...string) (CheckOptions, ProcessingArgs) {
	job := readProcessing(s)
	out := CheckOptions{
		Image: job.Image, Compute: job.Compute, Environment: without(job.Environment, own...), Role: job.Role, Network: job.Network, OutputKMSKey: job.OutputKMSKey,
		Tags: job.Tags, CacheFor: job.CacheFor, Group: textOf(s.members["ModelPackageGroupName"]), SkipCheck: truth(s.members["SkipCheck"]),
		RegisterNewBaseline: truth(s.members["RegisterNewBaseline"]), BaselineConstraints: textOf(s.members["SuppliedBaselineConstraints"]),
		PassOnViolation: s.members["FailOnViolation"] == Bool(false),
	}
	if len(job.Outputs) == 1 {
		out.OutputURI = job.Outputs[0].S3URI
	}
	return out, job
}

// truth is nil for false, the default of the switches of checks.
func truth(v Value) BooleanValue {
	if v == Bool(false) {
		return nil
	}
	return booleanOf(v)
}

func input(job ProcessingArgs, name string) String {
	for _, each := range job.Inputs {
		if each.Name == name {
			return each.S3URI
		}
	}
	return ""
}

func readQualityCheck(s source) QualityCheckArgs {
	options, job := checkOf(s, "dataset_format", "dataset_source", "output_path", "publish_cloudwatch_metrics", "post_analytics_processor_script", "record_preprocessor_script",
		"analysis_type", "problem_type", "inference_attribute", "probability_attribute", "ground_truth_attribute", "probability_threshold_attribute")
	variables := job.Environment
	out := QualityCheckArgs{
		CheckOptions: options, Dataset: input(job, datasetInput), Format: unless(variables["dataset_format"], FormatCSVWithHeader),
		BaselineStatistics: textOf(s.members["SuppliedBaselineStatistics"]), Preprocessor: input(job, preprocessInput), Postprocessor: input(job, postprocessInput),
	}
	if wordOf(s.members["CheckType"]) == "MODEL_QUALITY" {
		out.ModelQuality = &ModelQuality{
			Problem: Problem(variables["problem_type"]), Inference: variables["inference_attribute"], Probability: variables["probability_attribute"],
			GroundTruth: variables["ground_truth_attribute"], Threshold: variables["probability_threshold_attribute"],
		}
	}
	return out
}

func readClarifyCheck(s source) ClarifyCheckArgs {
	options, job := checkOf(s)
	return ClarifyCheckArgs{
		CheckOptions: options, Kind: ClarifyKind(wordOf(s.members["CheckType"])), Dataset: input(job, "dataset"), AnalysisConfig: input(job, "analysis_config"),
		Model: textOf(s.members["ModelName"]),
	}
}
