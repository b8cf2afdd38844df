package rule

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// MLflowSizes are the sizes of MLflow servers that SageMaker manages.
func MLflowSizes() []string { return []string{"Small", "Medium", "Large"} }

var (
	mlflowVersion = lazyregexp.New(`^[0-9]+\.[0-9]+$`)
	weeklyWindow  = lazyregexp.New(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

// MLflowVersion reports what is no version of a managed server. Terraform reads it back without its patch level, and a difference would
// replace the server.
func MLflowVersion(version string) error {
	if !mlflowVersion.MatchString(version) {
		return fmt.Errorf(`%q is no version; write major and minor, such as "3.0", without the patch level`, version)
	}
	return nil
}

// MaintenanceStart reports what is no day and time at which a weekly maintenance begins.
func MaintenanceStart(window string) error {
	if !weeklyWindow.MatchString(window) {
		return fmt.Errorf(`%q is no day and time; write it like "Sun:03:30", in UTC`, window)
	}
	return nil
}
