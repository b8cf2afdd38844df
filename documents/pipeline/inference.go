package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// EndpointConfigArgs configures a step that makes the configuration of an endpoint, which nothing can change afterwards.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
type EndpointConfigArgs struct {
	StepOptions
	// ConfigName is the name of the configuration, new for each execution: "wine-" + ExecutionID. Required.
	ConfigName String
	// Variants share the requests, 1 to 10. Required.
	Variants []EndpointVariant
	// Shadows get copies of the requests, at most 1, and then there is one variant. Default: none.
	Shadows []EndpointVariant
	// KMSKey is the ARN or id of the key of the instances' volumes. Default: the pipeline's default for volumes, where all
	// variants have volumes that take one.
	KMSKey String
	// Role is the ARN of the role of variants without a model, for inference components. Default: the pipeline's default, where
	// there are such variants.
	Role String
	// Tags are put on the configuration beside the pipeline's default. Default: none.
	Tags map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be. Default: 0,
	// the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again, of RetryServiceFault and RetryThrottling. Default:
	// SageMaker's.
	Retry []RetryPolicy
	// Extra are further fields of CreateEndpointConfig, such as AsyncInferenceConfig. Pipelines refuse DataCaptureConfig and
	// ExplainerConfig. Default: none.
	Extra Fields
}

// EndpointVariant is a model on instances, or serverless.
type EndpointVariant struct {
	// Name of the variant. Default: "AllTraffic".
	Name String
	// Model is the name of the model, usually the ModelName of a model step. Default: none, inference components bring models.
	Model String
	// InstanceType such as "ml.m5.large". Default: "ml.m5.large", unless the variant is serverless.
	InstanceType String
	// InstanceCount is the number of instances, from 1. Default: 1.
	InstanceCount IntegerValue
	// Weight is the share of the requests beside those of other variants, from 0. Default: 1.
	Weight FloatValue
	// Serverless runs the model where requests come. Default: instances.
	Serverless *ServerlessVariant
	// Extra are further fields of ProductionVariant, such as ManagedInstanceScaling. Default: none.
	Extra Fields
}

// ServerlessVariant is a variant without instances.
type ServerlessVariant struct {
	// MemoryMB is 1024 to 6144, in steps of 1024. Required.
	MemoryMB IntegerValue
	// MaxConcurrency is how many requests run at the same time, 1 to 200. Required.
	MaxConcurrency IntegerValue
}

// An EndpointConfigStep makes the configuration of an endpoint.
type EndpointConfigStep struct {
	step
	args EndpointConfigArgs
}

// EndpointConfig adds a step that makes the configuration of an endpoint.
func (p *Pipeline) EndpointConfig(name string, args EndpointConfigArgs) *EndpointConfigStep {
	return add(p, &EndpointConfigStep{p.newStep(name, "EndpointConfig", args.StepOptions), args})
}

// ConfigName is the name of the configuration, which an endpoint step takes.
func (s *EndpointConfigStep) ConfigName() String { return stringRef(s.path("EndpointConfigName")) }

// ConfigARN is the ARN of the configuration.
func (s *EndpointConfigStep) ConfigARN() String { return stringRef(s.path("EndpointConfigArn")) }

