package modelapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

type (
	object   = map[string]any
	attempts = []aslnode.Attempt
	tasks    = map[string]attempts
)

func gives(results ...object) attempts {
	var out attempts
	for _, each := range results {
		out = append(out, aslnode.Attempt{Result: each})
	}
	return out
}

func fails(name, cause string) attempts { return attempts{{Error: name, Cause: cause}} }

func refuses(cause string) attempts { return fails("SageMaker.SageMakerException", cause) }

// The words of SageMaker.
const (
	noPackage  = "ModelPackage arn:aws:sagemaker:us-west-2:111111111111:model-package/wine-quality/7 does not exist. (Service: SageMaker, Status Code: 400)"
	noEndpoint = `Could not find endpoint "arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine". (Service: SageMaker, Status Code: 400)`
	noTime     = "Rate exceeded (Service: SageMaker, Status Code: 400)"
	denied     = "User: arn:aws:sts::111111111111:assumed-role/secret is not authorized"
	busy       = `Cannot update in-progress endpoint "arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine". (Service: SageMaker, Status Code: 400)`
)

// version is what SageMaker tells of a package.
func version(approval string, metadata ...string) object {
	out := object{"ModelPackageArn": packageARN, "ModelPackageVersion": 7, "ModelPackageStatus": "Completed", "ModelApprovalStatus": approval, "CreationTime": "2026-01-01T00:00:00Z"}
	if len(metadata) > 0 {
		properties := object{}
		for i := 0; i < len(metadata); i += 2 {
			properties[metadata[i]] = metadata[i+1]
		}
		out["CustomerMetadataProperties"] = properties
	}
	return out
}

func with(o object, key string, value any) object {
	out := object{}
	maps.Copy(out, o)
	out[key] = value
	return out
}

const configuration = "wine-approved-0123"

func live() object {
	return version("Approved", "wine:status", "deployed", "wine:configuration", configuration, "f1", "0.91234", "precision", "1e-1", "recall", "all", "model_name", "job-7")
}

func endpoint(status, configuration string) object {
	return object{"EndpointStatus": status, "EndpointConfigName": configuration, "LastModifiedTime": "2026-01-02T00:00:00Z"}
}

// details are what is answered of a version.
func details(o object, replaced ...any) object {
	out := object{
		"ModelPackageArn": packageARN, "ModelPackageStatus": "Completed", "ModelApprovalStatus": o["ModelApprovalStatus"], "CreationTime": "2026-01-01T00:00:00Z",
		"F1-Score": nil, "Precision": nil, "Recall": nil, "ModelName": nil, "EndpointConfigName": nil, "EndpointName": nil,
	}
	if p, ok := o["CustomerMetadataProperties"].(object); ok && p["f1"] != nil {
		out["F1-Score"], out["Precision"], out["ModelName"] = 91.23, 10.0, "job-7"
	}
	if p, ok := o["CustomerMetadataProperties"].(object); ok && p["wine:status"] == "deployed" {
		out["EndpointConfigName"], out["EndpointName"] = configuration, "wine"
	}
	for i := 0; i < len(replaced); i += 2 {
		out[replaced[i].(string)] = replaced[i+1]
	}
	return out
}

func wrong(name, message string, field ...string) object {
	out := object{"error": name, "message": message, "requestId": "r-1"}
	if len(field) > 0 {
		out["field"] = field[0]
	}
	return out
}

func ask(body object) object { return object{"requestId": "r-1", "caller": callerARN, "body": body} }

func about(arn any) object { return ask(object{"model_package_arn": arn}) }

func tagged(project string) object {
	return object{"Tags": []any{object{"Key": "Environment", "Value": "prod"}, object{"Key": "Project", "Value": project}, object{"Key": "More", "Value": "x"}}}
}

var badARN = wrong("BadRequest", "is no ARN of a version of a model; take one of /model/list", "model_package_arn")

type execution struct {
	name    string
	route   modelapi.Route
	input   object
	tasks   tasks
	visited string
	status  int
	body    object
}

// pending is a version that waits for approval.
func pending() object { return version("PendingManualApproval") }

