package asl

// SageMakerDescribeEndpoint reads what an endpoint is doing: asl.Result("EndpointStatus"). Patterns: RequestResponse,
// WaitForToken (AWS SDK integration). Where there is no such endpoint, the error is SageMaker.SageMakerException.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
type SageMakerDescribeEndpoint struct {
	// Name of the endpoint. Required.
	Name Text
}

func (c SageMakerDescribeEndpoint) integration(r *renderer, _ Pattern) integration {
	return byName(r, "DescribeEndpoint", "EndpointName", "endpoint", c.Name)
}

// SageMakerDeleteEndpoint deletes an endpoint, not its configuration and models. Patterns: RequestResponse, WaitForToken
// (AWS SDK integration). https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html
type SageMakerDeleteEndpoint struct {
	// Name of the endpoint. Required.
	Name Text
}

func (c SageMakerDeleteEndpoint) integration(r *renderer, _ Pattern) integration {
	return byName(r, "DeleteEndpoint", "EndpointName", "endpoint", c.Name)
}

// SageMakerDeleteEndpointConfig deletes an endpoint configuration that no endpoint uses. Patterns: RequestResponse,
// WaitForToken (AWS SDK integration).
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpointConfig.html
type SageMakerDeleteEndpointConfig struct {
	// Name of the configuration. Required.
	Name Text
}

func (c SageMakerDeleteEndpointConfig) integration(r *renderer, _ Pattern) integration {
	return byName(r, "DeleteEndpointConfig", "EndpointConfigName", "endpoint-config", c.Name)
}
