//lint:file-ignore ST1001 the samples read like a program of a user

package samples

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline"
)

func inference(p *Pipeline) {
	model := p.Model("model", ModelArgs{Containers: []Container{{Image: image, ModelData: "s3://models/model.tar.gz"}}})
	config := p.EndpointConfig("configure", EndpointConfigArgs{
		StepOptions: stepped, ConfigName: "wine-" + ExecutionID, Role: role, KMSKey: key, Tags: tags, CacheFor: time.Hour, Retry: retry,
		Variants: []EndpointVariant{{Name: "now", Model: model.ModelName(), InstanceType: "ml.m5.xlarge", InstanceCount: Int(2), Weight: Float(0.5), Extra: Fields{"ContainerStartupHealthCheckTimeoutInSeconds": Int(120)}}},
		Shadows:  []EndpointVariant{{Name: "next", Model: model.ModelName()}},
		Extra:    Fields{"EnableNetworkIsolation": Bool(true)},
	})
	p.Endpoint("deploy", EndpointArgs{StepOptions: stepped, EndpointName: "wine", ConfigName: config.ConfigName(), Tags: tags, CacheFor: time.Hour})
	p.EndpointConfig("serverless", EndpointConfigArgs{ConfigName: "small-" + ExecutionID, Variants: []EndpointVariant{
		{Model: model.ModelName(), Serverless: &ServerlessVariant{MemoryMB: Int(2048), MaxConcurrency: p.Integer("concurrency", 5)}},
	}})
}

func inferenceComponent(p *Pipeline) {
	model := p.Model("model", ModelArgs{Containers: []Container{{Image: image}}})
	config := p.EndpointConfig("configure", EndpointConfigArgs{ConfigName: "shared-" + ExecutionID, Variants: []EndpointVariant{{InstanceType: "ml.g5.2xlarge"}}})
	endpoint := p.Endpoint("deploy", EndpointArgs{EndpointName: "shared", ConfigName: config.ConfigName()})
	p.InferenceComponent("place", InferenceComponentArgs{
		StepOptions: stepped, ComponentName: "wine", Endpoint: endpoint.EndpointName(), Model: model.ModelName(), MemoryMB: Int(1024), CPUs: Float(2), Accelerators: Float(1),
		Copies: p.Integer("copies", 2), Tags: tags,
	})
}

func lineage(p *Pipeline) {
	train := p.Training("train", TrainingArgs{Image: image})
	recorded := p.Lineage("record", LineageArgs{
		StepOptions: stepped,
		Actions: []LineageEntity{{
			Name: "training-" + ExecutionID, Type: "ModelTraining", SourceURI: train.JobARN(), SourceType: "TrainingJob", Status: "Completed", Description: "trains",
			Properties: map[string]String{"execution": ExecutionARN},
		}},
		Artifacts: []LineageEntity{{Name: "model", Type: "Model", SourceURI: train.ModelArtifacts()}},
		Contexts:  []LineageEntity{{Name: ExecutionID, Type: "PipelineExecution", SourceURI: ExecutionARN}},
		Associations: []LineageAssociation{
			{From: LineageEnd{Kind: LineageAction, Name: "training-" + ExecutionID}, To: LineageEnd{Kind: LineageArtifact, Name: "model"}, Type: "Produced"},
			{From: LineageEnd{ARN: "arn:aws:sagemaker:us-west-2:111111111111:artifact/0a1b"}, To: LineageEnd{Kind: LineageContext, Name: ExecutionID}, Type: "ContributedTo"},
		},
	})
	p.Lineage("connect", LineageArgs{Associations: []LineageAssociation{
		{From: LineageEnd{ARN: recorded.ArtifactARN("model")}, To: LineageEnd{ARN: "arn:aws:sagemaker:us-west-2:111111111111:context/wine"}},
	}})
}

func function(p *Pipeline) {
	measure := p.Function("measure", FunctionArgs{
		StepOptions: stepped, Image: image, Function: "quality:measure", Code: "s3://code/quality.py", CacheFor: time.Hour, Retry: retry, Tags: tags,
		Arguments: map[string]Value{"rows": p.Integer("rows", 10), "name": String("wine"), "rate": Float(0.5), "strict": Bool(true)},
		Inputs:    []ProcessingInput{{Name: "data", S3URI: "s3://data/wine"}},
	})
	p.Condition("good", ConditionArgs{
		If: []Condition{GreaterThan(measure.Result("accuracy"), Float(0.7))}, Else: []Step{p.Fail("bad", FailArgs{Message: "only " + measure.Result("accuracy").Text()})},
	})
}
