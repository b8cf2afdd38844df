package mlflow

// The actions of MLflow's API, each under the name that IAM has for it. Together they are all but AccessUI.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerwithmlflow.html
var (
	reading = []string{
		"GetDownloadURIForModelVersionArtifacts", "GetExperiment", "GetExperimentByName", "GetLatestModelVersions",
		"GetLoggedModel", "GetMetricHistory", "GetModelVersion", "GetModelVersionByAlias", "GetRegisteredModel", "GetRun",
		"GetTraceInfo", "ListArtifacts", "ListLoggedModelArtifacts", "SearchExperiments", "SearchLoggedModels",
		"SearchModelVersions", "SearchRegisteredModels", "SearchRuns", "SearchTraces",
	}
	tracking = []string{
		"CreateExperiment", "CreateModelVersion", "CreateRegisteredModel", "CreateRun", "EndTrace", "FinalizeLoggedModel",
		"LogBatch", "LogInputs", "LogLoggedModelParams", "LogMetric", "LogModel", "LogOutputs", "LogParam",
		"SetExperimentTag", "SetLoggedModelTags", "SetModelVersionTag", "SetRegisteredModelTag", "SetTag", "SetTraceTag",
		"StartTrace", "UpdateExperiment", "UpdateModelVersion", "UpdateRegisteredModel", "UpdateRun",
	}
	managing = []string{
		"DeleteExperiment", "DeleteLoggedModel", "DeleteLoggedModelTag", "DeleteModelVersion", "DeleteModelVersionTag",
		"DeleteRegisteredModel", "DeleteRegisteredModelAlias", "DeleteRegisteredModelTag", "DeleteRun", "DeleteTag",
		"DeleteTraceTag", "DeleteTraces", "RenameRegisteredModel", "RestoreExperiment", "RestoreRun",
		"SetRegisteredModelAlias", "TransitionModelVersionStage",
	}
)
