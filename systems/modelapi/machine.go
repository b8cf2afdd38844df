package modelapi

import (
	"maps"
	"strconv"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// A Machine is the state machine of a route.
type Machine struct {
	// Route that it answers.
	Route Route
	// Definition of an express state machine.
	Definition asl.Definition
	// Statements are permissions of its role beside those of the definition.
	Statements []policy.Statement
	// HasTransactions says that its data is what clients send to the model: it does not belong into logs.
	HasTransactions bool
}

// The variables of the machines.
const (
	version   = "version"   // of the model package
	pack      = "pack"      // what is told of the package
	status    = "status"    // of the endpoint
	serving   = "serving"   // the configuration of the endpoint
	deployed  = "deployed"  // the configuration that the package was deployed with; empty where it is not deployed
	cause     = "cause"     // of an error
	code      = "code"      // the status of an answer
	answer    = "answer"    // the body of an answer
	requestID = "requestId" // of API Gateway
	caller    = "caller"    // who signed the request
)

// How SageMaker words errors that have no names of their own.
const (
	notFound   = "Could not find"
	notFound2  = "does not exist"
	throttled  = "Rate exceeded"
	inProgress = "in-progress"
)

// The states that end all machines.
const (
	refuse = "Refuse"
	why    = "What is wrong"
)

// The limits, below the 29 s of API Gateway.
const (
	maxDuration = 28 * time.Second
	callTimeout = 10 * time.Second
)

// machine is a definition that begins with states and can refuse.
func (s Settings) machine(route Route, comment string, states ...asl.State) asl.Definition {
	return asl.Definition{
		Name: s.machineName(route), Comment: comment, Type: asl.Express, Partition: s.Scope.Partition, Timeout: maxDuration,
		States: append(states,
			asl.Choice{
				Name: why, Comment: "The answer tells what it is, and nothing of the inside", Default: refuse,
				Rules: []asl.Rule{
					{If: asl.Or(says(notFound), says(notFound2)), Next: refuse, Assign: refusal(404, "NotFound", "there is no such model or endpoint", "")},
					{If: says(throttled), Next: refuse, Assign: refusal(429, "TooManyRequests", "SageMaker has too many requests; try again later", "")},
					{If: says(inProgress), Next: refuse, Assign: refusal(409, "Conflict", "the endpoint is being changed; try again later", "")},
				},
				Assign: refusal(502, "BadGateway", "SageMaker could not do it", ""),
			},
			asl.Succeed{Name: refuse, Output: respond(asl.Var(code), asl.Var(answer))},
		),
	}
}

// respond is the output of a machine, as the integration of documents/openapi takes it.
func respond(status, body asl.Value) asl.Object {
	return asl.Object{"statusCode": status, "body": body}
}

// refusal are the variables of an answer that is an error. The message is literal, the field an expression.
func refusal(status int, name, message, field string) asl.Object {
	return refusalOf(status, name, jsontext.Compact(message), field)
}

// refusalOf is a refusal whose message is an expression.
func refusalOf(status int, name, message, field string) asl.Object {
	body := `{"error": ` + jsontext.Compact(name) + `, "message": ` + message + `, "requestId": $states.context.Execution.Input.requestId`
	if field != "" {
		body += `, "field": ` + field
	}
	return asl.Object{code: asl.Int(status), answer: asl.Expr("$string(" + body + "})")}
}

// says holds where the cause has the words in it.
func says(words string) asl.Condition {
	return asl.When("$contains($" + cause + ", " + jsontext.Compact(words) + ")")
}

// retry repeats calls that failed in passing, for as long as a request can wait. What SageMaker refuses has one name for
// all, and is looked at instead.
func retry() []asl.Retrier {
	return []asl.Retrier{
		{Errors: []string{"SageMaker.SageMakerException"}, MaxAttempts: asl.Times(0)},
		{Errors: []string{asl.TaskFailed}, Interval: time.Second, MaxAttempts: asl.Times(2), Backoff: 2, Jitter: asl.FullJitter},
	}
}

// call is a task that goes on at why after any error.
func call(name, next string, action asl.Action, variables asl.Object) asl.Task {
	return asl.Task{
		Name: name, Call: action, Timeout: callTimeout, Assign: variables, Output: asl.Object{}, Retry: retry(), Catch: caught(why), Next: next,
	}
}

func caught(next string) []asl.Catcher {
	catch := asl.CatchAll(next)
	catch[0].Output = asl.Object{}
	catch[0].Assign = asl.Object{cause: optional("$states.errorOutput.Cause")}
	return catch
}

// optional is the value of an expression, or the empty text where it has none.
func optional(value string) asl.Text {
	return asl.Expr("$exists(" + value + ") ? " + value + ` : ""`)
}

// packages begins the ARNs of the group's packages.
func (s Settings) packages() string {
	return s.Scope.Regional("sagemaker", "model-package/"+s.Group+"/")
}

func (s Settings) modelPackage() asl.Text { return asl.Text(s.packages()) + asl.Var(version) }

// packageRules refuse what is no version of the group. The value is an expression.
func (s Settings) packageRules(value string) []asl.Rule {
	const field = `"model_package_arn"`
	return []asl.Rule{
		{If: asl.When(`$not($type(` + value + `) = "string") or $not($contains(` + value + `, /^arn:[^:]+:sagemaker:[^:]+:[0-9]{12}:model-package\/[^\/]+\/[1-9][0-9]{0,8}$/))`),
			Next: refuse, Assign: refusal(400, "BadRequest", "is no ARN of a version of a model; take one of /model/list", field)},
		{If: asl.When("$not($substring(" + value + ", 0, " + strconv.Itoa(len(s.packages())) + ") = " + jsontext.Compact(s.packages()) + ")"), Next: refuse,
			Assign: refusal(404, "NotFound", "there is no such model in the group "+s.Group, field)},
	}
}

// versionOf is the version of a package by its ARN, an expression.
func versionOf(value string) asl.Text { return asl.Expr("$split(" + value + `, "/")[2]`) }

const bodyPackage = "$states.input.body.model_package_arn"

// readRequest takes the package that the request names.
func (s Settings) readRequest(value, next string, more ...asl.Rule) asl.Choice {
	return asl.Choice{Name: "Read request", Rules: append(s.packageRules(value), more...), Default: next, Assign: asl.Object{version: versionOf(value)}}
}

// readPackage reads what is told of the package, and where it is deployed.
func (s Settings) readPackage(next string) asl.Task {
	const properties = "$states.result.CustomerMetadataProperties"
	is := func(key string) string {
		return "$lookup(" + properties + ", " + jsontext.Compact(s.Endpoint+":"+key) + ")"
	}
	percent := func(name string) string {
		value := properties + "." + name
		return "$exists(" + value + ") and $contains(" + value + `, /^[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?$/) ? $round($number(` + value + ") * 100, 2) : null"
	}
	details := `{"ModelPackageArn": $states.result.ModelPackageArn, "ModelPackageStatus": $states.result.ModelPackageStatus` +
		`, "ModelApprovalStatus": $states.result.ModelApprovalStatus, "CreationTime": $states.result.CreationTime` +
		`, "F1-Score": ` + percent("f1") + `, "Precision": ` + percent("precision") + `, "Recall": ` + percent("recall") +
		`, "ModelName": $exists(` + properties + ".model_name) ? " + properties + ".model_name : null" +
		`, "EndpointConfigName": ` + is("status") + ` = "deployed" ? ` + is("configuration") + " : null" +
		`, "EndpointName": ` + is("status") + ` = "deployed" ? ` + jsontext.Compact(s.Endpoint) + " : null}"
	return call("Read package", next, asl.SageMakerDescribeModelPackage{ModelPackage: s.modelPackage()}, asl.Object{
		pack: asl.Expr(details), deployed: asl.Expr(is("status") + ` = "deployed" ? ` + is("configuration") + ` : ""`),
	})
}

// readEndpoint reads what the endpoint is doing.
func (s Settings) readEndpoint(next string, more asl.Object) asl.Task {
	variables := asl.Object{status: asl.Result("EndpointStatus"), serving: asl.Result("EndpointConfigName")}
	maps.Copy(variables, more)
	return call("Read endpoint", next, asl.SageMakerDescribeEndpoint{Name: asl.Text(s.Endpoint)}, variables)
}

// deployedRule refuses a package that is not deployed.
func (s Settings) deployedRule() asl.Rule {
	return asl.Rule{
		If: asl.StringEquals(asl.Var(deployed), ""), Next: refuse,
		Assign: refusal(409, "NotDeployed", "the model is not deployed to "+s.Endpoint+"; deploy it, or wait until it is", ""),
	}
}

// servesRule refuses a package that another has taken the place of.
func (s Settings) servesRule() asl.Rule {
	return asl.Rule{
		If: asl.Not(asl.StringEquals(asl.Var(serving), asl.Var(deployed))), Next: refuse,
		Assign: refusal(409, "NotDeployed", "the endpoint "+s.Endpoint+" serves another model by now; deploy this one again, or ask for that one", ""),
	}
}

// body is the answer of the package's details, with some of them replaced: an object of JSONata.
func body(replaced string) asl.Text {
	if replaced == "" {
		return asl.Expr("$string($" + pack + ")")
	}
	return asl.Expr("$string($merge([$" + pack + ", " + replaced + "]))")
}
