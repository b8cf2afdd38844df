package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkCalls are the cases of the SDK's tests of Lambda and EMR steps.
func sdkCalls() []sdkCase {
	const lambda, emr = "bb56e2946eb84d206acd4b30fb6539f129261e16", "ffec3061ae2dfdb0a5df6c24c1ce401ca7aeb7bb"
	const function, jar = "arn:aws:lambda:us-west-2:123456789012:function:sagemaker_test_lambda", "s3://script-runner/script-runner.jar"
	const runtimeRole = "arn:aws:iam::000000000000:role/some-role"
	both := []OutputParameter{{Name: "output1"}, {Name: "output2", Type: TypeBoolean}}
	call := func(p *Pipeline, inputs Fields, outputs []OutputParameter, options StepOptions, age time.Duration) *LambdaStep {
		first, second := fine(p, "TestStep"), fine(p, "SecondTestStep")
		options.DependsOn = []Step{first}
		s := p.Lambda("MyLambdaStep", LambdaArgs{StepOptions: options, FunctionARN: function, Inputs: inputs, Outputs: outputs, CacheFor: age})
		s.After(second)
		return s
	}
	chain := func(p *Pipeline) {
		before := fine(p, "TestStep")
		options := StepOptions{DependsOn: []Step{before}}
		first := p.Lambda("MyLambdaStep1", LambdaArgs{StepOptions: options, FunctionARN: function, Inputs: Fields{"arg1": String("foo")}, Outputs: []OutputParameter{{Name: "output1"}}})
		p.Lambda("MyLambdaStep2", LambdaArgs{StepOptions: options, FunctionARN: function, Inputs: Fields{"arg1": first.OutputString("output1")}, Outputs: []OutputParameter{{Name: "output2"}}})
	}
	spark := func(p *Pipeline, role String) *EMRStep {
		first, second := fine(p, "TestStep"), fine(p, "SecondTestStep")
		s := p.EMR("MyEMRStep", EMRArgs{
			StepOptions: StepOptions{DependsOn: []Step{first}, DisplayName: "MyEMRStep", Description: "MyEMRStepDescription"},
			ClusterID:   "MyClusterID", RuntimeRole: role, Jar: jar, Arguments: []String{"--arg_0", "arg_0_value"}, MainClass: "com.my.main",
			Properties: map[string]String{"Foo": "Foo_value", "Bar": "Bar_value"}, CacheFor: time.Hour,
		})
		s.After(second)
		return s
	}
	const stepConfig = `"StepConfig": {"HadoopJarStep": {"Args": ["--arg_0", "arg_0_value"], "Jar": "` + jar + `", "MainClass": "com.my.main",
		"Properties": [{"Key": "Bar", "Value": "Bar_value"}, {"Key": "Foo", "Value": "Foo_value"}]}}`
	sparkJSON := func(role string) string {
		return `{"Name": "MyEMRStep", "Type": "EMR", "Arguments": {"ClusterId": "MyClusterID", ` + role + stepConfig + `},
			"DependsOn": ["TestStep", "SecondTestStep"], "DisplayName": "MyEMRStep", "Description": "MyEMRStepDescription", "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}}`
	}
	const sparkChanges = "the jar's URI has both slashes, and properties are sorted"
	return []sdkCase{
		{
			test: "test_lambda_step.py/test_lambda_step", commit: lambda, pick: []any{"Steps", 2},
			build: func(p *Pipeline) {
				call(p, Fields{"arg1": String("foo"), "arg2": Int(5), "arg3": p.RequiredInteger("MyInt")}, both, StepOptions{DisplayName: "MyLambdaStep", Description: "MyLambdaStepDescription"}, time.Hour)
			},
			want: `{"Name": "MyLambdaStep", "Type": "Lambda", "DependsOn": ["TestStep", "SecondTestStep"], "DisplayName": "MyLambdaStep", "Description": "MyLambdaStepDescription",
				"FunctionArn": "` + function + `", "OutputParameters": [{"OutputName": "output1", "OutputType": "String"}, {"OutputName": "output2", "OutputType": "Boolean"}],
				"Arguments": {"arg1": "foo", "arg2": 5, "arg3": {"Get": "Parameters.MyInt"}}, "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}}`,
		},
		{
			test: "test_lambda_step.py/test_lambda_step_output_expr", commit: lambda, pick: []any{"Steps", 3, "Arguments", "Conditions"}, changed: "the outputs in conditions",
			build: func(p *Pipeline) {
				s := call(p, nil, both, StepOptions{}, 0)
				p.Condition("choose", ConditionArgs{If: []Condition{Equals(s.OutputString("output1"), String("a")), Equals(s.OutputBoolean("output2"), Bool(true))}, Then: []Step{fine(p, "third")}})
			},
			want: `[{"Type": "Equals", "LeftValue": {"Get": "Steps.MyLambdaStep.OutputParameters['output1']"}, "RightValue": "a"},
				{"Type": "Equals", "LeftValue": {"Get": "Steps.MyLambdaStep.OutputParameters['output2']"}, "RightValue": true}]`,
		},
		{
			test: "test_lambda_step.py/test_pipeline_interpolates_lambda_outputs", commit: lambda, pick: []any{"Steps", 1}, build: chain,
			want: `{"Name": "MyLambdaStep1", "Type": "Lambda", "Arguments": {"arg1": "foo"}, "DependsOn": ["TestStep"], "FunctionArn": "` + function + `",
				"OutputParameters": [{"OutputName": "output1", "OutputType": "String"}]}`,
		},
		{
			test: "test_lambda_step.py/test_pipeline_interpolates_lambda_outputs", commit: lambda, pick: []any{"Steps", 2}, build: chain,
			want: `{"Name": "MyLambdaStep2", "Type": "Lambda", "Arguments": {"arg1": {"Get": "Steps.MyLambdaStep1.OutputParameters['output1']"}}, "DependsOn": ["TestStep"],
				"FunctionArn": "` + function + `", "OutputParameters": [{"OutputName": "output2", "OutputType": "String"}]}`,
		},
		{
			test: "test_lambda_step.py/test_lambda_step_no_inputs_outputs", commit: lambda, pick: []any{"Steps", 2},
			build: func(p *Pipeline) { call(p, nil, nil, StepOptions{}, 0) },
			want: `{"Name": "MyLambdaStep", "Type": "Lambda", "DependsOn": ["TestStep", "SecondTestStep"], "FunctionArn": "` + function + `",
				"OutputParameters": [], "Arguments": {}}`,
		},
		{
			test: "test_emr_step.py/test_emr_step_with_one_step_config", commit: emr, pick: []any{"Steps", 2}, changed: sparkChanges,
			build: func(p *Pipeline) { spark(p, "") }, want: sparkJSON(""),
		},
		{
			test: "test_emr_step.py/test_emr_step_with_one_step_config", commit: emr, pick: []any{"Steps", 2}, changed: sparkChanges + "; the role's ARN has a second colon before the account",
			build: func(p *Pipeline) { spark(p, runtimeRole) }, want: sparkJSON(`"ExecutionRoleArn": "` + runtimeRole + `", `),
		},
		{
			test: "test_emr_step.py/test_emr_step_with_one_step_config", commit: emr, pick: []any{"Steps", 3, "Arguments", "ErrorMessage"},
			changed: "the properties in one text, without Config.Args, which is a list",
			build: func(p *Pipeline) {
				s := spark(p, "")
				p.Fail("stop", FailArgs{Message: Join(" ", s.Property("ActionOnFailure"), s.Property("Config.Jar"), s.Property("Config.MainClass"), s.StepID(), s.Property("Name"),
					s.Property("Status.State"), s.Property("Status.FailureDetails.Reason"))})
			},
			want: `{"Std:Join": {"On": " ", "Values": [{"Get": "Steps.MyEMRStep.ActionOnFailure"}, {"Get": "Steps.MyEMRStep.Config.Jar"}, {"Get": "Steps.MyEMRStep.Config.MainClass"},
				{"Get": "Steps.MyEMRStep.Id"}, {"Get": "Steps.MyEMRStep.Name"}, {"Get": "Steps.MyEMRStep.Status.State"}, {"Get": "Steps.MyEMRStep.Status.FailureDetails.Reason"}]}}`,
		},
		{
			test: "test_emr_step.py/test_pipeline_interpolates_emr_outputs", commit: emr, pick: []any{"Steps", 1}, changed: "the jar's URI has both slashes",
			build: func(p *Pipeline) {
				before := fine(p, "TestStep")
				p.EMR("emr_step_2", EMRArgs{
					StepOptions: StepOptions{DependsOn: []Step{before}, DisplayName: "emr_step_2", Description: "MyEMRStepDescription"}, ClusterID: "MyClusterID", Jar: jar,
				})
			},
			want: `{"Name": "emr_step_2", "Type": "EMR", "Arguments": {"ClusterId": "MyClusterID", "StepConfig": {"HadoopJarStep": {"Jar": "` + jar + `"}}},
				"Description": "MyEMRStepDescription", "DisplayName": "emr_step_2", "DependsOn": ["TestStep"]}`,
		},
		{
			test: "test_emr_step.py/test_emr_step_with_valid_cluster_config", commit: emr, changed: "the jar's URI has both slashes",
			build: func(p *Pipeline) {
				p.EMR("MyEMRStep", EMRArgs{
					StepOptions: StepOptions{DisplayName: "MyEMRStep", Description: "MyEMRStepDescription"}, Jar: jar, CacheFor: time.Hour,
					Cluster: Fields{
						"AmiVersion": String("3.8.0"), "AdditionalInfo": String("MyAdditionalInfo"),
						"Instances": Fields{"InstanceCount": Int(1), "HadoopVersion": String("MyHadoopVersion"), "InstanceGroups": List{Fields{
							"Name": String("Master Instance Group"), "InstanceRole": String("MASTER"), "InstanceCount": Int(1), "InstanceType": String("m1.small"), "Market": String("ON_DEMAND"),
						}}},
					},
				})
			},
			want: `{"Name": "MyEMRStep", "Type": "EMR", "Arguments": {"StepConfig": {"HadoopJarStep": {"Jar": "` + jar + `"}},
				"ClusterConfig": {"AdditionalInfo": "MyAdditionalInfo", "AmiVersion": "3.8.0", "Instances": {"HadoopVersion": "MyHadoopVersion", "InstanceCount": 1,
					"InstanceGroups": [{"InstanceCount": 1, "InstanceRole": "MASTER", "InstanceType": "m1.small", "Market": "ON_DEMAND", "Name": "Master Instance Group"}]}}},
				"DisplayName": "MyEMRStep", "Description": "MyEMRStepDescription", "CacheConfig": {"Enabled": true, "ExpireAfter": "PT1H"}}`,
		},
	}
}
