package awsemulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// monitoringGaps are those of managed Prometheus and Grafana, and of budgets.
func monitoringGaps() []Gap {
	return []Gap{
		{
			Service: "aps", Operations: []string{"CreateScraper", "DescribeScraper", "DeleteScraper"},
			What: "has no scrapers", How: "one for a cluster and a workspace that are there, described as it was asked for",
			answer: (*Emulator).scrapers,
		},
		{
			Service: "aps", Operations: []string{"CreateAlertManagerDefinition", "DescribeAlertManagerDefinition", "PutAlertManagerDefinition", "DeleteAlertManagerDefinition"},
			What: "has no settings of the alert manager", How: "those that a workspace was given",
			answer: (*Emulator).alertManager,
		},
		{
			Service: "grafana", Operations: []string{
				"CreateWorkspace", "DescribeWorkspace", "UpdateWorkspace", "DeleteWorkspace", "DescribeWorkspaceConfiguration", "UpdateWorkspaceConfiguration",
				"UpdatePermissions", "ListPermissions", "TagResource", "UntagResource", "ListTagsForResource",
			},
			What: "has no Grafana", How: "a workspace is described as it was asked for, with the roles that people were given",
			answer: (*Emulator).grafana,
		},
		{
			Service: "budgets", Operations: []string{"CreateBudget", "DescribeBudget", "DescribeSubscribersForNotification", "CreateNotification", "UpdateBudget", "TagResource", "UntagResource", "ListTagsForResource"},
			What: "changes no budget, and has neither their tags nor who hears of them", How: "they are told as they were asked for",
			answer: (*Emulator).budgetDetails, amend: (*Emulator).budgets,
		},
	}
}

func missing(r *request, what string) *response {
	return refuse(r, http.StatusNotFound, "ResourceNotFoundException", what+" does not exist")
}

// workspace tells whether moto has a workspace of Prometheus.
func (e *Emulator) workspace(r *request, id string) bool {
	out := e.ask(&request{Call: r.Call, http: &http.Request{Method: http.MethodGet, URL: &url.URL{}, Header: r.http.Header}, path: "/workspaces/" + id})
	return out.status == http.StatusOK
}

func (e *Emulator) scrapers(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	const kind = "aps/scraper"
	status := func(code string) object { return object{"statusCode": code} }
	if r.Operation == "CreateScraper" {
		source, _ := r.Arguments["source"].(object)
		cluster, _ := source["eksConfiguration"].(object)
		destination, _ := r.Arguments["destination"].(object)
		prometheus, _ := destination["ampConfiguration"].(object)
		workspaceARN := text(prometheus, "workspaceArn")
		if name := text(cluster, "clusterArn"); e.object(r, "eks/cluster", name[strings.LastIndexByte(name, '/')+1:]) == nil {
			return missing(r, "The cluster "+name)
		}
		if !e.workspace(r, workspaceARN[strings.LastIndexByte(workspaceARN, '/')+1:]) {
			return missing(r, "The workspace "+workspaceARN)
		}
		id := "s-" + e.id()
		made := r.model.copyOf("ScraperDescription", r.Arguments)
		maps.Copy(made, object{
			"scraperId": id, "arn": "arn:aws:aps:" + r.Region + ":" + r.Account + ":scraper/" + id, "status": status("ACTIVE"), "createdAt": now(), "lastModifiedAt": now(),
			"roleArn": "arn:aws:iam::" + r.Account + ":role/aws-service-role/scraper.aps.amazonaws.com/AWSServiceRoleForAmazonPrometheusScraper_" + id,
		})
		e.keep(r, kind, id, made)
		return reply(made)
	}
	id := r.text("scraperId")
	found := e.object(r, kind, id)
	switch {
	case found == nil:
		return missing(r, "The scraper "+id)
	case r.Operation == "DeleteScraper":
		e.drop(r, kind, id)
		return reply(object{"scraperId": id, "status": status("DELETING")})
	}
	return reply(object{"scraper": found})
}

