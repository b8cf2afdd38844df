package pipeline

import "github.com/mlplatform/mlplatform/internal/lazyregexp"

// MLflow is the managed MLflow that tracks the executions. The role of the pipeline must be allowed to write there, which
// constructs/mlflow grants.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MlflowConfig.html
type MLflow struct {
	// ARN of the tracking server or app. Required.
	ARN String
	// Experiment is its name. An execution can be started with another. Default: MLflow's own.
	Experiment String
	// Run is its name. Default: MLflow's own.
	Run String
}

var mlflowARN = lazyregexp.New(`^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:mlflow-[a-zA-Z-]*/.+$`)

// mlflow is the member of the definition, empty where nothing is tracked.
func (c *checker) mlflow(m *MLflow) object {
	if m == nil {
		return nil
	}
	c.at = "mlflow"
	c.required("arn", m.ARN, "give the ARN of a tracking server or app")
	if text, ok := known(m.ARN); ok && !mlflowARN.MatchString(text) {
		c.addf("arn", `%q is no ARN of MLflow; write it like "arn:aws:sagemaker:us-west-2:111111111111:mlflow-tracking-server/name"`, text)
	}
	for _, each := range []struct {
		field string
		name  String
	}{{"experiment", m.Experiment}, {"run", m.Run}} {
		if text, ok := known(each.name); ok && len(text) > maxDisplayName {
			c.addf(each.field, "has %d characters; at most %d are allowed", len(text), maxDisplayName)
		}
	}
	out := object{}
	out.set("MlflowResourceArn", m.ARN)
	out.set("MlflowExperimentName", m.Experiment)
	out.set("MlflowRunName", m.Run)
	return out
}
