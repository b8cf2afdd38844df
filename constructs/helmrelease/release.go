// Package helmrelease installs Helm charts into an EKS cluster by Terraform's Helm provider: exact versions, typed values,
// secrets that no state keeps, a release that comes back as it was where an upgrade fails.
package helmrelease

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures a release. Name, Namespace and Chart are required, and a provider of the stack, see Connect.
// https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release
type Props struct {
	// Name of the release, unique in its namespace: up to 53 lower-case letters, digits and hyphens.
	Name string
	// Namespace that the release is kept in, and objects without a namespace of their own.
	Namespace string
	// CreateNamespace makes the namespace where it is not there. It is never removed. Default: false, it must be there.
	CreateNamespace bool
	// Chart to install.
	Chart Chart
	// Values change those of the chart: anything that JSON can hold. They are in the state, so no secrets. Default: the chart's own.
	Values map[string]any
	// Secrets are values by their paths in the chart's values, such as "auth.password", which Terraform hands over and forgets.
	// They are in the release's Secret in the cluster. Each must be a reference that Terraform knows. Default: none.
	// https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
	Secrets map[string]string
	// SecretsRevision is raised when Secrets change, which Terraform cannot see. 1 or more. Default: 1 where there are Secrets.
	SecretsRevision int
	// Timeout is how long one operation of Helm may take, 1 minute to 1 hour. Default: 10 minutes.
	Timeout time.Duration
	// NoWait does not wait until the objects are ready, for charts whose objects become ready only by what is installed later.
	// A release that does not become ready is then no failure. Default: Helm waits for pods, jobs, services and volumes.
	NoWait bool
	// KeepFailed leaves a failed installation or upgrade as it is, to look at it. Default: it is taken back.
	KeepFailed bool
	// History is how many revisions are kept for rollbacks, 1 to 50. Default: 5.
	History int
	// SkipCRDs leaves out the custom resource definitions in the folder crds of the chart. Helm never upgrades those. Default: false.
	SkipCRDs bool
	// TakeOwnership takes over objects that are there already and belong to no release. Default: such objects are an error.
	TakeOwnership bool
	// After are what must be there before, such as releases whose custom resource definitions this one uses, and goes after it.
	// Default: none.
	After []tf.Dependable
}

// A Release is an installed chart.
type Release struct {
	construct tf.Construct
	resource  tf.Resource
	props     Props
}

// New installs the chart.
func New(scope constructs.Construct, id string, props Props) (*Release, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Release, error) {
		resource := tf.AddResource(scope, "release", tf.BareResource{Type: "helm_release", Provider: "helm", Arguments: props.arguments(), After: props.After})
		return &Release{construct: scope, resource: resource, props: props}, nil
	})
}

func (p Props) withDefaults() Props {
	p.Timeout = cmp.Or(p.Timeout, 10*time.Minute)
	p.History = cmp.Or(p.History, 5)
	if len(p.Secrets) > 0 && p.SecretsRevision == 0 {
		p.SecretsRevision = 1
	}
	return p
}

var (
	releasePattern   = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$`)
	namespacePattern = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// A comma would begin another value.
	pathPattern = lazyregexp.New(`^[^,={}\s]+$`)
)

func (p Props) validate() error {
	var problems problem.List
	if !releasePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a release; use up to 53 lower-case letters, digits and hyphens", p.Name)
	}
	if !namespacePattern.MatchString(p.Namespace) {
		problems.Addf("namespace", "%q is no Kubernetes namespace; use 1 to 63 lower-case letters, digits and hyphens", p.Namespace)
	}
	p.Chart.validate("chart", &problems)
	for _, path := range slices.Sorted(maps.Keys(p.Secrets)) {
		at := problem.Key("secrets", path)
		if !pathPattern.MatchString(path) {
			problems.Addf(at, "is no path of a value; write it like auth.password")
		}
		if !token.Is(p.Secrets[path]) {
			problems.Addf(at, "is a text of its own, which the stack's files would hold; give a reference that only Terraform knows")
		}
	}
	if p.SecretsRevision != 0 && len(p.Secrets) == 0 {
		problems.Addf("secretsRevision", "%d stands without secrets; remove it", p.SecretsRevision)
	}
	if p.SecretsRevision < 0 {
		problems.Addf("secretsRevision", "%d is no revision; use 1 or more", p.SecretsRevision)
	}
	if p.Timeout < time.Minute || p.Timeout > time.Hour || p.Timeout%time.Second != 0 {
		problems.Addf("timeout", "%s is out of range; use 1m to 1h, in whole seconds", p.Timeout)
	}
	if p.History < 1 || p.History > 50 {
		problems.Addf("history", "%d is out of range; use 1 to 50", p.History)
	}
	if _, err := json.Marshal(p.Values); err != nil {
		problems.Addf("values", "hold what JSON cannot: %v; use texts, numbers, booleans, lists and maps", err)
	}
	return problems.Err()
}

// arguments are those of the resource. Values are JSON, which is YAML too, with sorted keys, so that a plan shows nothing where
// nothing changed.
func (p Props) arguments() map[string]any {
	arguments := p.Chart.arguments()
	arguments["name"], arguments["namespace"] = p.Name, p.Namespace
	arguments["timeout"], arguments["max_history"] = int(p.Timeout/time.Second), p.History
	arguments["wait"], arguments["wait_for_jobs"], arguments["atomic"] = !p.NoWait, !p.NoWait, !p.KeepFailed && !p.NoWait
	arguments["cleanup_on_fail"] = !p.KeepFailed
	for name, on := range map[string]bool{"create_namespace": p.CreateNamespace, "skip_crds": p.SkipCRDs, "take_ownership": p.TakeOwnership} {
		if on {
			arguments[name] = true
		}
	}
	if len(p.Values) > 0 {
		arguments["values"] = []string{jsontext.Compact(p.Values)}
	}
	if len(p.Secrets) > 0 {
		var set []any
		for _, path := range slices.Sorted(maps.Keys(p.Secrets)) {
			// Of type string, a password that is a number stays a text; Helm would read a list or another value behind these characters.
			set = append(set, map[string]any{"name": path, "value": tf.Escape(p.Secrets[path]), "type": "string"})
		}
		arguments["set_wo"], arguments["set_wo_revision"] = set, p.SecretsRevision
	}
	return arguments
}

// Dependable is the release for the After of another.
func (r *Release) Dependable() tf.Dependable { return r.resource }

// Name of the release.
func (r *Release) Name() string { return r.props.Name }

// Namespace of the release.
func (r *Release) Namespace() string { return r.props.Namespace }

// Chart that is installed.
func (r *Release) Chart() Chart { return r.props.Chart }

// Construct holds the release.
func (r *Release) Construct() constructs.Construct { return r.construct }
