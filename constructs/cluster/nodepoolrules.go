package cluster

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func (p NodePool) validate(kubernetes string) error {
	var problems problem.List
	p.validateInstances(&problems)
	if !slices.Contains(capacities, p.Capacity) {
		problems.Addf("capacity", "%q is unknown; use %s", p.Capacity, problem.Choices(capacities))
	}
	if p.Max < 1 || p.Max > maxNodes {
		problems.Addf("max", "%d is out of range; use 1 to %d", p.Max, maxNodes)
	}
	if p.Min < 0 || p.Min > p.Desired || p.Desired > p.Max {
		problems.Addf("desired", "%d is not between min %d and max %d, or min is below 0; use 0 <= min <= desired <= max", p.Desired, p.Min, p.Max)
	}
	if p.DiskSizeGiB < 20 || p.DiskSizeGiB > 16384 {
		problems.Addf("diskSizeGiB", "%d is out of range; use 20 to 16384", p.DiskSizeGiB)
	}
	if p.ReleaseVersion != "" {
		if !releasePattern.MatchString(p.ReleaseVersion) {
			problems.Addf("releaseVersion", "%q is no release of an image; write it like %s.0-20261101", p.ReleaseVersion, kubernetes)
		} else if !strings.HasPrefix(p.ReleaseVersion, kubernetes+".") {
			problems.Addf("releaseVersion", "%q is not for Kubernetes %s; use a release that begins with it", p.ReleaseVersion, kubernetes)
		}
	}
	switch {
	case p.MaxUnavailable != 0 && p.MaxUnavailablePercent != 0:
		problems.Addf("maxUnavailable", "stands beside maxUnavailablePercent; keep one of them")
	case p.MaxUnavailable < 0 || p.MaxUnavailable > 100:
		problems.Addf("maxUnavailable", "%d is out of range; use 1 to 100", p.MaxUnavailable)
	case p.MaxUnavailablePercent < 0 || p.MaxUnavailablePercent > 100:
		problems.Addf("maxUnavailablePercent", "%d is out of range; use 1 to 100", p.MaxUnavailablePercent)
	}
	rule.NodeLabels(&problems, "labels", p.Labels)
	p.validateTaints(&problems)
	ids("subnetIDs", p.SubnetIDs, subnetPattern, "subnet", &problems)
	ids("securityGroupIDs", p.SecurityGroupIDs, securityGroupPattern, "security-group", &problems)
	return problems.Err()
}

// validateInstances finds nodes that could not start, and costly ones whose accelerator nobody could use.
func (p NodePool) validateInstances(problems *problem.List) {
	if n := len(p.InstanceTypes); n < 1 || n > 20 {
		problems.Addf("instanceTypes", "are %d, a pool takes 1 to 20; list EC2 instance types such as m6i.large", n)
	}
	known := slices.Contains(amis, p.AMI)
	if !known && p.AMI != "" {
		problems.Addf("ami", "%q is unknown; use %s", p.AMI, problem.Choices(amis))
	}
	seen := map[string]bool{}
	for i, name := range p.InstanceTypes {
		at := problem.Index("instanceTypes", i)
		instance, _ := awsfacts.ParseInstanceType(name)
		needs := amiFor(instance)
		unknown := awsfacts.CheckInstanceType(name)
		switch {
		case unknown != nil:
			problems.Addf(at, "%v", unknown)
		case instance.Mac:
			problems.Addf(at, "%q runs macOS alone, for which there is no image here; choose another type such as m6i.large", name)
		case needs == "":
			problems.Addf(at, "%q has a GPU on an arm64 processor, for which there is no image here; choose an x86 type such as g5.xlarge", name)
		case known && needs != p.AMI:
			problems.Addf(at, "%q needs the image %s, the pool has %s; choose other types, or another ami for all of them", name, needs, p.AMI)
		case seen[name]:
			problems.Addf(at, "%q is listed twice; list it once", name)
		}
		seen[name] = true
	}
}

func (p NodePool) validateTaints(problems *problem.List) {
	if p.AdmitAllPods && (len(p.Taints) > 0 || p.AMI != AMINVIDIA && p.AMI != AMINeuron) {
		problems.Addf("admitAllPods", "only leaves out the default taint of the images nvidia and neuron, which this pool does not have; remove it")
	}
	taints := make([]rule.Taint, len(p.Taints))
	for i, taint := range p.Taints {
		taints[i] = rule.Taint{Key: taint.Key, Value: taint.Value, Effect: string(taint.Effect)}
		if !slices.Contains(effects, taint.Effect) {
			problems.Addf(problem.Index("taints", i)+".effect", "%q is unknown; use %s", taint.Effect, problem.Choices(effects))
		}
	}
	rule.Taints(problems, "taints", taints)
}
