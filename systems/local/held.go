package local

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// refused is the failure of a task whose arguments Step Functions or SageMaker would refuse, or nil. Step Functions itself refuses names,
// kinds and what is missing, which nothing catches; what SageMaker refuses is an error of the service.
func refused(resource string, arguments map[string]any) error {
	service, action := asl.Called(resource)
	if service == "" {
		return nil
	}
	tree := members(arguments)
	var problems problem.List
	servicemodel.CheckArguments(&problems, "arguments", service, action, tree)
	servicemodel.CheckMissing(&problems, "arguments", service, action, tree)
	if err := problems.Err(); err != nil {
		return TaskError{"States.Runtime", "the arguments of " + action + " are refused: " + err.Error()}
	}
	if service != "sagemaker" {
		return nil
	}
	servicemodel.Request{Path: "arguments", Operation: strings.ToUpper(action[:1]) + action[1:], Arguments: tree, More: sagemaker.Together}.Check(&problems)
	if err := problems.Err(); err != nil {
		name := "SageMaker.AmazonSageMakerException"
		if strings.Contains(resource, ":aws-sdk:") {
			name = "SageMaker.SageMakerException"
		}
		return TaskError{name, "SageMaker would refuse " + action + ": " + err.Error()}
	}
	return nil
}

// uncheckedTasks are the states whose calls are newer than the models of the services.
func uncheckedTasks(states []asl.State, found map[string]bool) {
	for _, each := range states {
		switch s := each.(type) {
		case asl.Task:
			switch call := s.Call.(type) {
			case asl.SDKCall:
				found[s.Name] = call.Unchecked
			case asl.Integration:
				found[s.Name] = call.Unchecked
			}
		case asl.Parallel:
			for _, branch := range s.Branches {
				uncheckedTasks(branch.States, found)
			}
		case asl.Map:
			uncheckedTasks(s.States, found)
		}
	}
}

// operations are the calls that SageMaker makes for steps that run here, by their type.
var operations = map[string]string{
	"Processing": "createProcessingJob", "Training": "createTrainingJob", "Tuning": "createHyperParameterTuningJob", "Transform": "createTransformJob",
	"Model": "createModel", "RegisterModel": "createModelPackage",
}

// wrongKinds says which arguments of a step have values that SageMaker would refuse, such as a list of a JSON file in place of text.
func wrongKinds(stepType string, arguments any) error {
	var problems problem.List
	if operation := operations[stepType]; operation != "" {
		servicemodel.CheckKinds(&problems, "arguments", "sagemaker", operation, members(arguments))
	}
	return problems.Err()
}

// members are evaluated arguments as the model takes them.
func members(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		n, _ := v.Float64()
		return n
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = members(each)
		}
		return out
	case map[string]any:
		out := []servicemodel.Member{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, servicemodel.Member{Key: key, Value: members(v[key])})
		}
		return out
	}
	return value
}
