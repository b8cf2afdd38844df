package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
)

// An sdkCase is a case of the unit tests of the SageMaker Python SDK, with the request that they expect there, retold
// for this package.
// https://github.com/aws/sagemaker-python-sdk
type sdkCase struct {
	// test is the file below tests/unit/sagemaker/workflow and the function; of SDK 3, mlops/ and those below
	// sagemaker-mlops/tests/unit/workflow.
	test string
	// commit of that repository.
	commit string
	build  func(p *Pipeline)
	// mlflow of the pipeline. Default: none.
	mlflow *MLflow
	// experiment of the pipeline. Default: that of the service.
	experiment Experiment
	// want is the step, or what pick finds in it.
	want string
	// pick is where in the definition the request stands. Default: the first step.
	pick []any
	// explicit are the paths of defaults of the service that this package writes out and the SDK leaves out.
	explicit [][]any
	// left are the paths of empty lists, objects and texts that the SDK writes out and this package leaves out.
	left [][]any
	// changed is what is not as in the SDK's test, and why. Default: nothing but the form of the program.
	changed string
}

func sdkCases() map[string][]sdkCase {
	return map[string][]sdkCase{
		"conditions": sdkConditions(), "steps": sdkSteps(), "inference and lineage": sdkInference(), "jobs": sdkJobs(), "models": sdkModels(), "checks": sdkChecks(), "calls": sdkCalls(), "pipelines": sdkPipelines(), "SDK 3": sdkMLOps(),
	}
}

// TestSDK compares with the requests that the SDK's own tests expect.
func TestSDK(t *testing.T) {
	types, wanted := map[any]bool{}, ""
	var count sdkCount
	for _, cases := range sdkCases() {
		for _, each := range cases {
			t.Run(each.test, func(t *testing.T) {
				p := New("wine", Props{Defaults: Defaults{Role: testRole, OutputURI: "s3://models"}, MLflow: each.mlflow, Experiment: each.experiment})
				each.build(p)
				text, err := p.JSON()
				require.NoError(t, err)
				var definition any
				require.NoError(t, json.Unmarshal([]byte(text), &definition))
				if each.pick == nil {
					each.pick = []any{"Steps", 0}
				}
				got := pick(t, definition, each.pick...)
				var want any
				require.NoError(t, json.Unmarshal([]byte(each.want), &want))
				for _, path := range each.explicit {
					last := len(path) - 1
					require.NotContains(t, pick(t, want, path[:last]...), path[last], "the SDK writes this default out too")
					holder := pick(t, got, path[:last]...).(map[string]any)
					require.Contains(t, holder, path[last], "this default is written out no longer")
					delete(holder, path[last].(string))
				}
				for _, path := range each.left {
					last := len(path) - 1
					holder := pick(t, want, path[:last]...).(map[string]any)
					require.Empty(t, holder[path[last].(string)])
					require.NotContains(t, pick(t, got, path[:last]...), path[last], "this is written out too")
					delete(holder, path[last].(string))
				}
				require.Equal(t, want, got)
				count.add(each)
				wanted += each.want
				if len(each.pick) > 1 && each.pick[0] == "Steps" {
					types[pick(t, definition, each.pick[0], each.pick[1], "Type")] = true
				}
			})
		}
	}
	t.Logf("%s; %d types of steps", count, len(types))
	page, err := os.ReadFile("../../docs/pipeline-definition.md")
	require.NoError(t, err)
	require.Contains(t, strings.Join(strings.Fields(string(page)), " "), count.String(), "the page has another count")
	for _, sample := range samples.All() {
		text, err := sample.Pipeline.JSON()
		require.NoError(t, err)
		var definition struct{ Steps []struct{ Type string } }
		require.NoError(t, json.Unmarshal([]byte(text), &definition))
		for _, step := range definition.Steps {
			require.True(t, types[step.Type], "no case of the SDK has a step of type %s", step.Type)
		}
	}
	for _, function := range []string{"Std:Join", "Std:JsonGet"} {
		require.Contains(t, wanted, function)
	}
}

// An sdkCount says how equal the cases are. A case may be among several of what is set aside.
type sdkCount struct{ taken, plain, changed, explicit, left int }

func (c *sdkCount) add(each sdkCase) {
	c.taken++
	if each.changed == "" && each.explicit == nil && each.left == nil {
		c.plain++
	}
	if each.changed != "" {
		c.changed++
	}
	if each.explicit != nil {
		c.explicit++
	}
	if each.left != nil {
		c.left++
	}
}

func (c sdkCount) String() string {
	return fmt.Sprintf("%d cases taken: %d equal with nothing set aside, %d with a stated change of the case, %d after explicit defaults were removed, %d after empty values were left out",
		c.taken, c.plain, c.changed, c.explicit, c.left)
}

// pick follows keys and positions into a document.
func pick(t *testing.T, document any, path ...any) any {
	t.Helper()
	for _, each := range path {
		switch each := each.(type) {
		case string:
			object, ok := document.(map[string]any)
			require.True(t, ok, "%v: no object at %s", path, each)
			document = object[each]
		case int:
			list, ok := document.([]any)
			require.True(t, ok && each < len(list), "%v: no list at %d", path, each)
			document = list[each]
		}
	}
	return document
}
