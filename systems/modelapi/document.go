package modelapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// An API says what answers the routes. Title and Machines are required.
type API struct {
	// Title is the name of the API.
	Title string
	// Machines are the ARNs of the state machines by route, all of Routes.
	Machines map[Route]string
	// RoleARN is the role with which API Gateway starts them. Default: none, whoever makes the API gives one by WithRole.
	RoleARN string
}

// Version of the API: of its routes, bodies and answers.
const Version = "1.0"

// The names of the models.
const (
	errorModel    = "Error"
	packageModel  = "Package"
	deployModel   = "Deployment"
	inferModel    = "Inference"
	scoresModel   = "Scores"
	detailsModel  = "Model"
	listModel     = "Models"
	endpointModel = "Endpoint"
)

const arnPattern = `^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/[a-zA-Z0-9-]+/[1-9][0-9]*$`

// Document is the API, without a policy: who reaches it is said where it is made. All problems are reported at once.
func (s Settings) Document(api API) (openapi.Document, error) {
	var problems problem.List
	problems.Add("", s.Validate())
	s = s.withDefaults()
	for _, route := range Routes() {
		if api.Machines[route] == "" {
			problems.Addf(problem.Key("machines", string(route)), "is missing; give the ARN of the state machine of this route")
		}
	}
	for _, route := range slices.Sorted(maps.Keys(api.Machines)) {
		if !slices.Contains(Routes(), route) {
			problems.Addf(problem.Key("machines", string(route)), "is no route; use one of infer, list, approve, deploy, delete and describe")
		}
	}
	if err := problems.Err(); err != nil {
		return openapi.Document{}, err
	}
	d := openapi.Document{
		Title: api.Title, Version: Version, Description: "Models of " + s.Group + " and the endpoint " + s.Endpoint, Scope: s.Scope,
		Models: s.models(), Operations: s.operations(api),
	}
	return d, d.WithRole(s.Scope.Role("api")).Validate()
}

func (s Settings) operations(api API) []openapi.Operation {
	operation := func(route Route, method openapi.Method, path, summary string, change openapi.Operation) openapi.Operation {
		change.Method, change.Path, change.Summary, change.APIKey = method, path, summary, true
		change.ID = strings.ToLower(string(method)) + strings.ToUpper(string(route[:1])) + string(route[1:])
		change.Integration = openapi.StartSyncExecution{StateMachineARN: api.Machines[route], RoleARN: api.RoleARN}
		return change
	}
	byARN := []openapi.Parameter{{Name: "model_package_arn", Required: true, Description: "ARN of a version of a model"}}
	return []openapi.Operation{
		operation(Infer, openapi.Post, "/infer", "Scores of transactions", openapi.Operation{
			Body: inferModel, Responses: responses(200, "Label and score of each transaction, by its key", scoresModel, 404, 409, 413, 503, 504),
		}),
		operation(List, openapi.Get, "/model/list", "A page of the versions, newest first, by approval status", openapi.Operation{
			Parameters: []openapi.Parameter{
				{Name: "limit", Description: "Versions of a page: 1 to 50. Default: 20"}, {Name: "next", Description: "NextToken of the page before. Default: the first page"},
			},
			Responses: responses(200, "The versions", listModel),
		}),
		operation(Approve, openapi.Post, "/model/approve", "Approves a version, which starts its deployment", openapi.Operation{
			IAM: true, Body: packageModel, Responses: responses(200, "The version, approved", detailsModel, 404, 409),
		}),
		operation(Deploy, openapi.Post, "/model/deploy", "Starts the deployment of an approved version", openapi.Operation{
			IAM: true, Body: deployModel, Responses: responses(202, "The version, and the execution that deploys it", detailsModel, 404, 409),
		}),
		operation(Delete, openapi.Post, "/model/delete", "Deletes the endpoint that serves a version, with its configuration and model", openapi.Operation{
			IAM: true, Body: packageModel, Responses: responses(200, "The version, no longer deployed", detailsModel, 404, 409),
		}),
		operation(Describe, openapi.Get, "/model/describe", "A version and its endpoint", openapi.Operation{
			Parameters: byARN, Responses: responses(200, "The version and what its endpoint is doing", endpointModel, 404, 409),
		}),
		operation(Describe, openapi.Post, "/model/describe", "A version and its endpoint", openapi.Operation{
			Body: packageModel, Responses: responses(200, "The version and what its endpoint is doing", endpointModel, 404, 409),
		}),
	}
}

