package buildspec

import "fmt"

// Compute is the size of a machine.
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
type Compute string

// The sizes, by what they have on x86_64.
const (
	// Small has 2 vCPUs and 4 GB.
	Small Compute = "BUILD_GENERAL1_SMALL"
	// Medium has 4 vCPUs and 8 GB.
	Medium Compute = "BUILD_GENERAL1_MEDIUM"
	// Large has 8 vCPUs and 16 GB.
	Large Compute = "BUILD_GENERAL1_LARGE"
	// XLarge has 36 vCPUs and 72 GB.
	XLarge Compute = "BUILD_GENERAL1_XLARGE"
	// XXLarge has 72 vCPUs and 145 GB.
	XXLarge Compute = "BUILD_GENERAL1_2XLARGE"
)

// Validate reports a size that CodeBuild does not have.
func (c Compute) Validate() error {
	switch c {
	case Small, Medium, Large, XLarge, XXLarge:
		return nil
	}
	return fmt.Errorf("%q is unknown; use %s, %s, %s, %s or %s", c, Small, Medium, Large, XLarge, XXLarge)
}
