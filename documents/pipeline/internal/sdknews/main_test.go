package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
)

func TestNews(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"src/sagemaker/workflow/steps.py":               "class StepTypeEnum(Enum):\n    \"\"\"Types.\"\"\"\n\n    TRAINING = \"Training\"\n    LOOP = \"Loop\"\n\n\nclass Other(Enum):\n    A = \"NoStep\"\n",
		"src/sagemaker/workflow/conditions.py":          "class ConditionTypeEnum(Enum):\n    EQ = \"Equals\"\n    LIKE = \"Like\"\n",
		"src/sagemaker/workflow/functions.py":           "        return {\"Std:Join\": 1, \"Std:Max\": 2}\n",
		"src/sagemaker/workflow/retry.py":               "    FAULT = \"Step.SERVICE_FAULT\"\n    NEW = \"SageMaker.NEW_ERROR\"\n",
		"src/sagemaker/workflow/execution_variables.py": "    A = ExecutionVariable(\"StartDateTime\")\n    B = ExecutionVariable(\"Shoe\")\n",
		"tests/unit/sagemaker/workflow/steps.py":        "class StepTypeEnum(Enum):\n    X = \"OnlyInTests\"\n",
	} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	theirs := words{}
	require.NoError(t, theirs.readSDK(dir))
	var out bytes.Buffer
	require.NoError(t, compare(&out, theirs))
	for _, line := range []string{
		"step types: 1 in both\n  only in the SDK: Loop\n", "conditions: 1 in both\n  only in the SDK: Like\n", "functions: 1 in both\n  only in the SDK: Std:Max\n",
		"  only in the SDK: Shoe\n", "  only in the SDK: SageMaker.NEW_ERROR\n",
	} {
		require.Contains(t, out.String(), line)
	}
	require.NotContains(t, out.String(), "OnlyInTests")
	require.NotContains(t, out.String(), "NoStep")
	require.ErrorContains(t, words{}.readSDK(t.TempDir()), "holds no workflow/*.py")
}

// TestOurs: what is looked for is found in the definitions.
func TestOurs(t *testing.T) {
	known, err := ours()
	require.NoError(t, err)
	require.Len(t, known["conditions"], 8)
	require.Len(t, known["functions"], 2)
	require.Greater(t, len(known["step types"]), 15)
}