var changes = []execution{
	{"approve", modelapi.Approve, about(packageARN), tasks{"Read package": gives(pending())}, "Read package, Approve", 200, details(pending(), "ModelApprovalStatus", "Approved")},
	{"approve what was rejected", modelapi.Approve, about(packageARN), tasks{"Read package": gives(version("Rejected"))}, "Read package, Approve", 200, details(pending(), "ModelApprovalStatus", "Approved")},
	{"approve twice", modelapi.Approve, about(packageARN), tasks{"Read package": gives(live())}, "Read package", 200, details(live())},
	{"approve too early", modelapi.Approve, about(packageARN), tasks{"Read package": gives(with(pending(), "ModelPackageStatus", "InProgress"))}, "Read package", 409,
		wrong("NotReady", "the version is InProgress, not Completed; wait, or take another")},
	{"approve nothing", modelapi.Approve, ask(object{}), nil, "", 400, badARN},
	{"approve a number", modelapi.Approve, about(7), nil, "", 400, badARN},
	{"approve a name", modelapi.Approve, about("wine-quality/7"), nil, "", 400, badARN},
	{"approve a version too many", modelapi.Approve, about(packageARN + "/8"), nil, "", 400, badARN},
	{"approve another group's", modelapi.Approve, about("arn:aws:sagemaker:us-west-2:111111111111:model-package/beer/7"), nil, "", 404,
		wrong("NotFound", "there is no such model in the group wine-quality", "model_package_arn")},
	{"approve another account's", modelapi.Approve, about("arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-quality/7"), nil, "", 404,
		wrong("NotFound", "there is no such model in the group wine-quality", "model_package_arn")},
	{"approve an unknown version", modelapi.Approve, about(packageARN), tasks{"Read package": refuses(noPackage)}, "Read package", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"approve unsigned", modelapi.Approve, object{"requestId": "r-1", "body": object{"model_package_arn": packageARN}}, nil, "", 403, wrong("Forbidden", "nobody signed the request")},
	{"approve while SageMaker has no time", modelapi.Approve, about(packageARN), tasks{"Read package": refuses(noTime)}, "Read package", 429, wrong("TooManyRequests", "SageMaker has too many requests; try again later")},
	{"approve without permission", modelapi.Approve, about(packageARN), tasks{"Read package": gives(pending()), "Approve": refuses(denied)}, "Read package, Approve", 502,
		wrong("BadGateway", "SageMaker could not do it")},
	{"approve, and no answer", modelapi.Approve, about(packageARN), tasks{"Read package": gives(pending()), "Approve": fails("States.Timeout", "")}, "Read package, Approve", 502,
		wrong("BadGateway", "SageMaker could not do it")},
	{"approve at the second attempt", modelapi.Approve, about(packageARN), tasks{"Read package": append(fails("SdkClientException", "connection reset"), gives(pending())...)}, "Read package, Approve", 200,
		details(pending(), "ModelApprovalStatus", "Approved")},

	{"deploy", modelapi.Deploy, about(packageARN), tasks{"Read package": gives(version("Approved")), "Start deployment": gives(object{"ExecutionArn": "arn:e"})}, "Read package, Start deployment", 202,
		details(version("Approved"), "EndpointName", "wine", "ExecutionArn", "arn:e")},
	{"deploy what nobody approved", modelapi.Deploy, about(packageARN), tasks{"Read package": gives(pending())}, "Read package", 409,
		wrong("NotApproved", "the version is PendingManualApproval, not Approved; have it approved first")},
	{"deploy what was rejected", modelapi.Deploy, about(packageARN), tasks{"Read package": gives(version("Rejected"))}, "Read package", 409,
		wrong("NotApproved", "the version is Rejected, not Approved; have it approved first")},
	{"deploy too early", modelapi.Deploy, about(packageARN), tasks{"Read package": gives(with(version("Approved"), "ModelPackageStatus", "Pending"))}, "Read package", 409,
		wrong("NotReady", "the version is Pending, not Completed; wait, or take another")},
	{"deploy on other instances", modelapi.Deploy, ask(object{"model_package_arn": packageARN, "instance_type": "ml.p4d.24xlarge"}), nil, "", 400,
		wrong("BadRequest", "is that of the environment's configuration; change it there, and leave it out here", "instance_type")},
	{"deploy an unknown version", modelapi.Deploy, about(packageARN), tasks{"Read package": refuses(noPackage)}, "Read package", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"deploy nothing", modelapi.Deploy, ask(object{}), nil, "", 400, badARN},
	{"deploy without permission", modelapi.Deploy, about(packageARN), tasks{"Read package": gives(version("Approved")), "Start deployment": fails("StepFunctions.AccessDeniedException", denied)},
		"Read package, Start deployment", 502, wrong("BadGateway", "SageMaker could not do it")},

	{"delete", modelapi.Delete, about(packageARN), deletes(nil), deleted, 200, details(live(), "EndpointName", nil, "EndpointConfigName", nil)},
	{"delete what failed", modelapi.Delete, about(packageARN), deletes(tasks{"Read endpoint": gives(endpoint("Failed", configuration))}), deleted, 200, details(live(), "EndpointName", nil, "EndpointConfigName", nil)},
	{"delete twice", modelapi.Delete, about(packageARN), tasks{"Read package": gives(version("Approved", "wine:status", "deleted", "wine:configuration", configuration))}, "Read package", 409,
		wrong("NotDeployed", "the model is not deployed to wine; deploy it, or wait until it is")},
	{"delete what is gone", modelapi.Delete, about(packageARN), deletes(tasks{"Read endpoint": refuses(noEndpoint)}), "Read package, Read endpoint", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"delete what was replaced", modelapi.Delete, about(packageARN), deletes(tasks{"Read endpoint": gives(endpoint("InService", "wine-approved-9"))}), "Read package, Read endpoint", 409,
		wrong("NotDeployed", "the endpoint wine serves another model by now; deploy this one again, or ask for that one")},
	{"delete while it is deployed", modelapi.Delete, about(packageARN), deletes(tasks{"Read endpoint": gives(endpoint("Updating", configuration))}), "Read package, Read endpoint", 409,
		wrong("Conflict", "the endpoint is Updating; try again later")},
	{"delete what Terraform made", modelapi.Delete, about(packageARN), tasks{
		"Read package": gives(version("Approved", "wine:status", "deployed", "wine:configuration", "wine-2026")), "Read endpoint": gives(endpoint("InService", "wine-2026")),
	}, "Read package, Read endpoint", 409, notMade},
	{"delete what others made", modelapi.Delete, about(packageARN), deletes(tasks{"Read tags": gives(tagged("beer"))}), "Read package, Read endpoint, Read tags", 409, notMade},
	{"delete what has no tags", modelapi.Delete, about(packageARN), deletes(tasks{"Read tags": gives(object{"Tags": []any{}})}), "Read package, Read endpoint, Read tags", 409, notMade},
	{"delete while another deployment begins", modelapi.Delete, about(packageARN), deletes(tasks{"Delete endpoint": refuses(busy)}), "Read package, Read endpoint, Read tags, Delete endpoint", 409,
		wrong("Conflict", "the endpoint is being changed; try again later")},
	{"delete, and the configuration stays", modelapi.Delete, about(packageARN), deletes(tasks{"Delete configuration": refuses(denied)}), deleted, 500,
		wrong("LooseEnds", "the endpoint is being deleted, but these steps failed: Delete configuration; their names begin with wine-approved-")},
	{"delete, and more stays", modelapi.Delete, about(packageARN), deletes(tasks{"Delete configuration": refuses(denied), "Delete model": refuses(denied), "Record": refuses(denied)}), deleted, 500,
		wrong("LooseEnds", "the endpoint is being deleted, but these steps failed: Delete configuration, Delete model, Record; their names begin with wine-approved-")},
	{"delete an unknown version", modelapi.Delete, about(packageARN), tasks{"Read package": refuses(noPackage)}, "Read package", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"delete nothing", modelapi.Delete, ask(object{}), nil, "", 400, badARN},
}

