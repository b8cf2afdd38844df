package awsemulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// servicesGaps are those of what serves: databases, queues, the API and its state machines.
func servicesGaps() []Gap {
	return []Gap{
		{
			Service: "rds", Operations: []string{"CreateDBInstance", "ModifyDBInstance", "DescribeDBInstances"},
			What: "forgets Performance Insights and the support of versions that end", How: "they are told as they were asked for",
			amend: (*Emulator).databases,
		},
		{
			Service: "rds", Operations: []string{"DescribeDBParameters"},
			What: "does not say who has set a parameter", How: "those that it tells of are the user's",
			amend: func(_ *Emulator, _ *request, out *response) *response {
				return &response{out.status, out.header, parameterName.ReplaceAll(out.body, []byte("$0<Source>user</Source>"))}
			},
		},
		{
			Service: "sqs", Operations: []string{"GetQueueAttributes"},
			What: "writes the policy for dead letters with other white space", How: "it has none",
			amend: func(_ *Emulator, _ *request, out *response) *response {
				return asJSON(out, func(o object) {
					attributes, _ := o["Attributes"].(object)
					var compact bytes.Buffer
					if json.Compact(&compact, []byte(text(attributes, "RedrivePolicy"))) == nil {
						attributes["RedrivePolicy"] = compact.String()
					}
				})
			},
		},
		{
			Service: "secretsmanager", Operations: []string{"CancelRotateSecret"},
			What: "cancels no rotation that RDS manages, which has no function", How: "it is cancelled",
			answer: func(e *Emulator, r *request) *response {
				out := e.ask(r)
				if id := r.text("SecretId"); out.status == http.StatusBadRequest && strings.Contains(id, ":secret:rds!") {
					return reply(object{"ARN": id, "Name": lastPart(id)})
				}
				return out
			},
		},
		{
			Service: "states", Operations: []string{"CreateStateMachine", "DescribeStateMachine", "DeleteStateMachine"},
			What: "takes each state machine for a standard one", How: "the type is the one that was asked for",
			amend: (*Emulator).machineTypes,
		},
		{
			Service: "apigateway", Operations: []string{"TagResource", "UntagResource", "GetRestApi", "GetStage", "GetUsagePlan", "GetApiKey"},
			What: "changes no tags", How: "what was added and removed is told with the tags from the beginning",
			answer: (*Emulator).changeAPITags, amend: (*Emulator).apiTags,
		},
	}
}

var (
	parameterName = regexp.MustCompile(`<ParameterName>[^<]*</ParameterName>`)
	instanceName  = regexp.MustCompile(`<DBInstanceIdentifier>([^<]*)</DBInstanceIdentifier>`)
	// instanceSettings are what moto forgets, as it would write them.
	instanceSettings = regexp.MustCompile(`<(?:EngineLifecycleSupport|PerformanceInsightsEnabled|PerformanceInsightsRetentionPeriod|PerformanceInsightsKMSKeyId)>[^<]*</[A-Za-z]+>`)
)

// databases tells of instances what was asked for.
func (e *Emulator) databases(r *request, out *response) *response {
	if out.status != http.StatusOK {
		return nil
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	if name := r.text("DBInstanceIdentifier"); r.Operation != "DescribeDBInstances" {
		asked := maps.Clone(e.object(r, "rds/instance", name))
		if asked == nil {
			asked = object{"PerformanceInsightsEnabled": false, "EngineLifecycleSupport": "open-source-rds-extended-support"}
		}
		for member, called := range map[string]string{
			"EnablePerformanceInsights": "PerformanceInsightsEnabled", "PerformanceInsightsRetentionPeriod": "", "PerformanceInsightsKMSKeyId": "", "EngineLifecycleSupport": "",
		} {
			called = cmp.Or(called, member)
			if value := r.Arguments[member]; value != nil {
				asked[called] = value
			}
		}
		e.keep(r, "rds/instance", name, asked)
	}
	return &response{out.status, out.header, instanceName.ReplaceAllFunc(instanceSettings.ReplaceAll(out.body, nil), func(found []byte) []byte {
		asked := e.object(r, "rds/instance", string(instanceName.FindSubmatch(found)[1]))
		told := string(found)
		for _, member := range sortedKeys(asked) {
			told += fmt.Sprintf("<%s>%v</%[1]s>", member, asked[member])
		}
		return []byte(told)
	})}
}

// machineTypes tells express state machines from others.
func (e *Emulator) machineTypes(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	switch r.Operation {
	case "CreateStateMachine":
		if out.status == http.StatusOK && r.text("type") != "" {
			e.keep(r, "states/type", r.text("name"), r.text("type"))
		}
	case "DeleteStateMachine":
		e.drop(r, "states/type", lastPart(r.text("stateMachineArn")))
	default:
		return asJSON(out, func(o object) {
			if asked, _ := e.store.kept[r.key("states/type", text(o, "name"))].(string); asked != "" {
				o["type"] = asked
			}
		})
	}
	return nil
}

func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

const apiTagsKind = "apigateway/tags"

func (e *Emulator) changeAPITags(r *request) *response {
	if r.Operation != "TagResource" && r.Operation != "UntagResource" {
		return nil
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := lastPart(r.text("resourceArn"))
	changes := maps.Clone(e.object(r, apiTagsKind, name))
	if changes == nil {
		changes = object{}
	}
	added, _ := r.Arguments["tags"].(object)
	maps.Copy(changes, added)
	for _, key := range lists(r.Arguments["tagKeys"]) {
		changes[key.(string)] = nil
	}
	e.keep(r, apiTagsKind, name, changes)
	out := reply(object{})
	out.status = http.StatusNoContent
	return out
}

func (e *Emulator) apiTags(r *request, out *response) *response {
	name := map[string]string{
		"GetRestApi": "/restapis/" + r.text("restApiId"), "GetStage": "/restapis/" + r.text("restApiId") + "/stages/" + r.text("stageName"),
		"GetUsagePlan": "/usageplans/" + r.text("usagePlanId"), "GetApiKey": "/apikeys/" + r.text("apiKey"),
	}[r.Operation]
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	changes := e.object(r, apiTagsKind, name)
	if changes == nil {
		return nil
	}
	return asJSON(out, func(o object) {
		tags, _ := o["tags"].(object)
		tags = maps.Clone(tags)
		if tags == nil {
			tags = object{}
		}
		maps.Copy(tags, changes)
		maps.DeleteFunc(tags, func(_ string, value any) bool { return value == nil })
		o["tags"] = tags
	})
}
