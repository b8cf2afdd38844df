package rule

import "github.com/mlplatform/mlplatform/internal/lazyregexp"

var chartVersionPattern = lazyregexp.New(`^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// ChartVersion reports whether text is one version of a Helm chart, and no range of versions.
// https://helm.sh/docs/topics/charts/#charts-and-versioning
func ChartVersion(text string) bool { return chartVersionPattern.MatchString(text) }
