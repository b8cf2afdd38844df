package sagemaker

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// Volumes are those of the instances on which a job or the variants of an endpoint may run. A KMS key for them is refused
// where an instance brings disks of its own (NVMe), which its hardware encrypts, and where a variant has no instances; of an
// endpoint, one such variant is enough.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
type Volumes struct {
	// Types are the instance types that are known, such as ml.m5.large. What is no instance type counts as one that takes a
	// key: Terraform tokens, and types that others report.
	Types []string
	// Serverless says that a variant has no instances.
	Serverless bool
	// Open is what to do where who starts an execution may choose other types. Default: nobody may.
	Open string
}

// Key is the key where all volumes take one, and otherwise empty: for a key that is meant for whatever takes it.
func (v Volumes) Key(key string) string {
	if v.Serverless || v.disks() != "" {
		return ""
	}
	return key
}

// Refuse is what is wrong with a key that is meant for these volumes, nil if they take it.
func (v Volumes) Refuse() *Refusal {
	switch with := v.disks(); {
	case v.Serverless:
		return &Refusal{Message: "is given, but a serverless variant has no volume that takes a key", Fix: "remove it"}
	case with != "":
		return &Refusal{Message: "is given, but " + with + " has disks of its own, which encrypt themselves and take no key", Fix: "remove it"}
	case v.Open != "":
		return &Refusal{Message: "is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key", Fix: v.Open + ", or remove the key"}
	}
	return nil
}

// Undecided is what is wrong with the choice of the instance type where a key is meant for whatever takes it: it cannot be
// told now whether the instance will. It is nil if it can.
func (v Volumes) Undecided() *Refusal {
	with, without := v.disks(), ""
	for _, each := range v.Types {
		if !HasDisks(each) {
			without = each
		}
	}
	switch {
	case v.Open != "":
		return &Refusal{Message: "is chosen at run time, and whether it takes the key of volumes is not: one with disks of its own, such as ml.g5.xlarge, refuses it", Fix: v.Open}
	case with != "" && without != "":
		return &Refusal{Message: "may be " + without + ", which takes the key of volumes, or " + with + ", which has disks of its own and refuses it", Fix: "allow one kind"}
	}
	return nil
}

// disks is one of the types that have disks of their own, or "".
func (v Volumes) disks() string {
	for _, each := range v.Types {
		if HasDisks(each) {
			return each
		}
	}
	return ""
}

// HasDisks reports whether instances of the type, such as ml.g5.xlarge, bring disks of their own.
// https://docs.aws.amazon.com/sagemaker/latest/dg/host-instance-storage.html
func HasDisks(instanceType string) bool {
	instance, _ := ParseInstance(instanceType)
	return instance.LocalStorage
}

// DisksPattern matches the instance types that have disks of their own, for where they are known at run time only: a regular
// expression of JavaScript and Go.
func DisksPattern() string {
	return `^ml\.(` + strings.Join(awsfacts.MLFamiliesWithDisks(), "|") + `)\.`
}
