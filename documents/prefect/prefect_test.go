package prefect_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/prefect"
)

const (
	clusterARN = "arn:aws:ecs:us-west-2:222222222222:cluster/wine-dev-services"
	flowsARN   = "arn:aws:ecs:us-west-2:222222222222:task-definition/wine-dev-training-flow:7"
	keyARN     = "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3"
)

func pool() prefect.ECSPool {
	return prefect.ECSPool{
		ClusterARN: clusterARN, TaskDefinitionARN: flowsARN, SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"},
		CPU: 1024, MemoryMB: 2048, APIKeyARN: keyARN,
	}
}

type template struct {
	JobConfiguration map[string]any `json:"job_configuration"`
	Variables        struct {
		Properties map[string]any `json:"properties"`
	} `json:"variables"`
}

func parse(t *testing.T, p prefect.ECSPool) (string, template) {
	t.Helper()
	text, err := p.Template()
	require.NoError(t, err)
	var out template
	require.NoError(t, json.Unmarshal([]byte(text), &out))
	return text, out
}

var placeholder = regexp.MustCompile(`\{\{ (\w+) \}\}`)

// Each placeholder is a variable, each variable is used, and neither role, network, cluster nor image is among them.
func TestVariables(t *testing.T) {
	text, made := parse(t, pool())
	used := map[string]bool{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		used[found[1]] = true
	}
	declared := map[string]bool{}
	for name := range made.Variables.Properties {
		declared[name] = true
	}
	require.Equal(t, map[string]bool{"name": true, "command": true, "env": true, "labels": true, "cpu": true, "memory": true}, declared)
	require.Equal(t, declared, used)
	require.Equal(t, keyARN, made.JobConfiguration["prefect_api_key_secret_arn"])
	require.NotContains(t, made.JobConfiguration, "prefect_api_auth_string_secret_arn")
}

// With the variables filled in, as prefect-aws does it, the request is one of ECS: the SDK knows each member.
func TestRequest(t *testing.T) {
	for _, spot := range []bool{false, true} {
		p := pool()
		p.Spot = spot
		_, made := parse(t, p)
		request := made.JobConfiguration["task_run_request"].(map[string]any)
		overrides := request["overrides"].(map[string]any)
		overrides["cpu"], overrides["memory"] = "1024", "2048"
		container := overrides["containerOverrides"].([]any)[0].(map[string]any)
		container["command"], container["environment"] = []string{"python", "-m", "prefect.engine"}, []map[string]string{{"name": "A", "value": "b"}}
		request["tags"] = []map[string]string{{"key": "prefect.io/flow-run-id", "value": "x"}}
		text, err := json.Marshal(request)
		require.NoError(t, err)
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()
		var input ecs.RunTaskInput
		require.NoError(t, decoder.Decode(&input), string(text))
		require.Equal(t, flowsARN, *input.TaskDefinition)
		require.Equal(t, "DISABLED", string(input.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp))
		require.Equal(t, spot, input.LaunchType == "" && len(input.CapacityProviderStrategy) == 1)
	}
}

func TestProblems(t *testing.T) {
	_, err := prefect.ECSPool{ClusterARN: "wine", TaskDefinitionARN: "arn:aws:ecs:us-west-2:222222222222:task-definition/flow", CPU: 100, SubnetIDs: []string{"a"}, APIKeyARN: keyARN, AuthStringARN: keyARN}.Template()
	require.EqualError(t, err, `clusterARN: "wine" is no ARN; write it like arn:aws:ecs:us-west-2:123456789012:cluster/name
taskDefinitionARN: "arn:aws:ecs:us-west-2:222222222222:task-definition/flow" has no revision, so that running flows could change; end it with :1
securityGroupIDs: are missing; name at least one
cpu: 100 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384
authStringARN: does not go with apiKeyARN; drop one of them`)
}

// The line makes the pool with the template, if there is one, and deploys flows where there are any. Prefect itself is not tried here.
func TestSetup(t *testing.T) {
	for name, test := range map[string]struct {
		template string
		flows    bool
		want     string
	}{
		"ecs":          {`{"a": "$b"}`, true, "work-pool create training --type ecs --overwrite --base-job-template /tmp/template.json\n--no-prompt deploy --all\n"},
		"without file": {"", false, "work-pool create training --type ecs --overwrite\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "prefect"), []byte("#!/bin/sh\necho \"$*\" >>calls\n"), 0o700))
			if test.flows {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "prefect.yaml"), nil, 0o600))
			}
			command := exec.Command("/bin/sh", "-c", prefect.Setup("training", "ecs"))
			command.Dir, command.Env = dir, []string{"PATH=" + dir + ":/usr/bin:/bin", "BASE_JOB_TEMPLATE=" + test.template}
			output, err := command.CombinedOutput()
			require.NoError(t, err, string(output))
			calls, err := os.ReadFile(filepath.Join(dir, "calls"))
			require.NoError(t, err)
			require.Equal(t, test.want, string(calls))
			if test.template != "" {
				written, err := os.ReadFile("/tmp/template.json")
				require.NoError(t, err)
				require.Equal(t, test.template, string(written))
			}
		})
	}
}
