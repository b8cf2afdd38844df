package ecsservice_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

type object = map[string]any

// fakeECS is as much of ECS as Terraform uses for a service and its task definition. Tasks of one image do not come up, and then the
// circuit breaker brings back those before, as AWS does: the service is steady, with the old definition.
type fakeECS struct {
	mutex       sync.Mutex
	server      *httptest.Server
	definitions map[string]object
	service     object
	broken      string
	rolledBack  int
}

func startFakeECS(t *testing.T) *fakeECS {
	fake := &fakeECS{definitions: map[string]object{}}
	fake.server = terraform.StandIn(t, synthtest.Account, &fake.mutex, fake.answer)
	return fake
}

func (f *fakeECS) answer(operation string, in object) (object, *terraform.Refusal) {
	arn := func(what string) string {
		return "arn:aws:ecs:" + synthtest.Region + ":" + synthtest.Account + ":" + what
	}
	switch operation {
	case "RegisterTaskDefinition":
		name := fmt.Sprintf("%s:%d", in["family"], len(f.definitions)+1)
		in["taskDefinitionArn"], in["revision"], in["status"] = arn("task-definition/"+name), len(f.definitions)+1, "ACTIVE"
		f.definitions[arn("task-definition/"+name)] = in
		return object{"taskDefinition": in}, nil
	case "DescribeTaskDefinition", "DeregisterTaskDefinition":
		return object{"taskDefinition": f.definitions[in["taskDefinition"].(string)], "tags": []any{}}, nil
	case "CreateService":
		f.service = maps.Clone(in)
		f.service["serviceArn"], f.service["clusterArn"], f.service["status"] = arn("service/wine-dev/wine-dev-serve"), in["cluster"], "ACTIVE"
		f.service["runningCount"], f.service["pendingCount"], f.service["createdAt"] = in["desiredCount"], 0, time.Now().Unix()
		f.deploy(in["taskDefinition"].(string))
		return object{"service": f.service}, nil
	case "UpdateService":
		if definition, given := in["taskDefinition"].(string); given {
			f.deploy(definition)
		}
		return object{"service": f.service}, nil
	case "DescribeServices":
		return object{"services": []any{f.service}, "failures": []any{}}, nil
	}
	return nil, &terraform.Refusal{Kind: "UnknownOperationException", Message: operation + " is not in the fake"}
}

// deploy replaces the tasks, unless the new ones do not come up.
func (f *fakeECS) deploy(definition string) {
	if f.broken != "" && f.imageOf(definition) == f.broken {
		f.rolledBack++
		return
	}
	f.service["taskDefinition"] = definition
	f.service["deployments"] = []any{object{
		"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED", "taskDefinition": definition,
		"desiredCount": f.service["desiredCount"], "runningCount": f.service["desiredCount"], "pendingCount": 0,
	}}
}

func (f *fakeECS) imageOf(definition string) string {
	return f.definitions[definition]["containerDefinitions"].([]any)[0].(object)["image"].(string)
}

// serving is the image whose tasks run.
func (f *fakeECS) serving() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.imageOf(f.service["taskDefinition"].(string))
}

// alone is the service and its task definition, with names in place of what else the stack makes.
func alone(t *testing.T, image string) terraform.Stack {
	t.Helper()
	props := typical()
	props.Task.Containers[0].Image = image
	_, template := build(t, props)
	root := template.Root()
	resources := root["resource"].(object)
	maps.DeleteFunc(resources, func(kind string, _ any) bool { return kind != "aws_ecs_service" && kind != "aws_ecs_task_definition" })
	for _, kind := range []string{"aws_ecs_service", "aws_ecs_task_definition"} {
		for _, resource := range template.Resources(kind) {
			delete(resource, "depends_on")
		}
	}
	delete(root, "output")
	delete(root["terraform"].(object), "backend")
	text, err := json.Marshal(root)
	require.NoError(t, err)
	for pattern, name := range map[string]string{
		`\$\{aws_iam_role\.[^}]+\}`:             "arn:aws:iam::222222222222:role/wine-dev-serve",
		`\$\{aws_security_group\.[^}]+\}`:       "sg-0123456789abcdef0",
		`\$\{aws_cloudwatch_log_group\.[^}]+\}`: "/ecs/wine-dev-serve",
	} {
		text = regexp.MustCompile(pattern).ReplaceAll(text, []byte(name))
	}
	return terraform.Stack{Name: "serve", JSON: text}
}

// TestRollback takes the real Terraform and provider through a deployment that goes back: the apply fails and says so, the old tasks serve on,
// and the image before is planned as the next one is.
func TestRollback(t *testing.T) {
	first := strings.Replace(image, "0", "1", 1)
	runner, fake := terraform.New(t), startFakeECS(t)
	d := runner.Root(t.TempDir(), []string{"NO_PROXY=127.0.0.1", "AWS_MAX_ATTEMPTS=1", "AWS_ENDPOINT_URL=" + fake.server.URL}, alone(t, first))
	if os.Getenv(terraform.ConfigVariable) == "" {
		d.Init()
	}
	d.Attach()
	apply := func(image string) (string, error) {
		d.Replace(alone(t, image))
		out, err := d.Command("apply", "-auto-approve", "-input=false", "-no-color").CombinedOutput()
		return strings.Join(strings.Fields(strings.ReplaceAll(string(out), "│", "")), " "), err
	}
	out, err := apply(first)
	require.NoError(t, err, out)
	require.Equal(t, first, fake.serving())

	fake.broken = image
	out, err = apply(image)
	require.Error(t, err, out)
	require.Contains(t, out, "The deployment of wine-dev-serve failed and AWS brought the previous tasks back; look at the events of the service and at the log group /ecs/wine-dev-serve")
	require.Equal(t, 1, fake.rolledBack)
	require.Equal(t, first, fake.serving())

	// The commit before is the way back, and leaves nothing to do.
	out, err = apply(first)
	require.NoError(t, err, out)
	require.Equal(t, first, fake.serving())
	again, err := d.Command("plan", "-input=false", "-no-color", "-detailed-exitcode").CombinedOutput()
	require.NoError(t, err, string(again))

	// What failed is tried again when it is mended.
	fake.broken = ""
	out, err = apply(image)
	require.NoError(t, err, out)
	require.Equal(t, image, fake.serving())
}
