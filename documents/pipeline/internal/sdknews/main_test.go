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
		"src/sagemaker/workflow/steps.py":               "class StepTypeEnum(Enum):\n    \"\"\"Types.\"\"\"\n\n    TRAINING = \"Training\"\n    LOOP = \"Loop\"\n    LAMBDA = \"Lambda\"\n    EMR = \"EMR\"\n    FAIL = \"Fail\"\n    CONDITION = \"Condition\"\n\n\nclass Other(Enum):\n    A = \"NoStep\"\n",
		"src/sagemaker/workflow/conditions.py":          "class ConditionTypeEnum(Enum):\n    EQ = \"Equals\"\n    LIKE = \"Like\"\n",
		"src/sagemaker/workflow/functions.py":           "        return {\"Std:Join\": 1, \"Std:Max\": 2}\n",
		"src/sagemaker/workflow/retry.py":               "    FAULT = \"Step.SERVICE_FAULT\"\n    NEW = \"SageMaker.NEW_ERROR\"\n",
		"src/sagemaker/workflow/execution_variables.py": "    A = ExecutionVariable(\"StartDateTime\")\n    B = ExecutionVariable(\"Shoe\")\n",
		"src/sagemaker/workflow/lambda_step.py": `class LambdaStep(Step):
    """Calls."""

    def __init__(
        self,
        name: str,
    ):
        super().__init__(name, StepTypeEnum.LAMBDA)

    @property
    def arguments(self) -> RequestType:
        return self.inputs

    def to_request(self) -> RequestType:
        """Says more."""
        request_dict = super().to_request()
        if self.cache_config:
            request_dict.update(self.cache_config.config)

        request_dict["FunctionArn"] = self.arn
        request_dict["Qualifier"] = self.qualifier
        return request_dict

    def helper(self):
        request_dict["NoMember"] = 1
`,
		"src/sagemaker/workflow/emr_step.py": `class EMRStepConfig:
    def to_request(self):
        config["NoMember"] = 1


class EMRStep(Step):
    def __init__(self):
        super().__init__(name, StepTypeEnum.EMR)
        emr_step_args = {"StepConfig": step_config.to_request()}
        emr_step_args["ClusterId"] = cluster_id
        emr_step_args["Priority"] = priority
        root_property.__dict__["NoArgument"] = cluster_id


class FailStep(Step):
    def __init__(self):
        super().__init__(name, StepTypeEnum.FAIL)

    @property
    def arguments(self) -> RequestType:
        return {"ErrorMessage": self.error_message}

    @property
    def ref(self):
        return {"NoArgument": self.name}


class ConditionStep(Step):
    def __init__(self):
        super().__init__(name, StepTypeEnum.CONDITION)

    @property
    def arguments(self) -> RequestType:
        return dict(
            Conditions=[condition.to_request() for condition in self.conditions],
            OrSteps=list_to_request(self.if_steps),
        )


class LoopStep(Step):
    def __init__(self):
        super().__init__(name, StepTypeEnum.LOOP)
        loop_args = {
            "Times": 3,
        }
`,
		"src/sagemaker/workflow/entities.py": `class Step(Entity):
    def to_request(self) -> RequestType:
        request_dict = {
            "Name": self.name,
            "Type": self.step_type.value,
        }
        if self.depends_on:
            request_dict["DependsOn"] = list(self.depends_on)
        request_dict["Mood"] = self.mood
        return request_dict

    def find(self):
        if step_type == StepTypeEnum.LAMBDA:
            pass
`,
		"tests/unit/sagemaker/workflow/steps.py": "class StepTypeEnum(Enum):\n    X = \"OnlyInTests\"\n",
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
		"step types: 5 in both\n  only in the SDK: Loop\n", "conditions: 1 in both\n  only in the SDK: Like\n", "functions: 1 in both\n  only in the SDK: Std:Max\n",
		"  only in the SDK: Shoe\n", "  only in the SDK: SageMaker.NEW_ERROR\n",
		"members of steps: 5 in both\n  only in the SDK: *.Mood, Lambda.Qualifier\n", "arguments of steps: 4 in both\n  only in the SDK: Condition.OrSteps, EMR.Priority\n",
	} {
		require.Contains(t, out.String(), line)
	}
	require.NotContains(t, out.String(), "OnlyInTests")
	for _, word := range []string{"NoStep", "NoMember", "NoArgument"} {
		require.NotContains(t, out.String(), word)
	}
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
