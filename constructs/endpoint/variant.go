package endpoint

import (
	"cmp"
	"time"
)

// A Variant is a model and what it runs on: instances or, with Serverless, memory.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html
type Variant struct {
	// Name of the variant: 1 to 63 letters, digits and hyphens, unique in the endpoint. Deployments need the same name
	// before and after. Default: AllTraffic for the only variant, Shadow for the shadow.
	Name string
	// Model that answers.
	Model Model
	// Weight is the share of requests, against the weights of the other variants: a whole number, because the provider
	// replaces the configuration again and again for fractions. For the shadow, against the weight of the variant: 1 of
	// 10 copies a tenth of the requests. Default: 1.
	Weight *int

	// InstanceType, such as ml.m5.large. Exactly one of InstanceType and Serverless is given.
	InstanceType string
	// InstanceCount at first and after each deployment: the provider cannot keep the count that autoscaling had
	// reached. Default: 1, or the minimum of Autoscaling.
	InstanceCount int
	// VolumeGB is the size of the volume, 1 to 512, for instances without disks of their own. Default: chosen by AWS.
	VolumeGB int
	// StartupTimeout is how long a container may take until it is healthy, 1 minute to 1 hour. Default: chosen by AWS.
	StartupTimeout time.Duration
	// DownloadTimeout is how long a container may take to load the model data, 1 minute to 1 hour. Default: chosen by AWS.
	DownloadTimeout time.Duration
	// Routing chooses the instance for a request. Default: RandomInstance, that of AWS.
	Routing Routing
	// InferenceAMI is the version of the image of the instances, such as al2-ami-sagemaker-inference-gpu-2, which brings
	// the GPU driver. Default: chosen by AWS.
	InferenceAMI string
	// Autoscaling changes the number of instances, or the provisioned concurrency, with the load. Default: none.
	Autoscaling *Autoscaling

	// Serverless runs without instances, scales to zero, and takes requests of up to 4 MB. Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
	Serverless *Serverless
}

// Routing chooses the instance for a request.
type Routing string

// The routing strategies.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantRoutingConfig.html
const (
	// RandomInstance spreads requests evenly.
	RandomInstance Routing = "RANDOM"
	// LeastOutstandingRequests prefers instances that are less busy, for answers that take unequal times.
	LeastOutstandingRequests Routing = "LEAST_OUTSTANDING_REQUESTS"
)

// Model is what a variant answers with: a model package, or an image with or without model data.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
type Model struct {
	// PackageARN is a model package of the registry, which must be approved. Exactly one of PackageARN and Image is given.
	PackageARN string
	// Image in ECR, in the endpoint's region, with a digest or a tag other than latest.
	Image string
	// DataURI is the S3 URI of the model: a .tar.gz archive, or a folder, which ends with a slash, of files that are not
	// compressed. Default: the image holds the model.
	DataURI string
	// Environment of the container, at most 100 variables. No secrets: they would stand in the Terraform state. Default: none.
	Environment map[string]string
}

// Serverless is the size of a variant without instances.
type Serverless struct {
	// MemoryMB of the container, which brings processors in proportion: 1024, 2048, 3072, 4096, 5120 or 6144. Default: 2048.
	MemoryMB int
	// MaxConcurrency is how many requests are answered at once, 1 to 200. Default: 10.
	MaxConcurrency int
	// ProvisionedConcurrency is how many containers are kept warm, and paid, at most MaxConcurrency. Default: none.
	ProvisionedConcurrency int
}

func (v Variant) withDefaults(name string, only bool) Variant {
	if v.Name == "" && only {
		v.Name = name
	}
	if v.Weight == nil {
		one := 1
		v.Weight = &one
	}
	if v.Serverless != nil {
		serverless := *v.Serverless
		serverless.MemoryMB = cmp.Or(serverless.MemoryMB, 2048)
		serverless.MaxConcurrency = cmp.Or(serverless.MaxConcurrency, 10)
		v.Serverless = &serverless
	}
	if v.Autoscaling != nil {
		scaling := v.Autoscaling.withDefaults()
		v.Autoscaling = &scaling
	}
	if v.InstanceCount == 0 && v.Serverless == nil {
		v.InstanceCount = 1
		if v.Autoscaling != nil {
			v.InstanceCount = max(1, v.Autoscaling.Min)
		}
	}
	return v
}
