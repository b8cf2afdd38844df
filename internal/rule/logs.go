package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// LogRetention reports days for which CloudWatch Logs does not keep events.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
func LogRetention(problems *problem.List, path string, days int) {
	if allowed := awsfacts.LogRetentionDays(); !slices.Contains(allowed, days) {
		problems.Addf(path, "%d is not offered by CloudWatch Logs; use one of %s", days, strings.Trim(fmt.Sprint(allowed), "[]"))
	}
}
