package asl

import (
	"cmp"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// SageMakerCreateEndpointConfig says which models an endpoint serves, and on what. Patterns: RequestResponse, WaitForToken.
// It is called by the AWS SDK integration, because AWS lists neither data capture nor shadows nor asynchronous endpoints for
// the optimized one.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
type SageMakerCreateEndpointConfig struct {
	// Name of the configuration: at most 63 letters, digits and hyphens. Required.
	Name Text
	// Variants share the requests by their weights: 1 to 10. Required.
	Variants []EndpointVariant
	// Shadows get copies of the requests, and their answers are dropped: at most 1. Default: none.
	Shadows []EndpointVariant
	// DataCapture stores requests and answers. Default: nil, none.
	DataCapture *DataCapture
	// Async makes an endpoint whose requests and answers lie in S3. Default: nil, an endpoint that answers at once.
	Async *AsyncInference
	// KeyARN is the KMS key that encrypts the volumes. Variants without instances, and those on instances with disks of their
	// own, take none, so that the types must be known. Default: a key of AWS.
	KeyARN string
	// Tags of the configuration. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

// EndpointVariant is one model on its instances, or serverless.
type EndpointVariant struct {
	// Name of the variant. Default: AllTraffic for the only one.
	Name string
	// ModelName is a model of SageMaker. Required.
	ModelName Text
	// InstanceType, such as "ml.m5.large". Exactly one of InstanceType and Serverless is given.
	InstanceType Text
	// InstanceCount at first. Default: 1.
	InstanceCount int
	// Serverless runs without instances. Default: nil.
	Serverless *Serverless
	// Weight is the share of requests, against those of the other variants. Default: 1.
	Weight int
}

// Serverless is the size of a variant without instances.
type Serverless struct {
	// MemoryMB: 1024, 2048, 3072, 4096, 5120 or 6144. Default: 2048.
	MemoryMB int
	// MaxConcurrency: 1 to 200. Default: 5.
	MaxConcurrency int
	// ProvisionedConcurrency are kept warm: up to MaxConcurrency. Default: 0.
	ProvisionedConcurrency int
}

// DataCapture stores requests and answers in S3.
type DataCapture struct {
	// S3URI where they go. Required.
	S3URI Text
	// Percent of the requests: 1 to 100. Default: 100.
	Percent int
	// KeyARN is the KMS key that encrypts them. Default: the bucket's own encryption.
	KeyARN string
}

// AsyncInference is where answers go, and who hears of them.
type AsyncInference struct {
	// OutputURI where answers go. Required.
	OutputURI Text
	// FailureURI where errors go. Default: none.
	FailureURI Text
	// KeyARN is the KMS key that encrypts answers. Default: the bucket's own encryption.
	KeyARN string
	// SuccessTopicARN and ErrorTopicARN are told. Default: nobody.
	SuccessTopicARN, ErrorTopicARN string
	// MaxConcurrent requests of an instance. Default: chosen by SageMaker.
	MaxConcurrent int
}

func (c SageMakerCreateEndpointConfig) integration(r *renderer, _ Pattern) integration {
	name := nameOf(r, r.path("call.name"), c.Name)
	if n := len(c.Variants); n < 1 || n > 10 {
		r.addf(r.path("call.variants"), "are %d; give 1 to 10", n)
	}
	if len(c.Shadows) > 1 {
		r.addf(r.path("call.shadows"), "are %d, 1 is allowed", len(c.Shadows))
	}
	f := fields{{"EndpointConfigName", name}}
	f.set("ProductionVariants", variants(r, r.path("call.variants"), c.Variants, "AllTraffic"))
	if len(c.Shadows) > 0 {
		f.set("ShadowProductionVariants", variants(r, r.path("call.shadows"), c.Shadows, "Shadow"))
	}
	if d := c.DataCapture; d != nil {
		f.set("DataCaptureConfig", d.fields(r, r.path("call.dataCapture")))
	}
	if c.Async != nil {
		f.set("AsyncInferenceConfig", c.Async.fields(r, r.path("call.async")))
	}
	computed := func(v EndpointVariant) bool { return !v.InstanceType.literal() }
	if c.KeyARN != "" && slices.ContainsFunc(slices.Concat(c.Variants, c.Shadows), computed) {
		r.refusal(r.path("call.keyARN"), sagemaker.Volumes{Open: "give the type itself"}.Refuse())
	}
	f.string("KmsKeyId", c.KeyARN)
	f.tags(c.Tags)
	return sageMakerCall("aws-sdk:sagemaker:createEndpointConfig", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		statements := []policy.Statement{allow(named(scope, "endpoint-config", name), "sagemaker:AddTags", "sagemaker:CreateEndpointConfig")}
		return append(statements, keyGrant(c.KeyARN)...)
	})
}

func variants(r *renderer, path string, given []EndpointVariant, only string) List {
	var list List
	names := map[string]bool{}
	for i, v := range given {
		here := at(path, i)
		if v.Name == "" && len(given) == 1 {
			v.Name = only
		}
		r.requiredString(here+".name", v.Name, "a name, because there are several variants")
		if names[v.Name] && v.Name != "" {
			r.addf(here+".name", "%q is used twice; rename one", v.Name)
		}
		names[v.Name] = true
		list = append(list, v.fields(r, here))
	}
	return list
}

func (v EndpointVariant) fields(r *renderer, path string) fields {
	r.required(path+".modelName", v.ModelName, "the name of a model")
	if (v.InstanceType == "") == (v.Serverless == nil) {
		r.addf(path+".instanceType", "exactly one of InstanceType and Serverless is needed")
	}
	v.Weight = cmp.Or(v.Weight, 1)
	r.between(path+".weight", v.Weight, 1, 1_000_000)
	f := fields{{"VariantName", Text(v.Name)}, {"ModelName", v.ModelName}}
	if s := v.Serverless; s != nil {
		size := sagemaker.Serverless{MemoryMB: cmp.Or(s.MemoryMB, 2048), MaxConcurrency: cmp.Or(s.MaxConcurrency, 5), ProvisionedConcurrency: s.ProvisionedConcurrency}
		for _, each := range size.Refusals() {
			r.refusal(path+".serverless."+each.Field, &each)
		}
		config := fields{{"MemorySizeInMB", Int(size.MemoryMB)}, {"MaxConcurrency", Int(size.MaxConcurrency)}}
		config.int("ProvisionedConcurrency", s.ProvisionedConcurrency)
		f.set("ServerlessConfig", config)
	} else {
		f.text("InstanceType", v.InstanceType)
		f.set("InitialInstanceCount", Int(cmp.Or(v.InstanceCount, 1)))
	}
	f.set("InitialVariantWeight", Int(v.Weight))
	return f
}

func (d DataCapture) fields(r *renderer, path string) fields {
	r.required(path+".s3URI", d.S3URI, "where captured data goes, such as s3://bucket/capture")
	d.Percent = cmp.Or(d.Percent, 100)
	r.between(path+".percent", d.Percent, 1, 100)
	f := fields{
		{"EnableCapture", Bool(true)}, {"InitialSamplingPercentage", Int(d.Percent)}, {"DestinationS3Uri", d.S3URI},
		{"CaptureOptions", List{fields{{"CaptureMode", Text("Input")}}, fields{{"CaptureMode", Text("Output")}}}},
		{"CaptureContentTypeHeader", fields{{"CsvContentTypes", List{Text("text/csv")}}, {"JsonContentTypes", List{Text("application/json")}}}},
	}
	f.string("KmsKeyId", d.KeyARN)
	return f
}

func (a AsyncInference) fields(r *renderer, path string) fields {
	r.required(path+".outputURI", a.OutputURI, "where answers go, such as s3://bucket/answers")
	output := fields{{"S3OutputPath", a.OutputURI}}
	output.text("S3FailurePath", a.FailureURI)
	output.string("KmsKeyId", a.KeyARN)
	var topics fields
	topics.string("SuccessTopic", a.SuccessTopicARN)
	topics.string("ErrorTopic", a.ErrorTopicARN)
	output.object("NotificationConfig", topics)
	f := fields{{"OutputConfig", output}}
	var client fields
	client.int("MaxConcurrentInvocationsPerInstance", a.MaxConcurrent)
	f.object("ClientConfig", client)
	return f
}

// keyGrant lets SageMaker attach encrypted volumes on behalf of who makes an endpoint.
func keyGrant(keyARN string) []policy.Statement {
	if keyARN == "" {
		return nil
	}
	return []policy.Statement{sagemaker.GrantVolumes(keyARN)}
}

// SageMakerCreateEndpoint makes an endpoint. It answers before the endpoint is in service: wait, and poll with
// SageMakerDescribeEndpoint. Pattern: RequestResponse.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
type SageMakerCreateEndpoint struct {
	// Name of the endpoint: at most 63 letters, digits and hyphens. Required.
	Name Text
	// ConfigName is an endpoint configuration. Required.
	ConfigName Text
	// KeyARN is the KMS key of the configuration, for the permission to use it. Default: none.
	KeyARN string
	// Tags of the endpoint. Default: none.
	Tags map[string]string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c SageMakerCreateEndpoint) integration(r *renderer, _ Pattern) integration {
	name := nameOf(r, r.path("call.name"), c.Name)
	config := nameOf(r, r.path("call.configName"), c.ConfigName)
	f := fields{{"EndpointName", name}, {"EndpointConfigName", config}}
	f.tags(c.Tags)
	return sageMakerCall("sagemaker:createEndpoint", f, c.Extra, func(scope arn.Scope) []policy.Statement {
		resources := append(named(scope, "endpoint", name), named(scope, "endpoint-config", config)...)
		statements := []policy.Statement{
			allow(resources, "sagemaker:CreateEndpoint"), allow(named(scope, "endpoint", name), "sagemaker:AddTags"),
		}
		return append(statements, keyGrant(c.KeyARN)...)
	})
}
