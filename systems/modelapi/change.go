package modelapi

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// completed refuses a package that SageMaker is not done with.
func completed() asl.Rule {
	return asl.Rule{
		If: asl.When("$not($" + pack + `.ModelPackageStatus = "Completed")`), Next: refuse,
		Assign: refusalOf(409, "NotReady", `"the version is " & $`+pack+`.ModelPackageStatus & ", not Completed; wait, or take another"`, ""),
	}
}

// approve approves a version, and notes who did. Whoever approves what is approved changes nothing.
func (s Settings) approve() asl.Definition {
	return s.machine(Approve, "Approves versions of "+s.Group,
		s.readRequest(bodyPackage, "Who asks", asl.Rule{
			If: asl.When(`$not($type($states.input.caller) = "string") or $states.input.caller = ""`), Next: refuse,
			Assign: refusal(403, "Forbidden", "nobody signed the request", ""),
		}),
		asl.Pass{Name: "Who asks", Assign: asl.Object{caller: asl.Input("caller"), requestID: asl.Input("requestId")}, Next: "Read package"},
		s.readPackage("Is it approved"),
		asl.Choice{
			Name: "Is it approved", Default: "Approve",
			Rules: []asl.Rule{completed(), {If: asl.When("$" + pack + `.ModelApprovalStatus = "Approved"`), Next: "Approved already"}},
		},
		call("Approve", "Approved", asl.SageMakerUpdateModelPackage{
			ModelPackage: s.modelPackage(), Approval: asl.Approved,
			ApprovalDescription: "Approved over the API by " + asl.Var(caller) + ", request " + asl.Var(requestID),
		}, nil),
		asl.Succeed{Name: "Approved", Output: respond(asl.Int(200), body(`{"ModelApprovalStatus": "Approved"}`))},
		asl.Succeed{Name: "Approved already", Comment: "Who approved first stays on record", Output: respond(asl.Int(200), body(""))},
	)
}

// deploy starts the deployment of an approved version, and does not wait for it.
func (s Settings) deploy() asl.Definition {
	return s.machine(Deploy, "Deploys approved versions of "+s.Group+" to "+s.Endpoint,
		s.readRequest(bodyPackage, "Who asks", asl.Rule{
			If: asl.IsPresent(asl.Input("body.instance_type")), Next: refuse,
			Assign: refusal(400, "BadRequest", "is that of the environment's configuration; change it there, and leave it out here", `"instance_type"`),
		}),
		asl.Pass{Name: "Who asks", Assign: asl.Object{caller: optional("$states.input.caller"), requestID: asl.Input("requestId")}, Next: "Read package"},
		s.readPackage("Is it approved"),
		asl.Choice{
			Name: "Is it approved", Default: "Start deployment",
			Rules: []asl.Rule{completed(), {
				If: asl.When("$not($" + pack + `.ModelApprovalStatus = "Approved")`), Next: refuse,
				Assign: refusalOf(409, "NotApproved", `"the version is " & $`+pack+`.ModelApprovalStatus & ", not Approved; have it approved first"`, ""),
			}},
		},
		call("Start deployment", "Started", asl.Integration{
			Resource: "states:startExecution",
			Arguments: asl.Object{
				"StateMachineArn": asl.Text(s.DeploymentARN), "Name": "api-" + asl.Var(version) + "-" + asl.Var(requestID),
				"Input": asl.Object{"detail": asl.Object{"ModelPackageArn": s.modelPackage()}, "requestedBy": asl.Var(caller)},
			},
			Permissions: []policy.Statement{{Actions: []string{"states:StartExecution"}, Resources: []string{s.DeploymentARN}}},
		}, asl.Object{"execution": asl.Result("ExecutionArn")}),
		asl.Succeed{Name: "Started", Output: respond(asl.Int(202), body(`{"EndpointName": `+jsontext.Compact(s.Endpoint)+`, "ExecutionArn": $execution}`))},
	)
}

