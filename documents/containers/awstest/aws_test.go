// Package awstest holds container definitions against the types of the AWS SDK. It is a package of its own, because compiling the SDK takes
// longer than everything else here together.
package awstest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/require"

	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
	"github.com/mlplatform/mlplatform/internal/readable"
)

var errSent = errors.New("the request was complete and sent")

// transport keeps the body of the request that the SDK would send.
type transport struct{ body []byte }

func (t *transport) Do(request *http.Request) (*http.Response, error) {
	t.body, _ = io.ReadAll(request.Body)
	return nil, errSent
}

// TestContainerDefinitions reads each container definition of the golden files into the SDK's type, without a field that the type does not
// have, and has the SDK check and write it again: what ECS would be sent is what we wrote.
func TestContainerDefinitions(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.json")
	require.NoError(t, err)
	composed, err := filepath.Glob("../../../stacks/testdata/containers/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(composed), 9, "services, MLflow, Prefect, workers and their flows")
	constructs, err := filepath.Glob("../../../constructs/*/testdata/*.json")
	require.NoError(t, err)
	checked := 0
	for _, file := range append(files, composed...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		check(t, file, text)
		checked++
	}
	for _, file := range constructs {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		text, err = readable.Terraform(text) // golden files show JSON within JSON
		require.NoError(t, err, file)
		var stack struct {
			Resource map[string]map[string]map[string]any
		}
		require.NoError(t, json.Unmarshal(text, &stack), file)
		for name, each := range stack.Resource["aws_ecs_task_definition"] {
			check(t, file+" "+name, []byte(each["container_definitions"].(string)))
			checked++
		}
	}
	require.GreaterOrEqual(t, checked, 5)
}

func check(t *testing.T, name string, text []byte) {
	t.Helper()
	var definitions []types.ContainerDefinition
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&definitions), name)
	for _, each := range definitions {
		for _, condition := range each.DependsOn {
			require.Contains(t, condition.Condition.Values(), condition.Condition, name)
		}
		require.Contains(t, each.LogConfiguration.LogDriver.Values(), each.LogConfiguration.LogDriver, name)
	}
	sent := &transport{}
	client := ecs.New(ecs.Options{
		Region: "us-west-2", HTTPClient: sent, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
	_, err := client.RegisterTaskDefinition(context.Background(), &ecs.RegisterTaskDefinitionInput{Family: aws.String("test"), ContainerDefinitions: definitions})
	require.ErrorIs(t, err, errSent, name)
	var body struct{ ContainerDefinitions json.RawMessage }
	require.NoError(t, json.Unmarshal(sent.body, &body), name)
	require.JSONEq(t, string(withoutZeros(t, text)), string(withoutZeros(t, body.ContainerDefinitions)), name)
}

// withoutZeros leaves the cpu of 0 out, which the SDK writes where nothing was given, as ECS itself does.
func withoutZeros(t *testing.T, text []byte) []byte {
	var all []map[string]any
	require.NoError(t, json.Unmarshal(text, &all))
	for _, each := range all {
		if each["cpu"] == 0.0 {
			delete(each, "cpu")
		}
	}
	out, err := json.Marshal(all)
	require.NoError(t, err)
	return out
}
