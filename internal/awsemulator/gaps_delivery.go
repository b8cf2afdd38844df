package awsemulator

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

func deliveryGaps() []Gap {
	return []Gap{
		{
			Service: "codebuild", Operations: []string{"CreateProject", "BatchGetProjects", "UpdateProject", "DeleteProject"},
			What:   "wants places for source and artifacts of builds in a pipeline, and forgets limits and keys",
			How:    "a project is described as it was asked for, with the defaults of AWS",
			answer: (*Emulator).projects,
		},
		{
			Service: "codebuild", Operations: []string{"CreateWebhook", "UpdateWebhook", "DeleteWebhook"},
			What: "has no webhooks", How: "a project is described with the one that it was given",
			answer: (*Emulator).webhooks,
		},
		{
			Service: "codepipeline", Operations: []string{"GetPipeline"},
			What: "writes times as text", How: "they are numbers, as in the model",
			amend: func(e *Emulator, r *request, out *response) *response {
				return asJSON(out, func(o object) {
					metadata, _ := o["metadata"].(object)
					for member, value := range metadata {
						written, _ := value.(string)
						if at, err := time.Parse("2006-01-02T15:04:05.999999", written); err == nil {
							metadata[member] = float64(at.Unix())
						} else if at, err := time.Parse(time.RFC3339, written); err == nil {
							metadata[member] = float64(at.Unix())
						}
					}
				})
			},
		},
	}
}

func (e *Emulator) webhooks(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := text(r.Arguments, "projectName")
	project := e.object(r, "codebuild/project", name)
	webhook, has := project["webhook"].(object)
	switch {
	case project == nil, !has && r.Operation != "CreateWebhook":
		return refuse(r, http.StatusBadRequest, "ResourceNotFoundException", "There is no project or webhook "+name)
	case has && r.Operation == "CreateWebhook":
		return refuse(r, http.StatusBadRequest, "ResourceAlreadyExistsException", "Webhook already exists for "+name)
	case r.Operation == "DeleteWebhook":
		delete(project, "webhook")
		return reply(object{})
	case !has:
		webhook = object{"url": "https://api.github.com/repos/a/b/hooks/1", "payloadUrl": "https://codebuild." + r.Region + ".amazonaws.com/webhooks?t=1", "lastModifiedSecret": now()}
	}
	maps.Copy(webhook, r.model.copyOf("Webhook", r.Arguments))
	project["webhook"] = webhook
	return reply(object{"webhook": webhook})
}

func (e *Emulator) projects(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := text(r.Arguments, "name")
	found := e.object(r, "codebuild/project", name)
	switch r.Operation {
	case "CreateProject":
		if found != nil {
			return refuse(r, http.StatusBadRequest, "ResourceAlreadyExistsException", "Project already exists: "+name)
		}
		made := object{
			"encryptionKey": "arn:aws:kms:" + r.Region + ":" + r.Account + ":alias/aws/s3", "timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480,
			"cache": object{"type": "NO_CACHE"}, "badge": object{"badgeEnabled": false}, "projectVisibility": "PRIVATE",
			"arn": "arn:aws:codebuild:" + r.Region + ":" + r.Account + ":project/" + name, "created": now(), "lastModified": now(),
		}
		maps.Copy(made, r.model.copyOf("Project", r.Arguments))
		e.keep(r, "codebuild/project", name, made)
		return reply(object{"project": made})
	case "BatchGetProjects":
		projects, missing := []any{}, []any{}
		for _, each := range named(r.Arguments, "names") {
			short := each[strings.LastIndexByte(each, '/')+1:]
			if one := e.object(r, "codebuild/project", short); one != nil {
				projects = append(projects, one)
			} else {
				missing = append(missing, each)
			}
		}
		return reply(object{"projects": projects, "projectsNotFound": missing})
	case "UpdateProject":
		if found == nil {
			return refuse(r, http.StatusBadRequest, "ResourceNotFoundException", "Project cannot be found: "+name)
		}
		maps.Copy(found, r.model.copyOf("Project", r.Arguments))
		found["lastModified"] = now()
		return reply(object{"project": found})
	}
	e.drop(r, "codebuild/project", name[strings.LastIndexByte(name, '/')+1:])
	return reply(object{})
}
