package main

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// settings are what differs from one environment to another. URIs and ARNs may be known to Terraform only.
type settings struct {
	image, group, role string
	bucket, key        string // where data and models are: an S3 URI, and the KMS key of its objects
	maxError           float64
	mlflow             *mlflowclient.Server // where train and evaluate note their runs; nil for nowhere
}

// qualityPipeline trains a model that tells the quality of a wine from its chemistry, and registers it where it is good
// enough and better than guessing.
func qualityPipeline(name string, s settings) *pipeline.Pipeline {
	p := pipeline.New(name, pipeline.Props{Defaults: pipeline.Defaults{
		Role: pipeline.String(s.role), OutputURI: pipeline.String(s.bucket + "/results"), OutputKMSKey: pipeline.String(s.key),
	}})
	image := pipeline.String(s.image)
	program := func(name pipeline.String) []pipeline.String {
		return []pipeline.String{"python3", "/opt/ml/code/" + name}
	}

	// What whoever starts an execution can choose, with defaults.
	data := p.String("input_data", s.bucket+"/raw/")
	model := p.String("model", "forest", "forest", "linear")
	epochs, batchSize := p.Integer("epochs", 200), p.Integer("batch_size", 16)
	learningRate := p.Float("learning_rate", 0.05)
	maxError := p.Float("max_error", s.maxError)

	prepare := p.Processing("prepare", pipeline.ProcessingArgs{
		Image: image, Entrypoint: program("preprocess.py"),
		Inputs:  []pipeline.ProcessingInput{{Name: "raw", S3URI: data}},
		Outputs: []pipeline.ProcessingOutput{{Name: "train"}, {Name: "validation"}, {Name: "test"}},
	})
	train := p.Training("train", pipeline.TrainingArgs{
		Image: image, Entrypoint: program("train.py"), Environment: mlflowclient.Variables[pipeline.String](s.mlflow),
		HyperParameters: map[string]pipeline.String{
			"model": model, "epochs": epochs.Text(), "batch_size": batchSize.Text(), "learning_rate": learningRate.Text(),
		},
		Inputs: []pipeline.Channel{
			{Name: "train", S3URI: prepare.Output("train")}, {Name: "validation", S3URI: prepare.Output("validation")},
		},
		Metrics: []pipeline.Metric{{Name: "validation:mae", Regex: "validation:mae=([0-9.]+);"}},
		Spot:    &pipeline.Spot{MaxWait: 2 * time.Hour}, Compute: pipeline.Compute{MaxRuntime: time.Hour},
	})
	evaluate := p.Processing("evaluate", pipeline.ProcessingArgs{
		Image: image, Entrypoint: program("evaluate.py"), Environment: mlflowclient.Variables[pipeline.String](s.mlflow),
		Inputs: []pipeline.ProcessingInput{
			{Name: "model", S3URI: train.ModelArtifacts()}, {Name: "test", S3URI: prepare.Output("test")},
		},
		Outputs:       []pipeline.ProcessingOutput{{Name: "evaluation"}},
		PropertyFiles: []pipeline.PropertyFile{{Name: "metrics", Output: "evaluation", Path: "evaluation.json"}},
	})

	mae := evaluate.JSONGet("metrics", "metrics.mae.value")
	guessing := evaluate.JSONGet("metrics", "metrics.baseline_mae.value")
	p.Condition("good-enough", pipeline.ConditionArgs{
		If: []pipeline.Condition{pipeline.LessThanOrEqualTo(mae, maxError), pipeline.LessThan(mae, guessing)},
		Then: []pipeline.Step{p.Register("register", pipeline.RegisterArgs{
			Group:        pipeline.String(s.group), // waits there for a person's approval
			Containers:   []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}},
			ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
			Metrics: pipeline.ModelMetrics{QualityStatistics: evaluate.Output("evaluation") + "/evaluation.json"},
		})},
		Else: []pipeline.Step{p.Fail("reject", pipeline.FailArgs{
			Message: "The mean error of " + mae.Text() + " is over " + maxError.Text() + ", or no better than guessing: " + guessing.Text(),
		})},
	})
	return p
}
