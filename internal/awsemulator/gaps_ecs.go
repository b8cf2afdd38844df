package awsemulator

import (
	"maps"
	"strings"
)

func ecsGaps() []Gap {
	return []Gap{{
		Service: "ecs", Operations: []string{"CreateService", "UpdateService", "DescribeServices", "DeleteService"},
		What:  "starts no tasks of services, and forgets most of what they were asked for",
		How:   "a service is described as it was asked for, with one deployment that is complete and all tasks running",
		amend: (*Emulator).services,
	}}
}

// services tells of services what was asked for, and that their tasks run.
func (e *Emulator) services(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	short := func(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
	name := r.text("serviceName")
	if name == "" {
		name = short(r.text("service"))
	}
	key := short(r.text("cluster")) + "/" + name
	switch r.Operation {
	case "DeleteService":
		if out.status < 300 {
			e.drop(r, "ecs/service", key)
		}
		return nil
	case "CreateService", "UpdateService":
		if out.status >= 300 {
			return nil
		}
		asked := maps.Clone(e.object(r, "ecs/service", key))
		if asked == nil {
			asked = object{"platformVersion": "LATEST", "propagateTags": "NONE", "enableECSManagedTags": false, "enableExecuteCommand": false, "availabilityZoneRebalancing": "DISABLED"}
		}
		maps.Copy(asked, r.model.copyOf("Service", r.Arguments))
		for _, member := range []string{"tags", "taskDefinition", "desiredCount"} { // moto keeps these
			delete(asked, member)
		}
		e.keep(r, "ecs/service", key, asked)
	}
	return asJSON(out, func(o object) {
		for _, each := range append(lists(o["services"]), lists(o["service"])...) {
			service := each.(object)
			asked := e.object(r, "ecs/service", short(text(service, "clusterArn"))+"/"+text(service, "serviceName"))
			if asked == nil || service["status"] != "ACTIVE" {
				continue
			}
			maps.Copy(service, asked)
			service["runningCount"], service["pendingCount"] = service["desiredCount"], 0
			if deployments := lists(service["deployments"]); len(deployments) > 0 {
				maps.Copy(deployments[0].(object), object{
					"rolloutState": "COMPLETED", "taskDefinition": service["taskDefinition"], "desiredCount": service["desiredCount"],
					"runningCount": service["desiredCount"], "pendingCount": 0,
				})
				service["deployments"] = deployments[:1]
			}
		}
	})
}