const deleted = "Read package, Read endpoint, Read tags, Delete endpoint, Delete configuration, Delete model, Record"

var notMade = wrong("NotMadeHere", "the endpoint wine was not made by approvals of this platform; delete it where it was made")

func deletes(change tasks) tasks {
	out := tasks{"Read package": gives(live()), "Read endpoint": gives(endpoint("InService", configuration)), "Read tags": gives(tagged("wine"))}
	maps.Copy(out, change)
	return out
}

var reads = []execution{
	{"describe", modelapi.Describe, about(packageARN), deletes(nil), "Read package, Read endpoint", 200,
		details(live(), "EndpointStatus", "InService", "LastModifiedTime", "2026-01-02T00:00:00Z", "FailureReason", nil, "message", `Endpoint current status is: "InService"`)},
	{"describe by GET", modelapi.Describe, object{"requestId": "r-1", "query": object{"model_package_arn": packageARN}}, deletes(tasks{"Read endpoint": gives(with(endpoint("Failed", configuration), "FailureReason", "no \"capacity\""))}),
		"Read package, Read endpoint", 200,
		details(live(), "EndpointStatus", "Failed", "LastModifiedTime", "2026-01-02T00:00:00Z", "FailureReason", "no \"capacity\"", "message", `Endpoint current status is: "Failed"`)},
	{"describe nothing by GET", modelapi.Describe, object{"requestId": "r-1", "query": object{"model_package_arn": ""}}, nil, "", 400, badARN},
	{"describe nothing", modelapi.Describe, ask(object{}), nil, "", 400, badARN},
	{"describe too early", modelapi.Describe, about(packageARN), tasks{"Read package": gives(pending())}, "Read package", 409, wrong("NotDeployed", "the model is not deployed to wine; deploy it, or wait until it is")},
	{"describe what was replaced", modelapi.Describe, about(packageARN), deletes(tasks{"Read endpoint": gives(endpoint("InService", "wine-approved-9"))}), "Read package, Read endpoint", 409,
		wrong("NotDeployed", "the endpoint wine serves another model by now; deploy this one again, or ask for that one")},
	{"describe an unknown version", modelapi.Describe, about(packageARN), tasks{"Read package": refuses(noPackage)}, "Read package", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"describe without an endpoint", modelapi.Describe, about(packageARN), deletes(tasks{"Read endpoint": refuses(noEndpoint)}), "Read package, Read endpoint", 404, wrong("NotFound", "there is no such model or endpoint")},

	{"list", modelapi.List, page("", ""), tasks{"List first page": gives(versions("more", 7, 6, 5)), "Read package": append(gives(live()), gives(pending(), version("Rejected"))...)},
		"List first page, Read package", 200, object{"Approved": []any{details(live())}, "PendingManualApproval": []any{details(pending())}, "Rejected": []any{details(version("Rejected"))}, "NextToken": "more"}},
	{"list several of a kind", modelapi.List, page("2", ""), tasks{"List first page": gives(versions("", 7, 6)), "Read package": gives(pending())},
		"List first page, Read package", 200, object{"PendingManualApproval": []any{details(pending()), details(pending())}, "NextToken": nil}},
	{"list the next page", modelapi.List, page("50", "more"), tasks{"List next page": gives(versions("", 7)), "Read package": gives(pending())},
		"List next page, Read package", 200, object{"PendingManualApproval": []any{details(pending())}, "NextToken": nil}},
	{"list nothing", modelapi.List, page("", ""), tasks{"List first page": gives(object{"ModelPackageSummaryList": []any{}})}, "List first page", 200, object{"NextToken": nil}},
	{"list what is deleted meanwhile", modelapi.List, page("", ""), tasks{"List first page": gives(versions("", 7)), "Read package": refuses(noPackage)}, "List first page, Read package", 200, object{"NextToken": nil}},
	{"list too many", modelapi.List, page("51", ""), nil, "", 400, wrong("BadRequest", "is no number of models; use 1 to 50", "limit")},
	{"list none", modelapi.List, page("0", ""), nil, "", 400, wrong("BadRequest", "is no number of models; use 1 to 50", "limit")},
	{"list words", modelapi.List, page("ten", ""), nil, "", 400, wrong("BadRequest", "is no number of models; use 1 to 50", "limit")},
	{"list without permission", modelapi.List, page("", ""), tasks{"List first page": refuses(denied)}, "List first page", 502, wrong("BadGateway", "SageMaker could not do it")},
	{"list without a group", modelapi.List, page("", ""), tasks{"List first page": refuses("ModelPackageGroup wine-quality does not exist.")}, "List first page", 404, wrong("NotFound", "there is no such model or endpoint")},
}

