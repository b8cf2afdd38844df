package stacks

import "github.com/mlplatform/mlplatform/documents/policy"

// startTraining lets the apply role start the training pipeline where that follows each deployment, and only there.
func (e *environmentStack) startTraining() []policy.Statement {
	if !e.env.TrainingEnabled() || !e.env.Training.RunAfterDeploy {
		return nil
	}
	return []policy.Statement{{
		Sid: "StartTraining", Actions: []string{"sagemaker:StartPipelineExecution"},
		Resources: []string{e.scope.Regional("sagemaker", "pipeline/"+e.env.TrainingPipelineName())},
	}}
}