func (e *Emulator) alertManager(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	const kind = "aps/alerts"
	id := r.text("workspaceId")
	found := e.object(r, kind, id)
	status := object{"statusCode": "ACTIVE"}
	switch {
	case !e.workspace(r, id):
		return missing(r, "The workspace "+id)
	case r.Operation == "CreateAlertManagerDefinition" && found != nil:
		return refuse(r, http.StatusConflict, "ConflictException", "The workspace has a definition")
	case r.Operation != "CreateAlertManagerDefinition" && found == nil:
		return missing(r, "The definition of "+id)
	case r.Operation == "DescribeAlertManagerDefinition":
		return reply(object{"alertManagerDefinition": found})
	case r.Operation == "DeleteAlertManagerDefinition":
		e.drop(r, kind, id)
		return reply(object{})
	}
	e.keep(r, kind, id, object{"status": status, "data": r.Arguments["data"], "createdAt": now(), "modifiedAt": now()})
	return reply(object{"status": status})
}

func (e *Emulator) grafana(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	const kind, settings, people = "grafana/workspace", "grafana/configuration", "grafana/people"
	id := r.text("workspaceId")
	if arn := r.text("resourceArn"); arn != "" {
		id = arn[strings.LastIndexByte(arn, '/')+1:]
	}
	if r.Operation == "CreateWorkspace" {
		id = "g-" + e.id()[7:]
		e.keep(r, kind, id, object{
			"id": id, "created": now(), "modified": now(), "status": "ACTIVE", "grafanaVersion": "9.4", "endpoint": id + ".grafana-workspace." + r.Region + ".amazonaws.com",
			"dataSources": []any{}, "authentication": object{}, "notificationDestinations": []any{}, "tags": object{}, "ipAddressType": "IPV4",
		})
		e.keep(r, settings, id, `{"plugins":{"pluginAdminEnabled":false},"unifiedAlerting":{"enabled":false}}`)
	}
	found := e.object(r, kind, id)
	if found == nil {
		return missing(r, "The workspace "+id)
	}
	switch r.Operation {
	case "CreateWorkspace", "UpdateWorkspace":
		maps.Copy(found, r.model.copyOf("WorkspaceDescription", r.Arguments))
		for member, called := range map[string]string{
			"workspaceName": "name", "workspaceDescription": "description", "workspaceDataSources": "dataSources", "workspaceNotificationDestinations": "notificationDestinations",
			"workspaceOrganizationalUnits": "organizationalUnits", "authenticationProviders": "",
		} {
			if value := r.Arguments[member]; value == nil {
				continue
			} else if called == "" {
				found["authentication"] = object{"providers": value}
			} else {
				found[called] = value
			}
		}
		if asked := r.text("configuration"); asked != "" {
			e.keep(r, settings, id, asked)
		}
	case "DeleteWorkspace":
		e.drop(r, kind, id)
		e.drop(r, settings, id)
		e.drop(r, people, id)
	case "DescribeWorkspaceConfiguration":
		return reply(object{"configuration": e.store.kept[r.key(settings, id)], "grafanaVersion": found["grafanaVersion"]})
	case "UpdateWorkspaceConfiguration":
		e.keep(r, settings, id, r.text("configuration"))
		if version := r.text("grafanaVersion"); version != "" {
			found["grafanaVersion"] = version
		}
		return reply(object{})
	case "UpdatePermissions":
		roles := maps.Clone(e.object(r, people, id))
		if roles == nil {
			roles = object{}
		}
		for _, each := range lists(r.Arguments["updateInstructionBatch"]) {
			instruction := each.(object)
			for _, user := range lists(instruction["users"]) {
				key := fmt.Sprint(text(user.(object), "type"), " ", text(user.(object), "id"))
				if instruction["action"] == "ADD" {
					roles[key] = object{"user": user, "role": instruction["role"]}
				} else {
					delete(roles, key)
				}
			}
		}
		e.keep(r, people, id, roles)
		return reply(object{"errors": []any{}})
	case "ListPermissions":
		permissions, roles := []any{}, e.object(r, people, id)
		for _, key := range sortedKeys(roles) {
			permissions = append(permissions, roles[key])
		}
		return reply(object{"permissions": permissions})
	case "TagResource":
		add, _ := r.Arguments["tags"].(object)
		setTags(found, add, nil)
		return reply(object{})
	case "UntagResource":
		setTags(found, nil, lists(r.Arguments["tagKeys"]))
		return reply(object{})
	case "ListTagsForResource":
		return reply(object{"tags": found["tags"]})
	}
	return reply(object{"workspace": found})
}