func (s *EndpointConfigStep) request(c *checker) object {
	a := s.args
	if len(a.Variants) == 0 {
		c.addf("variants", "are missing; give at least one")
	}
	if len(a.Shadows) > 0 && (len(a.Variants) != 1 || len(a.Shadows) != 1) {
		c.addf("shadows", "are %d beside %d variants; a shadow stands alone beside one variant", len(a.Shadows), len(a.Variants))
	}
	open := slices.ContainsFunc(slices.Concat(a.Variants, a.Shadows), func(each EndpointVariant) bool { return each.Model == "" })
	key := c.endpointKey(a)
	arguments := object{}
	arguments.set("EndpointConfigName", c.required("configName", a.ConfigName, `give a name that is new for each execution, such as "wine-" + pipeline.ExecutionID`))
	arguments.set("ProductionVariants", c.variants("variants", a.Variants))
	arguments.set("ShadowProductionVariants", c.variants("shadows", a.Shadows))
	arguments.set("KmsKeyId", key)
	if open || a.Role != "" {
		arguments.set("ExecutionRoleArn", c.role(a.Role))
	}
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.refused(s.typ, c.extra(arguments, a.Extra)))
	c.retryPolicies(&out, a.Retry, stepErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

// endpointKey is the key of the volumes of all variants. The pipeline's default is left out where one takes none for sure, and
// where none does, those of which it cannot be told are reported.
func (c *checker) endpointKey(a EndpointConfigArgs) String {
	var all sagemaker.Volumes
	undecided := map[string]*sagemaker.Refusal{}
	key, never := c.p.props.Defaults.VolumeKMSKey, false
	for i, each := range slices.Concat(a.Variants, a.Shadows) {
		at := index("variants", i)
		if i >= len(a.Variants) {
			at = index("shadows", i-len(a.Variants))
		}
		volumes := sagemaker.Volumes{Serverless: true}
		if each.Serverless == nil {
			volumes = c.volumes(orDefault(each.InstanceType))
		}
		undecided[at+".instanceType"] = volumes.Undecided()
		never = never || volumes.Undecided() == nil && volumes.Key("a key") == ""
		all.Types, all.Serverless, all.Open = append(all.Types, volumes.Types...), all.Serverless || volumes.Serverless, cmp.Or(all.Open, volumes.Open)
	}
	switch {
	case a.KMSKey != "":
		key = a.KMSKey
		c.refusal("kmsKey", all.Refuse())
	case key != "" && !never:
		for _, at := range slices.Sorted(maps.Keys(undecided)) {
			c.refusal(at, undecided[at])
		}
	}
	key = String(all.Key(string(key)))
	c.access.VolumeKeys, c.endpointKeys = c.note(c.access.VolumeKeys, key), c.note(c.endpointKeys, key)
	return key
}

func orDefault(instanceType String) String {
	return cmp.Or(instanceType, defaultInstanceType)
}

func variantName(v EndpointVariant) String {
	return cmp.Or(v.Name, "AllTraffic")
}

func (c *checker) variants(field string, variants []EndpointVariant) []object {
	seen := map[string]bool{}
	var out []object
	for i, each := range variants {
		at := index(field, i)
		c.unique(at+".name", seen, string(variantName(each)))
		variant := object{}
		variant.set("VariantName", variantName(each))
		variant.set("ModelName", each.Model)
		if s := each.Serverless; s != nil {
			c.refuse("is for instances, and the variant is serverless; remove it", given{at + ".instanceType", each.InstanceType != ""}, given{at + ".instanceCount", each.InstanceCount != nil})
			if s.MemoryMB == nil || s.MaxConcurrency == nil {
				c.addf(at+".serverless", "lacks memoryMB or maxConcurrency; give both")
			}
			memory, _ := s.MemoryMB.(Int)
			concurrency, _ := s.MaxConcurrency.(Int)
			for _, each := range (sagemaker.Serverless{MemoryMB: int(memory), MaxConcurrency: int(concurrency)}).Refusals() {
				c.refusal(at+".serverless."+each.Field, &each)
			}
			serverless := object{}
			if s.MemoryMB != nil {
				serverless.set("MemorySizeInMB", s.MemoryMB)
			}
			if s.MaxConcurrency != nil {
				serverless.set("MaxConcurrency", s.MaxConcurrency)
			}
			variant.set("ServerlessConfig", serverless)
		} else {
			variant.set("InstanceType", orDefault(each.InstanceType))
			variant.set("InitialInstanceCount", c.number(at+".instanceCount", each.InstanceCount, 1, sagemaker.Instances))
		}
		if each.Weight != nil {
			variant.set("InitialVariantWeight", each.Weight)
		}
		out = append(out, c.extraOf("ProductionVariant", at+".extra", variant, each.Extra))
	}
	return out
}

// EndpointArgs configures a step that makes an endpoint, or gives an existing one another configuration, and waits for it.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
type EndpointArgs struct {
	StepOptions
	// EndpointName is the name of the endpoint. Required.
	EndpointName String
	// ConfigName is that of an endpoint configuration step. Required.
	ConfigName String
	// Tags are put on the endpoint beside the pipeline's default. Default: none.
	Tags map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be. Default: 0,
	// the step always runs.
	CacheFor time.Duration
	// Extra are further fields of CreateEndpoint. Pipelines refuse DeploymentConfig. Default: none.
	Extra Fields
}

// An EndpointStep makes or changes an endpoint.
type EndpointStep struct {
	step
	args EndpointArgs
}

// Endpoint adds a step that makes or changes an endpoint. It replaces the running model at once and does not go back on
// alarms; systems/approval does.
func (p *Pipeline) Endpoint(name string, args EndpointArgs) *EndpointStep {
	return add(p, &EndpointStep{p.newStep(name, "Endpoint", args.StepOptions), args})
}

// EndpointName is the name of the endpoint.
func (s *EndpointStep) EndpointName() String { return stringRef(s.path("EndpointName")) }

// EndpointARN is the ARN of the endpoint.
func (s *EndpointStep) EndpointARN() String { return stringRef(s.path("EndpointArn")) }

func (s *EndpointStep) request(c *checker) object {
	a := s.args
	arguments := object{}
	arguments.set("EndpointName", c.required("endpointName", a.EndpointName, "give the name of the endpoint"))
	arguments.set("EndpointConfigName", c.required("configName", a.ConfigName, "give the ConfigName of an endpoint configuration step"))
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.refused(s.typ, c.extra(arguments, a.Extra)))
	c.cacheConfig(&out, a.CacheFor)
	return out
}