// responses are the one of success, and those of errors: 400, 403, 429, 500 and 502 beside the given ones.
func responses(status int, description, model string, more ...int) []openapi.Response {
	errors := map[int]string{
		400: "The request is not valid; field or detail says where", 403: "The key or the signature is missing, or allows too little", 404: "There is no such model or endpoint",
		409: "Not possible yet, or no longer", 413: "The request is too large", 429: "Too many requests", 500: "The request could not be answered", 502: "SageMaker could not do it",
		503: "The model is starting", 504: "The request took too long",
	}
	out := []openapi.Response{{Status: status, Description: description, Model: model}}
	given := append([]int{400, 403, 429, 500, 502}, more...)
	slices.Sort(given)
	for _, each := range given {
		out = append(out, openapi.Response{Status: each, Description: errors[each], Model: errorModel})
	}
	return out
}

// models are what bodies look like. What is in Scores is named by the settings.
func (s Settings) models() map[string]openapi.Schema {
	text := func(description string) openapi.Schema {
		return openapi.Schema{Type: openapi.String, Description: description}
	}
	packageARN := openapi.Schema{Type: openapi.String, Description: "ARN of a version of a model", Pattern: arnPattern, MaxLength: 2048}
	withARN := func(more map[string]openapi.Schema) openapi.Schema {
		properties := map[string]openapi.Schema{"model_package_arn": packageARN}
		maps.Copy(properties, more)
		return openapi.Schema{Type: openapi.Object, Required: []string{"model_package_arn"}, Properties: properties}
	}
	percent := func(of string) openapi.Schema {
		return openapi.Schema{Type: openapi.Number, Description: of + " in percent, or null"}
	}
	details := func(more map[string]openapi.Schema) openapi.Schema {
		properties := map[string]openapi.Schema{
			"ModelPackageArn": text("ARN of the version"), "ModelPackageStatus": text("Completed, or what SageMaker is doing with it"),
			"ModelApprovalStatus": text("Approved, Rejected or PendingManualApproval"), "CreationTime": text("When it was registered"),
			"F1-Score": percent("F1"), "Precision": percent("Precision"), "Recall": percent("Recall"), "ModelName": text("Name of the job that trained it, or null"),
			"EndpointConfigName": text("What it is deployed with, or null"), "EndpointName": text("Where it is deployed, or null"),
		}
		maps.Copy(properties, more)
		return openapi.Schema{Type: openapi.Object, Properties: properties}
	}
	versions := openapi.Schema{Type: openapi.Array, Items: &openapi.Schema{Ref: detailsModel}}
	return map[string]openapi.Schema{
		errorModel: {Type: openapi.Object, Required: []string{"error", "message"}, Properties: map[string]openapi.Schema{
			"error": text("Name of the error"), "message": text("What is wrong, and what to do"), "field": text("Field of the request that is wrong"),
			"detail": text("What the gateway found wrong"), "requestId": text("For the operators"),
		}},
		packageModel: withARN(nil),
		deployModel:  withARN(map[string]openapi.Schema{"instance_type": text("Not allowed: it is that of the environment's configuration")}),
		inferModel: {Type: openapi.Object, Required: []string{"transactions"}, Properties: map[string]openapi.Schema{
			"transactions":  {Type: openapi.Object, Description: "Transactions by keys of the client's own"},
			"endpoint_name": text("The endpoint. This or model_package_arn is needed"), "model_package_arn": packageARN,
		}},
		scoresModel: {Type: openapi.Object, Description: "By the keys of the transactions: " + s.Label + ", 0 or 1, and " + s.Score + " in percent"},
		detailsModel: details(map[string]openapi.Schema{
			"ExecutionArn": text("Execution that deploys it, where one was started"),
		}),
		listModel: {Type: openapi.Object, Properties: map[string]openapi.Schema{
			"Approved": versions, "PendingManualApproval": versions, "Rejected": versions, "NextToken": text("For the next page, or null"),
		}},
		endpointModel: details(map[string]openapi.Schema{
			"EndpointStatus": text("What the endpoint is doing"), "LastModifiedTime": text("Since when"), "FailureReason": text("Why it failed, or null"), "message": text("The same in a sentence"),
		}),
	}
}
