// Package kubernetes writes the objects of a Kubernetes cluster that serves models from typed Go values: checked, all
// problems at once, and in YAML that is the same every time. It knows what this platform writes: namespaces and their
// limits, network policies, roles, jobs, and the objects of External Secrets, Gateway API, the AWS Load Balancer Controller,
// the Prometheus operator, Karpenter and KEDA. It is pure Go and needs none of the modules of Kubernetes.
//
// Fields have the names of the Kubernetes API, without the spec around them.
//
// Reference: https://kubernetes.io/docs/reference/kubernetes-api/
package kubernetes

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// An Object is one object of a cluster. Its fields in JSON are those of its spec, or of the object itself if its kind is bare.
type Object interface {
	// Describe says which kind of object it is.
	Describe() Kind
	// Meta is what all objects have.
	Meta() Metadata
	// Validate reports everything that the cluster would refuse, or take and then ignore.
	Validate() error
}

// A Kind is a kind of objects.
type Kind struct {
	// APIVersion is the group and the version, such as networking.k8s.io/v1, or v1.
	APIVersion string
	// Kind is its name, such as NetworkPolicy.
	Kind string
	// Cluster is true where the objects are in no namespace.
	Cluster bool
	// Bare is true where the objects have no spec, and their fields stand beside the metadata.
	Bare bool
}

// Metadata is what all objects have.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
type Metadata struct {
	// Name is the object's, unique among those of its kind in the namespace.
	Name string `json:"name"`
	// Namespace is required for objects that are in one, and empty for others.
	Namespace string `json:"namespace,omitempty"`
	// Labels are for selectors. Default: none.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations are for everything else. Default: none.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Meta is the metadata itself, so that a type that holds it is an Object.
func (m Metadata) Meta() Metadata { return m }

// An IntOrString is a number such as "8080", or a text: the name of a port, or a share such as "25%".
type IntOrString string

var digits = lazyregexp.New(`^[0-9]+$`)

// MarshalJSON writes a number as a number.
func (v IntOrString) MarshalJSON() ([]byte, error) {
	if digits.MatchString(string(v)) {
		return []byte(v), nil
	}
	return json.Marshal(string(v))
}

// A Duration is a time such as 30s or 1h30m.
type Duration time.Duration

// MarshalJSON writes the duration as Kubernetes, Prometheus and Gateway API take it.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// String is the duration in whole hours, minutes, seconds and milliseconds, without units that are zero.
func (d Duration) String() string {
	if d < Duration(time.Millisecond) {
		return time.Duration(d).String()
	}
	rest, text := time.Duration(d), ""
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}} {
		if n := rest / unit.of; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
		}
		rest %= unit.of
	}
	return text
}

// Ptr is a pointer to a value, for fields where none and zero differ.
func Ptr[T any](value T) *T { return &value }

// Value stands for a text that is known only when the chart is installed, such as an ARN that Terraform makes: package
// documents/chart hands it in as the chart's value of this name, letters and digits that begin with a letter.
func Value(name string) string { return "${helm.values." + name + "}" }

// Identity names an object for people: its kind, its namespace and its name.
func Identity(object Object) string {
	m := object.Meta()
	if m.Namespace == "" {
		return object.Describe().Kind + " " + m.Name
	}
	return object.Describe().Kind + " " + m.Namespace + "/" + m.Name
}

// YAML checks the object and writes it.
func YAML(object Object) ([]byte, error) {
	if err := object.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", Identity(object), err)
	}
	made, err := JSON(object)
	if err != nil {
		return nil, err
	}
	return yamlOf(made)
}

// JSON writes the object as the API takes it, without checking it.
func JSON(object Object) ([]byte, error) {
	kind := object.Describe()
	head := struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Metadata   Metadata `json:"metadata"`
		Spec       any      `json:"spec,omitempty"`
	}{kind.APIVersion, kind.Kind, object.Meta(), nil}
	if !kind.Bare {
		head.Spec = object
		return marshal(head)
	}
	first, err := marshal(head)
	if err != nil {
		return nil, err
	}
	fields, err := marshal(object)
	if err != nil || string(fields) == "{}" {
		return first, err
	}
	return append(append(first[:len(first)-1], ','), fields[1:]...), nil
}

// begin starts the check of an object with what all have.
func begin(object Object) *problem.List {
	problems := &problem.List{}
	checkMetadata(problems, object.Describe(), object.Meta())
	return problems
}

// Begin starts the check of an object of another package with what all objects have: names, labels, annotations.
func Begin(object Object) error { return begin(object).Err() }
