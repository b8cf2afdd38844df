package approval_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/systems/approval"
)

const (
	executionID = "arn:aws:states:us-west-2:111111111111:execution:wine-approval:1"
	started     = "2026-01-01T00:00:00Z"
	packageARN  = "arn:aws:sagemaker:us-west-2:111111111111:model-package/wine-quality/7"
)

// name is the model and configuration that the execution makes.
func name() string {
	hash := sha256.Sum256([]byte(`["` + executionID + `","` + started + `"]`))
	return "wine-approved-" + hex.EncodeToString(hash[:])[:32]
}

// approved is the event of an approval.
func approved(change ...func(detail map[string]any)) map[string]any {
	detail := map[string]any{
		"ModelPackageArn": packageARN, "ModelPackageGroupName": "wine-quality", "ModelApprovalStatus": "Approved", "UpdatedModelPackageFields": []string{"ModelApprovalStatus"},
	}
	for _, each := range change {
		each(detail)
	}
	return map[string]any{"source": "aws.sagemaker", "detail": detail}
}

type (
	attempts = []aslnode.Attempt
	tasks    = map[string]attempts
)

func gives(results ...map[string]any) attempts {
	var out attempts
	for _, each := range results {
		out = append(out, aslnode.Attempt{Result: each})
	}
	return out
}

func fails(cause string) attempts {
	return attempts{{Error: "SageMaker.SageMakerException", Cause: cause}}
}

// times out is an error that is not retried and has no cause.
func timesOut() attempts { return attempts{{Error: "States.Timeout"}} }

func pack(status string, metadata ...string) map[string]any {
	out := map[string]any{"ModelApprovalStatus": status}
	if len(metadata) == 2 {
		out["CustomerMetadataProperties"] = map[string]any{metadata[0]: metadata[1]}
	}
	return out
}

func endpoint(status, configuration string, reason ...string) map[string]any {
	out := map[string]any{"EndpointStatus": status, "EndpointConfigName": configuration}
	if len(reason) > 0 {
		out["FailureReason"] = reason[0]
	}
	return out
}

// variants are what a configuration has.
func variants(instanceType string) map[string]any {
	return map[string]any{"ProductionVariants": []any{map[string]any{"InstanceType": instanceType}}}
}

// policies are those that make the endpoint scale.
func policies(n int) map[string]any {
	return map[string]any{"ScalingPolicies": make([]struct{}, n)}
}

const (
	terraform = "wine-20260101000000000000000001"
	before    = "wine-approved-0123"
	other     = "wine-approved-4567"
	busyNow   = `Cannot update in-progress endpoint "arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine". (Service: SageMaker, Status Code: 400)`
	existsNow = `Cannot create already existing endpoint "arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine". (Service: SageMaker, Status Code: 400)`
	noTime    = "Rate exceeded (Service: SageMaker, Status Code: 400, Request ID: 1)"
	broken    = "Something went wrong (Service: SageMaker, Status Code: 500, Request ID: 1)"
	missing   = `Could not find endpoint "arn:aws:sagemaker:us-west-2:111111111111:endpoint/wine". (Service: SageMaker, Status Code: 400)` + "\nRequest ID: 1"
)

// usual is a deployment that works: what the endpoint is at first, and then while it is deployed.
func usual(changes ...tasks) tasks {
	all := tasks{
		"Read package": gives(pack("Approved")), "Read endpoint": gives(endpoint("InService", before)),
		"Read deployment": gives(endpoint("Updating", before), endpoint("InService", name())), "Read scaling": gives(policies(0)),
	}
	for _, change := range changes {
		maps.Copy(all, change)
	}
	return all
}