// InferenceComponentArgs configures a step that puts a model onto an endpoint that several models share.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html
type InferenceComponentArgs struct {
	StepOptions
	// ComponentName is the name of the component. Required.
	ComponentName String
	// Endpoint is the name of the endpoint. Required.
	Endpoint String
	// Variant of the endpoint. Default: "AllTraffic".
	Variant String
	// Model is the name of the model. Required.
	Model String
	// MemoryMB is what each copy needs at least, from 128. Required.
	MemoryMB IntegerValue
	// CPUs are what each copy needs, from 0.25, and Accelerators the same of GPUs or others, from 1. Default: none are reserved.
	CPUs, Accelerators FloatValue
	// Copies of the model, from 0. Default: 1.
	Copies IntegerValue
	// Tags are put on the component beside the pipeline's default. Default: none.
	Tags map[string]String
	// Extra are further fields of CreateInferenceComponent. Default: none.
	Extra Fields
}

// An InferenceComponentStep puts a model onto an endpoint.
type InferenceComponentStep struct {
	step
	args InferenceComponentArgs
}

// InferenceComponent adds a step that puts a model onto an endpoint that several models share.
func (p *Pipeline) InferenceComponent(name string, args InferenceComponentArgs) *InferenceComponentStep {
	return add(p, &InferenceComponentStep{p.newStep(name, "InferenceComponent", args.StepOptions), args})
}

// ComponentName is the name of the component.
func (s *InferenceComponentStep) ComponentName() String {
	return stringRef(s.path("InferenceComponentName"))
}

func (s *InferenceComponentStep) request(c *checker) object {
	a := s.args
	if a.MemoryMB == nil {
		c.addf("memoryMB", "is missing; give what each copy of the model needs, from 128")
		a.MemoryMB = Int(128)
	}
	a.Variant = cmp.Or(a.Variant, "AllTraffic")
	needs := object{}
	if a.CPUs != nil {
		needs.set("NumberOfCpuCoresRequired", a.CPUs)
	}
	if a.Accelerators != nil {
		needs.set("NumberOfAcceleratorDevicesRequired", a.Accelerators)
	}
	needs.set("MinMemoryRequiredInMb", c.number("memoryMB", a.MemoryMB, 128, sagemaker.NumberLimit{Min: 128}))
	arguments := object{}
	arguments.set("InferenceComponentName", c.required("componentName", a.ComponentName, "give the name of the component"))
	arguments.set("EndpointName", c.required("endpoint", a.Endpoint, "give the name of the endpoint"))
	arguments.set("VariantName", a.Variant)
	specification := object{}
	specification.set("ModelName", c.required("model", a.Model, "give the ModelName of a model step, or the name of a model"))
	specification.set("ComputeResourceRequirements", needs)
	arguments.set("Specification", specification)
	arguments.set("RuntimeConfig", object{{"CopyCount", c.number("copies", a.Copies, 1, sagemaker.NumberLimit{})}})
	arguments.set("Tags", c.tags(a.Tags))
	return s.start(c, c.refused(s.typ, c.extra(arguments, a.Extra)))
}

// refused reports fields of the escape hatch that the API has and pipelines refuse.
func (c *checker) refused(stepType string, arguments object) object {
	for _, key := range refusedArguments[stepType] {
		if _, given := arguments.get(key); given {
			c.addf("extra."+key, "is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline")
		}
	}
	return arguments
}

// lower is how names stand in ARNs of endpoints.
func lower(name string) string { return strings.ToLower(name) }
