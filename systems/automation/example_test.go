package automation_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/systems/automation"
)

func ExampleLearning_Definition() {
	const image = "333333333333.dkr.ecr.us-west-2.amazonaws.com/fraud@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	definition, err := automation.Learning{
		Prefix:   "fraud-dev",
		RoleARN:  "arn:aws:iam::222222222222:role/fraud-dev-jobs",
		Bucket:   "fraud-dev-data",
		TopicARN: "arn:aws:sns:us-west-2:222222222222:fraud-dev-alerts",
		Prepare:  automation.Job{Image: image, EntryPoint: []string{"python", "prepare.py"}},
		Tuning: automation.Tuning{
			Image:      "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
			Objective:  asl.Objective{Metric: "validation:error"},
			Integers:   []asl.IntegerRange{{Name: "max_depth", Min: 2, Max: 10}},
			Continuous: []asl.ContinuousRange{{Name: "eta", Min: 0.1, Max: 0.5}},
			Static:     map[string]string{"objective": "binary:logistic", "num_round": "50"},
		},
		Evaluate: automation.Job{Image: image, EntryPoint: []string{"python", "evaluate.py"}},
		Register: automation.Register{GroupName: "fraud-dev", Metric: "f1", Threshold: 0.8},
	}.Definition()
	fmt.Println(len(definition.States), err)
	// Output: 20 <nil>
}
