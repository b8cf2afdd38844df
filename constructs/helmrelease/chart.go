package helmrelease

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// A Chart is a Helm chart of exactly one version: from a registry or repository, or a folder.
type Chart struct {
	// Repository is where the chart is: a registry, oci://ghcr.io/kserve/charts, or the URL of a repository of the older kind,
	// https://aws.github.io/eks-charts. Empty with Path.
	Repository string
	// Name of the chart in it.
	Name string
	// Version is exact, as the chart says it itself: 1.2.3, or v0.20.0. Ranges would make every plan another one.
	Version string
	// Digest of the chart in a registry, sha256: and 64 hexadecimal digits. With it, the registry cannot give another chart under
	// the version. Only with oci://. Default: none, the version alone.
	Digest string
	// Path is the folder of a chart on disk, for charts that this repository makes itself. Terraform sees a change of such a chart
	// only by another Version. Relative paths are relative to the stack's folder.
	Path string
}

var (
	digestPattern = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
	chartPattern  = lazyregexp.New(`^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$`)
	ociPattern    = lazyregexp.New(`^oci://[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$`)
	httpsPattern  = lazyregexp.New(`^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?$`)
)

func (c Chart) validate(at string, problems *problem.List) {
	if !rule.ChartVersion(c.Version) {
		problems.Addf(at+".version", "%q is no exact version; write it like 1.2.3, as the chart does", c.Version)
	}
	if c.Path != "" {
		if c.Repository != "" || c.Digest != "" {
			problems.Addf(at+".path", "%q stands beside repository or digest, which a folder has none of; give one of them", c.Path)
		}
		return
	}
	switch {
	case c.Repository == "":
		problems.Addf(at+".repository", "is missing; name where the chart is, or give path")
	case !ociPattern.MatchString(c.Repository) && !httpsPattern.MatchString(c.Repository):
		problems.Addf(at+".repository", "%q is no repository; write it like oci://ghcr.io/kserve/charts or https://aws.github.io/eks-charts", c.Repository)
	}
	if !chartPattern.MatchString(c.Name) {
		problems.Addf(at+".name", "%q is no name of a chart; use lower-case letters, digits, hyphens, dots and underscores", c.Name)
	}
	switch {
	case c.Digest == "":
	case !strings.HasPrefix(c.Repository, "oci://"):
		problems.Addf(at+".digest", "%q has no meaning for %s; remove it, or take the chart from a registry, oci://", c.Digest, c.Repository)
	case !digestPattern.MatchString(c.Digest):
		problems.Addf(at+".digest", "%q is no digest; write it like sha256: and 64 hexadecimal digits", c.Digest)
	}
}

// From is the chart of the same name, version and digest in another registry: a copy of your own, which clusters and runners
// without a way to the internet reach. A chart of a folder stays where it is. The commands of MirrorCommands make the copy.
func (c Chart) From(registry string) Chart {
	if c.Path == "" && registry != "" {
		c.Repository = "oci://" + strings.TrimPrefix(registry, "oci://")
	}
	return c
}

// MirrorCommands copy the chart into a registry, to which Helm is logged in. In ECR the repository <registry's path>/<chart> must be there.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/push-oci-artifact.html
func (c Chart) MirrorCommands(registry string) []string {
	if c.Path != "" {
		return nil
	}
	source := c.Name + " --repo " + c.Repository
	if strings.HasPrefix(c.Repository, "oci://") {
		source = c.Repository + "/" + c.Name
	}
	return []string{
		"helm pull " + source + " --version " + c.Version,
		"helm push " + c.Name + "-" + c.Version + ".tgz " + c.From(registry).Repository,
	}
}

// arguments are what the provider is given. By digest, the chart is one address, because the provider joins the repository and
// the name by a slash. Helm checks digest and version against each other.
func (c Chart) arguments() map[string]any {
	switch {
	case c.Path != "":
		return map[string]any{"chart": c.Path, "version": c.Version}
	case c.Digest != "":
		return map[string]any{"chart": c.Repository + "/" + c.Name + "@" + c.Digest, "version": c.Version}
	default:
		return map[string]any{"chart": c.Name, "repository": c.Repository, "version": c.Version}
	}
}
