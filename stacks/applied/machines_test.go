package applied_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
)

// hosts are the first words of hosts, by the service as state machines name it.
var hosts = map[string][2]string{
	"sagemaker": {"api.sagemaker", "sagemaker"}, "applicationautoscaling": {"application-autoscaling", "application-autoscaling"},
	"events": {"events", "events"}, "sns": {"sns", "sns"}, "s3": {"s3", "s3"},
}

// a machine is a state machine as Terraform made it.
type machine struct {
	name, role, account, region, definition, label string
	emulator                                       *awsemulator.Emulator
	key                                            string
}

// machinesOf are those that a stack made whose names end like this.
func machinesOf(emulator *awsemulator.Emulator, calls []*awsemulator.Call, ending string) []machine {
	var out []machine
	for _, c := range calls {
		name, _ := c.Arguments["name"].(string)
		if c.Operation == "CreateStateMachine" && strings.HasSuffix(name, ending) && c.Status == 200 {
			role := c.Arguments["roleArn"].(string)
			out = append(out, machine{name, role, c.Account, c.Region, c.Arguments["definition"].(string), c.Label, emulator, emulator.Assume(role)})
		}
	}
	return out
}

// call lets the emulator answer a task, as the role of the machine.
func (m machine) call(task aslnode.Task) aslnode.Attempt {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(task.Resource, "arn:aws:states:::"), "aws-sdk:"), ":")
	to := hosts[parts[0]]
	operation := strings.TrimSuffix(strings.ToUpper(parts[1][:1])+parts[1][1:], ".sync")
	for _, each := range entries(task.Arguments) {
		if detail, isObject := each["Detail"].(map[string]any); isObject { // Step Functions writes it as text
			text, _ := json.Marshal(detail)
			each["Detail"] = string(text)
		}
	}
	if message, isObject := task.Arguments["Message"].(map[string]any); isObject {
		text, _ := json.Marshal(message)
		task.Arguments["Message"] = string(text)
	}
	answer, err := m.emulator.Invoke(m.key, m.region, to[0], to[1], operation, task.Arguments)
	var refused *awsemulator.Refusal
	switch {
	case errors.As(err, &refused):
		service := map[string]string{"sagemaker": "SageMaker", "applicationautoscaling": "ApplicationAutoScaling", "events": "EventBridge", "sns": "Sns", "s3": "S3"}[parts[0]]
		return aslnode.Attempt{Error: service + "." + service + "Exception", Cause: fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: 1)", refused.Message, service, refused.Status)}
	case err != nil:
		return aslnode.Attempt{Error: "Test", Cause: err.Error()}
	}
	if strings.HasSuffix(task.Resource, ".sync") {
		answer = m.work(task, operation)
	}
	return aslnode.Attempt{Result: answer}
}

// work is what a job does that a machine waits for, and its description: containers are not there, so their results are written here.
func (m machine) work(task aslnode.Task, operation string) map[string]any {
	invoke := func(host, service, operation string, arguments map[string]any) {
		_, err := m.emulator.Invoke(m.account, m.region, host, service, operation, arguments)
		if err != nil {
			panic(err)
		}
	}
	switch operation {
	case "CreateHyperParameterTuningJob": // the service makes the training jobs
		name := task.Arguments["HyperParameterTuningJobName"].(string) + "-001"
		definition := task.Arguments["TrainingJobDefinition"].(map[string]any)
		invoke("api.sagemaker", "sagemaker", "CreateTrainingJob", map[string]any{
			"TrainingJobName": name, "AlgorithmSpecification": map[string]any{"TrainingImage": "image", "TrainingInputMode": "File"}, "RoleArn": definition["RoleArn"],
			"OutputDataConfig": definition["OutputDataConfig"], "ResourceConfig": definition["ResourceConfig"], "StoppingCondition": definition["StoppingCondition"],
		})
		return map[string]any{"BestTrainingJob": map[string]any{"TrainingJobName": name}}
	case "CreateProcessingJob":
		outputs, _ := task.Arguments["ProcessingOutputConfig"].(map[string]any)
		list, _ := outputs["Outputs"].([]any)
		for _, each := range list {
			uri := each.(map[string]any)["S3Output"].(map[string]any)["S3Uri"].(string)
			bucket, key, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
			invoke("s3", "s3", "PutObject", map[string]any{"Bucket": bucket, "Key": strings.TrimSuffix(key, "/") + "/evaluation.json", "Body": evaluation})
		}
	}
	return map[string]any{}
}