const budgetKind = "budgets/budget"

// budgetName is the name of the budget that a request is about.
func budgetName(r *request) string {
	for _, member := range []string{"Budget", "NewBudget"} {
		if budget, ok := r.Arguments[member].(object); ok {
			return text(budget, "BudgetName")
		}
	}
	arn := r.text("ResourceARN")
	return r.text("BudgetName") + arn[strings.LastIndexByte(arn, '/')+1:]
}

// subscribersOf is where the subscribers of a notification are kept.
func subscribersOf(notification any) string {
	of, _ := notification.(object)
	key, _ := json.Marshal([]any{of["NotificationType"], of["ComparisonOperator"], of["Threshold"], of["ThresholdType"]})
	return "subscribers " + string(key)
}

// budgetDetails answers what moto does not.
func (e *Emulator) budgetDetails(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := budgetName(r)
	found := e.object(r, budgetKind, name)
	switch r.Operation {
	case "CreateBudget", "DescribeBudget", "CreateNotification":
		return nil
	}
	if found == nil {
		return refuse(r, http.StatusBadRequest, "NotFoundException", "Unable to get budget: "+name+" - the budget doesn't exist.")
	}
	switch r.Operation {
	case "DescribeSubscribersForNotification":
		return reply(object{"Subscribers": found[subscribersOf(r.Arguments["Notification"])]})
	case "UpdateBudget":
		found["budget"] = r.Arguments["NewBudget"]
	case "ListTagsForResource":
		return reply(object{"ResourceTags": tagList(found)})
	case "TagResource":
		setTags(found, anyTags(lists(r.Arguments["ResourceTags"])), nil)
	case "UntagResource":
		setTags(found, nil, lists(r.Arguments["ResourceTagKeys"]))
	}
	return reply(object{})
}

// tagList are the tags of an object, as a list.
func tagList(o object) []any {
	out, kept := []any{}, o["tags"].(object)
	for _, key := range sortedKeys(kept) {
		out = append(out, object{"Key": key, "Value": kept[key]})
	}
	return out
}

// budgets remembers what moto forgets.
func (e *Emulator) budgets(r *request, out *response) *response {
	if out.status != http.StatusOK {
		return nil
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := budgetName(r)
	switch r.Operation {
	case "CreateBudget":
		made := object{"tags": anyTags(lists(r.Arguments["ResourceTags"]))}
		for _, each := range lists(r.Arguments["NotificationsWithSubscribers"]) {
			notification, _ := each.(object)
			made[subscribersOf(notification["Notification"])] = notification["Subscribers"]
		}
		e.keep(r, budgetKind, name, made)
	case "CreateNotification":
		if found := e.object(r, budgetKind, name); found != nil {
			found[subscribersOf(r.Arguments["Notification"])] = r.Arguments["Subscribers"]
		}
	case "DescribeBudget":
		return asJSON(out, func(o object) {
			budget, _ := o["Budget"].(object)
			if asked, ok := e.object(r, budgetKind, name)["budget"].(object); ok {
				maps.Copy(budget, asked)
			}
		})
	}
	return nil
}
