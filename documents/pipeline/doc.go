// Package pipeline writes Amazon SageMaker pipeline definitions in typed Go. A Pipeline collects parameters and steps;
// steps refer to each other through the values they hand out, so that their order follows from the data. The whole
// definition is validated at once and marshalled to the JSON document that SageMaker runs, in the form in which the
// SageMaker Python SDK emits it. Nothing here needs AWS, Terraform or Node.
//
//	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: roleARN, OutputURI: "s3://models/wine"}})
//	epochs := p.Integer("epochs", 8)
//	train := p.Training("train", pipeline.TrainingArgs{
//		Image:           image,
//		HyperParameters: map[string]pipeline.String{"epochs": epochs.Text()},
//		Inputs:          []pipeline.Channel{{Name: "train", S3URI: "s3://data/wine/train.csv"}},
//	})
//	p.Register("register", pipeline.RegisterArgs{
//		Group:      "wine",
//		Containers: []pipeline.Container{{Image: image, ModelData: train.ModelArtifacts()}},
//		...
//	})
//	definition, err := p.JSON()
//
// Values that SageMaker only knows at run time are references. Text that may hold one has the type String, a string in
// which literal text, Terraform tokens and references stand side by side: "s3://" + bucket + "/data" is a literal, a
// parameter and a literal, and becomes a Join. Fields of type string or of an enumeration take no references.
//
// Reference: https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
package pipeline