// evaluation is what the container of an evaluation writes.
const evaluation = `{"metrics": {"f1": {"value": 0.97}, "accuracy": {"value": 0.97}, "auc": {"value": 0.97}}}`

// runLearning lets the machine that learns run on the emulator twice: what it has found is registered, and is the champion that the
// second one does not beat.
func runLearning(t *testing.T, emulator *awsemulator.Emulator, calls []*awsemulator.Call) {
	t.Helper()
	for _, m := range machinesOf(emulator, calls, "-learning") {
		got := aslnode.Node(t, []aslnode.Request{m.execution(t, "first", map[string]any{}, false)})[0]
		require.Empty(t, got.Error, "%s: %s", m.name, got.Cause)
		require.Equal(t, []string{"Register", "Tell of the new model"}, got.Visited[len(got.Visited)-2:], m.name)
		group := ""
		for _, c := range emulator.Calls() {
			if c.Operation == "CreateModelPackage" && c.Role == m.role && c.Status == 200 {
				group = c.Arguments["ModelPackageGroupName"].(string)
				_, err := emulator.Invoke(m.account, m.region, "api.sagemaker", "sagemaker", "UpdateModelPackage", map[string]any{
					"ModelPackageArn": c.Answer.(map[string]any)["ModelPackageArn"], "ModelApprovalStatus": "Approved",
				})
				require.NoError(t, err)
			}
		}
		require.NotEmpty(t, group)
		got = aslnode.Node(t, []aslnode.Request{m.execution(t, "second", map[string]any{}, false)})[0]
		require.Empty(t, got.Error, "%s: %s", m.name, got.Cause)
		require.Equal(t, "Tell that the champion stays", got.Visited[len(got.Visited)-1], m.name)
	}
}

// left are the names of what the machine has made of a kind and not deleted.
func (m machine) left(kind string) []string {
	there := map[string]bool{}
	for _, c := range m.emulator.Calls() {
		name, _ := c.Arguments[kind+"Name"].(string)
		switch {
		case c.Role != m.role || c.Status != http.StatusOK:
		case c.Operation == "Create"+kind:
			there[name] = true
		case c.Operation == "Delete"+kind:
			delete(there, name)
		}
	}
	return slices.Sorted(maps.Keys(there))
}

func entries(arguments map[string]any) []map[string]any {
	list, _ := arguments["Entries"].([]any)
	var out []map[string]any
	for _, each := range list {
		out = append(out, each.(map[string]any))
	}
	return out
}

// execution is a run of the machine with an input.
func (m machine) execution(t *testing.T, id string, input map[string]any, together bool) aslnode.Request {
	return aslnode.Request{
		Run: json.RawMessage(m.definition), Input: input, Calls: aslnode.Server(t, m.call), Together: together,
		Context: map[string]any{"Execution": map[string]any{
			"Id": "arn:aws:states:" + m.region + ":" + m.account + ":execution:" + m.name + ":" + id, "StartTime": "2026-01-01T00:00:00Z", "Input": input,
		}},
	}
}

