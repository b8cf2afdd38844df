package sagemaker

import "fmt"

// Serverless is the size of a variant without instances. Numbers that are 0 are not looked at: they are not given, or known
// at run time only.
// https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
type Serverless struct {
	// MemoryMB: 1024, 2048, 3072, 4096, 5120 or 6144.
	MemoryMB int
	// MaxConcurrency is how many requests are answered at once: 1 to 200.
	MaxConcurrency int
	// ProvisionedConcurrency are kept warm: up to MaxConcurrency.
	ProvisionedConcurrency int
}

// ServerlessConcurrency is how many requests a variant without instances may answer at once.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html
var ServerlessConcurrency = NumberLimit{1, 200}

// Refusals are the fields that the service refuses: memoryMB, maxConcurrency and provisionedConcurrency.
func (s Serverless) Refusals() []Refusal {
	var out []Refusal
	if m := s.MemoryMB; m != 0 && (m < 1024 || m > 6144 || m%1024 != 0) {
		out = append(out, Refusal{"memoryMB", fmt.Sprintf("%d is no size that SageMaker offers", m), "use 1024, 2048, 3072, 4096, 5120 or 6144"})
	}
	if wrong := ServerlessConcurrency.Check(s.MaxConcurrency); wrong != "" && s.MaxConcurrency != 0 {
		out = append(out, refused("maxConcurrency", wrong))
	}
	switch p := s.ProvisionedConcurrency; {
	case p < 0:
		out = append(out, refused("provisionedConcurrency", NumberLimit{}.Check(p)))
	case s.MaxConcurrency > 0 && p > s.MaxConcurrency:
		out = append(out, Refusal{"provisionedConcurrency", fmt.Sprintf("%d is more than maxConcurrency, %d", p, s.MaxConcurrency), "make it smaller, or maxConcurrency larger"})
	}
	return out
}
