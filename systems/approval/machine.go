package approval

import (
	"maps"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// The variables of the machine.
const (
	version  = "version"  // of the model package
	status   = "status"   // of what was read last: package or endpoint
	recorded = "recorded" // the configuration that the package says it was deployed with
	current  = "current"  // the configuration of the endpoint before; empty where there is no endpoint
	serving  = "serving"  // the configuration of the endpoint now
	instance = "instance" // type of the endpoint before
	policies = "policies" // counts those with which this machine made the endpoint scale
	reason   = "reason"   // what the endpoint says of its failure
	id       = "id"       // ends the names of what this execution makes
	looks    = "looks"    // counts looks at the endpoint
	turns    = "turns"    // counts deployments of others that were in the way
	at       = "at"       // the state in which something failed
	failure  = "failure"  // and its error
	cause    = "cause"    // and its cause
	replaced = "replaced" // ends the names of what is deleted
)

// none is the empty text, as an expression, because npm asl-validator takes no literal one.
var none = asl.Expr(`""`)

// How SageMaker words errors that have no names of their own.
const (
	notFound     = "Could not find"
	alreadyThere = "already existing"
	inProgress   = "in-progress"
	throttled    = "Rate exceeded"
	serverFault  = "Status Code: 5"
)

// maxTurns is how often a deployment waits for another that came first, before it gives up.
const maxTurns = 5

// says holds where the variable has the words in it, on any of its lines.
func says(variable, words string) asl.Condition {
	return asl.When("$contains($" + variable + ", " + jsontext.Compact(words) + ")")
}

// machine is the definition. Settings have their defaults.
func (s Settings) machine() asl.Definition {
	states := []asl.State{}
	for _, part := range [][]asl.State{s.check(), s.create(), s.deploy(), s.succeed(), s.fail()} {
		states = append(states, part...)
	}
	return asl.Definition{
		Name: s.Name, Comment: "Deploys approved packages of " + s.Group + " to the endpoint " + s.Endpoint, Partition: s.Scope.Partition, States: states,
		// Waiting is limited by counting, so that people hear of it. This is for what nobody thought of.
		Timeout: 2*(1+maxTurns)*s.MaxWait + 2*time.Hour,
	}
}

// modelPackage is the ARN of the package, as far as it is known in the settings, which is what the permissions need.
func (s Settings) modelPackage() asl.Text { return asl.Text(s.packages()) + asl.Var(version) }

// name is that of the model and the configuration of this execution.
func (s Settings) name() asl.Text { return asl.Text(s.prefix()) + asl.Var(id) }

func (s Settings) maxLooks() asl.Int { return asl.Int((s.MaxWait + s.Poll - 1) / s.Poll) }

// busy holds while the endpoint is on its way to another status: Creating, Updating, SystemUpdating, RollingBack, Deleting.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
func busy() asl.Condition {
	return asl.Or(asl.StringMatches(asl.Var(status), "*ing"), asl.StringEquals(asl.Var(status), "RollingBack"))
}

// again reads the number of looks, one more.
func again() asl.Object { return asl.Object{looks: asl.MathAdd(asl.Var(looks), asl.Int(1))} }

// retry repeats calls that failed in passing. It gives up soon, because most errors are refusals, which SageMaker gives
// the same name.
func retry() []asl.Retrier {
	return []asl.Retrier{{Errors: []string{asl.TaskFailed}, Interval: 3 * time.Second, MaxAttempts: asl.Times(3), Backoff: 2, Jitter: asl.FullJitter}}
}

// refused does not repeat what SageMaker answers under the one name that it has for refusals, for throttling, and for an
// endpoint that is not there, as before each first deployment. What the answer says is looked at afterwards.
func refused() asl.Retrier {
	return asl.Retrier{Errors: []string{"SageMaker.SageMakerException"}, MaxAttempts: asl.Times(0)}
}

// remember goes on at the state after any error, with the error in the variables.
func remember(state, next string) []asl.Catcher {
	catch := asl.CatchAll(next)
	catch[0].Output = asl.Object{}
	catch[0].Assign = asl.Object{at: asl.Text(state), failure: asl.ErrorOutput("Error"), cause: optional("$states.errorOutput.Cause")}
	return catch
}

// call is a task that keeps what later states need in variables, and after an error goes on at otherwise.
func call(name, next, otherwise string, action asl.Action, variables asl.Object) asl.Task {
	return asl.Task{Name: name, Call: action, Assign: variables, Output: asl.Object{}, Retry: retry(), Catch: remember(name, otherwise), Next: next}
}

// found is an error that the machine found itself.
func found(state, name string, why asl.Text) asl.Object {
	return asl.Object{at: asl.Text(state), failure: asl.Text(name), cause: why}
}

// optional is the value of an expression, or the empty text where it has none.
func optional(value string) asl.Text {
	return asl.Expr("$exists(" + value + ") ? " + value + ` : ""`)
}

// check makes sure that the package is approved and the endpoint is free. It starts anew after each wait, so that a
// package that was rejected in the meantime is not deployed.
func (s Settings) check() []asl.State {
	approval := "$states.input.detail"
	is := asl.Var(status)
	return []asl.State{
		asl.Choice{
			Name: "Is it an approval", Default: "Ignored",
			Comment: "Other changes of the package, such as the record of a deployment, start nothing",
			Rules: []asl.Rule{{
				If: asl.And(
					asl.When("$contains("+approval+".ModelPackageArn, "+jsontext.Compact(s.packages())+")"),
					asl.Or(asl.Not(asl.IsPresent(asl.Input("detail.UpdatedModelPackageFields"))), asl.When(`"ModelApprovalStatus" in `+approval+".UpdatedModelPackageFields")),
				),
				Next: "Read package",
				Assign: asl.Object{
					version: asl.Expr("$substringAfter(" + approval + ".ModelPackageArn, " + jsontext.Compact("model-package/"+s.Group+"/") + ")"),
					id:      asl.NamePerExecution("", maxName-len(s.prefix())), looks: asl.Int(0), turns: asl.Int(0), serving: none,
				},
			}},
		},
		call("Read package", "Is it approved", "Record failure", asl.SageMakerDescribeModelPackage{ModelPackage: s.modelPackage()}, asl.Object{
			status:   asl.Result("ModelApprovalStatus"),
			recorded: optional("$lookup($states.result.CustomerMetadataProperties, " + jsontext.Compact(s.Endpoint+":configuration") + ")"),
		}),
		asl.Choice{Name: "Is it approved", Default: "Ignored", Rules: []asl.Rule{{If: asl.StringEquals(is, "Approved"), Next: "Read endpoint"}}},
		asl.Task{
			Name: "Read endpoint", Call: asl.SageMakerDescribeEndpoint{Name: asl.Text(s.Endpoint)}, Output: asl.Object{}, Retry: append([]asl.Retrier{refused()}, retry()...),
			Assign: asl.Object{status: asl.Result("EndpointStatus"), current: asl.Result("EndpointConfigName")},
			Catch:  remember("Read endpoint", "Is there an endpoint"), Next: "Is the endpoint free",
		},
		asl.Choice{
			Name: "Is there an endpoint", Default: "Record failure",
			Rules: []asl.Rule{
				{If: says(cause, notFound), Next: "Create model", Assign: asl.Object{current: none}},
				{If: asl.And(asl.Or(says(cause, throttled), says(cause, serverFault)), asl.NumericLessThan(asl.Var(looks), s.maxLooks())), Next: "Wait for endpoint"},
			},
		},
		asl.Choice{
			Name: "Is the endpoint free", Default: "Record failure",
			Assign: found("Is the endpoint free", "EndpointNotInService", "the endpoint is "+is+", and can only be deleted"),
			Rules: []asl.Rule{
				{
					If: asl.And(asl.StringEquals(is, "InService"), asl.StringEquals(asl.Var(recorded), asl.Var(current)),
						asl.Not(asl.BooleanEquals(asl.ExecutionInput("redeploy"), true))),
					Next: "Already deployed", Comment: "SageMaker may send an event more than once",
				},
				{If: asl.StringEquals(is, "InService"), Next: "Create model"},
				{If: asl.And(busy(), asl.NumericLessThan(asl.Var(looks), s.maxLooks())), Next: "Wait for endpoint"},
				{
					If: busy(), Next: "Record failure",
					Assign: found("Is the endpoint free", "EndpointBusy", "the endpoint is still "+is+" after "+asl.Text(s.MaxWait.String())),
				},
			},
		},
		asl.Wait{Name: "Wait for endpoint", For: s.Poll, Assign: again(), Next: "Read package"},
		asl.Succeed{Name: "Ignored", Output: asl.Object{"result": asl.Text("ignored"), "endpoint": asl.Text(s.Endpoint)}},
		asl.Succeed{Name: "Already deployed", Output: s.report("already deployed", asl.Object{"configuration": asl.Var(current)})},
	}
}

// report is what is told of the execution, with more fields.
func (s Settings) report(result string, more asl.Object) asl.Object {
	o := asl.Object{
		"result": asl.Text(result), "endpoint": asl.Text(s.Endpoint), "modelPackage": s.modelPackage(), "execution": asl.ExecutionID(),
	}
	maps.Copy(o, more)
	return o
}