// delete deletes the endpoint with its configuration and model, where it serves the version and the platform made it.
func (s Settings) delete() asl.Definition {
	const made, tags, left = "made", "tags", "left"
	prefix, endpoint := s.Made, asl.Text(s.Endpoint)
	name := asl.Text(prefix) + asl.Var(made)
	var tagged []string
	for _, key := range slices.Sorted(maps.Keys(s.Tags)) {
		tagged = append(tagged, "$tags[Key = "+jsontext.Compact(key)+"].Value = "+jsontext.Compact(s.Tags[key]))
	}
	elsewhere := asl.Object{}
	maps.Copy(elsewhere, refusal(409, "NotMadeHere", "the endpoint "+s.Endpoint+" was not made by approvals of this platform; delete it where it was made", ""))
	// What is left after the endpoint is gone is told, and the rest is deleted all the same.
	discard := func(state, next string, action asl.Action) asl.Task {
		task := call(state, next, action, nil)
		task.Catch[0].Assign = asl.Object{left: asl.Expr("$append($" + left + ", " + jsontext.Compact(state) + ")")}
		task.Catch[0].Next = next
		return task
	}
	gone := `{"EndpointName": null, "EndpointConfigName": null}`
	return s.machine(Delete, "Deletes the endpoint "+s.Endpoint,
		s.readRequest(bodyPackage, "Read package"),
		s.readPackage("Is it deployed"),
		asl.Choice{Name: "Is it deployed", Rules: []asl.Rule{s.deployedRule()}, Default: "Read endpoint"},
		s.readEndpoint("May it go", nil),
		asl.Choice{
			Name: "May it go", Default: refuse, Assign: elsewhere,
			Rules: []asl.Rule{
				s.servesRule(),
				{If: asl.Not(asl.Or(asl.StringEquals(asl.Var(status), "InService"), asl.StringEquals(asl.Var(status), "Failed"))), Next: refuse,
					Assign: refusalOf(409, "Conflict", `"the endpoint is " & $`+status+` & "; try again later"`, "")},
				{If: asl.StringMatches(asl.Var(serving), prefix+"*"), Next: "Read tags", Assign: asl.Object{
					made: asl.Expr("$substringAfter($" + serving + ", " + jsontext.Compact(prefix) + ")"), left: asl.List{},
				}},
			},
		},
		call("Read tags", "Was it made here", asl.SDKCall{
			Service: "sagemaker", Action: "listTags", Arguments: asl.Object{"ResourceArn": asl.Text(s.endpointARN())},
			Permissions: []policy.Statement{{Actions: []string{"sagemaker:ListTags"}, Resources: []string{s.endpointARN()}}},
		}, asl.Object{tags: asl.Expr("[$states.result.Tags]")}),
		asl.Choice{
			Name: "Was it made here", Default: refuse, Assign: elsewhere,
			Rules: []asl.Rule{{If: asl.When(strings.Join(tagged, " and ")), Next: "Delete endpoint"}},
		},
		call("Delete endpoint", "Wait", asl.SageMakerDeleteEndpoint{Name: endpoint}, nil),
		asl.Wait{Name: "Wait", For: 5 * time.Second, Comment: "A configuration is held for a moment by the endpoint that goes", Next: "Delete configuration"},
		discard("Delete configuration", "Delete model", asl.SageMakerDeleteEndpointConfig{Name: name}),
		discard("Delete model", "Record", asl.SageMakerDeleteModel{Name: name}),
		discard("Record", "Is anything left", asl.SageMakerUpdateModelPackage{
			ModelPackage: s.modelPackage(), Metadata: map[string]asl.Text{s.Endpoint + ":status": "deleted", s.Endpoint + ":time": asl.Context("State.EnteredTime")},
		}),
		asl.Choice{
			Name: "Is anything left", Default: "Deleted",
			Rules: []asl.Rule{{If: asl.When("$count($" + left + ") > 0"), Next: refuse, Assign: refusalOf(500, "LooseEnds",
				`"the endpoint is being deleted, but these steps failed: " & $join($`+left+`, ", ") & "; their names begin with `+prefix+`"`, "")}},
		},
		asl.Succeed{Name: "Deleted", Output: respond(asl.Int(200), body(gone))},
	)
}

// endpointARN is written in small letters, as SageMaker does.
func (s Settings) endpointARN() string {
	return s.Scope.Regional("sagemaker", "endpoint/"+strings.ToLower(s.Endpoint))
}
