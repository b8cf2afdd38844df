package scaffold

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// Parts are the names of the parts that an environment can begin with, in the order of their sections.
func Parts() []string {
	return []string{"network", "cluster", "storage", "registry", "training", "automation", "endpoint", "api", "loadBalancer", "services", "mlflow", "workers", "monitoring", "notifications", "codePipeline"}
}

// AllParts are the parts that are delivered by GitHub Actions: all but codePipeline, which takes its place.
func AllParts() []string {
	return slices.DeleteFunc(Parts(), func(name string) bool { return name == "codePipeline" })
}

// filled is an environment as its template sees it.
type filled struct {
	Environment
	parts    []string
	Last     bool
	Sample   bool
	Sections []string
	// SharesProvider is set where an environment before this one makes GitHub's OIDC provider of the account.
	SharesProvider bool
	// SharesAccount is set where an environment before this one is in the same account.
	SharesAccount                              bool
	Region, Partition, CIDR, Zones, Kubernetes string
	// PrefectKey is the parameter with the key of Prefect.
	PrefectKey secretref.Parameter
}

// Has reports whether a part is on.
func (f filled) Has(part string) bool { return slices.Contains(f.parts, part) }

func (a Answers) environment(i int) ([]byte, error) {
	versions := awsfacts.EKSVersionNames()
	f := filled{
		Environment: a.Environments[i], parts: a.Parts, Sample: a.Sample, Last: i == len(a.Environments)-1,
		Region: a.Region, Partition: awsfacts.Partition(a.Region), Kubernetes: versions[len(versions)-1],
		CIDR: fmt.Sprintf("10.%d.0.0/16", 10*(i+1)%256),
	}
	f.PrefectKey = secretref.Parameter{Name: "/" + a.Project + "-" + f.Name + "/prefect", Scope: arn.Scope{Region: a.Region, Account: f.Account}}
	// Accounts see other zones there, so that none is taken for granted.
	if region, known := awsfacts.RegionNamed(a.Region); known && len(region.Zones) < 2 {
		f.Zones = strings.Join(region.SomeZones[:min(2, len(region.SomeZones))], ", ")
	}
	f.SharesAccount = slices.ContainsFunc(a.Environments[:i], func(other Environment) bool { return other.Account == f.Account })
	if !f.Has("codePipeline") {
		f.SharesProvider = slices.ContainsFunc(a.Environments[:i], func(other Environment) bool { return other.Account == f.Account && f.Account != a.Account })
	}
	for _, part := range Parts() {
		if !f.Has(part) {
			continue
		}
		text, err := render(part, f)
		if err != nil {
			return nil, err
		}
		f.Sections = append(f.Sections, string(text))
	}
	return render("environment.yaml.tmpl", f)
}
