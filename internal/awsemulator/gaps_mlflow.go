package awsemulator

import (
	"maps"
	"net/http"
	"strings"
)

func mlflowGaps() []Gap {
	return []Gap{{
		Service: "sagemaker",
		Operations: []string{
			"CreateMlflowTrackingServer", "DescribeMlflowTrackingServer", "UpdateMlflowTrackingServer", "DeleteMlflowTrackingServer", "AddTags", "DeleteTags", "ListTags",
		},
		What: "has no MLflow", How: "a tracking server is described as it was asked for, with its tags, and is there at once; other tags are moto's",
		answer: (*Emulator).trackingServers,
	}}
}

func (e *Emulator) trackingServers(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	const kind, part = "sagemaker/mlflow", ":mlflow-tracking-server/"
	name := r.text("TrackingServerName")
	if strings.HasSuffix(r.Operation, "Tags") {
		_, named, ours := strings.Cut(r.text("ResourceArn"), part)
		if !ours {
			return nil
		}
		name = named
	}
	arn := "arn:aws:sagemaker:" + r.Region + ":" + r.Account + part + name
	found := e.object(r, kind, name)
	switch {
	case r.Operation == "CreateMlflowTrackingServer" && found != nil:
		return refuse(r, http.StatusBadRequest, "ValidationException", "Tracking Server with name "+name+" already exists")
	case r.Operation != "CreateMlflowTrackingServer" && found == nil:
		return refuse(r, http.StatusBadRequest, "ResourceNotFound", "Could not find Tracking Server with name "+name)
	}
	switch r.Operation {
	case "CreateMlflowTrackingServer":
		made := r.model.copyOf("DescribeMlflowTrackingServerResponse", r.Arguments)
		defaults := object{"MlflowVersion": "3.0", "TrackingServerSize": "Small", "WeeklyMaintenanceWindowStart": "Tue:03:30", "AutomaticModelRegistration": false}
		for member, otherwise := range defaults {
			if made[member] == nil {
				made[member] = otherwise
			}
		}
		maps.Copy(made, object{
			"TrackingServerArn": arn, "TrackingServerStatus": "Created", "IsActive": "Active", "CreationTime": now(), "LastModifiedTime": now(),
			"TrackingServerUrl": "https://t-" + e.id() + "." + r.Region + ".experiments.sagemaker.aws",
		})
		e.keep(r, kind, name, object{"server": made, "tags": anyTags(lists(r.Arguments["Tags"]))})
		return reply(object{"TrackingServerArn": arn})
	case "UpdateMlflowTrackingServer":
		server := found["server"].(object)
		maps.Copy(server, r.model.copyOf("DescribeMlflowTrackingServerResponse", r.Arguments))
		server["TrackingServerStatus"], server["LastModifiedTime"] = "Updated", now()
		return reply(object{"TrackingServerArn": arn})
	case "DeleteMlflowTrackingServer":
		e.drop(r, kind, name)
		return reply(object{"TrackingServerArn": arn})
	case "DescribeMlflowTrackingServer":
		return reply(found["server"])
	case "AddTags":
		setTags(found, anyTags(lists(r.Arguments["Tags"])), nil)
	case "DeleteTags":
		setTags(found, nil, lists(r.Arguments["TagKeys"]))
		return reply(object{})
	}
	return reply(object{"Tags": tagList(found)})
}