func page(limit, next string) object {
	return object{"requestId": "r-1", "query": object{"limit": limit, "next": next}}
}

func versions(next string, numbers ...int) object {
	list := []any{}
	for _, n := range numbers {
		list = append(list, object{"ModelPackageArn": fmt.Sprint("arn:", n), "ModelPackageVersion": n})
	}
	out := object{"ModelPackageSummaryList": list}
	if next != "" {
		out["NextToken"] = next
	}
	return out
}

// visit counts executed tasks for TestEverythingRuns.
func run(t *testing.T, settings modelapi.Settings, cases []execution) map[string]bool {
	t.Helper()
	all := machines(t, settings)
	var requests []aslnode.Request
	for _, c := range cases {
		script := tasks{}
		maps.Copy(script, c.tasks)
		requests = append(requests, aslnode.Request{
			Run: definition(t, all[c.route]), Input: c.input, Tasks: script, Context: object{"Execution": object{"Id": "arn:aws:states:execution", "Input": c.input}},
		})
	}
	visited := map[string]bool{}
	for i, got := range aslnode.Node(t, requests) {
		c := cases[i]
		t.Run(c.name, func(t *testing.T) {
			require.Empty(t, got.Error, got.Cause)
			require.Equal(t, c.visited, strings.Join(slices.Compact(slices.Clone(got.Visited)), ", "))
			output := got.Output.(object)
			var body object
			require.NoError(t, json.Unmarshal([]byte(output["body"].(string)), &body))
			want, err := json.Marshal(c.body)
			require.NoError(t, err)
			require.JSONEq(t, string(want), output["body"].(string))
			require.EqualValues(t, c.status, output["statusCode"])
			require.NotContains(t, output["body"], "secret")
			require.Len(t, output, 2)
		})
		for _, state := range got.Visited {
			visited[string(c.route)+"/"+state] = true
		}
	}
	return visited
}

func TestExecutions(t *testing.T) {
	visited := run(t, minimal(), slices.Concat(changes, reads, inferences))
	// Each call of the machines was made by one of the cases.
	for route, m := range machines(t, minimal()) {
		for _, task := range taskNames(m.Definition.States) {
			require.True(t, visited[string(route)+"/"+task], "%s of %s was never executed", task, route)
		}
	}
}