// runApprovals lets the machine that deploys on approval run on the emulator: for the first model, an update, one that goes back, and two
// approvals at the same time. Nothing is scripted: SageMaker's answers are what the calls before have left.
func runApprovals(t *testing.T, emulator *awsemulator.Emulator, calls []*awsemulator.Call) {
	t.Helper()
	machines := machinesOf(emulator, calls, "-approval")
	for _, m := range machines {
		var group string
		for _, c := range calls {
			if c.Operation == "CreateModelPackageGroup" && c.Label == m.label {
				group = c.Arguments["ModelPackageGroupName"].(string)
			}
		}
		require.NotEmpty(t, group, m.name)
		invoke := func(operation string, arguments map[string]any) map[string]any {
			answer, err := emulator.Invoke(m.account, m.region, "api.sagemaker", "sagemaker", operation, arguments)
			require.NoError(t, err, operation)
			return answer
		}
		register := func() (arn string, event map[string]any) {
			arn = invoke("CreateModelPackage", map[string]any{"ModelPackageGroupName": group, "ModelApprovalStatus": "Approved", "InferenceSpecification": map[string]any{
				"Containers":            []any{map[string]any{"Image": m.account + ".dkr.ecr." + m.region + ".amazonaws.com/model:1", "ModelDataUrl": "s3://bucket/model.tar.gz"}},
				"SupportedContentTypes": []any{"text/csv"}, "SupportedResponseMIMETypes": []any{"text/csv"},
			}})["ModelPackageArn"].(string)
			return arn, map[string]any{"source": "aws.sagemaker", "detail": map[string]any{
				"ModelPackageArn": arn, "ModelPackageGroupName": group, "ModelApprovalStatus": "Approved", "UpdatedModelPackageFields": []any{"ModelApprovalStatus"},
			}}
		}
		endpoint := ""
		serves := func() (configuration, status string) {
			for range 15 { // a look takes it a step further
				answer := invoke("DescribeEndpoint", map[string]any{"EndpointName": endpoint})
				configuration, status = answer["EndpointConfigName"].(string), answer["EndpointStatus"].(string)
			}
			return configuration, status
		}
		deployed := func(answer aslnode.Answer) string {
			require.Empty(t, answer.Error, "%s: %s", m.name, answer.Cause)
			output := answer.Output.(map[string]any)
			require.Equal(t, "deployed", output["result"], m.name)
			endpoint = output["endpoint"].(string)
			return output["configuration"].(string)
		}

		_, first := register()
		got := aslnode.Node(t, []aslnode.Request{m.execution(t, "first", first, false)})[0]
		require.Contains(t, got.Visited, "Create endpoint")
		one := deployed(got)
		configuration, status := serves()
		require.Equal(t, []string{one, "InService"}, []string{configuration, status})

		_, second := register()
		got = aslnode.Node(t, []aslnode.Request{m.execution(t, "second", second, false)})[0]
		require.Contains(t, got.Visited, "Update endpoint")
		two := deployed(got)
		configuration, _ = serves()
		require.Equal(t, two, configuration)
		require.NotEqual(t, one, two)

		// Two approvals at the same time: the one that comes second waits its turn, and neither fails.
		_, third := register()
		_, fourth := register()
		both := aslnode.Node(t, []aslnode.Request{m.execution(t, "third", third, true), m.execution(t, "fourth", fourth, true)})
		last := []string{deployed(both[0]), deployed(both[1])}
		require.NotEqual(t, last[0], last[1])
		configuration, _ = serves()
		require.Contains(t, last, configuration)
		for _, answer := range both {
			require.NotContains(t, answer.Visited, "Record failure")
		}
		require.Equal(t, []string{configuration}, m.left("EndpointConfig"), "what was replaced is deleted")
		require.Equal(t, []string{configuration}, m.left("Model"), "what was replaced is deleted")

		// What does not come into service goes back.
		before := configuration
		emulator.BreakNext(m.account, m.region, endpoint)
		package5, fifth := register()
		got = aslnode.Node(t, []aslnode.Request{m.execution(t, "fifth", fifth, false)})[0]
		require.Equal(t, "NotDeployed", got.Error, "%s: %s", m.name, got.Cause)
		require.Contains(t, got.Cause, "the container does not answer")
		require.Contains(t, got.Visited, "Record failure")
		configuration, status = serves()
		require.Equal(t, []string{before, "InService"}, []string{configuration, status})
		require.NotEmpty(t, invoke("DescribeModelPackage", map[string]any{"ModelPackageName": package5})["CustomerMetadataProperties"])
	}
}
