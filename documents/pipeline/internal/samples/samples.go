// Package samples holds one small and one full pipeline for each type of step. The goldens show them, and the proof
// against AWS's own types reads them.
package samples

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

const (
	role  = "arn:aws:iam::111111111111:role/train"
	image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/training@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	key   = "arn:aws:kms:us-west-2:111111111111:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
)

// A Sample is a pipeline with a name.
type Sample struct {
	Name     string
	Pipeline *pipeline.Pipeline
}

// All are the samples, in the order of their names' appearance in the documentation.
func All() []Sample {
	builders := []struct {
		name  string
		build func(p *pipeline.Pipeline)
	}{
		{"processing", processing}, {"processing-full", processingFull},
		{"training", training}, {"training-full", trainingFull},
		{"tuning", tuning}, {"tuning-full", tuningFull}, {"tuning-algorithms", tuningAlgorithms},
		{"model", model}, {"model-full", modelFull},
		{"register", register}, {"register-full", registerFull},
		{"transform", transform}, {"transform-full", transformFull},
		{"automl", autoML}, {"automl-full", autoMLFull},
		{"condition", condition}, {"fail", fail}, {"lambda", lambda}, {"callback", callback},
		{"quality-check", qualityCheck}, {"quality-check-full", qualityCheckFull},
		{"clarify-check", clarifyCheck}, {"clarify-check-full", clarifyCheckFull},
		{"emr", emr}, {"emr-cluster", emrCluster},
		{"emr-serverless", emrServerless}, {"emr-serverless-full", emrServerlessFull},
		{"notebook", notebook}, {"notebook-full", notebookFull},
		{"raw", raw}, {"inference", inference}, {"inference-component", inferenceComponent}, {"lineage", lineage}, {"function", function}, {"parameters", parameters},
	}
	var out []Sample
	for _, each := range builders {
		props := pipeline.Props{Defaults: pipeline.Defaults{Role: role, OutputURI: "s3://models/out"}}
		if each.name == "parameters" {
			props.Experiment = pipeline.Experiment{Name: "wine", Trial: "run-" + pipeline.ExecutionID}
		}
		p := pipeline.New("sample", props)
		each.build(p)
		out = append(out, Sample{each.name, p})
	}
	out = append(out, Sample{"wine", Wine(pipeline.Defaults{
		Role: role, OutputURI: "s3://models/out", OutputKMSKey: key,
		Network: pipeline.Network{Subnets: []pipeline.String{"subnet-0a"}, SecurityGroups: []pipeline.String{"sg-0a"}},
		Tags:    map[string]pipeline.String{"project": "wine"},
	})})
	return out
}

// Wine trains, evaluates and registers a model: what most pipelines look like.
func Wine(defaults pipeline.Defaults) *pipeline.Pipeline {
	p := pipeline.New("wine-training", pipeline.Props{Defaults: defaults, MaxParallelSteps: 4})
	data := p.String("data", "s3://data/wine/wine.csv")
	epochs := p.Integer("epochs", 8)
	learningRate := p.Float("learning_rate", 1e-5)
	threshold := p.Float("threshold", 0.7)
	instance := p.String("training_instance", "ml.m5.xlarge", "ml.m5.large", "ml.m5.xlarge")

	split := p.Processing("preprocess", pipeline.ProcessingArgs{
		Image:  image,
		Script: pipeline.Script{URI: "s3://code/preprocess.py"},
		Inputs: []pipeline.ProcessingInput{{Name: "raw", S3URI: data}},
		Outputs: []pipeline.ProcessingOutput{
			{Name: "train"}, {Name: "validation"}, {Name: "test"},
		},
		CacheFor: 30 * 24 * time.Hour,
	})
	train := p.Training("train", pipeline.TrainingArgs{
		Image:           image,
		HyperParameters: map[string]pipeline.String{"epochs": epochs.Text(), "learning_rate": learningRate.Text()},
		Inputs: []pipeline.Channel{
			{Name: "train", S3URI: split.Output("train"), ContentType: "text/csv"},
			{Name: "validation", S3URI: split.Output("validation"), ContentType: "text/csv"},
		},
		Compute: pipeline.Compute{InstanceType: instance, MaxRuntime: time.Hour},
		Retry:   []pipeline.RetryPolicy{{On: []pipeline.RetryError{pipeline.RetryCapacityError}, Interval: time.Minute, ExpireAfter: 2 * time.Hour}},
	})
	evaluate := p.Processing("evaluate", pipeline.ProcessingArgs{
		Image:  image,
		Script: pipeline.Script{URI: "s3://code/evaluate.py"},
		Inputs: []pipeline.ProcessingInput{
			{Name: "model", S3URI: train.ModelArtifacts()}, {Name: "test", S3URI: split.Output("test")},
		},
		Outputs:       []pipeline.ProcessingOutput{{Name: "evaluation"}},
		PropertyFiles: []pipeline.PropertyFile{{Name: "metrics", Output: "evaluation", Path: "evaluation.json"}},
	})
	accuracy := evaluate.JSONGet("metrics", "metrics.accuracy.value")
	p.Condition("good-enough", pipeline.ConditionArgs{
		If: []pipeline.Condition{pipeline.GreaterThanOrEqualTo(accuracy, threshold)},
		Then: []pipeline.Step{p.Register("register", pipeline.RegisterArgs{
			Group:         "wine",
			Containers:    []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}},
			ContentTypes:  []pipeline.String{"text/csv"},
			ResponseTypes: []pipeline.String{"text/csv"},
			Metrics:       pipeline.ModelMetrics{QualityStatistics: evaluate.Output("evaluation") + "/evaluation.json"},
		})},
		Else: []pipeline.Step{p.Fail("too-weak", pipeline.FailArgs{
			Message: "accuracy " + accuracy.Text() + " is under " + threshold.Text(),
		})},
	})
	return p
}
