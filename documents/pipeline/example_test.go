package pipeline_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

func Example() {
	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{
		Role:      "arn:aws:iam::111111111111:role/train",
		OutputURI: "s3://models/wine",
	}})
	const image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/training:4f2a9c1"
	epochs, threshold := p.Integer("epochs", 8), p.Float("threshold", 0.7)

	train := p.Training("train", pipeline.TrainingArgs{
		Image:           image,
		HyperParameters: map[string]pipeline.String{"epochs": epochs.Text()},
		Metrics:         []pipeline.Metric{{Name: "validation:f1", Regex: "f1=([0-9.]+)"}},
		Inputs:          []pipeline.Channel{{Name: "train", S3URI: "s3://data/wine/train.csv"}},
	})
	p.Condition("good-enough", pipeline.ConditionArgs{
		If: []pipeline.Condition{pipeline.GreaterThanOrEqualTo(train.FinalMetric("validation:f1"), threshold)},
		Then: []pipeline.Step{p.Register("register", pipeline.RegisterArgs{
			Group:         "wine",
			Containers:    []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}},
			ContentTypes:  []pipeline.String{"text/csv"},
			ResponseTypes: []pipeline.String{"text/csv"},
		})},
	})

	drawing, err := p.Mermaid()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(drawing)
	// Output:
	// flowchart TD
	//   s1["train<br/>Training"]
	//   s2["register<br/>RegisterModel"]
	//   s3{"good-enough<br/>train.FinalMetricDataList['validation:f1'].Value ≥ threshold"}
	//   s3 -->|then| s2
	//   s1 --> s2
	//   s1 --> s3
}

// A mistake is found before AWS sees it, and its report names both steps.
func ExamplePipeline_Validate() {
	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: "arn:aws:iam::111111111111:role/train"}})
	split := p.Processing("split", pipeline.ProcessingArgs{
		Image:   "split",
		Outputs: []pipeline.ProcessingOutput{{Name: "train", S3URI: "s3://data/train"}},
	})
	p.Training("train", pipeline.TrainingArgs{
		Image:     "train",
		OutputURI: "models",
		Inputs:    []pipeline.Channel{{Name: "train", S3URI: split.Output("trian")}},
	})
	fmt.Println(p.Validate())
	// Output:
	// steps["train"].outputURI: "models" is no S3 URI; write it like "s3://bucket/prefix"
	// steps["train"]: refers to step "split", for its output "trian", but it has train
}
