package awsfacts

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// An Accelerator is what an instance computes with beside its processor.
type Accelerator string

const (
	// NoAccelerator is none that the EKS images have a driver for.
	NoAccelerator Accelerator = ""
	// NVIDIA is a GPU of NVIDIA.
	NVIDIA Accelerator = "nvidia"
	// Neuron is AWS Inferentia or Trainium.
	Neuron Accelerator = "neuron"
)

// An InstanceType is what the name of an EC2 instance type says.
type InstanceType struct {
	// Name as given, such as g5.xlarge.
	Name string
	// Accelerator of the family.
	Accelerator Accelerator
	// ARM64 is true for Graviton and Grace processors.
	ARM64 bool
	// Mac is true for computers of Apple, which run macOS alone.
	Mac bool
	// Disks is true where the instance brings disks of its own.
	Disks bool
}

var (
	// Series, generation, options, then the size: m, 7, gd, xlarge.
	instancePattern = lazyregexp.New(`^(u|[a-z]+)([0-9]+)([a-z]*(?:-[a-z0-9]+)?)\.((?:[0-9]*x)?large|nano|micro|small|medium|metal(?:-[0-9]+xl)?)$`)
	// High memory instances are named after their memory: u-6tb1.112xlarge, u7in-16tb.224xlarge.
	memoryPattern = lazyregexp.New(`^u[0-9a-z]*-[0-9]+tb[0-9]?\.(?:[0-9]+x?large|metal)$`)
)

// ParseInstanceType reads the name of an EC2 instance type. What the list does not describe, it takes from the form of
// the name, so that types that are newer than the list can be used; CheckInstanceType looks into the list.
// https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
func ParseInstanceType(name string) (InstanceType, bool) {
	of, size, _ := strings.Cut(name, ".")
	if known, found := instances().ec2[of]; found && known.architecture != "?" && (slices.Contains(known.sizes, size) || instancePattern.MatchString(name)) {
		return known.instanceType(name), true
	}
	if memoryPattern.MatchString(name) {
		return InstanceType{Name: name}, true
	}
	parts := instancePattern.FindStringSubmatch(name)
	if parts == nil {
		return InstanceType{}, false
	}
	series, generation, options := parts[1], parts[2], parts[3]
	found := InstanceType{Name: name, ARM64: strings.Contains(options, "g") || series == "a", Disks: strings.Contains(options, "d")}
	switch series {
	case "p", "g", "gr":
		// g4ad has a GPU of AMD.
		if !strings.HasPrefix(options, "ad") {
			found.Accelerator = NVIDIA
		}
		found.Disks = found.Disks || generation >= "5"
	case "inf", "trn":
		found.Accelerator = Neuron
		found.Disks = series == "trn"
	}
	return found, true
}

func (f family) instanceType(name string) InstanceType {
	found := InstanceType{Name: name, ARM64: f.architecture == "arm64", Mac: strings.HasSuffix(f.architecture, "_mac"), Disks: f.disks}
	switch f.accelerator {
	case "nvidia":
		found.Accelerator = NVIDIA
	case "neuron":
		found.Accelerator = Neuron
	}
	return found
}
