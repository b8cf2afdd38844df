package pipeline

// ModelArgs configures a model step, which creates a SageMaker model for batch transform or an endpoint.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
type ModelArgs struct {
	StepOptions
	// Containers serve the model; several form an inference pipeline, at most 15. Required.
	Containers []Container
	// Role is the ARN of the model's role. Default: the pipeline's default.
	Role String
	// Network says where the model is served. PlaintextBetweenContainers means nothing here. Default: the pipeline's
	// default.
	Network *Network
	// Tags are put on the model beside the pipeline's default. Default: none.
	Tags map[string]String
	// Retry says after which failures the step is tried again, of RetryServiceFault and RetryThrottling. Default:
	// SageMaker's.
	Retry []RetryPolicy
	// Extra are further fields of CreateModel. Default: none.
	Extra Fields
}

// Container is an image with a model.
type Container struct {
	// Image is the URI of the inference image, best by digest. Required, unless ModelPackage is given.
	Image String
	// ModelData is the S3 URI of the model's tar.gz. Default: the image holds the model.
	ModelData String
	// ModelPackage is the ARN of a registered model, instead of Image and ModelData. Model steps only.
	ModelPackage String
	// Environment are variables of the container, at most 100. They show in the console: no secrets. Default: none.
	Environment map[string]String
	// Extra are further fields of ContainerDefinition or ModelPackageContainerDefinition. Default: none.
	Extra Fields
}

// A ModelStep creates a model.
type ModelStep struct {
	step
	args ModelArgs
}

// Model adds a model step.
func (p *Pipeline) Model(name string, args ModelArgs) *ModelStep {
	return add(p, &ModelStep{p.newStep(name, "Model", args.StepOptions), args})
}

// ModelName is the name of the model, which a transform step takes.
func (s *ModelStep) ModelName() String { return stringRef(s.path("ModelName")) }

// ModelARN is the ARN of the model.
func (s *ModelStep) ModelARN() String { return stringRef(s.path("ModelArn")) }

const maxContainers = 15

func (s *ModelStep) request(c *checker) object {
	a := s.args
	containers := c.containers(a.Containers, true)
	network := c.network(a.Network)
	arguments := object{}
	arguments.set("ExecutionRoleArn", c.role(a.Role))
	if len(containers) == 1 {
		arguments.set("PrimaryContainer", containers[0])
	} else {
		arguments.set("Containers", containers)
	}
	arguments = append(arguments, member{"EnableNetworkIsolation", network.Isolated})
	arguments.set("VpcConfig", network.vpc())
	arguments.set("Tags", c.tags(a.Tags))
	out := s.start(c, c.extra(arguments, a.Extra))
	c.retryPolicies(&out, a.Retry, stepErrors)
	return out
}

func (c *checker) containers(containers []Container, packages bool) []object {
	if len(containers) == 0 || len(containers) > maxContainers {
		c.addf("containers", "are %d; give 1 to %d", len(containers), maxContainers)
	}
	shape := "ModelPackageContainerDefinition"
	if packages {
		shape = "ContainerDefinition"
	}
	var out []object
	for i, each := range containers {
		field := index("containers", i)
		switch {
		case each.ModelPackage != "" && !packages:
			c.addf(field+".modelPackage", "is not known here; give image and modelData")
		case each.ModelPackage != "" && (each.Image != "" || each.ModelData != ""):
			c.addf(field+".modelPackage", "is given together with image or modelData; give one of them")
		case each.ModelPackage == "" && each.Image == "":
			c.addf(field+".image", "is missing; give the URI of the inference image")
		}
		container := object{}
		container.set("Image", c.image(each.Image))
		container.set("ModelDataUrl", c.optionalS3(field+".modelData", each.ModelData))
		container.set("ModelPackageName", c.arn(field+".modelPackage", each.ModelPackage, "sagemaker", "model-package/"))
		container.set("Environment", each.Environment)
		out = append(out, c.extraOf(shape, field+".extra", container, each.Extra))
	}
	return out
}
