package asl

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// keyed are the instances of a job whose type an execution chooses, with the key of their volumes. Instances that have
// disks of their own refuse a key, so that the expression leaves it out for those.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
type keyed struct {
	resources fields
	key       string
}

func (keyed) isValue() {}

// volumes are the instances of a job with the key of their volumes. JSONPath cannot choose: there, the key is written.
func (r *renderer) volumes(path string, resources fields, instanceType Text, key string) Value {
	instance, known := sagemaker.ParseInstance(string(instanceType))
	switch {
	case key == "":
		return resources
	case known && instance.LocalStorage:
		r.addf(path+".volumeKeyARN", "is given, but %s has disks of its own, which encrypt themselves and take no key; remove it", instanceType)
	case !instanceType.literal() && r.language == JSONata:
		return keyed{resources, key}
	}
	resources.string("VolumeKmsKeyId", key)
	return resources
}

// expression writes the object as one expression.
func (k keyed) expression(r *renderer, path string, at place) string {
	var members []string
	instanceType := ""
	for _, each := range k.resources {
		rendered, _ := r.value(path+"."+each.name, each.value, at)
		text := encode(rendered)
		if expression, ok := rendered.(string); ok && strings.HasPrefix(expression, "{% ") {
			text = strings.TrimSuffix(strings.TrimPrefix(expression, "{% "), " %}")
		}
		if each.name == "InstanceType" {
			instanceType = text
		}
		members = append(members, encode(each.name)+": "+text)
	}
	return "{% $merge([{" + strings.Join(members, ", ") + "}, $contains(" + instanceType + `, /^ml\.(` + strings.Join(awsfacts.MLFamiliesWithDisks(), "|") +
		`)\./) ? {} : {"VolumeKmsKeyId": ` + encode(k.key) + "}]) %}"
}
