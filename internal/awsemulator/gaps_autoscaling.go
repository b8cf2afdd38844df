package awsemulator

import "net/http"

func autoscalingGaps() []Gap {
	const service = "application-autoscaling"
	return []Gap{{
		Service: service, Operations: []string{"RegisterScalableTarget", "TagResource", "UntagResource", "ListTagsForResource"},
		What: "has no tags of what scales", How: "they are kept by its ARN",
		answer: func(e *Emulator, r *request) *response {
			if r.Operation == "RegisterScalableTarget" {
				return nil
			}
			e.store.mutex.Lock()
			defer e.store.mutex.Unlock()
			found := e.object(r, service, r.text("ResourceARN"))
			if found == nil {
				return refuse(r, http.StatusBadRequest, "ResourceNotFoundException", "No scalable target has the ARN "+r.text("ResourceARN"))
			}
			switch r.Operation {
			case "ListTagsForResource":
				return reply(object{"Tags": found["tags"]})
			case "TagResource":
				add, _ := r.Arguments["Tags"].(object)
				setTags(found, add, nil)
			default:
				setTags(found, nil, lists(r.Arguments["TagKeys"]))
			}
			return reply(object{})
		},
		amend: func(e *Emulator, r *request, out *response) *response {
			if r.Operation != "RegisterScalableTarget" {
				return nil
			}
			return asJSON(out, func(o object) {
				e.store.mutex.Lock()
				defer e.store.mutex.Unlock()
				if arn := text(o, "ScalableTargetARN"); e.object(r, service, arn) == nil {
					tags, _ := r.Arguments["Tags"].(object)
					holder := object{}
					setTags(holder, tags, nil)
					e.keep(r, service, arn, holder)
				}
			})
		},
	}}
}
