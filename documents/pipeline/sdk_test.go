package pipeline_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// An sdkCase is a case of the unit tests of the SageMaker Python SDK, with the request that they expect there, retold
// for this package.
// https://github.com/aws/sagemaker-python-sdk
type sdkCase struct {
	// test is the file below tests/unit/sagemaker/workflow and the function.
	test string
	// commit of that repository.
	commit string
	build  func(p *Pipeline)
	// want is the step, or what pick finds in it.
	want string
	// pick is where in the definition the request stands. Default: the first step.
	pick []any
	// explicit are the paths of defaults of the service that this package writes out and the SDK leaves out.
	explicit [][]any
}

func sdkCases() map[string][]sdkCase {
	return map[string][]sdkCase{"conditions": sdkConditions(), "steps": sdkSteps()}
}

// TestSDK compares with the requests that the SDK's own tests expect.
func TestSDK(t *testing.T) {
	for _, cases := range sdkCases() {
		for _, each := range cases {
			t.Run(each.test, func(t *testing.T) {
				p := New("wine", Props{Defaults: Defaults{Role: testRole, OutputURI: "s3://models"}})
				each.build(p)
				text, err := p.JSON()
				require.NoError(t, err)
				var definition any
				require.NoError(t, json.Unmarshal([]byte(text), &definition))
				if each.pick == nil {
					each.pick = []any{"Steps", 0}
				}
				got := pick(t, definition, each.pick...)
				for _, path := range each.explicit {
					last := len(path) - 1
					holder := pick(t, got, path[:last]...).(map[string]any)
					require.Contains(t, holder, path[last], "this default is written out no longer")
					delete(holder, path[last].(string))
				}
				var want any
				require.NoError(t, json.Unmarshal([]byte(each.want), &want))
				require.Equal(t, want, got)
			})
		}
	}
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
