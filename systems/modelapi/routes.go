package modelapi

import (
	"strconv"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Route is a capability of the API.
type Route string

// The routes.
const (
	Infer    Route = "infer"
	List     Route = "list"
	Approve  Route = "approve"
	Deploy   Route = "deploy"
	Delete   Route = "delete"
	Describe Route = "describe"
)

// Routes are all routes in the order of the documentation.
func Routes() []Route { return []Route{Infer, List, Approve, Deploy, Delete, Describe} }

func (s Settings) machineName(route Route) string { return s.Name + "-" + string(route) }

// Machines are the state machines, in the order of Routes. All problems of the settings are reported at once.
func (s Settings) Machines() ([]Machine, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s = s.withDefaults()
	return []Machine{
		{Route: Infer, Definition: s.infer(), HasTransactions: true},
		{Route: List, Definition: s.list()},
		{Route: Approve, Definition: s.approve(), Statements: []policy.Statement{s.onlyApproves()}},
		{Route: Deploy, Definition: s.deploy()},
		{Route: Delete, Definition: s.delete(), Statements: []policy.Statement{s.neverApproves()}},
		{Route: Describe, Definition: s.describe()},
	}, nil
}

// approvalKey is the status that a request gives a package.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
const approvalKey = "sagemaker:ModelApprovalStatus"

func (s Settings) onlyApproves() policy.Statement {
	return policy.Statement{
		Sid: "OnlyApproves", Effect: policy.Deny, Actions: []string{"sagemaker:UpdateModelPackage"}, Resources: []string{s.packages() + "*"},
		Conditions: []policy.Condition{policy.StringNotEquals(approvalKey, string(asl.Approved))},
	}
}

func (s Settings) neverApproves() policy.Statement {
	return policy.Statement{
		Sid: "NeverApproves", Effect: policy.Deny, Actions: []string{"sagemaker:UpdateModelPackage"}, Resources: []string{s.packages() + "*"},
		Conditions: []policy.Condition{policy.StringEquals(approvalKey, string(asl.Approved))},
	}
}

// Pages of the list.
const (
	defaultPage = 20
	maxPage     = 50
)

// list reads a page of versions, newest first, and what each of them says. The answer has them by their approval status.
func (s Settings) list() asl.Definition {
	const limit, next = "limit", "next"
	page := func(name string, token bool) asl.Task {
		arguments := asl.Object{
			"ModelPackageGroupName": asl.Text(s.Group), "SortBy": asl.Text("CreationTime"), "SortOrder": asl.Text("Descending"), "MaxResults": asl.Var(limit),
		}
		if token {
			arguments["NextToken"] = asl.Var(next)
		}
		t := call(name, "Read packages", asl.SDKCall{
			Service: "sagemaker", Action: "listModelPackages", Arguments: arguments,
			Permissions: []policy.Statement{{Actions: []string{"sagemaker:ListModelPackages"}, Resources: []string{s.packages() + "*"}}},
		}, asl.Object{next: optional("$states.result.NextToken")})
		t.Output = asl.Object{"versions": asl.Expr(`[$states.result.ModelPackageSummaryList.{"version": $string(ModelPackageVersion)}]`)}
		return t
	}
	const asked = "$states.input.query"
	read := s.readPackage("Read")
	// A variable of the machine cannot be assigned inside of the map.
	read.Catch = asl.CatchAll("Skip")
	read.Catch[0].Output = asl.Object{}
	return s.machine(List, "Lists the versions of "+s.Group,
		asl.Choice{
			Name: "Read request", Default: "List first page", Assign: asl.Object{next: asl.Expr(`""`), limit: asl.Expr(asked + `.limit = "" ? ` + strconv.Itoa(defaultPage) + " : $number(" + asked + ".limit)")},
			Rules: []asl.Rule{
				{If: asl.When(asked + `.limit != "" and ($not($contains(` + asked + `.limit, /^[1-9][0-9]?$/)) or $number(` + asked + `.limit) > ` + strconv.Itoa(maxPage) + ")"), Next: refuse,
					Assign: refusal(400, "BadRequest", "is no number of models; use 1 to "+strconv.Itoa(maxPage), `"limit"`)},
				{If: asl.When(asked + `.next != ""`), Next: "List next page", Assign: asl.Object{
					next: asl.Input("query.next"), limit: asl.Expr(asked + `.limit = "" ? ` + strconv.Itoa(defaultPage) + " : $number(" + asked + ".limit)"),
				}},
			},
		},
		page("List first page", false), page("List next page", true),
		asl.Map{
			Name: "Read packages", Items: asl.Input("versions"), MaxConcurrency: 10, Next: "Listed",
			ItemSelector: asl.Object{version: asl.MapItem("version")},
			States: []asl.State{
				asl.Pass{Name: "Take version", Assign: asl.Object{version: asl.Input("version")}, Next: "Read package"},
				read,
				asl.Pass{Name: "Read", Output: asl.Var(pack), End: true},
				asl.Pass{Name: "Skip", Comment: "It was deleted since it was listed, or cannot be read now", Output: asl.Object{}, End: true},
			},
			Catch: caught(why),
		},
		asl.Succeed{Name: "Listed", Output: respond(asl.Int(200), asl.Expr(`$string($merge([$states.input[$exists(ModelApprovalStatus)]{ModelApprovalStatus: [$]}, {"NextToken": $next != "" ? $next : null}]))`))},
	)
}

// describe tells of a version and of the endpoint that serves it.
func (s Settings) describe() asl.Definition {
	const value = "($exists($states.input.body) ? $states.input.body.model_package_arn : $states.input.query.model_package_arn)"
	return s.machine(Describe, "Describes a version of "+s.Group+" and the endpoint "+s.Endpoint,
		s.readRequest(value, "Read package"),
		s.readPackage("Is it deployed"),
		asl.Choice{Name: "Is it deployed", Rules: []asl.Rule{s.deployedRule()}, Default: "Read endpoint"},
		s.readEndpoint("Does it serve", asl.Object{"endpoint": asl.Expr(
			`{"EndpointStatus": $states.result.EndpointStatus, "LastModifiedTime": $states.result.LastModifiedTime` +
				`, "FailureReason": $exists($states.result.FailureReason) ? $states.result.FailureReason : null` +
				`, "message": "Endpoint current status is: \"" & $states.result.EndpointStatus & "\""}`,
		)}),
		asl.Choice{Name: "Does it serve", Rules: []asl.Rule{s.servesRule()}, Default: "Described"},
		asl.Succeed{Name: "Described", Output: respond(asl.Int(200), body("$endpoint"))},
	)
}