// The ways that several cases take. Repetitions in a row count once.
const (
	made    = "Read package, Read endpoint, Create model, Create configuration, "
	updated = made + "Read scaling, Update endpoint, Read deployment, "
	// Serverless, nothing can be scaled.
	unscaled = made + "Update endpoint, Read deployment, "
	created  = made + "Create endpoint, Read deployment, "
	recorded = "Record deployment, Announce deployment, "
	scaled   = "Register scaling, Set scaling policy, "
	restored = "Restore scaling, Restore scaling policy, "
	// With autoscaling, the machine looks at what serves.
	scaledUpdate = made + "Read configuration, Update endpoint, Read deployment, "
	discarded    = "Discard configuration, Discard model, "
	told         = "Record failure, Announce failure, Notify"
)

var executions = []struct {
	name     string
	settings func() approval.Settings
	input    map[string]any
	tasks    tasks
	visited  string
	result   string
	error    string
	cause    string
}{
	{name: "update, and clean up", visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "what Terraform made stays", tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform))}, visited: updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "first deployment", tasks: tasks{"Read endpoint": fails(missing), "Read deployment": gives(endpoint("Creating", name()), endpoint("InService", name()))},
		visited: created + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "success is told", settings: everything, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform))}, visited: scaledUpdate + recorded + scaled + "Notify of success", result: "deployed"},
	{name: "what is replaced is kept", settings: serverless, visited: unscaled + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "started by hand", input: map[string]any{"detail": map[string]any{"ModelPackageArn": packageARN}}, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform))},
		visited: updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "registered as approved", input: approved(func(detail map[string]any) { delete(detail, "UpdatedModelPackageFields") }), tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform))},
		visited: updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},

	{name: "no package", input: map[string]any{}, result: "ignored"},
	{name: "another group", input: approved(func(detail map[string]any) {
		detail["ModelPackageArn"] = "arn:aws:sagemaker:us-west-2:111111111111:model-package/beer/7"
	}), result: "ignored"},
	{name: "another account", input: approved(func(detail map[string]any) {
		detail["ModelPackageArn"] = "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-quality/7"
	}), result: "ignored"},
	{name: "only metadata changed", input: approved(func(detail map[string]any) {
		detail["UpdatedModelPackageFields"] = []string{"CustomerMetadataProperties"}
	}), result: "ignored"},
	{name: "rejected since", tasks: tasks{"Read package": gives(pack("Rejected"))}, visited: "Read package", result: "ignored"},
	{name: "an event twice", tasks: tasks{"Read package": gives(pack("Approved", "wine:configuration", before))}, visited: "Read package, Read endpoint", result: "already deployed"},
	{name: "deployed once, replaced since", tasks: tasks{"Read package": gives(pack("Approved", "wine:configuration", "wine-approved-9"))},
		visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "deployed elsewhere", tasks: tasks{"Read package": gives(pack("Approved", "beer:configuration", before))},
		visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "deployed again on demand", input: map[string]any{"detail": map[string]any{"ModelPackageArn": packageARN}, "redeploy": true},
		tasks:   tasks{"Read package": gives(pack("Approved", "wine:configuration", before))},
		visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},

	{name: "the endpoint is busy", tasks: tasks{"Read endpoint": gives(endpoint("RollingBack", before), endpoint("InService", terraform))},
		visited: "Read package, Read endpoint, " + updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "rejected while waiting", tasks: tasks{"Read package": gives(pack("Approved"), pack("Rejected")), "Read endpoint": gives(endpoint("Updating", before))},
		visited: "Read package, Read endpoint, Read package", result: "ignored"},
	{name: "the endpoint stays busy", tasks: tasks{"Read endpoint": gives(endpoint("SystemUpdating", before))},
		visited: strings.Repeat("Read package, Read endpoint, ", 61) + told, error: "NotDeployed", cause: "Is the endpoint free: the endpoint is still SystemUpdating after 1h0m0s"},
	{name: "the endpoint has failed", tasks: tasks{"Read endpoint": gives(endpoint("Failed", before))}, visited: "Read package, Read endpoint, " + told,
		error: "NotDeployed", cause: "Is the endpoint free: the endpoint is Failed, and can only be deleted"},
	{name: "the endpoint cannot be read", tasks: tasks{"Read endpoint": fails("denied")}, visited: "Read package, Read endpoint, " + told, error: "NotDeployed", cause: "Read endpoint: denied"},
	{name: "SageMaker has no time, and then an answer", tasks: tasks{"Read endpoint": append(append(fails(noTime), fails(broken)...), gives(endpoint("InService", terraform))...)},
		visited: "Read package, Read endpoint, Read package, Read endpoint, " + updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "SageMaker never has time", tasks: tasks{"Read endpoint": fails(noTime)},
		visited: strings.Repeat("Read package, Read endpoint, ", 61) + told, error: "NotDeployed", cause: "Read endpoint: " + noTime},
	{name: "the package cannot be read", tasks: tasks{"Read package": fails("denied")}, visited: "Read package, " + told, error: "NotDeployed", cause: "Read package: denied"},
	{name: "an error without cause", tasks: tasks{"Read package": timesOut()}, visited: "Read package, " + told, error: "NotDeployed", cause: "Read package: "},

	{name: "the model is refused", tasks: tasks{"Create model": fails("no such image")}, visited: "Read package, Read endpoint, Create model, " + told, error: "NotDeployed", cause: "Create model: no such image"},
	{name: "the answers were lost", tasks: tasks{"Create model": fails(`Cannot create already existing model "arn".`), "Create configuration": fails(`Cannot create already existing endpoint configuration "arn".`)},
		visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "the configuration is refused", tasks: tasks{"Create configuration": fails("no such instance")}, visited: made + "Discard model, " + told, error: "NotDeployed", cause: "Create configuration: no such instance"},

	{name: "the update is refused", tasks: tasks{"Update endpoint": fails("no capacity"), "Read deployment": gives(endpoint("InService", before))},
		visited: updated + discarded + told, error: "NotDeployed", cause: "Update endpoint: no capacity"},
	{name: "another approval came first", tasks: tasks{
		"Update endpoint":      append(fails("refused"), attempts{{}}...),
		"Read endpoint":        gives(endpoint("InService", before), endpoint("Updating", before), endpoint("InService", other)),
		"Read deployment":      gives(endpoint("Updating", before), endpoint("InService", other), endpoint("InService", name())),
		"Discard model":        attempts{{}},
		"Create configuration": attempts{{}},
	}, visited: updated + discarded + "Read package, Read endpoint, " + updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "another approval came first, and this one was rejected meanwhile", tasks: tasks{
		"Read package": gives(pack("Approved"), pack("Rejected")), "Update endpoint": fails(busyNow), "Read deployment": gives(endpoint("InService", other)),
	}, visited: updated + discarded + "Read package", result: "ignored"},
	{name: "another first approval came first", tasks: tasks{
		"Read endpoint": append(fails(missing), gives(endpoint("Creating", other), endpoint("InService", other))...), "Create endpoint": fails(existsNow),
		"Read deployment": gives(endpoint("Creating", other), endpoint("InService", other), endpoint("InService", name())),
	}, visited: created + discarded + "Read package, Read endpoint, " + updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "another approval came first, and was rolled back", tasks: tasks{
		"Update endpoint": append(fails(busyNow), attempts{{}}...), "Read deployment": gives(endpoint("InService", before), endpoint("InService", name())),
	}, visited: updated + discarded + updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "others always come first", tasks: tasks{"Update endpoint": fails(busyNow), "Read deployment": gives(endpoint("InService", other))},
		visited: strings.Repeat(updated+discarded, 6) + told, error: "NotDeployed", cause: "Update endpoint: " + busyNow},
	{name: "SageMaker has no time for the update, and then another has come first", tasks: tasks{
		"Update endpoint": append(fails(noTime), attempts{{}}...), "Read endpoint": gives(endpoint("InService", before), endpoint("InService", other)),
		"Read deployment": gives(endpoint("InService", before), endpoint("InService", name())),
	}, visited: updated + discarded + updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "the answer of the update was lost", tasks: tasks{"Update endpoint": timesOut()}, visited: updated + recorded + "Delete replaced configuration, Delete replaced model", result: "deployed"},
	{name: "rolled back by an alarm", tasks: tasks{"Read deployment": gives(endpoint("Updating", before), endpoint("RollingBack", before), endpoint("InService", before, "The alarm wine-errors went off"))},
		visited: updated + discarded + told, error: "NotDeployed", cause: "Where is the deployment: The alarm wine-errors went off"},
	{name: "rolled back in silence", tasks: tasks{"Read deployment": gives(endpoint("InService", before))}, visited: updated + discarded + told,
		error: "NotDeployed", cause: "Where is the deployment: the endpoint is InService with the configuration wine-approved-0123, to which it went back"},
	{name: "the rollback failed", tasks: tasks{"Read deployment": gives(endpoint("UpdateRollbackFailed", before, "no capacity"))}, visited: updated + told,
		error: "NotDeployed", cause: "Where is the deployment: the endpoint is UpdateRollbackFailed: no capacity"},
	{name: "too slow", tasks: tasks{"Read deployment": gives(endpoint("Updating", before))}, visited: updated + told, error: "NotDeployed",
		cause: "Where is the deployment: the endpoint is still Updating after 1h0m0s"},
	{name: "the first deployment fails", tasks: tasks{"Read endpoint": fails(missing), "Read deployment": gives(endpoint("Creating", name()), endpoint("Failed", name(), "the container does not answer"))},
		visited: created + "Delete failed endpoint, " + discarded + told, error: "NotDeployed", cause: "Where is the deployment: the endpoint is Failed: the container does not answer"},
	{name: "the failed endpoint stays", tasks: tasks{"Read endpoint": fails(missing), "Read deployment": gives(endpoint("Failed", name(), "no")), "Delete failed endpoint": fails("denied")},
		visited: created + "Delete failed endpoint, " + told, error: "NotDeployed", cause: "Where is the deployment: the endpoint is Failed: no"},
	{name: "the first deployment is refused", tasks: tasks{"Read endpoint": fails(missing), "Create endpoint": fails("quota"), "Read deployment": fails(missing)},
		visited: created + discarded + told, error: "NotDeployed", cause: "Create endpoint: quota"},
	{name: "the endpoint disappears", tasks: tasks{"Read deployment": fails(missing)}, visited: updated + discarded + told, error: "NotDeployed", cause: "Read deployment: " + missing},
	{name: "the deployment cannot be read", tasks: tasks{"Read deployment": fails("denied")}, visited: updated + told, error: "NotDeployed", cause: "Read deployment: denied"},
	{name: "everything fails after a failure", tasks: tasks{
		"Read deployment": gives(endpoint("InService", before, "alarm")), "Discard configuration": fails("1"), "Discard model": fails("2"), "Record failure": timesOut(), "Announce failure": fails("4"), "Notify": fails("5"),
	}, visited: updated + discarded + told, error: "NotDeployed", cause: "Where is the deployment: alarm"},

	{name: "the record fails", tasks: tasks{"Record deployment": fails("denied")}, visited: updated + "Record deployment, Notify of loose ends", error: "LooseEnds", cause: "the model is deployed, but: Record deployment: denied"},
	{name: "the event fails", tasks: tasks{"Announce deployment": timesOut()}, visited: updated + recorded + "Notify of loose ends", error: "LooseEnds", cause: "the model is deployed, but: Announce deployment: "},
	{name: "the notification fails", settings: everything, tasks: tasks{"Notify of success": fails("denied"), "Notify of loose ends": fails("denied")},
		visited: scaledUpdate + recorded + scaled + "Notify of success, Notify of loose ends", error: "LooseEnds", cause: "the model is deployed, but: Notify of success: denied"},
	{name: "scaling is refused", settings: everything, tasks: tasks{"Register scaling": fails("denied")},
		visited: scaledUpdate + recorded + "Register scaling, Notify of loose ends", error: "LooseEnds", cause: "the model is deployed, but: Register scaling: denied"},
	{name: "the policy of scaling is refused", settings: everything, tasks: tasks{"Set scaling policy": fails("denied")},
		visited: scaledUpdate + recorded + scaled + "Notify of loose ends", error: "LooseEnds", cause: "the model is deployed, but: Set scaling policy: denied"},
	{name: "the same instance type", settings: everything, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform)), "Read configuration": gives(variants("ml.m5.large"))},
		visited: scaledUpdate + recorded + scaled + "Notify of success", result: "deployed"},
	{name: "another instance type", settings: everything, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform)), "Read configuration": gives(variants("ml.m5.xlarge"))},
		visited: made + "Read configuration, Stop scaling, Update endpoint, Read deployment, " + recorded + scaled + "Notify of success", result: "deployed"},
	{name: "what serves cannot be read", settings: everything, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform)), "Read configuration": fails("denied")},
		visited: scaledUpdate + recorded + scaled + "Notify of success", result: "deployed"},
	{name: "another instance type, not scaled so far", settings: everything,
		tasks:   tasks{"Read endpoint": gives(endpoint("InService", terraform)), "Read configuration": gives(variants("ml.m5.xlarge")), "Stop scaling": fails("no such target")},
		visited: made + "Read configuration, Stop scaling, Update endpoint, Read deployment, " + recorded + scaled + "Notify of success", result: "deployed"},
	{name: "rolled back, and scaled again", settings: everything, tasks: tasks{"Read configuration": gives(variants("ml.m5.xlarge")), "Read deployment": gives(endpoint("InService", before, "alarm"))},
		visited: made + "Read configuration, Stop scaling, Update endpoint, Read deployment, " + discarded + restored + told, error: "NotDeployed", cause: "Where is the deployment: alarm"},
	{name: "rolled back, and no longer scaled", settings: everything, tasks: tasks{"Read deployment": gives(endpoint("InService", before, "alarm")), "Restore scaling": fails("denied")},
		visited: scaledUpdate + discarded + "Restore scaling, " + told, error: "NotDeployed", cause: "Where is the deployment: alarm"},
	{name: "the first deployment fails, and nothing is scaled", settings: everything, tasks: tasks{"Read endpoint": fails(missing), "Read deployment": gives(endpoint("Failed", name(), "no"))},
		visited: created + "Delete failed endpoint, " + discarded + told, error: "NotDeployed", cause: "Where is the deployment: the endpoint is Failed: no"},

	{name: "autoscaling was removed", tasks: tasks{"Read scaling": gives(policies(1)), "Read endpoint": gives(endpoint("InService", terraform))},
		visited: made + "Read scaling, Remove scaling, Update endpoint, Read deployment, " + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "autoscaling was removed, and the deployment goes back", tasks: tasks{"Read scaling": gives(policies(1)), "Read deployment": gives(endpoint("InService", before, "alarm"))},
		visited: made + "Read scaling, Remove scaling, Update endpoint, Read deployment, " + discarded + told, error: "NotDeployed", cause: "Where is the deployment: alarm"},
	{name: "whether it is scaled cannot be read", tasks: tasks{"Read scaling": fails("denied")},
		visited: made + "Read scaling, " + discarded + told, error: "NotDeployed", cause: "Read scaling: denied"},
	{name: "it stays scaled", tasks: tasks{"Read scaling": gives(policies(1)), "Remove scaling": fails("denied")},
		visited: made + "Read scaling, Remove scaling, " + discarded + told, error: "NotDeployed", cause: "Remove scaling: denied"},
	{name: "in batches", settings: rolling, tasks: tasks{"Read endpoint": gives(endpoint("InService", terraform))}, visited: updated + strings.TrimSuffix(recorded, ", "), result: "deployed"},
	{name: "in batches, and back", settings: rolling, tasks: tasks{"Read deployment": gives(endpoint("Updating", before), endpoint("RollingBack", before), endpoint("InService", before, "alarm"))},
		visited: updated + discarded + told, error: "NotDeployed", cause: "Where is the deployment: alarm"},

	{name: "the old configuration stays", tasks: tasks{"Delete replaced configuration": fails("denied")}, visited: updated + recorded + "Delete replaced configuration, Notify of loose ends",
		error: "LooseEnds", cause: "the model is deployed, but: Delete replaced configuration: denied"},
	{name: "the old model stays", tasks: tasks{"Delete replaced model": fails("denied")}, visited: updated + recorded + "Delete replaced configuration, Delete replaced model, Notify of loose ends",
		error: "LooseEnds", cause: "the model is deployed, but: Delete replaced model: denied"},
}

