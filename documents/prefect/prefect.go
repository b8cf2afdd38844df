// Package prefect writes what Prefect 3 is told of work pools: base job templates of the type ecs whose flows run in one task definition that
// is already there, so that a worker registers none and passes no other roles. It is pure Go.
// https://docs.prefect.io/v3/how-to-guides/deployment_infra/manage-work-pools
package prefect

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Container is the name of the container in which flows run.
const Container = "flow"

// ECSPool is where the flows of a work pool run. All fields but Spot, APIKeyARN and AuthStringARN are required.
type ECSPool struct {
	// ClusterARN is the ECS cluster.
	ClusterARN string
	// TaskDefinitionARN is the task definition with its revision. Its container is named Container and has the API's key. The URL is the
	// worker's, where the container has none.
	TaskDefinitionARN string
	// SubnetIDs and SecurityGroupIDs of the tasks, which have no public address.
	SubnetIDs, SecurityGroupIDs []string
	// CPU in units and MemoryMB of a flow that asks for nothing else.
	CPU, MemoryMB int
	// Spot runs flows on capacity that AWS may take back. Default: false.
	Spot bool
	// APIKeyARN says that the task definition has the API key by this secret; otherwise a worker writes its own key into each task, where
	// everybody reads it who may look at tasks. Default: none.
	APIKeyARN string
	// AuthStringARN is the same for the authentication of a server of one's own.
	AuthStringARN string
}

// object keeps its keys in the order of Go's maps in JSON, which is sorted.
type object map[string]any

// Template is the base job template. Deployments may choose what is among its variables, and nothing else: not the role, the network, the
// cluster or the image.
// https://github.com/PrefectHQ/prefect/blob/main/src/integrations/prefect-aws/prefect_aws/workers/ecs_worker.py
func (p ECSPool) Template() (string, error) {
	if err := p.validate(); err != nil {
		return "", err
	}
	request := object{
		"cluster": p.ClusterARN, "taskDefinition": p.TaskDefinitionARN, "tags": "{{ labels }}", "enableECSManagedTags": true, "propagateTags": "TASK_DEFINITION",
		"networkConfiguration": object{"awsvpcConfiguration": object{"subnets": p.SubnetIDs, "securityGroups": p.SecurityGroupIDs, "assignPublicIp": "DISABLED"}},
		"overrides": object{
			"cpu": "{{ cpu }}", "memory": "{{ memory }}",
			"containerOverrides": []any{object{"name": Container, "command": "{{ command }}", "environment": "{{ env }}"}},
		},
	}
	if p.Spot {
		request["capacityProviderStrategy"] = []any{object{"capacityProvider": "FARGATE_SPOT", "weight": 1}}
	} else {
		request["launchType"] = "FARGATE"
	}
	configuration := object{
		"name": "{{ name }}", "command": "{{ command }}", "env": "{{ env }}", "labels": "{{ labels }}", "cluster": p.ClusterARN, "container_name": Container,
		"task_definition": object{}, "task_run_request": request,
	}
	if p.APIKeyARN != "" {
		configuration["prefect_api_key_secret_arn"] = p.APIKeyARN
	}
	if p.AuthStringARN != "" {
		configuration["prefect_api_auth_string_secret_arn"] = p.AuthStringARN
	}
	var sizes []int
	for _, size := range containers.Sizes() {
		sizes = append(sizes, size.CPU)
	}
	text := func(title string) object { return object{"title": title, "type": "string"} }
	texts := func(title string) object {
		return object{"title": title, "type": "object", "additionalProperties": object{"type": "string"}}
	}
	variables := object{"type": "object", "properties": object{
		"name": text("Name"), "command": text("Command"), "env": texts("Environment Variables"), "labels": texts("Labels"),
		"cpu":    object{"title": "CPU", "type": "integer", "default": p.CPU, "enum": sizes},
		"memory": object{"title": "Memory in MiB", "type": "integer", "default": p.MemoryMB},
	}}
	return jsontext.Compact(object{"job_configuration": configuration, "variables": variables}), nil
}

func (p ECSPool) validate() error {
	var problems problem.List
	for _, each := range []struct{ path, value, service, prefix string }{
		{"clusterARN", p.ClusterARN, "ecs", "cluster/"}, {"taskDefinitionARN", p.TaskDefinitionARN, "ecs", "task-definition/"},
	} {
		if !arn.Is(each.value, each.service, each.prefix) {
			problems.Addf(each.path, "%q is no ARN; write it like arn:aws:ecs:us-west-2:123456789012:%sname", each.value, each.prefix)
		}
	}
	if !token.Is(p.TaskDefinitionARN) && strings.Count(p.TaskDefinitionARN, ":") != 6 {
		problems.Addf("taskDefinitionARN", "%q has no revision, so that running flows could change; end it with :1", p.TaskDefinitionARN)
	}
	for _, each := range []struct {
		path string
		ids  []string
	}{{"subnetIDs", p.SubnetIDs}, {"securityGroupIDs", p.SecurityGroupIDs}} {
		if len(each.ids) == 0 {
			problems.Addf(each.path, "are missing; name at least one")
		}
	}
	problems.Add("", containers.CheckSize(p.CPU, p.MemoryMB))
	if p.APIKeyARN != "" && p.AuthStringARN != "" {
		problems.Addf("authStringARN", "does not go with apiKeyARN; drop one of them")
	}
	return problems.Err()
}

// Setup is a line for /bin/sh that makes or changes a work pool with the template in the variable BASE_JOB_TEMPLATE, or with Prefect's own
// where there is none, and then deploys the flows of the file prefect.yaml in the working directory, if it is there.
func Setup(pool, poolType string) string {
	template := `set --; if [ -n "$BASE_JOB_TEMPLATE" ]; then printf %s "$BASE_JOB_TEMPLATE" > /tmp/template.json; set -- --base-job-template /tmp/template.json; fi`
	return fmt.Sprintf(`set -e; %s; prefect work-pool create %s --type %s --overwrite "$@"; if [ -f prefect.yaml ]; then prefect --no-prompt deploy --all; fi`, template, pool, poolType)
}

// Start is the command of a worker.
func Start(pool, poolType string) []string {
	return []string{"prefect", "worker", "start", "--pool", pool, "--type", poolType, "--with-healthcheck"}
}

// Health asks a worker whether it has polled lately. https://docs.prefect.io/v3/api-ref/python/prefect-workers-server
func Health() []string {
	return []string{"CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8080/health')"}
}
