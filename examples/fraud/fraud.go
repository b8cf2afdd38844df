// Package fraud is a complete image for the training pipeline and for automatic learning: image/ holds the programs and
// data/make.py makes transactions to try them on. The tests run all steps of both systems over files.
package fraud

import (
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/systems/automation"
	"github.com/mlplatform/mlplatform/systems/training"
)

const (
	image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/fraud:1.0"
	role  = "arn:aws:iam::111111111111:role/fraud-jobs"
)

// Training is the training pipeline with the image.
func Training() (*pipeline.Pipeline, error) {
	threshold := 0.6
	return training.New(training.Settings{
		Name: "fraud", Image: image, Role: role, Group: "fraud", Data: "s3://fraud-data/raw/", Prepared: "s3://fraud-data/prepared", Models: "s3://fraud-models/training",
		Metric:     training.Metric{Name: "f1", Path: "metrics.f1.value", Threshold: &threshold},
		Parameters: training.Parameters{Epochs: 5, BatchSize: 64, LearningRate: 0.5},
		Repository: "acme/fraud", Commit: "4f2a9c1",
	})
}

// Learning is automatic learning with the image, which also trains and serves here. The entry points of both systems
// differ, because their evaluations read different things.
func Learning() automation.Learning {
	return automation.Learning{
		Prefix: "fraud", RoleARN: role, Bucket: "fraud-data", TopicARN: "arn:aws:sns:us-west-2:111111111111:fraud",
		Prepare:  automation.Job{Image: image, EntryPoint: automation.DefaultPrepare(), Arguments: []string{"--undersample-ratio", "10"}},
		Evaluate: automation.Job{Image: image, EntryPoint: automation.DefaultEvaluate()},
		Tuning: automation.Tuning{
			Image: image, Objective: asl.Objective{Metric: "validation:f1", Maximize: true},
			Metrics: []asl.MetricDefinition{{Name: "validation:f1", Regex: "validation:f1=([0-9.]+);"}}, MaxJobs: 4, MaxParallelJobs: 2,
			Continuous: []asl.ContinuousRange{{Name: "learning_rate", Min: 0.01, Max: 1, Scaling: asl.Logarithmic}},
			Static:     map[string]string{"epochs": "5", "batch_size": "64"},
		},
		Register: automation.Register{GroupName: "fraud", Metric: "f1", Threshold: 0.6},
	}
}
