package asl

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// keyed are the instances of a job whose type an execution chooses, with the key of their volumes. Instances that have
// disks of their own refuse a key, so that the expression leaves it out for those.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
type keyed struct {
	resources fields
	key       string
}

func (keyed) isValue() {}

// volumes are the instances of a job with the key of their volumes. Whether a type that is known takes the key, the check of
// the request says.
func (r *renderer) volumes(path string, resources fields, instanceType Text, key string) Value {
	switch {
	case key == "" || instanceType.literal():
	case r.language == JSONata:
		return keyed{resources, key}
	default:
		r.refusal(path+".volumeKeyARN", sagemaker.Volumes{Open: "use JSONata, in which the state gives the key to the types that take it, give the type itself"}.Refuse())
	}
	resources.string("VolumeKmsKeyId", key)
	return resources
}

func (r *renderer) refusal(path string, of *sagemaker.Refusal) {
	if of != nil {
		r.addf(path, "%s", of.Text())
	}
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
	return "{% $merge([{" + strings.Join(members, ", ") + "}, $contains(" + instanceType + `, /` + sagemaker.DisksPattern() + `/) ? {} : {"VolumeKmsKeyId": ` + encode(k.key) + "}]) %}"
}