func TestExecutions(t *testing.T) {
	var requests []aslnode.Request
	for _, c := range executions {
		settings, input := minimal, approved()
		if c.settings != nil {
			settings = c.settings
		}
		if c.input != nil {
			input = c.input
		}
		requests = append(requests, aslnode.Request{
			Run: text(t, settings()), Input: input, Tasks: usual(c.tasks),
			Context: map[string]any{"Execution": map[string]any{"Id": executionID, "StartTime": started, "Input": input}},
		})
	}
	answers := aslnode.Node(t, requests)
	states := map[string]bool{}
	for i, c := range executions {
		t.Run(c.name, func(t *testing.T) {
			got := answers[i]
			require.Equal(t, c.error, got.Error, got.Cause)
			require.Equal(t, c.visited, strings.Join(slices.Compact(slices.Clone(got.Visited)), ", "))
			if c.error != "" {
				require.Equal(t, c.cause, got.Cause)
				return
			}
			output := got.Output.(map[string]any)
			require.Equal(t, c.result, output["result"])
			require.Equal(t, "wine", output["endpoint"])
			switch c.result {
			case "deployed":
				require.Equal(t, name(), output["configuration"])
				require.Equal(t, packageARN, output["modelPackage"])
				require.Equal(t, executionID, output["execution"])
			case "already deployed":
				require.Equal(t, before, output["configuration"])
			}
		})
		for _, state := range answers[i].Visited {
			states[state] = true
		}
	}
	// Each call of the machine was made by one of the cases.
	for _, settings := range examples {
		for _, state := range definition(t, settings()).States {
			if task, ok := taskName(state); ok {
				require.True(t, states[task], "%s was never executed", task)
			}
		}
	}
}

// TestLooks counts how often the endpoint is looked at, and how often a call is made that is refused.
func TestLooks(t *testing.T) {
	slow := usual(tasks{"Read deployment": gives(endpoint("Updating", before)), "Notify": fails("denied")})
	first := usual(tasks{"Read endpoint": fails(missing), "Read deployment": gives(endpoint("InService", name()))})
	context := map[string]any{"Execution": map[string]any{"Id": executionID, "StartTime": started, "Input": approved()}}
	answers := aslnode.Node(t, []aslnode.Request{
		{Run: text(t, minimal()), Input: approved(), Tasks: slow, Context: context}, {Run: text(t, minimal()), Input: approved(), Tasks: first, Context: context},
	})
	count := func(execution int, state string) (n int) {
		for _, each := range answers[execution].Visited {
			if each == state {
				n++
			}
		}
		return n
	}
	require.Equal(t, 60, count(0, "Read deployment"))
	require.Equal(t, 4, count(0, "Notify"))
	require.Equal(t, 1, count(1, "Read endpoint"), "that there is no endpoint yet is an answer")
}
